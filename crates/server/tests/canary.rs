//! What is secret reaches nobody else: reserves, other people's maxima, addresses, identities of
//! bidders, and what people are known to the house by.
//!
//! A house is run with values that are easily told apart, and everything that leaves it is kept with
//! who it was for: every answer with its headers, every live message, every mail, every line of the
//! log. Then each secret is looked for in all of it.

mod common;

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use common::*;
use futures_util::{SinkExt, StreamExt};
use gavel_server::told::{Carrier, MailSettings, Sent};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Something that left the house.
#[derive(Clone, Debug)]
struct Heard {
    /// What its reader is known by: a session, an API token, an address; empty for a guest.
    by: String,
    what: String,
    text: String,
}

/// All that has left it.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<Heard>>>);

impl Ear {
    fn hear(&self, by: &str, what: &str, text: String) {
        let heard = Heard { by: by.to_owned(), what: what.to_owned(), text };
        self.0.lock().expect("nobody has broken it").push(heard);
    }

    fn all(&self) -> Vec<Heard> {
        self.0.lock().expect("nobody has broken it").clone()
    }
}

/// Who reads the log.
const LOG: &str = "the log";

/// Takes the log's lines.
struct Lines(Ear);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.hear(LOG, "a line", String::from_utf8_lossy(bytes).into_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What a request shows to be known by.
fn shown(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    text("authorization").or(text("cookie")).unwrap_or_default().to_owned()
}

/// Keeps an answer on its way out. Streams are kept by those who read them.
async fn overhear(ear: Ear, request: Request, next: Next) -> Response {
    let what = format!("{} {}", request.method(), request.uri());
    let by = shown(request.headers());
    let response = next.run(request).await;
    let (head, body) = response.into_parts();
    let streams = head.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
    if streams || head.status == 101 {
        return Response::from_parts(head, body);
    }
    let bytes = body.collect().await.expect("the answer comes whole").to_bytes();
    let set = head.headers.get("set-cookie").and_then(|set| set.to_str().ok()?.split(';').next());
    // Who signs in is who the answer is for.
    let by = set.filter(|set| set.len() > "session=".len()).unwrap_or(&by);
    let text = format!("{:?} {}", head.headers, String::from_utf8_lossy(&bytes));
    ear.hear(by, &format!("{what}: {}", head.status), text);
    Response::from_parts(head, Body::from(bytes))
}

/// Something that few may read.
struct Secret {
    what: String,
    /// How it could be written, in small letters.
    spellings: Vec<String>,
    /// Who may read it, and since when: how much had been heard by then.
    readers: Vec<(&'static str, usize)>,
}

/// An amount, however written.
fn amount(what: &str, major: f64, readers: &[&'static str]) -> Secret {
    let minor = (major * 100.0).round() as i64;
    let (whole, cents) = (minor / 100, minor % 100);
    let (thousands, rest) = (whole / 1_000, whole % 1_000);
    let spellings = vec![
        format!("{whole}.{cents:02}"),
        format!("{whole},{cents:02}"),
        format!("{thousands},{rest:03}.{cents:02}"),
        format!("{minor}"),
        format!("{minor:x}"),
    ];
    let readers = readers.iter().map(|reader| (*reader, 0)).collect();
    Secret { what: format!("{what} {major}"), spellings, readers }
}

fn words(what: &str, text: &str, readers: &[&'static str]) -> Secret {
    let readers = readers.iter().map(|reader| (*reader, 0)).collect();
    Secret { what: what.to_owned(), spellings: vec![text.to_lowercase()], readers }
}

fn identity(user: &User, readers: &[&'static str]) -> Secret {
    let id = uuid::Uuid::parse_str(&user.id).expect("an id");
    let mut secret = words(&format!("identity of {}", user.name), &user.id, readers);
    secret.spellings.extend([id.simple().to_string(), id.as_u128().to_string()]);
    secret
}

/// Whether a text has a word, not as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| {
        !inside(text[..at].chars().next_back()) && !inside(text[at + word.len()..].chars().next())
    })
}

/// A sale, and everybody around it.
struct Sale {
    site: Site,
    address: SocketAddr,
    ear: Ear,
    sent: Sent,
    /// Names by what people are known by.
    known: HashMap<String, &'static str>,
    mae: User,
    ann: User,
    bob: User,
    eve: User,
    admin: User,
}

impl Sale {
    async fn open() -> Sale {
        let (ear, sent) = (Ear::default(), Sent::default());
        let lines = ear.clone();
        // The sockets of this test are in the same process, and their library tells what it reads.
        // What it tells for the house is looked at with the real binary, below.
        let ours = tracing_subscriber::filter::filter_fn(|of| !of.target().contains("tungstenite"));
        let lines = tracing_subscriber::fmt::layer().with_writer(move || Lines(lines.clone()));
        tracing_subscriber::registry().with(ours).with(lines.with_ansi(false)).init();
        let mail =
            MailSettings { carrier: Carrier::Memory(sent.clone()), ..MailSettings::default() };
        let mut site = Site::open_mailing(false, None, mail).await;
        let listens = ear.clone();
        let keep = from_fn(move |request, next| overhear(listens.clone(), request, next));
        site.router = site.router.clone().layer(keep);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let service = site.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.expect("it serves") });
        let mut known = HashMap::new();
        let mut people = Vec::new();
        for name in ["Mae", "Ann", "Bob", "Eve"] {
            people.push(site.register(&format!("Canary-{name}")).await);
        }
        people.push(site.admin().await);
        for (name, user) in ["mae", "ann", "bob", "eve", "admin"].into_iter().zip(&people) {
            known.insert(user.cookie.clone(), name);
            known.insert(user.email.clone(), name);
        }
        known.insert(String::new(), "a guest");
        known.insert(LOG.to_owned(), LOG);
        let [mae, ann, bob, eve, admin] = people.try_into().expect("five");
        Sale { site, address, ear, sent, known, mae, ann, bob, eve, admin }
    }

    /// Listens to a lot by a socket and by a stream, as long as they last.
    async fn listen(&self, user: Option<&User>, lots: &[&str]) {
        let mut request = format!("ws://{}/ws", self.address).into_client_request().expect("a URL");
        let by = user.map_or(String::new(), |user| user.cookie.clone());
        if !by.is_empty() {
            request.headers_mut().insert("cookie", by.parse().expect("a header"));
        }
        let (mut socket, answer) = connect_async(request).await.expect("a socket");
        self.ear.hear(&by, "socket's head", format!("{:?}", answer.headers()));
        for lot in lots {
            say(&mut socket, &json!({"type": "subscribe", "auctionId": lot})).await;
            let ask = self.site.get(&format!("/auctions/{lot}/stream"));
            let mut stream = user.into_iter().fold(ask, Ask::by).begin().await.into_body();
            let (ear, by) = (self.ear.clone(), by.clone());
            tokio::spawn(async move {
                while let Some(Ok(frame)) = stream.frame().await {
                    let text = frame.into_data().map(|data| data.to_vec()).unwrap_or_default();
                    ear.hear(&by, "stream", String::from_utf8_lossy(&text).into_owned());
                }
            });
        }
        say(&mut socket, &json!({"type": "nonsense 1234"})).await;
        let ear = self.ear.clone();
        tokio::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                ear.hear(&by, "socket", message.to_string());
            }
        });
    }

    /// Everybody looks at everything that can be looked at.
    async fn look_around(&self, lots: &[&str]) {
        let mut paths: Vec<String> = [
            "/auctions",
            "/auctions?status=ended&limit=100",
            "/auctions?search=clock&sort=currentBid&order=desc",
            "/auctions?minPrice=4242.17&maxPrice=7373.31",
            "/categories",
            "/auth/me",
            "/auth/first-admin",
            "/users/me/auctions",
            "/users/me/auctions?status=draft",
            "/users/me/bids",
            "/users/me/bids?standing=lost",
            "/users/me/watchlist",
            "/users/me/notifications",
            "/users/me/notification-settings",
            "/users/me/sessions",
            "/users/me/tokens",
            "/admin/users?limit=100",
            "/admin/users?search=canary",
            "/admin/auctions?limit=100",
            "/admin/audit?limit=100",
            "/admin/analytics",
            "/api/v1/openapi.json",
            "/readyz",
            "/metrics",
            "/",
        ]
        .map(str::to_owned)
        .to_vec();
        for user in [&self.mae, &self.ann, &self.bob] {
            paths.push(format!("/users/{}", user.id));
            paths.push(format!("/auctions?sellerId={}", user.id));
            paths.push(format!("/auctions/{}", user.id));
            paths.push(format!("/admin/auctions?sellerId={}", user.id));
        }
        for lot in lots {
            for rest in ["", "/bids?limit=100", "/events?limit=100", "/proxy"] {
                paths.push(format!("/auctions/{lot}{rest}"));
            }
        }
        let people = [&self.mae, &self.ann, &self.bob, &self.eve, &self.admin];
        for user in people.into_iter().map(Some).chain([None]) {
            for path in &paths {
                user.into_iter().fold(self.site.get(path), Ask::by).send().await;
            }
        }
    }

    /// Waits until nothing is left to be told.
    async fn quiet(&self) {
        let store = self.site.store().await;
        let last = gavel_domain::Time(i64::MAX);
        until("nothing is left to be told", || async {
            let outbox = store.outbox(0, 1).await.expect("the store answers");
            let rest = store.announcement().await.expect("the store answers");
            let mails = store.mails_due(last, 1).await.expect("the store answers");
            (outbox.is_empty() && rest.is_none() && mails.is_empty()).then_some(())
        })
        .await;
        // What was published reaches those who listen.
        let heard = || self.ear.all().len();
        let mut before = heard();
        until("nobody hears any more", || {
            let quiet = heard() == before;
            before = heard();
            async move {
                tokio::time::sleep(Duration::from_millis(100)).await;
                quiet.then_some(())
            }
        })
        .await;
    }

    /// Looks for each secret in all that has left the house.
    fn check(&self, secrets: &[Secret]) -> usize {
        let mut all = self.ear.all();
        for mail in self.sent.all() {
            let text = format!("{} {} {}", mail.subject, mail.body, mail.formatted);
            all.push(Heard { by: mail.to, what: "mail".to_owned(), text });
        }
        let (mut leaks, mut told) = (Vec::new(), vec![0; secrets.len()]);
        for (number, heard) in all.iter().enumerate() {
            let reader = self.known.get(&heard.by);
            let reader = *reader.unwrap_or_else(|| panic!("{}: who reads this?", heard.what));
            let text = heard.text.to_lowercase();
            for (secret, told) in secrets.iter().zip(&mut told) {
                if !secret.spellings.iter().any(|word| has_word(&text, word)) {
                    continue;
                }
                let may = |(name, since): &(&str, usize)| *name == reader && number >= *since;
                if secret.readers.iter().any(may) {
                    *told += 1;
                } else {
                    leaks.push(format!("{reader} reads {} in {heard:?}", secret.what));
                }
            }
        }
        assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
        for (secret, told) in secrets.iter().zip(told) {
            let nobody = secret.readers.is_empty();
            assert!(nobody || told > 0, "{} was told to nobody: is it real?", secret.what);
        }
        all.len()
    }
}

async fn say(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>, message: &Value) {
    socket.send(Message::text(message.to_string())).await.expect("the socket takes it");
}

#[tokio::test]
async fn no_secret_reaches_anybody_else_in_a_whole_sale() {
    let mut sale = Sale::open().await;
    let (mae, ann, bob, eve, admin) = (
        sale.mae.clone(),
        sale.ann.clone(),
        sale.bob.clone(),
        sale.eve.clone(),
        sale.admin.clone(),
    );
    let key = sale.site.post("/users/me/tokens", &json!({"name": "canary key"})).by(&ann);
    let key = key.send().await.expect_status(201).json()["token"].as_str().expect("one").to_owned();
    sale.known.insert(format!("Bearer {key}"), "ann");

    // Before anything is sold.
    let site = &sale.site;
    let kept = site.list(&mae, &json!({"title": "Kept clock", "reservePrice": 4242.17})).await;
    let sold = site.list(&mae, &json!({"title": "Sold clock"})).await;
    let taken = site.list(&mae, &json!({"title": "Taken clock", "reservePrice": 9292.29})).await;
    let edited = site.list(&mae, &json!({"title": "Edited clock", "reservePrice": 2626.27})).await;
    let fields = json!({"title": "Drafted clock", "reservePrice": 5353.57, "draft": true});
    let draft = site.list(&mae, &fields).await;
    let lots = [&kept, &sold, &taken, &edited, &draft].map(String::as_str);
    for user in [None, Some(&mae), Some(&ann), Some(&bob), Some(&eve), Some(&admin)] {
        sale.listen(user, &lots).await;
    }
    for lot in &lots[..4] {
        let watch = site.post("/users/me/watchlist", &json!({"auctionId": lot}));
        watch.by(&eve).send().await.expect_status(201);
    }
    for path in ["/auth/me", "/users/me/bids", &format!("/auctions/{sold}")] {
        let ask = site.get(path).header("authorization", format!("Bearer {key}"));
        ask.send().await.expect_status(200);
    }
    let edit = json!({"reservePrice": 2828.29, "title": "Edited clock again"});
    let edit = site.ask("PATCH", &format!("/auctions/{edited}")).json(&edit);
    edit.by(&mae).send().await.expect_status(200);
    run_up(&sale, &kept, (3131.33, 3737.39)).await;
    run_up(&sale, &sold, (7373.31, 8484.37)).await;
    let set = json!({"maxAmount": 6161.63});
    let set = site.post(&format!("/auctions/{taken}/proxy"), &set).by(&bob);
    set.send().await.expect_status(200);
    by_strangers(&sale, &lots).await;
    sale.look_around(&lots).await;

    // In charge.
    let extend = json!({"endTime": iso(START_MS + 3 * HOUR), "reason": "The house was closed."});
    let extend = site.post(&format!("/admin/auctions/{taken}/extend"), &extend).by(&admin);
    extend.send().await.expect_status(200);
    let cancel = site.post(
        &format!("/admin/auctions/{taken}/cancel"),
        &json!({"reason": "It is not what it says."}),
    );
    cancel.by(&admin).send().await.expect_status(204);
    sale.quiet().await;
    sale.look_around(&lots).await;

    // A late bid, which extends, and the end.
    site.pass(HOUR - 30 * SECOND);
    site.bids(&sold, &bob, 300.0).await;
    sale.quiet().await;
    let before_sale = sale.ear.all().len();
    site.pass(2 * HOUR);
    for (lot, status) in [(&sold, "sold"), (&kept, "unsold"), (&edited, "unsold")] {
        site.until_status(lot, status).await;
    }
    sale.quiet().await;
    sale.look_around(&lots).await;
    let publish = site.ask("POST", &format!("/auctions/{draft}/publish")).by(&mae);
    publish.send().await.expect_status(200);
    let relist = site.post(&format!("/auctions/{kept}/relist"), &json!({})).by(&mae);
    let again = relist.send().await.expect_status(201).json()["auctionId"].clone();
    let again = again.as_str().expect("an id").to_owned();
    ban(&sale).await;
    sale.look_around(&[&kept, &sold, &draft, &again]).await;
    sale.quiet().await;

    let mut secrets = Vec::new();
    for reserve in [4242.17, 9292.29, 2626.27, 2828.29, 5353.57] {
        secrets.push(amount("reserve", reserve, &["mae", "admin"]));
    }
    // Asked for by the price they look for, not told.
    for max in [3131.33, 3737.39, 7373.31, 8484.37] {
        secrets.push(amount("maximum of Ann", max, &["ann"]));
    }
    secrets.push(amount("maximum of Bob", 6161.63, &["bob"]));
    for (name, user) in [("mae", &mae), ("ann", &ann), ("bob", &bob), ("eve", &eve)] {
        secrets.push(words(&format!("address of {}", user.name), &user.email, &[name, "admin"]));
        let session = user.cookie.trim_start_matches("session=");
        secrets.push(words(&format!("session of {}", user.name), session, &[name]));
        if name != "mae" {
            secrets.push(identity(user, &[name, "admin"]));
        }
    }
    secrets.push(words("address of the admin", &admin.email, &["admin"]));
    secrets.push(words("key of Ann", &key, &["ann"]));
    // Those who have dealt with each other may reach each other, from then on.
    for secret in &mut secrets {
        match secret.what.as_str() {
            "address of Canary-Ann" => secret.readers.push(("mae", before_sale)),
            "address of Canary-Mae" => secret.readers.push(("ann", before_sale)),
            _ => {}
        }
    }
    let heard = sale.check(&secrets);
    assert!(heard > 2_000, "only {heard} things were heard");
    for what in ["socket", "stream", "a line"] {
        let some = sale.ear.all().iter().filter(|heard| heard.what == what).count();
        assert!(some > 20, "only {some} of {what}");
    }
    assert!(sale.sent.all().len() > 6, "only {} mails", sale.sent.all().len());
}

/// Bids on a lot: an auto-bid of Ann's that is raised in silence, and bids of Bob's against it.
async fn run_up(sale: &Sale, lot: &str, (max, raised): (f64, f64)) {
    let (site, ann, bob) = (&sale.site, &sale.ann, &sale.bob);
    let first = json!({"amount": 10, "maxAmount": max});
    for _ in 0..2 {
        // Once more with its key, as a client does that has lost the answer.
        let placed = site.bid(lot, ann, &first).key(&format!("first {lot}")).send().await;
        assert!(matches!(placed.status, 200 | 201), "{}", placed.text());
    }
    site.pass(SECOND);
    site.bids(lot, bob, 100.0).await;
    site.bid(lot, bob, &json!({"amount": 150, "maxAmount": 200})).send().await.expect_status(201);
    site.auto(lot, ann, raised).send().await.expect_status(200);
    site.bid(lot, ann, &json!({"amount": 210, "maxAmount": max}))
        .send()
        .await
        .refused(409, "MAX_NOT_RAISED");
    site.bids(lot, bob, 220.0).await;
    site.bid(lot, bob, &json!({"amount": 100})).send().await.refused(400, "BID_TOO_LOW");
    let key = format!("first {lot}");
    site.bid(lot, bob, &json!({"amount": 250})).key(&key).send().await.expect_status(201);
}

/// What people try who are curious.
async fn by_strangers(sale: &Sale, lots: &[&str]) {
    let (site, ann) = (&sale.site, &sale.ann);
    let taken = json!({"email": ann.email, "password": PASSWORD, "displayName": "Eve"});
    site.post("/auth/register", &taken).send().await.refused(409, "EMAIL_TAKEN");
    let wrong = json!({"email": ann.email, "password": "wrong wrong"});
    site.post("/auth/login", &wrong).send().await.refused(401, "INVALID_CREDENTIALS");
    let forgot = json!({"email": ann.email});
    site.post("/auth/password/forgot", &forgot).send().await.expect_status(204);
    for lot in lots {
        for (method, rest) in
            [("PATCH", ""), ("DELETE", ""), ("POST", "/publish"), ("POST", "/relist")]
        {
            let ask = site.ask(method, &format!("/auctions/{lot}{rest}")).json(&json!({}));
            let answer = ask.by(&sale.eve).send().await;
            assert!((400..500).contains(&answer.status), "{}", answer.what);
        }
        site.bid(lot, &sale.mae, &json!({"amount": 1e6})).send().await;
    }
    let taken = json!({"email": ann.email, "currentPassword": PASSWORD});
    let taken = site.ask("PATCH", "/users/me").json(&taken).by(&sale.eve);
    taken.send().await.refused(409, "EMAIL_TAKEN");
}

/// A ban and its end, and what somebody banned tries.
async fn ban(sale: &Sale) {
    let site = &sale.site;
    let path = format!("/admin/users/{}", sale.bob.id);
    let why = json!({"reason": "Did not pay for three lots."});
    site.post(&format!("{path}/ban"), &why).by(&sale.admin).send().await.expect_status(204);
    site.get("/users/me/bids").by(&sale.bob).send().await.refused(403, "USER_BANNED");
    let login = json!({"email": sale.bob.email, "password": PASSWORD});
    site.post("/auth/login", &login).send().await.refused(403, "USER_BANNED");
    site.post(&format!("{path}/unban"), &json!({})).by(&sale.admin).send().await.expect_status(204);
}

/// With the libraries that tell what they do, too.
#[tokio::test]
async fn the_log_of_the_real_house_tells_no_secret_at_its_most_talkative() {
    let folder = tempfile::tempdir().expect("there is room for a house");
    let server = process::Server::start_with(folder.path(), |c| c.env("GAVEL_LOG", "trace"));
    let people = ["mae", "ann", "bob"].map(|name| server.client().register(name));
    let [mae, ann, bob] = &people;
    let fields = lot(&json!({"reservePrice": 9292.29}));
    let id = mae.ask("POST", "/api/v1/auctions", "", Some(&fields)).body;
    let id: Value = serde_json::from_str(&id).expect("JSON");
    let id = id["auctionId"].as_str().expect("an id");
    let url = format!("ws://{}/ws", server.address);
    let mut request = url.into_client_request().expect("a URL");
    request.headers_mut().insert("cookie", ann.cookie.parse().expect("a header"));
    let (mut socket, _) = connect_async(request).await.expect("a socket");
    say(&mut socket, &json!({"type": "subscribe", "auctionId": id})).await;
    let bids = format!("/api/v1/auctions/{id}/bids");
    for (who, bid) in [
        (ann, json!({"amount": 10, "maxAmount": 4141.47})),
        (ann, json!({"amount": 11, "maxAmount": 7373.31})),
        (bob, json!({"amount": 100, "maxAmount": 8484.37})),
    ] {
        let answer = who.ask("POST", &bids, "", Some(&bid));
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    // Only Ann reads what she had agreed to, and the log does not.
    loop {
        let message = socket.next().await.expect("more comes").expect("it is whole").to_string();
        if message.contains("outbid_notification") {
            assert!(message.contains("7373.31"), "{message}");
            break;
        }
    }
    let letters = folder.path().join("house/mail");
    process::until("Ann is written to", || std::fs::read_dir(&letters).ok()?.next()?.ok());
    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log").to_lowercase();
    assert!(log.contains("answered"), "the log tells something: {log}");
    let mut secrets = Vec::new();
    for major in [9292.29, 4141.47, 7373.31, 8484.37] {
        secrets.push(amount("amount", major, &[]));
    }
    for (name, who) in ["mae", "ann", "bob"].into_iter().zip(&people) {
        secrets.push(words("address", &format!("{name}@example.org"), &[]));
        secrets.push(words("session", who.cookie.trim_start_matches("session="), &[]));
        let me = who.get("/api/v1/auth/me");
        let id = me["id"].as_str().expect("an id").to_owned();
        let user = User { name: name.into(), email: String::new(), id, cookie: String::new() };
        secrets.push(identity(&user, &[]));
    }
    for line in log.lines() {
        for secret in &secrets {
            let told = secret.spellings.iter().any(|word| has_word(line, word));
            assert!(!told, "the log tells {}: {line}", secret.what);
        }
    }
}
