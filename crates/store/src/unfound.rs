//! Lots that lists do not know by their latest price, bids and end yet.
//!
//! What lots are sorted by stands in eight indexes, which is more work than all else that a bid writes.
//! Where servers share a house, a large commit leaves its lots here, in one row, and whoever tidies next
//! brings them up to date, each lot once whatever was bid on it. What waits is in the database, so a
//! server that dies leaves nothing behind that the others would not find.

use crate::db::{Db, For};
use crate::derived::refresh_found;
use crate::shared;
use crate::sql::{Row, Statement, Value, params};
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

/// Leaves lots of a commit for later, under the position of its last record.
pub(crate) fn leave(position: u64, lots: &[LotId]) -> Option<Statement> {
    let bytes = lots.iter().flat_map(|lot| lot.0.to_be_bytes()).collect::<Vec<_>>();
    let sql = "INSERT INTO unfound (position, lots) VALUES (?1, ?2)";
    (!lots.is_empty()).then(|| Statement::new(sql, params![position, bytes.as_slice()]))
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

/// Has some of what waits found as it is now. Returns whether there may be more.
pub(crate) async fn find(db: &Db) -> Result<bool, StoreError> {
    let oldest = format!("{ALL} ORDER BY position LIMIT {ROWS_MAX}");
    match db {
        Db::Sqlite(_) => {
            let (positions, lots) = some(read(db.read(oldest, params![]).await?)?);
            let mut statements = lots.into_iter().map(refresh_found).collect::<Vec<_>>();
            statements.extend(positions.iter().map(|position| {
                Statement::new("DELETE FROM unfound WHERE position = ?1", params![*position])
            }));
            if !statements.is_empty() {
                db.write(statements).await?;
            }
            Ok(!positions.is_empty())
        }
        Db::Postgres(_) => {
            // Others pass over what is taken here.
            let taken = Statement::new(format!("{oldest} FOR UPDATE SKIP LOCKED"), params![]);
            let (turn, mut answers) = db.begin(For::Engine, vec![taken]).await?;
            let (positions, lots) = some(read(answers.pop().unwrap_or_default())?);
            if positions.is_empty() {
                turn.leave().await;
                return Ok(false);
            }
            let lots = lots.into_iter().collect::<Vec<_>>();
            for some in lots.chunks(LOTS_AT_ONCE) {
                db.write(shared::refresh_found(some)).await?;
            }
            let sql = "DELETE FROM unfound WHERE position = ANY(?1)";
            let done = Statement::new(sql, vec![positions.into_iter().collect::<Value>()]);
            turn.commit(vec![done], Vec::new()).await?;
            Ok(true)
        }
    }
}

/// As many rows as have about [`LOTS_MAX`] lots.
fn some(rows: Vec<(u64, Vec<LotId>)>) -> (Vec<u64>, BTreeSet<LotId>) {
    let (mut positions, mut all) = (Vec::new(), BTreeSet::new());
    for (position, lots) in rows {
        if all.len() >= LOTS_MAX {
            break;
        }
        positions.push(position);
        all.extend(lots);
    }
    (positions, all)
}
