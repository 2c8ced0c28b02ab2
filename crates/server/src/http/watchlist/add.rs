//! Watching a lot.

use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Body, Key};
use crate::http::once::Once;
use crate::sessions::Member;
use crate::told;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gavel_domain::{LotId, UserId};
use gavel_engine::ports::StoreError;
use gavel_store::{NewWatch, Watched};
use gavel_wire::{ApiError, ErrorCode, WatchRequest, WatchResponse};

/// Watch a lot, and be told when it ends soon.
#[utoipa::path(
    post, path = "/users/me/watchlist", operation_id = "watchAuction", tag = "Mine", security(("session" = [])),
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    request_body = WatchRequest,
    responses(
        (status = 201, body = WatchResponse),
        (status = 200, body = WatchResponse, description = "It was watched already"),
        (status = 403, body = ApiError, description = "USER_BANNED, FORBIDDEN"),
        (status = 404, body = ApiError, description = "NOT_FOUND: no such lot"),
        (status = 409, body = ApiError, description = "CONFLICT: 500 lots are watched already"),
    ),
)]
pub(in crate::http) async fn add(
    State(house): State<App>,
    member: Member,
    Key(key): Key,
    Body(request): Body<WatchRequest>,
) -> Answer<Response> {
    let once = Once::new(member.id, key, &[b"watch", request.auction_id.as_bytes()]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let lot = LotId(request.auction_id.as_u128());
    let lots = house.store.lots_in_brief(&[lot]).await?;
    let ends_at = lots.get(&lot).ok_or_else(|| Failure::not_found("auction"))?.ends_at;
    let at = house.now();
    let new =
        NewWatch { user: UserId(member.id), lot, at, remind_at: told::remind_at(ends_at, at) };
    let answer = WatchResponse { auction_id: request.auction_id };
    let keep = once.keep(&house, StatusCode::CREATED, Some(&answer));
    match house.store.watch(new, keep).await.map_err(StoreError::from)? {
        Watched::Done(done) => once.finish(&house, done, StatusCode::CREATED, Some(&answer)).await,
        Watched::Already => Ok(Json(answer).into_response()),
        Watched::Full => Err(Failure::new(ErrorCode::Conflict, "You watch 500 lots already.")),
    }
}
