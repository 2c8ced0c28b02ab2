//! What the house answers to those who ask wrongly: the right code and status as a whole
//! `ApiError` with a request id, never a 500, and never a change.

mod common;

use common::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A house with a lot that has a leader, and everything that can be seen of it.
struct Scene {
    site: Site,
    mae: User,
    ann: User,
    bob: User,
    lot: String,
    before: Vec<String>,
}

impl Scene {
    async fn open() -> Scene {
        Scene::with_limits(false).await
    }

    async fn with_limits(on: bool) -> Scene {
        let site = Site::open_with(on, None).await;
        let (mae, ann, bob) =
            (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
        let lot = site.list(&mae, &json!({"reservePrice": 100})).await;
        let body = json!({"amount": 10, "maxAmount": 20});
        site.bid(&lot, &ann, &body).send().await.expect_status(201);
        let mut scene = Scene { site, mae, ann, bob, lot, before: Vec::new() };
        scene.before = scene.look().await;
        scene
    }

    async fn look(&self) -> Vec<String> {
        let mut seen = Vec::new();
        let lot = &self.lot;
        for path in [
            format!("/auctions/{lot}"),
            format!("/auctions/{lot}/bids"),
            format!("/auctions/{lot}/events"),
            "/auctions".into(),
        ] {
            for who in [&self.mae, &self.ann, &self.bob] {
                let answer = self.site.get(&path).by(who).send().await.expect_status(200);
                seen.push(answer.text());
            }
        }
        seen
    }

    /// Nothing of the lot, its history, its log and the list of lots is other than before.
    async fn unchanged(&self, after: &str) {
        assert_eq!(self.look().await, self.before, "changed by {after}");
    }

    fn path(&self, end: &str) -> String {
        format!("/auctions/{}{end}", self.lot)
    }

    /// A body as raw JSON text by a user, to one of the lot's calls.
    fn raw(&self, end: &str, user: &User, body: &str) -> Ask<'_> {
        let ask = self.site.ask("POST", &self.path(end)).by(user);
        ask.body("application/json", body)
    }
}

/// Values that are no amounts, as JSON text.
const NO_AMOUNTS: [&str; 25] = [
    "\"10\"",
    "\"NaN\"",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e300",
    "1e400",
    "-1e400",
    "-1",
    "-0.01",
    "0",
    "0.0",
    "-0.0",
    "0.001",
    "10.001",
    "30.005",
    "1e-300",
    "1000000000.01",
    "9223372036854775807",
    "18446744073709551616",
    "true",
    "{}",
    "{\"amount\": 30}",
    "[30]",
    "\"30\\u0000\"",
];

#[tokio::test]
async fn no_hostile_amount_is_bid() {
    let scene = Scene::open().await;
    for value in NO_AMOUNTS.iter().chain(&["null", "", "1.", ".5", "+30", "0x1E", "1_000", "30,5"])
    {
        for body in [
            format!("{{\"amount\": {value}}}"),
            format!("{{\"amount\": {value}, \"maxAmount\": 50}}"),
        ] {
            let answer = scene.raw("/bids", &scene.bob, &body).send().await;
            answer.refused(400, "VALIDATION_ERROR");
        }
        let body = format!("{{\"maxAmount\": {value}}}");
        scene.raw("/proxy", &scene.bob, &body).send().await.refused(400, "VALIDATION_ERROR");
    }
    for value in NO_AMOUNTS {
        let body = format!("{{\"amount\": 30, \"maxAmount\": {value}}}");
        let answer = scene.raw("/bids", &scene.bob, &body).send().await;
        answer.refused(400, "VALIDATION_ERROR");
    }
    scene.unchanged("amounts that are none").await;
}

#[tokio::test]
async fn a_wrong_field_is_named() {
    let scene = Scene::open().await;
    for (body, field) in [
        ("{\"amount\": -1}", "amount"),
        ("{\"amount\": \"5\"}", "amount"),
        ("{\"amount\": 0.001}", "amount"),
        ("{}", "amount"),
        ("{\"amount\": 30, \"maxAmount\": 29.99}", "maxAmount"),
        ("{\"amount\": 30, \"maxAmount\": 1e300}", "maxAmount"),
        ("{\"amount\": 30, \"tip\": 1}", "tip"),
        ("{\"amount\": 30, \"max_amount\": 40}", "max_amount"),
    ] {
        let told =
            scene.raw("/bids", &scene.bob, body).send().await.refused(400, "VALIDATION_ERROR");
        let details = told["details"].as_object().unwrap_or_else(|| panic!("{body}: {told}"));
        assert_eq!(details.keys().collect::<Vec<_>>(), [field], "{body}: {told}");
    }
    let many = json!({"email": "nobody", "password": "short", "displayName": "x"});
    let told =
        scene.site.post("/auth/register", &many).send().await.refused(400, "VALIDATION_ERROR");
    assert_eq!(names(&told["details"]), ["displayName", "email", "password"]);
    scene.unchanged("wrong fields").await;
}

#[tokio::test]
async fn no_broken_body_is_taken_anywhere() {
    let scene = Scene::open().await;
    let deep = "[".repeat(60_000);
    let deep_value = format!("{{\"amount\": {}", "{\"a\":".repeat(10_000));
    for body in [
        "",
        " ",
        "{",
        "}",
        "[]",
        "[30]",
        "[30, 50]",
        "[\"zoe@example.org\", \"password1\"]",
        "[\"zoe@example.org\", \"password1\", \"Zoe\"]",
        "null",
        "1",
        "\"text\"",
        "{\"amount\": 30",
        "{\"amount\": 30}}",
        "{\"amount\": 30} {\"amount\": 30}",
        "{\"amount\": 30, \"amount\": 31}",
        "{amount: 30}",
        "{'amount': 30}",
        "{\"amount\" 30}",
        "{\"amount\": 30,}",
        "amount=30",
        "\u{feff}{\"amount\": 30}",
        "{\"amount\": 30, \"\\ud800\": 1}",
        &deep,
        &deep_value,
    ] {
        for end in ["/bids", "/proxy"] {
            let answer = scene.raw(end, &scene.bob, body).send().await;
            answer.refused(400, "VALIDATION_ERROR");
        }
        for path in ["/auth/register", "/auth/login", "/auctions"] {
            let ask = scene.site.ask("POST", path).by(&scene.bob);
            ask.body("application/json", body).send().await.refused(400, "VALIDATION_ERROR");
        }
    }
    let not_text = scene.site.ask("POST", &scene.path("/bids")).by(&scene.bob);
    let not_text = not_text.body("application/json", b"{\"amount\": 30, \"\xff\xfe\": 1}".to_vec());
    not_text.send().await.refused(400, "VALIDATION_ERROR");
    scene.unchanged("broken bodies").await;
}

#[tokio::test]
async fn a_body_of_another_type_is_not_read() {
    let scene = Scene::open().await;
    let bid = "{\"amount\": 30}";
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "json",
        "",
    ] {
        let ask = scene.site.ask("POST", &scene.path("/bids")).by(&scene.bob);
        ask.body(kind, bid).send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    for path in [
        scene.path("/bids"),
        scene.path("/proxy"),
        "/auctions".into(),
        "/auth/login".into(),
        "/auth/register".into(),
    ] {
        let ask = scene.site.ask("POST", &path).by(&scene.bob);
        ask.send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    for kind in ["text/plain", "image/png", "application/x-www-form-urlencoded"] {
        let ask = scene.site.ask("POST", "/auctions").by(&scene.bob);
        ask.body(kind, lot(&json!({})).to_string())
            .send()
            .await
            .refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    scene.unchanged("other types").await;
    // What is the same type in other words is read.
    let ask = scene.site.ask("POST", &scene.path("/bids")).by(&scene.bob);
    let ask = ask.body("Application/JSON; charset=utf-8", bid);
    ask.send().await.expect_status(201);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read_to_its_end() {
    let scene = Scene::open().await;
    let padded = |bytes: usize| {
        let mut body = "{\"amount\": 30".to_owned();
        body.push_str(&" ".repeat(bytes - body.len() - 1));
        body.push('}');
        body
    };
    let large = padded(65 * 1024);
    for end in ["/bids", "/proxy"] {
        let answer = scene.raw(end, &scene.bob, &large).send().await;
        answer.refused(413, "PAYLOAD_TOO_LARGE");
    }
    for path in ["/auctions", "/auth/login", "/auth/register"] {
        let ask = scene.site.ask("POST", path).by(&scene.bob);
        let answer = ask.body("application/json", large.as_str()).send().await;
        answer.refused(413, "PAYLOAD_TOO_LARGE");
    }
    let text = json!({"description": "x".repeat(64 * 1024)});
    let answer = scene.site.post("/auctions", &lot(&text)).by(&scene.bob).send().await;
    answer.refused(413, "PAYLOAD_TOO_LARGE");
    scene.unchanged("large bodies").await;
    // Everything up to 64 KiB is read.
    let answer = scene.raw("/bids", &scene.bob, &padded(64 * 1024)).send().await;
    answer.expect_status(201);
}

#[tokio::test]
async fn no_impossible_lot_is_listed() {
    let scene = Scene::open().await;
    let at = |ms: i64| iso(START_MS + ms);
    let cases = [
        ("title", json!({"title": null})),
        ("title", json!({"title": ""})),
        ("title", json!({"title": "ab"})),
        ("title", json!({"title": "  ab  "})),
        ("title", json!({"title": "t".repeat(121)})),
        ("title", json!({"title": "a\u{0}b\u{7}c"})),
        ("title", json!({"title": 42})),
        ("description", json!({"description": "d".repeat(10_001)})),
        ("description", json!({"description": {}})),
        ("category", json!({"category": null})),
        ("category", json!({"category": ""})),
        ("category", json!({"category": "a"})),
        ("category", json!({"category": "a".repeat(41)})),
        ("category", json!({"category": "Clocks"})),
        ("category", json!({"category": "clöcks"})),
        ("category", json!({"category": "two words"})),
        ("category", json!({"category": "../etc"})),
        ("startingPrice", json!({"startingPrice": null})),
        ("startingPrice", json!({"startingPrice": 0})),
        ("startingPrice", json!({"startingPrice": -5})),
        ("startingPrice", json!({"startingPrice": 0.001})),
        ("startingPrice", json!({"startingPrice": 1e300})),
        ("startingPrice", json!({"startingPrice": "10"})),
        ("reservePrice", json!({"reservePrice": 9.99})),
        ("reservePrice", json!({"reservePrice": 10.005})),
        ("reservePrice", json!({"reservePrice": -1})),
        ("bidIncrement", json!({"bidIncrement": 0})),
        ("bidIncrement", json!({"bidIncrement": -1})),
        ("bidIncrement", json!({"bidIncrement": [[0, 1]]})),
        ("endTime", json!({"durationSeconds": null})),
        ("durationSeconds", json!({"durationSeconds": 9})),
        ("durationSeconds", json!({"durationSeconds": 0})),
        ("durationSeconds", json!({"durationSeconds": -3600})),
        ("durationSeconds", json!({"durationSeconds": 3600.5})),
        ("durationSeconds", json!({"durationSeconds": 90 * 24 * 3600 + 1})),
        ("durationSeconds", json!({"durationSeconds": 1_u64 << 40})),
        ("endTime", json!({"durationSeconds": null, "endTime": at(9_999)})),
        ("endTime", json!({"durationSeconds": null, "endTime": at(-HOUR)})),
        ("endTime", json!({"durationSeconds": null, "endTime": at(90 * DAY + 1)})),
        ("endTime", json!({"durationSeconds": null, "endTime": "tomorrow"})),
        ("endTime", json!({"durationSeconds": null, "endTime": START_MS + HOUR})),
        ("endTime", json!({"durationSeconds": null, "endTime": "2026-02-30T10:00:00.000Z"})),
        ("endTime", json!({"durationSeconds": null, "startTime": at(DAY), "endTime": at(DAY)})),
        ("startTime", json!({"startTime": "9999999-01-01T00:00:00Z"})),
        ("startTime", json!({"startTime": "2026-01-01"})),
        ("snipeWindowSeconds", json!({"snipeWindowSeconds": 3601})),
        ("snipeWindowSeconds", json!({"snipeWindowSeconds": -1})),
        ("snipeWindowSeconds", json!({"snipeWindowSeconds": "120"})),
        ("snipeCapSeconds", json!({"snipeCapSeconds": -1})),
        ("draft", json!({"draft": "yes"})),
        ("colour", json!({"colour": "red"})),
        ("status", json!({"status": "sold"})),
        ("sellerId", json!({"sellerId": scene.ann.id})),
    ];
    for (field, fields) in cases {
        let answer = scene.site.post("/auctions", &lot(&fields)).by(&scene.mae).send().await;
        let told = answer.refused(400, "VALIDATION_ERROR");
        assert_eq!(names(&told["details"]), [field], "{fields}: {told}");
        // A form is held to the same, where it can say the same.
        if fields.as_object().is_some_and(|fields| fields.values().all(|value| !value.is_object()))
        {
            let ask = scene.site.ask("POST", "/auctions").by(&scene.mae);
            let answer = ask.form(Form::lot(&fields)).send().await;
            if answer.status != 201 {
                answer.refused(400, "VALIDATION_ERROR");
            } else {
                // A form has only texts, so that a number in quotes is a number there.
                assert!(
                    fields == json!({"startingPrice": "10"})
                        || fields == json!({"title": 42})
                        || fields == json!({"snipeWindowSeconds": "120"}),
                    "{fields}"
                );
                let id = answer.json()["auctionId"].as_str().expect("an id").to_owned();
                let undo = scene.site.ask("DELETE", &format!("/auctions/{id}")).by(&scene.mae);
                undo.send().await.expect_status(204);
            }
        }
    }
    scene.unchanged("impossible lots").await;
}

/// A listing with one upload.
async fn upload(scene: &Scene, bytes: &[u8]) -> Answer {
    let form = Form::lot(&json!({})).image(bytes);
    scene.site.ask("POST", "/auctions").by(&scene.mae).form(form).send().await
}

#[tokio::test]
async fn no_file_but_a_whole_picture_of_the_named_kinds_is_taken() {
    let scene = Scene::open().await;
    let svg = br#"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    let gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
    let html = b"<!doctype html><script>alert(1)</script>";
    let zip = b"PK\x03\x04\x14\x00\x00\x00\x08\x00";
    for bytes in [&svg[..], gif, html, zip, b"BM\x36\x00\x00\x00", b"x", &[0; 4096]] {
        let answer = upload(&scene, bytes).await;
        answer.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    // A name or type that says otherwise changes nothing.
    let form = Form::lot(&json!({})).file("images", "picture.png", "image/png", svg);
    let ask = scene.site.ask("POST", "/auctions").by(&scene.mae).form(form);
    ask.send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");

    for whole in [png(200, 150), jpeg(200, 150)] {
        for part in [whole.len() / 2, whole.len() * 9 / 10, 40] {
            let answer = upload(&scene, &whole[..part]).await;
            let told = answer.refused(400, "VALIDATION_ERROR");
            assert_eq!(names(&told["details"]), ["images"], "{told}");
        }
        let mut damaged = whole.clone();
        let middle = damaged.len() / 2;
        damaged[..middle].reverse();
        let answer = upload(&scene, &damaged).await;
        assert!(matches!(answer.status, 400 | 415), "{}", answer.text());
    }
    // A header that promises more pixels than anybody has memory for.
    let mut bomb = png(2, 2);
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    upload(&scene, &bomb).await.refused(400, "VALIDATION_ERROR");
    scene.unchanged("files that are no pictures").await;
    let kept = std::fs::read_dir(scene.site.folder.path().join("pictures")).expect("a folder");
    assert_eq!(kept.count(), 0);
}

#[tokio::test]
async fn no_upload_beyond_the_limits_is_taken() {
    let scene = Scene::open().await;
    let mut large = jpeg(64, 64);
    large.resize(11 * 1024 * 1024, 0);
    upload(&scene, &large).await.refused(413, "PAYLOAD_TOO_LARGE");

    let small = png(4, 4);
    let eleven = (0..11).fold(Form::lot(&json!({})), |form, _| form.image(&small));
    let ask = scene.site.ask("POST", "/auctions").by(&scene.mae).form(eleven);
    let told = ask.send().await.refused(400, "VALIDATION_ERROR");
    assert_eq!(names(&told["details"]), ["images"]);

    let long = Form::lot(&json!({})).text("description", &"x".repeat(70 * 1024));
    let ask = scene.site.ask("POST", "/auctions").by(&scene.mae).form(long);
    ask.send().await.refused(413, "PAYLOAD_TOO_LARGE");
    scene.unchanged("large uploads").await;

    let ten = (0..10).fold(Form::lot(&json!({})), |form, _| form.image(&small));
    let ask = scene.site.ask("POST", "/auctions").by(&scene.mae).form(ten);
    ask.send().await.expect_status(201);
}

#[tokio::test]
async fn no_broken_form_is_taken() {
    let scene = Scene::open().await;
    let kind = "multipart/form-data; boundary=b";
    for (kind, body) in [
        ("multipart/form-data", "--b--\r\n"),
        (kind, ""),
        (kind, "--b--\r\n"),
        (kind, "nothing like it"),
        (kind, "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nCut sho"),
        (kind, "--b\r\nno headers\r\n--b--\r\n"),
        (kind, "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    ] {
        let ask = scene.site.ask("POST", "/auctions").by(&scene.mae);
        ask.body(kind, body).send().await.refused(400, "VALIDATION_ERROR");
    }
    for form in [
        Form::lot(&json!({})).text("title", "Twice"),
        Form::lot(&json!({})).text("colour", "red"),
        Form::lot(&json!({"title": null})).file("title", "t", "text/plain", b"\xff\xfe\xfd"),
        Form::lot(&json!({})).file("picture", "p.png", "image/png", &png(4, 4)),
    ] {
        let ask = scene.site.ask("POST", "/auctions").by(&scene.mae).form(form);
        ask.send().await.refused(400, "VALIDATION_ERROR");
    }
    scene.unchanged("broken forms").await;
}

#[tokio::test]
async fn no_impossible_account_is_made() {
    let scene = Scene::open().await;
    let long = format!("{}@example.org", "a".repeat(250));
    let cases = [
        ("email", json!("")),
        ("email", json!("ann")),
        ("email", json!("ann@")),
        ("email", json!("@example.org")),
        ("email", json!("ann lee@example.org")),
        ("email", json!("ann@example.org\r\nBcc: all@example.org")),
        ("email", json!(long)),
        ("email", json!(5)),
        ("email", json!(null)),
        ("password", json!("seven77")),
        ("password", json!("p".repeat(129))),
        ("password", json!(12_345_678)),
        ("password", json!(["password1"])),
        ("displayName", json!("A")),
        ("displayName", json!("   A   ")),
        ("displayName", json!("n".repeat(51))),
        ("displayName", json!("A\u{0}nn")),
        ("displayName", json!("A\nnn")),
        ("displayName", json!({"first": "Ann"})),
        ("role", json!("admin")),
        ("id", json!(scene.ann.id)),
    ];
    for (field, value) in cases {
        let mut body =
            json!({"email": "zoe@example.org", "password": PASSWORD, "displayName": "Zoe"});
        body[field] = value.clone();
        let answer = scene.site.post("/auth/register", &body).send().await;
        let told = answer.refused(400, "VALIDATION_ERROR");
        assert_eq!(names(&told["details"]), [field], "{value}: {told}");
        assert!(answer.session_cookie().is_none());
    }
    let login = json!({"email": "zoe@example.org", "password": PASSWORD});
    scene.site.post("/auth/login", &login).send().await.refused(401, "INVALID_CREDENTIALS");
    for bounds in ["12345678", &"ü".repeat(128)] {
        let email = format!("{}@example.org", bounds.len());
        let body = json!({"email": email, "password": bounds, "displayName": "Zö"});
        scene.site.post("/auth/register", &body).send().await.expect_status(201);
    }
}

#[tokio::test]
async fn every_call_that_needs_somebody_is_refused_to_strangers() {
    let scene = Scene::open().await;
    let document: Value = serde_json::from_str(&gavel_server::openapi_json()).expect("JSON");
    let mut refused = 0;
    for (path, calls) in document["paths"].as_object().expect("paths") {
        if path.ends_with("/stream") {
            // Open to guests, and without an end.
            continue;
        }
        let address = path.replace("{id}", &scene.lot).replace("{imageId}", &scene.lot);
        assert!(!address.contains('{'), "{path} has a part that this test does not know");
        for (method, call) in calls.as_object().expect("calls") {
            let method = method.to_uppercase();
            let body = match path.rsplit('/').next() {
                Some("bids") => json!({"amount": 30}),
                Some("proxy") => json!({"maxAmount": 30}),
                _ => lot(&json!({})),
            };
            let ask = || scene.site.ask(&method, &address).json(&body);
            if call.get("security").is_none() {
                let answer = ask().send().await;
                assert!(answer.status != 401 && answer.status < 500, "{method} {path}");
                continue;
            }
            refused += 1;
            for cookie in [
                "",
                "session=",
                "session=nonsense",
                "session=%00%ff",
                "Session=x; session =y",
                &format!("session={}", "A".repeat(43)),
                &format!("session={}", "A".repeat(5_000)),
                &scene.ann.cookie[..scene.ann.cookie.len() - 1],
                &scene.ann.cookie.to_uppercase(),
                &format!("x{}", scene.ann.cookie),
            ] {
                let answer = ask().header("cookie", cookie).send().await;
                answer.refused(401, "UNAUTHORIZED");
            }
            ask().send().await.refused(401, "UNAUTHORIZED");
        }
    }
    assert!(refused >= 10, "only {refused} calls need somebody");
    scene.unchanged("strangers").await;
}

#[tokio::test]
async fn a_lot_that_is_not_there_is_not_found_by_any_call() {
    let scene = Scene::open().await;
    let swapped = scene.lot.replace('-', "+");
    for id in [
        "01890000-0000-7000-8000-000000000000",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "1",
        "-1",
        "null",
        "undefined",
        "%00",
        "%ff%fe",
        "..%2f..%2fetc%2fpasswd",
        "'%20OR%201=1%20--",
        &"9".repeat(2_000),
        &scene.lot[1..],
        &format!("{}0", scene.lot),
        &swapped,
        &scene.ann.id,
    ] {
        for (method, end) in [
            ("GET", ""),
            ("DELETE", ""),
            ("POST", "/cancel"),
            ("GET", "/bids"),
            ("POST", "/bids"),
            ("GET", "/proxy"),
            ("POST", "/proxy"),
            ("DELETE", "/proxy"),
            ("GET", "/events"),
        ] {
            let ask = scene.site.ask(method, &format!("/auctions/{id}{end}")).by(&scene.bob);
            let ask = match (method, end) {
                ("POST", "/bids") => ask.json(&json!({"amount": 30})),
                ("POST", "/proxy") => ask.json(&json!({"maxAmount": 30})),
                _ => ask,
            };
            ask.send().await.refused(404, "NOT_FOUND");
        }
    }
    for name in
        ["x.jpg", "..%2fhouse.db", "house.db", "%00", "01890000-0000-7000-8000-000000000000.jpg"]
    {
        scene.site.get(&format!("/media/{name}")).send().await.refused(404, "NOT_FOUND");
    }
    scene.unchanged("unknown lots").await;
}

#[tokio::test]
async fn no_bid_that_the_rules_refuse_is_taken() {
    let scene = Scene::open().await;
    let (site, lot) = (&scene.site, &scene.lot);
    for body in [json!({"amount": 10.99}), json!({"amount": 0.01, "maxAmount": 1000})] {
        let told = site.bid(lot, &scene.bob, &body).send().await.refused(400, "BID_TOO_LOW");
        assert_eq!(told["details"], json!({"minimumBid": "11", "currentBid": "10"}));
    }
    let told = site.auto(lot, &scene.bob, 10.99).send().await.refused(400, "BID_TOO_LOW");
    assert_eq!(told["details"]["minimumBid"], "11");
    site.auto(lot, &scene.ann, 9.99).send().await.refused(400, "BID_TOO_LOW");
    let own = site.bid(lot, &scene.mae, &json!({"amount": 30})).send().await;
    own.refused(400, "VALIDATION_ERROR");
    site.auto(lot, &scene.mae, 30.0).send().await.refused(400, "VALIDATION_ERROR");
    for body in
        [json!({"amount": 20}), json!({"amount": 5}), json!({"amount": 11, "maxAmount": 20})]
    {
        let again = site.bid(lot, &scene.ann, &body).send().await;
        again.refused(409, "MAX_NOT_RAISED");
    }
    let proxy = scene.path("/proxy");
    site.ask("DELETE", &proxy).by(&scene.bob).send().await.refused(404, "NOT_FOUND");
    site.get(&proxy).by(&scene.bob).send().await.refused(404, "NOT_FOUND");
    site.ask("DELETE", &scene.path(""))
        .by(&scene.mae)
        .send()
        .await
        .refused(409, "AUCTION_HAS_BIDS");
    site.ask("DELETE", &scene.path("")).by(&scene.bob).send().await.refused(403, "FORBIDDEN");
    scene.unchanged("refused bids").await;

    let scheduled = site.list(&scene.mae, &json!({"startTime": iso(START_MS + DAY)})).await;
    let body = json!({"amount": 10});
    site.bid(&scheduled, &scene.bob, &body).send().await.refused(409, "AUCTION_NOT_STARTED");
    site.auto(&scheduled, &scene.bob, 10.0).send().await.refused(409, "AUCTION_NOT_STARTED");
    site.pass(HOUR);
    let late = json!({"amount": 30});
    site.bid(lot, &scene.bob, &late).send().await.refused(409, "AUCTION_ENDED");
    site.auto(lot, &scene.bob, 30.0).send().await.refused(409, "AUCTION_ENDED");
    site.ask("DELETE", &proxy).by(&scene.ann).send().await.refused(409, "AUCTION_ENDED");
    site.ask("DELETE", &scene.path("")).by(&scene.mae).send().await.refused(409, "AUCTION_ENDED");
    let ended = site.until_status(lot, "unsold").await;
    assert_eq!((&ended["currentBid"], &ended["bidCount"]), (&json!(10), &json!(1)));
}

#[tokio::test]
async fn checks_come_in_the_order_of_the_rules() {
    let scene = Scene::open().await;
    let (site, mae) = (&scene.site, &scene.mae);
    let scheduled = site.list(mae, &json!({"startTime": iso(START_MS + DAY)})).await;
    // Amounts before time, time before the seller, the seller before the minimum.
    let bad = json!({"amount": -1});
    site.bid(&scheduled, mae, &bad).send().await.refused(400, "VALIDATION_ERROR");
    let good = json!({"amount": 1});
    site.bid(&scheduled, mae, &good).send().await.refused(409, "AUCTION_NOT_STARTED");
    let low = site.bid(&scene.lot, mae, &good).send().await;
    low.refused(400, "VALIDATION_ERROR");
    // A known key before everything.
    let body = json!({"amount": 30});
    site.bid(&scene.lot, &scene.bob, &body).key("k").send().await.expect_status(201);
    site.pass(HOUR);
    site.bid(&scene.lot, &scene.bob, &bad)
        .key("k")
        .send()
        .await
        .refused(422, "IDEMPOTENCY_KEY_REUSED");
    site.bid(&scene.lot, &scene.bob, &body).key("k").send().await.expect_status(200);
}

#[tokio::test]
async fn no_key_that_is_none_is_taken() {
    let scene = Scene::open().await;
    let body = json!({"amount": 30});
    let long = "k".repeat(129);
    for key in [&b""[..], long.as_bytes(), b"\xc3\xbc", b"\xff"] {
        for ask in [
            scene.site.bid(&scene.lot, &scene.bob, &body),
            scene.site.auto(&scene.lot, &scene.bob, 30.0),
            scene.site.post("/auctions", &lot(&json!({}))).by(&scene.bob),
            scene.site.ask("DELETE", &scene.path("/proxy")).by(&scene.ann),
            scene.site.ask("POST", &scene.path("/cancel")).by(&scene.mae),
        ] {
            let answer = ask.header("x-idempotency-key", key).send().await;
            answer.refused(400, "VALIDATION_ERROR");
        }
    }
    scene.unchanged("keys that are none").await;
    let ask = scene.site.bid(&scene.lot, &scene.bob, &body).key(&"k".repeat(128));
    ask.send().await.expect_status(201);
}

#[tokio::test]
async fn nothing_is_changed_for_the_pages_of_other_sites() {
    let scene = Scene::open().await;
    let (site, mae, bob) = (&scene.site, &scene.mae, &scene.bob);
    let asks = || {
        [
            site.bid(&scene.lot, bob, &json!({"amount": 30})),
            site.auto(&scene.lot, bob, 30.0),
            site.post("/auctions", &lot(&json!({}))).by(mae),
            site.ask("DELETE", &scene.path("/proxy")).by(&scene.ann),
            site.ask("DELETE", &scene.path("")).by(mae),
            site.ask("POST", &scene.path("/cancel")).by(mae),
            site.ask("POST", "/auth/logout").by(bob),
            site.post("/auth/login", &json!({"email": bob.email, "password": PASSWORD})),
            site.post(
                "/auth/register",
                &json!({"email": "z@example.org", "password": PASSWORD, "displayName": "Zoe"}),
            ),
        ]
    };
    for origin in [
        "https://evil.example",
        "http://gavel.test.evil.example",
        "http://gavel.test:8080",
        "http://evil.example/gavel.test",
        "http://gavel.test@evil.example",
        "null",
        "",
        "gavel.test",
        "http://",
        "http://GAVEL.test.",
    ] {
        for ask in asks() {
            let answer = ask.header("origin", origin).send().await;
            answer.refused(403, "FORBIDDEN");
            assert_eq!(answer.header("cache-control"), "private, no-cache");
            assert!(answer.session_cookie().is_none());
        }
    }
    for ask in asks() {
        let answer = ask.header("sec-fetch-site", "cross-site").send().await;
        answer.refused(403, "FORBIDDEN");
    }
    for ask in asks() {
        let ask = ask.header("origin", "http://gavel.test").header("sec-fetch-site", "cross-site");
        ask.send().await.refused(403, "FORBIDDEN");
    }
    scene.unchanged("other sites").await;
    site.get("/auth/me").by(bob).send().await.expect_status(200);
    // The house's own pages may, and reading is not changing.
    let own = site.bid(&scene.lot, bob, &json!({"amount": 30}));
    let own = own.header("origin", "http://gavel.test").header("sec-fetch-site", "same-origin");
    own.send().await.expect_status(201);
    let read = site.get(&scene.path("")).header("origin", "https://evil.example").send().await;
    let read = read.expect_status(200);
    assert_eq!(read.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn behind_a_proxy_its_public_address_is_the_houses_own() {
    let site = Site::open_with(false, Some("https://auctions.example.org/")).await;
    let ann = site.register("Ann").await;
    let logout = |origin: &str| site.ask("POST", "/auth/logout").header("origin", origin).by(&ann);
    for foreign in ["http://auctions.example.org", "https://auctions.example.org.evil.example"] {
        logout(foreign).send().await.refused(403, "FORBIDDEN");
    }
    site.get("/auth/me").by(&ann).send().await.expect_status(200);
    logout("https://auctions.example.org").send().await.expect_status(204);
}

#[tokio::test]
async fn no_list_is_given_for_parameters_that_mean_nothing() {
    let scene = Scene::open().await;
    for (field, query) in [
        ("page", "page=0"),
        ("page", "page=-1"),
        ("page", "page=1.5"),
        ("page", "page=x"),
        ("page", "page=4294967296"),
        ("page", "page=%00"),
        ("limit", "limit=0"),
        ("limit", "limit=101"),
        ("limit", "limit=-5"),
        ("limit", "limit=1e1"),
        ("limit", "limit=99999999999999999999"),
    ] {
        for path in [
            "/auctions".to_owned(),
            scene.path("/bids"),
            scene.path("/events"),
            "/users/me/bids".into(),
            "/users/me/auctions".into(),
        ] {
            let answer = scene.site.get(&format!("{path}?{query}")).by(&scene.ann).send().await;
            let told = answer.refused(400, "VALIDATION_ERROR");
            assert_eq!(names(&told["details"]), [field], "{path}?{query}");
        }
    }
    for (field, query) in [
        ("sort", "sort=title"),
        ("sort", "sort=endtime"),
        ("sort", "sort=id;DROP%20TABLE%20lot"),
        ("order", "order=up"),
        ("order", "order=ASC"),
        ("status", "status=closed"),
        ("status", "status=Active"),
        ("status", "status=active,sold"),
        ("sellerId", "sellerId=me"),
        ("sellerId", "sellerId=1"),
        ("minPrice", "minPrice=cheap"),
        ("minPrice", "minPrice=NaN"),
        ("minPrice", "minPrice=inf"),
        ("minPrice", "minPrice=-1"),
        ("minPrice", "minPrice=1e300"),
        ("maxPrice", "maxPrice=0.001"),
        ("maxPrice", "maxPrice=1e400"),
    ] {
        let answer = scene.site.get(&format!("/auctions?{query}")).send().await;
        let told = answer.refused(400, "VALIDATION_ERROR");
        assert_eq!(names(&told["details"]), [field], "{query}");
    }
    let many = scene.site.get("/auctions?page=0&limit=0&sort=x").send().await;
    let told = many.refused(400, "VALIDATION_ERROR");
    assert_eq!(names(&told["details"]), ["limit", "page", "sort"]);
    for (field, path) in [
        ("after", scene.path("/events?after=-1")),
        ("after", scene.path("/events?after=x")),
        ("after", scene.path("/events?after=18446744073709551616")),
        ("standing", "/users/me/bids?standing=leading".into()),
    ] {
        let answer = scene.site.get(&path).by(&scene.ann).send().await;
        let told = answer.refused(400, "VALIDATION_ERROR");
        assert_eq!(names(&told["details"]), [field], "{path}");
    }
    scene.unchanged("lists").await;
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_405_and_a_path_that_is_none_404() {
    let scene = Scene::open().await;
    for (path, methods) in [
        ("/auctions".to_owned(), &["PUT", "PATCH", "DELETE"][..]),
        (scene.path(""), &["PUT", "POST"]),
        (scene.path("/cancel"), &["GET", "PUT", "DELETE"]),
        (scene.path("/bids"), &["PUT", "PATCH", "DELETE"]),
        (scene.path("/proxy"), &["PUT", "PATCH"]),
        (scene.path("/events"), &["POST", "PUT", "DELETE"]),
        ("/categories".into(), &["POST", "DELETE"]),
        ("/auth/register".into(), &["GET", "PUT", "DELETE"]),
        ("/auth/me".into(), &["POST", "DELETE"]),
        ("/users/me/bids".into(), &["POST"]),
    ] {
        for method in methods {
            let answer = scene.site.ask(method, &path).by(&scene.mae).json(&json!({})).send().await;
            answer.refused(405, "METHOD_NOT_ALLOWED");
        }
    }
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/auctions",
        "/api/v1/nothing",
        "/api/v1/auctions/",
        "/api/v1//auctions",
        "/api/v1/AUCTIONS",
        "/api/v1/auctions/x/y/z",
        "/api/v1/admin/nothing",
        "/api/%ff",
    ] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let answer = scene.site.ask(method, path).by(&scene.mae).send().await;
            answer.refused(404, "NOT_FOUND");
            assert_eq!(answer.header("cache-control"), "private, no-cache", "{path}");
        }
    }
    scene.unchanged("wrong methods and paths").await;
}

#[tokio::test]
async fn every_answer_has_a_number_of_its_own_and_says_not_to_sniff() {
    let scene = Scene::open().await;
    let mut seen = std::collections::HashSet::new();
    for path in [
        scene.path(""),
        "/auctions".into(),
        "/auctions/x".into(),
        "/healthz".into(),
        "/nothing".into(),
        "/media/x".into(),
        "/api/none".into(),
    ] {
        let answer = scene.site.get(&path).header("x-request-id", "mine").send().await;
        assert!(seen.insert(answer.header("x-request-id").to_owned()), "{path}");
        assert!(uuid::Uuid::parse_str(answer.header("x-request-id")).is_ok(), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").contains("default-src 'self'"), "{path}");
    }
}

// --- Too often ---------------------------------------------------------------------------------

/// Asks until it is refused, and says how often it was not.
async fn allowed<'a>(what: &str, ask: impl Fn(u32) -> Ask<'a>) -> u32 {
    for time in 0..100 {
        let answer = ask(time).send().await;
        if answer.status != 429 {
            assert!(answer.status < 500, "{what}: {}", answer.text());
            continue;
        }
        let told = answer.refused(429, "RATE_LIMITED");
        let seconds = told["details"]["retryAfter"].as_str().unwrap_or_else(|| panic!("{told}"));
        assert_eq!(answer.header("retry-after"), seconds, "{what}");
        assert!(seconds.parse::<u32>().is_ok_and(|seconds| seconds >= 1), "{what}: {seconds}");
        return time;
    }
    panic!("{what} is not limited");
}

#[tokio::test]
async fn ten_bids_a_minute_are_taken_of_one_user_and_of_others_still() {
    let site = Site::open_with(true, None).await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let lot = site.list(&mae, &json!({})).await;
    let bid = |time: u32| site.bid(&lot, &ann, &json!({"amount": 10 + time}));
    assert_eq!(allowed("bids", bid).await, 10);
    // An auto-bid is a bid.
    site.auto(&lot, &ann, 500.0).send().await.refused(429, "RATE_LIMITED");
    let seen = site.lot(&lot).await;
    assert_eq!((&seen["currentBid"], &seen["bidCount"]), (&json!(10), &json!(1)));
    site.bids(&lot, &bob, 30.0).await;
}

#[tokio::test]
async fn what_was_accepted_can_be_asked_about_however_often() {
    let site = Site::open_with(true, None).await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let listing = lot(&json!({}));
    let list = || site.post("/auctions", &listing).by(&mae).key("l");
    let listed = list().send().await.expect_status(201);
    let id = listed.json()["auctionId"].as_str().expect("an id").to_owned();
    let body = json!({"amount": 10});
    let bid = || site.bid(&id, &ann, &body).key("b");
    let auto = || site.auto(&id, &ann, 50.0).key("a");
    let bidden = bid().send().await.expect_status(201);
    let set = auto().send().await.expect_status(200);
    for _ in 0..12 {
        // "A key that this bidder has used in an accepted bid answers first, before any check."
        assert_eq!(bid().send().await.expect_status(200).text(), bidden.text());
        assert_eq!(auto().send().await.expect_status(200).text(), set.text());
        assert_eq!(list().send().await.expect_status(200).text(), listed.text());
    }
    // Whoever asks anew is still counted.
    let fresh = |time: u32| site.bid(&id, &ann, &json!({"amount": 51 + time}));
    assert!(allowed("bids", fresh).await <= 8);
}

#[tokio::test]
async fn five_lots_an_hour_are_taken_of_one_user() {
    let site = Site::open_with(true, None).await;
    let (mae, max) = (site.register("Mae").await, site.register("Max").await);
    let list = |_| site.post("/auctions", &lot(&json!({}))).by(&mae);
    assert_eq!(allowed("lots", list).await, 5);
    assert_eq!(site.all("/auctions", None).await.len(), 5);
    site.list(&max, &json!({})).await;
}

#[tokio::test]
async fn thirty_searches_a_minute_are_made_for_one_address_or_user() {
    let site = Site::open_with(true, None).await;
    let ann = site.register("Ann").await;
    assert_eq!(allowed("searches", |_| site.get("/auctions?search=oak")).await, 30);
    site.get("/auctions").send().await.expect_status(200);
    let elsewhere = site.get("/auctions?search=oak").at_address([10, 0, 0, 1]);
    elsewhere.send().await.expect_status(200);
    assert_eq!(allowed("searches", |_| site.get("/auctions?search=oak").by(&ann)).await, 30);
}

#[tokio::test]
async fn ten_sign_ins_a_minute_are_tried_from_one_address() {
    let site = Site::open_with(true, None).await;
    let login = json!({"email": "ann@example.org", "password": "guess number one"});
    assert_eq!(allowed("sign-ins", |_| site.post("/auth/login", &login)).await, 10);
    let login = json!({"email": "bob@example.org", "password": "guess number one"});
    let elsewhere = site.post("/auth/login", &login).at_address([10, 0, 0, 1]);
    elsewhere.send().await.refused(401, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn without_limits_nobody_is_told_to_wait() {
    let site = Site::open().await;
    let (mae, ann, bob) =
        (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
    let mut id = String::new();
    for _ in 0..8 {
        id = site.list(&mae, &json!({})).await;
    }
    for time in 0..30 {
        let who = if time % 2 == 0 { &ann } else { &bob };
        site.bids(&id, who, f64::from(10 + time)).await;
    }
    for _ in 0..40 {
        site.get("/auctions?search=clock").send().await.expect_status(200);
    }
    for _ in 0..12 {
        let login = json!({"email": ann.email, "password": PASSWORD});
        site.post("/auth/login", &login).send().await.expect_status(200);
    }
}

#[tokio::test]
async fn behind_a_proxy_visitors_are_limited_one_by_one_and_cannot_make_up_who_they_are() {
    let wrong = json!({"email": "nobody@example.org", "password": "wrong password"});
    let behind = Site::open_with(true, Some("https://a.example.org")).await;
    let sign_in = |seen: &str| {
        // Each visitor tries an account of their own: those have a limit too.
        let name = seen.rsplit(' ').next().unwrap_or_default();
        let wrong = json!({"email": format!("{name}@example.org"), "password": "wrong password"});
        let asked = behind.post("/auth/login", &wrong).at_address([10, 0, 0, 1]);
        asked.header("x-forwarded-for", seen).send()
    };
    for n in 0..10 {
        // Whatever the visitor claims comes before what the proxy adds.
        sign_in(&format!("192.0.2.{n}, 198.51.100.7")).await.refused(401, "INVALID_CREDENTIALS");
    }
    sign_in("192.0.2.99, 198.51.100.7").await.refused(429, "RATE_LIMITED");
    sign_in("198.51.100.8").await.refused(401, "INVALID_CREDENTIALS");

    // Without a proxy the header is anybody's word.
    let direct = Site::open_with(true, None).await;
    for n in 0..11 {
        let asked = direct.post("/auth/login", &wrong).at_address([10, 0, 0, 1]);
        let answer = asked.header("x-forwarded-for", format!("192.0.2.{n}")).send().await;
        let expected = if n < 10 { (401, "INVALID_CREDENTIALS") } else { (429, "RATE_LIMITED") };
        answer.refused(expected.0, expected.1);
    }
}

/// Bids have a short way past the router, which is taken where their address is written in the plainest way.
#[tokio::test]
async fn a_bid_is_answered_alike_however_its_address_is_written() {
    let scene = Scene::open().await;
    let (plain, other) = (scene.path("/bids"), scene.path("/bids").replacen('-', "%2D", 1));
    let good = json!({"amount": 30}).to_string();
    let long = " ".repeat(70_000);
    let json = "application/json";
    for (kind, body, headers, status) in [
        (json, good.as_str(), &[][..], 401),
        (
            json,
            &good,
            &[("cookie", scene.bob.cookie.as_str()), ("origin", "http://x.example")],
            403,
        ),
        (json, &good, &[("cookie", &scene.bob.cookie), ("x-idempotency-key", "")], 400),
        (json, "{}", &[("cookie", &scene.bob.cookie)], 400),
        (json, "[30]", &[("cookie", &scene.bob.cookie)], 400),
        (json, &long, &[("cookie", &scene.bob.cookie)], 413),
        ("text/plain", &good, &[("cookie", &scene.bob.cookie)], 415),
        (json, &good, &[("cookie", &scene.bob.cookie), ("x-idempotency-key", "k")], 201),
        (json, &good, &[("cookie", &scene.bob.cookie), ("x-idempotency-key", "k")], 200),
        (json, &good, &[("cookie", &scene.bob.cookie)], 409),
    ] {
        let ask = async |path: &str| {
            let ask = scene.site.ask("POST", path).body(kind, body);
            let ask = headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value));
            let answer = ask.send().await;
            // The last is added to either on the way out.
            let own = ["x-request-id", "x-server-time", "content-length"];
            let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
            let headers = headers.map(|(name, value)| format!("{name}: {value:?}"));
            (answer.status, headers.collect::<BTreeSet<_>>(), answer.text())
        };
        let by_router = match status {
            // What is new is new once.
            201 => None,
            _ => Some(ask(&other).await),
        };
        let short = ask(&plain).await;
        assert_eq!(short.0, status, "{}", short.2);
        assert_eq!(by_router.unwrap_or_else(|| short.clone()), short);
    }
}
