//! One client's stream of server-sent events: a listener that has subscribed to one lot.

use super::hub::text;
use super::mailbox::{Delivery, Mailbox};
use super::socket::{signed_in, state};
use crate::house::App;
use crate::sessions::Member;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, Stream};
use gavel_domain::{LotId, UserId};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Interval;

/// How often a comment is sent, so that proxies keep the connection and dead ones show.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// How often the session is looked at that the stream was opened with.
const SESSION_CHECK_EVERY: Duration = Duration::from_secs(30);

/// Opens a stream; none where there is no such lot.
///
/// # Errors
/// The store is away.
pub(crate) async fn stream(
    house: App,
    lot: LotId,
    member: Option<Member>,
    place: OwnedSemaphorePermit,
) -> Result<Option<Sse<impl Stream<Item = Result<Event, Infallible>>>>, ()> {
    let mut check = tokio::time::interval(SESSION_CHECK_EVERY);
    check.reset();
    let mailbox = Arc::new(Mailbox::default());
    let hub = house.hub.clone();
    let mut listener = Listener {
        house,
        closing: async move { hub.closing().await }.boxed(),
        lot,
        member,
        mailbox,
        seq: 0,
        ready: VecDeque::new(),
        check,
        _place: place,
    };
    // Before the state is read, so that no change falls between them.
    listener.listen();
    if listener.take_state().await? == Took::Nothing {
        return Ok(None);
    }
    let events = futures_util::stream::unfold(listener, |mut listener| async move {
        listener.next().await.map(|event| (Ok(event), listener))
    });
    Ok(Some(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT_EVERY))))
}

/// Whether a lot's state was there to be sent.
#[derive(PartialEq, Eq)]
enum Took {
    State,
    Nothing,
}

struct Listener {
    house: App,
    /// Resolves when the stream is to end because the server stops.
    closing: BoxFuture<'static, ()>,
    lot: LotId,
    member: Option<Member>,
    mailbox: Arc<Mailbox>,
    /// The seq of the last whole state that was sent: messages up to it are contained in it.
    seq: u64,
    /// Events of one delivery that are still to be sent; the mailbox bounds them.
    ready: VecDeque<Event>,
    check: Interval,
    _place: OwnedSemaphorePermit,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.house.hub.unsubscribe(self.lot, &self.mailbox);
        if let Some(member) = &self.member {
            self.house.hub.leave(UserId(member.id), &self.mailbox);
        }
    }
}

impl Listener {
    fn listen(&self) {
        self.house.hub.subscribe(self.lot, &self.mailbox);
        if let Some(member) = &self.member {
            self.house.hub.join(UserId(member.id), &self.mailbox);
            // The session may have ended since the request was let in.
            self.mailbox.look_again();
        }
    }

    /// The next event; none where the stream ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let mailbox = self.mailbox.clone();
            tokio::select! {
                biased;
                () = &mut self.closing => return None,
                delivery = mailbox.take() => self.deliver(delivery).await?,
                _ = self.check.tick() => self.check_session().await?,
            }
        }
    }

    /// Makes events of what was delivered. A client that reads slowly asks for less often, and finds
    /// the lot marked as stale.
    async fn deliver(&mut self, delivery: Delivery) -> Option<()> {
        let private = delivery.parcels.iter().any(|parcel| parcel.private);
        if private || delivery.look_again {
            self.check_session().await?;
        }
        for parcel in delivery.parcels {
            let is_news = parcel.private || parcel.seq > self.seq;
            if parcel.lot == self.lot && is_news {
                self.ready.push_back(event(parcel.seq, parcel.text.as_str()));
            }
        }
        if delivery.stale.contains(&self.lot) {
            self.check_session().await?;
            // The store is away: better to end, and be opened again, than to leave a gap.
            self.take_state().await.ok().filter(|took| *took == Took::State)?;
        }
        Some(())
    }

    /// Takes the lot as it stands, for sending.
    async fn take_state(&mut self) -> Result<Took, ()> {
        let found = state(&self.house, self.lot, self.member.as_ref()).await?;
        let Some((seq, message)) = found else { return Ok(Took::Nothing) };
        self.seq = seq;
        self.house.hub.has_read(self.lot, seq, &self.mailbox);
        self.ready.push_back(event(seq, text(&message).as_str()));
        Ok(Took::State)
    }

    /// None where the session has ended that the stream was opened with.
    async fn check_session(&mut self) -> Option<()> {
        let stands = signed_in(&self.house, self.member.as_ref()).await;
        stands.then_some(())
    }
}

fn event(seq: u64, text: &str) -> Event {
    Event::default().event("message").id(seq.to_string()).data(text)
}
