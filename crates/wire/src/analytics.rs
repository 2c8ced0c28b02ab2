use crate::{Day, Price, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How the house did over some days of UTC.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Analytics {
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2026-11-01")]
    pub from: Day,
    /// The last day, included.
    #[schema(value_type = String, format = Date, example = "2026-11-30")]
    pub to: Day,
    /// All days together.
    pub totals: AnalyticsTotals,
    /// Each day, in order, quiet ones too.
    pub days: Vec<AnalyticsDay>,
    /// The dearest lots that were sold, dearest first; at most ten.
    pub top_auctions: Vec<TopAuction>,
    /// The categories that sold for most, best first; at most ten.
    pub top_categories: Vec<TopCategory>,
}

/// What happened on all days together, and how things stand now.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsTotals {
    /// Accounts made.
    pub new_users: u64,
    /// Lots listed.
    pub auctions_created: u64,
    /// Lots sold.
    pub sold: u64,
    /// Lots that ended without a buyer.
    pub unsold: u64,
    /// Lots taken back.
    pub cancelled: u64,
    /// Accepted bids.
    pub bids: u64,
    /// Sum of the hammer prices.
    #[schema(value_type = f64)]
    pub gross_sales: Price,
    /// Of the lots that ended, the share that was sold, from 0 to 1; null where none ended.
    pub sell_through_rate: Option<f64>,
    /// Live connections now.
    pub active_sockets: u64,
    /// Lots that take bids now.
    pub active_auctions: u64,
}

/// What happened on a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsDay {
    /// The day.
    #[schema(value_type = String, format = Date, example = "2026-11-23")]
    pub date: Day,
    /// Accounts made.
    pub new_users: u64,
    /// Lots listed.
    pub auctions_created: u64,
    /// Lots sold.
    pub sold: u64,
    /// Lots that ended without a buyer.
    pub unsold: u64,
    /// Lots taken back.
    pub cancelled: u64,
    /// Accepted bids.
    pub bids: u64,
    /// Sum of the hammer prices.
    #[schema(value_type = f64)]
    pub gross_sales: Price,
}

/// A dear lot.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopAuction {
    /// The lot.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// What it was sold for.
    #[schema(value_type = f64)]
    pub hammer_price: Price,
    /// Accepted bids.
    pub bid_count: u32,
    /// When the hammer fell.
    #[schema(value_type = String, format = DateTime)]
    pub ended_at: Timestamp,
}

/// A category by its sales.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopCategory {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Lots sold.
    pub sold: u64,
    /// Sum of their hammer prices.
    #[schema(value_type = f64)]
    pub gross_sales: Price,
}
