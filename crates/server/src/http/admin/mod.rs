//! Being in charge.

pub(super) mod analytics;
pub(super) mod auctions;
pub(super) mod audit;
pub(super) mod ban;
pub(super) mod users;

use super::extract::{Checks, is_plain};

/// A reason as it is kept, and what is wrong about it.
pub(in crate::http) fn check_reason(checks: &mut Checks, reason: &str) -> String {
    let reason = reason.trim().replace("\r\n", "\n");
    let fits = (3..=500).contains(&reason.chars().count()) && is_plain(&reason.replace('\n', " "));
    checks.require(fits, "reason", "must be 3 to 500 characters");
    reason
}
