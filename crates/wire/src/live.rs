use crate::{Auction, ErrorCode, NotificationData, Price, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A message to a client over `/ws` or a lot's stream.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WsMessage {
    /// The lot that it is about; empty where it is about none.
    pub auction_id: String,
    /// When the server made it.
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Timestamp,
    /// The lot's public changes up to this one. All messages of one change carry the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub seq: Option<u64>,
    /// Its type and what it tells.
    #[serde(flatten)]
    pub body: LiveData,
}

/// An event of a lot's stream, field by field: how a message looks there.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StreamEvent {
    /// Always `message`.
    #[schema(example = "message")]
    pub event: String,
    /// The lot's public changes up to this one, as a number.
    #[schema(pattern = "^[0-9]+$", example = "17")]
    pub id: String,
    /// A WsMessage.
    #[schema(content_media_type = "application/json")]
    pub data: String,
}

/// What a message tells, by its `type`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum LiveData {
    /// The connection stands.
    ConnectionAck(ConnectionAckData),
    /// The whole lot as it stands; its changes follow without a hole.
    Subscribed(Box<Auction>),
    /// An accepted bid, already durable.
    BidUpdate(BidUpdateData),
    /// The end moved: by a late bid, or by the house.
    AuctionExtended(AuctionExtendedData),
    /// The sale is over.
    AuctionEnded(AuctionEndedData),
    /// To the outbid user alone.
    OutbidNotification(OutbidNotificationData),
    /// To its owner alone: something new among their notifications.
    Notification(NotificationData),
    /// The answer to a ping.
    Pong(PongData),
    /// A frame was refused.
    Error(ErrorData),
}

/// The connection stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionAckData {
    /// Identity of the connection.
    pub connection_id: Uuid,
    /// The signed-in user, if any.
    pub user_id: Option<Uuid>,
    /// The server's clock.
    #[schema(value_type = String, format = DateTime)]
    pub server_time: Timestamp,
}

/// The winning row of an accepted bid, and the lot after it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BidUpdateData {
    /// Identity of the history row that leads now.
    pub bid_id: Uuid,
    /// The price now.
    #[schema(value_type = f64)]
    pub amount: Price,
    /// Alias of the leader.
    pub bidder_id: Uuid,
    /// Public name of the leader.
    pub bidder_name: String,
    /// Accepted bids now.
    pub bid_count: u32,
    /// Whether the leading row is an auto-bid's answer.
    pub is_proxy_bid: bool,
    /// The least that the next bidder may offer.
    #[schema(value_type = f64)]
    pub minimum_bid: Price,
    /// Whether the price has met the reserve.
    pub reserve_met: bool,
    /// When the lot ends now.
    #[schema(value_type = String, format = DateTime)]
    pub end_time: Timestamp,
}

/// Why an end moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtensionReason {
    /// A late bid.
    SnipeProtection,
    /// Somebody in charge of the house.
    Admin,
}

/// The end moved.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuctionExtendedData {
    /// The end before.
    #[schema(value_type = String, format = DateTime)]
    pub previous_end_time: Timestamp,
    /// The end now.
    #[schema(value_type = String, format = DateTime)]
    pub new_end_time: Timestamp,
    /// Why.
    pub reason: ExtensionReason,
    /// The bid that did it; null where somebody in charge did.
    pub triggering_bid_id: Option<Uuid>,
}

/// How a sale came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// With a buyer.
    Sold,
    /// Without one.
    Unsold,
    /// Taken back.
    Cancelled,
}

/// The sale is over.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuctionEndedData {
    /// The last price.
    #[schema(value_type = f64)]
    pub final_amount: Price,
    /// Alias of the buyer; null where there is none.
    pub winner_id: Option<Uuid>,
    /// Public name of the buyer; null where there is none.
    pub winner_name: Option<String>,
    /// Whether the price met the reserve.
    pub reserve_met: bool,
    /// How it came out.
    pub outcome: Outcome,
}

/// Somebody bid more than you.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutbidNotificationData {
    /// The lot.
    pub auction_id: Uuid,
    /// Its title.
    pub auction_title: String,
    /// The price now.
    #[schema(value_type = f64)]
    pub new_amount: Price,
    /// The most that you had agreed to pay.
    #[schema(value_type = f64)]
    pub your_max_bid: Price,
    /// Whether a new auto-bid can still be set.
    pub can_auto_bid: bool,
}

/// The answer to a ping.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PongData {
    /// The server's clock.
    #[schema(value_type = String, format = DateTime)]
    pub server_time: Timestamp,
}

/// A frame was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorData {
    /// What went wrong, for programs.
    pub error: ErrorCode,
    /// What went wrong, for people.
    pub message: String,
}

/// A message from a client.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Send me this lot as it stands, and its changes.
    Subscribe {
        /// The lot.
        // Field by field: the document does not follow `rename_all_fields`.
        #[serde(rename = "auctionId")]
        auction_id: Uuid,
    },
    /// No more of it.
    Unsubscribe {
        /// The lot.
        #[serde(rename = "auctionId")]
        auction_id: Uuid,
    },
    /// Are you there, and what time is it?
    Ping,
}
