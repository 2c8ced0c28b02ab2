//! Passwords, set anew with the old one or by mail.

use crate::engine_store::Store;
use crate::kept::{Done, Keep};
use crate::mail::Mail;
use crate::sessions::end_sessions;
use crate::sql::{DbError, Statement, params};
use gavel_domain::Time;
use gavel_engine::ports::StoreError;

/// Resets that may be open for an account: mail is not to be made a nuisance of.
const OPEN_MAX: u32 = 3;

/// What a reset's token opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Resetting {
    /// Whose password may be set anew.
    pub account: u128,
    /// Until when; long past where it was used.
    pub expires_at: Time,
}

/// When a used token is said to have expired.
const USED: i64 = 0;

impl Store {
    /// Opens a reset under the SHA-256 of its token, and queues the mail that carries the token.
    /// `false` where as many are open as may be, or where `keep` says that this was asked before.
    ///
    /// # Errors
    /// The store is away.
    pub async fn add_reset(
        &self,
        token_hash: [u8; 32],
        resetting: Resetting,
        mail: &Mail,
        keep: Option<Keep>,
    ) -> Result<bool, StoreError> {
        let Resetting { account, expires_at } = resetting;
        let insert = "INSERT INTO password_reset (token_hash, account, expires_at) \
                      SELECT ?1, ?2, ?3 \
                      WHERE (SELECT COUNT(*) FROM password_reset WHERE account = ?2) < ?4";
        let statements = vec![
            Statement::new(
                "DELETE FROM password_reset WHERE account = ?1 AND expires_at <= ?2",
                params![account, mail.created_at.0],
            ),
            Statement::new(insert, params![token_hash, account, expires_at.0, OPEN_MAX])
                .expecting(1),
            mail.statement(),
        ];
        match self.write_keeping(statements, keep).await {
            Ok(done) => Ok(done == Done::Now),
            Err(DbError::Mismatch) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// What a reset's token opens, used or expired or not.
    ///
    /// # Errors
    /// The store is away.
    pub async fn reset(&self, token_hash: [u8; 32]) -> Result<Option<Resetting>, StoreError> {
        let sql = "SELECT account, expires_at FROM password_reset WHERE token_hash = ?1";
        let rows = self.db.read(sql, params![token_hash]).await?;
        let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some(Resetting { account: row.id()?, expires_at: Time(row.int()?) }))
    }

    /// Sets a password by a reset's token: uses the token up, closes the account's other resets and
    /// ends all its sessions and API tokens. Nothing where the token opens nothing any more.
    ///
    /// # Errors
    /// The store is away.
    pub async fn reset_password(
        &self,
        token_hash: [u8; 32],
        account: u128,
        password_hash: &str,
        now: Time,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let use_up = "UPDATE password_reset SET expires_at = ?4 \
                      WHERE token_hash = ?1 AND account = ?2 AND expires_at > ?3";
        let statements = vec![
            Statement::new(use_up, params![token_hash, account, now.0, USED]).expecting(1),
            Statement::new(
                "DELETE FROM password_reset WHERE account = ?1 AND token_hash <> ?2",
                params![account, token_hash],
            ),
            Statement::new(
                "UPDATE account SET password_hash = ?2 WHERE id = ?1",
                params![account, password_hash],
            )
            .expecting(1),
            // Those that a ban has ended stay, so that who comes with one is told of the ban.
            Statement::new(
                "DELETE FROM session WHERE account = ?1 AND ended_at IS NULL",
                params![account],
            ),
            // Whoever got in with the old password may have made keys to come back with.
            Statement::new("DELETE FROM api_token WHERE account = ?1", params![account]),
        ];
        self.unless_mismatched(statements, keep).await
    }

    /// Changes a password from one PHC string to another, closes the account's resets and ends its
    /// sessions but one. Nothing where the password is another by now.
    ///
    /// # Errors
    /// The store is away.
    pub async fn change_password(
        &self,
        account: u128,
        from: &str,
        to: &str,
        session: Option<[u8; 32]>,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let statements = vec![
            Statement::new(
                "UPDATE account SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2",
                params![account, from, to],
            )
            .expecting(1),
            Statement::new("DELETE FROM password_reset WHERE account = ?1", params![account]),
            end_sessions(account, session),
        ];
        self.unless_mismatched(statements, keep).await
    }
}
