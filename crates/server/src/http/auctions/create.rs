//! Listing a lot.

use super::upload::{Uploaded, receive};
use crate::house::{App, House};
use crate::http::error::Answer;
use crate::http::extract::{Checks, Key, is_plain, still_admitted};
use crate::sessions::Member;
use crate::view;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use gavel_domain::{Event, Increments, LotId, Terms, Time, UserId};
use gavel_engine::{About, Accepted, Ask, Keyed, Listing};
use gavel_wire::{ApiError, AuctionStatus, CreateAuctionRequest, CreateAuctionResponse};
use std::sync::Arc;

const RUNS_MS_MIN: i64 = 10_000;
const RUNS_MS_MAX: i64 = 90 * 24 * 3_600_000;
/// How far ahead a lot may be announced.
const STARTS_AHEAD_MS_MAX: i64 = 365 * 24 * 3_600_000;
const SNIPE_WINDOW_S_DEFAULT: u32 = 120;
const SNIPE_WINDOW_S_MAX: u32 = 3_600;
const SNIPE_CAP_S_MAX: u32 = 7 * 24 * 3_600;

/// List a lot. As multipart/form-data, the same fields and up to ten `images`.
#[utoipa::path(
    post, path = "/auctions", operation_id = "createAuction", tag = "Lots", security(("session" = [])),
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    request_body(content(
        (CreateAuctionRequest = "application/json"),
        (CreateAuctionRequest = "multipart/form-data"),
    )),
    responses(
        (status = 201, body = CreateAuctionResponse, description = "Listed"),
        (status = 200, body = CreateAuctionResponse, description = "Listed before, with this key"),
        (status = 400, body = ApiError, description = "VALIDATION_ERROR"),
        (status = 401, body = ApiError, description = "UNAUTHORIZED"),
        (status = 413, body = ApiError, description = "PAYLOAD_TOO_LARGE"),
        (status = 415, body = ApiError, description = "UNSUPPORTED_MEDIA_TYPE"),
        (status = 422, body = ApiError, description = "IDEMPOTENCY_KEY_REUSED"),
        (status = 429, body = ApiError, description = "RATE_LIMITED, TOO_MANY_BIDS"),
        (status = 503, body = ApiError, description = "UNAVAILABLE"),
    ),
)]
pub(in crate::http) async fn create(
    State(house): State<App>,
    member: Member,
    Key(key): Key,
    request: Request,
) -> Answer<(StatusCode, Json<CreateAuctionResponse>)> {
    let extensions = request.extensions().clone();
    let uploaded = receive(&house, member.id, request).await?;
    still_admitted(&extensions, &house).await?;
    let seller = UserId(member.id);
    let keyed = key.map(|key| Keyed { key, ask: Ask::of_bytes(&uploaded.digest) });
    // Before any check: what was possible when it was first asked may not be any more.
    let accepted = match house.accepted_before(seller, keyed.as_ref()).await? {
        Some(accepted) => accepted,
        None => {
            let terms = terms(&uploaded.request, seller, house.now())?;
            house.limits.auction(member.id)?;
            list(&house, uploaded, terms, keyed).await?
        }
    };
    let record = &accepted.record;
    let scheduled = match &record.event {
        Event::Listed(terms) => terms.starts_at > record.at,
        _ => false,
    };
    let status = if scheduled { AuctionStatus::Scheduled } else { AuctionStatus::Active };
    let body = CreateAuctionResponse { auction_id: view::id(record.lot.0), status };
    let code = if accepted.replayed { StatusCode::OK } else { StatusCode::CREATED };
    Ok((code, Json(body)))
}

async fn list(
    house: &Arc<House>,
    uploaded: Uploaded,
    terms: Terms,
    keyed: Option<Keyed>,
) -> Answer<Accepted> {
    let Uploaded { request, pictures, .. } = uploaded;
    let kept = {
        let house = house.clone();
        let keep = move || {
            let ids = pictures.into_iter().map(|picture| (house.new_id(), picture));
            ids.map(|(id, picture)| house.pictures.keep(id, &picture)).collect()
        };
        tokio::task::spawn_blocking(keep).await
    };
    let kept: std::io::Result<Vec<_>> = kept.unwrap_or_else(|error| Err(error.into()));
    let pictures = kept.map_err(|error| {
        tracing::error!(%error, "cannot keep a picture");
        crate::http::error::unavailable()
    })?;
    let listing = Listing {
        lot: LotId(house.new_id()),
        terms,
        about: About {
            title: request.title.trim().to_owned(),
            description: request.description.trim().to_owned(),
            category: request.category,
        },
        pictures: pictures.clone(),
        draft: false,
        keyed,
    };
    let listed = house.engine.list(listing).await;
    // An unknown outcome may have made the lot, so its pictures stay.
    let unused = match &listed {
        Ok(accepted) => accepted.replayed,
        Err(rejected) => *rejected != gavel_engine::Rejected::Unavailable,
    };
    if unused {
        house.pictures.drop(&pictures);
    }
    Ok(listed?)
}

/// Checks a request, and makes of it what the seller fixes about the sale.
pub(crate) fn terms(request: &CreateAuctionRequest, seller: UserId, now: Time) -> Answer<Terms> {
    let mut checks = Checks::default();
    check_texts(request, &mut checks);
    checks.require(!request.draft, "draft", "drafts are not kept yet");
    let starting_price = checks.money("startingPrice", request.starting_price);
    let reserve = request.reserve_price.map(|major| checks.money("reservePrice", major));
    if let Some(reserve) = reserve {
        let high_enough = reserve >= starting_price;
        checks.require(high_enough, "reservePrice", "must be at least the starting price");
    }
    let step = request.bid_increment.map(|major| checks.money("bidIncrement", major));
    let (starts_at, ends_at) = schedule(request, now, &mut checks);
    let window = request.snipe_window_seconds.unwrap_or(SNIPE_WINDOW_S_DEFAULT);
    let too_wide = "must be 0 to 3600";
    checks.require(window <= SNIPE_WINDOW_S_MAX, "snipeWindowSeconds", too_wide);
    let cap = request.snipe_cap_seconds;
    let too_long = "must be at most 604800";
    checks.require(cap.is_none_or(|cap| cap <= SNIPE_CAP_S_MAX), "snipeCapSeconds", too_long);
    checks.done()?;
    let ms = |seconds: u32| i64::from(seconds) * 1_000;
    Ok(Terms {
        seller,
        starting_price,
        reserve,
        increments: step.map_or(Increments::House, Increments::Fixed),
        starts_at,
        ends_at,
        snipe_window_ms: ms(window),
        snipe_cap_ms: cap.map(ms),
    })
}

fn check_texts(request: &CreateAuctionRequest, checks: &mut Checks) {
    let title = request.title.trim();
    checks.require(
        (3..=120).contains(&title.chars().count()) && is_plain(title),
        "title",
        "must be 3 to 120 characters",
    );
    let description = request.description.trim();
    checks.require(
        description.chars().count() <= 10_000,
        "description",
        "must be at most 10,000 characters",
    );
    let slug = request.category.as_bytes();
    let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
    checks.require(
        (2..=40).contains(&slug.len()) && slug.iter().all(plain),
        "category",
        "must be 2 to 40 of a–z, 0–9 and -",
    );
}

fn schedule(request: &CreateAuctionRequest, now: Time, checks: &mut Checks) -> (Time, Time) {
    let start = request.start_time.map_or(now, |start| Time(start.0).max(now));
    let not_so_far = start.since_ms(now) <= STARTS_AHEAD_MS_MAX;
    checks.require(not_so_far, "startTime", "must be at most a year ahead");
    let (field, end) = match (request.end_time, request.duration_seconds) {
        (Some(end), None) => ("endTime", Time(end.0)),
        (None, Some(seconds)) => ("durationSeconds", start.plus_ms(i64::from(seconds) * 1_000)),
        (None, None) => {
            checks.wrong("endTime", "is missing");
            return (start, start);
        }
        (Some(_), Some(_)) => {
            checks.wrong("durationSeconds", "cannot be given with endTime");
            return (start, start);
        }
    };
    let runs = end.since_ms(start);
    checks.require(
        (RUNS_MS_MIN..=RUNS_MS_MAX).contains(&runs),
        field,
        "must be 10 seconds to 90 days after the start",
    );
    (start, end)
}
