//! The lots one watches.

pub(super) mod add;
pub(super) mod list;
pub(super) mod remove;
