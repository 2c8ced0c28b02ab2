use crate::{Auction, Price, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A bid.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlaceBidRequest {
    /// What is offered. Over somebody's auto-bid the price is a step above theirs, and what is left of the offer
    /// is kept as a maximum.
    #[schema(example = 55.5)]
    pub amount: f64,
    /// The most that the house may bid in the bidder's name; at least `amount`.
    #[schema(example = 80)]
    pub max_amount: Option<f64>,
}

/// How a bid was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BidOutcome {
    /// It is durable; refusals are errors.
    Accepted,
}

/// The answer to an accepted bid.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceBidResponse {
    /// Identity of the bid.
    pub bid_id: Uuid,
    /// `accepted`.
    pub status: BidOutcome,
    /// The price right after the bid.
    #[schema(value_type = f64)]
    pub final_amount: Price,
    /// Whether the bidder leads right after it.
    pub is_highest_bidder: bool,
    /// The same, for people.
    pub message: String,
    /// The end right after it; a late bid moves it.
    #[schema(value_type = String, format = DateTime)]
    pub auction_end_time: Timestamp,
    /// The price right after the bid.
    #[schema(value_type = f64)]
    pub current_bid: Price,
    /// Accepted bids right after it.
    pub bid_count: u32,
    /// The least that the next bidder may offer.
    #[schema(value_type = f64)]
    pub minimum_bid: Price,
    /// The lot's public changes right after it.
    pub seq: u64,
}

/// An auto-bid.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetAutoBidRequest {
    /// The most that the house may bid in the bidder's name.
    #[schema(example = 80)]
    pub max_amount: f64,
}

/// The answer to an auto-bid.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetAutoBidResponse {
    /// Identity of the auto-bid.
    pub auto_bid_id: Uuid,
    /// The price right after it.
    #[schema(value_type = f64)]
    pub current_bid: Price,
    /// The maximum that was set.
    #[schema(value_type = f64)]
    pub max_amount: Price,
    /// Whether it goes on bidding: false where somebody else's maximum beat it at once.
    pub is_active: bool,
}

/// One's own auto-bid.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AutoBid {
    /// Identity: the same for all that its owner sets on the lot.
    pub id: Uuid,
    /// The lot.
    pub auction_id: Uuid,
    /// The owner's alias in the lot.
    pub bidder_id: Uuid,
    /// The most that the house may bid for them.
    #[schema(value_type = f64)]
    pub max_amount: Price,
    /// The price now.
    #[schema(value_type = f64)]
    pub current_bid: Price,
    /// Whether it goes on bidding.
    pub is_active: bool,
    /// When it was set to this maximum.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A row of a lot's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bid {
    /// Identity.
    pub id: Uuid,
    /// The lot.
    pub auction_id: Uuid,
    /// The bidder's alias in the lot.
    pub bidder_id: Uuid,
    /// The bidder's public name in the lot.
    pub bidder_name: String,
    /// The bidder's account; for admins alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bidder_user_id: Option<Uuid>,
    /// The amount that this row stood at.
    #[schema(value_type = f64)]
    pub amount: Price,
    /// The maximum named with it; only on one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub max_amount: Option<Price>,
    /// An auto-bid's answer, and not a bid itself.
    pub is_proxy_bid: bool,
    /// Whether it is the leading one now.
    pub is_winning: bool,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// How a lot stands for somebody who bid on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MyStanding {
    /// They lead a running lot.
    Winning,
    /// Somebody else leads a running lot.
    Outbid,
    /// They bought it.
    Won,
    /// They did not buy it.
    Lost,
    /// It was taken back.
    Cancelled,
}

/// A lot on which the viewer has bid.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MyBid {
    /// The lot.
    pub auction: Auction,
    /// How it stands for them.
    pub standing: MyStanding,
    /// The amount of their last bid.
    #[schema(value_type = f64)]
    pub last_amount: Price,
    /// The maximum that they named with it, if any.
    #[schema(value_type = Option<f64>)]
    pub max_amount: Option<Price>,
    /// When they last bid.
    #[schema(value_type = String, format = DateTime)]
    pub last_bid_at: Timestamp,
}

/// What kind of change an entry of a lot's log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// Put up for sale.
    Listed,
    /// A bid that changed price or leader.
    Bid,
    /// A secret change, there by its salted hash alone.
    Sealed,
    /// Sold.
    Sold,
    /// Not sold.
    Unsold,
    /// Taken back.
    Cancelled,
    /// The house announced a later end.
    Extended,
    /// The seller changed the terms, before there were bids.
    Revised,
}

/// An entry of a lot's log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogEvent {
    /// The lot.
    pub auction_id: Uuid,
    /// Its place in the lot's log, from 1, secret changes included.
    pub version: u64,
    /// The count of public changes up to it; null for a secret one.
    pub seq: Option<u64>,
    /// What kind of change it is.
    pub kind: EventKind,
    /// When it was sequenced; null for a secret one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub timestamp: Option<Timestamp>,
    /// SHA-256 of the entry's canonical form, in hex.
    pub hash: String,
    /// The hash of the entry before it in this lot, 64 zeros before the first.
    pub prev_hash: String,
    /// SHA-256 over the salted secret part, in hex; null where there is none.
    pub sealed: Option<String>,
    /// The canonical form itself, which `hash` is taken over: a JSON document in a string.
    pub canonical: String,
    /// The price after it.
    #[schema(value_type = Option<f64>)]
    pub price: Option<Price>,
    /// Alias of the leader after it.
    pub leader: Option<Uuid>,
    /// The rows that it adds to the history, oldest first.
    pub steps: Vec<PublicStep>,
}

/// A row that an entry of the log adds to the history.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicStep {
    /// The bidder's alias in the lot.
    pub bidder_id: Uuid,
    /// The amount.
    #[schema(value_type = f64)]
    pub amount: Price,
    /// An auto-bid's answer, and not the bid itself.
    pub is_proxy_bid: bool,
}
