//! Who did what.

use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::{Admin, Params};
use crate::view::people;
use axum::Json;
use axum::extract::State;
use gavel_store::Action;
use gavel_wire::{ApiError, AuditAction, AuditEntry, Page, Pagination};

/// Who did what to whom, when, why, newest first: what admins did, and sign-ins that were refused.
#[utoipa::path(
    get, path = "/admin/audit", operation_id = "listAudit", tag = "In charge", security(("session" = [])),
    params(
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
        ("action" = Option<AuditAction>, Query, description = "Only these"),
    ),
    responses(
        (status = 200, body = Page<AuditEntry>),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
    ),
)]
pub(in crate::http) async fn list(
    State(house): State<App>,
    _: Admin,
    mut params: Params,
) -> Answer<Json<Page<AuditEntry>>> {
    let words = Action::ALL.map(|action| (action.word(), Some(action)));
    let action = params.one_of("action", &words, None);
    let (page, limit) = params.page();
    params.done()?;
    let found = house.store.audit(action, page, limit).await?;
    Ok(Json(Page {
        data: found.rows.into_iter().map(people::audit_entry).collect(),
        pagination: Pagination::new(page, limit, found.total),
    }))
}
