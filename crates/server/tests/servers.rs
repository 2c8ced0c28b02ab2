//! Several servers of one house: a database that they share, and Redis between them.

mod common;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use common::redis::Redis;
use common::socket::{Live, Socket};
use common::*;
use futures_util::StreamExt;
use gavel_server::told::{Carrier, MailSettings, Sent};
use gavel_store::Store;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

/// Servers of one house, where `scripts/with-postgres` has started a database; without one there is
/// nothing to be tested.
struct Servers {
    redis: Redis,
    /// What their messages are sealed with.
    secret: [u8; 32],
    live: Vec<Live>,
    /// The mails of each.
    sent: Vec<Sent>,
}

impl Servers {
    async fn open(count: usize, rate_limits: bool) -> Option<Servers> {
        std::env::var_os("GAVEL_TEST_POSTGRES")?;
        let (redis, database) = (Redis::start(), new_database().await);
        Some(Servers::open_on(count, rate_limits, redis, &database).await)
    }

    async fn open_on(count: usize, rate_limits: bool, redis: Redis, database: &str) -> Servers {
        let (mut live, mut sent) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let mails = Sent::default();
            let carrier = Carrier::Memory(mails.clone());
            let mail = MailSettings { carrier, ..MailSettings::default() };
            let site = Site::open_among(database, Some(redis.url()), rate_limits, mail).await;
            live.push(Live::of(site.expect("the server opens")).await);
            sent.push(mails);
        }
        let store = Store::connect(database).await.expect("the database answers");
        let secret = store.house_key().secret("messages");
        let servers = Servers { redis, secret, live, sent };
        servers.until_bus_is("up").await;
        servers
    }

    fn site(&self, server: usize) -> &Site {
        &self.live[server].site
    }

    async fn until_bus_is(&self, wanted: &str) {
        for live in &self.live {
            until(&format!("the bus is {wanted}"), || async {
                let ready = live.site.page("/readyz").send().await.json();
                (ready["bus"] == wanted).then_some(())
            })
            .await;
        }
    }
}

/// The next message of a kind; all before it must be of kinds that may come between.
async fn next_of(socket: &mut Socket, kind: &str) -> Value {
    loop {
        let message = socket.next().await.unwrap_or_else(|| panic!("closed before {kind}"));
        if message["type"] == kind {
            return message;
        }
        let between = ["notification", "outbid_notification", "auction_extended"];
        assert!(between.iter().any(|kind| message["type"] == **kind), "{message} before {kind}");
    }
}

/// Takes what is told of a lot until its change `last`, and holds it to come without a hole: one by one,
/// or as the whole lot in place of several.
async fn follow(socket: &mut Socket, mut known: u64, last: u64) {
    while known < last {
        let message = socket.next().await.expect("the socket stays open");
        let Some(seq) = message["seq"].as_u64() else { continue };
        match message["type"].as_str() {
            Some("subscribed") => assert!(seq >= known, "{message} after {known}"),
            Some("bid_update") => assert_eq!(seq, known + 1, "{message} after {known}"),
            _ => assert!(seq <= known + 1, "{message} after {known}"),
        }
        known = seq.max(known);
    }
}

#[tokio::test]
async fn who_listens_at_one_server_hears_what_happens_at_another() {
    let Some(servers) = Servers::open(2, false).await else { return };
    let (here, there) = (servers.site(0), &servers.live[1]);
    let (mae, ann, bob) =
        (here.register("Mae").await, here.register("Ann").await, here.register("Bob").await);
    let lot = here.list(&mae, &json!({})).await;
    let (mut guest, mut hers) = (there.guest().await, there.socket(&ann).await);
    assert_eq!(guest.subscribe(&lot).await["seq"], 1);
    here.bids(&lot, &ann, 10.0).await;
    let told = guest.expect("bid_update").await;
    assert_eq!((&told["seq"], &told["data"]["amount"]), (&json!(2), &json!(10)));
    here.bids(&lot, &bob, 11.0).await;
    assert_eq!(guest.expect("bid_update").await["seq"], 3);
    // She is at the other server, and is told there that she was outbid, once in each way.
    let outbid = hers.expect("outbid_notification").await;
    assert_eq!(
        (&outbid["data"]["newAmount"], &outbid["data"]["yourMaxBid"]),
        (&json!(11), &json!(10))
    );
    let notice = hers.expect("notification").await;
    assert_eq!(notice["data"]["kind"], "outbid");
    // Whichever server a bid comes to, all hear of it in order.
    for (server, user, amount) in [(1, &ann, 12.0), (0, &bob, 13.0), (1, &ann, 14.0)] {
        servers.site(server).bids(&lot, user, amount).await;
    }
    for seq in 4..=6 {
        assert_eq!(guest.expect("bid_update").await["seq"], seq);
    }
}

#[tokio::test]
async fn what_happens_goes_to_the_servers_where_somebody_listens() {
    let Some(mut servers) = Servers::open(2, false).await else { return };
    let (mae, ann, bob) = {
        let here = servers.site(0);
        (here.register("Mae").await, here.register("Ann").await, here.register("Bob").await)
    };
    let lot = servers.site(0).list(&mae, &json!({})).await;
    let client = ::redis::Client::open(servers.redis.url()).expect("is a URL");
    // What servers listen to of lots and of users, and how many of them do.
    let listened = async || {
        let mut redis = client.get_multiplexed_async_connection().await.ok()?;
        let mut channels = ::redis::cmd("PUBSUB");
        channels.arg("CHANNELS").arg("gavel:*:*:*:*");
        let channels: Vec<String> = channels.query_async(&mut redis).await.ok()?;
        let mut counts = ::redis::cmd("PUBSUB");
        let counts = counts.arg("NUMSUB").arg(&channels);
        let counts: BTreeMap<String, u64> = counts.query_async(&mut redis).await.ok()?;
        let kind =
            |(channel, count): (String, u64)| Some((channel.split(':').nth(3)?.to_owned(), count));
        Some(counts.into_iter().filter_map(kind).collect::<Vec<_>>())
    };
    let listen_to = async |wanted: &[(&str, u64)]| {
        until(&format!("servers listen to {wanted:?}"), async || {
            let found = listened().await?;
            let found = found.iter().map(|(kind, count)| (kind.as_str(), *count));
            found.eq(wanted.iter().copied()).then_some(())
        })
        .await;
    };
    listen_to(&[]).await;
    let mut guest = servers.live[1].guest().await;
    guest.subscribe(&lot).await;
    listen_to(&[("lot", 1)]).await;
    let (mut at_both, hers) = (servers.live[0].guest().await, servers.live[1].socket(&ann).await);
    at_both.subscribe(&lot).await;
    listen_to(&[("lot", 2), ("user", 1)]).await;
    drop(hers);
    listen_to(&[("lot", 2)]).await;
    drop((guest, at_both));
    listen_to(&[]).await;
    // Who comes to a server where nobody listened, in the middle of it all, is told of every change, and of
    // what is for them alone.
    for round in 0..10 {
        let bid = async |step, user| {
            let amount = f64::from(round).mul_add(4.0, 10.0 + step);
            servers.site(0).bids(&lot, user, amount).await;
        };
        bid(0.0, &ann).await;
        let mut guest = servers.live[1].guest().await;
        let bids = async {
            bid(1.0, &bob).await;
            bid(2.0, &ann).await;
            bid(3.0, &bob).await;
        };
        let told = async {
            let seq = guest.subscribe(&lot).await["seq"].as_u64().expect("a number");
            follow(&mut guest, seq, 5 + 4 * u64::from(round as u32)).await;
            // The clock stands still, so that it is the same news again afterwards. It has been told by
            // then, to nobody: she opens her socket just after it.
            if round == 0 {
                let is_told = async || {
                    let list = servers.site(0).get("/users/me/notifications").by(&ann);
                    (list.send().await.json()["unreadCount"].as_u64() > Some(0)).then_some(())
                };
                until("it is written that she was outbid", is_told).await;
                let mut hers = servers.live[1].socket(&ann).await;
                assert_eq!(next_of(&mut hers, "notification").await["data"]["kind"], "outbid");
            }
        };
        tokio::join!(bids, told);
    }
    // Nor is it lost with a connection what is listened to.
    let mut guest = servers.live[1].guest().await;
    guest.subscribe(&lot).await;
    listen_to(&[("lot", 1)]).await;
    servers.redis.kill();
    servers.until_bus_is("away").await;
    servers.redis.start_again();
    servers.until_bus_is("up").await;
    listen_to(&[("lot", 1)]).await;
    drop(guest);
}

#[tokio::test]
async fn what_redis_does_not_bring_is_told_all_the_same() {
    let Some(mut servers) = Servers::open(2, false).await else { return };
    let (mae, ann, bob) = {
        let here = servers.site(0);
        (here.register("Mae").await, here.register("Ann").await, here.register("Bob").await)
    };
    let lot = servers.site(0).list(&mae, &json!({})).await;
    let mut guest = servers.live[1].guest().await;
    let mut hers = servers.live[1].socket(&ann).await;
    guest.subscribe(&lot).await;
    servers.redis.kill();
    servers.until_bus_is("away").await;
    servers.site(0).bids(&lot, &ann, 10.0).await;
    servers.site(0).bids(&lot, &bob, 11.0).await;
    follow(&mut guest, 1, 3).await;
    let notice = next_of(&mut hers, "notification").await;
    assert_eq!(notice["data"]["kind"], "outbid");
    // More than is made up for one by one.
    for step in 0..70 {
        let user = if step % 2 == 0 { &ann } else { &bob };
        servers.site(0).bids(&lot, user, f64::from(12 + step)).await;
    }
    follow(&mut guest, 3, 73).await;
    servers.redis.start_again();
    servers.until_bus_is("up").await;
    servers.site(0).bids(&lot, &ann, 100.0).await;
    let told = guest.expect("bid_update").await;
    assert_eq!((&told["seq"], &told["data"]["amount"]), (&json!(74), &json!(100)));
}

#[tokio::test]
async fn a_ban_and_the_end_of_a_session_hold_on_every_server() {
    let Some(mut servers) = Servers::open(2, false).await else { return };
    let (here, there) = (servers.site(0), servers.site(1));
    let (mae, ann, bob, admin) = (
        here.register("Mae").await,
        here.register("Ann").await,
        here.register("Bob").await,
        here.admin().await,
    );
    let lot = here.list(&mae, &json!({})).await;
    let mut hers = servers.live[1].socket(&ann).await;
    // The other server remembers who she is.
    there.get("/auth/me").by(&ann).send().await.expect_status(200);
    let path = format!("/admin/users/{}/ban", ann.id);
    let ban = json!({"reason": "shill bidding"});
    here.post(&path, &ban).by(&admin).send().await.expect_status(204);
    there.bid(&lot, &ann, &json!({"amount": 10})).send().await.refused(403, "USER_BANNED");
    assert!(hers.rest().await.iter().all(|message| message["type"] == "notification"));
    // And who signs out is signed out everywhere.
    there.get("/auth/me").by(&mae).send().await.expect_status(200);
    here.post("/auth/logout", &json!({})).by(&mae).send().await.expect_status(204);
    until("she is signed out there", || async {
        let answer = there.get("/auth/me").by(&mae).send().await;
        (answer.status == 401).then_some(())
    })
    .await;
    // Where the bus cannot say so, sockets find out once it can again.
    let mut his = servers.live[1].socket(&bob).await;
    servers.redis.kill();
    servers.until_bus_is("away").await;
    let here = servers.site(0);
    here.post("/auth/logout", &json!({})).by(&bob).send().await.expect_status(204);
    servers.redis.start_again();
    assert!(his.rest().await.is_empty());
}

#[tokio::test]
async fn a_limit_counts_what_is_asked_of_all_servers() {
    let Some(mut servers) = Servers::open(2, true).await else { return };
    let (mae, ann) = (servers.site(0).register("Mae").await, servers.site(0).register("Ann").await);
    let lot = servers.site(0).list(&mae, &json!({})).await;
    let bid = |server: usize, step: i32| {
        let body = json!({"amount": 10 + step});
        servers.site(server).bid(&lot, &ann, &body).send()
    };
    for step in 0..10 {
        let answer = bid(step as usize % 2, step).await;
        assert_ne!(answer.status, 429, "{step}: {}", answer.text());
    }
    for server in 0..2 {
        let refused = bid(server, 20).await;
        let after = refused.header("retry-after").parse::<u32>().expect("seconds");
        refused.refused(429, "RATE_LIMITED");
        assert!((1..=60).contains(&after), "{after}");
    }
    // With Redis away each server counts what it has seen itself.
    servers.redis.kill();
    servers.until_bus_is("away").await;
    let answer = servers.site(0).bid(&lot, &ann, &json!({"amount": 20})).send().await;
    assert_ne!(answer.status, 429, "{}", answer.text());
}

#[tokio::test]
async fn houses_that_share_a_redis_server_do_not_hear_each_other() {
    let Some(servers) = Servers::open(1, true).await else { return };
    let other = new_database().await;
    let mail = MailSettings::default();
    let other = Site::open_among(&other, Some(servers.redis.url()), true, mail).await;
    let other = Live::of(other.expect("the other house opens")).await;
    // Nine sign-ups from one address here leave none of its ten to spare, and all of them there.
    for name in ["A1", "B2", "C3", "D4", "E5", "F6", "G7", "H8", "I9"] {
        servers.site(0).register(name).await;
        other.site.register(name).await;
    }
}

/// What passes between servers, as somebody sees it who listens at their Redis and knows the house's key.
struct Wire {
    messages: ::redis::aio::PubSub,
    publish: ::redis::aio::MultiplexedConnection,
    cipher: XChaCha20Poly1305,
}

/// How often something was said in the name of a server.
static SAID: tokio::sync::Mutex<u64> = tokio::sync::Mutex::const_new(0);

/// A note that was heard there.
struct Heard {
    channel: String,
    from: Uuid,
    note: Value,
}

impl Wire {
    async fn tap(servers: &Servers) -> Wire {
        Wire::tap_with(servers, &servers.secret).await
    }

    async fn tap_with(servers: &Servers, secret: &[u8; 32]) -> Wire {
        let client = ::redis::Client::open(servers.redis.url()).expect("is a URL");
        let mut messages = client.get_async_pubsub().await.expect("connects");
        messages.psubscribe("gavel:*").await.expect("listens");
        let publish = client.get_multiplexed_async_connection().await.expect("connects");
        Wire { messages, publish, cipher: XChaCha20Poly1305::new(secret.into()) }
    }

    /// The notes of a kind that were said before now.
    async fn until_now(&mut self, kind: &str) -> usize {
        let mark = Uuid::max();
        self.say("gavel:mark", mark, &json!({"mark": null}), "").await;
        let mut count = 0;
        loop {
            let heard = self.next(|of, _| [kind, "mark"].contains(&of)).await;
            match heard.from == mark {
                true => return count,
                false => count += 1,
            }
        }
    }

    /// The next note of which something is so.
    async fn next(&mut self, is_wanted: impl Fn(&str, &Value) -> bool) -> Heard {
        let mut messages = self.messages.on_message();
        loop {
            let message = messages.next().await.expect("Redis stays");
            let channel = message.get_channel_name();
            // The sender's name and a number go before what is sealed.
            let (nonce, msg) = message.get_payload_bytes().split_at(24);
            let sealed = Payload { msg, aad: channel.as_bytes() };
            let Ok(notes) = self.cipher.decrypt(XNonce::from_slice(nonce), sealed) else {
                continue;
            };
            // A length goes before the notes, their texts follow.
            let (length, notes) = notes.split_first_chunk().expect("it says how long");
            let notes = &notes[..u32::from_be_bytes(*length) as usize];
            let notes = serde_json::from_slice::<Vec<Map<String, Value>>>(notes);
            let mut notes = notes.expect("notes are JSON").into_iter().flatten();
            if let Some((_, note)) = notes.find(|(kind, note)| is_wanted(kind, note)) {
                let from = Uuid::from_slice(&nonce[..16]).expect("a name");
                return Heard { channel: channel.to_owned(), from, note };
            }
        }
    }

    /// Says something in the name of a server, with a text that belongs to it.
    async fn say(&mut self, channel: &str, server: Uuid, note: &Value, text: &str) {
        let notes = json!([note]).to_string().into_bytes();
        let length = u32::try_from(notes.len()).expect("is short").to_be_bytes();
        let told = [&length[..], &notes, text.as_bytes()].concat();
        // Until it is said: what comes after a higher number is not heard.
        let mut number = SAID.lock().await;
        *number += 1;
        let nonce = [server.as_bytes(), &number.to_be_bytes()[..]].concat();
        let sealed = Payload { msg: &told, aad: channel.as_bytes() };
        let sealed = self.cipher.encrypt(XNonce::from_slice(&nonce), sealed).expect("is short");
        let message = [nonce, sealed].concat();
        let mut publish = ::redis::cmd("PUBLISH");
        publish.arg(channel).arg(message);
        publish.query_async::<u64>(&mut self.publish).await.expect("Redis stays");
    }
}

/// Whether a note is of a kind.
fn is(kind: &str) -> impl Fn(&str, &Value) -> bool {
    move |of, _| of == kind
}

impl Servers {
    /// Has somebody bid on a lot at each server in turn until `done` resolves; tells with how much.
    async fn bid_until<T>(
        &self,
        lot: &str,
        who: [&User; 2],
        from: i32,
        done: impl Future<Output = T>,
    ) -> (T, i32) {
        let mut amount = from;
        let bids = async {
            loop {
                for (server, live) in self.live.iter().enumerate() {
                    amount += 1;
                    live.site.bids(lot, who[(amount % 2) as usize], f64::from(amount)).await;
                    assert!(amount < from + 10_000, "after bids at server {server}, too");
                }
            }
        };
        let done = tokio::select! {
            done = done => done,
            () = bids => unreachable!("there are always more bids"),
        };
        (done, amount)
    }
}

#[tokio::test]
async fn bids_on_a_lot_that_servers_meet_at_are_decided_by_one_and_answered_as_ever() {
    let Some(mut servers) = Servers::open(2, false).await else { return };
    let here = servers.site(0);
    let (mae, ann, bob) =
        (here.register("Mae").await, here.register("Ann").await, here.register("Bob").await);
    let lot = here.list(&mae, &json!({})).await;
    let mut wire = Wire::tap(&servers).await;
    let all = wire.next(is("sockets")).await.channel;
    let handed = wire.next(is("bid"));
    let (handed, last) = servers.bid_until(&lot, [&ann, &bob], 10, handed).await;
    assert!(handed.channel.starts_with(&format!("{all}:")), "to one alone: {}", handed.channel);
    // The bid that the wire was watched for may have been left unanswered, not undecided.
    let mut amount = last + 10;
    // Soon they go from server to server, and Redis sees none of them any more.
    loop {
        assert!(amount < last + 1_000, "bids go through Redis still");
        wire.until_now("bid").await;
        for (server, user) in [(0, &ann), (1, &bob)] {
            amount += 1;
            servers.site(server).bids(&lot, user, f64::from(amount)).await;
        }
        if wire.until_now("bid").await == 0 {
            break;
        }
    }
    // Whichever of them is asked, one decides, by its own clock. (Where it does not answer in time, the one that
    // was asked does, and nothing is handed on for a while.)
    let (mut decider, mut in_a_row) = (0, 0);
    for round in 0.. {
        assert!(round < 5_000, "each decides what it is asked");
        let (server, user) = if round % 2 == 0 { (1, &ann) } else { (0, &bob) };
        servers.site(decider).pass(20);
        amount += 1;
        servers.site(server).bids(&lot, user, f64::from(amount)).await;
        let events = servers.site(0).events(&lot).await;
        let at = &events.last().expect("it is there")["timestamp"];
        if *at == iso(servers.site(decider).now()) {
            in_a_row += 1;
        } else {
            (decider, in_a_row) = (1 - decider, 0);
        }
        if in_a_row == 6 {
            break;
        }
    }
    for (server, other) in [(0, 1), (1, 0)] {
        let (at, there) = (servers.site(server), servers.site(other));
        let key = format!("key-{server}");
        amount += 10;
        let body = json!({"amount": amount});
        let bid = at.bid(&lot, &ann, &body).key(&key).send().await;
        let bid = bid.expect_status(201).text();
        let again = there.bid(&lot, &ann, &body).key(&key).send().await;
        assert_eq!(again.expect_status(200).text(), bid);
        let reused = at.bid(&lot, &ann, &json!({"amount": amount + 50})).key(&key).send().await;
        reused.refused(422, "IDEMPOTENCY_KEY_REUSED");
        let low = at.bid(&lot, &bob, &json!({"amount": 11})).send().await;
        let low = low.refused(400, "BID_TOO_LOW");
        assert!(low["details"]["minimumBid"].is_string(), "{low}");
        amount += 5;
        at.bid(&lot, &bob, &json!({"amount": amount})).send().await.expect_status(201);
        let path = format!("/auctions/{lot}/proxy");
        amount += 20;
        let auto = at.post(&path, &json!({"maxAmount": amount})).by(&ann).send().await;
        assert_eq!(auto.expect_status(200).json()["maxAmount"], amount);
        let own = at.bid(&lot, &mae, &json!({"amount": amount + 50})).send().await;
        own.refused(400, "VALIDATION_ERROR");
    }
    servers.redis.kill();
    for server in [0, 1] {
        amount += 10;
        let answer = servers.site(server).bid(&lot, &bob, &json!({"amount": amount})).send().await;
        answer.expect_status(201);
    }
}

#[tokio::test]
async fn whatever_a_keeper_says_or_does_not_say_a_bid_is_answered_and_has_one_effect() {
    let Some(servers) = Servers::open(2, false).await else { return };
    let here = servers.site(0);
    let (mae, ann, bob) =
        (here.register("Mae").await, here.register("Ann").await, here.register("Bob").await);
    let mut wire = Wire::tap(&servers).await;
    let all = wire.next(is("sockets")).await.channel;
    // A server that is heard, and does what it is told to here. It lets nobody in where it says that it does.
    let keeper = Uuid::from_u128(1);
    let door = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let at = door.local_addr().expect("it is bound");
    let (mut mouth, there) = (Wire::tap(&servers).await, all.clone());
    let speaks = tokio::spawn(async move {
        loop {
            let note = json!({"sockets": {"open": 0, "stays": true, "at": at}});
            mouth.say(&there, keeper, &note, "").await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    let its_channel = format!("{all}:{:032x}", keeper.as_u128());
    // It has been there longest.
    let lot = here.list(&mae, &json!({})).await;
    let to_it = async {
        loop {
            let handed = wire.next(is("bid")).await;
            if handed.channel == its_channel {
                break handed;
            }
        }
    };
    let (first, last) = servers.bid_until(&lot, [&ann, &bob], 10, to_it).await;
    let bid = |server: usize, key: &str, amount: i32| {
        let body = json!({"amount": amount});
        servers.site(server).bid(&lot, &ann, &body).key(key).send()
    };
    let with_key =
        |key: &'static str| move |of: &str, note: &Value| of == "bid" && note["key"] == key;
    let reply = async |wire: &mut Wire, handed: &Heard, verdict: &str, mut more: Value, text| {
        more["id"] = handed.note["id"].clone();
        let channel = format!("{all}:{:032x}", handed.from.as_u128());
        wire.say(&channel, keeper, &json!({verdict: more}), text).await;
    };
    // Has the keeper answer what it is asked with a key.
    let answer = async |wire: &mut Wire, key, verdict: &str, more: Value, text| {
        let handed = wire.next(with_key(key)).await;
        reply(wire, &handed, verdict, more, text).await;
    };
    // What is begun is finished, though nobody waits for it here any more.
    reply(&mut wire, &first, "declined", json!({}), "").await;
    until("all bids are decided", || async {
        (here.lot(&lot).await["bidCount"] == last - 10).then_some(())
    })
    .await;

    // What it has decided is passed on as it is.
    let body = json!({"bidId": "there"}).to_string();
    let decided = json!({"replayed": false, "body": body.len()});
    let answers = answer(&mut wire, "decided", "decided", decided, &body);
    let (passed_on, ()) = tokio::join!(bid(0, "decided", last + 10), answers);
    assert_eq!(passed_on.expect_status(201).text(), body);
    let error = json!({"error": "BID_TOO_LOW", "message": "The least is more."});
    let answers = answer(&mut wire, "low", "failed", json!({"error": error}), "");
    let (passed_on, ()) = tokio::join!(bid(0, "low", last + 10), answers);
    passed_on.refused(400, "BID_TOO_LOW");
    let events = here.events(&lot).await.len();

    // What it will not decide is decided here. What it does not answer as well, and once, though the same was
    // accepted meanwhile at another server.
    let unanswered = async {
        let handed = wire.next(with_key("once")).await;
        let elsewhere = bid(0, "once", last + 20);
        let declines = answer(&mut wire, "once", "declined", json!({}), "");
        (handed, tokio::join!(elsewhere, declines).0)
    };
    let (late, (handed, elsewhere)) = tokio::join!(bid(1, "once", last + 20), unanswered);
    assert_eq!(handed.channel, its_channel);
    assert_eq!(late.expect_status(200).text(), elsewhere.expect_status(201).text());
    assert_eq!(here.events(&lot).await.len(), events + 1);

    // Where it could not decide, this server can.
    let error = json!({"error": "UNAVAILABLE", "message": "Not now."});
    let answers = answer(&mut wire, "unable", "failed", json!({"error": error}), "");
    let (decided, ()) = tokio::join!(bid(0, "unable", last + 30), answers);
    decided.expect_status(201);
    assert_eq!(here.events(&lot).await.len(), events + 2);
    speaks.abort();
}

#[tokio::test]
async fn who_does_not_know_the_key_tells_servers_nothing() {
    let Some(servers) = Servers::open(1, false).await else { return };
    let here = servers.site(0);
    let (mae, ann) = (here.register("Mae").await, here.register("Ann").await);
    let lot = here.list(&mae, &json!({})).await;
    let mut wire = Wire::tap(&servers).await;
    let its = wire.next(is("sockets")).await;
    let to_it = format!("{}:{:032x}", its.channel, its.from.as_u128());
    let mut forger = Wire::tap_with(&servers, &[7; 32]).await;
    let other = Uuid::from_u128(1);
    let bid = |key: &str, amount: i64| {
        let until = START_MS + 500;
        json!({"bid": {"id": 2, "lot": lot, "by": ann.id, "banned": false, "amount": amount,
            "max": null, "key": key, "until": until}})
    };
    forger.say(&to_it, other, &bid("forged", 9_000), "").await;
    wire.say(&to_it, other, &bid("genuine", 1_000), "").await;
    let decided = wire.next(is("decided")).await;
    assert_eq!(decided.channel, format!("{}:{:032x}", its.channel, other.as_u128()));
    let lot = here.lot(&lot).await;
    assert_eq!((&lot["bidCount"], &lot["currentBid"]), (&json!(1), &json!(10)));
}

#[tokio::test]
async fn a_lot_is_opened_closed_and_told_of_once() {
    let Some(servers) = Servers::open(3, false).await else { return };
    let here = servers.site(0);
    let (mae, ann, bob) =
        (here.register("Mae").await, here.register("Ann").await, here.register("Bob").await);
    let starts = json!({"startTime": iso(START_MS + MINUTE), "durationSeconds": null,
        "endTime": iso(START_MS + HOUR), "title": "Night clock"});
    let lot = here.list(&mae, &starts).await;
    let mut guest = servers.live[2].guest().await;
    guest.subscribe(&lot).await;
    for live in &servers.live {
        live.site.pass(2 * MINUTE);
    }
    // A server that has never heard of it finds it among those that take bids.
    until("the lot is found at another server", || async {
        let found = servers.site(2).get("/auctions?search=night").send().await.json();
        (found["pagination"]["total"] == 1).then_some(())
    })
    .await;
    servers.site(1).bids(&lot, &ann, 10.0).await;
    servers.site(2).bids(&lot, &bob, 12.0).await;
    for live in &servers.live {
        live.site.pass(2 * HOUR);
    }
    for server in 0..3 {
        assert_eq!(servers.site(server).until_status(&lot, "sold").await["bidCount"], 2);
    }
    follow(&mut guest, 1, 3).await;
    assert_eq!(next_of(&mut guest, "auction_ended").await["seq"], 4);
    let events = here.events(&lot).await;
    assert_eq!(events.iter().filter(|event| event["kind"] == "sold").count(), 1);
    // Outbid, won, sold: each is told once and mailed once, whichever server does it.
    for (user, kinds) in [(&ann, vec!["outbid"]), (&bob, vec!["won"]), (&mae, vec!["sold"])] {
        let told = until("they are told", || async {
            let told = here.get("/users/me/notifications").by(user).send().await.json();
            let told = told["data"].as_array().expect("a page").clone();
            (!told.is_empty()).then_some(told)
        })
        .await;
        let told = told.iter().map(|one| one["kind"].as_str().expect("a kind")).collect::<Vec<_>>();
        assert_eq!(told, kinds);
    }
    let mails = || {
        let all = servers.sent.iter().flat_map(|sent| sent.all());
        let mut to = all.map(|mail| mail.to).collect::<Vec<_>>();
        to.sort();
        to
    };
    until("three mails are sent", || async { (mails().len() >= 3).then_some(()) }).await;
    let mut wanted = [ann.email.clone(), bob.email.clone(), mae.email.clone()];
    wanted.sort();
    assert_eq!(mails(), wanted);
}
