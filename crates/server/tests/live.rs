//! What those hear who listen: a real server, real sockets.

mod common;

use common::socket::{Live, Socket};
use common::*;
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};

/// A lot and the people around it.
async fn scene(fields: &Value) -> (Live, String, User, User, User) {
    let live = Live::open().await;
    let mae = live.site.register("Mae").await;
    let ann = live.site.register("Ann").await;
    let bob = live.site.register("Bob").await;
    let lot = live.site.list(&mae, fields).await;
    (live, lot, mae, ann, bob)
}

#[tokio::test]
async fn a_socket_is_greeted_with_who_it_is_and_the_time() {
    let (live, _, _, ann, _) = scene(&json!({})).await;
    let mut ids = std::collections::HashSet::new();
    for (headers, user) in [
        (vec![], Value::Null),
        (vec![("cookie", ann.cookie.as_str())], json!(ann.id)),
        (vec![("cookie", "session=nonsense")], Value::Null),
    ] {
        let mut socket = live.dial(&headers).await.expect("a socket");
        let ack = socket.expect("connection_ack").await;
        let data = &ack["data"];
        assert_eq!(names(data), ["connectionId", "serverTime", "userId"]);
        assert_eq!((&ack["auctionId"], &ack["timestamp"]), (&json!(""), &json!(iso(START_MS))));
        assert_eq!((&data["userId"], &data["serverTime"]), (&user, &json!(iso(START_MS))));
        assert!(ids.insert(data["connectionId"].to_string()), "connections have their own ids");
    }
}

#[tokio::test]
async fn subscribing_gives_the_lot_as_it_stands_for_the_viewer() {
    let fields = json!({"reservePrice": 4321.09});
    let (live, lot, mae, ann, _) = scene(&fields).await;
    live.site.bids(&lot, &ann, 10.0).await;
    for user in [None, Some(&mae), Some(&ann)] {
        let (mut socket, seen) = match user {
            None => (live.guest().await, live.site.lot(&lot).await),
            Some(user) => (live.socket(user).await, live.site.lot_for(&lot, user).await),
        };
        let state = socket.subscribe(&lot).await;
        assert_eq!(names(&state), ["auctionId", "data", "seq", "timestamp", "type"]);
        assert_eq!((&state["auctionId"], &state["seq"]), (&json!(lot), &json!(2)));
        assert_eq!(state["data"], seen);
        let secret = state.to_string().contains("4321");
        assert_eq!(secret, user.is_some_and(|user| user.id == mae.id));
        // Again gives it again.
        assert_eq!(socket.subscribe(&lot).await["data"], seen);
    }
}

#[tokio::test]
async fn a_bid_is_told_to_all_who_subscribed_and_to_nobody_else() {
    let (live, lot, mae, ann, bob) = scene(&json!({"reservePrice": 15})).await;
    let other = live.site.list(&mae, &json!({})).await;
    let (mut guest, mut seller) = (live.guest().await, live.socket(&mae).await);
    let (mut elsewhere, mut idle) = (live.guest().await, live.guest().await);
    guest.subscribe(&lot).await;
    seller.subscribe(&lot).await;
    elsewhere.subscribe(&other).await;
    live.site.pass(SECOND);
    let body = json!({"amount": 10, "maxAmount": 14});
    live.site.bid(&lot, &ann, &body).send().await.expect_status(201);
    live.site.pass(SECOND);
    let answer = live.site.bids(&lot, &bob, 20.0).await;
    let history = live.site.history(&lot).await;
    for socket in [&mut guest, &mut seller] {
        let first = socket.expect("bid_update").await;
        assert_eq!((&first["seq"], &first["data"]["amount"]), (&json!(2), &json!(10)));
        assert_eq!(first["data"]["reserveMet"], false);
        assert_eq!(first["timestamp"], iso(START_MS + SECOND));
        let second = socket.expect("bid_update").await;
        assert_eq!(names(&second), ["auctionId", "data", "seq", "timestamp", "type"]);
        assert_eq!((&second["auctionId"], &second["seq"]), (&json!(lot), &json!(3)));
        let seen = live.site.lot(&lot).await;
        let winning = history.last().expect("rows");
        assert_eq!(
            second["data"],
            json!({
                "bidId": winning["id"], "amount": seen["currentBid"],
                "bidderId": seen["currentBidderId"], "bidderName": seen["currentBidderName"],
                "bidCount": 2, "isProxyBid": winning["isProxyBid"],
                "minimumBid": seen["minimumBid"], "reserveMet": true,
                "endTime": seen["endTime"],
            })
        );
        assert_eq!(seen["currentBid"], answer["currentBid"]);
    }
    assert_eq!(elsewhere.before_pong().await, Vec::<Value>::new());
    assert_eq!(idle.before_pong().await, Vec::<Value>::new());
}

#[tokio::test]
async fn one_bid_is_one_update_however_many_auto_bids_answer() {
    let (live, lot, _, ann, bob) = scene(&json!({})).await;
    let mut guest = live.guest().await;
    let body = json!({"amount": 10, "maxAmount": 30});
    live.site.bid(&lot, &ann, &body).send().await.expect_status(201);
    guest.subscribe(&lot).await;
    let body = json!({"amount": 12, "maxAmount": 20});
    live.site.bid(&lot, &bob, &body).send().await.expect_status(201);
    let update = guest.expect("bid_update").await;
    let data = &update["data"];
    assert_eq!((&data["amount"], &data["isProxyBid"]), (&json!(21), &json!(true)));
    assert_eq!(data["bidderId"], live.site.lot(&lot).await["currentBidderId"]);
    assert_eq!(guest.before_pong().await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_extension_follows_the_bid_that_caused_it_with_the_same_seq() {
    let (live, lot, _, ann, bob) = scene(&json!({})).await;
    let mut guest = live.guest().await;
    guest.subscribe(&lot).await;
    live.site.bids(&lot, &ann, 10.0).await;
    assert_eq!(guest.expect("bid_update").await["data"]["endTime"], iso(START_MS + HOUR));
    live.site.pass(HOUR - 30 * SECOND);
    let answer = live.site.bids(&lot, &bob, 11.0).await;
    let end = iso(START_MS + HOUR + 90 * SECOND);
    assert_eq!(answer["auctionEndTime"], end);
    let update = guest.expect("bid_update").await;
    let extended = guest.expect("auction_extended").await;
    assert_eq!((&update["seq"], &extended["seq"]), (&json!(3), &json!(3)));
    assert_eq!(update["data"]["endTime"], end);
    let expected = json!({"previousEndTime": iso(START_MS + HOUR), "newEndTime": end,
        "reason": "snipe_protection", "triggeringBidId": answer["bidId"]});
    assert_eq!(extended["data"], expected);
    assert_eq!(extended["auctionId"], lot);
}

#[tokio::test]
async fn the_end_is_told_with_how_it_came_out() {
    let (live, sold, mae, ann, _) = scene(&json!({"reservePrice": 12})).await;
    let unsold = live.site.list(&mae, &json!({"reservePrice": 50})).await;
    let cancelled = live.site.list(&mae, &json!({})).await;
    live.site.bids(&sold, &ann, 12.5).await;
    live.site.bids(&unsold, &ann, 10.0).await;
    let alias = live.site.lot(&sold).await["currentBidderId"].clone();
    let name = live.site.lot(&sold).await["currentBidderName"].clone();
    let path = format!("/auctions/{cancelled}");
    for (lot, seq, data) in [
        (
            &cancelled,
            2,
            json!({"finalAmount": 10, "winnerId": null, "winnerName": null, "reserveMet": true, "outcome": "cancelled"}),
        ),
        (
            &sold,
            3,
            json!({"finalAmount": 12.5, "winnerId": alias, "winnerName": name, "reserveMet": true, "outcome": "sold"}),
        ),
        (
            &unsold,
            3,
            json!({"finalAmount": 10, "winnerId": null, "winnerName": null, "reserveMet": false, "outcome": "unsold"}),
        ),
    ] {
        let mut guest = live.guest().await;
        // Where it has ended already, the state says so.
        if live.site.lot(lot).await["status"] == "active" {
            guest.subscribe(lot).await;
            if *lot == cancelled {
                live.site.ask("DELETE", &path).by(&mae).send().await.expect_status(204);
            } else {
                live.site.pass(HOUR);
            }
            let ended = guest.expect("auction_ended").await;
            assert_eq!((&ended["seq"], &ended["auctionId"]), (&json!(seq), &json!(lot)));
            assert_eq!(ended["data"], data);
        }
        let outcome = data["outcome"].as_str().expect("an outcome");
        live.site.until_status(lot, outcome).await;
        let state = guest.subscribe(lot).await;
        assert_eq!((&state["data"]["status"], &state["seq"]), (&json!(outcome), &json!(seq)));
    }
}

#[tokio::test]
async fn a_lot_that_ends_unsold_says_so() {
    let (live, lot, _, ann, _) = scene(&json!({"reservePrice": 50})).await;
    live.site.bids(&lot, &ann, 10.0).await;
    let mut guest = live.guest().await;
    guest.subscribe(&lot).await;
    live.site.pass(HOUR);
    let ended = guest.expect("auction_ended").await;
    let expected = json!({"finalAmount": 10, "winnerId": null, "winnerName": null,
        "reserveMet": false, "outcome": "unsold"});
    assert_eq!(ended["data"], expected);
}

#[tokio::test]
async fn only_the_outbid_hear_that_they_were_outbid_and_on_all_their_sockets() {
    let (live, lot, mae, ann, bob) = scene(&json!({"title": "Oak clock"})).await;
    let (mut ann_1, mut ann_2) = (live.socket(&ann).await, live.socket(&ann).await);
    let (mut ann_watches, mut bobs) = (live.socket(&ann).await, live.socket(&bob).await);
    let (mut seller, mut guest) = (live.socket(&mae).await, live.guest().await);
    let body = json!({"amount": 10, "maxAmount": 31.25});
    live.site.bid(&lot, &ann, &body).send().await.expect_status(201);
    for socket in [&mut ann_watches, &mut bobs, &mut seller, &mut guest] {
        socket.subscribe(&lot).await;
    }
    // Beaten at once: bob never led, so nobody lost the lead.
    live.site.bids(&lot, &bob, 20.0).await;
    live.site.pass(SECOND);
    live.site.bids(&lot, &bob, 40.0).await;
    let data = json!({"auctionId": lot, "auctionTitle": "Oak clock", "newAmount": 32.25,
        "yourMaxBid": 31.25, "canAutoBid": true});
    for socket in [&mut ann_1, &mut ann_2] {
        let told = socket.expect("outbid_notification").await;
        assert_eq!((&told["auctionId"], &told["data"]), (&json!(lot), &data));
        assert_eq!(told["timestamp"], iso(START_MS + SECOND));
        assert_eq!(socket.before_pong().await, Vec::<Value>::new());
    }
    let kinds = |messages: &[Value]| {
        let kinds = messages.iter().map(|message| message["type"].as_str().expect("a type"));
        kinds.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut heard = Vec::new();
    while heard.len() < 3 {
        heard.push(ann_watches.next().await.expect("a message"));
    }
    let mut all = kinds(&heard);
    all.sort_unstable();
    assert_eq!(all, ["bid_update", "bid_update", "outbid_notification"]);
    for socket in [&mut bobs, &mut seller, &mut guest] {
        socket.expect("bid_update").await;
        let update = socket.expect("bid_update").await;
        assert!(!update.to_string().contains("31.25"), "a maximum is its owner's alone");
        assert_eq!(socket.before_pong().await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn every_message_about_a_lot_carries_the_seq_of_its_change() {
    let (live, lot, _, ann, bob) = scene(&json!({})).await;
    let mut socket = live.socket(&ann).await;
    socket.subscribe(&lot).await;
    live.site.bids(&lot, &ann, 10.0).await;
    live.site.pass(HOUR - SECOND);
    live.site.bids(&lot, &bob, 11.0).await;
    assert_eq!(socket.expect("bid_update").await["seq"], 2);
    let mut kinds = Vec::new();
    for _ in 0..3 {
        let message = socket.next().await.expect("a message");
        assert_eq!(message["seq"], 3, "{message}");
        kinds.push(message["type"].as_str().expect("a type").to_owned());
    }
    kinds.sort_unstable();
    assert_eq!(kinds, ["auction_extended", "bid_update", "outbid_notification"]);
}

#[tokio::test]
async fn a_silent_raise_is_told_to_nobody() {
    let (live, lot, mae, ann, bob) = scene(&json!({})).await;
    live.site.bids(&lot, &ann, 10.0).await;
    let mut sockets = vec![live.guest().await];
    for user in [&mae, &ann, &bob] {
        sockets.push(live.socket(user).await);
    }
    for socket in &mut sockets {
        socket.subscribe(&lot).await;
    }
    let raise = json!({"amount": 20});
    live.site.bid(&lot, &ann, &raise).send().await.expect_status(201);
    live.site.auto(&lot, &ann, 15.0).send().await.expect_status(200);
    let path = format!("/auctions/{lot}/proxy");
    live.site.ask("DELETE", &path).by(&ann).send().await.expect_status(204);
    // The next that anybody hears is the next public change, with no seq left out.
    let body = json!({"amount": 30});
    live.site.bid(&lot, &bob, &body).send().await.expect_status(201);
    for (socket, outbid) in sockets.iter_mut().zip([false, false, true, false]) {
        let update = socket.expect("bid_update").await;
        assert_eq!((&update["seq"], &update["data"]["bidCount"]), (&json!(3), &json!(2)));
        let after = socket.before_pong().await;
        assert_eq!(after.len(), usize::from(outbid), "{after:?}");
    }
}

#[tokio::test]
async fn a_ping_is_answered_with_the_servers_time() {
    let live = Live::open().await;
    let mut guest = live.guest().await;
    for _ in 0..3 {
        live.site.pass(SECOND);
        guest.send(&json!({"type": "ping"})).await;
        let pong = guest.expect("pong").await;
        assert_eq!(pong["data"], json!({"serverTime": iso(live.site.now())}));
    }
}

#[tokio::test]
async fn a_bad_frame_is_answered_and_the_socket_stays_open() {
    let (live, lot, _, ann, _) = scene(&json!({})).await;
    let mut guest = live.guest().await;
    guest.subscribe(&lot).await;
    let deep = "[".repeat(10_000);
    for bad in [
        "",
        "hello",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"type": "bid"}"#,
        r#"{"type": 5}"#,
        r#"{"type": "subscribe"}"#,
        r#"{"type": "subscribe", "auctionId": 5}"#,
        r#"{"type": "subscribe", "auctionId": "x"}"#,
        r#"{"type": "subscribe", "auctionId": null}"#,
        r#"{"type": "unsubscribe"}"#,
        r#"{"type": "ping""#,
        &deep,
    ] {
        guest.send_text(bad).await;
        let error = guest.expect("error").await;
        assert_eq!(names(&error["data"]), ["error", "message"], "{bad}");
        assert_eq!(error["data"]["error"], "VALIDATION_ERROR", "{bad}");
    }
    guest.stream.send(Message::binary(vec![0xff, 0x00])).await.expect("sent");
    guest.expect("error").await;
    let unknown = json!({"type": "subscribe", "auctionId": "01890000-0000-7000-8000-000000000000"});
    guest.send(&unknown).await;
    assert_eq!(guest.expect("error").await["data"]["error"], "NOT_FOUND");
    // What was subscribed to still is.
    live.site.bids(&lot, &ann, 10.0).await;
    assert_eq!(guest.expect("bid_update").await["seq"], 2);
}

#[tokio::test]
async fn who_unsubscribes_hears_no_more_of_the_lot() {
    let (live, lot, mae, ann, bob) = scene(&json!({})).await;
    let other = live.site.list(&mae, &json!({})).await;
    let mut guest = live.guest().await;
    guest.subscribe(&lot).await;
    guest.subscribe(&other).await;
    live.site.bids(&lot, &ann, 10.0).await;
    guest.expect("bid_update").await;
    guest.send(&json!({"type": "unsubscribe", "auctionId": lot})).await;
    // Nothing to unsubscribe from is nothing wrong.
    guest.send(&json!({"type": "unsubscribe", "auctionId": lot})).await;
    assert_eq!(guest.before_pong().await, Vec::<Value>::new());
    live.site.bids(&lot, &bob, 11.0).await;
    live.site.bids(&other, &bob, 10.0).await;
    assert_eq!(guest.expect("bid_update").await["auctionId"], other);
    assert_eq!(guest.subscribe(&lot).await["seq"], 3);
    live.site.bids(&lot, &ann, 12.0).await;
    assert_eq!(guest.expect("bid_update").await["seq"], 4);
}

/// The server says that something is too much, and closes.
async fn told_and_closed(socket: &mut Socket, why: &str) {
    let rest = socket.rest().await;
    let last = rest.last().unwrap_or_else(|| panic!("{why}: closed without a word"));
    assert_eq!(last["type"], "error", "{last}");
    assert!(last["data"]["message"].as_str().is_some_and(|message| !message.is_empty()));
}

#[tokio::test]
async fn more_than_a_hundred_subscriptions_are_told_of_and_closed() {
    let (live, lot, mae, _, _) = scene(&json!({})).await;
    let mut lots = vec![lot];
    for _ in 0..100 {
        lots.push(live.site.list(&mae, &json!({})).await);
    }
    let mut guest = live.guest().await;
    // Below the limit of messages a second.
    let mut pace = tokio::time::interval(Duration::from_millis(36));
    for lot in &lots[..100] {
        pace.tick().await;
        guest.subscribe(lot).await;
    }
    // One that it has does not count again, and one given up makes room.
    pace.tick().await;
    guest.subscribe(&lots[0]).await;
    pace.tick().await;
    guest.send(&json!({"type": "unsubscribe", "auctionId": lots[0]})).await;
    pace.tick().await;
    guest.subscribe(&lots[100]).await;
    pace.tick().await;
    guest.send(&json!({"type": "subscribe", "auctionId": lots[0]})).await;
    told_and_closed(&mut guest, "101 subscriptions").await;
    live.guest().await;
}

/// Sends a ping of many bytes after one of just 16 KiB, which is none too large.
async fn send_large(bytes: usize) {
    let (live, lot, _, _, _) = scene(&json!({})).await;
    let padded = |bytes: usize| {
        let start = r#"{"type": "ping"}"#;
        format!("{start}{}", " ".repeat(bytes - start.len()))
    };
    let mut guest = live.guest().await;
    guest.subscribe(&lot).await;
    guest.send_text(padded(16 * 1024)).await;
    guest.expect("pong").await;
    guest.send_text(padded(bytes)).await;
    told_and_closed(&mut guest, &format!("a frame of {bytes} bytes")).await;
}

#[tokio::test]
async fn a_frame_of_more_than_16_kib_is_told_of_and_closed() {
    send_large(16 * 1024 + 1).await;
    send_large(64 * 1024).await;
}

#[tokio::test]
async fn a_frame_of_very_much_more_than_16_kib_is_told_of_and_closed() {
    send_large(64 * 1024 + 1).await;
    send_large(256 * 1024).await;
}

#[tokio::test]
async fn more_than_thirty_messages_a_second_are_told_of_and_closed() {
    let live = Live::open().await;
    let mut guest = live.guest().await;
    // Twice the limit, so that a second which ends in between makes no difference.
    for _ in 0..61 {
        let ping = json!({"type": "ping"}).to_string();
        guest.stream.feed(Message::text(ping)).await.expect("sent");
    }
    guest.stream.flush().await.expect("sent");
    let rest = guest.rest().await;
    let (pongs, last) = rest.split_at(rest.len() - 1);
    assert!((30..=60).contains(&pongs.len()), "{} were answered", pongs.len());
    assert!(pongs.iter().all(|message| message["type"] == "pong"));
    assert_eq!(last[0]["type"], "error");
    assert_eq!(last[0]["data"]["error"], "RATE_LIMITED");
    // Thirty are none too many.
    let mut guest = live.guest().await;
    for _ in 0..30 {
        guest.send(&json!({"type": "ping"})).await;
    }
    for _ in 0..30 {
        guest.expect("pong").await;
    }
}

#[tokio::test]
async fn sockets_of_other_sites_are_refused() {
    let (live, _, _, ann, _) = scene(&json!({})).await;
    let own = format!("http://{}", live.address);
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let refused = live.dial(&[("cookie", &ann.cookie), (name, value)]).await;
        let Some(error) = refused.err() else { panic!("{name} {value} was let in") };
        let Error::Http(response) = *error else { panic!("{name} {value}: {error}") };
        assert_eq!(response.status(), 403, "{name} {value}");
        assert!(response.headers().contains_key("x-request-id"));
        let body = response.body().clone().expect("a body");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(body["error"], "FORBIDDEN");
    }
    let mut socket = live.dial(&[("cookie", &ann.cookie), ("origin", &own)]).await.expect("own");
    assert_eq!(socket.expect("connection_ack").await["data"]["userId"], ann.id);
}

// --- What must hold whatever happens -----------------------------------------------------------

/// What a client knows of a lot that follows the contract to the letter.
struct Known {
    lot: Value,
    seq: u64,
    snapshots: usize,
    updates: usize,
    extensions: usize,
}

impl Known {
    fn new() -> Known {
        Known { lot: Value::Null, seq: 0, snapshots: 0, updates: 0, extensions: 0 }
    }

    /// "A client applies seq = known or known + 1, ignores less, and subscribes again on more."
    fn apply(&mut self, message: &Value) {
        let kind = message["type"].as_str().expect("a type");
        if matches!(kind, "outbid_notification" | "notification" | "pong") {
            return;
        }
        let seq = message["seq"].as_u64().unwrap_or_else(|| panic!("no seq in {message}"));
        let data = &message["data"];
        if kind == "subscribed" {
            assert!(seq >= self.seq, "a state of {seq} after {}", self.seq);
            (self.lot, self.seq) = (data.clone(), seq);
            assert_eq!(data["seq"], seq);
            self.snapshots += 1;
            return;
        }
        assert!(self.snapshots > 0, "a message before the state: {message}");
        match kind {
            "bid_update" => {
                assert_eq!(seq, self.seq + 1, "a hole, or a message twice: {message}");
                for (field, from) in [
                    ("currentBid", "amount"),
                    ("currentBidderId", "bidderId"),
                    ("currentBidderName", "bidderName"),
                    ("bidCount", "bidCount"),
                    ("minimumBid", "minimumBid"),
                    ("reserveMet", "reserveMet"),
                    ("endTime", "endTime"),
                ] {
                    self.lot[field] = data[from].clone();
                }
                self.updates += 1;
            }
            "auction_extended" => {
                assert_eq!(seq, self.seq, "an extension comes with its bid: {message}");
                assert_eq!(self.lot["endTime"], data["newEndTime"]);
                self.extensions += 1;
            }
            other => panic!("{other} was not expected"),
        }
        self.seq = seq;
        self.lot["seq"] = seq.into();
        self.lot["updatedAt"] = message["timestamp"].clone();
    }
}

/// SplitMix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const ATTEMPTS: usize = 300;

/// Bids as one of eight, until all attempts are made.
async fn bidder(
    live: Arc<Live>,
    lot: String,
    user: User,
    mut seed: u64,
    made: Arc<AtomicUsize>,
    price: Arc<AtomicI64>,
) -> usize {
    let mut accepted = 0;
    while made.fetch_add(1, Ordering::SeqCst) < ATTEMPTS {
        live.site.pass(1);
        let roll = random(&mut seed);
        let amount = price.fetch_add(1 + i64::from(roll.is_multiple_of(4)), Ordering::SeqCst);
        let ask = match roll % 5 {
            0 => live.site.auto(&lot, &user, (amount + (roll >> 8) as i64 % 9) as f64),
            1 => {
                let body = json!({"amount": amount, "maxAmount": amount + (roll >> 8) as i64 % 9});
                live.site.bid(&lot, &user, &body)
            }
            _ => live.site.bid(&lot, &user, &json!({"amount": amount})),
        };
        let answer = ask.send().await;
        assert!([200, 201, 400, 409].contains(&answer.status), "{}", answer.text());
        accepted += usize::from(answer.status <= 201);
        tokio::task::yield_now().await;
    }
    accepted
}

/// Listens from when some attempts have been made until there is nothing more to hear.
async fn watcher(
    live: Arc<Live>,
    lot: String,
    user: Option<User>,
    mut seed: u64,
    made: Arc<AtomicUsize>,
    all_done: tokio::sync::watch::Receiver<Option<u64>>,
) -> Known {
    let mut socket = match &user {
        Some(user) => live.socket(user).await,
        None => live.guest().await,
    };
    let from = random(&mut seed) as usize % (ATTEMPTS * 2 / 3);
    until("the moment to subscribe", || async {
        (made.load(Ordering::SeqCst) >= from).then_some(())
    })
    .await;
    let mut known = Known::new();
    socket.send(&json!({"type": "subscribe", "auctionId": lot})).await;
    let mut resubscribe_in = 5 + random(&mut seed) % 40;
    loop {
        if let Some(last) = *all_done.borrow()
            && known.seq == last
        {
            break;
        }
        let heard = timeout(Duration::from_millis(20), socket.next()).await;
        let Ok(message) = heard else { continue };
        known.apply(&message.expect("the socket stays open"));
        resubscribe_in -= 1;
        if resubscribe_in == 0 {
            // Now and then the whole state again, in the middle of everything.
            socket.send(&json!({"type": "subscribe", "auctionId": lot})).await;
            resubscribe_in = 60 + random(&mut seed) % 40;
        }
    }
    for message in socket.before_pong().await {
        known.apply(&message);
    }
    known
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_listens_from_whenever_ends_with_the_state_that_everybody_sees() {
    // A window as long as the lot, so that every bid extends it.
    let fields = json!({"snipeWindowSeconds": 3600, "reservePrice": 120});
    let (live, lot, _, _, _) = scene(&fields).await;
    let live = Arc::new(live);
    let made = Arc::new(AtomicUsize::new(0));
    let price = Arc::new(AtomicI64::new(10));
    let (done, all_done) = tokio::sync::watch::channel(None);
    let mut bidders = Vec::new();
    for number in 0..8 {
        let user = live.site.register(&format!("Bidder{number}")).await;
        bidders.push(user);
    }
    let watchers = [None, None, Some(bidders[0].clone())].into_iter().zip([11, 12, 13]);
    let watchers: Vec<_> = watchers
        .map(|(user, seed)| {
            let (made, done) = (made.clone(), all_done.clone());
            tokio::spawn(watcher(live.clone(), lot.clone(), user, seed, made, done))
        })
        .collect();
    // One that subscribes first and listens last.
    let mut late = live.guest().await;
    late.send(&json!({"type": "subscribe", "auctionId": lot})).await;
    let mut tasks = Vec::new();
    for (seed, user) in (100..).zip(&bidders) {
        let (made, price) = (made.clone(), price.clone());
        tasks.push(tokio::spawn(bidder(
            live.clone(),
            lot.clone(),
            user.clone(),
            seed,
            made,
            price,
        )));
    }
    let mut accepted = 0;
    for task in tasks {
        accepted += task.await.expect("no bidder fails");
    }
    let last = live.site.lot(&lot).await;
    let seq = last["seq"].as_u64().expect("a seq");
    assert!(accepted >= 100 && seq >= 60, "{accepted} accepted, {seq} changes");
    done.send_replace(Some(seq));
    for (watcher, user) in watchers.into_iter().zip([None, None, Some(&bidders[0])]) {
        let known = watcher.await.expect("no watcher fails");
        assert!(known.updates >= 10 && known.extensions >= 10 && known.snapshots >= 1);
        let mut expected = match user {
            None => live.site.lot(&lot).await,
            Some(user) => live.site.lot_for(&lot, user).await,
        };
        let mut seen = known.lot;
        for lot in [&mut expected, &mut seen] {
            // One's own secrets come with the state alone.
            lot.as_object_mut().expect("a lot").remove("viewer");
        }
        assert_eq!(seen, expected);
    }
    let mut known = Known::new();
    while known.seq < seq {
        known.apply(&late.next().await.expect("the socket stays open"));
    }
    for message in late.before_pong().await {
        known.apply(&message);
    }
    assert_eq!(known.lot, last);
}

#[tokio::test]
async fn whoever_has_signed_out_hears_nothing_more_that_was_theirs() {
    let (live, lot, _, ann, bob) = scene(&json!({})).await;
    let body = json!({"amount": 10, "maxAmount": 30});
    live.site.bid(&lot, &ann, &body).send().await.expect_status(201);
    let (mut told, mut asks) = (live.socket(&ann).await, live.socket(&ann).await);
    live.site.post("/auth/logout", &json!({})).by(&ann).send().await.expect_status(204);
    live.site.bids(&lot, &bob, 40.0).await;
    assert_eq!(told.rest().await, Vec::<Value>::new());
    asks.send(&json!({"type": "subscribe", "auctionId": lot})).await;
    assert_eq!(asks.rest().await, Vec::<Value>::new());
}
