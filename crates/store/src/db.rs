//! The database underneath, whichever it is.

use crate::postgres::{self, Postgres};
use crate::sql::{Answers, DbError, Dialect, Row, Statement, Value};
use crate::sqlite::Sqlite;
use gavel_engine::ports::StoreError;
use std::borrow::Cow;

/// Whom connections are kept for.
#[derive(Clone, Copy)]
pub(crate) enum For {
    /// Pages, and changes of visitors.
    Visitors,
    /// What follows the engine, and looks after the house.
    Engine,
    /// The engine's turns alone: its connections are served by the thread that it runs on.
    Turns,
}

/// A database.
pub(crate) enum Db {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Db {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Db::Sqlite(_) => Dialect::Sqlite,
            Db::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Carries out statements in one durable transaction.
    pub(crate) async fn write(&self, statements: Vec<Statement>) -> Result<(), DbError> {
        match self {
            Db::Sqlite(db) => db.write_prepared(move || statements).await,
            Db::Postgres(db) => db.write(For::Visitors, statements).await,
        }
    }

    /// The same for the engine and what follows it, with statements that need some work to be made:
    /// where there is a thread that writes, it does that too.
    pub(crate) async fn write_prepared(
        &self,
        prepare: impl FnOnce() -> Vec<Statement> + Send + 'static,
    ) -> Result<(), DbError> {
        match self {
            Db::Sqlite(db) => db.write_prepared(prepare).await,
            Db::Postgres(db) => db.write(For::Engine, prepare()).await,
        }
    }

    /// Carries out statements, and answers queries after them, in one durable transaction of an engine
    /// whose database is shared. It comes after those that it has sent before.
    pub(crate) async fn write_in_line(
        &self,
        statements: Vec<Statement>,
        queries: Vec<Statement>,
    ) -> Result<Answers, DbError> {
        match self {
            Db::Sqlite(_) => Err(DbError::Unavailable("no turns in SQLite".to_owned())),
            Db::Postgres(db) => db.write_in_line(statements, queries).await,
        }
    }

    /// Has statements checked in the same place, and undoes what they did.
    pub(crate) async fn check_in_line(&self, statements: Vec<Statement>) -> Result<(), DbError> {
        match self {
            Db::Sqlite(_) => Err(DbError::Unavailable("no turns in SQLite".to_owned())),
            Db::Postgres(db) => db.check_in_line(statements).await,
        }
    }

    /// Begins a transaction that waits for its caller, with some queries in it. SQLite has none: its
    /// one writer is everybody's.
    pub(crate) async fn begin(
        &self,
        lane: For,
        queries: Vec<Statement>,
    ) -> Result<(postgres::Turn, Answers), StoreError> {
        match self {
            Db::Sqlite(_) => Err(StoreError::Unavailable("no turns in SQLite".to_owned())),
            Db::Postgres(db) => db.begin(lane, queries).await,
        }
    }

    /// Has it refused from now on, also when a connection is made anew, once its house has moved away. A
    /// file has one process that writes, and what carries a house away takes its place.
    pub(crate) fn guard(&self) {
        if let Db::Postgres(db) = self {
            db.guard();
        }
    }

    /// Closes it, and waits until everything is where it stays.
    pub(crate) async fn close(self) -> Result<(), StoreError> {
        match self {
            Db::Sqlite(db) => db.close().await,
            Db::Postgres(_) => Ok(()),
        }
    }

    /// Answers a query.
    pub(crate) async fn read(
        &self,
        sql: impl Into<Cow<'static, str>>,
        params: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.read_one(For::Visitors, Statement::new(sql, params)).await
    }

    /// Answers a query of the engine's.
    pub(crate) async fn read_for_engine(
        &self,
        sql: impl Into<Cow<'static, str>>,
        params: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.read_one(For::Engine, Statement::new(sql, params)).await
    }

    async fn read_one(&self, reader: For, query: Statement) -> Result<Vec<Row>, StoreError> {
        Ok(self.read_all(reader, vec![query]).await?.pop().unwrap_or_default())
    }

    /// Answers several queries from one state of the database.
    pub(crate) async fn read_all(
        &self,
        reader: For,
        queries: Vec<Statement>,
    ) -> Result<Answers, StoreError> {
        match self {
            Db::Sqlite(db) => db.read_all(reader, queries).await,
            Db::Postgres(db) => db.read_all(reader, queries).await,
        }
    }
}
