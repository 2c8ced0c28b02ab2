//! One lot.

use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{TheLot, Viewer};
use crate::http::tag::tagged;
use crate::sessions::Member;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use gavel_domain::LotId;
use gavel_wire::Auction;

/// A lot as it stands for whoever asks; a draft for its seller and admins alone.
#[utoipa::path(
    get, path = "/auctions/{id}", operation_id = "getAuction", tag = "Lots",
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("If-None-Match" = Option<String>, Header, description = "ETag of what is known"),
    ),
    responses(
        (status = 200, body = Auction, headers(("ETag" = String))),
        (status = 304, description = "It is as known"),
    ),
)]
pub(in crate::http) async fn get(
    State(house): State<App>,
    TheLot(lot): TheLot,
    Viewer(viewer): Viewer,
    headers: HeaderMap,
) -> Answer<Response> {
    Ok(tagged(&headers, &shown(&house, lot, viewer.as_ref()).await?))
}

/// The lot as a viewer sees it, if they may.
pub(in crate::http) async fn shown(
    house: &App,
    lot: LotId,
    viewer: Option<&Member>,
) -> Answer<Auction> {
    let shown = match house.store.lot(lot).await? {
        Some(row) => house.show_lots(vec![row], viewer).await?.pop(),
        None => house.show_draft(lot, viewer).await?,
    };
    shown.ok_or_else(|| Failure::not_found("auction"))
}
