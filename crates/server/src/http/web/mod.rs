//! The web app, from inside the binary: its files as they are, its pages with what they need first.

mod head;
mod language;
mod page;
mod seed;

use super::error::Failure;
use crate::house::App;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gavel_wire::ErrorCode;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// How a file may be sent smaller, the smallest first: the coding's name, and the end of the name of
/// the twin that the build has laid beside the file.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Serves a file of the web app, or a page, which finds its way by the address.
pub(super) async fn show(State(house): State<App>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let message = "This cannot be done to this address.";
        return Failure::new(ErrorCode::MethodNotAllowed, message).into_response();
    }
    let path = request.uri().path().trim_start_matches('/').to_owned();
    if is_page(&path) {
        return page::show(&house, request).await;
    }
    match Dist::get(&path) {
        Some(file) => answer(&path, &file, request.headers()),
        None if path.starts_with("assets/") => {
            (StatusCode::NOT_FOUND, "no such file").into_response()
        }
        None => page::show(&house, request).await,
    }
}

/// Whether an address is a page's, although the build may have a file of this name.
fn is_page(path: &str) -> bool {
    path.is_empty() || path.ends_with(".html") || path.ends_with(".json")
}

fn answer(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    // Vite names the files in assets/ by their content.
    let keep = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let hash = &file.metadata.sha256_hash()[..16];
    let twin = smaller(path, headers);
    let coding = twin.as_ref().map_or("", |(coding, _)| coding);
    // The same file in another coding is another answer.
    let tag = format!("\"{}{coding}\"", gavel_engine::chain::hex(hash));
    let known = is_known(headers, &tag);
    let common = [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, keep.to_owned()),
        (header::VARY, "accept-encoding".to_owned()),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = [(header::CONTENT_TYPE, kind_of(path, file))];
    let Some((coding, twin)) = twin else {
        return (common, kind, file.data.clone().into_owned()).into_response();
    };
    let coding = [(header::CONTENT_ENCODING, HeaderValue::from_static(coding))];
    (common, kind, coding, twin.data.into_owned()).into_response()
}

/// The smallest twin of a file that the client can read.
fn smaller(path: &str, headers: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let readable = CODINGS.iter().filter(|(coding, _)| accepts(headers, coding));
    let mut twins = readable.filter_map(|(coding, end)| {
        let twin = Dist::get(&format!("{path}{end}"))?;
        Some((*coding, twin))
    });
    twins.next()
}

/// Whether a client takes a coding by its name; one that it takes with no weight it does not.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut all = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    all.any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

/// Whether the client has what a tag stands for.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut all = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    all.any(|one| one.trim().trim_start_matches("W/") == tag)
}

fn kind_of(path: &str, file: &EmbeddedFile) -> String {
    if path.ends_with(".webmanifest") {
        return "application/manifest+json".to_owned();
    }
    let kind = file.metadata.mimetype();
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}
