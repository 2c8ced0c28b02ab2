//! Sign-up, sign-in, sign-out.

use super::error::{Answer, Failure};
use super::extract::{Body, Checks, ClientAddress, Key, is_plain, session_token};
use crate::house::App;
use crate::sessions::{LASTS_MS, Member};
use crate::view;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gavel_store::{Account, NewAccount, Role};
use gavel_wire::{ApiError, ErrorCode, LoginRequest, RegisterRequest, User};

/// Sign up, and in.
#[utoipa::path(
    post, path = "/auth/register", operation_id = "register", tag = "Accounts", request_body = RegisterRequest,
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    responses(
        (status = 200, body = User, description = "Signed up before, by this very request; signed in"),
        (status = 201, body = User, description = "Signed up and in; the cookie is set"),
        (status = 400, body = ApiError, description = "VALIDATION_ERROR"),
        (status = 409, body = ApiError, description = "EMAIL_TAKEN"),
        (status = 429, body = ApiError, description = "RATE_LIMITED"),
    ),
)]
pub(super) async fn register(
    State(house): State<App>,
    ClientAddress(address): ClientAddress,
    Key(key): Key,
    Body(request): Body<RegisterRequest>,
) -> Answer<Response> {
    let (email, name) = (request.email.trim(), request.display_name.trim());
    check(email, name, &request.password)?;
    house.limits.sign_in(address)?;
    let password_hash = house.passwords.hash(request.password.clone()).await?;
    let account = Account {
        id: house.new_id(),
        email: email.to_owned(),
        display_name: name.to_owned(),
        role: Role::User,
        banned: false,
        created_at: house.now(),
    };
    let new = NewAccount {
        id: account.id,
        email,
        display_name: name,
        password_hash: &password_hash,
        role: account.role,
        created_at: account.created_at,
    };
    if !house.store.add_account(new).await? {
        if key.is_some()
            && let Some(account) =
                same_sign_up(&house, request.password.clone(), email, name).await?
        {
            return signed_in(&house, StatusCode::OK, &account).await;
        }
        return Err(Failure::new(ErrorCode::EmailTaken, "This address has an account already.")
            .detail("email", "has an account already"));
    }
    signed_in(&house, StatusCode::CREATED, &account).await
}

/// The account that this very sign-up made, when its answer was lost and it is asked again with a
/// key: who knows the password may as well be signed in.
async fn same_sign_up(
    house: &App,
    password: String,
    email: &str,
    name: &str,
) -> Answer<Option<Account>> {
    let Some((account, phc)) = house.store.account_by_email(email).await? else { return Ok(None) };
    let right = house.passwords.verify(password, Some(phc)).await?;
    Ok((right && !account.banned && account.display_name == name).then_some(account))
}

fn check(email: &str, name: &str, password: &str) -> Answer<()> {
    let mut checks = Checks::default();
    let name_length = name.chars().count();
    checks.require(is_address(email), "email", "must be an e-mail address");
    checks.require(
        (2..=50).contains(&name_length) && is_plain(name),
        "displayName",
        "must be 2 to 50 characters",
    );
    checks.require(
        (8..=128).contains(&password.chars().count()),
        "password",
        "must be 8 to 128 characters",
    );
    checks.done()
}

/// Whether a text has the shape of an address. Whether mail reaches it, only mail can tell.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"@".contains(c);
    text.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
        && domain.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
}

/// Sign in.
#[utoipa::path(
    post, path = "/auth/login", operation_id = "signIn", tag = "Accounts", request_body = LoginRequest,
    responses(
        (status = 200, body = User, description = "Signed in; the cookie is set"),
        (status = 400, body = ApiError, description = "VALIDATION_ERROR"),
        (status = 401, body = ApiError, description = "INVALID_CREDENTIALS"),
        (status = 403, body = ApiError, description = "USER_BANNED"),
        (status = 429, body = ApiError, description = "RATE_LIMITED"),
    ),
)]
pub(super) async fn login(
    State(house): State<App>,
    ClientAddress(address): ClientAddress,
    Body(request): Body<LoginRequest>,
) -> Answer<Response> {
    house.limits.sign_in(address)?;
    let wrong = || Failure::new(ErrorCode::InvalidCredentials, "Wrong address or password.");
    if request.password.len() > 1024 || request.email.len() > 1024 {
        return Err(wrong());
    }
    let (account, phc) = house.store.account_by_email(request.email.trim()).await?.unzip();
    let right = house.passwords.verify(request.password, phc).await?;
    let account = account.filter(|_| right).ok_or_else(wrong)?;
    if account.banned {
        return Err(Failure::new(ErrorCode::UserBanned, "This account is banned."));
    }
    signed_in(&house, StatusCode::OK, &account).await
}

async fn signed_in(house: &App, status: StatusCode, account: &Account) -> Answer<Response> {
    let token = house.sessions.start(account.id, house.now()).await?;
    let mut response = (status, Json(view::user(account))).into_response();
    set_cookie(&mut response, house, &token, LASTS_MS / 1_000);
    Ok(response)
}

fn set_cookie(response: &mut Response, house: &App, token: &str, seconds: i64) {
    let secure = if house.behind_tls() { "; Secure" } else { "" };
    let cookie =
        format!("session={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
}

/// Sign out. Does nothing for a guest.
#[utoipa::path(
    post, path = "/auth/logout", operation_id = "signOut", tag = "Accounts",
    responses((status = 204, description = "Signed out; the cookie is cleared")),
)]
pub(super) async fn logout(State(house): State<App>, headers: HeaderMap) -> Answer<Response> {
    if let Some(token) = session_token(&headers) {
        house.sessions.end(token).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&mut response, &house, "", 0);
    Ok(response)
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/auth/me", operation_id = "getMe", tag = "Accounts", security(("session" = [])),
    responses(
        (status = 200, body = User),
        (status = 401, body = ApiError, description = "UNAUTHORIZED"),
    ),
)]
pub(super) async fn me(member: Member) -> Json<User> {
    Json(view::user(&member))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for good in ["a@b.co", "Ann.Lee+lots@mail.example.org", "ü@exämple.org"] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@b.co", "a".repeat(65));
        for bad in ["", "a", "a@", "@b.co", "a@b", "a b@c.de", "a@b..co", "<a@b.co>", &long] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
