//! One client's socket.

use super::hub::text;
use super::mailbox::{Delivery, Mailbox};
use crate::house::{App, House};
use crate::sessions::Member;
use crate::view;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use futures_util::SinkExt;
use futures_util::StreamExt;
use futures_util::stream::SplitSink;
use gavel_domain::{LotId, UserId};
use gavel_wire::{
    ClientMessage, ConnectionAckData, ErrorCode, ErrorData, LiveData, PongData, WsMessage,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Lots that a socket may subscribe to.
const SUBSCRIPTIONS_MAX: usize = 100;
/// Bytes that a client's message may have.
const FRAME_BYTES_MAX: usize = 16 * 1024;
/// Messages that a client may send in a second.
const MESSAGES_PER_S_MAX: u32 = 30;
/// How long one write may take before the socket is given up.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// A socket from which nothing came for so long is gone; clients ping more often.
const IDLE_TIMEOUT: Duration = Duration::from_secs(120);
/// How often the server pings, so that proxies keep the connection and dead ones show.
const PING_EVERY: Duration = Duration::from_secs(30);

/// Turns a request into a socket, which holds its place as long as it lives.
pub(crate) fn upgrade(
    upgrade: WebSocketUpgrade,
    house: App,
    member: Option<Member>,
    place: impl Send + 'static,
) -> Response {
    upgrade
        .read_buffer_size(4 * 1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(1024 * 1024)
        // Above the limit that is told of, so that it can be told.
        .max_message_size(4 * FRAME_BYTES_MAX)
        .max_frame_size(4 * FRAME_BYTES_MAX)
        .on_upgrade(move |socket| async move {
            serve(socket, house, member).await;
            drop(place);
        })
}

async fn serve(socket: WebSocket, house: App, member: Option<Member>) {
    let (out, mut incoming) = socket.split();
    let mailbox = Arc::new(Mailbox::default());
    let user = member.as_ref().map(|member| UserId(member.id));
    if let Some(user) = user {
        house.hub.join(user, &mailbox);
        // The session may have ended since it was looked at, when the hub did not know of this yet.
        mailbox.look_again();
    }
    let hub = house.hub.clone();
    let mut session = Session {
        house,
        member,
        out,
        mailbox: mailbox.clone(),
        lots: HashMap::new(),
        window: (Instant::now(), 0),
    };
    let end = session.run(&mut incoming).await;
    for lot in session.lots.keys() {
        hub.unsubscribe(*lot, &mailbox);
    }
    if let Some(user) = user {
        hub.leave(user, &mailbox);
    }
    session.say_goodbye(end).await;
}

/// Why a socket ends.
enum End {
    /// The client cannot be reached.
    Gone,
    /// The client closed it.
    Left,
    /// It broke a limit.
    Refused(ErrorCode, &'static str),
    /// The server stops.
    Leaving,
    /// Its session has ended; a new socket may be a guest's.
    SignedOut,
}

impl End {
    const TOO_LARGE: End =
        End::Refused(ErrorCode::PayloadTooLarge, "A message may have at most 16 KiB.");
}

/// Why nothing more can be read.
fn broken(error: axum::Error) -> End {
    match error.into_inner().downcast_ref() {
        Some(tungstenite::Error::Capacity(_)) => End::TOO_LARGE,
        _ => End::Gone,
    }
}

struct Session {
    house: App,
    member: Option<Member>,
    out: SplitSink<WebSocket, Message>,
    mailbox: Arc<Mailbox>,
    /// Subscribed lots, with the seq of the last whole state that was sent: messages up to it are
    /// contained in it.
    lots: HashMap<LotId, u64>,
    /// Beginning of the second that is counted, and messages in it.
    window: (Instant, u32),
}

impl Session {
    async fn run(&mut self, incoming: &mut futures_util::stream::SplitStream<WebSocket>) -> End {
        let house = self.house.clone();
        let ack = LiveData::ConnectionAck(ConnectionAckData {
            connection_id: view::id(house.new_id()),
            user_id: self.member.as_ref().map(|member| view::id(member.id)),
            server_time: view::time(house.now()),
        });
        if self.send(self.message(ack)).await.is_err() {
            return End::Gone;
        }
        let mailbox = self.mailbox.clone();
        let mut ping = tokio::time::interval(PING_EVERY);
        ping.reset();
        let mut heard = Instant::now();
        let closing = house.hub.closing();
        tokio::pin!(closing);
        loop {
            let step = tokio::select! {
                biased;
                () = &mut closing => Err(End::Leaving),
                // What the client says comes first: it is bounded, what is told to it is not.
                message = incoming.next() => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(message)) => self.hear(message).await,
                        Some(Err(error)) => Err(broken(error)),
                        None => Err(End::Gone),
                    }
                }
                delivery = mailbox.take() => self.deliver(delivery).await,
                _ = ping.tick() => {
                    if heard.elapsed() > IDLE_TIMEOUT {
                        Err(End::Gone)
                    } else if !self.still_signed_in().await {
                        Err(End::SignedOut)
                    } else {
                        self.write(Message::Ping(axum::body::Bytes::new())).await
                    }
                }
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn hear(&mut self, message: Message) -> Result<(), End> {
        let bytes = match &message {
            Message::Text(text) => text.as_bytes(),
            Message::Binary(bytes) => bytes,
            Message::Close(_) => return Err(End::Left),
            Message::Ping(_) | Message::Pong(_) => return self.count(),
        };
        self.count()?;
        if bytes.len() > FRAME_BYTES_MAX {
            return Err(End::TOO_LARGE);
        }
        match serde_json::from_slice(bytes) {
            Ok(ClientMessage::Subscribe { auction_id }) => {
                self.subscribe(LotId(auction_id.as_u128())).await
            }
            Ok(ClientMessage::Unsubscribe { auction_id }) => {
                let lot = LotId(auction_id.as_u128());
                self.lots.remove(&lot);
                self.house.hub.unsubscribe(lot, &self.mailbox);
                Ok(())
            }
            Ok(ClientMessage::Ping) => {
                let pong = PongData { server_time: view::time(self.house.now()) };
                self.send(self.message(LiveData::Pong(pong))).await
            }
            Err(_) => {
                let message =
                    "Send {\"type\":\"subscribe\",\"auctionId\":…}, unsubscribe, or ping.";
                self.complain(None, ErrorCode::ValidationError, message).await
            }
        }
    }

    /// Whether the session that the socket was opened with still stands.
    async fn still_signed_in(&self) -> bool {
        signed_in(&self.house, self.member.as_ref()).await
    }

    /// Counts a message of the client's against its limit.
    fn count(&mut self) -> Result<(), End> {
        if self.window.0.elapsed() >= Duration::from_secs(1) {
            self.window = (Instant::now(), 0);
        }
        self.window.1 += 1;
        if self.window.1 > MESSAGES_PER_S_MAX {
            return Err(End::Refused(ErrorCode::RateLimited, "At most 30 messages a second."));
        }
        Ok(())
    }

    async fn subscribe(&mut self, lot: LotId) -> Result<(), End> {
        if self.lots.len() >= SUBSCRIPTIONS_MAX && !self.lots.contains_key(&lot) {
            return Err(End::Refused(ErrorCode::RateLimited, "At most 100 subscriptions."));
        }
        // Before the state is read, so that no change falls between them.
        self.house.hub.subscribe(lot, &self.mailbox);
        self.send_state(lot).await
    }

    /// Sends a lot as it stands. What waits in the mailbox and is older is skipped later.
    async fn send_state(&mut self, lot: LotId) -> Result<(), End> {
        if !self.still_signed_in().await {
            return Err(End::SignedOut);
        }
        match state(&self.house, lot, self.member.as_ref()).await {
            Ok(Some((seq, message))) => {
                self.lots.insert(lot, seq);
                self.house.hub.has_read(lot, seq, &self.mailbox);
                self.send(message).await
            }
            Ok(None) => {
                self.house.hub.unsubscribe(lot, &self.mailbox);
                self.lots.remove(&lot);
                self.complain(Some(lot), ErrorCode::NotFound, "There is no such lot.").await
            }
            Err(()) => {
                self.house.hub.unsubscribe(lot, &self.mailbox);
                self.lots.remove(&lot);
                self.complain(Some(lot), ErrorCode::Unavailable, "Try again in a moment.").await
            }
        }
    }

    async fn deliver(&mut self, delivery: Delivery) -> Result<(), End> {
        if delivery.look_again && !self.still_signed_in().await {
            return Err(End::SignedOut);
        }
        for parcel in delivery.parcels {
            if parcel.private && !self.still_signed_in().await {
                return Err(End::SignedOut);
            }
            let known = self.lots.get(&parcel.lot);
            if parcel.private || known.is_some_and(|state| parcel.seq > *state) {
                self.feed(Message::Text(parcel.text)).await?;
            }
        }
        for lot in delivery.stale {
            if self.lots.contains_key(&lot) {
                self.send_state(lot).await?;
            }
        }
        self.flush().await
    }

    fn message(&self, body: LiveData) -> WsMessage {
        WsMessage {
            auction_id: String::new(),
            timestamp: view::time(self.house.now()),
            seq: None,
            body,
        }
    }

    /// Tells what was refused, and about which lot.
    async fn complain(
        &mut self,
        lot: Option<LotId>,
        error: ErrorCode,
        message: &str,
    ) -> Result<(), End> {
        let data = ErrorData { error, message: message.to_owned() };
        let mut told = self.message(LiveData::Error(data));
        told.auction_id = lot.map(|lot| view::id(lot.0).to_string()).unwrap_or_default();
        self.send(told).await
    }

    async fn send(&mut self, message: WsMessage) -> Result<(), End> {
        self.write(Message::Text(text(&message))).await
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        self.feed(message).await?;
        self.flush().await
    }

    async fn feed(&mut self, message: Message) -> Result<(), End> {
        match timeout(WRITE_TIMEOUT, self.out.feed(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    async fn flush(&mut self) -> Result<(), End> {
        match timeout(WRITE_TIMEOUT, self.out.flush()).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    async fn say_goodbye(&mut self, end: End) {
        let (code, reason) = match end {
            End::Gone => return,
            // The answer to their close waits to be sent.
            End::Left => return drop(self.flush().await),
            End::Leaving => (close_code::AWAY, "the server stops"),
            End::SignedOut => (close_code::POLICY, "the session has ended"),
            End::Refused(error, message) => {
                if self.complain(None, error, message).await.is_err() {
                    return;
                }
                (close_code::POLICY, message)
            }
        };
        let reason = Utf8Bytes::from_static(reason);
        // Nothing is left to be done for a client that does not hear even this.
        let _ = self.write(Message::Close(Some(CloseFrame { code, reason }))).await;
    }
}

/// Whether a session still stands that something was opened with; true for a guest.
pub(super) async fn signed_in(house: &House, member: Option<&Member>) -> bool {
    let Some(member) = member else { return true };
    match house.sessions.find(member.pass, house.now()).await {
        Ok(found) => found.is_some_and(|found| !found.account.banned),
        // The store is away: that ends no session.
        Err(_) => true,
    }
}

/// A lot as a `subscribed` message, with its seq.
pub(super) async fn state(
    house: &House,
    lot: LotId,
    member: Option<&Member>,
) -> Result<Option<(u64, WsMessage)>, ()> {
    let found = house.store.lot(lot).await.map_err(drop)?;
    let Some(row) = found else { return Ok(None) };
    let shown = house.show_lots(vec![row], member).await.map_err(drop)?;
    Ok(shown.into_iter().next().map(|auction| {
        let message = WsMessage {
            auction_id: auction.id.to_string(),
            timestamp: view::time(house.now()),
            seq: Some(auction.seq),
            body: LiveData::Subscribed(Box::new(auction)),
        };
        (message.seq.unwrap_or(0), message)
    }))
}
