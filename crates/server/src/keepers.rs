//! One server decides the bids on lots that several are asked to bid on.
//!
//! Servers that bid on the same lot wait for each other's transactions. So a server that has met another
//! at a lot hands what is bid there on to the keeper of such lots, by the bus, and passes its answer back. Who
//! the keeper is, each server works out by itself from whom it hears; nobody has to agree. That several
//! believe to be it, or none, costs time and no more: whoever decides a bid does so in a turn of the store as
//! ever (docs/adr/0013).

use crate::bus::{Bus, Note};
use crate::house::{App, House};
use crate::http::bids::decide;
use crate::http::error::{Answer, unavailable};
use crate::http::shell::to_the_end;
use gavel_domain::{AutoBid, Bid, Command, LotId, Money, Party, Time, UserId};
use gavel_engine::Request;
use gavel_store::DURABLE_WITHIN_MS;
use gavel_wire::{ApiError, ErrorCode};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::Instant;
use uuid::Uuid;

/// A lot's bids are handed on until so long after another server was last met there, or one was last
/// handed on.
const HOT: Duration = Duration::from_secs(10);
/// Lots whose bids are handed on; those of more are decided where they come to.
const HOT_MAX: usize = 10_000;
/// A server that was not heard for so long is nobody's keeper. They speak once a second.
const SILENT: Duration = Duration::from_secs(3);
/// One that was not heard for so long is gone, and tells nobody anything.
const MISSED: Duration = Duration::from_secs(60);
/// Nor is one, for so long, that did not answer, or could not decide.
const SHUNNED: Duration = Duration::from_secs(10);
/// Servers of a house that are known.
const SERVERS_MAX: usize = 256;
/// Bids that were handed on and not answered.
const WAITING_MAX: usize = 4_096;
/// Messages with bids of other servers, and with answers of theirs, that nobody has seen to. What is begun is
/// bounded by the engine's queue.
const ARRIVALS_MAX: usize = 256;

/// How long after it was handed on a bid may still be decided, in milliseconds.
const DECIDED_WITHIN_MS: i64 = 500;
/// What the clocks of two servers may differ by, each set by the database's, in milliseconds.
const CLOCKS_MS: i64 = 500;
/// How long an answer is waited for, in milliseconds. After that a bid is decided here.
const ANSWERED_WITHIN_MS: i64 = 2_000;
/// How long before its end a lot's bids are decided where they come to, in milliseconds: an answer that is
/// waited for in vain must not make a bid late.
const NEAR_END_MS: i64 = ANSWERED_WITHIN_MS + 1_000;
// What is decided here must not be decided by the keeper afterwards.
const _: () = assert!(DECIDED_WITHIN_MS + DURABLE_WITHIN_MS + CLOCKS_MS <= ANSWERED_WITHIN_MS);

/// A bid that was decided: here, or by its lot's keeper.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    /// Whether it had been accepted before, with the same key.
    pub(crate) replayed: bool,
    /// The answer, in JSON.
    pub(crate) body: String,
}

/// A bid or an auto-bid that is handed on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Handed {
    /// By which server; whoever hears it knows.
    #[serde(skip)]
    pub(crate) from: u128,
    /// Its number there.
    pub(crate) id: u64,
    /// The lot.
    pub(crate) lot: Uuid,
    /// Who bids.
    pub(crate) by: Uuid,
    /// Whether they are known to be banned.
    pub(crate) banned: bool,
    /// How much, in minor units; none, where it is an auto-bid.
    pub(crate) amount: Option<i64>,
    /// The maximum, in minor units.
    pub(crate) max: Option<i64>,
    /// Idempotency key.
    pub(crate) key: String,
    /// When it is too late to decide it, in milliseconds since 1970.
    pub(crate) until: i64,
}

impl Handed {
    /// A request, where it is one that can be handed on.
    fn of(request: &Request, until: Time) -> Option<Handed> {
        let (by, amount, max) = match request.command {
            Command::Bid(bid) => (bid.by, Some(bid.amount.ok()?), bid.max.transpose().ok()?),
            Command::SetAutoBid(auto) => (auto.by, None, Some(auto.max.ok()?)),
            _ => return None,
        };
        Some(Handed {
            from: 0,
            id: 0,
            lot: Uuid::from_u128(request.lot.0),
            by: Uuid::from_u128(by.id.0),
            banned: by.banned,
            amount: amount.map(Money::minor),
            max: max.map(Money::minor),
            key: request.key.clone()?,
            until: until.0,
        })
    }

    /// What is asked; none, where it is nothing that a server hands on.
    fn request(self) -> Option<Request> {
        let by = Party { id: UserId(self.by.as_u128()), banned: self.banned };
        let money = |minor: Option<i64>| minor.map(|minor| Money::from_minor(minor).map(Ok));
        let max = money(self.max);
        let command = match money(self.amount) {
            Some(amount) => Command::Bid(Bid {
                by,
                amount: amount?,
                max: max.map_or(Some(None), |max| max.map(Some))?,
            }),
            None => Command::SetAutoBid(AutoBid { by, max: max?? }),
        };
        Some(Request {
            lot: LotId(self.lot.as_u128()),
            by: Some(by.id),
            command,
            key: Some(self.key),
            reason: None,
            until: Some(Time(self.until)),
        })
    }
}

/// What became of a bid that was handed on.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    /// Its number at the server that handed it on.
    pub(crate) id: u64,
    /// What is said of it.
    pub(crate) verdict: Verdict,
}

/// What a server says of a bid that was handed on to it.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// It is accepted.
    Decided(Decided),
    /// It is refused, or could not be decided.
    Failed(ApiError),
    /// It will not be decided there.
    Declined,
}

impl Verdict {
    fn into_answer(self) -> Answer<Decided> {
        match self {
            Verdict::Decided(decided) => Ok(decided),
            Verdict::Failed(error) => Err(error.into()),
            Verdict::Declined => Err(unavailable()),
        }
    }

    /// Whether the bid may have been accepted or not.
    fn is_unknown(&self) -> bool {
        matches!(self, Verdict::Failed(error) if error.error == ErrorCode::Unavailable)
    }

    /// What is said of a bid that was decided here because no answer came: it may have been accepted
    /// there, so that nobody got round to it here must not sound as if nothing had happened.
    fn after_no_answer(self) -> Verdict {
        match self {
            Verdict::Failed(error) if error.error == ErrorCode::TooManyBids => {
                Verdict::Failed(unavailable().into())
            }
            verdict => verdict,
        }
    }
}

/// What came of handing a bid on.
enum HandedOn {
    /// Its keeper has decided it.
    Decided(Verdict),
    /// It is certain that nobody decides it elsewhere.
    Declined,
    /// Nobody has said what became of it, and nobody decides it any more.
    Unanswered,
}

/// Who keeps which lot.
#[derive(Clone)]
pub(crate) struct Keepers(Arc<Shared>);

struct Shared {
    /// This server.
    me: u128,
    /// When the others were last heard.
    heard: Mutex<HashMap<u128, Instant>>,
    /// When one of them last failed as a keeper.
    shunned: Mutex<HashMap<u128, Instant>>,
    /// When another server was last met at a lot, or a bid was handed on, and when the lot ends as far as
    /// is known: never later than it does, unless somebody in charge ends it.
    hot: Mutex<HashMap<LotId, (Instant, Time)>>,
    /// Who waits for an answer.
    waiting: Mutex<HashMap<u64, oneshot::Sender<Verdict>>>,
    next: AtomicU64,
    arrivals: mpsc::Sender<Arrival>,
    /// How many are being decided, and who waits for there to be none.
    deciding: AtomicU64,
    idle: Notify,
    stops: AtomicBool,
    answered: metrics::Counter,
    declined: metrics::Counter,
    unanswered: metrics::Counter,
}

/// What came from other servers.
enum Arrival {
    /// Bids, to be decided here.
    Bids(Vec<Handed>),
    /// Answers to bids of this server.
    Answers(Vec<Answered>),
}

/// Where that comes in.
pub(crate) struct Arrivals(mpsc::Receiver<Arrival>);

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keepers {
    pub(crate) fn new(me: u128) -> (Keepers, Arrivals) {
        let (sender, arrivals) = mpsc::channel(ARRIVALS_MAX);
        let count = |outcome| metrics::counter!("gavel_bids_handed_on_total", "outcome" => outcome);
        let shared = Shared {
            me,
            heard: Mutex::default(),
            shunned: Mutex::default(),
            hot: Mutex::default(),
            waiting: Mutex::default(),
            next: AtomicU64::new(0),
            arrivals: sender,
            deciding: AtomicU64::new(0),
            idle: Notify::new(),
            stops: AtomicBool::new(false),
            answered: count("answered"),
            declined: count("declined"),
            unanswered: count("unanswered"),
        };
        (Keepers(Arc::new(shared)), Arrivals(arrivals))
    }

    /// Another server was there at these lots, which end then.
    pub(crate) fn met(&self, lots: &[(LotId, Time)]) {
        let now = Instant::now();
        let mut hot = locked(&self.0.hot);
        for (lot, ends_at) in lots {
            let is_hot = |(at, _): &(Instant, Time)| now.duration_since(*at) < HOT;
            put(&mut hot, HOT_MAX, is_hot, *lot, (now, *ends_at));
        }
    }

    /// Another server spoke: it is there, or about to go.
    pub(crate) fn heard(&self, server: u128, stays: bool) {
        let now = Instant::now();
        let mut heard = locked(&self.0.heard);
        if stays {
            put(&mut heard, SERVERS_MAX, |at| now.duration_since(*at) < SILENT, server, now);
        } else {
            heard.remove(&server);
        }
    }

    /// Whether a server that has not said that it goes is not heard: what it tells meanwhile does not come.
    pub(crate) fn misses_one(&self) -> bool {
        let missed = |at: &Instant| at.elapsed() >= SILENT && at.elapsed() < MISSED;
        locked(&self.0.heard).values().any(missed)
    }

    /// A server has failed as a keeper.
    fn shun(&self, server: u128) {
        let now = Instant::now();
        let mut shunned = locked(&self.0.shunned);
        put(&mut shunned, SERVERS_MAX, |at| now.duration_since(*at) < SHUNNED, server, now);
    }

    /// Bids came from another server.
    pub(crate) fn take(&self, handed: Vec<Handed>) {
        if !handed.is_empty() {
            // Whoever handed them on decides them after a while, where nobody here does.
            let _ = self.0.arrivals.try_send(Arrival::Bids(handed));
        }
    }

    /// Answers came. They are passed on together: from another thread each would wake the one that waits.
    pub(crate) fn answered(&self, answered: Vec<Answered>) {
        if answered.is_empty() {
            return;
        }
        if let Err(TrySendError::Full(Arrival::Answers(answered))) =
            self.0.arrivals.try_send(Arrival::Answers(answered))
        {
            self.answer(answered);
        }
    }

    /// Has those go on who wait for an answer.
    fn answer(&self, answers: Vec<Answered>) {
        for Answered { id, verdict } in answers {
            let waiting = locked(&self.0.waiting).remove(&id);
            // Who waited may have gone.
            let _ = waiting.map(|waiting| waiting.send(verdict));
        }
    }

    /// Whether this server is going to stay.
    pub(crate) fn stays(&self) -> bool {
        !self.0.stops.load(Ordering::Relaxed)
    }

    /// The server that is to decide a lot's bids, where that is another one: of those that are heard, the one
    /// that has been there longest. So a server that comes takes nothing over.
    fn keeper(&self, lot: LotId, now: Time) -> Option<u128> {
        let (met_at, ends_at) = *locked(&self.0.hot).get(&lot)?;
        let within = |at: &Instant, span| at.elapsed() < span;
        if !within(&met_at, HOT) || ends_at <= now.plus_ms(NEAR_END_MS) {
            return None;
        }
        let (heard, shunned) = (locked(&self.0.heard), locked(&self.0.shunned));
        let is_shunned = |server| shunned.get(server).is_some_and(|at| within(at, SHUNNED));
        // Servers are named by when they started, so the least has been there longest.
        let before = heard.iter().filter(|(server, _)| **server < self.0.me);
        let there = before.filter(|(server, at)| within(at, SILENT) && !is_shunned(server));
        there.map(|(server, _)| *server).min()
    }

    /// Has a lot's keeper decide a bid, and waits until it has or cannot any more.
    async fn hand_on(&self, bus: &Bus, keeper: u128, handed: Handed) -> HandedOn {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        {
            let mut waiting = locked(&self.0.waiting);
            if waiting.len() >= WAITING_MAX {
                return HandedOn::Declined;
            }
            waiting.insert(id, sender);
        }
        let _gone = Gone { keepers: self, id };
        let lot = LotId(handed.lot.as_u128());
        let certain = Instant::now() + Duration::from_millis(ANSWERED_WITHIN_MS.unsigned_abs());
        if !bus.tell_one(keeper, Note::Handed(Handed { id, ..handed })) {
            return HandedOn::Declined;
        }
        match tokio::time::timeout_at(certain, answer).await {
            Ok(Ok(Verdict::Declined)) => {
                self.0.declined.increment(1);
                HandedOn::Declined
            }
            Ok(Ok(verdict)) if !verdict.is_unknown() => {
                self.0.answered.increment(1);
                if let Some((at, _)) = locked(&self.0.hot).get_mut(&lot) {
                    *at = Instant::now();
                }
                HandedOn::Decided(verdict)
            }
            // None came, or one that says that it is not known there either.
            _ => {
                self.0.unanswered.increment(1);
                self.shun(keeper);
                tokio::time::sleep_until(certain).await;
                HandedOn::Unanswered
            }
        }
    }

    /// Tells the others that this server is about to go, and waits until what they have handed on to it is
    /// decided and told.
    pub(crate) async fn stop(&self, house: &House) {
        self.0.stops.store(true, Ordering::Relaxed);
        let Some(bus) = &house.bus else { return };
        let (server, open) = (self.0.me, house.hub.sockets());
        bus.tell(Note::Sockets { server, open, stays: false, at: None });
        bus.flush().await;
        // What was on its way when they heard it.
        tokio::time::sleep(Duration::from_millis(50)).await;
        loop {
            let idle = self.0.idle.notified();
            if self.0.deciding.load(Ordering::Acquire) == 0 {
                break;
            }
            idle.await;
        }
        bus.flush().await;
    }
}

/// Puts something in its place, unless there are too many others that still count.
fn put<K: Hash + Eq, V>(
    all: &mut HashMap<K, V>,
    most: usize,
    counts: impl Fn(&V) -> bool,
    key: K,
    value: V,
) {
    if all.len() >= most && !all.contains_key(&key) {
        all.retain(|_, value| counts(value));
        if all.len() >= most {
            return;
        }
    }
    all.insert(key, value);
}

/// Forgets who waits once they do not any more.
struct Gone<'a> {
    keepers: &'a Keepers,
    id: u64,
}

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        locked(&self.keepers.0.waiting).remove(&self.id);
    }
}

/// Has a bid or an auto-bid decided, by its lot's keeper or here.
///
/// # Errors
/// It is refused, or could not be decided.
pub(crate) async fn have_decided(house: &App, request: Request) -> Answer<Decided> {
    let keeper = house.keepers.keeper(request.lot, house.now());
    let Some((bus, keeper)) = house.bus.as_ref().zip(keeper) else {
        return decide(house, request).await.into_answer();
    };
    // Boxed: most bids are not handed on, and need not have the room for it.
    let work = Box::pin(hand_on_or_decide(keeper, bus.clone(), house.clone(), request));
    to_the_end(work).await
}

/// Hands a bid on to a keeper, and decides it here where that comes to nothing.
async fn hand_on_or_decide(
    keeper: u128,
    bus: Bus,
    house: App,
    mut request: Request,
) -> Answer<Decided> {
    let now = house.now();
    // A key tells whether it was accepted there, where the answer is lost.
    let keyed = request.key.is_some();
    request.key.get_or_insert_with(|| format!("handed-on-{:032x}", house.new_id()));
    let handed_on = match Handed::of(&request, now.plus_ms(DECIDED_WITHIN_MS)) {
        Some(handed) => house.keepers.hand_on(&bus, keeper, handed).await,
        None => HandedOn::Declined,
    };
    let verdict = match handed_on {
        HandedOn::Decided(verdict) => verdict,
        HandedOn::Declined => decide(&house, request).await,
        HandedOn::Unanswered => decide(&house, request).await.after_no_answer(),
    };
    let decided = verdict.into_answer()?;
    Ok(Decided { replayed: decided.replayed && keyed, ..decided })
}

/// Decides what other servers hand on, and takes their answers, as long as the house is open.
pub(crate) async fn work_off(house: Weak<House>, Arrivals(mut arrivals): Arrivals) {
    while let Some(arrival) = arrivals.recv().await {
        let Some(house) = house.upgrade() else { return };
        let handed = match arrival {
            Arrival::Bids(handed) => handed,
            Arrival::Answers(answers) => {
                house.keepers.answer(answers);
                continue;
            }
        };
        for handed in handed {
            let (house, deciding) = (house.clone(), Deciding::begin(&house.keepers));
            tokio::spawn(async move {
                let (from, id) = (handed.from, handed.id);
                let verdict = match handed.request() {
                    Some(request) => decide(&house, request).await,
                    None => Verdict::Declined,
                };
                if let Some(bus) = &house.bus {
                    bus.tell_one(from, Note::Answered(Answered { id, verdict }));
                }
                drop(deciding);
            });
        }
    }
}

/// A bid of another server is being decided, until this is dropped.
struct Deciding(Keepers);

impl Deciding {
    fn begin(keepers: &Keepers) -> Deciding {
        keepers.0.deciding.fetch_add(1, Ordering::AcqRel);
        Deciding(keepers.clone())
    }
}

impl Drop for Deciding {
    fn drop(&mut self) {
        if self.0.0.deciding.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.0.idle.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::error::Failure;
    use gavel_engine::Rejected;

    const NOW: Time = Time(1_000_000);
    const LATER: Time = Time(2_000_000);

    /// Who keeps a lot, as a server sees it that hears others.
    fn keeper(me: u128, others: &[u128]) -> Option<u128> {
        let (keepers, _arrivals) = Keepers::new(me);
        for other in others {
            keepers.heard(*other, true);
        }
        assert_eq!(keepers.keeper(LotId(1), NOW), None, "nobody was met there");
        keepers.met(&[(LotId(1), LATER)]);
        keepers.keeper(LotId(1), NOW)
    }

    #[test]
    fn servers_that_hear_each_other_name_the_one_that_has_been_there_longest() {
        assert_eq!(keeper(1, &[2, 3]), None);
        assert_eq!(keeper(2, &[3, 1]), Some(1));
        assert_eq!(keeper(3, &[1, 2]), Some(1));
        // Where it goes the next one follows, and where one comes nothing changes.
        assert_eq!(keeper(2, &[3]), None);
        assert_eq!(keeper(3, &[2]), Some(2));
        assert_eq!(keeper(2, &[3, 4]), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lot_is_handed_on_while_it_is_hot_and_its_keeper_is_heard() {
        let (keepers, _arrivals) = Keepers::new(2);
        let (lot, elsewhere) = (LotId(7), Some(1));
        let keeper = |now| keepers.keeper(lot, now);
        keepers.met(&[(lot, LATER)]);
        keepers.heard(1, true);
        assert_eq!(keeper(NOW), elsewhere);
        assert_eq!(keepers.keeper(LotId(8), NOW), None, "nobody was met at that one");
        assert_eq!(keeper(LATER.plus_ms(-NEAR_END_MS)), None, "an answer may come too late");
        keepers.heard(1, false);
        assert_eq!(keeper(NOW), None, "it said that it goes");
        assert!(!keepers.misses_one());
        keepers.heard(1, true);
        tokio::time::advance(SILENT).await;
        assert_eq!(keeper(NOW), None, "it has been silent");
        assert!(keepers.misses_one());
        keepers.heard(1, true);
        assert_eq!(keeper(NOW), elsewhere);
        tokio::time::advance(HOT - SILENT).await;
        keepers.heard(1, true);
        assert_eq!(keeper(NOW), None, "nobody was met there for long");
        keepers.met(&[(lot, LATER)]);
        keepers.shun(1);
        keepers.heard(1, true);
        assert_eq!(keeper(NOW), None, "it speaks, and did not answer");
        tokio::time::advance(SHUNNED).await;
        assert!(keepers.misses_one());
        keepers.heard(1, true);
        assert!(!keepers.misses_one());
        tokio::time::advance(MISSED).await;
        assert!(!keepers.misses_one(), "it is gone");
        keepers.heard(1, true);
        keepers.met(&[(lot, LATER)]);
        assert_eq!(keeper(NOW), elsewhere, "it gets another chance");
    }

    #[test]
    fn who_may_have_been_accepted_elsewhere_is_not_told_that_nothing_happened() {
        let said =
            |failure: Failure| Verdict::Failed(failure.into()).after_no_answer().into_answer();
        let code = |answer: Answer<Decided>| answer.expect_err("nothing is decided").code();
        assert_eq!(code(said(Rejected::Busy.into())), ErrorCode::Unavailable);
        assert_eq!(code(said(Rejected::KeyReused.into())), ErrorCode::IdempotencyKeyReused);
    }

    #[test]
    fn what_is_handed_on_is_the_same_request_there() {
        let by = Party { id: UserId(7), banned: true };
        let money = |minor| Money::from_minor(minor).ok_or(gavel_domain::MoneyError::TooLarge);
        for command in [
            Command::Bid(Bid { by, amount: money(1_050), max: None }),
            Command::Bid(Bid { by, amount: money(1_050), max: Some(money(2_000)) }),
            Command::SetAutoBid(AutoBid { by, max: money(2_000) }),
        ] {
            let request = Request {
                lot: LotId(3),
                by: Some(by.id),
                command,
                key: Some("key".to_owned()),
                reason: None,
                until: Some(Time(9)),
            };
            let handed = Handed::of(&request, Time(9)).expect("can be handed on");
            let there = handed.request().expect("is one there");
            assert_eq!(format!("{there:?}"), format!("{request:?}"));
        }
        let invalid = Command::Bid(Bid { by, amount: Money::from_major(-1.0), max: None });
        for command in [invalid, Command::CancelAutoBid(by)] {
            let key = Some("key".to_owned());
            let request =
                Request { lot: LotId(3), by: None, command, key, reason: None, until: None };
            assert!(Handed::of(&request, Time(9)).is_none(), "{command:?}");
        }
    }
}
