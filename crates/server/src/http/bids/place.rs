//! Bidding.

use super::{json, party};
use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::{self, Key, TheLot};
use crate::keepers::have_decided;
use axum::BoxError;
use axum::body::{Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use gavel_domain::{Bid, Command, LotId, Money};
use gavel_engine as engine;
use gavel_wire::{ApiError, PlaceBidRequest, PlaceBidResponse};
use uuid::Uuid;

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
    request: Request,
) -> Answer<Response> {
    let (parts, body) = request.into_parts();
    asked(&house, lot, &parts.headers, body).await
}

/// Where a bid is asked for.
pub(in crate::http) const ROUTE: &str = "/api/v1/auctions/{id}/bids";

/// The lot that a request asks to bid on, where its address says so in the plainest way.
pub(in crate::http) fn lot_in(request: &Request) -> Option<LotId> {
    let (before, after) = ROUTE.split_once("{id}")?;
    let id = request.uri().path().strip_prefix(before)?.strip_suffix(after)?;
    let id = Uuid::try_parse(id).ok().filter(|_| request.method() == Method::POST)?;
    Some(LotId(id.as_u128()))
}

/// A bid as a request asks for it.
///
/// # Errors
/// Nobody in particular asks, or for what is none, or it is refused.
pub(in crate::http) async fn asked(
    house: &App,
    lot: LotId,
    headers: &HeaderMap,
    body: impl HttpBody<Data = Bytes, Error: Into<BoxError>>,
) -> Answer<Response> {
    let member = extract::member(headers, house).await?;
    let Key(key) = Key::of(headers)?;
    let asked: PlaceBidRequest = extract::json(headers, body, Some(member.pass), house).await?;
    let by = party(&member);
    house.unless_known(house.limits.bid(member.id).await, by.id, key.as_deref()).await?;
    let command = Command::Bid(Bid {
        by,
        amount: Money::from_major(asked.amount),
        max: asked.max_amount.map(Money::from_major),
    });
    let request = engine::Request { lot, by: Some(by.id), command, key, reason: None, until: None };
    let decided = have_decided(house, request).await?;
    let status = if decided.replayed { StatusCode::OK } else { StatusCode::CREATED };
    Ok(json(status, decided.body))
}
