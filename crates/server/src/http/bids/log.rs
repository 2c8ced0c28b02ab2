//! The proof.

use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Params, TheLot};
use crate::view;
use axum::Json;
use axum::extract::State;
use gavel_wire::{LogEvent, Page, Pagination};

/// A lot's log, oldest first: every change, each with its hash and the hash before it.
#[utoipa::path(
    get, path = "/auctions/{id}/events", operation_id = "listEvents", tag = "Bids",
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("after" = Option<u64>, Query, description = "Only what came after this seq"),
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
    ),
    responses(
        (status = 200, body = Page<LogEvent>),
    ),
)]
pub(in crate::http) async fn log(
    State(house): State<App>,
    TheLot(lot): TheLot,
    mut params: Params,
) -> Answer<Json<Page<LogEvent>>> {
    let after = params.number::<u64>("after", "must be a whole number").unwrap_or(0);
    let (page, limit) = params.page();
    params.done()?;
    let row = house.store.lot(lot).await?.ok_or_else(|| Failure::not_found("auction"))?;
    let (records, total) = house.store.log(lot, after, page, limit).await?;
    let show = |(record, before): &(gavel_engine::Record, [u8; 32])| {
        view::log_event(&house.key, &row.lot, record, before)
    };
    Ok(Json(Page {
        data: records.iter().map(show).collect(),
        pagination: Pagination::new(page, limit, total),
    }))
}
