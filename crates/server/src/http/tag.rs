//! Answers that a client need not be sent twice.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Answers in JSON with an ETag, or 304 without a body where the client has this very answer.
///
/// The tag is of the answer itself, so it changes with whatever is seen in it, and only then.
pub(super) fn tagged(asked: &HeaderMap, body: &impl Serialize) -> Response {
    let body = serde_json::to_vec(body).expect("an answer is always JSON");
    let digest = Sha256::digest(&body);
    let tag = format!("\"{}\"", gavel_engine::chain::hex(&digest[..16]));
    let known = asked.get_all(header::IF_NONE_MATCH).iter().any(|known| {
        let known = known.to_str().unwrap_or_default();
        known.trim() == "*"
            || known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
    });
    let tag = [(header::ETAG, tag)];
    if known {
        (StatusCode::NOT_MODIFIED, tag).into_response()
    } else {
        (tag, [(header::CONTENT_TYPE, "application/json")], body).into_response()
    }
}
