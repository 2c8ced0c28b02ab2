//! One lot.

use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{TheLot, Viewer};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gavel_wire::{ApiError, Auction};
use sha2::{Digest, Sha256};

/// A lot as it stands for whoever asks.
#[utoipa::path(
    get, path = "/auctions/{id}", operation_id = "getAuction", tag = "Lots",
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("If-None-Match" = Option<String>, Header, description = "ETag of what is known"),
    ),
    responses(
        (status = 200, body = Auction, headers(("ETag" = String))),
        (status = 304, description = "It is as known"),
        (status = 404, body = ApiError, description = "NOT_FOUND"),
    ),
)]
pub(in crate::http) async fn get(
    State(house): State<App>,
    TheLot(lot): TheLot,
    Viewer(viewer): Viewer,
    headers: HeaderMap,
) -> Answer<Response> {
    let row = house.store.lot(lot).await?.ok_or_else(|| Failure::not_found("auction"))?;
    let shown = house.show_lots(vec![row], viewer.as_ref()).await?;
    let body = serde_json::to_vec(&shown[0]).expect("a lot is always JSON");
    // The tag is of the answer itself, so it changes with whatever is seen in it, and only then.
    let digest = Sha256::digest(&body);
    let tag = format!("\"{}\"", gavel_engine::chain::hex(&digest[..16]));
    let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|known| {
        let known = known.to_str().unwrap_or_default();
        known.trim() == "*"
            || known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
    });
    let tag = [(header::ETAG, tag)];
    Ok(if known {
        (StatusCode::NOT_MODIFIED, tag).into_response()
    } else {
        (tag, [(header::CONTENT_TYPE, "application/json")], body).into_response()
    })
}
