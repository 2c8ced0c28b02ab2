//! What a run leaves behind.
//!
//! All moments of clients are microseconds of one monotonic clock, from the run's beginning; all
//! amounts are minor units.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A run: who took part, what they asked for and were answered, and what the house holds afterwards.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Who took part.
    pub users: Vec<User>,
    /// What they asked for, in any order.
    pub operations: Vec<Operation>,
    /// Every lot that an operation is about, once it has ended.
    pub lots: Vec<LotRecord>,
}

/// Somebody with an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// Identity.
    pub id: Uuid,
    /// Display name.
    pub name: String,
}

/// Something that a user asked for, once or again and again with the same key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Operation {
    /// Idempotency key; no user uses one for two operations.
    pub key: String,
    /// Index of the user.
    pub user: usize,
    /// Index of the lot.
    pub lot: usize,
    /// What was asked for.
    pub ask: Ask,
    /// Each time that it was sent, in the order of sending.
    pub attempts: Vec<Attempt>,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ask {
    /// `POST /auctions/:id/bids`.
    Bid {
        /// The amount.
        amount: i64,
        /// The most that the bidder would pay.
        max: Option<i64>,
    },
    /// `POST /auctions/:id/proxy`.
    SetAutoBid {
        /// The most that the bidder would pay.
        max: i64,
    },
    /// `DELETE /auctions/:id/proxy`.
    CancelAutoBid,
    /// `GET /auctions/:id`.
    Look,
}

/// A request as it went out, and what came back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// Number of the connection.
    pub client: u32,
    /// Number of the server.
    pub server: u8,
    /// When it began to be sent.
    pub sent_us: u64,
    /// What came back; nothing where it was not answered.
    pub reply: Option<Reply>,
}

/// A whole answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// When all of it was there.
    pub answered_us: u64,
    /// HTTP status.
    pub status: u16,
    /// The body, word for word.
    pub body: String,
}

/// What the house says of a lot after the run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LotRecord {
    /// Identity.
    pub id: Uuid,
    /// Index of the seller.
    pub seller: usize,
    /// The reserve that the seller set.
    pub reserve: Option<i64>,
    /// What users who asked for something are called in this lot.
    pub aliases: Vec<(usize, Uuid)>,
    /// `GET /auctions/:id/events`, oldest first.
    pub events: Vec<LogEntry>,
    /// `GET /auctions/:id/bids`, oldest first.
    pub rows: Vec<BidRow>,
    /// `GET /auctions/:id`, as its seller sees it.
    pub auction: Value,
}

/// An entry of a lot's log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogEntry {
    /// Hash of the canonical form, in hexadecimal.
    pub hash: String,
    /// The canonical form.
    pub canonical: String,
}

/// A row of a lot's bids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BidRow {
    /// Identity.
    pub id: Uuid,
    /// The bidder's alias.
    pub bidder_id: Uuid,
    /// The amount, in minor units.
    #[serde(deserialize_with = "minor_units", serialize_with = "major_units")]
    pub amount: i64,
    /// Whether an auto-bid said it.
    pub is_proxy_bid: bool,
    /// Whether it leads.
    pub is_winning: bool,
}

/// An amount of JSON in minor units; nothing where it is none.
pub fn minor(amount: &Value) -> Option<i64> {
    gavel_domain::Money::from_major(amount.as_f64()?).ok().map(gavel_domain::Money::minor)
}

fn minor_units<'de, D: serde::Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let amount = Value::deserialize(from)?;
    minor(&amount).ok_or_else(|| serde::de::Error::custom("an amount"))
}

fn major_units<S: serde::Serializer>(amount: &i64, to: S) -> Result<S::Ok, S::Error> {
    gavel_wire::Price(*amount).serialize(to)
}

/// A line of a history's file, which is JSON lines.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Line {
    /// The next user.
    User(User),
    /// The next lot.
    Lot(Box<LotRecord>),
    /// The next operation.
    Operation(Operation),
}

impl History {
    /// Takes in a line of a file.
    ///
    /// # Errors
    /// It is not such a line.
    pub fn take(&mut self, line: &str) -> Result<(), serde_json::Error> {
        match serde_json::from_str(line)? {
            Line::User(user) => self.users.push(user),
            Line::Lot(lot) => self.lots.push(*lot),
            Line::Operation(operation) => self.operations.push(operation),
        }
        Ok(())
    }
}
