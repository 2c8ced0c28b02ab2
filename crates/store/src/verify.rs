//! Whether a house is what its log makes of it.
//!
//! The log is read once, in the order in which it was written; every lot is made again from its
//! records, and held against its rows when it has ended, or when the log has. All of it reads one state
//! of the database, so a running house is no obstacle.

use crate::codec::{
    RECORD_COLUMNS, STATE_COLUMNS, TERMS_COLUMNS, record_from, state_from, terms_from,
};
use crate::derived::day;
use crate::engine_store::DERIVED;
use crate::place::{Place, Snapshot};
use crate::sql::{Dialect, Row, Statement, Value, params};
use crate::unfound;
use gavel_domain::{Event, Lot, LotId, Money, RULES, Status, Terms, UserId};
use gavel_engine::Record;
use gavel_engine::chain::HouseKey;
use gavel_engine::ports::{BidderRow, Head, StoreError};
use gavel_engine::verify::{Difference, Fold};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;
use uuid::Uuid;

/// Records that are read at a time.
const PAGE: u64 = 1_000;
/// Lots that are held against their rows at a time, so that a database elsewhere is asked seldom.
const LOTS_AT_ONCE: usize = 64;

/// Why a house does not verify. Nothing in it tells an amount, an address or a name.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// It could not be read.
    #[error(transparent)]
    Away(#[from] StoreError),
    /// A lot is not what its log makes of it.
    #[error("lot {}, event {version} (seq {seq}): {what}", Uuid::from_u128(lot.0))]
    Lot {
        /// The lot.
        lot: LotId,
        /// The event at which it shows: its place in the lot's log.
        version: u64,
        /// The lot's public changes up to that event.
        seq: u64,
        /// What is wrong.
        what: Difference,
    },
    /// What is counted day by day is not what happened.
    #[error("day {day} (since 1970-01-01): {what}")]
    Day {
        /// The day, counted from the epoch, in UTC.
        day: i64,
        /// What is wrong.
        what: String,
    },
}

/// Recomputes every lot of a house from its log and compares it with the tables. Writes nothing.
///
/// # Errors
/// The first difference, or why the house cannot be read.
pub async fn verify(place: &Place) -> Result<(), Unsound> {
    audit(&Snapshot::open(place).await?).await
}

/// The same of one state of a house.
pub(crate) async fn audit(snapshot: &Snapshot) -> Result<(), Unsound> {
    let house = HouseKey::new(of_house(snapshot, "key").await?.ok_or_else(no_key)?);
    let mark = match snapshot.dialect() {
        Dialect::Sqlite => of_house(snapshot, DERIVED).await?.map_or(0, u64::from_be_bytes),
        // Where servers share a house, what follows later is in `unfound`.
        Dialect::Postgres => u64::MAX,
    };
    let left = unfound::read(snapshot.read(unfound::ALL, params![]).await?)?;
    let mut audit = Audit {
        snapshot,
        house,
        mark,
        put_off: unfound::bids(&left),
        unfound: left.into_iter().flat_map(|one| one.lots).collect(),
        running: HashMap::new(),
        waiting: Vec::new(),
        ended: HashSet::new(),
        days: BTreeMap::new(),
    };
    audit.read_log().await?;
    for (lot, sale) in std::mem::take(&mut audit.running) {
        audit.ended.insert(lot);
        audit.waiting.push((lot, sale));
        audit.compare_some(LOTS_AT_ONCE).await?;
    }
    audit.compare_some(1).await?;
    audit.lots_without_log().await?;
    audit.compare_days().await
}

async fn of_house<const N: usize>(
    snapshot: &Snapshot,
    name: &str,
) -> Result<Option<[u8; N]>, StoreError> {
    let rows = snapshot.read("SELECT value FROM house WHERE name = ?1", params![name]).await?;
    rows.into_iter().next().map(|mut row| row.bytes()).transpose()
}

fn no_key() -> StoreError {
    StoreError::Damaged("the house has no key".to_owned())
}

/// A lot on its way through the log.
struct Sale {
    fold: Fold,
    /// Each bidder's last bid.
    bidders: HashMap<UserId, BidderRow>,
}

impl Sale {
    /// On what day and for how much it was sold, if it was.
    fn sold(&self) -> (i64, i64) {
        let price = self.fold.lot().map_or(0, |lot| lot.current_bid().minor());
        (day(self.fold.head().at), price)
    }
}

/// What a lot is held against, with `?1` for it.
static TERMS: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT l.rules, l.created_at, {TERMS_COLUMNS} FROM lot l WHERE l.id = ?1")
});
static STATE: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {STATE_COLUMNS} FROM lot_state s WHERE s.lot = ?1"));
const LISTING: &str = "SELECT g.phase, g.sold, g.seller, g.starts_at, g.created_at, \
                       g.category = l.category, g.price, g.bid_count, g.ends_at \
                       FROM listing g JOIN lot l ON l.id = g.lot WHERE g.lot = ?1";
const BIDDERS: &str = "SELECT account, amount, max, at, position FROM bidder WHERE lot = ?1";
const SALE: &str = "SELECT COUNT(*) FROM sale WHERE lot = ?1 AND day = ?2 AND price = ?3";

struct Audit<'a> {
    snapshot: &'a Snapshot,
    house: HouseKey,
    /// The position up to which the tables that follow the log have come.
    mark: u64,
    /// Lots that are left to be found by what they are now.
    unfound: HashSet<LotId>,
    /// Last bids that are left for the table of bidders.
    put_off: HashMap<LotId, HashMap<UserId, BidderRow>>,
    running: HashMap<LotId, Sale>,
    /// Lots whose log has been read, to be compared some at a time.
    waiting: Vec<(LotId, Sale)>,
    /// Lots that have been compared, or wait for it.
    ended: HashSet<LotId>,
    /// What happened by day and kind: how often, and for how much.
    days: BTreeMap<(i64, &'static str), (i64, i64)>,
}

impl Audit<'_> {
    async fn read_log(&mut self) -> Result<(), Unsound> {
        let sql = format!(
            "SELECT position, lot, version, seq, {RECORD_COLUMNS} FROM event \
             WHERE position > ?1 ORDER BY position LIMIT ?2"
        );
        let mut after = i64::MIN;
        loop {
            let rows = self.snapshot.read(sql.clone(), params![after, PAGE]).await?;
            let full = rows.len() as u64 == PAGE;
            for mut row in rows {
                after = row.int()?;
                let (lot, version, seq) = (LotId(row.id()?), row.count()?, row.count()?);
                let unsound = |what| Unsound::Lot { lot, version, seq, what };
                let record = record_from(&mut row);
                // What exactly cannot be read might be told with somebody's secret in it.
                let record = record.map_err(|_| unsound("its record cannot be read"))?;
                if self.ended.contains(&lot) {
                    return Err(unsound("the lot has ended before it"));
                }
                self.take(&record).map_err(unsound)?;
                if let Some(what) = self.deed(&record).await? {
                    return Err(unsound(what));
                }
                let sale = &self.running[&lot];
                if sale.fold.lot().is_some_and(|lot| lot.status() != Status::Active)
                    && let Some(sale) = self.running.remove(&lot)
                {
                    self.ended.insert(lot);
                    self.waiting.push((lot, sale));
                    self.compare_some(LOTS_AT_ONCE).await?;
                }
            }
            if !full {
                return Ok(());
            }
        }
    }

    fn take(&mut self, record: &Record) -> Result<(), Difference> {
        let sale = self
            .running
            .entry(record.lot)
            .or_insert_with(|| Sale { fold: Fold::new(record.lot), bidders: HashMap::new() });
        sale.fold.take(&self.house, record)?;
        if let Some(row) = BidderRow::of(record) {
            sale.bidders.insert(row.user, row);
        }
        let (kind, amount) = match &record.event {
            Event::Listed(_) => ("created", 0),
            Event::Bid(_) => ("bids", 0),
            Event::Sold => ("sold", record.price.minor()),
            Event::Unsold => ("unsold", 0),
            Event::Cancelled => ("cancelled", 0),
            Event::CeilingSet { .. } | Event::Extended { .. } | Event::Revised(_) => return Ok(()),
        };
        let (count, sum) = self.days.entry((day(record.at), kind)).or_default();
        *count += 1;
        *sum += amount;
        Ok(())
    }

    /// Who in charge did something is in the audit log, and not in what everyone can prove.
    async fn deed(&self, record: &Record) -> Found {
        let seller = self.running.get(&record.lot).and_then(|sale| sale.fold.lot());
        let seller = seller.map(|lot| lot.terms().seller);
        let action = match &record.event {
            Event::Extended { .. } => "auction.extend",
            Event::Cancelled if record.by != seller || record.bid_count > 0 => "auction.cancel",
            _ => return Ok(None),
        };
        let sql = "SELECT lot, at, actor, action FROM audit WHERE id = ?1";
        let found = self.snapshot.read(sql, params![record.id]).await?;
        let Some(mut row) = found.into_iter().next() else {
            return Ok(Some("it is not in the audit log"));
        };
        let same = row.opt_id()? == Some(record.lot.0)
            && row.int()? == record.at.0
            && row.opt_id()? == record.by.map(|by| by.0)
            && row.text()? == action;
        Ok(first(&[(!same, "the audit log differs")]))
    }

    /// Holds the lots that wait against their rows, once there are so many.
    async fn compare_some(&mut self, least: usize) -> Result<(), Unsound> {
        if self.waiting.len() < least {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        let queries = waiting.iter().flat_map(|(id, sale)| {
            let (day, price) = sale.sold();
            [
                Statement::new(TERMS.as_str(), params![id.0]),
                Statement::new(STATE.as_str(), params![id.0]),
                Statement::new(LISTING, params![id.0]),
                Statement::new(BIDDERS, params![id.0]),
                Statement::new(SALE, params![id.0, day, price]),
            ]
        });
        let queries = queries.collect::<Vec<_>>();
        let mut answers = self.snapshot.read_all(&queries).await?.into_iter();
        for (id, sale) in &waiting {
            let rows = std::array::from_fn(|_| answers.next().unwrap_or_default());
            self.compare(*id, sale, rows)?;
        }
        Ok(())
    }

    /// Holds a lot against its rows.
    fn compare(&self, id: LotId, sale: &Sale, rows: [Vec<Row>; 5]) -> Result<(), Unsound> {
        let Head { version, seq, .. } = *sale.fold.head();
        let unsound = |what| Unsound::Lot { lot: id, version, seq, what };
        let Some(lot) = sale.fold.lot() else { return Err(unsound("the lot is not listed")) };
        let [terms, state, listing, bidders, sold] = rows;
        let found = [
            self.terms(terms, sale, lot.terms()),
            self.state(state, sale, lot),
            self.listing(id, listing, sale, lot),
            self.bidders(id, bidders, sale),
            self.sale(sold, lot),
        ];
        for compared in found {
            match compared {
                Ok(None) => {}
                Ok(Some(what)) => return Err(unsound(what)),
                Err(StoreError::Damaged(_)) => return Err(unsound("a row of it cannot be read")),
                Err(away) => return Err(away.into()),
            }
        }
        Ok(())
    }

    fn terms(&self, rows: Vec<Row>, sale: &Sale, terms: &Terms) -> Found {
        let Some(mut row) = rows.into_iter().next() else {
            return Ok(Some("there is a log, but no lot"));
        };
        let (rules, created_at) = (row.text()?, row.int()?);
        let Ok(found) = terms_from(&mut row) else {
            return Ok(Some("the lot's terms cannot be read"));
        };
        Ok(first(&[
            (rules != RULES, "the lot's rules differ"),
            (created_at != sale.fold.listed_at().0, "the lot's time of listing differs"),
            (found.seller != terms.seller, "the lot's seller differs"),
            (found.starting_price != terms.starting_price, "the lot's starting price differs"),
            (found.reserve != terms.reserve, "the lot's reserve differs"),
            (found.increments != terms.increments, "the lot's increments differ"),
            (found.starts_at != terms.starts_at, "the lot's start differs"),
            (found.ends_at != terms.ends_at, "the lot's announced end differs"),
            (found != *terms, "the lot's soft close differs"),
        ]))
    }

    fn state(&self, rows: Vec<Row>, sale: &Sale, lot: &Lot) -> Found {
        let Some(mut row) = rows.into_iter().next() else {
            return Ok(Some("the lot has no state"));
        };
        let Ok((found, head)) = state_from(lot.terms().clone(), &mut row) else {
            return Ok(Some("the lot's state cannot be read or contradicts itself"));
        };
        let (is, must) = (found.standing(), lot.standing());
        let of = |part: fn(gavel_domain::Standing) -> i64| is.map(part) != must.map(part);
        let right = sale.fold.head();
        Ok(first(&[
            (head.version != right.version, "the state's version differs"),
            (found.status() != lot.status(), "the state's status differs"),
            (found.ends_at() != lot.ends_at(), "the state's end differs"),
            (of(|standing| standing.price.minor()), "the state's price differs"),
            (of(|standing| standing.ceiling.minor()), "the state's ceiling differs"),
            (of(|standing| i64::from(standing.auto)), "the state's auto-bid differs"),
            (is.map(|is| is.leader) != must.map(|must| must.leader), "the state's leader differs"),
            (found.bid_count() != lot.bid_count(), "the state's count of bids differs"),
            (head.seq != right.seq, "the state's seq differs"),
            (head.rows_total != right.rows_total, "the state's count of history rows differs"),
            (head.position != right.position, "the state's place in the log differs"),
            (head.hash != right.hash, "the state's hash differs"),
            (head.at != right.at, "the state's time differs"),
            (head.changed_at != right.changed_at, "the state's time of change differs"),
            (found != *lot, "the state differs"),
        ]))
    }

    fn listing(&self, id: LotId, rows: Vec<Row>, sale: &Sale, lot: &Lot) -> Found {
        let Some(mut row) = rows.into_iter().next() else {
            return Ok(Some("the lot cannot be found: it has no listing"));
        };
        let (phase, sold, seller) = (row.text()?, row.flag()?, UserId(row.id()?));
        let (starts_at, created_at, category) = (row.int()?, row.int()?, row.flag()?);
        let (price, bid_count, ends_at) = (row.int()?, row.count::<u32>()?, row.int()?);
        let phases: &[&str] = match lot.status() {
            // Who opens what has come to its start is not the log.
            Status::Active => &["active", "scheduled"],
            Status::Sold | Status::Unsold => &["ended"],
            Status::Cancelled => &["cancelled"],
        };
        // What is behind the mark, or left, may follow a little later.
        let followed = sale.fold.head().position <= self.mark && !self.unfound.contains(&id);
        let (is_sold, terms) = (lot.status() == Status::Sold, lot.terms());
        let right = lot.current_bid().minor();
        Ok(first(&[
            (!phases.contains(&phase.as_str()), "the listing's phase differs"),
            (sold != is_sold, "whether the listing is sold differs"),
            (seller != terms.seller, "the listing's seller differs"),
            (starts_at != terms.starts_at.0, "the listing's start differs"),
            (created_at != sale.fold.listed_at().0, "the listing's time differs"),
            (!category, "the listing's category differs"),
            (followed && price != right, "the listing's price differs"),
            (followed && bid_count != lot.bid_count(), "the listing's count of bids differs"),
            (followed && ends_at != lot.ends_at().0, "the listing's end differs"),
        ]))
    }

    fn bidders(&self, id: LotId, rows: Vec<Row>, sale: &Sale) -> Found {
        let told = |row: &BidderRow| (row.amount.minor(), row.max.map(Money::minor), row.at.0);
        let put_off = self.put_off.get(&id);
        let put_off = |user: &UserId| put_off.and_then(|users| users.get(user));
        let mut found = HashSet::new();
        for mut row in rows {
            let user = UserId(row.id()?);
            let is = (row.int()?, row.opt_int()?, row.int()?);
            let position = row.count::<u64>()?;
            let later = put_off(&user).filter(|later| later.position > position);
            let (is, position) = later.map_or((is, position), |row| (told(row), row.position));
            let Some(last) = sale.bidders.get(&user) else {
                return Ok(Some("a bidder has not bid"));
            };
            // 0, where it was written before its place was.
            if last.position <= self.mark
                && (is != told(last) || ![0, last.position].contains(&position))
            {
                return Ok(Some("a bidder's last bid differs"));
            }
            found.insert(user);
        }
        let missing = |(user, last): (&UserId, &BidderRow)| {
            last.position <= self.mark && !found.contains(user)
        };
        let strangers = self.put_off.get(&id).into_iter().flat_map(HashMap::keys);
        let is_stranger = |user: &UserId| !sale.bidders.contains_key(user);
        Ok(first(&[
            (sale.bidders.iter().any(missing), "a bidder is missing"),
            (strangers.into_iter().any(is_stranger), "a bid is put off that was not made"),
        ]))
    }

    fn sale(&self, rows: Vec<Row>, lot: &Lot) -> Found {
        if lot.status() != Status::Sold {
            return Ok(None);
        }
        let count = rows.into_iter().next().map(|mut row| row.int()).transpose()?;
        Ok(first(&[(count != Some(1), "it is not among what was sold that day")]))
    }

    /// Rows of lots that are in no log.
    async fn lots_without_log(&self) -> Result<(), Unsound> {
        for (sql, what) in [
            ("SELECT id FROM lot WHERE id > ?1 ORDER BY id LIMIT ?2", "the lot has no log"),
            (
                "SELECT lot FROM lot_state WHERE lot > ?1 ORDER BY lot LIMIT ?2",
                "a state without a log",
            ),
            (
                "SELECT lot FROM listing WHERE lot > ?1 ORDER BY lot LIMIT ?2",
                "a listing without a log",
            ),
        ] {
            let mut after = Value::from([].as_slice());
            loop {
                let rows = self.snapshot.read(sql, vec![after.clone(), Value::from(PAGE)]).await?;
                let full = rows.len() as u64 == PAGE;
                for mut row in rows {
                    let lot = LotId(row.id()?);
                    if !self.ended.contains(&lot) {
                        return Err(Unsound::Lot { lot, version: 0, seq: 0, what });
                    }
                    after = Value::from(lot.0);
                }
                if !full {
                    break;
                }
            }
        }
        let sql = "SELECT lot FROM bidder WHERE lot NOT IN (SELECT id FROM lot) LIMIT 1";
        match self.snapshot.read(sql, params![]).await?.into_iter().next() {
            None => Ok(()),
            Some(mut row) => {
                let lot = LotId(row.id()?);
                Err(Unsound::Lot { lot, version: 0, seq: 0, what: "a bidder without a log" })
            }
        }
    }

    /// What is counted by day, over all categories: a lot may have moved between them.
    async fn compare_days(&mut self) -> Result<(), Unsound> {
        let sold = self.days.iter().filter(|((_, kind), _)| *kind == "sold");
        let sold: BTreeMap<_, _> = sold.map(|((day, _), sums)| (*day, *sums)).collect();
        let sql = "SELECT day, COUNT(*), CAST(SUM(price) AS BIGINT) FROM sale GROUP BY day";
        self.same_days(sql, params![], "the list of sales", sold, true).await?;
        let sql = "SELECT created_at / 86400000, COUNT(*), 0 FROM account GROUP BY 1";
        let users = self.snapshot.read(sql, params![]).await?.into_iter();
        let users = users.map(|mut row| Ok((row.int()?, (row.int()?, row.int()?))));
        let users = users.collect::<Result<BTreeMap<_, _>, StoreError>>()?;
        let tallied = "SELECT day, CAST(SUM(count) AS BIGINT), \
                       CAST(SUM(amount) AS BIGINT) FROM tally WHERE kind = ?1 GROUP BY day";
        self.same_days(tallied, params!["users"], "users", users, false).await?;
        for kind in ["created", "sold", "unsold", "cancelled", "bids"] {
            let days = self.days.iter().filter(|((_, of), _)| *of == kind);
            let days = days.map(|((day, _), sums)| (*day, *sums)).collect();
            self.same_days(tallied, params![kind], kind, days, kind == "sold").await?;
        }
        Ok(())
    }

    async fn same_days(
        &self,
        sql: &'static str,
        params: Vec<Value>,
        of: &str,
        mut must: BTreeMap<i64, (i64, i64)>,
        with_amounts: bool,
    ) -> Result<(), Unsound> {
        let differs = |day| Unsound::Day { day, what: format!("what is counted differs: {of}") };
        for mut row in self.snapshot.read(sql, params).await? {
            let (day, is) = (row.int()?, (row.int()?, row.int()?));
            let (count, amount) = must.remove(&day).unwrap_or_default();
            if is.0 != count || (with_amounts && is.1 != amount) {
                return Err(differs(day));
            }
        }
        must.into_keys().next().map_or(Ok(()), |day| Err(differs(day)))
    }
}

/// What differs first, if anything.
type Found = Result<Option<Difference>, StoreError>;

fn first(parts: &[(bool, Difference)]) -> Option<Difference> {
    parts.iter().find_map(|(differs, what)| differs.then_some(*what))
}
