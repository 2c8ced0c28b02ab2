//! Changing one's password.

use super::{check_password, confirm};
use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Body, Checks, ClientAddress, InPerson, Key};
use crate::http::once::{NOTHING, Once};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_engine::Rejected;
use gavel_wire::{ApiError, ChangePasswordRequest, ErrorCode};

/// Change one's password. All other sessions end, and links to set it anew open nothing any more.
/// Needs a session: an API token cannot.
#[utoipa::path(
    post, path = "/auth/password", operation_id = "changePassword", tag = "Accounts",
    security(("session" = [])), request_body = ChangePasswordRequest,
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    responses(
        (status = 204, description = "Changed"),
        (status = 401, body = ApiError, description = "UNAUTHORIZED, INVALID_CREDENTIALS"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "CONFLICT"),
    ),
)]
pub(in crate::http) async fn change(
    State(house): State<App>,
    InPerson(member, session): InPerson,
    ClientAddress(from): ClientAddress,
    Key(key): Key,
    Body(request): Body<ChangePasswordRequest>,
) -> Answer<Response> {
    // No digest of a password is kept with the key; a repetition is known by the password that it
    // asks for.
    let once = Once::new(member.id, key, &[b"change password"]);
    if let Some(answer) = once.before(&house).await? {
        return repeated(&house, member.id, request.new_password).await.map(|()| answer);
    }
    let mut checks = Checks::default();
    check_password(&mut checks, "newPassword", &request.new_password);
    checks.done()?;
    let old = confirm(&house, &member, from, request.current_password).await?;
    let new = house.passwords.hash(request.new_password).await?;
    let keep = once.keep(&house, StatusCode::NO_CONTENT, NOTHING);
    let done = house.store.change_password(member.id, &old, &new, Some(session), keep).await?;
    let Some(done) = done else {
        let message = "Your password was changed elsewhere just now.";
        return once.or_before(&house, Failure::new(ErrorCode::Conflict, message)).await;
    };
    house.account_changed(member.id);
    once.finish(&house, done, StatusCode::NO_CONTENT, NOTHING).await
}

/// Whether a repeated request asks for the password that the account has: else it is another.
pub(super) async fn repeated(house: &App, account: u128, password: String) -> Answer<()> {
    let phc = house.store.password_of(account).await?;
    let fits = password.len() <= super::PASSWORD_BYTES_MAX;
    let same = fits && house.passwords.verify(password, phc).await?;
    if same { Ok(()) } else { Err(Rejected::KeyReused.into()) }
}
