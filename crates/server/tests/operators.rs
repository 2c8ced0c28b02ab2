//! What whoever runs a house relies on: it can be verified, carried away and brought back, on either
//! database: `scripts/with-postgres cargo test -p gavel-server --test operators`.

mod common;

use common::process::{Bid, Client, PATIENCE, Server, folder, until};
use common::{HOUR, MINUTE, SECOND, Site, new_database};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// Name of a picture's file.
const PICTURE: &str = "01900000-0000-7000-8000-000000000001.jpg";

fn gavel(args: &[&str], data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gavel"));
    command.args(args).arg("--data-dir").arg(data).output().expect("the binary runs")
}

/// The same of a house in a database; no folder is there.
fn gavel_in(args: &[&str], url: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gavel"));
    command.args(args).env("GAVEL_DATABASE_URL", url).env("GAVEL_DATA_DIR", "/nowhere");
    command.output().expect("the binary runs")
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[track_caller]
fn done(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
    assert_eq!(said(output), "", "it has nothing to say");
}

/// Why a command failed: one line, and nothing of what happens inside.
#[track_caller]
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", said(output));
    let said = said(output);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// People who bid until they are told to stop.
struct Crowd {
    stop: Arc<AtomicBool>,
    answered: Arc<Mutex<Vec<(Client, Bid, String)>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// Waits until some bids are accepted.
    fn start(server: &Server, lot: &str, round: usize) -> Crowd {
        let (stop, answered) = (Arc::<AtomicBool>::default(), Arc::<Mutex<Vec<_>>>::default());
        let next = Arc::new(AtomicI64::new(100 + round as i64 * 1_000_000));
        let (tell, told) = sync_channel(1_000);
        let threads: Vec<_> = (0..4)
            .map(|who| {
                let client = server.client().register(&format!("bidder{round}{who}"));
                let (lot, stop, next) = (lot.to_owned(), stop.clone(), next.clone());
                let (answered, tell) = (answered.clone(), tell.clone());
                thread::spawn(move || {
                    for turn in 0.. {
                        let amount = next.fetch_add(1, Ordering::SeqCst);
                        let bid = Bid { who, key: format!("{round}-{turn}"), amount };
                        let Some(answer) = client.bid(&lot, &bid) else { return };
                        if answer.status == 201 {
                            let mut answered = answered.lock().expect("no thread fails");
                            answered.push((client.clone(), bid, answer.body));
                            // Nobody listens any more once there are enough.
                            let _ = tell.try_send(());
                        }
                        if stop.load(Ordering::SeqCst) {
                            return;
                        }
                    }
                })
            })
            .collect();
        let crowd = Crowd { stop, answered, threads };
        for _ in 0..30 {
            told.recv_timeout(PATIENCE).expect("bids are accepted");
        }
        crowd
    }

    /// Who was told what so far.
    fn acknowledged(&self) -> Vec<(Client, Bid, String)> {
        self.answered.lock().expect("no thread fails").clone()
    }

    fn leave(self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads {
            thread.join().expect("no thread fails");
        }
    }
}

#[test]
fn a_backup_under_load_restores_to_a_house_that_verifies_and_has_all_that_was_answered_before() {
    let folder = folder();
    let house = folder.path().join("house");
    let server = Server::start(folder.path());
    let lot = server.client().register("mae").list();
    fs::write(house.join("pictures").join(PICTURE), "a picture").expect("written");
    fs::write(house.join("pictures/half.part"), "a draft").expect("written");
    let crowd = Crowd::start(&server, &lot, 0);

    let acknowledged = crowd.acknowledged();
    let file = folder.path().join("house.tar");
    let path = file.to_str().expect("a plain path");
    done(&gavel(&["backup", path], &house));
    done(&gavel(&["verify"], &house));
    let mode = fs::metadata(&file).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "there are secrets in it");
    assert!(refused(&gavel(&["backup", path], &house)).contains("already"));
    let left = fs::read_dir(folder.path()).expect("a folder");
    let left = left.map(|entry| entry.expect("an entry").file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains("part")).collect();
    assert!(left.is_empty(), "drafts stay behind: {left:?}");
    crowd.leave();
    assert!(refused(&gavel(&["restore", path], &house)).contains("open"), "it is in use");
    server.kill_9();
    assert!(refused(&gavel(&["restore", path], &house)).contains("already"));

    let other = tempfile::tempdir().expect("room");
    let restored = other.path().join("house");
    done(&gavel(&["restore", path], &restored));
    done(&gavel(&["verify"], &restored));
    let picture = fs::read(restored.join("pictures").join(PICTURE)).expect("it is there");
    assert_eq!(picture, b"a picture");
    assert!(!restored.join("pictures/half.part").exists());
    let server = Server::start(other.path());
    assert!(acknowledged.len() >= 30);
    // The log has each of them, with its answer; a silent one is in no history.
    for (client, bid, body) in &acknowledged {
        let again = client.at(server.address).bid(&lot, bid).expect("an answer");
        assert_eq!((again.status, &again.body), (200, body), "{bid:?}");
    }
    done(&gavel(&["verify"], &restored));
}

#[tokio::test]
async fn a_backup_of_a_database_under_load_restores_to_a_folder_and_to_another_database() {
    let (folder, url, second) = (folder(), new_database().await, new_database().await);
    let house = folder.path().join("house");
    let serve = |top: &Path, url: &str| {
        Server::start_with(top, |command| command.args(["--database-url", url]))
    };
    let server = serve(folder.path(), &url);
    let lot = server.client().register("mae").list();
    fs::write(house.join("pictures").join(PICTURE), "a picture").expect("written");
    let crowd = Crowd::start(&server, &lot, 0);

    let acknowledged = crowd.acknowledged();
    let file = folder.path().join("house.tar");
    let path = file.to_str().expect("a plain path");
    done(&gavel(&["backup", path, "--database-url", &url], &house));
    done(&gavel_in(&["verify"], &url));
    assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
    let left = fs::read_dir(folder.path()).expect("a folder");
    let left: Vec<_> = left.map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left.len(), 3, "drafts stay behind: {left:?}");
    crowd.leave();
    let told = gavel_in(&["backup", &format!("{path}.bare")], &url);
    assert!(told.status.success() && said(&told).contains("no pictures"), "{}", said(&told));
    server.kill_9();
    let refusal = refused(&gavel_in(&["restore", path, "--data-dir", &format!("{path}.d")], &url));
    assert!(refusal.contains("already"), "{refusal}");

    let (home, away) = (tempfile::tempdir().expect("room"), tempfile::tempdir().expect("room"));
    let (here, there) = (home.path().join("house"), away.path().join("house"));
    done(&gavel(&["restore", path], &here));
    done(&gavel(&["verify"], &here));
    let restored = gavel(&["restore", path, "--database-url", &second], &there);
    assert!(restored.status.success(), "{}", said(&restored));
    done(&gavel_in(&["verify"], &second));
    for (top, server) in
        [(&here, Server::start(home.path())), (&there, serve(away.path(), &second))]
    {
        let picture = fs::read(top.join("pictures").join(PICTURE)).expect("it is there");
        assert_eq!(picture, b"a picture");
        assert!(acknowledged.len() >= 30);
        for (client, bid, body) in &acknowledged {
            let again = client.at(server.address).bid(&lot, bid).expect("an answer");
            assert_eq!((again.status, &again.body), (200, body), "{bid:?}");
        }
    }
    done(&gavel(&["verify"], &here));
    done(&gavel_in(&["verify"], &second));
}

#[tokio::test]
async fn where_a_database_has_no_house_the_commands_say_so_and_make_none() {
    let (url, folder) = (new_database().await, folder());
    let file = folder.path().join("file").display().to_string();
    for args in [&["verify"][..], &["backup", &file], &["admin", "promote", "mae@example.org"]] {
        assert!(refused(&gavel_in(args, &url)).contains("no house"), "{args:?}");
    }
    assert!(!Path::new(&file).exists() && !Path::new("/nowhere").exists());
    let (client, connection) =
        tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("connects");
    tokio::spawn(connection);
    let tables =
        client.query_one("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'", &[]);
    assert_eq!(tables.await.expect("answers").get::<_, i64>(0), 0);
}

#[test]
fn a_house_that_went_through_crashes_verifies_before_and_after_it_is_opened_again() {
    let folder = folder();
    let house = folder.path().join("house");
    let server = Server::start(folder.path());
    let lot = server.client().register("mae").list();
    server.kill_9();
    for round in 0..4 {
        let server = Server::start(folder.path());
        let crowd = Crowd::start(&server, &lot, round);
        done(&gavel(&["verify"], &house));
        server.kill_9();
        crowd.leave();
        done(&gavel(&["verify"], &house));
    }
}

#[test]
fn where_there_is_no_house_the_commands_say_so_and_make_none() {
    let folder = folder();
    let nowhere = folder.path().join("nowhere");
    let file = folder.path().join("file").display().to_string();
    for args in [&["verify"][..], &["backup", &file]] {
        assert!(refused(&gavel(args, &nowhere)).contains("no house"));
    }
    assert!(!nowhere.exists() && !Path::new(&file).exists());
    let strange = folder.path().join("strange");
    fs::create_dir(&strange).expect("a folder");
    fs::write(strange.join("house.db"), "this is no database").expect("written");
    refused(&gavel(&["verify"], &strange));
    assert!(!refused(&gavel(&["restore", &file], &strange)).is_empty());
}

/// A closed house with sold, unsold, cancelled and running lots.
struct Sample {
    site: Site,
    sold: String,
    running: String,
    cancelled: String,
}

/// A maximum that no complaint may tell.
const SECRET: f64 = 7_654.32;

impl Sample {
    async fn make() -> Sample {
        let site = Site::open().await;
        let (mae, ann, bob) =
            (site.register("Mae").await, site.register("Ann").await, site.register("Bob").await);
        let sold = site.list(&mae, &json!({"durationSeconds": 600})).await;
        let unsold = site.list(&mae, &json!({"durationSeconds": 600, "reservePrice": 500})).await;
        let start = common::iso(site.now() + HOUR);
        let later = json!({"startTime": start, "durationSeconds": null,
            "endTime": common::iso(site.now() + 2 * HOUR)});
        site.list(&mae, &later).await;
        let running = site.list(&mae, &json!({"reservePrice": 40, "durationSeconds": 7200})).await;
        let cancelled = site.list(&mae, &json!({})).await;
        for lot in [&sold, &unsold, &running] {
            site.bids(lot, &ann, 12.0).await;
            site.pass(SECOND);
            site.bid(lot, &bob, &json!({"amount": 15, "maxAmount": 30})).send().await;
            site.bids(lot, &ann, 20.0).await;
        }
        site.auto(&running, &bob, SECRET).send().await.expect_status(200);
        site.auto(&running, &bob, 90.0).send().await.expect_status(200);
        site.auto(&running, &bob, SECRET).send().await.expect_status(200);
        site.bids(&running, &ann, 60.0).await;
        site.ask("DELETE", &format!("/auctions/{cancelled}")).by(&mae).send().await;
        site.pass(20 * MINUTE);
        site.until_status(&sold, "sold").await;
        site.until_status(&unsold, "unsold").await;
        // Until nothing waits for its tables any more.
        site.pass(MINUTE);
        site.bids(&running, &ann, 80.0).await;
        Sample { site, sold, running, cancelled }
    }

    /// A copy of the house in which something was done behind its back.
    fn altered(&self, top: &Path, sql: &str) -> PathBuf {
        let sql = self.named(sql, |bytes| format!("x'{bytes}'"));
        let copy = tempfile::tempdir_in(top).expect("room").keep();
        let (from, to) = (self.site.folder.path().join("house.db"), copy.join("house.db"));
        let house = Connection::open(from).expect("opens");
        house.execute("VACUUM INTO ?1", [to.to_str().expect("a path")]).expect("copied");
        let house = Connection::open(to).expect("opens");
        house.execute_batch("PRAGMA foreign_keys = off").expect("done");
        let changed = house.execute(&sql, []).expect("done");
        assert_ne!(changed, 0, "{sql} changed nothing");
        copy
    }

    /// The same of the house in a database that nobody is connected to.
    async fn altered_in(&self, url: &str, sql: &str) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let sql = self.named(sql, |bytes| format!("'\\x{bytes}'::bytea"));
        let (server, house) = url.rsplit_once('/').expect("a URL");
        let copy = format!("{house}_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let make = format!("CREATE DATABASE {copy} TEMPLATE {house}");
        let copy = format!("{server}/{copy}");
        execute(&format!("{server}/postgres"), &make).await;
        let changed = execute(&copy, &sql).await;
        assert_ne!(changed, 0, "{sql} changed nothing");
        copy
    }

    /// SQL with the identities of lots in it.
    fn named(&self, sql: &str, bytes: impl Fn(&str) -> String) -> String {
        let lot = |id: &str| bytes(&id.replace('-', ""));
        sql.replace("@sold", &lot(&self.sold))
            .replace("@running", &lot(&self.running))
            .replace("@cancelled", &lot(&self.cancelled))
    }

    /// What may be done behind a house's back, with the lot and the event at which it shows. `raised`
    /// is SQL for a record's body in which a number is another, `random` for so many bytes.
    fn changes(
        &self,
        raised: fn(&str) -> String,
        random: fn(usize) -> String,
    ) -> Vec<(String, &str, i64)> {
        let version = |lot: &str| {
            let house = self.site.folder.path().join("house.db");
            let house = Connection::open(house).expect("opens");
            let id = uuid::Uuid::parse_str(lot).expect("an id");
            let sql = "SELECT version FROM lot_state WHERE lot = ?1";
            house.query_row(sql, [id.as_bytes()], |row| row.get::<_, i64>(0)).expect("there")
        };
        let (sold, running, cancelled) = (&*self.sold, &*self.running, &*self.cancelled);
        let (last, end) = (version(running), version(sold));
        let set = |column: &str, lot: &str, version: i64| {
            format!("UPDATE event SET {column} WHERE lot = {lot} AND version = {version}")
        };
        let body = |name: &str| format!("body = {}", raised(name));
        let random = |column: &str, bytes| format!("{column} = {}", random(bytes));
        let delete = |lot: &str, version: i64| {
            format!("DELETE FROM event WHERE lot = {lot} AND version = {version}")
        };
        let mut cases = vec![
            // A bid.
            (set(&body("a"), "@running", 2), running, 2),
            (set(&body("m"), "@running", 3), running, 3),
            (set(&body("c"), "@sold", 3), sold, 3),
            (set(&random("account", 16), "@sold", 2), sold, 2),
            // An event, its price, its place.
            (set("price = price + 1", "@sold", 4), sold, 4),
            (set("minimum = minimum + 1", "@sold", 4), sold, 4),
            (set("at = at + 1", "@running", 5), running, 5),
            (set("kind = 'unsold'", "@sold", end), sold, end),
            (set(&random("hash", 32), "@running", last), running, last),
            (set("body = 'nonsense'", "@running", 4), running, 4),
            (delete("@running", 3), running, 4),
            (delete("@sold", end), sold, end - 1),
            (delete("@running", last), running, last - 1),
            ("DELETE FROM event WHERE lot = @running".to_owned(), running, 0),
            ("DELETE FROM lot WHERE id = @cancelled".to_owned(), cancelled, 2),
        ];
        // What the log does not say.
        let (leader, hash) = (random("leader", 16), random("hash", 32));
        for (table, column) in [
            ("lot_state", "price = price + 1"),
            ("lot_state", "ceiling = ceiling + 1"),
            ("lot_state", &*leader),
            ("lot_state", "bid_count = bid_count + 1"),
            ("lot_state", "ends_at = ends_at + 1"),
            ("lot_state", "status = 'sold'"),
            ("lot_state", &*hash),
            ("listing", "price = price + 1"),
            ("listing", "phase = 'cancelled'"),
            ("bidder", "amount = amount + 1"),
            ("bidder", "max = 1"),
            ("bidder", "position = position + 1"),
        ] {
            cases.push((
                format!("UPDATE {table} SET {column} WHERE lot = @running"),
                running,
                last,
            ));
        }
        cases.push(("UPDATE lot SET reserve = 1 WHERE id = @running".to_owned(), running, last));
        cases.push(("DELETE FROM bidder WHERE lot = @running".to_owned(), running, last));
        cases.push(("UPDATE sale SET price = 1 WHERE lot = @sold".to_owned(), sold, end));
        cases
    }
}

/// Says something to a database.
async fn execute(url: &str, sql: &str) -> u64 {
    let (client, connection) =
        tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("connects");
    let connection = tokio::spawn(connection);
    let changed = client.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    drop(client);
    // Nobody may be connected to what is copied.
    connection.await.expect("it ends").expect("well");
    changed
}

const KINDS: [&str; 6] = ["users", "created", "bids", "sold", "unsold", "cancelled"];

#[track_caller]
fn named(said: &str, sql: &str, lot: &str, version: i64) {
    let named = format!("lot {lot}, event {version} (seq ");
    assert!(said.contains(&named), "{sql}: {said}");
    for secret in ["7654.32", "765432", "example.org"] {
        assert!(!said.contains(secret), "{sql}: {said}");
    }
}

#[tokio::test]
async fn whatever_is_changed_behind_the_houses_back_is_named_by_lot_and_event() {
    let sample = Sample::make().await;
    let top = folder();
    done(&gavel(&["verify"], sample.site.folder.path()));
    done(&gavel(&["verify"], &sample.altered(top.path(), "INSERT INTO house VALUES ('x', 'y')")));
    let raised =
        |name: &str| format!("json_set(body, '$.{name}', json_extract(body, '$.{name}') + 100)");
    for (sql, lot, version) in sample.changes(raised, |bytes| format!("randomblob({bytes})")) {
        let said = refused(&gavel(&["verify"], &sample.altered(top.path(), &sql)));
        named(&said, &sql, lot, version);
    }
    for kind in KINDS {
        let sql = format!("UPDATE tally SET count = count + 1 WHERE kind = '{kind}'");
        let said = refused(&gavel(&["verify"], &sample.altered(top.path(), &sql)));
        assert!(said.contains(kind), "{said}");
    }
    done(&gavel(&["verify"], sample.site.folder.path()));
}

#[tokio::test]
async fn in_a_database_it_is_named_just_so() {
    let (sample, url, top) = (Sample::make().await, new_database().await, folder());
    let file = top.path().join("house.tar").display().to_string();
    done(&gavel(&["backup", &file], sample.site.folder.path()));
    let restored = gavel(&["restore", &file, "--database-url", &url], &top.path().join("pictures"));
    assert!(restored.status.success(), "{}", said(&restored));
    done(&gavel_in(&["verify"], &url));
    let other = sample.altered_in(&url, "INSERT INTO house VALUES ('x', 'y')").await;
    done(&gavel_in(&["verify"], &other));
    let raised = |name: &str| {
        let raised = format!("to_jsonb((body::jsonb ->> '{name}')::bigint + 100)");
        format!("jsonb_set(body::jsonb, '{{{name}}}', {raised})::text")
    };
    let random = |bytes| format!("substr(sha256(random()::text::bytea), 1, {bytes})");
    for (sql, lot, version) in sample.changes(raised, random) {
        let said = refused(&gavel_in(&["verify"], &sample.altered_in(&url, &sql).await));
        named(&said, &sql, lot, version);
    }
    for kind in KINDS {
        let sql = format!("UPDATE tally SET count = count + 1 WHERE kind = '{kind}'");
        let said = refused(&gavel_in(&["verify"], &sample.altered_in(&url, &sql).await));
        assert!(said.contains(kind), "{said}");
    }
    done(&gavel_in(&["verify"], &url));
}

/// The value of a series on a page of metrics.
fn series(page: &str, name: &str) -> f64 {
    let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {page}"))
}

#[test]
fn metrics_are_there_where_they_were_asked_for_and_nowhere_else() {
    let folder = folder();
    let server = Server::start(folder.path());
    let answer = server.client().ask("GET", "/metrics", "", None);
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("NOT_FOUND"), "{}", answer.body);
    drop(server);

    let server = Server::start_with(folder.path(), |command| command.args(["--metrics", "on"]));
    let (mae, ann) = (server.client().register("mae"), server.client().register("ann"));
    let lot = mae.list();
    let bid = |key: &str, amount| Bid { who: 0, key: key.to_owned(), amount };
    for (key, amount, status) in [("a", 100, 201), ("a", 100, 200), ("b", 50, 409), ("c", 0, 400)] {
        assert_eq!(ann.bid(&lot, &bid(key, amount)).expect("an answer").status, status);
    }
    for path in ["/%00", "/assets/none.js", "/api/v1/none", "/api/v1/auctions?search=x"] {
        server.client().ask("GET", path, "", None);
    }
    server.client().ask("BREW", "/", "", None);
    let page = server.client().ask("GET", "/metrics", "", None);
    assert!(page.head.contains("text/plain; version=0.0.4"), "{}", page.head);
    let page = page.body;
    for (name, least) in [
        ("gavel_bid_decisions_total{outcome=\"accepted\"}", 1.0),
        ("gavel_bid_decisions_total{outcome=\"replayed\"}", 1.0),
        ("gavel_bid_decisions_total{outcome=\"MAX_NOT_RAISED\"}", 1.0),
        ("gavel_bid_decisions_total{outcome=\"VALIDATION_ERROR\"}", 1.0),
        ("gavel_commit_commands_count", 2.0),
        ("gavel_commit_seconds_count", 2.0),
        ("gavel_commit_seconds_bucket{le=\"+Inf\"}", 2.0),
        ("gavel_queue_depth", 0.0),
        ("gavel_live_sockets", 0.0),
    ] {
        assert!(series(&page, name) >= least, "{name} in {page}");
    }
    let route = "/api/v1/auctions/{id}/bids";
    let of = |status| {
        format!(
            "gavel_http_requests_total{{method=\"POST\",route=\"{route}\",status=\"{status}\"}}"
        )
    };
    for status in [200, 201, 400, 409] {
        assert!((series(&page, &of(status)) - 1.0).abs() < f64::EPSILON, "{status}: {page}");
    }
    let web = "gavel_http_requests_total{method=\"other\",route=\"web\",status=\"405\"}";
    assert!(series(&page, web) >= 1.0);
    for unbounded in [lot.as_str(), "none", "BREW", "search"] {
        assert!(!page.contains(unbounded), "{unbounded} makes a series of its own: {page}");
    }
}

#[test]
fn the_log_in_json_tells_requests_and_the_configuration_without_its_secrets() {
    let folder = folder();
    let server = Server::start_with(folder.path(), |command| {
        let logging = ["--log-format", "json", "--metrics-listen", "127.0.0.1:0"];
        let address = "smtp://keeper:hunter2@localhost:2525?tls=required";
        command.args(logging).env("GAVEL_LOG", "debug").env("GAVEL_SMTP_URL", address)
    });
    let ann = server.client().register("ann");
    ann.get("/api/v1/auth/me");
    assert_eq!(server.client().ask("GET", "/metrics", "", None).status, 404);
    let log = || fs::read_to_string(folder.path().join("log")).expect("a log");
    let lines = |log: &str| -> Vec<Value> {
        let whole = log.lines().filter(|line| line.ends_with('}'));
        whole.map(|line| serde_json::from_str(line).expect("an object a line")).collect()
    };
    let told = until("the request is logged", || {
        lines(&log()).into_iter().find(|line| line["route"] == "/api/v1/auth/me")
    });
    assert_eq!((&told["level"], &told["status"]), (&json!("DEBUG"), &json!(200)), "{told}");
    assert!(told["ms"].is_number() && told["span"]["id"].is_string(), "{told}");
    assert_eq!(told["span"]["method"], "GET", "{told}");
    let lines = lines(&log());
    let option = |name: &str| {
        let found = lines.iter().find(|line| line["option"] == name);
        found.unwrap_or_else(|| panic!("{name} is not told"))["value"].clone()
    };
    assert_eq!(option("smtp-url"), "smtp://keeper:***@localhost:2525?***");
    assert_eq!((option("rate-limits"), option("log")), (json!("off"), json!("debug")));
    assert!(!log().contains("hunter2"));
    for secret in [ann.cookie.as_str(), "correct horse", "ann@example.org"] {
        assert!(!log().contains(secret), "{secret} is in the log");
    }
    let apart =
        lines.iter().find(|line| line["message"] == "metrics").expect("told")["address"].clone();
    let address = apart.as_str().and_then(|text| text.parse().ok()).expect("an address");
    let monitor = Client { address, cookie: String::new() };
    let page = monitor.ask("GET", "/metrics", "", None);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("gavel_http_requests_total"), "{}", page.body);
}

#[tokio::test]
async fn whatever_is_asked_of_the_log_it_does_not_tell_what_goes_to_the_database() {
    let (folder, url) = (folder(), new_database().await);
    let server = Server::start_with(folder.path(), |command| {
        command.args(["--database-url", &url]).env("GAVEL_LOG", "trace")
    });
    let mae = server.client().register("mae");
    let lot = json!({"title": "A clock", "category": "other", "startingPrice": 10,
                     "reservePrice": 4242.17, "durationSeconds": 3600});
    assert_eq!(mae.ask("POST", "/api/v1/auctions", "", Some(&lot)).status, 201);
    let log = fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(log.contains("DEBUG"), "{log}");
    for secret in ["424217", "$argon2", "mae@example.org"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn a_request_that_cannot_be_read_is_refused_with_a_code_and_the_connection_closed() {
    let folder = folder();
    let server = Server::start(folder.path());
    let long = "a".repeat(70_000);
    let many: String = (0..150).map(|n| format!("X-{n}: a\r\n")).collect();
    for (request, status, code) in [
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"), 431, "PAYLOAD_TOO_LARGE"),
        (format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"), 431, "PAYLOAD_TOO_LARGE"),
        ("nonsense\r\n\r\n".to_owned(), 400, "VALIDATION_ERROR"),
        ("GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n".to_owned(), 400, "VALIDATION_ERROR"),
    ] {
        let mut stream = TcpStream::connect(server.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        // It may be refused before all of it is sent.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).expect("text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        assert!(head.contains("connection: close") && head.contains("x-request-id: "), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        assert_eq!(length.and_then(|length| length.parse().ok()), Some(body.len()), "{head}");
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["error"], code, "{body}");
    }
    // A head of a kind that browsers make is fine.
    let answer = server.client().ask(
        "GET",
        &format!("/api/v1/auctions?search={}", &long[..2_000]),
        "",
        None,
    );
    assert_eq!(answer.status, 200, "{}", answer.body);
    let ready = server.client().get("/readyz");
    assert_eq!(ready, json!({"ready": true, "store": "up"}));
}

#[test]
fn whoever_is_refused_before_their_body_is_read_is_told_that_the_connection_ends() {
    let folder = folder();
    let server = Server::start(folder.path());
    let body = "{\"email\":\"\"}";
    let length = body.len();
    let json = "Content-Type: application/json\r\n";
    let (bid, login) = ("auctions/00000000-0000-0000-0000-000000000000/bids", "auth/login");
    for (path, headers, length, status, ends) in [
        // Nobody, and no JSON: it is not read any more.
        (bid, json, length, 401, true),
        (login, "Content-Type: text/plain\r\n", length, 415, true),
        (
            login,
            "Content-Type: application/json\r\nOrigin: https://elsewhere.example\r\n",
            length,
            403,
            true,
        ),
        // It says itself that it is too long.
        (login, json, 10_000_000, 413, true),
        // Read, and found wanting.
        (login, json, length, 400, false),
    ] {
        let mut stream = TcpStream::connect(server.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let head = format!(
            "POST /api/v1/{path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("it is sent");
        if !ends {
            stream.write_all(body.as_bytes()).expect("it is sent");
        }
        let mut answer = Vec::new();
        while !answer.windows(4).any(|four| four == b"\r\n\r\n") {
            let mut some = [0; 4_096];
            let read = stream.read(&mut some).expect("an answer");
            assert!(read > 0, "the connection has ended");
            answer.extend_from_slice(&some[..read]);
        }
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert_eq!(answer.contains("connection: close"), ends, "{answer}");
    }
}
