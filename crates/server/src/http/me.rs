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
use gavel_store::{Filter, LotRow, Phase, Sort, StandingFilter};
use gavel_wire::{Auction, AuctionStatus, MyBid, MyStanding, Page, Pagination};

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
        let newer = |row: &&BidderRow| row.lot == last.lot && row.position > last.position;
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

/// Which of one's own lots.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mine {
    Drafts,
    Lots(Phase),
    All,
}

/// The lots one sells or has sold: drafts first, then newest first.
#[utoipa::path(
    get, path = "/users/me/auctions", operation_id = "listMyAuctions", tag = "Mine", security(("session" = [])),
    params(
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
        ("status" = Option<AuctionStatus>, Query, description = "Only these; ended means sold or unsold"),
    ),
    responses(
        (status = 200, body = Page<Auction>),
    ),
)]
pub(super) async fn auctions(
    State(house): State<App>,
    member: Member,
    mut params: Params,
) -> Answer<Json<Page<Auction>>> {
    let words = [
        ("draft", Mine::Drafts),
        ("scheduled", Mine::Lots(Phase::Scheduled)),
        ("active", Mine::Lots(Phase::Active)),
        ("ended", Mine::Lots(Phase::Ended)),
        ("sold", Mine::Lots(Phase::Sold)),
        ("unsold", Mine::Lots(Phase::Unsold)),
        ("cancelled", Mine::Lots(Phase::Cancelled)),
    ];
    let mine = params.one_of("status", &words, Mine::All);
    let (page, limit) = params.page();
    params.done()?;
    let skip = u64::from(page - 1) * u64::from(limit);
    let (drafts, drafts_total) = match mine {
        Mine::Lots(_) => (Vec::new(), 0),
        _ => house.store.drafts_of(UserId(member.id), skip, limit).await?,
    };
    let (lots, lots_total) = match mine {
        Mine::Drafts => (Vec::new(), 0),
        Mine::Lots(phase) => own_lots(&house, &member, phase, skip, limit, limit).await?,
        Mine::All => {
            let left = limit - u32::try_from(drafts.len()).unwrap_or(limit).min(limit);
            let skip = skip.saturating_sub(drafts_total);
            own_lots(&house, &member, Phase::Any, skip, left, limit).await?
        }
    };
    let mut data = house.show_drafts(drafts, Some(&member)).await?;
    data.extend(house.show_lots(lots, Some(&member)).await?);
    Ok(Json(Page { data, pagination: Pagination::new(page, limit, drafts_total + lots_total) }))
}

/// Up to `count` of one's lots after the first `skip`, newest first, and how many there are. Found
/// by pages of `limit`: what is wanted lies on two of them at most.
async fn own_lots(
    house: &App,
    member: &Member,
    phase: Phase,
    skip: u64,
    count: u32,
    limit: u32,
) -> Answer<(Vec<LotRow>, u64)> {
    let first = u32::try_from(skip / u64::from(limit) + 1).unwrap_or(u32::MAX - 1);
    let past = usize::try_from(skip % u64::from(limit)).unwrap_or(0);
    let mut filter = Filter {
        seller: Some(UserId(member.id)),
        sort: Sort::CreatedAt,
        descending: true,
        page: first,
        limit,
        ..Filter::of(phase, house.now())
    };
    let found = house.store.lots(&filter).await?;
    let mut lots: Vec<LotRow> = found.lots.into_iter().skip(past).collect();
    if past > 0 && lots.len() < count as usize {
        filter.page += 1;
        lots.extend(house.store.lots(&filter).await?.lots);
    }
    lots.truncate(count as usize);
    Ok((lots, found.total))
}
