//! Giving a lot more time.

use crate::house::App;
use crate::http::admin::check_reason;
use crate::http::auctions::checks::RUNS_MS_MAX;
use crate::http::error::{Answer, internal};
use crate::http::extract::{Admin, Body, Checks, Key, TheLot};
use axum::Json;
use axum::extract::State;
use gavel_domain::{Command, Extend, Time, UserId};
use gavel_engine::Request;
use gavel_wire::{AdminExtendRequest, ApiError, Auction};

/// Announce a later end for a lot that has not ended. Extensions by late bids count from there.
#[utoipa::path(
    post, path = "/admin/auctions/{id}/extend", operation_id = "adminExtendAuction", tag = "In charge", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    request_body = AdminExtendRequest,
    responses(
        (status = 200, body = Auction, description = "The lot as it is now"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "AUCTION_ENDED"),
        (status = 429, body = ApiError, description = "TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn extend(
    State(house): State<App>,
    TheLot(lot): TheLot,
    Admin(admin): Admin,
    Key(key): Key,
    Body(asked): Body<AdminExtendRequest>,
) -> Answer<Json<Auction>> {
    let mut checks = Checks::default();
    let reason = asked.reason.map(|given| check_reason(&mut checks, &given));
    let ends_at = Time(asked.end_time.0);
    // An end that has passed meanwhile is no matter for a retry with its key: the rules refuse it.
    let near = ends_at.since_ms(house.now()) <= RUNS_MS_MAX;
    checks.require(near, "endTime", "must be at most 90 days from now");
    checks.done()?;
    let by = UserId(admin.id);
    let command = Command::Extend(Extend { by, admin: true, ends_at });
    house.engine.submit(Request { lot, by: Some(by), command, key, reason, until: None }).await?;
    let row = house.store.lot(lot).await?.ok_or_else(internal)?;
    let shown = house.show_lots(vec![row], Some(&admin)).await?.pop();
    shown.map(Json).ok_or_else(internal)
}
