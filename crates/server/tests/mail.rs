//! Mail on its way to a real server, which refuses it at first.

mod common;

use common::*;
use gavel_server::told::{Carrier, MailSettings};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail as the server got it.
#[derive(Clone, Debug)]
struct Received {
    to: String,
    text: String,
}

impl Received {
    fn header(&self, name: &str) -> &str {
        let lines = self.text.lines().take_while(|line| !line.is_empty());
        let found = lines.filter_map(|line| line.split_once(": ")).find(|(key, _)| *key == name);
        found.map_or("", |(_, value)| value)
    }
}

/// What the server does with an attempt.
type Verdict = fn(to: &str, attempt: usize) -> String;

#[derive(Default)]
struct Ledger {
    received: Vec<Received>,
    /// Attempts by recipient.
    attempts: HashMap<String, usize>,
}

/// A mail server of the simplest kind.
struct SmtpServer {
    port: u16,
    ledger: Arc<Mutex<Ledger>>,
}

impl SmtpServer {
    async fn start(verdict: Verdict) -> SmtpServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let ledger = Arc::<Mutex<Ledger>>::default();
        let shared = ledger.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, shared.clone(), verdict));
            }
        });
        SmtpServer { port, ledger }
    }

    fn settings(&self) -> MailSettings {
        MailSettings {
            carrier: Carrier::Smtp(format!("smtp://127.0.0.1:{}", self.port)),
            from: "The house <house@example.org>".to_owned(),
            first_retry: Duration::from_secs(30),
        }
    }

    fn received(&self) -> Vec<Received> {
        self.ledger.lock().expect("nobody has broken it").received.clone()
    }

    fn attempts(&self) -> usize {
        self.ledger.lock().expect("nobody has broken it").attempts.values().sum()
    }

    async fn until_attempts(&self, wanted: usize) {
        let what = format!("{wanted} attempts");
        until(&what, || async { (self.attempts() >= wanted).then_some(()) }).await;
        assert_eq!(self.attempts(), wanted);
    }
}

/// One connection: EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT.
async fn converse(stream: TcpStream, ledger: Arc<Mutex<Ledger>>, verdict: Verdict) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut to = String::new();
    stream.write_all(b"220 mail.test ESMTP\r\n").await.ok()?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let word = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-mail.test\r\n250 8BITMIME".to_owned(),
            "RCPT" => {
                let address = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
                to = address.expect("an address in angles").0.to_owned();
                "250 ok".to_owned()
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let text = data(&mut stream).await?;
                let mut ledger = ledger.lock().expect("nobody has broken it");
                let attempts = ledger.attempts.entry(to.clone()).or_default();
                *attempts += 1;
                let answer = verdict(&to, *attempts);
                if answer.starts_with("250") {
                    ledger.received.push(Received { to: to.clone(), text });
                }
                answer
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => "250 ok".to_owned(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
}

async fn data(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        if line == ".\r\n" {
            return Some(text);
        }
        text.push_str(&line);
    }
}

/// Mails that still wait in a house.
async fn waiting(site: &Site) -> usize {
    let store = beside(site.folder.path()).await;
    let all = gavel_domain::Time(i64::MAX);
    store.mails_due(all, 100).await.expect("the store answers").len()
}

/// Waits until so many mails wait for a later time, and none is on its way. A server has answered
/// before the house has noted when to try again, by the clock that a test is about to move.
async fn until_put_off(site: &Site, mails: usize) {
    let store = beside(site.folder.path()).await;
    let due = async |until| store.mails_due(until, 100).await.expect("the store answers").len();
    until("mails are put off", || async {
        let on_their_way = due(gavel_domain::Time(site.now())).await;
        (on_their_way == 0 && waiting(site).await == mails).then_some(())
    })
    .await;
}

async fn beside(folder: &std::path::Path) -> gavel_store::Store {
    gavel_store::Store::open(&folder.join("house.db")).await.expect("the store opens beside it")
}

/// Refuses the first attempt to reach somebody, and takes the next.
fn busy_at_first(_: &str, attempt: usize) -> String {
    if attempt == 1 { "451 4.3.2 try again later" } else { "250 2.0.0 ok" }.to_owned()
}

#[tokio::test]
async fn outbid_and_won_arrive_once_each_after_the_server_refused_at_first() {
    let server = SmtpServer::start(busy_at_first).await;
    let site = Site::open_mailing(false, Some("https://h.test"), server.settings()).await;
    let (seller, ada, bob) =
        (site.register("Seller").await, site.register("Ada").await, site.register("Bob").await);
    let title = "Clock “Ünique”: a bell, a key";
    let lot = site.list(&seller, &json!({"title": title, "durationSeconds": 600})).await;
    site.bids(&lot, &ada, 10.0).await;
    site.pass(SECOND);
    site.bids(&lot, &bob, 20.0).await;

    // Refused: it waits, and comes with the next attempt.
    server.until_attempts(1).await;
    until_put_off(&site, 1).await;
    assert_eq!(server.received().len(), 0);
    site.pass(MINUTE);
    server.until_attempts(2).await;
    until("the mail is gone", || async { (waiting(&site).await == 0).then_some(()) }).await;

    // The hammer falls.
    site.pass(10 * MINUTE);
    site.until_status(&lot, "sold").await;
    // One for Bob and one for the seller, of which each is refused once.
    server.until_attempts(4).await;
    until_put_off(&site, 2).await;
    site.pass(MINUTE);
    server.until_attempts(6).await;
    until("none waits", || async { (waiting(&site).await == 0).then_some(()) }).await;
    site.pass(HOUR);
    server.until_attempts(6).await;

    let mails = server.received();
    let mut to: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    let mut wanted = [ada.email.as_str(), bob.email.as_str(), seller.email.as_str()];
    wanted.sort_unstable();
    assert_eq!(to, wanted);
    for (who, says) in
        [(&ada, "bid more than you"), (&bob, "is yours for €20.00"), (&seller, "sold")]
    {
        let mail = mails.iter().find(|mail| mail.to == who.email).expect("a mail");
        let text = plain(&mail.text);
        assert!(text.contains(says), "{text}");
        assert!(text.contains(&format!("https://h.test/auctions/{lot}")), "{text}");
        assert!(text.contains("https://h.test/account/notifications"), "{text}");
        let unsubscribe = "<https://h.test/account/notifications>";
        assert_eq!(mail.header("List-Unsubscribe"), unsubscribe, "{}", mail.text);
        assert!(mail.header("From").contains("house@example.org"), "{}", mail.text);
        assert!(mail.header("Message-ID").ends_with("@example.org>"), "{}", mail.text);
        for other in [&seller, &ada, &bob] {
            let secret = [other.email.as_str(), other.id.as_str()];
            let told = secret.into_iter().any(|secret| text.contains(secret));
            assert!(!told || other.email == who.email, "{} learns of {}", who.name, other.name);
        }
    }
}

/// A mail without its transfer encoding.
fn plain(text: &str) -> String {
    let text = text.replace("=\r\n", "").replace("=E2=80=9C", "“").replace("=E2=80=9D", "”");
    text.replace("=3D", "=").replace("=C3=9C", "Ü").replace("=E2=82=AC", "€")
}

#[tokio::test]
async fn a_house_that_falls_between_commit_and_telling_tells_when_it_is_up_again() {
    let server = SmtpServer::start(|_, _| "250 ok".to_owned()).await;
    let site = Site::open_mailing(false, None, server.settings()).await;
    let (seller, ada, bob) =
        (site.register("Seller").await, site.register("Ada").await, site.register("Bob").await);
    let lot = site.list(&seller, &json!({"durationSeconds": 600})).await;
    site.bids(&lot, &ada, 10.0).await;
    site.pass(SECOND);
    site.bids(&lot, &bob, 20.0).await;
    // At once, before anybody was told.
    let closed = site.close();
    let store = beside(closed.folder.path()).await;
    assert_eq!(store.outbox(0, 10).await.expect("the store answers").len(), 1);
    assert_eq!(server.attempts(), 0);
    drop(store);

    let site = closed.reopen(|| server.settings()).await;
    server.until_attempts(1).await;
    let mails = server.received();
    assert_eq!(mails[0].to, ada.email);
    let told = site.get("/users/me/notifications").by(&ada).send().await.json();
    assert_eq!(told["data"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(told["data"][0]["kind"], "outbid");
    // And not again.
    until("none waits", || async { (waiting(&site).await == 0).then_some(()) }).await;
    let site = site.close().reopen(|| server.settings()).await;
    site.pass(HOUR);
    site.until_status(&lot, "sold").await;
    server.until_attempts(3).await;
    assert_eq!(server.received().iter().filter(|mail| mail.to == ada.email).count(), 1);
}

#[tokio::test]
async fn what_is_refused_for_good_is_given_up_and_what_is_put_off_for_three_days_too() {
    fn verdict(to: &str, _: usize) -> String {
        let what = if to.starts_with("ada") { "550 5.1.1 nobody is" } else { "452 4.2.2 busy:" };
        format!("{what} <{to}>")
    }
    let log = Log::keep();
    let server = SmtpServer::start(verdict).await;
    let site = Site::open_mailing(false, None, server.settings()).await;
    let (seller, ada, bob) =
        (site.register("Seller").await, site.register("Ada").await, site.register("Bob").await);
    let lot = site.list(&seller, &json!({"durationSeconds": 10 * DAY / SECOND})).await;
    site.bids(&lot, &ada, 10.0).await;
    site.pass(SECOND);
    site.bids(&lot, &bob, 20.0).await;
    server.until_attempts(1).await;
    until("it is given up", || async { (waiting(&site).await == 0).then_some(()) }).await;

    site.pass(SECOND);
    site.bids(&lot, &ada, 30.0).await;
    server.until_attempts(2).await;
    // One for Bob, put off again and again.
    for attempts in 3..=5 {
        until_put_off(&site, 1).await;
        site.pass(2 * HOUR);
        server.until_attempts(attempts).await;
    }
    until_put_off(&site, 1).await;
    site.pass(3 * DAY);
    until("it is given up", || async { (waiting(&site).await == 0).then_some(()) }).await;
    server.until_attempts(6).await;
    assert_eq!(server.received().len(), 0);

    // All of it is in the log, without their addresses.
    let log = log.text();
    for said in ["refused for good", "550", "a mail waits", "452", "given up after three days"] {
        assert!(log.contains(said), "{said} is missing in {log}");
    }
    assert!(!log.contains("example.org"), "{log}");
}

/// What the house logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Keeps what is logged in this process from now on.
    fn keep() -> Log {
        let log = Log::default();
        let writer = log.clone();
        let all = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG);
        all.with_writer(move || writer.clone()).init();
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("nobody has broken it")).into_owned()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody has broken it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn without_a_server_mails_are_files_in_the_house() {
    let site = Site::open().await;
    let ada = site.register("Ada").await;
    let body = json!({"email": ada.email});
    site.post("/auth/password/forgot", &body).send().await.expect_status(204);
    let folder = site.folder.path().join("mail");
    let file = until("a mail is written", || async {
        let entry = std::fs::read_dir(&folder).expect("there is a folder").next()?;
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        (!text.is_empty()).then_some(text)
    })
    .await;
    let mail = Received { to: ada.email.clone(), text: file };
    assert_eq!(mail.header("To"), ada.email);
    assert_eq!(mail.header("Subject"), "Set your password anew");
    assert!(plain(&mail.text).contains("http://localhost:3000/reset-password#"), "{}", mail.text);
    // Nobody can choose not to get this one.
    assert_eq!(mail.header("List-Unsubscribe"), "");
    until("none waits", || async { (waiting(&site).await == 0).then_some(()) }).await;
}
