//! Live messages: told once a change is durable, to everyone who subscribed, in order.

mod catch_up;
mod hub;
mod line;
mod mailbox;
mod socket;
mod stream;

pub(crate) use catch_up::catch_up;
pub(crate) use hub::Hub;
pub(crate) use socket::upgrade;
pub(crate) use stream::stream;
