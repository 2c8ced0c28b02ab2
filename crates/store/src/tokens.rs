//! Keys for programs.

use crate::accounts::{COLUMNS, SignedIn, account_from};
use crate::engine_store::Store;
use crate::kept::{Done, Keep};
use crate::sql::{DbError, Row, Statement, params};
use gavel_domain::Time;
use gavel_engine::ports::StoreError;

/// Tokens that an account may have.
pub const TOKENS_MAX: u32 = 20;
/// How exactly it is known when a token was last used: not every request is to write.
const LAST_USED_MS: i64 = 60_000;

/// A key for programs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiToken {
    /// Identity; nothing of the token can be told from it.
    pub id: u128,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Time,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Time>,
}

impl Store {
    /// Keeps a token under its SHA-256. Nothing where the account has as many as it may.
    ///
    /// # Errors
    /// The store is away.
    pub async fn add_token(
        &self,
        account: u128,
        token_hash: [u8; 32],
        token: &ApiToken,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let sql = "INSERT INTO api_token (token_hash, id, account, name, created_at) \
                   SELECT ?1, ?2, ?3, ?4, ?5 \
                   WHERE (SELECT COUNT(*) FROM api_token WHERE account = ?3) < ?6";
        let params = params![
            token_hash,
            token.id,
            account,
            token.name.as_str(),
            token.created_at.0,
            TOKENS_MAX
        ];
        let insert = Statement::new(sql, params).expecting(1);
        match self.write_keeping(vec![insert], keep).await {
            Ok(done) => Ok(Some(done)),
            Err(DbError::Mismatch) => Ok(None),
            // Twins make the same token of their key; the answer of the first is kept by now.
            Err(DbError::Constraint(name)) if name.contains("api_token") => Ok(Some(Done::Before)),
            Err(error) => Err(error.into()),
        }
    }

    /// An account's tokens, newest first.
    ///
    /// # Errors
    /// The store is away.
    pub async fn tokens(&self, account: u128) -> Result<Vec<ApiToken>, StoreError> {
        let sql = "SELECT id, name, created_at, last_used_at FROM api_token WHERE account = ?1 \
                   ORDER BY id DESC";
        let rows = self.db.read(sql, params![account]).await?;
        let read = |mut row: Row| {
            Ok(ApiToken {
                id: row.id()?,
                name: row.text()?,
                created_at: Time(row.int()?),
                last_used_at: row.opt_int()?.map(Time),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Takes a token back; nothing where the account has none of this identity.
    ///
    /// # Errors
    /// The store is away.
    pub async fn drop_token(
        &self,
        account: u128,
        id: u128,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let sql = "DELETE FROM api_token WHERE account = ?1 AND id = ?2";
        let delete = Statement::new(sql, params![account, id]).expecting(1);
        self.unless_mismatched(vec![delete], keep).await
    }

    /// Whose token it is. That it was used is noted once a minute.
    ///
    /// # Errors
    /// The store is away.
    pub async fn token_holder(
        &self,
        token_hash: [u8; 32],
        now: Time,
    ) -> Result<Option<SignedIn>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, t.last_used_at FROM api_token t \
             JOIN account a ON a.id = t.account WHERE t.token_hash = ?1"
        );
        let rows = self.db.read(sql, params![token_hash]).await?;
        let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
        let account = account_from(&mut row)?;
        let noted = row.opt_int()?.is_some_and(|at| now.since_ms(Time(at)) < LAST_USED_MS);
        if !noted && !account.banned {
            let sql = "UPDATE api_token SET last_used_at = ?2 WHERE token_hash = ?1";
            let noted = self.db.write(vec![Statement::new(sql, params![token_hash, now.0])]).await;
            // Whoever holds the token is known all the same.
            if let Err(error) = noted {
                tracing::debug!(%error, "cannot note that a token was used");
            }
        }
        Ok(Some(SignedIn { account, expires_at: Time(i64::MAX), ended: false }))
    }
}
