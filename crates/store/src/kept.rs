//! Answers kept for idempotency keys, of requests that are not in the log.

use crate::engine_store::Store;
use crate::keys::KEPT_MS;
use crate::sql::{DbError, Row, Statement, damaged, params};
use gavel_domain::Time;
use gavel_engine::ports::StoreError;

/// Rows that are too old and go with one that comes: bids wait for the transaction.
pub(crate) const FORGOTTEN_MAX: u32 = 100;

/// An answer as it was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptAnswer {
    /// Digest of the request that it was given to.
    pub ask: i64,
    /// HTTP status.
    pub status: u16,
    /// JSON, or nothing.
    pub body: String,
}

/// An answer to be kept, in the transaction of what it answers.
#[derive(Clone, Debug)]
pub struct Keep {
    /// Whose key it is.
    pub account: u128,
    /// The key, 1 to 128 characters.
    pub key: String,
    /// The answer.
    pub answer: KeptAnswer,
    /// Now.
    pub at: Time,
}

/// What became of a request with an idempotency key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// It was carried out.
    Now,
    /// The key has an answer already, from a request that was there first; nothing changed.
    Before,
}

impl Keep {
    /// The statements that keep the answer, and forget some of those that are a day old.
    pub(crate) fn statements(self) -> [Statement; 2] {
        let Keep { account, key, answer, at } = self;
        [
            Statement::new(
                "DELETE FROM kept_answer WHERE (account, idempotency_key) IN \
                 (SELECT account, idempotency_key FROM kept_answer WHERE at < ?1 LIMIT ?2)",
                params![at.plus_ms(-KEPT_MS).0, FORGOTTEN_MAX],
            ),
            Statement::new(
                "INSERT INTO kept_answer (account, idempotency_key, ask, status, body, at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![account, key, answer.ask, i64::from(answer.status), answer.body, at.0,],
            ),
        ]
    }
}

impl Store {
    /// The answer that a user's key was given before.
    ///
    /// # Errors
    /// The store is away.
    pub async fn kept_answer(
        &self,
        account: u128,
        key: &str,
    ) -> Result<Option<KeptAnswer>, StoreError> {
        let sql = "SELECT ask, status, body FROM kept_answer \
                   WHERE account = ?1 AND idempotency_key = ?2";
        let rows = self.db.read(sql, params![account, key]).await?;
        let read = |mut row: Row| {
            let (ask, status) = (row.int()?, row.count::<i64>()?);
            let status = u16::try_from(status).map_err(|_| damaged("no HTTP status"))?;
            Ok(KeptAnswer { ask, status, body: row.text()? })
        };
        rows.into_iter().next().map(read).transpose()
    }

    /// Carries out statements together with the answer to be kept for their key, if there is one.
    pub(crate) async fn write_keeping(
        &self,
        mut statements: Vec<Statement>,
        keep: Option<Keep>,
    ) -> Result<Done, DbError> {
        statements.extend(keep.into_iter().flat_map(Keep::statements));
        match self.db.write(statements).await {
            Ok(()) => Ok(Done::Now),
            // PostgreSQL names the constraint, SQLite the columns.
            Err(DbError::Constraint(name)) if name.contains("kept_answer") => Ok(Done::Before),
            Err(error) => Err(error),
        }
    }

    /// The same; nothing where a statement did not find what it must.
    pub(crate) async fn unless_mismatched(
        &self,
        statements: Vec<Statement>,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        match self.write_keeping(statements, keep).await {
            Ok(done) => Ok(Some(done)),
            Err(DbError::Mismatch) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
