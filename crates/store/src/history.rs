//! A lot's history and log, found along its records' jumps.

use crate::codec::{RECORD_COLUMNS, record_from};
use crate::engine_store::{Store, one};
use crate::sql::{Row, params};
use gavel_domain::{Event, LotId, Step};
use gavel_engine::Record;
use gavel_engine::ports::StoreError;

/// A row of a lot's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryRow {
    /// Identity.
    pub id: u128,
    /// Who, how much, and whether an auto-bid's answer.
    pub step: Step,
    /// The record that added it.
    pub record: Record,
    /// Whether it is the lot's last row.
    pub last: bool,
}

/// A page of a lot's history, newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryPage {
    /// The rows.
    pub rows: Vec<HistoryRow>,
    /// Rows in the whole history.
    pub total: u64,
}

/// Records of a lot from the newest whose `measure` before it is below `?2` back to the one where
/// it is not above `?3`: from the lot's head along the jumps as long as they do not pass `?2`, then
/// record by record. `measure` ascends with the version.
fn walk(measure: &str) -> String {
    let qualified =
        RECORD_COLUMNS.split(", ").map(|column| format!("e.{column}")).collect::<Vec<_>>();
    let qualified = qualified.join(", ");
    format!(
        "WITH RECURSIVE walk ({RECORD_COLUMNS}, before) AS (\
           SELECT {qualified}, COALESCE((SELECT p.{measure} FROM event p WHERE p.position = e.prev), 0) \
           FROM event e WHERE e.position = (SELECT position FROM lot_state WHERE lot = ?1) \
           UNION ALL \
           SELECT {qualified}, COALESCE((SELECT p.{measure} FROM event p WHERE p.position = e.prev), 0) \
           FROM walk w JOIN event e ON e.position = \
             CASE WHEN (SELECT j.{measure} FROM event j WHERE j.position = w.jump) >= ?2 \
             THEN w.jump ELSE w.prev END \
           WHERE w.before > ?3) \
         SELECT {RECORD_COLUMNS} FROM walk WHERE before < ?2 AND {measure} > ?3 ORDER BY version DESC"
    )
}

impl Store {
    /// Page `page` (from 1) of a lot's history.
    ///
    /// # Errors
    /// The store is away.
    pub async fn history(
        &self,
        lot: LotId,
        page: u32,
        limit: u32,
    ) -> Result<Option<HistoryPage>, StoreError> {
        let sql = "SELECT rows_total FROM lot_state WHERE lot = ?1";
        let Some(mut row) = self.db.read(sql, params![lot.0]).await?.into_iter().next() else {
            return Ok(None);
        };
        let total: u64 = row.count()?;
        // Rows are numbered from 1; a page is the numbers above `low` up to `high`.
        let high = total.saturating_sub(u64::from(page - 1) * u64::from(limit));
        let low = high.saturating_sub(u64::from(limit));
        if high == 0 {
            return Ok(Some(HistoryPage { rows: Vec::new(), total }));
        }
        let found = self.db.read(walk("rows_total"), params![lot.0, high, low]).await?;
        let mut rows = Vec::new();
        for mut row in found {
            let record = record_from(&mut row)?;
            let Event::Bid(bid) = &record.event else { continue };
            let steps = bid.steps.rows();
            let first = record.rows_total - steps.len() as u64 + 1;
            for (index, step) in steps.iter().enumerate().rev() {
                let number = first + index as u64;
                if number <= low || number > high {
                    continue;
                }
                rows.push(HistoryRow {
                    id: record.row_id(index),
                    step: *step,
                    record: record.clone(),
                    last: number == total,
                });
            }
        }
        Ok(Some(HistoryPage { rows, total }))
    }

    /// Page `page` (from 1) of a lot's records after its public change `after`, oldest first, each
    /// with the hash of the one before it; and how many there are after it in all.
    ///
    /// # Errors
    /// The store is away.
    pub async fn log(
        &self,
        lot: LotId,
        after: u64,
        page: u32,
        limit: u32,
    ) -> Result<(Vec<(Record, [u8; 32])>, u64), StoreError> {
        let sql = "SELECT version FROM lot_state WHERE lot = ?1";
        let Some(mut row) = self.db.read(sql, params![lot.0]).await?.into_iter().next() else {
            return Ok((Vec::new(), 0));
        };
        let last: u64 = row.count()?;
        // The record of a public change is the first with its seq; silent ones after it share it.
        let from = if after == 0 {
            0
        } else {
            let found = self.db.read(walk("seq"), params![lot.0, after, after - 1]).await?;
            let versions = found.into_iter().map(|mut row| Ok(record_from(&mut row)?.version));
            let versions = versions.collect::<Result<Vec<u64>, StoreError>>()?;
            match versions.into_iter().min() {
                Some(version) => version,
                None => return Ok((Vec::new(), 0)),
            }
        };
        let total = last.saturating_sub(from);
        let from = from + u64::from(page - 1) * u64::from(limit);
        if from >= last {
            return Ok((Vec::new(), total));
        }
        let to = from + u64::from(limit);
        let found = self.db.read(walk("version"), params![lot.0, to, from]).await?;
        let read = |mut row: Row| record_from(&mut row);
        let mut records = found.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        records.reverse();
        let mut before = match records.first() {
            Some(first) if first.prev != 0 => {
                let sql = "SELECT hash FROM event WHERE position = ?1";
                one(self.db.read(sql, params![first.prev]).await?)?.bytes()?
            }
            _ => gavel_engine::chain::GENESIS,
        };
        let chained = records.into_iter().map(|record| {
            let hash = record.hash;
            (record, std::mem::replace(&mut before, hash))
        });
        Ok((chained.collect(), total))
    }
}
