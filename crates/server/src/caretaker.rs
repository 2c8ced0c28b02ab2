//! What has to be done from time to time.

use crate::house::House;
use std::sync::Weak;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(1);
/// How often it is done on end where there is more to do.
const ROUNDS_MAX: usize = 20;

/// Looks after a house as long as it is open.
pub(crate) async fn look_after(house: Weak<House>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(house) = house.upgrade() else { return };
        for _ in 0..ROUNDS_MAX {
            match house.store.tidy(house.now()).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "cannot tidy the listings");
                    break;
                }
            }
        }
    }
}
