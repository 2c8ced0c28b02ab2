//! What is a seller's own, published or not.

use super::checks;
use super::create::Pictures;
use crate::house::App;
use crate::http::error::{Answer, Failure, internal};
use crate::http::once::Once;
use crate::sessions::Member;
use crate::view;
use axum::http::StatusCode;
use axum::response::Response;
use gavel_domain::{LotId, Money, Refusal, UserId};
use gavel_engine::Rejected;
use gavel_engine::ports::StoreError;
use gavel_store::{Done, DraftRow, LotRow, NewDraft};
use gavel_wire::{AuctionStatus, CreateAuctionRequest, CreateAuctionResponse, ErrorCode};
use serde::Serialize;

/// Drafts that a user may have.
const DRAFTS_MAX: u32 = 100;

/// Something of one's own.
pub(super) enum Own {
    Draft(DraftRow),
    Lot(Box<LotRow>),
}

/// A lot or draft, for its seller.
///
/// # Errors
/// There is none; it is another's, which of a draft is not told.
pub(super) async fn own(house: &App, member: &Member, id: LotId) -> Answer<Own> {
    let me = UserId(member.id);
    // The draft first: published in between, it is found stale, and not missed.
    let draft = house.store.draft(id).await?;
    if let Some(draft) = draft.filter(|draft| draft.seller == me) {
        return Ok(Own::Draft(draft));
    }
    let row = house.store.lot(id).await?.ok_or_else(|| Failure::not_found("auction"))?;
    if row.lot.terms().seller != me {
        let current = Money::ZERO;
        return Err(Rejected::Refused { refusal: Refusal::Forbidden, current }.into());
    }
    Ok(Own::Lot(Box::new(row)))
}

/// Keeps a new draft.
pub(super) async fn keep(
    house: &App,
    member: &Member,
    once: &Once,
    request: CreateAuctionRequest,
    pictures: Pictures,
) -> Answer<Response> {
    if let Some(answer) = once.before(house).await? {
        return Ok(answer);
    }
    checks::draft(&request)?;
    house.limits.edit(member.id).await?;
    let (images, fresh) = pictures.ready(house, member.id).await?;
    let id = LotId(house.new_id());
    let request = CreateAuctionRequest { draft: true, ..request };
    let draft = NewDraft {
        id,
        seller: UserId(member.id),
        request: text(&request),
        images,
        at: house.now(),
    };
    let status = AuctionStatus::Draft;
    let body = CreateAuctionResponse { auction_id: view::id(id.0), status };
    let kept = once.keep(house, StatusCode::CREATED, Some(&body));
    let added = house.store.add_draft(draft, DRAFTS_MAX, kept).await?;
    if added != Some(Done::Now) {
        house.pictures.drop(&fresh).await;
    }
    let full = "You have 100 drafts. Publish or delete one first.";
    answer(house, once, added, StatusCode::CREATED, Some(&body), full).await
}

/// Throws a draft away.
pub(super) async fn drop(house: &App, once: &Once, id: LotId) -> Answer<Response> {
    let kept = once.keep::<()>(house, StatusCode::NO_CONTENT, None);
    let dropped = house.store.drop_draft(id, kept).await?;
    answer::<()>(house, once, dropped, StatusCode::NO_CONTENT, None, CHANGED).await
}

/// Said where something changed between being read and being written.
pub(super) const CHANGED: &str = "It has changed meanwhile. Look again, then try again.";

/// The answer to a change of a draft, or, where it was not carried out, why.
pub(super) async fn answer<T: Serialize>(
    house: &App,
    once: &Once,
    done: Option<Done>,
    status: StatusCode,
    body: Option<&T>,
    otherwise: &str,
) -> Answer<Response> {
    match done {
        Some(done) => once.finish(house, done, status, body).await,
        // Its twin may have been first, and be the reason.
        None => match once.unless_logged(house).await? {
            Some(answer) => Ok(answer),
            None => Err(Failure::new(ErrorCode::Conflict, otherwise)),
        },
    }
}

/// A request as it is kept.
pub(super) fn text(request: &CreateAuctionRequest) -> String {
    serde_json::to_string(request).expect("a request is always JSON")
}

/// The request that a draft holds.
///
/// # Errors
/// The draft cannot be read.
pub(super) fn request_of(draft: &DraftRow) -> Answer<CreateAuctionRequest> {
    serde_json::from_str(&draft.request).map_err(|error| {
        let error = StoreError::Damaged(format!("a draft: {error}"));
        tracing::error!(%error, "cannot read a draft");
        internal()
    })
}
