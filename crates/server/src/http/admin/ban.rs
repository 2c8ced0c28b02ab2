//! Banning users, and lifting bans.

use super::check_reason;
use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Admin, Body, Checks, Key, MaybeBody, Named};
use crate::http::once::{NOTHING, Once};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_store::{Account, Action, AuditEntry, Role};
use gavel_wire::{ApiError, BanRequest, ErrorCode, UnbanRequest};

/// Ban a user: their sessions and sockets end, and what they ask for is refused, at once. Bids and
/// auto-bids that were accepted before stand. Admins cannot be banned.
#[utoipa::path(
    post, path = "/admin/users/{id}/ban", operation_id = "banUser", tag = "In charge",
    security(("session" = [])), request_body = BanRequest,
    params(
        ("id" = Uuid, Path, description = "The user"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    responses(
        (status = 204, description = "Banned"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "CONFLICT: is banned already"),
    ),
)]
pub(in crate::http) async fn ban(
    State(house): State<App>,
    Admin(admin): Admin,
    Named(id): Named,
    Key(key): Key,
    Body(request): Body<BanRequest>,
) -> Answer<Response> {
    let mut checks = Checks::default();
    let reason = check_reason(&mut checks, &request.reason);
    checks.done()?;
    let once = Once::new(admin.id, key, &[b"ban", &id.to_be_bytes(), reason.as_bytes()]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let account = user(&house, id).await?;
    if account.role == Role::Admin {
        return Err(Failure::new(ErrorCode::Forbidden, "An admin cannot be banned."));
    }
    let entry = entry(&house, Action::UserBan, admin.id, id, Some(reason));
    let keep = once.keep(&house, StatusCode::NO_CONTENT, NOTHING);
    let Some(done) = house.store.ban(id, &entry, keep).await? else {
        let clash = Failure::new(ErrorCode::Conflict, "This user is banned already.");
        return once.or_before(&house, clash).await;
    };
    house.account_changed(id);
    once.finish(&house, done, StatusCode::NO_CONTENT, NOTHING).await
}

/// Lift a ban. The user may sign in again: their sessions stay ended, their API tokens work again. The
/// body may be left out.
#[utoipa::path(
    post, path = "/admin/users/{id}/unban", operation_id = "unbanUser", tag = "In charge",
    security(("session" = [])), request_body = Option<UnbanRequest>,
    params(
        ("id" = Uuid, Path, description = "The user"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    responses(
        (status = 204, description = "Not banned any more"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "CONFLICT: is not banned"),
    ),
)]
pub(in crate::http) async fn unban(
    State(house): State<App>,
    Admin(admin): Admin,
    Named(id): Named,
    Key(key): Key,
    MaybeBody(request): MaybeBody<UnbanRequest>,
) -> Answer<Response> {
    let mut checks = Checks::default();
    let reason = request.reason.map(|reason| check_reason(&mut checks, &reason));
    checks.done()?;
    let asked = format!("{reason:?}");
    let once = Once::new(admin.id, key, &[b"unban", &id.to_be_bytes(), asked.as_bytes()]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    user(&house, id).await?;
    let entry = entry(&house, Action::UserUnban, admin.id, id, reason);
    let keep = once.keep(&house, StatusCode::NO_CONTENT, NOTHING);
    let Some(done) = house.store.unban(id, &entry, keep).await? else {
        let clash = Failure::new(ErrorCode::Conflict, "This user is not banned.");
        return once.or_before(&house, clash).await;
    };
    house.account_changed(id);
    once.finish(&house, done, StatusCode::NO_CONTENT, NOTHING).await
}

async fn user(house: &App, id: u128) -> Answer<Account> {
    house.store.accounts(&[id]).await?.remove(&id).ok_or_else(|| Failure::not_found("user"))
}

fn entry(
    house: &App,
    action: Action,
    admin: u128,
    account: u128,
    reason: Option<String>,
) -> AuditEntry {
    AuditEntry {
        id: house.new_id(),
        at: house.now(),
        actor: Some(admin),
        action,
        account: Some(account),
        lot: None,
        reason,
        detail: None,
    }
}
