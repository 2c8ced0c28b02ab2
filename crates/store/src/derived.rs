//! Tables made from the log and the listings: what lots are found by, what days sum up to, who did
//! what. Written with the commits that they follow, or about a second later: by a flush, or where servers
//! share a house, from what `unfound` holds.

use crate::search;
use crate::sql::{Dialect, Statement, params};
use crate::watch::remind_in_time;
use gavel_domain::{Event, LotId, Status, Time};
use gavel_engine::ports::{Act, Batch, Deed, Found};
use gavel_engine::{Listing, Record, Revision};
use std::collections::BTreeMap;

const DAY_MS: i64 = 86_400_000;

/// The day that a moment falls on, counted from the epoch.
pub(crate) fn day(at: Time) -> i64 {
    at.0.div_euclid(DAY_MS)
}

/// Knows a category from now on.
pub(crate) fn add_category(slug: &str) -> Statement {
    Statement::new(
        "INSERT INTO category (slug, name) VALUES (?1, ?2) ON CONFLICT (slug) DO NOTHING",
        params![slug, category_name(slug)],
    )
}

/// A name for a slug that the house does not know yet: `sea-shells` is "Sea shells".
fn category_name(slug: &str) -> String {
    let spaced = slug.replace('-', " ");
    let trimmed = spaced.trim();
    let mut letters = trimmed.chars();
    letters
        .next()
        .map_or_else(|| slug.to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

/// The phase of a lot that is listed and not finished.
fn open_phase(starts_at: Time, now: Time) -> &'static str {
    if starts_at > now { "scheduled" } else { "active" }
}

/// Has a new lot found: in the table that lists are made from, and by its words.
pub(crate) fn insert_found(
    statements: &mut Vec<Statement>,
    dialect: Dialect,
    listing: &Listing,
    at: Time,
) {
    let (lot, terms, about) = (listing.lot.0, &listing.terms, &listing.about);
    let phase = open_phase(terms.starts_at, at);
    statements.push(Statement::new(
        "INSERT INTO listing (lot, seller, category, phase, sold, found_past, starts_at, ends_at, \
         created_at, price, bid_count, watchers) \
         VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6, ?7, ?8, 0, 0)",
        params![
            lot,
            terms.seller.0,
            about.category.as_str(),
            phase,
            terms.starts_at.0,
            terms.ends_at.0,
            at.0,
            terms.starting_price.minor(),
        ],
    ));
    statements.push(search::insert(dialect, listing.lot, about));
    statements.push(Statement::new(
        "INSERT INTO tally (day, kind, category, count, amount) VALUES (?1, 'created', ?2, 1, 0) \
         ON CONFLICT (day, kind, category, writer) DO UPDATE SET count = tally.count + 1",
        params![day(at), about.category.as_str()],
    ));
}

/// Changes what a lot without bids is about, and its terms.
pub(crate) fn revise(
    statements: &mut Vec<Statement>,
    dialect: Dialect,
    revision: &Revision,
    at: Time,
) {
    let (lot, terms, about) = (revision.lot.0, &revision.terms, &revision.about);
    let phase = open_phase(terms.starts_at, at);
    statements.push(add_category(&about.category));
    statements.push(Statement::new(
        "UPDATE lot SET title = ?2, description = ?3, category = ?4, starting_price = ?5, \
         reserve = ?6, increments = ?7, starts_at = ?8, ends_at = ?9, snipe_window_ms = ?10, \
         snipe_cap_ms = ?11 WHERE id = ?1",
        params![
            lot,
            about.title.as_str(),
            about.description.as_str(),
            about.category.as_str(),
            terms.starting_price.minor(),
            terms.reserve.map(gavel_domain::Money::minor),
            crate::codec::increments_text(&terms.increments),
            terms.starts_at.0,
            terms.ends_at.0,
            terms.snipe_window_ms,
            terms.snipe_cap_ms,
        ],
    ));
    statements.push(remind_in_time(revision.lot, terms.ends_at));
    statements.push(Statement::new(
        "UPDATE listing SET category = ?2, phase = ?3, starts_at = ?4 \
         WHERE lot = ?1",
        params![lot, about.category.as_str(), phase, terms.starts_at.0],
    ));
    statements.push(search::update(dialect, revision.lot, about));
}

/// Has a lot's terms name the end that was announced anew.
pub(crate) fn announce_end(record: &Record) -> Option<Statement> {
    let Event::Extended { ends_at, .. } = record.event else { return None };
    let sql = "UPDATE lot SET ends_at = ?2 WHERE id = ?1";
    Some(Statement::new(sql, params![record.lot.0, ends_at.0]))
}

/// Brings what a lot is found by up to date.
pub(crate) fn put_found(found: &Found) -> Statement {
    let (lot, price) = (found.lot.0, found.price.minor());
    let mut params = params![lot, price, found.bid_count, found.ends_at.0];
    let (phase, sold) = match found.status {
        // Whether it is still to open is not in its status, and stays as it is.
        Status::Active => {
            let sql = "UPDATE listing SET price = ?2, bid_count = ?3, ends_at = ?4 WHERE lot = ?1";
            return Statement::new(sql, params).apart();
        }
        Status::Sold => ("ended", true),
        Status::Unsold => ("ended", false),
        Status::Cancelled => ("cancelled", false),
    };
    params.extend(params![phase, sold]);
    Statement::new(
        "UPDATE listing SET price = ?2, bid_count = ?3, ends_at = ?4, phase = ?5, sold = ?6 \
         WHERE lot = ?1",
        params,
    )
}

/// The same from the lot's state, where memory has nothing of it.
pub(crate) fn refresh_found(lot: LotId) -> Statement {
    Statement::new(
        "UPDATE listing SET (price, bid_count, ends_at) = \
         (SELECT COALESCE(s.price, l.starting_price), s.bid_count, s.ends_at \
         FROM lot_state s JOIN lot l ON l.id = s.lot WHERE s.lot = listing.lot) WHERE lot = ?1",
        params![lot.0],
    )
}

/// Adds a batch to what its day sums up to.
pub(crate) fn tally(statements: &mut Vec<Statement>, batch: &Batch) {
    let mut bids: BTreeMap<i64, u64> = BTreeMap::new();
    for record in &batch.records {
        match &record.event {
            Event::Bid(_) => *bids.entry(day(record.at)).or_default() += 1,
            Event::Sold => {
                statements.push(tally_end("sold", record.lot, record.at, record.price.minor()));
                statements.push(Statement::new(
                    "INSERT INTO sale (day, price, lot) VALUES (?1, ?2, ?3)",
                    params![day(record.at), record.price.minor(), record.lot.0],
                ));
            }
            Event::Unsold => statements.push(tally_end("unsold", record.lot, record.at, 0)),
            Event::Cancelled => statements.push(tally_end("cancelled", record.lot, record.at, 0)),
            Event::Listed(_)
            | Event::Revised(_)
            | Event::Extended { .. }
            | Event::CeilingSet { .. } => {}
        }
    }
    statements.extend(bids.into_iter().map(|(day, count)| {
        Statement::new(
            "INSERT INTO tally (day, kind, category, count, amount) VALUES (?1, 'bids', '', ?2, 0) \
             ON CONFLICT (day, kind, category, writer) DO UPDATE SET count = tally.count + excluded.count",
            params![day, count],
        )
        .apart()
    }));
}

fn tally_end(kind: &'static str, lot: LotId, at: Time, amount: i64) -> Statement {
    Statement::new(
        "INSERT INTO tally (day, kind, category, count, amount) \
         SELECT ?1, ?2, category, 1, ?3 FROM lot WHERE id = ?4 \
         ON CONFLICT (day, kind, category, writer) DO UPDATE \
         SET count = tally.count + 1, amount = tally.amount + excluded.amount",
        params![day(at), kind, amount, lot.0],
    )
}

/// Notes what somebody in charge did to a lot.
pub(crate) fn insert_deed(deed: &Deed) -> Statement {
    let (action, detail) = match deed.act {
        Act::Cancel => ("auction.cancel", None),
        Act::Extend { from, to } => ("auction.extend", Some(format!("{} {}", from.0, to.0))),
    };
    Statement::new(
        "INSERT INTO audit (id, at, actor, action, lot, reason, detail) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            deed.id,
            deed.at.0,
            deed.by.0,
            action,
            deed.lot.0,
            deed.reason.as_deref(),
            detail.as_deref(),
        ],
    )
}
