//! Sessions.

use crate::accounts::{COLUMNS, SignedIn, account_from};
use crate::engine_store::Store;
use crate::kept::{Done, Keep};
use crate::sql::{DbError, Row, Statement, damaged, params};
use gavel_domain::Time;
use gavel_engine::ports::StoreError;

/// Sessions that an account may have; beyond, the oldest make room.
const SESSIONS_MAX: u32 = 100;

/// A session to be started.
pub struct NewSession<'a> {
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// Whose it is.
    pub account: u128,
    /// Network address that it was begun from.
    pub address: &'a str,
    /// What the client calls itself.
    pub agent: &'a str,
    /// Now.
    pub created_at: Time,
    /// When it ends by itself.
    pub expires_at: Time,
}

/// A session, for its owner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRow {
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// Network address that it was begun from.
    pub address: String,
    /// What the client calls itself.
    pub agent: String,
    /// When it was begun.
    pub created_at: Time,
    /// When it ends by itself.
    pub expires_at: Time,
}

impl SessionRow {
    /// Its identity: half of the hash, of which the rest cannot be told.
    pub fn id(&self) -> u128 {
        session_id(&self.token_hash)
    }
}

fn session_id(token_hash: &[u8; 32]) -> u128 {
    let (head, _) = token_hash.split_first_chunk().expect("32 bytes hold 16");
    u128::from_be_bytes(*head)
}

/// The statement that ends an account's sessions, all or all but one.
pub(crate) fn end_sessions(account: u128, but: Option<[u8; 32]>) -> Statement {
    match but {
        Some(but) => Statement::new(
            "DELETE FROM session WHERE account = ?1 AND token_hash <> ?2",
            params![account, but],
        ),
        None => Statement::new("DELETE FROM session WHERE account = ?1", params![account]),
    }
}

impl Store {
    /// Whether the account with an e-mail address has a session that was begun from a network address.
    ///
    /// # Errors
    /// The store is away.
    pub async fn has_signed_in_from(
        &self,
        email: &str,
        address: &str,
        now: Time,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM account a JOIN session s ON s.account = a.id \
                   WHERE a.email_key = ?1 AND s.address = ?2 AND s.expires_at > ?3 LIMIT 1";
        let found = self.db.read(sql, params![email.to_lowercase(), address, now.0]).await?;
        Ok(!found.is_empty())
    }

    /// Starts a session, and forgets the account's expired ones. `false` where the account is
    /// banned.
    ///
    /// # Errors
    /// The store is away.
    pub async fn add_session(&self, new: NewSession<'_>) -> Result<bool, StoreError> {
        let insert = "INSERT INTO session \
                      (token_hash, account, created_at, expires_at, address, agent) \
                      SELECT ?1, ?2, ?3, ?4, ?5, ?6 \
                      FROM account WHERE id = ?2 AND banned_at IS NULL";
        let statements = vec![
            Statement::new(
                "DELETE FROM session WHERE account = ?1 AND expires_at <= ?2",
                params![new.account, new.created_at.0],
            ),
            Statement::new(
                "DELETE FROM session WHERE account = ?1 AND token_hash NOT IN \
                 (SELECT token_hash FROM session WHERE account = ?1 \
                 ORDER BY created_at DESC, token_hash LIMIT ?2)",
                params![new.account, SESSIONS_MAX - 1],
            ),
            Statement::new(
                insert,
                params![
                    new.token_hash,
                    new.account,
                    new.created_at.0,
                    new.expires_at.0,
                    new.address,
                    new.agent,
                ],
            )
            .expecting(1),
        ];
        match self.db.write(statements).await {
            Ok(()) => Ok(true),
            Err(DbError::Mismatch) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whose session it is, ended by a ban or not.
    ///
    /// # Errors
    /// The store is away.
    pub async fn session(&self, token_hash: [u8; 32]) -> Result<Option<SignedIn>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, s.expires_at, s.ended_at FROM session s \
             JOIN account a ON a.id = s.account WHERE s.token_hash = ?1"
        );
        let rows = self.db.read(sql, params![token_hash]).await?;
        let read = |mut row: Row| {
            let account = account_from(&mut row)?;
            let (expires_at, ended) = (Time(row.int()?), row.opt_int()?.is_some());
            Ok(SignedIn { account, expires_at, ended })
        };
        rows.into_iter().next().map(read).transpose()
    }

    /// The sessions of an account, newest first.
    ///
    /// # Errors
    /// The store is away.
    pub async fn sessions(&self, account: u128, now: Time) -> Result<Vec<SessionRow>, StoreError> {
        let sql = "SELECT token_hash, address, agent, created_at, expires_at FROM session \
                   WHERE account = ?1 AND expires_at > ?2 AND ended_at IS NULL \
                   ORDER BY created_at DESC, token_hash LIMIT ?3";
        let rows = self.db.read(sql, params![account, now.0, SESSIONS_MAX]).await?;
        let read = |mut row: Row| {
            Ok(SessionRow {
                token_hash: row.bytes()?,
                address: row.text()?,
                agent: row.text()?,
                created_at: Time(row.int()?),
                expires_at: Time(row.int()?),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Ends a session, whatever became of it.
    ///
    /// # Errors
    /// The store is away.
    pub async fn end_session(&self, token_hash: [u8; 32]) -> Result<(), StoreError> {
        let sql = "DELETE FROM session WHERE token_hash = ?1";
        Ok(self.db.write(vec![Statement::new(sql, params![token_hash])]).await?)
    }

    /// Ends the session of an account that has this identity; nothing where there is none.
    ///
    /// # Errors
    /// The store is away.
    pub async fn end_session_of(
        &self,
        account: u128,
        id: u128,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let (mut first, mut last) = ([0; 32], [0xff; 32]);
        for end in [&mut first, &mut last] {
            let half = end.first_chunk_mut().ok_or_else(|| damaged("no hash"))?;
            *half = id.to_be_bytes();
        }
        let sql = "DELETE FROM session WHERE account = ?1 AND token_hash >= ?2 \
                   AND token_hash <= ?3 AND ended_at IS NULL";
        let delete = Statement::new(sql, params![account, first, last]).expecting(1);
        self.unless_mismatched(vec![delete], keep).await
    }

    /// Ends an account's sessions, all or all but one.
    ///
    /// # Errors
    /// The store is away.
    pub async fn end_sessions_of(
        &self,
        account: u128,
        but: Option<[u8; 32]>,
        keep: Option<Keep>,
    ) -> Result<Done, StoreError> {
        Ok(self.write_keeping(vec![end_sessions(account, but)], keep).await?)
    }
}
