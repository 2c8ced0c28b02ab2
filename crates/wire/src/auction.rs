use crate::{Price, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a lot is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuctionStatus {
    /// Not published yet.
    Draft,
    /// Published, and opens later.
    Scheduled,
    /// Takes bids.
    Active,
    /// As a filter: sold or unsold.
    Ended,
    /// Ended with a buyer.
    Sold,
    /// Ended without one.
    Unsold,
    /// Taken back.
    Cancelled,
}

/// A lot and how its sale stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Auction {
    /// Identity.
    pub id: Uuid,
    /// Who sells.
    pub seller_id: Uuid,
    /// Their name.
    pub seller_name: String,
    /// 3 to 120 characters.
    pub title: String,
    /// Up to 10,000 characters of plain text.
    pub description: String,
    /// Slug of its category.
    pub category: String,
    /// The least first bid.
    #[schema(value_type = f64)]
    pub starting_price: Price,
    /// What it would sell for now; the starting price before the first bid.
    #[schema(value_type = f64)]
    pub current_bid: Price,
    /// Alias of the leader in this lot.
    pub current_bidder_id: Option<Uuid>,
    /// Public name of the leader in this lot.
    pub current_bidder_name: Option<String>,
    /// The reserve; null to all but the seller and admins.
    #[schema(value_type = Option<f64>)]
    pub reserve_price: Option<Price>,
    /// Whether there is a reserve.
    pub has_reserve: bool,
    /// Whether the price has met the reserve; true where there is none.
    pub reserve_met: bool,
    /// By how much the next bid must rise.
    #[schema(value_type = f64)]
    pub bid_increment: Price,
    /// The least that the next bidder may offer.
    #[schema(value_type = f64)]
    pub minimum_bid: Price,
    /// Accepted bids.
    pub bid_count: u32,
    /// Where it is in its life.
    pub status: AuctionStatus,
    /// From when it takes bids.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Timestamp,
    /// When it ends, extensions included.
    #[schema(value_type = String, format = DateTime)]
    pub end_time: Timestamp,
    /// When it was to end.
    #[schema(value_type = String, format = DateTime)]
    pub original_end_time: Timestamp,
    /// A bid with less than this left extends the lot to this much.
    pub snipe_window_seconds: u32,
    /// When it was listed.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Pictures, in order.
    pub images: Vec<AuctionImage>,
    /// How many users watch it.
    pub watcher_count: u32,
    /// The count of its public changes; live messages carry it.
    pub seq: u64,
    /// Who bought it; null to all but the seller, and before it is sold.
    pub winner: Option<Winner>,
    /// Who sold it; null to all but the buyer, and before it is sold.
    pub seller_contact: Option<SellerContact>,
    /// What it is to the signed-in viewer; null to a guest.
    pub viewer: Option<Viewer>,
}

/// What a lot is to the one who looks at it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Viewer {
    /// The viewer's alias in this lot.
    pub bidder_id: Uuid,
    /// Whether it is theirs.
    pub is_seller: bool,
    /// Whether they watch it.
    pub is_watching: bool,
    /// Whether they have bid on it.
    pub has_bid: bool,
    /// Whether they have an auto-bid on it that they can give up.
    pub has_auto_bid: bool,
    /// Whether they lead.
    pub is_highest_bidder: bool,
    /// The most they agreed to pay, while they lead.
    #[schema(value_type = Option<f64>)]
    pub max_amount: Option<Price>,
}

/// The buyer of a sold lot, for its seller.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Winner {
    /// Their name.
    pub display_name: String,
    /// Where to reach them.
    pub email: String,
}

/// The seller of a sold lot, for its buyer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SellerContact {
    /// Their name.
    pub display_name: String,
    /// Where to reach them.
    pub email: String,
}

/// A picture of a lot.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuctionImage {
    /// Identity.
    pub id: Uuid,
    /// The lot.
    pub auction_id: Uuid,
    /// Where the picture is.
    pub url: String,
    /// Where its small form is.
    pub thumbnail_url: String,
    /// Its place among the lot's pictures, from 0.
    pub display_order: u32,
}

/// A lot to be listed. In multipart/form-data the same fields, and the files as `images`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAuctionRequest {
    /// 3 to 120 characters.
    #[schema(min_length = 3, max_length = 120, example = "Mantel clock, walnut, 1890s")]
    pub title: String,
    /// Up to 10,000 characters of plain text.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    pub description: String,
    /// A slug, of the house's list or new.
    #[schema(pattern = "^[a-z0-9-]{2,40}$", example = "clocks")]
    pub category: String,
    /// The least first bid.
    #[schema(example = 40)]
    pub starting_price: f64,
    /// Below this it is not sold; at least the starting price. Secret.
    pub reserve_price: Option<f64>,
    /// A fixed increment, in place of the house table; at most ten times the starting price (up to
    /// 1000 always), so that there is a bid to follow every other.
    #[schema(example = 2)]
    pub bid_increment: Option<f64>,
    /// From when it takes bids; at once where left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_time: Option<Timestamp>,
    /// When it ends: 10 seconds to 90 days after its start.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Timestamp>,
    /// Seconds from start to end, in place of `endTime`.
    pub duration_seconds: Option<u32>,
    /// A bid with less than this left extends the lot to this much; 0 to 3600, default 120.
    #[schema(maximum = 3600)]
    pub snipe_window_seconds: Option<u32>,
    /// How far beyond its announced end extensions may reach; without one there is no bound.
    pub snipe_cap_seconds: Option<u32>,
    /// Keep it as a draft.
    #[serde(default)]
    pub draft: bool,
}

/// The answer to a listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateAuctionResponse {
    /// Identity of the new lot.
    pub auction_id: Uuid,
    /// `draft`, `scheduled` or `active`.
    pub status: AuctionStatus,
}

/// A category of lots.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Category {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Lots in it that take bids.
    pub active_count: u64,
}
