//! Finding lots.

use crate::house::App;
use crate::http::error::Answer;
use crate::http::extract::{ClientAddress, Params, Viewer};
use crate::http::limits::Who;
use crate::http::tag::tagged;
use crate::sessions::Member;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use gavel_domain::{Money, Time, UserId};
use gavel_store::{Filter, Phase, Sort};
use gavel_wire::{Auction, AuctionStatus, Page, Pagination};
use std::net::IpAddr;
use uuid::Uuid;

/// Characters of a search that count.
const SEARCH_CHARS_MAX: usize = 500;
/// Words of a search that count.
const SEARCH_WORDS_MAX: usize = 12;

/// Lots; by default those that take bids, ending soonest first.
#[utoipa::path(
    get, path = "/auctions", operation_id = "listAuctions", tag = "Lots",
    params(
        ("page" = Option<u32>, Query, description = "From 1"),
        ("limit" = Option<u32>, Query, description = "1 to 100, default 20"),
        ("sort" = Option<String>, Query, description = "endTime, createdAt, currentBid or bidCount"),
        ("order" = Option<String>, Query, description = "asc or desc"),
        ("category" = Option<String>, Query, description = "Slug"),
        ("search" = Option<String>, Query, description = "Words, each the beginning of one in title or description"),
        ("status" = Option<AuctionStatus>, Query, description = "ended means sold or unsold"),
        ("sellerId" = Option<Uuid>, Query, description = "Who sells"),
        ("minPrice" = Option<f64>, Query, description = "The least current bid"),
        ("maxPrice" = Option<f64>, Query, description = "The highest current bid"),
        ("If-None-Match" = Option<String>, Header, description = "ETag of what is known"),
    ),
    responses(
        (status = 200, body = Page<Auction>, headers(("ETag" = String))),
        (status = 429, body = gavel_wire::ApiError, description = "RATE_LIMITED: searches"),
        (status = 304, description = "It is as known"),
    ),
)]
pub(in crate::http) async fn list(
    State(house): State<App>,
    ClientAddress(address): ClientAddress,
    Viewer(viewer): Viewer,
    headers: HeaderMap,
    params: Params,
) -> Answer<Response> {
    Ok(tagged(&headers, &find(&house, address, viewer.as_ref(), params).await?))
}

/// A page of what was asked for, as a viewer sees it.
pub(in crate::http) async fn find(
    house: &App,
    address: IpAddr,
    viewer: Option<&Member>,
    params: Params,
) -> Answer<Page<Auction>> {
    let asked = params.text("search").is_some_and(|search| !search.trim().is_empty());
    let filter = filter(params, house.now())?;
    if asked && filter.words.is_empty() {
        // Nothing but signs: no word begins with them.
        let pagination = Pagination::new(filter.page, filter.limit, 0);
        return Ok(Page { data: Vec::new(), pagination });
    }
    // A range of prices is looked for as words are.
    let priced = filter.min_price.is_some() || filter.max_price.is_some();
    if !filter.words.is_empty() || priced {
        let who = viewer.map(|viewer| Who::User(viewer.id));
        house.limits.search(who.unwrap_or_else(|| Who::address(address))).await?;
    }
    let found = house.store.lots(&filter).await?;
    let pagination = Pagination::new(filter.page, filter.limit, found.total);
    let data = house.show_lots(found.lots, viewer).await?;
    Ok(Page { data, pagination })
}

fn filter(mut params: Params, now: Time) -> Answer<Filter> {
    let phases = [
        ("active", Phase::Active),
        ("scheduled", Phase::Scheduled),
        ("ended", Phase::Ended),
        ("sold", Phase::Sold),
        ("unsold", Phase::Unsold),
        ("cancelled", Phase::Cancelled),
    ];
    let sorts = [
        ("endTime", Sort::EndTime),
        ("createdAt", Sort::CreatedAt),
        ("currentBid", Sort::CurrentBid),
        ("bidCount", Sort::BidCount),
    ];
    let phase = params.one_of("status", &phases, Phase::Active);
    let sort = params.one_of("sort", &sorts, Sort::EndTime);
    // What ends soonest is wanted of running lots, what ended last of ended ones; of prices, bids
    // and news the most.
    let soonest = sort == Sort::EndTime && matches!(phase, Phase::Active | Phase::Scheduled);
    let descending = params.one_of("order", &[("asc", false), ("desc", true)], !soonest);
    let (page, limit) = params.page();
    let seller = params.number::<Uuid>("sellerId", "must be a UUID");
    let min_price = price(&mut params, "minPrice");
    let max_price = price(&mut params, "maxPrice");
    let category = params.text("category").map(str::to_owned);
    let words = words(params.text("search").unwrap_or_default());
    params.done()?;
    Ok(Filter {
        phase,
        now,
        category,
        words,
        seller: seller.map(|id| UserId(id.as_u128())),
        min_price,
        max_price,
        sort,
        descending,
        page,
        limit,
    })
}

fn price(params: &mut Params, name: &str) -> Option<Money> {
    let major = params.number::<f64>(name, "must be an amount")?;
    if major == 0.0 {
        return Some(Money::ZERO);
    }
    Some(params.checks.money(name, major))
}

/// The words of a search, as far as they can mean something.
pub(in crate::http) fn words(search: &str) -> Vec<String> {
    let text: String = search.chars().take(SEARCH_CHARS_MAX).collect();
    // Accents may come as marks of their own; the index leaves them out.
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}');
    let words = text.split(|c| !in_word(c)).filter(|word| word.contains(char::is_alphanumeric));
    words.take(SEARCH_WORDS_MAX).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_survives_any_input() {
        assert_eq!(words("café  \"oak\" OR NEAR(x) 'a*"), ["café", "oak", "OR", "NEAR", "x", "a"]);
        assert_eq!(words("\" ' ( ) * \0 \u{301}"), Vec::<String>::new());
        assert_eq!(words("re\u{301}sume\u{301}"), ["re\u{301}sume\u{301}"]);
        assert!(words(&"ab ".repeat(500)).len() <= SEARCH_WORDS_MAX);
    }
}
