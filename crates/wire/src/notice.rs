use crate::{Pagination, Price, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a notification tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Somebody bid more.
    Outbid,
    /// Somebody bid more than the maximum that one's auto-bid had.
    MaxReached,
    /// One bought the lot.
    Won,
    /// One's own lot was sold.
    Sold,
    /// One's own lot ended without a buyer.
    Unsold,
    /// A watched lot ends soon.
    EndingSoon,
    /// A lot was taken back.
    Cancelled,
}

/// Something that a user has been told.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Identity.
    pub id: Uuid,
    /// What it tells.
    pub kind: NotificationKind,
    /// The lot that it is about.
    pub auction_id: Uuid,
    /// Its title.
    #[schema(example = "Mantel clock, walnut, 1890s")]
    pub auction_title: String,
    /// The price that it tells of; null where it tells of none.
    #[schema(value_type = Option<f64>, example = 55)]
    pub amount: Option<Price>,
    /// Why the lot was taken back; null where no reason was given.
    pub reason: Option<String>,
    /// The whole of it in a sentence, for people.
    pub message: String,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was marked as read; null until then.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
}

/// One page of notifications.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationPage {
    /// The notifications of this page, newest first.
    pub data: Vec<Notification>,
    /// Where the page lies in the list.
    pub pagination: Pagination,
    /// How many of all of them are unread.
    pub unread_count: u64,
}

/// A new or renewed notification, to its owner alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationData {
    /// The notification.
    #[serde(flatten)]
    pub notification: Notification,
    /// How many of the owner's notifications are unread now.
    pub unread_count: u64,
}

/// Notifications that have been read.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadNotificationsRequest {
    /// Which, up to 500; all where left out. Unknown ones are passed over.
    #[schema(max_items = 500)]
    pub ids: Option<Vec<Uuid>>,
}

/// How a user is told of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotificationSetting {
    /// Of what.
    pub kind: NotificationKind,
    /// Whether in the app.
    pub app: bool,
    /// Whether by mail.
    pub mail: bool,
}

/// How a user is told of everything. A request may leave out what is to stay as it is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotificationSettings {
    /// Every kind once.
    #[schema(max_items = 7)]
    pub settings: Vec<NotificationSetting>,
}

/// A lot to be watched.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WatchRequest {
    /// The lot.
    pub auction_id: Uuid,
}

/// A lot that is watched.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WatchResponse {
    /// The lot.
    pub auction_id: Uuid,
}
