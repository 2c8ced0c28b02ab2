//! A house that is open: its store, its engine and what the handlers share.

pub use crate::bus::PeersListen;
use crate::bus::{Bus, Note, Whom};
use crate::http::error::Failure;
use crate::http::limits::Limits;
use crate::keepers::{self, Keepers};
use crate::live::{self, Hub};
use crate::passwords::Passwords;
use crate::pictures::Pictures;
pub use crate::pictures::PicturesIn;
use crate::sessions::Sessions;
use crate::told::{self, Bells, MailSettings, Outgoing, Publisher};
use crate::vital::vital;
use gavel_domain::{Time, UserId};
use gavel_engine::chain::HouseKey;
use gavel_engine::ports::{Clock, Store as _, StoreError};
use gavel_engine::{Accepted, Engine, Keyed, Record, Rejected, Settings};
use gavel_store::Store;
use std::cell::RefCell;
use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Links to set a password anew that are made at a time.
const FORGETFUL_MAX: usize = 64;
/// How often a server's clock is set by its database's.
const SET_CLOCK_EVERY: Duration = Duration::from_secs(10);

/// How a house is opened.
pub struct Options {
    /// Folder of the house.
    pub data_dir: PathBuf,
    /// URL of the PostgreSQL database that the house is kept in; without one it is a file in its folder.
    pub database_url: Option<String>,
    /// URL of the Redis server through which the servers of a house tell each other.
    pub redis_url: Option<String>,
    /// Where those servers reach this one directly.
    pub peers_listen: PeersListen,
    /// Where its pictures are.
    pub pictures: PicturesIn,
    /// Address under which people reach it, where a proxy stands before it.
    pub public_url: Option<String>,
    /// Whether users and addresses are limited.
    pub rate_limits: bool,
    /// How mail leaves it.
    pub mail: MailSettings,
}

/// What every handler can reach.
pub type App = Arc<House>;

/// A house that is open.
pub struct House {
    pub(crate) store: Arc<Store>,
    pub(crate) engine: Engine,
    pub(crate) hub: Hub,
    pub(crate) key: HouseKey,
    /// This server, among those of the house.
    pub(crate) server: u128,
    /// The way to the others.
    pub(crate) bus: Option<Bus>,
    /// Which of them decides the bids on which lot.
    pub(crate) keepers: Keepers,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) passwords: Passwords,
    pub(crate) limits: Limits,
    pub(crate) pictures: Pictures,
    pub(crate) public_url: Option<String>,
    /// Places for those who forgot their passwords and are being written to.
    pub(crate) forgetful: Arc<Semaphore>,
    /// Where it listens, once it does.
    listens_at: OnceLock<SocketAddr>,
    pub(crate) bells: Arc<Bells>,
    pub(crate) outgoing: Outgoing,
    clock: Arc<dyn Fn() -> Time + Send + Sync>,
    /// Held as long as the house is open, so that no second process sequences bids beside it.
    _lock: File,
}

/// The system's clock; of a house that servers share, a steady one that its database's sets right.
#[derive(Default)]
struct SystemClock {
    behind_ms: AtomicI64,
    /// The time once, and since when that is. What the system's clock is set to afterwards does not matter:
    /// the database tells.
    steady: OnceLock<(Time, Instant)>,
}

impl Clock for SystemClock {
    fn now(&self) -> Time {
        self.unset().plus_ms(self.behind_ms.load(Ordering::Relaxed))
    }
}

impl SystemClock {
    fn unset(&self) -> Time {
        let Some((at, since)) = self.steady.get() else { return SystemClock::system() };
        at.plus_ms(i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX))
    }

    #[expect(clippy::disallowed_methods, reason = "this is where time enters")]
    fn system() -> Time {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Time(since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Goes by the database's time alone from now on, and has no steps but those.
    fn go_steady(&self) {
        self.steady.get_or_init(|| (SystemClock::system(), Instant::now()));
    }

    /// Sets it by the store's time, where that is shared.
    async fn set_by(&self, store: &Store) {
        let asked = self.unset();
        match store.time().await {
            Ok(Some(told)) => {
                let answered = self.unset();
                let behind_ms = self.behind_ms.load(Ordering::Relaxed);
                let behind_ms = set_right_ms(behind_ms, asked, told, answered);
                self.behind_ms.store(behind_ms, Ordering::Relaxed);
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the clock is not set by the database's"),
        }
    }
}

/// How far a clock is taken to be behind once another's time was told, in milliseconds. That was read
/// some time between question and answer; what does not contradict it stays, so that an answer that
/// took seconds puts no clock wrong that was right.
fn set_right_ms(behind_ms: i64, asked: Time, told: Time, answered: Time) -> i64 {
    behind_ms.max(told.since_ms(answered)).min(told.since_ms(asked))
}

/// Keeps a clock right as long as the house is open.
async fn set_clock(clock: Arc<SystemClock>, house: Weak<House>) {
    let mut ticks = tokio::time::interval(SET_CLOCK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(house) = house.upgrade() else { return };
        clock.set_by(&house.store).await;
    }
}

/// As much as the system is asked for at a time: each request has an identity.
const RANDOM_BYTES: usize = 1_000;

thread_local! {
    /// Randomness, and how much of it is used.
    static RANDOM: RefCell<([u8; RANDOM_BYTES], usize)> =
        const { RefCell::new(([0; RANDOM_BYTES], RANDOM_BYTES)) };
}

fn random() -> [u8; 10] {
    RANDOM.with_borrow_mut(|(bytes, used)| {
        if let Some(next) = bytes[*used..].first_chunk() {
            *used += next.len();
            return *next;
        }
        getrandom::fill(bytes).expect("the system has randomness");
        let (next, _) = bytes.split_first_chunk().expect("it is more than that");
        *used = next.len();
        *next
    })
}

fn id_of(now: Time) -> u128 {
    let random = random();
    let now = u64::try_from(now.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(now, &random).into_uuid().as_u128()
}

/// An identity and the time, for a command that opens no house.
pub(crate) fn id_and_time() -> (u128, Time) {
    let now = SystemClock::default().now();
    (id_of(now), now)
}

/// The database of the house in a folder.
pub(crate) fn database(data_dir: &Path) -> PathBuf {
    data_dir.join("house.db")
}

/// Takes a folder for this process alone, as long as the file is held.
///
/// # Errors
/// Another process has it.
pub(crate) fn lock(folder: &Path) -> Result<File, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
    let lock = File::create(folder.join("lock")).map_err(|error| told(&error))?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => told(&"another gavel has this house open"),
        TryLockError::Error(error) => told(&error),
    })?;
    Ok(lock)
}

/// Makes a folder that is nobody else's to read: the house's key and its users' addresses are in it.
/// One that is there stays as its owner has it.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Connects a server to the others of its house.
fn connect(
    url: &str,
    listen: PeersListen,
    key: &HouseKey,
    server: u128,
    hub: &Hub,
    sessions: &Arc<Sessions>,
    keepers: Keepers,
) -> Result<Bus, String> {
    let (to_hub, to_sessions) = (hub.distant(), Arc::downgrade(sessions));
    let hear = move |notes: Vec<Note>| {
        let (Some(hub), Some(sessions)) = (to_hub.get(), to_sessions.upgrade()) else { return };
        let (mut handed, mut answered, mut for_listeners) = (Vec::new(), Vec::new(), Vec::new());
        for note in notes {
            match note {
                Note::Handed(bid) => handed.push(bid),
                Note::Answered(answer) => answered.push(answer),
                note => for_listeners.push(note),
            }
        }
        keepers.take(handed);
        keepers.answered(answered);
        for note in &for_listeners {
            match note {
                // Before the sockets look, or they would find what is remembered.
                Note::Account(account) => sessions.forget(*account),
                Note::Sockets { server, stays, .. } => keepers.heard(*server, *stays),
                _ => {}
            }
        }
        hub.hear(for_listeners);
    };
    let to_hub = hub.distant();
    let begins = move |whom: &[Whom]| {
        if let Some(hub) = to_hub.get() {
            hub.begins_to_hear(whom);
        }
    };
    let bus = Bus::start(url, listen, key, server, hear, begins)?;
    hub.connect(bus.clone());
    Ok(bus)
}

impl House {
    /// Opens the house in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// Another process has it open, or the folder cannot be used.
    pub async fn open(options: Options) -> Result<App, String> {
        let clock = Arc::new(SystemClock::default());
        let house = House::open_with(options, clock.clone()).await?;
        if house.store.is_shared() {
            clock.go_steady();
            clock.set_by(&house.store).await;
            tokio::spawn(vital("clock", set_clock(clock, Arc::downgrade(&house))));
        }
        Ok(house)
    }

    /// Opens a house that lives by a given clock.
    ///
    /// # Errors
    /// As [`House::open`].
    pub async fn open_with<C: Clock>(options: Options, clock: Arc<C>) -> Result<App, String> {
        let folder = &options.data_dir;
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
        make_private(folder).map_err(|error| told(&error))?;
        let lock = lock(folder)?;
        let store = match &options.database_url {
            Some(url) => Store::connect(url).await.map_err(|error| error.to_string())?,
            None => Store::open(&database(folder)).await.map_err(|error| told(&error))?,
        };
        let (key, store) = (store.house_key(), Arc::new(store));
        let (apart, secret) = (folder.join("pictures"), key.secret("owner of pictures"));
        let pictures = Pictures::open(options.pictures, apart, secret).await?;
        let (hub, bells) = (Hub::start(key.clone()), Arc::new(Bells::default()));
        let (sessions, server) = (Arc::new(Sessions::new(store.clone())), id_of(clock.now()));
        let (keepers, arrivals) = Keepers::new(server);
        let bus = match &options.redis_url {
            Some(_) if !store.is_shared() => {
                return Err(
                    "--redis-url is for a house that a database keeps (--database-url)".into()
                );
            }
            Some(url) => {
                let (listen, keepers) = (options.peers_listen, keepers.clone());
                Some(connect(url, listen, &key, server, &hub, &sessions, keepers)?)
            }
            None => None,
        };
        let (engine, _) = Engine::start(
            store.clone(),
            Publisher { hub: hub.clone(), bells: bells.clone(), keepers: keepers.clone() },
            clock.clone(),
            key.clone(),
            Settings::default(),
        );
        let house = Arc::new(House {
            server,
            sessions,
            passwords: Passwords::new(),
            limits: Limits::new(options.rate_limits, bus.as_ref()),
            bus,
            keepers,
            pictures,
            public_url: options.public_url.map(|url| url.trim_end_matches('/').to_owned()),
            forgetful: Arc::new(Semaphore::new(FORGETFUL_MAX)),
            listens_at: OnceLock::new(),
            bells,
            outgoing: Outgoing::open(options.mail, folder)?,
            clock: Arc::new(move || clock.now()),
            store,
            engine,
            hub,
            key,
            _lock: lock,
        });
        tokio::spawn(vital("caretaker", crate::caretaker::look_after(Arc::downgrade(&house))));
        told::start(&house)?;
        if house.bus.is_some() {
            let work = keepers::work_off(Arc::downgrade(&house), arrivals);
            tokio::spawn(vital("bids of other servers", work));
        }
        if house.store.is_shared() {
            tokio::spawn(vital("catching up", live::catch_up(Arc::downgrade(&house))));
        }
        tokio::spawn(vital("sweep", crate::sweep::daily(Arc::downgrade(&house))));
        Ok(house)
    }

    /// The server's time.
    pub(crate) fn now(&self) -> Time {
        (self.clock)()
    }

    /// The record that a user's key was accepted with before.
    ///
    /// # Errors
    /// The store is away.
    pub(crate) async fn accepted_with(
        &self,
        user: UserId,
        key: &str,
    ) -> Result<Option<Record>, StoreError> {
        Ok(self.store.keyed(&[(user, key)]).await?.pop().flatten())
    }

    /// What a user's key was accepted with before, where it was with the same request.
    ///
    /// # Errors
    /// It was with another request, or the store is away.
    pub(crate) async fn accepted_before(
        &self,
        user: UserId,
        keyed: Option<&Keyed>,
    ) -> Result<Option<Accepted>, Rejected> {
        let Some(keyed) = keyed else { return Ok(None) };
        let found = self.accepted_with(user, &keyed.key).await;
        let found = found.map_err(|_| Rejected::Unavailable)?;
        match found {
            None => Ok(None),
            Some(record) if record.keyed.as_ref() == Some(keyed) => {
                Ok(Some(Accepted { record: Arc::new(record), replayed: true }))
            }
            Some(_) => Err(Rejected::KeyReused),
        }
    }

    /// Lets a limit's refusal through for a request that was accepted before: a client that lost
    /// the answer must be able to ask again.
    pub(crate) async fn unless_known(
        &self,
        limited: Result<(), Failure>,
        user: UserId,
        key: Option<&str>,
    ) -> Result<(), Failure> {
        match (limited, key) {
            (Err(refused), Some(key)) => match self.accepted_with(user, key).await? {
                Some(_) => Ok(()),
                None => Err(refused),
            },
            (limited, _) => limited,
        }
    }

    /// Notes where the house listens, for its links.
    pub(crate) fn listens_at(&self, address: SocketAddr) {
        // It listens once; what was noted first stands.
        let _ = self.listens_at.set(address);
    }

    /// A link to a path of the house's own, for mails and the command line.
    pub(crate) fn link(&self, path: &str) -> String {
        match (&self.public_url, self.listens_at.get()) {
            (Some(url), _) => format!("{url}{path}"),
            (None, Some(at)) if !at.ip().is_unspecified() => format!("http://{at}{path}"),
            (None, at) => format!("http://localhost:{}{path}", at.map_or(3000, SocketAddr::port)),
        }
    }

    /// Makes a change to an account felt at once, on every server: what is remembered of it is looked up
    /// again, and its sockets look whether they may stay.
    pub(crate) fn account_changed(&self, account: u128) {
        self.sessions.forget(account);
        self.hub.recheck(UserId(account));
        if let Some(bus) = &self.bus {
            bus.tell(Note::Account(account));
        }
    }

    /// Whether people reach the house through TLS.
    pub(crate) fn behind_tls(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// A new identity: a UUIDv7 of now.
    pub(crate) fn new_id(&self) -> u128 {
        id_of(self.now())
    }

    /// Waits until the store has failed for good, and says how.
    pub(crate) async fn failed(&self) -> String {
        self.engine.failed().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_set_as_far_as_it_is_known_to_be_wrong() {
        for (behind_ms, asked, told, answered, then_ms) in [
            // As right as can be told.
            (0, 1_000, 1_001, 1_002, 0),
            (0, 1_000, 1_002, 1_002, 0),
            // Another's clock is a minute ahead, or behind.
            (0, 1_000, 61_001, 1_002, 59_999),
            (0, 101_000, 41_001, 101_002, -59_999),
            // The answer waited for seconds on a line that was frozen, before or after it was made.
            (0, 1_000, 1_001, 5_000, 0),
            (0, 1_000, 4_999, 5_000, 0),
            (59_999, 1_000, 61_001, 5_000, 59_999),
            // The clock was set back between question and answer.
            (0, 1_000, 1_001, 500, 1),
        ] {
            let set = set_right_ms(behind_ms, Time(asked), Time(told), Time(answered));
            assert_eq!(set, then_ms, "{behind_ms} {asked} {told} {answered}");
        }
    }
}
