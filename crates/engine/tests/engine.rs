//! The engine over a store in memory.

use gavel_domain::{Event, LotId, Refusal, Status, Terms, UserId};
use gavel_engine::chain::{GENESIS, prove};
use gavel_engine::contract::{bid, close, house, listing, money};
use gavel_engine::memory::{Fault, MemBus, MemStore, TestClock};
use gavel_engine::ports::{Clock, News, Store};
use gavel_engine::{About, Ask, Engine, Keyed, Rejected, Request, Revision, Settings};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

const LOT: LotId = LotId(1);

struct House {
    store: Arc<MemStore>,
    bus: MemBus,
    clock: Arc<TestClock>,
    engine: Engine,
}

impl House {
    async fn with_a_lot() -> House {
        House::with_settings(Settings {
            close_every: Duration::from_secs(3600),
            ..Settings::default()
        })
        .await
    }

    async fn with_settings(settings: Settings) -> House {
        let store = Arc::new(MemStore::new());
        let (bus, clock) = (MemBus::default(), Arc::new(TestClock::at(0)));
        let (engine, _) =
            Engine::start(store.clone(), bus.clone(), clock.clone(), house(), settings);
        engine.list(listing(LOT, 100_000)).await.expect("is listed");
        House { store, bus, clock, engine }
    }

    /// `count` bidders raise the lot at once, each by the same step, and every bid is valid when it
    /// is sequenced in the order of asking.
    async fn crowd(&self, count: u128) -> Vec<Result<bool, Rejected>> {
        let mut crowd = JoinSet::new();
        for n in 0..count {
            let engine = self.engine.clone();
            let amount = 1_000 + n as i64 * 100;
            crowd.spawn(async move {
                let answer = engine.submit(bid(LOT, 10 + n, amount, None, None)).await;
                answer.map(|accepted| accepted.replayed)
            });
        }
        crowd.join_all().await
    }
}

#[tokio::test]
async fn the_memory_store_keeps_the_contract() {
    gavel_engine::contract::check(|| async { MemStore::new() }).await;
}

#[tokio::test]
async fn many_bids_share_a_commit() {
    let house = House::with_a_lot().await;
    let accepted = house.crowd(200).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(accepted, 200);
    assert_eq!(house.store.log(LOT).len(), 201);
    assert!(house.store.commits() < 20, "{} commits", house.store.commits());
}

#[tokio::test]
async fn a_full_queue_is_told_at_once_and_changes_nothing() {
    let house = House::with_settings(Settings { queue_max: 4, ..Settings::default() }).await;
    let answers = house.crowd(200).await;
    let busy = answers.iter().filter(|answer| **answer == Err(Rejected::Busy)).count();
    let accepted = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(busy > 0);
    assert_eq!(house.store.log(LOT).len(), 1 + accepted);
}

#[tokio::test]
async fn what_comes_too_late_is_not_decided_unless_it_was_before() {
    let house = House::with_a_lot().await;
    let in_time =
        Request { until: Some(house.clock.now()), ..bid(LOT, 10, 1_000, None, Some("a")) };
    let late = Request { until: Some(house.clock.now().plus_ms(-1)), ..in_time.clone() };
    assert_eq!(house.engine.submit(late.clone()).await.err(), Some(Rejected::Late));
    assert_eq!(house.store.log(LOT).len(), 1);
    assert!(!house.engine.submit(in_time).await.expect("is in time").replayed);
    assert!(house.engine.submit(late).await.expect("was decided in time").replayed);
    assert_eq!(house.store.log(LOT).len(), 2);
}

#[tokio::test]
async fn what_is_published_is_durable_and_in_order() {
    let house = House::with_a_lot().await;
    house.crowd(300).await;
    let told: Vec<_> = house.bus.told().iter().map(|change| (*change.record).clone()).collect();
    assert_eq!(told, house.store.log(LOT));
    for (index, record) in told.iter().enumerate() {
        assert_eq!(record.version, index as u64 + 1);
    }
}

#[tokio::test]
async fn after_an_unknown_outcome_the_same_key_tells_what_happened() {
    for (fault, happened) in
        [(Fault::UnknownDone, true), (Fault::UnknownNotDone, false), (Fault::Refused, false)]
    {
        let house = House::with_a_lot().await;
        house.store.fail_next(fault);
        let request = bid(LOT, 10, 1_000, Some(5_000), Some("key"));
        let first = house.engine.submit(request.clone()).await;
        assert_eq!(first.err(), Some(Rejected::Unavailable), "{fault:?}");
        // What is not known to be durable is told to nobody; only the listing was.
        assert_eq!(house.bus.told().len(), 1, "{fault:?}");
        assert_eq!(house.store.log(LOT).len(), 1 + usize::from(happened), "{fault:?}");
        let second = house.engine.submit(request).await.expect("the store is back");
        assert_eq!(second.replayed, happened, "{fault:?}");
        assert_eq!(house.store.log(LOT).len(), 2, "{fault:?}");
        let third = house.engine.submit(bid(LOT, 11, 3_100, None, None)).await.expect("goes on");
        assert_eq!(third.record.leader, Some(UserId(10)), "{fault:?}");
        assert_eq!(third.record.version, 3, "{fault:?}");
    }
}

#[tokio::test]
async fn a_failed_disk_stops_the_engine_and_says_so() {
    let house = House::with_a_lot().await;
    house.store.fail_next(Fault::Fatal);
    let answer = house.engine.submit(bid(LOT, 10, 1_000, None, None)).await;
    assert_eq!(answer.err(), Some(Rejected::Unavailable));
    assert_eq!(house.engine.failed().await, "told to");
    let after = house.engine.submit(bid(LOT, 10, 1_000, None, None)).await;
    assert_eq!(after.err(), Some(Rejected::Unavailable));
    assert_eq!(house.store.log(LOT).len(), 1);
}

#[tokio::test]
async fn the_same_key_twice_in_one_batch_is_one_bid() {
    let house = House::with_a_lot().await;
    let request = || house.engine.submit(bid(LOT, 10, 1_000, None, Some("key")));
    let other = house.engine.submit(bid(LOT, 10, 1_100, None, Some("key")));
    let (first, second, other) = tokio::join!(request(), request(), other);
    let (first, second) = (first.expect("is accepted"), second.expect("is answered"));
    assert_eq!((first.replayed, second.replayed), (false, true));
    assert_eq!(first.record, second.record);
    assert_eq!(other.err(), Some(Rejected::KeyReused));
    assert_eq!(house.store.log(LOT).len(), 2);
}

#[tokio::test]
async fn a_key_answers_before_any_check() {
    let house = House::with_a_lot().await;
    let request = bid(LOT, 10, 1_000, None, Some("key"));
    let first = house.engine.submit(request.clone()).await.expect("is accepted");
    house.clock.set(100_000);
    house.engine.submit(close(LOT)).await.expect("it is due");
    let again = house.engine.submit(request).await.expect("is answered");
    assert_eq!(again.record, first.record);
    let late = house.engine.submit(bid(LOT, 11, 9_000, None, None)).await;
    let Err(Rejected::Refused { refusal, .. }) = late else { panic!("{late:?}") };
    assert_eq!(refusal, Refusal::Ended);
}

#[tokio::test]
async fn a_clock_that_steps_back_never_reopens_a_lot() {
    let house = House::with_a_lot().await;
    house.clock.set(100_000);
    house.engine.submit(close(LOT)).await.expect("it is due");
    house.clock.set(50_000);
    let late = house.engine.submit(bid(LOT, 10, 9_000, None, None)).await;
    assert!(matches!(late, Err(Rejected::Refused { refusal: Refusal::Ended, .. })), "{late:?}");
    let log = house.store.log(LOT);
    assert!(log.windows(2).all(|pair| pair[0].at <= pair[1].at));
}

#[tokio::test(start_paused = true)]
async fn lots_are_closed_when_due_also_those_that_ended_while_nothing_ran() {
    let house = House::with_a_lot().await;
    house.engine.submit(bid(LOT, 10, 4_000, None, None)).await.expect("is accepted");
    drop(house.engine);
    house.clock.set(200_000);
    let bus = MemBus::default();
    let (_engine, _) = Engine::start(
        house.store.clone(),
        bus.clone(),
        house.clock.clone(),
        gavel_engine::contract::house(),
        Settings::default(),
    );
    while bus.told().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(bus.told()[0].record.event, Event::Sold);
    let loaded = house.store.load(LOT).await.expect("answers").expect("is there");
    assert_eq!(loaded.lot.status(), Status::Sold);
}

#[tokio::test]
async fn two_engines_on_one_store_never_fork_a_lot() {
    let house = House::with_a_lot().await;
    let settings = Settings { close_every: Duration::from_secs(3600), ..Settings::default() };
    let (rival, _) = Engine::start(
        house.store.clone(),
        MemBus::default(),
        house.clock.clone(),
        gavel_engine::contract::house(),
        settings,
    );
    let mut accepted = 0;
    for n in 0..100u128 {
        let one = house.engine.submit(bid(LOT, 10 + n, 1_000 + n as i64 * 200, None, None));
        let two = rival.submit(bid(LOT, 500 + n, 1_100 + n as i64 * 200, None, None));
        let (one, two) = tokio::join!(one, two);
        accepted += usize::from(one.is_ok()) + usize::from(two.is_ok());
    }
    let log = house.store.log(LOT);
    assert_eq!(log.len(), 1 + accepted);
    assert!(accepted >= 100);
    let mut before = GENESIS;
    let mut lot = None::<gavel_domain::Lot>;
    for (index, record) in log.iter().enumerate() {
        assert_eq!(record.version, index as u64 + 1);
        let lot = match (&mut lot, &record.event) {
            (None, Event::Listed(terms)) => lot.insert(gavel_domain::Lot::listed(terms.clone())),
            (Some(lot), event) => {
                lot.apply(event);
                lot
            }
            (None, event) => panic!("a log begins with {event:?}"),
        };
        assert_eq!(record.price, lot.current_bid());
        let proof = prove(&gavel_engine::contract::house(), record, lot.reserve_met(), &before);
        assert_eq!(proof.hash, record.hash);
        before = record.hash;
    }
}

#[tokio::test]
async fn a_silent_raise_has_a_version_but_no_seq_of_its_own() {
    let house = House::with_a_lot().await;
    let first = house.engine.submit(bid(LOT, 10, 1_000, Some(2_000), None)).await.expect("ok");
    let raise = house.engine.submit(bid(LOT, 10, 1_050, Some(2_500), None)).await.expect("ok");
    assert!(raise.record.event.is_silent());
    assert_eq!(raise.record.version, first.record.version + 1);
    assert_eq!(raise.record.seq, first.record.seq);
    assert_eq!(raise.record.bid_count, 1);
    let proof = prove(&gavel_engine::contract::house(), &raise.record, false, &first.record.hash);
    assert!(!proof.canonical.contains("2500"), "{}", proof.canonical);
    assert!(proof.sealed.is_some());
}

#[tokio::test(start_paused = true)]
async fn the_last_bid_of_a_bidder_reaches_its_table_also_in_a_quiet_house() {
    let house = House::with_a_lot().await;
    for amount in [1_000, 1_200, 1_400] {
        house.engine.submit(bid(LOT, 10, amount, None, None)).await.expect("ok");
        house.engine.submit(bid(LOT, 11, amount + 100, None, None)).await.expect("ok");
    }
    let last = || house.store.bidder(LOT, UserId(10)).map(|row| row.amount.minor());
    house.clock.set(2_000);
    while last() != Some(1_400) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_lot_that_cannot_be_read_takes_no_other_lots_bids_with_it() {
    let house = House::with_a_lot().await;
    let damaged = LotId(2);
    house.store.damage(damaged);
    let lost = house.engine.submit(bid(damaged, 10, 1_000, None, None));
    let (lost, kept) = tokio::join!(lost, house.engine.submit(bid(LOT, 10, 1_000, None, None)));
    assert_eq!(lost.err(), Some(Rejected::Unavailable));
    assert_eq!(kept.expect("is accepted").record.leader, Some(UserId(10)));
}

#[tokio::test]
async fn a_last_bid_is_shown_until_its_table_has_it_and_never_an_older_one() {
    let house = House::with_settings(Settings {
        lots_max: 1,
        flush_every: Duration::from_secs(3600),
        close_every: Duration::from_secs(3600),
        ..Settings::default()
    })
    .await;
    house.clock.set(1);
    house.engine.list(listing(LotId(2), 100_000)).await.expect("is listed");
    let user = UserId(10);
    let mut amounts = Vec::new();
    for amount in [1_000, 1_200, 1_400, 1_600] {
        house.engine.submit(bid(LOT, 10, amount, None, None)).await.expect("ok");
        house.engine.submit(bid(LOT, 11, amount + 100, None, None)).await.expect("ok");
        // The engine forgets the lot, and whom it has seen bid on it.
        house.engine.submit(bid(LotId(2), amount as u128, amount, None, None)).await.expect("ok");
        let waiting = house.engine.last_bid(LOT, user);
        let shown = waiting.or(house.store.bidder(LOT, user)).expect("it was answered");
        amounts.push(shown.amount.minor());
    }
    assert_eq!(amounts, [1_000, 1_200, 1_400, 1_600]);
}

fn news(house: &House) -> Vec<News> {
    house.store.tellings().into_iter().map(|telling| telling.news).collect()
}

#[tokio::test]
async fn what_is_to_be_told_is_committed_with_what_it_tells_of() {
    let house = House::with_a_lot().await;
    house.engine.submit(bid(LOT, 10, 1_000, Some(2_000), None)).await.expect("is accepted");
    assert_eq!(news(&house), [], "a first bid displaces nobody");
    house.engine.submit(bid(LOT, 11, 1_500, None, None)).await.expect("is accepted");
    assert_eq!(news(&house), [], "a bid that another's maximum beats is told in its answer");
    house.store.fail_next(Fault::Refused);
    let failed = house.engine.submit(bid(LOT, 11, 5_000, None, None)).await;
    assert_eq!(failed.err(), Some(Rejected::Unavailable));
    assert_eq!(news(&house), [], "what did not happen is not told");
    let won = house.engine.submit(bid(LOT, 11, 5_000, None, None)).await.expect("is accepted");
    let outbid =
        News::Outbid { user: UserId(10), max: Some(money(2_000)), price: won.record.price };
    assert_eq!(news(&house), std::slice::from_ref(&outbid));
    house.clock.set(100_000);
    house.engine.submit(close(LOT)).await.expect("it is due");
    let sold = News::Sold { to: UserId(11), price: won.record.price };
    assert_eq!(news(&house), [outbid, sold]);
}

#[tokio::test]
async fn within_a_batch_only_the_last_word_to_a_bidder_is_news() {
    let house = House::with_a_lot().await;
    // All in one batch: 10 is displaced twice and ends displaced, 11 once but leads at the end.
    let bids = [(10, 1_000), (11, 1_500), (10, 2_000), (11, 3_000)];
    let all = bids.map(|(by, amount)| house.engine.submit(bid(LOT, by, amount, None, None)));
    let done = futures_util::future::join_all(all).await;
    assert!(done.iter().all(Result::is_ok));
    assert_eq!(house.store.commits(), 2, "the listing, and one batch");
    assert_eq!(news(&house), [News::Outbid { user: UserId(10), max: None, price: money(3_000) }]);
}

#[tokio::test]
async fn a_revised_lot_lives_by_its_new_terms_and_tells_by_its_new_title() {
    let house = House::with_a_lot().await;
    let old = listing(LOT, 100_000);
    let terms = Terms { starting_price: money(2_000), reserve: None, ..old.terms.clone() };
    let about = About { title: "A better lot".into(), ..old.about };
    let revision = |by| Revision {
        lot: LOT,
        by,
        terms: terms.clone(),
        about: about.clone(),
        seen: 1,
        keyed: Some(Keyed { key: "edit".into(), ask: Ask::of_bytes(b"one") }),
    };
    let stranger = house.engine.revise(Revision { keyed: None, ..revision(UserId(10)) }).await;
    assert!(matches!(stranger, Err(Rejected::Refused { refusal: Refusal::Forbidden, .. })));
    let revised = house.engine.revise(revision(old.terms.seller)).await.expect("is accepted");
    assert_eq!((revised.record.seq, revised.record.price), (2, money(2_000)));
    let again = house.engine.revise(revision(old.terms.seller)).await.expect("is answered");
    assert!(again.replayed && again.record == revised.record);
    let outdated = Revision { keyed: None, ..revision(old.terms.seller) };
    let outdated = house.engine.revise(outdated).await;
    assert_eq!(outdated.err(), Some(Rejected::Outdated), "made on a version that is gone");
    let low = house.engine.submit(bid(LOT, 10, 1_000, None, None)).await;
    let Err(Rejected::Refused { refusal, .. }) = low else { panic!("{low:?}") };
    assert_eq!(refusal, Refusal::TooLow { minimum: money(2_000) });
    house.engine.submit(bid(LOT, 10, 2_000, None, None)).await.expect("is accepted");
    let late = Revision { keyed: None, seen: 3, ..revision(old.terms.seller) };
    let late = house.engine.revise(late).await;
    assert!(matches!(late, Err(Rejected::Refused { refusal: Refusal::HasBids, .. })), "{late:?}");
    let title = house.bus.told().last().map(|change| change.title.to_string());
    assert_eq!(title.as_deref(), Some("A better lot"));
}
