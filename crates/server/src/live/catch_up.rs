//! What the bus did not bring, read from the database: where changes came that follow others which did
//! not, where a lot was not listened to until now, where the bus was away, and every second in any case.

use super::hub::{Doubted, Hub, broadcast};
use crate::bus::{Note, UNHEARD_FOR};
use crate::house::House;
use crate::sessions::Sessions;
use crate::told::{LATE_MS, tell_of_late};
use crate::view;
use gavel_domain::{LotId, UserId};
use gavel_engine::ports::{Change, StoreError};
use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often all that is listened to is looked at.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// How long what is on its way may take before it is looked for.
const GRACE: Duration = Duration::from_millis(50);
/// Users whose sockets look at a time whether their sessions stand, and how often that is done.
const RECHECKED_MAX: usize = 100;
const RECHECK_EVERY: Duration = Duration::from_millis(50);
/// What is looked for of whoever has just begun to listen was written within so long, in milliseconds.
const BEGUN_MS: i64 = 1_500;
// It was not sent, as nobody listened, in the time before the look.
const _: () = assert!(UNHEARD_FOR.as_millis() + 2 * GRACE.as_millis() < BEGUN_MS as u128);
/// Lots that are looked at in a query.
const LOTS_MAX: usize = 2_000;
/// Entries of a lot's log that are made up for one by one; beyond, it is sent whole.
const ENTRIES_MAX: u32 = 64;

/// Makes up for what was missed, as long as the house is open.
pub(crate) async fn catch_up(house: Weak<House>) {
    let mut sweeps = tokio::time::interval(SWEEP_EVERY);
    sweeps.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut was_up = false;
    loop {
        // Who waits does not keep the house open.
        let Some((hub, bus)) = house.upgrade().map(|house| (house.hub.clone(), house.bus.clone()))
        else {
            return;
        };
        let back = async {
            match &bus {
                Some(bus) => bus.back().await,
                None => std::future::pending().await,
            }
        };
        let doubted = tokio::select! {
            doubted = hub.doubted() => Some(doubted),
            () = back => {
                // Others may still believe that nobody listens here.
                tokio::time::sleep(UNHEARD_FOR + GRACE).await;
                was_up = false;
                None
            }
            _ = sweeps.tick() => None,
        };
        let Some(house) = house.upgrade() else { return };
        let outcome = match doubted {
            Some(doubted) => look_at(&house, doubted).await,
            None => sweep(&house, &mut was_up).await,
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, "listeners wait for what other servers did");
        }
    }
}

/// Looks at everything that somebody listens to here.
async fn sweep(house: &House, was_up: &mut bool) -> Result<(), StoreError> {
    let is_up = house.bus.as_ref().is_some_and(|bus| {
        let (server, open) = (house.server, house.hub.sockets());
        let (stays, at) = (house.keepers.stays(), bus.reached_at());
        bus.tell(Note::Sockets { server, open, stays, at });
        bus.is_up()
    });
    let behind = behind(house, &house.hub.heads()).await?;
    if !behind.is_empty() {
        tokio::time::sleep(GRACE).await;
        fill(house, behind).await?;
    }
    // Once more when the bus is there again: what was told just before did not come by it.
    let stayed_up = std::mem::replace(was_up, is_up) && is_up;
    if stayed_up {
        return Ok(());
    }
    let users = house.hub.users_here();
    if is_up {
        // Sessions may have ended elsewhere meanwhile.
        tokio::spawn(recheck(house.hub.clone(), house.sessions.clone(), users.clone()));
    }
    tell_of_late(house, &users, house.now().plus_ms(-LATE_MS)).await
}

/// Has the sockets of these users look whether their sessions still stand: some at a time, as each asks the
/// database.
async fn recheck(hub: Hub, sessions: Arc<Sessions>, users: Vec<UserId>) {
    for some in users.chunks(RECHECKED_MAX) {
        for user in some {
            sessions.forget(user.0);
            hub.recheck(*user);
        }
        tokio::time::sleep(RECHECK_EVERY).await;
    }
}

/// Looks at what may have been missed, once what is on its way has had its time.
async fn look_at(house: &House, Doubted { lots, users }: Doubted) -> Result<(), StoreError> {
    tokio::time::sleep(GRACE).await;
    fill(house, behind(house, &house.hub.heads_of(lots)).await?).await?;
    if users.is_empty() {
        return Ok(());
    }
    let users = users.into_iter().collect::<Vec<_>>();
    tell_of_late(house, &users, house.now().plus_ms(-BEGUN_MS)).await
}

/// The lots among these of which more has happened than was told.
async fn behind(house: &House, heads: &[(LotId, u64)]) -> Result<BTreeSet<LotId>, StoreError> {
    let mut behind = BTreeSet::new();
    for lots in heads.chunks(LOTS_MAX) {
        let ids = lots.iter().map(|(lot, _)| *lot).collect::<Vec<_>>();
        let seqs = house.store.seqs(&ids).await?;
        let is_behind = |(lot, head): &&(LotId, u64)| seqs.get(lot).is_some_and(|seq| seq > head);
        behind.extend(lots.iter().filter(is_behind).map(|(lot, _)| *lot));
    }
    Ok(behind)
}

/// Tells what is missing of some lots, where it is still missing.
async fn fill(house: &House, lots: BTreeSet<LotId>) -> Result<(), StoreError> {
    for lot in lots {
        let Some(head) = house.hub.head(lot) else { continue };
        let Some(row) = house.store.lot(lot).await? else { continue };
        if row.head.seq <= head {
            continue;
        }
        metrics::counter!("gavel_bus_caught_up_total").increment(1);
        let (records, total) = house.store.log(lot, head, 1, ENTRIES_MAX).await?;
        if total > u64::from(ENTRIES_MAX) {
            house.hub.skip_to(lot, row.head.seq);
            continue;
        }
        let public = records.into_iter().filter(|(record, _)| !record.event.is_silent());
        let told = public.map(|(record, _)| {
            let change = Change {
                reserve_met: view::reserve_met(row.lot.terms(), &record),
                record: Arc::new(record),
                title: row.title.as_str().into(),
                // Who was outbid hears it with their notifications.
                outbid: None,
            };
            Note::Change(broadcast(&house.key, &change))
        });
        house.hub.hear(told.collect());
    }
    Ok(())
}
