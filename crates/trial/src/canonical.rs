//! The canonical form of a log's entries, written a second time from `docs/event-log.md`, so that the
//! house's own code is not what judges it.

use gavel_domain::{Increments, Lot, Money, RULES, Step, Terms, UserId};
use sha2::{Digest, Sha256};
use std::fmt::{Display, Write};
use uuid::Uuid;

/// What an entry tells, by kind.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// The lot was listed under its terms.
    Listed,
    /// A bid by somebody, with the rows that it adds to the history.
    Bid(UserId, &'a [Step]),
    /// Something secret.
    Sealed,
    /// Sold.
    Sold,
    /// Not sold.
    Unsold,
}

/// What of an entry does not follow from the lot.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Place in the lot's log.
    pub version: u64,
    /// Public changes up to it.
    pub seq: u64,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Hash of the secret part, which nobody outside can make.
    pub sealed: Option<&'a str>,
    /// Hash of the entry before.
    pub prev: &'a str,
}

/// The canonical form of the entry that left `lot` as it is.
pub fn canonical_form(
    id: Uuid,
    lot: &Lot,
    body: Body<'_>,
    place: Place<'_>,
    alias: impl Fn(UserId) -> Uuid,
) -> String {
    let mut text = format!(r#"{{"lot":"{id}","version":{}"#, place.version);
    if !matches!(body, Body::Sealed) {
        let _ = write!(text, r#","seq":{},"at":{}"#, place.seq, place.at_ms);
    }
    let leader = lot.standing().map(|standing| quoted(alias(standing.leader)));
    let leader = leader.unwrap_or_else(|| "null".to_owned());
    let price = lot.current_bid().minor();
    text += &match body {
        Body::Listed => terms(lot.terms()),
        Body::Bid(bidder, steps) => format!(
            r#","kind":"bid","bidder":{},"steps":[{}],"price":{price},"leader":{leader},"bidCount":{},"endsAt":{},"reserveMet":{}"#,
            quoted(alias(bidder)),
            rows(steps, alias),
            lot.bid_count(),
            lot.ends_at().0,
            lot.reserve_met(),
        ),
        Body::Sealed => r#","kind":"sealed""#.to_owned(),
        Body::Sold => format!(r#","kind":"sold","price":{price},"winner":{leader}"#),
        Body::Unsold => r#","kind":"unsold""#.to_owned(),
    };
    let sealed = place.sealed.map(quoted).unwrap_or_else(|| "null".to_owned());
    let _ = write!(text, r#","sealed":{sealed},"prev":"{}"}}"#, place.prev);
    text
}

/// The hash of an entry with this canonical form, in hexadecimal.
pub fn hash_of(canonical: &str) -> String {
    let digest = Sha256::digest(canonical.as_bytes());
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn quoted(what: impl Display) -> String {
    format!("\"{what}\"")
}

fn rows(steps: &[Step], alias: impl Fn(UserId) -> Uuid) -> String {
    let row = |step: &Step| {
        format!("[{},{},{}]", quoted(alias(step.who)), step.amount.minor(), step.auto)
    };
    steps.iter().map(row).collect::<Vec<_>>().join(",")
}

fn terms(terms: &Terms) -> String {
    let pair = |(from, step): &(Money, Money)| format!("[{},{}]", from.minor(), step.minor());
    let increments = match &terms.increments {
        Increments::House => quoted("house"),
        Increments::Fixed(step) => step.minor().to_string(),
        Increments::Table(rows) => {
            format!("[{}]", rows.iter().map(pair).collect::<Vec<_>>().join(","))
        }
    };
    let cap = terms.snipe_cap_ms.map_or_else(|| "null".to_owned(), |cap| cap.to_string());
    format!(
        r#","kind":"listed","rules":"{RULES}","seller":"{}","startingPrice":{},"increments":{increments},"startsAt":{},"endsAt":{},"snipeWindowMs":{},"snipeCapMs":{cap}"#,
        Uuid::from_u128(terms.seller.0),
        terms.starting_price.minor(),
        terms.starts_at.0,
        terms.ends_at.0,
        terms.snipe_window_ms,
    )
}
