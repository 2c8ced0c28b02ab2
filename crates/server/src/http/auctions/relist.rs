//! Selling the like of a lot again.

use super::checks::{as_request, merged};
use super::create::{self, NewLot, Pictures, list};
use super::drafts::{self, Own, own};
use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Key, MaybeBody, TheLot};
use crate::http::once::Once;
use crate::sessions::Member;
use axum::extract::State;
use axum::response::Response;
use gavel_domain::LotId;
use gavel_store::LotRow;
use gavel_wire::{
    ApiError, AuctionChanges, CreateAuctionRequest, CreateAuctionResponse, ErrorCode,
};

/// List a new lot like one of your own, with the same pictures and, where nothing else is said, the
/// same run time from now on. With `draft`, keep it as a draft. The body may be left out.
#[utoipa::path(
    post, path = "/auctions/{id}/relist", operation_id = "relistAuction", tag = "Selling", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    request_body = Option<AuctionChanges>,
    responses(
        (status = 201, body = CreateAuctionResponse, description = "Listed, or kept as a draft"),
        (status = 200, body = CreateAuctionResponse, description = "Listed before, with this key"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "CONFLICT: it is a draft, or too many are"),
        (status = 429, body = ApiError, description = "RATE_LIMITED, TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn relist(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
    MaybeBody(changes): MaybeBody<AuctionChanges>,
) -> Answer<Response> {
    let asked = serde_json::to_vec(&changes).expect("changes are always JSON");
    let once = Once::new(member.id, key, &[b"relist", &lot.0.to_be_bytes(), &asked]);
    let Own::Lot(row) = own(&house, &member, lot).await? else {
        return Err(Failure::new(ErrorCode::Conflict, "It is a draft: publish it."));
    };
    let request = like(&row, &changes);
    let pictures = Pictures::Shared(row.images);
    if changes.draft == Some(true) {
        return drafts::keep(&house, &member, &once, request, pictures).await;
    }
    let new = NewLot { id: LotId(house.new_id()), request, pictures };
    Ok(create::answer(&list(&house, &member, &once, new).await?))
}

/// The request for a lot like another, with some changes.
fn like(row: &LotRow, changes: &AuctionChanges) -> CreateAuctionRequest {
    let terms = row.lot.terms();
    let ran_s = terms.ends_at.since_ms(terms.starts_at).unsigned_abs().div_ceil(1_000);
    let as_before = CreateAuctionRequest {
        start_time: None,
        end_time: None,
        duration_seconds: Some(u32::try_from(ran_s).unwrap_or(u32::MAX)),
        ..as_request(row)
    };
    merged(as_before, changes)
}
