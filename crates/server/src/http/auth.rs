//! Sign-up, sign-in, sign-out.

use super::account::{PASSWORD_BYTES_MAX, check_address, check_name, check_password};
use super::error::{Answer, Failure};
use super::extract::{Body, Checks, Key, Viewer, banned, plain_part, session_token};
use super::once::{NOTHING, Once};
use crate::house::App;
use crate::sessions::{Device, LASTS_MS, Pass, digest};
use crate::view;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gavel_store::{Account, Action, AuditEntry, NewAccount, Role};
use gavel_wire::{ApiError, ErrorCode, LoginRequest, RegisterRequest, User};

/// Characters that are noted of an address that was tried.
const NOTED_CHARS_MAX: usize = 254;

/// Sign up, and in.
#[utoipa::path(
    post, path = "/auth/register", operation_id = "register", tag = "Accounts", request_body = RegisterRequest,
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    responses(
        (status = 200, body = User, description = "Signed up before, by this very request; signed in"),
        (status = 201, body = User, description = "Signed up and in; the cookie is set"),
        (status = 403, body = ApiError, description = "USER_BANNED, FORBIDDEN from another site"),
        (status = 409, body = ApiError, description = "EMAIL_TAKEN"),
    ),
)]
pub(super) async fn register(
    State(house): State<App>,
    device: Device,
    Key(key): Key,
    Body(request): Body<RegisterRequest>,
) -> Answer<Response> {
    let (email, name) = (request.email.trim(), request.display_name.trim());
    check(email, name, &request.password)?;
    house.limits.sign_in(device.address).await?;
    let once = Once::new(ANYBODY, key.clone(), &[b"register", email.as_bytes(), name.as_bytes()]);
    // A twin of this very sign-up is known by its address, below.
    once.unless_logged(&house).await?;
    let password_hash = house.passwords.hash(request.password.clone()).await?;
    let account = Account {
        id: house.new_id(),
        email: email.to_owned(),
        display_name: name.to_owned(),
        role: Role::User,
        banned: false,
        created_at: house.now(),
    };
    let new = NewAccount::of(&account, &password_hash);
    let keep = once.keep(&house, StatusCode::CREATED, NOTHING);
    if !house.store.add_account_keeping(new, keep).await? {
        if key.is_some()
            && let Some(account) =
                same_sign_up(&house, request.password.clone(), email, name).await?
        {
            return signed_in(&house, StatusCode::OK, &account, &device).await;
        }
        return Err(taken());
    }
    signed_in(&house, StatusCode::CREATED, &account, &device).await
}

/// Whose the keys of those are who have no account yet.
const ANYBODY: u128 = 0;

/// The account that this very sign-up made, when its answer was lost and it is asked again with a
/// key: who knows the password may as well be signed in.
pub(super) async fn same_sign_up(
    house: &App,
    password: String,
    email: &str,
    name: &str,
) -> Answer<Option<Account>> {
    let Some((account, phc)) = house.store.account_by_email(email).await? else { return Ok(None) };
    let right = house.passwords.verify(password, Some(phc)).await?;
    Ok((right && !account.banned && account.display_name == name).then_some(account))
}

/// Holds a sign-up to what is possible.
pub(super) fn check(email: &str, name: &str, password: &str) -> Answer<()> {
    let mut checks = Checks::default();
    check_address(&mut checks, email);
    check_name(&mut checks, name);
    check_password(&mut checks, "password", password);
    checks.done()
}

/// The refusal of an address that is somebody's.
pub(super) fn taken() -> Failure {
    Failure::new(ErrorCode::EmailTaken, "This address has an account already.")
        .detail("email", "has an account already")
}

/// Sign in.
#[utoipa::path(
    post, path = "/auth/login", operation_id = "signIn", tag = "Accounts", request_body = LoginRequest,
    responses(
        (status = 200, body = User, description = "Signed in; the cookie is set"),
        (status = 401, body = ApiError, description = "INVALID_CREDENTIALS"),
        (status = 429, body = ApiError, description = "RATE_LIMITED: by address and by account"),
    ),
)]
pub(super) async fn login(
    State(house): State<App>,
    device: Device,
    Body(request): Body<LoginRequest>,
) -> Answer<Response> {
    let email = request.email.trim();
    house.limits.sign_in(device.address).await?;
    if let Err(limited) = house.limits.guess(email).await {
        // Whoever guesses from elsewhere must not keep its owner out.
        let address = device.address.to_string();
        if !house.store.has_signed_in_from(email, &address, house.now()).await? {
            return Err(limited);
        }
    }
    let fits = request.password.len() <= PASSWORD_BYTES_MAX && email.len() <= 1_024;
    let (account, phc) = match fits {
        true => house.store.account_by_email(email).await?.unzip(),
        false => (None, None),
    };
    let right = fits && house.passwords.verify(request.password, phc).await?;
    let Some(account) = account.as_ref().filter(|_| right) else {
        note(&house, Action::SignInFailed, account.as_ref(), email, &device).await?;
        return Err(Failure::new(ErrorCode::InvalidCredentials, "Wrong address or password."));
    };
    if account.banned {
        note(&house, Action::SignInBanned, Some(account), email, &device).await?;
        return Err(banned(&house, account.id).await?);
    }
    signed_in(&house, StatusCode::OK, account, &device).await
}

/// Notes for those in charge that a sign-in was refused.
async fn note(
    house: &App,
    action: Action,
    account: Option<&Account>,
    email: &str,
    device: &Device,
) -> Answer<()> {
    let tried = plain_part(email, NOTED_CHARS_MAX);
    let entry = AuditEntry {
        id: house.new_id(),
        at: house.now(),
        actor: None,
        action,
        account: account.map(|account| account.id),
        lot: None,
        reason: None,
        detail: Some(format!("{tried} from {}", device.address)),
    };
    Ok(house.store.note(&entry).await?)
}

/// Signs somebody in, who has shown who they are.
pub(super) async fn signed_in(
    house: &App,
    status: StatusCode,
    account: &Account,
    device: &Device,
) -> Answer<Response> {
    let Some(token) = house.sessions.start(account.id, device, house.now()).await? else {
        return Err(banned(house, account.id).await?);
    };
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
    responses(
        (status = 204, description = "Signed out; the cookie is cleared"),
    ),
)]
pub(super) async fn logout(State(house): State<App>, headers: HeaderMap) -> Answer<Response> {
    if let Some(token) = session_token(&headers) {
        let found = house.sessions.find(Pass::session(token), house.now()).await?;
        // One that a ban has ended stays, so that who comes with it is told of the ban.
        if let Some(found) = found.filter(|found| !found.ended) {
            house.store.end_session(digest(token)).await?;
            house.account_changed(found.account.id);
        }
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
    ),
)]
pub(super) async fn me(Viewer(member): Viewer) -> Answer<Json<User>> {
    // A banned user is nobody here: pages ask this to know whether anybody is signed in.
    let member = member.ok_or_else(|| Failure::new(ErrorCode::Unauthorized, "Please sign in."))?;
    Ok(Json(view::user(&member)))
}
