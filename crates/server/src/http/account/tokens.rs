//! Keys for programs.

use crate::house::App;
use crate::http::error::{Answer, Failure, internal};
use crate::http::extract::{Body, Checks, InPerson, Key, Named, is_plain, session_token};
use crate::http::once::{NOTHING, Once, text};
use crate::sessions::{API_TOKEN_PREFIX, Member, as_text, digest, secret};
use crate::view::people;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use gavel_store::{ApiToken, Done, TOKENS_MAX};
use gavel_wire::{self as wire, ApiError, CreateTokenRequest, ErrorCode, NewApiToken};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// One's keys for programs, newest first; at most twenty.
#[utoipa::path(
    get, path = "/users/me/tokens", operation_id = "listMyTokens", tag = "Accounts",
    security(("session" = [])),
    responses(
        (status = 200, body = Vec<wire::ApiToken>),
    ),
)]
pub(in crate::http) async fn list(
    State(house): State<App>,
    member: Member,
) -> Answer<Json<Vec<wire::ApiToken>>> {
    let tokens = house.store.tokens(member.id).await?;
    Ok(Json(tokens.into_iter().map(people::api_token).collect()))
}

/// Make a key for programs. Its token is shown this once, and goes into `Authorization: Bearer …`.
/// Needs a session: an API token makes no others.
#[utoipa::path(
    post, path = "/users/me/tokens", operation_id = "createToken", tag = "Accounts",
    security(("session" = [])), request_body = CreateTokenRequest,
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    responses(
        (status = 201, body = NewApiToken, description = "Made, now or before by this very request"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "CONFLICT: there are twenty"),
    ),
)]
pub(in crate::http) async fn create(
    State(house): State<App>,
    InPerson(member, session): InPerson,
    Key(key): Key,
    headers: HeaderMap,
    Body(request): Body<CreateTokenRequest>,
) -> Answer<Response> {
    let name = request.name.trim();
    let mut checks = Checks::default();
    let fits = (1..=50).contains(&name.chars().count()) && is_plain(name);
    checks.require(fits, "name", "must be 1 to 50 characters");
    checks.done()?;
    let made = match &key {
        Some(key) => repeatable(session_token(&headers).unwrap_or_default(), key),
        None => secret()?,
    };
    let token = format!("{API_TOKEN_PREFIX}{made}");
    // What another session makes of the key is another token, so it is another request.
    let once = Once::new(member.id, key, &[b"create token", &session, name.as_bytes()]);
    if let Some(kept) = once.kept(&house).await? {
        return shown(&kept.body, token);
    }
    let (id, created_at) = (house.new_id(), house.now());
    let row = ApiToken { id, name: name.to_owned(), created_at, last_used_at: None };
    let made = people::api_token(row.clone());
    // Without its token, which is never kept.
    let keep = once.keep(&house, StatusCode::CREATED, Some(&made));
    match house.store.add_token(member.id, digest(&token), &row, keep).await? {
        Some(Done::Now) => shown(&text(Some(&made)), token),
        Some(Done::Before) | None => {
            let kept = once.kept(&house).await?.ok_or_else(full)?;
            shown(&kept.body, token)
        }
    }
}

fn full() -> Failure {
    let message = format!("You have {TOKENS_MAX} API tokens. Revoke one first.");
    Failure::new(ErrorCode::Conflict, message)
}

/// A key as it is kept, with its token.
fn shown(kept: &str, token: String) -> Answer<Response> {
    let mut body = serde_json::from_str::<Map<String, Value>>(kept).map_err(|_| internal())?;
    body.insert("token".to_owned(), Value::String(token));
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// The secret of a token that must be the same when it is asked for again with the same key: made
/// of the session's own secret, which nothing but the client keeps.
fn repeatable(session: &str, key: &str) -> String {
    let sha = Sha256::new().chain_update("gavel api token\0").chain_update(session);
    as_text(&sha.chain_update("\0").chain_update(key).finalize().into())
}

/// Take a key back; what is asked with it from now on is refused.
#[utoipa::path(
    delete, path = "/users/me/tokens/{id}", operation_id = "revokeToken", tag = "Accounts",
    security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The key"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    responses(
        (status = 204, description = "Revoked, and its sockets closed"),
    ),
)]
pub(in crate::http) async fn revoke(
    State(house): State<App>,
    member: Member,
    Named(id): Named,
    Key(key): Key,
) -> Answer<Response> {
    let once = Once::new(member.id, key, &[b"revoke token", &id.to_be_bytes()]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let keep = once.keep(&house, StatusCode::NO_CONTENT, NOTHING);
    let Some(done) = house.store.drop_token(member.id, id, keep).await? else {
        return once.or_before(&house, Failure::not_found("API token")).await;
    };
    house.account_changed(member.id);
    once.finish(&house, done, StatusCode::NO_CONTENT, NOTHING).await
}
