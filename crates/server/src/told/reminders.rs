//! Telling those who watch a lot that it ends soon.

use super::deliver::{Tell, pass_on};
use crate::house::House;
use gavel_domain::Time;
use gavel_engine::ports::StoreError;
use gavel_store::{LotBrief, NoticeKind, Reminder, SOON_MS, Told};
use std::collections::HashSet;

/// How long before its end who began to watch later than that is told.
const VERY_SOON_MS: i64 = 2 * 60_000;
/// Reminders in a transaction.
const REMINDERS_MAX: u32 = 200;

/// When somebody who begins to watch a lot now is to be told that it ends soon; never, where it
/// ends too soon for that.
pub(crate) fn remind_at(ends_at: Time, now: Time) -> Option<Time> {
    let times = [ends_at.plus_ms(-SOON_MS), ends_at.plus_ms(-VERY_SOON_MS)];
    times.into_iter().find(|at| *at > now)
}

/// Tells whose time has come; whether there were any.
pub(super) async fn remind(house: &House) -> Result<bool, StoreError> {
    let now = house.now();
    let due = house.store.reminders_due(now, REMINDERS_MAX).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let lots = due.iter().map(|reminder| reminder.lot).collect::<HashSet<_>>();
    let lots = house.store.lots_in_brief(&lots.into_iter().collect::<Vec<_>>()).await?;
    let (mut tells, mut told) = (Vec::new(), Told::default());
    for reminder in due {
        let next = match lots.get(&reminder.lot) {
            Some(lot) => decide(&reminder, lot, now),
            None => Next::Nothing,
        };
        if let Next::Tell(amount) = next {
            tells.push(Tell {
                to: reminder.user,
                kind: NoticeKind::EndingSoon,
                lot: reminder.lot,
                amount: Some(amount),
                reason: None,
                at: now,
            });
        }
        let later = if let Next::Later(at) = next { Some(at) } else { None };
        told.reminded.push((reminder, later));
    }
    pass_on(house, tells, &lots, told).await?;
    Ok(true)
}

enum Next {
    Tell(gavel_domain::Money),
    Later(Time),
    Nothing,
}

fn decide(reminder: &Reminder, lot: &LotBrief, now: Time) -> Next {
    let left_ms = lot.ends_at.since_ms(now);
    if !lot.active || left_ms <= 0 || reminder.user == lot.seller {
        Next::Nothing
    } else if left_ms > SOON_MS {
        // Its end was moved since.
        Next::Later(lot.ends_at.plus_ms(-SOON_MS))
    } else {
        Next::Tell(lot.price)
    }
}
