//! Categories.

use super::error::Answer;
use super::tag::tagged;
use crate::house::App;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use gavel_wire::Category;

/// Categories shown at most.
const SHOWN_MAX: u32 = 200;

/// The house's categories, and how many lots in each take bids.
#[utoipa::path(
    get, path = "/categories", operation_id = "listCategories", tag = "Lots",
    params(("If-None-Match" = Option<String>, Header, description = "ETag of what is known")),
    responses(
        (status = 200, body = Vec<Category>, headers(("ETag" = String))),
        (status = 304, description = "It is as known"),
    ),
)]
pub(super) async fn list(State(house): State<App>, headers: HeaderMap) -> Answer<Response> {
    Ok(tagged(&headers, &all(&house).await?))
}

/// All of them that are shown.
pub(super) async fn all(house: &App) -> Answer<Vec<Category>> {
    let rows = house.store.categories(house.now(), SHOWN_MAX).await?;
    let show = |row: gavel_store::CategoryRow| Category {
        slug: row.slug,
        name: row.name,
        active_count: row.active,
    };
    Ok(rows.into_iter().map(show).collect())
}
