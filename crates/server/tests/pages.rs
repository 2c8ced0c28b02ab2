//! Pages as they are served: what stands in their heads, what they bring along, and for whom.

mod common;

use common::*;
use serde_json::{Value, json};

const HOSTILE: &str = "</script><img src=x onerror=alert(1)> \"Clock\" & 'key'";

/// A data block of a page, read as JSON.
fn block(page: &str, attributes: &str) -> Value {
    let open = format!("<script {attributes}>");
    let (_, rest) = page.split_once(&open).unwrap_or_else(|| panic!("{open} in {page}"));
    let (json, _) = rest.split_once("</script>").expect("a block ends");
    serde_json::from_str(json).expect("a block is JSON")
}

fn seed(page: &str) -> Value {
    block(page, "type=\"application/json\" id=\"seed\"")
}

#[tokio::test]
async fn a_lots_page_brings_what_the_api_would_answer_this_viewer() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let id = site.list(&mae, &json!({"reservePrice": 50})).await;
    site.bids(&id, &ned, 12.0).await;
    let (page, path) = (format!("/auctions/{id}"), format!("/api/v1/auctions/{id}"));

    for user in [None, Some(&mae), Some(&ned)] {
        let ask = |path: &str| match user {
            Some(user) => site.ask("GET", path).by(user),
            None => site.ask("GET", path),
        };
        let lot = ask(&format!("/auctions/{id}")).send().await.expect_status(200).json();
        // The API's paths are given their start by `ask`, which this page's address must not be.
        let answer = match user {
            Some(user) => site.page(&page).by(user),
            None => site.page(&page),
        };
        let answer = answer.send().await.expect_status(200);
        let seed = seed(&answer.text());
        assert_eq!(seed[&path], json!([200, lot]));
        let me = &seed["/api/v1/auth/me"];
        match user {
            Some(user) => assert_eq!((&me[0], &me[1]["id"]), (&json!(200), &json!(user.id))),
            None => assert_eq!((&me[0], &me[1]["error"]), (&json!(401), &json!("UNAUTHORIZED"))),
        }
        let kept = if user.is_some() { "private, no-store" } else { "private, no-cache" };
        assert_eq!(answer.header("cache-control"), kept);
        assert!(answer.header("vary").contains("cookie"));
    }
    let guest = site.page(&page).send().await.text();
    assert!(!guest.contains("@example.org"), "a guest is told of nobody's address");
    assert_eq!(seed(&guest)[&path][1]["reservePrice"], Value::Null);
}

#[tokio::test]
async fn what_a_seller_writes_stays_text_wherever_it_stands() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let id = site.list(&mae, &json!({"title": HOSTILE, "description": HOSTILE})).await;
    let page = site.page(&format!("/auctions/{id}")).send().await.expect_status(200).text();
    assert!(!page.contains("<img"), "{page}");
    let title =
        "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; &quot;Clock&quot; &amp; &#39;key&#39;";
    assert!(page.contains(&format!("<title>{title} · Gavel</title>")), "{page}");
    assert!(page.contains(&format!("<meta property=\"og:title\" content=\"{title}\">")));
    let data = block(&page, "type=\"application/ld+json\"");
    assert_eq!((&data["@type"], &data["name"]), (&json!("Product"), &json!(HOSTILE)));
    assert_eq!(data["offers"]["price"], 10);
    let url = data["url"].as_str().expect("a link");
    assert!(url.ends_with(&format!("/auctions/{id}")));
    assert!(page.contains(&format!("<link rel=\"canonical\" href=\"{url}\">")));
    // What is searched for comes from whoever made the link.
    let found =
        site.page("/?search=%3C%2Ftitle%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E").send().await;
    assert!(!found.text().contains("<script>alert"), "{}", found.text());
}

#[tokio::test]
async fn what_is_not_there_is_told_by_the_same_app_and_the_status() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let mut draft = lot(&json!({}));
    draft["draft"] = json!(true);
    let draft = site.post("/auctions", &draft).by(&mae).send().await.expect_status(201).json();
    let draft = format!("/auctions/{}", draft["auctionId"].as_str().expect("an id"));

    let nobody = "/auctions/01a20b47-cf1a-703f-86fe-12872f71356a";
    for path in ["/nowhere", "/auctions", "/auctions/x", "/pages.en.json", nobody, &draft] {
        let answer = site.page(path).by(&ned).send().await.expect_status(404);
        assert!(answer.text().contains("<div id=\"root\">"), "{path}");
    }
    for path in ["/", "/sell", "/auctions/x/edit", "/admin/users", "/index.html"] {
        site.page(path).send().await.expect_status(200);
    }
    site.page(&draft).by(&mae).send().await.expect_status(200);
    site.page("/assets/none.js").send().await.expect_status(404);
}

#[tokio::test]
async fn a_guests_page_is_sent_again_only_when_it_has_changed() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let id = site.list(&mae, &json!({})).await;
    let path = format!("/auctions/{id}");
    let first = site.page(&path).send().await.expect_status(200);
    let tag = first.header("etag").to_owned();
    let again = || site.page(&path).header("if-none-match", &tag).send();
    assert!(again().await.expect_status(304).body.is_empty());
    site.bids(&id, &ned, 12.0).await;
    assert_ne!(again().await.expect_status(200).header("etag"), tag);
}

#[tokio::test]
async fn a_page_comes_in_the_language_that_is_asked_for() {
    let site = Site::open().await;
    let page = site.page("/").header("accept-language", "de-AT,en;q=0.5").send().await;
    assert_eq!(page.header("content-language"), "de");
    assert!(page.text().contains("<html lang=\"de\" dir=\"ltr\">"));
    let page = site.page("/").header("accept-language", "de").header("cookie", "lang=en");
    assert!(page.send().await.text().contains("<html lang=\"en\" dir=\"ltr\">"));
}

#[tokio::test]
async fn a_file_is_sent_in_the_smallest_coding_that_is_taken() {
    let site = Site::open().await;
    let page = site.page("/").send().await.text();
    let script = page.split("src=\"").nth(1).and_then(|rest| rest.split('"').next());
    let script = script.expect("the page has a script");
    let plain = site.page(script).send().await.expect_status(200);
    assert_eq!(plain.header("content-encoding"), "");
    let mut sizes = vec![plain.body.len()];
    let mut tags = vec![plain.header("etag").to_owned()];
    for (taken, sent) in [("gzip, deflate", "gzip"), ("gzip, br", "br"), ("br;q=0, gzip", "gzip")] {
        let file = site.page(script).header("accept-encoding", taken).send().await;
        assert_eq!(file.header("content-encoding"), sent, "{taken}");
        assert!(file.header("cache-control").contains("immutable"));
        assert!(file.header("vary").contains("accept-encoding"));
        sizes.push(file.body.len());
        tags.push(file.header("etag").to_owned());
    }
    assert!(sizes[0] > sizes[1] && sizes[1] > sizes[2], "{sizes:?}");
    assert_ne!(tags[1], tags[2]);
}

#[tokio::test]
async fn the_start_page_brings_its_list_and_the_modules_it_needs() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let id = site.list(&mae, &json!({})).await;
    let page = site.page("/?sort=newest").send().await.expect_status(200).text();
    let path = "/api/v1/auctions?page=1&limit=24&status=active&sort=createdAt&order=desc";
    let seed = seed(&page);
    assert_eq!(seed[path][1]["data"][0]["id"], json!(id));
    let categories = site.get("/categories").send().await.expect_status(200).json();
    assert_eq!(seed["/api/v1/categories"], json!([200, categories]));
    assert!(
        page.contains("<link rel=\"modulepreload\" crossorigin href=\"/assets/browse"),
        "{page}"
    );
    assert!(!page.contains("href=\"/assets/lot."), "{page}");
    // What every page needs is asked for first: until it is there, nothing is shown.
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text}: {page}"));
    assert!(at("href=\"/assets/base") < at("href=\"/assets/browse"));
    assert!(at("rel=\"stylesheet\"") < at("id=\"seed\""));
    let list = block(&page, "type=\"application/ld+json\"");
    assert_eq!((&list["@type"], &list["numberOfItems"]), (&json!("ItemList"), &json!(1)));
}
