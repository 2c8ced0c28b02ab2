//! How often somebody may do something: counted here, and for all servers of a house in Redis where there
//! is one.

use super::error::{Answer, Failure};
use crate::bus::{Bus, Quota};
use gavel_wire::ErrorCode;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, RateLimiter};
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Whom a limit counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// A signed-in user.
    User(u128),
    /// An address; of IPv6, the network that one customer has.
    Address(IpAddr),
    /// An account, by the hash of the address that somebody tries to sign in with: there or not.
    Account(u128),
    /// All for whom there is no room.
    Others,
}

impl Who {
    /// By what name they are counted for all servers; nobody counts those whom one has no room for.
    fn name(self) -> Option<String> {
        match self {
            Who::User(id) => Some(format!("user:{id:032x}")),
            Who::Address(address) => Some(format!("address:{address}")),
            Who::Account(hash) => Some(format!("account:{hash:032x}")),
            Who::Others => None,
        }
    }

    pub(crate) fn account(email: &str) -> Who {
        let digest: [u8; 32] = Sha256::digest(email.trim().to_lowercase().as_bytes()).into();
        let (head, _) = digest.split_first_chunk().expect("32 bytes hold 16");
        Who::Account(u128::from_be_bytes(*head))
    }

    pub(crate) fn address(address: IpAddr) -> Who {
        Who::Address(match address {
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// Counted callers at a time. Those who have been quiet are forgotten; where that is not enough,
/// newcomers share one count.
const COUNTED_MAX: usize = 100_000;
/// Checks between two searches for quiet callers: each looks at all of them.
const FORGET_EVERY: u32 = 10_000;

/// One limit.
pub(crate) struct Limit {
    name: &'static str,
    quota: Quota,
    counts: DefaultKeyedRateLimiter<Who>,
    checks: AtomicU32,
    bus: Option<Bus>,
}

impl Limit {
    fn new(name: &'static str, times: u32, every: Duration, bus: Option<&Bus>) -> Limit {
        let burst = NonZeroU32::new(times).expect("a limit lets somebody through");
        let rate = governor::Quota::with_period(every / times).expect("a limit has a period");
        let counts = RateLimiter::keyed(rate.allow_burst(burst));
        let (quota, bus) = (Quota { times, every }, bus.cloned());
        Limit { name, quota, counts, checks: AtomicU32::new(0), bus }
    }

    async fn check(&self, who: Who) -> Answer<()> {
        // This server's own count is the lesser one, and costs nothing.
        self.check_here(who).map_err(too_often)?;
        let (Some(bus), Some(name)) = (&self.bus, who.name()) else { return Ok(()) };
        match bus.count(self.name, &name, self.quota).await {
            Some(wait) if !wait.is_zero() => Err(too_often(wait)),
            _ => Ok(()),
        }
    }

    /// Counts for this server, and says how long to wait where it is too often.
    fn check_here(&self, who: Who) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.counts.retain_recent();
        }
        let who = if self.counts.len() < COUNTED_MAX { who } else { Who::Others };
        let now = DefaultClock::default().now();
        self.counts.check_key(&who).map_err(|until| until.wait_time_from(now))
    }
}

fn too_often(wait: Duration) -> Failure {
    let seconds = u32::try_from(wait.as_secs_f64().ceil() as u64).unwrap_or(u32::MAX);
    Failure::wait(ErrorCode::RateLimited, "Too often. Please wait.", seconds.max(1))
}

/// The limits of a house.
pub(crate) struct Limits(Option<Box<All>>);

struct All {
    bids: Limit,
    auctions: Limit,
    pictures: Limit,
    edits: Limit,
    kept: Limit,
    search: Limit,
    sign_in: Limit,
    guess: Limit,
    forgot: Limit,
}

impl Limits {
    pub(crate) fn new(on: bool, bus: Option<&Bus>) -> Limits {
        const MINUTE: Duration = Duration::from_secs(60);
        let limit = |name, times, every| Limit::new(name, times, every, bus);
        Limits(on.then(|| {
            Box::new(All {
                bids: limit("bids", 10, MINUTE),
                auctions: limit("auctions", 5, 60 * MINUTE),
                // What five listings need, and as much again for drafts and edits.
                pictures: limit("pictures", 100, 60 * MINUTE),
                // Each is an entry of the log, or told to everyone who looks at the lot.
                edits: limit("edits", 30, MINUTE),
                // Each is a row that stays for a day.
                kept: limit("kept", 60, MINUTE),
                search: limit("search", 30, MINUTE),
                sign_in: limit("sign-in", 10, MINUTE),
                guess: limit("guess", 10, MINUTE),
                forgot: limit("forgot", 10, MINUTE),
            })
        }))
    }

    async fn check(&self, limit: fn(&All) -> &Limit, who: Who) -> Answer<()> {
        match &self.0 {
            Some(all) => limit(all).check(who).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn bid(&self, user: u128) -> Answer<()> {
        self.check(|all| &all.bids, Who::User(user)).await
    }

    pub(crate) async fn auction(&self, user: u128) -> Answer<()> {
        self.check(|all| &all.auctions, Who::User(user)).await
    }

    /// A picture to be decoded: what an upload costs.
    pub(crate) async fn picture(&self, user: u128) -> Answer<()> {
        self.check(|all| &all.pictures, Who::User(user)).await
    }

    /// A draft, or a change of a lot, a draft or their pictures.
    pub(crate) async fn edit(&self, user: u128) -> Answer<()> {
        self.check(|all| &all.edits, Who::User(user)).await
    }

    /// A change whose answer is kept for its idempotency key.
    pub(crate) async fn kept(&self, user: u128) -> Answer<()> {
        self.check(|all| &all.kept, Who::User(user)).await
    }

    pub(crate) async fn search(&self, who: Who) -> Answer<()> {
        self.check(|all| &all.search, who).await
    }

    pub(crate) async fn sign_in(&self, address: IpAddr) -> Answer<()> {
        self.check(|all| &all.sign_in, Who::address(address)).await
    }

    /// What could be a guess at the password of the account with an e-mail address.
    pub(crate) async fn guess(&self, email: &str) -> Answer<()> {
        self.check(|all| &all.guess, Who::account(email)).await
    }

    /// A mail that somebody asks to be sent to an e-mail address.
    pub(crate) async fn forgot(&self, email: &str) -> Answer<()> {
        self.check(|all| &all.forgot, Who::account(email)).await
    }
}
