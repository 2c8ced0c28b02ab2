//! Turns the outbox into notifications and mails.

use super::deliver::{Tell, pass_on};
use super::{AFTER_FAILURE, Bells, next_look, reminders};
use crate::house::House;
use gavel_domain::{LotId, UserId};
use gavel_engine::ports::{News, Store as _, StoreError, Telling};
use gavel_store::{Announced, Announcement, LotBrief, NoticeKind, Told};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::Instant;

/// Batches that are read at a time, and after which no further one is taken into a transaction.
const BATCHES_AT_ONCE: u32 = 200;
const BATCHES_MAX: usize = 1_000;
/// People to be told after which no further batch is taken into a transaction.
const TELLS_MAX: usize = 1_000;
/// The same where one connection writes: bids wait for it meanwhile.
const BATCHES_MAX_ALONE: usize = 200;
const TELLS_MAX_ALONE: usize = 200;
/// Accounts that an announcement reaches in a transaction.
const AUDIENCE_MAX: u32 = 200;
/// How long to wait for more once there is something, and between two rounds: of a duel only its
/// last blow is told, and telling leaves the writer to the bids for most of the time.
const GATHER: Duration = Duration::from_millis(200);
/// Where a round takes long, the next waits for so many times as long, but no more than this: then bids need
/// the machine.
const REST_FACTOR: u32 = 9;
const REST_MAX: Duration = Duration::from_secs(1);

/// Tells as long as the house is open.
pub(super) async fn run(house: Weak<House>, bells: Arc<Bells>) {
    let mut gather = GATHER;
    while let Some(house) = next_look(&bells.news, gather, &house).await {
        let begun = Instant::now();
        let outcome = tell_some(&house).await;
        drop(house);
        gather = (begun.elapsed() * REST_FACTOR).clamp(GATHER, REST_MAX);
        match outcome {
            // There may be more.
            Ok(Some(true)) => bells.news.notify_one(),
            Ok(Some(false)) => {}
            // Its rest is not to be used by this one.
            Ok(None) => gather = REST_MAX,
            Err(error) => {
                tracing::warn!(%error, "people wait to be told");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}

/// Tells some of all that is to be told; whether there was anything, or nothing where another server is
/// telling.
async fn tell_some(house: &House) -> Result<Option<bool>, StoreError> {
    // Whoever has the right tells of everything, and looks again soon.
    let Some(teller) = house.store.teller().await? else { return Ok(None) };
    let outcome = tell_all(house).await;
    teller.end().await;
    outcome.map(Some)
}

async fn tell_all(house: &House) -> Result<bool, StoreError> {
    let told = empty_outbox(house).await?;
    let announced = announce(house).await?;
    let reminded = reminders::remind(house).await?;
    Ok(told || announced || reminded)
}

/// Tells what the oldest batches of the outbox hold; whether there were any.
async fn empty_outbox(house: &House) -> Result<bool, StoreError> {
    let (batches_max, tells_max) = match house.store.is_shared() {
        true => (BATCHES_MAX, TELLS_MAX),
        false => (BATCHES_MAX_ALONE, TELLS_MAX_ALONE),
    };
    let (mut batches, mut taken) = (Vec::new(), 0);
    while taken == batches.len() && taken < batches_max {
        let after = batches.last().map_or(0, |(position, _)| *position);
        let more = house.store.outbox(after, BATCHES_AT_ONCE).await?;
        if more.is_empty() {
            break;
        }
        batches.extend(more);
        taken = together(&batches, tells_max);
    }
    batches.truncate(taken);
    if batches.is_empty() {
        return Ok(false);
    }
    let lots = batches.iter().flat_map(|(_, batch)| batch.iter().map(|telling| telling.lot));
    let lots = lots.collect::<HashSet<_>>().into_iter().collect::<Vec<_>>();
    let lots = house.store.lots_in_brief(&lots).await?;
    let decided = decide(&batches, &lots);
    let told = Told {
        outbox: batches.iter().map(|(position, _)| *position).collect(),
        announce: decided.announce,
        ..Told::default()
    };
    pass_on(house, decided.tells, &lots, told).await?;
    Ok(true)
}

/// How many batches go into a transaction: one at least.
fn together(batches: &[(u64, Vec<Telling>)], most: usize) -> usize {
    let (mut outbid, mut others) = (HashSet::new(), 0);
    let full = batches.iter().position(|(_, batch)| {
        for telling in batch {
            match telling.news {
                News::Outbid { user, .. } => drop(outbid.insert((user, telling.lot))),
                News::Sold { .. } | News::Unsold | News::Cancelled { .. } => others += 2,
            }
        }
        outbid.len() + others >= most
    });
    full.map_or(batches.len(), |last| last + 1)
}

#[derive(Default)]
struct Decided {
    tells: Vec<Tell>,
    announce: Vec<(u64, Announcement)>,
}

/// Who is to be told what of some batches, given how their lots stand now.
fn decide(batches: &[(u64, Vec<Telling>)], lots: &HashMap<LotId, LotBrief>) -> Decided {
    let mut decided = Decided::default();
    // Of being outbid again and again only the last time.
    let mut outbid: HashMap<(UserId, LotId), usize> = HashMap::new();
    for (position, telling) in
        batches.iter().flat_map(|(position, batch)| batch.iter().map(move |one| (position, one)))
    {
        let Some(lot) = lots.get(&telling.lot) else { continue };
        let tell = |to, kind, amount| Tell {
            to,
            kind,
            lot: telling.lot,
            amount,
            reason: None,
            at: telling.at,
        };
        match &telling.news {
            News::Outbid { user, max, price } => {
                let kind = if max.is_some() { NoticeKind::MaxReached } else { NoticeKind::Outbid };
                let tell = tell(*user, kind, Some(*price));
                match outbid.get(&(*user, telling.lot)) {
                    Some(before) => decided.tells[*before] = tell,
                    None => {
                        outbid.insert((*user, telling.lot), decided.tells.len());
                        decided.tells.push(tell);
                    }
                }
            }
            News::Sold { to, price } => {
                decided.tells.push(tell(*to, NoticeKind::Won, Some(*price)));
                decided.tells.push(tell(lot.seller, NoticeKind::Sold, Some(*price)));
            }
            News::Unsold => {
                decided.tells.push(tell(lot.seller, NoticeKind::Unsold, None));
                // Who led below the reserve waits for the end too; the amount tells theirs from the seller's.
                let led =
                    lot.leader.map(|leader| tell(leader, NoticeKind::Unsold, Some(lot.price)));
                decided.tells.extend(led);
            }
            News::Cancelled { by, reason } => {
                if *by != Some(lot.seller) {
                    let news = tell(lot.seller, NoticeKind::Cancelled, None);
                    decided.tells.push(Tell { reason: reason.clone(), ..news });
                }
                let news = Announcement {
                    lot: telling.lot,
                    by: *by,
                    reason: reason.clone(),
                    at: telling.at,
                    told_up_to: 0,
                };
                decided.announce.push((*position, news));
            }
        }
    }
    // Who leads again need not hear that they did not.
    decided.tells.retain(|tell| {
        let leads = lots.get(&tell.lot).is_some_and(|lot| lot.leader == Some(tell.to));
        !(leads && tell.kind.is_outbid())
    });
    decided
}

/// Takes the oldest announcement one page further; whether there was one.
async fn announce(house: &House) -> Result<bool, StoreError> {
    let Some((position, news)) = house.store.announcement().await? else { return Ok(false) };
    let audience = house.store.audience(news.lot, news.told_up_to, AUDIENCE_MAX).await?;
    let lots = house.store.lots_in_brief(&[news.lot]).await?;
    let seller = lots.get(&news.lot).map(|lot| lot.seller);
    let knows = |user: &UserId| Some(*user) == news.by || Some(*user) == seller;
    let last = audience.last().map(|user| user.0);
    let tell = |to| Tell {
        to,
        kind: NoticeKind::Cancelled,
        lot: news.lot,
        amount: None,
        reason: news.reason.clone(),
        at: news.at,
    };
    let page_was_full = audience.len() == AUDIENCE_MAX as usize;
    let step = Announced {
        position,
        lot: news.lot,
        from: news.told_up_to,
        to: last.filter(|_| page_was_full),
    };
    let tells = audience.into_iter().filter(|user| !knows(user)).map(tell).collect();
    pass_on(house, tells, &lots, Told { announced: Some(step), ..Told::default() }).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gavel_domain::{Money, Time};

    fn money(major: f64) -> Money {
        Money::from_major(major).expect("money")
    }

    fn lots(leader: u128) -> HashMap<LotId, LotBrief> {
        let brief = LotBrief {
            title: "Clock".to_owned(),
            seller: UserId(1),
            leader: Some(UserId(leader)),
            active: true,
            ends_at: Time(1_000),
            price: money(10.0),
        };
        [(LotId(5), brief)].into()
    }

    fn outbid(user: u128, at: i64, max: Option<f64>) -> Telling {
        let news =
            News::Outbid { user: UserId(user), max: max.map(money), price: money(at as f64) };
        Telling { lot: LotId(5), at: Time(at), news }
    }

    #[test]
    fn of_a_duel_only_the_last_blow_is_told_and_only_to_who_lost() {
        let duel = vec![
            (1, vec![outbid(2, 10, None), outbid(3, 11, None), outbid(2, 12, Some(11.0))]),
            (2, vec![outbid(3, 13, None)]),
        ];
        let decided = decide(&duel, &lots(3));
        let told = decided.tells.iter().map(|tell| (tell.to.0, tell.kind, tell.at.0));
        assert_eq!(told.collect::<Vec<_>>(), [(2, NoticeKind::MaxReached, 12)]);
    }

    #[test]
    fn who_takes_a_lot_back_is_not_told_so() {
        let taken_back = |by: u128| {
            let news = News::Cancelled { by: Some(UserId(by)), reason: None };
            let batch = (1, vec![Telling { lot: LotId(5), at: Time(1), news }]);
            let decided = decide(&[batch], &lots(2));
            assert_eq!(decided.announce.len(), 1);
            decided.tells.iter().map(|tell| tell.to.0).collect::<Vec<_>>()
        };
        assert_eq!(taken_back(1), [0; 0]);
        assert_eq!(taken_back(9), [1]);
    }
}
