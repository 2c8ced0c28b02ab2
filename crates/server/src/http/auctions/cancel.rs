//! Taking a lot back.

use super::drafts;
use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::{Key, TheLot};
use crate::http::once::Once;
use crate::sessions::Member;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gavel_domain::{Cancel, Command, LotId, UserId};
use gavel_engine::Request;
use gavel_store::Role;
use gavel_wire::ApiError;

/// Take a lot back: its seller while it has no bids, an admin at any time before its end. A draft is
/// thrown away.
#[utoipa::path(
    delete, path = "/auctions/{id}", operation_id = "deleteAuction", tag = "Lots", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    responses(
        (status = 204, description = "Cancelled"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "AUCTION_HAS_BIDS, AUCTION_ENDED, CONFLICT"),
        (status = 429, body = ApiError, description = "TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn delete(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
) -> Answer<Response> {
    take_back(&house, lot, &member, key).await
}

/// The same as `DELETE`, for clients that cannot.
#[utoipa::path(
    post, path = "/auctions/{id}/cancel", operation_id = "cancelAuction", tag = "Lots", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    responses(
        (status = 204, description = "Cancelled"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "AUCTION_HAS_BIDS, AUCTION_ENDED, CONFLICT"),
        (status = 429, body = ApiError, description = "TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn cancel(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
) -> Answer<Response> {
    take_back(&house, lot, &member, key).await
}

async fn take_back(
    house: &App,
    lot: LotId,
    member: &Member,
    key: Option<String>,
) -> Answer<Response> {
    let by = UserId(member.id);
    let once = Once::new(member.id, key.clone(), &[b"take back", &lot.0.to_be_bytes()]);
    if let Some(answer) = once.unless_logged(house).await? {
        return Ok(answer);
    }
    if house.store.draft(lot).await?.is_some_and(|draft| draft.seller == by) {
        return drafts::drop(house, &once, lot).await;
    }
    let command = Command::Cancel(Cancel { by, admin: member.role == Role::Admin });
    house
        .engine
        .submit(Request { lot, by: Some(by), command, key, reason: None, until: None })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
