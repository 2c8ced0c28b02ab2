//! What the bus did not bring, read from the database: where changes came that follow others which did
//! not, where a lot was not listened to until now, where the bus was away, and every second in any case.

use super::hub::{Doubted, broadcast};
use crate::bus::{Note, UNHEARD_FOR};
use crate::house::{App, House};
use crate::told::{LATE_MS, tell_of_late};
use crate::view;
use gavel_domain::{LotId, UserId};
use gavel_engine::ports::{Change, StoreError};
use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often all that is listened to is looked at.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// How long what is on its way may take before it is looked for.
const GRACE: Duration = Duration::from_millis(50);
/// Users whose sockets look at a time whether their sessions stand, and how often that is done.
const RECHECKED_MAX: usize = 100;
const RECHECK_EVERY: Duration = Duration::from_millis(100);
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
    let (mut known, mut again) = (Known::default(), Doubted::default());
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
                known.all_were_heard = false;
                None
            }
            _ = sweeps.tick() => None,
        };
        let Some(house) = house.upgrade() else { return };
        let outcome = async {
            let sweeps = doubted.is_none();
            again.add(doubted.unwrap_or_default());
            // What could not be read is looked at again with the next sweep.
            look_at(&house, &mut again).await?;
            if sweeps { sweep(&house, &mut known).await } else { Ok(()) }
        };
        if let Err(error) = outcome.await {
            tracing::warn!(%error, "listeners wait for what other servers did");
        }
    }
}

/// What the last sweep knew.
#[derive(Default)]
struct Known {
    /// Whether the bus was there, and every other server of the house.
    all_were_heard: bool,
    /// Whether sessions may have ended of which nobody heard here.
    to_recheck: bool,
    /// Where all sockets are made to look whether theirs stand.
    rechecks: Option<JoinHandle<()>>,
}

/// Looks at everything that somebody listens to here.
async fn sweep(house: &App, known: &mut Known) -> Result<(), StoreError> {
    let all_are_heard = house.bus.as_ref().is_some_and(|bus| {
        let (server, open) = (house.server, house.hub.sockets());
        let (stays, at) = (house.keepers.stays(), bus.reached_at());
        bus.tell(Note::Sockets { server, open, stays, at });
        bus.is_up() && !house.keepers.misses_one()
    });
    let behind = behind(house, &house.hub.heads()).await?;
    if !behind.is_empty() {
        tokio::time::sleep(GRACE).await;
        fill(house, behind).await?;
    }
    if !known.all_were_heard || !all_are_heard {
        // Once more when all are there again: what was told just before did not come by the bus.
        let users = house.hub.users_here();
        tell_of_late(house, &users, house.now().plus_ms(-LATE_MS)).await?;
        (known.all_were_heard, known.to_recheck) = (all_are_heard, true);
    }
    // Once at a time: who flaps must not be asked for more than the database has room for.
    let is_done = known.rechecks.as_ref().is_none_or(JoinHandle::is_finished);
    if known.to_recheck && all_are_heard && is_done {
        known.to_recheck = false;
        let work = recheck(Arc::downgrade(house), house.hub.users_here());
        known.rechecks = Some(tokio::spawn(work));
    }
    Ok(())
}

/// Has the sockets of these users look whether their sessions still stand: some at a time, as each asks the
/// database.
async fn recheck(house: Weak<House>, users: Vec<UserId>) {
    for some in users.chunks(RECHECKED_MAX) {
        let Some(house) = house.upgrade() else { return };
        for user in some {
            house.sessions.forget(user.0);
            house.hub.recheck(*user);
        }
        drop(house);
        tokio::time::sleep(RECHECK_EVERY).await;
    }
}

/// Looks at what may have been missed, once what is on its way has had its time.
async fn look_at(house: &House, doubted: &mut Doubted) -> Result<(), StoreError> {
    if doubted.is_empty() {
        return Ok(());
    }
    tokio::time::sleep(GRACE).await;
    fill(house, behind(house, &house.hub.heads_of(&doubted.lots)).await?).await?;
    doubted.lots.clear();
    if !doubted.users.is_empty() {
        let users = doubted.users.iter().copied().collect::<Vec<_>>();
        tell_of_late(house, &users, house.now().plus_ms(-BEGUN_MS)).await?;
        doubted.users.clear();
    }
    Ok(())
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
