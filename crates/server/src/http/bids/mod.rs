//! Bids on a lot.

pub(super) mod auto_bid;
pub(super) mod history;
pub(super) mod log;
pub(super) mod place;

use super::error::{Answer, Failure};
use crate::house::House;
use crate::meters;
use crate::sessions::Member;
use gavel_domain::{Party, UserId};
use gavel_engine::{Accepted, Request};

/// Somebody who bids.
fn party(member: &Member) -> Party {
    Party { id: UserId(member.id), banned: member.banned }
}

/// Has the engine decide a bid or an auto-bid, and counts how.
async fn decide(house: &House, request: Request) -> Answer<Accepted> {
    let decided = house.engine.submit(request).await.map_err(Failure::from);
    meters::decided(decided.as_ref().map(|accepted| accepted.replayed).map_err(Failure::code));
    decided
}
