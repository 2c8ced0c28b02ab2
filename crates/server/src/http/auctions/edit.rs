//! Changing one's own lot.

use super::checks::{self, as_request, editable, merged, revised};
use super::create::about;
use super::drafts::{self, CHANGED, Own, own, request_of, text};
use crate::house::App;
use crate::http::error::{Answer, Failure, internal};
use crate::http::extract::{Body, Key, TheLot};
use crate::http::once::Once;
use crate::sessions::Member;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gavel_domain::{LotId, UserId};
use gavel_engine::Revision;
use gavel_store::{DraftRow, LotRow};
use gavel_wire::{ApiError, Auction, AuctionChanges};

/// Change a lot of your own: a draft, or while it has no bids.
#[utoipa::path(
    patch, path = "/auctions/{id}", operation_id = "editAuction", tag = "Selling", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    request_body = AuctionChanges,
    responses(
        (status = 200, body = Auction, description = "The lot as it is now"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "AUCTION_HAS_BIDS, AUCTION_ENDED, CONFLICT"),
        (status = 429, body = ApiError, description = "RATE_LIMITED, TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn edit(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
    Body(changes): Body<AuctionChanges>,
) -> Answer<Response> {
    let asked = serde_json::to_vec(&changes).expect("changes are always JSON");
    let once = Once::new(member.id, key, &[b"edit", &lot.0.to_be_bytes(), &asked]);
    // Before any check: what was possible when it was first asked may not be any more.
    if let Some(answer) = once.unless_logged(&house).await? {
        return Ok(answer);
    }
    let before = house.accepted_before(UserId(member.id), once.keyed().as_ref()).await?;
    if before.is_some() {
        return show(&house, &member, lot).await;
    }
    house.limits.edit(member.id).await?;
    match own(&house, &member, lot).await? {
        Own::Draft(draft) => edit_draft(&house, &member, &once, draft, &changes).await,
        Own::Lot(row) => revise(&house, &member, &once, &row, &changes).await,
    }
}

async fn edit_draft(
    house: &App,
    member: &Member,
    once: &Once,
    draft: DraftRow,
    changes: &AuctionChanges,
) -> Answer<Response> {
    if changes.draft == Some(false) {
        return Err(Failure::field("draft", "is ended by publishing it"));
    }
    let request = merged(request_of(&draft)?, changes);
    checks::draft(&request)?;
    let (id, before, request) = (draft.id, draft.request.clone(), text(&request));
    let edited = DraftRow { request: request.clone(), updated_at: house.now(), ..draft };
    let at = edited.updated_at;
    let shown = house.show_drafts(vec![edited], Some(member)).await?.pop();
    let kept = once.keep(house, StatusCode::OK, shown.as_ref());
    let done = house.store.edit_draft(id, &before, request, at, kept).await?;
    drafts::answer(house, once, done, StatusCode::OK, shown.as_ref(), CHANGED).await
}

async fn revise(
    house: &App,
    member: &Member,
    once: &Once,
    row: &LotRow,
    changes: &AuctionChanges,
) -> Answer<Response> {
    let now = house.now();
    editable(&row.lot, now)?;
    if changes.draft == Some(true) {
        return Err(Failure::field("draft", "cannot be: the lot is published"));
    }
    let request = merged(as_request(row), changes);
    let terms = revised(&request, &row.lot, now)?;
    let by = UserId(member.id);
    let about = about(&request);
    let (seen, keyed) = (row.head.version, once.keyed());
    let revision = Revision { lot: row.id, by, terms, about, seen, keyed };
    house.engine.revise(revision).await?;
    show(house, member, row.id).await
}

async fn show(house: &App, member: &Member, lot: LotId) -> Answer<Response> {
    let row = house.store.lot(lot).await?.ok_or_else(internal)?;
    let shown = house.show_lots(vec![row], Some(member)).await?.pop().ok_or_else(internal)?;
    Ok(Json::<Auction>(shown).into_response())
}
