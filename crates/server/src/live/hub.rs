//! Who listens to what, and the thread that tells them.

use super::mailbox::{Mailbox, Parcel};
use crate::view;
use crate::vital::vital;
use axum::extract::ws::Utf8Bytes;
use gavel_domain::{Event, LotId, UserId};
use gavel_engine::chain::HouseKey;
use gavel_engine::ports::{Bus, Change};
use gavel_wire::WsMessage;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;

/// Sockets at a time.
const SOCKETS_MAX: u32 = 20_000;
/// Changes that wait to be told at most; beyond, their lots are marked stale for everyone.
const WAITING_MAX: usize = 8192;

/// Listeners by what they listen to. An address is compared, so that a mailbox is in once.
struct Listeners<K>(Mutex<HashMap<K, Vec<Arc<Mailbox>>>>);

impl<K> Default for Listeners<K> {
    fn default() -> Self {
        Listeners(Mutex::default())
    }
}

impl<K: Hash + Eq + Copy> Listeners<K> {
    fn add(&self, key: K, mailbox: &Arc<Mailbox>) {
        let mut all = self.all();
        let listeners = all.entry(key).or_default();
        if !listeners.iter().any(|known| Arc::ptr_eq(known, mailbox)) {
            listeners.push(mailbox.clone());
        }
    }

    fn remove(&self, key: K, mailbox: &Arc<Mailbox>) {
        let mut all = self.all();
        if let Some(listeners) = all.get_mut(&key) {
            listeners.retain(|known| !Arc::ptr_eq(known, mailbox));
            if listeners.is_empty() {
                all.remove(&key);
            }
        }
    }

    fn has(&self, key: K) -> bool {
        self.all().contains_key(&key)
    }

    /// Hands each listener to `tell`; `prepare` is called only where there is one.
    fn each<T>(&self, key: K, prepare: impl FnOnce() -> T, tell: impl Fn(&Mailbox, &T)) {
        let all = self.all();
        let Some(listeners) = all.get(&key) else { return };
        let prepared = prepare();
        for mailbox in listeners {
            tell(mailbox, &prepared);
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<K, Vec<Arc<Mailbox>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Waiting {
    changes: VecDeque<Change>,
    stale: BTreeSet<LotId>,
    /// When the first of them came.
    since: Option<Instant>,
}

struct Shared {
    key: HouseKey,
    lots: Listeners<LotId>,
    users: Listeners<UserId>,
    waiting: Mutex<Waiting>,
    arrived: Arc<Notify>,
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

    /// A place for a socket, held as long as it lives; none where there are too many.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.0.places.clone().try_acquire_owned().ok()
    }

    /// Sockets that are open now.
    pub(crate) fn sockets(&self) -> u64 {
        u64::from(SOCKETS_MAX).saturating_sub(self.0.places.available_permits() as u64)
    }

    /// Has a mailbox hear of a lot.
    pub(crate) fn subscribe(&self, lot: LotId, mailbox: &Arc<Mailbox>) {
        self.0.lots.add(lot, mailbox);
    }

    /// No longer.
    pub(crate) fn unsubscribe(&self, lot: LotId, mailbox: &Arc<Mailbox>) {
        self.0.lots.remove(lot, mailbox);
    }

    /// Has a mailbox hear what is for a user alone.
    pub(crate) fn join(&self, user: UserId, mailbox: &Arc<Mailbox>) {
        self.0.users.add(user, mailbox);
    }

    /// No longer.
    pub(crate) fn leave(&self, user: UserId, mailbox: &Arc<Mailbox>) {
        self.0.users.remove(user, mailbox);
    }

    /// Has a user's sockets look at once whether their sessions still stand.
    pub(crate) fn recheck(&self, user: UserId) {
        self.0.users.each(user, || (), |mailbox, ()| mailbox.look_again());
    }

    /// Whether a user has a socket open.
    pub(crate) fn hears(&self, user: UserId) -> bool {
        self.0.users.has(user)
    }

    /// Sends a message about a lot to a user's sockets alone.
    pub(crate) fn tell_user(&self, user: UserId, lot: LotId, message: &WsMessage) {
        let prepare = || Parcel { lot, seq: 0, private: true, text: text(message) };
        self.0.users.each(user, prepare, |mailbox, parcel| mailbox.put(parcel.clone()));
    }

    /// Has everyone who hears of a lot sent it whole again: something changed about it that is in no
    /// message.
    pub(crate) fn mark_stale(&self, lot: LotId) {
        if self.0.lots.has(lot) {
            self.0.waiting().stale.insert(lot);
            self.0.arrived.notify_one();
        }
    }

    /// Asks every socket to close, and waits until all have.
    pub(crate) async fn close(&self) {
        self.0.closing.send_replace(true);
        // An error would mean that nobody can hold a place, which is as good.
        let _ = self.0.places.acquire_many(SOCKETS_MAX).await;
    }

    /// Waits until sockets are asked to close.
    pub(crate) async fn closing(&self) {
        let mut closing = self.0.closing.subscribe();
        // An error means that the hub is gone, which is as good a reason to close.
        let _ = closing.wait_for(|closing| *closing).await;
    }
}

impl Bus for Hub {
    fn publish(&self, changes: Vec<Change>) {
        // Nobody to tell, nobody to wake. Whoever subscribes from now on reads a state that holds
        // these changes: they are durable.
        let heard = changes.into_iter().filter(|change| self.0.is_heard(change));
        let heard = heard.collect::<Vec<_>>();
        if heard.is_empty() {
            return;
        }
        {
            let mut waiting = self.0.waiting();
            waiting.since.get_or_insert_with(Instant::now);
            for change in heard {
                if waiting.changes.len() < WAITING_MAX {
                    waiting.changes.push_back(change);
                } else {
                    waiting.stale.insert(change.record.lot);
                }
            }
        }
        self.0.arrived.notify_one();
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The thread sees that nobody is left, and ends.
        self.arrived.notify_one();
    }
}

impl Shared {
    fn tell_all(&self) {
        loop {
            let Waiting { changes, stale, since } = std::mem::take(&mut *self.waiting());
            if changes.is_empty() && stale.is_empty() {
                return;
            }
            for change in &changes {
                self.tell(change);
            }
            for lot in stale {
                self.lots.each(lot, || (), |mailbox, ()| mailbox.mark_stale(lot));
            }
            if let Some(since) = since {
                self.delivery_lag_seconds.record(since.elapsed());
            }
        }
    }

    /// Whether anybody listens to a change.
    fn is_heard(&self, change: &Change) -> bool {
        self.lots.has(change.record.lot)
            || change.outbid.is_some_and(|(user, _)| self.users.has(user))
    }

    fn tell(&self, change: &Change) {
        let lot = change.record.lot;
        if matches!(change.record.event, Event::Revised(_)) {
            return self.lots.each(lot, || (), |mailbox, ()| mailbox.mark_stale(lot));
        }
        let prepare = || {
            let messages = view::messages(&self.key, change).into_iter();
            messages.map(|message| parcel(change, &message, false)).collect::<Vec<_>>()
        };
        self.lots.each(lot, prepare, |mailbox, parcels| {
            for parcel in parcels {
                mailbox.put(parcel.clone());
            }
        });
        if let Some((user, ceiling)) = change.outbid {
            let prepare = || parcel(change, &view::outbid(change, ceiling), true);
            self.users.each(user, prepare, |mailbox, parcel| mailbox.put(parcel.clone()));
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message of a change, serialised.
fn parcel(change: &Change, message: &WsMessage, private: bool) -> Parcel {
    Parcel { lot: change.record.lot, seq: change.record.seq, private, text: text(message) }
}

/// A message as JSON.
pub(crate) fn text(message: &WsMessage) -> Utf8Bytes {
    serde_json::to_string(message).expect("a message is always JSON").into()
}
