//! How often somebody may do something.

use super::error::{Answer, Failure};
use gavel_wire::ErrorCode;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

/// Whom a limit counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// A signed-in user.
    User(u128),
    /// An address; of IPv6, the network that one customer has.
    Address(IpAddr),
}

impl Who {
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

/// Counted callers at a time; those who have been quiet are forgotten first.
const COUNTED_MAX: usize = 100_000;

/// One limit.
pub(crate) struct Limit(DefaultKeyedRateLimiter<Who>);

impl Limit {
    fn new(times: u32, every: Duration) -> Limit {
        let burst = NonZeroU32::new(times).expect("a limit lets somebody through");
        let quota = Quota::with_period(every / times).expect("a limit has a period");
        Limit(RateLimiter::keyed(quota.allow_burst(burst)))
    }

    fn check(&self, who: Who) -> Answer<()> {
        if self.0.len() > COUNTED_MAX {
            self.0.retain_recent();
        }
        self.0.check_key(&who).map_err(|until| {
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
    search: Limit,
    sign_in: Limit,
}

impl Limits {
    pub(crate) fn new(on: bool) -> Limits {
        const MINUTE: Duration = Duration::from_secs(60);
        Limits(on.then(|| {
            Box::new(All {
                bids: Limit::new(10, MINUTE),
                auctions: Limit::new(5, 60 * MINUTE),
                search: Limit::new(30, MINUTE),
                sign_in: Limit::new(10, MINUTE),
            })
        }))
    }

    pub(crate) fn bid(&self, user: u128) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.bids.check(Who::User(user)))
    }

    pub(crate) fn auction(&self, user: u128) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.auctions.check(Who::User(user)))
    }

    pub(crate) fn search(&self, who: Who) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.search.check(who))
    }

    pub(crate) fn sign_in(&self, address: IpAddr) -> Answer<()> {
        self.0.as_ref().map_or(Ok(()), |all| all.sign_in.check(Who::address(address)))
    }
}
