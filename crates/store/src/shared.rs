//! The engine's turn in a database that servers share.
//!
//! The rows of its lots are locked first and in order, so that servers take turns at a lot and never
//! wait for each other in a circle; everything else is read after that, and so holds until the commit.
//! The lock is the database's own and ends with its transaction; what a commit writes is guarded by the
//! versions as well.

use crate::codec::{RECORD_COLUMNS, record_from};
use crate::db::{Db, For};
use crate::engine_store::{LotRows, one};
use crate::postgres;
use crate::sql::{Row, Statement, Value, params};
use gavel_domain::{LotId, Time, UserId};
use gavel_engine::Record;
use gavel_engine::ports::{Basis, Held, StoreError, Wanted};
use std::collections::HashMap;
use std::sync::LazyLock;

/// As many positions as a call of the sequence sets aside (migrations/0004_shared.postgres.sql).
pub(crate) const POSITIONS_MAX: u64 = 256;

const LOCK: &str = "SELECT lot, version FROM lot_state WHERE lot = ANY(?1) ORDER BY lot FOR UPDATE";

static KEYED: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {RECORD_COLUMNS} FROM event WHERE position IN (SELECT k.position FROM event_key k \
         JOIN unnest(?1::bytea[], ?2::text[]) AS wanted (account, key) \
         ON k.account = wanted.account AND k.idempotency_key = wanted.key)"
    )
});

const BANNED: &str = "SELECT id FROM account WHERE id = ANY(?1) AND banned_at IS NOT NULL";

/// A block of positions, and the time.
const PLACE: &str = "SELECT nextval('event_position'), \
                     (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";

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
    let sql = "INSERT INTO event_key (account, idempotency_key, position, at) \
               SELECT account, idempotency_key, position, at FROM event \
               WHERE position > ?1 AND position <= ?2 AND at >= ?3 \
               AND account IS NOT NULL AND idempotency_key IS NOT NULL ORDER BY position \
               ON CONFLICT (account, idempotency_key) DO NOTHING";
    Statement::new(sql, params![after, up_to, since])
}

/// Begins a turn.
pub(crate) async fn turn(
    db: &Db,
    wanted: Wanted<'_>,
) -> Result<(postgres::Turn, Basis), StoreError> {
    if wanted.positions > POSITIONS_MAX {
        return Err(StoreError::Unavailable(format!("{} positions at once", wanted.positions)));
    }
    let lots = wanted.lots.iter().map(|(lot, _)| lot.0).collect::<Value>();
    let users = wanted.users.iter().map(|user| user.0).collect::<Value>();
    let queries = vec![
        Statement::new(LOCK, vec![lots]),
        keyed_query(wanted.keys),
        Statement::new(BANNED, vec![users]),
        Statement::new(PLACE, params![]),
    ];
    let (mut turn, answers) = db.begin(For::Engine, queries).await?;
    let [locked, keyed, banned, place] = answers.try_into().unwrap_or_default();
    let locked = locked.into_iter().map(|mut row| Ok((LotId(row.id()?), row.count()?)));
    let versions = locked.collect::<Result<HashMap<_, u64>, StoreError>>()?;
    let banned = banned.into_iter().map(|mut row| row.id().map(UserId));
    let mut place = one(place)?;
    let basis = Basis {
        lots: changed(&mut turn, wanted.lots, &versions).await?,
        keyed: keyed_records(wanted.keys, keyed)?,
        banned: banned.collect::<Result<_, _>>()?,
        first_position: place.count()?,
        now: Some(Time(place.int()?)),
    };
    Ok((turn, basis))
}

/// The lots of a turn that are not as they are remembered.
async fn changed(
    turn: &mut postgres::Turn,
    lots: &[(LotId, Option<u64>)],
    versions: &HashMap<LotId, u64>,
) -> Result<Vec<(LotId, Held)>, StoreError> {
    let (mut held, mut queries, mut asked) = (Vec::new(), Vec::new(), Vec::new());
    for (lot, remembered) in lots {
        match versions.get(lot) {
            None => held.push((*lot, Held::Nothing)),
            Some(version) if Some(*version) == *remembered => {}
            Some(_) => {
                asked.push(*lot);
                queries.extend(LotRows::queries(*lot));
            }
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
    let (users, texts) = (keys.iter().map(|key| key.0.0), keys.iter().map(|key| key.1));
    Statement::new(KEYED.as_str(), vec![users.collect(), texts.collect()])
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
