//! The pictures of one's own lot.

use super::checks::editable;
use super::drafts::{self, CHANGED, Own, own};
use super::upload::{PICTURES_MAX, receive_pictures};
use crate::house::App;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{Body, Key, TheLot, still_admitted};
use crate::http::once::Once;
use crate::sessions::Member;
use crate::view;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use gavel_domain::LotId;
use gavel_engine::Picture;
use gavel_store::{Done, ImagesChange, ImagesOf};
use gavel_wire::{ApiError, AuctionImage, ImageOrderRequest};
use std::collections::HashMap;
use uuid::Uuid;

/// Add pictures to a lot of your own: to a draft, or while it has no bids.
#[utoipa::path(
    post, path = "/auctions/{id}/images", operation_id = "addImages", tag = "Selling", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    request_body(
        content_type = "multipart/form-data",
        description = "`images`: 1 to 10 files, JPEG, PNG or WebP of at most 10 MB each",
    ),
    responses(
        (status = 201, body = Vec<AuctionImage>, description = "All of the lot's pictures"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "AUCTION_HAS_BIDS, AUCTION_ENDED, CONFLICT"),
    ),
)]
pub(in crate::http) async fn add(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
    request: Request,
) -> Answer<Response> {
    // Strangers are refused before they send anything.
    own(&house, &member, lot).await?;
    let extensions = request.extensions().clone();
    let upload = receive_pictures(&house, member.id, request).await?;
    still_admitted(&extensions, &house).await?;
    let once = Once::new(member.id, key, &[b"images", &lot.0.to_be_bytes(), &upload.digest]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let (of, before) = changeable(&house, &member, lot).await?;
    if before.len() + upload.files.len() > PICTURES_MAX {
        return Err(Failure::field("images", "must be at most 10 in all"));
    }
    let fresh = upload.files.develop(&house, member.id).await?;
    let after = before.iter().chain(&fresh).copied().collect::<Vec<_>>();
    let body = view::images(lot, &after);
    let kept = once.keep(&house, StatusCode::CREATED, Some(&body));
    let done = change(&house, of, before, after, kept).await?;
    if done != Some(Done::Now) {
        house.pictures.drop(&fresh).await;
    }
    drafts::answer(&house, &once, done, StatusCode::CREATED, Some(&body), CHANGED).await
}

/// Take a picture from a lot of your own: from a draft, or while it has no bids.
#[utoipa::path(
    delete, path = "/auctions/{id}/images/{imageId}", operation_id = "deleteImage", tag = "Selling", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("imageId" = Uuid, Path, description = "The picture"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    responses(
        (status = 204, description = "Gone"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "AUCTION_HAS_BIDS, AUCTION_ENDED, CONFLICT"),
    ),
)]
pub(in crate::http) async fn remove(
    State(house): State<App>,
    TheLot(lot): TheLot,
    Path((_, image)): Path<(String, String)>,
    member: Member,
    Key(key): Key,
) -> Answer<Response> {
    let once = Once::new(member.id, key, &[b"no image", &lot.0.to_be_bytes(), image.as_bytes()]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let (of, before) = changeable(&house, &member, lot).await?;
    let image = image.parse::<Uuid>().ok().map(|id| id.as_u128());
    let after = before.iter().filter(|known| Some(known.id) != image).copied().collect::<Vec<_>>();
    if after.len() == before.len() {
        return Err(Failure::not_found("picture"));
    }
    let kept = once.keep::<()>(&house, StatusCode::NO_CONTENT, None);
    let done = change(&house, of, before, after, kept).await?;
    drafts::answer::<()>(&house, &once, done, StatusCode::NO_CONTENT, None, CHANGED).await
}

/// Put the pictures of a lot of your own in order: of a draft, or while it has no bids.
#[utoipa::path(
    put, path = "/auctions/{id}/images/order", operation_id = "orderImages", tag = "Selling", security(("session" = [])),
    params(
        ("id" = Uuid, Path, description = "The lot"),
        ("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters"),
    ),
    request_body = ImageOrderRequest,
    responses(
        (status = 200, body = Vec<AuctionImage>, description = "All of the lot's pictures"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "AUCTION_HAS_BIDS, AUCTION_ENDED, CONFLICT"),
    ),
)]
pub(in crate::http) async fn order(
    State(house): State<App>,
    TheLot(lot): TheLot,
    member: Member,
    Key(key): Key,
    Body(wanted): Body<ImageOrderRequest>,
) -> Answer<Response> {
    let asked = wanted.image_ids.iter().flat_map(|id| *id.as_bytes()).collect::<Vec<_>>();
    let once = Once::new(member.id, key, &[b"image order", &lot.0.to_be_bytes(), &asked]);
    if let Some(answer) = once.before(&house).await? {
        return Ok(answer);
    }
    let (of, before) = changeable(&house, &member, lot).await?;
    let after = in_order(&before, &wanted.image_ids)?;
    let body = view::images(lot, &after);
    let kept = once.keep(&house, StatusCode::OK, Some(&body));
    let done = change(&house, of, before, after, kept).await?;
    drafts::answer(&house, &once, done, StatusCode::OK, Some(&body), CHANGED).await
}

fn in_order(images: &[Picture], wanted: &[Uuid]) -> Answer<Vec<Picture>> {
    let mut left: HashMap<u128, Picture> = images.iter().map(|image| (image.id, *image)).collect();
    let found = wanted.iter().map_while(|id| left.remove(&id.as_u128())).collect::<Vec<_>>();
    if found.len() != wanted.len() || !left.is_empty() {
        return Err(Failure::field("imageIds", "must name every picture of the lot once"));
    }
    Ok(found)
}

/// The pictures of one's own lot, if they can be changed, and not too often.
async fn changeable(house: &App, member: &Member, lot: LotId) -> Answer<(ImagesOf, Vec<Picture>)> {
    house.limits.edit(member.id).await?;
    match own(house, member, lot).await? {
        Own::Draft(draft) => Ok((ImagesOf::Draft(lot), draft.images)),
        Own::Lot(row) => {
            editable(&row.lot, house.now())?;
            Ok((ImagesOf::Lot(lot), row.images))
        }
    }
}

/// Has a lot show other pictures, and shows them to everyone who looks at it.
/// Removes the files of pictures that no other lot has: what is taken away is not to be seen.
pub(super) async fn drop_unused(house: &App, gone: Vec<Picture>) -> Answer<()> {
    let ids = gone.iter().map(|image| image.id).collect::<Vec<_>>();
    let used = house.store.pictures_in_use(&ids).await?;
    let unused = gone.into_iter().filter(|image| !used.contains(&image.id)).collect::<Vec<_>>();
    // The sweep finds what this leaves behind.
    house.pictures.drop(&unused).await;
    Ok(())
}

async fn change(
    house: &App,
    of: ImagesOf,
    before: Vec<Picture>,
    after: Vec<Picture>,
    kept: Option<gavel_store::Keep>,
) -> Answer<Option<Done>> {
    let gone = before.iter().filter(|image| !after.contains(image)).copied().collect::<Vec<_>>();
    let change = ImagesChange { of, before, after, at: house.now() };
    let done = house.store.change_images(change, kept).await?;
    if done == Some(Done::Now) {
        house.hub.mark_stale(of.id());
        drop_unused(house, gone).await?;
    }
    Ok(done)
}
