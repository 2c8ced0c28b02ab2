//! Who may come in: how many connections one client may have, and what a client is told whose
//! request cannot even be read.

use crate::house::{App, House};
use crate::http::limits::Who;
use crate::meters;
use crate::view;
use axum::http::{Method, StatusCode};
use gavel_wire::{ApiError, ErrorCode};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Connections of one client at a time, sockets among them: more than an office has, and far from
/// all there are.
const PER_CLIENT_MAX: u32 = 256;

/// Whether an address is of the house's own machines: a proxy may stand there.
pub(crate) fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    }
}

/// Counts clients' connections. There are at most as many counts as connections.
#[derive(Default)]
pub(crate) struct Door {
    counts: Mutex<HashMap<Who, u32>>,
    behind_proxy: bool,
}

/// A connection's place, as long as it is held.
pub(crate) struct Seat {
    door: Arc<Door>,
    /// Nobody, where the connection is not counted.
    who: Option<Who>,
}

impl Door {
    pub(crate) fn new(behind_proxy: bool) -> Arc<Door> {
        Arc::new(Door { counts: Mutex::default(), behind_proxy })
    }

    /// A place for a connection from `peer`; none where it has too many. A proxy comes for many, and
    /// whoever is on this very machine needs no door.
    pub(crate) fn admit(self: &Arc<Door>, peer: IpAddr) -> Option<Seat> {
        let peer = peer.to_canonical();
        let free = peer.is_loopback() || (self.behind_proxy && is_near(peer));
        let who = (!free).then(|| Who::address(peer));
        if let Some(who) = who {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(who).or_default();
            if *count >= PER_CLIENT_MAX {
                return None;
            }
            *count += 1;
        }
        Some(Seat { door: self.clone(), who })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some(who) = self.who else { return };
        let mut counts = self.door.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&who) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&who);
            }
        }
    }
}

/// What a client is told that has too many connections.
pub(crate) fn too_many(house: &House) -> Vec<u8> {
    let head = "HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: 1\r\n";
    answer(house, head, StatusCode::TOO_MANY_REQUESTS)
}

/// A whole answer with a body that says what is wrong, as every refusal has one.
fn answer(house: &House, head: &str, status: StatusCode) -> Vec<u8> {
    let (error, message) = match status.as_u16() {
        429 => (ErrorCode::RateLimited, "Too many connections. Please wait."),
        414 => (ErrorCode::PayloadTooLarge, "The address is too long."),
        431 => (ErrorCode::PayloadTooLarge, "The headers are too long or too many."),
        _ => (ErrorCode::ValidationError, "The request cannot be read."),
    };
    let details = BTreeMap::new();
    let body = ApiError { error, message: message.to_owned(), details };
    let body = serde_json::to_string(&body).unwrap_or_default();
    // Methods and routes are unknown where no request was read.
    meters::answered(&Method::TRACE, "none", status, Duration::ZERO);
    let id = view::id(house.new_id());
    tracing::debug!(%id, status = status.as_u16(), "a request was not read");
    format!(
        "{head}content-type: application/json\r\ncontent-length: {}\r\nx-request-id: {id}\r\n\
         x-content-type-options: nosniff\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A connection on which a refusal that HTTP's machinery makes by itself, before any request is
/// known, gets the body that every refusal has.
pub(crate) struct Spoken<S> {
    stream: S,
    house: App,
    /// What is being written instead, and how much of it has been.
    instead: Option<(Vec<u8>, usize)>,
}

/// How the machinery's own refusals end; it has no other answers without a body.
const BARE: &[u8] = b"connection: close\r\ncontent-length: 0\r\n";

impl<S> Spoken<S> {
    pub(crate) fn new(stream: S, house: App) -> Spoken<S> {
        Spoken { stream, house, instead: None }
    }

    /// What to write instead of a refusal of the machinery's own.
    fn instead_of(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if !bytes.starts_with(b"HTTP/1.1 4") || !bytes.ends_with(b"\r\n\r\n") {
            return None;
        }
        let bare = bytes.windows(BARE.len()).any(|part| part == BARE);
        let head = std::str::from_utf8(bytes).ok().filter(|_| bare)?;
        // Every answer of the house's own has a number.
        if head.contains("x-request-id") {
            return None;
        }
        let status = StatusCode::from_bytes(head.get(9..12)?.as_bytes()).ok()?;
        let head = head.replace("content-length: 0\r\n", "");
        Some(answer(&self.house, head.strip_suffix("\r\n")?, status))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Spoken<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Spoken<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.instead.is_none() {
            this.instead = this.instead_of(bytes).map(|answer| (answer, 0));
        }
        let Some((answer, written)) = &mut this.instead else {
            return Pin::new(&mut this.stream).poll_write(context, bytes);
        };
        while *written < answer.len() {
            let rest = &answer[*written..];
            match ready!(Pin::new(&mut this.stream).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                more => *written += more,
            }
        }
        this.instead = None;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // A refusal without a body comes in one part.
        match parts {
            [only] => self.poll_write(context, only),
            _ => Pin::new(&mut self.stream).poll_write_vectored(context, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_client_cannot_take_every_place_and_gets_back_what_it_leaves() {
        let door = Door::new(false);
        let mut seats: Vec<_> = (0..PER_CLIENT_MAX).map(|_| door.admit(at("192.0.2.1"))).collect();
        assert!(seats.iter().all(Option::is_some));
        assert!(door.admit(at("192.0.2.1")).is_none());
        assert!(door.admit(at("::ffff:192.0.2.1")).is_none(), "the same in other words");
        assert!(door.admit(at("192.0.2.2")).is_some());
        seats.pop();
        assert!(door.admit(at("192.0.2.1")).is_some());
        seats.clear();
        assert!(door.counts.lock().unwrap().is_empty(), "who left is forgotten");
    }

    #[test]
    fn a_network_of_one_customer_is_one_client_and_a_proxy_is_none() {
        let full = |door: &Arc<Door>, address: &str| {
            let seats: Vec<_> = (0..=PER_CLIENT_MAX).map(|_| door.admit(at(address))).collect();
            seats.iter().any(Option::is_none)
        };
        let door = Door::new(false);
        let seats: Vec<_> =
            (0..PER_CLIENT_MAX).map(|n| door.admit(at(&format!("2001:db8::{n:x}")))).collect();
        assert!(door.admit(at("2001:db8::ffff")).is_none());
        drop(seats);
        assert!(full(&door, "10.0.0.1") && !full(&door, "127.0.0.1") && !full(&door, "::1"));
        let behind_proxy = Door::new(true);
        assert!(!full(&behind_proxy, "10.0.0.1") && full(&behind_proxy, "192.0.2.1"));
    }
}
