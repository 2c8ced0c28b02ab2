//! Listening, and stopping in order.

use crate::house::App;
use crate::http::router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

/// Connections at a time, sockets included; more wait at the door.
const CONNECTIONS_MAX: usize = 20_000;
/// How long a client may take to send a request's head, and a connection may stay silent.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// How long requests may take to finish once the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);

/// Serves a house until SIGTERM or SIGINT, then lets what was begun finish.
///
/// # Errors
/// The address is taken, or the store has failed for good.
pub async fn run(house: App, listen: SocketAddr, say: impl Fn(&str)) -> Result<(), String> {
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("{listen}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let stop = stop_asked()?;
    say(&format!("listening on http://{address}"));
    let server = Server::new(house.clone());
    let ended = tokio::select! {
        () = server.accept_all(&listener) => Ok(()),
        () = stop => Ok(()),
        reason = house.failed() => Err(format!("the store failed for good: {reason}")),
    };
    drop(listener);
    tracing::info!("stopping");
    house.hub.close();
    server.drain().await;
    ended
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

struct Server {
    router: axum::Router,
    places: Arc<Semaphore>,
    graceful: GracefulShutdown,
}

impl Server {
    fn new(house: App) -> Server {
        Server {
            router: router(house),
            places: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
            graceful: GracefulShutdown::new(),
        }
    }

    async fn accept_all(&self, listener: &TcpListener) {
        loop {
            let Ok(place) = self.places.clone().acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let served =
                        serve(self.router.clone(), stream, peer, place, self.graceful.watcher());
                    // Detached: draining waits for it through its watcher.
                    tokio::spawn(served);
                }
                Err(error) => {
                    // Out of file descriptors, mostly: let some connections end first.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    async fn drain(self) {
        if tokio::time::timeout(DRAIN_TIMEOUT, self.graceful.shutdown()).await.is_err() {
            tracing::warn!("some requests did not finish in time");
        }
    }
}

async fn serve(
    router: axum::Router,
    stream: TcpStream,
    peer: SocketAddr,
    _place: OwnedSemaphorePermit,
    watcher: Watcher,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    let io = TokioIo::new(stream);
    let connection =
        builder.serve_connection_with_upgrades(io, TowerToHyperService::new(service)).into_owned();
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection broke");
    }
}
