//! The engine takes commands, decides them in memory, commits many at once, answers, publishes.
//!
//! The commit rule: one durable transaction holds the records of a batch, the state of the lots
//! that they change, the idempotency keys and with them the answers, guarded by each lot's version.
//! Nothing is answered or published before it. If its outcome is unknown, what memory held of those
//! lots is forgotten and loaded again.
//!
//! [`driver`] is the only asynchronous file; deciding ([`plan`]), proving ([`chain`]), verifying
//! ([`verify`]) and finding one's way back through a lot's log ([`spine`]) are pure. What the engine needs of the world it
//! says in [`ports`].
//!
//! Absent from this crate, on purpose: HTTP, SQL, Redis, JSON, the system's clock, randomness.

pub mod chain;
mod driver;
mod meter;
mod plan;
pub mod ports;
mod record;
mod spine;
pub mod verify;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
pub mod memory;

pub use driver::{Engine, Settings};
pub use plan::{About, Accepted, Listing, Picture, Rejected, Request, Revision};
pub use record::{Ask, Keyed, Record};
pub use spine::Spine;
