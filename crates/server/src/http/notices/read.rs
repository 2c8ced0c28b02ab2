//! Having read one's notifications.

use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Key, MaybeBody};
use crate::http::once::Once;
use crate::sessions::Member;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_domain::UserId;
use gavel_engine::ports::StoreError;
use gavel_wire::{ApiError, ReadNotificationsRequest};

/// Notifications that can be named at once: as many as a user has.
const IDS_MAX: usize = 500;

/// Mark notifications as read: those named, or all.
#[utoipa::path(
    post, path = "/users/me/notifications/read", operation_id = "readMyNotifications", tag = "Mine", security(("session" = [])),
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    request_body = Option<ReadNotificationsRequest>,
    responses(
        (status = 204, description = "Read"),
        (status = 403, body = ApiError, description = "USER_BANNED, FORBIDDEN"),
    ),
)]
pub(in crate::http) async fn read(
    State(house): State<App>,
    member: Member,
    Key(key): Key,
    MaybeBody(request): MaybeBody<ReadNotificationsRequest>,
) -> Answer<Response> {
    let ids = request.ids.map(|ids| ids.iter().map(|id| id.as_u128()).collect::<Vec<_>>());
    if ids.as_ref().is_some_and(|ids| ids.len() > IDS_MAX) {
        return Err(Failure::field("ids", "must be at most 500"));
    }
    let named = ids.iter().flatten().flat_map(|id| id.to_be_bytes()).collect::<Vec<_>>();
    let once =
        Once::new(member.id, key, &[b"read notifications", &[u8::from(ids.is_some())], &named]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let keep = once.keep::<()>(&house, StatusCode::NO_CONTENT, None);
    let me = UserId(member.id);
    let done = house.store.read_notices(me, ids.as_deref(), house.now(), keep).await;
    once.finish::<()>(&house, done.map_err(StoreError::from)?, StatusCode::NO_CONTENT, None).await
}
