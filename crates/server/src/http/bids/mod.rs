//! Bids on a lot.

pub(super) mod auto_bid;
pub(super) mod history;
pub(super) mod log;
pub(super) mod place;

use super::error::{Failure, internal};
use crate::house::House;
use crate::keepers::{Decided, Verdict};
use crate::meters;
use crate::sessions::Member;
use crate::view;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use gavel_domain::{Command, Party, UserId};
use gavel_engine::{Record, Rejected, Request};

/// Somebody who bids.
fn party(member: &Member) -> Party {
    Party { id: UserId(member.id), banned: member.banned }
}

/// Has this server's engine decide a bid or an auto-bid, and counts how.
pub(crate) async fn decide(house: &House, request: Request) -> Verdict {
    let is_bid = matches!(request.command, Command::Bid(_));
    let decided = match house.engine.submit(request).await {
        Err(Rejected::Late) => return Verdict::Declined,
        decided => decided.map_err(Failure::from),
    };
    meters::decided(decided.as_ref().map(|accepted| accepted.replayed).map_err(Failure::code));
    let shown = decided.and_then(|accepted| {
        let body = body(house, is_bid, &accepted.record).ok_or_else(internal)?;
        Ok(Decided { replayed: accepted.replayed, body })
    });
    shown.map_or_else(|failure| Verdict::Failed(failure.into()), Verdict::Decided)
}

/// What is answered to a bid, or to an auto-bid, that became a record.
fn body(house: &House, is_bid: bool, record: &Record) -> Option<String> {
    let body = match is_bid {
        true => serde_json::to_string(&view::placed(record)),
        false => serde_json::to_string(&view::auto_bid_set(&house.key, record)?),
    };
    body.ok()
}

/// An answer that is JSON already.
fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
