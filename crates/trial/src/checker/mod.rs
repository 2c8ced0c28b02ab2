//! The proof. Pure, and linear in the operations, times how many changes of a lot one request meets.
//!
//! Because every change of a lot has its place in the lot's log, whether a history is linearizable needs
//! no search: the log is the order. So of each lot:
//!
//! 1. its log is an unbroken chain, as `docs/event-log.md` describes it, and has one end (`log`);
//! 2. replayed through the rules, every entry is what they decide for an operation that was asked for;
//!    each operation causes at most one, one that was acknowledged exactly one (`replay`);
//! 3. an operation that was answered before another was sent comes before it in the log (`order`);
//! 4. every acceptance tells the state right after its entry, every repeat of it is the same word for
//!    word, and every refusal is what the rules say of a state that the lot was in between the request
//!    and the answer (`replies`);
//! 5. what the house shows of the lot in the end is what the log comes to (`record`).
//!
//! Which operation caused an entry is told by the bid's identity, where there is one in the answer. A
//! change that is secret, an auto-bid's or that of an operation that nobody was told the outcome of, is
//! the user's operation that must have happened first among those that fit. Where a user has several of
//! them on their way at once on one lot and none was answered, more than one order may fit, and the one
//! that is tried need not be it; a trial therefore asks again for whatever was not answered.

mod log;
mod order;
mod record;
mod replay;
mod replies;

use crate::history::{Ask, History, LotRecord, Operation, User};
use gavel_domain::{AutoBid, Bid, Command, Money, Party, UserId};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What was proved of a sound history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Lots.
    pub lots: usize,
    /// Entries of their logs.
    pub entries: usize,
    /// Operations.
    pub operations: usize,
    /// Answers that were held to the rules.
    pub replies: usize,
    /// Of these, those that accepted something.
    pub acceptances: usize,
    /// Of these, those that told again what had been told before.
    pub repeats: usize,
    /// Operations whose outcome nobody was ever told.
    pub unknown: usize,
    /// Of these, those that happened.
    pub unknown_happened: usize,
    /// Whether the house's clock went evenly with the clients', so that the time of a refusal could be
    /// held to the lot's end as well.
    pub clock_steady: bool,
    /// The longest time from a lot's end to its hammer.
    pub close_lag_ms_max: i64,
}

/// A history is not that of one house that follows the rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("lot {lot}: {wrong}")]
pub struct Violation {
    /// The lot.
    pub lot: Uuid,
    /// What is wrong about it.
    pub wrong: Wrong,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The log is not a chain.
    #[error("the chain breaks at version {version}: {what}")]
    Broken {
        /// Version of the entry.
        version: u64,
        /// How.
        what: String,
    },
    /// A lot ended a second time.
    #[error("it ends a second time at version {version}")]
    EndedTwice {
        /// Version of the entry.
        version: u64,
    },
    /// Something was accepted after the end.
    #[error("version {version} comes after the end")]
    AfterTheEnd {
        /// Version of the entry.
        version: u64,
    },
    /// A lot never ended.
    #[error("it never ended")]
    NeverEnded,
    /// The rules decide otherwise.
    #[error("version {version} is not what the rules decide for {what}: {decided}")]
    NotByTheRules {
        /// Version of the entry.
        version: u64,
        /// The key of the operation that caused it, or what else did.
        what: String,
        /// What they decide.
        decided: String,
    },
    /// An entry tells something else than what was decided.
    #[error("version {version} should read {expected}")]
    Misstated {
        /// Version of the entry.
        version: u64,
        /// Its canonical form by the rules.
        expected: String,
    },
    /// It was sold to somebody who did not lead.
    #[error("version {version} sells it to somebody who does not lead")]
    WrongWinner {
        /// Version of the entry.
        version: u64,
    },
    /// An entry that nobody asked for.
    #[error("nobody asked for version {version}")]
    Unasked {
        /// Version of the entry.
        version: u64,
    },
    /// A key had more than one effect.
    #[error("the key {key} has a second effect at version {version}")]
    TwoEffects {
        /// The key.
        key: String,
        /// Version of the second.
        version: u64,
    },
    /// What was acknowledged is not in the log.
    #[error("{key} was acknowledged and is not in the log")]
    Lost {
        /// The key.
        key: String,
    },
    /// What was refused at every attempt is in the log.
    #[error("{key} was refused and is in the log at version {version}")]
    HappenedAnyway {
        /// The key.
        key: String,
        /// Version of the entry.
        version: u64,
    },
    /// The log's order is not that of time.
    #[error("{first} was answered before {second} was sent, and is after it in the log")]
    OutOfOrder {
        /// Key of the operation that was over first.
        first: String,
        /// Key of the one that began later.
        second: String,
    },
    /// A repeat was answered otherwise than the first time.
    #[error("{key} was answered in two ways: {one} and {other}")]
    RepeatDiffers {
        /// The key.
        key: String,
        /// An answer.
        one: String,
        /// Another.
        other: String,
    },
    /// An acceptance does not tell the state right after it.
    #[error("{key} was answered {got}, and version {version} comes to {expected}")]
    WrongReply {
        /// The key.
        key: String,
        /// Version of its entry.
        version: u64,
        /// The answer by the rules.
        expected: String,
        /// The answer.
        got: String,
    },
    /// A refusal, or a look at the lot, fits no state that the lot was in meanwhile.
    #[error("{key} was answered {got}, which was true at no time between request and answer")]
    NeverTrue {
        /// The key.
        key: String,
        /// The answer.
        got: String,
    },
    /// An answer that no rule gives.
    #[error("{key} was answered {status} {body}")]
    Unexpected {
        /// The key.
        key: String,
        /// HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
    /// The history itself cannot be used.
    #[error("not a history: {0}")]
    Unusable(String),
    /// What the house shows in the end is not what the log comes to.
    #[error("{field} is shown as {shown}, and the log comes to {expected}")]
    Record {
        /// What is shown.
        field: String,
        /// As what.
        shown: String,
        /// What it should be.
        expected: String,
    },
}

/// Holds a whole history to the rules.
///
/// # Errors
/// The first [`Violation`].
pub fn check(history: &History) -> Result<Verdict, Box<Violation>> {
    let mut verdict = Verdict { clock_steady: true, ..Verdict::default() };
    let mut by_lot: Vec<Vec<&Operation>> = vec![Vec::new(); history.lots.len()];
    let mut keys = HashSet::new();
    for operation in &history.operations {
        let fresh = keys.insert((operation.user, operation.key.as_str()));
        let placed = by_lot.get_mut(operation.lot);
        match placed {
            Some(operations) if fresh && operation.user < history.users.len() => {
                operations.push(operation);
            }
            _ => {
                let wrong = Wrong::Unusable(format!("operation {}", operation.key));
                return Err(Box::new(Violation { lot: Uuid::nil(), wrong }));
            }
        }
    }
    let mut trials = Vec::with_capacity(history.lots.len());
    for (record, operations) in history.lots.iter().zip(&by_lot) {
        let at = |wrong| Box::new(Violation { lot: record.id, wrong });
        let case = Case::new(history, record, operations).map_err(at)?;
        let log = log::read(record).map_err(at)?;
        let replay = replay::replay(&case, &log).map_err(at)?;
        order::in_time(&case, &replay).map_err(at)?;
        trials.push((case, replay));
    }
    // One clock decides for all lots, so all of them together tell how it goes.
    let clock = order::Clock::of(&trials);
    verdict.clock_steady = clock.is_some();
    for (case, replay) in &trials {
        let at = |wrong| Box::new(Violation { lot: case.record.id, wrong });
        replies::all_true(case, replay, clock, &mut verdict).map_err(at)?;
        record::shows(case, replay).map_err(at)?;
        verdict.lots += 1;
        verdict.entries += replay.entries();
        verdict.operations += case.operations.len();
        verdict.close_lag_ms_max = verdict.close_lag_ms_max.max(replay.close_lag_ms());
    }
    Ok(verdict)
}

/// A lot, and who asked for what of it.
struct Case<'a> {
    users: &'a [User],
    record: &'a LotRecord,
    operations: &'a [&'a Operation],
    /// What the lot calls each user.
    aliases: HashMap<UserId, Uuid>,
    /// Whom each of these names means.
    known: HashMap<Uuid, UserId>,
}

impl<'a> Case<'a> {
    fn new(
        history: &'a History,
        record: &'a LotRecord,
        operations: &'a [&'a Operation],
    ) -> Result<Case<'a>, Wrong> {
        let users = history.users.as_slice();
        let identity = |index: usize| {
            let user = users.get(index);
            user.map(user_id).ok_or_else(|| Wrong::Unusable(format!("user {index}")))
        };
        let (mut aliases, mut known) = (HashMap::new(), HashMap::new());
        for (user, alias) in &record.aliases {
            let user = identity(*user)?;
            let told = aliases.insert(user, *alias).is_some();
            if told || known.insert(*alias, user).is_some() {
                return Err(Wrong::Unusable(format!("the alias {alias} is not one user's alone")));
            }
        }
        identity(record.seller)?;
        Ok(Case { users, record, operations, aliases, known })
    }

    fn seller(&self) -> UserId {
        user_id(&self.users[self.record.seller])
    }

    fn user(&self, operation: &Operation) -> UserId {
        user_id(&self.users[operation.user])
    }

    /// What the lot calls somebody; nothing that it calls anybody where that is not known.
    fn alias(&self, user: UserId) -> Uuid {
        self.aliases.get(&user).copied().unwrap_or_default()
    }

    /// An operation as the rules take it; nothing for a look.
    fn command(&self, operation: &Operation) -> Option<Command> {
        let by = Party { id: self.user(operation), banned: false };
        let asked = |minor: i64| Money::from_major(minor as f64 / 100.0);
        match operation.ask {
            Ask::Bid { amount, max } => {
                Some(Command::Bid(Bid { by, amount: asked(amount), max: max.map(asked) }))
            }
            Ask::SetAutoBid { max } => Some(Command::SetAutoBid(AutoBid { by, max: asked(max) })),
            Ask::CancelAutoBid => Some(Command::CancelAutoBid(by)),
            Ask::Look => None,
        }
    }
}

fn user_id(user: &User) -> UserId {
    UserId(user.id.as_u128())
}

impl Operation {
    /// By when it must have happened, where an answer says that it did.
    fn accepted_us(&self) -> Option<u64> {
        let replies = self.attempts.iter().filter_map(|attempt| attempt.reply.as_ref());
        replies.filter(|reply| reply.is_acceptance()).map(|reply| reply.answered_us).min()
    }

    /// From when on it may have happened: when the first attempt was sent that was not plainly refused.
    fn possible_from_us(&self) -> Option<u64> {
        let open = self
            .attempts
            .iter()
            .filter(|attempt| attempt.reply.as_ref().is_none_or(|reply| !reply.is_refusal()));
        open.map(|attempt| attempt.sent_us).min()
    }

    /// Whether nobody was told what became of it when they last asked.
    fn is_open(&self) -> bool {
        let last = self.attempts.last().map(|attempt| attempt.reply.as_ref());
        last.is_some_and(|reply| !reply.is_some_and(crate::history::Reply::is_refusal))
    }

    /// The identity of the bid, where an answer tells it.
    fn bid_id(&self) -> Option<Uuid> {
        let Ask::Bid { .. } = self.ask else { return None };
        let mut replies = self.attempts.iter().filter_map(|attempt| attempt.reply.as_ref());
        let body = &replies.find(|reply| reply.is_acceptance())?.body;
        let answer: Value = serde_json::from_str(body).ok()?;
        answer["bidId"].as_str()?.parse().ok()
    }
}

impl crate::history::Reply {
    /// Whether it says that what was asked for has happened.
    fn is_acceptance(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it says that nothing happened. What a server answers that is itself in trouble says
    /// nothing.
    fn is_refusal(&self) -> bool {
        (400..500).contains(&self.status)
    }
}
