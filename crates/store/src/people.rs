//! Users, as those in charge and visitors see them.

use crate::accounts::{Account, COLUMNS, Role, account_from};
use crate::audit::{AuditEntry, audit_statement};
use crate::catalogue::{Conditions, window};
use crate::db::For;
use crate::engine_store::{Store, one, put_house};
use crate::kept::{Done, Keep};
use crate::shared;
use crate::sql::{Row, Statement, params};
use gavel_domain::Time;
use gavel_engine::ports::StoreError;

/// Who somebody is, for those in charge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Identity.
    pub id: u128,
    /// Name shown to others.
    pub display_name: String,
    /// Address to sign in with.
    pub email: String,
}

impl Person {
    /// Reads identity, name and address, all of which are there or none is.
    pub(crate) fn read(row: &mut Row) -> Result<Option<Person>, StoreError> {
        let (id, name, email) = (row.opt_id()?, row.opt_text()?, row.opt_text()?);
        let person = id.zip(name).zip(email);
        Ok(person.map(|((id, display_name), email)| Person { id, display_name, email }))
    }
}

/// Which users.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Part of an address or a name, or an identity.
    pub search: Option<String>,
    /// What they are to the house.
    pub role: Option<Role>,
    /// Whether they are banned.
    pub banned: Option<bool>,
    /// From 1.
    pub page: u32,
    /// Users a page.
    pub limit: u32,
}

/// A user, for those in charge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserRow {
    /// The account.
    pub account: Account,
    /// When it was banned, if it is.
    pub banned_at: Option<Time>,
    /// Why.
    pub ban_reason: Option<String>,
    /// Lots that it has listed.
    pub lots: u64,
    /// Lots that it has bid on.
    pub bids: u64,
}

/// A page of users.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserPage {
    /// The users, newest first.
    pub rows: Vec<UserRow>,
    /// Users in the whole list.
    pub total: u64,
}

/// A seller, for everyone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seller {
    /// Identity.
    pub id: u128,
    /// Name shown to others.
    pub display_name: String,
    /// When the account was made.
    pub created_at: Time,
    /// Lots that take bids.
    pub active: u64,
    /// Lots that were sold.
    pub sold: u64,
}

fn conditions(filter: &UserFilter) -> Conditions {
    let mut conditions = Conditions::default();
    if let Some(search) = &filter.search {
        match uuid::Uuid::try_parse(search) {
            Ok(id) => conditions.add("a.id = ?", params![id.as_u128()]),
            Err(_) => {
                let (lower, given) = (like(&search.to_lowercase()), like(search));
                // LOWER knows the letters of ASCII alone; other names are found as they are written.
                let sql = "(a.email_key LIKE ? ESCAPE '!' OR LOWER(a.display_name) LIKE ? ESCAPE '!' \
                           OR a.display_name LIKE ? ESCAPE '!')";
                conditions.add(sql, params![lower.as_str(), lower.as_str(), given]);
            }
        }
    }
    if let Some(role) = filter.role {
        conditions.add("a.role = ?", params![role.word()]);
    }
    match filter.banned {
        Some(true) => conditions.add("a.banned_at IS NOT NULL", []),
        Some(false) => conditions.add("a.banned_at IS NULL", []),
        None => {}
    }
    conditions
}

/// A LIKE pattern for whatever contains a text.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn user_from(row: &mut Row) -> Result<UserRow, StoreError> {
    Ok(UserRow {
        account: account_from(row)?,
        banned_at: row.opt_int()?.map(Time),
        ban_reason: row.opt_text()?,
        lots: row.count()?,
        bids: row.count()?,
    })
}

impl Store {
    /// A page of users, newest first.
    ///
    /// # Errors
    /// The store is away.
    pub async fn users(&self, filter: &UserFilter) -> Result<UserPage, StoreError> {
        let conditions = conditions(filter);
        let sql = conditions.sql();
        let mut params = conditions.params;
        let count = format!("SELECT COUNT(*) FROM account a WHERE {sql}");
        let count = Statement::new(count, params.clone());
        let (shown, offset) = window(filter.page, filter.limit);
        params.extend(params![shown, offset]);
        let last = params.len();
        let sql = format!(
            "SELECT {COLUMNS}, a.banned_at, a.ban_reason, \
             (SELECT COUNT(*) FROM lot l WHERE l.seller = a.id), \
             (SELECT COUNT(*) FROM bidder b WHERE b.account = a.id) \
             FROM account a WHERE {sql} ORDER BY a.created_at DESC, a.id DESC \
             LIMIT ?{} OFFSET ?{last}",
            last - 1
        );
        let queries = vec![count, Statement::new(sql, params)];
        let mut answers = self.db.read_all(For::Visitors, queries).await?.into_iter();
        let total = one(answers.next().unwrap_or_default())?.count()?;
        let rows = answers.next().unwrap_or_default();
        let rows = rows.into_iter().map(|mut row| user_from(&mut row)).collect::<Result<_, _>>()?;
        Ok(UserPage { rows, total })
    }

    /// Bans the account that an entry tells of, for its reason: ends its sessions and closes its
    /// resets. Nothing where it is banned already, or an admin's, or not there.
    ///
    /// # Errors
    /// The store is away.
    pub async fn ban(
        &self,
        account: u128,
        entry: &AuditEntry,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let ban = "UPDATE account SET banned_at = ?2, ban_reason = ?3 \
                   WHERE id = ?1 AND banned_at IS NULL AND role <> 'admin'";
        let statements = vec![
            Statement::new(ban, params![account, entry.at.0, entry.reason.clone()]).expecting(1),
            // The rows stay until they expire: who comes with one is told of the ban.
            Statement::new(
                "UPDATE session SET ended_at = ?2 WHERE account = ?1 AND ended_at IS NULL",
                params![account, entry.at.0],
            ),
            Statement::new("DELETE FROM password_reset WHERE account = ?1", params![account]),
            put_house(shared::LAST_BAN, &entry.id.to_be_bytes()),
            audit_statement(entry),
        ];
        self.unless_mismatched(statements, keep).await
    }

    /// Why an account is banned; nothing where it is not.
    ///
    /// # Errors
    /// The store is away.
    pub async fn ban_reason(&self, account: u128) -> Result<Option<String>, StoreError> {
        let sql = "SELECT ban_reason FROM account WHERE id = ?1 AND banned_at IS NOT NULL";
        let rows = self.db.read(sql, params![account]).await?;
        rows.into_iter().next().map_or(Ok(None), |mut row| row.opt_text())
    }

    /// Lifts a ban. Nothing where there is none.
    ///
    /// # Errors
    /// The store is away.
    pub async fn unban(
        &self,
        account: u128,
        entry: &AuditEntry,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let lift = "UPDATE account SET banned_at = NULL, ban_reason = NULL \
                    WHERE id = ?1 AND banned_at IS NOT NULL";
        let statements =
            vec![Statement::new(lift, params![account]).expecting(1), audit_statement(entry)];
        self.unless_mismatched(statements, keep).await
    }

    /// A seller; nobody where this user has never listed a lot.
    ///
    /// # Errors
    /// The store is away.
    pub async fn seller(&self, id: u128, now: Time) -> Result<Option<Seller>, StoreError> {
        let sql = "SELECT a.display_name, a.created_at, \
                   SUM(CASE WHEN s.status = 'active' AND l.starts_at <= ?2 THEN 1 ELSE 0 END), \
                   SUM(CASE WHEN s.status = 'sold' THEN 1 ELSE 0 END) \
                   FROM account a JOIN lot l ON l.seller = a.id JOIN lot_state s ON s.lot = l.id \
                   WHERE a.id = ?1 GROUP BY a.id, a.display_name, a.created_at";
        let rows = self.db.read(sql, params![id, now.0]).await?;
        let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
        let (display_name, created_at) = (row.text()?, Time(row.int()?));
        Ok(Some(Seller { id, display_name, created_at, active: row.count()?, sold: row.count()? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_no_pattern() {
        assert_eq!(like("50%_!"), "%50!%!_!!%");
    }
}
