//! A page: the app's own, with what this address needs put into its head.

use super::head::{About, block, escaped};
use super::language::Language;
use super::seed::{Listing, Seed};
use super::{Dist, is_known};
use crate::house::App;
use crate::http::auctions::get;
use crate::http::error::{Answer, Failure};
use crate::http::extract::{ClientAddress, Viewer};
use crate::sessions::Member;
use crate::view;
use axum::extract::{FromRequestParts, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gavel_domain::LotId;
use gavel_wire::ErrorCode;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::LazyLock;
use uuid::Uuid;

/// Where the page's own words about itself begin and end in the app's page.
const ABOUT: (&str, &str) = ("<!--about-->", "<!--/about-->");
/// When the house wrote the page, for the reader's clock.
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Where what a page is to bring is put: after what every page loads, so that this is asked for first. Until
/// it is there, nothing is shown, and browsers ask a server for few files at a time.
const HEAD_END: &str = "</head>";

/// The app's page in one language: as far as the words about itself, to the end of its head, and the rest.
struct Template {
    before: String,
    head: String,
    after: String,
    title: String,
    description: String,
    /// The files that each address needs besides those that all do.
    pages: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Build {
    pages: HashMap<String, Vec<String>>,
}

static ENGLISH: LazyLock<Option<Template>> = LazyLock::new(|| Template::read(Language::English));
static GERMAN: LazyLock<Option<Template>> = LazyLock::new(|| Template::read(Language::German));

impl Template {
    fn of(language: Language) -> Option<&'static Template> {
        match language {
            Language::English => ENGLISH.as_ref(),
            Language::German => GERMAN.as_ref(),
        }
    }

    /// Takes the build's page apart; nothing where there is no build.
    fn read(language: Language) -> Option<Template> {
        let text = |name: &str| {
            let file = Dist::get(name)?;
            String::from_utf8(file.data.into_owned()).ok()
        };
        let code = language.code();
        let page = match language {
            Language::English => text("index.html")?,
            Language::German => text(&format!("index.{code}.html"))?,
        };
        let build: Build = serde_json::from_str(&text(&format!("pages.{code}.json"))?).ok()?;
        let (before, rest) = page.split_once(ABOUT.0)?;
        let (about, rest) = rest.split_once(ABOUT.1)?;
        let (head, after) = rest.split_at_checked(rest.find(HEAD_END)?)?;
        let title = about.split_once("<title>")?.1.split_once("</title>")?.0;
        let description = about.split_once("content=\"")?.1.split_once('"')?.0;
        Some(Template {
            before: before.to_owned(),
            head: head.to_owned(),
            after: after.to_owned(),
            title: plain(title),
            description: plain(description),
            pages: build.pages,
        })
    }

    /// The files that an address needs; nothing where there is no such page.
    fn files(&self, path: &str) -> Option<&[String]> {
        let matching = self.pages.iter().filter(|(pattern, _)| matches(pattern, path));
        matching.map(|(_, files)| files.as_slice()).next()
    }
}

/// The build's own words, whose few escapes are undone.
fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&")
}

/// Whether a path is one of a route's; a `$name` in a route stands for any one part.
fn matches(pattern: &str, path: &str) -> bool {
    let parts = |path: &str| path.trim_matches('/').split('/').map(str::to_owned).collect();
    let (pattern, path): (Vec<String>, Vec<String>) = (parts(pattern), parts(path));
    let same = |(own, given): (&String, &String)| {
        own == given || (own.starts_with('$') && !given.is_empty())
    };
    pattern.len() == path.len() && pattern.iter().zip(&path).all(same)
}

/// What is put into one page.
#[derive(Default)]
struct Content {
    about: About,
    seed: Option<Seed>,
}

/// Serves a page, whatever its address: what is not there is told by the same app, and the status.
pub(super) async fn show(house: &App, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let language = Language::asked(&parts.headers);
    let Some(template) = Template::of(language) else {
        return (
            StatusCode::NOT_FOUND,
            "This build has no web app in it: run `npm run build` in web/ and build again.",
        )
            .into_response();
    };
    let path = parts.uri.path().to_owned();
    // The app without a page, which is kept for reading without a network.
    let shell = path == "/index.html";
    let files = template.files(if shell { "/" } else { &path });
    let viewer = Viewer::from_request_parts(&mut parts, house).await;
    let address = ClientAddress::from_request_parts(&mut parts, house).await.ok();
    let address = address.map(|ClientAddress(address)| address);
    let signed_in = matches!(viewer, Ok(Viewer(Some(_))));
    let content = match viewer {
        Ok(Viewer(viewer)) if !shell && files.is_some() => {
            let query = parts.uri.query().unwrap_or_default();
            content(house, viewer.as_ref(), address, &path, query).await
        }
        // Who it is cannot be told now: the app asks, and tells.
        _ => Ok(Content { about: About { path: path.clone(), ..About::default() }, seed: None }),
    };
    let status = match (&content, files) {
        (Ok(_), Some(_)) => StatusCode::OK,
        (Ok(_), None) => StatusCode::NOT_FOUND,
        (Err(failure), _) if failure.code() == ErrorCode::NotFound => StatusCode::NOT_FOUND,
        (Err(_), _) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let html = written(house, template, &content.unwrap_or_default(), files.unwrap_or_default());
    let tag = format!("\"{}\"", gavel_engine::chain::hex(&Sha256::digest(&html)[..16]));
    let known = status == StatusCode::OK && is_known(&parts.headers, &tag);
    // What was made for somebody is not kept at all: it must not come back after they signed out.
    let keep = if signed_in { "private, no-store" } else { "private, no-cache" };
    // The page that is kept for reading without a network must not set anybody's clock.
    let now = if shell { String::new() } else { view::time(house.now()).to_string() };
    let common = [
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (header::VARY, HeaderValue::from_static("cookie, authorization, accept-language")),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code())),
        (header::ETAG, value(&tag)),
        (SERVER_TIMING, value(&format!("now;desc=\"{now}\""))),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (status, common, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// What a page of this address has to say and to bring.
async fn content(
    house: &App,
    viewer: Option<&Member>,
    address: Option<IpAddr>,
    path: &str,
    query: &str,
) -> Answer<Content> {
    let link = |path: &str| house.link(path);
    if path == "/" {
        let mut seed = Seed::of(house, viewer).await?;
        let listing = Listing::read(query);
        // Too many searches, say: the app asks by itself, and tells what it is told.
        let Ok(found) = listing.find(house, viewer, address).await else {
            let about = About { path: listing.path, title: listing.title, ..About::default() };
            return Ok(Content { about, seed: Some(seed) });
        };
        seed.put(listing.address(), &found);
        let about = About::listing(listing.title, listing.path, &found, link);
        return Ok(Content { about, seed: Some(seed) });
    }
    let Some(id) = lot_of(path) else {
        let about = About { path: path.to_owned(), ..About::default() };
        return Ok(Content { about, seed: Some(Seed::of(house, viewer).await?) });
    };
    let id = id.parse::<Uuid>().map_err(|_| Failure::not_found("auction"))?;
    let lot = get::shown(house, LotId(id.as_u128()), viewer).await?;
    let mut seed = Seed::of(house, viewer).await?;
    seed.put(format!("/api/v1/auctions/{}", lot.id), &lot);
    Ok(Content { about: About::lot(&lot, link), seed: Some(seed) })
}

/// The lot that is all the page is about.
fn lot_of(path: &str) -> Option<&str> {
    let id = path.strip_prefix("/auctions/")?.trim_end_matches('/');
    (!id.contains('/')).then_some(id)
}

fn written(house: &App, template: &Template, content: &Content, files: &[String]) -> String {
    let link = |path: &str| house.link(path);
    let mut html = template.before.clone();
    html += &content.about.elements(&template.title, &template.description, link);
    html += &template.head;
    for file in files {
        html += &format!("<link rel=\"modulepreload\" crossorigin href=\"/{}\">\n", escaped(file));
    }
    html += &content.about.brings();
    if let Some(seed) = &content.seed {
        html += &block("type=\"application/json\" id=\"seed\"", seed);
    }
    html + &template.after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_routes_part_by_part() {
        assert!(matches("/", "/"));
        assert!(matches("/auctions/$auctionId", "/auctions/x"));
        assert!(matches("/auctions/$auctionId", "/auctions/x/"));
        assert!(!matches("/auctions/$auctionId", "/auctions/"));
        assert!(!matches("/auctions/$auctionId", "/auctions/x/y"));
        assert!(!matches("/sell", "/Sell"));
    }
}
