//! The answers that a page will ask the API for first, as the API would give them to this viewer.

use crate::house::App;
use crate::http::auctions::list;
use crate::http::categories;
use crate::http::error::{Answer, Failure};
use crate::http::extract::Params;
use crate::sessions::Member;
use crate::view;
use gavel_wire::{Auction, ErrorCode, Page};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Bytes of answers that a page may carry; of a page with more, the list is fetched by itself. It
/// keeps a page's HTML within some 14 KB once compressed.
const BYTES_MAX: usize = 96 * 1024;
/// Lots of a page of the list, as the web app asks for them.
const PAGE_SIZE: &str = "24";

/// Answers by the address that the web app asks for them at: status and body.
#[derive(Serialize)]
pub(super) struct Seed(BTreeMap<String, (u16, Value)>);

impl Seed {
    /// With who is asking, and the categories that most pages show.
    pub(super) async fn of(house: &App, viewer: Option<&Member>) -> Answer<Seed> {
        let mut seed = Seed(BTreeMap::new());
        match viewer {
            Some(member) => seed.put("/api/v1/auth/me".to_owned(), &view::user(member)),
            None => {
                seed.0.insert("/api/v1/auth/me".to_owned(), nobody());
            }
        }
        seed.put("/api/v1/categories".to_owned(), &categories::all(house).await?);
        Ok(seed)
    }

    /// Takes an answer, unless the page would carry too much with it.
    pub(super) fn put(&mut self, address: String, answer: &impl Serialize) {
        let body = serde_json::to_value(answer).expect("an answer is always JSON");
        if body.to_string().len() <= BYTES_MAX {
            self.0.insert(address, (200, body));
        }
    }
}

fn nobody() -> (u16, Value) {
    let error = gavel_wire::ApiError {
        error: ErrorCode::Unauthorized,
        message: "Please sign in.".to_owned(),
        details: BTreeMap::new(),
    };
    (401, serde_json::to_value(error).expect("an answer is always JSON"))
}

/// What the address of the start page asks for.
pub(super) struct Listing {
    /// What the list is narrowed to, for its title.
    pub(super) title: Option<String>,
    /// Its one address: whatever changes what is shown, in one order.
    pub(super) path: String,
    /// The same for the API.
    query: Vec<(&'static str, String)>,
}

impl Listing {
    /// Reads the page's address as the web app does (`features/browse/search.ts` and
    /// `auctions.ts`). Where the two part, the app finds no answer here and asks for its own.
    pub(super) fn read(given: &str) -> Listing {
        let given: BTreeMap<String, String> =
            form_urlencoded::parse(given.as_bytes()).into_owned().collect();
        let text = |name: &str| given.get(name).map(|text| text.trim()).filter(|t| !t.is_empty());
        let whole = |name: &str, least: u64| {
            let number = text(name)?.parse::<u64>().ok()?;
            (least..=1_000_000_000).contains(&number).then_some(number)
        };
        let one_of = |name: &str, words: &[&'static str]| {
            let given = text(name)?;
            words.iter().find(|word| **word == given).copied()
        };
        let status = one_of("status", &["scheduled", "ended"]);
        let sort = one_of("sort", &["newest", "priceUp", "priceDown", "bids"]);
        let (by, order) = match sort {
            Some("newest") => ("createdAt", "desc"),
            Some("priceUp") => ("currentBid", "asc"),
            Some("priceDown") => ("currentBid", "desc"),
            Some(_) => ("bidCount", "desc"),
            None if status == Some("ended") => ("endTime", "desc"),
            None => ("endTime", "asc"),
        };
        let slug = |text: &&str| {
            (2..=40).contains(&text.len())
                && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        };
        let category = text("category").filter(slug);
        let search = text("search").map(|text| text.chars().take(100).collect::<String>());
        let page = whole("page", 2);
        let min = whole("min", 1);
        let max = whole("max", 1).filter(|max| min.is_none_or(|min| min <= *max));

        let number = |number: Option<u64>| number.map(|number| number.to_string());
        let word = |word: Option<&str>| word.map(str::to_owned);
        let query = [
            ("page", Some(page.unwrap_or(1).to_string())),
            ("limit", word(Some(PAGE_SIZE))),
            ("status", word(Some(status.unwrap_or("active")))),
            ("sort", word(Some(by))),
            ("order", word(Some(order))),
            ("category", word(category)),
            ("search", search.clone()),
            ("minPrice", number(min)),
            ("maxPrice", number(max)),
        ];
        let own = [
            ("search", search.clone()),
            ("category", word(category)),
            ("sort", word(sort)),
            ("status", word(status)),
            ("min", number(min)),
            ("max", number(max)),
            ("page", number(page)),
        ];
        let own = own.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let own = encoded(own);
        let path = if own.is_empty() { "/".to_owned() } else { format!("/?{own}") };
        let query = query.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        Listing { title: search.or(word(category)), path, query }
    }

    /// The address of the API's answer.
    pub(super) fn address(&self) -> String {
        format!("/api/v1/auctions?{}", encoded(self.query.iter().cloned()))
    }

    pub(super) async fn find(
        &self,
        house: &App,
        viewer: Option<&Member>,
        address: Option<IpAddr>,
    ) -> Answer<Page<Auction>> {
        let given = self.query.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let address = address.ok_or_else(|| Failure::not_found("address"))?;
        list::find(house, address, viewer, Params::of(given.collect())).await
    }
}

fn encoded(pairs: impl Iterator<Item = (&'static str, String)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_the_app_reads_it() {
        let plain = Listing::read("");
        assert_eq!(plain.path, "/");
        assert_eq!(
            plain.address(),
            "/api/v1/auctions?page=1&limit=24&status=active&sort=endTime&order=asc"
        );
        let nonsense = Listing::read("page=0&sort=ending&status=x&min=-1&category=%3Cb%3E&max=1.5");
        assert_eq!(nonsense.path, "/");
        let much = Listing::read("status=ended&max=90&min=10&page=2&search=oak+chair");
        assert_eq!(much.path, "/?search=oak+chair&status=ended&min=10&max=90&page=2");
        assert_eq!(
            much.address(),
            "/api/v1/auctions?page=2&limit=24&status=ended&sort=endTime&order=desc\
             &search=oak+chair&minPrice=10&maxPrice=90"
        );
    }
}
