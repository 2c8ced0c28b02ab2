//! Bidding.

use super::{json, party};
use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::{Body, Key, TheLot};
use crate::keepers::have_decided;
use crate::sessions::Member;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_domain::{Bid, Command, Money};
use gavel_engine::Request;
use gavel_wire::{ApiError, PlaceBidRequest, PlaceBidResponse};

/// Bid on a lot. An accepted bid is durable when it is answered.
#[utoipa::path(
    post, path = "/auctions/{id}/bids", operation_id = "placeBid", tag = "Bids", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters; the same key and body again give the same answer"),
    ),
    request_body = PlaceBidRequest,
    responses(
        (status = 201, body = PlaceBidResponse, description = "Accepted"),
        (status = 200, body = PlaceBidResponse, description = "Accepted before, with this key"),
        (status = 400, body = ApiError, description = "VALIDATION_ERROR, BID_TOO_LOW"),
        (status = 403, body = ApiError, description = "USER_BANNED, FORBIDDEN"),
        (status = 409, body = ApiError, description = "AUCTION_ENDED, AUCTION_NOT_STARTED, MAX_NOT_RAISED"),
        (status = 429, body = ApiError, description = "RATE_LIMITED, TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn place(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
    Body(request): Body<PlaceBidRequest>,
) -> Answer<Response> {
    let by = party(&member);
    house.unless_known(house.limits.bid(member.id).await, by.id, key.as_deref()).await?;
    let command = Command::Bid(Bid {
        by,
        amount: Money::from_major(request.amount),
        max: request.max_amount.map(Money::from_major),
    });
    let request = Request { lot, by: Some(by.id), command, key, reason: None, until: None };
    let decided = have_decided(&house, request).await?;
    let status = if decided.replayed { StatusCode::OK } else { StatusCode::CREATED };
    Ok(json(status, decided.body))
}
