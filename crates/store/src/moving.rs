//! A house on its way from one database to another, whichever engine either is.
//!
//! Every table that a house consists of goes over page by page in the order of its key, each page in one
//! transaction with a mark of how far it has come: so a move that breaks off, at whatever instant, goes
//! on where it stopped. What only one engine has, because it can be made from the rest, is made where the
//! house arrives. At the end every row is read again there, and the log folded. Which houses may be
//! touched, and why nobody writes meanwhile: docs/adr/0011.

use crate::db::Db;
use crate::engine_store::{DERIVED, make_up_derived, one, put_house};
use crate::keys::KEPT_MS;
use crate::marks::{self, Away, Marks, Part, Progress};
use crate::place::{Place, Snapshot};
use crate::postgres::without_nul;
use crate::search;
use crate::shared;
use crate::sql::{DbError, Dialect, Statement, Value, damaged, params, places};
use crate::sqlite;
use crate::verify::{Unsound, audit};
use gavel_engine::chain::HouseKey;
use gavel_engine::ports::StoreError;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// Rows that go over in one transaction: of the largest that there are, some tens of megabytes.
const PAGE: usize = 2_000;
/// Listings whose words are made searchable in one transaction.
const WORDS_PAGE: u64 = 500;
/// Records of the log whose keys are looked for in one transaction.
const KEYS_PAGE: u64 = 20_000;
/// How long servers that have just been stopped are given to be gone from the database.
const GOING_FOR: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Tables that others refer to, in an order in which they can be filled.
const FIRST: [&str; 3] = ["account", "category", "lot"];

/// Why a house is not where it was to be carried.
#[derive(Debug, thiserror::Error)]
pub enum Unmoved {
    /// One of the two is away or damaged. What has arrived stays, and the next attempt goes on there.
    #[error("{0}: {1}")]
    Away(String, String),
    /// It may not be done.
    #[error("{0}")]
    Refused(String),
    /// What has arrived is not what was sent.
    #[error("what has arrived in {0} differs from what was sent: {1}")]
    Differs(String, String),
    /// What has arrived is not what its log makes of it.
    #[error("what has arrived in {0} does not verify: {1}")]
    Unsound(String, Unsound),
}

/// Says of an error at which of the two places it was.
trait At<T> {
    fn at(self, place: &Place) -> Result<T, Unmoved>;
}

impl<T, E: Into<StoreError>> At<T> for Result<T, E> {
    fn at(self, place: &Place) -> Result<T, Unmoved> {
        self.map_err(|error| {
            let (StoreError::Unavailable(why)
            | StoreError::Unusable(why)
            | StoreError::Damaged(why)) = error.into();
            Unmoved::Away(place.to_string(), why)
        })
    }
}

/// A house that is being carried from one place to another. Nobody may have the folder of either open.
pub struct Move {
    from: Place,
    to: Place,
    id: Uuid,
    house: HouseKey,
    /// Whether an earlier attempt has brought it there whole.
    arrived: bool,
}

impl Move {
    /// Begins a move, or goes on with one: makes sure that there is a house at the one place and nothing
    /// else at the other, and has the house taken from servers.
    ///
    /// # Errors
    /// It may not be done, and nothing has changed; or one of the two is away.
    pub async fn begin(from: Place, to: Place) -> Result<Move, Unmoved> {
        let left = Snapshot::open(&from).await.at(&from)?;
        let house = left.house_key().await.at(&from)?;
        drop(left);
        let source = from.open().await.at(&from)?;
        unless_served(&from, &source).await?;
        let away = marks_of(&source).await.at(&from)?.away;
        // Looked at before it is opened, which might change what is there.
        let there = marks_at(&to).await.at(&to)?;
        let way =
            way(away.as_ref(), &there).map_err(|why| Unmoved::Refused(why.tell(&from, &to)))?;
        let (id, arrived) = match way {
            Way::Anew => (new_id().at(&to)?, false),
            Way::On(id) => (id, false),
            Way::Arrived(id) => (id, true),
        };
        if way == Way::Anew {
            let target = to.open().await.at(&to)?;
            prepare(&target, id).await.at(&to)?;
        }
        if away.is_none() {
            // Of a crash in between, a mark here and nothing that has arrived is left.
            leave(&from, &source, Away { id, to: to.to_string() }).await?;
        }
        Ok(Move { from, to, id, house, arrived })
    }

    /// The house's own secret.
    pub fn house_key(&self) -> HouseKey {
        self.house.clone()
    }

    /// Whether it had arrived before it was begun this time.
    pub fn had_arrived(&self) -> bool {
        self.arrived
    }

    /// Carries over what is not there yet, and compares. `tell` is told what was done.
    ///
    /// # Errors
    /// One of the two is away, or what has arrived is not the house.
    pub async fn carry(&self, tell: &dyn Fn(&str)) -> Result<(), Unmoved> {
        if self.arrived {
            return Ok(());
        }
        let left = Snapshot::open(&self.from).await.at(&self.from)?;
        let target = self.to.open().await.at(&self.to)?;
        let carrier = Carrier { from: &self.from, left, to: &self.to, target };
        let sent = carrier.carry(tell).await?;
        carrier.check(&sent, tell).await
    }

    /// Opens the house where it has arrived. After this nothing is left to be done.
    ///
    /// # Errors
    /// The database is away.
    pub async fn finish(self) -> Result<(), Unmoved> {
        if self.arrived {
            return Ok(());
        }
        let target = self.to.open().await.at(&self.to)?;
        let finished = target.write(marks::mark_arrived(Some(self.id))).await;
        finished.at(&self.to)
    }
}

/// Opens a house again that was carried away, or was to be, as it was then.
///
/// # Errors
/// There is none, it has not been carried away, or the store is away.
pub async fn reopen(place: &Place) -> Result<(), Unmoved> {
    let marks = async { Snapshot::open(place).await?.marks().await };
    let marks = marks.await.at(place)?;
    if marks.away.is_none() {
        return Err(Unmoved::Refused(format!("{place}: the house has not moved away")));
    }
    let house = place.open().await.at(place)?;
    house.write(vec![marks::unmark_away()]).await.at(place)
}

/// Fills an empty database with the house in a file that is nobody's, such as a backup's. `seed` tells
/// such files apart: an attempt that broke off goes on with the same file alone.
///
/// # Errors
/// Something else is there, or it is away.
pub async fn restore(
    file: &Path,
    seed: [u8; 16],
    to: &Place,
    tell: &dyn Fn(&str),
) -> Result<(), Unmoved> {
    let (from, id) = (Place::File(file.to_owned()), Uuid::from_bytes(seed));
    let there = marks_at(to).await.at(to)?;
    match (there.here, there.done, there.has_key) {
        (None, None, false) => {}
        (Some(here), ..) if here == id => {}
        (None, Some(done), _) if done == id => {
            tell("the house of this file is there already");
            return Ok(());
        }
        _ => return Err(Unmoved::Refused(Not::Taken.tell(&from, to))),
    }
    let source = from.open().await.at(&from)?;
    make_up_derived(&source).await.at(&from)?;
    source.close().await.at(&from)?;
    let target = to.open().await.at(to)?;
    if there.here.is_none() {
        prepare(&target, id).await.at(to)?;
    }
    let left = Snapshot::open(&from).await.at(&from)?;
    let carrier = Carrier { from: &from, left, to, target };
    let sent = carrier.carry(tell).await?;
    carrier.check(&sent, tell).await?;
    let finished = carrier.target.write(marks::mark_arrived(Some(id))).await;
    finished.at(to)
}

/// Copies a house, as it stands now, into a SQLite database in an empty file. The house may be open,
/// here or elsewhere, and goes on.
///
/// # Errors
/// There is none, it cannot be read, or the file not be written.
pub async fn copy(from: &Place, into: &Path) -> Result<(), Unmoved> {
    let left = Snapshot::open(from).await.at(from)?;
    if let Place::File(path) = from {
        return sqlite::copy(path, into).at(from);
    }
    let to = Place::File(into.to_owned());
    let target = to.open().await.at(&to)?;
    prepare(&target, Uuid::nil()).await.at(&to)?;
    let carrier = Carrier { from, left, to: &to, target };
    carrier.carry(&|_| {}).await?;
    let made = carrier.target.write(marks::mark_arrived(None)).await;
    made.at(&to)?;
    carrier.target.close().await.at(&to)
}

fn new_id() -> Result<Uuid, StoreError> {
    let mut bytes = [0; 16];
    let random = getrandom::fill(&mut bytes);
    random.map_err(|error| StoreError::Unavailable(format!("no randomness: {error}")))?;
    Ok(Uuid::from_bytes(bytes))
}

async fn marks_at(place: &Place) -> Result<Marks, StoreError> {
    match Snapshot::find(place).await? {
        Some(snapshot) => snapshot.marks().await,
        None => Ok(Marks::default()),
    }
}

async fn marks_of(db: &Db) -> Result<Marks, StoreError> {
    Marks::read(db.read(Marks::QUERY, params![]).await?)
}

/// How a house may go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// From the start.
    Anew,
    /// On from where it stopped.
    On(Uuid),
    /// It is there.
    Arrived(Uuid),
}

/// Why a house may not go.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Not {
    /// It is on its way to another place, or was, or what was there is gone.
    Elsewhere(String),
    /// There is a house already.
    Taken,
    /// A part of a house is there that has been open again since.
    Stale,
}

impl Not {
    fn tell(&self, from: &Place, to: &Place) -> String {
        match self {
            Not::Elsewhere(other) => format!(
                "{from}: the house has moved to {other}, or is on its way there; to have it here as it \
                 was before: gavel migrate --reopen"
            ),
            Not::Taken => format!("{to}: there is a house already, or a part of another one"),
            Not::Stale => format!(
                "{to}: a part of this house is there from before it was reopened; begin with an empty \
                 place"
            ),
        }
    }
}

/// Decides by the marks on both sides. The target is marked before the source, and nothing is copied
/// before both are.
fn way(away: Option<&Away>, there: &Marks) -> Result<Way, Not> {
    match (away, there.here, there.done) {
        (None, None, None) if !there.has_key => Ok(Way::Anew),
        (None, Some(here), _) if there.at.is_empty() => Ok(Way::On(here)),
        (None, Some(_), _) => Err(Not::Stale),
        (Some(away), Some(here), _) if here == away.id => Ok(Way::On(here)),
        (Some(away), None, Some(done)) if done == away.id => Ok(Way::Arrived(done)),
        (Some(away), ..) => Err(Not::Elsewhere(away.to.clone())),
        (None, None, _) => Err(Not::Taken),
    }
}

/// Marks an empty database, and takes from it what the migrations have put there.
async fn prepare(target: &Db, id: Uuid) -> Result<(), DbError> {
    let clear = Statement::new("DELETE FROM category", params![]);
    target.write(vec![marks::mark_here(id), clear]).await
}

/// Marks the house that is left, and makes sure that no server has it open then.
async fn leave(from: &Place, source: &Db, away: Away) -> Result<(), Unmoved> {
    if let Db::Sqlite(_) = source {
        make_up_derived(source).await.at(from)?;
    }
    source.write(vec![away.mark()]).await.at(from)?;
    // One that connected before the mark was there is seen here; later ones see the mark.
    let free = unless_served(from, source).await;
    if free.is_err() {
        let back = source.write(vec![marks::unmark_away()]).await;
        back.at(from)?;
    }
    free
}

/// Refuses a database that servers have open; a file is locked by whoever has it open.
async fn unless_served(from: &Place, source: &Db) -> Result<(), Unmoved> {
    let Db::Postgres(_) = source else { return Ok(()) };
    let deadline = Instant::now() + GOING_FOR;
    loop {
        let asked = source.read(shared::SERVERS, params![]).await.and_then(one);
        let there: u64 = asked.and_then(|mut row| row.count()).at(from)?;
        if there == 0 {
            return Ok(());
        }
        if Instant::now() >= deadline {
            let what = format!("{from}: a gavel has this house open; stop all of them first");
            return Err(Unmoved::Refused(what));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Int,
    Text,
    Bytes,
}

/// A table, with its columns by name.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Table {
    name: String,
    columns: Vec<(String, Kind)>,
    /// Where in them the primary key's are, in its order.
    key: Vec<usize>,
}

/// What a table's page was made of: where it ends, and the rows that are the house's.
struct Page {
    rows: Vec<Vec<Value>>,
    next: Progress,
}

impl Table {
    fn names(&self) -> String {
        quoted(self.columns.iter().map(|(name, _)| name))
    }

    /// Asks for the rows after a key, in the order of the key.
    fn page(&self, after: &[Part]) -> Statement {
        let (columns, key) = (self.names(), quoted(self.key.iter().map(|at| &self.columns[*at].0)));
        let mut params = after.iter().map(Value::from).collect::<Vec<_>>();
        let beyond = match params.len() {
            0 => String::new(),
            count => format!("WHERE ({key}) > ({})", places(1, count)),
        };
        params.push(Value::from(PAGE as u64));
        let limit = params.len();
        let sql =
            format!("SELECT {columns} FROM {} {beyond} ORDER BY {key} LIMIT ?{limit}", self.name);
        Statement::new(sql, params)
    }

    fn insert(&self) -> String {
        let (columns, places) = (self.names(), places(1, self.columns.len()));
        format!("INSERT INTO {} ({columns}) VALUES ({places})", self.name)
    }

    /// Takes a page of rows as an engine has to have them. Of the table `house`, what is noted of a
    /// database and not of the house is left out.
    fn take(
        &self,
        from: &Progress,
        mut rows: Vec<Vec<Value>>,
        into: Dialect,
    ) -> Result<Page, StoreError> {
        let mut next = Progress { complete: rows.len() < PAGE, ..from.clone() };
        if let Some(last) = rows.last() {
            let key = self.key.iter().map(|at| Part::try_from(&last[*at]));
            next.after = key.collect::<Result<_, _>>()?;
        }
        if self.name == "house" {
            let name = self.key.first().copied().unwrap_or_default();
            rows.retain(|row| is_of_house(&row[name]));
        }
        for row in &mut rows {
            for (value, (column, kind)) in row.iter_mut().zip(&self.columns) {
                fit(value, *kind, into)
                    .map_err(|what| damaged(&format!("{column} holds {what}")))?;
            }
            next.rows += 1;
            next.sum = next.sum.wrapping_add(digest(row));
        }
        Ok(Page { rows, next })
    }

    /// An error with the table at which it came up.
    fn named(&self, error: StoreError) -> StoreError {
        let said = |why| format!("the table {}: {why}", self.name);
        match error {
            StoreError::Unavailable(why) => StoreError::Unavailable(said(why)),
            StoreError::Unusable(why) => StoreError::Unusable(said(why)),
            StoreError::Damaged(why) => StoreError::Damaged(said(why)),
        }
    }
}

fn quoted<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

fn is_of_house(name: &Value) -> bool {
    !matches!(name, Value::Text(name) if name.starts_with(marks::PREFIX) || name == DERIVED)
}

impl From<&Part> for Value {
    fn from(part: &Part) -> Value {
        match part {
            Part::Int(number) => Value::Int(*number),
            Part::Text(text) => Value::Text(text.clone()),
            Part::Bytes(bytes) => Value::from(bytes.as_slice()),
        }
    }
}

impl TryFrom<&Value> for Part {
    type Error = StoreError;

    fn try_from(value: &Value) -> Result<Part, StoreError> {
        match value {
            Value::Int(number) => Ok(Part::Int(*number)),
            Value::Text(text) => Ok(Part::Text(text.clone())),
            Value::Bytes(bytes) => Ok(Part::Bytes(bytes.to_vec())),
            Value::Null | Value::List(_) => Err(damaged("a key is missing")),
        }
    }
}

/// Holds a value to what its column is for: SQLite takes any into any.
fn fit(value: &mut Value, kind: Kind, into: Dialect) -> Result<(), &'static str> {
    match (&*value, kind) {
        (Value::Null, _) | (Value::Int(_), Kind::Int) | (Value::Bytes(_), Kind::Bytes) => {}
        (Value::Text(text), Kind::Text) => {
            let other = match without_nul(text) {
                Cow::Owned(text) if into == Dialect::Postgres => Some(text),
                _ => None,
            };
            if let Some(text) = other {
                *value = Value::Text(text);
            }
        }
        (Value::Int(_), _) => return Err("a number where none belongs"),
        (Value::Text(_), _) => return Err("a text where none belongs"),
        (Value::Bytes(_) | Value::List(_), _) => return Err("bytes where none belong"),
    }
    Ok(())
}

/// The first half of a row's SHA-256.
fn digest(row: &[Value]) -> u128 {
    let mut sha = Sha256::new();
    for value in row {
        match value {
            Value::Null | Value::List(_) => sha.update([0]),
            Value::Int(number) => {
                sha.update([1]);
                sha.update(number.to_be_bytes());
            }
            Value::Text(text) => {
                sha.update([2]);
                sha.update((text.len() as u64).to_be_bytes());
                sha.update(text);
            }
            Value::Bytes(bytes) => {
                sha.update([3]);
                sha.update((bytes.len() as u64).to_be_bytes());
                sha.update(bytes);
            }
        }
    }
    let digest: [u8; 32] = sha.finalize().into();
    let (head, _) = digest.split_first_chunk().expect("32 bytes hold 16");
    u128::from_be_bytes(*head)
}

/// The tables that a house consists of, in an order in which they can be filled. They are looked up, so
/// that none is forgotten that a later migration makes; those that one engine alone has are not among
/// them, and are made by [`Carrier::make`].
async fn tables(snapshot: &Snapshot) -> Result<Vec<Table>, StoreError> {
    let sql = match snapshot.dialect() {
        Dialect::Sqlite => {
            "SELECT t.name, c.name, c.type, c.pk FROM sqlite_master t \
             JOIN pragma_table_info(t.name) c WHERE t.type = 'table' \
             AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE 'search%' ORDER BY t.name, c.name"
        }
        Dialect::Postgres => {
            "SELECT t.relname::text, c.attname::text, format_type(c.atttypid, NULL), \
             COALESCE(array_position(k.indkey::int2[], c.attnum) + 1, 0) FROM pg_class t \
             JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped \
             LEFT JOIN pg_index k ON k.indrelid = t.oid AND k.indisprimary \
             WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::text::regnamespace \
             AND t.relname NOT IN ('migration', 'event_key') AND t.relname NOT LIKE 'search%' \
             ORDER BY t.relname COLLATE \"C\", c.attname COLLATE \"C\""
        }
    };
    let (mut tables, mut keys) = (Vec::<Table>::new(), Vec::<(i64, usize)>::new());
    for mut row in snapshot.read(sql, params![]).await? {
        let (name, column, kind, key) = (row.text()?, row.text()?, row.text()?, row.int()?);
        if tables.last().is_none_or(|table| table.name != name) {
            keys.clear();
            tables.push(Table { name, columns: Vec::new(), key: Vec::new() });
        }
        let Some(table) = tables.last_mut() else { continue };
        let kind = match kind.to_ascii_lowercase().as_str() {
            "bigint" | "integer" => Kind::Int,
            "text" => Kind::Text,
            "blob" | "bytea" => Kind::Bytes,
            _ => return Err(damaged("a column of an unknown kind")),
        };
        if key > 0 {
            keys.push((key, table.columns.len()));
            keys.sort_unstable();
            table.key = keys.iter().map(|(_, at)| *at).collect();
        }
        table.columns.push((column, kind));
    }
    tables.sort_by_key(|table| {
        FIRST.iter().position(|name| *name == table.name).unwrap_or(FIRST.len())
    });
    Ok(tables)
}

/// Carries a house from one state of it into a database.
struct Carrier<'a> {
    from: &'a Place,
    left: Snapshot,
    to: &'a Place,
    target: Db,
}

/// Tables, with what was sent of each.
type Sent = Vec<(Table, Progress)>;

impl Carrier<'_> {
    /// Carries over what is not there yet.
    async fn carry(&self, tell: &dyn Fn(&str)) -> Result<Sent, Unmoved> {
        let tables = tables(&self.left).await.at(self.from)?;
        let known = marks_of(&self.target).await.at(self.to)?.at;
        let mut sent = Vec::with_capacity(tables.len());
        for table in tables {
            let progress = self.table(&table, known.get(&table.name).cloned()).await?;
            if progress.rows > 0 {
                tell(&format!("{}: {} rows", table.name, progress.rows));
            }
            sent.push((table, progress));
        }
        let made = self.make(&known, &sent).await;
        made.at(self.to)?;
        Ok(sent)
    }

    async fn table(&self, table: &Table, known: Option<Progress>) -> Result<Progress, Unmoved> {
        // Once a table in a command that ends then: what a connection prepares lives as long as it.
        let insert: &'static str = String::leak(table.insert());
        let (mut known, into) = (known, self.target.dialect());
        loop {
            let at = known.clone().unwrap_or_default();
            if at.complete {
                return Ok(at);
            }
            let rows = self.left.read_exactly(table.page(&at.after)).await;
            let page = rows.and_then(|rows| table.take(&at, rows, into));
            let Page { rows, next } = page.map_err(|error| table.named(error)).at(self.from)?;
            let rows = rows.into_iter().map(|row| Statement::new(insert, row).apart());
            let mut statements = rows.collect::<Vec<_>>();
            statements.push(marks::mark_progress(&table.name, known.as_ref(), &next));
            let written = self.target.write(statements).await;
            written.at(self.to)?;
            known = Some(next);
        }
    }

    /// Makes what only this engine has.
    async fn make(&self, known: &HashMap<String, Progress>, sent: &Sent) -> Result<(), StoreError> {
        let dialect = self.target.dialect();
        let words = |after: i64, to: i64| search::index(dialect, after, to).into();
        self.in_ranges("words", known, ("listing", "number", WORDS_PAGE), words).await?;
        let log = "SELECT COALESCE(MAX(position), 0) FROM event";
        let end: u64 = one(self.target.read(log, params![]).await?)?.count()?;
        if dialect == Dialect::Sqlite {
            // What servers that shared it put off comes along, and one that was alone made up for it.
            return Ok(self.target.write(vec![put_house(DERIVED, &end.to_be_bytes())]).await?);
        }
        let newest = "SELECT COALESCE(MAX(at), 0) FROM event WHERE position = ?1";
        let newest = one(self.target.read(newest, params![end]).await?)?.int()?;
        let keys = |after, to| vec![shared::remember_keys(after, to, newest - KEPT_MS)];
        self.in_ranges("keys", known, ("event", "position", KEYS_PAGE), keys).await?;
        let identities = self.target.read(shared::IDENTITIES, params![]).await?;
        let mut statements = vec![shared::go_on_after(end)];
        for mut row in identities {
            let (table, column) = (row.text()?, row.text()?);
            statements.push(shared::go_on(&table, &column));
        }
        self.target.write(statements).await?;
        // Until the database has looked by itself, it would plan for empty tables.
        for (table, _) in sent {
            let look = Statement::new(format!("ANALYZE {}", table.name), params![]);
            self.target.write(vec![look]).await?;
        }
        Ok(())
    }

    /// Makes something from a table, some rows at a time in the order of a number.
    async fn in_ranges(
        &self,
        what: &str,
        known: &HashMap<String, Progress>,
        (table, number, count): (&str, &str, u64),
        make: impl Fn(i64, i64) -> Vec<Statement>,
    ) -> Result<(), StoreError> {
        let mut known = known.get(what).cloned();
        loop {
            let after = match known.as_ref().and_then(|known| known.after.first()) {
                Some(Part::Int(after)) => *after,
                _ => 0,
            };
            let sql = format!(
                "SELECT MAX(n) FROM (SELECT {number} AS n FROM {table} WHERE {number} > ?1 \
                 ORDER BY {number} LIMIT ?2) page"
            );
            let rows = self.target.read(sql, params![after, count]).await?;
            let Some(to) = one(rows)?.opt_int()? else { return Ok(()) };
            let next = Progress { after: vec![Part::Int(to)], ..Progress::default() };
            let mut statements = make(after, to);
            statements.push(marks::mark_progress(what, known.as_ref(), &next));
            self.target.write(statements).await?;
            known = Some(next);
        }
    }

    /// Reads everything again where it has arrived: every table must have the rows that were sent, and
    /// the house must be what its log makes of it.
    async fn check(&self, sent: &Sent, tell: &dyn Fn(&str)) -> Result<(), Unmoved> {
        let differs = |what: String| Unmoved::Differs(self.to.to_string(), what);
        let arrived = Snapshot::open_any(self.to).await.at(self.to)?;
        let there = tables(&arrived).await.at(self.to)?;
        if !there.iter().eq(sent.iter().map(|(table, _)| table)) {
            return Err(differs("it has other tables".to_owned()));
        }
        let mut rows = 0;
        for (table, sent) in sent {
            let found = self.sum(&arrived, table).await.at(self.to)?;
            if (found.rows, found.sum) != (sent.rows, sent.sum) {
                return Err(differs(format!("the table {}", table.name)));
            }
            rows += found.rows;
        }
        tell(&format!("{rows} rows in {} tables are as they were", sent.len()));
        let unsound = |unsound| match unsound {
            Unsound::Away(error) => Unmoved::Away(self.to.to_string(), error.to_string()),
            unsound => Unmoved::Unsound(self.to.to_string(), unsound),
        };
        audit(&arrived).await.map_err(unsound)?;
        tell("every lot is what its log makes of it");
        Ok(())
    }

    async fn sum(&self, of: &Snapshot, table: &Table) -> Result<Progress, StoreError> {
        let mut at = Progress::default();
        while !at.complete {
            let rows = of.read_exactly(table.page(&at.after)).await?;
            at = table.take(&at, rows, self.target.dialect())?.next;
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_house_may_go_is_decided_by_the_marks_on_both_sides() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let away = Away { id: one, to: "there".to_owned() };
        let there = |has_key, here, done, progress: bool| {
            let at = progress.then(|| ("lot".to_owned(), Progress::default()));
            Marks { has_key, here, done, at: at.into_iter().collect(), ..Marks::default() }
        };
        let elsewhere = Err(Not::Elsewhere("there".to_owned()));
        for (away, there, expected) in [
            (None, there(false, None, None, false), Ok(Way::Anew)),
            // A house, and one that came from somewhere.
            (None, there(true, None, None, false), Err(Not::Taken)),
            (None, there(true, None, Some(one), false), Err(Not::Taken)),
            // Cut off between the two marks; opened again after that.
            (None, there(false, Some(one), None, false), Ok(Way::On(one))),
            (None, there(true, Some(one), None, true), Err(Not::Stale)),
            (Some(&away), there(false, Some(one), None, false), Ok(Way::On(one))),
            (Some(&away), there(true, Some(one), None, true), Ok(Way::On(one))),
            (Some(&away), there(true, None, Some(one), false), Ok(Way::Arrived(one))),
            (Some(&away), there(false, None, None, false), elsewhere.clone()),
            (Some(&away), there(true, None, None, false), elsewhere.clone()),
            (Some(&away), there(true, Some(other), None, true), elsewhere.clone()),
            (Some(&away), there(true, None, Some(other), false), elsewhere),
        ] {
            assert_eq!(way(away, &there), expected);
        }
    }

    #[test]
    fn rows_that_differ_in_anything_have_other_digests() {
        let rows = [
            params![1_i64, "a", "b"],
            params![1_i64, "ab", ""],
            params![1_i64, "a", None::<i64>],
            params![2_i64, "a", "b"],
            vec![Value::from(1_i64), Value::from(b"a".as_slice()), Value::from("b")],
        ];
        let digests: std::collections::HashSet<_> = rows.iter().map(|row| digest(row)).collect();
        assert_eq!(digests.len(), rows.len());
    }

    #[test]
    fn what_no_column_is_for_is_not_carried_over() {
        for (mut value, kind) in [
            (Value::from("x"), Kind::Bytes),
            (Value::from("1"), Kind::Int),
            (Value::from(1_i64), Kind::Text),
            (Value::from([1].as_slice()), Kind::Text),
        ] {
            assert!(fit(&mut value, kind, Dialect::Postgres).is_err());
        }
        let mut text = Value::from("a\0b");
        assert!(fit(&mut text, Kind::Text, Dialect::Sqlite).is_ok());
        assert_eq!(text, Value::from("a\0b"));
        assert!(fit(&mut text, Kind::Text, Dialect::Postgres).is_ok());
        assert_eq!(text, Value::from("a\u{fffd}b"));
    }
}
