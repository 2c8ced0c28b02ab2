//! What is one's own.

use super::error::Answer;
use super::extract::Params;
use crate::house::App;
use crate::sessions::Member;
use crate::view;
use axum::Json;
use axum::extract::State;
use gavel_domain::UserId;
use gavel_engine::ports::BidderRow;
use gavel_store::{Filter, Phase, Sort, StandingFilter};
use gavel_wire::{ApiError, Auction, AuctionStatus, MyBid, MyStanding, Page, Pagination};

/// The lots one has bid on: running ones first, then by their end, latest first.
#[utoipa::path(
    get, path = "/users/me/bids", operation_id = "listMyBids", tag = "Mine", security(("session" = [])),
    params(
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
        ("standing" = Option<MyStanding>, Query, description = "Only these"),
    ),
    responses(
        (status = 200, body = Page<MyBid>),
        (status = 400, body = ApiError, description = "VALIDATION_ERROR"),
        (status = 401, body = ApiError, description = "UNAUTHORIZED"),
    ),
)]
pub(super) async fn bids(
    State(house): State<App>,
    member: Member,
    mut params: Params,
) -> Answer<Json<Page<MyBid>>> {
    let words = [
        ("winning", StandingFilter::Winning),
        ("outbid", StandingFilter::Outbid),
        ("won", StandingFilter::Won),
        ("lost", StandingFilter::Lost),
        ("cancelled", StandingFilter::Cancelled),
    ];
    let standing = params.one_of("standing", &words, StandingFilter::Any);
    let (page, limit) = params.page();
    params.done()?;
    // Before the table: what is flushed to it in between is in both then, and not in neither.
    let recent = house.engine.last_bids(UserId(member.id));
    let found = house.store.bids_of(UserId(member.id), standing, page, limit).await?;
    let (rows, last): (Vec<_>, Vec<_>) = found.rows.into_iter().unzip();
    let lots = house.show_lots(rows, Some(&member)).await?;
    let show = |(auction, last): (Auction, BidderRow)| {
        let newer = |row: &&BidderRow| row.lot == last.lot && row.at >= last.at;
        let last = recent.iter().find(newer).copied().unwrap_or(last);
        MyBid {
            standing: standing_in(&auction),
            auction,
            last_amount: view::price(last.amount),
            max_amount: last.max.map(view::price),
            last_bid_at: view::time(last.at),
        }
    };
    Ok(Json(Page {
        data: lots.into_iter().zip(last).map(show).collect(),
        pagination: Pagination::new(page, limit, found.total),
    }))
}

fn standing_in(auction: &Auction) -> MyStanding {
    let leads = auction.viewer.as_ref().is_some_and(|viewer| viewer.is_highest_bidder);
    match (auction.status, leads) {
        (AuctionStatus::Cancelled, _) => MyStanding::Cancelled,
        (AuctionStatus::Sold, true) => MyStanding::Won,
        (AuctionStatus::Sold | AuctionStatus::Unsold | AuctionStatus::Ended, _) => MyStanding::Lost,
        (_, true) => MyStanding::Winning,
        (_, false) => MyStanding::Outbid,
    }
}

/// The lots one sells or has sold, newest first.
#[utoipa::path(
    get, path = "/users/me/auctions", operation_id = "listMyAuctions", tag = "Mine", security(("session" = [])),
    params(
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
    ),
    responses(
        (status = 200, body = Page<Auction>),
        (status = 400, body = ApiError, description = "VALIDATION_ERROR"),
        (status = 401, body = ApiError, description = "UNAUTHORIZED"),
    ),
)]
pub(super) async fn auctions(
    State(house): State<App>,
    member: Member,
    mut params: Params,
) -> Answer<Json<Page<Auction>>> {
    let (page, limit) = params.page();
    params.done()?;
    let filter = Filter {
        seller: Some(UserId(member.id)),
        sort: Sort::CreatedAt,
        descending: true,
        page,
        limit,
        ..Filter::of(Phase::Any, house.now())
    };
    let found = house.store.lots(&filter).await?;
    let pagination = Pagination::new(page, limit, found.total);
    Ok(Json(Page { data: house.show_lots(found.lots, Some(&member)).await?, pagination }))
}
