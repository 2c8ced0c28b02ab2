//! The direct ways to the other servers of a house.
//!
//! What is for one server alone, bids on a hot lot and their answers, goes there directly where that is
//! possible. A way is opened when there is something for it; until it is open, and where none opens, Redis
//! carries what would have gone by it (docs/adr/0014).

use super::note;
use super::tunnel::Tunnel;
use super::{Hear, Parcel, TOGETHER_MAX, WAITING_MAX};
use crate::door::is_near;
use redis::ConnectionAddr;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Servers of a house that are known, and that can be there at a time.
const PEERS_MAX: usize = 256;
/// How long a server may take to let another in.
const GREETED_WITHIN: Duration = Duration::from_secs(1);
/// How long nothing is tried after a way was.
const TRY_EVERY: Duration = Duration::from_secs(5);
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
    tried: Option<Instant>,
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
        let new = Way { at, heard, tried: None, parcels: None };
        ways.entry(server).or_insert(new).heard = heard;
    }

    /// Where what is for a server is to be put; none, while there is no way to it. Then one is looked for.
    pub(super) fn way_to(&self, server: u128) -> Option<mpsc::Sender<Parcel>> {
        let mut ways = self.0.ways();
        let way = ways.get_mut(&server)?;
        if let Some(open) = way.parcels.as_ref().filter(|parcels| !parcels.is_closed()) {
            return Some(open.clone());
        }
        if way.tried.is_none_or(|at| at.elapsed() >= TRY_EVERY) {
            let first = way.tried.replace(Instant::now()).is_none();
            self.0.runtime.spawn(open_way(self.clone(), server, way.at, first));
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
async fn open_way(peers: Peers, server: u128, at: SocketAddr, first: bool) {
    let me = peers.0.me;
    let dialled = Tunnel::dial(at, &peers.0.secret, me, server);
    let dialled = tokio::time::timeout(GREETED_WITHIN, dialled).await;
    let tunnel = match dialled.map_err(Into::into).and_then(|dialled| dialled) {
        Ok(tunnel) => tunnel,
        Err(error) if first => {
            let told = "no direct way to another server; Redis carries what is for it";
            return tracing::info!(%at, %error, "{told}");
        }
        Err(error) => return tracing::debug!(%at, %error, "still no direct way to another server"),
    };
    let (sender, parcels) = mpsc::channel(WAITING_MAX);
    match peers.0.ways().get_mut(&server) {
        Some(way) => way.parcels = Some(sender),
        // It has gone meanwhile.
        None => return,
    }
    // Who keeps the way must not keep those alone who could tell something.
    drop(peers);
    tracing::info!(%at, "a direct way to another server is open");
    match carry(me, tunnel, parcels).await {
        Ok(()) => tracing::debug!(%at, "a direct way to another server is closed"),
        Err(error) => tracing::info!(%at, %error, "a direct way to another server broke"),
    }
}

/// Sends what is to be told, until nobody can tell something any more.
async fn carry(
    me: u128,
    mut tunnel: Tunnel,
    mut parcels: mpsc::Receiver<Parcel>,
) -> std::io::Result<()> {
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
            tunnel.send(&note::write(me, &notes)).await?;
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
    let mut inside = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if inside.len() < PEERS_MAX => match accepted {
                Ok((stream, _)) => drop(inside.spawn(listen_to(stream, me, secret, hear.clone()))),
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

/// Hears what one server tells, as long as it does.
async fn listen_to(stream: TcpStream, me: u128, secret: [u8; 32], hear: Hear) {
    let listened = async {
        let greeted = Tunnel::accept(stream, &secret, me);
        let mut tunnel = tokio::time::timeout(GREETED_WITHIN, greeted).await??;
        while let Some(message) = tunnel.receive().await? {
            let notes = note::read(me, message);
            if !notes.is_empty() {
                hear(notes);
                // Whoever takes them is on this thread too, and its queue is short.
                tokio::task::yield_now().await;
            }
        }
        std::io::Result::Ok(())
    };
    if let Err(error) = listened.await {
        tracing::debug!(%error, "another server, or somebody else, is not heard directly any more");
    }
}

/// Somewhere to listen, and where that is for others.
async fn found(given: Option<TcpListener>, redis: &ConnectionAddr) -> (TcpListener, SocketAddr) {
    let mut given = given;
    loop {
        match found_now(&mut given, redis).await {
            Ok(found) => return found,
            Err(error) => {
                tracing::debug!(%error, "other servers do not reach this one directly yet");
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn found_now(
    given: &mut Option<TcpListener>,
    redis: &ConnectionAddr,
) -> std::io::Result<(TcpListener, SocketAddr)> {
    let bound = given.as_ref().map(TcpListener::local_addr).transpose()?;
    let here = match bound.filter(|address| !address.ip().is_unspecified()) {
        Some(address) => address.ip(),
        None => address_towards(redis).await?,
    };
    let listener = match given.take() {
        Some(listener) => listener,
        // Nobody has asked for a port that the whole world reaches.
        None if is_near(here) => TcpListener::bind((here, 0)).await?,
        None => return Err(std::io::Error::other(format!("{here} is no private address"))),
    };
    let port = listener.local_addr()?.port();
    Ok((listener, (here, port).into()))
}

/// The address from which this machine reaches a Redis server. Nothing is sent for it.
async fn address_towards(redis: &ConnectionAddr) -> std::io::Result<IpAddr> {
    let (host, port) = match redis {
        ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => (host, port),
        _ => return Ok(Ipv4Addr::LOCALHOST.into()),
    };
    let mut there = tokio::net::lookup_host((host.as_str(), *port)).await?;
    let there = there.next().ok_or(std::io::ErrorKind::NotFound)?;
    let anywhere: IpAddr = match there {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((anywhere, 0)).await?;
    socket.connect(there).await?;
    Ok(socket.local_addr()?.ip())
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
    async fn a_way_that_broke_is_none() {
        let (here, _) = open(1, PeersListen::Off);
        let (there, heard) = open(2, PeersListen::Near);
        here.heard(2, Some(until(|| there.reached_at()).await));
        let way = until(|| here.way_to(2)).await;
        drop((there, heard));
        way.closed().await;
        assert!(here.way_to(2).is_none());
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
            address_towards(&ConnectionAddr::Tcp(host.to_owned(), 6379)).await.expect("a way")
        };
        assert_eq!(towards("127.0.0.2").await, IpAddr::from(Ipv4Addr::LOCALHOST));
        // One that stands for all is told as that.
        let mut given = Some(listener_at(([0, 0, 0, 0], 0).into()).expect("a free port"));
        let redis = ConnectionAddr::Tcp("127.0.0.2".to_owned(), 6379);
        let (listener, at) = found_now(&mut given, &redis).await.expect("it is found");
        assert_eq!(at.ip(), IpAddr::from(Ipv4Addr::LOCALHOST));
        assert_eq!(at.port(), listener.local_addr().expect("it is bound").port());
    }
}
