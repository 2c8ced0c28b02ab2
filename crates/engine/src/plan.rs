//! Deciding a batch in memory. Pure: what it needs was loaded before, what it wants is in the plan.

use crate::chain::{HouseKey, prove};
use crate::ports::{
    Act, Basis, Batch, BidderRow, Change, Deed, Found, Head, Held, Loaded, LotUpdate, News, Telling,
};
use crate::record::{Ask, Keyed, Record};
use crate::spine::Spine;
use gavel_domain::{
    AutoBid, Bid, Cancel, Command, Event, Lot, LotId, Money, Party, Refusal, Status, Terms, Time,
    UserId,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A command on a lot.
#[derive(Clone, Debug)]
pub struct Request {
    /// The lot.
    pub lot: LotId,
    /// Who asks; nobody, where time does.
    pub by: Option<UserId>,
    /// What is asked.
    pub command: Command,
    /// Idempotency key, 1 to 128 characters.
    pub key: Option<String>,
    /// Why, where somebody in charge asks; it is told to those whom it concerns.
    pub reason: Option<String>,
    /// When it is too late to decide it, by the clock that decides: whoever asked may do without then.
    pub until: Option<Time>,
}

/// What a lot is about. The engine only carries it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    /// 3 to 120 characters.
    pub title: String,
    /// Up to 10,000 characters.
    pub description: String,
    /// Slug.
    pub category: String,
}

/// A new lot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listing {
    /// The lot.
    pub lot: LotId,
    /// What the seller fixed about the sale.
    pub terms: Terms,
    /// What it is about.
    pub about: About,
    /// Pictures, in order.
    pub pictures: Vec<Picture>,
    /// Whether it was a draft of the same identity, whose pictures the store has already.
    pub draft: bool,
    /// Idempotency key and digest of the request.
    pub keyed: Option<Keyed>,
}

/// A seller's change of a lot without bids.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Revision {
    /// The lot.
    pub lot: LotId,
    /// Who asks.
    pub by: UserId,
    /// The terms as they are to be.
    pub terms: Terms,
    /// What the lot is to be about.
    pub about: About,
    /// Version of the lot that the change was made on: what somebody else changed since is not undone.
    pub seen: u64,
    /// Idempotency key and digest of the request.
    pub keyed: Option<Keyed>,
}

/// A stored picture of a lot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Picture {
    /// Identity, and name of its files.
    pub id: u128,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// A command was accepted, and is durable.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// What it became. The answer is made of this alone, so that it can be given again.
    pub record: Arc<Record>,
    /// Whether it had been accepted before, with the same key.
    pub replayed: bool,
}

/// A command was not accepted. But for [`Rejected::Unavailable`], nothing changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rejected {
    /// The rules refuse it.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The price.
        current: Money,
    },
    /// There is no such lot.
    UnknownLot,
    /// The lot has changed since the change was made on it.
    Outdated,
    /// The key was accepted with another request.
    KeyReused,
    /// It came to be decided too late: [`Request::until`].
    Late,
    /// The queue is full.
    Busy,
    /// The store is away; whether it happened, the same key will tell.
    Unavailable,
}

/// What the driver hands to the planner.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    List(Box<Listing>),
    Revise(Box<Revision>),
    Command(Request),
}

impl Task {
    pub(crate) fn lot(&self) -> LotId {
        match self {
            Task::List(listing) => listing.lot,
            Task::Revise(revision) => revision.lot,
            Task::Command(request) => request.lot,
        }
    }

    /// Who asks, where somebody does.
    pub(crate) fn by(&self) -> Option<UserId> {
        match self {
            Task::List(listing) => Some(listing.terms.seller),
            Task::Revise(revision) => Some(revision.by),
            Task::Command(request) => request.by,
        }
    }

    /// The user and key to look up, where there is one.
    pub(crate) fn key(&self) -> Option<(UserId, &str)> {
        match self {
            Task::List(listing) => {
                listing.keyed.as_ref().map(|keyed| (listing.terms.seller, keyed.key.as_str()))
            }
            Task::Revise(revision) => {
                revision.keyed.as_ref().map(|keyed| (revision.by, keyed.key.as_str()))
            }
            Task::Command(request) => request.by.zip(request.key.as_deref()),
        }
    }

    fn keyed(&self) -> Option<Keyed> {
        match self {
            Task::List(listing) => listing.keyed.clone(),
            Task::Revise(revision) => revision.keyed.clone(),
            Task::Command(request) => request.key.as_ref().map(|key| Keyed {
                key: key.clone(),
                ask: Ask::of(request.lot, &request.command, request.reason.as_deref()),
            }),
        }
    }
}

pub(crate) type Outcome = Result<Accepted, Rejected>;

/// A batch to commit, and what to say once it is durable.
pub(crate) struct Plan {
    pub(crate) batch: Batch,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) changes: Vec<Change>,
    /// Last bids that can wait for the next flush.
    deferred: Vec<BidderRow>,
    /// What lots are found by that can wait for the next flush.
    unfound: Vec<Found>,
    /// Lots of which the batch has what they are found by, whatever waited.
    refound: Vec<LotId>,
    flushes: bool,
    at: Time,
    last_position: u64,
}

impl Plan {
    pub(crate) fn has_effect(&self) -> bool {
        !self.batch.records.is_empty() || self.flushes
    }
}

/// How much the book may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) lots_max: usize,
    /// Rows of derived tables that may wait for a flush.
    pub(crate) waiting_max: usize,
    pub(crate) flush_every_ms: i64,
    /// Whether what is derived from a large batch may wait here for a flush; otherwise the store may keep
    /// some of it for later.
    pub(crate) defers: bool,
}

/// Records of a batch that brings all that is derived from it along, so that in a house that is not
/// at its limit everything is found at once; a larger one leaves it to the next flush, or to a shared store.
const SMALL_BATCH: usize = 8;

/// How long after a lot's start and before its end its bids are decided by the very clock that decides both:
/// what is decided otherwise may be a second off.
const AFTER_START_MS: i64 = 2_000;
const BEFORE_END_MS: i64 = 10_000;

/// What the engine remembers: lots as their logs have them, including what is being committed.
pub(crate) struct Book {
    house: HouseKey,
    bounds: Bounds,
    lots: HashMap<LotId, Entry>,
    tick: u64,
    waiting: LastBids,
    /// What lots are found by, where the store has it older.
    unfound: HashMap<LotId, Found>,
    flushed_at: Time,
    last_position: u64,
    /// Whether a commit may have happened whose derived rows are lost: the next start makes them up,
    /// so the mark stays before them.
    in_doubt: bool,
}

/// Last bids that are in the log but not yet in their table. They are durable: whoever asks is shown
/// them as well as the table.
#[derive(Clone, Default)]
pub(crate) struct LastBids(Arc<Mutex<HashMap<(LotId, UserId), BidderRow>>>);

impl LastBids {
    pub(crate) fn of(&self, lot: LotId, user: UserId) -> Option<BidderRow> {
        self.rows().get(&(lot, user)).copied()
    }

    pub(crate) fn of_user(&self, user: UserId) -> Vec<BidderRow> {
        self.rows().values().filter(|row| row.user == user).copied().collect()
    }

    fn rows(&self) -> MutexGuard<'_, HashMap<(LotId, UserId), BidderRow>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Entry {
    loaded: Loaded,
    /// Who is known to have a row among the lot's bidders.
    bidders: HashSet<UserId>,
    used: u64,
}

impl Book {
    pub(crate) fn new(house: HouseKey, bounds: Bounds) -> Book {
        Book {
            house,
            bounds,
            lots: HashMap::new(),
            tick: 0,
            waiting: LastBids::default(),
            unfound: HashMap::new(),
            flushed_at: Time(0),
            last_position: 0,
            in_doubt: false,
        }
    }

    /// The outcome of a commit is not known.
    pub(crate) fn doubt(&mut self) {
        self.in_doubt = true;
    }

    /// The last bids that the store does not show yet.
    pub(crate) fn last_bids(&self) -> LastBids {
        self.waiting.clone()
    }

    /// The position of the last record of a lot that is remembered, if it is.
    pub(crate) fn position(&self, lot: LotId) -> Option<u64> {
        self.lots.get(&lot).map(|entry| entry.loaded.head.position)
    }

    /// When a lot that is remembered ends.
    pub(crate) fn ends_at(&self, lot: LotId) -> Option<Time> {
        self.lots.get(&lot).map(|entry| entry.loaded.lot.ends_at())
    }

    /// Whether a task is bidding on a lot that is remembered, open, and not about to end.
    pub(crate) fn is_routine(&self, task: &Task, now: Time) -> bool {
        let Task::Command(Request { lot, command, .. }) = task else { return false };
        let bids =
            matches!(command, Command::Bid(_) | Command::SetAutoBid(_) | Command::CancelAutoBid(_));
        bids && self.lots.get(lot).is_some_and(|Entry { loaded: Loaded { lot, .. }, .. }| {
            lot.status() == Status::Active
                && lot.terms().starts_at.plus_ms(AFTER_START_MS) <= now
                && lot.ends_at() > now.plus_ms(BEFORE_END_MS)
        })
    }

    /// Remembers what the store holds of lots in place of what was remembered, and says which lots it
    /// cannot read.
    pub(crate) fn take(&mut self, lots: Vec<(LotId, Held)>) -> HashSet<LotId> {
        let mut damaged = HashSet::new();
        for (lot, held) in lots {
            self.forget(lot);
            match held {
                Held::Lot(loaded) => self.insert(lot, *loaded),
                Held::Nothing => {}
                Held::Damaged(reason) => {
                    tracing::error!(?lot, reason, "a lot cannot be read");
                    damaged.insert(lot);
                }
            }
        }
        damaged
    }

    fn holds(&self, lot: LotId) -> bool {
        self.lots.contains_key(&lot)
    }

    fn insert(&mut self, lot: LotId, loaded: Loaded) {
        let entry = Entry { loaded, bidders: HashSet::new(), used: self.tick };
        self.lots.insert(lot, entry);
    }

    pub(crate) fn forget(&mut self, lot: LotId) {
        self.lots.remove(&lot);
    }

    /// Whether there is something to flush that no command may come along to carry.
    pub(crate) fn has_waiting(&self) -> bool {
        !self.waiting.rows().is_empty() || !self.unfound.is_empty()
    }

    /// Decides `tasks` in order, on what was asked of the store for them.
    pub(crate) fn plan(&mut self, tasks: &[Task], basis: Basis, now: Time) -> Plan {
        self.tick += 1;
        let mut draft = Draft {
            plan: Plan {
                batch: Batch::default(),
                outcomes: Vec::with_capacity(tasks.len()),
                changes: Vec::new(),
                deferred: Vec::new(),
                unfound: Vec::new(),
                refound: Vec::new(),
                flushes: false,
                at: now,
                last_position: 0,
            },
            stored: BTreeMap::new(),
            keys: HashMap::new(),
            banned: basis.banned.into_iter().collect(),
        };
        let mut keyed = basis.keyed.into_iter();
        for (position, task) in (basis.first_position..).zip(tasks) {
            let known = task.key().and_then(|_| keyed.next().flatten());
            let outcome = match draft.answered(task, known) {
                Some(outcome) => outcome,
                None => self.decide(task, now, position, &mut draft),
            };
            draft.plan.outcomes.push(outcome);
        }
        self.finish(draft, now)
    }

    fn decide(&mut self, task: &Task, now: Time, position: u64, draft: &mut Draft) -> Outcome {
        let (by, event) = match task {
            Task::List(listing) => {
                if self.holds(listing.lot) {
                    return Err(Rejected::KeyReused);
                }
                self.insert(listing.lot, unlisted(listing));
                draft.plan.batch.listings.push((**listing).clone());
                (Some(listing.terms.seller), Event::Listed(listing.terms.clone()))
            }
            Task::Revise(revision) => {
                let entry = self.lots.get_mut(&revision.lot).ok_or(Rejected::UnknownLot)?;
                let lot = &entry.loaded.lot;
                let at = now.max(entry.loaded.head.at);
                if lot.standing().is_none() && entry.loaded.head.version != revision.seen {
                    return Err(Rejected::Outdated);
                }
                let event = lot
                    .revise(revision.by, &revision.terms, at)
                    .map_err(|refusal| Rejected::Refused { refusal, current: lot.current_bid() })?;
                entry.loaded.title = revision.about.title.as_str().into();
                draft.plan.batch.revisions.push((**revision).clone());
                (Some(revision.by), event)
            }
            Task::Command(request) => {
                if request.until.is_some_and(|until| now > until) {
                    return Err(Rejected::Late);
                }
                let entry = self.lots.get(&request.lot).ok_or(Rejected::UnknownLot)?;
                let lot = &entry.loaded.lot;
                let command = as_known(request.command, &draft.banned);
                let event = lot
                    .decide(&command, now.max(entry.loaded.head.at))
                    .map_err(|refusal| Rejected::Refused { refusal, current: lot.current_bid() })?;
                (request.by, event)
            }
        };
        let entry = self.lots.get_mut(&task.lot()).ok_or(Rejected::UnknownLot)?;
        entry.used = self.tick;
        let lot = &entry.loaded.lot;
        let stored = (entry.loaded.head.position, lot.status(), lot.ends_at());
        draft.stored.entry(task.lot()).or_insert(stored);
        let before = entry.loaded.lot.standing();
        let seller = lot.terms().seller;
        let change = append(&self.house, &mut entry.loaded, by, event, task, now, position);
        let record = change.record.clone();
        let reason = match task {
            Task::Command(request) => request.reason.clone(),
            Task::List(_) | Task::Revise(_) => None,
        };
        draft.plan.batch.deeds.extend(deed(
            task,
            &record,
            seller,
            before.is_some(),
            reason.clone(),
        ));
        let auto = before.is_some_and(|before| before.auto);
        draft.plan.batch.tellings.extend(telling(&change, auto, reason));
        if let Some(row) = BidderRow::of(&record) {
            // A row that waits would otherwise come after this one, and seem to be the later bid.
            let is_new = entry.bidders.insert(row.user);
            if is_new && self.waiting.of(row.lot, row.user).is_none() {
                draft.plan.batch.bidders.push(row);
            } else {
                draft.plan.deferred.push(row);
            }
        }
        if let (Some((user, _)), Some(keyed)) = (task.key(), &record.keyed) {
            draft.keys.insert((user, keyed.key.clone()), record.clone());
        }
        draft.plan.batch.records.push(record.clone());
        draft.plan.changes.push(change);
        Ok(Accepted { record, replayed: false })
    }

    fn finish(&mut self, draft: Draft, now: Time) -> Plan {
        let Draft { mut plan, stored, .. } = draft;
        // What waits would come after what this batch writes, and seem to be later.
        let small = plan.batch.records.len() <= SMALL_BATCH && !self.has_waiting();
        for (id, (expected, status, ends_at)) in stored {
            let loaded = &self.lots[&id].loaded;
            let lot = &loaded.lot;
            let found = found(id, lot);
            if small || lot.status() != status {
                plan.batch.found.push(found);
                plan.refound.push(id);
            } else if self.bounds.defers {
                plan.unfound.push(found);
            } else {
                plan.batch.left.push(id);
            }
            plan.batch.lots.push(LotUpdate {
                id,
                expected,
                reschedules: lot.status() != status || lot.ends_at() != ends_at,
                lot: lot.clone(),
                head: loaded.head,
            });
        }
        self.flush(&mut plan, small, now);
        self.drop_moot(&mut plan.batch.tellings);
        plan.at = now;
        if self.lots.len() > self.bounds.lots_max {
            // The batch holds what it needs of each lot.
            self.evict();
        }
        plan
    }

    /// Adds what waits for the derived tables to the plan, where it is time.
    fn flush(&self, plan: &mut Plan, small: bool, now: Time) {
        if small {
            plan.batch.bidders.append(&mut plan.deferred);
        } else if !self.bounds.defers {
            plan.batch.left_bidders.append(&mut plan.deferred);
        }
        // A clock that was set back must not keep it waiting either.
        let due = now.since_ms(self.flushed_at).abs() >= self.bounds.flush_every_ms;
        let kept = self.waiting.rows();
        let left = plan.deferred.len() + plan.unfound.len();
        let waiting = kept.len() + self.unfound.len() + left;
        if waiting > 0 && (due || waiting > self.bounds.waiting_max) {
            // Later rows of the same user and lot, or of the same lot, come later, and so win.
            plan.batch.bidders.splice(0..0, kept.values().copied());
            plan.batch.bidders.append(&mut plan.deferred);
            plan.batch.found.splice(0..0, self.unfound.values().copied());
            plan.batch.found.append(&mut plan.unfound);
            plan.flushes = true;
        }
        plan.last_position = match plan.batch.records.last() {
            Some(last) => last.position,
            None => self.last_position,
        };
        let nothing_left = plan.deferred.is_empty() && plan.unfound.is_empty();
        let nothing_waits = kept.is_empty() && self.unfound.is_empty();
        let complete = nothing_left && (plan.flushes || nothing_waits) && !self.in_doubt;
        let complete = complete && self.bounds.defers;
        plan.batch.derived_up_to = complete.then_some(plan.last_position);
    }

    /// Of several times that a user was outbid on a lot in one batch, the last is news; and none
    /// where they lead again at its end.
    fn drop_moot(&self, tellings: &mut Vec<Telling>) {
        let mut told = HashSet::new();
        let mut index = tellings.len();
        while index > 0 {
            index -= 1;
            let Telling { lot, news: News::Outbid { user, .. }, .. } = tellings[index] else {
                continue;
            };
            let leader = self.lots[&lot].loaded.lot.standing().map(|standing| standing.leader);
            if leader == Some(user) || !told.insert((lot, user)) {
                tellings.remove(index);
            }
        }
    }

    /// The plan's batch is durable.
    pub(crate) fn committed(&mut self, plan: &mut Plan) {
        {
            let mut waiting = self.waiting.rows();
            if plan.flushes {
                waiting.clear();
                self.unfound.clear();
                self.flushed_at = plan.at;
            }
            waiting.extend(plan.deferred.drain(..).map(|row| ((row.lot, row.user), row)));
        }
        for lot in &plan.refound {
            self.unfound.remove(lot);
        }
        self.unfound.extend(plan.unfound.drain(..).map(|found| (found.lot, found)));
        self.last_position = plan.last_position;
    }

    /// Drops the least recently used half.
    fn evict(&mut self) {
        let mut used: Vec<u64> = self.lots.values().map(|entry| entry.used).collect();
        let middle = used.len() / 2;
        let (_, median, _) = used.select_nth_unstable(middle);
        let median = *median;
        let tick = self.tick;
        self.lots.retain(|_, entry| entry.used > median || entry.used == tick);
    }
}

struct Draft {
    plan: Plan,
    /// Each changed lot as the store holds it: its version, status and end.
    stored: BTreeMap<LotId, (u64, Status, Time)>,
    /// Keys accepted in this very batch.
    keys: HashMap<(UserId, String), Arc<Record>>,
    banned: HashSet<UserId>,
}

impl Draft {
    /// The outcome of a task whose key was accepted before.
    fn answered(&self, task: &Task, known: Option<Record>) -> Option<Outcome> {
        let (user, key) = task.key()?;
        let record = match known {
            Some(record) => Arc::new(record),
            None => self.keys.get(&(user, key.to_owned()))?.clone(),
        };
        let same =
            record.keyed.as_ref().map(|keyed| keyed.ask) == task.keyed().map(|keyed| keyed.ask);
        Some(if same { Ok(Accepted { record, replayed: true }) } else { Err(Rejected::KeyReused) })
    }
}

/// A command of those who are known to be banned by now: who asked may not have known it yet.
fn as_known(command: Command, banned: &HashSet<UserId>) -> Command {
    let known = |by: Party| Party { banned: by.banned || banned.contains(&by.id), ..by };
    match command {
        Command::Bid(bid) => Command::Bid(Bid { by: known(bid.by), ..bid }),
        Command::SetAutoBid(auto) => Command::SetAutoBid(AutoBid { by: known(auto.by), ..auto }),
        Command::CancelAutoBid(by) => Command::CancelAutoBid(known(by)),
        Command::Cancel(_) | Command::Extend(_) | Command::Close => command,
    }
}

/// What a lot is found by.
fn found(id: LotId, lot: &Lot) -> Found {
    Found {
        lot: id,
        status: lot.status(),
        price: lot.current_bid(),
        bid_count: lot.bid_count(),
        ends_at: lot.ends_at(),
    }
}

/// What there is to tell of a change; `auto` is whether the leader before it had an auto-bid.
fn telling(change: &Change, auto: bool, reason: Option<String>) -> Option<Telling> {
    let record = &change.record;
    let news = match &record.event {
        Event::Bid(_) => {
            let (user, ceiling) = change.outbid?;
            News::Outbid { user, max: auto.then_some(ceiling), price: record.price }
        }
        Event::Sold => News::Sold { to: record.leader?, price: record.price },
        Event::Unsold => News::Unsold,
        Event::Cancelled => News::Cancelled { by: record.by, reason },
        Event::Listed(_)
        | Event::Revised(_)
        | Event::Extended { .. }
        | Event::CeilingSet { .. } => return None,
    };
    Some(Telling { lot: record.lot, at: record.at, news })
}

/// What of a task only somebody in charge could do.
fn deed(
    task: &Task,
    record: &Record,
    seller: UserId,
    has_bids: bool,
    reason: Option<String>,
) -> Option<Deed> {
    let Task::Command(request) = task else { return None };
    let (by, act) = match request.command {
        Command::Cancel(Cancel { by, admin: true }) if by != seller || has_bids => {
            (by, Act::Cancel)
        }
        Command::Extend(extend) => match record.event {
            Event::Extended { from, ends_at: to } => (extend.by, Act::Extend { from, to }),
            _ => return None,
        },
        _ => return None,
    };
    Some(Deed { id: record.id, lot: record.lot, by, at: record.at, act, reason })
}

/// A lot on the point of being listed.
fn unlisted(listing: &Listing) -> Loaded {
    Loaded {
        lot: Lot::listed(listing.terms.clone()),
        title: listing.about.title.as_str().into(),
        head: Head {
            version: 0,
            seq: 0,
            rows_total: 0,
            position: 0,
            hash: crate::chain::GENESIS,
            at: Time(i64::MIN),
            changed_at: Time(i64::MIN),
        },
        spine: Spine::new(),
    }
}

/// Carries an event out on a lot in memory and makes its record.
fn append(
    house: &HouseKey,
    loaded: &mut Loaded,
    by: Option<UserId>,
    event: Event,
    task: &Task,
    now: Time,
    position: u64,
) -> Change {
    let (id, before) = (task.lot(), loaded.head);
    let old = loaded.lot.standing();
    loaded.lot.apply(&event);
    let lot = &loaded.lot;
    let standing = lot.standing();
    let at = now.max(before.at);
    let version = before.version + 1;
    let mut record = Record {
        position,
        lot: id,
        version,
        seq: before.seq + u64::from(!event.is_silent()),
        rows_total: before.rows_total + u64::from(event.history_rows()),
        prev: before.position,
        jump: loaded.spine.push(position),
        at,
        id: house.record_id(id, version, at),
        by,
        keyed: task.keyed(),
        event,
        price: lot.current_bid(),
        leader: standing.map(|standing| standing.leader),
        minimum_minor: lot.minimum_bid().minor(),
        bid_count: lot.bid_count(),
        ends_at: lot.ends_at(),
        hash: crate::chain::GENESIS,
    };
    record.hash = prove(house, &record, lot.reserve_met(), &before.hash).hash;
    loaded.head = Head {
        version,
        seq: record.seq,
        rows_total: record.rows_total,
        position,
        hash: record.hash,
        at,
        changed_at: if record.event.is_silent() { before.changed_at } else { at },
    };
    Change {
        outbid: old
            .filter(|old| Some(old.leader) != record.leader)
            .map(|old| (old.leader, old.ceiling)),
        record: Arc::new(record),
        title: loaded.title.clone(),
        reserve_met: lot.reserve_met(),
    }
}
