//! What the engine needs of the world.

use crate::plan::{Listing, Revision};
use crate::record::Record;
use crate::spine::Spine;
use gavel_domain::{Event, Lot, LotId, Money, Status, Time, UserId};
use std::future::Future;
use std::sync::Arc;

/// Durable memory.
///
/// A batch is one turn of the store: what it is to be decided on is read, and what was decided is
/// committed, or the turn is left. Where other engines write to the store too, nobody else changes the
/// lots of a turn before it ends, or it fails at its end, so that refusals are as true as what is accepted.
pub trait Store: Send + Sync + 'static {
    /// What is held from the beginning of a turn to its end. Where it is dropped, the turn is left.
    type Turn: Send;

    /// Begins a turn.
    fn turn(
        &self,
        wanted: Wanted<'_>,
    ) -> impl Future<Output = Result<(Self::Turn, Basis), StoreError>> + Send;

    /// Begins a turn without asking, where that can be. It may be while the turn before it is still being
    /// committed: it comes after it, and cannot be committed where that one was not and it builds on it.
    fn turn_at_once(&self, _wanted: &Wanted<'_>) -> Option<(Self::Turn, Basis)> {
        None
    }

    /// Makes a batch durable, whole or not at all, and ends the turn. Where it began at once, what is to
    /// be done is on its way when this has been polled once, unless a connection is still to be made.
    fn commit(
        &self,
        turn: Self::Turn,
        batch: Batch,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// Ends a turn in which nothing was to be changed.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] where it was decided on what was not so any more.
    fn leave(&self, turn: Self::Turn) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// A lot as last committed, `None` where there is no such lot.
    fn load(&self, lot: LotId) -> impl Future<Output = Result<Option<Loaded>, StoreError>> + Send;

    /// The records that users' idempotency keys were accepted with, one for each that is asked for,
    /// in order; known at least for 24 hours.
    fn keyed(
        &self,
        keys: &[(UserId, &str)],
    ) -> impl Future<Output = Result<Vec<Option<Record>>, StoreError>> + Send;

    /// Whether other engines may write to it too. What is derived from the log is then brought along with
    /// every commit, or put off by the store itself ([`Batch::left`], [`Batch::left_bidders`]): no mark could say
    /// how far it has come.
    fn is_shared(&self) -> bool {
        false
    }

    /// Up to `limit` running lots whose end is not after `now`, longest due first.
    fn due(
        &self,
        now: Time,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<LotId>, StoreError>> + Send;
}

/// What a batch is to be decided on.
#[derive(Clone, Copy, Default, Debug)]
pub struct Wanted<'a> {
    /// The lots, ascending and each once, with the position of the last record that is remembered of it, if
    /// any. A position is used once, so whoever has the same has the same lot.
    pub lots: &'a [(LotId, Option<u64>)],
    /// Idempotency keys.
    pub keys: &'a [(UserId, &'a str)],
    /// Those who ask, ascending and each once.
    pub users: &'a [UserId],
    /// How many records there may be.
    pub positions: u64,
    /// Whether it is all bidding on lots that are remembered, open and far from their ends. A shared
    /// store may then have it decided on what is remembered, and see whether that holds when it commits.
    pub routine: bool,
}

/// What a batch is decided on.
#[derive(Clone, Default, Debug)]
pub struct Basis {
    /// Lots that were not remembered, or not as they are now.
    pub lots: Vec<(LotId, Held)>,
    /// The record that each key was accepted with, in order.
    pub keyed: Vec<Option<Record>>,
    /// Who of those who ask is banned, as far as the store looks.
    pub banned: Vec<UserId>,
    /// The first of the log's positions that are set aside. They ascend from turn to turn of a lot;
    /// those that are not used stay free for ever.
    pub first_position: u64,
    /// The store's own time, where servers share it: their clocks differ.
    pub now: Option<Time>,
}

/// What a store holds of a lot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Held {
    /// The lot as last committed.
    Lot(Box<Loaded>),
    /// There is no such lot.
    Nothing,
    /// It cannot be read: it fails alone, and takes no other lot's bids with it.
    Damaged(String),
}

impl Held {
    /// What loading a lot came to.
    ///
    /// # Errors
    /// The store is away.
    pub fn of(loaded: Result<Option<Loaded>, StoreError>) -> Result<Held, StoreError> {
        match loaded {
            Ok(Some(loaded)) => Ok(Held::Lot(Box::new(loaded))),
            Ok(None) => Ok(Held::Nothing),
            Err(StoreError::Damaged(reason)) => Ok(Held::Damaged(reason)),
            Err(error) => Err(error),
        }
    }
}

/// Where changes are told once they are durable.
pub trait Bus: Send + Sync + 'static {
    /// Passes on the changes of one commit, in order. Must not wait for anybody.
    fn publish(&self, changes: Vec<Change>);

    /// Another server has changed these lots since this one last saw them, or at least was in its way; with
    /// each, when it ends as far as is known. Must not wait either.
    fn met(&self, lots: Vec<(LotId, Time)>) {
        let _ = lots;
    }
}

/// Time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Time;

    /// The time that a batch is decided at: a shared store's own, where it tells it.
    fn decides(&self, told: Option<Time>) -> Time {
        told.unwrap_or_else(|| self.now())
    }
}

/// A lot as a store keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Loaded {
    /// The lot's state.
    pub lot: Lot,
    /// Its title, for messages about it.
    pub title: Arc<str>,
    /// Where its log stands.
    pub head: Head,
    /// The way back through its log.
    pub spine: Spine,
}

/// Where a lot's log stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// Version of its last record.
    pub version: u64,
    /// Public changes so far.
    pub seq: u64,
    /// History rows so far.
    pub rows_total: u64,
    /// Position of its last record.
    pub position: u64,
    /// Hash of its last record.
    pub hash: [u8; 32],
    /// Time of its last record; no later one is earlier.
    pub at: Time,
    /// Time of its last public change.
    pub changed_at: Time,
}

/// What one transaction makes durable.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// New entries of the log, by ascending position.
    pub records: Vec<Arc<Record>>,
    /// What newly listed lots are about.
    pub listings: Vec<Listing>,
    /// What is changed about listed lots.
    pub revisions: Vec<Revision>,
    /// Every lot that the records change, once, as it stands after them.
    pub lots: Vec<LotUpdate>,
    /// Who has bid on what; an entry replaces an earlier one of the same user and lot.
    pub bidders: Vec<BidderRow>,
    /// What lots are found and sorted by, where it is to be brought up to date.
    pub found: Vec<Found>,
    /// Lots of which a shared store is to bring that up to date by itself, a little later.
    pub left: Vec<LotId>,
    /// Further bids of users who are among a lot's bidders already, which a shared store may have their
    /// table know a little later too.
    pub left_bidders: Vec<BidderRow>,
    /// The position up to which all that is derived from the log (bidders, what is found) is in this
    /// batch or was before; none where some is still to follow.
    pub derived_up_to: Option<u64>,
    /// What is to be told of the records.
    pub tellings: Vec<Telling>,
    /// What those in charge did.
    pub deeds: Vec<Deed>,
}

/// What a lot is found and sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// The lot.
    pub lot: LotId,
    /// Where it is in its life.
    pub status: Status,
    /// The starting price before the first bid.
    pub price: Money,
    /// Accepted bids.
    pub bid_count: u32,
    /// When it ends.
    pub ends_at: Time,
}

/// News for users, written in the commit that holds what it tells of, so that no crash loses it. Who
/// hears it, and how, is decided afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Telling {
    /// The lot.
    pub lot: LotId,
    /// When it happened.
    pub at: Time,
    /// What happened.
    pub news: News,
}

/// What there is to tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum News {
    /// A user lost the lead.
    Outbid {
        /// Who.
        user: UserId,
        /// The maximum of their auto-bid, which is used up; none where they had none.
        max: Option<Money>,
        /// The price after it.
        price: Money,
    },
    /// The hammer fell.
    Sold {
        /// Who bought it.
        to: UserId,
        /// For how much.
        price: Money,
    },
    /// It ended without a buyer.
    Unsold,
    /// It was taken back.
    Cancelled {
        /// Who took it back.
        by: Option<UserId>,
        /// Why, where somebody in charge did.
        reason: Option<String>,
    },
}

/// Something that somebody in charge did to a lot, for the audit log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deed {
    /// Identity: that of the record.
    pub id: u128,
    /// The lot.
    pub lot: LotId,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Time,
    /// What.
    pub act: Act,
    /// Why.
    pub reason: Option<String>,
}

/// What can be done to a lot by those in charge alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// Take it back.
    Cancel,
    /// Announce a later end.
    Extend {
        /// The end before it.
        from: Time,
        /// The end after it.
        to: Time,
    },
}

/// A lot's state after a batch.
#[derive(Clone, Debug)]
pub struct LotUpdate {
    /// The lot.
    pub id: LotId,
    /// The position of the last record that the store must still hold; 0 where the lot is new. A version
    /// would not do: what was never committed had one too.
    pub expected: u64,
    /// Whether its status or its end differ from what the store holds. Most bids change neither,
    /// and what is ordered by them can be left alone.
    pub reschedules: bool,
    /// Its state.
    pub lot: Lot,
    /// Where its log stands.
    pub head: Head,
}

/// A user's last bid on a lot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BidderRow {
    /// The lot.
    pub lot: LotId,
    /// The bidder.
    pub user: UserId,
    /// What they offered.
    pub amount: Money,
    /// The maximum they named, if any.
    pub max: Option<Money>,
    /// When.
    pub at: Time,
    /// The position of its record: what is further on along a lot is later, whatever a clock says.
    pub position: u64,
}

impl BidderRow {
    /// What a record tells of its bidder's last bid; nothing, where it is not a bidder's.
    pub fn of(record: &Record) -> Option<BidderRow> {
        let (amount, max) = match &record.event {
            Event::Bid(bid) => (bid.amount, bid.max),
            Event::CeilingSet { ceiling, auto } => (record.price, auto.then_some(*ceiling)),
            Event::Listed(_)
            | Event::Revised(_)
            | Event::Extended { .. }
            | Event::Sold
            | Event::Unsold
            | Event::Cancelled => return None,
        };
        let Record { lot, at, position, .. } = *record;
        Some(BidderRow { lot, user: record.by?, amount, max, at, position })
    }
}

/// A durable change, for those who watch.
#[derive(Clone, Debug)]
pub struct Change {
    /// The record.
    pub record: Arc<Record>,
    /// Title of the lot.
    pub title: Arc<str>,
    /// Whether the price has met the reserve after it.
    pub reserve_met: bool,
    /// Who lost the lead by it, and the most they had agreed to pay.
    pub outbid: Option<(UserId, Money)>,
}

/// A store could not answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// It is away, or too busy; nothing changed.
    #[error("the store is away: {0}")]
    Unavailable(String),
    /// It is none that can be opened, and will not be by itself; nothing changed.
    #[error("{0}")]
    Unusable(String),
    /// What it holds cannot be.
    #[error("the store is damaged: {0}")]
    Damaged(String),
}

/// A batch was not, or perhaps not, made durable.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    /// Another server was there first (a lot's version or a key); nothing changed.
    #[error("another server was there first")]
    Conflict,
    /// Nothing changed.
    #[error("not committed: {0}")]
    Refused(String),
    /// It may have happened or not.
    #[error("outcome unknown: {0}")]
    Unknown(String),
    /// The store cannot be trusted any more (a failed fsync): the process must end.
    #[error("the store failed for good: {0}")]
    Fatal(String),
}
