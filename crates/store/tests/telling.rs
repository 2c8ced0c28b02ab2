//! What is written when people are told: whole, once, and as much of it as there may be at a time.

use gavel_domain::{LotId, Time, UserId};
use gavel_engine::Engine;
use gavel_engine::contract::{SELLER, bid, listing, money};
use gavel_engine::memory::{MemBus, TestClock};
use gavel_engine::ports::News;
use gavel_store::{
    DbError, Mail, NewAccount, NewNotice, NewWatch, NoticeKind, NoticeSettings, Reminder, Role,
    Store, Told, Ways,
};
use std::path::Path;
use std::sync::Arc;

const LOT: LotId = LotId(1);
const ADA: UserId = UserId(2);
const BOB: UserId = UserId(3);

/// A house in which Bob has just outbid Ada.
async fn after_a_duel(folder: &Path) -> Store {
    let path = folder.join("house.db");
    let store = Arc::new(Store::open(&path).await.expect("opens"));
    for id in [SELLER, ADA, BOB] {
        let email = format!("person{}@example.org", id.0);
        let new = NewAccount {
            id: id.0,
            email: &email,
            display_name: "Sue",
            password_hash: "-",
            role: Role::User,
            created_at: Time(0),
        };
        assert!(store.add_account(new).await.expect("answers"));
    }
    let clock = Arc::new(TestClock::at(5));
    let engine = Engine::start(
        store.clone(),
        MemBus::default(),
        clock,
        store.house_key(),
        gavel_engine::Settings::default(),
    )
    .0;
    engine.list(listing(LOT, 1_000_000)).await.expect("is listed");
    engine.submit(bid(LOT, ADA.0, 3_000, None, None)).await.expect("is taken");
    engine.submit(bid(LOT, BOB.0, 4_000, None, None)).await.expect("is taken");
    Store::open(&path).await.expect("opens beside it")
}

fn outbid(id: u128) -> NewNotice {
    NewNotice {
        id,
        user: ADA,
        kind: NoticeKind::Outbid,
        lot: LOT,
        amount: Some(money(4_000)),
        reason: None,
        at: Time(5),
    }
}

#[tokio::test]
async fn what_was_told_is_told_once_whoever_else_tries() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = after_a_duel(folder.path()).await;
    let outbox = store.outbox(0, 10).await.expect("answers");
    let [(position, tellings)] = outbox.as_slice() else { panic!("{outbox:?}") };
    assert!(matches!(tellings[0].news, News::Outbid { user: ADA, max: None, .. }));
    let mail = |id| Mail {
        id,
        address: "person2@example.org".to_owned(),
        subject: "Outbid".to_owned(),
        body: String::new(),
        created_at: Time(6),
        attempts: 0,
    };
    let told = |id| Told {
        outbox: vec![*position],
        new: vec![outbid(id)],
        mails: vec![mail(id)],
        now: Time(6),
        ..Told::default()
    };
    store.tell(told(100)).await.expect("is written");
    let again = store.tell(told(101)).await;
    assert!(matches!(again, Err(DbError::Mismatch)), "{again:?}");
    assert!(store.outbox(0, 10).await.expect("answers").is_empty());
    assert_eq!(store.notices(ADA, false, 1, 10).await.expect("answers").total, 1);
    assert_eq!(store.mails_due(Time(6), 10).await.expect("answers").len(), 1);

    // A mail waits for its time, and is gone once it is done with.
    assert!(store.mails_due(Time(5), 10).await.expect("answers").is_empty());
    store.mails_tried(&[], &[(100, Time(50))]).await.expect("is written");
    assert!(store.mails_due(Time(49), 10).await.expect("answers").is_empty());
    assert_eq!(store.mails_due(Time(50), 10).await.expect("answers")[0].attempts, 1);
    store.mails_tried(&[100], &[]).await.expect("is written");
    assert!(store.mails_due(Time(i64::MAX), 10).await.expect("answers").is_empty());
    // What is unread is known with the owner's last bid.
    let unread = store.unread_outbids(&[(ADA, LOT), (BOB, LOT)]).await.expect("answers");
    assert_eq!(unread.len(), 1);
    let known = unread[&(ADA, LOT)];
    assert_eq!((known.id, known.at, known.bid_at), (100, Time(5), Some(Time(5))));
    let read = Told { read: vec![(ADA, 100)], now: Time(7), ..Told::default() };
    store.tell(read).await.expect("is written");
    assert!(store.unread_outbids(&[(ADA, LOT)]).await.expect("answers").is_empty());
}

#[tokio::test]
async fn a_reminder_is_carried_out_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = after_a_duel(folder.path()).await;
    let watch = NewWatch { user: ADA, lot: LOT, at: Time(5), remind_at: Some(Time(900)) };
    store.watch(watch, None).await.expect("is written");
    assert!(store.reminders_due(Time(899), 10).await.expect("answers").is_empty());
    let due = store.reminders_due(Time(900), 10).await.expect("answers");
    assert_eq!(due, [Reminder { user: ADA, lot: LOT, due: Time(900) }]);
    let told = |next| Told { reminded: vec![(due[0], next)], ..Told::default() };
    store.tell(told(Some(Time(1_500)))).await.expect("is written");
    assert!(matches!(store.tell(told(None)).await, Err(DbError::Mismatch)));
    let due = store.reminders_due(Time(2_000), 10).await.expect("answers");
    assert_eq!(due[0].due, Time(1_500));
    let told = Told { reminded: vec![(due[0], None)], ..Told::default() };
    store.tell(told).await.expect("is written");
    assert!(store.reminders_due(Time(i64::MAX), 10).await.expect("answers").is_empty());
}

#[tokio::test]
async fn thousands_can_be_asked_for_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = after_a_duel(folder.path()).await;
    store.tell(Told { new: vec![outbid(9)], ..Told::default() }).await.expect("is written");
    let users = (1..=4_000).collect::<Vec<u128>>();
    let lots = (1..=4_000).map(LotId).collect::<Vec<_>>();
    let pairs = users.iter().map(|user| (UserId(*user), LOT)).collect::<Vec<_>>();
    assert_eq!(store.recipients(&users).await.expect("answers").len(), 3);
    assert_eq!(store.lots_in_brief(&lots).await.expect("answers").len(), 1);
    assert_eq!(store.unread_outbids(&pairs).await.expect("answers").len(), 1);
    assert_eq!(store.unread_notices(&users).await.expect("answers").len(), 1);
    let full = store.users_full_of_notices(&users, 550).await.expect("answers");
    assert_eq!(full, [ADA.0]);
}

#[tokio::test]
async fn settings_are_kept_and_all_is_told_where_nothing_was_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = after_a_duel(folder.path()).await;
    let mut settings = store.notice_settings(ADA).await.expect("answers");
    assert_eq!(settings, NoticeSettings::default());
    for kind in NoticeKind::ALL {
        assert_eq!(settings.of(kind), Ways { app: true, mail: true });
    }
    settings.set(NoticeKind::EndingSoon, Ways { app: false, mail: true });
    store.set_notice_settings(ADA, &settings, None).await.expect("is written");
    assert_eq!(store.notice_settings(ADA).await.expect("answers"), settings);
    let people = store.recipients(&[ADA.0, BOB.0]).await.expect("answers");
    assert_eq!(people[&ADA.0].settings, settings);
    assert_eq!(people[&BOB.0].settings, NoticeSettings::default());
}
