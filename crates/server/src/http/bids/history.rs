//! What was bid.

use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Params, TheLot, Viewer};
use crate::view;
use axum::Json;
use axum::extract::State;
use gavel_wire::{ApiError, Bid, Page, Pagination};

/// A lot's history, newest first: every accepted bid, and every answer of an auto-bid.
#[utoipa::path(
    get, path = "/auctions/{id}/bids", operation_id = "listBids", tag = "Bids",
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
    ),
    responses(
        (status = 200, body = Page<Bid>),
        (status = 400, body = ApiError, description = "VALIDATION_ERROR"),
        (status = 404, body = ApiError, description = "NOT_FOUND"),
    ),
)]
pub(in crate::http) async fn history(
    State(house): State<App>,
    TheLot(lot): TheLot,
    Viewer(viewer): Viewer,
    mut params: Params,
) -> Answer<Json<Page<Bid>>> {
    let (page, limit) = params.page();
    params.done()?;
    let found = house.store.history(lot, page, limit).await?;
    let found = found.ok_or_else(|| Failure::not_found("auction"))?;
    let show = |row| view::bid(&house.key, row, viewer.as_ref());
    Ok(Json(Page {
        data: found.rows.iter().map(show).collect(),
        pagination: Pagination::new(page, limit, found.total),
    }))
}
