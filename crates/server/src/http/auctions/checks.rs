//! What a listing, an edit and a draft must be like.

use crate::http::error::Answer;
use crate::http::extract::{Checks, is_plain};
use gavel_domain::{Increments, Lot, Money, Terms, Time, UserId};
use gavel_engine::Rejected;
use gavel_store::LotRow;
use gavel_wire::{AuctionChanges, CreateAuctionRequest, Timestamp};

const RUNS_MS_MIN: i64 = 10_000;
/// How long a lot may run, and how far ahead an admin may move its end.
pub(in crate::http) const RUNS_MS_MAX: i64 = 90 * 24 * 3_600_000;
/// How far ahead a lot may be announced.
const STARTS_AHEAD_MS_MAX: i64 = 365 * 24 * 3_600_000;
/// The window where a listing names none, in seconds.
pub(crate) const SNIPE_WINDOW_S_DEFAULT: u32 = 120;
const SNIPE_WINDOW_S_MAX: u32 = 3_600;
const SNIPE_CAP_S_MAX: u32 = 7 * 24 * 3_600;
/// A fixed increment may be so many times the starting price, or this starting price if it is less.
const STEP_TIMES_MAX: i64 = 10;
const STEP_PRICE_MINOR: i64 = 10_000;

/// Checks a listing, and makes of it what the seller fixes about the sale.
pub(super) fn terms(request: &CreateAuctionRequest, seller: UserId, now: Time) -> Answer<Terms> {
    let mut checks = Checks::default();
    let sale = Sale::of(request, &mut checks);
    let (starts_at, ends_at) = schedule(request, now, &mut checks);
    checks.done()?;
    Ok(sale.terms(seller, starts_at, ends_at))
}

/// Checks what a draft has so far. Its times are held against the clock when it is published.
pub(super) fn draft(request: &CreateAuctionRequest) -> Answer<()> {
    let mut checks = Checks::default();
    Sale::of(request, &mut checks);
    if let (Some(_), Some(_)) = (request.end_time, request.duration_seconds) {
        checks.wrong("durationSeconds", "cannot be given with endTime");
    } else if let Some(seconds) = request.duration_seconds {
        check_run(i64::from(seconds) * 1_000, "durationSeconds", &mut checks);
    } else if let (Some(start), Some(end)) = (request.start_time, request.end_time) {
        check_run(Time(end.0).since_ms(Time(start.0)), "endTime", &mut checks);
    }
    checks.done()
}

/// Checks a published lot as it is to be after an edit; `request` is all of it.
pub(super) fn revised(request: &CreateAuctionRequest, lot: &Lot, now: Time) -> Answer<Terms> {
    let mut checks = Checks::default();
    let old = lot.terms();
    let mut sale = Sale::of(request, &mut checks);
    if request.bid_increment.is_none() && matches!(old.increments, Increments::Table(_)) {
        sale.increments = old.increments.clone();
    }
    let times = (request.start_time.map(|time| time.0), request.end_time.map(|time| time.0));
    let (starts_at, ends_at) = if times == (Some(old.starts_at.0), Some(lot.ends_at().0)) {
        (old.starts_at, lot.ends_at())
    } else if old.starts_at > now {
        schedule(request, now, &mut checks)
    } else {
        running(request, old.starts_at, now, &mut checks)
    };
    checks.done()?;
    Ok(sale.terms(old.seller, starts_at, ends_at))
}

/// Whether a published lot can be edited at all.
///
/// # Errors
/// It has ended, or has bids.
pub(super) fn editable(lot: &Lot, now: Time) -> Answer<()> {
    use gavel_domain::{Refusal, Status};
    let refusal = if lot.status() != Status::Active || lot.ends_at() <= now {
        Refusal::Ended
    } else if lot.bid_count() > 0 {
        Refusal::HasBids
    } else {
        return Ok(());
    };
    Err(Rejected::Refused { refusal, current: lot.current_bid() }.into())
}

/// A published lot as the request that it would be listed with now.
pub(super) fn as_request(row: &LotRow) -> CreateAuctionRequest {
    let terms = row.lot.terms();
    let seconds = |ms: i64| u32::try_from(ms / 1_000).unwrap_or(u32::MAX);
    CreateAuctionRequest {
        title: row.title.clone(),
        description: row.description.clone(),
        category: row.category.clone(),
        starting_price: terms.starting_price.major(),
        reserve_price: terms.reserve.map(Money::major),
        bid_increment: match &terms.increments {
            Increments::Fixed(step) => Some(step.major()),
            Increments::House | Increments::Table(_) => None,
        },
        start_time: Some(Timestamp(terms.starts_at.0)),
        end_time: Some(Timestamp(row.lot.ends_at().0)),
        duration_seconds: None,
        snipe_window_seconds: Some(seconds(terms.snipe_window_ms)),
        snipe_cap_seconds: terms.snipe_cap_ms.map(seconds),
        draft: false,
    }
}

/// A request with changes made to it. Whether it is a draft is left as it is.
pub(super) fn merged(
    mut request: CreateAuctionRequest,
    changes: &AuctionChanges,
) -> CreateAuctionRequest {
    fn put<T: Clone>(field: &mut T, given: &Option<T>) {
        if let Some(given) = given {
            field.clone_from(given);
        }
    }
    // The one way to say when it ends takes the other's place.
    if changes.end_time.flatten().is_some() {
        request.duration_seconds = None;
    }
    if changes.duration_seconds.flatten().is_some() {
        request.end_time = None;
    }
    put(&mut request.title, &changes.title);
    put(&mut request.description, &changes.description);
    put(&mut request.category, &changes.category);
    put(&mut request.starting_price, &changes.starting_price);
    put(&mut request.reserve_price, &changes.reserve_price);
    put(&mut request.bid_increment, &changes.bid_increment);
    put(&mut request.start_time, &changes.start_time);
    put(&mut request.end_time, &changes.end_time);
    put(&mut request.duration_seconds, &changes.duration_seconds);
    put(&mut request.snipe_window_seconds, &changes.snipe_window_seconds);
    put(&mut request.snipe_cap_seconds, &changes.snipe_cap_seconds);
    request
}

/// What a request says about the sale but for its times.
struct Sale {
    starting_price: Money,
    reserve: Option<Money>,
    increments: Increments,
    snipe_window_ms: i64,
    snipe_cap_ms: Option<i64>,
}

impl Sale {
    fn of(request: &CreateAuctionRequest, checks: &mut Checks) -> Sale {
        check_texts(request, checks);
        let starting_price = checks.money("startingPrice", request.starting_price);
        let reserve = request.reserve_price.map(|major| checks.money("reservePrice", major));
        if let Some(reserve) = reserve {
            let high_enough = reserve >= starting_price;
            checks.require(high_enough, "reservePrice", "must be at least the starting price");
        }
        let step = request.bid_increment.map(|major| checks.money("bidIncrement", major));
        if let Some(step) = step {
            check_step(step, starting_price, checks);
        }
        let window = request.snipe_window_seconds.unwrap_or(SNIPE_WINDOW_S_DEFAULT);
        let too_wide = "must be 0 to 3600";
        checks.require(window <= SNIPE_WINDOW_S_MAX, "snipeWindowSeconds", too_wide);
        let cap = request.snipe_cap_seconds;
        let too_long = "must be at most 604800";
        checks.require(cap.is_none_or(|cap| cap <= SNIPE_CAP_S_MAX), "snipeCapSeconds", too_long);
        let ms = |seconds: u32| i64::from(seconds) * 1_000;
        Sale {
            starting_price,
            reserve,
            increments: step.map_or(Increments::House, Increments::Fixed),
            snipe_window_ms: ms(window),
            snipe_cap_ms: cap.map(ms),
        }
    }

    fn terms(self, seller: UserId, starts_at: Time, ends_at: Time) -> Terms {
        Terms {
            seller,
            starting_price: self.starting_price,
            reserve: self.reserve,
            increments: self.increments,
            starts_at,
            ends_at,
            snipe_window_ms: self.snipe_window_ms,
            snipe_cap_ms: self.snipe_cap_ms,
        }
    }
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

/// Holds a fixed increment to what bidders can follow: the first bid must not end the bidding by
/// making the second one absurd, or more than can be asked.
fn check_step(step: Money, starting_price: Money, checks: &mut Checks) {
    let most = starting_price.minor().max(STEP_PRICE_MINOR).saturating_mul(STEP_TIMES_MAX);
    checks.require(
        step.minor() <= most,
        "bidIncrement",
        "must be at most ten times the starting price, or 1000 where that is less than 100",
    );
    // Where even the house's own step would lead beyond, one bid is all there can be.
    let room = starting_price.minor() + step.minor() <= Money::MAX.minor()
        || step <= Increments::House.at(starting_price);
    checks.require(room, "bidIncrement", "leaves no room for a second bid below 1000000000");
}

fn schedule(request: &CreateAuctionRequest, now: Time, checks: &mut Checks) -> (Time, Time) {
    let start = request.start_time.map_or(now, |start| Time(start.0).max(now));
    let not_so_far = start.since_ms(now) <= STARTS_AHEAD_MS_MAX;
    checks.require(not_so_far, "startTime", "must be at most a year ahead");
    let Some((field, end)) = end(request, start, checks) else { return (start, start) };
    check_run(end.since_ms(start), field, checks);
    (start, end)
}

/// The times of a lot that has begun: only its end can still be moved.
fn running(
    request: &CreateAuctionRequest,
    start: Time,
    now: Time,
    checks: &mut Checks,
) -> (Time, Time) {
    let same = request.start_time == Some(Timestamp(start.0));
    checks.require(same, "startTime", "cannot be moved once the lot has begun");
    let Some((field, end)) = end(request, start, checks) else { return (start, start) };
    check_run(end.since_ms(start), field, checks);
    let ahead = end.since_ms(now) >= RUNS_MS_MIN;
    checks.require(ahead, field, "must be at least 10 seconds from now");
    (start, end)
}

/// When it is to end, and the field that says so.
fn end(
    request: &CreateAuctionRequest,
    start: Time,
    checks: &mut Checks,
) -> Option<(&'static str, Time)> {
    match (request.end_time, request.duration_seconds) {
        (Some(end), None) => Some(("endTime", Time(end.0))),
        (None, Some(seconds)) => {
            Some(("durationSeconds", start.plus_ms(i64::from(seconds) * 1_000)))
        }
        (None, None) => {
            checks.wrong("endTime", "is missing");
            None
        }
        (Some(_), Some(_)) => {
            checks.wrong("durationSeconds", "cannot be given with endTime");
            None
        }
    }
}

fn check_run(runs_ms: i64, field: &str, checks: &mut Checks) {
    checks.require(
        (RUNS_MS_MIN..=RUNS_MS_MAX).contains(&runs_ms),
        field,
        "must be 10 seconds to 90 days after the start",
    );
}
