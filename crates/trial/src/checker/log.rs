//! A lot's log as it is published: an unbroken chain from the listing to one end.

use super::Wrong;
use crate::canonical::hash_of;
use crate::history::LotRecord;
use gavel_domain::{Increments, Money, Terms, Time, UserId};
use serde::Deserialize;
use uuid::Uuid;

/// An entry, as its canonical form tells it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) version: u64,
    /// Milliseconds since 1970; none of a secret one.
    pub(super) at: Option<i64>,
    pub(super) kind: Kind,
    pub(super) sealed: Option<String>,
    pub(super) prev: String,
    pub(super) bidder: Option<Uuid>,
    #[serde(default)]
    pub(super) steps: Vec<(Uuid, i64, bool)>,
    pub(super) winner: Option<Uuid>,
    seller: Option<Uuid>,
    starting_price: Option<i64>,
    increments: Option<Steps>,
    starts_at: Option<i64>,
    ends_at: Option<i64>,
    snipe_window_ms: Option<i64>,
    snipe_cap_ms: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Listed,
    Bid,
    Sealed,
    Sold,
    Unsold,
    Cancelled,
    Extended,
    Revised,
}

impl Kind {
    fn is_end(self) -> bool {
        matches!(self, Kind::Sold | Kind::Unsold | Kind::Cancelled)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Steps {
    Fixed(i64),
    Table(Vec<(i64, i64)>),
    Named(String),
}

/// Reads a log and proves that it is a chain with one end.
pub(super) fn read(record: &LotRecord) -> Result<Vec<Entry>, Wrong> {
    let mut entries: Vec<Entry> = Vec::with_capacity(record.events.len());
    let mut prev = "0".repeat(64);
    let mut ended = false;
    for (event, version) in record.events.iter().zip(1..) {
        let broken = |what: String| Wrong::Broken { version, what };
        if hash_of(&event.canonical) != event.hash {
            return Err(broken("the hash is not the entry's".to_owned()));
        }
        let entry: Entry =
            serde_json::from_str(&event.canonical).map_err(|error| broken(error.to_string()))?;
        if entry.prev != prev {
            return Err(broken("the entry before has another hash".to_owned()));
        }
        if entry.version != version {
            return Err(broken(format!("it is numbered {}", entry.version)));
        }
        match (ended, entry.kind.is_end()) {
            (true, true) => return Err(Wrong::EndedTwice { version }),
            (true, false) => return Err(Wrong::AfterTheEnd { version }),
            (false, ends) => ended = ends,
        }
        prev.clone_from(&event.hash);
        entries.push(entry);
    }
    if ended { Ok(entries) } else { Err(Wrong::NeverEnded) }
}

impl Entry {
    /// The terms of a listing; nothing where they are not whole.
    pub(super) fn terms(&self, reserve: Option<i64>) -> Option<Terms> {
        let increments = match self.increments.as_ref()? {
            Steps::Fixed(step) => Increments::Fixed(Money::from_minor(*step)?),
            Steps::Table(rows) => {
                let row = |(from, step): &(i64, i64)| {
                    Money::from_minor(*from).zip(Money::from_minor(*step))
                };
                Increments::Table(rows.iter().map(row).collect::<Option<_>>()?)
            }
            Steps::Named(name) => (name == "house").then_some(Increments::House)?,
        };
        Some(Terms {
            seller: UserId(self.seller?.as_u128()),
            starting_price: Money::from_minor(self.starting_price?)?,
            reserve: match reserve {
                Some(reserve) => Some(Money::from_minor(reserve)?),
                None => None,
            },
            increments,
            starts_at: Time(self.starts_at?),
            ends_at: Time(self.ends_at?),
            snipe_window_ms: self.snipe_window_ms?,
            snipe_cap_ms: self.snipe_cap_ms,
        })
    }
}
