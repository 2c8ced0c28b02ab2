use crate::{Increments, Money, MoneyError, Steps, Time};

/// Identity of a lot. Opaque here; the outside uses UUIDs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LotId(pub u128);

/// Identity of a user. Opaque here; the outside uses UUIDs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UserId(pub u128);

/// What the seller fixed when the lot was listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Who sells; may not bid.
    pub seller: UserId,
    /// The least first bid.
    pub starting_price: Money,
    /// Below this the lot is not sold. Secret.
    pub reserve: Option<Money>,
    /// By how much bids must rise.
    pub increments: Increments,
    /// From when bids are taken.
    pub starts_at: Time,
    /// The end that was announced; extensions are counted from here.
    pub ends_at: Time,
    /// A bid that changes price or leader with less than this left extends the lot to this much.
    pub snipe_window_ms: i64,
    /// How far beyond the announced end extensions may reach; without one there is no bound.
    pub snipe_cap_ms: Option<i64>,
}

/// Where a lot is in its life. What is still to start is [`Status::Active`] before its time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Listed, and not yet finished.
    Active,
    /// Ended with a buyer.
    Sold,
    /// Ended without one.
    Unsold,
    /// Taken back by the seller or an admin.
    Cancelled,
}

/// The leading bid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Who leads.
    pub leader: UserId,
    /// What they would pay now.
    pub price: Money,
    /// The most that they agreed to pay; never below the price. Secret.
    pub ceiling: Money,
    /// Whether they have an auto-bid. Secret until it answers.
    pub auto: bool,
}

/// A lot and how its sale stands: the fold of its events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lot {
    pub(crate) terms: Terms,
    pub(crate) status: Status,
    pub(crate) standing: Option<Standing>,
    pub(crate) bid_count: u32,
    pub(crate) ends_at: Time,
}

/// Something that happened to a lot. One command causes one event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The lot was put up for sale under these terms.
    Listed(Terms),
    /// A bid changed the price or the leader.
    Bid(BidPlaced),
    /// The leader raised, lowered or gave up their maximum; nobody else can see it.
    CeilingSet {
        /// The most that the leader agrees to pay from now on.
        ceiling: Money,
        /// Whether it is an auto-bid from now on.
        auto: bool,
    },
    /// The hammer fell: sold to the leader at the price.
    Sold,
    /// The time ran out without a bid that met the reserve.
    Unsold,
    /// The lot was taken back.
    Cancelled,
    /// The house announced a later end.
    Extended {
        /// The end before.
        from: Time,
        /// The end as announced now; what bids may add is counted from here.
        ends_at: Time,
    },
    /// The seller changed the terms of a lot without bids.
    Revised(Terms),
}

impl Event {
    /// Whether nobody but its author may see that it happened.
    pub fn is_silent(&self) -> bool {
        matches!(self, Event::CeilingSet { .. })
    }

    /// How many rows it adds to the lot's history.
    pub fn history_rows(&self) -> u32 {
        match self {
            Event::Bid(bid) => bid.steps.rows().len() as u32,
            _ => 0,
        }
    }
}

/// An accepted bid and what it led to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BidPlaced {
    /// Who bid.
    pub bidder: UserId,
    /// What they asked for. Secret where it is above the price.
    pub amount: Money,
    /// The maximum they named. Secret.
    pub max: Option<Money>,
    /// Who led before, if anybody.
    pub rival: Option<UserId>,
    /// The rows that it adds to the history.
    pub steps: Steps,
    /// The standing after it.
    pub standing: Standing,
    /// The number of accepted bids after it.
    pub bid_count: u32,
    /// The end after it.
    pub ends_at: Time,
    /// The end before it, where it extended the lot.
    pub extended_from: Option<Time>,
}

/// Why a command was refused. Nothing changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The amount cannot be bid.
    Amount(MoneyError),
    /// The maximum cannot be bid.
    MaxAmount(MoneyError),
    /// The maximum is below the amount.
    MaxBelowAmount,
    /// The lot does not take bids yet.
    NotStarted,
    /// The lot does not take bids any more.
    Ended,
    /// Sellers may not bid on their own lots.
    SellerMayNotBid,
    /// The user is banned.
    Banned,
    /// The leader bid no more than they had agreed to already.
    MaxNotRaised,
    /// Below the minimum bid.
    TooLow {
        /// The least that would have been taken.
        minimum: Money,
    },
    /// There is no auto-bid of this user to cancel.
    NoAutoBid,
    /// A seller may not cancel a lot with bids.
    HasBids,
    /// Neither the seller nor an admin.
    Forbidden,
    /// Closing before the end.
    NotDue,
    /// The new end is not after the present one, or, of a lot without bids, not after now.
    EndNotLater,
    /// A lot that has begun cannot begin at another time.
    StartFixed,
}

impl Lot {
    /// A lot as it is listed.
    pub fn listed(terms: Terms) -> Lot {
        Lot { status: Status::Active, standing: None, bid_count: 0, ends_at: terms.ends_at, terms }
    }

    /// A lot as a store has kept it; `None` where the parts contradict each other.
    pub fn restored(
        terms: Terms,
        status: Status,
        standing: Option<Standing>,
        bid_count: u32,
        ends_at: Time,
    ) -> Option<Lot> {
        let sane = match standing {
            Some(standing) => bid_count > 0 && standing.price <= standing.ceiling,
            None => bid_count == 0 && status != Status::Sold,
        };
        (sane && ends_at >= terms.ends_at).then_some(Lot {
            terms,
            status,
            standing,
            bid_count,
            ends_at,
        })
    }

    /// What the seller fixed.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Where the lot is in its life.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The leading bid, if any.
    pub fn standing(&self) -> Option<Standing> {
        self.standing
    }

    /// How many bids were accepted.
    pub fn bid_count(&self) -> u32 {
        self.bid_count
    }

    /// When it ends, extensions included.
    pub fn ends_at(&self) -> Time {
        self.ends_at
    }

    /// What it would sell for now; the starting price before the first bid.
    pub fn current_bid(&self) -> Money {
        self.standing.map_or(self.terms.starting_price, |standing| standing.price)
    }

    /// The least that a new bidder may offer.
    pub fn minimum_bid(&self) -> Money {
        match self.standing {
            None => self.terms.starting_price,
            Some(Standing { price, .. }) => price.plus(self.terms.increments.at(price)),
        }
    }

    /// Whether the price has met the reserve; true where there is none.
    pub fn reserve_met(&self) -> bool {
        match (self.terms.reserve, self.standing) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(reserve), Some(standing)) => standing.price >= reserve,
        }
    }

    /// Carries an event out. The event must have been decided on this very state.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Listed(terms) => *self = Lot::listed(terms.clone()),
            Event::Bid(bid) => {
                self.standing = Some(bid.standing);
                self.bid_count = bid.bid_count;
                self.ends_at = bid.ends_at;
            }
            Event::CeilingSet { ceiling, auto } => {
                if let Some(standing) = &mut self.standing {
                    standing.ceiling = *ceiling;
                    standing.auto = *auto;
                }
            }
            Event::Sold => self.status = Status::Sold,
            Event::Unsold => self.status = Status::Unsold,
            Event::Cancelled => self.status = Status::Cancelled,
            Event::Extended { ends_at, .. } => {
                self.terms.ends_at = *ends_at;
                self.ends_at = *ends_at;
            }
            Event::Revised(terms) => {
                self.ends_at = terms.ends_at;
                self.terms = terms.clone();
            }
        }
    }
}
