//! Taking back somebody's lot.

use crate::house::App;
use crate::http::admin::check_reason;
use crate::http::error::Answer;
use crate::http::extract::{Admin, Body, Checks, Key, TheLot};
use axum::extract::State;
use axum::http::StatusCode;
use gavel_domain::{Cancel, Command, UserId};
use gavel_engine::Request;
use gavel_wire::{AdminCancelRequest, ApiError};

/// Take a lot back before its end, bids or not. The reason is told to whom it concerns, and kept.
#[utoipa::path(
    post, path = "/admin/auctions/{id}/cancel", operation_id = "adminCancelAuction", tag = "In charge", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    request_body = AdminCancelRequest,
    responses(
        (status = 204, description = "Cancelled"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "AUCTION_ENDED"),
        (status = 429, body = ApiError, description = "TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn cancel(
    State(house): State<App>,
    TheLot(lot): TheLot,
    Admin(admin): Admin,
    Key(key): Key,
    Body(asked): Body<AdminCancelRequest>,
) -> Answer<StatusCode> {
    let mut checks = Checks::default();
    let reason = Some(check_reason(&mut checks, &asked.reason));
    checks.done()?;
    let by = UserId(admin.id);
    let command = Command::Cancel(Cancel { by, admin: true });
    house.engine.submit(Request { lot, by: Some(by), command, key, reason, until: None }).await?;
    Ok(StatusCode::NO_CONTENT)
}
