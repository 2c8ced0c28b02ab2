//! Pictures.

use super::error::{Answer, Failure, unavailable};
use crate::house::App;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// Serves a picture. Its name never stands for another, so it may be kept for ever.
pub(super) async fn show(State(house): State<App>, Path(name): Path<String>) -> Answer<Response> {
    let found = house.pictures.read(&name).await.map_err(|error| {
        tracing::error!(%error, "cannot read a picture");
        unavailable()
    })?;
    let bytes = found.ok_or_else(|| Failure::not_found("picture"))?;
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, bytes).into_response())
}
