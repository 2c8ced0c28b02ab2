//! How one wants to be told.

use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::{Body, Checks, Key};
use crate::http::once::Once;
use crate::sessions::Member;
use crate::view::notices;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_domain::UserId;
use gavel_engine::ports::StoreError;
use gavel_store::Ways;
use gavel_wire::{ApiError, NotificationSettings};
use std::collections::HashSet;

/// Of what one is told, and how.
#[utoipa::path(
    get, path = "/users/me/notification-settings", operation_id = "getMyNotificationSettings", tag = "Mine", security(("session" = [])),
    responses(
        (status = 200, body = NotificationSettings),
    ),
)]
pub(in crate::http) async fn get(
    State(house): State<App>,
    member: Member,
) -> Answer<Json<NotificationSettings>> {
    let settings = house.store.notice_settings(UserId(member.id)).await?;
    Ok(Json(notices::settings(&settings)))
}

/// Choose of what one is told, and how. Kinds that are left out stay as they are.
#[utoipa::path(
    put, path = "/users/me/notification-settings", operation_id = "setMyNotificationSettings", tag = "Mine", security(("session" = [])),
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    request_body = NotificationSettings,
    responses(
        (status = 200, body = NotificationSettings),
        (status = 403, body = ApiError, description = "USER_BANNED, FORBIDDEN"),
    ),
)]
pub(in crate::http) async fn set(
    State(house): State<App>,
    member: Member,
    Key(key): Key,
    Body(request): Body<NotificationSettings>,
) -> Answer<Response> {
    check(&request)?;
    let ask = serde_json::to_vec(&request).expect("settings are always JSON");
    let once = Once::new(member.id, key, &[b"notification settings", &ask]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let me = UserId(member.id);
    let mut settings = house.store.notice_settings(me).await?;
    for one in &request.settings {
        settings.set(notices::kind_of(one.kind), Ways { app: one.app, mail: one.mail });
    }
    let answer = notices::settings(&settings);
    let keep = once.keep(&house, StatusCode::OK, Some(&answer));
    let done = house.store.set_notice_settings(me, &settings, keep).await;
    once.finish(&house, done.map_err(StoreError::from)?, StatusCode::OK, Some(&answer)).await
}

fn check(request: &NotificationSettings) -> Answer<()> {
    let (mut known, mut checks) = (HashSet::new(), Checks::default());
    for (place, one) in request.settings.iter().enumerate() {
        let field = format!("settings[{place}].kind");
        checks.require(known.insert(one.kind), &field, "is there twice");
    }
    checks.done()
}
