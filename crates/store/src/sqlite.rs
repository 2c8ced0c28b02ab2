//! SQLite underneath: one connection that writes, on a thread of its own, and a few that read.

use crate::db::For;
use crate::sql::{Answers, DbError, Row, Statement, Value, params};
use crate::{schema, search};
use gavel_engine::ports::StoreError;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};
use rusqlite_migration::{M, Migrations};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot};

/// Readers at a time; more wait.
const READERS_MAX: usize = 4;
/// Readers of the engine's own, which no page that somebody looks at can take.
const ENGINE_READERS_MAX: usize = 2;
/// Reads that may wait for a reader before they are refused.
const READS_WAITING_MAX: usize = 1024;
/// Lists of statements that may wait for the writer.
const WRITES_WAITING_MAX: usize = 256;
/// How long a lock that another process holds (a command beside a running server) is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Makes the statements of a transaction; called on the writer's thread, so that the caller's need
/// not do that work.
type Prepare = Box<dyn FnOnce() -> Vec<Statement> + Send>;

struct Write {
    prepare: Prepare,
    reply: oneshot::Sender<Result<(), DbError>>,
}

/// Readers that take turns.
struct Lane {
    permits: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Lane {
    fn new(readers_max: usize) -> Lane {
        Lane {
            permits: Arc::new(Semaphore::new(readers_max)),
            waiting: Semaphore::new(READS_WAITING_MAX),
        }
    }
}

/// A SQLite database.
pub(crate) struct Sqlite {
    writer: mpsc::Sender<Write>,
    readers: Arc<Mutex<Vec<Connection>>>,
    lanes: [Lane; 2],
    path: PathBuf,
    thread: std::thread::JoinHandle<()>,
}

impl Sqlite {
    /// Opens or creates the database at `path`, and migrates it.
    pub(crate) fn open(path: &Path) -> Result<Sqlite, StoreError> {
        let mut connection = connect(path, OpenFlags::default()).map_err(|e| away(&e))?;
        prepare_writer(&connection).map_err(|e| away(&e))?;
        let texts = schema::sqlite();
        let migrations = Migrations::new(texts.iter().map(|sql| M::up(sql)).collect());
        migrations
            .to_latest(&mut connection)
            .map_err(|error| StoreError::Damaged(format!("cannot migrate: {error}")))?;
        let (writer, inbox) = mpsc::channel(WRITES_WAITING_MAX);
        let thread = std::thread::Builder::new()
            .name("gavel-writer".into())
            .spawn(move || write_all(&mut connection, inbox))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Sqlite {
            writer,
            readers: Arc::default(),
            lanes: [Lane::new(READERS_MAX), Lane::new(ENGINE_READERS_MAX)],
            path: path.to_owned(),
            thread,
        })
    }

    /// Closes it, and waits until everything is in its one file.
    pub(crate) async fn close(self) -> Result<(), StoreError> {
        let Sqlite { writer, readers, thread, .. } = self;
        // The last to go takes the write-ahead log with it, which one that reads cannot.
        drop(readers);
        drop(writer);
        let closed = tokio::task::spawn_blocking(move || thread.join().is_ok()).await;
        match closed {
            Ok(true) => Ok(()),
            _ => Err(StoreError::Unavailable("the writer is gone".into())),
        }
    }

    /// Carries out statements, which the writer's thread makes, in one durable transaction.
    pub(crate) async fn write_prepared(
        &self,
        prepare: impl FnOnce() -> Vec<Statement> + Send + 'static,
    ) -> Result<(), DbError> {
        let (reply, answer) = oneshot::channel();
        let gone = || DbError::Fatal("the writer is gone".into());
        self.writer.send(Write { prepare: Box::new(prepare), reply }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// Answers several queries from one state of the database.
    pub(crate) async fn read_all(
        &self,
        reader: For,
        queries: Vec<Statement>,
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        let lane = &self.lanes[reader as usize];
        let busy = || StoreError::Unavailable("too many reads are waiting".into());
        let _place = lane.waiting.try_acquire().map_err(|_| busy())?;
        let permit = lane.permits.clone().acquire_owned().await.map_err(|_| busy())?;
        let (readers, path) = (self.readers.clone(), self.path.clone());
        let read = move || {
            let _permit = permit;
            let idle = readers.lock().ok().and_then(|mut idle| idle.pop());
            let mut connection = match idle {
                Some(connection) => connection,
                None => {
                    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
                        | OpenFlags::SQLITE_OPEN_URI
                        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                    connect(&path, flags)?
                }
            };
            let answers = answer_all(&mut connection, &queries)?;
            if let Ok(mut idle) = readers.lock() {
                idle.push(connection);
            }
            Ok(answers)
        };
        tokio::task::spawn_blocking(read)
            .await
            .map_err(|error| StoreError::Unavailable(error.to_string()))?
            .map_err(|error: rusqlite::Error| away(&error))
    }
}

/// One state of a database that others may go on writing to: opened to read alone, never migrated.
pub(crate) struct Snapshot(Connection);

impl Snapshot {
    /// Opens the database at `path` as it stands now, and says how many migrations it has seen.
    pub(crate) fn open(path: &Path) -> Result<(Snapshot, usize), StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = connect(path, flags).map_err(|error| away(&error))?;
        // The first read settles which state it is.
        connection.execute_batch("BEGIN").map_err(|error| away(&error))?;
        let made = migrations_made(&connection).map_err(|error| away(&error))?;
        Ok((Snapshot(connection), made))
    }

    /// Answers queries.
    pub(crate) fn read_all(&self, queries: &[Statement]) -> Result<Answers, StoreError> {
        let answers = queries.iter().map(|query| answer(&self.0, &query.sql, &query.params));
        answers.collect::<rusqlite::Result<_>>().map_err(|error| away(&error))
    }

    /// Answers a query, or fails where a value of it is none that the house writes.
    pub(crate) fn read_exactly(&self, query: &Statement) -> Result<Vec<Vec<Value>>, StoreError> {
        let read = || {
            let mut prepared = self.0.prepare_cached(&query.sql)?;
            let columns = prepared.column_count();
            let rows = prepared.query_map(rusqlite::params_from_iter(&query.params), |row| {
                (0..columns).map(|column| exact(row.get_ref(column)?)).collect()
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| away(&error))
    }
}

/// Copies the database at `path`, as it stands now, into a new file. Others may go on writing.
pub(crate) fn copy(path: &Path, into: &Path) -> Result<(), StoreError> {
    let target = into.to_str().ok_or_else(|| StoreError::Unavailable("a strange path".into()))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect(path, flags).map_err(|error| away(&error))?;
    connection.execute("VACUUM INTO ?1", [target]).map_err(|error| away(&error))?;
    Ok(())
}

/// Whether the file at `path`, which nobody else has open, is a whole database of a house that this
/// program can open.
pub(crate) fn check_file(path: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect(path, flags).map_err(|error| away(&error))?;
    let damaged = |what: &str| Err(StoreError::Damaged(what.to_owned()));
    let sound: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| away(&error))?;
    if sound != "ok" {
        return damaged("the database is not whole");
    }
    let made = migrations_made(&connection).map_err(|error| away(&error))?;
    if made > schema::sqlite().len() {
        return damaged("the house is a newer gavel's");
    }
    let key = answer(&connection, "SELECT value FROM house WHERE name = ?1", params!["key"]);
    if key.map_or(true, |rows| rows.is_empty()) {
        return damaged("the database is no house's");
    }
    // What it may have kept beside the file goes with it.
    connection.close().map_err(|(_, error)| away(&error))
}

/// How many migrations a database has seen.
fn migrations_made(connection: &Connection) -> rusqlite::Result<usize> {
    let made: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(made).unwrap_or(usize::MAX))
}

/// Of a file, so many bytes are read without a call to the system for each page: as many as SQLite allows. What a
/// search meets lies all over a large house.
const MAPPED: i64 = 0x7fff_0000;

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.pragma_update(None, "mmap_size", MAPPED)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    let same = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("folded", 1, same, |given| {
        given.get::<String>(0).map(|text| search::folded(&text))
    })?;
    Ok(connection)
}

fn prepare_writer(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL, because only it has a commit on disk when it returns: NORMAL lost acknowledged rows
    // in simulated power cuts.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)
}

fn write_all(connection: &mut Connection, mut inbox: mpsc::Receiver<Write>) {
    while let Some(Write { prepare, reply }) = inbox.blocking_recv() {
        let outcome = transact(connection, &prepare());
        let failed = matches!(outcome, Err(DbError::Fatal(_)));
        // Whoever asked may have gone away; what is durable stays so.
        let _ = reply.send(outcome);
        if failed {
            // Never write again after a failed write or fsync: what is on disk is not known.
            return;
        }
    }
}

fn transact(connection: &mut Connection, statements: &[Statement]) -> Result<(), DbError> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(|error| refused(&error))?;
    for statement in statements {
        let changed = transaction
            .prepare_cached(&statement.sql)
            .and_then(|mut prepared| {
                prepared.execute(rusqlite::params_from_iter(&statement.params))
            })
            .map_err(|error| refused(&error))?;
        if statement.expects.is_some_and(|expected| expected != changed) {
            return Err(DbError::Mismatch);
        }
    }
    transaction.commit().map_err(|error| refused(&error))
}

fn answer_all(
    connection: &mut Connection,
    queries: &[Statement],
) -> rusqlite::Result<Vec<Vec<Row>>> {
    let transaction = connection.transaction()?;
    let mut answers = Vec::with_capacity(queries.len());
    for query in queries {
        answers.push(answer(&transaction, &query.sql, &query.params)?);
    }
    Ok(answers)
}

fn answer(
    connection: &Connection,
    sql: &str,
    params: impl IntoIterator<Item: ToSql>,
) -> rusqlite::Result<Vec<Row>> {
    let mut prepared = connection.prepare_cached(sql)?;
    let columns = prepared.column_count();
    let mut found = prepared.query(rusqlite::params_from_iter(params))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let values = (0..columns).map(|column| row.get_ref(column).map(owned));
        rows.push(Row::new(values.collect::<rusqlite::Result<_>>()?));
    }
    Ok(rows)
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        // No column holds floats; one that came from elsewhere is read as its whole part.
        ValueRef::Real(number) => Value::Int(number as i64),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::from(bytes),
    }
}

/// A value as it is, without making do.
fn exact(value: ValueRef<'_>) -> rusqlite::Result<Value> {
    match value {
        ValueRef::Text(text) => Ok(Value::from(std::str::from_utf8(text)?)),
        ValueRef::Real(_) => Err(rusqlite::Error::IntegralValueOutOfRange(0, 0)),
        value => Ok(owned(value)),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::List(_) => {
                return Err(rusqlite::Error::ToSqlConversionFailure("a list".into()));
            }
        }))
    }
}

fn refused(error: &rusqlite::Error) -> DbError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => DbError::Constraint(constraint(error)),
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::ReadOnly,
        ) => DbError::Fatal(error.to_string()),
        // Busy, full, out of memory: the transaction is rolled back, and was not committed.
        _ => DbError::Unavailable(error.to_string()),
    }
}

/// What SQLite says of a unique constraint is its columns: `account.email_key`.
fn constraint(error: &rusqlite::Error) -> String {
    let text = error.to_string();
    text.rsplit(": ").next().unwrap_or_default().to_owned()
}

fn away(error: &rusqlite::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
