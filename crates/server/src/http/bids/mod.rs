//! Bids on a lot.

pub(super) mod auto_bid;
pub(super) mod history;
pub(super) mod log;
pub(super) mod place;

use crate::sessions::Member;
use gavel_domain::{Party, UserId};

/// Somebody who bids.
fn party(member: &Member) -> Party {
    Party { id: UserId(member.id), banned: member.banned }
}
