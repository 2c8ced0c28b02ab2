//! The house's users.

use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::{Admin, Params, is_plain};
use crate::view::people;
use axum::Json;
use axum::extract::State;
use gavel_store::{Role, UserFilter};
use gavel_wire::{AdminUser, ApiError, Page, Pagination};

/// Characters that a search may have.
const SEARCH_CHARS_MAX: usize = 500;

/// The house's users, newest first.
#[utoipa::path(
    get, path = "/admin/users", operation_id = "listUsers", tag = "In charge", security(("session" = [])),
    params(
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
        ("search" = Option<String>, Query, description = "Part of an address or a name, or an identity"),
        ("role" = Option<String>, Query, description = "user or admin"),
        ("status" = Option<String>, Query, description = "active or banned"),
    ),
    responses(
        (status = 200, body = Page<AdminUser>),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
    ),
)]
pub(in crate::http) async fn list(
    State(house): State<App>,
    _: Admin,
    mut params: Params,
) -> Answer<Json<Page<AdminUser>>> {
    let role =
        params.one_of("role", &[("user", Some(Role::User)), ("admin", Some(Role::Admin))], None);
    let banned = params.one_of("status", &[("active", Some(false)), ("banned", Some(true))], None);
    let search = params.text("search").map(str::trim).filter(|text| !text.is_empty());
    let search = search.map(str::to_owned);
    let fits = |text: &String| text.chars().count() <= SEARCH_CHARS_MAX && is_plain(text);
    let fits = search.as_ref().is_none_or(fits);
    params.checks.require(fits, "search", "must be at most 500 characters of plain text");
    let (page, limit) = params.page();
    params.done()?;
    let found = house.store.users(&UserFilter { search, role, banned, page, limit }).await?;
    Ok(Json(Page {
        data: found.rows.into_iter().map(people::admin_user).collect(),
        pagination: Pagination::new(page, limit, found.total),
    }))
}
