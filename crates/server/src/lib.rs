//! The server: everything between the wire and the engine.
//!
//! Handlers extract, submit a command or run a query, and convert; they hold no rule and no SQL.
//! [`view`] is the one place where what the house knows becomes what somebody may see.

mod backup;
mod bus;
mod caretaker;
mod chance;
pub mod cli;
mod config;
mod demo;
mod door;
mod floods;
pub mod house;
mod http;
mod keepers;
mod live;
mod media;
mod meters;
mod migrate;
mod passwords;
mod pictures;
pub mod replay;
pub mod serve;
mod sessions;
mod sweep;
pub mod told;
mod view;
mod vital;

pub use http::{echo, openapi_json, router};
