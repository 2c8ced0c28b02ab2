//! The engine's port.

use crate::catalogue::Counts;
use crate::codec::{
    RECORD_COLUMNS, STATE_COLUMNS, TERMS_COLUMNS, increments_text, insert_record, record_from,
    state_from, status_word, terms_from,
};
use crate::db::{Db, For};
use crate::derived;
use crate::drafts::insert_images;
use crate::keys::{Fingerprint, KEPT_MS, KEYS_MAX, Key, Keys};
use crate::marks::Marks;
use crate::outbox::insert_tellings;
use crate::place::{Place, Snapshot};
use crate::postgres::Postgres;
use crate::shared::{self, Trust};
use crate::sql::{DbError, Dialect, Row, Statement, damaged, params};
use crate::sqlite::Sqlite;
use crate::tidy::NextStart;
use crate::unfound;
use futures_util::future::try_join_all;
use gavel_domain::{LotId, Money, RULES, Time, UserId};
use gavel_engine::chain::HouseKey;
use gavel_engine::ports::{
    self, Basis, Batch, BidderRow, CommitError, Held, Loaded, LotUpdate, StoreError, Wanted,
};
use gavel_engine::{Listing, Record, Spine};
use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex};

/// A house's durable memory.
pub struct Store {
    pub(crate) db: Db,
    log: Log,
    house: HouseKey,
    pub(crate) counts: Counts,
    pub(crate) next_start: NextStart,
}

/// What is needed to append to the log, beside the log.
enum Log {
    /// Nobody else appends: it is all in memory.
    Alone { keys: Mutex<Keys>, next_position: AtomicU64 },
    /// Other servers do too: it is all in the database.
    Shared(Trust),
}

fn remembered(keys: &Mutex<Keys>) -> std::sync::MutexGuard<'_, Keys> {
    keys.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn has_key(record: &Record, user: UserId, key: &str) -> bool {
    record.by == Some(user) && record.keyed.as_ref().is_some_and(|keyed| keyed.key == key)
}

impl Store {
    /// Opens or creates the house in the file at `path`.
    ///
    /// # Errors
    /// The file cannot be opened, or holds something else.
    pub async fn open(path: &Path) -> Result<Store, StoreError> {
        let store = Store::open_beside(path).await?;
        store.remember_keys().await?;
        make_up_derived(&store.db).await?;
        Ok(store)
    }

    /// Opens or creates the house in the PostgreSQL database of a URL. Other servers may have it open
    /// too.
    ///
    /// # Errors
    /// The database does not answer, or holds something else.
    pub async fn connect(url: &str) -> Result<Store, StoreError> {
        let db = Db::Postgres(Postgres::open(url).await?);
        refuse_moved(&db).await?;
        db.guard();
        let house = house_key(&db).await?;
        Ok(Store::new(db, Log::Shared(Trust::default()), house))
    }

    fn new(db: Db, log: Log, house: HouseKey) -> Store {
        let (counts, next_start) = (Counts::default(), NextStart::default());
        Store { db, log, house, counts, next_start }
    }

    /// Opens the house that must be at a place, for a command that sequences nothing and may run beside
    /// servers.
    ///
    /// # Errors
    /// There is none, or it cannot be opened.
    pub async fn open_at(place: &Place) -> Result<Store, StoreError> {
        // Opening makes a house where there is none; this does not.
        drop(Snapshot::open(place).await?);
        match place {
            Place::File(path) => Store::open_beside(path).await,
            Place::Database(url) => Store::connect(url).await,
        }
    }

    /// Opens the house for a command that sequences nothing, perhaps beside a running server: the
    /// keys of the last day stay where they are.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_beside(path: &Path) -> Result<Store, StoreError> {
        let db = Db::Sqlite(Sqlite::open(path)?);
        refuse_moved(&db).await?;
        let house = house_key(&db).await?;
        let last = db.read("SELECT COALESCE(MAX(position), 0) FROM event", params![]).await?;
        let last: u64 = one(last)?.count()?;
        let log = Log::Alone { keys: Mutex::default(), next_position: AtomicU64::new(last + 1) };
        Ok(Store::new(db, log, house))
    }

    /// The house's own secret.
    pub fn house_key(&self) -> HouseKey {
        self.house.clone()
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.db.read("SELECT 1", params![]).await?;
        // The writer too: a transaction of nothing.
        Ok(self.db.write(Vec::new()).await?)
    }

    /// The time of a database that servers share; none where the house has its own.
    ///
    /// # Errors
    /// The store is away.
    pub async fn time(&self) -> Result<Option<Time>, StoreError> {
        let Log::Shared(_) = self.log else { return Ok(None) };
        let rows = self.db.read_for_engine(shared::TIME, params![]).await?;
        Ok(Some(Time(one(rows)?.int()?)))
    }

    /// Reads the keys of the last day from the tail of the log, newest first.
    async fn remember_keys(&self) -> Result<(), StoreError> {
        const PAGE: u64 = 10_000;
        let Log::Alone { keys, next_position } = &self.log else { return Ok(()) };
        let mut tail = Vec::new();
        let (mut below, mut newest) = (next_position.load(Ordering::Relaxed), None);
        loop {
            let sql = "SELECT position, at, account, idempotency_key FROM event \
                       WHERE position < ?1 ORDER BY position DESC LIMIT ?2";
            let rows = self.db.read(sql, params![below, PAGE]).await?;
            let full = rows.len() as u64 == PAGE;
            let mut old = false;
            for mut row in rows {
                below = row.count()?;
                let at = Time(row.int()?);
                old = newest.get_or_insert(at).since_ms(at) > KEPT_MS;
                if let (Some(user), Some(key)) = (row.opt_id()?, row.opt_text()?) {
                    let fingerprint = Fingerprint::of(UserId(user), &key);
                    tail.push(Key { fingerprint, position: below, at });
                }
            }
            if old || !full || tail.len() >= KEYS_MAX {
                break;
            }
        }
        let mut keys = remembered(keys);
        tail.into_iter().rev().for_each(|key| keys.insert(key));
        Ok(())
    }

    /// The records of keys, from what is remembered of the last day.
    async fn remembered(
        &self,
        wanted: &[(UserId, &str)],
    ) -> Result<Vec<Option<Record>>, StoreError> {
        let Log::Alone { keys, .. } = &self.log else { return Ok(Vec::new()) };
        let mut found = Vec::with_capacity(wanted.len());
        for (user, key) in wanted {
            let position = remembered(keys).find(Fingerprint::of(*user, key));
            let record = match position {
                Some(position) => self.record_at(position).await?,
                None => None,
            };
            found.push(record.filter(|record| has_key(record, *user, key)));
        }
        Ok(found)
    }

    /// A conflict where one of these keys is remembered to be taken.
    fn refuse_taken(&self, taken: &[Key]) -> Result<(), CommitError> {
        let Log::Alone { keys, .. } = &self.log else { return Ok(()) };
        let keys = remembered(keys);
        match taken.iter().any(|key| keys.find(key.fingerprint).is_some()) {
            true => Err(CommitError::Conflict),
            false => Ok(()),
        }
    }

    async fn record_at(&self, position: u64) -> Result<Option<Record>, StoreError> {
        let sql = format!("SELECT {RECORD_COLUMNS} FROM event WHERE position = ?1");
        let rows = self.db.read_for_engine(sql, params![position]).await?;
        rows.into_iter().next().map(|mut row| record_from(&mut row)).transpose()
    }
}

/// What a lot is loaded from: the rows of its state, and of the way back through its log.
pub(crate) struct LotRows {
    state: Vec<Row>,
    spine: Vec<Row>,
}

static STATE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT l.title, {TERMS_COLUMNS}, {STATE_COLUMNS} FROM lot l \
         JOIN lot_state s ON s.lot = l.id WHERE l.id = ?1"
    )
});

const SPINE: &str = "WITH RECURSIVE spine (position, version, jump) AS (\
                     SELECT e.position, e.version, e.jump FROM event e \
                     WHERE e.position = (SELECT position FROM lot_state WHERE lot = ?1) \
                     UNION ALL SELECT e.position, e.version, e.jump \
                     FROM spine JOIN event e ON e.position = spine.jump) \
                     SELECT version, position FROM spine ORDER BY version DESC";

impl LotRows {
    pub(crate) fn queries(lot: LotId) -> [Statement; 2] {
        [Statement::new(STATE.as_str(), params![lot.0]), Statement::new(SPINE, params![lot.0])]
    }

    /// Takes the answers to [`LotRows::queries`] from among others.
    pub(crate) fn next(answers: &mut impl Iterator<Item = Vec<Row>>) -> LotRows {
        let mut next = || answers.next().unwrap_or_default();
        LotRows { state: next(), spine: next() }
    }

    pub(crate) fn loaded(self) -> Result<Option<Loaded>, StoreError> {
        let Some(mut row) = self.state.into_iter().next() else { return Ok(None) };
        let title = row.text()?.into();
        let terms = terms_from(&mut row)?;
        let (lot, head) = state_from(terms, &mut row)?;
        let links = self.spine.into_iter().map(|mut row| Ok((row.count()?, row.count()?)));
        let spine = Spine::restored(links.collect::<Result<_, StoreError>>()?);
        Ok(Some(Loaded { lot, title, head, spine }))
    }
}

/// A turn of the engine.
pub struct Turn(Option<shared::Turn>);

impl ports::Store for Store {
    type Turn = Turn;

    async fn turn(&self, wanted: Wanted<'_>) -> Result<(Turn, Basis), StoreError> {
        let next_position = match &self.log {
            Log::Alone { next_position, .. } => next_position,
            Log::Shared(trust) => {
                let (turn, basis) = shared::turn(&self.db, trust, wanted).await?;
                return Ok((Turn(Some(turn)), basis));
            }
        };
        // Nobody else writes: what is remembered is as it was.
        let unknown = wanted.lots.iter().filter(|(_, remembered)| remembered.is_none());
        let load = async |lot| Ok::<_, StoreError>((lot, Held::of(self.load(lot).await)?));
        let loads = unknown.map(|(lot, _)| load(*lot));
        let basis = Basis {
            lots: try_join_all(loads).await?,
            keyed: self.keyed(wanted.keys).await?,
            first_position: next_position.fetch_add(wanted.positions, Ordering::Relaxed),
            ..Basis::default()
        };
        Ok((Turn(None), basis))
    }

    fn turn_at_once(&self, wanted: &Wanted<'_>) -> Option<(Turn, Basis)> {
        let Log::Shared(trust) = &self.log else { return None };
        let (turn, basis) = shared::turn_on_trust(trust, wanted)?;
        Some((Turn(Some(turn)), basis))
    }

    async fn leave(&self, turn: Turn) -> Result<(), CommitError> {
        match (turn.0, &self.log) {
            (Some(turn), Log::Shared(trust)) => {
                turn.leave(&self.db, trust).await.map_err(not_committed)
            }
            _ => Ok(()),
        }
    }

    async fn load(&self, lot: LotId) -> Result<Option<Loaded>, StoreError> {
        let answers = self.db.read_all(For::Engine, LotRows::queries(lot).into()).await?;
        LotRows::next(&mut answers.into_iter()).loaded()
    }

    async fn keyed(&self, keys: &[(UserId, &str)]) -> Result<Vec<Option<Record>>, StoreError> {
        match &self.log {
            Log::Alone { .. } => self.remembered(keys).await,
            Log::Shared(_) if keys.is_empty() => Ok(Vec::new()),
            Log::Shared(_) => {
                let rows = self.db.read_all(For::Engine, vec![shared::keyed_query(keys)]).await?;
                shared::keyed_records(keys, rows.into_iter().next().unwrap_or_default())
            }
        }
    }

    fn is_shared(&self) -> bool {
        matches!(self.log, Log::Shared(_))
    }

    async fn commit(&self, turn: Turn, batch: Batch) -> Result<(), CommitError> {
        let taken = batch.records.iter().filter_map(|record| Key::of(record));
        let taken = taken.collect::<Vec<_>>();
        self.refuse_taken(&taken)?;
        let listed = batch.listings.iter().map(|listing| &listing.terms);
        let revised = batch.revisions.iter().map(|revision| &revision.terms);
        let starts = listed.chain(revised).map(|terms| terms.starts_at).min();
        let dialect = self.db.dialect();
        let written = match (turn.0, &self.log) {
            (Some(turn), Log::Shared(trust)) => {
                let statements = statements(dialect, &batch, &taken);
                turn.commit(&self.db, trust, &batch, &taken, statements).await
            }
            (None, Log::Shared(_)) => Err(DbError::Unavailable("no turn".to_owned())),
            // Keys are in memory: see `keys.rs`.
            (_, Log::Alone { .. }) => {
                self.db.write_prepared(move || statements(dialect, &batch, &[])).await
            }
        };
        written.map_err(not_committed)?;
        if let Some(starts_at) = starts {
            self.next_start.may_be(starts_at);
        }
        if let Log::Alone { keys, .. } = &self.log {
            let mut keys = remembered(keys);
            taken.into_iter().for_each(|key| keys.insert(key));
        }
        Ok(())
    }

    async fn due(&self, now: Time, limit: usize) -> Result<Vec<LotId>, StoreError> {
        let sql = "SELECT lot FROM lot_state WHERE status = 'active' AND ends_at <= ?1 \
                   ORDER BY ends_at, lot LIMIT ?2";
        let rows = self.db.read_for_engine(sql, params![now.0, limit as u64]).await?;
        rows.into_iter().map(|mut row| Ok(LotId(row.id()?))).collect()
    }
}

fn not_committed(error: DbError) -> CommitError {
    match error {
        DbError::Mismatch | DbError::Constraint(_) | DbError::Raced => CommitError::Conflict,
        DbError::Unavailable(reason) => CommitError::Refused(reason),
        DbError::Unknown(reason) => CommitError::Unknown(reason),
        DbError::Fatal(reason) => CommitError::Fatal(reason),
    }
}

/// A batch as statements, with those of its keys that are kept beside the log.
fn statements(dialect: Dialect, batch: &Batch, keys: &[Key]) -> Vec<Statement> {
    let rows = batch.records.len() + keys.len() + batch.lots.len();
    let mut statements = Vec::with_capacity(rows + 4);
    for listing in &batch.listings {
        let listed = batch.records.iter().find(|record| record.lot == listing.lot);
        insert_listing(
            &mut statements,
            dialect,
            listing,
            listed.map_or(Time(0), |record| record.at),
        );
    }
    for revision in &batch.revisions {
        let revised = batch.records.iter().rev().find(|record| record.lot == revision.lot);
        derived::revise(
            &mut statements,
            dialect,
            revision,
            revised.map_or(Time(0), |record| record.at),
        );
    }
    // First of what turns write on lots that others may be at: it locks them. What is sent as one with it
    // may come before it by the letter, and does not where it is what the whole goes by.
    statements.extend(batch.lots.iter().map(put_state));
    statements.extend(batch.records.iter().map(|record| insert_record(record)));
    statements.extend(keys.iter().map(insert_key));
    statements.extend(last_of_each(&batch.bidders).map(|row| upsert_bidder(row).apart()));
    statements.extend(batch.records.iter().filter_map(|record| derived::announce_end(record)));
    statements.extend(batch.found.iter().map(derived::put_found));
    let (last, bidders) = (batch.records.last(), last_of_each(&batch.left_bidders));
    statements.extend(last.and_then(|last| unfound::put_off(last.position, &batch.left, bidders)));
    derived::tally(&mut statements, batch);
    statements.extend(batch.deeds.iter().map(derived::insert_deed));
    if let Some(last) = batch.records.last() {
        statements.extend(insert_tellings(last.position, &batch.tellings));
    }
    statements.extend(batch.derived_up_to.map(set_derived_up_to));
    statements
}

/// Takes a key for its record, where servers share the log.
fn insert_key(key: &Key) -> Statement {
    let sql = "INSERT INTO event_key (fingerprint, position, at) VALUES (?1, ?2, ?3)";
    Statement::new(sql, params![key.fingerprint, key.position, key.at.0]).apart()
}

fn insert_listing(statements: &mut Vec<Statement>, dialect: Dialect, listing: &Listing, at: Time) {
    let (lot, terms) = (listing.lot.0, &listing.terms);
    statements.push(derived::add_category(&listing.about.category));
    statements.push(Statement::new(
        "INSERT INTO lot (id, seller, title, description, category, rules, starting_price, \
         reserve, increments, starts_at, ends_at, snipe_window_ms, snipe_cap_ms, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            lot,
            terms.seller.0,
            listing.about.title.as_str(),
            listing.about.description.as_str(),
            listing.about.category.as_str(),
            RULES,
            terms.starting_price.minor(),
            terms.reserve.map(Money::minor),
            increments_text(&terms.increments),
            terms.starts_at.0,
            terms.ends_at.0,
            terms.snipe_window_ms,
            terms.snipe_cap_ms,
            at.0,
        ],
    ));
    if listing.draft {
        // It may be gone: who throws a draft away while publishing it must not spoil the commit that
        // other people's bids are in.
        let sql = "DELETE FROM draft WHERE id = ?1";
        statements.push(Statement::new(sql, params![lot]));
    } else {
        insert_images(statements, listing.lot, &listing.pictures);
    }
    derived::insert_found(statements, dialect, listing, at);
}

/// Writes a lot's state, if nobody else has since it was read.
fn put_state(update: &LotUpdate) -> Statement {
    let (lot, head) = (&update.lot, &update.head);
    let standing = lot.standing();
    let mut params = params![
        update.id.0,
        standing.map(|standing| standing.leader.0),
        standing.map(|standing| standing.price.minor()),
        standing.map(|standing| standing.ceiling.minor()),
        standing.is_some_and(|standing| standing.auto),
        lot.bid_count(),
        head.version,
        head.seq,
        head.rows_total,
        head.position,
        head.hash,
        head.at.0,
        head.changed_at.0,
    ];
    let schedule = params![status_word(lot.status()), lot.ends_at().0];
    if update.expected == 0 {
        params.extend(schedule);
        let sql = "INSERT INTO lot_state (lot, leader, price, ceiling, auto, bid_count, version, \
                   seq, rows_total, position, hash, at, changed_at, status, ends_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
        return Statement::new(sql, params).expecting(1);
    }
    params.extend(params![update.expected]);
    let sql = if update.reschedules {
        params.extend(schedule);
        "UPDATE lot_state SET leader = ?2, price = ?3, ceiling = ?4, auto = ?5, bid_count = ?6, \
         version = ?7, seq = ?8, rows_total = ?9, position = ?10, hash = ?11, at = ?12, \
         changed_at = ?13, status = ?15, ends_at = ?16 WHERE lot = ?1 AND position = ?14"
    } else {
        "UPDATE lot_state SET leader = ?2, price = ?3, ceiling = ?4, auto = ?5, bid_count = ?6, \
         version = ?7, seq = ?8, rows_total = ?9, position = ?10, hash = ?11, at = ?12, \
         changed_at = ?13 WHERE lot = ?1 AND position = ?14"
    };
    Statement::new(sql, params).expecting(1).apart()
}

/// The last row of each user and lot.
fn last_of_each(rows: &[BidderRow]) -> impl Iterator<Item = &BidderRow> {
    let mut known = HashSet::new();
    rows.iter().rev().filter(move |row| known.insert((row.lot, row.user)))
}

/// Has a user's last bid known, unless a later one is.
pub(crate) fn upsert_bidder(row: &BidderRow) -> Statement {
    Statement::new(
        "INSERT INTO bidder (lot, account, amount, max, at, position) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (lot, account) DO UPDATE \
         SET amount = excluded.amount, max = excluded.max, at = excluded.at, \
         position = excluded.position WHERE excluded.position > bidder.position",
        params![
            row.lot.0,
            row.user.0,
            row.amount.minor(),
            row.max.map(Money::minor),
            row.at.0,
            row.position,
        ],
    )
}

/// How far what is derived from the log has come.
pub(crate) const DERIVED: &str = "derived up to";

/// Brings what is derived from the log up to it: what followed the last flush was in memory alone, or left
/// for later.
pub(crate) async fn make_up_derived(db: &Db) -> Result<(), StoreError> {
    if db.dialect() == Dialect::Sqlite {
        follow_log(db).await?;
    }
    while unfound::find(db).await? {}
    Ok(())
}

async fn follow_log(db: &Db) -> Result<(), StoreError> {
    const PAGE: u64 = 10_000;
    loop {
        let sql = format!(
            "SELECT {RECORD_COLUMNS} FROM event WHERE position > ?1 ORDER BY position LIMIT ?2"
        );
        let from = derived_up_to(db).await?;
        let rows = db.read(sql, params![from, PAGE]).await?;
        let Some(count) = std::num::NonZero::new(rows.len()) else { return Ok(()) };
        let mut statements = Vec::new();
        let mut lots = BTreeSet::new();
        let mut up_to = from;
        for mut row in rows {
            let record = record_from(&mut row)?;
            up_to = record.position;
            statements.extend(BidderRow::of(&record).as_ref().map(upsert_bidder));
            lots.insert(record.lot);
        }
        statements.extend(lots.into_iter().map(derived::refresh_found));
        statements.push(set_derived_up_to(up_to));
        db.write(statements).await?;
        if (count.get() as u64) < PAGE {
            return Ok(());
        }
    }
}

async fn derived_up_to(db: &Db) -> Result<u64, StoreError> {
    let rows = db.read("SELECT value FROM house WHERE name = ?1", params![DERIVED]).await?;
    let bytes = rows.into_iter().next().map(|mut row| row.bytes()).transpose()?;
    Ok(bytes.map_or(0, u64::from_be_bytes))
}

fn set_derived_up_to(position: u64) -> Statement {
    put_house(DERIVED, &position.to_be_bytes())
}

pub(crate) fn put_house(name: &str, value: &[u8]) -> Statement {
    Statement::new(
        "INSERT INTO house (name, value) VALUES (?1, ?2) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![name, value],
    )
}

/// Refuses what is only a part of a house, and a house that is elsewhere now.
async fn refuse_moved(db: &Db) -> Result<(), StoreError> {
    Marks::read(db.read(Marks::QUERY, params![]).await?)?.open()
}

/// The house's key, made at its first opening.
async fn house_key(db: &Db) -> Result<HouseKey, StoreError> {
    const NAME: &str = "key";
    let read = async || {
        let sql = "SELECT value FROM house WHERE name = ?1";
        let mut rows = db.read(sql, params![NAME]).await?;
        rows.pop().map(|mut row| row.bytes().map(HouseKey::new)).transpose()
    };
    if let Some(key) = read().await? {
        return Ok(key);
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| StoreError::Unavailable(format!("no randomness: {error}")))?;
    // Another server may be at its first opening of the house too: the first key stands.
    let sql = "INSERT INTO house (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    db.write(vec![Statement::new(sql, params![NAME, bytes])]).await?;
    read().await?.ok_or_else(|| damaged("the house has no key"))
}

/// The one row that a query always answers with.
pub(crate) fn one(rows: Vec<Row>) -> Result<Row, StoreError> {
    rows.into_iter().next().ok_or_else(|| damaged("no answer"))
}
