//! Who sells.

use super::error::{Answer, Failure};
use super::extract::{Named, Viewer};
use crate::house::App;
use crate::view::people;
use axum::Json;
use axum::extract::State;
use gavel_wire::{ApiError, SellerProfile};

/// A seller: whoever has listed a lot.
#[utoipa::path(
    get, path = "/users/{id}", operation_id = "getSeller", tag = "Lots",
    params(("id" = Uuid, Path, description = "The seller")),
    responses(
        (status = 200, body = SellerProfile),
        (status = 401, body = ApiError, description = "UNAUTHORIZED: a wrong API token"),
    ),
)]
pub(super) async fn get(
    State(house): State<App>,
    _: Viewer,
    Named(id): Named,
) -> Answer<Json<SellerProfile>> {
    let found = house.store.seller(id, house.now()).await?;
    let seller = found.ok_or_else(|| Failure::not_found("seller"))?;
    Ok(Json(people::seller(seller)))
}
