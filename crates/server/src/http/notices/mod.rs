//! What one has been told, and how one wants to be.

pub(super) mod list;
pub(super) mod read;
pub(super) mod settings;
