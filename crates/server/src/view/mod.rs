//! What the house knows, as somebody may see it.

pub(crate) mod notices;
pub(crate) mod people;
mod selling;

use crate::house::House;
use crate::pictures::{self, Form};
use crate::sessions::Member;
use gavel_domain::{Event, Lot, LotId, Money, Refusal, Status, Terms, Time, UserId};
use gavel_engine::Record;
use gavel_engine::chain::{HouseKey, hex, prove};
use gavel_engine::ports::{Change, StoreError};
use gavel_store::{Account, HistoryRow, LotRow, Role};
use gavel_wire as wire;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// An identity as clients see it.
pub(crate) fn id(id: u128) -> Uuid {
    Uuid::from_u128(id)
}

/// An amount as clients see it.
pub(crate) fn price(money: Money) -> wire::Price {
    wire::Price(money.minor())
}

/// A moment as clients see it.
pub(crate) fn time(time: Time) -> wire::Timestamp {
    wire::Timestamp(time.0)
}

/// A user, for themselves.
pub(crate) fn user(account: &Account) -> wire::User {
    wire::User {
        id: id(account.id),
        email: account.email.clone(),
        display_name: account.display_name.clone(),
        role: people::role(account.role),
        created_at: time(account.created_at),
    }
}

/// The code of a refusal.
pub(crate) fn refusal_code(refusal: Refusal) -> wire::ErrorCode {
    use wire::ErrorCode as Code;
    match refusal {
        Refusal::Amount(_)
        | Refusal::MaxAmount(_)
        | Refusal::MaxBelowAmount
        | Refusal::SellerMayNotBid => Code::ValidationError,
        Refusal::NotStarted => Code::AuctionNotStarted,
        Refusal::Ended => Code::AuctionEnded,
        Refusal::Banned => Code::UserBanned,
        Refusal::MaxNotRaised => Code::MaxNotRaised,
        Refusal::TooLow { .. } => Code::BidTooLow,
        Refusal::NoAutoBid => Code::NotFound,
        Refusal::HasBids => Code::AuctionHasBids,
        Refusal::Forbidden => Code::Forbidden,
        Refusal::NotDue => Code::NotDue,
        Refusal::EndNotLater | Refusal::StartFixed => Code::ValidationError,
    }
}

/// The public name that goes with an alias: "Bidder" and five letters and digits of it.
pub(crate) fn public_name(alias: Uuid) -> String {
    // Crockford's alphabet has no letters that are taken for digits.
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = alias.as_u128() >> 64;
    let letter = |place: u32| ALPHABET[(bits >> (place * 5)) as usize & 31] as char;
    let name: String = (0..5).map(|place| letter(6 + place)).collect();
    format!("Bidder {name}")
}

/// Where a lot is in its life.
pub(crate) fn status(lot: &Lot, now: Time) -> wire::AuctionStatus {
    match lot.status() {
        Status::Active if now < lot.terms().starts_at => wire::AuctionStatus::Scheduled,
        Status::Active => wire::AuctionStatus::Active,
        Status::Sold => wire::AuctionStatus::Sold,
        Status::Unsold => wire::AuctionStatus::Unsold,
        Status::Cancelled => wire::AuctionStatus::Cancelled,
    }
}

impl House {
    /// Lots, as a viewer may see them.
    pub(crate) async fn show_lots(
        &self,
        rows: Vec<LotRow>,
        viewer: Option<&Member>,
    ) -> Result<Vec<wire::Auction>, StoreError> {
        let contacts = self.contacts(&rows, viewer).await?;
        let lots = rows.iter().map(|row| row.id).collect::<Vec<_>>();
        let (bid_on, watched) = match viewer.map(|viewer| UserId(viewer.id)) {
            Some(viewer) => (
                self.store.bid_on(viewer, &lots).await?,
                self.store.watched_among(viewer, &lots).await?,
            ),
            None => (HashSet::new(), HashSet::new()),
        };
        let now = self.now();
        let show = |row: LotRow| {
            let (lot, has_bid) = (row.id, bid_on.contains(&row.id));
            let mut shown =
                self.show_lot(row, viewer.map(|viewer| (viewer, has_bid)), &contacts, now);
            if let Some(viewer) = &mut shown.viewer {
                viewer.is_watching = watched.contains(&lot);
            }
            shown
        };
        Ok(rows.into_iter().map(show).collect())
    }

    /// The buyers of what a viewer has sold, and the sellers of what they have bought.
    async fn contacts(
        &self,
        rows: &[LotRow],
        viewer: Option<&Member>,
    ) -> Result<HashMap<u128, Account>, StoreError> {
        let Some(viewer) = viewer else { return Ok(HashMap::new()) };
        let sold = rows.iter().filter(|row| row.lot.status() == Status::Sold);
        let others = sold.filter_map(|row| {
            let (seller, buyer) = (row.lot.terms().seller.0, row.lot.standing()?.leader.0);
            match viewer.id {
                me if me == seller => Some(buyer),
                me if me == buyer => Some(seller),
                _ => None,
            }
        });
        self.store.accounts(&others.collect::<Vec<_>>()).await
    }

    fn show_lot(
        &self,
        row: LotRow,
        viewer_has_bid: Option<(&Member, bool)>,
        contacts: &HashMap<u128, Account>,
        now: Time,
    ) -> wire::Auction {
        let viewer = viewer_has_bid.map(|(viewer, _)| viewer);
        let (lot, terms) = (&row.lot, row.lot.terms());
        let leader = lot.standing().map(|standing| standing.leader);
        let alias = leader.map(|leader| self.key.alias(row.id, leader));
        let is_seller = viewer.is_some_and(|viewer| UserId(viewer.id) == terms.seller);
        let sees_reserve = is_seller || viewer.is_some_and(|viewer| viewer.role == Role::Admin);
        // Only once it is sold: of other lots, the same people may know each other already.
        let buyer = leader.filter(|_| lot.status() == Status::Sold);
        let winner = buyer.filter(|_| is_seller).and_then(|buyer| contacts.get(&buyer.0));
        let is_buyer = viewer.is_some_and(|viewer| buyer == Some(UserId(viewer.id)));
        let seller = contacts.get(&terms.seller.0).filter(|_| is_buyer);
        wire::Auction {
            id: id(row.id.0),
            seller_id: id(terms.seller.0),
            seller_name: row.seller_name,
            title: row.title,
            description: row.description,
            category: row.category,
            starting_price: price(terms.starting_price),
            current_bid: price(lot.current_bid()),
            current_bidder_id: alias,
            current_bidder_name: alias.map(public_name),
            reserve_price: terms.reserve.filter(|_| sees_reserve).map(price),
            has_reserve: terms.reserve.is_some(),
            reserve_met: lot.reserve_met(),
            bid_increment: price(terms.increments.at(lot.current_bid())),
            minimum_bid: price(lot.minimum_bid()),
            bid_count: lot.bid_count(),
            status: status(lot, now),
            start_time: time(terms.starts_at),
            end_time: time(lot.ends_at()),
            original_end_time: time(terms.ends_at),
            snipe_window_seconds: u32::try_from(terms.snipe_window_ms / 1_000).unwrap_or(0),
            created_at: time(row.created_at),
            updated_at: time(row.head.changed_at),
            images: images(row.id, &row.images),
            watcher_count: row.watchers,
            seq: row.head.seq,
            winner: winner.map(|account| wire::Winner {
                display_name: account.display_name.clone(),
                email: account.email.clone(),
            }),
            seller_contact: seller.map(|account| wire::SellerContact {
                display_name: account.display_name.clone(),
                email: account.email.clone(),
            }),
            viewer: viewer_has_bid
                .map(|(viewer, has_bid)| self.show_viewer(row.id, lot, viewer, has_bid)),
        }
    }

    fn show_viewer(&self, id: LotId, lot: &Lot, viewer: &Member, has_bid: bool) -> wire::Viewer {
        let me = UserId(viewer.id);
        let leading = lot.standing().filter(|standing| standing.leader == me);
        wire::Viewer {
            bidder_id: self.key.alias(id, me),
            is_seller: lot.terms().seller == me,
            is_watching: false,
            has_bid,
            has_auto_bid: lot.status() == Status::Active
                && leading.is_some_and(|standing| standing.auto),
            is_highest_bidder: leading.is_some(),
            max_amount: leading.map(|standing| price(standing.ceiling)),
        }
    }
}

/// The pictures of a lot, as clients see them.
pub(crate) fn images(lot: LotId, images: &[gavel_engine::Picture]) -> Vec<wire::AuctionImage> {
    let show = |(order, image): (usize, &gavel_engine::Picture)| wire::AuctionImage {
        id: id(image.id),
        auction_id: id(lot.0),
        url: format!("/media/{}", pictures::name(image.id, Form::Full)),
        thumbnail_url: format!("/media/{}", pictures::name(image.id, Form::Thumbnail)),
        display_order: u32::try_from(order).unwrap_or(u32::MAX),
    };
    images.iter().enumerate().map(show).collect()
}

/// The answer to a bid, made of its record alone: the same at every time.
pub(crate) fn placed(record: &Record) -> wire::PlaceBidResponse {
    let leads = record.leader.is_some() && record.leader == record.by;
    wire::PlaceBidResponse {
        bid_id: id(record.id),
        status: wire::BidOutcome::Accepted,
        final_amount: price(record.price),
        is_highest_bidder: leads,
        message: if record.event.is_silent() {
            "Your maximum is set. You are still the highest bidder."
        } else if leads {
            "You are the highest bidder."
        } else {
            "Your bid is in, but another bidder's maximum is higher."
        }
        .to_owned(),
        auction_end_time: time(record.ends_at),
        current_bid: price(record.price),
        bid_count: record.bid_count,
        minimum_bid: wire::Price(record.minimum_minor),
        seq: record.seq,
    }
}

/// The answer to an auto-bid, made of its record alone.
pub(crate) fn auto_bid_set(key: &HouseKey, record: &Record) -> Option<wire::SetAutoBidResponse> {
    let by = record.by?;
    let (max, auto) = match &record.event {
        Event::Bid(bid) => (bid.max?, bid.standing.auto),
        Event::CeilingSet { ceiling, auto } => (*ceiling, *auto),
        _ => return None,
    };
    Some(wire::SetAutoBidResponse {
        auto_bid_id: key.auto_bid_id(record.lot, by),
        current_bid: price(record.price),
        max_amount: price(max),
        is_active: auto && record.leader == Some(by),
    })
}

/// A row of a lot's history.
pub(crate) fn bid(key: &HouseKey, row: &HistoryRow, viewer: Option<&Member>) -> wire::Bid {
    let record = &row.record;
    let alias = key.alias(record.lot, row.step.who);
    let own = viewer.is_some_and(|viewer| UserId(viewer.id) == row.step.who);
    let in_charge = viewer.is_some_and(|viewer| viewer.role == Role::Admin);
    let max = match &record.event {
        Event::Bid(bid) if own && record.by == Some(row.step.who) => bid.max,
        _ => None,
    };
    wire::Bid {
        id: id(row.id),
        auction_id: id(record.lot.0),
        bidder_id: alias,
        bidder_name: public_name(alias),
        bidder_user_id: in_charge.then(|| id(row.step.who.0)),
        amount: price(row.step.amount),
        max_amount: max.map(price),
        is_proxy_bid: row.step.auto,
        is_winning: row.last,
        created_at: time(record.at),
    }
}

/// Whether the price has met the reserve after a record.
pub(crate) fn reserve_met(terms: &Terms, record: &Record) -> bool {
    terms.reserve.is_none_or(|reserve| record.leader.is_some() && record.price >= reserve)
}

/// An entry of a lot's log; `lot` gives the terms.
pub(crate) fn log_event(
    key: &HouseKey,
    lot: &Lot,
    record: &Record,
    before: &[u8; 32],
) -> wire::LogEvent {
    let reserve_met = reserve_met(lot.terms(), record);
    let proof = prove(key, record, reserve_met, before);
    let silent = record.event.is_silent();
    let step = |step: &gavel_domain::Step| wire::PublicStep {
        bidder_id: key.alias(record.lot, step.who),
        amount: price(step.amount),
        is_proxy_bid: step.auto,
    };
    wire::LogEvent {
        auction_id: id(record.lot.0),
        version: record.version,
        seq: (!silent).then_some(record.seq),
        kind: match &record.event {
            Event::Listed(_) => wire::EventKind::Listed,
            Event::Bid(_) => wire::EventKind::Bid,
            Event::CeilingSet { .. } => wire::EventKind::Sealed,
            Event::Sold => wire::EventKind::Sold,
            Event::Unsold => wire::EventKind::Unsold,
            Event::Cancelled => wire::EventKind::Cancelled,
            Event::Extended { .. } => wire::EventKind::Extended,
            Event::Revised(_) => wire::EventKind::Revised,
        },
        timestamp: (!silent).then(|| time(record.at)),
        // The stored hash, not one made for the occasion: who alters a row cannot alter it too.
        hash: hex(&record.hash),
        prev_hash: hex(before),
        sealed: proof.sealed.as_ref().map(|digest| hex(digest)),
        canonical: proof.canonical,
        price: (!silent).then(|| price(record.price)),
        leader: record.leader.filter(|_| !silent).map(|leader| key.alias(record.lot, leader)),
        steps: match &record.event {
            Event::Bid(bid) => bid.steps.rows().iter().map(step).collect(),
            _ => Vec::new(),
        },
    }
}

/// The public messages of a change, in order.
pub(crate) fn messages(key: &HouseKey, change: &Change) -> Vec<wire::WsMessage> {
    let record = &change.record;
    let message = |body| wire::WsMessage {
        auction_id: id(record.lot.0).to_string(),
        timestamp: time(record.at),
        seq: Some(record.seq),
        body,
    };
    let alias = record.leader.map(|leader| key.alias(record.lot, leader));
    let ended = |outcome, winner: Option<Uuid>| {
        wire::LiveData::AuctionEnded(wire::AuctionEndedData {
            final_amount: price(record.price),
            winner_id: winner,
            winner_name: winner.map(public_name),
            reserve_met: change.reserve_met,
            outcome,
        })
    };
    let bodies = match &record.event {
        // Who listens to a revised lot is sent the whole of it again.
        Event::Listed(_) | Event::Revised(_) | Event::CeilingSet { .. } => Vec::new(),
        Event::Extended { from, ends_at } => vec![extended(*from, *ends_at, None)],
        Event::Bid(bid) => bid_messages(change, bid, alias.unwrap_or_default()),
        Event::Sold => vec![ended(wire::Outcome::Sold, alias)],
        Event::Unsold => vec![ended(wire::Outcome::Unsold, None)],
        Event::Cancelled => vec![ended(wire::Outcome::Cancelled, None)],
    };
    bodies.into_iter().map(message).collect()
}

fn bid_messages(
    change: &Change,
    bid: &gavel_domain::BidPlaced,
    alias: Uuid,
) -> Vec<wire::LiveData> {
    let record = &change.record;
    let winning = bid.steps.winning();
    let update = wire::LiveData::BidUpdate(wire::BidUpdateData {
        bid_id: id(record.row_id(bid.steps.rows().len() - 1)),
        amount: price(winning.amount),
        bidder_id: alias,
        bidder_name: public_name(alias),
        bid_count: record.bid_count,
        is_proxy_bid: winning.auto,
        minimum_bid: wire::Price(record.minimum_minor),
        reserve_met: change.reserve_met,
        end_time: time(record.ends_at),
    });
    let extended = bid.extended_from.map(|from| extended(from, record.ends_at, Some(record.id)));
    std::iter::once(update).chain(extended).collect()
}

/// That an end moved; `by` is the bid that moved it, if one did.
fn extended(from: Time, to: Time, by: Option<u128>) -> wire::LiveData {
    wire::LiveData::AuctionExtended(wire::AuctionExtendedData {
        previous_end_time: time(from),
        new_end_time: time(to),
        reason: match by {
            Some(_) => wire::ExtensionReason::SnipeProtection,
            None => wire::ExtensionReason::Admin,
        },
        triggering_bid_id: by.map(id),
    })
}

/// The message to whoever lost the lead by a change, and had agreed to pay `ceiling`.
pub(crate) fn outbid(change: &Change, ceiling: Money) -> wire::WsMessage {
    let record = &change.record;
    let data = wire::OutbidNotificationData {
        auction_id: id(record.lot.0),
        auction_title: change.title.to_string(),
        new_amount: price(record.price),
        your_max_bid: price(ceiling),
        can_auto_bid: record.at < record.ends_at,
    };
    wire::WsMessage {
        auction_id: id(record.lot.0).to_string(),
        timestamp: time(record.at),
        seq: Some(record.seq),
        body: wire::LiveData::OutbidNotification(data),
    }
}

/// How the house does.
pub(crate) fn analytics(found: &gavel_store::Analytics, sockets: u64) -> wire::Analytics {
    let sum = |of: fn(&gavel_store::DaySums) -> u64| found.days.iter().map(of).sum::<u64>();
    let (sold, unsold) = (sum(|day| day.sold), sum(|day| day.unsold));
    let ended = sold + unsold;
    let day = |of: Option<&gavel_store::DaySums>| wire::Day(of.map_or(0, |sums| sums.day));
    wire::Analytics {
        from: day(found.days.first()),
        to: day(found.days.last()),
        totals: wire::AnalyticsTotals {
            new_users: sum(|day| day.new_users),
            auctions_created: sum(|day| day.created),
            sold,
            unsold,
            cancelled: sum(|day| day.cancelled),
            bids: sum(|day| day.bids),
            gross_sales: wire::Price(found.days.iter().map(|day| day.gross_minor).sum()),
            sell_through_rate: (ended > 0).then(|| sold as f64 / ended as f64),
            active_sockets: sockets,
            active_auctions: found.active,
        },
        days: found.days.iter().map(analytics_day).collect(),
        top_auctions: found.top_lots.iter().map(top_auction).collect(),
        top_categories: found.top_categories.iter().map(top_category).collect(),
    }
}

fn analytics_day(sums: &gavel_store::DaySums) -> wire::AnalyticsDay {
    wire::AnalyticsDay {
        date: wire::Day(sums.day),
        new_users: sums.new_users,
        auctions_created: sums.created,
        sold: sums.sold,
        unsold: sums.unsold,
        cancelled: sums.cancelled,
        bids: sums.bids,
        gross_sales: wire::Price(sums.gross_minor),
    }
}

fn top_auction(lot: &gavel_store::TopLot) -> wire::TopAuction {
    wire::TopAuction {
        id: id(lot.id.0),
        title: lot.title.clone(),
        hammer_price: price(lot.hammer_price),
        bid_count: lot.bid_count,
        ended_at: time(lot.ended_at),
    }
}

fn top_category(category: &gavel_store::TopCategory) -> wire::TopCategory {
    wire::TopCategory {
        slug: category.slug.clone(),
        name: category.name.clone(),
        sold: category.sold,
        gross_sales: wire::Price(category.gross_minor),
    }
}
