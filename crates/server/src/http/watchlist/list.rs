//! What one watches.

use crate::house::App;
use crate::http::error::Answer;
use crate::sessions::Member;
use axum::Json;
use axum::extract::State;
use gavel_domain::UserId;
use gavel_wire::Auction;

/// The lots one watches: those that end soonest first, ended ones last. At most 500.
#[utoipa::path(
    get, path = "/users/me/watchlist", operation_id = "listMyWatchlist", tag = "Mine", security(("session" = [])),
    responses(
        (status = 200, body = Vec<Auction>),
    ),
)]
pub(in crate::http) async fn list(
    State(house): State<App>,
    member: Member,
) -> Answer<Json<Vec<Auction>>> {
    let lots = house.store.watched(UserId(member.id)).await?;
    Ok(Json(house.show_lots(lots, Some(&member)).await?))
}
