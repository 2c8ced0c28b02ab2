//! Finding any lot.

use crate::house::App;
use crate::http::auctions::list::words;
use crate::http::error::Answer;
use crate::http::extract::{Admin, Params};
use axum::Json;
use axum::extract::State;
use gavel_domain::{Time, UserId};
use gavel_store::{Filter, Phase, Sort};
use gavel_wire::{AdminAuction, ApiError, AuctionStatus, Page, Pagination};
use uuid::Uuid;

/// Lots of every status, newest first, with who is behind them.
#[utoipa::path(
    get, path = "/admin/auctions", operation_id = "adminListAuctions", tag = "In charge", security(("session" = [])),
    params(
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
        ("status" = Option<AuctionStatus>, Query, description = "Only these; ended means sold or unsold"),
        ("search" = Option<String>, Query, description = "Words, each the beginning of one in title or description"),
        ("sellerId" = Option<Uuid>, Query, description = "Who sells"),
    ),
    responses(
        (status = 200, body = Page<AdminAuction>),
        (status = 403, body = ApiError, description = "FORBIDDEN, USER_BANNED"),
    ),
)]
pub(in crate::http) async fn list(
    State(house): State<App>,
    Admin(admin): Admin,
    params: Params,
) -> Answer<Json<Page<AdminAuction>>> {
    let asked = params.text("search").is_some_and(|search| !search.trim().is_empty());
    let filter = filter(params, house.now())?;
    let (page, limit) = (filter.page, filter.limit);
    if asked && filter.words.is_empty() {
        // Nothing but signs: no word begins with them.
        let pagination = Pagination::new(page, limit, 0);
        return Ok(Json(Page { data: Vec::new(), pagination }));
    }
    let found = house.store.lots(&filter).await?;
    let data = house.show_lots_in_charge(found.lots, &admin).await?;
    Ok(Json(Page { data, pagination: Pagination::new(page, limit, found.total) }))
}

fn filter(mut params: Params, now: Time) -> Answer<Filter> {
    let phases = [
        ("scheduled", Phase::Scheduled),
        ("active", Phase::Active),
        ("ended", Phase::Ended),
        ("sold", Phase::Sold),
        ("unsold", Phase::Unsold),
        ("cancelled", Phase::Cancelled),
    ];
    let phase = params.one_of("status", &phases, Phase::Any);
    let (page, limit) = params.page();
    let seller = params.number::<Uuid>("sellerId", "must be a UUID");
    let words = words(params.text("search").unwrap_or_default());
    params.done()?;
    Ok(Filter {
        words,
        seller: seller.map(|id| UserId(id.as_u128())),
        sort: Sort::CreatedAt,
        descending: true,
        page,
        limit,
        ..Filter::of(phase, now)
    })
}
