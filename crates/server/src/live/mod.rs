//! Live messages: told once a change is durable, to everyone who subscribed, in order.

mod hub;
mod mailbox;
mod socket;
mod stream;

pub(crate) use hub::Hub;
pub(crate) use socket::upgrade;
pub(crate) use stream::stream;
