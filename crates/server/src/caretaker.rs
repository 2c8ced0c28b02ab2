//! What has to be done from time to time.

use crate::house::House;
use std::sync::Weak;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(1);

/// Looks after a house as long as it is open.
pub(crate) async fn look_after(house: Weak<House>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(house) = house.upgrade() else { return };
        if let Err(error) = house.store.tidy(house.now()).await {
            tracing::warn!(%error, "cannot tidy the listings");
        }
    }
}
