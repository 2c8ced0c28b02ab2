//! Selling: drafts, edits, pictures, relisting, and what the people in charge do to lots.

mod common;

use axum::body::Body;
use axum::http::Request;
use common::*;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt;

/// A new draft that differs from [`lot`] in some fields; returns its id.
async fn draft(site: &Site, seller: &User, fields: &Value) -> String {
    let mut request = lot(fields);
    request["draft"] = json!(true);
    let answer = site.post("/auctions", &request).by(seller).send().await.expect_status(201);
    let answer = answer.json();
    assert_eq!(answer["status"], "draft");
    answer["auctionId"].as_str().expect("a draft has an id").to_owned()
}

fn patch<'a>(site: &'a Site, id: &str, user: &User, changes: &Value) -> Ask<'a> {
    site.ask("PATCH", &format!("/auctions/{id}")).by(user).json(changes)
}

fn publish<'a>(site: &'a Site, id: &str, user: &User) -> Ask<'a> {
    site.ask("POST", &format!("/auctions/{id}/publish")).by(user)
}

fn relist<'a>(site: &'a Site, id: &str, user: &User, changes: &Value) -> Ask<'a> {
    site.post(&format!("/auctions/{id}/relist"), changes).by(user)
}

fn add_images<'a>(site: &'a Site, id: &str, user: &User, pictures: &[Vec<u8>]) -> Ask<'a> {
    let form = pictures.iter().fold(Form::default(), |form, bytes| form.image(bytes));
    site.ask("POST", &format!("/auctions/{id}/images")).by(user).form(form)
}

fn order_images<'a>(site: &'a Site, id: &str, user: &User, ids: &[&str]) -> Ask<'a> {
    let body = json!({"imageIds": ids});
    site.ask("PUT", &format!("/auctions/{id}/images/order")).by(user).json(&body)
}

/// The ids of a list of pictures.
fn ids(images: &Value) -> Vec<&str> {
    let images = images.as_array().expect("a list of pictures");
    images.iter().map(|image| image["id"].as_str().expect("an id")).collect()
}

async fn my(site: &Site, user: &User, query: &str) -> Vec<Value> {
    site.all(&format!("/users/me/auctions{query}"), Some(user)).await
}

fn titles(auctions: &[Value]) -> Vec<&str> {
    auctions.iter().map(|auction| auction["title"].as_str().expect("a title")).collect()
}

#[tokio::test]
async fn a_draft_is_its_sellers_alone_until_it_is_published_as_the_lot_it_was() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let admin = site.admin().await;
    let sent = Form::lot(&json!({"title": "A clock to be", "reservePrice": 30}))
        .text("draft", "true")
        .image(&png(30, 20));
    let answer = site.ask("POST", "/auctions").by(&mae).form(sent).send().await;
    let answer = answer.expect_status(201).json();
    assert_eq!(answer["status"], "draft");
    let id = answer["auctionId"].as_str().expect("an id");
    let path = format!("/auctions/{id}");

    let seen = site.lot_for(id, &mae).await;
    assert_eq!(seen["status"], "draft");
    assert_eq!((&seen["title"], &seen["reservePrice"]), (&json!("A clock to be"), &json!(30)));
    assert_eq!((&seen["bidCount"], &seen["seq"]), (&json!(0), &json!(0)));
    assert_eq!(seen["endTime"], iso(START_MS + HOUR));
    assert_eq!(seen["images"].as_array().map(Vec::len), Some(1));
    assert_eq!(site.lot_for(id, &admin).await["status"], "draft");
    site.get(&path).send().await.refused(404, "NOT_FOUND");
    site.get(&path).by(&ned).send().await.refused(404, "NOT_FOUND");
    site.get(&format!("{path}/stream")).by(&mae).send().await.refused(404, "NOT_FOUND");
    site.bid(id, &ned, &json!({"amount": 20})).send().await.refused(404, "NOT_FOUND");
    for list in ["/auctions", "/auctions?search=clock", "/auctions?status=scheduled"] {
        assert!(site.all(list, None).await.is_empty(), "{list} shows a draft");
    }
    patch(&site, id, &ned, &json!({"title": "Mine"})).send().await.refused(404, "NOT_FOUND");
    publish(&site, id, &ned).send().await.refused(404, "NOT_FOUND");
    relist(&site, id, &mae, &json!({})).send().await.refused(409, "CONFLICT");

    site.pass(3 * HOUR);
    let published = publish(&site, id, &mae).key("p").send().await.expect_status(200).json();
    assert_eq!(published, json!({"auctionId": id, "status": "active"}));
    let again = publish(&site, id, &mae).key("p").send().await.expect_status(200);
    assert_eq!(again.json(), published);
    publish(&site, id, &mae).send().await.refused(409, "CONFLICT");
    publish(&site, id, &ned).send().await.refused(403, "FORBIDDEN");
    let live = site.lot_for(id, &mae).await;
    assert_eq!((&live["status"], &live["images"]), (&json!("active"), &seen["images"]));
    assert_eq!(live["endTime"], iso(START_MS + 4 * HOUR), "it runs from when it was published");
    assert_eq!(titles(&site.all("/auctions?search=clock", None).await), ["A clock to be"]);
    assert_eq!(titles(&my(&site, &mae, "").await), ["A clock to be"]);
    site.bids(id, &ned, 20.0).await;
}

#[tokio::test]
async fn a_draft_is_checked_as_far_as_it_goes_and_in_full_when_it_is_published() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    for (field, wrong) in [
        ("title", json!("ab")),
        ("startingPrice", json!(0)),
        ("reservePrice", json!(1)),
        ("bidIncrement", json!(5_000)),
        ("durationSeconds", json!(5)),
        ("snipeCapSeconds", json!(604_801)),
        ("category", json!("No Slug")),
    ] {
        let mut request = lot(&json!({ field: wrong }));
        request["draft"] = json!(true);
        let told = site.post("/auctions", &request).by(&mae).send().await;
        assert_eq!(names(&told.refused(400, "VALIDATION_ERROR")["details"]), [field]);
    }
    assert!(my(&site, &mae, "").await.is_empty());

    let no_times = json!({"durationSeconds": null});
    let id = draft(&site, &mae, &no_times).await;
    let told = publish(&site, &id, &mae).send().await.refused(400, "VALIDATION_ERROR");
    assert_eq!(names(&told["details"]), ["endTime"]);
    let past = json!({"endTime": iso(START_MS - HOUR), "snipeCapSeconds": 60});
    let edited = patch(&site, &id, &mae, &past).send().await.expect_status(200).json();
    assert_eq!(
        edited["endTime"],
        iso(START_MS - HOUR),
        "a draft's times are not held to the clock"
    );
    publish(&site, &id, &mae).send().await.refused(400, "VALIDATION_ERROR");

    patch(&site, &id, &mae, &json!({"title": "x"})).send().await.refused(400, "VALIDATION_ERROR");
    patch(&site, &id, &mae, &json!({"title": null})).send().await.refused(400, "VALIDATION_ERROR");
    patch(&site, &id, &mae, &json!({"draft": false})).send().await.refused(400, "VALIDATION_ERROR");
    let runs = json!({"durationSeconds": 600, "startTime": iso(START_MS + HOUR), "title": "Later"});
    let edited = patch(&site, &id, &mae, &runs).key("e").send().await.expect_status(200).json();
    assert_eq!(edited["endTime"], iso(START_MS + HOUR + 10 * MINUTE));
    let again = patch(&site, &id, &mae, &runs).key("e").send().await.expect_status(200).json();
    assert_eq!(again, edited);
    let other = json!({"title": "Other"});
    patch(&site, &id, &mae, &other).key("e").send().await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    let done = publish(&site, &id, &mae).send().await.expect_status(200).json();
    assert_eq!(done["status"], "scheduled");
    // The key of an edit of the draft is known after it has become a lot.
    patch(&site, &id, &mae, &runs).key("e").send().await.expect_status(200);
    let list = site.post("/auctions", &lot(&json!({}))).by(&mae).key("e").send().await;
    list.refused(422, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn drafts_are_few_and_can_be_thrown_away() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let mut request = lot(&json!({}));
    request["draft"] = json!(true);
    let first = site.post("/auctions", &request).by(&mae).key("one").send().await;
    let first = first.expect_status(201).json();
    let again = site.post("/auctions", &request).by(&mae).key("one").send().await;
    assert_eq!(again.expect_status(201).json(), first);
    assert_eq!(my(&site, &mae, "?status=draft").await.len(), 1);
    for _ in 1..100 {
        draft(&site, &mae, &json!({})).await;
    }
    site.post("/auctions", &request).by(&mae).send().await.refused(409, "CONFLICT");
    let again = site.post("/auctions", &request).by(&mae).key("one").send().await;
    assert_eq!(again.expect_status(201).json(), first, "a full desk forgets no answer");

    let id = first["auctionId"].as_str().expect("an id");
    let drop = || site.ask("DELETE", &format!("/auctions/{id}")).by(&mae);
    drop().key("drop").send().await.expect_status(204);
    drop().key("drop").send().await.expect_status(204);
    drop().send().await.refused(404, "NOT_FOUND");
    assert_eq!(my(&site, &mae, "").await.len(), 99);
    draft(&site, &mae, &json!({})).await;
}

#[tokio::test]
async fn my_lots_are_drafts_first_then_newest_first_by_status_and_over_pages() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    for n in 1..=4 {
        site.pass(SECOND);
        site.list(&mae, &json!({"title": format!("Lot {n}")})).await;
    }
    let later = json!({"title": "Coming", "startTime": iso(site.now() + DAY)});
    site.pass(SECOND);
    site.list(&mae, &later).await;
    for n in 1..=3 {
        site.pass(SECOND);
        draft(&site, &mae, &json!({"title": format!("Draft {n}")})).await;
    }
    draft(&site, &ned, &json!({"title": "Of Ned"})).await;
    let all = ["Draft 3", "Draft 2", "Draft 1", "Coming", "Lot 4", "Lot 3", "Lot 2", "Lot 1"];
    assert_eq!(titles(&my(&site, &mae, "").await), all);
    for limit in 1..=9 {
        let mut seen = Vec::new();
        for page in 1..=(8usize.div_ceil(limit)) {
            let path = format!("/users/me/auctions?page={page}&limit={limit}");
            let answer = site.get(&path).by(&mae).send().await.expect_status(200).json();
            assert_eq!(answer["pagination"]["total"], 8, "{path}");
            let data = answer["data"].as_array().expect("data").clone();
            seen.extend(data);
        }
        assert_eq!(titles(&seen), all, "in pages of {limit}");
    }
    assert_eq!(titles(&my(&site, &mae, "?status=draft").await), all[..3]);
    assert_eq!(titles(&my(&site, &mae, "?status=scheduled").await), ["Coming"]);
    assert_eq!(titles(&my(&site, &mae, "?status=active").await), all[4..]);
    assert!(my(&site, &mae, "?status=sold").await.is_empty());
    site.get("/users/me/auctions?status=gone")
        .by(&mae)
        .send()
        .await
        .refused(400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn a_lot_can_be_edited_while_it_has_no_bids_and_its_times_only_as_far_as_they_are_ahead() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let fields = json!({"reservePrice": 50, "snipeCapSeconds": 300});
    let id = site.list(&mae, &fields).await;
    let before = site.lot_for(&id, &mae).await;
    patch(&site, &id, &ned, &json!({"title": "Mine"})).send().await.refused(403, "FORBIDDEN");
    let changes = json!({
        "title": "Carriage clock", "category": "timepieces", "startingPrice": 20,
        "reservePrice": null, "bidIncrement": null, "durationSeconds": 7200,
    });
    site.pass(MINUTE);
    let edited = patch(&site, &id, &mae, &changes).key("k").send().await.expect_status(200).json();
    assert_eq!(edited["title"], "Carriage clock");
    assert_eq!((&edited["currentBid"], &edited["minimumBid"]), (&json!(20), &json!(20)));
    assert_eq!((&edited["hasReserve"], &edited["bidIncrement"]), (&json!(false), &json!(0.5)));
    assert_eq!(edited["startTime"], before["startTime"]);
    assert_eq!(edited["endTime"], iso(START_MS + 2 * HOUR));
    assert_eq!(edited["seq"], 2);
    assert_eq!(site.lot_for(&id, &mae).await, edited);
    assert_eq!(titles(&site.all("/auctions?search=carriage", None).await), ["Carriage clock"]);
    assert!(site.all("/auctions?search=mantel", None).await.is_empty());
    assert_eq!(site.all("/auctions?category=timepieces", None).await.len(), 1);

    // What is not named stays; a retry changes nothing again.
    let only = patch(&site, &id, &mae, &json!({"description": "Brass."})).send().await;
    let only = only.expect_status(200).json();
    assert_eq!((&only["title"], &only["endTime"]), (&edited["title"], &edited["endTime"]));
    patch(&site, &id, &mae, &changes).key("k").send().await.expect_status(200);
    assert_eq!(site.lot(&id).await["seq"], 3);
    assert_eq!(site.events(&id).await[1]["kind"], "revised");

    for (field, changes) in [
        ("startTime", json!({"startTime": iso(site.now() + HOUR)})),
        ("endTime", json!({"endTime": iso(site.now() + 5 * SECOND)})),
        ("durationSeconds", json!({"durationSeconds": 91 * 86_400})),
        ("draft", json!({"draft": true})),
        ("reservePrice", json!({"reservePrice": 19})),
        ("sellerId", json!({"sellerId": ned.id})),
    ] {
        let told = patch(&site, &id, &mae, &changes).send().await;
        assert_eq!(names(&told.refused(400, "VALIDATION_ERROR")["details"]), [field]);
    }
    site.bids(&id, &ned, 20.0).await;
    let late = patch(&site, &id, &mae, &json!({"title": "Too late"})).send().await;
    late.refused(409, "AUCTION_HAS_BIDS");
    patch(&site, &id, &mae, &changes).key("k").send().await.expect_status(200);
    site.pass(3 * HOUR);
    site.until_status(&id, "sold").await;
    let late = patch(&site, &id, &mae, &json!({"title": "Too late"})).send().await;
    late.refused(409, "AUCTION_ENDED");
    assert_eq!(site.lot(&id).await["title"], "Carriage clock");
}

#[tokio::test]
async fn a_scheduled_lot_may_move_its_start_and_may_begin_at_once() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let id = site.list(&mae, &json!({"startTime": iso(START_MS + DAY)})).await;
    let end = START_MS + DAY + HOUR;
    let moved = json!({"startTime": iso(START_MS + 2 * HOUR)});
    let moved = patch(&site, &id, &mae, &moved).send().await.expect_status(200).json();
    assert_eq!((&moved["status"], &moved["endTime"]), (&json!("scheduled"), &json!(iso(end))));
    let beyond = json!({"startTime": iso(end)});
    patch(&site, &id, &mae, &beyond).send().await.refused(400, "VALIDATION_ERROR");
    assert!(site.all("/auctions", None).await.is_empty());
    let now = json!({"startTime": null});
    let now = patch(&site, &id, &mae, &now).send().await.expect_status(200).json();
    assert_eq!((&now["status"], &now["startTime"]), (&json!("active"), &json!(iso(START_MS))));
    assert_eq!(site.all("/auctions", None).await.len(), 1);
}

#[tokio::test]
async fn no_increment_can_freeze_a_lot() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    for (price, step, fits) in [
        (10.0, 1000.0, true),
        (10.0, 1000.01, false),
        (500.0, 5000.0, true),
        (500.0, 5000.01, false),
        (600_000_000.0, 400_000_000.0, true),
        (600_000_000.0, 400_000_001.0, false),
        (1_000_000_000.0, 100.0, true),
    ] {
        let fields = json!({"startingPrice": price, "bidIncrement": step});
        let answer = site.post("/auctions", &lot(&fields)).by(&mae).send().await;
        if fits {
            answer.expect_status(201);
        } else {
            let told = answer.refused(400, "VALIDATION_ERROR");
            assert_eq!(names(&told["details"]), ["bidIncrement"]);
        }
    }
}

/// Does everything that can be done to the pictures of something that has none.
async fn change_pictures(site: &Site, id: &str, mae: &User, ned: &User, stranger: (u16, &str)) {
    let two = [png(30, 20), jpeg(40, 20)];
    let key = format!("add to {id}");
    let added = add_images(site, id, mae, &two).key(&key).send().await.expect_status(201).json();
    assert_eq!(ids(&added).len(), 2);
    let again = add_images(site, id, mae, &two).key(&key).send().await.expect_status(201);
    assert_eq!(again.json(), added);
    let all = add_images(site, id, mae, &[webp(9, 9)]).send().await.expect_status(201).json();
    let all = ids(&all);
    assert_eq!(all[..2], ids(&added));
    assert_eq!(ids(&site.lot_for(id, mae).await["images"]), all);

    let turned = [all[2], all[0], all[1]];
    let shown = order_images(site, id, mae, &turned).send().await.expect_status(200).json();
    assert_eq!(ids(&shown), turned);
    assert_eq!(site.lot_for(id, mae).await["images"], shown);
    for wrong in [&turned[..2], &[all[0], all[0], all[1]], &[all[0], all[1], id], &[]] {
        let told = order_images(site, id, mae, wrong).send().await;
        assert_eq!(names(&told.refused(400, "VALIDATION_ERROR")["details"]), ["imageIds"]);
    }
    let path = format!("/auctions/{id}/images/{}", all[0]);
    let delete = || site.ask("DELETE", &path);
    for refused in [
        delete(),
        site.ask("PUT", &format!("/auctions/{id}/images/order")).json(&json!({"imageIds": []})),
    ] {
        refused.by(ned).send().await.refused(stranger.0, stranger.1);
    }
    add_images(site, id, ned, &two).send().await.refused(stranger.0, stranger.1);
    let gone = format!("take from {id}");
    delete().by(mae).key(&gone).send().await.expect_status(204);
    delete().by(mae).key(&gone).send().await.expect_status(204);
    delete().by(mae).send().await.refused(404, "NOT_FOUND");
    delete().by(mae).key(&key).send().await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(ids(&site.lot_for(id, mae).await["images"]), [all[2], all[1]]);
    let told = add_images(site, id, mae, &vec![png(4, 4); 9]).send().await;
    assert_eq!(names(&told.refused(400, "VALIDATION_ERROR")["details"]), ["images"]);
    add_images(site, id, mae, &[]).send().await.refused(400, "VALIDATION_ERROR");
    let json = site.post(&format!("/auctions/{id}/images"), &json!({})).by(mae);
    json.send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
}

#[tokio::test]
async fn pictures_are_added_ordered_and_taken_away_in_drafts_and_lots_without_bids() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let kept = draft(&site, &mae, &json!({})).await;
    change_pictures(&site, &kept, &mae, &ned, (404, "NOT_FOUND")).await;
    let listed = site.list(&mae, &json!({})).await;
    change_pictures(&site, &listed, &mae, &ned, (403, "FORBIDDEN")).await;
}

#[tokio::test]
async fn pictures_stay_once_there_are_bids() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let id = site.list(&mae, &json!({})).await;
    let shown = add_images(&site, &id, &mae, &[png(9, 9), png(8, 8)]).send().await;
    let shown = shown.expect_status(201).json();
    site.bids(&id, &ned, 10.0).await;
    let path = format!("/auctions/{id}/images/{}", ids(&shown)[0]);
    for refused in [
        site.ask("DELETE", &path).by(&mae),
        add_images(&site, &id, &mae, &[png(7, 7)]),
        order_images(&site, &id, &mae, &[ids(&shown)[1], ids(&shown)[0]]),
    ] {
        refused.send().await.refused(409, "AUCTION_HAS_BIDS");
    }
    assert_eq!(site.lot(&id).await["images"], shown);
    let folder = site.folder.path().join("pictures");
    assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 4, "nothing stays behind");
}

#[tokio::test]
async fn a_damaged_picture_is_named_and_the_order_of_fields_does_not_matter() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let whole = png(60, 40);
    let form = Form::lot(&json!({})).image(&whole).image(&whole[..whole.len() / 2]).image(&whole);
    let told = site.ask("POST", "/auctions").by(&mae).form(form).send().await;
    let told = told.refused(400, "VALIDATION_ERROR");
    assert!(told["details"]["images"].as_str().is_some_and(|text| text.contains("picture 2")));
    let form = Form::lot(&json!({})).image(&whole).image(b"GIF89a");
    let told = site.ask("POST", "/auctions").by(&mae).form(form).send().await;
    let told = told.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    assert!(told["details"]["images"].as_str().is_some_and(|text| text.contains("picture 2")));
    let folder = site.folder.path().join("pictures");
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0);

    let rest = json!({"title": null, "category": null});
    let one = Form::lot(&rest).text("title", "A clock").text("category", "clocks").image(&whole);
    let two = Form::default().image(&whole).text("category", "clocks").text("title", "A clock");
    let two = rest_of(two, &rest);
    let first = site.ask("POST", "/auctions").by(&mae).key("f").form(one).send().await;
    let second = site.ask("POST", "/auctions").by(&mae).key("f").form(two).send().await;
    assert_eq!(first.expect_status(201).json(), second.expect_status(200).json());
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 2, "decoded once");
}

/// Adds the other fields of [`lot`] to a form.
fn rest_of(form: Form, without: &Value) -> Form {
    let lot = lot(without);
    let fields = lot.as_object().expect("an object");
    fields.iter().fold(form, |form, (name, value)| match value {
        Value::String(text) => form.text(name, text),
        value => form.text(name, &value.to_string()),
    })
}

#[tokio::test]
async fn a_lot_is_listed_again_with_its_pictures_and_its_run_time() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let fields = json!({"title": "Unsold clock", "reservePrice": 50, "snipeCapSeconds": 60});
    let form = Form::lot(&fields).image(&png(30, 20));
    let old = site.ask("POST", "/auctions").by(&mae).form(form).send().await.expect_status(201);
    let old = old.json()["auctionId"].as_str().expect("an id").to_owned();
    relist(&site, &old, &ned, &json!({})).send().await.refused(403, "FORBIDDEN");
    site.pass(2 * HOUR);
    site.until_status(&old, "unsold").await;
    let changes = json!({"reservePrice": null, "startingPrice": 8});
    let new = relist(&site, &old, &mae, &changes).key("again").send().await.expect_status(201);
    let new = new.json();
    assert_eq!(new["status"], "active");
    let replay = relist(&site, &old, &mae, &changes).key("again").send().await.expect_status(200);
    assert_eq!(replay.json(), new);
    let id = new["auctionId"].as_str().expect("an id");
    let (was, is) = (site.lot_for(&old, &mae).await, site.lot_for(id, &mae).await);
    assert_eq!(is["title"], "Unsold clock");
    assert_eq!((&is["hasReserve"], &is["currentBid"]), (&json!(false), &json!(8)));
    assert_eq!(is["endTime"], iso(START_MS + 3 * HOUR));
    assert_eq!(ids(&is["images"]), ids(&was["images"]));

    let kept = json!({"draft": true, "title": "For later"});
    let kept = relist(&site, id, &mae, &kept).send().await.expect_status(201).json();
    assert_eq!(kept["status"], "draft");
    let kept = kept["auctionId"].as_str().expect("an id");
    assert_eq!(ids(&site.lot_for(kept, &mae).await["images"]), ids(&was["images"]));
    // Taken from one, a picture stays with the others.
    let image = &was["images"][0];
    let path = format!("/auctions/{id}/images/{}", image["id"].as_str().expect("an id"));
    site.ask("DELETE", &path).by(&mae).send().await.expect_status(204);
    publish(&site, kept, &mae).send().await.expect_status(200);
    site.get(image["url"].as_str().expect("a URL")).send().await.expect_status(200);
}

#[tokio::test]
async fn listing_publishing_and_relisting_share_one_limit_that_drafts_do_not_touch() {
    let site = Site::open_with(true, None).await;
    let mae = site.register("Mae").await;
    let id = site.list(&mae, &json!({})).await;
    let kept = draft(&site, &mae, &json!({})).await;
    for _ in 0..6 {
        draft(&site, &mae, &json!({})).await;
    }
    for _ in 0..3 {
        relist(&site, &id, &mae, &json!({})).send().await.expect_status(201);
    }
    publish(&site, &kept, &mae).key("p").send().await.expect_status(200);
    relist(&site, &id, &mae, &json!({})).send().await.refused(429, "RATE_LIMITED");
    // Refused before its picture is so much as looked at.
    let form = Form::lot(&json!({})).image(b"no picture");
    let answer = site.ask("POST", "/auctions").by(&mae).form(form).send().await;
    answer.refused(429, "RATE_LIMITED");
    publish(&site, &kept, &mae).key("p").send().await.expect_status(200);
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let id = site.list(&mae, &json!({})).await;
    for path in ["/auctions".to_owned(), "/categories".to_owned(), format!("/auctions/{id}/bids")] {
        let first = site.get(&path).send().await.expect_status(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{path}: {tag}");
        let known = site.get(&path).header("if-none-match", &tag).send().await.expect_status(304);
        assert!(known.body.is_empty());
        assert_eq!(known.header("etag"), tag);
    }
    let path = format!("/auctions/{id}/bids");
    let tag = site.get(&path).send().await.header("etag").to_owned();
    site.bids(&id, &ned, 10.0).await;
    site.get(&path).header("if-none-match", &tag).send().await.expect_status(200);
}

#[tokio::test]
async fn those_in_charge_find_cancel_and_extend_any_lot_and_nobody_else_does() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let admin = site.admin().await;
    let id = site.list(&mae, &json!({"title": "A doubtful clock"})).await;
    site.list(&ned, &json!({"title": "A chair"})).await;
    site.bids(&id, &ned, 10.0).await;
    let list = "/api/v1/admin/auctions";
    let cancel = format!("{list}/{id}/cancel");
    let extend = format!("{list}/{id}/extend");
    let why = json!({"reason": "It is not what it says."});
    let later = json!({"endTime": iso(START_MS + 5 * HOUR), "reason": "The house was closed."});
    for (ask, user) in [("guest", None), ("seller", Some(&mae))] {
        for request in [site.get(list), site.post(&cancel, &why), site.post(&extend, &later)] {
            let request = user.into_iter().fold(request, Ask::by);
            let (status, code) =
                if user.is_none() { (401, "UNAUTHORIZED") } else { (403, "FORBIDDEN") };
            assert_eq!(request.send().await.refused(status, code)["error"], code, "{ask}");
        }
    }
    let found = site.all(&format!("{list}?search=doubt"), Some(&admin)).await;
    assert_eq!(found.len(), 1);
    assert_eq!(names(&found[0]), ["auction", "leader", "seller"]);
    assert_eq!(found[0]["auction"]["id"], *id);
    let person =
        |user: &User| json!({"id": user.id, "displayName": user.name, "email": user.email});
    assert_eq!((&found[0]["seller"], &found[0]["leader"]), (&person(&mae), &person(&ned)));
    let of_ned = site.all(&format!("{list}?sellerId={}&status=active", ned.id), Some(&admin)).await;
    assert_eq!(of_ned.len(), 1);
    assert_eq!(of_ned[0]["leader"], json!(null));

    let longer = site.post(&extend, &later).by(&admin).key("x").send().await.expect_status(200);
    assert_eq!(longer.json()["endTime"], iso(START_MS + 5 * HOUR));
    site.post(&extend, &later).by(&admin).key("x").send().await.expect_status(200);
    for bad in [
        later.clone(),
        json!({"endTime": iso(START_MS + 91 * DAY)}),
        json!({"endTime": iso(START_MS + 6 * HOUR), "reason": "no"}),
    ] {
        site.post(&extend, &bad).by(&admin).send().await.refused(400, "VALIDATION_ERROR");
    }
    for bad in ["", "no", &"x".repeat(501), "a\u{0}b"] {
        let body = json!({"reason": bad});
        site.post(&cancel, &body).by(&admin).send().await.refused(400, "VALIDATION_ERROR");
    }
    site.post(&cancel, &why).by(&admin).send().await.expect_status(204);
    site.post(&cancel, &why).by(&admin).send().await.refused(409, "AUCTION_ENDED");
    let found = site.all(&format!("{list}?status=cancelled"), Some(&admin)).await;
    assert_eq!(found[0]["cancelReason"], why["reason"]);
    assert_eq!(site.all(list, Some(&admin)).await.len(), 2);
}

/// A stream of server-sent events.
struct Stream {
    body: Body,
    text: String,
}

impl Stream {
    async fn open(site: &Site, lot: &str, user: Option<&User>) -> Stream {
        let mut request = Request::builder().uri(format!("/api/v1/auctions/{lot}/stream"));
        if let Some(user) = user {
            request = request.header("cookie", &user.cookie);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = site.router.clone().oneshot(request).await.expect("infallible");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { body: response.into_body(), text: String::new() }
    }

    /// The next message; none where the stream has ended.
    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
                };
                let Some(data) = field("data:") else { continue };
                let message: Value = serde_json::from_str(data).expect("data is JSON");
                assert_eq!(field("event:"), Some("message"));
                let seq = message.get("seq").map(Value::to_string);
                assert_eq!(field("id:"), seq.as_deref());
                return Some(message);
            }
            let frame = tokio::time::timeout(Duration::from_secs(10), self.body.frame()).await;
            let data = frame.expect("something comes in time")?.expect("the stream is whole");
            let data = data.into_data().expect("events are data");
            self.text.push_str(std::str::from_utf8(&data).expect("events are text"));
        }
    }

    async fn expect(&mut self, kind: &str) -> Value {
        let message = self.next().await.unwrap_or_else(|| panic!("ended before {kind}"));
        assert_eq!(message["type"], kind, "{message}");
        message
    }
}

#[tokio::test]
async fn a_stream_tells_what_a_socket_tells_of_the_lot() {
    let site = Site::open().await;
    let (mae, ned, ole) =
        (site.register("Mae").await, site.register("Ned").await, site.register("Ole").await);
    let admin = site.admin().await;
    let id = site.list(&mae, &json!({"reservePrice": 70})).await;
    let (mut guest, mut own) =
        (Stream::open(&site, &id, None).await, Stream::open(&site, &id, Some(&ned)).await);
    let first = guest.expect("subscribed").await;
    assert_eq!((&first["auctionId"], &first["data"]["viewer"]), (&json!(id), &json!(null)));
    assert_eq!(own.expect("subscribed").await["data"]["viewer"]["isSeller"], false);

    patch(&site, &id, &mae, &json!({"title": "Better clock"})).send().await.expect_status(200);
    let whole = guest.expect("subscribed").await;
    assert_eq!((&whole["data"]["title"], &whole["seq"]), (&json!("Better clock"), &json!(2)));
    assert_eq!(whole["data"]["reservePrice"], json!(null));
    add_images(&site, &id, &mae, &[png(9, 9)]).send().await.expect_status(201);
    assert_eq!(
        guest.expect("subscribed").await["data"]["images"].as_array().map(Vec::len),
        Some(1)
    );

    let later = json!({"endTime": iso(START_MS + 2 * HOUR)});
    let extend = format!("/api/v1/admin/auctions/{id}/extend");
    site.post(&extend, &later).by(&admin).send().await.expect_status(200);
    let longer = guest.expect("auction_extended").await;
    assert_eq!(longer["data"]["reason"], "admin");
    site.bids(&id, &ned, 20.0).await;
    site.bids(&id, &ole, 30.0).await;
    for amount in [20, 30] {
        assert_eq!(guest.expect("bid_update").await["data"]["amount"], amount);
    }
    let mut private = Vec::new();
    while private.is_empty() {
        let message = own.next().await.expect("more comes");
        if message["type"] == "outbid_notification" {
            private.push(message);
        }
    }
    assert_eq!(private[0]["data"]["yourMaxBid"], 20);
    site.pass(3 * HOUR);
    assert_eq!(guest.expect("auction_ended").await["data"]["outcome"], "unsold");
}

#[tokio::test]
async fn who_reads_a_stream_slowly_is_brought_to_the_latest_state() {
    let site = Site::open().await;
    let (mae, ned, ole) =
        (site.register("Mae").await, site.register("Ned").await, site.register("Ole").await);
    let id = site.list(&mae, &json!({})).await;
    let mut slow = Stream::open(&site, &id, None).await;
    slow.expect("subscribed").await;
    for n in 0..300 {
        let who = if n % 2 == 0 { &ned } else { &ole };
        site.bids(&id, who, 10.0 + f64::from(n)).await;
    }
    let mut seen = 0;
    let whole = loop {
        let message = slow.next().await.expect("more comes");
        if message["type"] == "subscribed" {
            break message;
        }
        seen += 1;
    };
    assert!(seen <= 256, "{seen} messages were kept for somebody who does not read");
    assert_eq!(whole["data"]["bidCount"], 300);
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let id = site.list(&mae, &json!({})).await;
    let login = json!({"email": mae.email, "password": PASSWORD});
    let again = site.post("/auth/login", &login).send().await.expect_status(200);
    let again = User { cookie: again.session_cookie().expect("a cookie"), ..mae.clone() };
    let mut stream = Stream::open(&site, &id, Some(&again)).await;
    assert_eq!(stream.expect("subscribed").await["data"]["viewer"]["isSeller"], true);
    site.ask("POST", "/auth/logout").by(&again).send().await.expect_status(204);
    patch(&site, &id, &mae, &json!({"reservePrice": 99})).send().await.expect_status(200);
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn what_is_not_there_can_be_neither_edited_nor_followed() {
    let site = Site::open().await;
    let mae = site.register("Mae").await;
    let gone = draft(&site, &mae, &json!({})).await;
    site.ask("DELETE", &format!("/auctions/{gone}")).by(&mae).send().await.expect_status(204);
    for id in [&gone, &mae.id, "1", "..%2f..%2fhouse.db", &"9".repeat(2_000)] {
        patch(&site, id, &mae, &json!({"title": "A clock"})).send().await.refused(404, "NOT_FOUND");
        publish(&site, id, &mae).send().await.refused(404, "NOT_FOUND");
        relist(&site, id, &mae, &json!({})).send().await.refused(404, "NOT_FOUND");
        add_images(&site, id, &mae, &[png(4, 4)]).send().await.refused(404, "NOT_FOUND");
        order_images(&site, id, &mae, &[]).send().await.refused(404, "NOT_FOUND");
        let image = format!("/auctions/{id}/images/{id}");
        site.ask("DELETE", &image).by(&mae).send().await.refused(404, "NOT_FOUND");
        site.get(&format!("/auctions/{id}/stream")).send().await.refused(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_reserve_shows_in_no_draft_edit_or_stream_but_its_sellers_own() {
    let site = Site::open().await;
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let canary = json!({"reservePrice": 7351.19});
    let id = draft(&site, &mae, &canary).await;
    let own = publish(&site, &id, &mae).send().await.expect_status(200);
    assert!(!own.text().contains("7351"), "{}", own.text());
    let mut streams = Vec::new();
    for user in [None, Some(&ned)] {
        let mut stream = Stream::open(&site, &id, user).await;
        let whole = stream.expect("subscribed").await;
        assert!(!whole.to_string().contains("7351"), "{whole}");
        streams.push(stream);
    }
    let edit = json!({"reservePrice": 7351.29});
    let seen = patch(&site, &id, &mae, &edit).send().await.expect_status(200);
    assert_eq!(seen.json()["reservePrice"], 7351.29);
    for stream in &mut streams {
        let whole = stream.expect("subscribed").await;
        assert!(!whole.to_string().contains("7351"), "{whole}");
    }
    let log = site.get(&format!("/auctions/{id}/events")).by(&ned).send().await.expect_status(200);
    assert!(!log.text().contains("7351") && !log.text().contains("735129"), "{}", log.text());
    let refused = patch(&site, &id, &ned, &edit).send().await.refused(403, "FORBIDDEN");
    assert!(!refused.to_string().contains("7351"));
}
