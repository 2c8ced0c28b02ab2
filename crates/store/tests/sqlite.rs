//! The store on SQLite.

use futures_util::future::join_all;
use gavel_domain::{Increments, LotId, Money, Terms, Time, UserId};
use gavel_engine::chain::{GENESIS, HouseKey};
use gavel_engine::contract::{self, SELLER, bid, close, listing};
use gavel_engine::memory::{MemBus, TestClock};
use gavel_engine::ports::{Store as _, Wanted};
use gavel_engine::{About, Engine, Listing, Settings};
use gavel_store::{Filter, NewAccount, NewSession, Phase, Role, Sort, StandingFilter, Store};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

async fn open(folder: &Path) -> Store {
    let store = Store::open(&folder.join("house.db")).await.expect("opens");
    add_account(&store, SELLER.0).await;
    store
}

async fn add_account(store: &Store, id: u128) {
    let email = format!("Person{id}@example.org");
    let new = NewAccount {
        id,
        email: &email,
        display_name: "Sue",
        password_hash: "-",
        role: Role::User,
        created_at: Time(0),
    };
    store.add_account(new).await.expect("answers");
}

fn engine(store: &Arc<Store>, clock: &Arc<TestClock>) -> Engine {
    let settings = Settings {
        close_every: Duration::from_secs(3600),
        flush_every: Duration::from_secs(3600),
        ..Settings::default()
    };
    Engine::start(store.clone(), MemBus::default(), clock.clone(), store.house_key(), settings).0
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let mut folders = Vec::new();
    contract::check(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_owned();
        folders.push(folder);
        async move { open(&path).await }
    })
    .await;
}

#[tokio::test]
async fn an_address_is_taken_without_regard_to_case() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path()).await;
    let mut new = NewAccount {
        id: 7,
        email: "Ann@Example.org",
        display_name: "Ann",
        password_hash: "-",
        role: Role::User,
        created_at: Time(5),
    };
    assert!(store.add_account(NewAccount { ..new }).await.expect("answers"));
    new.id = 8;
    new.email = "aNN@example.ORG";
    assert!(!store.add_account(new).await.expect("answers"));
    let (found, _) = store.account_by_email("ann@EXAMPLE.org").await.expect("ok").expect("there");
    assert_eq!((found.id, found.email.as_str()), (7, "Ann@Example.org"));
}

#[tokio::test]
async fn a_session_is_found_by_its_hash_until_it_is_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path()).await;
    let new = NewSession {
        token_hash: [1; 32],
        account: SELLER.0,
        address: "192.0.2.1",
        agent: "A browser",
        created_at: Time(0),
        expires_at: Time(100),
    };
    assert!(store.add_session(new).await.expect("answers"));
    let found = store.session([1; 32]).await.expect("answers").expect("there");
    assert_eq!((found.account.id, found.expires_at), (SELLER.0, Time(100)));
    assert!(store.session([2; 32]).await.expect("answers").is_none());
    store.end_session([1; 32]).await.expect("answers");
    assert!(store.session([1; 32]).await.expect("answers").is_none());
}

/// A house in which eleven bidders raised two lots 300 times, interleaved.
async fn after_a_sale(folder: &Path) -> (Arc<Store>, Engine, Vec<u128>) {
    let store = Arc::new(open(folder).await);
    let clock = Arc::new(TestClock::at(0));
    let engine = engine(&store, &clock);
    for lot in [1, 2] {
        engine.list(listing(LotId(lot), 1_000_000)).await.expect("is listed");
    }
    let mut bid_ids = Vec::new();
    for n in 0..300i64 {
        clock.set(n);
        let lot = LotId(1 + (n % 3 == 0) as u128);
        let key = format!("k{n}");
        // Every tenth names a maximum, which the next bidder then runs into.
        let max = (n % 10 == 0).then_some(4_500 + n * 200);
        let request = bid(lot, 20 + (n % 11) as u128, 3_000 + n * 200, max, Some(&key));
        if let Ok(accepted) = engine.submit(request).await
            && lot == LotId(1)
            && !accepted.record.event.is_silent()
        {
            bid_ids.push(accepted.record.id);
        }
    }
    (store, engine, bid_ids)
}

#[tokio::test]
async fn the_history_holds_every_bid_once_whatever_the_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _engine, mut bid_ids) = after_a_sale(folder.path()).await;
    bid_ids.reverse();
    assert!(bid_ids.len() > 100);
    let mut answers = 0;
    for limit in [1, 7, 20, 100] {
        let (mut rows, mut page) = (Vec::new(), 1);
        loop {
            let found = store.history(LotId(1), page, limit).await.expect("ok").expect("there");
            let full = found.rows.len() as u32 == limit;
            rows.extend(found.rows);
            page += 1;
            if !full {
                assert_eq!(found.total, rows.len() as u64);
                break;
            }
        }
        assert_eq!(rows.iter().filter(|row| row.last).count(), 1);
        assert!(rows[0].last);
        assert!(rows.windows(2).all(|pair| pair[0].step.amount >= pair[1].step.amount));
        let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        answers = rows.iter().filter(|row| row.step.auto).count();
        let bids: Vec<_> = rows.iter().filter(|row| !row.step.auto).map(|row| row.id).collect();
        assert_eq!(bids, bid_ids, "limit {limit}");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rows.len());
    }
    assert!(answers > 10, "{answers} answers of auto-bids");
    let beyond = store.history(LotId(1), 10_000_000, 100).await.expect("ok").expect("there");
    assert!(beyond.rows.is_empty());
    assert!(store.history(LotId(99), 1, 20).await.expect("ok").is_none());
}

#[tokio::test]
async fn the_log_is_a_chain_and_can_be_caught_up_from_anywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, engine, _) = after_a_sale(folder.path()).await;
    let leader = store.lot(LotId(1)).await.expect("ok").expect("there").lot;
    let leader = leader.standing().expect("somebody leads").leader;
    engine.submit(bid(LotId(1), leader.0, 900_000, Some(950_000), None)).await.expect("a raise");
    let (whole, total) = store.log(LotId(1), 0, 1, 10_000).await.expect("ok");
    assert_eq!(total, whole.len() as u64);
    let mut before = GENESIS;
    for (index, (record, prev)) in whole.iter().enumerate() {
        assert_eq!(record.version, index as u64 + 1);
        assert_eq!(*prev, before);
        before = record.hash;
    }
    let last = &whole[whole.len() - 1].0;
    assert!(last.event.is_silent());
    for after in [1, 2, 50, last.seq - 1] {
        let (page, left) = store.log(LotId(1), after, 1, 7).await.expect("ok");
        let (second, _) = store.log(LotId(1), after, 2, 7).await.expect("ok");
        let first = whole.iter().position(|(record, _)| record.seq == after).expect("there") + 1;
        let until = whole.len().min(first + 7);
        assert_eq!(page, whole[first..until], "after {after}");
        assert_eq!(second, whole[until..whole.len().min(first + 14)], "after {after}");
        assert_eq!(left, (whole.len() - first) as u64);
    }
    // After the last public change comes the silent one alone.
    let (rest, left) = store.log(LotId(1), last.seq, 1, 7).await.expect("ok");
    assert_eq!((&rest[..], left), (&whole[whole.len() - 1..], 1));
    assert!(store.log(LotId(1), last.seq + 1, 1, 7).await.expect("ok").0.is_empty());
    assert!(store.log(LotId(99), 0, 1, 7).await.expect("ok").0.is_empty());
}

#[tokio::test]
async fn keys_bidders_and_positions_outlive_a_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, engine, _) = after_a_sale(folder.path()).await;
    let first_bid = bid(LotId(2), 20, 3_000, Some(4_500), Some("k0"));
    let told = engine.submit(first_bid.clone()).await.expect("is answered");
    let last = store.lot(LotId(1)).await.expect("ok").expect("there").head.position;
    // No last flush, no farewell: what is in memory alone is lost.
    drop((engine, store));
    let store = Arc::new(open(folder.path()).await);
    let (_, basis) = store.turn(Wanted::default()).await.expect("ok");
    assert!(basis.first_position > last);
    let engine = engine_again(&store);
    let again = engine.submit(first_bid).await.expect("is answered");
    assert!(again.replayed);
    assert_eq!(again.record, told.record);
    for user in 20..31 {
        let page = store.bids_of(UserId(user), StandingFilter::Any, 1, 10).await.expect("ok");
        assert_eq!(page.total, 2, "user {user}");
        for (lot, row) in page.rows {
            let history = store.history(lot.id, 1, 100).await.expect("ok").expect("there");
            let mine = history.rows.iter().find(|row| row.record.by == Some(UserId(user)));
            assert_eq!(Some(row.at), mine.map(|row| row.record.at), "user {user}");
        }
    }
}

fn engine_again(store: &Arc<Store>) -> Engine {
    engine(store, &Arc::new(TestClock::at(500)))
}

fn everything(now: i64) -> Filter {
    Filter {
        phase: Phase::Any,
        now: Time(now),
        category: None,
        words: Vec::new(),
        seller: None,
        min_price: None,
        max_price: None,
        sort: Sort::EndTime,
        descending: false,
        page: 1,
        limit: 10,
    }
}

async fn found(store: &Store, filter: Filter) -> Vec<u128> {
    let page = store.lots(&filter).await.expect("answers");
    assert_eq!(page.total, page.lots.len() as u64);
    page.lots.iter().map(|lot| lot.id.0).collect()
}

#[tokio::test]
async fn lots_are_found_by_phase_category_price_and_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(open(folder.path()).await);
    let engine = engine(&store, &Arc::new(TestClock::at(10)));
    let cases = [
        (1, "A café table", "ROUND, oak", "furniture", 1_000, 0, 900),
        (2, "Telescope", "brass; a \"spyglass\"", "technology", 5_000, 0, 800),
        (3, "Oak chair", "not yet", "furniture", 3_000, 500, 1_000),
    ];
    for (id, title, description, category, price, starts_at, ends_at) in cases {
        let terms = Terms {
            seller: SELLER,
            starting_price: Money::from_minor(price).expect("in range"),
            reserve: None,
            increments: Increments::House,
            starts_at: Time(starts_at),
            ends_at: Time(ends_at),
            snipe_window_ms: 0,
            snipe_cap_ms: None,
        };
        let listing = Listing {
            lot: LotId(id),
            terms,
            about: About {
                title: title.into(),
                description: description.into(),
                category: category.into(),
            },
            pictures: Vec::new(),
            draft: false,
            keyed: None,
        };
        engine.list(listing).await.expect("is listed");
    }
    let all = || everything(10);
    assert_eq!(found(&store, all()).await, [2, 1, 3]);
    assert_eq!(found(&store, Filter { phase: Phase::Active, ..all() }).await, [2, 1]);
    assert_eq!(found(&store, Filter { phase: Phase::Scheduled, ..all() }).await, [3]);
    let furniture = Filter { category: Some("furniture".into()), ..all() };
    assert_eq!(found(&store, furniture).await, [1, 3]);
    let dear = Filter { min_price: Money::from_minor(3_000), sort: Sort::CurrentBid, ..all() };
    assert_eq!(found(&store, dear).await, [3, 2]);
    for (words, expected) in [
        (vec!["cafe"], vec![1]),
        (vec!["OAK"], vec![1, 3]),
        (vec!["oak", "cha"], vec![3]),
        (vec!["\"spyglass\""], vec![2]),
        (vec!["NOT"], vec![3]),
        (vec!["*"], vec![]),
        (vec!["(", "AND", "\""], vec![]),
    ] {
        let words = words.into_iter().map(str::to_owned).collect();
        assert_eq!(found(&store, Filter { words, ..all() }).await, expected);
    }
    let categories = store.categories(Time(10), 100).await.expect("answers");
    let active = |slug| categories.iter().find(|row| row.slug == slug).map(|row| row.active);
    assert_eq!(
        (active("furniture"), active("technology"), active("art")),
        (Some(1), Some(1), Some(0))
    );
}

#[tokio::test]
async fn a_house_keeps_its_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let alias = |key: HouseKey| key.alias(LotId(1), UserId(2));
    let first = alias(open(folder.path()).await.house_key());
    let second = alias(Store::open(&folder.path().join("house.db")).await.expect("ok").house_key());
    assert_eq!(first, second);
    let elsewhere = tempfile::tempdir().expect("a folder");
    assert_ne!(first, alias(open(elsewhere.path()).await.house_key()));
}

/// The lots in the order of a sort, highest first.
async fn sorted_by(store: &Store, sort: Sort) -> Vec<u128> {
    found(store, Filter { sort, descending: true, ..everything(10) }).await
}

#[tokio::test]
async fn a_large_commit_leaves_what_lots_are_found_by_to_the_flush_or_to_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(open(folder.path()).await);
    for id in 20..60 {
        add_account(&store, id).await;
    }
    let clock = Arc::new(TestClock::at(0));
    let engine = engine(&store, &clock);
    for lot in [1, 2] {
        engine.list(listing(LotId(lot), 1_000_000)).await.expect("is listed");
    }
    engine.submit(bid(LotId(1), 20, 5_000, None, None)).await.expect("is accepted");
    assert_eq!(
        sorted_by(&store, Sort::CurrentBid).await,
        [1, 2],
        "a small commit is found at once"
    );
    let many = (0..20).map(|n| bid(LotId(2), 20 + n, 9_000 + n as i64 * 1_000, None, None));
    let done = join_all(many.map(|request| engine.submit(request))).await;
    assert!(done.iter().all(Result::is_ok));
    assert_eq!(sorted_by(&store, Sort::CurrentBid).await, [1, 2], "a large one is found later");
    // The process ends without a flush, as at a crash.
    drop(engine);
    drop(store);
    let store = open(folder.path()).await;
    assert_eq!(sorted_by(&store, Sort::CurrentBid).await, [2, 1]);
    assert_eq!(sorted_by(&store, Sort::BidCount).await, [2, 1]);
    let mine = store.bids_of(UserId(39), StandingFilter::Winning, 1, 10).await.expect("answers");
    assert_eq!(mine.total, 1);
}

#[tokio::test]
async fn an_end_is_found_at_once_even_where_an_older_price_waits_for_its_flush() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(open(folder.path()).await);
    let clock = Arc::new(TestClock::at(0));
    let settings = Settings { close_every: Duration::from_secs(3600), ..Settings::default() };
    let bus = MemBus::default();
    let (engine, stopped) =
        Engine::start(store.clone(), bus, clock.clone(), store.house_key(), settings);
    engine.list(listing(LotId(1), 1_000)).await.expect("is listed");
    let many = (0..20).map(|n| bid(LotId(1), 20 + n, 9_000 + n as i64 * 1_000, None, None));
    join_all(many.map(|request| engine.submit(request))).await;
    clock.set(100_000);
    engine.submit(close(LotId(1))).await.expect("it is due");
    let sold = Filter { phase: Phase::Sold, ..everything(100_000) };
    assert_eq!(found(&store, sold.clone()).await, [1]);
    // Whatever was left to flush is flushed by the next command, and must not undo the end.
    clock.set(200_000);
    engine.list(listing(LotId(2), 1_000_000)).await.expect("is listed");
    assert_eq!(found(&store, sold).await, [1]);
    drop(engine);
    stopped.await.expect("the engine stops");
}

#[tokio::test]
async fn a_scheduled_lot_is_found_among_the_running_ones_from_its_start_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(open(folder.path()).await);
    let clock = Arc::new(TestClock::at(0));
    let engine = engine(&store, &clock);
    let mut soon = listing(LotId(1), 1_000_000);
    soon.terms.starts_at = Time(500);
    soon.about.title = "Sextant".into();
    engine.list(soon).await.expect("is listed");
    let at = |phase, now| Filter { phase, ..everything(now) };
    let words = vec!["sextant".to_owned()];
    assert_eq!(found(&store, at(Phase::Scheduled, 499)).await, [1]);
    assert_eq!(found(&store, at(Phase::Active, 499)).await, []);
    assert_eq!(found(&store, at(Phase::Active, 500)).await, [1]);
    assert_eq!(found(&store, at(Phase::Scheduled, 500)).await, []);
    assert_eq!(found(&store, Filter { words, ..at(Phase::Active, 500) }).await, [1]);
}

#[tokio::test]
async fn days_sum_up_what_happened_on_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(open(folder.path()).await);
    let clock = Arc::new(TestClock::at(0));
    let engine = engine(&store, &clock);
    const DAY: i64 = 86_400_000;
    for (lot, ends_at) in [(1, DAY + 5), (2, DAY + 6), (3, 2 * DAY)] {
        engine.list(listing(LotId(lot), ends_at)).await.expect("is listed");
    }
    for (lot, amount) in [(1, 4_000), (1, 5_000), (2, 7_000)] {
        let by = 20 + amount as u128;
        engine.submit(bid(LotId(lot), by, amount, None, None)).await.expect("is accepted");
    }
    clock.set(2 * DAY);
    for lot in 1..=3 {
        engine.submit(close(LotId(lot))).await.expect("it is due");
    }
    let found = store.analytics(0, 2, Time(2 * DAY)).await.expect("answers");
    let [first, second, third] = found.days.as_slice() else { panic!("{:?}", found.days) };
    assert_eq!((first.created, first.bids, first.sold), (3, 3, 0));
    assert_eq!(*second, gavel_store::DaySums { day: 1, ..Default::default() });
    assert_eq!((third.sold, third.unsold, third.gross_minor), (2, 1, 12_000));
    let top: Vec<_> = found.top_lots.iter().map(|lot| lot.id.0).collect();
    assert_eq!(top, [2, 1]);
    assert_eq!(found.top_categories.len(), 1);
    assert_eq!(found.active, 0);
}

/// Copies a house into one that only the first two migrations have made.
fn as_it_was(from: &Path, to: &Path) {
    let first = include_str!("../../../migrations/0001_house.sql")
        .replace("@bytes@", "BLOB")
        .replace("@position@", "INTEGER NOT NULL PRIMARY KEY")
        .replace("@clustered@", "WITHOUT ROWID");
    let second = include_str!("../../../migrations/0002_search.sqlite.sql");
    let db = rusqlite::Connection::open(to).expect("opens");
    db.execute_batch(&format!("{first}{second}PRAGMA user_version = 2;")).expect("is made");
    db.execute("ATTACH ?1 AS now", [from.to_str().expect("a path")]).expect("attaches");
    for table in ["house", "account", "category", "lot", "lot_state", "event", "bidder"] {
        let sql = format!("SELECT group_concat(name) FROM pragma_table_info('{table}', 'main')");
        let columns: String = db.query_row(&sql, [], |row| row.get(0)).expect("has columns");
        db.execute_batch(&format!(
            "INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}"
        ))
        .expect("is copied");
    }
}

#[tokio::test]
async fn a_house_from_before_the_listings_is_brought_along() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, engine, _) = after_a_sale(folder.path()).await;
    let before = (
        sorted_by(&store, Sort::CurrentBid).await,
        store.analytics(0, 0, Time(10)).await.expect("answers"),
    );
    drop((engine, store));
    let old = tempfile::tempdir().expect("a folder");
    as_it_was(&folder.path().join("house.db"), &old.path().join("house.db"));
    let store = open(old.path()).await;
    let after = (
        sorted_by(&store, Sort::CurrentBid).await,
        store.analytics(0, 0, Time(10)).await.expect("answers"),
    );
    assert_eq!(after, before);
    let words = vec!["lot".to_owned()];
    assert_eq!(found(&store, Filter { words, ..everything(10) }).await.len(), 2);
}
