//! Picture files that nobody needs any more.
//!
//! Taking a picture from a lot takes its row alone: another lot may have the same picture, and a
//! listing may break off between its files and its rows. What no row names is found here.

use crate::house::{App, House};
use crate::pictures::Leftover;
use std::collections::HashSet;
use std::sync::Weak;
use std::time::Duration;

/// A file that is younger may be that of a listing which is still being made.
const AGE_MIN: Duration = Duration::from_secs(24 * 3600);
/// How often the folder is looked through.
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
    let at = house.clone();
    let open = move || at.pictures.leftovers(AGE_MIN).map_err(|error| error.to_string());
    let mut leftovers = blocking(open).await??;
    let mut removed = 0;
    loop {
        let (rest, page) = blocking(move || {
            let page = leftovers.more(PAGE);
            (leftovers, page)
        })
        .await?;
        leftovers = rest;
        if page.is_empty() {
            return Ok(removed);
        }
        let pictures: HashSet<u128> = page.iter().filter_map(|file| file.picture).collect();
        let pictures = pictures.into_iter().collect::<Vec<_>>();
        let used = house.store.pictures_in_use(&pictures).await.map_err(|e| e.to_string())?;
        removed += blocking(move || remove(&page, &used)).await?;
    }
}

fn remove(files: &[Leftover], used: &HashSet<u128>) -> u64 {
    let unused = files.iter().filter(|file| file.picture.is_none_or(|id| !used.contains(&id)));
    unused
        .map(|file| match file.remove() {
            Ok(()) => 1,
            Err(error) => {
                tracing::warn!(%error, "a picture file cannot be removed");
                0
            }
        })
        .sum()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::Options;
    use crate::media::Picture;
    use crate::pictures::{Form, name};
    use crate::told::MailSettings;
    use gavel_domain::{LotId, Time, UserId};
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

    #[tokio::test]
    async fn old_files_go_that_no_lot_or_draft_names() {
        let folder = tempfile::tempdir().expect("there is room for a house");
        let options = Options {
            data_dir: folder.path().to_owned(),
            database_url: None,
            public_url: None,
            rate_limits: false,
            mail: MailSettings::default(),
        };
        let clock = Arc::new(TestClock::at(1_767_261_600_000));
        let house = House::open_with(options, clock).await.expect("the house opens");
        let picture = Picture { full: vec![1], thumbnail: vec![2], width: 1, height: 1 };
        let keep = || house.pictures.keep(house.new_id(), &picture).expect("it is kept");
        let (used, unused, young) = (keep(), keep(), keep());
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
            images: vec![used],
            at: Time(0),
        };
        house.store.add_draft(draft, 1, None).await.expect("the store answers");
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
}
