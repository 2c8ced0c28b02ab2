//! What the servers of a house tell each other, through Redis or directly.
//!
//! What is told are hints. A note that is lost, doubled or late does no harm: what is told to anybody goes by
//! the lots' `seq`, and what did not come is read from the database (`live/catch_up.rs`). What one server
//! hands on to another is decided by itself where no answer comes in time (`keepers.rs`). What is about a lot
//! or for a user goes to those servers alone where somebody listens to that.

mod counts;
mod ears;
mod link;
mod note;
mod peers;
mod seal;
mod tunnel;

use crate::vital::vital;
pub(crate) use counts::Quota;
use futures_util::future::join_all;
use gavel_domain::{LotId, UserId};
use gavel_engine::chain::{HouseKey, hex};
use link::Link;
pub(crate) use note::{Change, Note, Once};
use peers::Peers;
pub use peers::PeersListen;
use seal::Seal;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc, oneshot};

/// Notes that wait to be sent, each way; beyond, they are dropped.
const WAITING_MAX: usize = 8_192;
/// Notes in a message.
const TOGETHER_MAX: usize = 256;

/// How long it is believed that nobody listens to something, after nobody did. Whoever begins to looks once
/// more after that.
pub(crate) const UNHEARD_FOR: Duration = Duration::from_millis(200);

/// The way to the other servers.
#[derive(Clone)]
pub(crate) struct Bus(Arc<Shared>);

/// Which servers something is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Whom {
    /// All of them.
    All,
    /// One alone.
    Server(u128),
    /// Those where somebody listens to a lot.
    Lot(LotId),
    /// Those where a user has a socket. After the lots: what one is told alone goes with their changes.
    User(UserId),
}

/// What is to be sent.
enum Parcel {
    /// A note.
    Note(Whom, Note),
    /// What was to be sent before this has been.
    Flush(oneshot::Sender<()>),
}

/// What is done with what others tell. It must not wait.
type Hear = Arc<dyn Fn(Vec<Note>) + Send + Sync>;
/// What is done about whatever is listened to from now on. It must not wait.
type Begins = Arc<dyn Fn(&[Whom]) + Send + Sync>;

struct Shared {
    notes: mpsc::Sender<Parcel>,
    link: Link,
    peers: Peers,
    /// Rung when nobody knows what was missed: the bus is there again, or was too quick.
    back: Arc<Notify>,
    dropped: metrics::Counter,
}

impl Bus {
    /// Connects to the Redis server of a URL, now and whenever the connection is lost, as long as a
    /// handle lives, and lets other servers in. `me` is this server's name among those of the house. What
    /// the others tell is handed to `hear`, and whatever was not listened to until then to `begins`, at once and
    /// when nobody believes any more that nobody does; neither must wait. To be called where bids are decided.
    ///
    /// # Errors
    /// The URL names no Redis server, or nobody can listen at an address that was given. That no Redis
    /// server answers is no error: the house works without.
    pub(crate) fn start(
        url: &str,
        listen: PeersListen,
        key: &HouseKey,
        me: u128,
        hear: impl Fn(Vec<Note>) + Send + Sync + 'static,
        begins: impl Fn(&[Whom]) + Send + Sync + 'static,
    ) -> Result<Bus, String> {
        // There is one per process; whoever was first chose the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let back = Arc::new(Notify::new());
        // Houses that share a Redis server do not hear each other, and their names cannot be guessed.
        let house = format!("gavel:{}", &hex(&key.secret("bus"))[..32]);
        let seal = Seal::new(&key.secret("messages"), me);
        // What the library says of a URL may repeat its password.
        let link = Link::new(url, house, me, seal, back.clone())
            .map_err(|_| "--redis-url must be such as redis://:password@host:6379".to_owned())?;
        let hear: Hear = Arc::new(hear);
        let secret = key.secret("servers");
        let peers = Peers::open(me, secret, listen, link.address(), hear.clone())?;
        let (notes, waiting) = mpsc::channel(WAITING_MAX);
        let known = peers.clone();
        let hear = move |notes: Vec<Note>| {
            for note in &notes {
                if let Note::Sockets { server, stays, at, .. } = note {
                    known.heard(*server, at.filter(|_| *stays));
                }
            }
            hear(notes);
        };
        let work = link.clone().run(waiting, hear, Arc::new(begins));
        let told = |error| format!("cannot start the bus: {error}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(told)?;
        // A thread of its own: what is told elsewhere must not wait for what this server is busy with.
        let started = std::thread::Builder::new()
            .name("gavel-bus".into())
            .spawn(move || runtime.block_on(vital("bus", work)));
        started.map_err(told)?;
        let dropped = metrics::counter!("gavel_bus_notes_dropped_total");
        Ok(Bus(Arc::new(Shared { notes, link, peers, back, dropped })))
    }

    /// Tells the other servers that it is for; nobody, where the bus is away or does not keep up.
    pub(crate) fn tell(&self, note: Note) {
        self.send_through_redis(Parcel::Note(note.whom(), note));
    }

    /// Tells one server, directly where there is a way to it that has room, and says whether that was tried.
    pub(crate) fn tell_one(&self, server: u128, note: Note) -> bool {
        let mut parcel = Parcel::Note(Whom::Server(server), note);
        if let Some(way) = self.0.peers.way_to(server) {
            match way.try_send(parcel) {
                Ok(()) => return true,
                Err(TrySendError::Full(back) | TrySendError::Closed(back)) => parcel = back,
            }
        }
        self.send_through_redis(parcel)
    }

    /// Where the other servers reach this one directly, if they do.
    pub(crate) fn reached_at(&self) -> Option<SocketAddr> {
        self.0.peers.reached_at()
    }

    /// Whether another server may listen to what is for `whom`, as far as is known.
    pub(crate) fn reaches(&self, whom: Whom) -> bool {
        !self.0.link.is_unheard(whom)
    }

    /// Has what is for `whom` heard here from soon on, as long as it is not [`Bus::ignore`]d.
    pub(crate) fn listen(&self, whom: Whom) {
        self.0.link.ears().listen(whom);
    }

    /// No longer.
    pub(crate) fn ignore(&self, whom: Whom) {
        self.0.link.ears().ignore(whom);
    }

    fn through_redis(&self) -> Option<&mpsc::Sender<Parcel>> {
        self.is_up().then_some(&self.0.notes)
    }

    fn send_through_redis(&self, parcel: Parcel) -> bool {
        let sent = self.through_redis().is_some_and(|way| way.try_send(parcel).is_ok());
        if !sent {
            self.0.dropped.increment(1);
        }
        sent
    }

    /// Waits until all that was to be told has been, or could not be.
    pub(crate) async fn flush(&self) {
        let ways = self.0.peers.open_ways();
        let flushed = ways.iter().chain(self.through_redis()).map(async |way| {
            let (sent, done) = oneshot::channel();
            if way.send(Parcel::Flush(sent)).await.is_ok() {
                // Dropped unsent, where it breaks meanwhile.
                let _ = done.await;
            }
        });
        join_all(flushed).await;
    }

    /// Whether the other servers can be told, as far as is known.
    pub(crate) fn is_up(&self) -> bool {
        self.0.link.is_up()
    }

    /// Waits until something may have been missed: the bus is there again, having been away.
    pub(crate) async fn back(&self) {
        self.0.back.notified().await;
    }
}
