//! How the log proves itself. docs/event-log.md describes the canonical form for those who check
//! it elsewhere; this file is its one implementation.

use crate::record::Record;
use gavel_domain::{BidPlaced, Event, Increments, LotId, Money, RULES, Terms, Time, UserId};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use uuid::Uuid;

/// The hash before the first record of every lot.
pub const GENESIS: [u8; 32] = [0; 32];

/// The house's own secret. Aliases, salts and record identities are made from it, so that nobody
/// outside can guess them and the house can make them again.
#[derive(Clone)]
pub struct HouseKey(Hmac<Sha256>);

impl HouseKey {
    /// A house key; the bytes must be random and stay secret.
    pub fn new(bytes: [u8; 32]) -> HouseKey {
        HouseKey(Hmac::new_from_slice(&bytes).expect("any length is a key"))
    }

    fn derive(&self, purpose: &[u8], lot: LotId, what: u128) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(purpose);
        mac.update(&lot.0.to_be_bytes());
        mac.update(&what.to_be_bytes());
        mac.finalize().into_bytes().into()
    }

    /// What a bidder is called in a lot: the same for everyone who looks, another in every lot.
    pub fn alias(&self, lot: LotId, user: UserId) -> Uuid {
        uuid::Builder::from_custom_bytes(first_16(&self.derive(b"alias", lot, user.0))).into_uuid()
    }

    /// A secret of the house's own for some purpose, the same at every time.
    pub fn secret(&self, purpose: &str) -> [u8; 32] {
        self.derive(purpose.as_bytes(), LotId(0), 0)
    }

    /// Identity of a user's auto-bid on a lot; there is at most one.
    pub fn auto_bid_id(&self, lot: LotId, user: UserId) -> Uuid {
        let id = first_16(&self.derive(b"auto-bid", lot, user.0));
        uuid::Builder::from_custom_bytes(id).into_uuid()
    }

    /// Identity of the record at a version of a lot: a UUIDv7 of its time, whose two lowest bits
    /// are left for its history rows.
    pub(crate) fn record_id(&self, lot: LotId, version: u64, at: Time) -> u128 {
        let bytes = self.derive(b"record", lot, u128::from(version));
        let (random, _) = bytes.split_first_chunk::<10>().expect("32 bytes hold 10");
        let at_ms = u64::try_from(at.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(at_ms, random).into_uuid().as_u128() & !0b11
    }

    fn salt(&self, lot: LotId, version: u64) -> [u8; 16] {
        first_16(&self.derive(b"salt", lot, u128::from(version)))
    }
}

fn first_16(bytes: &[u8; 32]) -> [u8; 16] {
    *bytes.first_chunk().expect("32 bytes hold 16")
}

/// What can be shown of a record while its lot runs, and what binds the rest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    /// The canonical form.
    pub canonical: String,
    /// SHA-256 over salt and secret part, where there is a secret part.
    pub sealed: Option<[u8; 32]>,
    /// SHA-256 of the canonical form.
    pub hash: [u8; 32],
}

/// Builds the canonical form of a record whose predecessor in the lot has the hash `before`.
/// [`Record::hash`] itself is not looked at.
pub fn prove(house: &HouseKey, record: &Record, reserve_met: bool, before: &[u8; 32]) -> Proof {
    let sealed: Option<[u8; 32]> = secret_part(house, record).map(|secret| {
        let sha = Sha256::new().chain_update(house.salt(record.lot, record.version));
        sha.chain_update(secret.as_bytes()).finalize().into()
    });
    let mut text = String::with_capacity(512);
    let lot = Uuid::from_u128(record.lot.0);
    put(&mut text, format_args!(r#"{{"lot":"{lot}","version":{}"#, record.version));
    if record.event.is_silent() {
        text.push_str(r#","kind":"sealed""#);
    } else {
        put(&mut text, format_args!(r#","seq":{},"at":{}"#, record.seq, record.at.0));
        put_event(&mut text, house, record, reserve_met);
    }
    match &sealed {
        Some(digest) => {
            text.push_str(r#","sealed":""#);
            put_hex(&mut text, digest);
            text.push('"');
        }
        None => text.push_str(r#","sealed":null"#),
    }
    text.push_str(r#","prev":""#);
    put_hex(&mut text, before);
    text.push_str(r#""}"#);
    let hash = Sha256::digest(text.as_bytes()).into();
    Proof { canonical: text, sealed, hash }
}

/// What of a record is secret while the lot runs, in canonical form.
fn secret_part(house: &HouseKey, record: &Record) -> Option<String> {
    match &record.event {
        Event::Listed(terms) | Event::Revised(terms) => {
            Some(format!(r#"{{"reserve":{}}}"#, OrNull(terms.reserve)))
        }
        Event::Bid(bid) => Some(format!(
            r#"{{"amount":{},"max":{},"ceiling":{},"auto":{}}}"#,
            bid.amount.minor(),
            OrNull(bid.max),
            bid.standing.ceiling.minor(),
            bid.standing.auto,
        )),
        Event::CeilingSet { ceiling, auto } => Some(format!(
            r#"{{"at":{},"by":{},"ceiling":{},"auto":{auto}}}"#,
            record.at.0,
            Quoted(record.by.map(|by| house.alias(record.lot, by))),
            ceiling.minor(),
        )),
        Event::Sold | Event::Unsold | Event::Cancelled | Event::Extended { .. } => None,
    }
}

fn put_event(text: &mut String, house: &HouseKey, record: &Record, reserve_met: bool) {
    let leader = record.leader.map(|leader| house.alias(record.lot, leader));
    match &record.event {
        Event::Listed(terms) => put_terms(text, "listed", terms),
        Event::Revised(terms) => put_terms(text, "revised", terms),
        Event::Extended { ends_at, .. } => {
            put(text, format_args!(r#","kind":"extended","endsAt":{}"#, ends_at.0));
        }
        Event::Bid(bid) => {
            let aliased = |who| match (Some(who) == record.leader, leader) {
                (true, Some(alias)) => alias,
                _ => house.alias(record.lot, who),
            };
            put_bid(text, bid, aliased);
            put(text, format_args!(r#","price":{}"#, record.price.minor()));
            put(
                text,
                format_args!(r#","leader":{},"bidCount":{}"#, Quoted(leader), record.bid_count),
            );
            put(text, format_args!(r#","endsAt":{}"#, record.ends_at.0));
            put(text, format_args!(r#","reserveMet":{reserve_met}"#));
        }
        Event::Sold => {
            put(text, format_args!(r#","kind":"sold","price":{}"#, record.price.minor()));
            put(text, format_args!(r#","winner":{}"#, Quoted(leader)));
        }
        Event::Unsold => text.push_str(r#","kind":"unsold""#),
        Event::Cancelled => text.push_str(r#","kind":"cancelled""#),
        Event::CeilingSet { .. } => unreachable!("a silent event is sealed whole"),
    }
}

fn put_terms(text: &mut String, kind: &str, terms: &Terms) {
    let seller = Uuid::from_u128(terms.seller.0);
    put(text, format_args!(r#","kind":"{kind}","rules":"{RULES}","seller":"{seller}""#));
    put(text, format_args!(r#","startingPrice":{}"#, terms.starting_price.minor()));
    text.push_str(r#","increments":"#);
    match &terms.increments {
        Increments::House => text.push_str(r#""house""#),
        Increments::Fixed(step) => put(text, format_args!("{}", step.minor())),
        Increments::Table(rows) => {
            text.push('[');
            for (index, (from, step)) in rows.iter().enumerate() {
                let comma = if index == 0 { "" } else { "," };
                put(text, format_args!("{comma}[{},{}]", from.minor(), step.minor()));
            }
            text.push(']');
        }
    }
    put(text, format_args!(r#","startsAt":{},"endsAt":{}"#, terms.starts_at.0, terms.ends_at.0));
    put(text, format_args!(r#","snipeWindowMs":{}"#, terms.snipe_window_ms));
    put(text, format_args!(r#","snipeCapMs":{}"#, OrNull(terms.snipe_cap_ms)));
}

fn put_bid(text: &mut String, bid: &BidPlaced, alias: impl Fn(UserId) -> Uuid) {
    let bidder = alias(bid.bidder);
    put(text, format_args!(r#","kind":"bid","bidder":"{bidder}","steps":["#));
    for (index, row) in bid.steps.rows().iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let who = if row.who == bid.bidder { bidder } else { alias(row.who) };
        put(text, format_args!(r#"{comma}["{who}",{},{}]"#, row.amount.minor(), row.auto));
    }
    text.push(']');
}

fn put(text: &mut String, part: std::fmt::Arguments<'_>) {
    text.write_fmt(part).expect("a string takes everything");
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    put_hex(&mut text, bytes);
    text
}

fn put_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    text.extend(digits.map(|digit| DIGITS[usize::from(digit)] as char));
}

/// A number, or `null`.
struct OrNull<T>(Option<T>);

impl std::fmt::Display for OrNull<i64> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(number) => write!(f, "{number}"),
            None => f.write_str("null"),
        }
    }
}

impl std::fmt::Display for OrNull<Money> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        OrNull(self.0.map(Money::minor)).fmt(f)
    }
}

/// A string in quotes, or `null`.
struct Quoted(Option<Uuid>);

impl std::fmt::Display for Quoted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(id) => write!(f, "\"{id}\""),
            None => f.write_str("null"),
        }
    }
}
