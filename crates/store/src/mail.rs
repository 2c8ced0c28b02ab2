//! Mail on its way.

use crate::sql::{Statement, params};
use gavel_domain::Time;

/// A mail to be sent, queued in the transaction of what it tells of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewMail {
    /// Identity.
    pub id: u128,
    /// Whom it goes to.
    pub address: String,
    /// Its subject, one line.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// When it was written; it is due at once.
    pub at: Time,
}

/// The statement that queues a mail.
pub(crate) fn queue_mail_statement(mail: &NewMail) -> Statement {
    Statement::new(
        "INSERT INTO mail (id, address, subject, body, created_at, attempts, due_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?5)",
        params![
            mail.id,
            mail.address.as_str(),
            mail.subject.as_str(),
            mail.body.as_str(),
            mail.at.0
        ],
    )
}
