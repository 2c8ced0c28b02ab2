//! Categories.

use super::error::Answer;
use crate::house::App;
use axum::Json;
use axum::extract::State;
use gavel_wire::Category;

/// Categories shown at most.
const SHOWN_MAX: u32 = 200;

/// The house's categories, and how many lots in each take bids.
#[utoipa::path(
    get, path = "/categories", operation_id = "listCategories", tag = "Lots",
    responses((status = 200, body = Vec<Category>)),
)]
pub(super) async fn list(State(house): State<App>) -> Answer<Json<Vec<Category>>> {
    let rows = house.store.categories(house.now(), SHOWN_MAX).await?;
    let show = |row: gavel_store::CategoryRow| Category {
        slug: row.slug,
        name: row.name,
        active_count: row.active,
    };
    Ok(Json(rows.into_iter().map(show).collect()))
}
