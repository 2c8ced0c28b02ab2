//! The first admin, by the link that the server prints while there is none.

use crate::house::{App, House};
use crate::http::auth::{check, same_sign_up, signed_in, taken};
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Body, Key};
use crate::sessions::{Device, as_text, digest};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_store::{Account, NewAccount, Role};
use gavel_wire::{ApiError, ErrorCode, FirstAdmin, FirstAdminRequest, User};

impl House {
    fn first_admin_token(&self) -> String {
        as_text(&self.key.secret("first admin"))
    }

    /// The link by which the first admin signs up, while there is none.
    pub(crate) async fn first_admin_link(&self) -> Option<String> {
        match self.store.has_admin().await {
            Ok(false) => Some(self.link(&format!("/first-admin#{}", self.first_admin_token()))),
            Ok(true) => None,
            Err(error) => {
                tracing::error!(%error, "cannot look whether there is an admin");
                None
            }
        }
    }
}

/// Whether the house waits for its first admin.
#[utoipa::path(
    get, path = "/auth/first-admin", operation_id = "getFirstAdmin", tag = "Accounts",
    responses(
        (status = 200, body = FirstAdmin),
    ),
)]
pub(in crate::http) async fn get(State(house): State<App>) -> Answer<Json<FirstAdmin>> {
    Ok(Json(FirstAdmin { open: !house.store.has_admin().await? }))
}

/// Sign up as the first admin, with what the server's link carries; once.
#[utoipa::path(
    post, path = "/auth/first-admin", operation_id = "makeFirstAdmin", tag = "Accounts",
    request_body = FirstAdminRequest,
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    responses(
        (status = 200, body = User, description = "Signed up before, by this very request; signed in"),
        (status = 201, body = User, description = "Signed up and in; the cookie is set"),
        (status = 403, body = ApiError, description = "FORBIDDEN: a wrong token, or there is an admin"),
        (status = 409, body = ApiError, description = "EMAIL_TAKEN"),
    ),
)]
pub(in crate::http) async fn make(
    State(house): State<App>,
    device: Device,
    Key(key): Key,
    Body(request): Body<FirstAdminRequest>,
) -> Answer<Response> {
    house.limits.sign_in(device.address).await?;
    // Digests, so that the time a comparison takes tells nothing.
    if digest(&request.token) != digest(&house.first_admin_token()) {
        return Err(closed());
    }
    let (email, name) = (request.email.trim(), request.display_name.trim());
    check(email, name, &request.password)?;
    if house.store.has_admin().await? {
        let again = same_sign_up(&house, request.password.clone(), email, name).await?;
        let again = again.filter(|account| key.is_some() && account.role == Role::Admin);
        let account = again.ok_or_else(closed)?;
        return signed_in(&house, StatusCode::OK, &account, &device).await;
    }
    let password_hash = house.passwords.hash(request.password.clone()).await?;
    let account = Account {
        id: house.new_id(),
        email: email.to_owned(),
        display_name: name.to_owned(),
        role: Role::Admin,
        banned: false,
        created_at: house.now(),
    };
    let new = NewAccount::of(&account, &password_hash);
    match house.store.add_first_admin(new, house.new_id()).await? {
        Some(true) => signed_in(&house, StatusCode::CREATED, &account, &device).await,
        Some(false) => Err(taken()),
        None => Err(closed()),
    }
}

fn closed() -> Failure {
    Failure::new(ErrorCode::Forbidden, "This link does not make an admin (any more).")
}
