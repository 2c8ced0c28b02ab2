//! What can be found: lots by their properties, one's own bids, categories.

use crate::codec::{STATE_COLUMNS, TERMS_COLUMNS, state_from, terms_from};
use crate::db::For;
use crate::engine_store::{Store, one};
use crate::search::{self, Among};
use crate::sql::{Dialect, Row, Statement, Value, damaged, params, places};
use crate::unfound;
use gavel_domain::{Lot, LotId, Money, Time, UserId};
use gavel_engine::Picture;
use gavel_engine::ports::{BidderRow, Head, Store as _, StoreError};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// A lot, with all that can be shown of it to somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LotRow {
    /// Identity.
    pub id: LotId,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// Slug of its category.
    pub category: String,
    /// When it was listed.
    pub created_at: Time,
    /// Name of the seller.
    pub seller_name: String,
    /// The lot's state.
    pub lot: Lot,
    /// Where its log stands.
    pub head: Head,
    /// Pictures, in order.
    pub images: Vec<Picture>,
    /// How many users watch it.
    pub watchers: u32,
}

/// Which lots, by where they are in their lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Take bids.
    Active,
    /// Will take bids.
    Scheduled,
    /// Sold or unsold.
    Ended,
    /// Sold.
    Sold,
    /// Not sold.
    Unsold,
    /// Taken back.
    Cancelled,
    /// All of them.
    Any,
}

/// What lots are ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// When they end.
    EndTime,
    /// When they were listed.
    CreatedAt,
    /// What they would sell for now.
    CurrentBid,
    /// Accepted bids.
    BidCount,
}

/// Which lots.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Where they are in their lives, as of `now`.
    pub phase: Phase,
    /// The time.
    pub now: Time,
    /// Slug.
    pub category: Option<String>,
    /// Words, all of which begin a word of title or description.
    pub words: Vec<String>,
    /// Who sells.
    pub seller: Option<UserId>,
    /// The least current bid.
    pub min_price: Option<Money>,
    /// The highest current bid.
    pub max_price: Option<Money>,
    /// Order.
    pub sort: Sort,
    /// Whether the highest comes first.
    pub descending: bool,
    /// From 1.
    pub page: u32,
    /// Lots a page.
    pub limit: u32,
}

impl Filter {
    /// The first page of all lots in a phase, ending soonest first.
    pub fn of(phase: Phase, now: Time) -> Filter {
        Filter {
            phase,
            now,
            category: None,
            words: Vec::new(),
            seller: None,
            min_price: None,
            max_price: None,
            sort: Sort::EndTime,
            descending: false,
            page: 1,
            limit: 20,
        }
    }
}

/// A page of lots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LotPage {
    /// The lots.
    pub lots: Vec<LotRow>,
    /// Lots in the whole list.
    pub total: u64,
}

/// Which of one's own bids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StandingFilter {
    /// Where one leads a running lot.
    Winning,
    /// Where somebody else leads a running lot.
    Outbid,
    /// What one bought.
    Won,
    /// What one did not buy.
    Lost,
    /// What was taken back.
    Cancelled,
    /// All of them.
    Any,
}

/// A page of the lots that somebody bid on, with their last bid on each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BidderPage {
    /// The lots and bids.
    pub rows: Vec<(LotRow, BidderRow)>,
    /// Lots in the whole list.
    pub total: u64,
}

/// A category.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CategoryRow {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Lots in it that take bids.
    pub active: u64,
}

/// Entries that a list can be paged through.
const OFFSET_MAX: u64 = 10_000;

/// Entries of a page and how many come before it. Beyond [`OFFSET_MAX`] a page is empty: sorting
/// that far for one request would keep others waiting.
pub(crate) fn window(page: u32, limit: u32) -> (u32, u64) {
    let offset = u64::from(page - 1) * u64::from(limit);
    if offset < OFFSET_MAX { (limit, offset) } else { (0, OFFSET_MAX) }
}

/// Conditions and their parameters, joined by AND.
#[derive(Clone, Default)]
pub(crate) struct Conditions {
    texts: Vec<String>,
    pub(crate) params: Vec<Value>,
}

impl Conditions {
    /// Adds a condition; each `?` in it stands for the next of `params`.
    pub(crate) fn add(&mut self, text: &str, params: impl IntoIterator<Item = Value>) {
        let mut numbered = String::with_capacity(text.len() + 8);
        let mut params = params.into_iter();
        for part in text.split_inclusive('?') {
            numbered.push_str(part);
            if part.ends_with('?') {
                self.params.extend(params.next());
                numbered.push_str(&self.params.len().to_string());
            }
        }
        self.texts.push(numbered);
    }

    pub(crate) fn sql(&self) -> String {
        if self.texts.is_empty() { "1 = 1".to_owned() } else { self.texts.join(" AND ") }
    }
}

/// Lots that a search looks at, ten pages of a list: the newest of those that match. Who finds more than these adds a
/// word.
const MATCHES_MAX: u32 = 240;
/// Entries of a list up to which they are counted for every answer; of longer ones the count is
/// remembered for [`COUNT_REMEMBERED`].
const COUNTED_MAX: u64 = 1_000;
const COUNT_REMEMBERED: Duration = Duration::from_secs(10);
const COUNTS_MAX: u64 = 1_000;

/// What was counted in a large house.
pub(crate) struct Counts {
    /// Entries of long lists, by query.
    lists: moka::sync::Cache<(String, Vec<Value>), u64>,
    /// The categories, by how many were asked for.
    categories: moka::sync::Cache<u32, Vec<CategoryRow>>,
}

fn remembered<K, V>(entries_max: u64) -> moka::sync::Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    let cache = moka::sync::Cache::builder().max_capacity(entries_max);
    cache.time_to_live(COUNT_REMEMBERED).build()
}

impl Default for Counts {
    fn default() -> Counts {
        Counts { lists: remembered(COUNTS_MAX), categories: remembered(1) }
    }
}

fn lot_from(row: &mut Row) -> Result<LotRow, StoreError> {
    let (id, title, description) = (LotId(row.id()?), row.text()?, row.text()?);
    let (category, created_at, seller_name) = (row.text()?, Time(row.int()?), row.text()?);
    let watchers = row.count()?;
    let terms = terms_from(row)?;
    let (lot, head) = state_from(terms, row)?;
    let images = Vec::new();
    Ok(LotRow {
        id,
        title,
        description,
        category,
        created_at,
        seller_name,
        lot,
        head,
        images,
        watchers,
    })
}

fn lot_columns() -> String {
    format!(
        "l.id, l.title, l.description, l.category, l.created_at, a.display_name, g.watchers, \
         {TERMS_COLUMNS}, {STATE_COLUMNS}"
    )
}

const LOT_TABLES: &str = "lot l JOIN lot_state s ON s.lot = l.id JOIN listing g ON g.lot = l.id \
    JOIN account a ON a.id = l.seller";

/// Where to look for the lots of a filter, and which of them.
fn conditions(dialect: Dialect, filter: &Filter) -> (String, Conditions) {
    let mut conditions = Conditions::default();
    let mut tables = "listing g".to_owned();
    if !filter.words.is_empty() {
        let among = match filter.phase {
            Phase::Active | Phase::Scheduled => Among::Open,
            Phase::Any => Among::All,
            Phase::Ended | Phase::Sold | Phase::Unsold | Phase::Cancelled => Among::Past,
        };
        let category = filter.category.as_deref();
        let (numbers, params) =
            search::matching(dialect, among, &filter.words, category, MATCHES_MAX);
        // CROSS, because SQLite keeps its order: what matches is few, and is to be looked at first.
        tables = format!("({numbers}) x CROSS JOIN listing g");
        conditions.params = params;
        conditions.add("g.number = x.number", []);
    }
    if let Some(phase) = phase_word(filter.phase) {
        conditions.add("g.phase = ?", params![phase]);
    }
    match filter.phase {
        Phase::Sold => conditions.add("g.sold = 1", []),
        Phase::Unsold => conditions.add("g.sold = 0", []),
        _ => {}
    }
    if let Some(category) = &filter.category {
        conditions.add("g.category = ?", params![category.as_str()]);
    }
    if let Some(seller) = filter.seller {
        conditions.add("g.seller = ?", params![seller.0]);
    }
    (tables, conditions)
}

/// How the phase of a filter stands in the table of listings; none for all of them.
fn phase_word(phase: Phase) -> Option<&'static str> {
    match phase {
        Phase::Active => Some("active"),
        Phase::Scheduled => Some("scheduled"),
        Phase::Ended | Phase::Sold | Phase::Unsold => Some("ended"),
        Phase::Cancelled => Some("cancelled"),
        Phase::Any => None,
    }
}

/// Adds the bounds of a price. A sign before a column keeps an engine from walking its index, where
/// the other way is known to be shorter.
fn add_prices(conditions: &mut Conditions, filter: &Filter, walk: bool) {
    let price = if walk { "g.price" } else { "+g.price" };
    if let Some(least) = filter.min_price {
        conditions.add(&format!("{price} >= ?"), params![least.minor()]);
    }
    if let Some(most) = filter.max_price {
        conditions.add(&format!("{price} <= ?"), params![most.minor()]);
    }
}

impl Store {
    /// A lot by identity.
    ///
    /// # Errors
    /// The store is away.
    pub async fn lot(&self, id: LotId) -> Result<Option<LotRow>, StoreError> {
        let sql = format!("SELECT {} FROM {LOT_TABLES} WHERE l.id = ?1", lot_columns());
        let queries = vec![
            Statement::new(sql, params![id.0]),
            Statement::new(images_sql("= ?1"), params![id.0]),
        ];
        let mut answers = self.db.read_all(For::Visitors, queries).await?.into_iter();
        let (found, images) =
            (answers.next().unwrap_or_default(), answers.next().unwrap_or_default());
        let Some(mut row) = found.into_iter().next() else { return Ok(None) };
        let mut lot = lot_from(&mut row)?;
        for mut row in images {
            let (_, image) = image_from(&mut row)?;
            lot.images.push(image);
        }
        Ok(Some(lot))
    }

    /// How many public changes each of some lots has had; who is unknown is absent.
    ///
    /// # Errors
    /// The store is away.
    pub async fn seqs(&self, lots: &[LotId]) -> Result<HashMap<LotId, u64>, StoreError> {
        let places = places(1, lots.len());
        let sql = format!("SELECT lot, seq FROM lot_state WHERE lot IN ({places})");
        let lots = lots.iter().map(|lot| Value::from(lot.0)).collect();
        let rows = self.db.read_for_engine(sql, lots).await?;
        rows.into_iter().map(|mut row| Ok((LotId(row.id()?), row.count()?))).collect()
    }

    /// A page of the lots that fit a filter.
    ///
    /// # Errors
    /// The store is away.
    pub async fn lots(&self, filter: &Filter) -> Result<LotPage, StoreError> {
        self.open_due(filter.now).await?;
        let (tables, conditions) = conditions(self.db.dialect(), filter);
        let (conditions, walk_prices, known) =
            self.with_prices(filter, &tables, conditions).await?;
        let sort = match filter.sort {
            Sort::EndTime => "g.ends_at",
            Sort::CreatedAt => "g.number",
            Sort::CurrentBid => "g.price",
            Sort::BidCount => "g.bid_count",
        };
        let sign = if walk_prices && filter.sort != Sort::CurrentBid { "+" } else { "" };
        let way = if filter.descending { "DESC" } else { "ASC" };
        let order = format!("{sign}{sort} {way}, g.number {way}");
        let (limit, offset) = window(filter.page, filter.limit);
        let mut params = conditions.params.clone();
        params.extend(params![limit, offset]);
        let (last, columns) = (params.len(), lot_columns());
        // What a search finds is all looked at, so it is counted on the way.
        let searched = !filter.words.is_empty();
        let count = if searched { "COUNT(*) OVER ()" } else { "0" };
        // The page is found first, in the table made for it; what is shown of it is joined then.
        let sql = format!(
            "SELECT f.total, {columns} FROM (SELECT g.number, {count} AS total FROM {tables} \
             WHERE {} ORDER BY {order} LIMIT ?{} OFFSET ?{last}) f \
             JOIN listing g ON g.number = f.number JOIN lot l ON l.id = g.lot \
             JOIN lot_state s ON s.lot = l.id JOIN account a ON a.id = l.seller \
             ORDER BY {order}",
            conditions.sql(),
            last - 1,
        );
        let (mut lots, mut total) = (Vec::new(), known.filter(|_| !searched));
        for mut row in self.db.read(sql, params).await? {
            let counted = row.count()?;
            if searched {
                total = Some(counted);
            }
            lots.push(lot_from(&mut row)?);
        }
        let total = match total {
            Some(total) => total,
            // Nothing was found; counted a moment later, there might be something.
            None if searched && filter.page <= 1 => 0,
            None => self.count(&tables, &conditions).await?,
        };
        self.add_images(&mut lots).await?;
        Ok(LotPage { lots, total })
    }

    /// The conditions with those of the price, whether its index is to be walked, and, where that is
    /// known then, how many lots fit. Few lots of a price are sorted in another order; of many, enough
    /// are met soon on a walk in that order.
    async fn with_prices(
        &self,
        filter: &Filter,
        tables: &str,
        mut conditions: Conditions,
    ) -> Result<(Conditions, bool, Option<u64>), StoreError> {
        if filter.min_price.is_none() && filter.max_price.is_none() {
            return Ok((conditions, false, None));
        }
        let mut within = conditions.clone();
        add_prices(&mut within, filter, true);
        let few = self.count_some(tables, &within).await?;
        if few <= COUNTED_MAX {
            return Ok((within, true, Some(few)));
        }
        if filter.sort == Sort::CurrentBid {
            return Ok((within, true, None));
        }
        add_prices(&mut conditions, filter, false);
        Ok((conditions, false, None))
    }

    /// How many lots fit a filter, prices aside.
    ///
    /// # Errors
    /// The store is away.
    pub async fn total(&self, filter: &Filter) -> Result<u64, StoreError> {
        self.open_due(filter.now).await?;
        let (tables, conditions) = conditions(self.db.dialect(), filter);
        self.count(&tables, &conditions).await
    }

    /// How many rows fit, looked at no further than a few more than [`COUNTED_MAX`].
    async fn count_some(&self, tables: &str, conditions: &Conditions) -> Result<u64, StoreError> {
        let mut params = conditions.params.clone();
        params.extend(params![COUNTED_MAX + 1]);
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {tables} WHERE {} LIMIT ?{}) few",
            conditions.sql(),
            params.len()
        );
        one(self.db.read(sql, params).await?)?.count()
    }

    /// How many rows fit: exactly, or, of many, as it was some seconds ago.
    async fn count(&self, tables: &str, conditions: &Conditions) -> Result<u64, StoreError> {
        let some = self.count_some(tables, conditions).await?;
        if some <= COUNTED_MAX {
            return Ok(some);
        }
        let sql = format!("SELECT COUNT(*) FROM {tables} WHERE {}", conditions.sql());
        let query = (sql, conditions.params.clone());
        if let Some(known) = self.counts.lists.get(&query) {
            return Ok(known);
        }
        let total = one(self.db.read(query.0.clone(), query.1.clone()).await?)?.count()?;
        self.counts.lists.insert(query, total);
        Ok(total)
    }

    /// A page of the lots that somebody bid on, those that end last first.
    ///
    /// # Errors
    /// The store is away.
    pub async fn bids_of(
        &self,
        user: UserId,
        standing: StandingFilter,
        page: u32,
        limit: u32,
    ) -> Result<BidderPage, StoreError> {
        let mut conditions = Conditions::default();
        conditions.add("b.account = ?", params![user.0]);
        let leads = || params![user.0];
        match standing {
            StandingFilter::Winning => {
                conditions.add("s.status = 'active' AND s.leader = ?", leads());
            }
            StandingFilter::Outbid => {
                conditions.add("s.status = 'active' AND s.leader <> ?", leads());
            }
            StandingFilter::Won => conditions.add("s.status = 'sold' AND s.leader = ?", leads()),
            StandingFilter::Lost => conditions
                .add("(s.status = 'unsold' OR (s.status = 'sold' AND s.leader <> ?))", leads()),
            StandingFilter::Cancelled => conditions.add("s.status = 'cancelled'", []),
            StandingFilter::Any => {}
        }
        let put_off = self.put_off_bids(user).await?;
        let tables = format!("{LOT_TABLES} JOIN bidder b ON b.lot = l.id");
        let columns = ", b.amount, b.max, b.at, b.position";
        let order = "s.status = 'active' DESC, s.ends_at DESC, l.id DESC";
        let (found, total) =
            self.page_of(&tables, columns, &conditions, order, page, limit).await?;
        let (mut lots, mut bids) = (Vec::new(), Vec::new());
        for mut row in found {
            let lot = lot_from(&mut row)?;
            let money =
                |minor| Money::from_minor(minor).ok_or_else(|| damaged("an amount out of range"));
            let bid = BidderRow {
                lot: lot.id,
                user,
                amount: money(row.int()?)?,
                max: row.opt_int()?.map(money).transpose()?,
                at: Time(row.int()?),
                position: row.count()?,
            };
            let later = put_off.get(&lot.id);
            let later = later.filter(|later| later.position > bid.position);
            bids.push(later.copied().unwrap_or(bid));
            lots.push(lot);
        }
        self.add_images(&mut lots).await?;
        Ok(BidderPage { rows: lots.into_iter().zip(bids).collect(), total })
    }

    /// Those of some lots that a user has bid on.
    ///
    /// # Errors
    /// The store is away.
    pub async fn bid_on(&self, user: UserId, lots: &[LotId]) -> Result<HashSet<LotId>, StoreError> {
        if lots.is_empty() {
            return Ok(HashSet::new());
        }
        let places = places(2, lots.len());
        let sql = format!("SELECT lot FROM bidder WHERE account = ?1 AND lot IN ({places})");
        let mut params = params![user.0];
        params.extend(lots.iter().map(|lot| Value::from(lot.0)));
        let rows = self.db.read(sql, params).await?;
        rows.into_iter().map(|mut row| Ok(LotId(row.id()?))).collect()
    }

    /// When a user last bid on a lot.
    ///
    /// # Errors
    /// The store is away.
    pub async fn bid_of(&self, lot: LotId, user: UserId) -> Result<Option<Time>, StoreError> {
        let put_off = self.put_off_bids(user).await?;
        let sql = "SELECT at FROM bidder WHERE lot = ?1 AND account = ?2";
        let rows = self.db.read(sql, params![lot.0, user.0]).await?;
        let known = rows.into_iter().next().map(|mut row| row.int().map(Time)).transpose()?;
        Ok(known.max(put_off.get(&lot).map(|later| later.at)))
    }

    /// A user's last bids that commits on a shared database have put off, and the table of bidders does not
    /// have yet.
    async fn put_off_bids(&self, user: UserId) -> Result<HashMap<LotId, BidderRow>, StoreError> {
        if self.is_shared() { unfound::last_bids(&self.db, user).await } else { Ok(HashMap::new()) }
    }

    /// Every category with the number of its lots that take bids, by name. A category of a user's
    /// making is among them while a lot is in it.
    ///
    /// # Errors
    /// The store is away.
    pub async fn categories(&self, now: Time, limit: u32) -> Result<Vec<CategoryRow>, StoreError> {
        self.open_due(now).await?;
        if let Some(known) = self.counts.categories.get(&limit) {
            return Ok(known);
        }
        let sql = "SELECT c.slug, c.name, COALESCE(n.active, 0) FROM category c \
                   LEFT JOIN (SELECT category, COUNT(*) AS active FROM listing \
                   WHERE phase = 'active' GROUP BY category) n \
                   ON n.category = c.slug WHERE c.of_house = 1 OR n.active IS NOT NULL \
                   ORDER BY c.name, c.slug LIMIT ?1";
        let rows = self.db.read(sql, params![limit]).await?;
        let read = |mut row: Row| {
            Ok(CategoryRow { slug: row.text()?, name: row.text()?, active: row.count()? })
        };
        let categories: Vec<CategoryRow> =
            rows.into_iter().map(read).collect::<Result<_, StoreError>>()?;
        if categories.iter().map(|category| category.active).sum::<u64>() > COUNTED_MAX {
            self.counts.categories.insert(limit, categories.clone());
        }
        Ok(categories)
    }

    /// Lots by identity, in the order that they are named in; who is unknown is absent.
    pub(crate) async fn lots_in_order(&self, ids: &[LotId]) -> Result<Vec<LotRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let places = places(1, ids.len());
        let sql = format!("SELECT {} FROM {LOT_TABLES} WHERE l.id IN ({places})", lot_columns());
        let rows = self.db.read(sql, ids.iter().map(|id| Value::from(id.0)).collect()).await?;
        let mut lots =
            rows.into_iter().map(|mut row| lot_from(&mut row)).collect::<Result<Vec<_>, _>>()?;
        let places = ids.iter().enumerate().map(|(place, id)| (*id, place));
        let places = places.collect::<HashMap<_, _>>();
        lots.sort_by_key(|lot| places.get(&lot.id).copied());
        self.add_images(&mut lots).await?;
        Ok(lots)
    }

    async fn page_of(
        &self,
        tables: &str,
        more_columns: &str,
        conditions: &Conditions,
        order: &str,
        page: u32,
        limit: u32,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        let (columns, filter) = (lot_columns(), conditions.sql());
        let mut params = conditions.params.clone();
        let count = format!("SELECT COUNT(*) FROM {tables} WHERE {filter}");
        let count = Statement::new(count, params.clone());
        let (shown, offset) = window(page, limit);
        params.extend(params![shown, offset]);
        let last = params.len();
        let sql = format!(
            "SELECT {columns}{more_columns} FROM {tables} WHERE {filter} ORDER BY {order} \
             LIMIT ?{} OFFSET ?{last}",
            last - 1
        );
        let mut answers = self
            .db
            .read_all(For::Visitors, vec![count, Statement::new(sql, params)])
            .await?
            .into_iter();
        let total = one(answers.next().unwrap_or_default())?.count()?;
        Ok((answers.next().unwrap_or_default(), total))
    }

    async fn add_images(&self, lots: &mut [LotRow]) -> Result<(), StoreError> {
        if lots.is_empty() {
            return Ok(());
        }
        let places = places(1, lots.len());
        let ids = lots.iter().map(|lot| Value::from(lot.id.0)).collect();
        let rows = self.db.read(images_sql(&format!("IN ({places})")), ids).await?;
        let mut images: HashMap<LotId, Vec<Picture>> = HashMap::new();
        for mut row in rows {
            let (lot, image) = image_from(&mut row)?;
            images.entry(lot).or_default().push(image);
        }
        for lot in lots {
            lot.images = images.remove(&lot.id).unwrap_or_default();
        }
        Ok(())
    }
}

pub(crate) fn images_sql(of: &str) -> String {
    format!(
        "SELECT lot, id, width, height FROM lot_image WHERE lot {of} ORDER BY lot, display_order"
    )
}

pub(crate) fn image_from(row: &mut Row) -> Result<(LotId, Picture), StoreError> {
    let lot = LotId(row.id()?);
    Ok((lot, Picture { id: row.id()?, width: row.count()?, height: row.count()? }))
}
