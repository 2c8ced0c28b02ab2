//! Carrying out that people are told: by their settings, in one transaction, then to their sockets.

use super::letters::letter;
use crate::house::House;
use crate::{view, view::notices};
use gavel_domain::{LotId, Money, Time, UserId};
use gavel_engine::ports::StoreError;
use gavel_store::{
    DbError, LotBrief, Mail, NewNotice, NoticeKind, NoticeRow, Recipient, Told, UnreadOutbid,
};
use gavel_wire::{LiveData, NotificationData, WsMessage};
use std::collections::{HashMap, HashSet};

/// Something that somebody is to be told.
#[derive(Clone, Debug)]
pub(super) struct Tell {
    pub(super) to: UserId,
    pub(super) kind: NoticeKind,
    pub(super) lot: LotId,
    pub(super) amount: Option<Money>,
    pub(super) reason: Option<String>,
    pub(super) at: Time,
}

/// How somebody's being told relates to what they have been told before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Standing {
    /// It is new to them.
    New,
    /// They have not read that they were outbid: that is brought up to date.
    Renews(u128),
    /// They have bid since they were told so: they have seen it, and this is new.
    Replaces(u128),
}

/// Tells people, and writes `told` with it; nothing, where another server was there first or something
/// was read meanwhile: all is to be decided anew then.
///
/// # Errors
/// The store is away; nothing is written then.
pub(super) async fn pass_on(
    house: &House,
    tells: Vec<Tell>,
    lots: &HashMap<LotId, LotBrief>,
    mut told: Told,
) -> Result<(), StoreError> {
    told.now = house.now();
    let users = tells.iter().map(|tell| tell.to.0).collect::<HashSet<_>>();
    let users = users.into_iter().collect::<Vec<_>>();
    let people = house.store.recipients(&users).await?;
    let outbids = tells.iter().filter(|tell| tell.kind.is_outbid());
    let outbids = outbids.map(|tell| (tell.to, tell.lot)).collect::<Vec<_>>();
    let unread = house.store.unread_outbids(&outbids).await?;
    let takes_mail = tells.is_empty() || house.store.takes_mail().await?;
    if !tells.is_empty() {
        house.bells.log_room(takes_mail);
    }
    for tell in &tells {
        let Some(person) = people.get(&tell.to.0) else { continue };
        let Some(lot) = lots.get(&tell.lot) else { continue };
        let standing = standing(house, tell, &unread);
        add_notice(house, &mut told, tell, person, standing);
        let mail = person.settings.of(tell.kind).mail && takes_mail;
        if mail && !matches!(standing, Standing::Renews(_)) {
            told.mails.push(mail_to(house, tell, person, &lot.title));
        }
    }
    let getting = told.new.iter().map(|notice| notice.user.0).collect::<HashSet<_>>();
    let getting = getting.into_iter().collect::<Vec<_>>();
    told.full = house.store.users_full_of_notices(&getting, most_for_one(&told.new)).await?;
    let (fresh, mails) = (heard(house, &told, lots), !told.mails.is_empty());
    match house.store.tell(told).await {
        Ok(()) => {}
        Err(DbError::Mismatch | DbError::Raced) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    if mails {
        house.bells.ring_for_mail();
    }
    push(house, fresh).await
}

fn standing(
    house: &House,
    tell: &Tell,
    unread: &HashMap<(UserId, LotId), UnreadOutbid>,
) -> Standing {
    let known = unread.get(&(tell.to, tell.lot)).filter(|_| tell.kind.is_outbid());
    let Some(known) = known else { return Standing::New };
    // The table of bidders follows the log by up to a second.
    let recent = house.engine.last_bid(tell.lot, tell.to).map(|bid| bid.at);
    if recent.max(known.bid_at).is_some_and(|bid_at| bid_at > known.at) {
        Standing::Replaces(known.id)
    } else {
        Standing::Renews(known.id)
    }
}

fn add_notice(house: &House, told: &mut Told, tell: &Tell, person: &Recipient, standing: Standing) {
    let notice = |id| NewNotice {
        id,
        user: tell.to,
        kind: tell.kind,
        lot: tell.lot,
        amount: tell.amount,
        reason: tell.reason.clone(),
        at: tell.at,
    };
    if let Standing::Replaces(old) = standing {
        told.read.push((tell.to, old));
    }
    match standing {
        Standing::Renews(id) => told.renewed.push(notice(id)),
        Standing::New | Standing::Replaces(_) if person.settings.of(tell.kind).app => {
            told.new.push(notice(house.new_id()));
        }
        Standing::New | Standing::Replaces(_) => {}
    }
}

fn mail_to(house: &House, tell: &Tell, person: &Recipient, title: &str) -> Mail {
    let reason = tell.reason.as_deref();
    let (subject, body) = letter(house, tell.kind, tell.lot, title, tell.amount, reason);
    Mail {
        id: house.new_id(),
        address: person.email.clone(),
        subject,
        body,
        created_at: house.now(),
        attempts: 0,
    }
}

/// The most that one user gets at once.
fn most_for_one(new: &[NewNotice]) -> usize {
    let mut counts: HashMap<UserId, usize> = HashMap::new();
    for notice in new {
        *counts.entry(notice.user).or_default() += 1;
    }
    counts.into_values().max().unwrap_or(0)
}

/// Those notifications whose owners may have a socket open.
fn heard(house: &House, told: &Told, lots: &HashMap<LotId, LotBrief>) -> Vec<(UserId, NoticeRow)> {
    let all = told.new.iter().chain(&told.renewed);
    let heard = all.filter(|notice| house.hub.may_hear(notice.user));
    let row = |notice: &NewNotice| NoticeRow {
        id: notice.id,
        kind: notice.kind,
        lot: notice.lot,
        title: lots.get(&notice.lot).map(|lot| lot.title.clone()).unwrap_or_default(),
        amount: notice.amount,
        reason: notice.reason.clone(),
        at: notice.at,
        read_at: None,
    };
    heard.map(|notice| (notice.user, row(notice))).collect()
}

/// Sends notifications to their owners' sockets, now that they are durable.
async fn push(house: &House, fresh: Vec<(UserId, NoticeRow)>) -> Result<(), StoreError> {
    let users = fresh.iter().map(|(user, _)| user.0).collect::<HashSet<_>>();
    let unread = house.store.unread_notices(&users.into_iter().collect::<Vec<_>>()).await?;
    for (user, row) in fresh {
        let message = message(house, &row, unread.get(&user.0).copied().unwrap_or(0));
        house.hub.tell_user(user, row.lot, (row.id, row.at.0), &message);
    }
    Ok(())
}

/// A notification, as its owner's sockets hear of it.
pub(super) fn message(house: &House, row: &NoticeRow, unread_count: u64) -> WsMessage {
    let notification = notices::notification(row);
    WsMessage {
        auction_id: view::id(row.lot.0).to_string(),
        timestamp: view::time(house.now()),
        seq: None,
        body: LiveData::Notification(NotificationData { notification, unread_count }),
    }
}
