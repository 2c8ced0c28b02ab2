//! Changing one's name and address.

use super::{check_address, check_name, confirm};
use crate::house::App;
use crate::http::auth::taken;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Body, Checks, ClientAddress, Key};
use crate::http::once::Once;
use crate::sessions::{Member, Pass};
use crate::view;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_store::{Account, Profile};
use gavel_wire::{ApiError, ErrorCode, UpdateMeRequest, User};

/// Change one's name, or the address to sign in with, which takes the password and a session.
#[utoipa::path(
    patch, path = "/users/me", operation_id = "updateMe", tag = "Accounts", security(("session" = [])),
    request_body = UpdateMeRequest,
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    responses(
        (status = 200, body = User, description = "As it is now"),
        (status = 401, body = ApiError, description = "UNAUTHORIZED, INVALID_CREDENTIALS"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "EMAIL_TAKEN"),
    ),
)]
pub(in crate::http) async fn update(
    State(house): State<App>,
    member: Member,
    ClientAddress(from): ClientAddress,
    Key(key): Key,
    Body(request): Body<UpdateMeRequest>,
) -> Answer<Response> {
    let asked = format!("{:?} {:?}", request.display_name, request.email);
    let once = Once::new(member.id, key, &[b"update me", asked.as_bytes()]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let profile = wanted(&member, &request)?;
    if profile.email.is_some() {
        if matches!(member.pass, Pass::ApiToken(_)) {
            let message = "The address cannot be changed with an API token.";
            return Err(Failure::new(ErrorCode::Forbidden, message));
        }
        let password = request.current_password;
        let password = password.ok_or_else(|| Failure::field("currentPassword", "is missing"))?;
        confirm(&house, &member, from, password).await?;
    }
    let Profile { email, display_name } = profile.clone();
    let shown = view::user(&Account {
        email: email.unwrap_or_else(|| member.email.clone()),
        display_name: display_name.unwrap_or_else(|| member.display_name.clone()),
        ..Account::clone(&member)
    });
    let keep = once.keep(&house, StatusCode::OK, Some(&shown));
    let done = house.store.set_profile(member.id, &profile, keep).await?;
    let Some(done) = done else { return once.or_before(&house, taken()).await };
    house.account_changed(member.id);
    once.finish(&house, done, StatusCode::OK, Some(&shown)).await
}

/// What a request changes about a member's name and address.
fn wanted(member: &Member, request: &UpdateMeRequest) -> Answer<Profile> {
    let given = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned());
    let (name, email) = (given(&request.display_name), given(&request.email));
    let mut checks = Checks::default();
    if let Some(name) = &name {
        check_name(&mut checks, name);
    }
    if let Some(email) = &email {
        check_address(&mut checks, email);
    }
    checks.done()?;
    // What is as it was is no change.
    Ok(Profile {
        email: email.filter(|email| *email != member.email),
        display_name: name.filter(|name| *name != member.display_name),
    })
}
