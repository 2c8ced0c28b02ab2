//! Lots.

pub(super) mod cancel;
pub(super) mod create;
pub(super) mod get;
pub(super) mod list;
mod upload;
