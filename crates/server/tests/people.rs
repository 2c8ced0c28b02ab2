//! Accounts, and being in charge of them: who gets in with what, and until when.

mod common;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::*;
use futures_util::StreamExt;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tower::ServiceExt;

const PATIENCE: Duration = Duration::from_secs(10);

/// What is in the tables.
fn tables(site: &Site) -> Connection {
    Connection::open(site.folder.path().join("house.db")).expect("the database opens")
}

fn count(site: &Site, sql: &str) -> i64 {
    tables(site).query_row(sql, [], |row| row.get(0)).expect("a number")
}

/// Whether a secret is anywhere in the house's files.
fn is_kept(site: &Site, secret: &str) -> bool {
    let files = std::fs::read_dir(site.folder.path()).expect("a folder").flatten();
    files.filter(|file| file.path().is_file()).any(|file| {
        let bytes = std::fs::read(file.path()).expect("a file");
        bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
    })
}

/// Signs somebody in once more.
async fn again(site: &Site, user: &User, password: &str) -> User {
    let body = json!({"email": user.email, "password": password});
    let answer = site.post("/auth/login", &body).header("user-agent", "Second/1.0").send().await;
    let cookie = answer.expect_status(200).session_cookie().expect("a cookie");
    User { cookie, ..user.clone() }
}

async fn token(site: &Site, user: &User, name: &str) -> (String, String) {
    let made = site.post("/users/me/tokens", &json!({"name": name})).by(user).send().await;
    let made = made.expect_status(201).json();
    let text = |field: &str| made[field].as_str().expect("a text").to_owned();
    (text("id"), text("token"))
}

fn bearer<'a>(ask: Ask<'a>, token: &str) -> Ask<'a> {
    ask.header("authorization", format!("Bearer {token}"))
}

async fn sessions(site: &Site, user: &User) -> Vec<Value> {
    let list = site.get("/users/me/sessions").by(user).send().await.expect_status(200).json();
    list.as_array().expect("a list").clone()
}

async fn is_in(site: &Site, user: &User) -> bool {
    let answer = site.get("/auth/me").by(user).send().await;
    assert!(matches!(answer.status, 200 | 401), "{}", answer.text());
    answer.status == 200
}

async fn ban(site: &Site, admin: &User, user: &User) -> Answer {
    let body = json!({"reason": "Did not pay."});
    site.post(&format!("/admin/users/{}/ban", user.id), &body).by(admin).send().await
}

async fn unban(site: &Site, admin: &User, user: &User) -> Answer {
    site.ask("POST", &format!("/admin/users/{}/unban", user.id)).by(admin).send().await
}

async fn audit(site: &Site, admin: &User, action: &str) -> Vec<Value> {
    site.all(&format!("/admin/audit?action={action}"), Some(admin)).await
}

/// A house that listens on a port.
async fn listen(site: &Site) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let service = site.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.expect("it serves") });
    address
}

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// A socket, with who it is for.
    async fn open(address: SocketAddr, name: &'static str, value: &str) -> (Socket, Value) {
        let mut request = format!("ws://{address}/ws").into_client_request().expect("a request");
        request.headers_mut().insert(name, value.parse().expect("a header"));
        let (stream, _) = connect_async(request).await.expect("a socket");
        let mut socket = Socket(stream);
        let ack = socket.next().await.expect("an acknowledgement");
        (socket, ack["data"]["userId"].clone())
    }

    /// The next message, or none where the server has closed.
    async fn next(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("something comes in time") {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(&text).expect("JSON"));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    async fn is_closed(&mut self) {
        assert_eq!(self.next().await, None, "the socket is to be closed");
    }

    /// Whether it is open: asks for a pong.
    async fn is_open(&mut self) {
        use futures_util::SinkExt;
        let ping = Message::text(json!({"type": "ping"}).to_string());
        self.0.send(ping).await.expect("the socket takes it");
        assert_eq!(self.next().await.expect("it stays open")["type"], "pong");
    }
}

// --- Sessions ----------------------------------------------------------------------------------

#[tokio::test]
async fn sessions_are_listed_with_where_they_were_begun_and_end_one_by_one() {
    let site = Site::open().await;
    let (ann, bob) = (site.register("Ann").await, site.register("Bob").await);
    site.pass(MINUTE);
    let agent = format!("Evil\u{202e}Browser/1.0 \u{200b}{}", "x".repeat(500));
    let login = json!({"email": ann.email, "password": PASSWORD});
    let login = site.post("/auth/login", &login).header("user-agent", agent);
    let there = login.at_address([192, 0, 2, 7]).send().await.expect_status(200);
    let there = User { cookie: there.session_cookie().expect("a cookie"), ..ann.clone() };
    let list = sessions(&site, &ann).await;
    assert_eq!(list.len(), 2);
    let fields = ["address", "agent", "createdAt", "current", "expiresAt", "id"];
    assert_eq!(names(&list[0]), fields);
    assert_eq!((&list[0]["current"], &list[1]["current"]), (&json!(false), &json!(true)));
    assert_eq!(list[0]["address"], "192.0.2.7");
    let agent = list[0]["agent"].as_str().expect("a text");
    assert!(agent.starts_with("EvilBrowser/1.0 xxx") && agent.chars().count() == 200, "{agent}");
    assert_eq!(list[0]["createdAt"], iso(START_MS + MINUTE));
    assert_eq!(list[0]["expiresAt"], iso(START_MS + MINUTE + 30 * DAY));
    let id = list[0]["id"].as_str().expect("an id");
    let path = format!("/users/me/sessions/{id}");
    site.ask("DELETE", &path).by(&bob).send().await.refused(404, "NOT_FOUND");
    assert!(is_in(&site, &there).await);
    let end = || site.ask("DELETE", &path).by(&ann);
    end().key("k").send().await.expect_status(204);
    assert!(!is_in(&site, &there).await);
    end().key("k").send().await.expect_status(204);
    end().send().await.refused(404, "NOT_FOUND");
    site.ask("DELETE", "/users/me/sessions/x").by(&ann).send().await.refused(404, "NOT_FOUND");
    let (one, two) = (again(&site, &ann, PASSWORD).await, again(&site, &ann, PASSWORD).await);
    assert!(is_in(&site, &one).await && is_in(&site, &two).await);
    site.ask("DELETE", "/users/me/sessions").by(&one).send().await.expect_status(204);
    assert_eq!(
        (is_in(&site, &ann).await, is_in(&site, &one).await, is_in(&site, &two).await),
        (false, true, false)
    );
    assert!(is_in(&site, &bob).await);
}

#[tokio::test]
async fn an_account_has_a_hundred_sessions_and_the_oldest_make_room() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    tables(&site)
        .execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
             INSERT INTO session (token_hash, account, created_at, expires_at)
             SELECT randomblob(32), (SELECT id FROM account), i, 1e15 FROM n;",
        )
        .expect("rows");
    site.pass(SECOND);
    let last = again(&site, &ann, PASSWORD).await;
    assert_eq!(count(&site, "SELECT COUNT(*) FROM session"), 100);
    assert!(is_in(&site, &last).await && is_in(&site, &ann).await);
}

#[tokio::test]
async fn a_session_that_has_ended_is_never_believed_again() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    for _ in 0..20 {
        let there = again(&site, &ann, PASSWORD).await;
        let list = sessions(&site, &ann).await;
        let id = list.iter().find(|s| s["current"] == false).expect("the other")["id"].clone();
        let path = format!("/users/me/sessions/{}", id.as_str().expect("an id"));
        let ask = || async { is_in(&site, &there).await };
        let end = async { site.ask("DELETE", &path).by(&ann).send().await.expect_status(204) };
        tokio::join!(ask(), ask(), ask(), end, ask(), ask(), ask());
        assert!(!is_in(&site, &there).await, "it was revived");
    }
}

#[tokio::test]
async fn sockets_end_with_what_they_were_opened_with() {
    let site = Site::open().await;
    let address = listen(&site).await;
    let (ann, admin) = (site.register("Ann").await, site.admin().await);
    let there = again(&site, &ann, PASSWORD).await;
    let (id, key) = token(&site, &ann, "watcher").await;
    let (mut here, who) = Socket::open(address, "cookie", &ann.cookie).await;
    assert_eq!(who, ann.id.as_str());
    let (mut other, _) = Socket::open(address, "cookie", &there.cookie).await;
    let (mut program, who) = Socket::open(address, "authorization", &format!("Bearer {key}")).await;
    assert_eq!(who, ann.id.as_str());
    site.ask("DELETE", "/users/me/sessions").by(&ann).send().await.expect_status(204);
    other.is_closed().await;
    here.is_open().await;
    program.is_open().await;
    let path = format!("/users/me/tokens/{id}");
    site.ask("DELETE", &path).by(&ann).send().await.expect_status(204);
    program.is_closed().await;
    here.is_open().await;
    ban(&site, &admin, &ann).await.expect_status(204);
    here.is_closed().await;
    // A banned user hears what guests hear.
    let (mut guest, who) = Socket::open(address, "cookie", &ann.cookie).await;
    assert_eq!(who, Value::Null);
    guest.is_open().await;
    unban(&site, &admin, &ann).await.expect_status(204);
    let back = again(&site, &ann, PASSWORD).await;
    let (mut leaving, _) = Socket::open(address, "cookie", &back.cookie).await;
    site.post("/auth/logout", &json!({})).by(&back).send().await.expect_status(204);
    leaving.is_closed().await;
}

// --- Keys for programs -------------------------------------------------------------------------

#[tokio::test]
async fn an_api_token_does_wherever_the_cookie_does() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let (_, key) = token(&site, &mae, " lister ").await;
    assert!(key.starts_with("gavel_") && key.len() > 40, "{key}");
    assert!(!is_kept(&site, &key[6..]), "the token is kept as it is");
    let me = bearer(site.get("/auth/me"), &key).send().await.expect_status(200).json();
    assert_eq!(me["id"], mae.id.as_str());
    // Whoever sends a bearer's token is no page of another site's.
    let listed = bearer(site.post("/auctions", &lot(&json!({}))), &key);
    let listed = listed.header("origin", "https://elsewhere.example").send().await;
    let id = listed.expect_status(201).json()["auctionId"].as_str().expect("an id").to_owned();
    let seen = bearer(site.get(&format!("/auctions/{id}")), &key).send().await.json();
    assert_eq!(seen["viewer"]["isSeller"], true);
    // It comes before the cookie.
    let me = bearer(site.get("/auth/me").by(&ann), &key).send().await.json();
    assert_eq!(me["id"], mae.id.as_str());
    let list = site.get("/users/me/tokens").by(&mae).send().await.expect_status(200).json();
    assert_eq!(names(&list[0]), ["createdAt", "id", "lastUsedAt", "name"]);
    assert_eq!(
        (&list[0]["name"], &list[0]["lastUsedAt"]),
        (&json!("lister"), &json!(iso(START_MS)))
    );
    let list = bearer(site.get("/users/me/sessions"), &key).send().await.expect_status(200).json();
    assert_eq!(list[0]["current"], false);
}

#[tokio::test]
async fn a_bearers_token_that_is_none_is_refused_even_where_a_guest_would_do() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    let (id, key) = token(&site, &ann, "x").await;
    let session = ann.cookie.trim_start_matches("session=").to_owned();
    let long = "A".repeat(5_000);
    for value in [
        "Bearer",
        "Bearer ",
        "bearer nonsense",
        "BEARER gavel_",
        "Bearer \u{ff}\u{fe}",
        &format!("Bearer {long}"),
        &format!("Bearer {session}"),
        &format!("Bearer {key}x"),
        &format!("Bearer {}", key.trim_start_matches("gavel_")),
    ] {
        for path in ["/auctions", "/auth/me", "/users/me/tokens", "/admin/users"] {
            let ask = site.get(path).by(&ann).header("authorization", value);
            ask.send().await.refused(401, "UNAUTHORIZED");
        }
    }
    // What is no bearer's token is somebody else's business, such as a proxy's.
    site.get("/auth/me")
        .by(&ann)
        .header("authorization", "Basic eDp5")
        .send()
        .await
        .expect_status(200);
    bearer(site.get("/auctions"), &key).send().await.expect_status(200);
    let path = format!("/users/me/tokens/{id}");
    let bob = site.register("Bob").await;
    site.ask("DELETE", &path).by(&bob).send().await.refused(404, "NOT_FOUND");
    site.ask("DELETE", &path).by(&ann).send().await.expect_status(204);
    bearer(site.get("/auctions"), &key).send().await.refused(401, "UNAUTHORIZED");
    site.ask("DELETE", &path).by(&ann).send().await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn an_api_token_makes_no_others_and_changes_no_password_or_address() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    let (_, key) = token(&site, &ann, "x").await;
    let password = json!({"currentPassword": PASSWORD, "newPassword": "another password"});
    let address = json!({"email": "new@example.org", "currentPassword": PASSWORD});
    for ask in [
        site.post("/users/me/tokens", &json!({"name": "y"})),
        site.post("/auth/password", &password),
        site.ask("PATCH", "/users/me").json(&address),
    ] {
        bearer(ask, &key).send().await.refused(403, "FORBIDDEN");
    }
    let name = site.ask("PATCH", "/users/me").json(&json!({"displayName": "Anna"}));
    bearer(name, &key).send().await.expect_status(200);
    again(&site, &ann, PASSWORD).await;
    for name in
        [json!(""), json!("  "), json!("x".repeat(51)), json!("a\nb"), json!(1), json!(null)]
    {
        let ask = site.post("/users/me/tokens", &json!({"name": name})).by(&ann);
        ask.send().await.refused(400, "VALIDATION_ERROR");
    }
    for n in 0..19 {
        token(&site, &ann, &format!("t{n}")).await;
    }
    let more = || site.post("/users/me/tokens", &json!({"name": "more"})).by(&ann);
    more().send().await.refused(409, "CONFLICT");
    more().key("k").send().await.refused(409, "CONFLICT");
    assert_eq!(count(&site, "SELECT COUNT(*) FROM api_token"), 20);
}

#[tokio::test]
async fn a_token_asked_for_again_with_its_key_is_the_same_and_kept_nowhere() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    let ask = |user: &User, name: &str| {
        site.post("/users/me/tokens", &json!({"name": name})).by(user).key("k1")
    };
    let (one, two) = tokio::join!(ask(&ann, "x").send(), ask(&ann, "x").send());
    let first = one.expect_status(201);
    assert_eq!(two.expect_status(201).text(), first.text());
    site.pass(HOUR);
    assert_eq!(ask(&ann, "x").send().await.expect_status(201).text(), first.text());
    assert_eq!(count(&site, "SELECT COUNT(*) FROM api_token"), 1);
    let key = first.json()["token"].as_str().expect("a token").to_owned();
    assert!(!is_kept(&site, &key[6..]), "the token is kept as it is");
    bearer(site.get("/auth/me"), &key).send().await.expect_status(200);
    ask(&ann, "y").send().await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    let there = again(&site, &ann, PASSWORD).await;
    ask(&there, "x").send().await.refused(422, "IDEMPOTENCY_KEY_REUSED");
}

// --- Passwords ---------------------------------------------------------------------------------

#[tokio::test]
async fn a_changed_password_ends_all_other_sessions() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    let there = again(&site, &ann, PASSWORD).await;
    assert!(is_in(&site, &there).await);
    let change = |from: &str, to: &str| {
        site.post("/auth/password", &json!({"currentPassword": from, "newPassword": to})).by(&ann)
    };
    change("wrong password", "quite another").send().await.refused(401, "INVALID_CREDENTIALS");
    change(&"x".repeat(9_000), "quite another").send().await.refused(401, "INVALID_CREDENTIALS");
    change(PASSWORD, "short").send().await.refused(400, "VALIDATION_ERROR");
    change(PASSWORD, &"x".repeat(129)).send().await.refused(400, "VALIDATION_ERROR");
    assert!(is_in(&site, &there).await);
    change(PASSWORD, "quite another").key("k").send().await.expect_status(204);
    assert_eq!((is_in(&site, &ann).await, is_in(&site, &there).await), (true, false));
    change(PASSWORD, "quite another").key("k").send().await.expect_status(204);
    let other = change(PASSWORD, "something else").key("k").send().await;
    other.refused(422, "IDEMPOTENCY_KEY_REUSED");
    let old = json!({"email": ann.email, "password": PASSWORD});
    site.post("/auth/login", &old).send().await.refused(401, "INVALID_CREDENTIALS");
    again(&site, &ann, "quite another").await;
}

/// The addresses and tokens of the mails so far, oldest first.
fn mailed(site: &Site) -> Vec<(String, String)> {
    let files = std::fs::read_dir(site.folder.path().join("mail")).expect("a folder").flatten();
    let mut paths: Vec<_> = files.map(|file| file.path()).collect();
    // Names begin with the time.
    paths.sort_unstable();
    let read = |path| {
        // Quoted-printable: a long line is broken after "=".
        let mail = std::fs::read_to_string(path).expect("a mail").replace("=\r\n", "");
        let line = |part: &str| mail.lines().find(|line| line.contains(part)).map(str::to_owned);
        let address = line("To: ")?.trim_start_matches("To: ").to_owned();
        let link = line("/reset-password#")?;
        let (start, token) = link.split_once("/reset-password#")?;
        assert_eq!(start, "http://localhost:3000");
        (token.len() == 43).then(|| (address, token.to_owned()))
    };
    // One that is being written is there whole the next time.
    paths.into_iter().filter_map(read).collect()
}

async fn forgot(site: &Site, email: &str) {
    let answer = site.post("/auth/password/forgot", &json!({"email": email})).send().await;
    assert_eq!(answer.expect_status(204).text(), "");
}

async fn mails(site: &Site, number: usize) -> Vec<(String, String)> {
    until("mails are queued", || async { Some(mailed(site)).filter(|all| all.len() >= number) })
        .await
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_once_by_a_mailed_link() {
    let site = Site::open().await;
    let (ann, bob) = (site.register("Ann").await, site.register("Bob").await);
    assert!(is_in(&site, &ann).await);
    let (_, key) = token(&site, &ann, "script").await;
    forgot(&site, "nobody@example.org").await;
    forgot(&site, &ann.email.to_uppercase()).await;
    let (address, link) = mails(&site, 1).await.remove(0);
    assert_eq!(address, ann.email);
    let stored = count(&site, "SELECT COUNT(*) FROM password_reset");
    assert_eq!(stored, 1);
    let reset = |token: &str, password: &str| {
        site.post("/auth/password/reset", &json!({"token": token, "newPassword": password}))
    };
    for wrong in ["", "x", &"A".repeat(43), &link[1..], &"A".repeat(9_000)] {
        let told = reset(wrong, "a new password").send().await.refused(400, "VALIDATION_ERROR");
        assert!(told["details"]["token"].is_string(), "{told}");
    }
    let told = reset(&link, "short").send().await.refused(400, "VALIDATION_ERROR");
    assert!(told["details"]["newPassword"].is_string(), "{told}");
    reset(&link, "a new password").key("k").send().await.expect_status(204);
    assert_eq!((is_in(&site, &ann).await, is_in(&site, &bob).await), (false, true));
    bearer(site.get("/auth/me"), &key).send().await.refused(401, "UNAUTHORIZED");
    again(&site, &ann, "a new password").await;
    // Whoever lost the answer may ask again; nobody else may use the link again.
    reset(&link, "a new password").key("k").send().await.expect_status(204);
    reset(&link, "not the same one").key("k").send().await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    reset(&link, "a new password").send().await.refused(400, "VALIDATION_ERROR");
    again(&site, &ann, "a new password").await;
    // An hour is the longest.
    assert_eq!(mailed(&site).len(), 1);
    site.pass(SECOND);
    forgot(&site, &ann.email).await;
    let (_, late) = mails(&site, 2).await.remove(1);
    site.pass(HOUR);
    reset(&late, "too late for it").send().await.refused(400, "VALIDATION_ERROR");
    again(&site, &ann, "a new password").await;
}

#[tokio::test]
async fn three_links_are_open_at_most_and_none_after_the_password_changed() {
    let site = Site::open().await;
    let (ann, bob) = (site.register("Ann").await, site.register("Bob").await);
    for n in 1..=3 {
        site.pass(SECOND);
        forgot(&site, &ann.email).await;
        mails(&site, n).await;
    }
    for _ in 0..5 {
        forgot(&site, &ann.email).await;
    }
    site.pass(SECOND);
    forgot(&site, &bob.email).await;
    let links = mails(&site, 4).await;
    assert_eq!(links.iter().filter(|(address, _)| *address == ann.email).count(), 3);
    assert_eq!(links[3].0, bob.email);
    let body = json!({"currentPassword": PASSWORD, "newPassword": "quite another"});
    site.post("/auth/password", &body).by(&ann).send().await.expect_status(204);
    let body = json!({"token": links[2].1, "newPassword": "a new password"});
    site.post("/auth/password/reset", &body).send().await.refused(400, "VALIDATION_ERROR");
    for bad in [json!(""), json!("ann"), json!("a b@c.de"), json!(7), json!(null)] {
        let ask = site.post("/auth/password/forgot", &json!({"email": bad}));
        ask.send().await.refused(400, "VALIDATION_ERROR");
    }
}

#[tokio::test]
async fn an_account_is_guessed_at_ten_times_a_minute_from_wherever() {
    let site = Site::open_with(true, None).await;
    let ann = site.register("Ann").await;
    for email in [ann.email.as_str(), "nobody@example.org"] {
        for n in 0..11 {
            let email = if n % 2 == 0 { email.to_uppercase() } else { email.to_owned() };
            let guess = json!({"email": email, "password": "wrong password"});
            let answer = site.post("/auth/login", &guess).at_address([10, 1, n, 1]).send().await;
            match n {
                10 => answer.refused(429, "RATE_LIMITED"),
                _ => answer.refused(401, "INVALID_CREDENTIALS"),
            };
        }
    }
    // Who is in may not guess either.
    let body = json!({"currentPassword": "wrong password", "newPassword": "quite another"});
    site.post("/auth/password", &body).by(&ann).send().await.refused(429, "RATE_LIMITED");
}

// --- Name and address --------------------------------------------------------------------------

#[tokio::test]
async fn a_name_is_changed_at_once_and_an_address_with_the_password() {
    let site = Site::open().await;
    let (ann, bob) = (site.register("Ann").await, site.register("Bob").await);
    let id = site.list(&ann, &json!({})).await;
    let patch = |body: Value| site.ask("PATCH", "/users/me").json(&body).by(&ann);
    let user = patch(json!({"displayName": " Zoë "})).send().await.expect_status(200).json();
    assert_eq!(names(&user), ["createdAt", "displayName", "email", "id", "role"]);
    assert_eq!(user["displayName"], "Zoë");
    assert_eq!(site.get("/auth/me").by(&ann).send().await.json(), user);
    assert_eq!(site.lot(&id).await["sellerName"], "Zoë");
    assert_eq!(patch(json!({})).send().await.expect_status(200).json(), user);
    for (body, field) in [
        (json!({"displayName": "x"}), "displayName"),
        (json!({"displayName": "a\u{202e}b"}), "displayName"),
        (json!({"email": "nothing", "currentPassword": PASSWORD}), "email"),
        (json!({"email": "new@example.org"}), "currentPassword"),
        (json!({"role": "admin"}), "role"),
        (json!({"id": bob.id}), "id"),
    ] {
        let told = patch(body).send().await.refused(400, "VALIDATION_ERROR");
        assert!(told["details"][field].is_string(), "{told}");
    }
    let to = |email: &str, password: &str| json!({"email": email, "currentPassword": password});
    patch(to("new@example.org", "wrong one")).send().await.refused(401, "INVALID_CREDENTIALS");
    let taken = patch(to(&bob.email.to_uppercase(), PASSWORD)).send().await;
    taken.refused(409, "EMAIL_TAKEN");
    assert_eq!(site.get("/auth/me").by(&ann).send().await.json(), user);
    let moved = || patch(to("New@example.org", PASSWORD)).key("k");
    let first = moved().send().await.expect_status(200);
    assert_eq!(first.json()["email"], "New@example.org");
    assert_eq!(moved().send().await.expect_status(200).text(), first.text());
    let old = json!({"email": ann.email, "password": PASSWORD});
    site.post("/auth/login", &old).send().await.refused(401, "INVALID_CREDENTIALS");
    let new = User { email: "new@example.org".into(), ..ann.clone() };
    again(&site, &new, PASSWORD).await;
}

#[tokio::test]
async fn a_seller_is_shown_and_who_only_buys_is_not() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let path = format!("/users/{}", mae.id);
    site.get(&path).send().await.refused(404, "NOT_FOUND");
    let sold = site.list(&mae, &json!({"durationSeconds": 60})).await;
    site.list(&mae, &json!({"durationSeconds": 3600})).await;
    site.bids(&sold, &ann, 10.0).await;
    site.pass(10 * MINUTE);
    site.until_status(&sold, "sold").await;
    let seller = site.get(&path).send().await.expect_status(200).json();
    let expected = json!({
        "id": mae.id, "displayName": "Mae", "memberSince": iso(START_MS),
        "activeCount": 1, "soldCount": 1,
    });
    assert_eq!(seller, expected);
    for id in [ann.id.as_str(), "x", "00000000-0000-0000-0000-000000000000", "%00"] {
        site.get(&format!("/users/{id}")).send().await.refused(404, "NOT_FOUND");
    }
}

// --- Being in charge ---------------------------------------------------------------------------

#[tokio::test]
async fn who_bid_is_told_to_admins_alone() {
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let (bob, admin) = (site.register("Bob").await, site.admin().await);
    let lot = site.list(&mae, &json!({})).await;
    site.bids(&lot, &ann, 10.0).await;
    site.bids(&lot, &bob, 20.0).await;
    let history = format!("/auctions/{lot}/bids");
    let rows = site.all(&history, Some(&admin)).await;
    assert_eq!([&rows[0]["bidderUserId"], &rows[1]["bidderUserId"]], [&bob.id, &ann.id]);
    for viewer in [None, Some(&mae), Some(&ann)] {
        for row in site.all(&history, viewer).await {
            assert_eq!(row.get("bidderUserId"), None, "{row}");
        }
    }
}

/// Every described call that needs somebody, with paths filled in.
fn calls(id: &str) -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&gavel_server::openapi_json()).expect("JSON");
    let mut all = Vec::new();
    for (path, calls) in document["paths"].as_object().expect("paths") {
        let parts = path.split('/').map(|part| if part.starts_with('{') { id } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        for (method, call) in calls.as_object().expect("calls") {
            if call.get("security").is_some() {
                all.push((method.to_uppercase(), path.clone()));
            }
        }
    }
    assert!(all.len() > 20);
    all
}

#[tokio::test]
async fn a_ban_is_felt_at_once_by_every_call_and_for_good() {
    let site = Site::open().await;
    let (mae, ann, admin) =
        (site.register("Mae").await, site.register("Ann").await, site.admin().await);
    let id = site.list(&mae, &json!({})).await;
    let (_, key) = token(&site, &ann, "program").await;
    let there = again(&site, &ann, PASSWORD).await;
    site.bids(&id, &ann, 10.0).await;
    assert!(is_in(&site, &there).await);
    bearer(site.get("/auth/me"), &key).send().await.expect_status(200);
    ban(&site, &admin, &ann).await.expect_status(204);
    let bid = json!({"amount": 20});
    let refusal = site.bid(&id, &ann, &bid).send().await.refused(403, "USER_BANNED");
    assert_eq!(refusal["details"], json!({"reason": "Did not pay."}));
    let by_token = site.post(&format!("/auctions/{id}/bids"), &bid);
    bearer(by_token, &key).send().await.refused(403, "USER_BANNED");
    for (method, path) in calls(&id) {
        if path.ends_with("/auth/me") {
            continue;
        }
        for ask in [
            site.ask(&method, &path).json(&json!({})).by(&ann),
            site.ask(&method, &path).json(&json!({})).by(&there),
            bearer(site.ask(&method, &path).json(&json!({})), &key),
        ] {
            ask.send().await.refused(403, "USER_BANNED");
        }
    }
    // As guests they go on reading.
    for ask in [site.get(&format!("/auctions/{id}")).by(&ann), bearer(site.get("/auctions"), &key)]
    {
        let seen = ask.send().await.expect_status(200).json();
        assert!(seen.get("viewer").is_none_or(Value::is_null), "{seen}");
    }
    assert!(!is_in(&site, &ann).await);
    let login = json!({"email": ann.email, "password": PASSWORD});
    site.post("/auth/login", &login).send().await.refused(403, "USER_BANNED");
    site.post("/auth/logout", &json!({})).by(&there).send().await.expect_status(204);
    site.get("/users/me/bids").by(&there).send().await.refused(403, "USER_BANNED");
    forgot(&site, &ann.email).await;
    ban(&site, &admin, &ann).await.refused(409, "CONFLICT");

    unban(&site, &admin, &ann).await.expect_status(204);
    for old in [&ann, &there] {
        site.get("/users/me/bids").by(old).send().await.refused(401, "UNAUTHORIZED");
    }
    bearer(site.get("/users/me/bids"), &key).send().await.expect_status(200);
    let back = again(&site, &ann, PASSWORD).await;
    site.bid(&id, &back, &json!({"amount": 20, "maxAmount": 30})).send().await.expect_status(201);
    unban(&site, &admin, &ann).await.refused(409, "CONFLICT");
    assert_eq!(mailed(&site), [], "no links for the banned");
}

#[tokio::test]
async fn a_bid_whose_body_arrives_after_the_ban_is_refused() {
    let site = Site::open().await;
    let (mae, ann, admin) =
        (site.register("Mae").await, site.register("Ann").await, site.admin().await);
    let id = site.list(&mae, &json!({})).await;
    let (reached, reading) = oneshot::channel();
    let (go, going) = oneshot::channel::<()>();
    let body = futures_util::stream::once(async move {
        reached.send(()).expect("the test waits");
        going.await.map(|()| r#"{"amount": 10}"#)
    });
    let mut request = Request::post(format!("/api/v1/auctions/{id}/bids"))
        .header("host", "gavel.test")
        .header("cookie", &ann.cookie)
        .header("content-type", "application/json")
        .body(Body::from_stream(body))
        .expect("a request");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
    let bid = tokio::spawn(site.router.clone().oneshot(request));
    reading.await.expect("the body is read");
    ban(&site, &admin, &ann).await.expect_status(204);
    go.send(()).expect("the body is waited for");
    let answer = bid.await.expect("it ends").expect("infallible");
    assert_eq!(answer.status(), 403);
    assert_eq!(site.lot(&id).await["bidCount"], 0);
}

#[tokio::test]
async fn nobody_but_admins_is_in_charge() {
    let site = Site::open().await;
    let (ann, admin) = (site.register("Ann").await, site.admin().await);
    let (_, key) = token(&site, &ann, "program").await;
    let mut refused = 0;
    for (method, path) in calls(&admin.id) {
        if path.contains("/admin/") {
            refused += 1;
            let ask = || site.ask(&method, &path).json(&json!({"reason": "because"}));
            ask().send().await.refused(401, "UNAUTHORIZED");
            ask().by(&ann).send().await.refused(403, "FORBIDDEN");
            bearer(ask(), &key).send().await.refused(403, "FORBIDDEN");
        }
    }
    assert!(refused >= 4);
    // Nor do admins fall out with each other.
    let other = site.admin().await;
    ban(&site, &admin, &admin).await.refused(403, "FORBIDDEN");
    ban(&site, &admin, &other).await.refused(403, "FORBIDDEN");
    let nobody = User { id: "00000000-0000-0000-0000-000000000000".into(), ..ann.clone() };
    ban(&site, &admin, &nobody).await.refused(404, "NOT_FOUND");
    unban(&site, &admin, &nobody).await.refused(404, "NOT_FOUND");
    unban(&site, &admin, &ann).await.refused(409, "CONFLICT");
    let path = format!("/admin/users/{}/ban", ann.id);
    for body in [
        json!({}),
        json!({"reason": "  x  "}),
        json!({"reason": "x".repeat(501)}),
        json!({"reason": "a\u{0}bc"}),
        json!({"reason": null}),
        json!({"reason": "well", "until": "tomorrow"}),
        json!([]),
    ] {
        site.post(&path, &body).by(&admin).send().await.refused(400, "VALIDATION_ERROR");
    }
    let unban = format!("/admin/users/{}/unban", ann.id);
    for body in ["[]", "x", "{\"reason\":\"\"}", "{\"reason\":3}"] {
        let ask = site.ask("POST", &unban).body("application/json", body).by(&admin);
        ask.send().await.refused(400, "VALIDATION_ERROR");
    }
    let ask = site.ask("POST", &unban).body("text/plain", "well").by(&admin);
    ask.send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    assert!(is_in(&site, &ann).await && is_in(&site, &other).await);
    assert_eq!(count(&site, "SELECT COUNT(*) FROM audit WHERE action LIKE 'user.%'"), 0);
}

#[tokio::test]
async fn a_ban_repeated_with_its_key_is_one_ban() {
    let site = Site::open().await;
    let (ann, admin) = (site.register("Ann").await, site.admin().await);
    let ask = |reason: &str| {
        let body = json!({"reason": reason});
        site.post(&format!("/admin/users/{}/ban", ann.id), &body).by(&admin).key("k").send()
    };
    let (one, two, three) = tokio::join!(ask("Rude."), ask("Rude."), ask("Rude."));
    for answer in [one, two, three, ask("Rude.").await] {
        answer.expect_status(204);
    }
    ask("Late.").await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(audit(&site, &admin, "user.ban").await.len(), 1);
}

#[tokio::test]
async fn users_are_found_by_what_is_known_of_them() {
    let site = Site::open().await;
    let (ann, admin) = (site.register("Ann_100%").await, site.admin().await);
    site.pass(SECOND);
    let bob = site.register("Bob").await;
    let id = site.list(&bob, &json!({})).await;
    site.bids(&id, &ann, 10.0).await;
    ban(&site, &admin, &ann).await.expect_status(204);
    let found = |query: &str| {
        let path = format!("/admin/users?{query}");
        let (site, admin) = (&site, &admin);
        async move {
            let rows = site.all(&path, Some(admin)).await;
            rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(found("").await[0], bob.id);
    assert_eq!(found("").await.len(), 3);
    assert_eq!(found("search=ANN_1").await, [ann.id.as_str()]);
    assert_eq!(found("search=100%25").await, [ann.id.as_str()]);
    assert_eq!(found(&format!("search={}", bob.id)).await, [bob.id.as_str()]);
    assert_eq!(found("search=bob.").await, [bob.id.as_str()]);
    assert_eq!(found("search=%25%25").await, Vec::<String>::new());
    assert_eq!(found("status=banned").await, [ann.id.as_str()]);
    assert_eq!(found("status=banned&role=admin").await, Vec::<String>::new());
    assert_eq!(found("role=admin").await, [admin.id.as_str()]);
    for search in ["'%20OR%201=1--", "%22*", "%ff", "!", "a!_", "%5C", &"a".repeat(500)] {
        assert_eq!(found(&format!("search={search}")).await, Vec::<String>::new());
    }
    let row = until("the bid is in the table", || async {
        let path = "/admin/users?status=banned";
        let rows = site.get(path).by(&admin).send().await.expect_status(200).json();
        Some(rows["data"][0].clone()).filter(|row| row["bidCount"] == 1)
    })
    .await;
    let expected = json!({
        "id": ann.id, "email": ann.email, "displayName": "Ann_100%", "role": "user",
        "createdAt": iso(START_MS), "bannedAt": iso(START_MS + SECOND),
        "banReason": "Did not pay.", "auctionCount": 0, "bidCount": 1,
    });
    assert_eq!(row, expected);
    for query in
        ["role=boss", "status=gone", "page=0", "limit=101", "search=%00", "search=%E2%80%AE"]
    {
        let ask = site.get(&format!("/admin/users?{query}")).by(&admin);
        ask.send().await.refused(400, "VALIDATION_ERROR");
    }
    let long = format!("/admin/users?search={}", "a".repeat(501));
    site.get(&long).by(&admin).send().await.refused(400, "VALIDATION_ERROR");
    let far = site.get("/admin/users?page=4294967295&limit=100").by(&admin).send().await;
    assert_eq!(far.expect_status(200).json()["data"], json!([]));
}

#[tokio::test]
async fn the_audit_tells_who_did_what_to_whom_when_and_why() {
    let site = Site::open().await;
    let (ann, admin) = (site.register("Ann").await, site.admin().await);
    ban(&site, &admin, &ann).await.expect_status(204);
    for (n, (email, password)) in [
        (ann.email.as_str(), PASSWORD),
        (&admin.email, "wrong password"),
        ("Nobody\u{202e}\n@example.org", "wrong password"),
        (&"x".repeat(2_000), PASSWORD),
    ]
    .into_iter()
    .enumerate()
    {
        site.pass(SECOND);
        let body = json!({"email": email, "password": password});
        let answer = site.post("/auth/login", &body).at_address([192, 0, 2, 9]).send().await;
        assert_eq!(answer.status, if n == 0 { 403 } else { 401 });
    }
    site.pass(SECOND);
    unban(&site, &admin, &ann).await.expect_status(204);
    let rows = site.all("/admin/audit", Some(&admin)).await;
    let actions: Vec<_> = rows.iter().map(|row| row["action"].as_str().expect("a word")).collect();
    let failed = "sign-in.failed";
    assert_eq!(actions[..5], ["user.unban", failed, failed, failed, "sign-in.banned"]);
    let mut start = actions[5..].to_vec();
    start.sort_unstable();
    assert_eq!(start, ["admin.promote", "user.ban"]);
    let fields = ["account", "action", "actor", "at", "detail", "id", "lot", "reason"];
    assert_eq!(names(&rows[0]), fields);
    let person =
        |user: &User| json!({"id": user.id, "displayName": user.name, "email": user.email});
    assert_eq!((&rows[0]["actor"], &rows[0]["account"]), (&person(&admin), &person(&ann)));
    assert_eq!(
        (&rows[0]["reason"], &rows[0]["at"]),
        (&Value::Null, &json!(iso(START_MS + 5 * SECOND)))
    );
    let detail = rows[1]["detail"].as_str().expect("a text");
    assert_eq!(detail, format!("{} from 192.0.2.9", "x".repeat(254)));
    assert_eq!(rows[2]["detail"], "Nobody@example.org from 192.0.2.9");
    assert_eq!((&rows[2]["actor"], &rows[2]["account"]), (&Value::Null, &Value::Null));
    assert_eq!(rows[3]["account"], person(&admin));
    assert_eq!(rows[4]["account"], person(&ann));
    let bans = audit(&site, &admin, "user.ban").await;
    assert_eq!(bans[0]["reason"], "Did not pay.");
    let ask = site.get("/admin/audit?action=user.love").by(&admin);
    ask.send().await.refused(400, "VALIDATION_ERROR");
    // In four hundred days it is forgotten.
    site.pass(400 * DAY + HOUR);
    let body = json!({"email": ann.email, "password": "wrong password"});
    site.post("/auth/login", &body).send().await.expect_status(401);
    assert_eq!(count(&site, "SELECT COUNT(*) FROM audit"), 1);
}

// --- The first admin ---------------------------------------------------------------------------

#[tokio::test]
async fn the_first_admin_comes_by_the_link_and_only_the_first() {
    let site = Site::open().await;
    let secret = site.store().await.house_key().secret("first admin");
    let link = URL_SAFE_NO_PAD.encode(secret);
    let open = || async { site.get("/auth/first-admin").send().await.expect_status(200).json() };
    let ask = |token: &str, email: &str| {
        let body = json!({
            "token": token, "email": email, "password": PASSWORD, "displayName": "Boss",
        });
        site.post("/auth/first-admin", &body)
    };
    assert_eq!(open().await, json!({"open": true}));
    for wrong in ["", "x", &link[1..], &"A".repeat(9_000)] {
        ask(wrong, "boss@example.org").send().await.refused(403, "FORBIDDEN");
    }
    let ann = site.register("Ann").await;
    ask(&link, &ann.email).send().await.refused(409, "EMAIL_TAKEN");
    ask(&link, "nothing").send().await.refused(400, "VALIDATION_ERROR");
    assert_eq!(open().await, json!({"open": true}));
    let (one, two) = tokio::join!(
        ask(&link, "a@example.org").key("k").send(),
        ask(&link, "b@example.org").send()
    );
    let (won, lost) = if one.status == 201 { (one, two) } else { (two, one) };
    lost.refused(403, "FORBIDDEN");
    let boss = won.expect_status(201);
    assert_eq!(boss.json()["role"], "admin");
    assert_eq!(open().await, json!({"open": false}));
    ask(&link, "c@example.org").send().await.refused(403, "FORBIDDEN");
    let email = boss.json()["email"].as_str().expect("an address").to_owned();
    ask(&link, &email).send().await.refused(403, "FORBIDDEN");
    assert_eq!(ask(&link, &email).key("k").send().await.expect_status(200).json(), boss.json());
    let user = User {
        name: "Boss".into(),
        email,
        id: boss.json()["id"].as_str().expect("an id").into(),
        cookie: boss.session_cookie().expect("a cookie"),
    };
    assert_eq!(audit(&site, &user, "admin.promote").await[0]["account"]["id"], user.id.as_str());
    assert_eq!(count(&site, "SELECT COUNT(*) FROM account WHERE role = 'admin'"), 1);
    let tally = "SELECT count FROM tally WHERE kind = 'users' AND day = 20454 AND category = ''";
    assert_eq!(count(&site, tally), 2, "every new user is counted on their day");
}

#[tokio::test]
async fn the_command_line_promotes_beside_a_running_house_and_is_audited() {
    let site = Site::open().await;
    let ann = site.register("Ann").await;
    let promote = |email: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gavel"));
        command.args(["admin", "promote", email, "--data-dir"]).arg(site.folder.path());
        command.output().expect("the binary runs").status.success()
    };
    assert!(!promote("nobody@example.org"));
    assert!(promote(&ann.email.to_uppercase()));
    assert!(promote(&ann.email));
    let rows = until("the promotion is known", || async {
        let answer = site.get("/admin/audit").by(&ann).send().await;
        (answer.status == 200).then(|| answer.json()["data"].clone())
    })
    .await;
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
    assert_eq!((&rows[0]["action"], &rows[0]["actor"]), (&json!("admin.promote"), &Value::Null));
    assert_eq!(rows[0]["account"]["id"], ann.id.as_str());
}
