//! Lots.

pub(super) mod cancel;
pub(super) mod checks;
pub(super) mod create;
mod drafts;
pub(super) mod edit;
pub(super) mod get;
pub(super) mod images;
pub(super) mod list;
pub(super) mod publish;
pub(super) mod relist;
pub(super) mod stream;
mod upload;
