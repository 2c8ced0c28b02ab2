//! What large commits leave for later where servers share a house: lots that lists do not know by their
//! latest price, bids and end yet, and last bids that the table of bidders does not have yet.
//!
//! What lots are sorted by stands in eight indexes, which is more work than all else that a bid writes, and
//! of what somebody bids on a lot again and again the last is kept alone. A large commit leaves both here, in
//! one row, and whoever tidies next brings them up to date, each once whatever was bid. What waits is in the
//! database, so a server that dies leaves nothing behind that the others would not find, and whoever asks for
//! their own bids is shown it ([`last_bids`]).

use crate::db::Db;
use crate::derived::refresh_found;
use crate::engine_store::upsert_bidder;
use crate::shared;
use crate::sql::{Dialect, Row, Statement, damaged, params};
use crate::tidy::ROUNDS_MAX;
use gavel_domain::{LotId, Money, Time, UserId};
use gavel_engine::ports::{BidderRow, StoreError};
use std::collections::{BTreeMap, HashMap};

/// Rows that are taken in one go.
const ROWS_MAX: u64 = 1_000;
/// Lots, or bids, after which no further row is taken.
const LOTS_MAX: usize = 2_048;
const BIDS_MAX: usize = 16_384;
/// Lots, or bids, that are brought up to date in one transaction: nobody bids on those lots meanwhile.
const LOTS_AT_ONCE: usize = 64;
const BIDS_AT_ONCE: usize = 512;

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
    rows.into_iter().map(|mut row| read_one(row.count()?, row)).collect()
}

/// The same without what cannot be read, which must not keep the rest from being found. It stays where it is.
fn read_whole(rows: Vec<Row>) -> Result<Vec<PutOff>, StoreError> {
    let mut waiting = Vec::with_capacity(rows.len());
    for mut row in rows {
        let position = row.count()?;
        match read_one(position, row) {
            Ok(one) => waiting.push(one),
            Err(error) => tracing::error!(position, %error, "what was put off is passed over"),
        }
    }
    Ok(waiting)
}

fn read_one(position: u64, mut row: Row) -> Result<PutOff, StoreError> {
    let (lots, bidders) = (row.blob()?, row.blob()?);
    let ((ids, []), (rows, [])) = (lots.as_chunks(), bidders.as_chunks()) else {
        return Err(damaged("a part of what was put off is missing"));
    };
    let lots = ids.iter().map(|id| LotId(u128::from_be_bytes(*id))).collect();
    let bidders = rows.iter().map(bidder_from).collect::<Result<_, _>>()?;
    Ok(PutOff { position, lots, bidders })
}

/// The last bids that are put off, of each lot and user.
pub(crate) fn bids(waiting: &[PutOff]) -> HashMap<LotId, HashMap<UserId, BidderRow>> {
    let mut last = HashMap::<_, HashMap<_, BidderRow>>::new();
    for row in waiting.iter().flat_map(|one| &one.bidders) {
        let known = last.entry(row.lot).or_default().entry(row.user).or_insert(*row);
        if row.position > known.position {
            *known = *row;
        }
    }
    last
}

/// A user's last bids that are put off, by lot. To be asked for before the table of bidders is: what goes from
/// here to there meanwhile is in both then, and not in neither.
pub(crate) async fn last_bids(
    db: &Db,
    user: UserId,
) -> Result<HashMap<LotId, BidderRow>, StoreError> {
    // Whatever else has those bytes in it is told apart when it is read.
    let sql = format!("{ALL} WHERE position(?1 IN bidders) > 0");
    let waiting = read_whole(db.read(sql, params![user.0]).await?)?;
    let of_user = |(lot, mut users): (_, HashMap<_, _>)| Some((lot, users.remove(&user)?));
    Ok(bids(&waiting).into_iter().filter_map(of_user).collect())
}

/// A lot to be brought up to date, with some of who bid on it.
type Behind = (LotId, Vec<BidderRow>);

/// Lots as they go into transactions.
fn in_parts(lots: BTreeMap<LotId, Vec<BidderRow>>) -> Vec<Vec<Behind>> {
    let (mut parts, mut bids) = (vec![Vec::<Behind>::new()], 0);
    for (lot, rows) in lots {
        // One without any is brought up to date too.
        let pieces =
            if rows.is_empty() { vec![&[][..]] } else { rows.chunks(BIDS_AT_ONCE).collect() };
        for piece in pieces {
            let full = |part: &Vec<Behind>| {
                part.len() >= LOTS_AT_ONCE || bids + piece.len() > BIDS_AT_ONCE
            };
            if parts.last().is_some_and(full) {
                parts.push(Vec::new());
                bids = 0;
            }
            bids += piece.len();
            if let Some(part) = parts.last_mut() {
                part.push((lot, piece.to_vec()));
            }
        }
    }
    parts
}

/// Has some of what waits found as it is now. Another server may be about the same: both come to the same.
/// Returns whether some was left.
pub(crate) async fn find(db: &Db) -> Result<bool, StoreError> {
    let oldest = format!("{ALL} ORDER BY position LIMIT {ROWS_MAX}");
    let rows = db.read_for_engine(oldest, params![]).await?;
    let mut more = rows.len() as u64 == ROWS_MAX;
    let mut waiting = read_whole(rows)?;
    let (mut lots, mut bidders) = (BTreeMap::<LotId, Vec<BidderRow>>::new(), 0);
    let fits = waiting.iter().take_while(|one| {
        let room = lots.len() < LOTS_MAX && bidders < BIDS_MAX;
        lots.extend(one.lots.iter().filter(|_| room).map(|lot| (*lot, Vec::new())));
        bidders += one.bidders.len();
        room
    });
    let fits = fits.count();
    more |= fits < waiting.len();
    waiting.truncate(fits);
    for (lot, users) in bids(&waiting) {
        lots.entry(lot).or_default().extend(users.into_values());
    }
    for part in in_parts(lots) {
        let ids = part.iter().map(|(lot, _)| *lot).collect::<Vec<_>>();
        let mut refresh = match db.dialect() {
            Dialect::Sqlite => ids.into_iter().map(refresh_found).collect(),
            Dialect::Postgres => shared::refresh_found(&ids),
        };
        // After the locks of their lots, so that no commit writes to the same rows in another order.
        let bidders = part.iter().flat_map(|(_, bidders)| bidders);
        refresh.extend(bidders.map(|row| upsert_bidder(row).apart()));
        db.write_prepared(move || refresh).await?;
    }
    let done = waiting.into_iter().map(|one| {
        let sql = "DELETE FROM unfound WHERE position = ?1";
        Statement::new(sql, params![one.position]).apart()
    });
    let done = done.collect::<Vec<_>>();
    // Where nothing of it can be read, nothing more can be done.
    more &= !done.is_empty();
    if !done.is_empty() {
        db.write_prepared(move || done).await?;
    }
    Ok(more)
}

/// Has what waits found, about as fast as commits can leave it. Returns whether some was left.
pub(crate) async fn find_all(db: &Db) -> Result<bool, StoreError> {
    for _ in 0..ROUNDS_MAX {
        if !find(db).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_transaction_has_too_many_lots_or_bids_and_none_is_left_out() {
        let row = |lot: u128, user: u128| BidderRow {
            lot: LotId(lot),
            user: UserId(user),
            amount: Money::from_minor(1).expect("money"),
            max: None,
            at: Time(0),
            position: 1,
        };
        for sizes in [vec![0; 200], vec![1_300, 0, 3], vec![500, 20, 1, 512, 1]] {
            let lots = (0_u128..).zip(&sizes).map(|(lot, size)| {
                (LotId(lot), (0..*size as u128).map(|user| row(lot, user)).collect())
            });
            let lots = lots.collect::<BTreeMap<_, Vec<_>>>();
            let parts = in_parts(lots.clone());
            for part in &parts {
                assert!(part.len() <= LOTS_AT_ONCE);
                assert!(part.iter().map(|(_, rows)| rows.len()).sum::<usize>() <= BIDS_AT_ONCE);
            }
            let mut together = BTreeMap::<_, Vec<_>>::new();
            for (lot, rows) in parts.into_iter().flatten() {
                together.entry(lot).or_default().extend(rows);
            }
            assert_eq!(together, lots);
        }
    }
}
