//! A house that is carried from a folder into a PostgreSQL database, and back:
//! `scripts/with-postgres cargo test -p gavel-server --test moving`.

mod common;

use common::process::{Server, folder};
use common::{Closed, Form, HOUR, MINUTE, SECOND, Site, User, new_database, png};
use gavel_server::house::PicturesIn;
use gavel_server::told::MailSettings;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn gavel(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gavel"));
    command.args(args).env("GAVEL_LOG", "warn").output().expect("the binary runs")
}

fn said(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

/// Why a command failed, in one line.
#[track_caller]
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", said(output));
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(why.lines().count(), 1, "{why}");
    why
}

/// A path as an argument.
fn arg(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

fn migrate(from: &str, to: &str) -> Output {
    gavel(&["migrate", "--from", from, "--to", to])
}

/// The options that name a place.
fn at(place: &str) -> [&str; 2] {
    let option = if place.contains("://") { "--database-url" } else { "--data-dir" };
    [option, place]
}

fn verify(place: &str) -> Output {
    gavel(&[&["verify"][..], &at(place)].concat())
}

/// Why a house is not served.
#[track_caller]
fn not_served(place: &str) -> String {
    let scratch = folder();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let folder = ["--data-dir", arg(scratch.path())];
    let folder = if place.contains("://") { &folder[..] } else { &[] };
    refused(&gavel(&[&serve[..], folder, &at(place)].concat()))
}

/// Who is in a house in which a bit of everything has happened, and what they did.
struct Lively {
    people: [User; 4],
    lots: Vec<String>,
    running: String,
    /// What was asked with a key, and what was answered.
    keyed: Vec<Keyed>,
}

struct Keyed {
    path: String,
    key: &'static str,
    body: Value,
    other: Value,
    answer: String,
}

impl Lively {
    async fn make(site: &Site) -> Lively {
        let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
        let (bob, eve) = (site.register("Bob").await, site.admin().await);
        let sold = site.list(&mae, &json!({"durationSeconds": 600})).await;
        let unsold = site.list(&mae, &json!({"durationSeconds": 600, "reservePrice": 500})).await;
        let form = Form::lot(&json!({"title": "Süße Uhr, geölt", "reservePrice": 40,
            "description": "Läuft\u{0}gut", "category": "sea-shells"}));
        let form = form.image(&png(90, 60)).image(&png(30, 20));
        let listed = site.ask("POST", "/auctions").by(&mae).form(form).send().await;
        let listed = listed.expect_status(201).json();
        let running = listed["auctionId"].as_str().expect("an id").to_owned();
        let cancelled = site.list(&mae, &json!({})).await;
        let later = json!({"startTime": common::iso(site.now() + HOUR), "durationSeconds": null,
            "endTime": common::iso(site.now() + 2 * HOUR)});
        let scheduled = site.list(&mae, &later).await;
        site.list(&mae, &json!({"draft": true, "title": "Not yet"})).await;
        let lots = vec![sold, unsold, running.clone(), cancelled, scheduled];
        let people = [mae, ann, bob, eve];
        let mut lively = Lively { people, lots, running, keyed: Vec::new() };
        lively.bid_and_end(site).await;
        lively
    }

    async fn bid_and_end(&mut self, site: &Site) {
        let [mae, ann, bob, _] = &self.people;
        let [sold, unsold, running, cancelled, _] = &self.lots[..] else { panic!("five lots") };
        for lot in [running, cancelled] {
            let watch = json!({"auctionId": lot});
            site.post("/users/me/watchlist", &watch).by(bob).send().await.expect_status(201);
        }
        for lot in [sold, unsold, running] {
            site.bids(lot, ann, 12.0).await;
            site.pass(SECOND);
            site.bid(lot, bob, &json!({"amount": 15, "maxAmount": 30})).send().await;
            site.bids(lot, ann, 31.0).await;
        }
        site.auto(running, bob, 90.0).send().await.expect_status(200);
        let (bids, auto) =
            (format!("/auctions/{running}/bids"), format!("/auctions/{running}/proxy"));
        let tokens = "/users/me/tokens".to_owned();
        for (path, key, body, other) in [
            (bids.clone(), "beaten", json!({"amount": 60}), json!({"amount": 600})),
            (bids, "leads", json!({"amount": 95, "maxAmount": 120.5}), json!({"amount": 95})),
            (auto, "silent", json!({"maxAmount": 130}), json!({"maxAmount": 131})),
            (tokens, "token", json!({"name": "a program"}), json!({"name": "another"})),
        ] {
            let asked = site.post(&path, &body).by(ann).key(key).send().await;
            assert!(asked.status < 300, "{}", asked.text());
            self.keyed.push(Keyed { path, key, body, other, answer: asked.text() });
        }
        site.ask("DELETE", &format!("/auctions/{cancelled}")).by(mae).send().await;
        site.pass(20 * MINUTE);
        site.until_status(sold, "sold").await;
        site.until_status(unsold, "unsold").await;
        let forgot = json!({"email": mae.email});
        site.post("/auth/password/forgot", &forgot).send().await.expect_status(204);
        let house = site.folder.path().join("house.db");
        common::until("everybody is told", async || {
            let house = Connection::open(&house).expect("opens");
            let sql = "SELECT COUNT(*) FROM outbox";
            let waiting: i64 = house.query_row(sql, [], |row| row.get(0)).expect("there");
            Some(()).filter(|()| waiting == 0)
        })
        .await;
        assert!(!site.all("/users/me/notifications", Some(ann)).await.is_empty());
        common::until("what has ended is found among what was", async || {
            let found = site.all("/auctions?search=walnut&status=ended", None).await;
            Some(()).filter(|()| found.len() == 2)
        })
        .await;
    }

    /// What the house says to everyone in it, and its pictures.
    async fn answers(&self, site: &Site) -> BTreeMap<String, String> {
        let mut paths: Vec<_> = [
            "/auctions?status=ended",
            "/auctions?sort=bidCount&order=desc",
            "/auctions?search=uhr+geolt",
            "/auctions?search=walnut&status=sold",
            "/auctions?category=sea-shells",
            "/categories",
            "/auth/me",
            "/users/me/bids",
            "/users/me/auctions",
            "/users/me/watchlist",
            "/users/me/notifications",
            "/users/me/notification-settings",
            "/users/me/sessions",
            "/users/me/tokens",
            "/admin/analytics",
            "/admin/audit",
            "/admin/users",
            "/admin/auctions",
        ]
        .map(str::to_owned)
        .into();
        for lot in &self.lots {
            paths.extend(
                ["", "/bids", "/events", "/proxy"].map(|of| format!("/auctions/{lot}{of}")),
            );
        }
        let mut answers = BTreeMap::new();
        for who in &self.people {
            for path in &paths {
                let answer = site.get(path).by(who).send().await;
                // PostgreSQL has no such character.
                let text = answer.text().replace("\\u0000", "\u{fffd}");
                answers.insert(format!("{} {path}", who.name), format!("{} {text}", answer.status));
            }
        }
        let lot = site.lot(&self.running).await;
        for image in lot["images"].as_array().expect("pictures") {
            for form in ["url", "thumbnailUrl"] {
                let address = image[form].as_str().expect("an address");
                let picture = site.page(address).send().await.expect_status(200);
                answers.insert(address.to_owned(), format!("{:?}", picture.body));
            }
        }
        answers
    }

    /// Asks again with every key, and wants the very same answers.
    async fn ask_again(&self, site: &Site) {
        let ann = &self.people[1];
        for Keyed { path, key, body, other, answer } in &self.keyed {
            let again = site.post(path, body).by(ann).key(key).send().await;
            assert!(again.status < 300, "{key}: {}", again.text());
            assert_eq!(&again.text(), answer, "{key}");
            let other = site.post(path, other).by(ann).key(key).send().await;
            other.refused(422, "IDEMPOTENCY_KEY_REUSED");
        }
    }
}

#[track_caller]
fn same(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) {
    assert_eq!(before.len(), after.len());
    for (asked, answer) in before {
        assert_eq!(answer, &after[asked], "{asked}");
    }
}

/// Has more in a house than one page of a table whose key is one column, of one whose key is two, and
/// rows that no answer tells of.
fn pile_up(house: &Path) {
    let house = Connection::open(house.join("house.db")).expect("opens");
    house
        .execute_batch(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5000) \
             INSERT INTO audit (id, at, action, detail) \
             SELECT randomblob(16), n, 'sign-in.failed', n || char(0) || 'x' FROM n; \
             WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5000) \
             INSERT INTO kept_answer (account, idempotency_key, ask, status, body, at) \
             SELECT zeroblob(16), n, -n, 200, 'ä', 1 FROM n; \
             INSERT INTO mail VALUES \
             (randomblob(16), 'a@example.org', 's', 'b', 1, 0, 9000000000000000000);",
        )
        .expect("done");
}

/// Waits until nothing holds a house any more.
async fn left(closed: &Closed) {
    let lock = closed.folder.path().join("lock");
    common::until("the house is left", async || {
        fs::File::open(&lock).expect("there is a lock").try_lock().ok()
    })
    .await;
}

/// Waits until no server of a test's own is connected to a database.
async fn disconnected(url: &str) {
    let (client, connection) =
        tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("connects");
    tokio::spawn(connection);
    let sql = "SELECT 1 FROM pg_stat_activity \
               WHERE datname = current_database() AND application_name = 'gavel'";
    common::until("nobody is connected", async || {
        client.query(sql, &[]).await.expect("answers").is_empty().then_some(())
    })
    .await;
}

async fn open_there(
    closed: Closed,
    to: tempfile::TempDir,
    database_url: Option<&str>,
    pictures_url: Option<&str>,
) -> Site {
    let owned = |url: Option<&str>| url.map(str::to_owned);
    let moved = closed.moved(to, owned(database_url), owned(pictures_url));
    moved.reopen(MailSettings::default).await
}

#[tokio::test]
async fn a_house_that_goes_to_postgres_and_comes_back_answers_as_before() {
    let site = Site::open_keeping(None, PicturesIn::Folder).await.expect("it opens");
    let lively = Lively::make(&site).await;
    let (url, shared, old) = (new_database().await, folder(), site.folder.path().to_owned());
    pile_up(&old);
    let before = lively.answers(&site).await;
    let pictures = format!("file://{}", arg(shared.path()));
    let up = ["migrate", "--from", arg(&old), "--to", &url, "--pictures-url", &pictures];
    assert!(refused(&gavel(&up)).contains("open"), "a server has it");
    let closed = site.close();
    left(&closed).await;
    let told = done(&gavel(&up));
    assert!(told.contains("audit: 50") && told.contains("pictures: 4 files"), "{told}");
    assert!(done(&gavel(&up)).contains("moved already"), "and nothing is done twice");
    done(&verify(&url));
    let told = not_served(arg(&old));
    assert!(told.contains("moved to the database house_"), "{told}");
    done(&verify(arg(&old)));

    let site = open_there(closed, folder(), Some(&url), Some(&pictures)).await;
    same(&before, &lively.answers(&site).await);
    lively.ask_again(&site).await;
    let (ann, bob) = (&lively.people[1], &lively.people[2]);
    let bid = json!({"amount": 200});
    let there = site.bid(&lively.running, bob, &bid).key("there").send().await.expect_status(201);
    site.list(&lively.people[0], &json!({"title": "Listed there"})).await;
    common::until("whom he outbid is told", async || {
        let told = site.all("/users/me/notifications", Some(ann)).await;
        told.iter().any(|told| told["kind"] == "max_reached").then_some(())
    })
    .await;
    let before = lively.answers(&site).await;

    let home = folder();
    let down = ["migrate", "--from", &url, "--to", arg(home.path()), "--pictures-url", &pictures];
    assert!(refused(&gavel(&down)).contains("open"), "a server has it");
    let closed = site.close();
    left(&closed).await;
    disconnected(&url).await;
    let told = done(&gavel(&down));
    assert!(told.contains("pictures: 4 files"), "{told}");
    done(&verify(arg(home.path())));
    assert!(not_served(&url).contains("moved to"), "it is not served there");
    done(&verify(&url));
    let site = open_there(closed, home, None, None).await;
    same(&before, &lively.answers(&site).await);
    lively.ask_again(&site).await;
    let again = site.bid(&lively.running, bob, &bid).key("there").send().await.expect_status(200);
    assert_eq!(again.text(), there.text());
    site.bids(&lively.running, ann, 300.0).await;
    let listed = site.list(&lively.people[0], &json!({"title": "Listed at home again"})).await;
    assert_eq!(site.lot(&listed).await["seq"], 1);
}

/// Carries a house over in as many attempts as it takes: each is killed one line later than the one before
/// it. `meanwhile` looks at what is there then.
fn carried_in_attempts(from: &str, to: &str, meanwhile: impl Fn(&str)) -> usize {
    for lines in 0.. {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gavel"));
        command.args(["migrate", "--from", from, "--to", to]).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the binary runs");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let told: Vec<_> = stdout.lines().take(lines).map_while(Result::ok).collect();
        if told.len() < lines {
            let ended = child.wait_with_output().expect("it ends");
            done(&ended);
            assert!(told.last().is_some_and(|line| line.contains("keep it")), "{told:?}");
            return lines;
        }
        child.kill().expect("it runs, or has just ended");
        child.wait().expect("it is gone");
        if !told.iter().any(|line| line.contains("every lot is what its log makes of it")) {
            meanwhile(told.last().map_or("", String::as_str));
        }
    }
    unreachable!("it is told in so many lines");
}

#[tokio::test]
async fn a_move_that_is_killed_at_any_moment_goes_on_where_it_stopped() {
    let site = Site::open_keeping(None, PicturesIn::Folder).await.expect("it opens");
    let lively = Lively::make(&site).await;
    pile_up(site.folder.path());
    let before = lively.answers(&site).await;
    let (closed, url) = (site.close(), new_database().await);
    left(&closed).await;
    let old = arg(closed.folder.path()).to_owned();
    let attempts = carried_in_attempts(&old, &url, |after| {
        if !after.is_empty() {
            assert!(refused(&verify(&url)).contains("not arrived"), "{after}");
            assert!(not_served(&url).contains("not arrived"), "{after}");
            assert!(not_served(&old).contains("moved to"), "{after}");
        }
    });
    assert!(attempts > 10, "it was killed {attempts} times");
    done(&verify(&url));
    let home = folder();
    let there = arg(home.path()).to_owned();
    carried_in_attempts(&url, &there, |after| {
        if !after.is_empty() {
            assert!(refused(&verify(&there)).contains("not arrived"), "{after}");
            assert!(not_served(&there).contains("not arrived"), "{after}");
            assert!(not_served(&url).contains("moved to"), "{after}");
        }
    });
    done(&verify(&there));
    // Both were folders without a bucket: pictures are carried by whoever runs the house.
    let pictures = home.path().join("pictures");
    let _ = fs::remove_dir(&pictures);
    fs::rename(closed.folder.path().join("pictures"), &pictures).expect("moved");
    let site = open_there(closed, home, None, None).await;
    same(&before, &lively.answers(&site).await);
    lively.ask_again(&site).await;
}

#[tokio::test]
async fn a_house_that_is_served_or_elsewhere_is_not_carried_and_no_other_is_touched() {
    let (top, other_top, url) = (folder(), folder(), new_database().await);
    let (house, other) = (top.path().join("house"), other_top.path().join("house"));
    let (house, other) = (arg(&house), arg(&other));
    let server = Server::start(top.path());
    server.client().register("mae").list();
    assert!(refused(&migrate(house, &url)).contains("open"));
    server.kill_9();
    let server = Server::start(other_top.path());
    server.client().register("ned").list();
    server.kill_9();

    // Another house in a folder, and one in a database.
    let key = || {
        let house = Connection::open(Path::new(other).join("house.db")).expect("opens");
        let sql = "SELECT group_concat(hex(name || value)) FROM house";
        house.query_row(sql, [], |row| row.get::<_, String>(0)).expect("there")
    };
    let before = key();
    assert!(refused(&migrate(house, other)).contains("already"));
    assert_eq!(key(), before);
    let elsewhere = new_database().await;
    done(&migrate(other, &elsewhere));
    assert!(refused(&migrate(house, &elsewhere)).contains("already"));
    done(&verify(&elsewhere));
    // And the house is where it was.
    Server::start(top.path()).kill_9();

    done(&migrate(house, &url));
    let told = refused(&migrate(house, &new_database().await));
    assert!(told.contains("moved to") && told.contains("--reopen"), "{told}");
    let served = folder();
    let server =
        Server::start_with(served.path(), |command| command.args(["--database-url", &url]));
    let back = folder();
    let told = refused(&migrate(&url, arg(back.path())));
    assert!(told.contains("open") && !told.contains("postgres://"), "{told}");
    assert_eq!(server.client().get("/api/v1/auctions")["pagination"]["total"], 1);
    let promoted = ["admin", "promote", "mae@example.org", "--database-url", &url];
    done(&gavel(&promoted));
    server.kill_9();

    done(&gavel(&["migrate", "--reopen", house]));
    refused(&gavel(&["migrate", "--reopen", house]));
    Server::start(top.path()).kill_9();
    assert!(refused(&migrate(house, &url)).contains("already"), "it went another way since");
    for (from, to) in [(arg(back.path()), &*url), ("mysql://mae:hunter2@db/x", &url)] {
        assert!(!refused(&migrate(from, to)).contains("hunter2"));
    }
}

#[tokio::test]
async fn a_text_that_is_none_is_told_and_not_carried() {
    let (top, url) = (folder(), new_database().await);
    let house = top.path().join("house");
    let server = Server::start(top.path());
    server.client().register("mae");
    server.kill_9();
    let change = |sql: &str| {
        let house = Connection::open(house.join("house.db")).expect("opens");
        house.execute(sql, []).expect("done");
    };
    change("UPDATE account SET display_name = CAST(x'6dff' AS TEXT)");
    let told = refused(&migrate(arg(&house), &url));
    assert!(told.contains("account") && told.contains("utf-8"), "{told}");
    change("UPDATE account SET display_name = x'6d'");
    let told = refused(&migrate(arg(&house), &url));
    assert!(told.contains("the table account: display_name holds bytes"), "{told}");
    change("UPDATE account SET display_name = 'Mae'");
    done(&migrate(arg(&house), &url));
}
