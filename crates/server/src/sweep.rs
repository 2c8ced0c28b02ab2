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
