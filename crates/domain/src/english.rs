//! The decisions, in the order in which the rules name their checks.

use crate::history::{Meeting, price_path};
use crate::lot::{BidPlaced, Event, Lot, Refusal, Standing, Status, UserId};
use crate::{Asked, Money, Step, Steps, Terms, Time};

/// Somebody who bids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Party {
    /// Who.
    pub id: UserId,
    /// Whether the house has banned them.
    pub banned: bool,
}

/// What somebody, or the passing of time, wants of a lot.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Command {
    /// A bid.
    Bid(Bid),
    /// An auto-bid set, raised or lowered.
    SetAutoBid(AutoBid),
    /// An auto-bid given up.
    CancelAutoBid(Party),
    /// The lot taken back.
    Cancel(Cancel),
    /// A later end, announced by the house.
    Extend(Extend),
    /// The hammer.
    Close,
}

/// A bid of `amount`, with an auto-bid up to `max` where there is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bid {
    /// Who bids.
    pub by: Party,
    /// The amount.
    pub amount: Asked,
    /// The most that they would pay.
    pub max: Option<Asked>,
}

/// An auto-bid up to `max`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AutoBid {
    /// Who bids.
    pub by: Party,
    /// The most that they would pay.
    pub max: Asked,
}

/// A cancellation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancel {
    /// Who cancels.
    pub by: UserId,
    /// Whether they are in charge of the house.
    pub admin: bool,
}

/// A later end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extend {
    /// Who extends.
    pub by: UserId,
    /// Whether they are in charge of the house; nobody else may.
    pub admin: bool,
    /// The new end.
    pub ends_at: Time,
}

/// A valid offer: what is asked, and the most it may come to.
#[derive(Clone, Copy)]
struct Offer {
    by: UserId,
    amount: Money,
    max: Option<Money>,
}

impl Offer {
    fn limit(&self) -> Money {
        self.max.unwrap_or(self.amount)
    }
}

impl Lot {
    /// Decides a command at a time: the one event that it causes, or why it is refused.
    ///
    /// # Errors
    /// The first [`Refusal`] in the order of the rules.
    pub fn decide(&self, command: &Command, now: Time) -> Result<Event, Refusal> {
        match command {
            Command::Bid(bid) => self.decide_bid(bid, now),
            Command::SetAutoBid(auto) => self.decide_auto_bid(auto, now),
            Command::CancelAutoBid(by) => self.decide_cancel_auto_bid(*by, now),
            Command::Cancel(cancel) => self.decide_cancel(cancel, now),
            Command::Extend(extend) => self.decide_extend(extend, now),
            Command::Close => self.decide_close(now),
        }
    }

    fn decide_bid(&self, bid: &Bid, now: Time) -> Result<Event, Refusal> {
        let amount = bid.amount.map_err(Refusal::Amount)?;
        let max = bid.max.transpose().map_err(Refusal::MaxAmount)?;
        if max.is_some_and(|max| max < amount) {
            return Err(Refusal::MaxBelowAmount);
        }
        self.admit(bid.by, now)?;
        let offer = Offer { by: bid.by.id, amount, max };
        match self.standing {
            Some(standing) if standing.leader == offer.by => {
                if offer.limit() <= standing.ceiling {
                    return Err(Refusal::MaxNotRaised);
                }
                Ok(self.set_ceiling(standing, offer, now))
            }
            _ => self.challenge(offer, now),
        }
    }

    fn decide_auto_bid(&self, auto: &AutoBid, now: Time) -> Result<Event, Refusal> {
        let max = auto.max.map_err(Refusal::MaxAmount)?;
        self.admit(auto.by, now)?;
        let minimum = self.minimum_bid();
        match self.standing {
            Some(standing) if standing.leader == auto.by.id => {
                if max < standing.price {
                    return Err(Refusal::TooLow { minimum: standing.price });
                }
                let offer = Offer { by: auto.by.id, amount: max, max: Some(max) };
                Ok(self.set_ceiling(standing, offer, now))
            }
            _ if max < minimum => Err(Refusal::TooLow { minimum }),
            _ => self.challenge(Offer { by: auto.by.id, amount: minimum, max: Some(max) }, now),
        }
    }

    fn decide_cancel_auto_bid(&self, by: Party, now: Time) -> Result<Event, Refusal> {
        self.admit(by, now)?;
        match self.standing {
            Some(standing) if standing.leader == by.id && standing.auto => {
                Ok(Event::CeilingSet { ceiling: standing.price, auto: false })
            }
            _ => Err(Refusal::NoAutoBid),
        }
    }

    fn decide_cancel(&self, cancel: &Cancel, now: Time) -> Result<Event, Refusal> {
        if self.status != Status::Active || now >= self.ends_at {
            return Err(Refusal::Ended);
        }
        if cancel.admin {
            return Ok(Event::Cancelled);
        }
        if cancel.by != self.terms.seller {
            return Err(Refusal::Forbidden);
        }
        if self.standing.is_some() { Err(Refusal::HasBids) } else { Ok(Event::Cancelled) }
    }

    fn decide_extend(&self, extend: &Extend, now: Time) -> Result<Event, Refusal> {
        if self.status != Status::Active || now >= self.ends_at {
            return Err(Refusal::Ended);
        }
        if !extend.admin {
            return Err(Refusal::Forbidden);
        }
        if extend.ends_at <= self.ends_at {
            return Err(Refusal::EndNotLater);
        }
        Ok(Event::Extended { from: self.ends_at, ends_at: extend.ends_at })
    }

    /// Decides a seller's change of the terms. Nobody has relied on them while there are no bids.
    ///
    /// # Errors
    /// The first [`Refusal`] in the order of the checks.
    pub fn revise(&self, by: UserId, terms: &Terms, now: Time) -> Result<Event, Refusal> {
        if self.status != Status::Active || now >= self.ends_at {
            return Err(Refusal::Ended);
        }
        if by != self.terms.seller || terms.seller != by {
            return Err(Refusal::Forbidden);
        }
        if self.standing.is_some() {
            return Err(Refusal::HasBids);
        }
        if now >= self.terms.starts_at && terms.starts_at != self.terms.starts_at {
            return Err(Refusal::StartFixed);
        }
        if terms.ends_at <= now || terms.ends_at <= terms.starts_at {
            return Err(Refusal::EndNotLater);
        }
        Ok(Event::Revised(terms.clone()))
    }

    fn decide_close(&self, now: Time) -> Result<Event, Refusal> {
        if self.status != Status::Active {
            return Err(Refusal::Ended);
        }
        if now < self.ends_at {
            return Err(Refusal::NotDue);
        }
        let sold = self.standing.is_some() && self.reserve_met();
        Ok(if sold { Event::Sold } else { Event::Unsold })
    }

    /// Checks 2 and 3: the lot runs, and this party may bid on it.
    fn admit(&self, by: Party, now: Time) -> Result<(), Refusal> {
        if self.status != Status::Active {
            return Err(Refusal::Ended);
        }
        if now < self.terms.starts_at {
            return Err(Refusal::NotStarted);
        }
        if now >= self.ends_at {
            return Err(Refusal::Ended);
        }
        if by.id == self.terms.seller {
            return Err(Refusal::SellerMayNotBid);
        }
        if by.banned { Err(Refusal::Banned) } else { Ok(()) }
    }

    /// Step 4: the leader names another maximum. Silent, unless it reaches the reserve.
    fn set_ceiling(&self, standing: Standing, offer: Offer, now: Time) -> Event {
        let ceiling = offer.limit();
        let price = self.at_reserve(standing.price, ceiling);
        if price == standing.price {
            return Event::CeilingSet { ceiling, auto: true };
        }
        let row = Step { who: offer.by, amount: price, auto: false };
        let steps = Steps::new(vec![row]).expect("one bid is a price path");
        self.placed(offer, Standing { price, ceiling, auto: true, ..standing }, steps, now)
    }

    /// Step 5: a bid by somebody who does not lead.
    fn challenge(&self, offer: Offer, now: Time) -> Result<Event, Refusal> {
        let minimum = self.minimum_bid();
        if offer.amount < minimum {
            return Err(Refusal::TooLow { minimum });
        }
        let limit = offer.limit();
        let taken =
            |price| Standing { leader: offer.by, price, ceiling: limit, auto: offer.max.is_some() };
        let mut standing = match self.standing {
            None => taken(offer.amount),
            Some(old) if limit > old.ceiling && old.auto => {
                taken(limit.min(self.step_above(old.ceiling)))
            }
            Some(old) if limit > old.ceiling => taken(offer.amount),
            Some(old) => Standing { price: old.ceiling.min(self.step_above(limit)), ..old },
        };
        standing.price = self.at_reserve(standing.price, standing.ceiling);
        let steps = self.steps_to(offer, standing);
        Ok(self.placed(offer, standing, steps, now))
    }

    fn steps_to(&self, offer: Offer, standing: Standing) -> Steps {
        let bidder_leads = standing.leader == offer.by;
        // A rival answers if it keeps the lead, or if its auto-bid had something left to answer with.
        let answers = |old: &Standing| !bidder_leads || (old.auto && old.ceiling > old.price);
        price_path(&Meeting {
            bidder: offer.by,
            amount: offer.amount,
            limit: offer.limit(),
            rival: self.standing.filter(answers).map(|old| (old.leader, old.ceiling)),
            bidder_leads,
            price: standing.price,
        })
    }

    fn step_above(&self, amount: Money) -> Money {
        amount.plus(self.terms.increments.at(amount))
    }

    /// Step 6: a ceiling that reaches the reserve takes the price there.
    fn at_reserve(&self, price: Money, ceiling: Money) -> Money {
        match self.terms.reserve {
            Some(reserve) if price < reserve && reserve <= ceiling => reserve,
            _ => price,
        }
    }

    /// Step 7: price or leader changed, so the bid counts, and may extend the lot.
    fn placed(&self, offer: Offer, standing: Standing, steps: Steps, now: Time) -> Event {
        let ends_at = self.extended_end(now);
        Event::Bid(BidPlaced {
            bidder: offer.by,
            amount: offer.amount,
            max: offer.max,
            rival: self.standing.map(|old| old.leader),
            steps,
            standing,
            bid_count: self.bid_count + 1,
            ends_at,
            extended_from: (ends_at != self.ends_at).then_some(self.ends_at),
        })
    }

    fn extended_end(&self, now: Time) -> Time {
        let window = self.terms.snipe_window_ms;
        if self.ends_at.since_ms(now) >= window {
            return self.ends_at;
        }
        let wanted = now.plus_ms(window);
        let latest = self.terms.snipe_cap_ms.map(|cap| self.terms.ends_at.plus_ms(cap));
        latest.map_or(wanted, |latest| wanted.min(latest)).max(self.ends_at)
    }
}
