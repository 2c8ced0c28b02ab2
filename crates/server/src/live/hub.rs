//! Who listens to what, and the thread that tells them.

use super::line::{Line, Reader};
use super::mailbox::{Mailbox, Parcel};
use crate::bus::{self, Bus, Note, Once, Whom};
use crate::chance::chance;
use crate::view;
use crate::vital::vital;
use axum::extract::ws::Utf8Bytes;
use gavel_domain::{LotId, UserId};
use gavel_engine::chain::HouseKey;
use gavel_engine::ports::{Bus as EngineBus, Change};
use gavel_wire::WsMessage;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;

/// Sockets at a time.
const SOCKETS_MAX: u32 = 20_000;
/// Changes that wait to be told at most; beyond, their lots are marked stale for everyone.
const WAITING_MAX: usize = 8192;
/// How much longer it may take a server that stops to close its sockets, for each of them: four seconds
/// for as many as there may be.
const LEAVES_AFTER: Duration = Duration::from_micros(200);
/// Notifications of which it is remembered that they were told here, and for how long: they may come by
/// the bus and from the table.
const TOLD_MAX: u64 = 50_000;
const TOLD_FOR: Duration = Duration::from_secs(30);
/// How long another server's count of its sockets is good for.
const SOCKETS_TOLD_FOR: Duration = Duration::from_secs(15);
/// Other servers whose counts are kept.
const SERVERS_MAX: usize = 1_000;

/// Listeners by what they listen to, with what is to be known of that (`N`). An address is compared, so
/// that a mailbox is in once.
struct Listeners<K, N>(Mutex<HashMap<K, Audience<N>>>);

#[derive(Default)]
struct Audience<N> {
    mailboxes: Vec<Arc<Mailbox>>,
    known: N,
}

impl<N> Audience<N> {
    fn each(&self, tell: impl Fn(&Mailbox)) {
        self.mailboxes.iter().for_each(|mailbox| tell(mailbox));
    }

    fn put_all(&self, changes: &[bus::Change]) {
        for bus::Change { lot, seq, texts } in changes {
            if texts.is_empty() {
                self.each(|mailbox| mailbox.mark_stale(*lot));
            }
            for text in texts {
                let parcel = Parcel { lot: *lot, seq: *seq, private: false, text: text.clone() };
                self.each(|mailbox| mailbox.put(parcel.clone()));
            }
        }
    }
}

impl<K, N> Default for Listeners<K, N> {
    fn default() -> Self {
        Listeners(Mutex::default())
    }
}

impl<K: Hash + Eq + Copy, N: Default> Listeners<K, N> {
    /// Puts a mailbox in, and calls `first` where it is the first: before anybody else comes or goes.
    fn add(&self, key: K, mailbox: &Arc<Mailbox>, first: impl FnOnce()) {
        let mut all = self.all();
        let listeners = &mut all.entry(key).or_default().mailboxes;
        if listeners.is_empty() {
            first();
        }
        if !listeners.iter().any(|known| Arc::ptr_eq(known, mailbox)) {
            listeners.push(mailbox.clone());
        }
    }

    /// Takes a mailbox out, and calls `last` where it was the last.
    fn remove(&self, key: K, mailbox: &Arc<Mailbox>, last: impl FnOnce()) {
        let mut all = self.all();
        if let Some(audience) = all.get_mut(&key) {
            audience.mailboxes.retain(|known| !Arc::ptr_eq(known, mailbox));
            if audience.mailboxes.is_empty() {
                all.remove(&key);
                last();
            }
        }
    }

    fn has(&self, key: K) -> bool {
        self.all().contains_key(&key)
    }

    /// Hands who listens to something to `tell`, where anybody does.
    fn with<T>(&self, key: K, tell: impl FnOnce(&mut Audience<N>) -> T) -> Option<T> {
        self.all().get_mut(&key).map(tell)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<K, Audience<N>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What waits to be told.
enum News {
    /// This server's engine has decided it.
    Own(Change),
    /// Another server says so.
    Heard(Note),
}

/// Of whom something may have been missed: changes have come that follow others which have not, or nothing was
/// heard of them until now.
#[derive(Default)]
pub(crate) struct Doubted {
    pub(crate) lots: BTreeSet<LotId>,
    pub(crate) users: BTreeSet<UserId>,
}

impl Doubted {
    pub(crate) fn is_empty(&self) -> bool {
        self.lots.is_empty() && self.users.is_empty()
    }

    pub(crate) fn add(&mut self, other: Doubted) {
        self.lots.extend(other.lots);
        self.users.extend(other.users);
    }
}

#[derive(Default)]
struct Waiting {
    news: VecDeque<News>,
    /// Lots that everyone is to be sent whole, with the last of their changes that is left out for it.
    stale: BTreeMap<LotId, u64>,
    /// When the first of them came.
    since: Option<Instant>,
}

impl Waiting {
    fn mark_stale(&mut self, lot: LotId, seq: u64) {
        let last = self.stale.entry(lot).or_default();
        *last = seq.max(*last);
    }
}

struct Shared {
    key: HouseKey,
    lots: Listeners<LotId, Line<bus::Change>>,
    users: Listeners<UserId, ()>,
    waiting: Mutex<Waiting>,
    arrived: Arc<Notify>,
    /// What may have been missed.
    doubted: Mutex<Doubted>,
    doubts: Notify,
    bus: OnceLock<Bus>,
    /// Notifications that were told here of late.
    told: moka::sync::Cache<Once, ()>,
    /// Sockets of other servers, and when they said so.
    elsewhere: Mutex<HashMap<u128, (u64, Instant)>>,
    closing: watch::Sender<bool>,
    places: Arc<Semaphore>,
    delivery_lag_seconds: metrics::Histogram,
}

/// The way to everyone who listens.
#[derive(Clone)]
pub(crate) struct Hub(Arc<Shared>);

impl Hub {
    /// A hub, with its thread.
    pub(crate) fn start(key: HouseKey) -> Hub {
        let hub = Hub(Arc::new(Shared {
            key,
            lots: Listeners::default(),
            users: Listeners::default(),
            waiting: Mutex::default(),
            arrived: Arc::new(Notify::new()),
            doubted: Mutex::default(),
            doubts: Notify::new(),
            bus: OnceLock::new(),
            told: moka::sync::Cache::builder()
                .max_capacity(TOLD_MAX)
                .time_to_live(TOLD_FOR)
                .build(),
            elsewhere: Mutex::default(),
            closing: watch::Sender::new(false),
            places: Arc::new(Semaphore::new(SOCKETS_MAX as usize)),
            delivery_lag_seconds: metrics::histogram!("gavel_delivery_lag_seconds"),
        }));
        let shared = Arc::downgrade(&hub.0);
        let arrived = hub.0.arrived.clone();
        let tell = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            let work = vital("hub", async move {
                loop {
                    arrived.notified().await;
                    let Some(shared) = shared.upgrade() else { return };
                    shared.tell_all();
                }
            });
            runtime.expect("a runtime without IO needs nothing").block_on(work);
        };
        // A thread of its own: telling thousands takes milliseconds, and the engine must not wait.
        let started = std::thread::Builder::new().name("gavel-hub".into()).spawn(tell);
        started.expect("the system has a thread to spare at start");
        hub
    }

    /// Has the other servers of the house told as well, as long as there is a hub.
    pub(crate) fn connect(&self, bus: Bus) {
        // There is one bus; what was first stays.
        let _ = self.0.bus.set(bus);
    }

    /// The way to this hub for somebody who does not keep it.
    pub(crate) fn distant(&self) -> DistantHub {
        DistantHub(Arc::downgrade(&self.0))
    }

    /// A place for a socket, held as long as it lives; none where there are too many.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.0.places.clone().try_acquire_owned().ok()
    }

    /// Sockets that are open here now.
    pub(crate) fn sockets(&self) -> u64 {
        u64::from(SOCKETS_MAX).saturating_sub(self.0.places.available_permits() as u64)
    }

    /// Sockets that are open now on all servers of the house, as far as they say so.
    pub(crate) fn sockets_everywhere(&self) -> u64 {
        let mut elsewhere = self.0.elsewhere();
        elsewhere.retain(|_, (_, told_at)| told_at.elapsed() < SOCKETS_TOLD_FOR);
        self.sockets() + elsewhere.values().map(|(open, _)| open).sum::<u64>()
    }

    /// Has a mailbox hear of a lot.
    pub(crate) fn subscribe(&self, lot: LotId, mailbox: &Arc<Mailbox>) {
        self.0.lots.add(lot, mailbox, || self.0.listen(Whom::Lot(lot)));
    }

    /// No longer.
    pub(crate) fn unsubscribe(&self, lot: LotId, mailbox: &Arc<Mailbox>) {
        self.0.lots.remove(lot, mailbox, || self.0.ignore(Whom::Lot(lot)));
    }

    /// Has a mailbox hear what is for a user alone.
    pub(crate) fn join(&self, user: UserId, mailbox: &Arc<Mailbox>) {
        self.0.users.add(user, mailbox, || self.0.listen(Whom::User(user)));
    }

    /// No longer.
    pub(crate) fn leave(&self, user: UserId, mailbox: &Arc<Mailbox>) {
        self.0.users.remove(user, mailbox, || self.0.ignore(Whom::User(user)));
    }

    /// Somebody who was subscribed by then has read a lot, with its changes up to `seq`.
    pub(crate) fn has_read(&self, lot: LotId, seq: u64, mailbox: &Mailbox) {
        let reader = self.0.lots.with(lot, |audience| {
            let (reader, ready) = audience.known.read_at(seq);
            audience.put_all(&ready);
            reader
        });
        if reader == Some(Reader::IsBehind) {
            mailbox.mark_stale(lot);
        }
    }

    /// Has a user's sockets look at once whether their sessions still stand.
    pub(crate) fn recheck(&self, user: UserId) {
        self.0.users.with(user, |audience| audience.each(Mailbox::look_again));
    }

    /// Whether a user may have a socket open, here or where the bus reaches.
    pub(crate) fn may_hear(&self, user: UserId) -> bool {
        self.0.bus().is_some() || self.0.users.has(user)
    }

    /// Users who have a socket open here.
    pub(crate) fn users_here(&self) -> Vec<UserId> {
        self.0.users.all().keys().copied().collect()
    }

    /// Sends a notification about a lot to a user's sockets alone, here and where the bus reaches.
    pub(crate) fn tell_user(&self, user: UserId, lot: LotId, once: Once, message: &WsMessage) {
        self.0.tell_user(user, lot, 0, text(message), Some(once));
    }

    /// The same, on this server alone.
    pub(crate) fn tell_user_here(&self, user: UserId, lot: LotId, once: Once, message: &WsMessage) {
        let (text, once) = (text(message), Some(once));
        self.0.take(Note::Private { user, lot, seq: 0, text, once });
    }

    /// Has everyone who hears of a lot sent it whole again, on every server: something changed about it
    /// that is in no message.
    pub(crate) fn mark_stale(&self, lot: LotId) {
        if let Some(bus) = self.0.bus() {
            bus.tell(Note::Lot(lot));
        }
        self.0.mark_stale(lot, 0);
    }

    /// Takes in what another server says.
    pub(crate) fn hear(&self, notes: Vec<Note>) {
        self.0.queue(notes.into_iter().map(News::Heard));
    }

    /// The lots that somebody listens to here, each with the last change that was told of it.
    pub(crate) fn heads(&self) -> Vec<(LotId, u64)> {
        let all = self.0.lots.all();
        all.iter().filter_map(|(lot, audience)| Some((*lot, audience.known.head()?))).collect()
    }

    /// The last change that was told of a lot; none, where nobody listens to it.
    pub(crate) fn head(&self, lot: LotId) -> Option<u64> {
        self.0.lots.with(lot, |audience| audience.known.head()).flatten()
    }

    /// From now on something is heard of these. Whoever listens may have come before that, and have missed
    /// what was told in between.
    pub(crate) fn begins_to_hear(&self, whom: &[Whom]) {
        self.0.doubt(|doubted| {
            for whom in whom {
                match whom {
                    Whom::Lot(lot) => _ = doubted.lots.insert(*lot),
                    Whom::User(user) => _ = doubted.users.insert(*user),
                    Whom::All | Whom::Server(_) => {}
                }
            }
        });
    }

    /// The last change that was told of each of these lots. One that somebody is still reading stays in
    /// doubt.
    pub(crate) fn heads_of(&self, lots: &BTreeSet<LotId>) -> Vec<(LotId, u64)> {
        let mut heads = Vec::with_capacity(lots.len());
        for &lot in lots {
            match self.0.lots.with(lot, |audience| audience.known.head()) {
                None => {}
                Some(None) => self.0.doubt(|doubted| _ = doubted.lots.insert(lot)),
                Some(Some(head)) => heads.push((lot, head)),
            }
        }
        heads
    }

    /// Waits until something may have been missed.
    pub(crate) async fn doubted(&self) -> Doubted {
        loop {
            let seen = self.0.doubts.notified();
            let doubted = std::mem::take(&mut *self.0.doubted());
            if !doubted.is_empty() {
                return doubted;
            }
            seen.await;
        }
    }

    /// Has everyone who hears of a lot sent it whole, in place of its changes up to `seq`.
    pub(crate) fn skip_to(&self, lot: LotId, seq: u64) {
        self.0.mark_stale(lot, seq);
    }

    /// Asks every socket to close, and waits until all have.
    pub(crate) async fn close(&self) {
        self.0.closing.send_replace(true);
        // An error would mean that nobody can hold a place, which is as good.
        let _ = self.0.places.acquire_many(SOCKETS_MAX).await;
    }

    /// Waits until sockets are asked to close, and then for a moment that is longer the more of them
    /// there are: they all come to other servers, and not at once.
    pub(crate) async fn closing(&self) {
        let mut closing = self.0.closing.subscribe();
        // An error means that the hub is gone, which is as good a reason to close.
        let _ = closing.wait_for(|closing| *closing).await;
        let sockets = u32::try_from(self.sockets()).unwrap_or(SOCKETS_MAX);
        let within = LEAVES_AFTER.saturating_mul(sockets);
        tokio::time::sleep(within.mul_f64(chance())).await;
    }
}

/// The way to a hub that may be gone.
pub(crate) struct DistantHub(Weak<Shared>);

impl DistantHub {
    /// The hub, where it is still there.
    pub(crate) fn get(&self) -> Option<Hub> {
        self.0.upgrade().map(Hub)
    }
}

impl EngineBus for Hub {
    fn publish(&self, changes: Vec<Change>) {
        // Nobody to tell, nobody to wake. Whoever subscribes from now on reads a state that holds
        // these changes: they are durable.
        let told = |change: &Change| !change.record.event.is_silent() && self.0.is_heard(change);
        self.0.queue(changes.into_iter().filter(told).map(News::Own));
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The thread sees that nobody is left, and ends.
        self.arrived.notify_one();
    }
}

impl Shared {
    /// The bus, where there is one and the other servers can be told.
    fn bus(&self) -> Option<&Bus> {
        self.bus.get().filter(|bus| bus.is_up())
    }

    /// Has what is for `whom` heard from other servers, whether or not they can be reached now.
    fn listen(&self, whom: Whom) {
        if let Some(bus) = self.bus.get() {
            bus.listen(whom);
        }
    }

    fn ignore(&self, whom: Whom) {
        if let Some(bus) = self.bus.get() {
            bus.ignore(whom);
        }
    }

    /// The bus, where another server that it reaches may listen to what is for `whom`.
    fn way_to(&self, whom: Whom) -> Option<&Bus> {
        self.bus().filter(|bus| bus.reaches(whom))
    }

    /// Puts something with what waits to be told.
    fn queue(&self, news: impl Iterator<Item = News>) {
        let mut news = news.peekable();
        if news.peek().is_none() {
            return;
        }
        {
            let mut waiting = self.waiting();
            waiting.since.get_or_insert_with(Instant::now);
            for one in news {
                match one {
                    one if waiting.news.len() < WAITING_MAX => waiting.news.push_back(one),
                    News::Own(change) => waiting.mark_stale(change.record.lot, change.record.seq),
                    News::Heard(Note::Change(change)) => {
                        waiting.mark_stale(change.lot, change.seq);
                    }
                    News::Heard(Note::Lot(lot)) => waiting.mark_stale(lot, 0),
                    // Who is told late of it reads it with their notifications.
                    News::Heard(_) => {}
                }
            }
        }
        self.arrived.notify_one();
    }

    fn tell_all(&self) {
        loop {
            let Waiting { news, stale, since } = std::mem::take(&mut *self.waiting());
            if news.is_empty() && stale.is_empty() {
                return;
            }
            for one in news {
                match one {
                    News::Own(change) => self.tell(&change),
                    News::Heard(note) => self.take(note),
                }
            }
            for (lot, seq) in stale {
                if let Some(bus) = self.bus().filter(|_| seq > 0) {
                    bus.tell(Note::Change(bus::Change { lot, seq, texts: Vec::new() }));
                }
                self.mark_all_stale(lot, seq);
            }
            if let Some(since) = since {
                self.delivery_lag_seconds.record(since.elapsed());
            }
        }
    }

    /// Whether anybody listens to a change, here or, as far as is known, elsewhere.
    fn is_heard(&self, change: &Change) -> bool {
        let (lot, outbid) = (change.record.lot, change.outbid);
        self.lots.has(lot)
            || self.way_to(Whom::Lot(lot)).is_some()
            || outbid.is_some_and(|(user, _)| {
                self.users.has(user) || self.way_to(Whom::User(user)).is_some()
            })
    }

    /// Tells a change of this server's own, here and elsewhere.
    fn tell(&self, change: &Change) {
        let (lot, seq) = (change.record.lot, change.record.seq);
        let elsewhere = self.way_to(Whom::Lot(lot));
        if elsewhere.is_some() || self.lots.has(lot) {
            let told = broadcast(&self.key, change);
            if let Some(bus) = elsewhere {
                bus.tell(Note::Change(told.clone()));
            }
            self.tell_change(told);
        }
        if let Some((user, ceiling)) = change.outbid
            && (self.way_to(Whom::User(user)).is_some() || self.users.has(user))
        {
            self.tell_user(user, lot, seq, text(&view::outbid(change, ceiling)), None);
        }
    }

    /// Takes in what another server says.
    fn take(&self, note: Note) {
        match note {
            Note::Change(change) => self.tell_change(change),
            Note::Private { user, lot, seq, text, once } => {
                let is_new = |once| self.told.entry(once).or_insert(()).is_fresh();
                if !self.users.has(user) || !once.is_none_or(is_new) {
                    return;
                }
                let parcel = Parcel { lot, seq, private: true, text };
                let put = |mailbox: &Mailbox| mailbox.put(parcel.clone());
                self.users.with(user, |audience| audience.each(put));
            }
            Note::Lot(lot) => self.mark_all_stale(lot, 0),
            Note::Account(account) => {
                self.users.with(UserId(account), |audience| audience.each(Mailbox::look_again));
            }
            Note::Sockets { server, open, .. } => {
                let mut elsewhere = self.elsewhere();
                if elsewhere.len() < SERVERS_MAX || elsewhere.contains_key(&server) {
                    elsewhere.insert(server, (open, Instant::now()));
                }
            }
            // They are no listener's (house.rs).
            Note::Handed(_) | Note::Answered(_) => {}
        }
    }

    /// Tells those who listen here a change, in its turn.
    fn tell_change(&self, change: bus::Change) {
        let (lot, seq) = (change.lot, change.seq);
        let gap = self.lots.with(lot, |audience| {
            let ready = audience.known.take(seq, change);
            audience.put_all(&ready);
            audience.known.gap().is_some()
        });
        if gap == Some(true) {
            self.doubt(|doubted| _ = doubted.lots.insert(lot));
        }
    }

    fn doubt(&self, of: impl FnOnce(&mut Doubted)) {
        of(&mut self.doubted());
        self.doubts.notify_one();
    }

    fn tell_user(&self, user: UserId, lot: LotId, seq: u64, text: Utf8Bytes, once: Option<Once>) {
        let note = Note::Private { user, lot, seq, text, once };
        if let Some(bus) = self.way_to(Whom::User(user)) {
            bus.tell(note.clone());
        }
        self.take(note);
    }

    /// Has everyone who listens to a lot here sent it whole, in place of its changes up to `seq`.
    fn mark_all_stale(&self, lot: LotId, seq: u64) {
        self.lots.with(lot, |audience| {
            audience.each(|mailbox| mailbox.mark_stale(lot));
            if seq > 0 {
                let ready = audience.known.skip_to(seq);
                audience.put_all(&ready);
            }
        });
    }

    /// The same, in its turn.
    fn mark_stale(&self, lot: LotId, seq: u64) {
        if self.lots.has(lot) {
            self.waiting().mark_stale(lot, seq);
            self.arrived.notify_one();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn doubted(&self) -> MutexGuard<'_, Doubted> {
        self.doubted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn elsewhere(&self) -> MutexGuard<'_, HashMap<u128, (u64, Instant)>> {
        self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A change, as those who listen hear of it.
pub(super) fn broadcast(key: &HouseKey, change: &Change) -> bus::Change {
    let texts = view::messages(key, change).iter().map(text).collect();
    bus::Change { lot: change.record.lot, seq: change.record.seq, texts }
}

/// A message as JSON.
pub(crate) fn text(message: &WsMessage) -> Utf8Bytes {
    serde_json::to_string(message).expect("a message is always JSON").into()
}
