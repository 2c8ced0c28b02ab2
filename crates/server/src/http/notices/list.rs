//! One's notifications.

use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::Params;
use crate::sessions::Member;
use crate::view::notices;
use axum::Json;
use axum::extract::State;
use gavel_domain::UserId;
use gavel_wire::{NotificationPage, Pagination};

/// What one has been told, newest first; at least the last 500 are kept.
#[utoipa::path(
    get, path = "/users/me/notifications", operation_id = "listMyNotifications", tag = "Mine", security(("session" = [])),
    params(
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
        ("unread" = Option<bool>, Query, description = "Only those that are unread"),
    ),
    responses(
        (status = 200, body = NotificationPage),
    ),
)]
pub(in crate::http) async fn list(
    State(house): State<App>,
    member: Member,
    mut params: Params,
) -> Answer<Json<NotificationPage>> {
    let unread = params.one_of("unread", &[("true", true), ("false", false)], false);
    let (page, limit) = params.page();
    params.done()?;
    let found = house.store.notices(UserId(member.id), unread, page, limit).await?;
    Ok(Json(NotificationPage {
        data: found.rows.iter().map(notices::notification).collect(),
        pagination: Pagination::new(page, limit, found.total),
        unread_count: found.unread,
    }))
}
