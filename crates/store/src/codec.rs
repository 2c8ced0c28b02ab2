//! Records and terms as rows.

use crate::sql::{Row, Statement, damaged, params};
use gavel_domain::{
    BidPlaced, Event, Increments, LotId, Money, Standing, Status, Step, Steps, Terms, Time, UserId,
};
use gavel_engine::ports::StoreError;
use gavel_engine::{Ask, Keyed, Record};
use serde::{Deserialize, Serialize};

/// Columns of `event`, in the order that [`record_from`] reads.
pub(crate) const RECORD_COLUMNS: &str = "position, lot, version, seq, rows_total, prev, jump, at, \
    id, account, idempotency_key, ask, kind, body, price, leader, minimum, bid_count, ends_at, hash";

/// What of an event is in no column, as JSON. Short names: there is one in every row of the log.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Body {
    Listed {
        start: i64,
        reserve: Option<i64>,
        increments: Option<IncrementsJson>,
        starts: i64,
        ends: i64,
        window: i64,
        cap: Option<i64>,
    },
    Bid {
        /// Amount asked.
        a: i64,
        /// Maximum named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        m: Option<i64>,
        /// Ceiling after it.
        c: i64,
        /// Whether the leader has an auto-bid after it.
        u: bool,
        /// Who led before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r: Option<String>,
        /// The end before, where it was extended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        x: Option<i64>,
        /// History rows: whether the rival's, amount, whether an auto-bid's.
        s: Vec<(bool, i64, bool)>,
    },
    Ceiling {
        c: i64,
        u: bool,
    },
    Extended {
        from: i64,
    },
    Nothing {},
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum IncrementsJson {
    Fixed(i64),
    Table(Vec<(i64, i64)>),
}

fn money(minor: i64) -> Result<Money, StoreError> {
    Money::from_minor(minor).ok_or_else(|| damaged("an amount is out of range"))
}

/// Increments as the `lot.increments` column has them.
pub(crate) fn increments_text(increments: &Increments) -> Option<String> {
    increments_json(increments).map(|json| to_json(&json))
}

fn increments_json(increments: &Increments) -> Option<IncrementsJson> {
    match increments {
        Increments::House => None,
        Increments::Fixed(step) => Some(IncrementsJson::Fixed(step.minor())),
        Increments::Table(rows) => Some(IncrementsJson::Table(
            rows.iter().map(|(from, step)| (from.minor(), step.minor())).collect(),
        )),
    }
}

/// Increments from the `lot.increments` column.
pub(crate) fn increments_from(text: Option<&str>) -> Result<Increments, StoreError> {
    increments_of(text.map(from_json).transpose()?)
}

fn increments_of(json: Option<IncrementsJson>) -> Result<Increments, StoreError> {
    Ok(match json {
        None => Increments::House,
        Some(IncrementsJson::Fixed(step)) => Increments::Fixed(money(step)?),
        Some(IncrementsJson::Table(rows)) => Increments::Table(
            rows.into_iter()
                .map(|(from, step)| Ok((money(from)?, money(step)?)))
                .collect::<Result<_, StoreError>>()?,
        ),
    })
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("numbers and texts are always JSON")
}

fn from_json<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| damaged(&format!("a body that cannot be read: {error}")))
}

/// The word for a status.
pub(crate) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Sold => "sold",
        Status::Unsold => "unsold",
        Status::Cancelled => "cancelled",
    }
}

/// The status of a word.
pub(crate) fn status_from(word: &str) -> Result<Status, StoreError> {
    Ok(match word {
        "active" => Status::Active,
        "sold" => Status::Sold,
        "unsold" => Status::Unsold,
        "cancelled" => Status::Cancelled,
        _ => return Err(damaged(&format!("unknown status {word}"))),
    })
}

/// Appends a record to the log.
pub(crate) fn insert_record(record: &Record) -> Statement {
    let (kind, body) = event_columns(record);
    let (key, ask) = match &record.keyed {
        Some(keyed) => (Some(keyed.key.as_str()), Some(keyed.ask.0)),
        None => (None, None),
    };
    Statement::new(
        "INSERT INTO event (position, lot, version, seq, rows_total, prev, jump, at, id, account, \
         idempotency_key, ask, kind, body, price, leader, minimum, bid_count, ends_at, hash) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
         ?19, ?20)",
        params![
            record.position,
            record.lot.0,
            record.version,
            record.seq,
            record.rows_total,
            record.prev,
            record.jump,
            record.at.0,
            record.id,
            record.by.map(|by| by.0),
            key,
            ask,
            kind,
            to_json(&body),
            record.price.minor(),
            record.leader.map(|leader| leader.0),
            record.minimum_minor,
            record.bid_count,
            record.ends_at.0,
            record.hash,
        ],
    )
    .apart()
}

fn event_columns(record: &Record) -> (&'static str, Body) {
    match &record.event {
        Event::Listed(terms) => ("listed", terms_body(terms)),
        Event::Revised(terms) => ("revised", terms_body(terms)),
        Event::Extended { from, .. } => ("extended", Body::Extended { from: from.0 }),
        Event::Bid(bid) => ("bid", bid_body(bid)),
        Event::CeilingSet { ceiling, auto } => {
            ("ceiling", Body::Ceiling { c: ceiling.minor(), u: *auto })
        }
        Event::Sold => ("sold", Body::Nothing {}),
        Event::Unsold => ("unsold", Body::Nothing {}),
        Event::Cancelled => ("cancelled", Body::Nothing {}),
    }
}

fn terms_body(terms: &Terms) -> Body {
    Body::Listed {
        start: terms.starting_price.minor(),
        reserve: terms.reserve.map(Money::minor),
        increments: increments_json(&terms.increments),
        starts: terms.starts_at.0,
        ends: terms.ends_at.0,
        window: terms.snipe_window_ms,
        cap: terms.snipe_cap_ms,
    }
}

fn bid_body(bid: &BidPlaced) -> Body {
    let row = |step: &Step| (step.who != bid.bidder, step.amount.minor(), step.auto);
    Body::Bid {
        a: bid.amount.minor(),
        m: bid.max.map(Money::minor),
        c: bid.standing.ceiling.minor(),
        u: bid.standing.auto,
        r: bid.rival.map(|rival| format!("{:032x}", rival.0)),
        x: bid.extended_from.map(|from| from.0),
        s: bid.steps.rows().iter().map(row).collect(),
    }
}

/// Reads a record from [`RECORD_COLUMNS`].
pub(crate) fn record_from(row: &mut Row) -> Result<Record, StoreError> {
    let (position, lot) = (row.count()?, LotId(row.id()?));
    let (version, seq, rows_total) = (row.count()?, row.count()?, row.count()?);
    let (prev, jump, at, id) = (row.count()?, row.count()?, Time(row.int()?), row.id()?);
    let by = row.opt_id()?.map(UserId);
    let (key, ask) = (row.opt_text()?, row.opt_int()?);
    let (kind, body) = (row.text()?, from_json::<Body>(&row.text()?)?);
    let price = money(row.int()?)?;
    let leader = row.opt_id()?.map(UserId);
    let (minimum_minor, bid_count, ends_at) = (row.int()?, row.count()?, Time(row.int()?));
    let after = After { by, price, leader, bid_count, ends_at };
    Ok(Record {
        position,
        lot,
        version,
        seq,
        rows_total,
        prev,
        jump,
        at,
        id,
        by,
        keyed: key.zip(ask).map(|(key, ask)| Keyed { key, ask: Ask(ask) }),
        event: event_from(&kind, body, &after)?,
        price,
        leader,
        minimum_minor,
        bid_count,
        ends_at,
        hash: row.bytes()?,
    })
}

/// The columns that an event shares with its record.
struct After {
    by: Option<UserId>,
    price: Money,
    leader: Option<UserId>,
    bid_count: u32,
    ends_at: Time,
}

fn event_from(kind: &str, body: Body, after: &After) -> Result<Event, StoreError> {
    Ok(match (kind, body) {
        ("listed", body @ Body::Listed { .. }) => Event::Listed(terms_of(body, after)?),
        ("revised", body @ Body::Listed { .. }) => Event::Revised(terms_of(body, after)?),
        ("extended", Body::Extended { from }) => {
            Event::Extended { from: Time(from), ends_at: after.ends_at }
        }
        ("bid", body @ Body::Bid { .. }) => Event::Bid(bid_from(body, after)?),
        ("ceiling", Body::Ceiling { c, u }) => Event::CeilingSet { ceiling: money(c)?, auto: u },
        ("sold", Body::Nothing {}) => Event::Sold,
        ("unsold", Body::Nothing {}) => Event::Unsold,
        ("cancelled", Body::Nothing {}) => Event::Cancelled,
        (kind, _) => return Err(damaged(&format!("an event of kind {kind} has another's body"))),
    })
}

fn terms_of(body: Body, after: &After) -> Result<Terms, StoreError> {
    let Body::Listed { start, reserve, increments, starts, ends, window, cap } = body else {
        return Err(damaged("no terms"));
    };
    Ok(Terms {
        seller: after.by.ok_or_else(|| damaged("terms by nobody"))?,
        starting_price: money(start)?,
        reserve: reserve.map(money).transpose()?,
        increments: increments_of(increments)?,
        starts_at: Time(starts),
        ends_at: Time(ends),
        snipe_window_ms: window,
        snipe_cap_ms: cap,
    })
}

fn bid_from(body: Body, after: &After) -> Result<BidPlaced, StoreError> {
    let Body::Bid { a, m, c, u, r, x, s } = body else { return Err(damaged("not a bid")) };
    let bidder = after.by.ok_or_else(|| damaged("a bid by nobody"))?;
    let leader = after.leader.ok_or_else(|| damaged("a bid without a leader"))?;
    let rival = match r {
        Some(hex) => {
            let id = u128::from_str_radix(&hex, 16).map_err(|_| damaged("a rival's id"))?;
            Some(UserId(id))
        }
        None => None,
    };
    let mut rows = Vec::with_capacity(s.len());
    for (rivals, amount, auto) in s {
        let who = if rivals { rival.ok_or_else(|| damaged("no rival"))? } else { bidder };
        rows.push(Step { who, amount: money(amount)?, auto });
    }
    Ok(BidPlaced {
        bidder,
        amount: money(a)?,
        max: m.map(money).transpose()?,
        rival,
        steps: Steps::new(rows).ok_or_else(|| damaged("no price path"))?,
        standing: Standing { leader, price: after.price, ceiling: money(c)?, auto: u },
        bid_count: after.bid_count,
        ends_at: after.ends_at,
        extended_from: x.map(Time),
    })
}

/// Columns of `lot l`, in the order that [`terms_from`] reads.
pub(crate) const TERMS_COLUMNS: &str = "l.seller, l.starting_price, l.reserve, l.increments, \
    l.starts_at, l.ends_at, l.snipe_window_ms, l.snipe_cap_ms";

/// Reads terms from [`TERMS_COLUMNS`].
pub(crate) fn terms_from(row: &mut Row) -> Result<Terms, StoreError> {
    Ok(Terms {
        seller: UserId(row.id()?),
        starting_price: money(row.int()?)?,
        reserve: row.opt_int()?.map(money).transpose()?,
        increments: increments_from(row.opt_text()?.as_deref())?,
        starts_at: Time(row.int()?),
        ends_at: Time(row.int()?),
        snipe_window_ms: row.int()?,
        snipe_cap_ms: row.opt_int()?,
    })
}

/// Columns of `lot_state s`, in the order that [`state_from`] reads.
pub(crate) const STATE_COLUMNS: &str = "s.status, s.ends_at, s.leader, s.price, s.ceiling, \
    s.auto, s.bid_count, s.version, s.seq, s.rows_total, s.position, s.hash, s.at, \
    s.changed_at";

/// Reads a lot's state from [`STATE_COLUMNS`].
pub(crate) fn state_from(
    terms: Terms,
    row: &mut Row,
) -> Result<(gavel_domain::Lot, gavel_engine::ports::Head), StoreError> {
    let (status, ends_at) = (status_from(&row.text()?)?, Time(row.int()?));
    let leader = row.opt_id()?.map(UserId);
    let price = row.opt_int()?.map(money).transpose()?;
    let ceiling = row.opt_int()?.map(money).transpose()?;
    let (auto, bid_count) = (row.flag()?, row.count()?);
    let standing = match (leader, price, ceiling) {
        (Some(leader), Some(price), Some(ceiling)) => {
            Some(Standing { leader, price, ceiling, auto })
        }
        (None, None, None) => None,
        _ => return Err(damaged("half a standing")),
    };
    let head = gavel_engine::ports::Head {
        version: row.count()?,
        seq: row.count()?,
        rows_total: row.count()?,
        position: row.count()?,
        hash: row.bytes()?,
        at: Time(row.int()?),
        changed_at: Time(row.int()?),
    };
    let lot = gavel_domain::Lot::restored(terms, status, standing, bid_count, ends_at)
        .ok_or_else(|| damaged("a lot's columns contradict each other"))?;
    Ok((lot, head))
}
