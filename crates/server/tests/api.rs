//! What the house answers to those who ask rightly: every call, in process, against the real
//! router and a real store, with a clock that stands until it is set.

mod common;

use common::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn strings<'a>(rows: &'a [Value], field: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[field].as_str().expect("a text")).collect()
}

fn numbers(rows: &[Value], field: &str) -> Vec<f64> {
    rows.iter().map(|row| row[field].as_f64().expect("a number")).collect()
}

// --- The description ---------------------------------------------------------------------------

#[test]
fn the_description_lists_the_calls_that_are_tested_here() {
    let document: Value = serde_json::from_str(&gavel_server::openapi_json()).expect("JSON");
    assert!(document["openapi"].as_str().expect("a version").starts_with("3.1"));
    for (path, methods) in [
        ("/auth/register", &["post"][..]),
        ("/auth/login", &["post"]),
        ("/auth/logout", &["post"]),
        ("/auth/me", &["get"]),
        ("/auctions", &["get", "post"]),
        ("/auctions/{id}", &["get", "delete"]),
        ("/auctions/{id}/cancel", &["post"]),
        ("/auctions/{id}/bids", &["get", "post"]),
        ("/auctions/{id}/proxy", &["get", "post", "delete"]),
        ("/auctions/{id}/events", &["get"]),
        ("/categories", &["get"]),
        ("/users/me/bids", &["get"]),
        ("/users/me/auctions", &["get"]),
    ] {
        for method in methods {
            let call = &document["paths"][format!("/api/v1{path}")][method];
            assert!(call["responses"].is_object(), "{method} {path} is not described");
        }
    }
}

#[tokio::test]
async fn the_description_is_served_as_it_is_printed() {
    let site = Site::open().await;
    let served = site.get("/api/v1/openapi.json").send().await.expect_status(200);
    let printed: Value = serde_json::from_str(&gavel_server::openapi_json()).expect("JSON");
    assert_eq!(served.json(), printed);
}

#[tokio::test]
async fn a_house_that_lives_says_so_and_that_it_is_ready() {
    let site = Site::open().await;
    site.get("/healthz").send().await.expect_status(200);
    site.get("/readyz").send().await.expect_status(200);
}

// --- Accounts ----------------------------------------------------------------------------------

#[tokio::test]
async fn signing_up_answers_the_user_and_sets_a_cookie_that_scripts_and_other_sites_cannot_use() {
    let site = Site::open().await;
    let body = json!({"email": "Ann@Example.org", "password": PASSWORD, "displayName": "Ann"});
    let answer = site.post("/auth/register", &body).send().await.expect_status(201);
    let user = answer.json();
    let id = user["id"].as_str().expect("an id").to_owned();
    let expected = json!({"id": id, "email": "Ann@Example.org", "displayName": "Ann",
        "role": "user", "createdAt": iso(START_MS)});
    assert_eq!(user, expected);
    assert_eq!(uuid::Uuid::parse_str(&id).expect("a UUID").get_version_num(), 7);

    let set = answer.header("set-cookie");
    let mut parts = set.split(';').map(str::trim);
    assert!(parts.next().is_some_and(|pair| pair.starts_with("session=") && pair.len() > 30));
    let attributes: HashSet<_> = parts.map(str::to_ascii_lowercase).collect();
    for wanted in ["httponly", "samesite=lax", "path=/"] {
        assert!(attributes.contains(wanted), "{wanted} is not in {set}");
    }
    assert!(!attributes.contains("secure"), "no TLS here: {set}");

    let cookie = answer.session_cookie().expect("a session");
    let me = site.get("/auth/me").header("cookie", &cookie).send().await.expect_status(200);
    assert_eq!(me.json(), expected);
    // Among other cookies too, wherever it stands.
    let crowd = format!("theme=dark; {cookie}; x=session=no");
    let me = site.get("/auth/me").header("cookie", crowd).send().await.expect_status(200);
    assert_eq!(me.json(), expected);
}

#[tokio::test]
async fn behind_tls_the_cookie_is_secure() {
    let site = Site::open_with(false, Some("https://auctions.example.org")).await;
    let body = json!({"email": "ann@example.org", "password": PASSWORD, "displayName": "Ann"});
    let answer = site.post("/auth/register", &body).send().await.expect_status(201);
    let secure = answer.header("set-cookie").split(';').any(|part| part.trim() == "Secure");
    assert!(secure, "{}", answer.header("set-cookie"));
}

#[tokio::test]
async fn an_address_has_one_account_whatever_its_case() {
    let site = Site::open().await;
    let body = |email: &str| json!({"email": email, "password": PASSWORD, "displayName": "Ann"});
    site.post("/auth/register", &body("ann@example.org")).send().await.expect_status(201);
    for again in ["ann@example.org", "ANN@EXAMPLE.ORG", "Ann@example.Org", " ann@example.org "] {
        let answer = site.post("/auth/register", &body(again)).send().await;
        answer.refused(409, "EMAIL_TAKEN");
        assert!(answer.session_cookie().is_none());
    }
    let login = json!({"email": "aNN@example.ORG", "password": PASSWORD});
    let answer = site.post("/auth/login", &login).send().await.expect_status(200);
    assert_eq!(answer.json()["email"], "ann@example.org");
}

#[tokio::test]
async fn signing_in_and_out_starts_and_ends_one_session() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    let login = json!({"email": ann.email, "password": PASSWORD});
    let answer = site.post("/auth/login", &login).send().await.expect_status(200);
    assert_eq!(answer.json()["id"], ann.id);
    let cookie = answer.session_cookie().expect("signing in sets the cookie");
    assert_ne!(cookie, ann.cookie, "every session has its own token");
    let set = answer.header("set-cookie").to_ascii_lowercase();
    assert!(set.contains("httponly") && set.contains("samesite=lax") && set.contains("path=/"));

    let out = site.ask("POST", "/auth/logout").header("cookie", &cookie).send().await;
    let out = out.expect_status(204);
    assert!(out.body.is_empty());
    assert_eq!(out.session_cookie().as_deref(), Some("session="), "the cookie is cleared");
    site.get("/auth/me").header("cookie", &cookie).send().await.refused(401, "UNAUTHORIZED");
    // The other session goes on.
    site.get("/auth/me").by(&ann).send().await.expect_status(200);
    site.ask("POST", "/auth/logout").send().await.expect_status(204);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    let login = |email: &str, password: &str| json!({"email": email, "password": password});
    let wrong = site.post("/auth/login", &login(&ann.email, "wrong password")).send().await;
    let unknown = site.post("/auth/login", &login("zoe@example.org", PASSWORD)).send().await;
    let odd = site.post("/auth/login", &login("not an address", "")).send().await;
    for answer in [&wrong, &unknown, &odd] {
        answer.refused(401, "INVALID_CREDENTIALS");
        assert!(answer.session_cookie().is_none());
        assert_eq!(answer.body, wrong.body);
    }
}

#[tokio::test]
async fn an_unknown_address_takes_as_long_to_refuse_as_a_wrong_password() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    let time = async |email: &str| {
        let body = json!({"email": email, "password": "wrong password"});
        let begun = tokio::time::Instant::now();
        site.post("/auth/login", &body).send().await.refused(401, "INVALID_CREDENTIALS");
        begun.elapsed()
    };
    let (mut wrong, mut unknown) = (time(&ann.email).await, time("zoe@example.org").await);
    // Hashing takes tens of milliseconds and looking somebody up next to nothing, which the
    // fastest of several shows, however busy the machine is.
    for round in 1..50 {
        wrong = wrong.min(time(&ann.email).await);
        unknown = unknown.min(time("zoe@example.org").await);
        if round >= 4 && unknown * 2 > wrong && wrong * 2 > unknown {
            return;
        }
    }
    panic!("an unknown address takes {unknown:?}, a wrong password {wrong:?}");
}

#[tokio::test]
async fn a_sign_up_repeated_with_its_key_is_answered_alike() {
    let site = Site::open().await;
    let body = json!({"email": "ann@example.org", "password": PASSWORD, "displayName": "Ann"});
    let sign_up = |body: &Value| site.post("/auth/register", body).key("r1");
    let first = sign_up(&body).send().await.expect_status(201);
    let again = sign_up(&body).send().await;
    assert!([200, 201].contains(&again.status), "{}", again.text());
    assert_eq!(again.body, first.body);
    // A key is no password: whoever only knows it and the address is not let in.
    for (field, value) in [("password", "something else"), ("displayName", "Annie")] {
        let mut other = body.clone();
        other[field] = json!(value);
        let answer = sign_up(&other).send().await;
        assert!([409, 422].contains(&answer.status), "{}", answer.text());
        assert!(answer.session_cookie().is_none(), "{field}");
    }
    let keyless = site.post("/auth/register", &body).send().await;
    keyless.refused(409, "EMAIL_TAKEN");
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    site.get("/auth/me").by(&ann).send().await.expect_status(200);
    site.pass(366 * DAY);
    site.get("/auth/me").by(&ann).send().await.refused(401, "UNAUTHORIZED");
}

// --- Listing -----------------------------------------------------------------------------------

#[tokio::test]
async fn a_listed_lot_is_shown_with_everything_the_contract_names() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let asked = json!({"title": "  Mantel clock  ", "description": "Runs.\nAll <b>original</b>.",
        "category": "clocks", "startingPrice": 10.5, "durationSeconds": 3600});
    let answer = site.post("/auctions", &asked).by(&mae).send().await.expect_status(201);
    let created = answer.json();
    let id = created["auctionId"].as_str().expect("an id").to_owned();
    assert_eq!(created, json!({"auctionId": id, "status": "active"}));
    let expected = json!({
        "id": id, "sellerId": mae.id, "sellerName": "Mae", "title": "Mantel clock",
        "description": "Runs.\nAll <b>original</b>.", "category": "clocks",
        "startingPrice": 10.5, "currentBid": 10.5, "currentBidderId": null,
        "currentBidderName": null, "reservePrice": null, "hasReserve": false, "reserveMet": true,
        "bidIncrement": 0.5, "minimumBid": 10.5, "bidCount": 0, "status": "active",
        "startTime": iso(START_MS), "endTime": iso(START_MS + HOUR),
        "originalEndTime": iso(START_MS + HOUR), "snipeWindowSeconds": 120,
        "createdAt": iso(START_MS), "updatedAt": iso(START_MS), "images": [], "watcherCount": 0,
        "seq": 1, "winner": null, "sellerContact": null, "viewer": null,
    });
    assert_eq!(site.lot(&id).await, expected);

    let bob = site.register("Bob").await;
    let seen = site.lot_for(&id, &bob).await;
    let alias = seen["viewer"]["bidderId"].as_str().expect("an alias").to_owned();
    let viewer = json!({"bidderId": alias, "isSeller": false, "isWatching": false,
        "hasBid": false, "hasAutoBid": false, "isHighestBidder": false, "maxAmount": null});
    assert_eq!(seen["viewer"], viewer);
    assert_eq!(site.lot_for(&id, &mae).await["viewer"]["isSeller"], true);
}

#[tokio::test]
async fn what_a_seller_fixes_is_kept() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let start = START_MS + DAY;
    let fields = json!({"startTime": iso(start), "endTime": iso(start + 90 * DAY),
        "durationSeconds": null, "reservePrice": 99.99, "bidIncrement": 2.5,
        "snipeWindowSeconds": 0, "snipeCapSeconds": 600, "category": "my-own-42"});
    let id = site.list(&mae, &fields).await;
    let seen = site.lot_for(&id, &mae).await;
    for (field, expected) in [
        ("status", json!("scheduled")),
        ("startTime", json!(iso(start))),
        ("endTime", json!(iso(start + 90 * DAY))),
        ("originalEndTime", json!(iso(start + 90 * DAY))),
        ("reservePrice", json!(99.99)),
        ("hasReserve", json!(true)),
        ("reserveMet", json!(false)),
        ("bidIncrement", json!(2.5)),
        ("snipeWindowSeconds", json!(0)),
        ("category", json!("my-own-42")),
    ] {
        assert_eq!(seen[field], expected, "{field}");
    }
}

#[tokio::test]
async fn the_bounds_of_a_listing_are_inside_it() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    for fields in [
        json!({"title": "abc"}),
        json!({"title": "ü".repeat(120)}),
        json!({"description": "d".repeat(10_000)}),
        json!({"category": "a0"}),
        json!({"category": "a".repeat(40)}),
        json!({"startingPrice": 0.01}),
        json!({"startingPrice": 1_000_000_000}),
        json!({"reservePrice": 10}),
        json!({"durationSeconds": 10}),
        json!({"durationSeconds": 90 * 24 * 3600}),
        json!({"snipeWindowSeconds": 3600}),
        json!({"snipeCapSeconds": 0}),
        json!({"startTime": iso(START_MS - HOUR)}),
        json!({"draft": false}),
    ] {
        let answer = site.post("/auctions", &lot(&fields)).by(&mae).send().await;
        assert_eq!(answer.expect_status(201).json()["status"], "active", "{fields}");
    }
}

#[tokio::test]
async fn a_lot_with_pictures_shows_them_in_order_made_anew_and_without_their_metadata() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let mut tagged = jpeg(60, 40);
    let comment = b"taken at 12 Secret Street";
    let mut segment = vec![0xff, 0xfe, 0, comment.len() as u8 + 2];
    segment.extend(comment);
    tagged.splice(2..2, segment);
    let form = Form::lot(&json!({"description": "", "startingPrice": 12.5}))
        .image(&png(2000, 500))
        .image(&tagged)
        .image(&webp(30, 90))
        .file("images", "", "application/octet-stream", b"");
    let answer = site.ask("POST", "/auctions").by(&mae).form(form).send().await;
    let created = answer.expect_status(201).json();
    let id = created["auctionId"].as_str().expect("an id");
    let seen = site.lot(id).await;
    assert_eq!(
        (&seen["startingPrice"], &seen["title"]),
        (&json!(12.5), &json!("Mantel clock, walnut"))
    );
    let images = seen["images"].as_array().expect("images");
    assert_eq!(images.len(), 3);
    let sizes = [((1600, 400), (480, 120)), ((60, 40), (60, 40)), ((30, 90), (30, 90))];
    for (place, (image, sizes)) in images.iter().zip(sizes).enumerate() {
        assert_eq!(names(image), ["auctionId", "displayOrder", "id", "thumbnailUrl", "url"]);
        assert_eq!((&image["auctionId"], &image["displayOrder"]), (&json!(id), &json!(place)));
        for (url, size) in [("url", sizes.0), ("thumbnailUrl", sizes.1)] {
            let answer = site.get(image[url].as_str().expect("a URL")).send().await;
            let answer = answer.expect_status(200);
            assert_eq!(answer.header("content-type"), "image/jpeg");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            let decoded = image::load_from_memory(&answer.body).expect("a picture");
            assert_eq!((decoded.width(), decoded.height()), size, "{url} of {place}");
            assert!(!answer.body.windows(comment.len()).any(|part| part == comment));
        }
    }
    // They stand in lists as well.
    let listed = site.get("/auctions").send().await.json();
    assert_eq!(listed["data"][0]["images"], seen["images"]);
}

#[tokio::test]
async fn a_listing_sent_twice_with_a_key_lists_one_lot() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let asked = lot(&json!({}));
    let first = site.post("/auctions", &asked).by(&mae).key("l1").send().await.expect_status(201);
    let again = site.post("/auctions", &asked).by(&mae).key("l1").send().await.expect_status(200);
    assert_eq!(again.body, first.body);
    let other = lot(&json!({"startingPrice": 11}));
    let other = site.post("/auctions", &other).by(&mae).key("l1").send().await;
    other.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(site.all("/auctions", None).await.len(), 1);

    let form = || Form::lot(&json!({"title": "With a picture"})).image(&png(9, 9));
    let first = site.ask("POST", "/auctions").by(&mae).key("l2").form(form()).send().await;
    let again = site.ask("POST", "/auctions").by(&mae).key("l2").form(form()).send().await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(again.body, first.body);
    let other = form().image(&png(8, 8));
    let other = site.ask("POST", "/auctions").by(&mae).key("l2").form(other).send().await;
    other.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(site.all("/auctions", None).await.len(), 2);
    let stored = std::fs::read_dir(site.folder.path().join("pictures")).expect("a folder").count();
    assert_eq!(stored, 2, "no pictures of refused and repeated listings stay behind");
}

#[tokio::test]
async fn a_repeated_listing_is_answered_alike_even_when_its_end_has_passed() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let times = json!({"durationSeconds": null, "endTime": iso(START_MS + HOUR)});
    let asked = lot(&times);
    let first = site.post("/auctions", &asked).by(&mae).key("l1").send().await.expect_status(201);
    site.pass(2 * HOUR);
    let again = site.post("/auctions", &asked).by(&mae).key("l1").send().await.expect_status(200);
    assert_eq!(again.body, first.body);
}

// --- Finding -----------------------------------------------------------------------------------

#[tokio::test]
async fn by_default_running_lots_are_listed_ending_soonest_first() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    for (title, seconds) in [("third", 300), ("first", 100), ("second", 200)] {
        site.list(&mae, &json!({"title": title, "durationSeconds": seconds})).await;
    }
    let later = json!({"title": "later", "startTime": iso(START_MS + MINUTE)});
    site.list(&mae, &later).await;
    let gone = site.list(&mae, &json!({"title": "gone"})).await;
    site.ask("DELETE", &format!("/auctions/{gone}")).by(&mae).send().await.expect_status(204);
    let answer = site.get("/auctions").send().await.expect_status(200).json();
    assert_eq!(names(&answer), ["data", "pagination"]);
    assert_eq!(answer["pagination"], json!({"page": 1, "limit": 20, "total": 3, "totalPages": 1}));
    let data = answer["data"].as_array().expect("lots");
    assert_eq!(strings(data, "title"), ["first", "second", "third"]);
    // An entry of the list is the lot as it is shown alone, for the same viewer.
    let id = data[0]["id"].as_str().expect("an id");
    assert_eq!(data[0], site.lot(id).await);
    let for_ann = site.get("/auctions").by(&ann).send().await.json();
    assert_eq!(for_ann["data"][0], site.lot_for(id, &ann).await);
}

#[tokio::test]
async fn pages_hold_every_lot_once_in_every_order() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let mut lots = Vec::new();
    for index in 0..11_i64 {
        site.pass(SECOND);
        // Prices and ends with ties among them.
        let fields =
            json!({"startingPrice": 10 + index % 4, "durationSeconds": 1000 + 7 * (index % 3)});
        lots.push(site.list(&mae, &fields).await);
    }
    for (lot, bids) in lots.iter().zip([3, 1, 2, 0, 2]) {
        for bid in 0..bids {
            let who = if bid % 2 == 0 { &ann } else { &bob };
            site.bids(lot, who, f64::from(20 + bid)).await;
        }
    }
    for (sort, field) in [
        ("endTime", "endTime"),
        ("createdAt", "createdAt"),
        ("currentBid", "currentBid"),
        ("bidCount", "bidCount"),
    ] {
        for order in ["asc", "desc"] {
            let mut seen = Vec::new();
            for page in 1..=4 {
                let path = format!("/auctions?sort={sort}&order={order}&limit=3&page={page}");
                let answer = site.get(&path).send().await.expect_status(200).json();
                let pagination = json!({"page": page, "limit": 3, "total": 11, "totalPages": 4});
                assert_eq!(answer["pagination"], pagination);
                seen.extend(answer["data"].as_array().expect("lots").iter().cloned());
            }
            let ids: HashSet<_> = strings(&seen, "id").into_iter().collect();
            assert_eq!((seen.len(), ids.len()), (11, 11), "{sort} {order}");
            let ordered = seen.windows(2).all(|pair| {
                let (first, second) = (&pair[0][field], &pair[1][field]);
                let (first, second) =
                    if order == "asc" { (first, second) } else { (second, first) };
                match (first.as_f64(), second.as_f64()) {
                    (Some(first), Some(second)) => first <= second,
                    // All times have the same form, so that their texts sort as they do.
                    _ => first.as_str() <= second.as_str(),
                }
            });
            assert!(ordered, "{sort} {order}");
        }
    }
    let beyond = site.get("/auctions?page=99").send().await.expect_status(200).json();
    assert_eq!(beyond["data"], json!([]));
    assert_eq!(beyond["pagination"]["total"], 11);
    let far = site.get("/auctions?page=4294967295&limit=100").send().await.expect_status(200);
    assert_eq!(far.json()["data"], json!([]));
}

#[tokio::test]
async fn category_seller_and_price_narrow_the_list() {
    let site = Site::open().await;
    let (mae, max, ann) =
        (site.register("Mae").await, site.register("Max").await, site.register("Ann").await);
    let mut list = Vec::new();
    for (seller, title, category, price) in [
        (&mae, "ten", "clocks", 10.0),
        (&mae, "twenty", "toys", 20.0),
        (&max, "thirty", "clocks", 30.0),
    ] {
        let fields = json!({"title": title, "category": category, "startingPrice": price});
        list.push(site.list(seller, &fields).await);
    }
    site.bids(&list[0], &ann, 25.0).await;
    let find = async |query: &str| {
        let found = site.all(&format!("/auctions?sort=currentBid&order=asc&{query}"), None).await;
        strings(&found, "title").join(" ")
    };
    assert_eq!(find("category=clocks").await, "ten thirty");
    assert_eq!(find("category=none-such").await, "");
    assert_eq!(find(&format!("sellerId={}", mae.id)).await, "twenty ten");
    assert_eq!(find(&format!("sellerId={}&category=toys", mae.id)).await, "twenty");
    // The price is the current bid, and both ends belong to the range.
    assert_eq!(find("minPrice=25").await, "ten thirty");
    assert_eq!(find("maxPrice=25").await, "twenty ten");
    assert_eq!(find("minPrice=25&maxPrice=25.00").await, "ten");
    assert_eq!(find("minPrice=25.01&maxPrice=29.99").await, "");
    assert_eq!(find("minPrice=0&maxPrice=1000000000").await, "twenty ten thirty");
    assert_eq!(find("minPrice=30&maxPrice=10").await, "");
}

#[tokio::test]
async fn a_search_finds_beginnings_of_words_and_survives_anything() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    for (title, description) in [
        ("Café table, oak", "From a bistro in Orléans"),
        ("Oak chair", "A \"good\" seat NEAR the fire"),
        ("Clock", "Case of walnut and oakum"),
        ("Straße in München", "Öl auf Leinwand"),
    ] {
        site.list(&mae, &json!({"title": title, "description": description})).await;
    }
    let find = async |search: &str| {
        let encoded: String = search.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let found = site.all(&format!("/auctions?search={encoded}"), None).await;
        let mut titles: Vec<_> = strings(&found, "title").into_iter().map(str::to_owned).collect();
        titles.sort_unstable();
        titles.join("|")
    };
    assert_eq!(find("oak").await, "Café table, oak|Clock|Oak chair");
    assert_eq!(find("OAK tab").await, "Café table, oak");
    assert_eq!(find("café").await, "Café table, oak");
    assert_eq!(find("cafe orleans").await, "Café table, oak", "accents do not matter");
    assert_eq!(find("münchen").await, "Straße in München");
    assert_eq!(find("munchen ol").await, "Straße in München");
    assert_eq!(
        find("strasse").await,
        "Straße in München",
        "nor do letters that have no plain form"
    );
    assert_eq!(find("\"good\" seat").await, "Oak chair");
    assert_eq!(find("nothing-like-it").await, "");
    // What would be an operator is a word like any other.
    assert_eq!(find("oak AND chair").await, "");
    assert_eq!(find("oak NOT chair").await, "");
    assert_eq!(find("chair OR clock").await, "");
    assert_eq!(find("NEAR fire").await, "Oak chair");
    assert_eq!(find("title:oak").await, "");
    assert_eq!(find("oak*").await, "Café table, oak|Clock|Oak chair");
    let everything = find("").await;
    for nothing in ["\"", "'", "(", ")", "*", "^", "-", "\0", "\u{1f570}", "%", "' OR 1=1 --"] {
        let answer = find(nothing).await;
        assert!(answer == everything || answer.is_empty(), "{nothing:?}: {answer}");
    }
    let long = format!("oak {}", "x".repeat(496));
    assert_eq!(long.len(), 500);
    assert_eq!(find(&long).await, "");
    assert_eq!(find(&"oak ".repeat(125)).await, "Café table, oak|Clock|Oak chair");
    assert_eq!(find(&"oak ".repeat(2_000)).await, "Café table, oak|Clock|Oak chair");
}

#[tokio::test]
async fn each_status_lists_its_own() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let short = json!({"durationSeconds": 10, "snipeWindowSeconds": 0});
    let with = |fields: Value| {
        let mut all = short.clone();
        all.as_object_mut().expect("an object").extend(fields.as_object().expect("fields").clone());
        all
    };
    let sold = site.list(&mae, &with(json!({"title": "sold"}))).await;
    site.bids(&sold, &ann, 10.0).await;
    let short_of_reserve = with(json!({"title": "below reserve", "reservePrice": 50}));
    let below = site.list(&mae, &short_of_reserve).await;
    site.bids(&below, &ann, 10.0).await;
    let unsold = site.list(&mae, &with(json!({"title": "unsold"}))).await;
    let cancelled = site.list(&mae, &json!({"title": "cancelled"})).await;
    site.ask("DELETE", &format!("/auctions/{cancelled}")).by(&mae).send().await.expect_status(204);
    site.list(&mae, &json!({"title": "active"})).await;
    site.list(&mae, &json!({"title": "scheduled", "startTime": iso(START_MS + HOUR)})).await;
    site.pass(10 * SECOND);
    for (lot, status) in [(&sold, "sold"), (&below, "unsold"), (&unsold, "unsold")] {
        site.until_status(lot, status).await;
    }
    for (status, expected) in [
        ("active", "active"),
        ("scheduled", "scheduled"),
        ("sold", "sold"),
        ("unsold", "below reserve|unsold"),
        ("ended", "below reserve|sold|unsold"),
        ("cancelled", "cancelled"),
    ] {
        let found = site.all(&format!("/auctions?status={status}"), None).await;
        let mut titles = strings(&found, "title");
        titles.sort_unstable();
        assert_eq!(titles.join("|"), expected, "{status}");
    }
}

#[tokio::test]
async fn categories_count_the_lots_that_take_bids() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let counts = async || {
        let answer = site.get("/categories").send().await.expect_status(200).json();
        let rows = answer.as_array().expect("a list").clone();
        for row in &rows {
            assert_eq!(names(row), ["activeCount", "name", "slug"]);
            assert!(!row["name"].as_str().expect("a name").is_empty());
        }
        let count = |slug: &str| {
            let row = rows.iter().find(|row| row["slug"] == slug);
            row.map(|row| row["activeCount"].as_u64().expect("a count"))
        };
        (count("clocks"), count("hourglasses"))
    };
    let (clocks, _) = counts().await;
    assert!(clocks.unwrap_or(0) == 0);
    let clock = site.list(&mae, &json!({})).await;
    site.list(&mae, &json!({"durationSeconds": 30, "snipeWindowSeconds": 0})).await;
    site.list(&mae, &json!({"startTime": iso(START_MS + MINUTE)})).await;
    site.list(&mae, &json!({"category": "hourglasses"})).await;
    assert_eq!(counts().await, (Some(2), Some(1)));
    site.bids(&clock, &ann, 10.0).await;
    site.pass(MINUTE);
    // One ended, one opened.
    until("the ended lot is not counted", || async {
        (counts().await == (Some(2), Some(1))).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_known_is_not_sent_again_until_it_changes() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let id = site.list(&mae, &json!({})).await;
    let path = format!("/auctions/{id}");
    let tag = async || {
        let answer = site.get(&path).send().await.expect_status(200);
        let tag = answer.header("etag").to_owned();
        assert!(tag.trim_start_matches("W/").starts_with('"') && tag.ends_with('"'), "{tag}");
        tag
    };
    let first = tag().await;
    assert_eq!(tag().await, first);
    for known in [first.clone(), format!("\"other\", {first}"), format!("W/{first}"), "*".into()] {
        let answer = site.get(&path).header("if-none-match", &known).send().await;
        let answer = answer.expect_status(304);
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("etag"), first);
    }
    site.get(&path).header("if-none-match", "\"other\"").send().await.expect_status(200);
    // What one sees, another may not, so the tag is not the same either.
    let for_seller = site.get(&path).by(&mae).header("if-none-match", &first).send().await;
    for_seller.expect_status(200);

    site.bids(&id, &ann, 10.0).await;
    let second = tag().await;
    assert_ne!(second, first);
    site.get(&path).header("if-none-match", &first).send().await.expect_status(200);
    site.get(&path).header("if-none-match", &second).send().await.expect_status(304);
    site.pass(SECOND);
    site.get(&path).header("if-none-match", &second).send().await.expect_status(304);
}

#[tokio::test]
async fn a_scheduled_lot_opens_by_the_clock_alone_and_its_tag_changes() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let start = json!({"startTime": iso(START_MS + MINUTE), "durationSeconds": 3600});
    let answer = site.post("/auctions", &lot(&start)).by(&mae).send().await.expect_status(201);
    assert_eq!(answer.json()["status"], "scheduled");
    let id = answer.json()["auctionId"].as_str().expect("an id").to_owned();
    let path = format!("/auctions/{id}");
    let before = site.get(&path).send().await;
    assert_eq!(before.json()["status"], "scheduled");
    assert_eq!(before.json()["endTime"], iso(START_MS + MINUTE + HOUR));
    site.pass(MINUTE - 1);
    let early = site.bid(&id, &ann, &json!({"amount": 10})).send().await;
    early.refused(409, "AUCTION_NOT_STARTED");
    site.pass(1);
    let after = site.get(&path).header("if-none-match", before.header("etag")).send().await;
    assert_eq!(after.expect_status(200).json()["status"], "active");
    site.bids(&id, &ann, 10.0).await;
}

#[tokio::test]
async fn a_lot_ends_at_its_end_and_is_sold_once() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({"snipeWindowSeconds": 0})).await;
    site.pass(HOUR - 1);
    site.bids(&id, &ann, 10.0).await;
    site.pass(1);
    let late = site.bid(&id, &bob, &json!({"amount": 20})).send().await;
    late.refused(409, "AUCTION_ENDED");
    let sold = site.until_status(&id, "sold").await;
    assert_eq!((&sold["currentBid"], &sold["bidCount"]), (&json!(10), &json!(1)));
    let late = site.bid(&id, &bob, &json!({"amount": 20})).send().await;
    late.refused(409, "AUCTION_ENDED");
    let events = site.events(&id).await;
    assert_eq!(strings(&events, "kind"), ["listed", "bid", "sold"]);
}

#[tokio::test]
async fn a_late_bid_moves_the_end_and_no_further_than_the_cap() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({"snipeCapSeconds": 60})).await;
    site.pass(HOUR - 120 * SECOND);
    let early = site.bids(&id, &ann, 10.0).await;
    assert_eq!(early["auctionEndTime"], iso(START_MS + HOUR), "the window has not begun");
    site.pass(30 * SECOND);
    let late = site.bids(&id, &bob, 11.0).await;
    assert_eq!(late["auctionEndTime"], iso(START_MS + HOUR + 30 * SECOND));
    site.pass(100 * SECOND);
    let capped = site.bids(&id, &ann, 12.0).await;
    assert_eq!(capped["auctionEndTime"], iso(START_MS + HOUR + 60 * SECOND));
    let seen = site.lot(&id).await;
    assert_eq!(seen["endTime"], capped["auctionEndTime"]);
    assert_eq!(seen["originalEndTime"], iso(START_MS + HOUR));
    // It is not closed before.
    site.pass(49 * SECOND);
    site.bids(&id, &bob, 13.0).await;
    site.pass(SECOND);
    site.until_status(&id, "sold").await;
}

// --- Taking back -------------------------------------------------------------------------------

#[tokio::test]
async fn a_seller_takes_back_a_lot_without_bids_and_an_admin_any() {
    let site = Site::open().await;
    let (mae, ann, admin) =
        (site.register("Mae").await, site.register("Ann").await, site.admin().await);
    let cancel = async |method: &str, id: &str, who: &User| {
        let end = if method == "POST" { "/cancel" } else { "" };
        site.ask(method, &format!("/auctions/{id}{end}")).by(who).send().await
    };
    for method in ["DELETE", "POST"] {
        let free = site.list(&mae, &json!({})).await;
        cancel(method, &free, &ann).await.refused(403, "FORBIDDEN");
        assert_eq!(site.lot(&free).await["status"], "active");
        assert!(cancel(method, &free, &mae).await.expect_status(204).body.is_empty());
        assert_eq!(site.lot(&free).await["status"], "cancelled");
        cancel(method, &free, &mae).await.refused(409, "AUCTION_ENDED");
        let bid = site.bid(&free, &ann, &json!({"amount": 10})).send().await;
        bid.refused(409, "AUCTION_ENDED");

        let scheduled = site.list(&mae, &json!({"startTime": iso(START_MS + DAY)})).await;
        cancel(method, &scheduled, &mae).await.expect_status(204);

        let with_bid = site.list(&mae, &json!({})).await;
        site.bids(&with_bid, &ann, 10.0).await;
        cancel(method, &with_bid, &mae).await.refused(409, "AUCTION_HAS_BIDS");
        cancel(method, &with_bid, &ann).await.refused(403, "FORBIDDEN");
        assert_eq!(site.lot(&with_bid).await["status"], "active");
        cancel(method, &with_bid, &admin).await.expect_status(204);
        let seen = site.lot(&with_bid).await;
        assert_eq!((&seen["status"], &seen["winner"]), (&json!("cancelled"), &Value::Null));
    }
    let ended = site.list(&mae, &json!({"durationSeconds": 10})).await;
    site.pass(10 * SECOND);
    cancel("DELETE", &ended, &mae).await.refused(409, "AUCTION_ENDED");
    cancel("DELETE", &ended, &admin).await.refused(409, "AUCTION_ENDED");
}

#[tokio::test]
async fn a_cancellation_repeated_with_its_key_succeeds_again() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let id = site.list(&mae, &json!({})).await;
    let path = format!("/auctions/{id}");
    site.ask("DELETE", &path).by(&mae).key("c1").send().await.expect_status(204);
    site.ask("DELETE", &path).by(&mae).key("c1").send().await.expect_status(204);
    site.ask("DELETE", &path).by(&mae).key("c2").send().await.refused(409, "AUCTION_ENDED");
    assert_eq!(strings(&site.events(&id).await, "kind"), ["listed", "cancelled"]);
}

// --- Bidding -----------------------------------------------------------------------------------

#[tokio::test]
async fn an_accepted_bid_is_answered_with_the_lot_right_after_it() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({})).await;
    let asked = json!({"amount": 10, "maxAmount": 30});
    let first = site.bid(&id, &ann, &asked).send().await.expect_status(201).json();
    let expected = json!({
        "bidId": first["bidId"], "status": "accepted", "finalAmount": 10,
        "isHighestBidder": true, "message": first["message"],
        "auctionEndTime": iso(START_MS + HOUR), "currentBid": 10, "bidCount": 1,
        "minimumBid": 11, "seq": 2,
    });
    assert_eq!(first, expected);
    assert!(first["message"].as_str().is_some_and(|message| !message.is_empty()));
    let second = site.bids(&id, &bob, 20.5).await;
    let expected = json!({
        "bidId": second["bidId"], "status": "accepted", "finalAmount": 21.5,
        "isHighestBidder": false, "message": second["message"],
        "auctionEndTime": iso(START_MS + HOUR), "currentBid": 21.5, "bidCount": 2,
        "minimumBid": 22.5, "seq": 3,
    });
    assert_eq!(second, expected);
    let seen = site.lot(&id).await;
    for (field, same) in [
        ("currentBid", "currentBid"),
        ("bidCount", "bidCount"),
        ("minimumBid", "minimumBid"),
        ("seq", "seq"),
        ("endTime", "auctionEndTime"),
    ] {
        assert_eq!(seen[field], second[same], "{field}");
    }
    let ann_sees = site.lot_for(&id, &ann).await;
    assert_eq!(ann_sees["viewer"]["isHighestBidder"], true);
    assert_eq!(ann_sees["viewer"]["hasBid"], true);
    assert_eq!(ann_sees["viewer"]["maxAmount"], 30);
    assert_eq!(ann_sees["viewer"]["bidderId"], seen["currentBidderId"]);
    let bob_sees = site.lot_for(&id, &bob).await;
    assert_eq!(bob_sees["viewer"]["isHighestBidder"], false);
    assert_eq!(bob_sees["viewer"]["hasBid"], true);
}

#[tokio::test]
async fn a_bid_repeated_with_its_key_gets_the_very_same_answer_and_changes_nothing() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({})).await;
    let asked = json!({"amount": 10, "maxAmount": 15});
    let first = site.bid(&id, &ann, &asked).key("k1").send().await.expect_status(201);
    let again = site.bid(&id, &ann, &asked).key("k1").send().await.expect_status(200);
    assert_eq!(again.text(), first.text());
    // The same in other words is the same.
    let reworded = site
        .ask("POST", &format!("/auctions/{id}/bids"))
        .by(&ann)
        .key("k1")
        .body("application/json", r#" {"maxAmount":15.00, "amount":1e1} "#);
    assert_eq!(reworded.send().await.expect_status(200).text(), first.text());

    // Another's same key is their own.
    let bobs = site.bid(&id, &bob, &json!({"amount": 20})).key("k1").send().await;
    let bobs = bobs.expect_status(201);
    assert_ne!(bobs.json()["bidId"], first.json()["bidId"]);

    // Still the very same once everything has changed, and after the end.
    let again = site.bid(&id, &ann, &asked).key("k1").send().await.expect_status(200);
    assert_eq!(again.text(), first.text());
    site.pass(HOUR);
    site.until_status(&id, "sold").await;
    let again = site.bid(&id, &ann, &asked).key("k1").send().await.expect_status(200);
    assert_eq!(again.text(), first.text());
    site.pass(23 * HOUR);
    let again = site.bid(&id, &ann, &asked).key("k1").send().await.expect_status(200);
    assert_eq!(again.text(), first.text());
    let history = site.history(&id).await;
    assert_eq!(numbers(&history, "amount"), [10.0, 15.0, 16.0]);
    assert_eq!(site.lot(&id).await["bidCount"], 2);
}

#[tokio::test]
async fn a_key_used_for_another_request_is_refused() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let (id, other) = (site.list(&mae, &json!({})).await, site.list(&mae, &json!({})).await);
    let asked = json!({"amount": 10, "maxAmount": 15});
    site.bid(&id, &ann, &asked).key("k1").send().await.expect_status(201);
    let before = site.lot(&id).await;
    for body in [
        json!({"amount": 10}),
        json!({"amount": 11, "maxAmount": 15}),
        json!({"amount": 10, "maxAmount": 16}),
        json!({"amount": 0.001}),
    ] {
        let answer = site.bid(&id, &ann, &body).key("k1").send().await;
        answer.refused(422, "IDEMPOTENCY_KEY_REUSED");
    }
    let elsewhere = site.bid(&other, &ann, &asked).key("k1").send().await;
    elsewhere.refused(422, "IDEMPOTENCY_KEY_REUSED");
    let as_auto = site.auto(&id, &ann, 15.0).key("k1").send().await;
    as_auto.refused(422, "IDEMPOTENCY_KEY_REUSED");
    let as_cancel = site.ask("DELETE", &format!("/auctions/{id}/proxy")).by(&ann).key("k1");
    as_cancel.send().await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    let as_listing = site.post("/auctions", &lot(&json!({}))).by(&ann).key("k1").send().await;
    as_listing.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(site.lot(&id).await, before);
    assert_eq!(site.lot(&other).await["bidCount"], 0);
    assert_eq!(site.all("/auctions", None).await.len(), 2);
}

#[tokio::test]
async fn a_refused_bid_does_not_use_up_its_key() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let id = site.list(&mae, &json!({})).await;
    let low = site.bid(&id, &ann, &json!({"amount": 9})).key("k1").send().await;
    let told = low.refused(400, "BID_TOO_LOW");
    assert_eq!(told["details"], json!({"minimumBid": "10", "currentBid": "10"}));
    site.bid(&id, &ann, &json!({"amount": 10})).key("k1").send().await.expect_status(201);
}

#[tokio::test]
async fn the_same_bid_sent_many_times_at_once_is_one_bid() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let id = site.list(&mae, &json!({})).await;
    let asked = json!({"amount": 10});
    let sent = (0..16).map(|_| site.bid(&id, &ann, &asked).key("k1").send());
    let answers = futures_util::future::join_all(sent).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    assert!(answers.iter().all(|answer| answer.status <= 201 && answer.body == answers[0].body));
    assert_eq!(site.history(&id).await.len(), 1);
}

// --- Auto-bids ---------------------------------------------------------------------------------

#[tokio::test]
async fn an_auto_bid_is_set_shown_raised_lowered_and_given_up() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({})).await;
    let path = format!("/auctions/{id}/proxy");
    site.get(&path).by(&ann).send().await.refused(404, "NOT_FOUND");

    let set = site.auto(&id, &ann, 30.0).send().await.expect_status(200).json();
    let auto_bid_id = set["autoBidId"].clone();
    let expected = json!({"autoBidId": auto_bid_id, "currentBid": 10, "maxAmount": 30,
        "isActive": true});
    assert_eq!(set, expected);
    let own = site.get(&path).by(&ann).send().await.expect_status(200).json();
    let expected = json!({"id": auto_bid_id, "auctionId": id,
        "bidderId": site.lot(&id).await["currentBidderId"], "maxAmount": 30, "currentBid": 10,
        "isActive": true, "createdAt": iso(START_MS)});
    assert_eq!(own, expected);
    site.get(&path).by(&bob).send().await.refused(404, "NOT_FOUND");

    // Raised and lowered at will, and nobody else sees a thing.
    let seen = site.lot(&id).await;
    for max in [80.0, 20.0, 10.0, 25.0] {
        let set = site.auto(&id, &ann, max).send().await.expect_status(200).json();
        assert_eq!((&set["maxAmount"], &set["currentBid"]), (&json!(max as i64), &json!(10)));
        assert_eq!(site.get(&path).by(&ann).send().await.json()["maxAmount"], max as i64);
        assert_eq!(site.lot(&id).await, seen);
    }
    let low = site.auto(&id, &ann, 9.99).send().await;
    low.refused(400, "BID_TOO_LOW");

    // It answers by itself, up to its maximum.
    let answer = site.auto(&id, &bob, 20.0).send().await.expect_status(200).json();
    assert_eq!((&answer["isActive"], &answer["currentBid"]), (&json!(false), &json!(21)));
    let anns = site.lot_for(&id, &ann).await["viewer"].clone();
    assert_eq!((&anns["isHighestBidder"], &anns["hasAutoBid"]), (&json!(true), &json!(true)));
    assert_eq!(site.lot_for(&id, &bob).await["viewer"]["hasAutoBid"], false);
    let low = site.auto(&id, &bob, 21.99).send().await;
    assert_eq!(low.refused(400, "BID_TOO_LOW")["details"]["minimumBid"], "22");

    let gone = site.ask("DELETE", &path).by(&ann).key("g1").send().await.expect_status(204);
    assert!(gone.body.is_empty());
    site.ask("DELETE", &path).by(&ann).key("g1").send().await.expect_status(204);
    site.ask("DELETE", &path).by(&ann).send().await.refused(404, "NOT_FOUND");
    site.get(&path).by(&ann).send().await.refused(404, "NOT_FOUND");
    site.ask("DELETE", &path).by(&bob).send().await.refused(404, "NOT_FOUND");
    // Ann leads at the price, and no further.
    let seen = site.lot_for(&id, &ann).await;
    assert_eq!(seen["viewer"]["hasAutoBid"], false);
    assert_eq!(seen["viewer"]["isHighestBidder"], true);
    assert_eq!(seen["viewer"]["maxAmount"], 21);
    let taken = site.bids(&id, &bob, 22.0).await;
    assert_eq!((&taken["isHighestBidder"], &taken["currentBid"]), (&json!(true), &json!(22)));
}

#[tokio::test]
async fn an_auto_bid_repeated_with_its_key_gets_the_very_same_answer() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({})).await;
    let first = site.auto(&id, &ann, 30.0).key("a1").send().await.expect_status(200);
    let raised = site.auto(&id, &ann, 40.0).key("a2").send().await.expect_status(200);
    site.bids(&id, &bob, 50.0).await;
    let again = site.auto(&id, &ann, 30.0).key("a1").send().await.expect_status(200);
    assert_eq!(again.text(), first.text());
    let again = site.auto(&id, &ann, 40.0).key("a2").send().await.expect_status(200);
    assert_eq!(again.text(), raised.text());
    let other = site.auto(&id, &ann, 31.0).key("a1").send().await;
    other.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(site.lot_for(&id, &bob).await["viewer"]["isHighestBidder"], true);
}

#[tokio::test]
async fn the_leader_who_bids_again_raises_only_their_maximum() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let id = site.list(&mae, &json!({"snipeWindowSeconds": 3600})).await;
    site.bid(&id, &ann, &json!({"amount": 10, "maxAmount": 20})).send().await.expect_status(201);
    site.pass(MINUTE);
    let before = site.lot(&id).await;
    let raise = json!({"amount": 25, "maxAmount": 30});
    let raised = site.bid(&id, &ann, &raise).send().await.expect_status(201).json();
    for (field, expected) in [
        ("currentBid", json!(10)),
        ("finalAmount", json!(10)),
        ("bidCount", json!(1)),
        ("minimumBid", json!(11)),
        ("isHighestBidder", json!(true)),
        ("seq", before["seq"].clone()),
        ("auctionEndTime", before["endTime"].clone()),
    ] {
        assert_eq!(raised[field], expected, "{field}");
    }
    for not_more in [json!({"amount": 30}), json!({"amount": 12, "maxAmount": 30})] {
        let answer = site.bid(&id, &ann, &not_more).send().await;
        answer.refused(409, "MAX_NOT_RAISED");
    }
    assert_eq!(site.lot_for(&id, &ann).await["viewer"]["maxAmount"], 30);
    assert_eq!(site.history(&id).await.len(), 1, "nobody bids against themselves");
}

#[tokio::test]
async fn a_silent_raise_can_be_seen_by_nobody_else() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({"reservePrice": 500})).await;
    site.bid(&id, &ann, &json!({"amount": 10, "maxAmount": 20})).send().await.expect_status(201);
    site.bids(&id, &bob, 12.0).await;
    let look = async || {
        let mut seen = Vec::new();
        for path in [format!("/auctions/{id}"), format!("/auctions/{id}/bids"), "/auctions".into()]
        {
            seen.push(site.get(&path).send().await.text());
            seen.push(site.get(&path).by(&bob).send().await.text());
            seen.push(site.get(&path).by(&mae).send().await.text());
        }
        seen
    };
    let before = look().await;
    site.pass(MINUTE);
    site.auto(&id, &ann, 123.45).send().await.expect_status(200);
    site.pass(MINUTE);
    site.bid(&id, &ann, &json!({"amount": 234.56})).send().await.expect_status(201);
    site.pass(MINUTE);
    site.ask("DELETE", &format!("/auctions/{id}/proxy")).by(&ann).send().await.expect_status(204);
    for (before, after) in before.iter().zip(look().await) {
        assert_eq!(*before, after, "a silent change shows");
    }
}

// --- History -----------------------------------------------------------------------------------

#[tokio::test]
async fn the_history_tells_the_whole_price_path_and_every_bid_once() {
    let site = Site::open().await;
    let (mae, ann, bob, cy) = (
        site.register("Mae").await,
        site.register("Ann").await,
        site.register("Bob").await,
        site.register("Cy").await,
    );
    let id = site.list(&mae, &json!({})).await;
    let mut bids = Vec::new();
    for (who, body) in [
        (&ann, json!({"amount": 10, "maxAmount": 30})),
        (&bob, json!({"amount": 12})),
        (&cy, json!({"amount": 14, "maxAmount": 20})),
        (&bob, json!({"amount": 50})),
        (&ann, json!({"amount": 60, "maxAmount": 90})),
        (&cy, json!({"amount": 62, "maxAmount": 95})),
        (&bob, json!({"amount": 96})),
    ] {
        site.pass(SECOND);
        let answer = site.bid(&id, who, &body).send().await.expect_status(201).json();
        bids.push((answer, site.now(), who));
    }
    let lot = site.lot(&id).await;
    assert_eq!(lot["bidCount"], bids.len());
    let history = site.history(&id).await;

    let ids: HashSet<_> = strings(&history, "id").into_iter().collect();
    assert_eq!(ids.len(), history.len(), "every row has its own id");
    // Each accepted bid is there exactly once, under the id and time it was answered with.
    let accepted: Vec<_> = history.iter().filter(|row| row["isProxyBid"] == false).collect();
    assert_eq!(accepted.len(), bids.len());
    for ((answer, at, who), row) in bids.iter().zip(&accepted) {
        assert_eq!(row["id"], answer["bidId"]);
        assert_eq!(row["createdAt"], iso(*at));
        assert_eq!(row["bidderId"], site.lot_for(&id, who).await["viewer"]["bidderId"]);
    }
    // Rows ascend to the price, and what an auto-bid said is marked as such.
    let amounts = numbers(&history, "amount");
    assert!(amounts.windows(2).all(|pair| pair[0] <= pair[1]), "{amounts:?}");
    assert_eq!(amounts.last().copied(), lot["currentBid"].as_f64());
    let answers = history.iter().filter(|row| row["isProxyBid"] == true).count();
    assert!(answers >= 3, "ann's and cy's auto-bids answered: {history:?}");
    for row in &history {
        assert_eq!(row["auctionId"], id);
        assert_eq!(row["isWinning"], row == history.last().expect("rows"));
        assert!(row.get("maxAmount").is_none(), "a guest sees no maximum: {row}");
        let name = row["bidderName"].as_str().expect("a name");
        assert!(!name.contains("Ann") && !name.contains("Bob") && !name.contains("Cy"));
    }
    assert_eq!(history.last().expect("rows")["bidderId"], lot["currentBidderId"]);
    assert_eq!(history.last().expect("rows")["bidderName"], lot["currentBidderName"]);

    // A silent raise adds nothing; who leads stays marked.
    site.auto(&id, &bob, 200.0).send().await.expect_status(200);
    assert_eq!(site.history(&id).await, history);
}

#[tokio::test]
async fn a_maximum_stands_in_the_history_for_its_owner_alone() {
    let site = Site::open().await;
    let (mae, ann, bob, admin) = (
        site.register("Mae").await,
        site.register("Ann").await,
        site.register("Bob").await,
        site.admin().await,
    );
    let id = site.list(&mae, &json!({})).await;
    let body = json!({"amount": 10, "maxAmount": 3141.59});
    site.bid(&id, &ann, &body).send().await.expect_status(201);
    site.bid(&id, &bob, &json!({"amount": 11, "maxAmount": 27.18})).send().await.expect_status(201);
    let path = format!("/auctions/{id}/bids");
    let maxima = async |who: &User| {
        let rows = site.get(&path).by(who).send().await.expect_status(200).json();
        let rows = rows["data"].as_array().expect("rows").clone();
        rows.iter().filter_map(|row| row["maxAmount"].as_f64()).collect::<Vec<_>>()
    };
    assert_eq!(maxima(&ann).await, [3141.59]);
    // His bid, and the answer of his auto-bid to Ann's.
    assert_eq!(maxima(&bob).await, [27.18, 27.18]);
    assert_eq!(maxima(&mae).await, Vec::<f64>::new());
    assert_eq!(maxima(&admin).await, Vec::<f64>::new());
    let secret = |text: &str| text.contains("3141.59") || text.contains("314159");
    for path in [
        path.clone(),
        format!("/auctions/{id}"),
        format!("/auctions/{id}/events"),
        "/auctions".into(),
    ] {
        assert!(!secret(&site.get(&path).send().await.text()), "{path}");
        assert!(!secret(&site.get(&path).by(&bob).send().await.text()), "{path}");
        assert!(!secret(&site.get(&path).by(&mae).send().await.text()), "{path}");
    }
    assert!(!secret(&site.get("/users/me/bids").by(&bob).send().await.text()));
}

#[tokio::test]
async fn the_history_is_paged_newest_first() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({})).await;
    let path = format!("/auctions/{id}/bids");
    let empty = site.get(&path).send().await.expect_status(200).json();
    let none = json!({"page": 1, "limit": 20, "total": 0, "totalPages": 0});
    assert_eq!(empty, json!({"data": [], "pagination": none}));
    for bid in 0..23 {
        let who = if bid % 2 == 0 { &ann } else { &bob };
        site.bids(&id, who, f64::from(10 + bid)).await;
    }
    let mut seen = Vec::new();
    for page in 1..=5 {
        let answer = site.get(&format!("{path}?page={page}&limit=5")).send().await.json();
        let pagination = json!({"page": page, "limit": 5, "total": 23, "totalPages": 5});
        assert_eq!(answer["pagination"], pagination);
        seen.extend(numbers(answer["data"].as_array().expect("rows"), "amount"));
    }
    assert_eq!(seen, (0..23).rev().map(|bid| f64::from(10 + bid)).collect::<Vec<_>>());
    let beyond = site.get(&format!("{path}?page=6&limit=5")).send().await.json();
    assert_eq!(beyond["data"], json!([]));
}

// --- The log -----------------------------------------------------------------------------------

#[tokio::test]
async fn the_log_proves_itself_and_tells_nothing_of_what_is_sealed() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({"reservePrice": 777.77})).await;
    site.pass(SECOND);
    site.bid(&id, &ann, &json!({"amount": 10, "maxAmount": 20})).send().await.expect_status(201);
    site.pass(SECOND);
    site.auto(&id, &ann, 55.55).send().await.expect_status(200);
    site.pass(SECOND);
    site.bids(&id, &bob, 30.0).await;
    site.pass(SECOND);
    site.ask("DELETE", &format!("/auctions/{id}/proxy")).by(&ann).send().await.expect_status(204);
    site.bids(&id, &bob, 40.0).await;
    site.pass(HOUR);
    site.until_status(&id, "unsold").await;

    let events = site.events(&id).await;
    let kinds = ["listed", "bid", "sealed", "bid", "sealed", "bid", "unsold"];
    assert_eq!(strings(&events, "kind"), kinds);
    let mut before = "0".repeat(64);
    let mut seq = 0;
    for (index, event) in events.iter().enumerate() {
        let fields = [
            "auctionId",
            "canonical",
            "hash",
            "kind",
            "leader",
            "prevHash",
            "price",
            "sealed",
            "seq",
            "steps",
            "timestamp",
            "version",
        ];
        assert_eq!(names(event), fields);
        assert_eq!(event["auctionId"], id);
        assert_eq!(event["version"], index + 1, "versions are dense");
        let canonical = event["canonical"].as_str().expect("a text");
        assert_eq!(event["hash"], hex(&Sha256::digest(canonical.as_bytes())));
        let inside: Value = serde_json::from_str(canonical).expect("canonical JSON");
        assert_eq!(inside["prev"], before, "the hash covers the one before");
        assert_eq!(event["prevHash"], before);
        assert_eq!(inside["sealed"], event["sealed"]);
        assert_eq!((&inside["lot"], &inside["version"]), (&json!(id), &json!(index + 1)));
        event["hash"].as_str().expect("a hash").clone_into(&mut before);
        if event["kind"] == "sealed" {
            for field in ["seq", "timestamp", "price", "leader"] {
                assert_eq!(event[field], Value::Null, "{field} of a sealed entry");
            }
            assert_eq!(event["steps"], json!([]));
            assert_eq!(names(&inside), ["kind", "lot", "prev", "sealed", "version"]);
            assert_eq!(event["sealed"].as_str().map(str::len), Some(64));
        } else {
            seq += 1;
            assert_eq!(event["seq"], seq, "seqs of public changes are dense");
            assert_eq!(inside["seq"], seq);
        }
    }
    assert_eq!(site.lot(&id).await["seq"], seq);

    // The rows of the entries are the rows of the history.
    let rows = |event: &Value| event["steps"].as_array().expect("steps").clone();
    let told: Vec<_> = events.iter().flat_map(rows).collect();
    let history = site.history(&id).await;
    assert_eq!(numbers(&told, "amount"), numbers(&history, "amount"));
    assert_eq!(strings(&told, "bidderId"), strings(&history, "bidderId"));

    let text = Value::from(events.clone()).to_string();
    for secret in ["777.77", "55.55", &mae.email, &ann.id, &bob.id] {
        assert!(!text.contains(secret), "{secret} is in the log");
    }
    // As words: among the digits of so many hashes any five are found now and then.
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).collect::<Vec<_>>();
    for secret in ["77777", "5555"] {
        assert!(!words.contains(&secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn the_log_is_read_on_from_a_known_seq_and_in_pages() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({})).await;
    site.bids(&id, &ann, 10.0).await;
    site.auto(&id, &ann, 12.0).send().await.expect_status(200);
    site.bids(&id, &bob, 20.0).await;
    site.bids(&id, &ann, 21.0).await;
    let all = site.events(&id).await;
    assert_eq!(all.len(), 5);
    let path = format!("/auctions/{id}/events");
    for (after, from) in [(0, 0), (1, 1), (2, 2), (3, 4), (4, 5), (5, 5), (u64::MAX, 5)] {
        let answer = site.get(&format!("{path}?after={after}")).send().await;
        let answer = answer.expect_status(200).json();
        assert_eq!(answer["data"], Value::from(all[from..].to_vec()), "after {after}");
        assert_eq!(answer["pagination"]["total"], all.len() - from);
    }
    let mut paged = Vec::new();
    for page in 1..=2 {
        let path = format!("{path}?after=1&limit=2&page={page}");
        paged.extend(site.get(&path).send().await.json()["data"].as_array().expect("rows").clone());
    }
    assert_eq!(paged, all[1..].to_vec());
}

// --- What is secret ----------------------------------------------------------------------------

#[tokio::test]
async fn an_alias_is_the_same_for_everyone_in_a_lot_and_another_in_every_lot() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let mut aliases = HashSet::new();
    for _ in 0..3 {
        let id = site.list(&mae, &json!({})).await;
        site.bids(&id, &ann, 10.0).await;
        let alias = site.lot(&id).await["currentBidderId"].as_str().expect("an alias").to_owned();
        for who in [&mae, &ann, &bob] {
            assert_eq!(site.lot_for(&id, who).await["currentBidderId"], alias);
        }
        assert_eq!(site.lot_for(&id, &ann).await["viewer"]["bidderId"], alias);
        let bobs = site.lot_for(&id, &bob).await["viewer"]["bidderId"].clone();
        assert_ne!(bobs, alias);
        let history = site.history(&id).await;
        assert_eq!(strings(&history, "bidderId"), [&alias]);
        assert_eq!(site.events(&id).await[1]["leader"], alias);
        assert_ne!(alias, ann.id);
        let name = site.lot(&id).await["currentBidderName"].as_str().expect("a name").to_owned();
        assert!(aliases.insert(alias) && aliases.insert(name), "the alias was used in another lot");
        // The account's id and name are nowhere to be found by others.
        for path in [String::new(), "/bids".into(), "/events".into()] {
            for ask in [
                site.get(&format!("/auctions/{id}{path}")),
                site.get(&format!("/auctions/{id}{path}")).by(&bob),
                site.get(&format!("/auctions/{id}{path}")).by(&mae),
            ] {
                let text = ask.send().await.expect_status(200).text();
                for own in [&ann.id, &ann.email, &ann.name] {
                    assert!(!text.contains(own.as_str()), "{own} is in {text}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_reserve_is_seen_by_the_seller_and_admins_and_in_no_body_of_others() {
    let site = Site::open().await;
    let (mae, ann, admin) =
        (site.register("Mae").await, site.register("Ann").await, site.admin().await);
    let id = site.list(&mae, &json!({"reservePrice": 4321.09})).await;
    let check = async || {
        assert_eq!(site.lot_for(&id, &mae).await["reservePrice"], 4321.09);
        assert_eq!(site.lot_for(&id, &admin).await["reservePrice"], 4321.09);
        for path in [
            format!("/auctions/{id}"),
            format!("/auctions/{id}/bids"),
            format!("/auctions/{id}/events"),
            "/auctions?limit=100".to_owned(),
            "/auctions?status=unsold".to_owned(),
            "/users/me/bids".to_owned(),
        ] {
            let mut asks = vec![site.get(&path).by(&ann)];
            if !path.starts_with("/users") {
                asks.push(site.get(&path));
            }
            for ask in asks {
                let text = ask.send().await.expect_status(200).text();
                assert!(!text.contains("4321") && !text.contains("432109"), "{path}: {text}");
            }
        }
        let seen = site.lot(&id).await;
        assert_eq!(seen["reservePrice"], Value::Null);
        assert_eq!((&seen["hasReserve"], &seen["reserveMet"]), (&json!(true), &json!(false)));
    };
    check().await;
    let body = json!({"amount": 10, "maxAmount": 4000});
    let answer = site.bid(&id, &ann, &body).send().await.expect_status(201);
    assert!(!answer.text().contains("4321"));
    check().await;
    let refused = site.bid(&id, &ann, &json!({"amount": 11})).send().await;
    assert!(!refused.text().contains("4321"));
    // A search by price cannot find it out either.
    let by_price = site.all("/auctions?minPrice=4321.09&maxPrice=4321.09", None).await;
    assert_eq!(by_price, Vec::<Value>::new());
    site.pass(HOUR);
    site.until_status(&id, "unsold").await;
    check().await;
}

#[tokio::test]
async fn a_maximum_that_reaches_the_reserve_takes_the_price_there() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let id = site.list(&mae, &json!({"reservePrice": 50})).await;
    let body = json!({"amount": 10, "maxAmount": 49.99});
    let answer = site.bid(&id, &ann, &body).send().await.expect_status(201).json();
    assert_eq!(answer["currentBid"], 10);
    assert_eq!(site.lot(&id).await["reserveMet"], false);
    let answer = site.auto(&id, &ann, 60.0).send().await.expect_status(200).json();
    assert_eq!(answer["currentBid"], 50);
    let seen = site.lot(&id).await;
    assert_eq!((&seen["currentBid"], &seen["reserveMet"]), (&json!(50), &json!(true)));
    assert_eq!((&seen["bidCount"], &seen["seq"]), (&json!(2), &json!(3)));
}

#[tokio::test]
async fn only_the_seller_learns_who_won_and_only_once_it_is_sold() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({})).await;
    site.bids(&id, &ann, 10.0).await;
    site.bids(&id, &bob, 11.0).await;
    assert_eq!(site.lot_for(&id, &mae).await["winner"], Value::Null);
    site.pass(HOUR);
    site.until_status(&id, "sold").await;
    let winner = json!({"displayName": "Bob", "email": bob.email});
    assert_eq!(site.lot_for(&id, &mae).await["winner"], winner);
    let own = site.get("/users/me/auctions").by(&mae).send().await.expect_status(200).json();
    assert_eq!(own["data"][0]["winner"], winner);
    for path in [format!("/auctions/{id}"), "/auctions?status=sold".to_owned()] {
        for ask in [site.get(&path), site.get(&path).by(&ann)] {
            let text = ask.send().await.expect_status(200).text();
            assert!(!text.contains(&bob.email) && !text.contains("Bob\""), "{text}");
        }
    }
    for who in [&ann, &bob] {
        assert_eq!(site.lot_for(&id, who).await["winner"], Value::Null);
    }
}

// --- One's own ---------------------------------------------------------------------------------

#[tokio::test]
async fn ones_own_bids_say_how_each_lot_stands() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let short =
        |title: &str| json!({"title": title, "durationSeconds": 60, "snipeWindowSeconds": 0});
    let won = site.list(&mae, &short("won")).await;
    let lost = site.list(&mae, &short("lost")).await;
    let winning = site.list(&mae, &json!({"title": "winning"})).await;
    let outbid = site.list(&mae, &json!({"title": "outbid"})).await;
    let cancelled = site.list(&mae, &json!({"title": "cancelled"})).await;
    site.list(&mae, &json!({"title": "not bid on"})).await;
    for id in [&won, &lost, &winning, &outbid, &cancelled] {
        let body = json!({"amount": 10, "maxAmount": 12});
        site.bid(id, &ann, &body).send().await.expect_status(201);
    }
    for id in [&lost, &outbid] {
        site.bids(id, &bob, 20.0).await;
    }
    let admin = site.admin().await;
    site.ask("DELETE", &format!("/auctions/{cancelled}"))
        .by(&admin)
        .send()
        .await
        .expect_status(204);
    site.pass(MINUTE);
    site.until_status(&won, "sold").await;
    site.until_status(&lost, "sold").await;

    let all = site.all("/users/me/bids", Some(&ann)).await;
    assert_eq!(all.len(), 5);
    for row in &all {
        let fields = ["auction", "lastAmount", "lastBidAt", "maxAmount", "standing"];
        assert_eq!(names(row), fields);
        assert_eq!(row["standing"], row["auction"]["title"]);
        assert_eq!((&row["lastAmount"], &row["maxAmount"]), (&json!(10), &json!(12)));
        assert_eq!(row["lastBidAt"], iso(START_MS));
        let id = row["auction"]["id"].as_str().expect("an id");
        assert_eq!(row["auction"], site.lot_for(id, &ann).await);
    }
    for standing in ["winning", "outbid", "won", "lost", "cancelled"] {
        let some = site.all(&format!("/users/me/bids?standing={standing}"), Some(&ann)).await;
        assert_eq!(strings(&some, "standing"), [standing]);
    }
    let bobs = site.all("/users/me/bids", Some(&bob)).await;
    let mut standings = strings(&bobs, "standing");
    standings.sort_unstable();
    assert_eq!(standings, ["winning", "won"]);
    assert_eq!(site.all("/users/me/bids", Some(&mae)).await.len(), 0);
}

#[tokio::test]
async fn ones_last_bid_is_there_as_soon_as_it_is_answered() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&mae, &json!({})).await;
    let row = async || site.all("/users/me/bids", Some(&ann)).await[0].clone();
    let proxy = format!("/auctions/{id}/proxy");
    for amount in [10, 20, 30] {
        // Within moments of each other, as when two people want the same thing.
        site.pass(1);
        let body = json!({"amount": amount, "maxAmount": amount + 5});
        site.bid(&id, &ann, &body).send().await.expect_status(201);
        let bid = row().await;
        assert_eq!(bid["standing"], "winning");
        assert_eq!((&bid["lastAmount"], &bid["maxAmount"]), (&json!(amount), &json!(amount + 5)));
        assert_eq!(bid["lastBidAt"], iso(site.now()));
        site.pass(1);
        site.auto(&id, &ann, f64::from(amount + 7)).send().await.expect_status(200);
        assert_eq!(row().await["maxAmount"], amount + 7);
        let own = site.get(&proxy).by(&ann).send().await.json();
        assert_eq!(own["maxAmount"], amount + 7);
        assert_eq!(own["createdAt"], iso(site.now()), "when it was set to this maximum");
        site.bids(&id, &bob, f64::from(amount + 8)).await;
        assert_eq!(row().await["standing"], "outbid");
    }
}

#[tokio::test]
async fn ones_own_lots_are_listed_whatever_became_of_them() {
    let site = Site::open().await;
    let (mae, max) = (site.register("Mae").await, site.register("Max").await);
    for title in ["one", "two", "three"] {
        site.pass(SECOND);
        site.list(&mae, &json!({"title": title, "reservePrice": 50})).await;
    }
    site.list(&max, &json!({})).await;
    site.pass(SECOND);
    let cancelled = site.list(&mae, &json!({"title": "four"})).await;
    site.ask("DELETE", &format!("/auctions/{cancelled}")).by(&mae).send().await.expect_status(204);
    let own = site.get("/users/me/auctions?limit=3").by(&mae).send().await.expect_status(200);
    let own = own.json();
    assert_eq!(own["pagination"], json!({"page": 1, "limit": 3, "total": 4, "totalPages": 2}));
    let own = own["data"].as_array().expect("lots");
    assert_eq!(strings(own, "title"), ["four", "three", "two"]);
    assert_eq!(own[1]["reservePrice"], 50);
    assert_eq!(own[0]["status"], "cancelled");
}
