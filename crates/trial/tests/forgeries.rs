//! A sound history is taken, and each forgery of it is refused for its own reason.

use gavel_domain::{
    AutoBid, Bid, BidPlaced, Command, Event, Increments, Lot, Money, Party, Refusal, Standing,
    Status, Step, Steps, Terms, Time, UserId,
};
use gavel_trial::canonical::{Body, Place, canonical_form, hash_of};
use gavel_trial::checker::{Verdict, Wrong, check};
use gavel_trial::history::{
    Ask, Attempt, BidRow, History, LogEntry, LotRecord, Operation, Reply, User,
};
use gavel_wire::{ErrorCode, Price, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// What the house's clock shows at the run's beginning, in milliseconds since 1970.
const BEGIN_MS: i64 = 1_800_000_000_000;
const LOT: Uuid = Uuid::from_u128(7);
/// The users: who sells, and three who bid.
const MAE: usize = 0;
const ANN: usize = 1;
const BOB: usize = 2;
const CID: usize = 3;

/// A house that follows the rules, and what it would show; unless it is made to do otherwise.
#[derive(Clone)]
struct Forge {
    users: Vec<User>,
    terms: Terms,
    lot: Lot,
    /// What happened to the lot, by which operation, and when.
    story: Vec<(Option<usize>, i64, Event)>,
    operations: Vec<Operation>,
}

fn money(minor: i64) -> Money {
    Money::from_minor(minor).expect("in range")
}

impl Forge {
    /// A lot of 10.00 with steps of 1.00 that lasts a minute, and a reserve.
    fn listed(reserve: Option<i64>) -> Forge {
        let names = ["mae", "ann", "bob", "cid"].iter().zip(1..);
        let users: Vec<User> = names
            .map(|(name, id)| User { id: Uuid::from_u128(id), name: (*name).to_owned() })
            .collect();
        let terms = Terms {
            seller: user_id(&users[MAE]),
            starting_price: money(1_000),
            reserve: reserve.map(money),
            increments: Increments::Fixed(money(100)),
            starts_at: Time(BEGIN_MS),
            ends_at: Time(BEGIN_MS + 60_000),
            snipe_window_ms: 2_000,
            snipe_cap_ms: None,
        };
        let story = vec![(None, BEGIN_MS, Event::Listed(terms.clone()))];
        let lot = Lot::listed(terms.clone());
        Forge { users, terms, lot, story, operations: Vec::new() }
    }

    /// A sale that shows most of what can happen: 7 entries.
    fn sale() -> Forge {
        let mut forge = Forge::listed(Some(1_500));
        forge.ask(ANN, Ask::Bid { amount: 1_000, max: None }, 1_000_000);
        forge.ask(BOB, Ask::Bid { amount: 1_200, max: Some(1_800) }, 2_000_000);
        forge.ask(ANN, Ask::Bid { amount: 1_600, max: None }, 3_000_000);
        forge.ask(BOB, Ask::SetAutoBid { max: 2_500 }, 4_000_000);
        forge.ask(BOB, Ask::Bid { amount: 2_000, max: None }, 5_000_000);
        forge.ask(CID, Ask::Bid { amount: 2_600, max: Some(3_000) }, 59_500_000);
        forge.ask(CID, Ask::Look, 59_700_000);
        forge.ask(BOB, Ask::CancelAutoBid, 60_000_000);
        forge.close(61_600);
        forge.ask(ANN, Ask::Bid { amount: 9_000, max: None }, 61_700_000);
        forge
    }

    /// Asks for something, which is decided at a moment half-way between request and answer.
    fn ask(&mut self, user: usize, ask: Ask, at_us: u64) -> usize {
        self.ask_for(user, ask, at_us, 800)
    }

    fn ask_for(&mut self, user: usize, ask: Ask, at_us: u64, takes_us: u64) -> usize {
        let index = self.operations.len();
        let key = format!("key-{index}");
        let operation = Operation { key, user, lot: 0, ask, attempts: Vec::new() };
        self.operations.push(operation);
        let (status, body) = self.decide(index, at_us);
        let sent_us = at_us.saturating_sub(takes_us / 2);
        let answered_us = at_us + takes_us - takes_us / 2;
        let reply = Some(Reply { answered_us, status, body });
        self.operations[index].attempts.push(Attempt { client: 0, server: 0, sent_us, reply });
        index
    }

    /// The answer to what is asked; one that accepts it is written later.
    fn decide(&mut self, index: usize, at_us: u64) -> (u16, String) {
        let at_ms = BEGIN_MS + i64::try_from(at_us / 1_000).expect("a short run");
        let at_ms = at_ms.max(self.story.last().map_or(0, |(_, at_ms, _)| *at_ms));
        let Some(command) = command(&self.users, &self.operations[index]) else {
            return (200, self.auction().to_string());
        };
        match self.lot.decide(&command, Time(at_ms)) {
            Ok(event) => {
                self.happens(Some(index), at_ms, event);
                (0, String::new())
            }
            Err(refusal) => refused(refusal, &self.lot),
        }
    }

    fn happens(&mut self, operation: Option<usize>, at_ms: i64, event: Event) {
        self.lot.apply(&event);
        self.story.push((operation, at_ms, event));
    }

    fn close(&mut self, at_ms: i64) {
        let at_ms = BEGIN_MS + at_ms;
        let event = self.lot.decide(&Command::Close, Time(at_ms)).expect("it is time");
        self.happens(None, at_ms, event);
    }

    /// The same request again, later, with the same answer.
    fn again(&mut self, index: usize, at_us: u64) {
        let reply = Reply { answered_us: at_us + 300, status: 0, body: String::new() };
        let attempt = Attempt { client: 1, server: 1, sent_us: at_us, reply: Some(reply) };
        self.operations[index].attempts.push(attempt);
    }

    /// The operation was never answered.
    fn unanswered(&mut self, index: usize) {
        for attempt in &mut self.operations[index].attempts {
            attempt.reply = None;
        }
    }

    fn alias(&self, user: UserId) -> Uuid {
        Uuid::from_u128(user.0 + 100)
    }

    /// The identity of what an operation caused.
    fn bid_id(operation: usize) -> Uuid {
        Uuid::from_u128((operation as u128 + 1) << 8)
    }

    fn auction(&self) -> Value {
        let lot = &self.lot;
        let leader = lot.standing().map(|standing| standing.leader);
        let status = format!("{:?}", lot.status()).to_lowercase();
        let winner = leader.filter(|_| status == "sold");
        let winner = self.users.iter().find(|user| Some(user_id(user)) == winner);
        json!({
            "status": status,
            "currentBid": Price(lot.current_bid().minor()),
            "minimumBid": Price(lot.minimum_bid().minor()),
            "currentBidderId": leader.map(|leader| self.alias(leader)),
            "bidCount": lot.bid_count(),
            "endTime": Timestamp(lot.ends_at().0),
            "reserveMet": lot.reserve_met(),
            "seq": self.story.iter().filter(|(_, _, event)| !event.is_silent()).count(),
            "winner": winner.map(|winner| json!({"displayName": winner.name})),
        })
    }

    /// What the house shows after all.
    fn record(&self) -> LotRecord {
        let (mut lot, mut seq) = (Lot::listed(self.terms.clone()), 0);
        let (mut events, mut rows) = (Vec::<LogEntry>::new(), Vec::new());
        for (index, (operation, at_ms, event)) in self.story.iter().enumerate() {
            lot.apply(event);
            seq += u64::from(!event.is_silent());
            let body = match event {
                Event::Listed(_) => Body::Listed,
                Event::Bid(bid) => Body::Bid(bid.bidder, bid.steps.rows()),
                Event::CeilingSet { .. } => Body::Sealed,
                Event::Sold => Body::Sold,
                _ => Body::Unsold,
            };
            let prev = events.last().map_or_else(|| "0".repeat(64), |event| event.hash.clone());
            let sealed = hash_of("sealed");
            let sealed = (!matches!(body, Body::Sold | Body::Unsold)).then_some(sealed.as_str());
            let version = index as u64 + 1;
            let place = Place { version, seq, at_ms: *at_ms, sealed, prev: &prev };
            let canonical = canonical_form(LOT, &lot, body, place, |user| self.alias(user));
            events.push(LogEntry { hash: hash_of(&canonical), canonical });
            if let (Some(operation), Event::Bid(bid)) = (operation, event) {
                // Whatever happens again is another bid to a house that does not know the first.
                let before =
                    self.story[..index].iter().filter(|(one, ..)| *one == Some(*operation));
                let id = Forge::bid_id(*operation).as_u128() | (before.count() as u128) << 4;
                rows.extend(bid.steps.rows().iter().zip(1..).map(|(step, nth)| BidRow {
                    id: Uuid::from_u128(if step.auto { id | nth } else { id }),
                    bidder_id: self.alias(step.who),
                    amount: step.amount.minor(),
                    is_proxy_bid: step.auto,
                    is_winning: false,
                }));
            }
        }
        if let Some(row) = rows.last_mut() {
            row.is_winning = true;
        }
        let aliases = self.users.iter().map(|user| self.alias(user_id(user))).enumerate();
        LotRecord {
            id: LOT,
            seller: MAE,
            reserve: self.terms.reserve.map(Money::minor),
            aliases: aliases.collect(),
            events,
            rows,
            auction: self.auction(),
        }
    }

    /// The whole of it, with the answers to what was accepted.
    fn history(&self) -> History {
        let mut operations = self.operations.clone();
        let (mut lot, mut seq) = (Lot::listed(self.terms.clone()), 0);
        for (operation, _, event) in &self.story {
            lot.apply(event);
            seq += u64::from(!event.is_silent());
            let Some(index) = *operation else { continue };
            let operation = &mut operations[index];
            let me = user_id(&self.users[operation.user]);
            let mine = lot.standing().filter(|standing| standing.leader == me);
            let (status, body) = match operation.ask {
                Ask::Bid { .. } => {
                    (201, placed(&lot, Forge::bid_id(index), mine.is_some(), seq).to_string())
                }
                Ask::SetAutoBid { max } => {
                    let answer = json!({"autoBidId": me.0.to_string(), "maxAmount": Price(max),
                        "currentBid": Price(lot.current_bid().minor()),
                        "isActive": mine.is_some_and(|standing| standing.auto)});
                    (200, answer.to_string())
                }
                _ => (204, String::new()),
            };
            let replies = operation.attempts.iter_mut().filter_map(|one| one.reply.as_mut());
            for (nth, reply) in replies.filter(|reply| reply.status == 0).enumerate() {
                reply.status = if nth > 0 && status == 201 { 200 } else { status };
                reply.body.clone_from(&body);
            }
        }
        History { users: self.users.clone(), operations, lots: vec![self.record()] }
    }

    /// The answers as they were, and a log that tells another story.
    fn history_with_log_of(&self, other: &Forge) -> History {
        History { lots: vec![other.record()], ..self.history() }
    }

    /// Decides a story again from some entry on, with the same operations in the same order.
    fn retold(&self, from: usize, leave_out: usize) -> Forge {
        let mut other = Forge { story: Vec::new(), ..self.clone() };
        other.lot = Lot::listed(self.terms.clone());
        for (index, (operation, at_ms, event)) in self.story.iter().enumerate() {
            let command = match operation {
                Some(operation) => command(&self.users, &self.operations[*operation]),
                None => Some(Command::Close),
            };
            let again = command.and_then(|command| other.lot.decide(&command, Time(*at_ms)).ok());
            match again.filter(|_| index >= from) {
                _ if index == leave_out => {}
                Some(event) => other.happens(*operation, *at_ms, event),
                None => other.happens(*operation, *at_ms, event.clone()),
            }
        }
        other
    }
}

fn user_id(user: &User) -> UserId {
    UserId(user.id.as_u128())
}

/// The answer to a bid that left a lot as it is.
fn placed(lot: &Lot, bid_id: Uuid, leads: bool, seq: u64) -> Value {
    let price = Price(lot.current_bid().minor());
    json!({"bidId": bid_id, "status": "accepted", "finalAmount": price, "isHighestBidder": leads,
        "message": "for people", "auctionEndTime": Timestamp(lot.ends_at().0), "currentBid": price,
        "bidCount": lot.bid_count(), "minimumBid": Price(lot.minimum_bid().minor()), "seq": seq})
}

/// An operation as the rules take it; nothing for a look.
fn command(users: &[User], operation: &Operation) -> Option<Command> {
    let by = Party { id: user_id(&users[operation.user]), banned: false };
    let asked = |minor| Ok(money(minor));
    match operation.ask {
        Ask::Bid { amount, max } => {
            Some(Command::Bid(Bid { by, amount: asked(amount), max: max.map(asked) }))
        }
        Ask::SetAutoBid { max } => Some(Command::SetAutoBid(AutoBid { by, max: asked(max) })),
        Ask::CancelAutoBid => Some(Command::CancelAutoBid(by)),
        Ask::Look => None,
    }
}

/// What somebody is told who is refused.
fn refused(refusal: Refusal, lot: &Lot) -> (u16, String) {
    let code = match refusal {
        Refusal::TooLow { .. } => ErrorCode::BidTooLow,
        Refusal::NotStarted => ErrorCode::AuctionNotStarted,
        Refusal::Ended => ErrorCode::AuctionEnded,
        Refusal::MaxNotRaised => ErrorCode::MaxNotRaised,
        Refusal::NoAutoBid => ErrorCode::NotFound,
        _ => ErrorCode::ValidationError,
    };
    let mut body = json!({"error": code, "message": "for people"});
    if let Refusal::TooLow { minimum } = refusal {
        let text = |money: Money| json!(Price(money.minor())).to_string();
        let (minimum, current) = (text(minimum), text(lot.current_bid()));
        body["details"] = json!({"minimumBid": minimum, "currentBid": current});
    }
    (code.status(), body.to_string())
}

fn wrong(history: &History) -> Wrong {
    check(history).expect_err("a forgery").wrong
}

fn reply(history: &mut History, operation: usize) -> &mut Reply {
    history.operations[operation].attempts[0].reply.as_mut().expect("an answer")
}

#[test]
fn a_sound_history_is_taken() {
    let mut forge = Forge::sale();
    forge.again(2, 30_000_000);
    forge.again(3, 30_000_000);
    let verdict = check(&forge.history()).expect("sound");
    let expected = Verdict {
        lots: 1,
        entries: 7,
        operations: 9,
        replies: 11,
        acceptances: 5,
        repeats: 2,
        unknown: 0,
        unknown_happened: 0,
        clock_steady: true,
        close_lag_ms_max: 100,
    };
    assert_eq!(verdict, expected);
}

#[test]
fn what_nobody_was_told_of_may_have_happened_or_not() {
    let mut forge = Forge::sale();
    forge.unanswered(1);
    forge.unanswered(3);
    let never = forge.operations.len();
    forge.operations.push(forge.operations[1].clone());
    forge.operations[never].key = "never".to_owned();
    let verdict = check(&forge.history()).expect("sound");
    assert_eq!((verdict.unknown, verdict.unknown_happened), (3, 2));
}

#[test]
fn an_acknowledged_bid_that_is_lost_is_found_out() {
    let forge = Forge::sale();
    // The log is one that the rules would make; only the last bid is not in it.
    let found = wrong(&forge.history_with_log_of(&forge.retold(5, 5)));
    assert_eq!(found, Wrong::Lost { key: "key-5".to_owned() });
}

#[test]
fn a_lost_secret_change_is_found_out() {
    let forge = Forge::sale();
    let found = wrong(&forge.history_with_log_of(&forge.retold(4, 4)));
    assert_eq!(found, Wrong::Lost { key: "key-3".to_owned() });
}

#[test]
fn a_key_with_two_effects_is_found_out() {
    let mut forge = Forge::sale();
    let bid = forge.story[3].clone();
    forge.story.insert(4, bid);
    let mut history = Forge::sale().history_with_log_of(&forge);
    let two = Wrong::TwoEffects { key: "key-2".to_owned(), version: 5 };
    assert_eq!(wrong(&history), two);
    // So is one that was never answered.
    history.operations[2].attempts[0].reply = None;
    history.operations[2].attempts.truncate(1);
    assert_eq!(wrong(&history), two);
}

#[test]
fn a_secret_change_that_happened_twice_is_found_out() {
    let mut forge = Forge::sale();
    let secret = forge.story[4].clone();
    assert!(secret.2.is_silent());
    forge.story.insert(5, secret);
    let found = wrong(&Forge::sale().history_with_log_of(&forge));
    assert_eq!(found, Wrong::TwoEffects { key: "key-3".to_owned(), version: 6 });
}

#[test]
fn an_acceptance_that_tells_another_price_is_found_out() {
    for (field, told) in [("currentBid", "1800"), ("seq", "5"), ("isHighestBidder", "true")] {
        let mut history = Forge::sale().history();
        let reply = reply(&mut history, 2);
        let mut body: Value = serde_json::from_str(&reply.body).expect("JSON");
        body[field] = serde_json::from_str(told).expect("JSON");
        reply.body = body.to_string();
        let found = wrong(&history);
        assert!(
            matches!(&found, Wrong::WrongReply { key, version: 4, .. } if key == "key-2"),
            "{found}"
        );
    }
}

#[test]
fn a_refusal_that_was_true_earlier_only_is_found_out() {
    let mut forge = Forge::sale();
    // At that time the price was 10.00, and a bid of 10.50 too low. That was long ago.
    let late = forge.ask(CID, Ask::Bid { amount: 1_050, max: None }, 61_800_000);
    let early = Forge {
        lot: {
            let mut lot = Lot::listed(forge.terms.clone());
            lot.apply(&forge.story[1].2);
            lot
        },
        ..forge.clone()
    };
    let bid = command(&forge.users, &forge.operations[late]).expect("a bid");
    let refusal = early.lot.decide(&bid, Time(BEGIN_MS + 1_000)).expect_err("too low");
    let mut history = forge.history();
    let attempt = &mut history.operations[late].attempts[0];
    attempt.sent_us = 10_000_000;
    let (status, body) = refused(refusal, &early.lot);
    attempt.reply = Some(Reply { answered_us: 10_000_500, status, body });
    let found = wrong(&history);
    assert!(
        matches!(&found, Wrong::NeverTrue { key, .. } if *key == format!("key-{late}")),
        "{found}"
    );
    // With a request that was sent in time it is sound.
    history.operations[late].attempts[0].sent_us = 1_900_000;
    check(&history).expect("sound");
}

#[test]
fn refusals_that_are_true_of_somebody_else_or_another_time_are_found_out() {
    for (user, ask, at_us, refusal) in [
        // Somebody leads with a ceiling of 18.00 then, but it is bob.
        (CID, Ask::Bid { amount: 1_700, max: None }, 2_500_000, Refusal::MaxNotRaised),
        // It goes on for most of a minute.
        (CID, Ask::Bid { amount: 1_700, max: None }, 2_500_000, Refusal::Ended),
        // It goes on, and is about to be extended.
        (CID, Ask::Bid { amount: 1_700, max: None }, 59_400_000, Refusal::Ended),
        // That is the least, and was offered.
        (
            CID,
            Ask::Bid { amount: 2_000, max: None },
            2_500_000,
            Refusal::TooLow { minimum: money(1_700) },
        ),
        // He has one.
        (BOB, Ask::CancelAutoBid, 4_500_000, Refusal::NoAutoBid),
        (CID, Ask::Bid { amount: 1_700, max: None }, 2_500_000, Refusal::NotStarted),
    ] {
        let mut forge = Forge::sale();
        let index = forge.ask(user, ask, at_us);
        let at_ms = BEGIN_MS + i64::try_from(at_us / 1_000).expect("a short run");
        let mut lot = Lot::listed(forge.terms.clone());
        for (_, _, event) in forge.story.iter().filter(|(_, happened_ms, _)| *happened_ms <= at_ms)
        {
            lot.apply(event);
        }
        let mut history = forge.history();
        let (status, body) = refused(refusal, &lot);
        let told = reply(&mut history, index);
        (told.status, told.body) = (status, body);
        let found = wrong(&history);
        assert!(
            matches!(&found, Wrong::NeverTrue { key, .. } if *key == format!("key-{index}")),
            "{refusal:?}: {found}"
        );
    }
}

#[test]
fn a_log_that_is_not_in_the_order_of_time_is_found_out() {
    let mut history = Forge::sale().history();
    // The first bid was asked for only when the second had been answered.
    let attempt = &mut history.operations[0].attempts[0];
    attempt.sent_us = 2_500_000;
    attempt.reply.as_mut().expect("an answer").answered_us = 2_500_500;
    let expected = Wrong::OutOfOrder { first: "key-1".to_owned(), second: "key-0".to_owned() };
    assert_eq!(wrong(&history), expected);
}

#[test]
fn a_second_end_and_anything_after_the_end_are_found_out() {
    let mut forge = Forge::sale();
    forge.happens(None, BEGIN_MS + 61_700, Event::Sold);
    assert_eq!(wrong(&forge.history()), Wrong::EndedTwice { version: 8 });

    let mut forge = Forge::sale();
    let mut late = forge.story[5].clone();
    late.1 = BEGIN_MS + 61_700;
    forge.story.push(late);
    assert_eq!(wrong(&forge.history()), Wrong::AfterTheEnd { version: 8 });

    let mut forge = Forge::sale();
    forge.story.pop();
    assert_eq!(wrong(&forge.history()), Wrong::NeverEnded);
}

#[test]
fn a_hammer_that_falls_early_or_the_other_way_is_found_out() {
    let mut forge = Forge::sale();
    forge.story[6].1 = BEGIN_MS + 61_400;
    let found = wrong(&forge.history());
    assert!(matches!(found, Wrong::NotByTheRules { version: 7, .. }), "{found}");

    let mut forge = Forge::sale();
    forge.story[6].2 = Event::Unsold;
    let found = wrong(&forge.history());
    assert!(matches!(found, Wrong::NotByTheRules { version: 7, .. }), "{found}");
}

#[test]
fn a_lot_that_is_sold_to_somebody_else_is_found_out() {
    let forge = Forge::sale();
    let mut history = forge.history();
    let sold = &mut history.lots[0].events[6];
    let alias = |user: usize| forge.alias(user_id(&forge.users[user])).to_string();
    sold.canonical = sold.canonical.replace(&alias(CID), &alias(BOB));
    sold.hash = hash_of(&sold.canonical);
    assert_eq!(wrong(&history), Wrong::WrongWinner { version: 7 });
}

#[test]
fn an_entry_that_was_altered_or_left_out_is_found_out() {
    let mut history = Forge::sale().history();
    let hash = &mut history.lots[0].events[2].hash;
    hash.replace_range(..1, if hash.starts_with('0') { "1" } else { "0" });
    assert!(matches!(wrong(&history), Wrong::Broken { version: 3, .. }));

    let mut history = Forge::sale().history();
    let entry = &mut history.lots[0].events[2];
    entry.canonical = entry.canonical.replace("\"price\":1500", "\"price\":1400");
    assert!(matches!(wrong(&history), Wrong::Broken { version: 3, .. }));
    // Whoever makes the hash anew breaks the next.
    let entry = &mut history.lots[0].events[2];
    entry.hash = hash_of(&entry.canonical);
    assert!(matches!(wrong(&history), Wrong::Broken { version: 4, .. }));

    let mut history = Forge::sale().history();
    history.lots[0].events.remove(4);
    assert!(matches!(wrong(&history), Wrong::Broken { version: 5, .. }));
}

#[test]
fn an_entry_that_tells_another_price_is_found_out_in_an_unbroken_chain() {
    let mut forge = Forge::sale();
    let Event::Bid(bid) = &mut forge.story[2].2 else { panic!("a bid") };
    bid.standing.price = money(1_400);
    let found = wrong(&forge.history());
    assert!(matches!(found, Wrong::Misstated { version: 3, .. }), "{found}");
}

#[test]
fn a_repeat_with_another_body_is_found_out() {
    let mut forge = Forge::sale();
    forge.again(2, 30_000_000);
    let mut history = forge.history();
    let again = history.operations[2].attempts[1].reply.as_mut().expect("an answer");
    again.body = again.body.replace("\"seq\":4", "\"seq\":5");
    let found = wrong(&history);
    assert!(matches!(&found, Wrong::RepeatDiffers { key, .. } if key == "key-2"), "{found}");
}

#[test]
fn a_repeat_that_claims_to_be_new_is_found_out() {
    let mut forge = Forge::sale();
    forge.again(2, 30_000_000);
    let mut history = forge.history();
    history.operations[2].attempts[1].reply.as_mut().expect("an answer").status = 201;
    let found = wrong(&history);
    assert!(
        matches!(&found, Wrong::Unexpected { key, status: 201, .. } if key == "key-2"),
        "{found}"
    );
}

#[test]
fn a_repeat_that_is_refused_is_found_out() {
    let mut forge = Forge::sale();
    forge.again(2, 30_000_000);
    let mut history = forge.history();
    let (status, body) = refused(Refusal::TooLow { minimum: money(2_600) }, &{
        let mut lot = Lot::listed(forge.terms.clone());
        forge.story[..5].iter().for_each(|(_, _, event)| lot.apply(event));
        lot
    });
    let again = history.operations[2].attempts[1].reply.as_mut().expect("an answer");
    (again.status, again.body) = (status, body);
    let found = wrong(&history);
    assert!(matches!(&found, Wrong::NeverTrue { key, .. } if key == "key-2"), "{found}");
}

#[test]
fn a_bid_below_the_minimum_that_was_accepted_is_found_out() {
    let mut forge = Forge::listed(None);
    forge.ask(ANN, Ask::Bid { amount: 1_000, max: None }, 1_000_000);
    let low = forge.ask(BOB, Ask::Bid { amount: 1_050, max: None }, 2_000_000);
    forge.operations[low].attempts[0].reply.as_mut().expect("an answer").status = 0;
    let bob = user_id(&forge.users[BOB]);
    let step = Step { who: bob, amount: money(1_050), auto: false };
    let taken = BidPlaced {
        bidder: bob,
        amount: money(1_050),
        max: None,
        rival: Some(user_id(&forge.users[ANN])),
        steps: Steps::new(vec![step]).expect("a path"),
        standing: Standing { leader: bob, price: money(1_050), ceiling: money(1_050), auto: false },
        bid_count: 2,
        ends_at: forge.lot.ends_at(),
        extended_from: None,
    };
    forge.happens(Some(low), BEGIN_MS + 2_000, Event::Bid(taken));
    forge.close(60_100);
    let found = wrong(&forge.history());
    assert!(
        matches!(&found, Wrong::NotByTheRules { version: 3, what, .. } if what == "key-1"),
        "{found}"
    );
}

#[test]
fn a_bid_that_was_refused_and_counted_is_found_out() {
    let mut forge = Forge::sale();
    let answer = refused(Refusal::MaxNotRaised, &forge.lot);
    let reply = forge.operations[2].attempts[0].reply.as_mut().expect("an answer");
    (reply.status, reply.body) = answer;
    let expected = Wrong::HappenedAnyway { key: "key-2".to_owned(), version: 4 };
    assert_eq!(wrong(&forge.history()), expected);
}

#[test]
fn a_bid_that_nobody_made_is_found_out() {
    let forge = Forge::sale();
    let mut history = forge.history();
    history.operations.remove(2);
    assert_eq!(wrong(&history), Wrong::Unasked { version: 4 });
}

#[test]
fn a_look_at_what_never_was_is_found_out() {
    let mut history = Forge::sale().history();
    let look = reply(&mut history, 6);
    look.body = look.body.replace("\"bidCount\":4", "\"bidCount\":5");
    let found = wrong(&history);
    assert!(matches!(&found, Wrong::NeverTrue { key, .. } if key == "key-6"), "{found}");
}

#[test]
fn a_house_that_shows_another_end_than_its_log_is_found_out() {
    for (field, shown) in [
        ("status", json!("unsold")),
        ("currentBid", json!(27)),
        ("bidCount", json!(5)),
        ("winner", json!({"displayName": "bob"})),
        ("seq", json!(7)),
    ] {
        let mut history = Forge::sale().history();
        history.lots[0].auction[field] = shown;
        let found = wrong(&history);
        assert!(matches!(&found, Wrong::Record { field: one, .. } if one == field), "{found}");
    }
}

#[test]
fn a_house_in_trouble_says_nothing_and_a_fault_is_told() {
    let mut forge = Forge::sale();
    let index = forge.ask(CID, Ask::Bid { amount: 1_700, max: None }, 61_900_000);
    let mut history = forge.history();
    reply(&mut history, index).status = 503;
    check(&history).expect("sound");
    reply(&mut history, index).status = 500;
    assert!(matches!(wrong(&history), Wrong::Unexpected { status: 500, .. }));
}

/// What somebody may ask for: who, what, how long after the last, how long it takes.
fn asked() -> impl Strategy<Value = (usize, Ask, u64, u64)> {
    let amount = 900..4_000i64;
    let bid = (amount.clone(), proptest::option::of(0..1_000i64));
    let ask = prop_oneof![
        6 => bid.prop_map(|(amount, more)| Ask::Bid { amount, max: more.map(|more| amount + more) }),
        2 => amount.prop_map(|max| Ask::SetAutoBid { max }),
        1 => Just(Ask::CancelAutoBid),
        1 => Just(Ask::Look),
    ];
    (ANN..=CID, ask, 1..4_000_000u64, 2..20_000_000u64)
}

proptest! {
    /// However requests overlap, of whatever outcome, and whatever of it was never answered.
    #[test]
    fn whatever_a_sound_house_does_is_taken(
        asks in proptest::collection::vec(asked(), 1..60),
        unanswered in proptest::collection::vec(any::<prop::sample::Index>(), 0..3),
        reserve in proptest::option::of(1_000..5_000i64),
    ) {
        let mut forge = Forge::listed(reserve);
        let mut now_us = 1_000_000;
        // A user asks for one thing at a time on a lot, as the trial's do.
        let mut free_us = [0u64; 4];
        for (user, ask, after_us, takes_us) in asks {
            now_us = free_us[user].max(now_us + after_us);
            let room_us = 2 * now_us.saturating_sub(free_us[user]);
            let takes_us = takes_us.min(room_us);
            if forge.lot.ends_at() <= Time(BEGIN_MS + now_us as i64 / 1_000)
                && forge.lot.status() == Status::Active
            {
                forge.close(i64::try_from(now_us / 1_000).expect("short"));
            }
            forge.ask_for(user, ask, now_us, takes_us);
            free_us[user] = now_us + takes_us - takes_us / 2;
        }
        if forge.lot.status() == Status::Active {
            let now_ms = forge.lot.ends_at().0 - BEGIN_MS;
            forge.close(now_ms.max(i64::try_from(now_us / 1_000).expect("short")));
        }
        for index in unanswered {
            let index = index.index(forge.operations.len());
            // Which of several secret changes was first may be more than one can know.
            let secret = |(operation, _, event): &(Option<usize>, i64, Event)| {
                *operation == Some(index) && event.is_silent()
            };
            let asked = &forge.operations[index];
            // And an auto-bid that is raised shows as such a bid does, where the reserve is reached by either.
            let raised = |other: &Operation| {
                other.user == asked.user && matches!(other.ask, Ask::SetAutoBid { .. })
            };
            let bid = matches!(asked.ask, Ask::Bid { .. });
            if bid && !forge.story.iter().any(secret) && !forge.operations.iter().any(raised) {
                forge.unanswered(index);
            }
        }
        if let Err(violation) = check(&forge.history()) {
            prop_assert!(false, "{}", violation);
        }
    }
}
