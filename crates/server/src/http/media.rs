//! Pictures.

use super::error::{Answer, Failure, unavailable};
use crate::house::App;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};

/// Serves a picture. Its name never stands for another, so it may be kept for ever.
pub(super) async fn show(State(house): State<App>, uri: Uri) -> Answer<Response> {
    let name = uri.path().rsplit('/').next().unwrap_or_default();
    let found = house.pictures.read(name).await.map_err(|error| {
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
