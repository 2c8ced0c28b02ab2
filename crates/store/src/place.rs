//! Where a house is kept, and one state of it to be read.

use crate::db::Db;
use crate::engine_store::one;
use crate::marks::Marks;
use crate::postgres::{self, Postgres};
use crate::schema;
use crate::sql::{Answers, Dialect, Row, Statement, Value, params};
use crate::sqlite::{self, Sqlite};
use gavel_engine::chain::HouseKey;
use gavel_engine::ports::StoreError;
use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

/// Where the database of a house is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file.
    File(PathBuf),
    /// In the PostgreSQL database of a URL.
    Database(String),
}

/// For whoever runs the house: of a URL, only the names of the database and of its hosts.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Database(url) => f.write_str(&postgres::name(url)),
        }
    }
}

impl Place {
    /// Opens what is there, or makes it, to carry a house there or away from there: whatever its marks
    /// say.
    pub(crate) async fn open(&self) -> Result<Db, StoreError> {
        Ok(match self {
            Place::File(path) => Db::Sqlite(Sqlite::open(path)?),
            Place::Database(url) => Db::Postgres(Postgres::open_to_carry(url).await?),
        })
    }

    /// The key of the house that must be there whole.
    ///
    /// # Errors
    /// There is none, or only a part of one. The store is away.
    pub async fn house_key(&self) -> Result<HouseKey, StoreError> {
        Snapshot::open(self).await?.house_key().await
    }
}

/// One state of a house that others may go on writing to: opened to read alone, never migrated.
pub(crate) enum Snapshot {
    Sqlite(sqlite::Snapshot),
    Postgres(Box<postgres::Snapshot>),
}

impl Snapshot {
    /// Opens a house that must be there whole.
    pub(crate) async fn open(place: &Place) -> Result<Snapshot, StoreError> {
        let snapshot = Snapshot::open_any(place).await?;
        snapshot.marks().await?.whole()?;
        Ok(snapshot)
    }

    /// Opens a house, or what has arrived of one so far.
    pub(crate) async fn open_any(place: &Place) -> Result<Snapshot, StoreError> {
        let none = || StoreError::Unusable("there is no house in it".to_owned());
        Snapshot::find(place).await?.ok_or_else(none)
    }

    /// The same; none where nothing is but what can be made a house.
    pub(crate) async fn find(place: &Place) -> Result<Option<Snapshot>, StoreError> {
        let (snapshot, made, known) = match place {
            Place::File(path) if !path.exists() => return Ok(None),
            Place::File(path) => {
                let (snapshot, made) = sqlite::Snapshot::open(path)?;
                (Snapshot::Sqlite(snapshot), made, schema::sqlite().len())
            }
            Place::Database(url) => {
                let (snapshot, made) = postgres::Snapshot::open(url).await?;
                (Snapshot::Postgres(Box::new(snapshot)), made, schema::postgres().len())
            }
        };
        let begun = made > 0 && made < known;
        let first = "SELECT 1 FROM house LIMIT 1";
        if made == 0 || (begun && snapshot.read(first, params![]).await?.is_empty()) {
            return Ok(None);
        }
        if made != known {
            let what = format!(
                "it has {made} migrations where this gavel knows {known}; `gavel serve` brings an older \
                 house up to date"
            );
            return Err(StoreError::Unusable(what));
        }
        Ok(Some(snapshot))
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Snapshot::Sqlite(_) => Dialect::Sqlite,
            Snapshot::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) async fn marks(&self) -> Result<Marks, StoreError> {
        Marks::read(self.read(Marks::QUERY, params![]).await?)
    }

    pub(crate) async fn house_key(&self) -> Result<HouseKey, StoreError> {
        let rows = self.read("SELECT value FROM house WHERE name = ?1", params!["key"]).await?;
        Ok(HouseKey::new(one(rows)?.bytes()?))
    }

    /// Answers a query.
    pub(crate) async fn read(
        &self,
        sql: impl Into<Cow<'static, str>>,
        params: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut answers = self.read_all(&[Statement::new(sql, params)]).await?;
        Ok(answers.pop().unwrap_or_default())
    }

    /// Answers queries.
    pub(crate) async fn read_all(&self, queries: &[Statement]) -> Result<Answers, StoreError> {
        match self {
            Snapshot::Sqlite(snapshot) => snapshot.read_all(queries),
            Snapshot::Postgres(snapshot) => snapshot.read_all(queries).await,
        }
    }

    /// Answers a query, or fails where a value of it is none that a house writes.
    pub(crate) async fn read_exactly(
        &self,
        query: Statement,
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        match self {
            Snapshot::Sqlite(snapshot) => snapshot.read_exactly(&query),
            Snapshot::Postgres(_) => {
                let rows = self.read(query.sql, query.params).await?;
                Ok(rows.into_iter().map(Row::values).collect())
            }
        }
    }
}
