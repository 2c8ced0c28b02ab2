//! Drafts and pictures on SQLite.

use gavel_domain::{LotId, Time};
use gavel_engine::contract::{SELLER, bid, listing};
use gavel_engine::memory::{MemBus, TestClock};
use gavel_engine::{Engine, Listing, Picture, Settings};
use gavel_store::{Done, ImagesChange, ImagesOf, NewAccount, NewDraft, Role, Store};
use std::path::Path;
use std::sync::Arc;

async fn open(folder: &Path) -> Arc<Store> {
    let store = Store::open(&folder.join("house.db")).await.expect("opens");
    for id in [SELLER.0, 20] {
        let email = format!("Person{id}@example.org");
        let new = NewAccount {
            id,
            email: &email,
            display_name: "Sue",
            password_hash: "-",
            role: Role::User,
            created_at: Time(0),
        };
        assert!(store.add_account(new).await.expect("answers"));
    }
    Arc::new(store)
}

fn picture(id: u128) -> Picture {
    Picture { id, width: 4, height: 3 }
}

fn draft(id: u128, request: &str) -> NewDraft {
    let (request, images) = (request.to_owned(), vec![picture(90)]);
    NewDraft { id: LotId(id), seller: SELLER, request, images, at: Time(5) }
}

#[tokio::test]
async fn a_draft_is_changed_only_from_what_it_was_known_to_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path()).await;
    assert_eq!(store.add_draft(draft(1, "one"), 1, None).await.expect("answers"), Some(Done::Now));
    assert_eq!(
        store.add_draft(draft(2, "two"), 1, None).await.expect("answers"),
        None,
        "there is room for one"
    );
    let id = LotId(1);
    let edit = async |before: &str, after: &str| {
        store.edit_draft(id, before, after.to_owned(), Time(6), None).await.expect("answers")
    };
    assert_eq!(edit("one", "two").await, Some(Done::Now));
    assert_eq!(edit("one", "three").await, None);
    let found = store.draft(id).await.expect("answers").expect("is there");
    assert_eq!((found.request.as_str(), found.updated_at), ("two", Time(6)));
    assert_eq!(found.images, [picture(90)]);
    assert_eq!(store.drop_draft(id, None).await.expect("answers"), Some(Done::Now));
    assert_eq!(store.drop_draft(id, None).await.expect("answers"), None);
    assert!(store.pictures_in_use(&[90]).await.expect("answers").is_empty());
}

#[tokio::test]
async fn pictures_are_changed_only_from_what_they_were_known_to_be_and_not_once_there_are_bids() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path()).await;
    let clock = Arc::new(TestClock::at(1_000));
    let key = store.house_key();
    let settings = Settings::default();
    let engine = Engine::start(store.clone(), MemBus::default(), clock, key, settings).0;
    let lot = LotId(1);
    let listed = Listing { pictures: vec![picture(1), picture(2)], ..listing(lot, 50_000) };
    engine.list(listed).await.expect("is listed");
    let change = async |before: &[u128], after: &[u128], at: i64| {
        let pictures = |ids: &[u128]| ids.iter().copied().map(picture).collect::<Vec<_>>();
        let (before, after) = (pictures(before), pictures(after));
        let change = ImagesChange { of: ImagesOf::Lot(lot), before, after, at: Time(at) };
        store.change_images(change, None).await.expect("answers")
    };
    assert_eq!(change(&[1], &[], 1_000).await, None, "another picture has come");
    assert_eq!(change(&[1, 3], &[1], 1_000).await, None, "it has another picture");
    assert_eq!(change(&[1, 2], &[2, 3, 1], 1_000).await, Some(Done::Now));
    let images = || async { store.lot(lot).await.expect("answers").expect("is there").images };
    assert_eq!(images().await, [picture(2), picture(3), picture(1)]);
    assert_eq!(change(&[1, 2, 3], &[], i64::MAX).await, None, "it has ended");
    engine.submit(bid(lot, 20, 5_000, None, None)).await.expect("is taken");
    assert_eq!(change(&[1, 2, 3], &[], 1_000).await, None, "it has a bid");
    assert_eq!(images().await.len(), 3);
    let used = store.pictures_in_use(&[1, 9]).await.expect("answers");
    assert_eq!(used.into_iter().collect::<Vec<_>>(), [1]);
}
