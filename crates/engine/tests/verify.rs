//! A log is taken as the engine wrote it, and as nothing else.

use gavel_domain::{AutoBid, Cancel, Command, Event, Extend, LotId, Party, Time, UserId};
use gavel_engine::chain::prove;
use gavel_engine::contract::{SELLER, bid, house, listing, money};
use gavel_engine::memory::{MemBus, MemStore, TestClock};
use gavel_engine::ports::Store;
use gavel_engine::verify::{Difference, Fold};
use gavel_engine::{Engine, Record, Request, Settings};
use std::sync::Arc;
use std::time::Duration;

const LOT: LotId = LotId(1);

fn request(by: u128, command: Command) -> Request {
    Request { lot: LOT, by: Some(UserId(by)), command, key: None, reason: None, until: None }
}

fn party(id: u128) -> Party {
    Party { id: UserId(id), banned: false }
}

/// A sale with every kind of event that can come before `end`, which ends it.
async fn sale(end: Request) -> (Arc<MemStore>, Vec<Record>) {
    let store = Arc::new(MemStore::new());
    let clock = Arc::new(TestClock::at(0));
    let settings = Settings { close_every: Duration::from_secs(3600), ..Settings::default() };
    let engine =
        Engine::start(store.clone(), MemBus::default(), clock.clone(), house(), settings).0;
    engine.list(listing(LOT, 100_000)).await.expect("is listed");
    let auto =
        |by, max| request(by, Command::SetAutoBid(AutoBid { by: party(by), max: Ok(money(max)) }));
    let later = Extend { by: UserId(9), admin: true, ends_at: Time(150_000) };
    for (at, asked) in [
        (10, bid(LOT, 10, 1_000, None, Some("a key"))),
        (20, bid(LOT, 11, 1_050, Some(1_500), None)),
        (30, auto(10, 2_500)),
        (40, auto(10, 2_200)),
        (50, bid(LOT, 10, 2_300, None, None)),
        // Reaches the reserve, which lifts the leader's own price.
        (60, auto(10, 4_000)),
        (70, request(10, Command::CancelAutoBid(party(10)))),
        (80, request(9, Command::Extend(later))),
        (149_900, bid(LOT, 12, 9_000, Some(9_000), None)),
    ] {
        clock.set(at);
        engine.submit(asked).await.expect("is accepted");
    }
    if matches!(end.command, Command::Close) {
        clock.set(999_000);
    }
    engine.submit(end).await.expect("ends it");
    let log = store.log(LOT);
    (store, log)
}

fn close() -> Request {
    Request { by: None, ..request(0, Command::Close) }
}

/// How far a log is taken, and why no further.
fn taken(log: &[Record]) -> (Fold, Result<(), (u64, Difference)>) {
    let mut fold = Fold::new(LOT);
    for record in log {
        if let Err(what) = fold.take(&house(), record) {
            return (fold, Err((record.version, what)));
        }
    }
    (fold, Ok(()))
}

#[tokio::test]
async fn what_the_engine_wrote_is_taken_and_comes_to_what_the_store_holds() {
    let by_admin = request(9, Command::Cancel(Cancel { by: UserId(9), admin: true }));
    let by_seller = request(SELLER.0, Command::Cancel(Cancel { by: SELLER, admin: true }));
    for end in [close(), by_admin, by_seller] {
        let (store, log) = sale(end).await;
        assert_eq!(log.len(), 11);
        let (fold, outcome) = taken(&log);
        assert_eq!(outcome, Ok(()));
        let loaded = store.load(LOT).await.expect("answers").expect("is there");
        assert_eq!(fold.lot(), Some(&loaded.lot));
        assert_eq!(fold.head(), &loaded.head);
    }
}

#[tokio::test]
async fn no_column_can_be_changed_without_being_noticed_there() {
    type Change = fn(&mut Record);
    let changes: [Change; 14] = [
        |record| record.version += 1,
        |record| record.seq += 1,
        |record| record.rows_total += 1,
        |record| record.prev += 1,
        |record| record.jump += 1,
        |record| record.at = record.at.plus_ms(1),
        |record| record.id ^= 4,
        |record| record.by = Some(UserId(77)),
        |record| record.price = money(record.price.minor() + 1),
        |record| record.leader = Some(UserId(77)),
        |record| record.minimum_minor += 1,
        |record| record.bid_count += 1,
        |record| record.ends_at = record.ends_at.plus_ms(1),
        |record| record.hash[0] ^= 1,
    ];
    let (_, log) = sale(close()).await;
    for index in 0..log.len() {
        for (number, change) in changes.iter().enumerate() {
            let mut changed = log.clone();
            change(&mut changed[index]);
            if matches!(log[index].event, Event::Extended { .. }) && number == 7 {
                // Who in charge extended it is in the audit log, and not in what everyone can prove.
                continue;
            }
            let (_, outcome) = taken(&changed);
            let (version, _) = outcome.expect_err("is noticed");
            assert_eq!(version, changed[index].version, "change {number} of record {index}");
        }
        let mut short = log.clone();
        short.remove(index);
        let next = log.get(index + 1).map(|record| record.version);
        assert_eq!(taken(&short).1.err().map(|(version, _)| version), next);
    }
}

#[tokio::test]
async fn who_can_make_the_hashes_anew_still_cannot_make_the_rules_agree() {
    type Change = fn(&mut Record);
    let changes: [(usize, Change, Difference); 6] = [
        // A lower maximum for who was outbid.
        (3, |record| put(record, |bid| bid.standing.ceiling = money(2_000)), "the ceiling differs"),
        (
            1,
            |record| put(record, |bid| bid.standing.auto = true),
            "whether the leader has an auto-bid differs",
        ),
        (6, |record| put(record, |bid| bid.bidder = UserId(11)), "nobody can have asked for it"),
        (9, |record| put(record, |bid| bid.extended_from = None), "the end before it differs"),
        (10, |record| record.event = Event::Unsold, "the rules decide another event"),
        (10, |record| record.event = Event::Cancelled, "nobody can have asked for it"),
    ];
    let (_, log) = sale(close()).await;
    for (index, change, what) in changes {
        let mut changed = log.clone();
        change(&mut changed[index]);
        let mut before = if index == 0 { [0; 32] } else { changed[index - 1].hash };
        for record in &mut changed[index..] {
            record.hash = prove(&house(), record, record.price >= money(3_000), &before).hash;
            before = record.hash;
        }
        assert_eq!(taken(&changed).1, Err((index as u64 + 1, what)));
    }
}

fn put(record: &mut Record, change: impl FnOnce(&mut gavel_domain::BidPlaced)) {
    match &mut record.event {
        Event::Bid(bid) => change(bid),
        other => panic!("{other:?} is no bid"),
    }
}
