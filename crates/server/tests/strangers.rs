//! Who is refused where: one table with a row for every endpoint there is. An endpoint without a row
//! fails here.
//!
//! Every request is one that its sender could make were they somebody else: only the person is
//! refused. After a refusal nothing in the house is other than before.

mod common;

use About::*;
use Says::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::*;
use futures_util::StreamExt;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// What somebody is told.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Yes(u16),
    No(u16, &'static str),
}

const UNKNOWN: Says = No(401, "UNAUTHORIZED");
const BANNED: Says = No(403, "USER_BANNED");
const FORBIDDEN: Says = No(403, "FORBIDDEN");
/// Not even that it is there.
const HIDDEN: Says = No(404, "NOT_FOUND");

/// What the path names.
#[derive(Clone, Copy, Debug, PartialEq)]
enum About {
    Nothing,
    /// A running lot of the owner's.
    Lot,
    /// A running lot of the owner's with a picture.
    Pictured,
    Draft,
    /// A lot of somebody else's that the owner has an auto-bid on.
    AutoBid,
    /// A session of the owner's.
    Session,
    /// An API token of the owner's.
    Token,
    /// The owner's account, or another like it where something is done to it.
    Account,
    BannedAccount,
}

/// One call about one thing: what each says who asks.
struct Row {
    call: &'static str,
    about: About,
    guest: Says,
    /// Comes with the session or the API token from before the ban.
    banned: Says,
    /// Signed in, with a session or an API token; nothing of it is theirs.
    other: Says,
    /// Whose it is; nobody in charge.
    owner: Says,
    admin: Says,
}

/// A call that is open to everyone; the banned are guests here.
const fn open(call: &'static str, about: About, says: Says) -> Row {
    Row { call, about, guest: says, banned: says, other: says, owner: says, admin: says }
}

/// A call of everyone's own.
const fn mine(call: &'static str, about: About, status: u16) -> Row {
    let yes = Yes(status);
    Row { call, about, guest: UNKNOWN, banned: BANNED, other: yes, owner: yes, admin: yes }
}

/// A call for the owner alone.
const fn owners(call: &'static str, about: About, others: Says, owner: Says) -> Row {
    Row { call, about, guest: UNKNOWN, banned: BANNED, other: others, owner, admin: others }
}

/// A call for those in charge.
const fn in_charge(call: &'static str, about: About, status: u16) -> Row {
    let admin = Yes(status);
    Row { call, about, guest: UNKNOWN, banned: BANNED, other: FORBIDDEN, owner: FORBIDDEN, admin }
}

/// A look at a draft: its owner's and the admins'.
const fn draft(call: &'static str, admin: Says) -> Row {
    let owner = Yes(200);
    Row { call, about: Draft, guest: HIDDEN, banned: HIDDEN, other: HIDDEN, owner, admin }
}

const ROWS: &[Row] = &[
    open("POST /api/v1/auth/register", Nothing, Yes(201)),
    Row { banned: BANNED, ..open("POST /api/v1/auth/login", Nothing, Yes(200)) },
    Row { banned: UNKNOWN, ..mine("GET /api/v1/auth/me", Nothing, 200) },
    mine("POST /api/v1/auth/password", Nothing, 204),
    open("POST /api/v1/auth/password/forgot", Nothing, Yes(204)),
    // What the token says decides, not who brings it; here it says nothing.
    open("POST /api/v1/auth/password/reset", Nothing, No(400, "VALIDATION_ERROR")),
    open("GET /api/v1/auth/first-admin", Nothing, Yes(200)),
    // The right token, but there is an admin.
    open("POST /api/v1/auth/first-admin", Nothing, FORBIDDEN),
    mine("PATCH /api/v1/users/me", Nothing, 200),
    mine("GET /api/v1/users/me/sessions", Nothing, 200),
    mine("DELETE /api/v1/users/me/sessions", Nothing, 204),
    owners("DELETE /api/v1/users/me/sessions/{id}", Session, HIDDEN, Yes(204)),
    mine("GET /api/v1/users/me/tokens", Nothing, 200),
    mine("POST /api/v1/users/me/tokens", Nothing, 201),
    owners("DELETE /api/v1/users/me/tokens/{id}", Token, HIDDEN, Yes(204)),
    open("GET /api/v1/users/{id}", Account, Yes(200)),
    // Who has listed nothing is shown to nobody.
    open("GET /api/v1/users/{id}", BannedAccount, HIDDEN),
    mine("GET /api/v1/users/me/auctions", Nothing, 200),
    mine("GET /api/v1/users/me/bids", Nothing, 200),
    mine("GET /api/v1/users/me/notifications", Nothing, 200),
    mine("POST /api/v1/users/me/notifications/read", Nothing, 204),
    mine("GET /api/v1/users/me/notification-settings", Nothing, 200),
    mine("PUT /api/v1/users/me/notification-settings", Nothing, 200),
    mine("GET /api/v1/users/me/watchlist", Nothing, 200),
    mine("POST /api/v1/users/me/watchlist", Lot, 201),
    owners("POST /api/v1/users/me/watchlist", Draft, HIDDEN, HIDDEN),
    mine("DELETE /api/v1/users/me/watchlist/{id}", Lot, 204),
    open("GET /api/v1/categories", Nothing, Yes(200)),
    open("GET /api/v1/auctions", Nothing, Yes(200)),
    mine("POST /api/v1/auctions", Nothing, 201),
    open("GET /api/v1/auctions/{id}", Lot, Yes(200)),
    draft("GET /api/v1/auctions/{id}", Yes(200)),
    owners("PATCH /api/v1/auctions/{id}", Lot, FORBIDDEN, Yes(200)),
    owners("PATCH /api/v1/auctions/{id}", Draft, HIDDEN, Yes(200)),
    Row { admin: Yes(204), ..owners("DELETE /api/v1/auctions/{id}", Lot, FORBIDDEN, Yes(204)) },
    owners("DELETE /api/v1/auctions/{id}", Draft, HIDDEN, Yes(204)),
    Row {
        admin: Yes(204),
        ..owners("POST /api/v1/auctions/{id}/cancel", Lot, FORBIDDEN, Yes(204))
    },
    owners("POST /api/v1/auctions/{id}/cancel", Draft, HIDDEN, Yes(204)),
    owners("POST /api/v1/auctions/{id}/publish", Draft, HIDDEN, Yes(200)),
    owners("POST /api/v1/auctions/{id}/publish", Lot, FORBIDDEN, No(409, "CONFLICT")),
    owners("POST /api/v1/auctions/{id}/relist", Lot, FORBIDDEN, Yes(201)),
    owners("POST /api/v1/auctions/{id}/relist", Draft, HIDDEN, No(409, "CONFLICT")),
    owners("POST /api/v1/auctions/{id}/images", Lot, FORBIDDEN, Yes(201)),
    owners("POST /api/v1/auctions/{id}/images", Draft, HIDDEN, Yes(201)),
    owners("PUT /api/v1/auctions/{id}/images/order", Pictured, FORBIDDEN, Yes(200)),
    owners("DELETE /api/v1/auctions/{id}/images/{imageId}", Pictured, FORBIDDEN, Yes(204)),
    open("GET /api/v1/auctions/{id}/stream", Lot, Yes(200)),
    open("GET /api/v1/auctions/{id}/stream", Draft, HIDDEN),
    open("GET /api/v1/auctions/{id}/bids", Lot, Yes(200)),
    open("GET /api/v1/auctions/{id}/bids", Draft, HIDDEN),
    Row {
        // Sellers may not bid on their own.
        owner: No(400, "VALIDATION_ERROR"),
        ..mine("POST /api/v1/auctions/{id}/bids", Lot, 201)
    },
    owners("POST /api/v1/auctions/{id}/bids", Draft, HIDDEN, HIDDEN),
    Row {
        owner: No(400, "VALIDATION_ERROR"),
        ..mine("POST /api/v1/auctions/{id}/proxy", Lot, 200)
    },
    owners("GET /api/v1/auctions/{id}/proxy", AutoBid, HIDDEN, Yes(200)),
    owners("DELETE /api/v1/auctions/{id}/proxy", AutoBid, HIDDEN, Yes(204)),
    open("GET /api/v1/auctions/{id}/events", Lot, Yes(200)),
    open("GET /api/v1/auctions/{id}/events", Draft, HIDDEN),
    in_charge("GET /api/v1/admin/users", Nothing, 200),
    in_charge("POST /api/v1/admin/users/{id}/ban", Account, 204),
    in_charge("POST /api/v1/admin/users/{id}/unban", BannedAccount, 204),
    in_charge("GET /api/v1/admin/audit", Nothing, 200),
    in_charge("GET /api/v1/admin/analytics", Nothing, 200),
    in_charge("GET /api/v1/admin/auctions", Nothing, 200),
    in_charge("POST /api/v1/admin/auctions/{id}/cancel", Lot, 204),
    in_charge("POST /api/v1/admin/auctions/{id}/extend", Lot, 200),
    // Beside the API's description.
    open("GET /api/v1/openapi.json", Nothing, Yes(200)),
    open("GET /docs", Nothing, Yes(200)),
    open("GET /healthz", Nothing, Yes(200)),
    open("GET /readyz", Nothing, Yes(200)),
    // Not asked for when the house was opened.
    open("GET /metrics", Nothing, HIDDEN),
    open("GET /media/{name}", Pictured, Yes(200)),
    open("GET /ws", Nothing, Yes(101)),
    // Signing out needs nobody, and comes last: it ends sessions.
    open("POST /api/v1/auth/logout", Nothing, Yes(204)),
];

/// Calls that say who somebody is by what is in their body; an API token beside it means nothing.
const BY_BODY: [&str; 5] = [
    "POST /api/v1/auth/register",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/password/forgot",
    "POST /api/v1/auth/password/reset",
    "POST /api/v1/auth/first-admin",
];

/// Calls that an API token does not do for.
const IN_PERSON: [&str; 2] = ["POST /api/v1/auth/password", "POST /api/v1/users/me/tokens"];

/// What the path of a call names, and what its body takes from there.
#[derive(Clone, Default)]
struct Thing {
    id: String,
    image: String,
    file: String,
}

#[derive(Clone)]
struct Person {
    user: User,
    token: String,
}

/// A house with everybody in it who may ask.
struct Scene {
    site: Site,
    address: SocketAddr,
    first_admin: String,
    seller: User,
    owner: Person,
    other: Person,
    banned: Person,
    admin: Person,
}

impl Scene {
    async fn open() -> Scene {
        let site = Site::open().await;
        let secret = site.store().await.house_key().secret("first admin");
        let admin = person(&site, site.admin().await).await;
        let banned = person(&site, site.register("Bad").await).await;
        let owner = person(&site, site.register("Owner").await).await;
        let other = person(&site, site.register("Other").await).await;
        ban(&site, &banned.user, &admin.user).await;
        let seller = site.register("Seller").await;
        site.list(&owner.user, &json!({})).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let service = site.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.expect("it serves") });
        let first_admin = URL_SAFE_NO_PAD.encode(secret);
        Scene { site, address, first_admin, seller, owner, other, banned, admin }
    }

    /// What a row is about, made anew.
    async fn thing(&self, row: &Row) -> Thing {
        let (site, owner) = (&self.site, &self.owner.user);
        let named = |id: String| Thing { id, ..Thing::default() };
        match row.about {
            Nothing => Thing::default(),
            Lot => named(site.list(owner, &json!({})).await),
            Pictured => {
                let form = Form::lot(&json!({})).image(&png(8, 8));
                let listed = site.ask("POST", "/auctions").form(form).by(owner).send().await;
                let id = text(&listed.expect_status(201).json()["auctionId"]);
                let image = site.lot(&id).await["images"][0].clone();
                let url = text(&image["url"]);
                let file = url.rsplit('/').next().expect("a name").to_owned();
                Thing { id, image: text(&image["id"]), file }
            }
            Draft => named(site.list(owner, &json!({"draft": true})).await),
            AutoBid => {
                let id = site.list(&self.seller, &json!({})).await;
                site.auto(&id, owner, 50.0).send().await.expect_status(200);
                named(id)
            }
            Session => {
                let body = json!({"email": owner.email, "password": PASSWORD});
                site.post("/auth/login", &body).send().await.expect_status(200);
                let all = site.get("/users/me/sessions").by(owner).send().await.json();
                let all = all.as_array().expect("a list");
                let there = all.iter().find(|one| one["current"] == false).expect("the other");
                named(text(&there["id"]))
            }
            Token => {
                let made = site.post("/users/me/tokens", &json!({"name": "x"})).by(owner);
                named(text(&made.send().await.expect_status(201).json()["id"]))
            }
            // What is done to an account is done to one that nobody asks as.
            Account if row.admin == Yes(204) => named(site.register("Someone").await.id),
            Account => named(owner.id.clone()),
            BannedAccount if row.admin == Yes(204) => {
                let someone = site.register("Someone").await;
                ban(site, &someone, &self.admin.user).await;
                named(someone.id)
            }
            BannedAccount => named(self.banned.user.id.clone()),
        }
    }

    /// A request that is right in all but, perhaps, who makes it.
    fn ask(&self, row: &Row, thing: &Thing, as_user: &User, number: usize) -> Ask<'_> {
        let (method, path) = row.call.split_once(' ').expect("a method and a path");
        let path = path.replace("{id}", &thing.id).replace("{imageId}", &thing.image);
        let ask = self.site.ask(method, &path.replace("{name}", &thing.file));
        let reason = json!({"reason": "It has to be."});
        let email = format!("new.{number}@example.org");
        let body = match row.call.trim_start_matches(|c: char| c.is_ascii_uppercase()).trim() {
            _ if matches!(method, "GET" | "DELETE") => return ask,
            "/api/v1/auth/register" => {
                json!({"email": email, "password": PASSWORD, "displayName": "New"})
            }
            "/api/v1/auth/login" => json!({"email": as_user.email, "password": PASSWORD}),
            "/api/v1/auth/password" => {
                json!({"currentPassword": PASSWORD, "newPassword": PASSWORD})
            }
            "/api/v1/auth/password/forgot" => json!({"email": email}),
            "/api/v1/auth/password/reset" => json!({"token": "x", "newPassword": PASSWORD}),
            "/api/v1/auth/first-admin" => json!({
                "token": self.first_admin, "email": email, "password": PASSWORD,
                "displayName": "New",
            }),
            "/api/v1/users/me" => json!({"displayName": format!("Name {number}")}),
            "/api/v1/users/me/tokens" => json!({"name": "key"}),
            "/api/v1/users/me/notifications/read" => json!({}),
            "/api/v1/users/me/notification-settings" => {
                json!({"settings": [{"kind": "outbid", "app": false, "mail": false}]})
            }
            "/api/v1/users/me/watchlist" => json!({"auctionId": thing.id}),
            "/api/v1/auctions" => lot(&json!({})),
            "/api/v1/auctions/{id}" => json!({"title": "A better clock"}),
            "/api/v1/auctions/{id}/relist" => json!({}),
            "/api/v1/auctions/{id}/images" => return ask.form(Form::default().image(&png(8, 8))),
            "/api/v1/auctions/{id}/images/order" => json!({"imageIds": [thing.image]}),
            "/api/v1/auctions/{id}/bids" => json!({"amount": 30}),
            "/api/v1/auctions/{id}/proxy" => json!({"maxAmount": 30}),
            "/api/v1/admin/users/{id}/ban" | "/api/v1/admin/auctions/{id}/cancel" => reason,
            "/api/v1/admin/auctions/{id}/extend" => json!({"endTime": iso(START_MS + DAY)}),
            "/api/v1/auth/logout"
            | "/api/v1/auctions/{id}/cancel"
            | "/api/v1/auctions/{id}/publish"
            | "/api/v1/admin/users/{id}/unban" => return ask,
            path => panic!("{path} needs a body that is right"),
        };
        ask.json(&body)
    }

    /// Everybody, with what they are told and how they show who they are.
    fn everybody<'a>(&'a self, row: &'a Row) -> Vec<(&'static str, Says, &'a Person, Shows)> {
        let by_token = |says: Says| match says {
            Yes(_) if IN_PERSON.contains(&row.call) => FORBIDDEN,
            says => says,
        };
        let mut all = vec![
            ("a guest", row.guest, &self.other, Shows::Nothing),
            ("the banned", row.banned, &self.banned, Shows::Cookie),
            ("another user", row.other, &self.other, Shows::Cookie),
            ("the owner", row.owner, &self.owner, Shows::Cookie),
            ("the admin", row.admin, &self.admin, Shows::Cookie),
        ];
        if !BY_BODY.contains(&row.call) {
            all.extend([
                ("the banned", row.banned, &self.banned, Shows::Token),
                ("another user", by_token(row.other), &self.other, Shows::Token),
                ("the owner", by_token(row.owner), &self.owner, Shows::Token),
            ]);
        }
        all
    }

    /// Everything in the house.
    fn all(&self) -> Vec<String> {
        let path = self.site.folder.path().join("house.db");
        let database = Connection::open(path).expect("the database opens");
        let mut all = Vec::new();
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let mut names = database.prepare(names).expect("tables");
        let names = names.query_map([], |row| row.get::<_, String>(0)).expect("tables");
        for name in names.flatten() {
            let mut rows = database.prepare(&format!("SELECT * FROM {name}")).expect("a table");
            let columns = rows.column_count();
            let rows = rows.query_map([], |row| {
                let cells = (0..columns).map(|n| row.get::<_, rusqlite::types::Value>(n));
                Ok(format!("{name} {:?}", cells.collect::<Result<Vec<_>, _>>()?))
            });
            all.extend(rows.expect("rows").flatten());
        }
        for folder in ["pictures", "mail"] {
            let files = std::fs::read_dir(self.site.folder.path().join(folder)).into_iter();
            all.extend(files.flatten().flatten().map(|file| format!("{:?}", file.path())));
        }
        all.sort();
        all
    }

    /// Everything, once nothing happens by itself any more.
    async fn settled(&self) -> Vec<String> {
        let mut before = self.all();
        until("the house is quiet", || {
            let now = self.all();
            let quiet = now == before && !now.iter().any(|row| row.starts_with("outbox "));
            before.clone_from(&now);
            async move { quiet.then_some(now) }
        })
        .await
    }

    /// Holds a socket to what a row says, and to whom it takes its owner for.
    async fn socket(&self, who: &str, says: Says, person: &Person, shows: Shows) {
        let url = format!("ws://{}/ws", self.address);
        let mut request = url.into_client_request().expect("a request");
        if let Some((name, value)) = shows.header(person) {
            request.headers_mut().insert(name, value.parse().expect("a header"));
        }
        let (mut socket, answer) = connect_async(request).await.expect("a socket");
        assert_eq!(says, Yes(answer.status().as_u16()), "{who}");
        let ack = socket.next().await.expect("an acknowledgement").expect("it is whole");
        let ack: Value = serde_json::from_str(ack.to_text().expect("text")).expect("JSON");
        let nobody = shows == Shows::Nothing || person.user.id == self.banned.user.id;
        let expected = if nobody { Value::Null } else { json!(person.user.id) };
        assert_eq!(ack["data"]["userId"], expected, "{who}");
    }
}

/// How somebody shows who they are.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shows {
    Nothing,
    Cookie,
    Token,
}

impl Shows {
    fn header(self, person: &Person) -> Option<(&'static str, String)> {
        match self {
            Shows::Nothing => None,
            Shows::Cookie => Some(("cookie", person.user.cookie.clone())),
            Shows::Token => Some(("authorization", format!("Bearer {}", person.token))),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

async fn ban(site: &Site, user: &User, admin: &User) {
    let why = json!({"reason": "Did not pay."});
    let path = format!("/admin/users/{}/ban", user.id);
    site.post(&path, &why).by(admin).send().await.expect_status(204);
}

async fn person(site: &Site, user: User) -> Person {
    let made = site.post("/users/me/tokens", &json!({"name": "program"})).by(&user).send().await;
    let token = text(&made.expect_status(201).json()["token"]);
    // That a token is used is noted once a while; not in the middle of a comparison.
    let me = site.get("/auth/me").header("authorization", format!("Bearer {token}"));
    me.send().await.expect_status(200);
    Person { user, token }
}

#[test]
fn every_endpoint_has_a_row_and_every_row_an_endpoint() {
    let document: Value = serde_json::from_str(&gavel_server::openapi_json()).expect("JSON");
    let mut there = BTreeSet::new();
    for (path, calls) in document["paths"].as_object().expect("paths") {
        for method in calls.as_object().expect("calls").keys() {
            there.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    // What the description leaves out, from the router's own words.
    let router = include_str!("../src/http/mod.rs");
    for route in router.split(".route(\"").skip(1) {
        let path = route.split('"').next().expect("a path");
        match path {
            "/openapi.json" => there.insert("GET /api/v1/openapi.json".to_owned()),
            // Nothing is there, whoever asks.
            "/api" | "/api/" | "/api/{*rest}" => continue,
            path => there.insert(format!("GET {path}")),
        };
    }
    // A page of the web app's.
    there.insert("GET /docs".to_owned());
    let rows = ROWS.iter().map(|row| row.call.to_owned()).collect::<BTreeSet<_>>();
    let without = there.difference(&rows).collect::<Vec<_>>();
    assert!(without.is_empty(), "endpoints that need a row in this table: {without:?}");
    let gone = rows.difference(&there).collect::<Vec<_>>();
    assert!(gone.is_empty(), "rows of endpoints that there are not: {gone:?}");
    for row in ROWS.iter().filter(|row| !row.call.starts_with("GET /ws")) {
        let (method, path) = row.call.split_once(' ').expect("a method and a path");
        let call = &document["paths"][path][method.to_lowercase()];
        if call.is_object() {
            let somebody = call.get("security").is_some();
            assert_eq!(row.guest == UNKNOWN, somebody, "{}: who may call it", row.call);
        }
    }
}

#[tokio::test]
async fn strangers_are_refused_everywhere_and_change_nothing() {
    let scene = Scene::open().await;
    let mut number = 0;
    for row in ROWS {
        let thing = scene.thing(row).await;
        let mut before = scene.settled().await;
        for (who, says, person, shows) in scene.everybody(row) {
            let No(status, code) = says else { continue };
            number += 1;
            let ask = scene.ask(row, &thing, &person.user, number);
            let header = shows.header(person);
            let ask = header.into_iter().fold(ask, |ask, (name, value)| ask.header(name, value));
            let mut answer = ask.send().await;
            answer.what = format!("{who} ({shows:?}), {} ({:?})", row.call, row.about);
            answer.refused(status, code);
            let after = scene.all();
            // That a banned user tried to sign in is noted, as it is to be.
            let noted = row.call == "POST /api/v1/auth/login";
            let changed = after.iter().filter(|line| !before.contains(line)).collect::<Vec<_>>();
            let gone = before.iter().filter(|line| !after.contains(line)).collect::<Vec<_>>();
            let fine = changed.iter().all(|line| noted && line.starts_with("audit "));
            assert!(fine && gone.is_empty(), "{}: {changed:?}, {gone:?}", answer.what);
            before = after;
        }
    }
    assert!(number > 250, "only {number} refusals");
}

#[tokio::test]
async fn nobody_is_refused_what_is_theirs() {
    let scene = Scene::open().await;
    let mut number = 0;
    for row in ROWS {
        for (who, says, person, shows) in scene.everybody(row) {
            let Yes(status) = says else { continue };
            if row.call == "DELETE /api/v1/users/me/sessions" && shows == Shows::Token {
                // It would end those that the other rows come with.
                continue;
            }
            number += 1;
            if row.call == "GET /ws" {
                scene.socket(who, says, person, shows).await;
                continue;
            }
            let thing = scene.thing(row).await;
            let ask = scene.ask(row, &thing, &person.user, number);
            let header = shows.header(person);
            let ask = header.into_iter().fold(ask, |ask, (name, value)| ask.header(name, value));
            if row.call.ends_with("/stream") {
                // Its body does not end.
                assert_eq!(ask.begin().await.status(), status, "{who}: {}", row.call);
                continue;
            }
            let mut answer = ask.send().await;
            answer.what = format!("{who} ({shows:?}), {} ({:?})", row.call, row.about);
            answer.expect_status(status);
        }
    }
}
