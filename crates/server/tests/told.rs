//! Who is told what, how, and by which way; and what is watched.

mod common;

use common::*;
use futures_util::{SinkExt, StreamExt};
use gavel_domain::{LotId, Time, UserId};
use gavel_server::told::{Carrier, MailSettings, Sent, SentMail};
use gavel_store::{NewNotice, NewWatch, NoticeKind, Told};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// A house whose mail goes to memory.
struct House {
    site: Site,
    sent: Sent,
}

impl std::ops::Deref for House {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.site
    }
}

impl House {
    async fn open() -> House {
        let sent = Sent::default();
        let mail =
            MailSettings { carrier: Carrier::Memory(sent.clone()), ..MailSettings::default() };
        House { site: Site::open_mailing(false, None, mail).await, sent }
    }

    async fn notices(&self, user: &User) -> Value {
        self.get("/users/me/notifications?limit=100")
            .by(user)
            .send()
            .await
            .expect_status(200)
            .json()
    }

    /// What somebody has been told, newest first, once it is `wanted`.
    async fn until_told(&self, user: &User, wanted: &[&str]) -> Vec<Value> {
        let what = format!("{} is told {wanted:?}", user.name);
        let told = until(&what, || async {
            let told = self.notices(user).await["data"].as_array().expect("data").clone();
            (told.len() >= wanted.len()).then_some(told)
        })
        .await;
        let kinds: Vec<_> = told.iter().map(|one| one["kind"].as_str().expect("a kind")).collect();
        assert_eq!(kinds, wanted, "{}", user.name);
        told
    }

    /// The mails to somebody, once there are as many.
    async fn until_mailed(&self, user: &User, wanted: usize) -> Vec<SentMail> {
        let what = format!("{wanted} mails for {}", user.name);
        let mails =
            until(&what, || async { Some(self.mails(user)).filter(|all| all.len() >= wanted) })
                .await;
        assert_eq!(mails.len(), wanted, "{mails:?}");
        mails
    }

    fn mails(&self, user: &User) -> Vec<SentMail> {
        self.sent.all().into_iter().filter(|mail| mail.to == user.email).collect()
    }

    /// Waits until all that has happened so far has been told to everyone.
    async fn until_quiet(&self) {
        let store = self.store().await;
        until("nothing is left to be told", || async {
            let outbox = store.outbox(0, 1).await.expect("the store answers");
            let rest = store.announcement().await.expect("the store answers");
            let mails = store.mails_due(Time(i64::MAX), 1).await.expect("the store answers");
            (outbox.is_empty() && rest.is_none() && mails.is_empty()).then_some(())
        })
        .await;
    }

    async fn watch(&self, user: &User, lot: &str) -> Answer {
        self.post("/users/me/watchlist", &json!({"auctionId": lot})).by(user).send().await
    }

    async fn choose(&self, user: &User, kind: &str, app: bool, mail: bool) {
        let body = json!({"settings": [{"kind": kind, "app": app, "mail": mail}]});
        let answer = self.ask("PUT", "/users/me/notification-settings").json(&body);
        answer.by(user).send().await.expect_status(200);
    }
}

fn id(text: &str) -> u128 {
    uuid::Uuid::parse_str(text).expect("an id").as_u128()
}

#[tokio::test]
async fn being_outbid_is_told_once_and_again_only_after_a_bid_of_ones_own() {
    let house = House::open().await;
    let (seller, ada, bob) =
        (house.register("Seller").await, house.register("Ada").await, house.register("Bob").await);
    let lot = house.list(&seller, &json!({})).await;
    house.bids(&lot, &ada, 10.0).await;
    house.pass(SECOND);
    house.bids(&lot, &bob, 20.0).await;
    let told = house.until_told(&ada, &["outbid"]).await;
    assert_eq!(told[0]["auctionId"], lot.as_str());
    assert_eq!(told[0]["auctionTitle"], "Mantel clock, walnut");
    assert_eq!(told[0]["amount"], 20);
    assert_eq!(told[0]["createdAt"], iso(START_MS + SECOND));
    assert_eq!(told[0]["readAt"], Value::Null);
    assert_eq!(told[0]["reason"], Value::Null);
    let message = "Somebody bid more than you on “Mantel clock, walnut”. It stands at €20.00";
    assert_eq!(told[0]["message"], message);
    let names = [
        "amount",
        "auctionId",
        "auctionTitle",
        "createdAt",
        "id",
        "kind",
        "message",
        "readAt",
        "reason",
    ];
    assert_eq!(common::names(&told[0]), names);

    // She bids again: the old one has been seen, and the next one is news.
    house.pass(SECOND);
    house.auto(&lot, &ada, 50.0).send().await.expect_status(200);
    house.until_told(&bob, &["outbid"]).await;
    house.pass(SECOND);
    house.bids(&lot, &bob, 60.0).await;
    let told = house.until_told(&ada, &["max_reached", "outbid"]).await;
    assert_eq!(told[0]["amount"], 51);
    assert_eq!(told[0]["readAt"], Value::Null);
    assert_ne!(told[1]["readAt"], Value::Null);
    assert_eq!(house.notices(&ada).await["unreadCount"], 1);
    let mails = house.until_mailed(&ada, 2).await;
    assert_eq!(mails[0].subject, "You were outbid: Mantel clock, walnut");
    assert_eq!(mails[1].subject, "Your maximum was reached: Mantel clock, walnut");
    house.until_mailed(&bob, 1).await;
    // What nobody else may know is in none of it.
    for mail in house.sent.all() {
        for user in [&seller, &ada, &bob] {
            assert!(!mail.body.contains(&user.id) && !mail.body.contains(&user.name), "{mail:?}");
            assert!(!mail.formatted.contains(&user.email) || mail.to == user.email, "{mail:?}");
        }
        assert!(!mail.body.contains("50.00"), "a maximum: {mail:?}");
    }
    assert!(house.notices(&seller).await["data"].as_array().expect("data").is_empty());
}

#[tokio::test]
async fn the_end_is_told_to_buyer_and_seller_and_they_may_reach_each_other_then() {
    let house = House::open().await;
    let (seller, ada, bob) =
        (house.register("Seller").await, house.register("Ada").await, house.register("Bob").await);
    let sold = house.list(&seller, &json!({"title": "Sold lot"})).await;
    let running = house.list(&seller, &json!({"durationSeconds": 86_400})).await;
    let unsold = house.list(&seller, &json!({"title": "Dear lot", "reservePrice": 99})).await;
    for lot in [&sold, &running, &unsold] {
        house.bids(lot, &ada, 10.0).await;
        house.pass(SECOND);
        house.bids(lot, &bob, 20.0).await;
    }
    house.until_mailed(&ada, 3).await;
    house.pass(HOUR + MINUTE);
    house.until_status(&sold, "sold").await;
    house.until_status(&unsold, "unsold").await;
    house.until_quiet().await;
    let told = house.notices(&bob).await["data"].as_array().expect("data").clone();
    let mut told: Vec<_> = told.iter().map(|one| one["message"].as_str().expect("text")).collect();
    told.sort_unstable();
    let below =
        "“Dear lot” ended without a buyer: the highest bid, your €20.00, is below its reserve.";
    assert_eq!(told, [below, "“Sold lot” is yours for €20.00. Congratulations!"]);
    let told = house.notices(&seller).await["data"].as_array().expect("data").clone();
    let mut told: Vec<_> = told.iter().map(|one| (&one["kind"], &one["amount"])).collect();
    told.sort_by_key(|(kind, _)| kind.to_string());
    assert_eq!(told, [(&json!("sold"), &json!(20)), (&json!("unsold"), &Value::Null)]);
    assert_eq!(house.mails(&bob).len(), 2);
    assert_eq!(house.mails(&seller).len(), 2);
    assert_eq!(house.mails(&ada).len(), 3, "who lost hears no more");

    let of_seller = json!({"displayName": "Seller", "email": seller.email});
    assert_eq!(house.lot_for(&sold, &bob).await["sellerContact"], of_seller);
    for (lot, user) in [(&sold, &ada), (&sold, &seller), (&running, &bob), (&unsold, &bob)] {
        assert_eq!(house.lot_for(lot, user).await["sellerContact"], Value::Null);
    }
    assert_eq!(house.lot(&sold).await["sellerContact"], Value::Null);
    // On one page with a lot that the same two have dealt in, a running one tells nothing.
    let mine = house.all("/users/me/auctions", Some(&seller)).await;
    for lot in mine {
        let known = lot["id"] == sold.as_str();
        assert_eq!(lot["winner"].is_object(), known, "{lot}");
    }
    let mine = house.all("/users/me/bids", Some(&bob)).await;
    for lot in mine {
        let known = lot["auction"]["id"] == sold.as_str();
        assert_eq!(lot["auction"]["sellerContact"].is_object(), known, "{lot}");
    }
}

#[tokio::test]
async fn taking_a_lot_back_is_told_to_all_whom_it_concerns_but_to_who_did_it() {
    let house = House::open().await;
    let (seller, ada, bob, cleo) = (
        house.register("Seller").await,
        house.register("Ada").await,
        house.register("Bob").await,
        house.register("Cleo").await,
    );
    let admin = house.admin().await;
    let lot = house.list(&seller, &json!({})).await;
    house.bids(&lot, &ada, 10.0).await;
    // In charge, or bidding and watching both: told not at all, or once.
    for user in [&seller, &ada, &bob, &admin] {
        house.watch(user, &lot).await.expect_status(201);
    }
    // More watchers than are told in one go.
    let store = house.store().await;
    for n in 1..=450u128 {
        let email = format!("watcher{n}@example.org");
        let new = gavel_store::NewAccount {
            id: n,
            email: &email,
            display_name: "Watcher",
            password_hash: "",
            role: gavel_store::Role::User,
            created_at: Time(START_MS),
        };
        assert!(store.add_account(new).await.expect("the store answers"));
        let watch =
            NewWatch { user: UserId(n), lot: LotId(id(&lot)), at: Time(START_MS), remind_at: None };
        store.watch(watch, None).await.expect("the store answers");
    }
    house.ask("DELETE", &format!("/auctions/{lot}")).by(&admin).send().await.expect_status(204);
    for user in [&seller, &ada, &bob] {
        let told = house.until_told(user, &["cancelled"]).await;
        assert_eq!(told[0]["message"], "“Mantel clock, walnut” was taken back.");
        house.until_mailed(user, 1).await;
    }
    house.until_quiet().await;
    house.until_told(&admin, &[]).await;
    house.until_told(&cleo, &[]).await;
    for n in 1..=450u128 {
        let page = store.notices(UserId(n), false, 1, 10).await.expect("the store answers");
        assert_eq!(page.total, 1, "watcher {n}");
    }
    assert_eq!(house.sent.all().len(), 453);

    // Its seller knows what they did.
    let own = house.list(&seller, &json!({})).await;
    house.watch(&cleo, &own).await.expect_status(201);
    house.watch(&seller, &own).await.expect_status(201);
    house.ask("DELETE", &format!("/auctions/{own}")).by(&seller).send().await.expect_status(204);
    house.until_told(&cleo, &["cancelled"]).await;
    house.until_quiet().await;
    house.until_told(&seller, &["cancelled"]).await;
}

#[tokio::test]
async fn a_watched_lot_is_said_to_end_soon_when_it_really_does() {
    let house = House::open().await;
    let (seller, ada, bob) =
        (house.register("Seller").await, house.register("Ada").await, house.register("Bob").await);
    let fields = json!({"durationSeconds": 1_000, "snipeWindowSeconds": 3_600});
    let lot = house.list(&seller, &fields).await;
    let short = house.list(&seller, &json!({"title": "Short", "durationSeconds": 300})).await;
    let brief = house.list(&seller, &json!({"title": "Brief", "durationSeconds": 100})).await;
    for user in [&ada, &seller] {
        for lot in [&lot, &short, &brief] {
            house.watch(user, lot).await.expect_status(201);
        }
    }
    // A late bid moves the end far away: nothing is to be told at the time that was foreseen.
    house.pass(50 * SECOND);
    house.bids(&lot, &bob, 10.0).await;
    house.pass(60 * SECOND);
    let store = house.store().await;
    let left =
        async || store.reminders_due(Time(i64::MAX), 10).await.expect("the store answers").len();
    until("the time is found to have moved", || async {
        let due = store.reminders_due(Time(house.now()), 10).await.expect("the store answers");
        due.is_empty().then_some(())
    })
    .await;
    house.until_told(&ada, &[]).await;
    // Ada's two; the seller's one for the short lot, whose time has not come.
    assert_eq!(left().await, 3);
    house.pass(80 * SECOND);
    let told = house.until_told(&ada, &["ending_soon"]).await;
    assert_eq!(told[0]["message"], "“Short”, which you watch, ends soon. It stands at €10.00");
    house.pass(2_540 * SECOND);
    house.until_told(&ada, &["ending_soon"]).await;
    house.pass(30 * SECOND);
    house.until_told(&ada, &["ending_soon", "ending_soon"]).await;
    house.until_mailed(&ada, 2).await;
    assert_eq!(left().await, 0);
    // Once only, and not to who sells it.
    house.pass(5 * MINUTE);
    house.until_quiet().await;
    house.until_told(&ada, &["ending_soon", "ending_soon"]).await;
    let told = house.notices(&seller).await;
    let kinds = told["data"].as_array().expect("data").iter().map(|one| &one["kind"]);
    assert!(kinds.clone().all(|kind| kind == "unsold"), "{told}");
}

#[tokio::test]
async fn a_lot_that_is_edited_to_end_sooner_is_still_said_to_end_soon() {
    let house = House::open().await;
    let (seller, ada) = (house.register("Seller").await, house.register("Ada").await);
    let lot = house.list(&seller, &json!({"durationSeconds": 10_800})).await;
    house.watch(&ada, &lot).await.expect_status(201);
    let sooner = json!({"endTime": iso(house.now() + 20 * MINUTE)});
    let edit = house.ask("PATCH", &format!("/auctions/{lot}")).json(&sooner).by(&seller);
    edit.send().await.expect_status(200);
    house.pass(4 * MINUTE);
    house.until_told(&ada, &[]).await;
    house.pass(2 * MINUTE);
    house.until_told(&ada, &["ending_soon"]).await;
}

#[tokio::test]
async fn everyone_is_told_in_the_ways_that_they_chose() {
    let house = House::open().await;
    let (seller, ada, bob) =
        (house.register("Seller").await, house.register("Ada").await, house.register("Bob").await);
    let path = "/users/me/notification-settings";
    let settings = house.get(path).by(&ada).send().await.expect_status(200).json();
    let all = settings["settings"].as_array().expect("settings");
    assert_eq!(all.len(), 7);
    assert!(all.iter().all(|one| one["app"] == true && one["mail"] == true), "{settings}");
    house.choose(&ada, "outbid", true, false).await;
    house.choose(&bob, "outbid", false, true).await;
    house.choose(&seller, "sold", false, false).await;
    // What was not named stays as it was.
    house.choose(&ada, "won", false, false).await;
    let settings = house.get(path).by(&ada).send().await.json();
    assert_eq!(settings["settings"][0], json!({"kind": "outbid", "app": true, "mail": false}));
    assert_eq!(settings["settings"][2], json!({"kind": "won", "app": false, "mail": false}));

    let lot = house.list(&seller, &json!({})).await;
    for (user, amount) in [(&ada, 10.0), (&bob, 20.0), (&ada, 30.0)] {
        house.bids(&lot, user, amount).await;
        house.pass(SECOND);
        house.until_quiet().await;
    }
    house.pass(HOUR);
    house.until_status(&lot, "sold").await;
    house.until_quiet().await;
    house.until_told(&ada, &["outbid"]).await;
    house.until_told(&bob, &[]).await;
    house.until_told(&seller, &[]).await;
    let to = house.sent.all().into_iter().map(|mail| mail.to).collect::<Vec<_>>();
    assert_eq!(to, std::slice::from_ref(&bob.email));

    let put = |body: Value| house.ask("PUT", path).by(&ada).json(&body).send();
    let twice = json!({"kind": "won", "app": true, "mail": true});
    put(json!({"settings": [twice, twice]})).await.refused(400, "VALIDATION_ERROR");
    for body in [
        json!({}),
        json!({"settings": [{"kind": "lost", "app": true, "mail": true}]}),
        json!({"settings": [{"kind": "won", "app": true}]}),
        json!({"settings": [], "more": 1}),
    ] {
        put(body).await.refused(400, "VALIDATION_ERROR");
    }
    house.get(path).send().await.refused(401, "UNAUTHORIZED");
    let again = house.get(path).by(&ada).send().await.json();
    assert_eq!(again, settings);
}

#[tokio::test]
async fn notifications_are_paged_read_and_bounded() {
    let house = House::open().await;
    let (seller, ada, bob) =
        (house.register("Seller").await, house.register("Ada").await, house.register("Bob").await);
    let lot = house.list(&seller, &json!({})).await;
    let notice = |n: u128| NewNotice {
        id: n,
        user: UserId(id(&ada.id)),
        kind: NoticeKind::Unsold,
        lot: LotId(id(&lot)),
        amount: None,
        reason: None,
        at: Time(START_MS),
    };
    let new = (1..=550).map(notice).collect();
    let store = house.store().await;
    store.tell(Told { new, ..Told::default() }).await.expect("the store answers");
    house.bids(&lot, &ada, 10.0).await;
    house.bids(&lot, &bob, 20.0).await;
    let first = until("the newest is there", || async {
        let page = house.notices(&ada).await;
        (page["data"][0]["kind"] == "outbid").then_some(page)
    })
    .await;
    assert_eq!(
        first["pagination"],
        json!({"page": 1, "limit": 100, "total": 500, "totalPages": 5})
    );
    assert_eq!(first["unreadCount"], 500);
    assert_eq!(house.all("/users/me/notifications", Some(&ada)).await.len(), 500);
    let oldest = uuid::Uuid::from_u128(52).to_string();

    // Those that are named, once for their key; others' and unknown ones are passed over.
    let newest = first["data"][0]["id"].clone();
    let read =
        |user: &User, body: Value| house.post("/users/me/notifications/read", &body).by(user);
    let none = json!({"ids": [newest, uuid::Uuid::from_u128(9_999).to_string()]});
    read(&bob, none).send().await.expect_status(204);
    assert_eq!(house.notices(&ada).await["unreadCount"], 500);
    read(&ada, json!({"ids": []})).send().await.expect_status(204);
    for _ in 0..2 {
        let body = json!({"ids": [newest, oldest]});
        let answer = read(&ada, body).key("k").send().await.expect_status(204);
        assert!(answer.body.is_empty());
    }
    read(&ada, json!({})).key("k").send().await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(house.notices(&ada).await["unreadCount"], 498);
    assert_eq!(house.notices(&ada).await["data"][0]["readAt"], iso(house.now()));
    let unread = house.get("/users/me/notifications?unread=true").by(&ada).send().await.json();
    assert_eq!(unread["pagination"]["total"], 498);
    assert!(unread["data"].as_array().expect("data").iter().all(|one| one["readAt"].is_null()));
    read(&ada, json!({})).send().await.expect_status(204);
    assert_eq!(house.notices(&ada).await["unreadCount"], 0);

    let many: Vec<_> = (0..501u128).map(|n| uuid::Uuid::from_u128(n).to_string()).collect();
    for body in [json!({"ids": "all"}), json!({"ids": ["x"]}), json!({"ids": many})] {
        read(&ada, body).send().await.refused(400, "VALIDATION_ERROR");
    }
    for query in ["unread=maybe", "page=0", "limit=101"] {
        let path = format!("/users/me/notifications?{query}");
        house.get(&path).by(&ada).send().await.refused(400, "VALIDATION_ERROR");
    }
    house.get("/users/me/notifications").send().await.refused(401, "UNAUTHORIZED");
    house
        .post("/users/me/notifications/read", &json!({}))
        .send()
        .await
        .refused(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn what_is_watched_is_counted_and_listed_by_its_end() {
    let house = House::open().await;
    let (seller, ada, bob) =
        (house.register("Seller").await, house.register("Ada").await, house.register("Bob").await);
    let late = house.list(&seller, &json!({"title": "Late", "durationSeconds": 9_000})).await;
    let soon = house.list(&seller, &json!({"title": "Soon", "durationSeconds": 5_000})).await;
    let gone = house.list(&seller, &json!({"title": "Gone", "durationSeconds": 60})).await;
    let other = house.list(&seller, &json!({"title": "Other"})).await;
    for lot in [&gone, &late, &soon] {
        let answer = house.watch(&ada, lot).await.expect_status(201);
        assert_eq!(answer.json(), json!({"auctionId": lot}));
    }
    house.watch(&ada, &late).await.expect_status(200);
    house.watch(&bob, &late).await.expect_status(201);
    house.watch(&seller, &late).await.expect_status(201);
    house.pass(2 * MINUTE);
    house.until_status(&gone, "unsold").await;
    let list = house.get("/users/me/watchlist").by(&ada).send().await.expect_status(200).json();
    let list = list.as_array().expect("a list").clone();
    let titles: Vec<_> = list.iter().map(|lot| lot["title"].as_str().expect("a title")).collect();
    assert_eq!(titles, ["Soon", "Late", "Gone"]);
    assert_eq!(list[1]["watcherCount"], 3);
    assert_eq!(list[1]["viewer"]["isWatching"], true);
    assert_eq!(house.lot(&late).await["watcherCount"], 3);
    let seen = house.lot_for(&other, &ada).await;
    assert_eq!((&seen["watcherCount"], &seen["viewer"]["isWatching"]), (&json!(0), &json!(false)));

    // A bid leaves the count alone.
    house.bids(&late, &bob, 10.0).await;
    assert_eq!(house.lot(&late).await["watcherCount"], 3);
    let path = format!("/users/me/watchlist/{late}");
    for _ in 0..2 {
        house.ask("DELETE", &path).by(&ada).send().await.expect_status(204);
        assert_eq!(house.lot(&late).await["watcherCount"], 2);
    }
    // A key makes it happen once, whatever came in between.
    let key = |method: &str, path: &str| house.ask(method, path).by(&ada).key("w");
    let body = json!({"auctionId": late});
    key("POST", "/users/me/watchlist").json(&body).send().await.expect_status(201);
    house.ask("DELETE", &path).by(&ada).send().await.expect_status(204);
    key("POST", "/users/me/watchlist").json(&body).send().await.expect_status(201);
    assert_eq!(house.lot(&late).await["watcherCount"], 2);
    key("DELETE", &path).send().await.refused(422, "IDEMPOTENCY_KEY_REUSED");

    let unknown = uuid::Uuid::from_u128(5).to_string();
    house.watch(&ada, &unknown).await.refused(404, "NOT_FOUND");
    house.watch(&ada, "x").await.refused(400, "VALIDATION_ERROR");
    house.ask("DELETE", "/users/me/watchlist/x").by(&ada).send().await.refused(404, "NOT_FOUND");
    house.get("/users/me/watchlist").send().await.refused(401, "UNAUTHORIZED");
    house.ask("DELETE", &path).send().await.refused(401, "UNAUTHORIZED");
    let body = json!({"auctionId": late});
    house.post("/users/me/watchlist", &body).send().await.refused(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn five_hundred_lots_are_watched_at_most() {
    let house = House::open().await;
    let (seller, ada) = (house.register("Seller").await, house.register("Ada").await);
    let mut lots = Vec::new();
    for n in 0..501 {
        lots.push(house.list(&seller, &json!({"title": format!("Lot {n}")})).await);
    }
    let last = lots.pop().expect("a lot");
    for lot in &lots {
        house.watch(&ada, lot).await.expect_status(201);
    }
    house.watch(&ada, &last).await.refused(409, "CONFLICT");
    assert_eq!(house.lot(&last).await["watcherCount"], 0);
    house.watch(&ada, &lots[0]).await.expect_status(200);
    let list = house.get("/users/me/watchlist").by(&ada).send().await.expect_status(200).json();
    assert_eq!(list.as_array().map(Vec::len), Some(500));
}

#[tokio::test]
async fn a_notification_comes_to_its_owners_sockets_alone() {
    let house = House::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let service = house.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let (seller, ada, bob) =
        (house.register("Seller").await, house.register("Ada").await, house.register("Bob").await);
    let lot = house.list(&seller, &json!({})).await;
    house.bids(&lot, &ada, 10.0).await;
    let mut sockets = Vec::new();
    for user in [&ada, &bob, &seller] {
        let mut request = format!("ws://{address}/ws").into_client_request().expect("a request");
        request.headers_mut().insert("cookie", user.cookie.parse().expect("a header"));
        let (mut socket, _) = connect_async(request).await.expect("a socket");
        let subscribe = json!({"type": "subscribe", "auctionId": lot}).to_string();
        socket.send(Message::text(subscribe)).await.expect("it takes it");
        sockets.push(socket);
    }
    let mut heard = Vec::new();
    house.pass(SECOND);
    house.bids(&lot, &bob, 20.0).await;
    house.until_told(&ada, &["outbid"]).await;
    for (owner, socket) in [true, false, false].into_iter().zip(&mut sockets) {
        let mut all: Vec<Value> = Vec::new();
        let comes = |all: &[Value], kind: &str| all.iter().any(|one| one["type"] == kind);
        let ping = json!({"type": "ping"}).to_string();
        socket.send(Message::text(ping)).await.expect("it takes it");
        // To Ada it may come after the pong; to the others it would have come before.
        while !comes(&all, "pong") || (owner && !comes(&all, "notification")) {
            let next = timeout(Duration::from_secs(10), socket.next()).await.expect("in time");
            if let Some(Ok(Message::Text(text))) = next {
                all.push(serde_json::from_str(&text).expect("JSON"));
            }
        }
        heard.push(all);
    }
    let notices = |all: &[Value]| {
        all.iter().filter(|one| one["type"] == "notification").cloned().collect::<Vec<_>>()
    };
    let told = notices(&heard[0]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["auctionId"], lot.as_str());
    let mut data = told[0]["data"].clone();
    assert_eq!(data.as_object_mut().and_then(|data| data.remove("unreadCount")), Some(json!(1)));
    assert_eq!(data, house.notices(&ada).await["data"][0]);
    assert!(notices(&heard[1]).is_empty() && notices(&heard[2]).is_empty());
}
