//! Delivers mail, at least once.

use super::letters::SETTINGS_PATH;
use super::mailer::Undelivered;
use super::{AFTER_FAILURE, Bells, next_look};
use crate::chance::chance;
use crate::house::House;
use futures_util::StreamExt;
use gavel_domain::Time;
use gavel_engine::ports::{Store as _, StoreError};
use gavel_store::Mail;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Mails that are taken at a time; after a crash, so many may go out twice.
const MAILS_MAX: u32 = 8;
/// Mails on their way at a time.
const AT_ONCE_MAX: usize = 4;
/// How long the mails are one server's that it has taken: longer than it may take to try them all.
const CLAIMED_MS: i64 = 300_000;
/// How long to leave the writer to the bids between two rounds.
const BREATH: Duration = Duration::from_millis(50);
/// The longest wait between two attempts.
const WAIT_MS_MAX: i64 = 3_600_000;
/// How long a mail is tried.
const TRIED_MS_MAX: i64 = 3 * 24 * 3_600_000;

/// Delivers as long as the house is open.
pub(super) async fn run(house: Weak<House>, bells: Arc<Bells>) {
    while let Some(house) = next_look(&bells.mail, BREATH, &house).await {
        let outcome = deliver_due(&house).await;
        drop(house);
        match outcome {
            // There may be more.
            Ok(true) => bells.ring_for_mail(),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "mails wait");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}

/// Tries the mails that are due; whether there were any.
async fn deliver_due(house: &House) -> Result<bool, StoreError> {
    let now = house.now();
    let due = house.store.mails_due(now, MAILS_MAX).await?;
    if due.is_empty() {
        return Ok(false);
    }
    // Another server delivers what it has taken.
    if house.store.is_shared()
        && !house.store.claim_mails(&due, now, now.plus_ms(CLAIMED_MS)).await?
    {
        return Ok(true);
    }
    let tried = futures_util::stream::iter(due).map(|mail| deliver(house, mail));
    let outcomes = tried.buffer_unordered(AT_ONCE_MAX).collect::<Vec<_>>().await;
    let (mut done, mut later) = (Vec::new(), Vec::new());
    for (id, again) in outcomes {
        match again {
            Some(at) => later.push((id, at)),
            None => done.push(id),
        }
    }
    house.store.mails_tried(&done, &later).await?;
    Ok(true)
}

/// Tries a mail; when it is to be tried again, if so.
async fn deliver(house: &House, mail: Mail) -> (u128, Option<Time>) {
    let outcome = house.outgoing.carry(&mail, &house.link(SETTINGS_PATH)).await;
    let (id, now) = (uuid::Uuid::from_u128(mail.id), house.now());
    let old = now.since_ms(mail.created_at) >= TRIED_MS_MAX;
    // What is logged names the mail, never its address.
    let again = match outcome {
        Ok(()) => None,
        Err(Undelivered::Refused(why)) => {
            tracing::warn!(mail = %id, why, "a mail was refused for good");
            None
        }
        Err(Undelivered::NotNow(why)) if old => {
            tracing::warn!(mail = %id, why, "a mail was given up after three days");
            None
        }
        Err(Undelivered::NotNow(why)) => {
            let wait_ms = wait_ms(house.outgoing.first_retry_ms, mail.attempts, chance());
            tracing::info!(mail = %id, attempts = mail.attempts + 1, why, wait_ms, "a mail waits");
            Some(now.plus_ms(wait_ms))
        }
    };
    (mail.id, again)
}

/// How long to wait after an attempt, `attempts` having been made before it: twice as long every
/// time, and up to a quarter more or less by `chance`, so that what failed together does not come
/// back together.
fn wait_ms(first_ms: i64, attempts: u32, chance: f64) -> i64 {
    let doubled = first_ms.saturating_mul(1 << attempts.min(20)).clamp(1, WAIT_MS_MAX);
    doubled * 3 / 4 + (doubled as f64 * chance / 2.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_come_twice_as_late_every_time_up_to_an_hour() {
        let middle = 0.5;
        let near = |ms: i64, wanted: i64| (ms - wanted).abs() <= 1;
        assert!(near(wait_ms(30_000, 0, middle), 30_000));
        assert!(near(wait_ms(30_000, 1, middle), 60_000));
        for attempts in [7, 40, u32::MAX] {
            let longest = wait_ms(30_000, attempts, 1.0);
            assert_eq!(longest, WAIT_MS_MAX * 5 / 4);
            assert_eq!(wait_ms(30_000, attempts, 0.0), WAIT_MS_MAX * 3 / 4);
        }
        assert!(wait_ms(i64::MAX, u32::MAX, 1.0) > 0);
    }
}
