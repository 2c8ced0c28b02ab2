//! Accounts.

use crate::audit::{Action, AuditEntry, audit_statement};
use crate::derived::day;
use crate::engine_store::Store;
use crate::kept::{Done, Keep};
use crate::sql::{DbError, Row, Statement, Value, damaged, params, places};
use gavel_domain::Time;
use gavel_engine::ports::StoreError;
use std::collections::HashMap;

/// What an account is to the house.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Buys and sells.
    User,
    /// Is in charge.
    Admin,
}

impl Role {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Role::User => "user",
            Role::Admin => "admin",
        }
    }
}

/// An account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Identity.
    pub id: u128,
    /// Address to sign in with, as it was given.
    pub email: String,
    /// Name shown to others where a name is shown.
    pub display_name: String,
    /// What it is to the house.
    pub role: Role,
    /// Whether the house has banned it.
    pub banned: bool,
    /// When it was made.
    pub created_at: Time,
}

/// An account to be made.
pub struct NewAccount<'a> {
    /// Identity.
    pub id: u128,
    /// Address to sign in with; unique without regard to case.
    pub email: &'a str,
    /// Name shown to others.
    pub display_name: &'a str,
    /// PHC string of the password.
    pub password_hash: &'a str,
    /// What it is to the house.
    pub role: Role,
    /// When it is made.
    pub created_at: Time,
}

impl<'a> NewAccount<'a> {
    /// An account that is to be as given.
    pub fn of(account: &'a Account, password_hash: &'a str) -> NewAccount<'a> {
        NewAccount {
            id: account.id,
            email: &account.email,
            display_name: &account.display_name,
            password_hash,
            role: account.role,
            created_at: account.created_at,
        }
    }
}

/// Who a session or a token belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// When it ends by itself.
    pub expires_at: Time,
    /// Whether a ban has ended it.
    pub ended: bool,
}

/// What of an account is to be changed; the rest stays.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Profile {
    /// Address to sign in with.
    pub email: Option<String>,
    /// Name shown to others.
    pub display_name: Option<String>,
}

pub(crate) const COLUMNS: &str = "a.id, a.email, a.display_name, a.role, a.banned_at, a.created_at";

pub(crate) fn account_from(row: &mut Row) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.id()?,
        email: row.text()?,
        display_name: row.text()?,
        role: match row.text()?.as_str() {
            "user" => Role::User,
            "admin" => Role::Admin,
            other => return Err(damaged(&format!("unknown role {other}"))),
        },
        banned: row.opt_int()?.is_some(),
        created_at: Time(row.int()?),
    })
}

impl Store {
    /// Makes an account; `false` where its address is taken.
    ///
    /// # Errors
    /// The store is away.
    pub async fn add_account(&self, new: NewAccount<'_>) -> Result<bool, StoreError> {
        self.add_account_keeping(new, None).await
    }

    /// Makes an account and keeps the answer; `false` where its address is taken, or the key.
    ///
    /// # Errors
    /// The store is away.
    pub async fn add_account_keeping(
        &self,
        new: NewAccount<'_>,
        keep: Option<Keep>,
    ) -> Result<bool, StoreError> {
        let insert = Statement::new(
            format!("INSERT INTO account ({NEW_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
            new_params(&new),
        );
        let statements = vec![insert, tally_user(new.created_at)];
        match self.write_keeping(statements, keep).await {
            Ok(done) => Ok(done == Done::Now),
            // PostgreSQL names the constraint, SQLite the column.
            Err(DbError::Constraint(name)) if name.contains("email") => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The account with this address, and the PHC string of its password.
    ///
    /// # Errors
    /// The store is away.
    pub async fn account_by_email(
        &self,
        email: &str,
    ) -> Result<Option<(Account, String)>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS}, a.password_hash FROM account a WHERE a.email_key = ?1");
        let rows = self.db.read(sql, params![email.to_lowercase()]).await?;
        let read = |mut row: Row| Ok((account_from(&mut row)?, row.text()?));
        rows.into_iter().next().map(read).transpose()
    }

    /// Accounts by identity; who is unknown is absent.
    ///
    /// # Errors
    /// The store is away.
    pub async fn accounts(&self, ids: &[u128]) -> Result<HashMap<u128, Account>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let places = places(1, ids.len());
        let sql = format!("SELECT {COLUMNS} FROM account a WHERE a.id IN ({places})");
        let rows = self.db.read(sql, ids.iter().map(|id| Value::from(*id)).collect()).await?;
        let read = |mut row: Row| {
            let account = account_from(&mut row)?;
            Ok((account.id, account))
        };
        rows.into_iter().map(read).collect()
    }

    /// Makes an account an admin's; `false` where there is none with this address, or a banned one.
    /// `id` and `at` are those of the audit's entry.
    ///
    /// # Errors
    /// The store is away.
    pub async fn promote(&self, email: &str, id: u128, at: Time) -> Result<bool, StoreError> {
        let Some((account, _)) = self.account_by_email(email).await? else { return Ok(false) };
        if account.role == Role::Admin {
            return Ok(true);
        }
        let sql = "UPDATE account SET role = 'admin' WHERE id = ?1 AND banned_at IS NULL";
        let entry = AuditEntry {
            id,
            at,
            actor: None,
            action: Action::AdminPromote,
            account: Some(account.id),
            lot: None,
            reason: None,
            detail: Some("on the command line".to_owned()),
        };
        let statements =
            vec![Statement::new(sql, params![account.id]).expecting(1), audit_statement(&entry)];
        match self.db.write(statements).await {
            Ok(()) => Ok(true),
            Err(DbError::Mismatch) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether anybody is in charge.
    ///
    /// # Errors
    /// The store is away.
    pub async fn has_admin(&self) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM account WHERE role = 'admin' LIMIT 1";
        Ok(!self.db.read(sql, params![]).await?.is_empty())
    }

    /// Makes the account of the first admin; nothing where somebody is in charge already, `false`
    /// where its address is taken. `audit` is the identity of the audit's entry.
    ///
    /// # Errors
    /// The store is away.
    pub async fn add_first_admin(
        &self,
        new: NewAccount<'_>,
        audit: u128,
    ) -> Result<Option<bool>, StoreError> {
        let insert = format!(
            "INSERT INTO account ({NEW_COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 \
             WHERE NOT EXISTS (SELECT 1 FROM account WHERE role = 'admin')"
        );
        let entry = AuditEntry {
            id: audit,
            at: new.created_at,
            actor: None,
            action: Action::AdminPromote,
            account: Some(new.id),
            lot: None,
            reason: None,
            detail: Some("by the link of the first start".to_owned()),
        };
        let statements = vec![
            Statement::new(insert, new_params(&new)).expecting(1),
            tally_user(new.created_at),
            audit_statement(&entry),
        ];
        match self.db.write(statements).await {
            Ok(()) => Ok(Some(true)),
            Err(DbError::Mismatch) => Ok(None),
            Err(DbError::Constraint(name)) if name.contains("email") => Ok(Some(false)),
            Err(error) => Err(error.into()),
        }
    }

    /// The PHC string of an account's password.
    ///
    /// # Errors
    /// The store is away.
    pub async fn password_of(&self, account: u128) -> Result<Option<String>, StoreError> {
        let sql = "SELECT password_hash FROM account WHERE id = ?1";
        let rows = self.db.read(sql, params![account]).await?;
        rows.into_iter().next().map(|mut row| row.text()).transpose()
    }

    /// Changes an account's name and address; nothing where the address is somebody else's.
    ///
    /// # Errors
    /// The store is away.
    pub async fn set_profile(
        &self,
        account: u128,
        profile: &Profile,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let update = "UPDATE account SET email = COALESCE(?2, email), \
                      email_key = COALESCE(?3, email_key), \
                      display_name = COALESCE(?4, display_name) WHERE id = ?1";
        let (email, name) = (profile.email.as_deref(), profile.display_name.as_deref());
        let email_key = email.map(str::to_lowercase);
        let mut statements =
            vec![Statement::new(update, params![account, email, email_key, name]).expecting(1)];
        if email.is_some() {
            // Links on their way to an address that is not the account's any more open nothing.
            let sql = "DELETE FROM password_reset WHERE account = ?1";
            statements.push(Statement::new(sql, params![account]));
        }
        match self.write_keeping(statements, keep).await {
            Ok(done) => Ok(Some(done)),
            Err(DbError::Constraint(name)) if name.contains("email") => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

const NEW_COLUMNS: &str = "id, email, email_key, display_name, password_hash, role, created_at";

fn new_params(new: &NewAccount<'_>) -> Vec<Value> {
    params![
        new.id,
        new.email,
        new.email.to_lowercase(),
        new.display_name,
        new.password_hash,
        new.role.word(),
        new.created_at.0,
    ]
}

/// Counts a new user on their day.
fn tally_user(at: Time) -> Statement {
    Statement::new(
        "INSERT INTO tally (day, kind, category, count, amount) VALUES (?1, 'users', '', 1, 0) \
         ON CONFLICT (day, kind, category, writer) DO UPDATE SET count = tally.count + 1",
        params![day(at)],
    )
}
