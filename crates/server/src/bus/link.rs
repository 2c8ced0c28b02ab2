//! The connection to Redis, made again whenever it is lost.

use super::Parcel;
use super::note::{self, Note};
use crate::chance::chance;
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo, ProtocolVersion, PushInfo, PushKind,
    RedisError, Value,
};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// How long Redis may take for anything. A frozen one is known to be away after twice as long.
const DEADLINE: Duration = Duration::from_secs(1);
/// How often it is asked whether it is there.
const PING_EVERY: Duration = Duration::from_secs(1);
/// Between two attempts to reach it, at first and at most; each is longer by up to as much again.
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// Messages that were heard and not yet read; beyond, they are dropped.
const HEARD_MAX: usize = 4_096;
/// Notes in a message.
const TOGETHER_MAX: usize = 256;

/// Why a connection has ended.
enum Ended {
    /// The house is closed.
    HouseClosed,
    /// It broke.
    Lost(String),
}

impl From<RedisError> for Ended {
    fn from(error: RedisError) -> Ended {
        Ended::Lost(error.to_string())
    }
}

/// The connection to Redis.
#[derive(Clone)]
pub(super) struct Link(Arc<State>);

struct State {
    client: Client,
    /// What the house's keys and channels begin with.
    house: String,
    /// This server, among those of the house.
    me: u128,
    connection: Mutex<Option<MultiplexedConnection>>,
    up: AtomicBool,
    back: Arc<Notify>,
}

impl Link {
    /// # Errors
    /// The URL names no Redis server.
    pub(super) fn new(
        url: &str,
        house: String,
        me: u128,
        back: Arc<Notify>,
    ) -> Result<Link, RedisError> {
        let named = url.into_connection_info()?;
        // Only the third version of the protocol carries messages beside answers.
        let settings = named.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(named.set_redis_settings(settings))?;
        let (connection, up) = (Mutex::default(), AtomicBool::new(false));
        Ok(Link(Arc::new(State { client, house, me, connection, up, back })))
    }

    pub(super) fn is_up(&self) -> bool {
        self.0.up.load(Ordering::Acquire)
    }

    /// A key of the house's own.
    pub(super) fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.0.house)
    }

    /// The connection, where there is one.
    pub(super) fn connection(&self) -> Option<MultiplexedConnection> {
        self.slot().clone()
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<MultiplexedConnection>> {
        self.0.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the connection, sends what is to be told and hands on what is heard, until nobody is left
    /// who could tell something.
    pub(super) async fn run(
        self,
        mut notes: mpsc::Receiver<Parcel>,
        hear: impl Fn(Vec<Note>) + Send + Sync,
    ) {
        let (mut pause, mut told) = (PAUSE_MIN, false);
        loop {
            let ended = self.connected(&mut notes, &hear).await;
            let was_up = self.0.up.swap(false, Ordering::AcqRel);
            *self.slot() = None;
            match ended {
                Ended::HouseClosed => return,
                Ended::Lost(error) => {
                    if was_up || !told {
                        tracing::warn!(error, "the bus is away; servers tell each other late");
                    }
                    told = true;
                }
            }
            pause = if was_up { PAUSE_MIN } else { (pause * 2).min(PAUSE_MAX) };
            let wait = tokio::time::sleep(pause + pause.mul_f64(chance()));
            tokio::pin!(wait);
            loop {
                tokio::select! {
                    () = &mut wait => break,
                    // What waited when the bus went away is late by now.
                    note = notes.recv() => if note.is_none() { return },
                }
            }
        }
    }

    async fn connected(
        &self,
        notes: &mut mpsc::Receiver<Parcel>,
        hear: &impl Fn(Vec<Note>),
    ) -> Ended {
        match self.stay_connected(notes, hear).await {
            Ok(()) => Ended::HouseClosed,
            Err(ended) => ended,
        }
    }

    async fn stay_connected(
        &self,
        notes: &mut mpsc::Receiver<Parcel>,
        hear: &impl Fn(Vec<Note>),
    ) -> Result<(), Ended> {
        let (pushed, mut pushes) = mpsc::channel(HEARD_MAX);
        let missed = Arc::new(AtomicBool::new(false));
        let misses = missed.clone();
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(DEADLINE))
            .set_response_timeout(Some(DEADLINE))
            .set_push_sender(move |push: PushInfo| {
                let sent = pushed.try_send(push);
                if sent.is_err() {
                    misses.store(true, Ordering::Release);
                }
                sent
            });
        let client = &self.0.client;
        let mut redis = client.get_multiplexed_async_connection_with_config(&config).await?;
        redis.subscribe([self.channel(), self.channel_of(self.0.me)].as_slice()).await?;
        *self.slot() = Some(redis.clone());
        self.0.up.store(true, Ordering::Release);
        // What was told before cannot have been heard.
        self.0.back.notify_one();
        tracing::info!("the bus is there");
        let mut ping = tokio::time::interval(PING_EVERY);
        ping.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut together = Vec::with_capacity(TOGETHER_MAX);
        loop {
            tokio::select! {
                push = pushes.recv() => match push {
                    Some(push) => self.take(push, hear)?,
                    None => return Err(Ended::Lost("the connection broke".to_owned())),
                },
                count = notes.recv_many(&mut together, TOGETHER_MAX) => {
                    if count == 0 {
                        return Ok(());
                    }
                    self.send(&mut redis, std::mem::take(&mut together), hear).await?;
                }
                _ = ping.tick() => redis::cmd("PING").query_async::<()>(&mut redis).await?,
            }
            if missed.swap(false, Ordering::AcqRel) {
                self.0.back.notify_one();
            }
        }
    }

    /// Sends what is to be told to all, and to some. Where nobody listens, that is heard at once.
    async fn send(
        &self,
        redis: &mut MultiplexedConnection,
        parcels: Vec<Parcel>,
        hear: &impl Fn(Vec<Note>),
    ) -> Result<(), Ended> {
        let (mut by_server, mut flushed) = (BTreeMap::<Option<u128>, Vec<Note>>::new(), Vec::new());
        for parcel in parcels {
            match parcel {
                Parcel::ForAll(note) => by_server.entry(None).or_default().push(note),
                Parcel::For(server, note) => by_server.entry(Some(server)).or_default().push(note),
                Parcel::Flush(sent) => flushed.push(sent),
            }
        }
        let mut publish = redis::pipe();
        for (server, notes) in &by_server {
            let channel = match server {
                Some(server) => self.channel_of(*server),
                None => self.channel(),
            };
            publish.cmd("PUBLISH").arg(channel).arg(note::write(self.0.me, notes));
        }
        let heard_by: Vec<u64> = match by_server.is_empty() {
            true => Vec::new(),
            false => publish.query_async(redis).await?,
        };
        let unheard = by_server.into_iter().zip(heard_by).filter(|(_, heard_by)| *heard_by == 0);
        let unheard = unheard.filter_map(|((server, notes), _)| Some((server?, notes)));
        for (server, notes) in unheard {
            hear(note::unheard(server, &notes));
        }
        for sent in flushed {
            // Who waited may have gone.
            let _ = sent.send(());
        }
        Ok(())
    }

    /// The channel of what is for all servers.
    fn channel(&self) -> String {
        self.key(&note::FORM.to_string())
    }

    /// The channel of what is for one server alone.
    fn channel_of(&self, server: u128) -> String {
        self.key(&format!("{}:{server:032x}", note::FORM))
    }

    fn take(&self, push: PushInfo, hear: &impl Fn(Vec<Note>)) -> Result<(), Ended> {
        match (push.kind, <[Value; 2]>::try_from(push.data)) {
            (PushKind::Message, Ok([_, Value::BulkString(message)])) => {
                let notes = note::read(self.0.me, message.into());
                if !notes.is_empty() {
                    hear(notes);
                }
                Ok(())
            }
            (PushKind::Disconnection, _) => Err(Ended::Lost("the connection broke".to_owned())),
            _ => Ok(()),
        }
    }
}
