//! Setting one's password anew by a mailed link.

use super::check_password;
use super::password::repeated;
use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Body, Checks, ClientAddress, Key};
use crate::http::once::{NOTHING, Once};
use crate::sessions::digest;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_wire::{ApiError, ResetPasswordRequest};

/// Set one's password anew, by what a mailed link carries. All sessions end; sign in with the new
/// password then.
#[utoipa::path(
    post, path = "/auth/password/reset", operation_id = "resetPassword", tag = "Accounts",
    request_body = ResetPasswordRequest,
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    responses(
        (status = 204, description = "The password is set; the token is used up"),
        (status = 400, body = ApiError, description = "VALIDATION_ERROR; of `token` where it opens nothing"),
    ),
)]
pub(in crate::http) async fn reset(
    State(house): State<App>,
    ClientAddress(from): ClientAddress,
    Key(key): Key,
    Body(request): Body<ResetPasswordRequest>,
) -> Answer<Response> {
    house.limits.sign_in(from).await?;
    let mut checks = Checks::default();
    check_password(&mut checks, "newPassword", &request.new_password);
    checks.done()?;
    let unknown = || Failure::field("token", "opens nothing (any more)");
    let hash = digest(&request.token);
    let found = house.store.reset(hash).await?.ok_or_else(unknown)?;
    let account = found.account;
    let once = Once::new(account, key, &[b"reset password", &hash]);
    if let Some(answer) = once.before(&house).await? {
        return repeated(&house, account, request.new_password).await.map(|()| answer);
    }
    if found.expires_at <= house.now() {
        return Err(unknown());
    }
    let new = house.passwords.hash(request.new_password).await?;
    let keep = once.keep(&house, StatusCode::NO_CONTENT, NOTHING);
    let done = house.store.reset_password(hash, account, &new, house.now(), keep).await?;
    let Some(done) = done else { return once.or_before(&house, unknown()).await };
    house.account_changed(account);
    once.finish(&house, done, StatusCode::NO_CONTENT, NOTHING).await
}
