//! What was bid.

use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Params, TheLot, Viewer};
use crate::http::tag::tagged;
use crate::view;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use gavel_wire::{Bid, Page, Pagination};

/// A lot's history, newest first: every accepted bid, and every answer of an auto-bid.
#[utoipa::path(
    get, path = "/auctions/{id}/bids", operation_id = "listBids", tag = "Bids",
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
        ("If-None-Match" = Option<String>, Header, description = "ETag of what is known"),
    ),
    responses(
        (status = 200, body = Page<Bid>, headers(("ETag" = String))),
        (status = 304, description = "It is as known"),
    ),
)]
pub(in crate::http) async fn history(
    State(house): State<App>,
    TheLot(lot): TheLot,
    Viewer(viewer): Viewer,
    headers: HeaderMap,
    mut params: Params,
) -> Answer<Response> {
    let (page, limit) = params.page();
    params.done()?;
    let found = house.store.history(lot, page, limit).await?;
    let found = found.ok_or_else(|| Failure::not_found("auction"))?;
    let show = |row| view::bid(&house.key, row, viewer.as_ref());
    let data: Vec<Bid> = found.rows.iter().map(show).collect();
    let pagination = Pagination::new(page, limit, found.total);
    Ok(tagged(&headers, &Page { data, pagination }))
}
