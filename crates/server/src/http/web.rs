//! The web app, from inside the binary.

use super::error::Failure;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use gavel_wire::ErrorCode;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// Serves a file of the web app, or its page, which finds its way by the address.
pub(super) async fn show(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        let message = "This cannot be done to this address.";
        return Failure::new(ErrorCode::MethodNotAllowed, message).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Dist::get(path).filter(|_| !path.is_empty() && path != "index.html") {
        return answer(path, &file, &headers);
    }
    if path.starts_with("assets/") {
        return (StatusCode::NOT_FOUND, "no such file").into_response();
    }
    match Dist::get("index.html") {
        Some(page) => answer("index.html", &page, &headers),
        None => (
            StatusCode::NOT_FOUND,
            "This build has no web app in it: run `npm run build` in web/ and build again.",
        )
            .into_response(),
    }
}

fn answer(path: &str, file: &rust_embed::EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", gavel_engine::chain::hex(&file.metadata.sha256_hash()[..16]));
    // Vite names the files in assets/ by their content.
    let keep = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag.as_str());
    let common = [(header::ETAG, tag), (header::CACHE_CONTROL, keep.to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = file.metadata.mimetype();
    let kind =
        if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() };
    (common, [(header::CONTENT_TYPE, kind)], file.data.clone().into_owned()).into_response()
}
