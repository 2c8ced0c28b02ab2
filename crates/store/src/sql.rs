//! Values, rows and statements that mean the same to every engine.

use gavel_engine::ports::StoreError;
use smallvec::SmallVec;
use std::borrow::Cow;

/// Which engine is underneath, where what is said to it has to differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// A value on its way into or out of a database.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    /// Most are an identity or a hash, and those are kept in place: a bid alone has seven of them.
    Bytes(SmallVec<[u8; 32]>),
    /// Values of one kind; PostgreSQL alone takes them.
    List(Vec<Value>),
}

impl Value {
    /// What it is, without what it says: that may be somebody's secret.
    fn kind(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::Int(_) => "a number",
            Value::Text(_) => "a text",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "a list",
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Value {
        // Positions and counts stay far below 2^63.
        Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Value {
        Value::Int(i64::from(number))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Int(i64::from(flag))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Value {
        Value::Bytes(SmallVec::from_slice(bytes))
    }
}

impl From<[u8; 32]> for Value {
    fn from(bytes: [u8; 32]) -> Value {
        Value::Bytes(bytes.into())
    }
}

/// An identity.
impl From<u128> for Value {
    fn from(id: u128) -> Value {
        Value::from(id.to_be_bytes().as_slice())
    }
}

impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Value {
        Value::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// SQL with `?1`-numbered parameters.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) sql: Cow<'static, str>,
    pub(crate) params: Vec<Value>,
    /// How many rows it must change for the transaction to stand.
    pub(crate) expects: Option<usize>,
    /// Whether no statement beside it concerns the same row, or writes rows that it is to see: those of one
    /// text may be carried out at once, and with those of other tables. A query may be answered with them.
    pub(crate) apart: bool,
}

impl Statement {
    pub(crate) fn new(sql: impl Into<Cow<'static, str>>, params: Vec<Value>) -> Statement {
        Statement { sql: sql.into(), params, expects: None, apart: false }
    }

    pub(crate) fn expecting(self, rows: usize) -> Statement {
        Statement { expects: Some(rows), ..self }
    }

    pub(crate) fn apart(self) -> Statement {
        Statement { apart: true, ..self }
    }

    /// Whether it has the text of another.
    pub(crate) fn has_text_of(&self, other: &Statement) -> bool {
        // Most are the same word of the program, which need not be read to be compared.
        std::ptr::eq(&raw const *self.sql, &raw const *other.sql) || self.sql == other.sql
    }

    /// Whether its text is always the same, so that a connection may keep it.
    pub(crate) fn is_prepared(&self) -> bool {
        matches!(self.sql, Cow::Borrowed(_))
    }
}

/// A list of parameters.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::sql::Value::from($value)),*] };
}
pub(crate) use params;

/// A row of an answer, read column by column in order.
pub(crate) struct Row(std::vec::IntoIter<Value>);

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Row {
        Row(values.into_iter())
    }

    /// What is left of it.
    pub(crate) fn values(self) -> Vec<Value> {
        self.0.collect()
    }

    fn next(&mut self) -> Result<Value, StoreError> {
        self.0.next().ok_or_else(|| damaged("a column is missing"))
    }

    pub(crate) fn int(&mut self) -> Result<i64, StoreError> {
        self.opt_int()?.ok_or_else(|| damaged("a number is missing"))
    }

    pub(crate) fn opt_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.next()? {
            Value::Int(number) => Ok(Some(number)),
            Value::Null => Ok(None),
            other => Err(damaged(&format!("{} where a number belongs", other.kind()))),
        }
    }

    pub(crate) fn count<T: TryFrom<i64>>(&mut self) -> Result<T, StoreError> {
        T::try_from(self.int()?).map_err(|_| damaged("a count is out of range"))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.int()? != 0)
    }

    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        self.opt_text()?.ok_or_else(|| damaged("a text is missing"))
    }

    pub(crate) fn opt_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.next()? {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            other => Err(damaged(&format!("{} where a text belongs", other.kind()))),
        }
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        self.opt_bytes()?.ok_or_else(|| damaged("bytes are missing"))
    }

    pub(crate) fn opt_bytes<const N: usize>(&mut self) -> Result<Option<[u8; N]>, StoreError> {
        match self.next()? {
            Value::Bytes(bytes) => {
                Ok(Some(bytes[..].try_into().map_err(|_| damaged("bytes of a wrong length"))?))
            }
            Value::Null => Ok(None),
            other => Err(damaged(&format!("{} where bytes belong", other.kind()))),
        }
    }

    pub(crate) fn blob(&mut self) -> Result<Vec<u8>, StoreError> {
        match self.next()? {
            Value::Bytes(bytes) => Ok(bytes.into_vec()),
            Value::Text(text) => Ok(text.into_bytes()),
            other => Err(damaged(&format!("{} where bytes belong", other.kind()))),
        }
    }

    pub(crate) fn id(&mut self) -> Result<u128, StoreError> {
        Ok(u128::from_be_bytes(self.bytes()?))
    }

    pub(crate) fn opt_id(&mut self) -> Result<Option<u128>, StoreError> {
        Ok(self.opt_bytes()?.map(u128::from_be_bytes))
    }
}

/// The rows of several queries, in their order.
pub(crate) type Answers = Vec<Vec<Row>>;

/// `?3, ?4, …`: places for `count` parameters of a list, the first of them being the `first`th. A list of
/// none holds nothing.
pub(crate) fn places(first: usize, count: usize) -> String {
    if count == 0 {
        return "NULL".to_owned();
    }
    (first..first + count).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ")
}

/// What the store holds cannot be.
pub(crate) fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(what.to_owned())
}

/// A list of statements was not carried out, or perhaps not.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DbError {
    /// A constraint of this name forbids it; nothing changed.
    #[error("constraint {0} forbids it")]
    Constraint(String),
    /// A statement changed another number of rows than it must; nothing changed.
    #[error("the rows were not as expected")]
    Mismatch,
    /// It could not be done now; nothing changed.
    #[error("not now: {0}")]
    Unavailable(String),
    /// Another transaction was in the way; nothing changed, and it may be tried again at once.
    #[error("another transaction was in the way")]
    Raced,
    /// It may have happened or not.
    #[error("outcome unknown: {0}")]
    Unknown(String),
    /// The database cannot be trusted any more.
    #[error("failed for good: {0}")]
    Fatal(String),
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> StoreError {
        StoreError::Unavailable(error.to_string())
    }
}
