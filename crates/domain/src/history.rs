use crate::{Money, UserId};

/// One row of the price path: who stood at which amount, and whether an auto-bid said it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// Who offered it.
    pub who: UserId,
    /// The amount shown.
    pub amount: Money,
    /// An auto-bid's answer, and not the accepted bid itself.
    pub auto: bool,
}

/// The rows that one accepted bid adds to the history, oldest first: at least one, at most
/// [`Steps::MAX`], exactly one of them not an auto-bid's, amounts never falling, the last one the
/// leader's at the price.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Steps(Vec<Step>);

impl Steps {
    /// The bid, its rival's answer, the bidder's own auto-bid.
    pub const MAX: usize = 3;

    /// Takes rows as they were recorded; `None` if they are not a price path (see [`Steps`]).
    pub fn new(rows: Vec<Step>) -> Option<Steps> {
        let bids = rows.iter().filter(|row| !row.auto).count();
        let rising = rows.windows(2).all(|pair| pair[0].amount <= pair[1].amount);
        (rows.len() <= Steps::MAX && bids == 1 && rising).then_some(Steps(rows))
    }

    /// The rows, oldest first.
    pub fn rows(&self) -> &[Step] {
        &self.0
    }

    /// The row of the accepted bid itself.
    pub fn bid(&self) -> Step {
        *self.0.iter().find(|row| !row.auto).expect("a price path has its bid")
    }

    /// The row that leads.
    pub fn winning(&self) -> Step {
        *self.0.last().expect("a price path is never empty")
    }
}

/// What a bid looked like when it met a rival.
pub(crate) struct Meeting {
    pub(crate) bidder: UserId,
    pub(crate) amount: Money,
    /// The most the bidder agreed to pay.
    pub(crate) limit: Money,
    /// The leader before, with the most that they agreed to pay, where it was above the price.
    pub(crate) rival: Option<(UserId, Money)>,
    pub(crate) bidder_leads: bool,
    pub(crate) price: Money,
}

/// Lays the bid and the answers of both sides' auto-bids out as the path that the price took.
pub(crate) fn price_path(meeting: &Meeting) -> Steps {
    let Meeting { bidder, amount, limit, rival, bidder_leads, price } = *meeting;
    let row = |who, amount, auto| Step { who, amount, auto };
    let mut rows = Vec::with_capacity(Steps::MAX);
    // A bid of more than its price tells no more than the price: the rest is its secret.
    let bid = row(bidder, amount.min(price), false);
    match rival {
        Some((rival, ceiling)) if bidder_leads && ceiling < bid.amount => {
            rows.extend([row(rival, ceiling, true), bid]);
        }
        Some((rival, ceiling)) if bidder_leads => {
            rows.extend([bid, row(rival, ceiling.min(price), true)]);
        }
        Some((rival, _)) => {
            rows.push(bid);
            if limit > amount {
                rows.push(row(bidder, limit, true));
            }
            rows.push(row(rival, price, true));
        }
        None => rows.push(bid),
    }
    let last = rows[rows.len() - 1];
    if bidder_leads && (last.who != bidder || last.amount < price) {
        rows.push(row(bidder, price, true));
    }
    Steps::new(rows).expect("the rules make price paths")
}
