//! The engine's turn in a database that servers share.
//!
//! The rows of its lots are locked first and in order, so that servers take turns at a lot and never
//! wait for each other in a circle; everything else is read after that, and so holds until the commit.
//! The lock is the database's own and ends with its transaction; what a commit writes is guarded by the
//! positions of the lots' last records as well.
//!
//! A server that nobody else has been in the way of for a while need not ask first: bids on lots that it
//! remembers, that are open and far from their ends, are decided on what it remembers, and the commit
//! takes the same locks first and fails where anything was not so: a lot, a key, a ban, the time. Where all of it
//! is one statement, a key and a ban are looked at as they stood when that began, which is after whoever bids has
//! asked: who is banned while it waits for the lot is banned from the next on, and a key that was accepted at the
//! lot meanwhile has changed it. Then, and for some turns after that, it asks. A bid that is refused rests on what is remembered as much as
//! one that is taken, so that is checked as well before it is answered (docs/adr/0012).

use crate::codec::{RECORD_COLUMNS, record_from};
use crate::db::{Db, For};
use crate::engine_store::{LotRows, one};
use crate::keys::{Fingerprint, Key};
use crate::postgres;
use crate::sql::{DbError, Row, Statement, Value, params};
use gavel_domain::{LotId, Time, UserId};
use gavel_engine::Record;
use gavel_engine::ports::{Basis, Batch, Held, LotUpdate, StoreError, Wanted};
use std::collections::{HashMap, HashSet};
use std::iter;
use std::ops::Range;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// As many positions as a call of the sequence sets aside (migrations/0004_shared.postgres.sql).
pub(crate) const POSITIONS_MAX: u64 = 256;

const LOCK: &str =
    "SELECT lot, position FROM lot_state WHERE lot = ANY(?1) ORDER BY lot FOR UPDATE";

/// Which ban was the last: the row of `house` with its entry's identity.
pub(crate) const LAST_BAN: &str = "last ban";

/// Locks lots, and fails where their last records are not at these positions, or the time is not between
/// these two.
const HOLD: &str = "WITH locked AS (SELECT lot, position FROM lot_state WHERE lot = ANY(?1) \
                    ORDER BY lot FOR UPDATE) \
                    SELECT 1 / (COALESCE(array_agg(position ORDER BY lot) = ?2::bigint[], false) AND \
                    (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint BETWEEN ?3 AND ?4)::int \
                    FROM locked";

/// Whether none of these users is banned, and nothing was accepted with one of these keys.
fn free(users: &str, keys: &str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM account WHERE id = ANY({users}) AND banned_at IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM unnest({keys}::bytea[]) AS wanted (key), \
         LATERAL (SELECT 1 FROM event_key k WHERE k.fingerprint = wanted.key LIMIT 1) AS used)"
    )
}

/// Fails where that is not so. A statement of its own, so that it sees what was committed while [`HOLD`] waited.
static FREE: LazyLock<String> = LazyLock::new(|| format!("SELECT 1 / ({})::int", free("?1", "?2")));

// Each key by itself: the keys of a day are not to be read for those of a batch, whatever the planner
// believes of them.
static KEYED: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {RECORD_COLUMNS} FROM unnest(?1::bytea[]) AS wanted (key), \
         LATERAL (SELECT k.position AS found_at FROM event_key k \
         WHERE k.fingerprint = wanted.key LIMIT 1) AS known, \
         LATERAL (SELECT * FROM event e WHERE e.position = known.found_at LIMIT 1) AS record"
    )
});

const BANNED: &str = "SELECT id FROM account WHERE id = ANY(?1) AND banned_at IS NOT NULL";

/// A block of positions, the time, and the last ban.
const PLACE: &str = "SELECT nextval('event_position'), \
                     (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint, \
                     (SELECT value FROM house WHERE name = 'last ban')";

/// The same, where this still is the last ban, the time is between these two and what else is asked is so: it
/// fails where not.
fn place_if(so: &str) -> String {
    format!(
        "SELECT nextval('event_position'), now, value, \
         1 / (value IS NOT DISTINCT FROM ?1 AND now BETWEEN ?2 AND ?3{so})::int \
         FROM (SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint AS now, \
         (SELECT value FROM house WHERE name = 'last ban') AS value) AS place"
    )
}

static PLACE_IF: LazyLock<String> = LazyLock::new(|| place_if(""));

/// With what [`FREE`] looks at, where what is written holds the only lot. It goes with that, and does not see the
/// keys that come along.
static PLACE_IF_FREE: LazyLock<String> =
    LazyLock::new(|| place_if(&format!(" AND {}", free("?4", "?5"))));

/// The time.
pub(crate) const TIME: &str = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";

/// Sessions of servers, and of commands that change the house beside them.
pub(crate) const SERVERS: &str = "SELECT COUNT(*) FROM pg_stat_activity \
                                  WHERE datname = current_database() AND application_name = 'gavel'";

/// Columns that the database numbers by itself.
pub(crate) const IDENTITIES: &str = "SELECT table_name::text, column_name::text \
                                     FROM information_schema.columns \
                                     WHERE is_identity = 'YES' AND table_schema = current_schema()";

/// Has the database number a column after the rows that are there.
pub(crate) fn go_on(table: &str, column: &str) -> Statement {
    let sql = format!(
        "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), \
         (SELECT COALESCE(MAX({column}), 0) + 1 FROM {table}), false)"
    );
    Statement::new(sql, params![])
}

/// Has the log go on after a position.
pub(crate) fn go_on_after(position: u64) -> Statement {
    Statement::new("SELECT setval('event_position', ?1, false)", params![position + 1])
}

/// Knows the keys of the records that follow a position, up to another, and are no older than a time.
pub(crate) fn remember_keys(after: i64, up_to: i64, since: i64) -> Statement {
    // As [`Fingerprint::of`] has it.
    let sql = "INSERT INTO event_key (fingerprint, position, at) \
               SELECT substring(sha256(account || convert_to(idempotency_key, 'UTF8')) FROM 1 FOR 16), \
               position, at FROM event \
               WHERE position > ?1 AND position <= ?2 AND at >= ?3 \
               AND account IS NOT NULL AND idempotency_key IS NOT NULL ORDER BY position \
               ON CONFLICT (fingerprint) DO NOTHING";
    Statement::new(sql, params![after, up_to, since])
}

/// Brings what lots are found by up to date, while nobody bids on them.
pub(crate) fn refresh_found(lots: &[LotId]) -> Vec<Statement> {
    let lots = || vec![lots.iter().map(|lot| lot.0).collect::<Value>()];
    let refresh = "UPDATE listing SET price = COALESCE(s.price, l.starting_price), \
                   bid_count = s.bid_count, ends_at = s.ends_at \
                   FROM lot_state s JOIN lot l ON l.id = s.lot \
                   WHERE s.lot = ANY(?1) AND listing.lot = s.lot";
    vec![Statement::new(LOCK, lots()), Statement::new(refresh, lots())]
}

/// Forgets keys that were used before a time, some of them.
pub(crate) fn forget_keys(before: Time, limit: u64) -> Statement {
    let sql = "DELETE FROM event_key WHERE fingerprint IN \
               (SELECT fingerprint FROM event_key WHERE at < ?1 ORDER BY at LIMIT ?2)";
    Statement::new(sql, params![before.0, limit])
}

/// Turns that are begun with the locks of their lots after one in which another server was seen.
const WARY_TURNS: u32 = 64;
/// Up to so many lots are read in the first place where another server was seen lately.
const READ_AHEAD_MAX: usize = 2;
/// How long after the time that it was decided at, by the database's clock, a batch may still be made durable
/// whose turn did not hold its lots' locks, in milliseconds: it has them by then, and whoever else decides on
/// those lots waits for it. Servers that wait for each other's answers count on it (docs/adr/0013).
pub const DURABLE_WITHIN_MS: i64 = 1_000;
/// How far the database's clock may be behind what it was taken for, in milliseconds.
const CLOCK_BEHIND_MS: i64 = 1_000;
/// How old what is known of the database's clock may be.
const CLOCK_AGE_MAX: Duration = Duration::from_secs(10);
/// Users who are remembered not to be banned.
const FREE_MAX: usize = 10_000;

/// What a server goes by when it decides without asking first.
#[derive(Default)]
pub(crate) struct Trust(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Turns to begin with asking.
    wary: u32,
    /// Positions that were set aside after all that is remembered was committed.
    positions: Range<u64>,
    /// The database's time, and when it was told.
    told: Option<(Time, Instant)>,
    /// The last ban.
    ban: Option<[u8; 16]>,
    /// Users who were not banned after it.
    free: HashSet<UserId>,
}

impl Trust {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was taken for granted was not so: most likely another server was there.
    fn lose(&self) {
        self.known().wary = WARY_TURNS;
    }

    /// Takes note of an answer to [`PLACE`] that came with a commit.
    fn learn(&self, place: Vec<Row>) -> Result<(), StoreError> {
        let (first, now, ban) = place_from(place)?;
        let mut known = self.known();
        if known.ban != ban {
            known.ban = ban;
            known.free.clear();
        }
        // An answer may be overtaken by a later one on another connection.
        if first >= known.positions.end {
            known.positions = first..first + POSITIONS_MAX;
            // It was later than this when the answer came: what is made of it is never ahead.
            known.told = Some((now, Instant::now()));
        }
        Ok(())
    }

    /// A turn has positions from here on, and may read what others have committed before them: those that
    /// were set aside earlier are of no use any more. Its own are not kept either: unless it commits, a
    /// primary that dies may give them out again.
    fn passed(&self, first: u64) {
        let mut known = self.known();
        let next = first.max(known.positions.end);
        known.positions = next..next;
    }

    /// What was granted was so, when it was checked.
    fn held(&self, granted: Granted) {
        let mut known = self.known();
        if known.ban != granted.ban {
            return;
        }
        if known.free.len() + granted.unchecked.len() > FREE_MAX {
            known.free.clear();
        }
        known.free.extend(granted.unchecked);
    }

    /// The first of some positions, and the database's time, where they are known.
    fn take(&self, positions: u64) -> Option<(u64, Time)> {
        let mut known = self.known();
        let (told, at) = known.told.filter(|(_, at)| at.elapsed() < CLOCK_AGE_MAX)?;
        if known.wary > 0 || known.positions.end - known.positions.start < positions {
            return None;
        }
        let first = known.positions.start;
        known.positions.start += positions;
        let since = i64::try_from(at.elapsed().as_millis()).ok()?;
        Some((first, told.plus_ms(since)))
    }
}

/// The answer to [`PLACE`].
fn place_from(rows: Vec<Row>) -> Result<(u64, Time, Option<[u8; 16]>), StoreError> {
    let mut place = one(rows)?;
    Ok((place.count()?, Time(place.int()?), place.opt_bytes()?))
}

/// A turn of an engine.
pub(crate) enum Turn {
    /// It holds the locks of its lots.
    Held(Box<postgres::Turn>),
    /// What is remembered was taken for granted: that has to hold when it ends.
    OnTrust(Granted),
}

/// What a turn took for granted.
pub(crate) struct Granted {
    /// Lots, ascending, with the positions of their last records.
    lots: Vec<(LotId, u64)>,
    /// Keys that nothing was accepted with.
    keys: Vec<Fingerprint>,
    /// The last ban.
    ban: Option<[u8; 16]>,
    /// Who is not banned.
    users: Vec<UserId>,
    /// Those of them who were not looked at since then.
    unchecked: Vec<UserId>,
    /// The time.
    now: Time,
}

impl Granted {
    fn of(wanted: &Wanted<'_>, trust: &Trust, now: Time) -> Option<Granted> {
        let trusted = trust.known();
        let unchecked = wanted.users.iter().filter(|user| !trusted.free.contains(user));
        let known = |(lot, position): &(LotId, Option<u64>)| Some((*lot, (*position)?));
        Some(Granted {
            lots: wanted.lots.iter().map(known).collect::<Option<_>>()?,
            keys: fingerprints(wanted.keys).collect(),
            ban: trusted.ban,
            users: wanted.users.to_vec(),
            unchecked: unchecked.copied().collect(),
            now,
        })
    }

    /// The times between which it is to be made durable.
    fn between(&self) -> [Value; 2] {
        [-CLOCK_BEHIND_MS, DURABLE_WITHIN_MS].map(|ms| self.now.plus_ms(ms).0.into())
    }

    /// Holds the lots, and fails where one is not as it was.
    fn hold(&self) -> Statement {
        let lots = self.lots.iter().map(|(lot, _)| lot.0).collect();
        let positions = self.lots.iter().map(|(_, position)| *position).collect();
        let [from, to] = self.between();
        Statement::new(HOLD, vec![lots, positions, from, to])
    }

    /// Whether what is written of its only lot holds that lot, and fails where it is not as it was.
    fn is_held_by(&self, written: &[LotUpdate]) -> bool {
        matches!((&self.lots[..], written), ([(lot, _)], [update]) if update.id == *lot)
    }

    /// Users who are to be looked at, and keys but those that come along with what is written, which guard
    /// themselves; none, where there are neither.
    fn unproven(&self, users: &[UserId], taken: &[Key]) -> Option<[Value; 2]> {
        let taken = taken.iter().map(|key| key.fingerprint).collect::<HashSet<_>>();
        let keys = self.keys.iter().copied().filter(|key| !taken.contains(key));
        let keys = keys.collect::<Vec<_>>();
        (!keys.is_empty() || !users.is_empty())
            .then(|| [users.iter().map(|user| user.0).collect(), keys.into_iter().collect()])
    }

    /// Where the next turn is to be, if what is not looked at otherwise holds.
    fn place_if(&self, unproven: Option<[Value; 2]>) -> Statement {
        let ban = self.ban.map_or(Value::Null, |ban| Value::from(ban.as_slice()));
        let [from, to] = self.between();
        let sql = if unproven.is_some() { &PLACE_IF_FREE } else { &PLACE_IF };
        let params = [ban, from, to].into_iter().chain(unproven.into_iter().flatten());
        Statement::new(sql.as_str(), params.collect()).apart()
    }
}

/// Fails where these users and keys are not free.
fn check_free(unproven: [Value; 2]) -> Statement {
    Statement::new(FREE.as_str(), unproven.into())
}

impl Turn {
    /// Makes a batch of statements durable, if what it was decided on holds.
    pub(crate) async fn commit(
        self,
        db: &Db,
        trust: &Trust,
        batch: &Batch,
        taken: &[Key],
        statements: Vec<Statement>,
    ) -> Result<(), DbError> {
        // For the next turn: after what is committed here, as all that it will go by was.
        let outcome = match self {
            Turn::Held(turn) => {
                turn.commit(statements, vec![Statement::new(PLACE, params![])]).await
            }
            Turn::OnTrust(granted) => {
                let unproven = granted.unproven(&granted.unchecked, taken);
                let (place, mut all) = if granted.is_held_by(&batch.lots) {
                    (granted.place_if(unproven), Vec::new())
                } else {
                    let checks = iter::once(granted.hold()).chain(unproven.map(check_free));
                    (granted.place_if(None), checks.collect())
                };
                all.extend(statements);
                let outcome = db.write_in_line(all, vec![place]).await;
                outcome.inspect(|_| trust.held(granted))
            }
        };
        // What is done is done, whatever is not known for the next: it will ask.
        let mut answers = outcome.inspect_err(|_| trust.lose())?;
        if let Err(error) = trust.learn(answers.pop().unwrap_or_default()) {
            tracing::warn!(%error, "no positions for the next turn");
        }
        Ok(())
    }

    /// Ends it without a change.
    pub(crate) async fn leave(self, db: &Db, trust: &Trust) -> Result<(), DbError> {
        match self {
            Turn::Held(turn) => {
                turn.leave().await;
                Ok(())
            }
            Turn::OnTrust(granted) => {
                let unproven = granted.unproven(&granted.users, &[]);
                let checks = iter::once(granted.hold()).chain(unproven.map(check_free));
                let held = db.check_in_line(checks.collect()).await;
                held.inspect_err(|_| trust.lose())
            }
        }
    }
}

/// Begins a turn on trust, where it is routine and no other server was seen lately.
pub(crate) fn turn_on_trust(trust: &Trust, wanted: &Wanted<'_>) -> Option<(Turn, Basis)> {
    if !wanted.routine {
        return None;
    }
    let (first_position, now) = trust.take(wanted.positions)?;
    let granted = Granted::of(wanted, trust, now)?;
    let basis = Basis { first_position, now: Some(now), ..Basis::default() };
    Some((Turn::OnTrust(granted), basis))
}

/// Begins a turn with the locks of its lots, and reads what it is to be decided on.
pub(crate) async fn turn(
    db: &Db,
    trust: &Trust,
    wanted: Wanted<'_>,
) -> Result<(Turn, Basis), StoreError> {
    if wanted.positions > POSITIONS_MAX {
        return Err(StoreError::Unavailable(format!("{} positions at once", wanted.positions)));
    }
    let lots = wanted.lots.iter().map(|(lot, _)| lot.0).collect::<Value>();
    let users = wanted.users.iter().map(|user| user.0).collect::<Value>();
    let mut queries = vec![
        Statement::new(LOCK, vec![lots]),
        keyed_query(wanted.keys),
        Statement::new(BANNED, vec![users]),
        Statement::new(PLACE, params![]),
    ];
    // Where others bid on the same lot, it will have changed: that saves asking twice.
    let ahead = match wanted.lots.len() <= READ_AHEAD_MAX && trust.known().wary > 0 {
        true => wanted.lots,
        false => &[],
    };
    queries.extend(ahead.iter().flat_map(|(lot, _)| LotRows::queries(*lot)));
    let (mut turn, answers) = db.begin(For::Turns, queries).await?;
    let mut answers = answers.into_iter();
    let mut next = || answers.next().unwrap_or_default();
    let (locked, keyed, banned, place) = (next(), next(), next(), next());
    let mut read = HashMap::new();
    for (lot, _) in ahead {
        read.insert(*lot, LotRows::next(&mut answers));
    }
    let locked = locked.into_iter().map(|mut row| Ok((LotId(row.id()?), row.count()?)));
    let positions = locked.collect::<Result<HashMap<_, u64>, StoreError>>()?;
    let banned = banned.into_iter().map(|mut row| row.id().map(UserId));
    let (first_position, now, _) = place_from(place)?;
    trust.passed(first_position);
    let held = changed(&mut turn, wanted.lots, &positions, read).await?;
    let foreign = wanted.lots.iter().any(|(lot, remembered)| {
        remembered.is_some_and(|position| positions.get(lot) != Some(&position))
    });
    let mut known = trust.known();
    known.wary = if foreign { WARY_TURNS } else { known.wary.saturating_sub(1) };
    let basis = Basis {
        lots: held,
        keyed: keyed_records(wanted.keys, keyed)?,
        banned: banned.collect::<Result<_, _>>()?,
        first_position,
        now: Some(now),
    };
    Ok((Turn::Held(Box::new(turn)), basis))
}

/// The lots of a turn that are not as they are remembered.
async fn changed(
    turn: &mut postgres::Turn,
    lots: &[(LotId, Option<u64>)],
    positions: &HashMap<LotId, u64>,
    mut read: HashMap<LotId, LotRows>,
) -> Result<Vec<(LotId, Held)>, StoreError> {
    let (mut held, mut queries, mut asked) = (Vec::new(), Vec::new(), Vec::new());
    for (lot, remembered) in lots {
        match positions.get(lot) {
            None => held.push((*lot, Held::Nothing)),
            Some(position) if Some(*position) == *remembered => {}
            Some(_) => match read.remove(lot) {
                Some(rows) => held.push((*lot, Held::of(rows.loaded())?)),
                None => {
                    asked.push(*lot);
                    queries.extend(LotRows::queries(*lot));
                }
            },
        }
    }
    if asked.is_empty() {
        return Ok(held);
    }
    let mut answers = turn.more(queries).await?.into_iter();
    for lot in asked {
        held.push((lot, Held::of(LotRows::next(&mut answers).loaded())?));
    }
    Ok(held)
}

/// Asks for the records of keys.
pub(crate) fn keyed_query(keys: &[(UserId, &str)]) -> Statement {
    Statement::new(KEYED.as_str(), vec![fingerprints(keys).collect()])
}

fn fingerprints(keys: &[(UserId, &str)]) -> impl Iterator<Item = Fingerprint> {
    keys.iter().map(|(user, key)| Fingerprint::of(*user, key))
}

/// The records of keys, in their order.
pub(crate) fn keyed_records(
    keys: &[(UserId, &str)],
    rows: Vec<Row>,
) -> Result<Vec<Option<Record>>, StoreError> {
    let mut records = HashMap::new();
    for mut row in rows {
        let record = record_from(&mut row)?;
        let key = record.keyed.as_ref().map(|keyed| keyed.key.clone());
        records.insert(record.by.zip(key), record);
    }
    let of = |(user, key): &(UserId, &str)| records.get(&Some((*user, (*key).to_owned()))).cloned();
    Ok(keys.iter().map(of).collect())
}
