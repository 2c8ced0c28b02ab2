//! People who only watch, each over a socket: where it breaks they come back at another server, after
//! a moment of chance, and are told the whole lot anew.

use crate::api::Api;
use crate::floor::lock;
use crate::house::Addresses;
use crate::load::Run;
use crate::random::Random;
use crate::{Fail, say};
use futures_util::{SinkExt, StreamExt};
use gavel_trial::history::LotRecord;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

/// How long a socket may take to be opened.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Between two messages of a watcher's: a server closes the socket of who sends over 30 a second.
const SEND_EVERY: Duration = Duration::from_millis(50);
/// Within this time after the last change everybody must have been told of it.
const TOLD_WITHIN: Duration = Duration::from_secs(10);
/// One of so many watches the hot lot; each of the others is watched by one of so many.
const ONE_OF: usize = 3;

/// What a watcher knows.
#[derive(Default)]
struct Known {
    /// Public changes of each lot that was watched.
    seqs: HashMap<Uuid, u64>,
    ended: HashSet<Uuid>,
}

/// All of them.
pub(crate) struct Watchers {
    known: Vec<Arc<Mutex<Known>>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    messages: AtomicU64,
    broken: AtomicU64,
    gaps: AtomicU64,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Watchers {
    /// Begins to watch; they go on until the process ends.
    pub(crate) fn start(run: &Arc<Run>, addresses: &Arc<Addresses>, count: usize) -> Watchers {
        let counts = Arc::new(Counts::default());
        let known = (0..count).map(|number| {
            let known = Arc::new(Mutex::default());
            let watcher = Watcher {
                number,
                run: run.clone(),
                addresses: addresses.clone(),
                known: Arc::clone(&known),
                counts: counts.clone(),
                random: Random::new(run.seed ^ (number as u64) << 8 ^ 0x7761),
            };
            tokio::spawn(watcher.watch());
            known
        });
        Watchers { known: known.collect(), counts }
    }

    /// Waits until every watcher knows every lot that they watched as it is in the end.
    pub(crate) async fn all_know(&self, api: &Api, lots: &[LotRecord]) -> Result<(), Fail> {
        let seqs: HashMap<Uuid, u64> =
            lots.iter().filter_map(|lot| Some((lot.id, lot.auction["seq"].as_u64()?))).collect();
        let (begun_us, deadline) = (api.now_us(), Instant::now() + TOLD_WITHIN);
        while let Some((number, lot, seq)) = self.behind(&seqs) {
            if Instant::now() > deadline {
                let last = seqs[&lot];
                let what = format!("watcher {number} knows lot {lot} up to {seq} of {last}");
                return Err(what.into());
            }
            sleep(Duration::from_millis(50)).await;
        }
        let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
        say(&format!(
            "watchers: {} with {} messages, {} broken sockets, {} gaps; all know the end {:.1} s after it",
            self.known.len(),
            count(&self.counts.messages),
            count(&self.counts.broken),
            count(&self.counts.gaps),
            (api.now_us() - begun_us) as f64 / 1e6,
        ));
        Ok(())
    }

    fn behind(&self, lots: &HashMap<Uuid, u64>) -> Option<(usize, Uuid, u64)> {
        self.known.iter().enumerate().find_map(|(number, known)| {
            let known = lock(known);
            let late =
                known.seqs.iter().find(|(lot, seq)| lots.get(*lot).is_some_and(|s| s != *seq));
            late.map(|(lot, seq)| (number, *lot, *seq))
        })
    }
}

struct Watcher {
    number: usize,
    run: Arc<Run>,
    addresses: Arc<Addresses>,
    known: Arc<Mutex<Known>>,
    counts: Arc<Counts>,
    random: Random,
}

impl Watcher {
    async fn watch(mut self) {
        for turn in 0.. {
            let server = (self.number + turn) % self.addresses.len();
            let url = format!("ws://{}/ws", self.addresses.of(server));
            if let Ok(Ok((socket, _))) = timeout(CONNECT_TIMEOUT, connect_async(url)).await {
                self.listen(socket).await;
                self.counts.broken.fetch_add(1, Ordering::Relaxed);
            }
            let pause_ms = self.random.between(0, 500).unsigned_abs();
            sleep(Duration::from_millis(pause_ms)).await;
        }
    }

    /// Watches over one socket until it breaks.
    async fn listen(&self, mut socket: Socket) {
        let mut asked = HashSet::new();
        let mut to_send = VecDeque::new();
        let mut ticks = interval(SEND_EVERY);
        loop {
            tokio::select! {
                message = socket.next() => {
                    let Some(Ok(message)) = message else { return };
                    if let Message::Text(text) = message {
                        self.take(&text, &mut to_send);
                    }
                }
                _ = ticks.tick() => {
                    self.subscribe_to_new(&mut asked, &mut to_send);
                    if let Some(message) = to_send.pop_front() {
                        let message: Value = message;
                        if socket.send(Message::text(message.to_string())).await.is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }

    fn subscribe_to_new(&self, asked: &mut HashSet<Uuid>, to_send: &mut VecDeque<Value>) {
        let ended = lock(&self.known).ended.clone();
        for stall in self.run.floor.all() {
            let mine = (stall.number + self.number).is_multiple_of(ONE_OF);
            if mine && !ended.contains(&stall.id) && asked.insert(stall.id) {
                to_send.push_back(json!({"type": "subscribe", "auctionId": stall.id}));
            }
        }
    }

    /// Takes a message as a client does: what is the next change or the whole lot is applied, what is
    /// older is left, and after a gap the lot is subscribed to again.
    fn take(&self, text: &str, to_send: &mut VecDeque<Value>) {
        let message: Value = serde_json::from_str(text).unwrap_or(Value::Null);
        let lot = message["auctionId"].as_str().and_then(|id| id.parse::<Uuid>().ok());
        let Some(lot) = lot else { return };
        self.counts.messages.fetch_add(1, Ordering::Relaxed);
        let whole = message["type"] == "subscribed";
        let seq = if whole { &message["data"]["seq"] } else { &message["seq"] };
        let Some(seq) = seq.as_u64() else { return };
        let mut known = lock(&self.known);
        let before = known.seqs.entry(lot).or_insert(0);
        if seq > *before + 1 && !whole {
            self.counts.gaps.fetch_add(1, Ordering::Relaxed);
            to_send.push_back(json!({"type": "subscribe", "auctionId": lot}));
            return;
        }
        *before = seq.max(*before);
        let status = message["data"]["status"].as_str();
        let over = whole && status.is_some_and(|status| status != "active");
        if (over || message["type"] == "auction_ended") && known.ended.insert(lot) {
            to_send.push_back(json!({"type": "unsubscribe", "auctionId": lot}));
        }
    }
}
