//! Publishing a draft.

use super::create::{NewLot, Pictures, list, listed};
use super::drafts::{Own, own, request_of};
use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Key, TheLot};
use crate::http::once::Once;
use crate::sessions::Member;
use axum::Json;
use axum::extract::State;
use gavel_domain::UserId;
use gavel_wire::{ApiError, CreateAuctionResponse, ErrorCode};

/// Publish a draft. It keeps its identity, and is checked as a listing is.
#[utoipa::path(
    post, path = "/auctions/{id}/publish", operation_id = "publishAuction", tag = "Selling", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The draft"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    responses(
        (status = 200, body = CreateAuctionResponse, description = "It is a lot now"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "CONFLICT: it is published"),
        (status = 429, body = ApiError, description = "RATE_LIMITED, TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn publish(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
) -> Answer<Json<CreateAuctionResponse>> {
    let once = Once::new(member.id, key, &[b"publish", &lot.0.to_be_bytes()]);
    let before = house.accepted_before(UserId(member.id), once.keyed().as_ref()).await?;
    if let Some(accepted) = before {
        return Ok(Json(listed(&accepted)));
    }
    let Own::Draft(draft) = own(&house, &member, lot).await? else {
        return Err(Failure::new(ErrorCode::Conflict, "It is published already."));
    };
    let request = request_of(&draft)?;
    let new = NewLot { id: lot, request, pictures: Pictures::OfDraft(draft.images) };
    let accepted = list(&house, &member, &once, new).await?;
    Ok(Json(listed(&accepted)))
}
