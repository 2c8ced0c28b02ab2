//! Where one is signed in.

use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Key, Named};
use crate::http::once::{NOTHING, Once};
use crate::sessions::{Member, Pass};
use crate::view::people;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_wire::Session;

fn current(member: &Member) -> Option<[u8; 32]> {
    match member.pass {
        Pass::Session(hash) => Some(hash),
        Pass::ApiToken(_) => None,
    }
}

/// Where one is signed in, latest first; at most a hundred.
#[utoipa::path(
    get, path = "/users/me/sessions", operation_id = "listMySessions", tag = "Accounts",
    security(("session" = [])),
    responses(
        (status = 200, body = Vec<Session>),
    ),
)]
pub(in crate::http) async fn list(
    State(house): State<App>,
    member: Member,
) -> Answer<Json<Vec<Session>>> {
    let rows = house.store.sessions(member.id, house.now()).await?;
    let current = current(&member);
    Ok(Json(rows.into_iter().map(|row| people::session(row, current)).collect()))
}

/// Sign out somewhere.
#[utoipa::path(
    delete, path = "/users/me/sessions/{id}", operation_id = "endMySession", tag = "Accounts",
    security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The session"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    responses(
        (status = 204, description = "Ended, and its sockets closed"),
    ),
)]
pub(in crate::http) async fn end(
    State(house): State<App>,
    member: Member,
    Named(id): Named,
    Key(key): Key,
) -> Answer<Response> {
    let once = Once::new(member.id, key, &[b"end session", &id.to_be_bytes()]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let keep = once.keep(&house, StatusCode::NO_CONTENT, NOTHING);
    let Some(done) = house.store.end_session_of(member.id, id, keep).await? else {
        return once.or_before(&house, Failure::not_found("session")).await;
    };
    house.account_changed(member.id);
    once.finish(&house, done, StatusCode::NO_CONTENT, NOTHING).await
}

/// Sign out everywhere else. With an API token: everywhere.
#[utoipa::path(
    delete, path = "/users/me/sessions", operation_id = "endMyOtherSessions", tag = "Accounts",
    security(("session" = [])),
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    responses(
        (status = 204, description = "Ended, and their sockets closed"),
    ),
)]
pub(in crate::http) async fn end_others(
    State(house): State<App>,
    member: Member,
    Key(key): Key,
) -> Answer<Response> {
    let once = Once::new(member.id, key, &[b"end other sessions"]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let keep = once.keep(&house, StatusCode::NO_CONTENT, NOTHING);
    let done = house.store.end_sessions_of(member.id, current(&member), keep).await?;
    house.account_changed(member.id);
    once.finish(&house, done, StatusCode::NO_CONTENT, NOTHING).await
}
