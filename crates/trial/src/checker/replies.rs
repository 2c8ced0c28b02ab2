//! Every answer against the rules.

use super::order::{Bounds, Clock};
use super::replay::Replay;
use super::{Case, Verdict, Wrong};
use crate::history::{Ask, Attempt, Operation, Reply, minor};
use gavel_domain::{Lot, Money, Refusal, Status, Time};
use gavel_wire::{BidOutcome, ErrorCode, PlaceBidResponse, Price, Timestamp};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Holds every answer of a lot's operations to what the lot came to.
pub(super) fn all_true(
    case: &Case<'_>,
    replay: &Replay,
    clock: Option<Clock>,
    verdict: &mut Verdict,
) -> Result<(), Wrong> {
    let court = Court::new(case, replay, clock);
    let (mut secret_ids, mut auto_bids) = (HashSet::new(), HashMap::new());
    for (index, operation) in case.operations.iter().enumerate() {
        let effect = replay.effects[index];
        let mut told: Option<&str> = None;
        for attempt in &operation.attempts {
            let Some(reply) = &attempt.reply else { continue };
            let refused = reply.is_refusal();
            if reply.status == 503 || reply.status == 429 {
                continue;
            }
            verdict.replies += 1;
            if operation.ask == Ask::Look {
                court.look(operation, attempt, reply)?;
            } else if refused {
                court.refusal(operation, attempt, reply, effect)?;
            } else if !reply.is_acceptance() {
                return Err(unexpected(operation, reply));
            } else if let Some(one) = told {
                verdict.repeats += 1;
                same(operation, one, reply)?;
            } else {
                verdict.acceptances += 1;
                told = Some(&reply.body);
                court.acceptance(operation, reply, effect)?;
            }
        }
        one_is_new(operation)?;
        if told.is_none() && operation.ask != Ask::Look && operation.is_open() {
            verdict.unknown += 1;
            verdict.unknown_happened += usize::from(effect.is_some());
        }
        identities(operation, effect, replay, &mut secret_ids, &mut auto_bids)?;
    }
    Ok(())
}

/// A repeat is answered with the very same body.
fn same(operation: &Operation, one: &str, reply: &Reply) -> Result<(), Wrong> {
    if reply.body == one {
        return Ok(());
    }
    let (key, one, other) = (operation.key.clone(), one.to_owned(), reply.body.clone());
    Err(Wrong::RepeatDiffers { key, one, other })
}

/// Of a bid's acceptances one at most says that it was new.
fn one_is_new(operation: &Operation) -> Result<(), Wrong> {
    let replies = operation.attempts.iter().filter_map(|attempt| attempt.reply.as_ref());
    match replies.filter(|reply| reply.status == 201).nth(1) {
        None => Ok(()),
        Some(reply) => Err(unexpected(operation, reply)),
    }
}

/// No two secret bids have one identity, nor have a user's auto-bids on a lot two.
fn identities(
    operation: &Operation,
    effect: Option<usize>,
    replay: &Replay,
    secret_ids: &mut HashSet<Uuid>,
    auto_bids: &mut HashMap<usize, Value>,
) -> Result<(), Wrong> {
    let replies = operation.attempts.iter().filter_map(|attempt| attempt.reply.as_ref());
    let mut replies = replies.filter(|reply| reply.is_acceptance());
    let Some(reply) = replies.next() else { return Ok(()) };
    let secret = effect.is_some_and(|effect| replay.bid_ids[effect].is_none());
    let fresh = match operation.ask {
        Ask::Bid { .. } if secret => operation.bid_id().is_some_and(|id| secret_ids.insert(id)),
        Ask::SetAutoBid { .. } => {
            let id = body(reply)["autoBidId"].clone();
            id.is_string() && *auto_bids.entry(operation.user).or_insert(id.clone()) == id
        }
        _ => true,
    };
    if fresh { Ok(()) } else { Err(unexpected(operation, reply)) }
}

fn unexpected(operation: &Operation, reply: &Reply) -> Wrong {
    let (key, status, body) = (operation.key.clone(), reply.status, reply.body.clone());
    Wrong::Unexpected { key, status, body }
}

fn body(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or(Value::Null)
}

struct Court<'a> {
    case: &'a Case<'a>,
    replay: &'a Replay,
    bounds: Bounds,
    clock: Option<Clock>,
    /// For each entry, when the next public one was sequenced.
    next_at_ms: Vec<i64>,
}

impl<'a> Court<'a> {
    fn new(case: &'a Case<'a>, replay: &'a Replay, clock: Option<Clock>) -> Court<'a> {
        let mut next_at_ms = vec![i64::MAX; replay.entries()];
        for index in (1..replay.entries()).rev() {
            let public = replay.seqs[index] != replay.seqs[index - 1];
            next_at_ms[index - 1] = if public { replay.at_ms[index] } else { next_at_ms[index] };
        }
        Court { case, replay, bounds: Bounds::of(case, replay), clock, next_at_ms }
    }

    /// An acceptance tells the state right after its entry.
    fn acceptance(
        &self,
        operation: &Operation,
        reply: &Reply,
        effect: Option<usize>,
    ) -> Result<(), Wrong> {
        let index = effect.ok_or_else(|| Wrong::Lost { key: operation.key.clone() })?;
        let lot = &self.replay.states[index];
        let mine = lot.standing().filter(|one| one.leader == self.case.user(operation));
        let (mut expected, mut got) = match operation.ask {
            Ask::Bid { .. } => {
                let id = self.replay.bid_ids[index].or_else(|| operation.bid_id());
                let expected =
                    placed(lot, id.unwrap_or_default(), mine.is_some(), self.replay.seqs[index]);
                (serde_json::to_value(expected).unwrap_or(Value::Null), body(reply))
            }
            Ask::SetAutoBid { max } => {
                let expected = json!({
                    "currentBid": Price(lot.current_bid().minor()),
                    "maxAmount": Price(max),
                    "isActive": mine.is_some_and(|standing| standing.auto),
                });
                (expected, body(reply))
            }
            Ask::CancelAutoBid => (json!(null), json!(null)),
            Ask::Look => return Ok(()),
        };
        // A text for people, and an identity that is held to others of the same user.
        for told in [&mut expected, &mut got] {
            if let Some(fields) = told.as_object_mut() {
                fields.remove("message");
                fields.remove("autoBidId");
            }
        }
        let status = match operation.ask {
            Ask::Bid { .. } => reply.status == 201 || reply.status == 200,
            Ask::CancelAutoBid => reply.status == 204 && reply.body.is_empty(),
            _ => reply.status == 200,
        };
        if expected == got && status {
            return Ok(());
        }
        Err(Wrong::WrongReply {
            key: operation.key.clone(),
            version: index as u64 + 1,
            expected: expected.to_string(),
            got: format!("{} {}", reply.status, reply.body),
        })
    }

    /// A refusal is what the rules say at some time between request and answer, and not once the very
    /// operation had happened.
    fn refusal(
        &self,
        operation: &Operation,
        attempt: &Attempt,
        reply: &Reply,
        effect: Option<usize>,
    ) -> Result<(), Wrong> {
        let command = self.case.command(operation);
        let command = command.ok_or_else(|| unexpected(operation, reply))?;
        let got = Told::read(reply).ok_or_else(|| unexpected(operation, reply))?;
        let (first, last) = self.bounds.states(attempt.sent_us, reply.answered_us);
        let last = effect.map_or(Some(last), |effect| effect.checked_sub(1).map(|b| b.min(last)));
        let Some(last) = last.filter(|last| first <= *last) else {
            return Err(never_true(operation, reply));
        };
        let (first, last) = match got.current {
            // The price never falls, so those states that have it stand together.
            Some(price) => self.with_price(first, last, price),
            None => (first, last),
        };
        let says = |index: &usize| {
            let lot = &self.replay.states[*index];
            self.times(*index, attempt.sent_us, reply.answered_us).into_iter().flatten().any(|at| {
                lot.decide(&command, at).err().map(|refusal| Told::of(refusal, lot)) == Some(got)
            })
        };
        if (first..=last).rev().any(|index| says(&index)) {
            Ok(())
        } else {
            Err(never_true(operation, reply))
        }
    }

    /// Narrows states to those with a price; to one without it, where there is none.
    fn with_price(&self, first: usize, last: usize, price: i64) -> (usize, usize) {
        let states = &self.replay.states[first..=last];
        let below = states.partition_point(|lot| lot.current_bid().minor() < price);
        let within = states.partition_point(|lot| lot.current_bid().minor() <= price);
        (first + below.min(states.len() - 1), first + within.saturating_sub(1))
    }

    /// What the house's clock may have shown while a request was under way and the lot was in a state:
    /// the ends of that span, and the lot's opening where it lies between. Nothing where there is no
    /// such span.
    fn times(&self, index: usize, sent_us: u64, answered_us: u64) -> [Option<Time>; 3] {
        let (since_ms, next_ms) = (self.replay.at_ms[index], self.next_at_ms[index]);
        let (earliest_ms, latest_ms) = match self.clock {
            Some(clock) => (
                since_ms.max(clock.earliest_ms(sent_us)),
                next_ms.min(clock.latest_ms(answered_us)),
            ),
            None => (since_ms, next_ms),
        };
        if earliest_ms > latest_ms {
            return [None; 3];
        }
        let opening = self.replay.states[index].terms().starts_at;
        let between = (earliest_ms..=latest_ms).contains(&opening.0).then_some(opening);
        [Some(Time(earliest_ms)), Some(Time(latest_ms)), between]
    }

    /// A look shows a state that the lot was in meanwhile.
    fn look(&self, operation: &Operation, attempt: &Attempt, reply: &Reply) -> Result<(), Wrong> {
        let seen = body(reply);
        let seq = seen["seq"].as_u64().filter(|_| reply.status == 200);
        let seq = seq.ok_or_else(|| unexpected(operation, reply))?;
        let (first, last) = self.bounds.states(attempt.sent_us, reply.answered_us);
        let index = self.replay.seqs.partition_point(|one| *one < seq);
        let end = self.replay.seqs.partition_point(|one| *one <= seq);
        // Secret changes do not show: any state with this count of public changes looks the same.
        let there = index < end && index <= last && first < end;
        if there && shows(&seen, &self.replay.states[index]) {
            return Ok(());
        }
        Err(never_true(operation, reply))
    }
}

fn never_true(operation: &Operation, reply: &Reply) -> Wrong {
    let (key, got) = (operation.key.clone(), format!("{} {}", reply.status, reply.body));
    Wrong::NeverTrue { key, got }
}

/// Whether what is shown of a lot is this state of it.
fn shows(seen: &Value, lot: &Lot) -> bool {
    let status = match lot.status() {
        Status::Active => ["active", "scheduled"].as_slice(),
        Status::Sold => &["sold"],
        Status::Unsold => &["unsold"],
        Status::Cancelled => &["cancelled"],
    };
    minor(&seen["currentBid"]) == Some(lot.current_bid().minor())
        && minor(&seen["minimumBid"]) == Some(lot.minimum_bid().minor())
        && seen["bidCount"] == lot.bid_count()
        && seen["endTime"] == Timestamp(lot.ends_at().0).to_string()
        && seen["reserveMet"] == lot.reserve_met()
        && seen["status"].as_str().is_some_and(|shown| status.contains(&shown))
}

/// The answer to a bid that left a lot as it is.
fn placed(lot: &Lot, bid_id: Uuid, leads: bool, seq: u64) -> PlaceBidResponse {
    let price = Price(lot.current_bid().minor());
    PlaceBidResponse {
        bid_id,
        status: BidOutcome::Accepted,
        final_amount: price,
        is_highest_bidder: leads,
        message: String::new(),
        auction_end_time: Timestamp(lot.ends_at().0),
        current_bid: price,
        bid_count: lot.bid_count(),
        minimum_bid: Price(lot.minimum_bid().minor()),
        seq,
    }
}

/// A refusal as a client is told of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Told {
    code: ErrorCode,
    minimum: Option<i64>,
    current: Option<i64>,
}

impl Told {
    fn read(reply: &Reply) -> Option<Told> {
        let body = body(reply);
        let code: ErrorCode = serde_json::from_value(body["error"].clone()).ok()?;
        let detail = |name: &str| {
            let amount: f64 = body["details"][name].as_str()?.parse().ok()?;
            Money::from_major(amount).ok().map(Money::minor)
        };
        let told = Told { code, minimum: detail("minimumBid"), current: detail("currentBid") };
        (code.status() == reply.status).then_some(told)
    }

    /// What the rules' refusal of something asked of a lot is told as.
    fn of(refusal: Refusal, lot: &Lot) -> Told {
        let plain = |code| Told { code, minimum: None, current: None };
        match refusal {
            Refusal::TooLow { minimum } => Told {
                code: ErrorCode::BidTooLow,
                minimum: Some(minimum.minor()),
                current: Some(lot.current_bid().minor()),
            },
            Refusal::Amount(_)
            | Refusal::MaxAmount(_)
            | Refusal::MaxBelowAmount
            | Refusal::SellerMayNotBid
            | Refusal::EndNotLater
            | Refusal::StartFixed => plain(ErrorCode::ValidationError),
            Refusal::NotStarted => plain(ErrorCode::AuctionNotStarted),
            Refusal::Ended => plain(ErrorCode::AuctionEnded),
            Refusal::Banned => plain(ErrorCode::UserBanned),
            Refusal::MaxNotRaised => plain(ErrorCode::MaxNotRaised),
            Refusal::NoAutoBid => plain(ErrorCode::NotFound),
            Refusal::HasBids => plain(ErrorCode::AuctionHasBids),
            Refusal::Forbidden => plain(ErrorCode::Forbidden),
            Refusal::NotDue => plain(ErrorCode::NotDue),
        }
    }
}
