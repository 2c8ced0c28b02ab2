//! Asking for a link to set one's password anew.

use super::check_address;
use crate::house::App;
use crate::http::error::{Answer, unavailable};
use crate::http::extract::{Body, Checks, ClientAddress, Key};
use crate::http::once::{NOTHING, Once};
use crate::sessions::{digest, secret};
use axum::extract::State;
use axum::http::StatusCode;
use gavel_engine::ports::StoreError;
use gavel_store::{Mail, Resetting};
use gavel_wire::ForgotPasswordRequest;

/// How long a link is good for.
const LASTS_MS: i64 = 3_600_000;

/// Ask for a mail with a link to set one's password anew. Answered alike whether the address is
/// known or not; the link is good once, for an hour.
#[utoipa::path(
    post, path = "/auth/password/forgot", operation_id = "forgotPassword", tag = "Accounts",
    request_body = ForgotPasswordRequest,
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    responses(
        (status = 204, description = "A mail is on its way, if the address has an account"),
    ),
)]
pub(in crate::http) async fn forgot(
    State(house): State<App>,
    ClientAddress(from): ClientAddress,
    Key(key): Key,
    Body(request): Body<ForgotPasswordRequest>,
) -> Answer<StatusCode> {
    let email = request.email.trim().to_owned();
    let mut checks = Checks::default();
    check_address(&mut checks, &email);
    checks.done()?;
    house.limits.sign_in(from).await?;
    house.limits.forgot(&email).await?;
    // After the answer, so that its time tells nothing of what is found.
    let place = house.forgetful.clone().try_acquire_owned().map_err(|_| unavailable())?;
    tokio::spawn(async move {
        if let Err(error) = send_link(&house, &email, key).await {
            tracing::error!(%error, "cannot send a link to set a password anew");
        }
        drop(place);
    });
    Ok(StatusCode::NO_CONTENT)
}

async fn send_link(house: &App, email: &str, key: Option<String>) -> Result<(), StoreError> {
    let Some((account, _)) = house.store.account_by_email(email).await? else { return Ok(()) };
    if account.banned || !house.store.takes_mail().await? {
        return Ok(());
    }
    let (token, now) = (secret()?, house.now());
    let link = house.link(&format!("/reset-password#{token}"));
    let mail = Mail {
        id: house.new_id(),
        address: account.email,
        subject: "Set your password anew".to_owned(),
        body: format!(
            "Hello {},\n\nsomebody, hopefully you, asked to set the password of your account \
             anew. To do so, open this page within an hour:\n\n{link}\n\nIf it was not you, do \
             nothing: your password stays as it is.\n",
            account.display_name
        ),
        created_at: now,
        attempts: 0,
    };
    let resetting = Resetting { account: account.id, expires_at: now.plus_ms(LASTS_MS) };
    // Of a scope of their own: strangers must not use up the keys of those whose address they know.
    let scope = digest(&format!("forgot password {:x}", account.id));
    let (scope, _) = scope.split_first_chunk().expect("32 bytes hold 16");
    let once = Once::new(u128::from_be_bytes(*scope), key, &[b"forgot password"]);
    let keep = once.keep(house, StatusCode::NO_CONTENT, NOTHING);
    // Where enough links are on their way already, one more would only be a nuisance.
    if house.store.add_reset(digest(&token), resetting, &mail, keep).await? {
        house.bells.ring_for_mail();
    }
    Ok(())
}
