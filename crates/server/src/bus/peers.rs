//! The direct ways to the other servers of a house.
//!
//! What is for one server alone, bids on a hot lot and their answers, goes there directly where that is
//! possible. A way is opened when there is something for it; until it is open, and where none opens, Redis
//! carries what would have gone by it (docs/adr/0014).

use super::note;
use super::tunnel::Tunnel;
use super::{Hear, Parcel, TOGETHER_MAX, WAITING_MAX};
use crate::door::is_near;
use crate::vital::vital;
use redis::ConnectionAddr;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Servers of a house that are known, and that can be there at a time.
const PEERS_MAX: usize = 256;
/// Connections that have not been let in yet, at a time. Whoever makes more keeps nobody out who is in.
const STRANGERS_MAX: usize = 256;
/// How long a server may take to let another in.
const GREETED_WITHIN: Duration = Duration::from_secs(1);
/// How long nothing is tried after a way was, at first; twice as long whenever that came to nothing, at most
/// so many times.
const TRY_EVERY: Duration = Duration::from_secs(5);
const _: () = assert!(TRY_EVERY.as_millis() > GREETED_WITHIN.as_millis());
const DOUBLED_MAX: u32 = 4;
/// A way that stayed open for so long has come to something.
const LASTING: Duration = Duration::from_secs(60);
/// A server that was not heard for so long may be forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(10);
/// How long nothing is tried after no address was found to listen at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Where the other servers of a house reach this one directly.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PeersListen {
    /// At a free port of the address from which it reaches Redis, if that is a private one.
    #[default]
    Near,
    /// At an address; one that stands for all there are is told as the one from which it reaches Redis.
    At(SocketAddr),
    /// Nowhere.
    Off,
}

/// The direct ways to the other servers, and theirs to this one.
#[derive(Clone)]
pub(super) struct Peers(Arc<State>);

struct State {
    /// This server, among those of the house.
    me: u128,
    /// What all of them know, and nobody else.
    secret: [u8; 32],
    /// Where ways are kept: they belong to the thread that decides bids.
    runtime: Handle,
    /// Where this server is reached, once it is.
    at: OnceLock<SocketAddr>,
    ways: Mutex<HashMap<u128, Way>>,
    /// Dropped with the rest; then nobody is let in any more.
    _open: oneshot::Sender<()>,
}

/// A way to a server that was heard.
struct Way {
    at: SocketAddr,
    heard: Instant,
    /// When the next is tried, once one was.
    next: Option<Instant>,
    /// How many in a row did not open, or broke soon.
    failed: u32,
    /// Where what goes by it waits; closed once it broke.
    parcels: Option<mpsc::Sender<Parcel>>,
}

impl Peers {
    /// Lets the other servers in, from soon on, and hands what they tell to `hear`. To be called where bids
    /// are decided.
    ///
    /// # Errors
    /// It cannot listen at the address that it was given.
    pub(super) fn open(
        me: u128,
        secret: [u8; 32],
        listen: PeersListen,
        redis: ConnectionAddr,
        hear: Hear,
    ) -> Result<Peers, String> {
        let given = match listen {
            PeersListen::At(address) => Some(listener_at(address)?),
            PeersListen::Near | PeersListen::Off => None,
        };
        let (open, closed) = oneshot::channel();
        let runtime = Handle::current();
        let (at, ways) = (OnceLock::new(), Mutex::default());
        let peers = Peers(Arc::new(State { me, secret, runtime, at, ways, _open: open }));
        if listen != PeersListen::Off {
            let state = Arc::downgrade(&peers.0);
            tokio::spawn(async move {
                tokio::select! {
                    () = receive(state, given, redis, hear) => {}
                    _ = closed => {}
                }
            });
        }
        Ok(peers)
    }

    /// Where the others reach this server, once they do.
    pub(super) fn reached_at(&self) -> Option<SocketAddr> {
        self.0.at.get().copied()
    }

    /// Another server spoke: where it is reached, if it is and stays.
    pub(super) fn heard(&self, server: u128, at: Option<SocketAddr>) {
        let (mut ways, heard) = (self.0.ways(), Instant::now());
        let Some(at) = at else {
            // What waits on its way is sent still.
            ways.remove(&server);
            return;
        };
        if ways.len() >= PEERS_MAX && !ways.contains_key(&server) {
            ways.retain(|_, way| way.heard.elapsed() < FORGOTTEN_AFTER);
            if ways.len() >= PEERS_MAX {
                return;
            }
        }
        let new = Way { at, heard, next: None, failed: 0, parcels: None };
        ways.entry(server).or_insert(new).heard = heard;
    }

    /// Where what is for a server is to be put; none, while there is no way to it. Then one is looked for.
    pub(super) fn way_to(&self, server: u128) -> Option<mpsc::Sender<Parcel>> {
        let mut ways = self.0.ways();
        let way = ways.get_mut(&server)?;
        if let Some(open) = way.parcels.as_ref().filter(|parcels| !parcels.is_closed()) {
            return Some(open.clone());
        }
        let now = Instant::now();
        if way.next.is_none_or(|next| next <= now) {
            // More than a try takes; what comes of it says when the next one is.
            way.next = Some(now + TRY_EVERY);
            self.0.runtime.spawn(try_way(Arc::downgrade(&self.0), server, way.at));
        }
        None
    }

    /// All ways that are open.
    pub(super) fn open_ways(&self) -> Vec<mpsc::Sender<Parcel>> {
        self.0.ways().values().filter_map(|way| way.parcels.clone()).collect()
    }
}

impl State {
    fn ways(&self) -> MutexGuard<'_, HashMap<u128, Way>> {
        self.ways.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a way to a server and keeps it, until it breaks or is not wanted any more.
async fn try_way(peers: Weak<State>, server: u128, at: SocketAddr) {
    let began = Instant::now();
    let ended = keep_way(&peers, server, at).await;
    let Some(peers) = peers.upgrade() else { return };
    let mut ways = peers.ways();
    let Some(way) = ways.get_mut(&server) else { return };
    let Err(error) = ended else { return };
    let now = Instant::now();
    way.failed = if now - began < LASTING { way.failed + 1 } else { 1 };
    way.next = Some(now + TRY_EVERY * (1 << (way.failed - 1).min(DOUBLED_MAX)));
    if way.failed == 1 {
        let told = "no direct way to another server; Redis carries what is for it";
        tracing::info!(%at, %error, "{told}");
    } else {
        tracing::debug!(%at, %error, "still no direct way to another server");
    }
}

async fn keep_way(peers: &Weak<State>, server: u128, at: SocketAddr) -> std::io::Result<()> {
    let Some((me, secret)) = peers.upgrade().map(|peers| (peers.me, peers.secret)) else {
        return Ok(());
    };
    let dialled = Tunnel::dial(at, &secret, me, server);
    let tunnel = tokio::time::timeout(GREETED_WITHIN, dialled).await??;
    let (sender, parcels) = mpsc::channel(WAITING_MAX);
    {
        // Who keeps the way must not keep those alone who could tell something.
        let Some(peers) = peers.upgrade() else { return Ok(()) };
        let mut ways = peers.ways();
        // It may have gone meanwhile.
        let Some(way) = ways.get_mut(&server) else { return Ok(()) };
        way.parcels = Some(sender);
    }
    tracing::info!(%at, "a direct way to another server is open");
    let open = metrics::gauge!("gavel_bus_direct_ways");
    open.increment(1.0);
    let ended = carry(tunnel, parcels).await;
    open.decrement(1.0);
    ended
}

/// Sends what is to be told, until nobody can tell something any more.
async fn carry(mut tunnel: Tunnel, mut parcels: mpsc::Receiver<Parcel>) -> std::io::Result<()> {
    let mut together = Vec::new();
    loop {
        tokio::select! {
            count = parcels.recv_many(&mut together, TOGETHER_MAX) => if count == 0 {
                return Ok(());
            },
            // Nothing comes this way but its end.
            ended = tunnel.receive() => {
                ended?;
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        let (mut notes, mut flushed) = (Vec::new(), Vec::new());
        for parcel in together.drain(..) {
            match parcel {
                Parcel::Note(_, note) => notes.push(note),
                Parcel::Flush(sent) => flushed.push(sent),
            }
        }
        if !notes.is_empty() {
            tunnel.send(&note::write(&notes)).await?;
        }
        for sent in flushed {
            // Who waited may have gone.
            let _ = sent.send(());
        }
    }
}

/// Lets other servers in, and hears what they tell.
async fn receive(
    state: Weak<State>,
    given: Option<TcpListener>,
    redis: ConnectionAddr,
    hear: Hear,
) {
    let (listener, at) = found(given, &redis).await;
    let (me, secret) = {
        let Some(state) = state.upgrade() else { return };
        let _ = state.at.set(at);
        (state.me, state.secret)
    };
    tracing::info!(%at, "other servers reach this one directly");
    let (strangers, places) = (Semaphore::new(STRANGERS_MAX), Semaphore::new(PEERS_MAX));
    let (strangers, places) = (Arc::new(strangers), Arc::new(places));
    let comes = async || {
        let stranger = strangers.clone().acquire_owned().await.map_err(std::io::Error::other)?;
        let (stream, _) = listener.accept().await?;
        Ok::<_, std::io::Error>((stream, stranger))
    };
    let mut inside = JoinSet::new();
    loop {
        tokio::select! {
            came = comes() => match came {
                Ok((stream, stranger)) => {
                    let (places, hear) = (places.clone(), hear.clone());
                    let listened = async move {
                        let tunnel = let_in(stream, me, &secret).await?;
                        drop(stranger);
                        let _place = places.try_acquire().map_err(std::io::Error::other)?;
                        listen_to(tunnel, &hear).await
                    };
                    inside.spawn(vital("peers", async {
                        if let Err(error) = listened.await {
                            tracing::debug!(%error, "somebody is not heard directly any more");
                        }
                    }));
                }
                Err(error) => {
                    // Out of file descriptors, mostly: let some connections end first.
                    tracing::warn!(%error, "cannot let another server in");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = inside.join_next() => {}
        }
    }
}

async fn let_in(stream: TcpStream, me: u128, secret: &[u8; 32]) -> std::io::Result<Tunnel> {
    tokio::time::timeout(GREETED_WITHIN, Tunnel::accept(stream, secret, me)).await?
}

/// Hears what one server tells, as long as it does.
async fn listen_to(mut tunnel: Tunnel, hear: &Hear) -> std::io::Result<()> {
    while let Some(message) = tunnel.receive().await? {
        hear(note::read(tunnel.peer, message));
        // Whoever takes them is on this thread too, and its queue is short.
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Somewhere to listen, and where that is for others.
async fn found(given: Option<TcpListener>, redis: &ConnectionAddr) -> (TcpListener, SocketAddr) {
    let (mut given, mut told) = (given, false);
    loop {
        match found_now(&mut given, redis).await {
            Ok(found) => return found,
            Err(error) if !told => {
                tracing::info!(%error, "other servers do not reach this one directly");
                told = true;
            }
            Err(error) => tracing::debug!(%error, "other servers still do not reach this one"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn found_now(
    given: &mut Option<TcpListener>,
    redis: &ConnectionAddr,
) -> std::io::Result<(TcpListener, SocketAddr)> {
    let bound = given.as_ref().map(TcpListener::local_addr).transpose()?;
    let here = match bound {
        Some(at) if !at.ip().is_unspecified() => at.ip(),
        // One that stands for all of IPv4 is reached at none of IPv6.
        Some(SocketAddr::V4(_)) => {
            address_towards(redis, "an IPv4 address", IpAddr::is_ipv4).await?
        }
        Some(SocketAddr::V6(_)) => address_towards(redis, "an address", |_| true).await?,
        // Nobody has asked for a port that the whole world reaches.
        None => address_towards(redis, "a private address", |here| is_near(*here)).await?,
    };
    let listener = match given.take() {
        Some(listener) => listener,
        None => TcpListener::bind((here, 0)).await?,
    };
    let port = listener.local_addr()?.port();
    Ok((listener, (here, port).into()))
}

/// The address from which this machine reaches a Redis server, where one will do. Nothing is sent for it.
async fn address_towards(
    redis: &ConnectionAddr,
    wanted: &str,
    will_do: impl Fn(&IpAddr) -> bool,
) -> std::io::Result<IpAddr> {
    let (host, port) = match redis {
        ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => (host, port),
        _ => return Ok(Ipv4Addr::LOCALHOST.into()),
    };
    let mut failed = std::io::Error::other(format!("{host} has no address"));
    let not_at = |here| {
        std::io::Error::other(format!("Redis is reached from {here}, which is not {wanted}"))
    };
    for there in tokio::net::lookup_host((host.as_str(), *port)).await? {
        let anywhere: IpAddr = match there {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let here = async {
            let socket = UdpSocket::bind((anywhere, 0)).await?;
            socket.connect(there).await?;
            socket.local_addr()
        };
        match here.await.map(|here| here.ip()) {
            Ok(here) if will_do(&here) => return Ok(here),
            Ok(here) => failed = not_at(here),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn listener_at(address: SocketAddr) -> Result<TcpListener, String> {
    let listener = std::net::TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        TcpListener::from_std(listener)
    });
    listener.map_err(|error| format!("--peers-listen {address}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::super::{Note, Whom};
    use super::*;
    use gavel_domain::LotId;
    use tokio::io::AsyncReadExt;

    const SECRET: [u8; 32] = [7; 32];

    /// A server, and what it hears.
    fn open(me: u128, listen: PeersListen) -> (Peers, mpsc::UnboundedReceiver<Note>) {
        let (said, heard) = mpsc::unbounded_channel();
        let hear = move |notes: Vec<Note>| {
            for note in notes {
                let _ = said.send(note);
            }
        };
        // Whose Redis is on this very machine.
        let redis = ConnectionAddr::Unix("redis.sock".into());
        let peers = Peers::open(me, SECRET, listen, redis, Arc::new(hear));
        (peers.expect("it opens"), heard)
    }

    async fn until<T>(mut found: impl FnMut() -> Option<T>) -> T {
        let looked = async {
            loop {
                match found() {
                    Some(found) => return found,
                    None => tokio::time::sleep(Duration::from_millis(5)).await,
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), looked).await.expect("soon enough")
    }

    fn about(lot: u128) -> Parcel {
        Parcel::Note(Whom::Server(2), Note::Lot(LotId(lot)))
    }

    #[tokio::test]
    async fn what_is_for_a_server_goes_to_it_directly_until_it_goes() {
        let (here, _) = open(1, PeersListen::Off);
        let (there, mut heard) = open(2, PeersListen::Near);
        assert!(here.way_to(2).is_none(), "nobody has heard of it");
        let at = until(|| there.reached_at()).await;
        assert!(at.ip().is_loopback(), "where its Redis is: {at}");
        here.heard(2, Some(at));
        assert!(here.way_to(2).is_none(), "it is not open yet");
        let way = until(|| here.way_to(2)).await;
        way.try_send(about(3)).expect("there is room");
        let (sent, flushed) = oneshot::channel();
        assert_eq!(here.open_ways().len(), 1);
        here.open_ways()[0].try_send(Parcel::Flush(sent)).expect("there is room");
        flushed.await.expect("what was before it is sent");
        assert!(matches!(heard.recv().await, Some(Note::Lot(LotId(3)))));
        // It says that it goes; what is on its way still comes.
        way.try_send(about(4)).expect("there is room");
        drop(way);
        here.heard(2, None);
        assert!(here.way_to(2).is_none());
        assert!(matches!(heard.recv().await, Some(Note::Lot(LotId(4)))));
        assert_eq!(here.reached_at(), None);
    }

    #[tokio::test]
    async fn a_way_that_broke_is_none_and_is_tried_again_later_and_later() {
        let (here, _) = open(1, PeersListen::Off);
        let (there, heard) = open(2, PeersListen::Near);
        here.heard(2, Some(until(|| there.reached_at()).await));
        let way = until(|| here.way_to(2)).await;
        drop((there, heard));
        way.closed().await;
        let failed = |times| {
            let here = &here;
            until(move || (here.0.ways()[&2].failed == times).then_some(()))
        };
        failed(1).await;
        tokio::time::pause();
        let mut pause = TRY_EVERY;
        for times in 1..=DOUBLED_MAX + 3 {
            let next = || here.0.ways()[&2].next.expect("one was tried");
            let rest = next() - Instant::now();
            assert!(rest > pause / 2 && rest <= pause, "{rest:?} after {times}");
            assert!(here.way_to(2).is_none(), "it broke");
            tokio::time::advance(rest).await;
            assert!(here.way_to(2).is_none(), "nobody is there any more");
            tokio::time::resume();
            failed(times + 1).await;
            tokio::time::pause();
            pause = TRY_EVERY * (1 << times.min(DOUBLED_MAX));
        }
    }

    #[tokio::test]
    async fn who_comes_and_says_nothing_keeps_nobody_out_who_is_in() {
        let (here, _) = open(1, PeersListen::Off);
        let (there, mut heard) = open(2, PeersListen::Near);
        let at = until(|| there.reached_at()).await;
        here.heard(2, Some(at));
        let way = until(|| here.way_to(2)).await;
        let mut strangers = Vec::new();
        for _ in 0..STRANGERS_MAX + 10 {
            strangers.push(TcpStream::connect(at).await.expect("there is room"));
        }
        way.try_send(about(3)).expect("there is room");
        assert!(matches!(heard.recv().await, Some(Note::Lot(LotId(3)))));
        let (other, _) = open(3, PeersListen::Off);
        other.heard(2, Some(at));
        // Their second is soon over.
        for mut stranger in strangers {
            assert_eq!(stranger.read(&mut [0; 16]).await.expect("it is closed"), 0);
        }
        let way = until(|| other.way_to(2)).await;
        way.try_send(about(4)).expect("there is room");
        assert!(matches!(heard.recv().await, Some(Note::Lot(LotId(4)))));
    }

    #[tokio::test]
    async fn who_says_nothing_is_not_kept() {
        let (there, _heard) = open(2, PeersListen::At(([127, 0, 0, 1], 0).into()));
        let at = until(|| there.reached_at()).await;
        let mut stranger = TcpStream::connect(at).await.expect("there is room");
        assert_eq!(stranger.read(&mut [0; 16]).await.expect("it is closed"), 0);
    }

    #[tokio::test]
    async fn servers_that_were_not_heard_for_long_make_room_and_no_others() {
        let (here, _) = open(1, PeersListen::Off);
        let at = ([127, 0, 0, 1], 1).into();
        let known = || here.0.ways().len();
        tokio::time::pause();
        for server in 0..PEERS_MAX as u128 + 10 {
            here.heard(server, Some(at));
        }
        assert_eq!(known(), PEERS_MAX);
        tokio::time::advance(FORGOTTEN_AFTER).await;
        here.heard(0, Some(at));
        here.heard(u128::MAX, Some(at));
        assert_eq!(known(), 2);
    }

    #[tokio::test]
    async fn an_address_that_is_taken_is_told() {
        let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let at = taken.local_addr().expect("it is bound");
        let redis = ConnectionAddr::Tcp("127.0.0.1".to_owned(), 6379);
        let hear: Hear = Arc::new(|_| {});
        let refused = Peers::open(1, SECRET, PeersListen::At(at), redis, hear).err();
        assert!(refused.is_some_and(|why| why.starts_with(&format!("--peers-listen {at}: "))));
    }

    #[tokio::test]
    async fn an_address_of_its_own_is_found_on_the_way_to_redis() {
        let towards = async |host: &str| {
            let redis = ConnectionAddr::Tcp(host.to_owned(), 6379);
            address_towards(&redis, "an IPv4 address", IpAddr::is_ipv4).await
        };
        let found = towards("127.0.0.2").await.expect("a way");
        assert_eq!(found, IpAddr::from(Ipv4Addr::LOCALHOST));
        let refused = towards("::1").await.expect_err("of the other kind").to_string();
        assert_eq!(refused, "Redis is reached from ::1, which is not an IPv4 address");
        // One that stands for all is told as that.
        let mut given = Some(listener_at(([0, 0, 0, 0], 0).into()).expect("a free port"));
        let redis = ConnectionAddr::Tcp("127.0.0.2".to_owned(), 6379);
        let (listener, at) = found_now(&mut given, &redis).await.expect("it is found");
        assert_eq!(at.ip(), IpAddr::from(Ipv4Addr::LOCALHOST));
        assert_eq!(at.port(), listener.local_addr().expect("it is bound").port());
    }
}
