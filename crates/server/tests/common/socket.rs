//! A house that listens on a port, and sockets to it.

use super::{Site, User};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long something that must come may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A house that listens on a port.
pub(crate) struct Live {
    pub(crate) site: Site,
    pub(crate) address: SocketAddr,
    pub(crate) server: JoinHandle<()>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Live {
    pub(crate) async fn open() -> Live {
        Live::of(Site::open().await).await
    }

    pub(crate) async fn of(site: Site) -> Live {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let service = site.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move {
            axum::serve(listener, service).await.expect("it serves");
        });
        Live { site, address, server }
    }

    pub(crate) async fn dial(
        &self,
        headers: &[(&'static str, &str)],
    ) -> Result<Socket, Box<Error>> {
        let address = format!("ws://{}/ws", self.address);
        let mut request = address.into_client_request().expect("a request");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        let (stream, _) = connect_async(request).await.map_err(Box::new)?;
        Ok(Socket { stream })
    }

    /// A guest's socket, with its acknowledgement heard.
    pub(crate) async fn guest(&self) -> Socket {
        let mut socket = self.dial(&[]).await.expect("a socket");
        socket.expect("connection_ack").await;
        socket
    }

    /// Somebody's socket, with its acknowledgement heard.
    pub(crate) async fn socket(&self, user: &User) -> Socket {
        let mut socket = self.dial(&[("cookie", &user.cookie)]).await.expect("a socket");
        socket.expect("connection_ack").await;
        socket
    }
}

pub(crate) struct Socket {
    pub(crate) stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    pub(crate) async fn send(&mut self, message: &Value) {
        self.send_text(message.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: impl Into<String>) {
        let message = Message::text(text.into());
        self.stream.send(message).await.expect("the socket takes it");
    }

    /// The next message, or none where the server has closed.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            let message = timeout(PATIENCE, self.stream.next()).await;
            match message.expect("a message comes in time") {
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).expect("messages are JSON");
                    for field in ["type", "auctionId", "timestamp"] {
                        assert!(message[field].is_string(), "{field} is missing in {message}");
                    }
                    assert!(message["data"].is_object(), "data is missing in {message}");
                    return Some(message);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(other)) => panic!("the server sent {other:?}"),
            }
        }
    }

    /// The next message, which must be of a type.
    pub(crate) async fn expect(&mut self, kind: &str) -> Value {
        let message = self.next().await.unwrap_or_else(|| panic!("closed before {kind}"));
        assert_eq!(message["type"], kind, "{message}");
        message
    }

    pub(crate) async fn subscribe(&mut self, lot: &str) -> Value {
        self.send(&json!({"type": "subscribe", "auctionId": lot})).await;
        self.expect("subscribed").await
    }

    /// Whatever was sent before is answered: asks for a pong and takes what comes before it, but for
    /// notifications, which are told in their own time.
    pub(crate) async fn before_pong(&mut self) -> Vec<Value> {
        self.send(&json!({"type": "ping"})).await;
        let mut before = Vec::new();
        loop {
            let message = self.next().await.expect("the socket stays open");
            if message["type"] == "pong" {
                return before;
            }
            if message["type"] != "notification" {
                before.push(message);
            }
        }
    }

    /// The rest until the server closes.
    pub(crate) async fn rest(&mut self) -> Vec<Value> {
        let mut rest = Vec::new();
        while let Some(message) = self.next().await {
            rest.push(message);
        }
        rest
    }
}
