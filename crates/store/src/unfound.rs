//! Lots that lists do not know by their latest price, bids and end yet.
//!
//! What lots are sorted by stands in eight indexes, which is more work than all else that a bid writes.
//! Where servers share a house, a large commit leaves its lots here, in one row, and whoever tidies next
//! brings them up to date, each lot once whatever was bid on it. What waits is in the database, so a
//! server that dies leaves nothing behind that the others would not find.

use crate::db::Db;
use crate::derived::refresh_found;
use crate::shared;
use crate::sql::{Dialect, Row, Statement, params};
use gavel_domain::LotId;
use gavel_engine::ports::StoreError;
use std::collections::BTreeSet;

/// Rows that are taken in one go.
const ROWS_MAX: u64 = 1_000;
/// Lots after which no further row is taken.
const LOTS_MAX: usize = 2_048;
/// Lots that are brought up to date in one transaction: nobody bids on them meanwhile.
const LOTS_AT_ONCE: usize = 64;

/// Everything that waits.
pub(crate) const ALL: &str = "SELECT position, lots FROM unfound";

/// Puts lots of a commit off, under the position of its last record.
pub(crate) fn put_off(position: u64, lots: &[LotId]) -> Option<Statement> {
    let bytes = lots.iter().flat_map(|lot| lot.0.to_be_bytes()).collect::<Vec<_>>();
    let sql = "INSERT INTO unfound (position, lots) VALUES (?1, ?2)";
    (!lots.is_empty()).then(|| Statement::new(sql, params![position, bytes.as_slice()]).apart())
}

/// The lots of rows of [`ALL`], by position.
pub(crate) fn read(rows: Vec<Row>) -> Result<Vec<(u64, Vec<LotId>)>, StoreError> {
    let read = |mut row: Row| {
        let (position, bytes) = (row.count()?, row.blob()?);
        let (ids, _) = bytes.as_chunks();
        Ok((position, ids.iter().map(|id| LotId(u128::from_be_bytes(*id))).collect()))
    };
    rows.into_iter().map(read).collect()
}

/// Has some of what waits found as it is now. Another server may be about the same: both come to the same.
/// Returns whether some was left.
pub(crate) async fn find(db: &Db) -> Result<bool, StoreError> {
    let oldest = format!("{ALL} ORDER BY position LIMIT {ROWS_MAX}");
    let rows = read(db.read_for_engine(oldest, params![]).await?)?;
    let mut more = rows.len() as u64 == ROWS_MAX;
    let (mut positions, mut lots) = (Vec::new(), BTreeSet::new());
    for (position, those) in rows {
        if lots.len() >= LOTS_MAX {
            more = true;
            break;
        }
        positions.push(position);
        lots.extend(those);
    }
    let lots = lots.into_iter().collect::<Vec<_>>();
    for chunk in lots.chunks(LOTS_AT_ONCE) {
        let refresh = match db.dialect() {
            Dialect::Sqlite => chunk.iter().map(|lot| refresh_found(*lot)).collect(),
            Dialect::Postgres => shared::refresh_found(chunk),
        };
        db.write_prepared(move || refresh).await?;
    }
    let done = positions.into_iter().map(|position| {
        let sql = "DELETE FROM unfound WHERE position = ?1";
        Statement::new(sql, params![position]).apart()
    });
    let done = done.collect::<Vec<_>>();
    if !done.is_empty() {
        db.write_prepared(move || done).await?;
    }
    Ok(more)
}
