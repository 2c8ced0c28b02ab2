//! Watching a lot no longer.

use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::{Key, TheLot};
use crate::http::once::Once;
use crate::sessions::Member;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_domain::UserId;
use gavel_engine::ports::StoreError;
use gavel_wire::ApiError;

/// Watch a lot no longer. It need not have been watched.
#[utoipa::path(
    delete, path = "/users/me/watchlist/{id}", operation_id = "unwatchAuction", tag = "Mine", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    responses(
        (status = 204, description = "Not watched"),
        (status = 403, body = ApiError, description = "USER_BANNED, FORBIDDEN"),
    ),
)]
pub(in crate::http) async fn remove(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
) -> Answer<Response> {
    let once = Once::new(member.id, key, &[b"unwatch", &lot.0.to_be_bytes()]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let keep = once.keep::<()>(&house, StatusCode::NO_CONTENT, None);
    let done = house.store.unwatch(UserId(member.id), lot, keep).await;
    once.finish::<()>(&house, done.map_err(StoreError::from)?, StatusCode::NO_CONTENT, None).await
}
