//! A store in memory, for tests: the shortest store that keeps the contract, with faults on demand.

use crate::plan::Listing;
use crate::ports::{
    Basis, Batch, BidderRow, Bus, Change, Clock, CommitError, Held, Loaded, Store, StoreError,
    Telling, Wanted,
};
use crate::record::Record;
use crate::spine::Spine;
use gavel_domain::{LotId, Status, Time, UserId};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// What goes wrong with a commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is refused and did not happen.
    Refused,
    /// It happened, and the answer was lost.
    UnknownDone,
    /// It did not happen, and nobody can tell.
    UnknownNotDone,
    /// The disk has failed.
    Fatal,
}

/// A store in memory.
#[derive(Default)]
pub struct MemStore {
    state: Mutex<State>,
    next_position: AtomicU64,
}

#[derive(Default)]
struct State {
    lots: HashMap<LotId, Loaded>,
    listings: HashMap<LotId, Listing>,
    log: BTreeMap<u64, Record>,
    keys: HashMap<(UserId, String), u64>,
    bidders: HashMap<(LotId, UserId), BidderRow>,
    tellings: Vec<Telling>,
    faults: VecDeque<Fault>,
    damaged: HashSet<LotId>,
    commits: usize,
}

impl MemStore {
    /// An empty store.
    pub fn new() -> MemStore {
        MemStore::default()
    }

    /// Lets the next commit fail; several queue up.
    pub fn fail_next(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// Makes a lot unreadable.
    pub fn damage(&self, lot: LotId) {
        self.state().damaged.insert(lot);
    }

    /// How many commits were made.
    pub fn commits(&self) -> usize {
        self.state().commits
    }

    /// A lot's records by version.
    pub fn log(&self, lot: LotId) -> Vec<Record> {
        self.state().log.values().filter(|record| record.lot == lot).cloned().collect()
    }

    /// A user's last bid on a lot.
    pub fn bidder(&self, lot: LotId, user: UserId) -> Option<BidderRow> {
        self.state().bidders.get(&(lot, user)).copied()
    }

    /// What is to be told, in order.
    pub fn tellings(&self) -> Vec<Telling> {
        self.state().tellings.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds the store")
    }
}

impl State {
    fn apply(&mut self, batch: Batch) -> Result<(), CommitError> {
        let position = |lot| self.lots.get(&lot).map_or(0, |loaded| loaded.head.position);
        if batch.lots.iter().any(|update| position(update.id) != update.expected) {
            return Err(CommitError::Conflict);
        }
        let key =
            |record: &Record| record.by.zip(record.keyed.as_ref().map(|keyed| keyed.key.clone()));
        if batch
            .records
            .iter()
            .filter_map(|record| key(record))
            .any(|key| self.keys.contains_key(&key))
        {
            return Err(CommitError::Conflict);
        }
        self.commits += 1;
        for record in &batch.records {
            if let Some(key) = key(record) {
                self.keys.insert(key, record.position);
            }
            self.log.insert(record.position, (**record).clone());
        }
        self.listings.extend(batch.listings.into_iter().map(|listing| (listing.lot, listing)));
        for revision in batch.revisions {
            if let Some(listing) = self.listings.get_mut(&revision.lot) {
                listing.about = revision.about;
            }
        }
        self.tellings.extend(batch.tellings);
        for update in batch.lots {
            let title = self.listings[&update.id].about.title.as_str().into();
            let (lot, head, spine) = (update.lot, update.head, Spine::new());
            self.lots.insert(update.id, Loaded { lot, title, head, spine });
        }
        self.bidders.extend(batch.bidders.into_iter().map(|row| ((row.lot, row.user), row)));
        Ok(())
    }

    fn spine(&self, head: u64) -> Spine {
        let (mut links, mut at) = (Vec::new(), head);
        while let Some(record) = self.log.get(&at) {
            links.push((record.version, record.position));
            at = record.jump;
        }
        Spine::restored(links)
    }
}

impl Store for MemStore {
    type Turn = ();

    async fn turn(&self, wanted: Wanted<'_>) -> Result<((), Basis), StoreError> {
        let mut basis = Basis {
            keyed: self.keyed(wanted.keys).await?,
            first_position: self.next_position.fetch_add(wanted.positions, Ordering::Relaxed) + 1,
            ..Basis::default()
        };
        for (lot, remembered) in wanted.lots {
            // Others may have been here: several engines may share it.
            let position = self.state().lots.get(lot).map(|loaded| loaded.head.position);
            if position.is_none() || position != *remembered {
                basis.lots.push((*lot, Held::of(self.load(*lot).await)?));
            }
        }
        Ok(((), basis))
    }

    async fn leave(&self, (): ()) -> Result<(), CommitError> {
        Ok(())
    }

    async fn load(&self, lot: LotId) -> Result<Option<Loaded>, StoreError> {
        let state = self.state();
        if state.damaged.contains(&lot) {
            return Err(StoreError::Damaged("told to be".into()));
        }
        Ok(state
            .lots
            .get(&lot)
            .map(|loaded| Loaded { spine: state.spine(loaded.head.position), ..loaded.clone() }))
    }

    async fn keyed(&self, keys: &[(UserId, &str)]) -> Result<Vec<Option<Record>>, StoreError> {
        let state = self.state();
        let record = |(user, key): &(UserId, &str)| {
            let position = state.keys.get(&(*user, (*key).to_owned()));
            position.map(|position| state.log[position].clone())
        };
        Ok(keys.iter().map(record).collect())
    }

    async fn commit(&self, (): (), batch: Batch) -> Result<(), CommitError> {
        // Others get a turn, as they would while a disk is waited for.
        tokio::task::yield_now().await;
        let mut state = self.state();
        match state.faults.pop_front() {
            None => state.apply(batch),
            Some(Fault::Refused) => Err(CommitError::Refused("told to".into())),
            Some(Fault::Fatal) => Err(CommitError::Fatal("told to".into())),
            Some(Fault::UnknownNotDone) => Err(CommitError::Unknown("told to".into())),
            Some(Fault::UnknownDone) => {
                state.apply(batch)?;
                Err(CommitError::Unknown("told to".into()))
            }
        }
    }

    async fn due(&self, now: Time, limit: usize) -> Result<Vec<LotId>, StoreError> {
        let state = self.state();
        let running = state.lots.iter().filter(|(_, loaded)| loaded.lot.status() == Status::Active);
        let mut due: Vec<_> = running
            .map(|(id, loaded)| (loaded.lot.ends_at(), *id))
            .filter(|(ends_at, _)| *ends_at <= now)
            .collect();
        due.sort();
        Ok(due.into_iter().take(limit).map(|(_, id)| id).collect())
    }
}

/// A clock that stands until it is set.
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that stands at `ms`.
    pub fn at(ms: i64) -> TestClock {
        TestClock(AtomicI64::new(ms))
    }

    /// Sets it to `ms`, also backwards.
    pub fn set(&self, ms: i64) {
        self.0.store(ms, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::Relaxed))
    }

    fn decides(&self, _: Option<Time>) -> Time {
        self.now()
    }
}

/// A bus that remembers what it was told.
#[derive(Clone, Default)]
pub struct MemBus(Arc<Mutex<Vec<Change>>>);

impl MemBus {
    /// What was published so far.
    pub fn told(&self) -> Vec<Change> {
        self.0.lock().expect("no test panics while it holds the bus").clone()
    }
}

impl Bus for MemBus {
    fn publish(&self, changes: Vec<Change>) {
        self.0.lock().expect("no test panics while it holds the bus").extend(changes);
    }
}
