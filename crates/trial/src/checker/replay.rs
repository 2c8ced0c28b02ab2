//! A lot's log through the rules: which operation caused which entry, and what the lot came to.

use super::log::{Entry, Kind};
use super::{Case, Wrong};
use crate::canonical::{Body, Place, canonical_form};
use crate::history::{Ask, Operation};
use gavel_domain::{Command, Event, Lot, Refusal, Status, Step, Terms, Time, UserId};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// What a lot's log comes to. Everything is by the entry's place in the log, from 0.
pub(super) struct Replay {
    /// The lot after each entry.
    pub(super) states: Vec<Lot>,
    /// Public changes up to each entry.
    pub(super) seqs: Vec<u64>,
    /// When each was sequenced, in milliseconds since 1970; of a secret one, no later than that.
    pub(super) at_ms: Vec<i64>,
    /// Which of the case's operations caused each; none did a listing or an end.
    pub(super) causes: Vec<Option<usize>>,
    /// Which entry each of the case's operations caused.
    pub(super) effects: Vec<Option<usize>>,
    /// The identity of each public bid.
    pub(super) bid_ids: Vec<Option<Uuid>>,
}

impl Replay {
    /// How many entries there are.
    pub(super) fn entries(&self) -> usize {
        self.states.len()
    }

    /// The lot as it ended.
    pub(super) fn last(&self) -> Option<&Lot> {
        self.states.last()
    }

    /// From the lot's end to its hammer.
    pub(super) fn close_lag_ms(&self) -> i64 {
        let last = self.states.last().zip(self.at_ms.last());
        last.map_or(0, |(lot, at_ms)| at_ms - lot.ends_at().0)
    }
}

/// Replays a log that is a chain with one end.
pub(super) fn replay(case: &Case<'_>, log: &[Entry]) -> Result<Replay, Wrong> {
    let first = log.first().filter(|entry| entry.kind == Kind::Listed);
    let terms = first.and_then(|entry| entry.terms(case.record.reserve));
    let Some(terms) = terms.filter(|terms| terms.seller == case.seller()) else {
        return Err(Wrong::Unasked { version: 1 });
    };
    let bid_ids = bid_ids(case, log)?;
    let mut player = Player::new(case, log, terms, bid_ids);
    for (index, entry) in log.iter().enumerate() {
        player.play(index, entry)?;
    }
    player.all_there()?;
    Ok(player.replay)
}

/// The identity of each entry's bid: the entries' rows and the rows of the history are the same.
fn bid_ids(case: &Case<'_>, log: &[Entry]) -> Result<Vec<Option<Uuid>>, Wrong> {
    let mut rows = case.record.rows.iter();
    let mut ids = Vec::with_capacity(log.len());
    for entry in log {
        let mut id = None;
        for step in &entry.steps {
            let row = rows.next();
            let shown = row.map(|row| (row.bidder_id, row.amount, row.is_proxy_bid));
            if shown != Some(*step) {
                return Err(Wrong::Record {
                    field: format!("a row of version {}", entry.version),
                    shown: format!("{shown:?}"),
                    expected: format!("{step:?}"),
                });
            }
            id = row.filter(|row| !row.is_proxy_bid).map(|row| row.id).or(id);
        }
        ids.push(id);
    }
    match rows.next() {
        None => Ok(ids),
        Some(row) => Err(Wrong::Record {
            field: "bids".to_owned(),
            shown: format!("{row:?}"),
            expected: "no such row".to_owned(),
        }),
    }
}

/// Operations of one user that no identity ties to an entry, by the time of sending.
#[derive(Default)]
struct Queue {
    operations: Vec<usize>,
    /// All before it are done.
    begin: usize,
}

struct Player<'a> {
    case: &'a Case<'a>,
    lot: Lot,
    seq: u64,
    at_ms: i64,
    by_bid: HashMap<Uuid, usize>,
    queues: HashMap<UserId, Queue>,
    /// By when each entry must have happened, as far as identities tell.
    known_until_us: Vec<u64>,
    prev: String,
    replay: Replay,
}

impl<'a> Player<'a> {
    fn new(case: &'a Case<'a>, log: &[Entry], terms: Terms, bid_ids: Vec<Option<Uuid>>) -> Self {
        let entries: HashMap<Uuid, usize> =
            bid_ids.iter().enumerate().filter_map(|(index, id)| id.map(|id| (id, index))).collect();
        let mut known_until_us = vec![u64::MAX; log.len()];
        let mut by_bid = HashMap::new();
        let mut queues: HashMap<UserId, Queue> = HashMap::new();
        for (index, operation) in case.operations.iter().enumerate() {
            if operation.ask == Ask::Look || operation.possible_from_us().is_none() {
                continue;
            }
            match operation.bid_id().and_then(|id| Some((id, *entries.get(&id)?))) {
                Some((id, entry)) => {
                    by_bid.insert(id, index);
                    known_until_us[entry] = operation.accepted_us().unwrap_or(u64::MAX);
                }
                None => {
                    queues.entry(case.user(operation)).or_default().operations.push(index);
                }
            }
        }
        for queue in queues.values_mut() {
            queue.operations.sort_by_key(|index| case.operations[*index].possible_from_us());
        }
        for index in (1..known_until_us.len()).rev() {
            known_until_us[index - 1] = known_until_us[index - 1].min(known_until_us[index]);
        }
        let replay = Replay {
            states: Vec::with_capacity(log.len()),
            seqs: Vec::with_capacity(log.len()),
            at_ms: Vec::with_capacity(log.len()),
            causes: Vec::with_capacity(log.len()),
            effects: vec![None; case.operations.len()],
            bid_ids,
        };
        let (lot, prev) = (Lot::listed(terms), "0".repeat(64));
        Player { case, lot, seq: 0, at_ms: 0, by_bid, queues, known_until_us, prev, replay }
    }

    /// Decides what an entry tells, and holds the entry to it.
    fn play(&mut self, index: usize, entry: &Entry) -> Result<(), Wrong> {
        let version = entry.version;
        let at_ms = entry.at.unwrap_or(self.at_ms);
        if at_ms < self.at_ms {
            let what = "it is earlier than the entry before".to_owned();
            return Err(Wrong::Broken { version, what });
        }
        self.at_ms = at_ms;
        self.seq += u64::from(entry.kind != Kind::Sealed);
        let mut steps = Vec::new();
        let mut cause = None;
        let body = match entry.kind {
            Kind::Listed if index == 0 => Body::Listed,
            Kind::Bid => {
                let (operation, event) = self.bid(index, entry)?;
                cause = Some(operation);
                self.lot.apply(&event);
                let Event::Bid(bid) = event else { return Err(Wrong::Unasked { version }) };
                steps.extend_from_slice(bid.steps.rows());
                Body::Bid(bid.bidder, &steps)
            }
            Kind::Sealed => {
                let (operation, event) = self.secret(index, version)?;
                cause = Some(operation);
                self.lot.apply(&event);
                Body::Sealed
            }
            Kind::Sold | Kind::Unsold => self.hammer(entry)?,
            Kind::Listed | Kind::Cancelled | Kind::Extended | Kind::Revised => {
                return Err(Wrong::Unasked { version });
            }
        };
        let place = Place {
            version,
            seq: self.seq,
            at_ms,
            sealed: entry.sealed.as_deref(),
            prev: &self.prev,
        };
        let alias = |user| self.case.alias(user);
        let expected = canonical_form(self.case.record.id, &self.lot, body, place, alias);
        let event = &self.case.record.events[index];
        if expected != event.canonical {
            return Err(Wrong::Misstated { version, expected });
        }
        self.prev.clone_from(&event.hash);
        self.replay.states.push(self.lot.clone());
        self.replay.seqs.push(self.seq);
        self.replay.at_ms.push(at_ms);
        self.replay.causes.push(cause);
        if let Some(operation) = cause {
            self.replay.effects[operation] = Some(index);
        }
        Ok(())
    }

    fn decide(&self, operation: usize) -> Option<Result<Event, Refusal>> {
        let command = self.case.command(self.case.operations[operation])?;
        Some(self.lot.decide(&command, Time(self.at_ms)))
    }

    /// The operation that caused a public bid, and the event.
    fn bid(&mut self, index: usize, entry: &Entry) -> Result<(usize, Event), Wrong> {
        let version = entry.version;
        let bidder = entry.bidder.and_then(|alias| self.case.known.get(&alias).copied());
        let bidder = bidder.ok_or(Wrong::Unasked { version })?;
        let id = self.replay.bid_ids[index];
        let Some(operation) = id.and_then(|id| self.by_bid.get(&id).copied()) else {
            let fits = |this: &Self, event: &Event| matches!(event, Event::Bid(bid) if this.tells(entry, bid.steps.rows()));
            let found = self.pick(bidder, index, false, fits);
            let row = entry.steps.iter().find(|(_, _, auto)| !auto).map(|(_, amount, _)| *amount);
            return found.ok_or_else(|| self.nobodys(version, bidder, row));
        };
        let asked = self.case.operations[operation];
        let told = |decided: &dyn std::fmt::Debug| Wrong::NotByTheRules {
            version,
            what: asked.key.clone(),
            decided: format!("{decided:?}"),
        };
        if self.case.user(asked) != bidder {
            return Err(Wrong::Unasked { version });
        }
        match self.decide(operation) {
            Some(Ok(event @ Event::Bid(_))) => Ok((operation, event)),
            other => Err(told(&other)),
        }
    }

    /// Whether an entry's rows are these.
    fn tells(&self, entry: &Entry, steps: &[Step]) -> bool {
        let row = |step: &Step| (self.case.alias(step.who), step.amount.minor(), step.auto);
        steps.iter().map(row).eq(entry.steps.iter().copied())
    }

    /// The operation that caused a secret change, and the event. Only whoever leads can change anything
    /// that nobody else sees.
    fn secret(&mut self, index: usize, version: u64) -> Result<(usize, Event), Wrong> {
        let leader = self.lot.standing().map(|standing| standing.leader);
        let leader = leader.ok_or(Wrong::Unasked { version })?;
        let found = self.pick(leader, index, true, |_, event| event.is_silent());
        found.ok_or_else(|| self.nobodys(version, leader, None))
    }

    /// Among a user's operations that no identity ties to an entry, and that the rules would have
    /// become such an event, the one that must have happened first.
    fn pick(
        &mut self,
        user: UserId,
        index: usize,
        secret: bool,
        fits: impl Fn(&Self, &Event) -> bool,
    ) -> Option<(usize, Event)> {
        let effects = &self.replay.effects;
        let queue = self.queues.get_mut(&user)?;
        let done = |operation: &&usize| effects[**operation].is_some();
        queue.begin += queue.operations[queue.begin..].iter().take_while(done).count();
        let queue = &self.queues[&user];
        let mut found: Option<(u64, usize, Event)> = None;
        for operation in queue.operations[queue.begin..].iter().copied() {
            let asked = self.case.operations[operation];
            let best_us = found.as_ref().map_or(u64::MAX, |(until_us, ..)| *until_us);
            let from_us = asked.possible_from_us().unwrap_or(u64::MAX);
            if from_us > best_us.min(self.known_until_us[index]) {
                // So does everything that was sent later still.
                break;
            }
            let until_us = asked.accepted_us().unwrap_or(u64::MAX);
            let better = found.is_none() || until_us < best_us;
            if effects[operation].is_some() || !better || !may_be(asked, secret, self.seq) {
                continue;
            }
            if let Some(Ok(event)) = self.decide(operation)
                && fits(self, &event)
            {
                found = Some((until_us, operation, event));
            }
        }
        found.map(|(_, operation, event)| (operation, event))
    }

    /// Why an entry of a user's that no operation is left for is wrong.
    fn nobodys(&self, version: u64, user: UserId, row: Option<i64>) -> Wrong {
        let of_user = |index: &usize| self.case.user(self.case.operations[*index]) == user;
        // Whether it asks for what the entry shows, or the rules would have taken it here.
        let again = |index: &usize| match (self.case.operations[*index].ask, row) {
            (Ask::Bid { amount, .. }, Some(row)) => amount == row,
            _ => matches!(self.decide(*index), Some(Ok(_))),
        };
        let all = || (0..self.case.operations.len()).filter(of_user);
        let twice = all().rev().filter(|index| self.replay.effects[*index].is_some()).find(again);
        if let Some(index) = twice {
            let key = self.case.operations[index].key.clone();
            return Wrong::TwoEffects { key, version };
        }
        let refused = |index: &usize| self.case.operations[*index].possible_from_us().is_none();
        match all().filter(refused).find(again) {
            Some(index) => {
                let key = self.case.operations[index].key.clone();
                Wrong::HappenedAnyway { key, version }
            }
            None => Wrong::Unasked { version },
        }
    }

    fn hammer(&mut self, entry: &Entry) -> Result<Body<'static>, Wrong> {
        let version = entry.version;
        let told = |decided: &dyn std::fmt::Debug| Wrong::NotByTheRules {
            version,
            what: "the hammer".to_owned(),
            decided: format!("{decided:?}"),
        };
        let event =
            self.lot.decide(&Command::Close, Time(self.at_ms)).map_err(|refusal| told(&refusal))?;
        self.lot.apply(&event);
        match (self.lot.status(), entry.kind) {
            (Status::Sold, Kind::Sold) => {
                let leader = self.lot.standing().map(|standing| self.case.alias(standing.leader));
                if entry.winner != leader {
                    return Err(Wrong::WrongWinner { version });
                }
                Ok(Body::Sold)
            }
            (Status::Unsold, Kind::Unsold) => Ok(Body::Unsold),
            _ => Err(told(&event)),
        }
    }

    /// Whatever was acknowledged is in the log.
    fn all_there(&self) -> Result<(), Wrong> {
        let operations = self.case.operations.iter().zip(&self.replay.effects);
        for (operation, effect) in operations {
            let acknowledged = operation.ask != Ask::Look && operation.accepted_us().is_some();
            if acknowledged && effect.is_none() {
                return Err(Wrong::Lost { key: operation.key.clone() });
            }
        }
        Ok(())
    }
}

/// Whether an operation may have caused an entry that it is not tied to. An accepted bid whose identity
/// no row has can only have been secret, and its answer tells between which public changes.
fn may_be(operation: &Operation, secret: bool, seq: u64) -> bool {
    if operation.bid_id().is_none() {
        return true;
    }
    let reply = operation.attempts.iter().filter_map(|attempt| attempt.reply.as_ref());
    let body = reply.filter(|reply| reply.is_acceptance()).map(|reply| reply.body.as_str());
    let answer = body.take(1).find_map(|body| serde_json::from_str::<Value>(body).ok());
    secret && answer.is_some_and(|answer| answer["seq"] == seq)
}
