//! Accounts and sessions.

use crate::engine_store::Store;
use crate::sql::{DbError, Row, Statement, Value, damaged, params};
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
    fn word(self) -> &'static str {
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

/// Who a session belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// When the session ends.
    pub expires_at: Time,
}

const COLUMNS: &str = "a.id, a.email, a.display_name, a.role, a.banned_at, a.created_at";

fn account_from(row: &mut Row) -> Result<Account, StoreError> {
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
        let statement = Statement::new(
            "INSERT INTO account \
             (id, email, email_key, display_name, password_hash, role, created_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                new.id,
                new.email,
                new.email.to_lowercase(),
                new.display_name,
                new.password_hash,
                new.role.word(),
                new.created_at.0,
            ],
        );
        match self.db.write(vec![statement]).await {
            Ok(()) => Ok(true),
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
        let places = (1..=ids.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
        let sql = format!("SELECT {COLUMNS} FROM account a WHERE a.id IN ({places})");
        let rows = self.db.read(sql, ids.iter().map(|id| Value::from(*id)).collect()).await?;
        let read = |mut row: Row| {
            let account = account_from(&mut row)?;
            Ok((account.id, account))
        };
        rows.into_iter().map(read).collect()
    }

    /// Makes an account an admin's; `false` where there is none with this address.
    ///
    /// # Errors
    /// The store is away.
    pub async fn promote(&self, email: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE account SET role = 'admin' WHERE email_key = ?1";
        let statement = Statement::new(sql, params![email.to_lowercase()]).expecting(1);
        match self.db.write(vec![statement]).await {
            Ok(()) => Ok(true),
            Err(DbError::Mismatch) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps a session under the SHA-256 of its token, and forgets the account's expired ones.
    ///
    /// # Errors
    /// The store is away.
    pub async fn add_session(
        &self,
        token_hash: [u8; 32],
        account: u128,
        now: Time,
        expires_at: Time,
    ) -> Result<(), StoreError> {
        let statements = vec![
            Statement::new(
                "DELETE FROM session WHERE account = ?1 AND expires_at <= ?2",
                params![account, now.0],
            ),
            Statement::new(
                "INSERT INTO session (token_hash, account, created_at, expires_at) \
                 VALUES (?1, ?2, ?3, ?4)",
                params![token_hash, account, now.0, expires_at.0],
            ),
        ];
        Ok(self.db.write(statements).await?)
    }

    /// Whose session it is.
    ///
    /// # Errors
    /// The store is away.
    pub async fn session(&self, token_hash: [u8; 32]) -> Result<Option<SignedIn>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, s.expires_at FROM session s JOIN account a ON a.id = s.account \
             WHERE s.token_hash = ?1"
        );
        let rows = self.db.read(sql, params![token_hash]).await?;
        let read = |mut row: Row| {
            let account = account_from(&mut row)?;
            Ok(SignedIn { account, expires_at: Time(row.int()?) })
        };
        rows.into_iter().next().map(read).transpose()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The store is away.
    pub async fn end_session(&self, token_hash: [u8; 32]) -> Result<(), StoreError> {
        let sql = "DELETE FROM session WHERE token_hash = ?1";
        Ok(self.db.write(vec![Statement::new(sql, params![token_hash])]).await?)
    }
}
