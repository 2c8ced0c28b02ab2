//! How soon a watcher on one server sees a bid that is made on another.

use crate::Fail;
use crate::client::{Client, Lot};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Beyond this a bid is not seen at all.
const SEEN_WITHIN: Duration = Duration::from_secs(30);

/// Somebody who watches one lot.
pub(crate) struct Watcher {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Public changes of the lot that were seen.
    seq: u64,
}

impl Watcher {
    /// Begins to watch a lot on a server.
    pub(crate) async fn at(address: &str, lot: &Lot) -> Result<Watcher, Fail> {
        let (socket, _) = connect_async(format!("ws://{address}/ws")).await?;
        let mut watcher = Watcher { socket, seq: 0 };
        let subscribe = json!({"type": "subscribe", "auctionId": lot.id});
        watcher.socket.send(Message::text(subscribe.to_string())).await?;
        watcher.change().await?;
        Ok(watcher)
    }

    /// Waits for a change that was not seen before.
    async fn change(&mut self) -> Result<(), Fail> {
        loop {
            let message = timeout(SEEN_WITHIN, self.socket.next()).await?;
            let Message::Text(text) = message.ok_or("the socket is closed")?? else { continue };
            let message: Value = serde_json::from_str(&text)?;
            let whole = message["type"] == "subscribed";
            let seq = if whole { &message["data"]["seq"] } else { &message["seq"] };
            if let Some(seq) = seq.as_u64().filter(|seq| *seq > self.seq) {
                self.seq = seq;
                return Ok(());
            }
        }
    }

    /// Has two people outbid each other on the lot, some times: how long from each bid's being sent until
    /// it is seen here, shortest first.
    pub(crate) async fn see(
        &mut self,
        bidders: &mut [Client],
        lot: &Lot,
        times: usize,
    ) -> Result<Vec<Duration>, Fail> {
        let mut took = Vec::with_capacity(times);
        for turn in 0..times {
            let bidder = &mut bidders[turn % 2];
            let sent = Instant::now();
            let seen = async {
                self.change().await?;
                Ok::<_, Fail>(sent.elapsed())
            };
            let (accepted, seen) = tokio::join!(bidder.bid(lot), seen);
            if !accepted? {
                return Err("a bid was refused".into());
            }
            took.push(seen?);
        }
        took.sort_unstable();
        Ok(took)
    }
}

/// Ends a Redis.
pub(crate) async fn end_redis(url: &str) -> Result<(), Fail> {
    let address = url.strip_prefix("redis://").ok_or("not a Redis")?;
    let mut redis = TcpStream::connect(address).await?;
    Ok(redis.write_all(b"SHUTDOWN NOSAVE\r\n").await?)
}
