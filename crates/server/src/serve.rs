//! Listening, and stopping in order.

use crate::door::{self, Door, Seat, Spoken};
use crate::house::App;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use socket2::SockRef;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tower::ServiceExt;

/// Connections at a time; more wait at the door. Sockets are counted apart, by the hub.
const CONNECTIONS_MAX: usize = 20_000;
/// How long a client may take to send a request's head, and a connection may stay silent.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// How long what is sent may stay unread before the connection is given up.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes that a request's head may have.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long requests may take to finish once the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);

/// Serves a house through its router until SIGTERM or SIGINT, then lets what was begun finish.
///
/// # Errors
/// The address is taken, or the store has failed for good.
pub async fn run(
    house: App,
    router: Router,
    listen: SocketAddr,
    say: impl Fn(&str),
) -> Result<(), String> {
    let listener = TcpListener::bind(listen).await;
    let listener = listener.map_err(|error| format!("--listen {listen}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let stop = stop_asked()?;
    house.listens_at(address);
    say(&format!("listening on http://{address}"));
    if let Some(link) = house.first_admin_link().await {
        say(&format!("no admin yet: make yours at {link}"));
    }
    let server = Server::new(&house, router);
    let ended = tokio::select! {
        () = server.accept_all(&listener) => Ok(()),
        () = stop => Ok(()),
        reason = house.failed() => Err(format!("the store failed for good: {reason}")),
    };
    drop(listener);
    tracing::info!("stopping");
    server.drain(&house).await;
    ended
}

/// Serves a router that is not for visitors at an address of its own, as long as the process lives.
///
/// # Errors
/// The address is taken.
pub(crate) async fn apart(router: Router, listen: SocketAddr) -> Result<(), String> {
    let listener = TcpListener::bind(listen).await;
    let listener = listener.map_err(|error| format!("--metrics-listen {listen}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tracing::info!(%address, "metrics");
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

/// Resolves when the process is asked to stop.
fn stop_asked() -> Result<impl Future<Output = ()>, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// A connection on its way to whoever serves it.
struct Arrival {
    house: App,
    stream: TcpStream,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
    seat: Arc<Seat>,
    watcher: Watcher,
}

struct Server {
    house: App,
    router: Router,
    door: Arc<Door>,
    places: Arc<Semaphore>,
    graceful: GracefulShutdown,
    hands: Vec<mpsc::Sender<Arrival>>,
}

impl Server {
    fn new(house: &App, router: Router) -> Server {
        Server {
            house: house.clone(),
            door: Door::new(house.public_url.is_some()),
            hands: (0..hands_wanted()).filter_map(|n| hand(n, router.clone())).collect(),
            router,
            places: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
            graceful: GracefulShutdown::new(),
        }
    }

    async fn accept_all(&self, listener: &TcpListener) {
        let mut turn = 0;
        loop {
            let Ok(place) = self.places.clone().acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let Some(seat) = self.door.admit(peer.ip()) else {
                        // As much of it as goes out at once; nobody waits for such a client.
                        let _ = stream.try_write(&door::too_many(&self.house));
                        continue;
                    };
                    let (house, seat) = (self.house.clone(), Arc::new(seat));
                    let watcher = self.graceful.watcher();
                    let arrival = Arrival { house, stream, peer, place, seat, watcher };
                    turn += 1;
                    match self.hands.get(turn % self.hands.len().max(1)) {
                        Some(hand) => drop(hand.send(arrival).await),
                        None => drop(tokio::spawn(serve(self.router.clone(), arrival))),
                    }
                }
                Err(error) => {
                    // Out of file descriptors, mostly: let some connections end first.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    async fn drain(self, house: &App) {
        let all = async {
            let others = house.keepers.stop(house);
            tokio::join!(self.graceful.shutdown(), house.hub.close(), others)
        };
        if tokio::time::timeout(DRAIN_TIMEOUT, all).await.is_err() {
            tracing::warn!("some requests did not finish in time");
        }
    }
}

/// How many threads serve connections, beside the one that runs the engine and the one that writes.
///
/// Each has a queue of its own, first come first served: a work-stealing runtime runs what was woken
/// last first, and so lets a later bid overtake an earlier one (docs/adr/0004). Where there are no
/// cores to spare, the engine's thread serves connections too.
fn hands_wanted() -> usize {
    std::thread::available_parallelism().map_or(0, |cores| cores.get().saturating_sub(2))
}

/// Starts a thread that serves connections.
fn hand(n: usize, router: Router) -> Option<mpsc::Sender<Arrival>> {
    let (sender, mut arrivals) = mpsc::channel::<Arrival>(64);
    let serve_all = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async move {
            while let Some(arrival) = arrivals.recv().await {
                tokio::spawn(serve(router.clone(), arrival));
            }
            // Connections go on until the process ends.
            std::future::pending::<()>().await;
        });
    };
    let started = std::thread::Builder::new().name(format!("gavel-http-{n}")).spawn(serve_all);
    started.ok().map(|_| sender)
}

async fn serve(router: Router, arrival: Arrival) {
    let Arrival { house, stream, peer, place: _place, seat, watcher } = arrival;
    let socket = SockRef::from(&stream);
    // Who stops reading, or is gone without a word, must not keep the place.
    let set = stream.set_nodelay(true).and_then(|()| socket.set_keepalive(true));
    if let Err(error) = set.and_then(|()| socket.set_tcp_user_timeout(Some(UNREAD_TIMEOUT))) {
        tracing::debug!(%error, "cannot set up a connection");
    }
    let held = seat.clone();
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        if request.headers().contains_key(header::UPGRADE) {
            // A socket outlives its request, and keeps the place.
            request.extensions_mut().insert(held.clone());
        }
        request.map(axum::body::Body::new)
    });
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX);
    let io = TokioIo::new(Spoken::new(stream, house));
    let connection =
        builder.serve_connection_with_upgrades(io, TowerToHyperService::new(service)).into_owned();
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection broke");
    }
}
