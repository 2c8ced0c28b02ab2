//! People who bid: each asks, and asks again elsewhere with the same key where no answer came.

use crate::Fail;
use crate::api::{Api, Call, is_settled};
use crate::floor::{Floor, HOT, People, Stall, lock};
use crate::random::Random;
use gavel_trial::history::{Ask, Attempt, Operation};
use gavel_wire::Price;
use hyper::Method;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// A run under way.
pub(crate) struct Run {
    pub(crate) api: Api,
    pub(crate) people: People,
    pub(crate) floor: Floor,
    pub(crate) seed: u64,
    /// Bids that are still to be asked for.
    left: AtomicI64,
    bids: u64,
    /// Operations so far; each has a key of its own.
    keys: AtomicU64,
    operations: Mutex<Vec<Operation>>,
    accepted: AtomicU64,
    /// Whether all that was to happen to the house has happened.
    calm: AtomicBool,
}

impl Run {
    pub(crate) fn new(api: Api, people: People, floor: Floor, seed: u64, bids: u64) -> Arc<Run> {
        Arc::new(Run {
            api,
            people,
            floor,
            seed,
            left: AtomicI64::new(i64::try_from(bids).unwrap_or(i64::MAX)),
            bids,
            keys: AtomicU64::new(0),
            operations: Mutex::default(),
            accepted: AtomicU64::new(0),
            calm: AtomicBool::new(false),
        })
    }

    /// How many of a thousand parts of the bids were asked for.
    pub(crate) fn progress(&self) -> u64 {
        let left = self.left.load(Ordering::Relaxed).max(0).unsigned_abs();
        1_000 - left * 1_000 / self.bids.max(1)
    }

    /// Nothing more will happen to the house.
    pub(crate) fn calm_down(&self) {
        self.calm.store(true, Ordering::Relaxed);
    }

    /// Whether there is something left to bid for: people go on as long as the house is under attack.
    fn goes_on(&self) -> bool {
        self.left.fetch_sub(1, Ordering::Relaxed) > 0 || !self.calm.load(Ordering::Relaxed)
    }

    /// How many bids have been accepted so far.
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    pub(crate) fn take_operations(&self) -> Vec<Operation> {
        std::mem::take(&mut lock(&self.operations))
    }

    /// Has so many clients bid until all bids are asked for and the house is calm, with new lots in place of those that end.
    pub(crate) async fn carry_out(self: &Arc<Run>, clients: u32) -> Result<(), Fail> {
        let mut tasks = JoinSet::new();
        for client in 0..clients {
            tasks.spawn(self.clone().bid(client));
        }
        let all = async { while tasks.join_next().await.is_some() {} };
        tokio::select! {
            () = all => {}
            failed = self.renew() => failed?,
        }
        Ok(())
    }

    async fn renew(&self) -> Result<(), Fail> {
        let mut random = Random::new(self.seed ^ 0x6c6f_7473);
        loop {
            self.floor.renew(&self.api, &self.people, &mut random).await?;
            sleep(Duration::from_millis(100)).await;
        }
    }

    async fn bid(self: Arc<Run>, client: u32) {
        let mut random = Random::new(self.seed.wrapping_add(u64::from(client) << 32));
        while self.goes_on() {
            let stall = self.stall(&mut random);
            let Some(bidder) = stall.take_bidder(&mut random) else {
                self.left.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_millis(1)).await;
                continue;
            };
            if random.percent(4) {
                self.operate(client, &stall, bidder, Ask::Look, &mut random).await;
            }
            let ask = choose(&stall, &mut random);
            self.operate(client, &stall, bidder, ask, &mut random).await;
            stall.give_back(bidder);
        }
    }

    fn stall(&self, random: &mut Random) -> Arc<Stall> {
        if random.percent(2)
            && let Some(ended) = self.floor.ended(random)
        {
            return ended;
        }
        let others = self.floor.places() - 1;
        let hot = others == 0 || random.percent(50);
        let place = if hot { HOT } else { HOT + 1 + random.below(others) };
        self.floor.at(place)
    }

    async fn operate(
        &self,
        client: u32,
        stall: &Stall,
        bidder: usize,
        ask: Ask,
        random: &mut Random,
    ) {
        let key = format!("{:x}-{}", self.seed, self.keys.fetch_add(1, Ordering::Relaxed));
        let mut operation =
            Operation { key, user: bidder, lot: stall.number, ask, attempts: Vec::new() };
        let request = Request::of(&operation, stall);
        let call = request.call(&operation.key, &self.people.sessions[bidder]);
        operation.attempts = if ask != Ask::Look && random.percent(1) {
            self.at_two_at_once(client, &call, random).await
        } else {
            self.api.insist(client, &call, random).await
        };
        let last = operation.attempts.last().and_then(|attempt| attempt.reply.as_ref());
        if let Some(answer) = last.and_then(|reply| serde_json::from_str(&reply.body).ok()) {
            stall.learn(&answer);
        }
        if ask != Ask::Look && is_accepted(&operation) {
            self.accepted.fetch_add(1, Ordering::Relaxed);
            if random.percent(3) {
                // Somebody whose answer was lost on the way would do the same.
                let server = random.below(self.api.servers());
                operation.attempts.push(self.api.attempt(client, server, &call).await);
            }
        }
        lock(&self.operations).push(operation);
    }

    /// Somebody who presses twice, and comes out at two servers.
    async fn at_two_at_once(
        &self,
        client: u32,
        call: &Call<'_>,
        random: &mut Random,
    ) -> Vec<Attempt> {
        let first = random.below(self.api.servers());
        let second = (first + 1) % self.api.servers();
        let (one, other) = tokio::join!(
            self.api.attempt(client, first, call),
            self.api.attempt(client, second, call),
        );
        let mut attempts = vec![one, other];
        if !attempts.iter().any(is_settled) {
            attempts.extend(self.api.insist(client, call, random).await);
        }
        attempts
    }
}

/// Whether an answer says that it happened.
pub(crate) fn is_accepted(operation: &Operation) -> bool {
    let mut replies = operation.attempts.iter().filter_map(|attempt| attempt.reply.as_ref());
    replies.any(|reply| reply.status < 300)
}

/// An operation as it goes out.
pub(crate) struct Request {
    method: Method,
    path: String,
    body: Option<String>,
}

impl Request {
    pub(crate) fn of(operation: &Operation, stall: &Stall) -> Request {
        let lot = format!("/api/v1/auctions/{}", stall.id);
        let (method, path, body) = match operation.ask {
            Ask::Bid { amount, max } => {
                let mut bid = json!({"amount": Price(amount)});
                if let Some(max) = max {
                    bid["maxAmount"] = json!(Price(max));
                }
                (Method::POST, format!("{lot}/bids"), Some(bid))
            }
            Ask::SetAutoBid { max } => {
                (Method::POST, format!("{lot}/proxy"), Some(json!({"maxAmount": Price(max)})))
            }
            Ask::CancelAutoBid => (Method::DELETE, format!("{lot}/proxy"), None),
            Ask::Look => (Method::GET, lot, None),
        };
        Request { method, path, body: body.map(|body: Value| body.to_string()) }
    }

    pub(crate) fn call<'a>(&'a self, key: &'a str, session: &'a crate::api::Session) -> Call<'a> {
        Call {
            method: self.method.clone(),
            path: &self.path,
            session: Some(session),
            key,
            body: self.body.as_deref(),
        }
    }
}

/// What somebody asks for: mostly a bid that none has made yet, at times what is the least, too low, or
/// with a maximum; an auto-bid or its withdrawal.
fn choose(stall: &Stall, random: &mut Random) -> Ask {
    let (minimum, step) = (stall.minimum(), stall.step());
    match random.below(100) {
        0..4 => return Ask::CancelAutoBid,
        4..11 => return Ask::SetAutoBid { max: minimum + step * random.between(-2, 40) },
        _ => {}
    }
    let amount = match random.below(100) {
        0..65 => stall.rung(),
        65..85 => minimum,
        85..95 => minimum + step * random.between(1, 20),
        _ => (minimum - step * random.between(1, 5)).max(1),
    };
    let max = random.percent(12).then(|| amount + step * random.between(0, 50));
    Ask::Bid { amount, max }
}
