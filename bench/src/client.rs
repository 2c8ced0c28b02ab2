//! A small closed-loop HTTP client: one connection, one request at a time. A client that costs
//! little leaves more of the two cores to what is measured.

use crate::Fail;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What is asked of the server.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    Echo,
    Bids,
    Textbook,
}

/// What a turn came to.
pub(crate) struct Turn {
    pub(crate) per_s: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Bids that were too low by the time they were decided.
    pub(crate) refused: u64,
    /// Bids that were decided, one way or the other.
    pub(crate) decided_per_s: f64,
}

/// A lot, and the next amount to bid on it, in whole units.
pub(crate) struct Lot {
    pub(crate) id: String,
    next: AtomicU64,
}

impl Lot {
    /// A lot that is there.
    pub(crate) fn known(id: &str) -> Lot {
        Lot { id: id.to_owned(), next: AtomicU64::new(1) }
    }
}

/// Somebody signed in, on a connection of their own.
pub(crate) struct Client {
    stream: TcpStream,
    address: String,
    cookie: String,
    buffer: Vec<u8>,
    name: String,
    /// Idempotency keys used so far.
    keys: u64,
}

struct Reply {
    status: u16,
    body: String,
    cookie: Option<String>,
}

impl Client {
    /// Somebody who is not signed in.
    pub(crate) async fn guest(address: &str) -> Result<Client, Fail> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client {
            stream,
            address: address.to_owned(),
            cookie: String::new(),
            buffer: Vec::with_capacity(4096),
            name: String::new(),
            keys: 0,
        })
    }

    /// Somebody who is signed in with a token, at the textbook's.
    pub(crate) async fn known(address: &str, token: &str) -> Result<Client, Fail> {
        let mut client = Client::guest(address).await?;
        client.sign_in_as(Some(token));
        client.name = token.to_owned();
        Ok(client)
    }

    pub(crate) async fn register(address: &str, name: &str) -> Result<Client, Fail> {
        let mut client = Client::guest(address).await?;
        client.name = name.to_owned();
        let body = format!(
            r#"{{"email":"{name}@bench.example","password":"correct horse","displayName":"{name}"}}"#
        );
        let reply = client.post("/api/v1/auth/register", &body).await?;
        client.cookie = reply.cookie.ok_or("no session")?;
        // Nobody bids faster than they could read what is mailed to them.
        let no_mail = r#"{"settings":[{"kind":"outbid","app":true,"mail":false},
                         {"kind":"max_reached","app":true,"mail":false}]}"#;
        let reply = client.send("PUT", "/api/v1/users/me/notification-settings", no_mail).await?;
        if reply.status == 200 { Ok(client) } else { Err(reply.body.into()) }
    }

    /// The same person on a connection to another server.
    pub(crate) async fn at(&self, address: &str) -> Result<Client, Fail> {
        let there = Client::guest(address).await?;
        // Keys are theirs at every server.
        let name = format!("{} at {address}", self.name);
        Ok(Client { cookie: self.cookie.clone(), name, ..there })
    }

    /// Begins a new connection: one that was silent for a minute has been closed.
    async fn reconnect(&mut self) -> Result<(), Fail> {
        self.stream = Client::guest(&self.address).await?.stream;
        Ok(())
    }

    /// Goes on as whoever a session is.
    pub(crate) fn sign_in_as(&mut self, token: Option<&str>) {
        self.cookie = token.map(|token| format!("session={token}")).unwrap_or_default();
    }

    /// How long a page takes that must be answered with 200.
    pub(crate) async fn time(&mut self, path: &str) -> Result<Duration, Fail> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
            self.address, self.cookie
        );
        let asked = Instant::now();
        let reply = self.exchange(&request).await?;
        let took = asked.elapsed();
        if reply.status == 200 { Ok(took) } else { Err(format!("{path}: {}", reply.body).into()) }
    }

    /// Lists `count` lots that outlast the run.
    pub(crate) async fn list(&mut self, count: usize) -> Result<Arc<Vec<Lot>>, Fail> {
        let mut lots = Vec::with_capacity(count);
        for _ in 0..count {
            let body = r#"{"title":"Bench lot","category":"other","startingPrice":1,"bidIncrement":1,"durationSeconds":86400}"#;
            let reply = self.post("/api/v1/auctions", body).await?;
            let json: serde_json::Value = serde_json::from_str(&reply.body)?;
            let id = json["auctionId"].as_str().ok_or(reply.body.clone())?.to_owned();
            lots.push(Lot::known(&id));
        }
        Ok(Arc::new(lots))
    }

    /// Bids the least that nobody has bid on a lot yet; whether that was accepted.
    pub(crate) async fn bid(&mut self, lot: &Lot) -> Result<bool, Fail> {
        self.ask(Target::Bids, lot).await
    }

    async fn ask(&mut self, target: Target, lot: &Lot) -> Result<bool, Fail> {
        let amount = lot.next.fetch_add(1, Ordering::Relaxed);
        let path = match target {
            Target::Echo => format!("/bench/echo/{}", lot.id),
            Target::Bids => format!("/api/v1/auctions/{}/bids", lot.id),
            Target::Textbook => format!("/{}", lot.id),
        };
        let reply = self.post(&path, &format!(r#"{{"amount":{amount}}}"#)).await?;
        match reply.status {
            201 => Ok(true),
            400 => Ok(false),
            status => Err(format!("{status}: {}", reply.body).into()),
        }
    }

    async fn post(&mut self, path: &str, body: &str) -> Result<Reply, Fail> {
        self.send("POST", path, body).await
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Reply, Fail> {
        self.keys += 1;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nX-Idempotency-Key: {}-{}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.cookie,
            self.name,
            self.keys,
            body.len()
        );
        self.exchange(&request).await
    }

    async fn exchange(&mut self, request: &str) -> Result<Reply, Fail> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let head = loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server hung up".into());
            }
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.get(9..12).ok_or("no status")?.parse()?;
        let header = |name: &str| {
            let mut pairs = text.lines().filter_map(|line| line.split_once(": "));
            pairs.find(|pair| pair.0.eq_ignore_ascii_case(name)).map(|pair| pair.1.to_owned())
        };
        let cookie = header("set-cookie").and_then(|set| Some(set.split(';').next()?.to_owned()));
        let length: usize = header("content-length").ok_or("no length")?.parse()?;
        while self.buffer.len() < head + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server hung up".into());
            }
        }
        let body = String::from_utf8_lossy(&self.buffer[head..head + length]).into_owned();
        Ok(Reply { status, body, cookie })
    }
}

/// Lets every client ask as fast as it is answered for a while.
pub(crate) async fn run(
    clients: &mut Vec<Client>,
    target: Target,
    lots: &Arc<Vec<Lot>>,
    turn: Duration,
) -> Result<Turn, Fail> {
    let end = Instant::now() + turn;
    let mut tasks = JoinSet::new();
    for (n, client) in clients.drain(..).enumerate() {
        let lots = lots.clone();
        tasks.spawn(async move { ask(client, target, &lots, n, end).await });
    }
    let (mut latencies, mut refused) = (Vec::new(), 0);
    while let Some(done) = tasks.join_next().await {
        let (client, took, wrong) = done??;
        clients.push(client);
        latencies.extend(took);
        refused += wrong;
    }
    latencies.sort_unstable();
    let at = |share: f64| {
        let index = (latencies.len() as f64 * share) as usize;
        latencies.get(index).map_or(0.0, |took: &Duration| took.as_secs_f64() * 1_000.0)
    };
    Ok(Turn {
        per_s: latencies.len() as f64 / turn.as_secs_f64(),
        p50_ms: at(0.5),
        p99_ms: at(0.99),
        refused,
        decided_per_s: (latencies.len() as f64 + refused as f64) / turn.as_secs_f64(),
    })
}

async fn ask(
    mut client: Client,
    target: Target,
    lots: &[Lot],
    n: usize,
    end: Instant,
) -> Result<(Client, Vec<Duration>, u64), Fail> {
    let (mut latencies, mut refused) = (Vec::new(), 0);
    let mut turn = n;
    client.reconnect().await?;
    while Instant::now() < end {
        turn = turn.wrapping_mul(31).wrapping_add(17);
        let lot = &lots[turn % lots.len()];
        let asked = Instant::now();
        if client.ask(target, lot).await? {
            latencies.push(asked.elapsed());
        } else {
            refused += 1;
        }
    }
    Ok((client, latencies, refused))
}
