//! Lots that lists do not know by their latest price, bids and end yet, nor "my bids" by who bid what.
//!
//! What lots are sorted by stands in eight indexes, which is more work than all else that a bid writes, and
//! of what somebody bids on a lot again and again the last is kept alone. Where servers share a house, a
//! large commit leaves both here, in one row, and whoever tidies next brings them up to date, each once
//! whatever was bid. What waits is in the database, so a server that dies leaves nothing behind that the
//! others would not find, and whoever asks for their own bids is shown it ([`last_bids`]).

use crate::db::Db;
use crate::derived::refresh_found;
use crate::engine_store::upsert_bidder;
use crate::shared;
use crate::sql::{Dialect, Row, Statement, damaged, params};
use gavel_domain::{LotId, Money, Time, UserId};
use gavel_engine::ports::{BidderRow, StoreError};
use std::collections::{BTreeMap, HashMap};

/// Rows that are taken in one go.
const ROWS_MAX: u64 = 1_000;
/// Lots after which no further row is taken.
const LOTS_MAX: usize = 2_048;
/// Lots that are brought up to date in one transaction: nobody bids on them meanwhile.
const LOTS_AT_ONCE: usize = 64;

/// Everything that waits.
pub(crate) const ALL: &str = "SELECT position, lots, bidders FROM unfound";
/// A bid as it is put off: lot, account, amount, maximum or 0, time, position.
const BIDDER_BYTES: usize = 64;

/// What a commit has put off.
pub(crate) struct PutOff {
    position: u64,
    pub(crate) lots: Vec<LotId>,
    bidders: Vec<BidderRow>,
}

/// Puts lots of a commit off, with some who bid on them, under the position of its last record.
pub(crate) fn put_off<'a>(
    position: u64,
    lots: &[LotId],
    bidders: impl Iterator<Item = &'a BidderRow>,
) -> Option<Statement> {
    let lots = lots.iter().flat_map(|lot| lot.0.to_be_bytes()).collect::<Vec<_>>();
    let bidders = bidders.flat_map(bytes_of).collect::<Vec<_>>();
    let sql = "INSERT INTO unfound (position, lots, bidders) VALUES (?1, ?2, ?3)";
    let params = params![position, lots.as_slice(), bidders.as_slice()];
    (!lots.is_empty() || !bidders.is_empty()).then(|| Statement::new(sql, params).apart())
}

fn bytes_of(row: &BidderRow) -> Vec<u8> {
    let ids = [row.lot.0, row.user.0].map(u128::to_be_bytes);
    let numbers = [row.amount.minor(), row.max.map_or(0, Money::minor), row.at.0];
    let numbers = numbers.map(i64::to_be_bytes);
    [ids.as_flattened(), numbers.as_flattened(), &row.position.to_be_bytes()].concat()
}

fn bidder_from(bytes: &[u8; BIDDER_BYTES]) -> Result<BidderRow, StoreError> {
    let (ids, numbers) = bytes.split_at(32);
    let (ids, numbers) = (ids.as_chunks().0, numbers.as_chunks().0);
    let id = |at: usize| u128::from_be_bytes(ids[at]);
    let number = |at: usize| i64::from_be_bytes(numbers[at]);
    let money = |at| Money::from_minor(number(at)).ok_or_else(|| damaged("an amount out of range"));
    Ok(BidderRow {
        lot: LotId(id(0)),
        user: UserId(id(1)),
        amount: money(0)?,
        max: (number(1) != 0).then(|| money(1)).transpose()?,
        at: Time(number(2)),
        position: u64::from_be_bytes(numbers[3]),
    })
}

/// The answer to [`ALL`].
pub(crate) fn read(rows: Vec<Row>) -> Result<Vec<PutOff>, StoreError> {
    let read = |mut row: Row| {
        let (position, lots, bidders) = (row.count()?, row.blob()?, row.blob()?);
        let lots = lots.as_chunks().0.iter().map(|id| LotId(u128::from_be_bytes(*id))).collect();
        let bidders = bidders.as_chunks().0.iter().map(bidder_from).collect::<Result<_, _>>()?;
        Ok(PutOff { position, lots, bidders })
    };
    rows.into_iter().map(read).collect()
}

/// The last bids that are put off, of each user and lot.
pub(crate) fn bids(waiting: &[PutOff]) -> HashMap<(LotId, UserId), BidderRow> {
    let mut last = HashMap::<_, BidderRow>::new();
    for row in waiting.iter().flat_map(|one| &one.bidders) {
        let known = last.entry((row.lot, row.user)).or_insert(*row);
        if row.position > known.position {
            *known = *row;
        }
    }
    last
}

/// The same as they are now. To be asked for before the table of bidders is: what goes from here to there
/// meanwhile is in both then, and not in neither.
pub(crate) async fn last_bids(db: &Db) -> Result<HashMap<(LotId, UserId), BidderRow>, StoreError> {
    Ok(bids(&read(db.read(ALL, params![]).await?)?))
}

/// Has some of what waits found as it is now. Another server may be about the same: both come to the same.
/// Returns whether some was left.
pub(crate) async fn find(db: &Db) -> Result<bool, StoreError> {
    let oldest = format!("{ALL} ORDER BY position LIMIT {ROWS_MAX}");
    let mut waiting = read(db.read_for_engine(oldest, params![]).await?)?;
    let mut more = waiting.len() as u64 == ROWS_MAX;
    let mut lots = BTreeMap::<LotId, Vec<BidderRow>>::new();
    let fits = waiting.iter().take_while(|one| {
        let room = lots.len() < LOTS_MAX;
        lots.extend(one.lots.iter().filter(|_| room).map(|lot| (*lot, Vec::new())));
        room
    });
    let fits = fits.count();
    more |= fits < waiting.len();
    waiting.truncate(fits);
    for ((lot, _), row) in bids(&waiting) {
        lots.entry(lot).or_default().push(row);
    }
    let lots = lots.into_iter().collect::<Vec<_>>();
    for chunk in lots.chunks(LOTS_AT_ONCE) {
        let ids = chunk.iter().map(|(lot, _)| *lot).collect::<Vec<_>>();
        let mut refresh = match db.dialect() {
            Dialect::Sqlite => ids.into_iter().map(refresh_found).collect(),
            Dialect::Postgres => shared::refresh_found(&ids),
        };
        // After the locks of their lots, so that no commit writes to the same rows in another order.
        let bidders = chunk.iter().flat_map(|(_, bidders)| bidders);
        refresh.extend(bidders.map(|row| upsert_bidder(row).apart()));
        db.write_prepared(move || refresh).await?;
    }
    let done = waiting.into_iter().map(|one| {
        let sql = "DELETE FROM unfound WHERE position = ?1";
        Statement::new(sql, params![one.position]).apart()
    });
    let done = done.collect::<Vec<_>>();
    if !done.is_empty() {
        db.write_prepared(move || done).await?;
    }
    Ok(more)
}
