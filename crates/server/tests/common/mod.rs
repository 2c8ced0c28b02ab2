//! What the tests are built from: an open house with a clock that stands until it is set, the
//! people in it, and requests to its real router.

#![allow(dead_code, reason = "every test file takes its own part of these")]

pub(crate) mod process;
pub(crate) mod redis;
pub(crate) mod socket;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request};
use gavel_engine::memory::TestClock;
use gavel_engine::ports::Clock;
use gavel_server::house::{House, Options, PeersListen, PicturesIn};
use gavel_server::told::MailSettings;
use gavel_store::Store;
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;
use tower::ServiceExt;

/// Where the clock of every test begins: 2026-01-01T10:00:00.000Z.
pub(crate) const START_MS: i64 = 1_767_261_600_000;
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// How a time stands in JSON.
pub(crate) fn iso(ms: i64) -> String {
    let (days, of_day) = (ms.div_euclid(DAY), ms.rem_euclid(DAY));
    // Howard Hinnant's days_from_civil, backwards.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (of_day / HOUR, of_day % HOUR / MINUTE);
    let (second, milli) = (of_day % MINUTE / SECOND, of_day % SECOND);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// A database of its own for a house, where GAVEL_TEST_HOUSE is `postgres` and `scripts/with-postgres`
/// has started a server; otherwise houses are kept in files.
async fn database() -> Option<String> {
    std::env::var("GAVEL_TEST_HOUSE").ok().filter(|engine| engine == "postgres")?;
    Some(new_database().await)
}

/// The Redis server that `scripts/with-redis` has started, if it has.
fn redis() -> Option<String> {
    std::env::var("GAVEL_TEST_REDIS").ok()
}

/// A database of its own on the server that `scripts/with-postgres` has started.
pub(crate) async fn new_database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("GAVEL_TEST_POSTGRES").expect("scripts/with-postgres started one");
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("house_{}_{number}", std::process::id());
    let admin = format!("{server}/postgres");
    let (client, connection) =
        tokio_postgres::connect(&admin, tokio_postgres::NoTls).await.expect("connects");
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("is made");
    format!("{server}/{name}")
}

/// An open house.
pub(crate) struct Site {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) router: Router,
    pub(crate) folder: TempDir,
    database_url: Option<String>,
    /// Where its pictures are, if not in its folder.
    pictures_url: Option<String>,
    people: AtomicU32,
}

impl Site {
    /// A house without rate limits.
    pub(crate) async fn open() -> Site {
        Site::open_with(false, None).await
    }

    pub(crate) async fn open_with(rate_limits: bool, public_url: Option<&str>) -> Site {
        Site::open_mailing(rate_limits, public_url, MailSettings::default()).await
    }

    pub(crate) async fn open_mailing(
        rate_limits: bool,
        public_url: Option<&str>,
        mail: MailSettings,
    ) -> Site {
        let redis_url = redis();
        let options = |data_dir, database_url: Option<String>| Options {
            data_dir,
            redis_url: redis_url.filter(|_| database_url.is_some()),
            peers_listen: PeersListen::default(),
            database_url,
            pictures: PicturesIn::Folder,
            public_url: public_url.map(str::to_owned),
            rate_limits,
            mail,
        };
        Site::open_as(database().await, options).await.expect("the house opens")
    }

    /// A server with pictures in some place; others may have the same database, where there is one.
    ///
    /// # Errors
    /// It does not open.
    pub(crate) async fn open_keeping(
        database_url: Option<String>,
        pictures: PicturesIn,
    ) -> Result<Site, String> {
        let options = |data_dir, database_url| Options {
            data_dir,
            database_url,
            redis_url: None,
            peers_listen: PeersListen::default(),
            pictures,
            public_url: None,
            rate_limits: false,
            mail: MailSettings::default(),
        };
        Site::open_as(database_url, options).await
    }

    /// One of several servers of a house, which tell each other through Redis where there is one.
    ///
    /// # Errors
    /// It does not open.
    pub(crate) async fn open_among(
        database_url: &str,
        redis_url: Option<String>,
        rate_limits: bool,
        mail: MailSettings,
    ) -> Result<Site, String> {
        let options = |data_dir, database_url| Options {
            data_dir,
            database_url,
            redis_url,
            peers_listen: PeersListen::default(),
            pictures: PicturesIn::Folder,
            public_url: None,
            rate_limits,
            mail,
        };
        Site::open_as(Some(database_url.to_owned()), options).await
    }

    async fn open_as(
        database_url: Option<String>,
        options: impl FnOnce(PathBuf, Option<String>) -> Options,
    ) -> Result<Site, String> {
        let folder = tempfile::tempdir().expect("there is room for a house");
        let clock = Arc::new(TestClock::at(START_MS));
        let options = options(folder.path().to_owned(), database_url.clone());
        let pictures_url = match &options.pictures {
            PicturesIn::Folder => None,
            PicturesIn::Bucket { url, .. } => Some(url.clone()),
        };
        let app = House::open_with(options, clock.clone()).await?;
        let router = gavel_server::router(app);
        let people = AtomicU32::new(0);
        Ok(Site { clock, router, folder, database_url, pictures_url, people })
    }

    /// Closes the house without a word to anybody in it.
    pub(crate) fn close(self) -> Closed {
        Closed {
            clock: self.clock,
            folder: self.folder,
            database_url: self.database_url,
            pictures_url: self.pictures_url,
            people: self.people,
        }
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now().0
    }

    pub(crate) fn pass(&self, ms: i64) {
        self.clock.set(self.now() + ms);
    }

    /// A request, to be completed and sent.
    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let path = if path.starts_with("/auth")
            || path.starts_with("/auctions")
            || path.starts_with("/users")
            || path.starts_with("/categories")
            || path.starts_with("/admin")
        {
            format!("/api/v1{path}")
        } else {
            path.to_owned()
        };
        Ask { method: method.to_owned(), path, ..self.page("/") }
    }

    /// A page of the web app, or one of its files, by its own address.
    pub(crate) fn page(&self, path: &str) -> Ask<'_> {
        Ask {
            site: self,
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            from: SocketAddr::from(([127, 0, 0, 1], 4000)),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask("GET", path)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Ask<'_> {
        self.ask("POST", path).json(body)
    }

    /// Somebody new, signed in.
    pub(crate) async fn register(&self, name: &str) -> User {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let email = format!("{}.{number}@example.org", name.to_lowercase());
        let body = json!({"email": email, "password": PASSWORD, "displayName": name});
        let answer = self.post("/auth/register", &body).send().await.expect_status(201);
        let cookie = answer.session_cookie().expect("signing up signs in");
        let id = answer.json()["id"].as_str().expect("a user has an id").to_owned();
        User { name: name.to_owned(), email, id, cookie }
    }

    /// The house's store, opened beside it.
    pub(crate) async fn store(&self) -> Store {
        let store = match &self.database_url {
            Some(url) => Store::connect(url).await,
            None => Store::open_beside(&self.folder.path().join("house.db")).await,
        };
        store.expect("the store opens beside it")
    }

    /// Somebody new who is in charge.
    pub(crate) async fn admin(&self) -> User {
        let admin = self.register("Admin").await;
        let store = self.store().await;
        let number = self.people.load(Ordering::Relaxed).to_be_bytes();
        let random = std::array::from_fn(|n| *number.get(n).unwrap_or(&0));
        let now = u64::try_from(self.now()).expect("a time after 1970");
        let id = uuid::Builder::from_unix_timestamp_millis(now, &random).into_uuid().as_u128();
        let promoted = store.promote(&admin.email, id, self.clock.now()).await;
        assert!(promoted.expect("the store answers"));
        admin
    }

    /// Lists a lot that differs from [`lot`] in some fields, and returns its id.
    pub(crate) async fn list(&self, seller: &User, fields: &Value) -> String {
        let answer = self.post("/auctions", &lot(fields)).by(seller).send().await;
        let answer = answer.expect_status(201).json();
        answer["auctionId"].as_str().expect("a lot has an id").to_owned()
    }

    /// A lot as a guest sees it.
    pub(crate) async fn lot(&self, id: &str) -> Value {
        self.get(&format!("/auctions/{id}")).send().await.expect_status(200).json()
    }

    /// A lot as somebody sees it.
    pub(crate) async fn lot_for(&self, id: &str, user: &User) -> Value {
        self.get(&format!("/auctions/{id}")).by(user).send().await.expect_status(200).json()
    }

    pub(crate) fn bid(&self, lot: &str, user: &User, body: &Value) -> Ask<'_> {
        self.post(&format!("/auctions/{lot}/bids"), body).by(user)
    }

    /// A bid that must be accepted.
    pub(crate) async fn bids(&self, lot: &str, user: &User, amount: f64) -> Value {
        self.bid(lot, user, &json!({"amount": amount})).send().await.expect_status(201).json()
    }

    pub(crate) fn auto(&self, lot: &str, user: &User, max: f64) -> Ask<'_> {
        self.post(&format!("/auctions/{lot}/proxy"), &json!({"maxAmount": max})).by(user)
    }

    /// Every row of a lot's history, oldest first.
    pub(crate) async fn history(&self, lot: &str) -> Vec<Value> {
        let mut rows = self.all(&format!("/auctions/{lot}/bids"), None).await;
        rows.reverse();
        rows
    }

    /// Every entry of a lot's log.
    pub(crate) async fn events(&self, lot: &str) -> Vec<Value> {
        self.all(&format!("/auctions/{lot}/events"), None).await
    }

    /// A whole list, page by page.
    pub(crate) async fn all(&self, path: &str, user: Option<&User>) -> Vec<Value> {
        let (mut all, mut page) = (Vec::new(), 1);
        loop {
            let mark = if path.contains('?') { '&' } else { '?' };
            let mut ask = self.get(&format!("{path}{mark}page={page}&limit=100"));
            if let Some(user) = user {
                ask = ask.by(user);
            }
            let answer = ask.send().await.expect_status(200).json();
            all.extend(answer["data"].as_array().expect("a page has data").iter().cloned());
            if page >= answer["pagination"]["totalPages"].as_u64().expect("a number") {
                assert_eq!(answer["pagination"]["total"], all.len());
                return all;
            }
            page += 1;
        }
    }

    /// Waits until a lot's status is `wanted`; the house looks for ends by itself.
    pub(crate) async fn until_status(&self, lot: &str, wanted: &str) -> Value {
        until(&format!("{lot} becomes {wanted}"), || async {
            Some(self.lot(lot).await).filter(|lot| lot["status"] == wanted)
        })
        .await
    }
}

/// A house that was closed.
pub(crate) struct Closed {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) folder: TempDir,
    database_url: Option<String>,
    pictures_url: Option<String>,
    people: AtomicU32,
}

impl Closed {
    /// The house where it was carried to: the folder of its server, its database if it is not in there,
    /// and the folder that keeps its pictures if that is another.
    pub(crate) fn moved(
        self,
        folder: TempDir,
        database_url: Option<String>,
        pictures_url: Option<String>,
    ) -> Closed {
        Closed { folder, database_url, pictures_url, ..self }
    }

    /// Opens it again, without rate limits, once nothing holds it any more.
    pub(crate) async fn reopen(self, mail: impl Fn() -> MailSettings) -> Site {
        let open = || {
            let options = Options {
                data_dir: self.folder.path().to_owned(),
                database_url: self.database_url.clone(),
                redis_url: redis().filter(|_| self.database_url.is_some()),
                peers_listen: PeersListen::default(),
                pictures: self.pictures_url.clone().map_or(PicturesIn::Folder, |url| {
                    PicturesIn::Bucket { url, settings: Vec::new() }
                }),
                public_url: None,
                rate_limits: false,
                mail: mail(),
            };
            let clock = self.clock.clone();
            async move { House::open_with(options, clock).await.ok() }
        };
        let app = until("the house opens again", open).await;
        let router = gavel_server::router(app);
        Site {
            clock: self.clock,
            router,
            folder: self.folder,
            database_url: self.database_url,
            pictures_url: self.pictures_url,
            people: self.people,
        }
    }
}

/// Looks again and again until something is found, for ten seconds at most.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut look: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) id: String,
    /// `session=…`, as it goes into a request.
    pub(crate) cookie: String,
}

/// A lot to be listed, with some fields its own; a null leaves one out.
pub(crate) fn lot(fields: &Value) -> Value {
    let mut lot = json!({
        "title": "Mantel clock, walnut",
        "category": "clocks",
        "startingPrice": 10,
        "bidIncrement": 1,
        "durationSeconds": 3600,
    });
    let whole = lot.as_object_mut().expect("an object");
    whole.extend(fields.as_object().expect("an object").clone());
    whole.retain(|_, value| !value.is_null());
    lot
}

/// A request on its way to the router.
pub(crate) struct Ask<'a> {
    site: &'a Site,
    method: String,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    from: SocketAddr,
}

impl Ask<'_> {
    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub(crate) fn by(self, user: &User) -> Self {
        let cookie = user.cookie.clone();
        self.header("cookie", cookie)
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("x-idempotency-key", key)
    }

    pub(crate) fn at_address(mut self, address: [u8; 4]) -> Self {
        self.from = SocketAddr::from((address, 4000));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    pub(crate) fn form(self, form: Form) -> Self {
        self.body(&format!("multipart/form-data; boundary={BOUNDARY}"), form.finish())
    }

    /// Sends it and returns the answer, whose body may be without an end.
    pub(crate) async fn begin(self) -> axum::response::Response {
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.path);
        request = request.header("host", "gavel.test");
        for (name, value) in &self.headers {
            request = request.header(name, value.as_slice());
        }
        let mut request = request.body(Body::from(self.body)).expect("a request");
        request.extensions_mut().insert(ConnectInfo(self.from));
        self.site.router.clone().oneshot(request).await.expect("infallible")
    }

    pub(crate) async fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.path);
        let (head, body) = self.begin().await.into_parts();
        let body = body.collect().await.expect("the answer comes whole").to_bytes().to_vec();
        Answer { what, status: head.status.as_u16(), headers: head.headers, body }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) what: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a plain header"))
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let read = serde_json::from_slice(&self.body);
        read.unwrap_or_else(|error| panic!("{}: {error} in {:?}", self.what, self.text()))
    }

    #[track_caller]
    pub(crate) fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text());
        self
    }

    /// Holds the answer to be a refusal exactly as the contract wants refusals; returns it.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        let (what, text) = (&self.what, self.text());
        assert_eq!(self.status, status, "{what}: {text}");
        assert_eq!(self.header("content-type"), "application/json", "{what}: {text}");
        let id = self.header("x-request-id");
        assert!(uuid::Uuid::parse_str(id).is_ok(), "{what}: X-Request-Id is {id:?}");
        let body = self.json();
        assert_eq!(body["error"], code, "{what}: {text}");
        let message = body["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "{what}: {text}");
        let known = ["error", "message", "details"];
        let fields = body.as_object().map(Map::keys).into_iter().flatten();
        let unknown: Vec<_> = fields.filter(|name| !known.contains(&name.as_str())).collect();
        assert!(unknown.is_empty(), "{what}: {text}");
        if let Some(details) = body.get("details") {
            let details = details.as_object().unwrap_or_else(|| panic!("{what}: {text}"));
            assert!(details.values().all(Value::is_string), "{what}: {text}");
        }
        let inside = ["panicked", ".rs:", "sqlite", "SELECT ", "unwrap", "serde"];
        for word in inside {
            assert!(!text.contains(word), "{what} tells what is inside: {text}");
        }
        body
    }

    /// `session=…` of a cookie that was set.
    pub(crate) fn session_cookie(&self) -> Option<String> {
        let set = self.header("set-cookie");
        set.split(';').next().filter(|pair| pair.starts_with("session=")).map(str::to_owned)
    }
}

const BOUNDARY: &str = "----gavel-test-form";

/// A multipart form.
#[derive(Default)]
pub(crate) struct Form(Vec<u8>);

impl Form {
    pub(crate) fn text(mut self, name: &str, value: &str) -> Form {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        self.0.extend(head.into_bytes());
        self
    }

    /// The fields of a listing, as [`lot`] makes them.
    pub(crate) fn lot(fields: &Value) -> Form {
        let lot = lot(fields);
        let fields = lot.as_object().expect("an object");
        fields.iter().fold(Form::default(), |form, (name, value)| match value {
            Value::String(text) => form.text(name, text),
            value => form.text(name, &value.to_string()),
        })
    }

    pub(crate) fn file(mut self, name: &str, file: &str, kind: &str, bytes: &[u8]) -> Form {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; \
             filename=\"{file}\"\r\nContent-Type: {kind}\r\n\r\n"
        );
        self.0.extend(head.into_bytes());
        self.0.extend(bytes);
        self.0.extend(b"\r\n");
        self
    }

    pub(crate) fn image(self, bytes: &[u8]) -> Form {
        self.file("images", "picture", "application/octet-stream", bytes)
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.0
    }
}

/// A picture with something to see in it.
fn picture(width: u32, height: u32) -> image::DynamicImage {
    let shade = |x: u32, y: u32| image::Rgb([(x % 256) as u8, (y % 256) as u8, 90]);
    image::RgbImage::from_fn(width, height, shade).into()
}

fn encoded(width: u32, height: u32, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture(width, height).write_to(&mut bytes, format).expect("a picture can be encoded");
    bytes.into_inner()
}

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, image::ImageFormat::Png)
}

pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, image::ImageFormat::Jpeg)
}

pub(crate) fn webp(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, image::ImageFormat::WebP)
}

/// The names of an object's fields.
pub(crate) fn names(object: &Value) -> Vec<&str> {
    let fields = object.as_object().unwrap_or_else(|| panic!("{object} is no object"));
    let mut names: Vec<_> = fields.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
