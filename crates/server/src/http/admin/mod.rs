//! What those in charge of the house see and do.

pub(super) mod analytics;
