//! How the house does, from what its days sum up to.

use crate::catalogue::{Filter, Phase};
use crate::db::For;
use crate::engine_store::Store;
use crate::sql::{Row, Statement, Value, damaged, params};
use gavel_domain::{LotId, Money, Time};
use gavel_engine::ports::StoreError;

/// Days that can be looked at together.
pub const DAYS_MAX: i64 = 366;
/// Entries of each list of the best.
const TOP: usize = 10;

/// What happened on a day of UTC, or on several. Amounts are minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DaySums {
    /// Days since the epoch.
    pub day: i64,
    /// Accounts made.
    pub new_users: u64,
    /// Lots listed.
    pub created: u64,
    /// Lots sold.
    pub sold: u64,
    /// Lots that ended without a buyer.
    pub unsold: u64,
    /// Lots taken back.
    pub cancelled: u64,
    /// Accepted bids.
    pub bids: u64,
    /// Sum of the hammer prices.
    pub gross_minor: i64,
}

/// A dear lot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopLot {
    /// The lot.
    pub id: LotId,
    /// Its title.
    pub title: String,
    /// What it was sold for.
    pub hammer_price: Money,
    /// Accepted bids.
    pub bid_count: u32,
    /// When the hammer fell.
    pub ended_at: Time,
}

/// A category by its sales.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopCategory {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Lots sold.
    pub sold: u64,
    /// Sum of their hammer prices, minor units.
    pub gross_minor: i64,
}

/// How the house did from one day to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Analytics {
    /// Every day, in order, quiet ones too.
    pub days: Vec<DaySums>,
    /// The dearest lots, dearest first.
    pub top_lots: Vec<TopLot>,
    /// The best categories, best first.
    pub top_categories: Vec<TopCategory>,
    /// Lots that take bids now.
    pub active: u64,
}

impl Store {
    /// How the house did from `first` to `last`, days since the epoch, both included and at most
    /// [`DAYS_MAX`].
    ///
    /// # Errors
    /// The store is away.
    pub async fn analytics(
        &self,
        first: i64,
        last: i64,
        now: Time,
    ) -> Result<Analytics, StoreError> {
        let last = last.min(first.saturating_add(DAYS_MAX - 1));
        let sums = "SELECT day, kind, CAST(SUM(count) AS BIGINT), \
                    CAST(SUM(amount) AS BIGINT) FROM tally WHERE day >= ?1 AND day <= ?2 GROUP BY day, kind";
        let categories = "SELECT t.category, c.name, CAST(SUM(t.count) AS BIGINT) AS sold, \
                          CAST(SUM(t.amount) AS BIGINT) AS gross \
                          FROM tally t JOIN category c ON c.slug = t.category \
                          WHERE t.day >= ?1 AND t.day <= ?2 AND t.kind = 'sold' \
                          GROUP BY t.category, c.name ORDER BY gross DESC, t.category LIMIT ?3";
        let queries = vec![
            Statement::new(sums, params![first, last]),
            Statement::new(categories, params![first, last, TOP as u64]),
            dearest(first, last),
        ];
        let mut answers = self.db.read_all(For::Visitors, queries).await?.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        let days = days(first, last, next())?;
        let top_categories = next().into_iter().map(top_category).collect::<Result<Vec<_>, _>>()?;
        let top_lots = next().into_iter().map(top_lot).collect::<Result<Vec<_>, _>>()?;
        let active = self.total(&Filter::of(Phase::Active, now)).await?;
        Ok(Analytics { days, top_lots, top_categories, active })
    }
}

/// The dearest lots: the dearest of each day, and of those the dearest. So it costs what the days
/// cost, and not what was sold on them.
fn dearest(first: i64, last: i64) -> Statement {
    let of_day = |place: usize| {
        format!(
            "SELECT * FROM (SELECT price, lot FROM sale WHERE day = ?{place} \
             ORDER BY price DESC, lot DESC LIMIT {TOP}) AS best"
        )
    };
    let days = (first..=last).map(Value::from).collect::<Vec<_>>();
    let each = (1..=days.len()).map(of_day).collect::<Vec<_>>().join(" UNION ALL ");
    let sql = format!(
        "SELECT l.id, l.title, s.price, t.bid_count, t.at FROM ({each}) s \
         JOIN lot l ON l.id = s.lot JOIN lot_state t ON t.lot = s.lot \
         ORDER BY s.price DESC, s.lot DESC LIMIT {TOP}"
    );
    Statement::new(sql, days)
}

fn days(first: i64, last: i64, rows: Vec<Row>) -> Result<Vec<DaySums>, StoreError> {
    let mut days =
        (first..=last).map(|day| DaySums { day, ..DaySums::default() }).collect::<Vec<_>>();
    for mut row in rows {
        let (day, kind, count, amount) = (row.int()?, row.text()?, row.count()?, row.int()?);
        let index = usize::try_from(day - first).map_err(|_| damaged("a day out of range"))?;
        let sums = days.get_mut(index).ok_or_else(|| damaged("a day out of range"))?;
        match kind.as_str() {
            "users" => sums.new_users = count,
            "created" => sums.created = count,
            "unsold" => sums.unsold = count,
            "cancelled" => sums.cancelled = count,
            "bids" => sums.bids = count,
            "sold" => (sums.sold, sums.gross_minor) = (count, amount),
            _ => return Err(damaged("a tally of an unknown kind")),
        }
    }
    Ok(days)
}

fn top_category(mut row: Row) -> Result<TopCategory, StoreError> {
    let (slug, name) = (row.text()?, row.text()?);
    Ok(TopCategory { slug, name, sold: row.count()?, gross_minor: row.int()? })
}

fn top_lot(mut row: Row) -> Result<TopLot, StoreError> {
    let (id, title) = (LotId(row.id()?), row.text()?);
    let hammer_price =
        Money::from_minor(row.int()?).ok_or_else(|| damaged("an amount out of range"))?;
    Ok(TopLot { id, title, hammer_price, bid_count: row.count()?, ended_at: Time(row.int()?) })
}
