//! Who did what to whom, when, why.

use crate::catalogue::window;
use crate::db::For;
use crate::engine_store::{Store, one};
use crate::kept::FORGOTTEN_MAX;
use crate::people::Person;
use crate::sql::{Row, Statement, damaged, params};
use gavel_domain::{LotId, Time};
use gavel_engine::ports::StoreError;

/// How long an entry is kept.
const KEPT_MS: i64 = 400 * 24 * 3_600_000;
/// Failed sign-ins that are kept at most: strangers make them, and must neither fill the disk nor
/// push out what admins did.
const FAILURES_MAX: u64 = 500_000;
/// Failures between two looks at how many there are, on average: a look takes milliseconds.
const LOOK_EVERY: u128 = 1_024;

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// An account was banned.
    UserBan,
    /// A ban was lifted.
    UserUnban,
    /// An admin took a lot back.
    AuctionCancel,
    /// An admin moved a lot's end.
    AuctionExtend,
    /// An account was made an admin's.
    AdminPromote,
    /// Somebody tried a wrong password, or an address that nobody has.
    SignInFailed,
    /// A banned user tried to sign in.
    SignInBanned,
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 7] = [
        Action::UserBan,
        Action::UserUnban,
        Action::AuctionCancel,
        Action::AuctionExtend,
        Action::AdminPromote,
        Action::SignInFailed,
        Action::SignInBanned,
    ];

    /// What it is called, in the table and to clients.
    pub const fn word(self) -> &'static str {
        match self {
            Action::UserBan => "user.ban",
            Action::UserUnban => "user.unban",
            Action::AuctionCancel => "auction.cancel",
            Action::AuctionExtend => "auction.extend",
            Action::AdminPromote => "admin.promote",
            Action::SignInFailed => "sign-in.failed",
            Action::SignInBanned => "sign-in.banned",
        }
    }

    fn of(word: &str) -> Result<Action, StoreError> {
        let found = Action::ALL.into_iter().find(|action| action.word() == word);
        found.ok_or_else(|| damaged(&format!("unknown action {word}")))
    }
}

/// An entry to be made, in the transaction of what it tells of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditEntry {
    /// Identity, a UUIDv7 of `at`: entries are ordered by it.
    pub id: u128,
    /// When.
    pub at: Time,
    /// Who, if it was a user.
    pub actor: Option<u128>,
    /// What.
    pub action: Action,
    /// To whom.
    pub account: Option<u128>,
    /// To which lot.
    pub lot: Option<LotId>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// More about it, such as the address that was tried. Admins alone read it.
    pub detail: Option<String>,
}

/// The statement that makes an entry.
pub(crate) fn audit_statement(entry: &AuditEntry) -> Statement {
    Statement::new(
        "INSERT INTO audit (id, at, actor, action, account, lot, reason, detail) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            entry.id,
            entry.at.0,
            entry.actor,
            entry.action.word(),
            entry.account,
            entry.lot.map(|lot| lot.0),
            entry.reason.clone(),
            entry.detail.clone(),
        ],
    )
}

/// What is forgotten when an entry is made: what is too old, and now and then failures beyond the
/// newest so many.
fn forget(entry: &AuditEntry, failures_max: u64) -> Vec<Statement> {
    // Identities begin with the milliseconds of their time.
    let oldest = u64::try_from(entry.at.plus_ms(-KEPT_MS).0).unwrap_or(0);
    let oldest = u128::from(oldest) << 80;
    // What was done to a lot stays with the lot: `gavel verify` looks for it.
    let sql = "DELETE FROM audit WHERE id IN \
               (SELECT id FROM audit WHERE id < ?1 AND lot IS NULL ORDER BY id LIMIT ?2)";
    let mut statements = vec![Statement::new(sql, params![oldest, FORGOTTEN_MAX])];
    if entry.id.is_multiple_of(LOOK_EVERY) {
        let sql = "DELETE FROM audit WHERE action = ?1 AND id <= (SELECT id FROM audit \
                   WHERE action = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
        statements.push(Statement::new(sql, params![entry.action.word(), failures_max]));
    }
    statements
}

/// An entry as it is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// Identity.
    pub id: u128,
    /// When.
    pub at: Time,
    /// Who, if it was a user.
    pub actor: Option<Person>,
    /// What.
    pub action: Action,
    /// To whom.
    pub account: Option<Person>,
    /// To which lot, with its title.
    pub lot: Option<(LotId, String)>,
    /// Why.
    pub reason: Option<String>,
    /// More about it.
    pub detail: Option<String>,
}

/// A page of entries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditPage {
    /// The entries, newest first.
    pub rows: Vec<AuditRow>,
    /// Entries in the whole list.
    pub total: u64,
}

fn row_from(row: &mut Row) -> Result<AuditRow, StoreError> {
    let (id, at, action) = (row.id()?, Time(row.int()?), Action::of(&row.text()?)?);
    let (reason, detail) = (row.opt_text()?, row.opt_text()?);
    let (actor, account) = (Person::read(row)?, Person::read(row)?);
    let lot = match (row.opt_id()?, row.opt_text()?) {
        (Some(lot), title) => Some((LotId(lot), title.unwrap_or_default())),
        (None, _) => None,
    };
    Ok(AuditRow { id, at, actor, action, account, lot, reason, detail })
}

impl Store {
    /// Makes an entry about a failed sign-in, which changes nothing else.
    ///
    /// # Errors
    /// The store is away.
    pub async fn note(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let mut statements = forget(entry, FAILURES_MAX);
        statements.push(audit_statement(entry));
        Ok(self.db.write(statements).await?)
    }

    /// A page of entries, newest first; only those of an action where one is given.
    ///
    /// # Errors
    /// The store is away.
    pub async fn audit(
        &self,
        action: Option<Action>,
        page: u32,
        limit: u32,
    ) -> Result<AuditPage, StoreError> {
        let (filter, mut params) = match action {
            Some(action) => ("u.action = ?1", params![action.word()]),
            None => ("1 = 1", params![]),
        };
        let count = format!("SELECT COUNT(*) FROM audit u WHERE {filter}");
        let count = Statement::new(count, params.clone());
        let (shown, offset) = window(page, limit);
        params.extend(params![shown, offset]);
        let last = params.len();
        let sql = format!(
            "SELECT u.id, u.at, u.action, u.reason, u.detail, a.id, a.display_name, a.email, \
             b.id, b.display_name, b.email, l.id, l.title FROM audit u \
             LEFT JOIN account a ON a.id = u.actor LEFT JOIN account b ON b.id = u.account \
             LEFT JOIN lot l ON l.id = u.lot WHERE {filter} ORDER BY u.id DESC \
             LIMIT ?{} OFFSET ?{last}",
            last - 1
        );
        let queries = vec![count, Statement::new(sql, params)];
        let mut answers = self.db.read_all(For::Visitors, queries).await?.into_iter();
        let total = one(answers.next().unwrap_or_default())?.count()?;
        let rows = answers.next().unwrap_or_default();
        let rows = rows.into_iter().map(|mut row| row_from(&mut row)).collect::<Result<_, _>>()?;
        Ok(AuditPage { rows, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn failures_are_kept_up_to_a_bound_and_push_out_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("house.db")).await.expect("opens");
        for n in 0..100 {
            let action = if n % 4 == 0 { Action::UserBan } else { Action::SignInFailed };
            let entry = AuditEntry {
                id: n * LOOK_EVERY,
                at: Time(0),
                actor: None,
                action,
                account: None,
                lot: None,
                reason: None,
                detail: None,
            };
            let mut statements = vec![audit_statement(&entry)];
            if action == Action::SignInFailed {
                statements.extend(forget(&entry, 10));
            }
            store.db.write(statements).await.expect("is written");
        }
        let kept = |action| store.audit(Some(action), 1, 100);
        assert_eq!(kept(Action::UserBan).await.expect("answers").total, 25);
        let failures = kept(Action::SignInFailed).await.expect("answers");
        assert_eq!(failures.total, 10);
        assert_eq!(failures.rows[0].id, 99 * LOOK_EVERY);
    }
}
