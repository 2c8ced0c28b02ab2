//! Auto-bids.

use super::{json, party};
use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Body, Key, TheLot};
use crate::keepers::have_decided;
use crate::sessions::Member;
use crate::view;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_domain::{Command, Money, UserId};
use gavel_engine::Request;
use gavel_wire::{ApiError, AutoBid, SetAutoBidRequest, SetAutoBidResponse};

/// Set, raise or lower one's auto-bid; who does not lead bids the minimum with it.
#[utoipa::path(
    post, path = "/auctions/{id}/proxy", operation_id = "setAutoBid", tag = "Bids", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    request_body = SetAutoBidRequest,
    responses(
        (status = 200, body = SetAutoBidResponse),
        (status = 400, body = ApiError, description = "VALIDATION_ERROR, BID_TOO_LOW"),
        (status = 403, body = ApiError, description = "USER_BANNED, FORBIDDEN"),
        (status = 409, body = ApiError, description = "AUCTION_ENDED, AUCTION_NOT_STARTED"),
        (status = 429, body = ApiError, description = "RATE_LIMITED, TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn set(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
    Body(request): Body<SetAutoBidRequest>,
) -> Answer<Response> {
    let by = party(&member);
    house.unless_known(house.limits.bid(member.id).await, by.id, key.as_deref()).await?;
    let max = Money::from_major(request.max_amount);
    let command = Command::SetAutoBid(gavel_domain::AutoBid { by, max });
    let request = Request { lot, by: Some(by.id), command, key, reason: None, until: None };
    Ok(json(StatusCode::OK, have_decided(&house, request).await?.body))
}

/// One's own auto-bid.
#[utoipa::path(
    get, path = "/auctions/{id}/proxy", operation_id = "getAutoBid", tag = "Bids", security(("session" = [])),
    params(("id" = Uuid, Path, description = "The lot")),
    responses(
        (status = 200, body = AutoBid),
    ),
)]
pub(in crate::http) async fn get(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
) -> Answer<Json<AutoBid>> {
    let me = UserId(member.id);
    let row = house.store.lot(lot).await?.ok_or_else(|| Failure::not_found("auction"))?;
    let standing = row.lot.standing().filter(|standing| standing.leader == me && standing.auto);
    let standing = standing.ok_or_else(|| Failure::not_found("auto-bid of yours"))?;
    let set_at = match house.engine.last_bid(lot, me) {
        Some(last) => last.at,
        None => house.store.bid_of(lot, me).await?.unwrap_or(row.head.changed_at),
    };
    Ok(Json(AutoBid {
        id: house.key.auto_bid_id(lot, me),
        auction_id: view::id(lot.0),
        bidder_id: house.key.alias(lot, me),
        max_amount: view::price(standing.ceiling),
        current_bid: view::price(standing.price),
        is_active: row.lot.status() == gavel_domain::Status::Active,
        created_at: view::time(set_at),
    }))
}

/// Give up one's auto-bid; the bid itself stands at the price.
#[utoipa::path(
    delete, path = "/auctions/{id}/proxy", operation_id = "cancelAutoBid", tag = "Bids", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    responses(
        (status = 204, description = "Given up"),
        (status = 403, body = ApiError, description = "USER_BANNED, FORBIDDEN"),
        (status = 409, body = ApiError, description = "AUCTION_ENDED, AUCTION_NOT_STARTED"),
        (status = 429, body = ApiError, description = "TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn cancel(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
) -> Answer<StatusCode> {
    let by = party(&member);
    let command = Command::CancelAutoBid(by);
    house
        .engine
        .submit(Request { lot, by: Some(by.id), command, key, reason: None, until: None })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
