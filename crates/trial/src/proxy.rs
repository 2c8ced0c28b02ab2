//! A line between a server and what it relies on, which can be cut, or frozen so that nothing passes
//! while every socket stays open.

use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What a line does with what is sent over it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// It passes.
    Open,
    /// It waits, as do new connections.
    Frozen,
    /// Connections break, and new ones too.
    Cut,
}

/// A proxy on a port of its own. It ends with the process.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    line: watch::Sender<Line>,
}

impl Proxy {
    /// Begins to pass connections on to `target`.
    pub(crate) async fn start(target: SocketAddr) -> std::io::Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (line, state) = watch::channel(Line::Open);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, target, state.clone()));
            }
        });
        Ok(Proxy { address, line })
    }

    pub(crate) fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

async fn carry(near: TcpStream, target: SocketAddr, mut line: watch::Receiver<Line>) {
    if !opens(&mut line).await {
        return;
    }
    let Ok(far) = TcpStream::connect(target).await else { return };
    let nodelay = near.set_nodelay(true).and_then(|()| far.set_nodelay(true));
    if nodelay.is_err() {
        return;
    }
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    let there = pump(near_in, far_out, line.clone());
    let back = pump(far_in, near_out, line);
    tokio::join!(there, back);
}

/// Waits while the line is frozen, and says whether it is open then.
async fn opens(line: &mut watch::Receiver<Line>) -> bool {
    let state = line.wait_for(|line| *line != Line::Frozen).await;
    state.is_ok_and(|line| *line == Line::Open)
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut line: watch::Receiver<Line>,
) {
    let mut buffer = vec![0; 16 * 1024];
    let mut cut = line.clone();
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            _ = cut.wait_for(|line| *line == Line::Cut) => return,
        };
        let Ok(length) = read else { return };
        if !opens(&mut line).await {
            return;
        }
        if length == 0 {
            // The other direction may have something left to say.
            let _ = to.shutdown().await;
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
