use crate::{Auction, Person, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is to be different about a lot: any of the fields of a listing. What is left out stays as it
/// is; null takes an optional field away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuctionChanges {
    /// 3 to 120 characters.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, min_length = 3, max_length = 120)]
    #[schema(example = "Mantel clock, walnut, about 1890")]
    pub title: Option<String>,
    /// Up to 10,000 characters of plain text.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, max_length = 10_000)]
    pub description: Option<String>,
    /// A slug, of the house's list or new.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(
        required = false,
        nullable = false,
        pattern = "^[a-z0-9-]{2,40}$",
        example = "clocks"
    )]
    pub category: Option<String>,
    /// The least first bid.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = 45)]
    pub starting_price: Option<f64>,
    /// Below this it is not sold; null: no reserve.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = Option<f64>)]
    pub reserve_price: Option<Option<f64>>,
    /// A fixed increment; null: the house table.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = Option<f64>)]
    pub bid_increment: Option<Option<f64>>,
    /// From when it takes bids; null: at once. Stays as it was once the lot has begun.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = Option<String>, format = DateTime)]
    pub start_time: Option<Option<Timestamp>>,
    /// When it ends; takes the place of `durationSeconds`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Option<Timestamp>>,
    /// Seconds from start to end; takes the place of `endTime`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = Option<u32>)]
    pub duration_seconds: Option<Option<u32>>,
    /// 0 to 3600; null: the default of 120.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = Option<u32>, maximum = 3600)]
    pub snipe_window_seconds: Option<Option<u32>>,
    /// How far extensions may reach; null: no bound.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = Option<u32>)]
    pub snipe_cap_seconds: Option<Option<u32>>,
    /// Whether what comes of it is a draft. An edit cannot change that: drafts are published.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub draft: Option<bool>,
}

/// A field that is there, even where it is null.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// The order that a lot's pictures are to have.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImageOrderRequest {
    /// Every picture of the lot, once.
    #[schema(max_items = 10)]
    pub image_ids: Vec<Uuid>,
}

/// A lot, for the people in charge: with who is behind it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdminAuction {
    /// The lot.
    pub auction: Auction,
    /// Who sells.
    pub seller: Person,
    /// Who leads or has bought it.
    pub leader: Option<Person>,
    /// Why an admin took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub cancel_reason: Option<String>,
}

/// Why a lot is taken back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminCancelRequest {
    /// 3 to 500 characters; the seller and the bidders are told.
    #[schema(min_length = 3, max_length = 500, example = "The seller asked us to; it is damaged.")]
    pub reason: String,
}

/// A later end for a lot.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdminExtendRequest {
    /// After the end as it is, and at most 90 days from now.
    #[schema(value_type = String, format = DateTime, example = "2026-01-05T18:00:00.000Z")]
    pub end_time: Timestamp,
    /// 3 to 500 characters.
    #[schema(min_length = 3, max_length = 500, example = "The house was closed for an hour.")]
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_told_from_what_is_taken_away() {
        let changes: AuctionChanges =
            serde_json::from_str(r#"{"reservePrice": null, "bidIncrement": 2}"#).expect("changes");
        assert_eq!(changes.reserve_price, Some(None));
        assert_eq!(changes.bid_increment, Some(Some(2.0)));
        assert_eq!(changes.snipe_cap_seconds, None);
        let text = serde_json::to_string(&changes).expect("JSON");
        assert_eq!(text, r#"{"reservePrice":null,"bidIncrement":2.0}"#);
        assert!(serde_json::from_str::<AuctionChanges>(r#"{"title": null}"#).is_err());
    }
}
