//! The lots that are open, one hot and many others, and who may bid on them.

use crate::Fail;
use crate::api::{Api, Call, Session};
use crate::random::Random;
use gavel_trial::history::{User, minor};
use hyper::Method;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The number of the hot lot's place.
pub(crate) const HOT: usize = 0;
/// What lots that have ended may still be asked of: the last so many.
const ENDED_MAX: usize = 16;

/// Everybody with an account, and how they are signed in.
pub(crate) struct People {
    pub(crate) users: Vec<User>,
    pub(crate) sessions: Vec<Session>,
}

impl People {
    /// The first sells; the others bid.
    pub(crate) const SELLER: usize = 0;

    pub(crate) async fn register(api: &Api, bidders: usize, seed: u64) -> Result<People, Fail> {
        let mut people = People { users: Vec::new(), sessions: Vec::new() };
        for number in 0..=bidders {
            let name = format!("Trial {number}");
            let email = format!("trial-{seed:x}-{number}@trial.example");
            let (session, user) = api.register(&name, &email).await?;
            let id = user["id"].as_str().and_then(|id| id.parse().ok()).ok_or("no identity")?;
            people.users.push(User { id, name });
            people.sessions.push(session);
        }
        Ok(people)
    }
}

/// A lot, as those who bid on it see it.
pub(crate) struct Stall {
    /// Its number among all lots of the run.
    pub(crate) number: usize,
    pub(crate) id: Uuid,
    pub(crate) reserve: Option<i64>,
    /// The next amount that nobody has bid yet.
    next: AtomicI64,
    /// The least bid that anybody was told of.
    minimum: AtomicI64,
    step: AtomicI64,
    ended: AtomicBool,
    /// Bidders without a request under way on it: a user asks for one thing at a time on a lot, so
    /// that the order of changes that nobody else sees is known.
    free: Mutex<Vec<usize>>,
}

impl Stall {
    /// Takes somebody who may bid on it now.
    pub(crate) fn take_bidder(&self, random: &mut Random) -> Option<usize> {
        let mut free = lock(&self.free);
        if free.is_empty() {
            return None;
        }
        let index = random.below(free.len());
        Some(free.swap_remove(index))
    }

    pub(crate) fn give_back(&self, bidder: usize) {
        lock(&self.free).push(bidder);
    }

    /// Learns from an answer: an acceptance, or a refusal with its details.
    pub(crate) fn learn(&self, answer: &Value) {
        let details = &answer["details"];
        let told = |name: &str| {
            let text = details[name].as_str().and_then(|text| serde_json::from_str(text).ok());
            minor(&text.unwrap_or_else(|| answer[name].clone()))
        };
        if let Some((minimum, current)) = told("minimumBid").zip(told("currentBid")) {
            self.minimum.fetch_max(minimum, Ordering::Relaxed);
            self.step.store((minimum - current).max(1), Ordering::Relaxed);
        }
        if answer["error"] == "AUCTION_ENDED" {
            self.ended.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// The least bid, as far as is known.
    pub(crate) fn minimum(&self) -> i64 {
        self.minimum.load(Ordering::Relaxed)
    }

    pub(crate) fn step(&self) -> i64 {
        self.step.load(Ordering::Relaxed)
    }

    /// An amount above all that were taken from here before, so that many can bid at once.
    pub(crate) fn rung(&self) -> i64 {
        self.next.fetch_max(self.minimum(), Ordering::Relaxed);
        self.next.fetch_add(self.step(), Ordering::Relaxed)
    }
}

/// All lots.
pub(crate) struct Floor {
    places: Mutex<Vec<Arc<Stall>>>,
    all: Mutex<Vec<Arc<Stall>>>,
    bidders: usize,
    hot_s: u32,
    /// How long the others last, in seconds.
    others_s: (i64, i64),
}

impl Floor {
    /// Lists a lot for each place, the hot one and `others` more.
    pub(crate) async fn open(
        api: &Api,
        people: &People,
        others: usize,
        hot_s: u32,
        random: &mut Random,
    ) -> Result<Floor, Fail> {
        let others_s = (10, i64::from(hot_s.max(10)));
        let floor = Floor {
            places: Mutex::default(),
            all: Mutex::default(),
            bidders: people.users.len() - 1,
            hot_s,
            others_s,
        };
        for place in 0..=others {
            let stall = floor.list(api, people, place, random).await?;
            lock(&floor.places).push(stall);
        }
        Ok(floor)
    }

    pub(crate) fn at(&self, place: usize) -> Arc<Stall> {
        lock(&self.places)[place].clone()
    }

    pub(crate) fn places(&self) -> usize {
        lock(&self.places).len()
    }

    pub(crate) fn all(&self) -> Vec<Arc<Stall>> {
        lock(&self.all).clone()
    }

    /// A lot that has ended not long ago, if one has.
    pub(crate) fn ended(&self, random: &mut Random) -> Option<Arc<Stall>> {
        let all = lock(&self.all);
        let ended = all.iter().rev().filter(|stall| stall.has_ended()).take(ENDED_MAX);
        let ended: Vec<_> = ended.collect();
        ended.get(random.below(ended.len())).map(|stall| (*stall).clone())
    }

    /// Lists another lot wherever one has ended.
    pub(crate) async fn renew(
        &self,
        api: &Api,
        people: &People,
        random: &mut Random,
    ) -> Result<(), Fail> {
        for place in 0..self.places() {
            if self.at(place).has_ended() {
                let stall = self.list(api, people, place, random).await?;
                lock(&self.places)[place] = stall;
            }
        }
        Ok(())
    }

    async fn list(
        &self,
        api: &Api,
        people: &People,
        place: usize,
        random: &mut Random,
    ) -> Result<Arc<Stall>, Fail> {
        let number = lock(&self.all).len();
        let hot = place == HOT;
        let (least_s, most_s) = self.others_s;
        let duration_s = if hot { i64::from(self.hot_s) } else { random.between(least_s, most_s) };
        let reserve = (!hot && random.percent(33)).then(|| random.between(100, 3_000));
        let mut lot = json!({
            "title": format!("Trial lot {number}"), "category": "trial", "startingPrice": 1,
            "durationSeconds": duration_s, "snipeWindowSeconds": 2, "snipeCapSeconds": 5,
        });
        match random.below(3) {
            _ if hot => lot["bidIncrement"] = json!(0.01),
            0 => lot["bidIncrement"] = json!(0.01),
            1 => lot["bidIncrement"] = json!(0.25),
            _ => {}
        }
        if let Some(reserve) = reserve {
            lot["reservePrice"] = json!(gavel_wire::Price(reserve));
        }
        let (key, lot) = (format!("listing-{number}"), lot.to_string());
        let session = Some(&people.sessions[People::SELLER]);
        let (method, path, body) = (Method::POST, "/api/v1/auctions", Some(lot.as_str()));
        let call = Call { method, path, session, key: &key, body };
        let reply = api.ask(&call, random).await?;
        let answer: Value = serde_json::from_str(&reply.body)?;
        let id = answer["auctionId"].as_str().and_then(|id| id.parse().ok()).ok_or("no lot")?;
        let stall = Arc::new(Stall {
            number,
            id,
            reserve,
            next: AtomicI64::new(100),
            minimum: AtomicI64::new(100),
            step: AtomicI64::new(1),
            ended: AtomicBool::new(false),
            free: Mutex::new((1..=self.bidders).collect()),
        });
        lock(&self.all).push(stall.clone());
        Ok(stall)
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
