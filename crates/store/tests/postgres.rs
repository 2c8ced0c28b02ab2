//! The store on PostgreSQL: `scripts/with-postgres cargo test -p gavel-store --test postgres`.

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join, join_all};
use gavel_domain::{Lot, LotId, Refusal, Time, UserId};
use gavel_engine::contract::{self, SELLER, bid, listing};
use gavel_engine::memory::{MemBus, TestClock};
use gavel_engine::ports::{Batch, CommitError, Loaded, LotUpdate, Store as _, Wanted};
use gavel_engine::{Engine, Rejected, Settings};
use gavel_store::{
    Action, AuditEntry, DURABLE_WITHIN_MS, Filter, NewAccount, NewSession, Phase, Place, Role,
    Sort, StandingFilter, Store,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_postgres::NoTls;

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connects");
    tokio::spawn(connection);
    client
}

/// A new database on the server that the tests were given.
async fn database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("GAVEL_TEST_POSTGRES")
        .expect("run this through scripts/with-postgres, which starts a server for it");
    let name = format!("store_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let client = connect(&format!("{server}/postgres")).await;
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("is made");
    format!("{server}/{name}")
}

fn person(id: u128, email: &str) -> NewAccount<'_> {
    NewAccount {
        id,
        email,
        display_name: "Sue",
        password_hash: "-",
        role: Role::User,
        created_at: Time(0),
    }
}

async fn empty() -> Store {
    let store = Store::connect(&database().await).await.expect("opens");
    assert!(store.add_account(person(SELLER.0, "sue@example.org")).await.expect("answers"));
    store
}

#[tokio::test]
async fn it_keeps_the_contract() {
    contract::check(empty).await;
}

#[tokio::test]
async fn servers_that_open_a_new_house_at_once_agree_on_it() {
    let url = database().await;
    let (one, two) = tokio::join!(Store::connect(&url), Store::connect(&url));
    let (one, two) = (one.expect("opens"), two.expect("opens"));
    let (lot, user) = (LotId(1), UserId(2));
    assert_eq!(one.house_key().alias(lot, user), two.house_key().alias(lot, user));
}

#[tokio::test]
async fn an_address_is_taken_once_and_a_session_is_seen_by_every_server() {
    let url = database().await;
    let one = Store::connect(&url).await.expect("opens");
    let two = Store::connect(&url).await.expect("opens");
    assert!(one.add_account(person(7, "Ann@example.org")).await.expect("answers"));
    assert!(!two.add_account(person(8, "ann@EXAMPLE.org")).await.expect("answers"));
    let session = NewSession {
        token_hash: [3; 32],
        account: 7,
        created_at: Time(0),
        expires_at: Time(1_000),
        address: "::1",
        agent: "a test",
    };
    one.add_session(session).await.expect("answers");
    let seen = two.session([3; 32]).await.expect("answers");
    assert!(seen.is_some());
}

#[tokio::test]
async fn a_key_is_kept_for_a_day_and_then_forgotten() {
    const DAY_MS: i64 = 24 * 3_600_000;
    let (store, clock) = (Arc::new(empty().await), Arc::new(TestClock::at(5)));
    let bus = MemBus::default();
    let (engine, _) =
        Engine::start(store.clone(), bus, clock.clone(), store.house_key(), Settings::default());
    engine.list(listing(LotId(1), 9 * DAY_MS)).await.expect("is listed");
    let known = async || {
        let found = store.keyed(&[(UserId(10), "k")]).await.expect("answers");
        found[0].is_some()
    };
    engine.submit(bid(LotId(1), 10, 1_000, None, Some("k"))).await.expect("is accepted");
    clock.set(DAY_MS);
    engine.submit(bid(LotId(1), 11, 2_000, None, Some("l"))).await.expect("is accepted");
    assert!(known().await);
    clock.set(DAY_MS + 10);
    store.tidy(Time(DAY_MS + 10)).await.expect("answers");
    assert!(!known().await);
}

/// Long after lots that start at 0 have, so that bids on them are routine.
const ROUTINE: i64 = 60_000;

/// Two servers on one house.
async fn two_servers(clock: &Arc<TestClock>) -> [(Arc<Store>, Engine); 2] {
    two_servers_on(&database().await, clock).await
}

async fn two_servers_on(url: &str, clock: &Arc<TestClock>) -> [(Arc<Store>, Engine); 2] {
    let servers = [server(url, clock).await, server(url, clock).await];
    add_seller(&servers[0].0).await;
    servers
}

/// A server that is alone on a house with a seller.
async fn one_server_on(url: &str, clock: &Arc<TestClock>) -> (Arc<Store>, Engine) {
    let server = server(url, clock).await;
    add_seller(&server.0).await;
    server
}

async fn server(url: &str, clock: &Arc<TestClock>) -> (Arc<Store>, Engine) {
    let store = Arc::new(Store::connect(url).await.expect("opens"));
    let (bus, settings) = (MemBus::default(), Settings::default());
    let (engine, _) = Engine::start(store.clone(), bus, clock.clone(), store.house_key(), settings);
    (store, engine)
}

async fn add_seller(store: &Store) {
    assert!(store.add_account(person(SELLER.0, "sue@example.org")).await.expect("answers"));
}

/// Has two servers decide on a lot, the second where `elsewhere` says so, and holds what they say against
/// the rules.
async fn decide_as_one(steps: i64, elsewhere: fn(i64) -> bool) {
    let clock = Arc::new(TestClock::at(5));
    let servers = two_servers(&clock).await;
    let listing = listing(LotId(1), 1_000_000);
    let mut model = Lot::listed(listing.terms.clone());
    servers[0].1.list(listing).await.expect("is listed");
    for step in 0..steps {
        clock.set(step * 100);
        // Now at, now below, now above what the other server has made the least.
        let amount = model.minimum_bid().minor() + (step * 7 % 5 - 1) * 50;
        let max = (step % 4 == 0).then_some(amount + 300);
        let request = bid(LotId(1), 10 + (step * 3 % 4) as u128, amount, max, None);
        let decided = model.decide(&request.command, Time(step * 100));
        match (decided, servers[usize::from(elsewhere(step))].1.submit(request).await) {
            (Ok(event), Ok(accepted)) => {
                assert_eq!(accepted.record.event, event);
                model.apply(&event);
            }
            (Err(refusal), Err(Rejected::Refused { refusal: given, current })) => {
                assert_eq!((given, current), (refusal, model.current_bid()));
            }
            (decided, answered) => panic!("{decided:?} was answered {answered:?}"),
        }
    }
    assert!(i64::from(model.bid_count()) > steps / 3);
}

#[tokio::test]
async fn two_servers_decide_as_one_also_what_they_refuse() {
    decide_as_one(60, |step| step % 2 == 1).await;
}

#[tokio::test]
async fn a_server_that_has_long_been_alone_notices_another_also_in_what_it_refuses() {
    decide_as_one(600, |step| step % 75 > 72).await;
}

#[tokio::test]
async fn a_key_that_was_used_is_answered_the_same_by_a_server_that_is_alone() {
    let clock = Arc::new(TestClock::at(ROUTINE));
    // It leads by now, and so would be refused; outbid, it would be too low.
    for other in [None, Some(bid(LotId(1), 11, 2_000, None, Some("k")))] {
        let [(_, here), _] = two_servers(&clock).await;
        here.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
        let first = bid(LotId(1), 10, 1_000, None, Some("k"));
        let first = here.submit(first).await.expect("is accepted");
        if let Some(other) = other {
            here.submit(other).await.expect("is accepted");
        }
        let again = || here.submit(bid(LotId(1), 10, 1_000, None, Some("k")));
        let alone = again().await.expect("was accepted");
        assert_eq!((alone.replayed, &alone.record), (true, &first.record));
        // Once nobody was in the way for long, in one batch with what is accepted.
        let other = |user, amount| here.submit(bid(LotId(1), user, amount, None, None));
        for round in 0..100 {
            other(12 + round % 2, 10_000 + round as i64 * 1_000).await.expect("is accepted");
        }
        let others = || join(other(14, 210_000), other(15, 220_000));
        let (_, beside, _) = tokio::join!(other(16, 200_000), again(), others());
        let beside = beside.expect("was accepted");
        assert_eq!((beside.replayed, &beside.record), (true, &first.record));
    }
}

#[tokio::test]
async fn the_database_makes_the_same_fingerprint_of_a_key_as_a_server_does() {
    let clock = Arc::new(TestClock::at(ROUTINE));
    let url = database().await;
    let (_, engine) = one_server_on(&url, &clock).await;
    engine.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    let keys = ["k", "a key of some length, with ~all kinds of \"signs\"", "0123456789abcdef"];
    for (n, key) in (0..).zip(keys) {
        let bid = bid(LotId(1), 10 + n as u128, 1_000 + n * 1_000, None, Some(key));
        engine.submit(bid).await.expect("is accepted");
    }
    let client = connect(&url).await;
    // As a house is moved to PostgreSQL, and as migration 8 has it.
    let sql = "SELECT COUNT(*) FROM event e JOIN event_key k ON k.position = e.position \
               WHERE k.fingerprint = substring(sha256(e.account || \
               convert_to(e.idempotency_key, 'UTF8')) FROM 1 FOR 16)";
    let alike: i64 = client.query_one(sql, &[]).await.expect("answers").get(0);
    assert_eq!(alike, keys.len() as i64);
}

#[tokio::test]
async fn a_large_commit_leaves_its_lots_to_be_found_by_whoever_tidies() {
    let clock = Arc::new(TestClock::at(5));
    let url = database().await;
    let (store, engine) = one_server_on(&url, &clock).await;
    let dearest = async || {
        let filter = Filter {
            phase: Phase::Active,
            now: Time(5),
            category: None,
            words: Vec::new(),
            seller: None,
            min_price: None,
            max_price: None,
            sort: Sort::CurrentBid,
            descending: true,
            page: 1,
            limit: 10,
        };
        let page = store.lots(&filter).await.expect("answers");
        page.lots.iter().map(|lot| lot.id.0).collect::<Vec<_>>()
    };
    let tidy = async |at| {
        store.tidy(Time(at)).await.expect("answers");
    };
    let place = Place::Database(url.clone());
    for lot in [1, 2] {
        engine.list(listing(LotId(lot), 1_000_000)).await.expect("is listed");
    }
    engine.submit(bid(LotId(1), 20, 5_000, None, None)).await.expect("is accepted");
    assert_eq!(dearest().await, [1, 2], "a small commit is found at once");
    let many = (0..40).map(|n| bid(LotId(2), 20 + n, 9_000 + n as i64 * 1_000, None, None));
    let done = join_all(many.map(|request| engine.submit(request))).await;
    assert!(done.iter().all(Result::is_ok));
    let client = connect(&url).await;
    let waiting = async || {
        let row = client.query_one("SELECT COUNT(*) FROM unfound", &[]).await.expect("answers");
        row.get::<_, i64>(0)
    };
    assert!(waiting().await > 0);
    gavel_store::verify(&place).await.expect("is sound, as it says what is still to be found");
    tidy(6).await;
    assert_eq!(waiting().await, 0);
    assert_eq!(dearest().await, [2, 1]);
    gavel_store::verify(&place).await.expect("is sound");
    // Those who have bid before are put off as well, and see at once what they bid.
    let many = (0..40).map(|n| bid(LotId(2), 20 + n, 90_000 + n as i64 * 1_000, None, None));
    let done = join_all(many.map(|request| engine.submit(request))).await;
    assert!(done.iter().all(Result::is_ok));
    let in_table = async || {
        let sql = "SELECT COUNT(*) FROM bidder WHERE amount >= 90000";
        client.query_one(sql, &[]).await.expect("answers").get::<_, i64>(0)
    };
    let as_told = async || {
        let mut told = Vec::new();
        for n in 0..40 {
            let standing = StandingFilter::Any;
            let page = store.bids_of(UserId(20 + n), standing, 1, 10).await.expect("answers");
            let of_two = page.rows.iter().find(|(lot, _)| lot.id == LotId(2)).expect("has bid");
            told.push(of_two.1.amount.minor());
        }
        told
    };
    let right = (0..40).map(|n| 90_000 + n * 1_000).collect::<Vec<_>>();
    assert!(in_table().await < 40);
    assert_eq!(as_told().await, right);
    gavel_store::verify(&place).await.expect("is sound, as it says who is still to be found");
    tidy(7).await;
    assert_eq!((waiting().await, in_table().await), (0, 40));
    assert_eq!(as_told().await, right);
    gavel_store::verify(&place).await.expect("is sound");
}

#[tokio::test]
async fn a_bid_that_was_put_off_and_changed_behind_the_houses_back_is_noticed() {
    let clock = Arc::new(TestClock::at(5));
    let url = database().await;
    let (_, engine) = one_server_on(&url, &clock).await;
    engine.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    for round in 1..=2 {
        let amount = |n: u128| round * 100_000 + n as i64 * 1_000;
        let many = (0..40).map(|n| bid(LotId(1), 20 + n, amount(n), None, None));
        let done = join_all(many.map(|request| engine.submit(request))).await;
        assert!(done.iter().all(Result::is_ok));
    }
    let client = connect(&url).await;
    // A byte of the last one's time: they then have bid at another time than the log has it.
    let forge = "UPDATE unfound SET bidders = set_byte(bidders, length(bidders) - 9, 77) \
                 WHERE position = (SELECT MAX(position) FROM unfound WHERE length(bidders) > 0)";
    assert_eq!(client.execute(forge, &[]).await.expect("answers"), 1);
    let found = gavel_store::verify(&Place::Database(url)).await.expect_err("is not sound");
    assert!(found.to_string().contains("a bidder's last bid differs"), "{found}");
}

#[tokio::test]
async fn bids_for_one_lot_at_two_servers_at_once_are_all_answered_and_never_fork_it() {
    let clock = Arc::new(TestClock::at(5));
    let servers = two_servers(&clock).await;
    servers[0].1.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    let bids = (0..200_u128).map(|n| {
        let request = bid(LotId(1), 10 + n, 1_000 + n as i64 * 100, None, None);
        servers[(n % 2) as usize].1.submit(request)
    });
    let answers = join_all(bids).await;
    let accepted = answers.iter().filter_map(|answer| answer.as_ref().ok());
    let mut versions = accepted.map(|accepted| accepted.record.version).collect::<Vec<_>>();
    versions.sort_unstable();
    assert_eq!(versions, (2..2 + versions.len() as u64).collect::<Vec<_>>());
    for answer in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert!(matches!(answer, Rejected::Refused { .. }), "{answer:?}");
    }
    let loaded = servers[0].0.load(LotId(1)).await.expect("answers").expect("is there");
    assert_eq!(loaded.head.version, 1 + versions.len() as u64);
}

#[tokio::test]
async fn batches_that_follow_each_other_on_trust_never_fork_a_lot_when_another_server_comes_between()
 {
    let clock = Arc::new(TestClock::at(ROUTINE));
    let url = database().await;
    let [(store, here), (_, there)] = two_servers_on(&url, &clock).await;
    for lot in [1, 2, 3] {
        here.list(listing(LotId(lot), 1_000_000)).await.expect("is listed");
    }
    let mut accepted = 0;
    for wave in 0..12_i64 {
        let keys = (0..90).map(|n| format!("{wave} {n}")).collect::<Vec<_>>();
        let bids = keys.iter().zip(0_u128..).map(|(key, n)| {
            let amount = 1_000 + (wave * 100 + n as i64) * 100;
            here.submit(bid(LotId(1 + n % 3), 10 + n, amount, None, Some(key)))
        });
        // Comes while some are on their way.
        let between = there.submit(bid(LotId(1), 9, 1_000 + (wave * 100 + 95) * 100, None, None));
        let (answers, between) = join(join_all(bids), between).await;
        accepted += answers.iter().chain([&between]).filter(|answer| answer.is_ok()).count();
        let unclear = |answer: &&Result<_, Rejected>| matches!(answer, Err(answer) if !matches!(answer, Rejected::Refused { .. }));
        assert!(!answers.iter().any(|answer| unclear(&answer)));
    }
    assert!(accepted > 600, "{accepted}");
    let mut versions = 0;
    for lot in [1, 2, 3] {
        let loaded = store.load(LotId(lot)).await.expect("answers").expect("is there");
        versions += loaded.head.version - 1;
    }
    assert_eq!(versions, accepted as u64);
    gavel_store::verify(&Place::Database(url)).await.expect("is sound");
}

#[tokio::test]
async fn a_bid_that_is_too_low_is_told_the_price_that_another_server_has_made() {
    let clock = Arc::new(TestClock::at(ROUTINE));
    let [(_, here), (_, there)] = two_servers(&clock).await;
    here.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    here.submit(bid(LotId(1), 10, 1_000, None, None)).await.expect("is accepted");
    there.submit(bid(LotId(1), 11, 2_000, None, None)).await.expect("is accepted");
    let refused = here.submit(bid(LotId(1), 12, 500, None, None)).await;
    let Err(Rejected::Refused { current, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(current.minor(), 2_000);
}

#[tokio::test]
async fn a_batch_that_follows_one_that_failed_fails_too_whatever_came_between() {
    let clock = Arc::new(TestClock::at(5));
    let [(store, here), (_, there)] = two_servers(&clock).await;
    here.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    let head = store.load(LotId(1)).await.expect("answers").expect("is there").head;
    let at_once = |position| {
        let lots = [(LotId(1), Some(position))];
        let wanted = Wanted { lots: &lots, positions: 1, routine: true, ..Wanted::default() };
        store.turn_at_once(&wanted).expect("nobody else was seen yet")
    };
    let (first, basis) = at_once(head.position);
    // Decided on what the first would have made of the lot. Another server makes as many records.
    let (second, _) = at_once(basis.first_position);
    there.submit(bid(LotId(1), 10, 1_000, None, None)).await.expect("is accepted");
    for turn in [first, second] {
        let outcome = store.commit(turn, Batch::default()).await;
        assert!(matches!(outcome, Err(CommitError::Conflict)), "{outcome:?}");
    }
}

#[tokio::test]
async fn whoever_gives_up_while_reading_leaves_no_old_state_to_the_next() {
    let clock = Arc::new(TestClock::at(5));
    let [(store, _), (_, there)] = two_servers(&clock).await;
    there.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    let version =
        async || store.load(LotId(1)).await.expect("answers").expect("is there").head.version;
    assert_eq!(version().await, 1);
    for bid_before in 0..5_i64 {
        // What it asks is sent, and nobody waits for the answer.
        assert!(store.load(LotId(1)).now_or_never().is_none());
        let request = bid(LotId(1), 10 + bid_before as u128, 1_000 + bid_before * 100, None, None);
        there.submit(request).await.expect("is accepted");
        assert_eq!(version().await, 2 + bid_before as u64);
    }
}

fn ban_of(account: u128) -> AuditEntry {
    AuditEntry {
        id: account + 1_000,
        at: Time(5),
        actor: Some(1),
        action: Action::UserBan,
        account: Some(account),
        lot: None,
        reason: Some("bids on her own lots".into()),
        detail: None,
    }
}

/// Has a server end a turn at the first lot while somebody else holds that, and something done once it waits.
async fn while_held<T>(url: &str, ends: impl Future<Output = T>, done: BoxFuture<'_, ()>) -> T {
    let (mut holder, looker) = (connect(url).await, connect(url).await);
    let holds = holder.transaction().await.expect("begins");
    let lock = "SELECT 1 FROM lot_state WHERE lot = $1 FOR UPDATE";
    holds.execute(lock, &[&1_u128.to_be_bytes().to_vec()]).await.expect("has the lock");
    let release = async {
        let waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
                     AND datname = current_database()";
        while looker.query(waits, &[]).await.expect("answers").is_empty() {}
        done.await;
        holds.rollback().await.expect("lets go");
    };
    join(ends, release).await.0
}

/// A server that is alone on a house with one lot, and has written nothing but that.
async fn alone_with_a_lot(url: &str) -> Arc<Store> {
    let (store, engine) = one_server_on(url, &Arc::new(TestClock::at(ROUTINE))).await;
    engine.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    store
}

/// Has it write the lot, on trust, while somebody else holds that.
async fn write_while_held(
    url: &str,
    store: &Store,
    done: BoxFuture<'_, ()>,
) -> Result<(), CommitError> {
    let Loaded { lot, head, .. } = store.load(LotId(1)).await.expect("answers").expect("is there");
    let expected = head.position;
    let lots = [(LotId(1), Some(expected))];
    let wanted = Wanted { lots: &lots, positions: 1, routine: true, ..Wanted::default() };
    let (turn, _) = store.turn_at_once(&wanted).expect("nobody else was seen yet");
    let update = LotUpdate { id: LotId(1), lot, head, expected, reschedules: false };
    let batch = Batch { lots: vec![update], ..Batch::default() };
    while_held(url, store.commit(turn, batch), done).await
}

#[tokio::test]
async fn what_a_session_that_was_ended_has_come_to_is_unknown() {
    let url = database().await;
    let store = alone_with_a_lot(&url).await;
    let admin = connect(&url).await;
    let ended = async {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE wait_event_type = 'Lock' AND datname = current_database()";
        admin.execute(sql, &[]).await.expect("answers");
    };
    let outcome = write_while_held(&url, &store, ended.boxed()).await;
    assert!(matches!(outcome, Err(CommitError::Unknown(_))), "{outcome:?}");
}

#[tokio::test]
async fn what_waited_long_for_its_lot_is_not_made_durable_as_it_was_decided() {
    let url = database().await;
    let store = alone_with_a_lot(&url).await;
    write_while_held(&url, &store, async {}.boxed()).await.expect("is in time");
    let clock = connect(&url).await;
    let long = async {
        let now = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";
        let now = async || clock.query_one(now, &[]).await.expect("answers").get::<_, i64>(0);
        let late = now().await + DURABLE_WITHIN_MS;
        while now().await <= late {}
    };
    let outcome = write_while_held(&url, &store, long.boxed()).await;
    assert!(matches!(outcome, Err(CommitError::Conflict)), "{outcome:?}");
}

#[tokio::test]
async fn what_is_taken_for_granted_has_to_hold_once_the_locks_are_there() {
    let url = database().await;
    let [(one, here), (two, there)] = two_servers_on(&url, &Arc::new(TestClock::at(5))).await;
    for someone in [person(10, "ann@example.org"), person(11, "bob@example.org")] {
        assert!(one.add_account(someone).await.expect("answers"));
    }
    here.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    there.list(listing(LotId(2), 1_000_000)).await.expect("is listed");
    let head = one.load(LotId(1)).await.expect("answers").expect("is there").head;
    let (ann, bob) = (UserId(10), UserId(11));
    let (lots, keys) = ([(LotId(1), Some(head.position))], [(ann, "k")]);
    let meanwhile = async |server: &Store, users: &[UserId], done: BoxFuture<'_, ()>| {
        let wanted = Wanted { lots: &lots, keys: &keys, users, positions: 1, routine: true };
        let (turn, _) = server.turn_at_once(&wanted).expect("nobody else was seen yet");
        while_held(&url, server.leave(turn), done).await
    };
    let nothing = async {}.boxed();
    meanwhile(&one, &[ann, bob], nothing).await.expect("all of it holds");
    let ban = async { assert!(two.ban(11, &ban_of(11), None).await.expect("answers").is_some()) };
    let outcome = meanwhile(&one, &[ann, bob], ban.boxed()).await;
    assert!(matches!(outcome, Err(CommitError::Conflict)), "{outcome:?}");
    meanwhile(&two, &[ann], async {}.boxed()).await.expect("all of it holds");
    let bids = async {
        let request = bid(LotId(2), 10, 1_000, None, Some("k"));
        here.submit(request).await.expect("is accepted");
    };
    let outcome = meanwhile(&two, &[ann], bids.boxed()).await;
    assert!(matches!(outcome, Err(CommitError::Conflict)), "{outcome:?}");
}

#[tokio::test]
async fn who_is_banned_at_one_server_bids_at_none() {
    let clock = Arc::new(TestClock::at(5));
    let [(here, _), (_, there)] = two_servers(&clock).await;
    assert!(here.add_account(person(10, "ada@example.org")).await.expect("answers"));
    there.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    there.submit(bid(LotId(1), 10, 1_000, None, None)).await.expect("is accepted");
    assert!(here.ban(10, &ban_of(10), None).await.expect("answers").is_some());
    // By a server that still takes her for one in good standing.
    let refused = there.submit(bid(LotId(1), 10, 5_000, None, None)).await;
    let Err(Rejected::Refused { refusal: Refusal::Banned, .. }) = refused else {
        panic!("{refused:?}");
    };
}

#[tokio::test]
async fn who_is_banned_bids_no_more_at_a_server_that_has_long_been_alone() {
    let clock = Arc::new(TestClock::at(ROUTINE));
    let [(here, _), (_, there)] = two_servers(&clock).await;
    for (id, email) in [(10, "ada@example.org"), (11, "eve@example.org")] {
        assert!(here.add_account(person(id, email)).await.expect("answers"));
    }
    there.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    let mut amount = 1_000;
    let mut bids = async |user| {
        amount += 1_000;
        there.submit(bid(LotId(1), user, amount, None, None)).await
    };
    for round in 0..100 {
        bids(10 + round % 2).await.expect("is accepted");
    }
    assert!(here.ban(10, &ban_of(10), None).await.expect("answers").is_some());
    let refused = bids(10).await;
    let Err(Rejected::Refused { refusal: Refusal::Banned, .. }) = refused else {
        panic!("{refused:?}");
    };
    // Those who are not banned go on, and that server soon does so as before.
    for round in 0..100 {
        bids(11 + round % 2).await.expect("is accepted");
    }
    // The last ban is known there by now, and who has not bid since is looked at.
    let refused = bids(10).await;
    assert!(
        matches!(refused, Err(Rejected::Refused { refusal: Refusal::Banned, .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_server_that_stops_in_its_turn_keeps_a_lot_from_the_others_for_seconds_only() {
    let clock = Arc::new(TestClock::at(5));
    let [(stopped, _), (_, other)] = two_servers(&clock).await;
    other.list(listing(LotId(1), 1_000_000)).await.expect("is listed");
    let lots = [(LotId(1), None)];
    let turn = stopped.turn(Wanted { lots: &lots, ..Wanted::default() }).await.expect("answers");
    // Its connection stays open, as a frozen server's would.
    let request = bid(LotId(1), 10, 1_000, None, None);
    let mut answer = other.submit(request.clone()).await;
    while let Err(Rejected::Unavailable) = answer {
        answer = other.submit(request.clone()).await;
    }
    answer.expect("is accepted");
    // And whoever comes back too late changes nothing.
    let late = stopped.commit(turn.0, Batch::default()).await;
    assert!(matches!(late, Err(CommitError::Refused(_) | CommitError::Unknown(_))), "{late:?}");
}

/// Stands before the server as one of its hosts. While it is frozen it lets itself be connected to, and
/// then is silent, as a machine is whose processes are stopped.
struct Host {
    port: u16,
    thawed: watch::Sender<bool>,
}

impl Host {
    async fn start(frozen: bool) -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let port = listener.local_addr().expect("is bound").port();
        let (thawed, seen) = watch::channel(!frozen);
        let server = std::env::var("GAVEL_TEST_POSTGRES").expect("scripts/with-postgres sets it");
        let server = server.rsplit_once('@').expect("has a host").1.to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("connects");
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(pass_on(from_client, to_server, seen.clone()));
                tokio::spawn(pass_on(from_server, to_client, seen.clone()));
            }
        });
        Host { port, thawed }
    }
}

async fn pass_on(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut thawed: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let thawed = thawed.wait_for(|thawed| *thawed).await.is_ok();
        if !thawed || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// The URL of a database by way of two hosts.
fn by_way_of(url: &str, [one, two]: [&Host; 2]) -> String {
    let name = url.rsplit_once('/').expect("has a name").1;
    format!("postgres://gavel@127.0.0.1:{},127.0.0.1:{}/{name}", one.port, two.port)
}

#[tokio::test]
async fn a_frozen_host_does_not_keep_from_the_one_that_answers() {
    let (frozen, other) = (Host::start(true).await, Host::start(false).await);
    let url = by_way_of(&database().await, [&frozen, &other]);
    let store = Store::connect(&url).await.expect("opens");
    store.ping().await.expect("answers");
}

#[tokio::test]
async fn after_one_unanswered_question_the_others_go_to_the_new_primary() {
    const AT_ONCE: usize = 5;
    let (primary, standby) = (Host::start(false).await, Host::start(true).await);
    let url = by_way_of(&database().await, [&primary, &standby]);
    let store = Store::connect(&url).await.expect("opens");
    // Connections that will be idle when the primary freezes.
    for answer in join_all((0..AT_ONCE).map(|_| store.time())).await {
        answer.expect("answers");
    }
    primary.thawed.send_replace(false);
    standby.thawed.send_replace(true);
    assert!(store.time().await.is_err());
    for _ in 0..AT_ONCE {
        store.time().await.expect("answers");
    }
}

#[tokio::test]
async fn who_asks_for_tls_gets_it_from_a_server_that_proves_who_it_is() {
    let certificate =
        std::env::var("GAVEL_TEST_POSTGRES_CA").expect("scripts/with-postgres sets it");
    // The certificate is for a name, and for no address.
    let url = database().await.replace("127.0.0.1", "localhost");
    let believed = format!("{url}?sslmode=verify-full&sslrootcert={certificate}");
    Store::connect(&believed).await.expect("opens");
    for refused in [
        format!("{url}?sslmode=verify-full"),
        believed.replace("localhost", "127.0.0.1"),
        believed.replace(&certificate, "/nowhere.pem"),
    ] {
        assert!(Store::connect(&refused).await.is_err(), "{refused}");
    }
}

#[tokio::test]
async fn a_server_that_connects_anew_to_a_house_that_has_moved_away_is_refused() {
    let url = database().await;
    let store = Store::connect(&url).await.expect("opens");
    store.ping().await.expect("answers");
    let client = connect(&url).await;
    let mark = "INSERT INTO house (name, value) \
                VALUES ('move:away', decode(repeat('00', 16), 'hex') || 'elsewhere'::bytea)";
    client.execute(mark, &[]).await.expect("is done");
    // Whoever carries a house away refuses while it sees such sessions.
    let sessions = "FROM pg_stat_activity WHERE application_name = 'gavel' \
                    AND datname = current_database()";
    let seen = client.query_one(&format!("SELECT COUNT(*) {sessions}"), &[]).await;
    assert!(seen.expect("answers").get::<_, i64>(0) > 0);
    let end = format!("SELECT pg_terminate_backend(pid) {sessions}");
    client.execute(&end, &[]).await.expect("answers");
    let told = loop {
        match store.ping().await {
            Err(error) if error.to_string().contains("moved away") => break error.to_string(),
            _ => tokio::task::yield_now().await,
        }
    };
    assert!(!told.contains("postgres://"), "{told}");
    assert!(store.ping().await.is_err());
    let told = Store::connect(&url).await.err().expect("it is not here").to_string();
    assert!(told.contains("moved to elsewhere"), "{told}");
}
