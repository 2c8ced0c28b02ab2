//! One server decides the bids on a lot that several are asked to bid on.
//!
//! Servers that bid on the same lot wait for each other's transactions. So a server that has met another
//! at a lot hands what is bid there on to the lot's keeper, through the bus, and passes its answer back. Who
//! the keeper is, each server works out by itself from whom it hears; nobody has to agree. That several
//! believe to be it, or none, costs time and no more: whoever decides a bid does so in a turn of the store as
//! ever (docs/adr/0013).

use crate::bus::{Bus, Note};
use crate::house::House;
use crate::http::bids::decide;
use crate::http::error::{Answer, Failure, unavailable};
use gavel_domain::{AutoBid, Bid, Command, LotId, Money, Party, Time, UserId};
use gavel_engine::{Rejected, Request};
use gavel_wire::ApiError;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
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
/// Servers of a house that are known.
const SERVERS_MAX: usize = 256;
/// Bids that were handed on and not answered, and such that came and are not begun.
const WAITING_MAX: usize = 4_096;
/// How long after it was handed on a bid may still be decided, in milliseconds.
const DECIDED_WITHIN_MS: i64 = 500;
/// How long an answer is waited for. After that it is decided here, so by then it must be certain that the
/// keeper will not decide it any more: that has until [`DECIDED_WITHIN_MS`], the store makes durable what
/// was decided up to a second ago, and the rest is for clocks that are not quite the same.
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);

/// A bid that was decided: here, or by its lot's keeper.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    fn of(request: &Request) -> Option<Handed> {
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
            until: 0,
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Answered {
    /// Its number at the server that handed it on.
    pub(crate) id: u64,
    /// What is said of it.
    pub(crate) verdict: Verdict,
}

/// What a server says of a bid that was handed on to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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
}

/// Who keeps which lot.
#[derive(Clone)]
pub(crate) struct Keepers(Arc<Shared>);

struct Shared {
    /// This server.
    me: u128,
    /// When the others were last heard.
    heard: Mutex<HashMap<u128, Instant>>,
    /// When another server was last met at a lot, or a bid was handed on.
    hot: Mutex<HashMap<LotId, Instant>>,
    /// Who waits for an answer.
    waiting: Mutex<HashMap<u64, oneshot::Sender<Verdict>>>,
    next: AtomicU64,
    /// Bids of other servers, on their way to be decided here.
    handed: mpsc::Sender<Vec<Handed>>,
    /// How many are being decided, and who waits for there to be none.
    deciding: AtomicU64,
    idle: Notify,
    stops: AtomicBool,
    answered: metrics::Counter,
    declined: metrics::Counter,
    unanswered: metrics::Counter,
}

/// Where the bids of other servers come in.
pub(crate) struct Arrivals(mpsc::Receiver<Vec<Handed>>);

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keepers {
    pub(crate) fn new(me: u128) -> (Keepers, Arrivals) {
        let (handed, arrivals) = mpsc::channel(WAITING_MAX);
        let count = |outcome| metrics::counter!("gavel_bids_handed_on_total", "outcome" => outcome);
        let shared = Shared {
            me,
            heard: Mutex::default(),
            hot: Mutex::default(),
            waiting: Mutex::default(),
            next: AtomicU64::new(0),
            handed,
            deciding: AtomicU64::new(0),
            idle: Notify::new(),
            stops: AtomicBool::new(false),
            answered: count("answered"),
            declined: count("declined"),
            unanswered: count("unanswered"),
        };
        (Keepers(Arc::new(shared)), Arrivals(arrivals))
    }

    /// Another server was there at these lots.
    pub(crate) fn met(&self, lots: &[LotId]) {
        let now = Instant::now();
        let mut hot = locked(&self.0.hot);
        for lot in lots {
            note(&mut hot, HOT_MAX, HOT, *lot, now);
        }
    }

    /// Another server spoke: it is there, or about to go.
    pub(crate) fn heard(&self, server: u128, stays: bool) {
        let mut heard = locked(&self.0.heard);
        if stays {
            note(&mut heard, SERVERS_MAX, SILENT, server, Instant::now());
        } else {
            heard.remove(&server);
        }
    }

    /// Bids came from another server.
    pub(crate) fn take(&self, handed: Vec<Handed>) {
        // Whoever handed them on decides them after a while, where nobody here does.
        let _ = self.0.handed.try_send(handed);
    }

    /// An answer came.
    pub(crate) fn answered(&self, answered: Answered) {
        if let Some(waiting) = locked(&self.0.waiting).remove(&answered.id) {
            // Who waited may have gone.
            let _ = waiting.send(answered.verdict);
        }
    }

    /// Whether this server is going to stay.
    pub(crate) fn stays(&self) -> bool {
        !self.0.stops.load(Ordering::Relaxed)
    }

    /// The server that is to decide a lot's bids, where that is another one.
    fn keeper(&self, lot: LotId) -> Option<u128> {
        let now = Instant::now();
        let fresh = |at: &Instant, age| now.duration_since(*at) < age;
        if !locked(&self.0.hot).get(&lot).is_some_and(|at| fresh(at, HOT)) {
            return None;
        }
        let heard = locked(&self.0.heard);
        let there = heard.iter().filter(|(_, at)| fresh(at, SILENT)).map(|(server, _)| *server);
        let keeper = there.chain([self.0.me]).max_by_key(|server| (weight(lot, *server), *server));
        keeper.filter(|server| *server != self.0.me)
    }

    /// What a lot's keeper says of a bid, where that is another server and says something in time.
    async fn hand_on(&self, house: &House, bus: &Bus, keeper: u128, handed: Handed) -> Verdict {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        {
            let mut waiting = locked(&self.0.waiting);
            if waiting.len() >= WAITING_MAX {
                return Verdict::Failed(Failure::from(Rejected::Busy).into());
            }
            waiting.insert(id, sender);
        }
        let _gone = Gone { keepers: self, id };
        let (lot, until) = (LotId(handed.lot.as_u128()), house.now().plus_ms(DECIDED_WITHIN_MS).0);
        if !bus.tell_one(keeper, Note::Handed(Handed { id, until, ..handed })) {
            return Verdict::Declined;
        }
        if let Ok(Ok(verdict)) = tokio::time::timeout(ANSWERED_WITHIN, answer).await {
            match verdict {
                Verdict::Declined => self.0.declined.increment(1),
                _ => self.0.answered.increment(1),
            }
            self.met(&[lot]);
            return verdict;
        }
        self.0.unanswered.increment(1);
        // Whoever does not answer is not asked again before it speaks.
        self.heard(keeper, false);
        locked(&self.0.hot).remove(&lot);
        Verdict::Declined
    }

    /// Tells the others that this server is about to go, and waits until what they have handed on to it is
    /// decided and told.
    pub(crate) async fn stop(&self, house: &House) {
        self.0.stops.store(true, Ordering::Relaxed);
        let Some(bus) = &house.bus else { return };
        bus.tell(Note::Sockets { server: self.0.me, open: house.hub.sockets(), stays: false });
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

/// Takes a name down with the time, unless there are too many that are not old.
fn note<K: Hash + Eq>(
    names: &mut HashMap<K, Instant>,
    most: usize,
    old: Duration,
    name: K,
    now: Instant,
) {
    if names.len() >= most && !names.contains_key(&name) {
        names.retain(|_, at| now.duration_since(*at) < old);
        if names.len() >= most {
            return;
        }
    }
    names.insert(name, now);
}

/// How much a server is to keep a lot: whoever has most of it does, so that a server that comes or goes
/// moves its own lots alone (rendezvous hashing). Every server must come to the same.
fn weight(lot: LotId, server: u128) -> u64 {
    let words = [lot.0, server].into_iter().flat_map(|id| [(id >> 64) as u64, id as u64]);
    words.fold(0, |sum, word| {
        // The finaliser of SplitMix64: every bit turns half of the others.
        let mut mixed = (sum ^ word).wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
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
pub(crate) async fn have_decided(house: &House, mut request: Request) -> Answer<Decided> {
    let keeper = house.keepers.keeper(request.lot);
    let Some((bus, keeper)) = house.bus.as_ref().zip(keeper) else {
        return decide(house, request).await.into_answer();
    };
    // A key tells whether it was accepted there, where the answer is lost.
    let keyed = request.key.is_some();
    request.key.get_or_insert_with(|| format!("handed-on-{:032x}", house.new_id()));
    let verdict = match Handed::of(&request) {
        Some(handed) => house.keepers.hand_on(house, bus, keeper, handed).await,
        None => Verdict::Declined,
    };
    let verdict = match verdict {
        Verdict::Declined => decide(house, request).await,
        verdict => verdict,
    };
    let decided = verdict.into_answer()?;
    Ok(Decided { replayed: decided.replayed && keyed, ..decided })
}

/// Decides what other servers hand on, as long as the house is open.
pub(crate) async fn decide_for_others(house: Weak<House>, Arrivals(mut arrivals): Arrivals) {
    while let Some(handed) = arrivals.recv().await {
        let Some(house) = house.upgrade() else { return };
        house.keepers.0.deciding.fetch_add(handed.len() as u64, Ordering::AcqRel);
        for handed in handed {
            let house = house.clone();
            tokio::spawn(async move {
                let (from, id) = (handed.from, handed.id);
                let verdict = match handed.request() {
                    Some(request) => decide(&house, request).await,
                    None => Verdict::Declined,
                };
                if let Some(bus) = &house.bus {
                    bus.tell_one(from, Note::Answered(Answered { id, verdict }));
                }
                let shared = &house.keepers.0;
                if shared.deciding.fetch_sub(1, Ordering::AcqRel) == 1 {
                    shared.idle.notify_waiters();
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keeper of each of a thousand lots, as a server sees it that hears others.
    fn keepers(me: u128, others: &[u128]) -> Vec<u128> {
        let (keepers, _arrivals) = Keepers::new(me);
        for other in others {
            keepers.heard(*other, true);
        }
        let lots = (0..1_000).map(LotId).collect::<Vec<_>>();
        assert!(lots.iter().all(|lot| keepers.keeper(*lot).is_none()), "nobody was met there");
        keepers.met(&lots);
        lots.iter().map(|lot| keepers.keeper(*lot).unwrap_or(me)).collect()
    }

    #[test]
    fn servers_that_hear_each_other_name_the_same_keepers_and_share_the_lots() {
        let (a, b, c) = (u128::MAX / 7, u128::MAX / 5, u128::MAX / 3);
        let all = keepers(a, &[b, c]);
        assert_eq!(all, keepers(b, &[c, a]));
        assert_eq!(all, keepers(c, &[a, b]));
        for server in [a, b, c] {
            let kept = all.iter().filter(|keeper| **keeper == server).count();
            assert!((250..420).contains(&kept), "{kept}");
        }
        // Where one goes, its own lots find another keeper, and no others do.
        let without = keepers(a, &[b]);
        assert!(all.iter().zip(&without).all(|(before, after)| before == after || *before == c));
    }

    #[tokio::test(start_paused = true)]
    async fn a_lot_is_handed_on_while_it_is_hot_and_its_keeper_is_heard() {
        let (keepers, _arrivals) = Keepers::new(1);
        let lots = (0..100).map(LotId).collect::<Vec<_>>();
        let kept_elsewhere =
            |keepers: &Keepers| lots.iter().filter(|lot| keepers.keeper(**lot) == Some(2)).count();
        keepers.met(&lots);
        keepers.heard(2, true);
        assert!(kept_elsewhere(&keepers) > 0);
        keepers.heard(2, false);
        assert_eq!(kept_elsewhere(&keepers), 0, "it said that it goes");
        keepers.heard(2, true);
        tokio::time::advance(SILENT).await;
        assert_eq!(kept_elsewhere(&keepers), 0, "it has been silent");
        keepers.heard(2, true);
        assert!(kept_elsewhere(&keepers) > 0);
        tokio::time::advance(HOT - SILENT).await;
        keepers.heard(2, true);
        assert_eq!(kept_elsewhere(&keepers), 0, "nobody was met there for long");
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
            let handed = Handed { until: 9, ..Handed::of(&request).expect("can be handed on") };
            let there = handed.request().expect("is one there");
            assert_eq!(format!("{there:?}"), format!("{request:?}"));
        }
        let invalid = Command::Bid(Bid { by, amount: Money::from_major(-1.0), max: None });
        for command in [invalid, Command::CancelAutoBid(by)] {
            let key = Some("key".to_owned());
            let request =
                Request { lot: LotId(3), by: None, command, key, reason: None, until: None };
            assert!(Handed::of(&request).is_none(), "{command:?}");
        }
    }
}
