//! What every store must do. A store's tests call [`check`] with a maker of empty stores.

use crate::chain::HouseKey;
use crate::driver::{Engine, Settings};
use crate::memory::{MemBus, TestClock};
use crate::plan::{About, Listing, Rejected, Request};
use crate::ports::{Batch, CommitError, Held, LotUpdate, Store, Wanted};
use gavel_domain::{
    Bid, Command, Event, Increments, Lot, LotId, Money, Party, Status, Terms, Time, UserId,
};
use std::sync::Arc;
use std::time::Duration;

/// The seller of every lot here.
pub const SELLER: UserId = UserId(1);

/// The key of the house in these tests.
pub fn house() -> HouseKey {
    HouseKey::new([7; 32])
}

/// Runs every check, each on a store of its own.
///
/// # Panics
/// Where the store does not keep the contract.
pub async fn check<S: Store, F: Future<Output = S>>(mut empty: impl FnMut() -> F) {
    what_was_listed_is_loaded_as_it_was(empty().await).await;
    positions_ascend(empty().await).await;
    a_turn_brings_what_is_not_remembered(empty().await).await;
    what_is_stale_changes_nothing(empty().await).await;
    a_key_is_found_for_its_user_alone_and_taken_once(empty().await).await;
    running_lots_are_due_when_their_time_has_come(empty().await).await;
    what_the_engine_remembers_is_what_the_store_holds(empty().await).await;
}

/// A listing under plain terms.
pub fn listing(lot: LotId, ends_at_ms: i64) -> Listing {
    Listing {
        lot,
        terms: Terms {
            seller: SELLER,
            starting_price: money(1_000),
            reserve: Some(money(3_000)),
            increments: Increments::Table(vec![(money(1), money(50)), (money(2_000), money(100))]),
            starts_at: Time(0),
            ends_at: Time(ends_at_ms),
            snipe_window_ms: 1_000,
            snipe_cap_ms: Some(60_000),
        },
        about: About {
            title: "A lot".into(),
            description: "Of no interest".into(),
            category: "other".into(),
        },
        pictures: Vec::new(),
        draft: false,
        keyed: None,
    }
}

/// An amount in minor units.
///
/// # Panics
/// Outside of what money can be.
pub fn money(minor: i64) -> Money {
    Money::from_minor(minor).expect("in range")
}

/// A bid by a user in good standing.
pub fn bid(lot: LotId, by: u128, amount: i64, max: Option<i64>, key: Option<&str>) -> Request {
    let by = Party { id: UserId(by), banned: false };
    let max = max.map(|max| Ok(money(max)));
    Request {
        lot,
        by: Some(by.id),
        command: Command::Bid(Bid { by, amount: Ok(money(amount)), max }),
        key: key.map(str::to_owned),
        reason: None,
        until: None,
    }
}

/// What time asks for at a lot's end.
pub fn close(lot: LotId) -> Request {
    let command = Command::Close;
    Request { lot, by: None, command, key: None, reason: None, until: None }
}

/// An engine that closes only when told.
fn engine<S: Store>(store: &Arc<S>, clock: &Arc<TestClock>, lots_max: usize) -> Engine {
    let settings = Settings {
        lots_max,
        close_every: Duration::from_secs(3600),
        flush_every: Duration::ZERO,
        ..Settings::default()
    };
    Engine::start(store.clone(), MemBus::default(), clock.clone(), house(), settings).0
}

/// Commits a batch that was decided on nothing.
async fn commit<S: Store>(store: &Arc<S>, batch: Batch) -> Result<(), CommitError> {
    let (turn, _) = store.turn(Wanted::default()).await.expect("answers");
    store.commit(turn, batch).await
}

async fn what_was_listed_is_loaded_as_it_was<S: Store>(store: S) {
    let store = Arc::new(store);
    let engine = engine(&store, &Arc::new(TestClock::at(5)), 10);
    assert_eq!(store.load(LotId(9)).await.expect("answers"), None);
    let listing = listing(LotId(9), 10_000);
    let accepted = engine.list(listing.clone()).await.expect("is listed");
    let loaded = store.load(LotId(9)).await.expect("answers").expect("is there");
    assert_eq!(loaded.lot, Lot::listed(listing.terms));
    assert_eq!(&*loaded.title, "A lot");
    assert_eq!((loaded.head.version, loaded.head.seq), (1, 1));
    assert_eq!(loaded.head.hash, accepted.record.hash);
    assert_eq!(loaded.spine.head(), accepted.record.position);
}

async fn positions_ascend<S: Store>(store: S) {
    let mut last = 0;
    for positions in [1, 5, 256, 1] {
        let wanted = Wanted { positions, ..Wanted::default() };
        let (turn, basis) = store.turn(wanted).await.expect("answers");
        store.leave(turn).await.expect("nothing changed");
        assert!(basis.first_position > last);
        last = basis.first_position + positions - 1;
    }
}

async fn a_turn_brings_what_is_not_remembered<S: Store>(store: S) {
    let store = Arc::new(store);
    let engine = engine(&store, &Arc::new(TestClock::at(5)), 10);
    for id in [1, 2] {
        engine.list(listing(LotId(id), 10_000)).await.expect("is listed");
    }
    let first = store.load(LotId(1)).await.expect("answers").expect("is there");
    let lots = [(LotId(1), Some(first.head.position)), (LotId(2), None), (LotId(3), None)];
    let wanted = Wanted { lots: &lots, ..Wanted::default() };
    let (turn, mut basis) = store.turn(wanted).await.expect("answers");
    store.leave(turn).await.expect("nothing changed");
    basis.lots.sort_by_key(|(lot, _)| *lot);
    let [(LotId(2), Held::Lot(second)), (LotId(3), Held::Nothing)] = basis.lots.as_slice() else {
        panic!("{:?}", basis.lots);
    };
    assert_eq!(second.head.version, 1);
    // And the turn that was left is in nobody's way.
    engine.submit(bid(LotId(2), 10, 1_000, None, None)).await.expect("is accepted");
}

async fn what_is_stale_changes_nothing<S: Store>(store: S) {
    let store = Arc::new(store);
    let engine = engine(&store, &Arc::new(TestClock::at(5)), 10);
    for id in [1, 2] {
        engine.list(listing(LotId(id), 10_000)).await.expect("is listed");
    }
    let mut updates = Vec::new();
    for id in [1, 2] {
        let loaded = store.load(LotId(id)).await.expect("answers").expect("is there");
        let mut head = loaded.head;
        let expected = head.position;
        head.version += 1;
        updates.push(LotUpdate {
            id: LotId(id),
            expected,
            reschedules: false,
            lot: loaded.lot,
            head,
        });
    }
    // Who does not know of this must lose, and lot 2 with it.
    engine.submit(bid(LotId(1), 10, 1_000, None, None)).await.expect("is accepted");
    let batch = Batch { lots: updates, ..Batch::default() };
    assert!(matches!(commit(&store, batch).await, Err(CommitError::Conflict)));
    let untouched = store.load(LotId(2)).await.expect("answers").expect("is there");
    assert_eq!(untouched.head.version, 1);
}

async fn a_key_is_found_for_its_user_alone_and_taken_once<S: Store>(store: S) {
    let store = Arc::new(store);
    let engine = engine(&store, &Arc::new(TestClock::at(5)), 10);
    engine.list(listing(LotId(1), 10_000)).await.expect("is listed");
    let first = bid(LotId(1), 10, 1_000, Some(2_000), Some("k"));
    let accepted = engine.submit(first.clone()).await.expect("is accepted");
    let keys = [(UserId(11), "k"), (UserId(10), "k"), (UserId(10), "K")];
    let found = store.keyed(&keys).await.expect("answers");
    assert_eq!(found, [None, Some((*accepted.record).clone()), None]);
    let again = engine.submit(first).await.expect("is answered");
    assert!(again.replayed);
    assert_eq!(again.record, accepted.record);
    let other = engine.submit(bid(LotId(1), 10, 1_000, Some(2_001), Some("k"))).await;
    assert_eq!(other.err(), Some(Rejected::KeyReused));

    // Another server that did not see the key must lose at the commit.
    let mut stolen = (*accepted.record).clone();
    stolen.position += 1_000;
    let batch = Batch { records: vec![Arc::new(stolen)], ..Batch::default() };
    assert!(matches!(commit(&store, batch).await, Err(CommitError::Conflict)));
}

async fn running_lots_are_due_when_their_time_has_come<S: Store>(store: S) {
    let store = Arc::new(store);
    let clock = Arc::new(TestClock::at(5));
    let engine = engine(&store, &clock, 10);
    for (id, ends_at) in [(1, 300), (2, 100), (3, 200), (4, 400)] {
        engine.list(listing(LotId(id), ends_at)).await.expect("is listed");
    }
    let due = |now, limit| store.due(Time(now), limit);
    assert_eq!(due(99, 10).await.expect("answers"), []);
    assert_eq!(due(300, 10).await.expect("answers"), [LotId(2), LotId(3), LotId(1)]);
    assert_eq!(due(300, 2).await.expect("answers"), [LotId(2), LotId(3)]);
    clock.set(300);
    engine.submit(close(LotId(3))).await.expect("it is due");
    assert_eq!(due(300, 10).await.expect("answers"), [LotId(2), LotId(1)]);
}

/// A sale with everything in it, on an engine that forgets a lot as soon as it looks at another:
/// every decision is made on what the store gave back, and must be what the rules say.
async fn what_the_engine_remembers_is_what_the_store_holds<S: Store>(store: S) {
    let store = Arc::new(store);
    let clock = Arc::new(TestClock::at(0));
    let engine = engine(&store, &clock, 1);
    let mut models = Vec::new();
    for id in 0..3 {
        let listing = listing(LotId(id), 40_000);
        models.push(Lot::listed(listing.terms.clone()));
        engine.list(listing).await.expect("is listed");
    }
    let mut random = 12_345u64;
    let mut pick = |below: u64| {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    for step in 0..400 {
        let now = step * 110;
        clock.set(now);
        let id = pick(3);
        let model = &mut models[id as usize];
        let (lot, by) = (LotId(u128::from(id)), u128::from(10 + pick(4)));
        let amount = model.minimum_bid().minor() + pick(500) as i64 - 100;
        let max = (pick(2) == 0).then(|| amount + pick(2_000) as i64);
        let mut request = bid(lot, by, amount, max, None);
        if pick(20) == 0 {
            request.command = Command::CancelAutoBid(Party { id: UserId(by), banned: false });
        }
        let decided = model.decide(&request.command, Time(now));
        let answered = engine.submit(request).await;
        match (decided, answered) {
            (Ok(event), Ok(accepted)) => {
                assert_eq!(accepted.record.event, event);
                model.apply(&event);
            }
            (Err(refusal), Err(Rejected::Refused { refusal: given, .. })) => {
                assert_eq!(given, refusal);
            }
            (decided, answered) => panic!("{decided:?} was answered {answered:?}"),
        }
        let loaded = store.load(lot).await.expect("answers").expect("is there");
        assert_eq!(&loaded.lot, model);
    }
    clock.set(200_000);
    for (id, model) in models.iter_mut().enumerate() {
        let lot = LotId(id as u128);
        let closed = engine.submit(close(lot)).await.expect("it is due");
        model.apply(&closed.record.event);
        assert!(matches!(closed.record.event, Event::Sold | Event::Unsold));
        assert_ne!(model.status(), Status::Active);
        let loaded = store.load(lot).await.expect("answers").expect("is there");
        assert_eq!(&loaded.lot, model);
    }
}
