//! Lots, for the people in charge.

pub(in crate::http) mod cancel;
pub(in crate::http) mod extend;
pub(in crate::http) mod list;
