//! The real process, and the least client that talks to it.

use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;
use tokio::time::Instant;

/// How long something that must happen may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A running `gavel serve`; killed where a test ends early.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, as most tests want it to.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn serve(data: &Path, stderr: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gavel"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--rate-limits", "off", "--data-dir"]);
    let log = File::create(stderr).expect("a log can be written");
    command.arg(data).env("GAVEL_LOG", "warn").stdout(Stdio::piped()).stderr(log);
    command
}

impl Server {
    pub(crate) fn start(folder: &Path) -> Server {
        Server::start_with(folder, |command| command)
    }

    /// With more options.
    pub(crate) fn start_with(
        folder: &Path,
        options: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Server {
        let log = folder.join("log");
        let mut command = serve(&folder.join("house"), &log);
        let mut child = options(&mut command).spawn().expect("the binary runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it prints a line");
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.and_then(|address| address.parse().ok());
        let complaint = || std::fs::read_to_string(&log).unwrap_or_default();
        let address = address.unwrap_or_else(|| panic!("it said {line:?}: {}", complaint()));
        Server { child, address }
    }

    pub(crate) fn client(&self) -> Client {
        Client { address: self.address, cookie: String::new() }
    }

    /// As a power cut, as far as the process is concerned.
    pub(crate) fn kill_9(mut self) {
        self.child.kill().expect("it runs until now");
        self.child.wait().expect("it is gone");
    }

    pub(crate) fn terminate(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill exists");
        assert!(sent.success());
    }

    /// Waits until it has ended by itself.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        until("the process ends", || self.child.try_wait().expect("it can be asked"))
    }
}

/// Looks again and again until something is found.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        thread::park_timeout(Duration::from_millis(10));
    }
}

/// The least HTTP client: one connection a request.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) cookie: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Client {
    /// Asks; none where no whole answer came.
    pub(crate) fn try_ask(
        &self,
        method: &str,
        path: &str,
        key: &str,
        body: Option<&Value>,
    ) -> Option<Answer> {
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\n",
            self.address, self.cookie
        );
        if !key.is_empty() {
            request.push_str(&format!("X-Idempotency-Key: {key}\r\n"));
        }
        if !body.is_empty() {
            let length = body.len();
            request.push_str(&format!(
                "Content-Type: application/json\r\nContent-Length: {length}\r\n"
            ));
        }
        request.push_str("\r\n");
        request.push_str(&body);
        stream.write_all(request.as_bytes()).ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())?.ok()
        });
        let whole = length.is_none_or(|length| length == body.len());
        whole.then(|| Answer { status, head: head.to_owned(), body: body.to_owned() })
    }

    pub(crate) fn ask(&self, method: &str, path: &str, key: &str, body: Option<&Value>) -> Answer {
        let answer = self.try_ask(method, path, key, body);
        answer.unwrap_or_else(|| panic!("{method} {path} was not answered"))
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, "", None);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    pub(crate) fn register(&self, name: &str) -> Client {
        let body = json!({"email": format!("{name}@example.org"), "password": "correct horse",
            "displayName": name});
        let answer = self.ask("POST", "/api/v1/auth/register", "", Some(&body));
        assert_eq!(answer.status, 201, "{}", answer.body);
        let set = answer.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("set-cookie").then_some(value.trim())
        });
        let cookie = set.and_then(|set| set.split(';').next()).expect("a cookie is set");
        Client { address: self.address, cookie: cookie.to_owned() }
    }

    /// The same user at a server that was started anew.
    pub(crate) fn at(&self, address: SocketAddr) -> Client {
        Client { address, cookie: self.cookie.clone() }
    }

    pub(crate) fn list(&self) -> String {
        let lot = json!({"title": "Clock", "category": "clocks", "startingPrice": 1,
            "bidIncrement": 0.01, "durationSeconds": 86_400});
        let answer = self.ask("POST", "/api/v1/auctions", "", Some(&lot));
        assert_eq!(answer.status, 201, "{}", answer.body);
        let answer: Value = serde_json::from_str(&answer.body).expect("JSON");
        answer["auctionId"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn bid(&self, lot: &str, bid: &Bid) -> Option<Answer> {
        let path = format!("/api/v1/auctions/{lot}/bids");
        self.try_ask("POST", &path, &bid.key, Some(&json!({"amount": bid.amount as f64 / 100.0})))
    }

    pub(crate) fn leads(&self, lot: &str) -> bool {
        self.get(&format!("/api/v1/auctions/{lot}"))["viewer"]["isHighestBidder"] == true
    }

    /// Every row of a lot's history.
    pub(crate) fn history(&self, lot: &str) -> Vec<Value> {
        let (mut rows, mut page) = (Vec::new(), 1);
        loop {
            let path = format!("/api/v1/auctions/{lot}/bids?limit=100&page={page}");
            let answer = self.get(&path);
            rows.extend(answer["data"].as_array().expect("rows").iter().cloned());
            if page >= answer["pagination"]["totalPages"].as_u64().expect("a number") {
                return rows;
            }
            page += 1;
        }
    }
}

/// A bid as it was sent, in minor units.
#[derive(Clone, Debug)]
pub(crate) struct Bid {
    pub(crate) who: usize,
    pub(crate) key: String,
    pub(crate) amount: i64,
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a house")
}
