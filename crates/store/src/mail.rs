//! Mail on its way.

use crate::engine_store::{Store, one};
use crate::sql::{DbError, Row, Statement, params};
use gavel_domain::Time;
use gavel_engine::ports::StoreError;

/// Mails that may wait; beyond, no more are taken in. A house whose mail server is away for days
/// must not fill its disk with them.
const WAITING_MAX: u64 = 100_000;

/// A mail. Without `Debug`: its address is nobody else's business.
#[derive(Clone)]
pub struct Mail {
    /// Identity, the same at every attempt.
    pub id: u128,
    /// To whom.
    pub address: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// When it was written.
    pub created_at: Time,
    /// Attempts to deliver it so far.
    pub attempts: u32,
}

impl Mail {
    /// Puts it among those to be delivered, at once.
    pub(crate) fn statement(&self) -> Statement {
        Statement::new(
            "INSERT INTO mail (id, address, subject, body, created_at, attempts, due_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5)",
            params![
                self.id,
                self.address.as_str(),
                self.subject.as_str(),
                self.body.as_str(),
                self.created_at.0,
                self.attempts,
            ],
        )
        .apart()
    }
}

impl Store {
    /// Whether there is room for more mails among those that wait.
    ///
    /// # Errors
    /// The store is away.
    pub async fn takes_mail(&self) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM mail LIMIT ?1) AS waiting";
        let waiting: u64 = one(self.db.read(sql, params![WAITING_MAX]).await?)?.count()?;
        Ok(waiting < WAITING_MAX)
    }

    /// Puts a mail among those to be delivered.
    ///
    /// # Errors
    /// The store is away.
    pub async fn add_mail(&self, mail: &Mail) -> Result<(), DbError> {
        self.db.write(vec![mail.statement()]).await
    }

    /// Up to `limit` mails whose next attempt is due, longest due first.
    ///
    /// # Errors
    /// The store is away.
    pub async fn mails_due(&self, now: Time, limit: u32) -> Result<Vec<Mail>, StoreError> {
        let sql = "SELECT id, address, subject, body, created_at, attempts FROM mail \
                   WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2";
        let read = |mut row: Row| {
            Ok(Mail {
                id: row.id()?,
                address: row.text()?,
                subject: row.text()?,
                body: row.text()?,
                created_at: Time(row.int()?),
                attempts: row.count()?,
            })
        };
        self.db.read(sql, params![now.0, limit]).await?.into_iter().map(read).collect()
    }

    /// Takes mails that are due for this server alone, until `until`: by then they have been tried, or
    /// its server has died. Returns whether it has them; another server may have been quicker.
    ///
    /// # Errors
    /// The store is away.
    pub async fn claim_mails(
        &self,
        mails: &[Mail],
        now: Time,
        until: Time,
    ) -> Result<bool, DbError> {
        let sql = "UPDATE mail SET due_at = ?2 WHERE id = ?1 AND due_at <= ?3";
        let claim = |mail: &Mail| {
            Statement::new(sql, params![mail.id, until.0, now.0]).expecting(1).apart()
        };
        match self.db.write(mails.iter().map(claim).collect()).await {
            Ok(()) => Ok(true),
            Err(DbError::Mismatch | DbError::Raced) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Keeps what came of attempts: mails that are done with are forgotten, others are tried again
    /// at their times.
    ///
    /// # Errors
    /// The store is away.
    pub async fn mails_tried(&self, done: &[u128], later: &[(u128, Time)]) -> Result<(), DbError> {
        let forget =
            |id: &u128| Statement::new("DELETE FROM mail WHERE id = ?1", params![*id]).apart();
        let again = |(id, due_at): &(u128, Time)| {
            let sql = "UPDATE mail SET attempts = attempts + 1, due_at = ?2 WHERE id = ?1";
            Statement::new(sql, params![*id, due_at.0])
        };
        self.db.write(done.iter().map(forget).chain(later.iter().map(again)).collect()).await
    }
}
