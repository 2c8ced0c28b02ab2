//! Proves of a run that the house, however many servers it has, lost nothing and decided once.
//!
//! [`history`] is what a run leaves behind: what was asked, what was answered and when, and the public
//! record of every lot afterwards. [`checker::check`] replays each lot's log through the rules and holds
//! every answer to it.
//!
//! Absent from this library, on purpose: input and output, clocks, and the crates that it judges. It
//! knows the rules (`gavel-domain`), the contract (`gavel-wire`) and what documents say.

pub mod canonical;
pub mod checker;
pub mod history;
