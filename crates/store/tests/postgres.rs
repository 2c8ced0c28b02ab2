//! The store on PostgreSQL: `scripts/with-postgres cargo test -p gavel-store --test postgres`.

use gavel_domain::{LotId, Time, UserId};
use gavel_engine::contract::{self, SELLER, bid, listing};
use gavel_engine::memory::{MemBus, TestClock};
use gavel_engine::ports::Store as _;
use gavel_engine::{Engine, Settings};
use gavel_store::{NewAccount, NewSession, Role, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio_postgres::NoTls;

/// A new database on the server that the tests were given.
async fn database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("GAVEL_TEST_POSTGRES")
        .expect("run this through scripts/with-postgres, which starts a server for it");
    let name = format!("store_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let (client, connection) =
        tokio_postgres::connect(&format!("{server}/postgres"), NoTls).await.expect("connects");
    tokio::spawn(connection);
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
    engine.submit(bid(LotId(1), 12, 3_000, None, Some("m"))).await.expect("is accepted");
    assert!(!known().await);
}
