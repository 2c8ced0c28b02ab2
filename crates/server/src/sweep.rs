//! Picture files that nobody needs any more.
//!
//! Taking a picture from a lot takes its row alone: another lot may have the same picture, and a
//! listing may break off between its files and its rows. What no row names is found here, by whichever
//! server looks first; another may be taking pictures at the same time, so age decides.

use crate::house::{App, House};
use crate::pictures::Away;
use std::collections::HashSet;
use std::sync::Weak;
use std::time::Duration;

/// A file that is younger may be that of a listing which is still being made, here or on another
/// server. By far longer than that can take: a clock that is set must not matter.
const AGE_MIN: Duration = Duration::from_secs(24 * 3600);
/// How often they are looked through.
const EVERY: Duration = Duration::from_secs(24 * 3600);
/// Files looked at in one go.
const PAGE: usize = 500;

/// Looks through the house's pictures now and once a day, as long as the house is open.
pub(crate) async fn daily(house: Weak<House>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(house) = house.upgrade() else { return };
        match sweep(&house).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "removed picture files that no lot names"),
            Err(error) => tracing::warn!(error, "cannot look through the pictures"),
        }
    }
}

/// Removes the files that no lot or draft names and that are a day old. Returns how many.
async fn sweep(house: &App) -> Result<u64, String> {
    let told = |error: Away| error.to_string();
    let unfinished = house.pictures.clear(AGE_MIN).await.map_err(told)?;
    // Both times are by the store's clock: the clocks of the servers that write there may differ.
    let now_s = house.pictures.claim().await.map_err(told)?;
    let removed = sweep_before(house, now_s.saturating_sub_unsigned(AGE_MIN.as_secs())).await;
    removed.map(|removed| removed + unfinished)
}

/// Removes the files that no lot or draft names and that were written until some time by the store's
/// clock, in seconds since 1970. Returns how many.
async fn sweep_before(house: &App, until_s: i64) -> Result<u64, String> {
    let (mut listing, mut removed) = (house.pictures.list(), 0);
    loop {
        let mut page = listing.more(PAGE).await.map_err(|error| error.to_string())?;
        if page.is_empty() {
            return Ok(removed);
        }
        page.retain(|file| file.written_s <= until_s);
        let pictures: HashSet<u128> = page.iter().map(|file| file.picture).collect();
        let pictures = pictures.into_iter().collect::<Vec<_>>();
        let used = house.store.pictures_in_use(&pictures).await.map_err(|e| e.to_string())?;
        page.retain(|file| !used.contains(&file.picture));
        removed += house.pictures.drop_listed(page).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::{Options, PeersListen, PicturesIn};
    use crate::media;
    use crate::pictures::{Form, name};
    use crate::told::MailSettings;
    use gavel_domain::{LotId, Time, UserId};
    use gavel_engine::Picture;
    use gavel_engine::memory::TestClock;
    use gavel_store::{NewAccount, NewDraft, Role};
    use std::fs::{File, FileTimes};
    use std::path::Path;
    use std::sync::Arc;

    fn age(path: &Path, by: Duration) {
        let file = File::options().write(true).open(path).expect("the file is there");
        let written = file.metadata().and_then(|data| data.modified()).expect("a time");
        file.set_times(FileTimes::new().set_modified(written - by)).expect("it can be set");
    }

    fn options(folder: &Path, pictures: PicturesIn) -> Options {
        Options {
            data_dir: folder.to_owned(),
            database_url: None,
            redis_url: None,
            peers_listen: PeersListen::default(),
            pictures,
            public_url: None,
            rate_limits: false,
            mail: MailSettings::default(),
        }
    }

    async fn keep(house: &App) -> Picture {
        let picture = media::Picture { full: vec![1], thumbnail: vec![2], width: 1, height: 1 };
        house.pictures.keep(house.new_id(), picture).await.expect("it is kept")
    }

    /// Somebody's draft with a picture.
    async fn draft(house: &App, picture: Picture) {
        let seller = UserId(house.new_id());
        let account = NewAccount {
            id: seller.0,
            email: "mae@example.org",
            display_name: "Mae",
            password_hash: "",
            role: Role::User,
            created_at: Time(0),
        };
        assert!(house.store.add_account(account).await.expect("the store answers"));
        let draft = NewDraft {
            id: LotId(house.new_id()),
            seller,
            request: "{}".to_owned(),
            images: vec![picture],
            at: Time(0),
        };
        house.store.add_draft(draft, 1, None).await.expect("the store answers");
    }

    #[tokio::test]
    async fn old_files_go_that_no_lot_or_draft_names() {
        let folder = tempfile::tempdir().expect("there is room for a house");
        let clock = Arc::new(TestClock::at(1_767_261_600_000));
        let house = House::open_with(options(folder.path(), PicturesIn::Folder), clock).await;
        let house = house.expect("the house opens");
        let (used, unused, young) = (keep(&house).await, keep(&house).await, keep(&house).await);
        draft(&house, used).await;
        let pictures = folder.path().join("pictures");
        let (part, other) = (pictures.join("x.part"), pictures.join("notes.txt"));
        for path in [&part, &other] {
            std::fs::write(path, "x").expect("it can be written");
            age(path, 2 * AGE_MIN);
        }
        for picture in [used, unused] {
            for form in [Form::Full, Form::Thumbnail] {
                age(&pictures.join(name(picture.id, form)), 2 * AGE_MIN);
            }
        }
        assert_eq!(sweep(&house).await, Ok(3));
        let there = |id| pictures.join(name(id, Form::Full)).exists();
        assert_eq!((there(used.id), there(unused.id), there(young.id)), (true, false, true));
        assert!(!part.exists() && other.exists());
        assert_eq!(sweep(&house).await, Ok(0));
    }

    /// A house with its pictures in a bucket; none where no `scripts/with-s3` has started a store.
    async fn with_bucket(folder: &Path) -> Option<App> {
        let endpoint = std::env::var("GAVEL_TEST_S3").ok()?;
        let settings = [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_ACCESS_KEY_ID", "gavel"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let url = format!("s3://gavel/sweep/{}", std::process::id());
        let clock = Arc::new(TestClock::at(1_767_261_600_000));
        let pictures = PicturesIn::Bucket { url, settings };
        let house = House::open_with(options(folder, pictures), clock).await;
        Some(house.expect("the house opens"))
    }

    #[tokio::test]
    async fn in_a_bucket_as_well_only_what_is_old_and_named_by_nobody_goes() {
        let folder = tempfile::tempdir().expect("there is room for a house");
        let Some(house) = with_bucket(folder.path()).await else { return };
        let (used, unused) = (keep(&house).await, keep(&house).await);
        draft(&house, used).await;
        // The store stamps files with whole seconds.
        let written_s = house.pictures.claim().await.expect("the store answers");
        while house.pictures.claim().await.expect("the store answers") <= written_s {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let young = keep(&house).await;
        assert_eq!(sweep(&house).await, Ok(0), "nothing is a day old");
        assert_eq!(sweep_before(&house, written_s).await, Ok(2));
        let there = async |picture: Picture| {
            let found = house.pictures.read(&name(picture.id, Form::Full)).await;
            found.expect("the store answers").is_some()
        };
        assert_eq!(
            (there(used).await, there(unused).await, there(young).await),
            (true, false, true)
        );
        assert_eq!(sweep_before(&house, written_s).await, Ok(0));
    }
}
