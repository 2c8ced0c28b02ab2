//! The rules of an English auction with automatic bids (`english-proxy/1`).
//!
//! [`Lot::decide`] takes a command and the time and answers with the one event that it causes, or
//! with the reason why it is refused; [`Lot::apply`] carries an event out. Nothing else changes a
//! lot, so a lot is the fold of its events, and a decision can be repeated years later.
//!
//! Absent from this crate, on purpose: input and output, clocks, randomness, async, serialisation,
//! and any other crate of the workspace.

mod english;
mod history;
mod increment;
mod lot;
mod money;
mod time;

pub use english::{AutoBid, Bid, Cancel, Command, Extend, Party};
pub use history::{Step, Steps};
pub use increment::{HOUSE_TABLE, Increments};
pub use lot::{BidPlaced, Event, Lot, LotId, Refusal, Standing, Status, Terms, UserId};
pub use money::{Asked, Money, MoneyError};
pub use time::Time;

/// Name of the rules in this crate; recorded with every lot, so that a later version of the rules
/// never judges a lot that was sold under this one.
pub const RULES: &str = "english-proxy/1";
