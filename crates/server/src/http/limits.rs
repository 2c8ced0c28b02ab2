//! How often somebody may do something.

use super::error::{Answer, Failure};
use gavel_wire::ErrorCode;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
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
    counts: DefaultKeyedRateLimiter<Who>,
    checks: AtomicU32,
}

impl Limit {
    fn new(times: u32, every: Duration) -> Limit {
        let burst = NonZeroU32::new(times).expect("a limit lets somebody through");
        let quota = Quota::with_period(every / times).expect("a limit has a period");
        let counts = RateLimiter::keyed(quota.allow_burst(burst));
        Limit { counts, checks: AtomicU32::new(0) }
    }

    fn check(&self, who: Who) -> Answer<()> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.counts.retain_recent();
        }
        let who = if self.counts.len() < COUNTED_MAX { who } else { Who::Others };
        self.counts.check_key(&who).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            let seconds = u32::try_from(wait.as_secs_f64().ceil() as u64).unwrap_or(u32::MAX);
            Failure::wait(ErrorCode::RateLimited, "Too often. Please wait.", seconds.max(1))
        })
    }
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
    pub(crate) fn new(on: bool) -> Limits {
        const MINUTE: Duration = Duration::from_secs(60);
        Limits(on.then(|| {
            Box::new(All {
                bids: Limit::new(10, MINUTE),
                auctions: Limit::new(5, 60 * MINUTE),
                // What five listings need, and as much again for drafts and edits.
                pictures: Limit::new(100, 60 * MINUTE),
                // Each is an entry of the log, or told to everyone who looks at the lot.
                edits: Limit::new(30, MINUTE),
                // Each is a row that stays for a day.
                kept: Limit::new(60, MINUTE),
                search: Limit::new(30, MINUTE),
                sign_in: Limit::new(10, MINUTE),
                guess: Limit::new(10, MINUTE),
                forgot: Limit::new(10, MINUTE),
            })
        }))
    }

    pub(crate) fn bid(&self, user: u128) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.bids.check(Who::User(user)))
    }

    pub(crate) fn auction(&self, user: u128) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.auctions.check(Who::User(user)))
    }

    /// A picture to be decoded: what an upload costs.
    pub(crate) fn picture(&self, user: u128) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.pictures.check(Who::User(user)))
    }

    /// A draft, or a change of a lot, a draft or their pictures.
    pub(crate) fn edit(&self, user: u128) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.edits.check(Who::User(user)))
    }

    /// A change whose answer is kept for its idempotency key.
    pub(crate) fn kept(&self, user: u128) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.kept.check(Who::User(user)))
    }

    pub(crate) fn search(&self, who: Who) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.search.check(who))
    }

    pub(crate) fn sign_in(&self, address: IpAddr) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.sign_in.check(Who::address(address)))
    }

    /// What could be a guess at the password of the account with an e-mail address.
    pub(crate) fn guess(&self, email: &str) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.guess.check(Who::account(email)))
    }

    /// A mail that somebody asks to be sent to an e-mail address.
    pub(crate) fn forgot(&self, email: &str) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.forgot.check(Who::account(email)))
    }
}
