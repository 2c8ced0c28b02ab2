//! The connection to Redis, made again whenever it is lost.

use super::ears::Ears;
use super::note::{self, Note};
use super::seal::Seal;
use super::{Begins, Parcel, TOGETHER_MAX, UNHEARD_FOR, Whom};
use crate::chance::chance;
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, IntoConnectionInfo, ProtocolVersion, PushInfo,
    PushKind, RedisError, Value,
};
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

/// How long Redis may take for anything. A frozen one is known to be away after twice as long.
const DEADLINE: Duration = Duration::from_secs(1);
/// How often it is asked whether it is there.
const PING_EVERY: Duration = Duration::from_secs(1);
/// Between two attempts to reach it, at first and at most; each is longer by up to as much again.
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// Messages that were heard and not yet read; beyond, they are dropped.
const HEARD_MAX: usize = 4_096;
/// Channels that are begun to be listened to at a time, or no longer.
const CHANNELS_MAX: usize = 500;
/// Of so many it is remembered that nobody listened.
const UNHEARD_MAX: u64 = 50_000;
/// An answer of Redis that took longer says nothing of who listens by now.
const PROMPT: Duration = Duration::from_millis(10);

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
    seal: Seal,
    connection: Mutex<Option<MultiplexedConnection>>,
    up: AtomicBool,
    back: Arc<Notify>,
    ears: Ears,
    /// What nobody listened to of late.
    unheard: moka::sync::Cache<Whom, ()>,
}

impl Link {
    /// # Errors
    /// The URL names no Redis server.
    pub(super) fn new(
        url: &str,
        house: String,
        me: u128,
        seal: Seal,
        back: Arc<Notify>,
    ) -> Result<Link, RedisError> {
        let named = url.into_connection_info()?;
        // Only the third version of the protocol carries messages beside answers.
        let settings = named.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(named.set_redis_settings(settings))?;
        let (connection, up) = (Mutex::default(), AtomicBool::new(false));
        let ears = Ears::default();
        let unheard = moka::sync::Cache::builder();
        let unheard = unheard.max_capacity(UNHEARD_MAX).time_to_live(UNHEARD_FOR).build();
        Ok(Link(Arc::new(State { client, house, me, seal, connection, up, back, ears, unheard })))
    }

    pub(super) fn is_up(&self) -> bool {
        self.0.up.load(Ordering::Acquire)
    }

    /// Where Redis is.
    pub(super) fn address(&self) -> ConnectionAddr {
        self.0.client.get_connection_info().addr().clone()
    }

    /// What is to be heard.
    pub(super) fn ears(&self) -> &Ears {
        &self.0.ears
    }

    /// Whether nobody listened to what is for `whom` just now.
    pub(super) fn is_unheard(&self, whom: Whom) -> bool {
        self.0.unheard.contains_key(&whom)
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
        begins: Begins,
    ) {
        let (mut pause, mut told) = (PAUSE_MIN, false);
        loop {
            let ended = self.connected(&mut notes, &hear, &begins).await;
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
        begins: &Begins,
    ) -> Ended {
        match self.stay_connected(notes, hear, begins).await {
            Ok(()) => Ended::HouseClosed,
            Err(ended) => ended,
        }
    }

    async fn stay_connected(
        &self,
        notes: &mut mpsc::Receiver<Parcel>,
        hear: &impl Fn(Vec<Note>),
        begins: &Begins,
    ) -> Result<(), Ended> {
        let (pushed, mut pushes) = mpsc::channel(HEARD_MAX);
        let missed = Arc::new(AtomicBool::new(false));
        let misses = missed.clone();
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(DEADLINE))
            .set_response_timeout(Some(DEADLINE))
            .set_push_sender(move |push: PushInfo| {
                if matches!(push.kind, PushKind::Subscribe | PushKind::Unsubscribe) {
                    return Ok(());
                }
                let sent = pushed.try_send(push);
                if sent.is_err() {
                    misses.store(true, Ordering::Release);
                }
                sent
            });
        let client = &self.0.client;
        let mut redis = client.get_multiplexed_async_connection_with_config(&config).await?;
        let mut heard = HashSet::new();
        self.subscribe(&mut redis, &[Whom::All, Whom::Server(self.0.me)]).await?;
        for some in self.ears().all().chunks(CHANNELS_MAX) {
            self.subscribe(&mut redis, some).await?;
            heard.extend(some);
        }
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
                    self.send(&mut redis, std::mem::take(&mut together), &heard, hear).await?;
                }
                () = self.ears().changed() => self.follow(&mut redis, &mut heard, begins).await?,
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
        heard: &HashSet<Whom>,
        hear: &impl Fn(Vec<Note>),
    ) -> Result<(), Ended> {
        let (mut by_whom, mut flushed) = (BTreeMap::<Whom, Vec<Note>>::new(), Vec::new());
        for parcel in parcels {
            match parcel {
                Parcel::Note(whom, note) => by_whom.entry(whom).or_default().push(note),
                Parcel::Flush(sent) => flushed.push(sent),
            }
        }
        let mut publish = redis::pipe();
        for (whom, notes) in &by_whom {
            let channel = self.channel(*whom);
            let message = self.0.seal.seal(&channel, &note::write(notes));
            publish.cmd("PUBLISH").arg(channel).arg(message);
        }
        let asked = Instant::now();
        let heard_by: Vec<u64> = match by_whom.is_empty() {
            true => Vec::new(),
            false => publish.query_async(redis).await?,
        };
        let prompt = asked.elapsed() < PROMPT;
        for ((whom, notes), heard_by) in by_whom.into_iter().zip(heard_by) {
            // Where it is heard here, this server is one of them.
            if heard_by > u64::from(heard.contains(&whom)) {
                continue;
            }
            match whom {
                Whom::Server(server) => hear(note::unheard(server, &notes)),
                Whom::Lot(_) | Whom::User(_) if prompt => self.0.unheard.insert(whom, ()),
                Whom::All | Whom::Lot(_) | Whom::User(_) => {}
            }
        }
        for sent in flushed {
            // Who waited may have gone.
            let _ = sent.send(());
        }
        Ok(())
    }

    /// Listens to what is wanted by now, and to nothing else.
    async fn follow(
        &self,
        redis: &mut MultiplexedConnection,
        heard: &mut HashSet<Whom>,
        begins: &Begins,
    ) -> Result<(), Ended> {
        let (begun, ended) = self.ears().follow(heard);
        for some in begun.chunks(CHANNELS_MAX) {
            self.subscribe(redis, some).await?;
            heard.extend(some);
            begins(some);
            let (begins, some) = (begins.clone(), some.to_vec());
            tokio::spawn(async move {
                tokio::time::sleep(UNHEARD_FOR).await;
                begins(&some);
            });
        }
        for some in ended.chunks(CHANNELS_MAX) {
            redis.unsubscribe(self.channels(some)).await?;
            for whom in some {
                heard.remove(whom);
            }
        }
        Ok(())
    }

    async fn subscribe(
        &self,
        redis: &mut MultiplexedConnection,
        to: &[Whom],
    ) -> Result<(), RedisError> {
        redis.subscribe(self.channels(to)).await
    }

    fn channels(&self, of: &[Whom]) -> Vec<String> {
        of.iter().map(|whom| self.channel(*whom)).collect()
    }

    /// The channel of what is for some servers.
    fn channel(&self, whom: Whom) -> String {
        let form = note::FORM;
        self.key(&match whom {
            Whom::All => form.to_string(),
            Whom::Server(server) => format!("{form}:{server:032x}"),
            Whom::Lot(lot) => format!("{form}:lot:{:032x}", lot.0),
            Whom::User(user) => format!("{form}:user:{:032x}", user.0),
        })
    }

    fn take(&self, push: PushInfo, hear: &impl Fn(Vec<Note>)) -> Result<(), Ended> {
        match (push.kind, <[Value; 2]>::try_from(push.data)) {
            (PushKind::Message, Ok([Value::BulkString(channel), Value::BulkString(message)])) => {
                if let Some((from, told)) = self.0.seal.open(&channel, &message) {
                    hear(note::read(from, told.into()));
                }
                Ok(())
            }
            (PushKind::Disconnection, _) => Err(Ended::Lost("the connection broke".to_owned())),
            _ => Ok(()),
        }
    }
}
