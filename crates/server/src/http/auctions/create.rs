//! Listing a lot.

use super::checks;
use super::drafts;
use super::upload::{Files, receive};
use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::{Key, still_admitted};
use crate::http::once::Once;
use crate::sessions::Member;
use crate::view;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gavel_domain::{Event, LotId, UserId};
use gavel_engine::{About, Accepted, Listing, Picture, Rejected};
use gavel_wire::{ApiError, AuctionStatus, CreateAuctionRequest, CreateAuctionResponse};

/// List a lot, or keep it as a draft. As multipart/form-data, the same fields and up to ten `images`.
#[utoipa::path(
    post, path = "/auctions", operation_id = "createAuction", tag = "Lots", security(("session" = [])),
    params(("X-Idempotency-Key" = Option<String>, Header, description = "1 to 128 characters")),
    request_body(content(
        (CreateAuctionRequest = "application/json"),
        (CreateAuctionRequest = "multipart/form-data"),
    )),
    responses(
        (status = 201, body = CreateAuctionResponse, description = "Listed, or kept as a draft"),
        (status = 200, body = CreateAuctionResponse, description = "Listed before, with this key"),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
        (status = 409, body = ApiError, description = "CONFLICT: too many drafts"),
        (status = 429, body = ApiError, description = "RATE_LIMITED, TOO_MANY_BIDS"),
    ),
)]
pub(in crate::http) async fn create(
    State(house): State<App>,
    member: Member,
    Key(key): Key,
    request: Request,
) -> Answer<Response> {
    let extensions = request.extensions().clone();
    let upload = receive(&house, member.id, request).await?;
    still_admitted(&extensions, &house).await?;
    let once = Once::new(member.id, key, &[b"list", &upload.digest]);
    let wanted = upload.request()?;
    let pictures = Pictures::Sent(upload.files);
    if wanted.draft {
        return drafts::keep(&house, &member, &once, wanted, pictures).await;
    }
    let new = NewLot { id: LotId(house.new_id()), request: wanted, pictures };
    Ok(answer(&list(&house, &member, &once, new).await?))
}

/// What a new lot is made of.
pub(super) struct NewLot {
    pub(super) id: LotId,
    pub(super) request: CreateAuctionRequest,
    pub(super) pictures: Pictures,
}

/// Where a lot's pictures come from.
pub(super) enum Pictures {
    /// They were sent with it.
    Sent(Files),
    /// Another lot has them too.
    Shared(Vec<Picture>),
    /// Its draft has them.
    OfDraft(Vec<Picture>),
}

impl Pictures {
    /// The pictures, and those of them that nobody else can have.
    pub(super) async fn ready(
        self,
        house: &App,
        sender: u128,
    ) -> Answer<(Vec<Picture>, Vec<Picture>)> {
        match self {
            Pictures::Sent(files) => {
                let pictures = files.develop(house, sender).await?;
                Ok((pictures.clone(), pictures))
            }
            Pictures::Shared(pictures) | Pictures::OfDraft(pictures) => Ok((pictures, Vec::new())),
        }
    }
}

/// Checks a lot and puts it up for sale. It counts against its seller's limit.
pub(super) async fn list(
    house: &App,
    member: &Member,
    once: &Once,
    new: NewLot,
) -> Answer<Accepted> {
    let seller = UserId(member.id);
    // Before any check: what was possible when it was first asked may not be any more.
    if let Some(accepted) = house.accepted_before(seller, once.keyed().as_ref()).await? {
        return Ok(accepted);
    }
    once.unless_logged(house).await?;
    let NewLot { id, request, pictures } = new;
    let terms = checks::terms(&request, seller, house.now())?;
    house.limits.auction(member.id).await?;
    let draft = matches!(pictures, Pictures::OfDraft(_));
    let (pictures, fresh) = pictures.ready(house, member.id).await?;
    let listing =
        Listing { lot: id, terms, about: about(&request), pictures, draft, keyed: once.keyed() };
    let listed = house.engine.list(listing).await;
    // An unknown outcome may have made the lot, so its pictures stay.
    let unused = match &listed {
        Ok(accepted) => accepted.replayed,
        Err(rejected) => *rejected != Rejected::Unavailable,
    };
    if unused {
        house.pictures.drop(&fresh).await;
    }
    Ok(listed?)
}

/// What a lot is about, as a request has it.
pub(super) fn about(request: &CreateAuctionRequest) -> About {
    About {
        title: request.title.trim().to_owned(),
        description: request.description.trim().to_owned(),
        category: request.category.clone(),
    }
}

/// The answer to a listing, made of its record alone.
pub(super) fn answer(accepted: &Accepted) -> Response {
    let code = if accepted.replayed { StatusCode::OK } else { StatusCode::CREATED };
    (code, Json(listed(accepted))).into_response()
}

/// What a listing is answered with.
pub(super) fn listed(accepted: &Accepted) -> CreateAuctionResponse {
    let record = &accepted.record;
    let scheduled = match &record.event {
        Event::Listed(terms) => terms.starts_at > record.at,
        _ => false,
    };
    let status = if scheduled { AuctionStatus::Scheduled } else { AuctionStatus::Active };
    CreateAuctionResponse { auction_id: view::id(record.lot.0), status }
}
