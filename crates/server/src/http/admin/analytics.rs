//! How the house does.

use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::{Admin, Params};
use crate::view;
use axum::Json;
use axum::extract::State;
use gavel_store::DAYS_MAX;
use gavel_wire::{Analytics, ApiError, Day};

/// Days that are shown where none are named.
const DAYS_DEFAULT: i64 = 30;

/// Totals and a series by day (of UTC), the dearest lots and the best categories.
#[utoipa::path(
    get, path = "/admin/analytics", operation_id = "getAnalytics", tag = "In charge", security(("session" = [])),
    params(
        ("from" = Option<String>, Query, description = "First day, YYYY-MM-DD; by default 30 days up to `to`"),
        ("to" = Option<String>, Query, description = "Last day, included; by default today. At most 366 days"),
    ),
    responses(
        (status = 200, body = Analytics),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
    ),
)]
pub(in crate::http) async fn analytics(
    State(house): State<App>,
    _: Admin,
    mut params: Params,
) -> Answer<Json<Analytics>> {
    let today = Day::of_ms(house.now().0);
    let what = "must be a day such as 2026-11-23";
    let to = params.number::<Day>("to", what).unwrap_or(today);
    let first = Day(to.0 - DAYS_DEFAULT + 1);
    let from = params.number::<Day>("from", what).unwrap_or(first);
    let days = to.0 - from.0 + 1;
    params.checks.require(days >= 1, "to", "must not be before from");
    params.checks.require(days <= DAYS_MAX, "from", "must be at most 366 days before to");
    params.done()?;
    let found = house.store.analytics(from.0, to.0, house.now()).await?;
    Ok(Json(view::analytics(&found, house.hub.sockets_everywhere())))
}
