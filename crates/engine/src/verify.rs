//! Whether a lot's log is what the rules make of it. Pure: it is handed the records one by one.
//!
//! A record stands if it follows the one before it, if its event is what a command would have been
//! decided to be, if its columns are what the lot came to, and if its hash is that of all of this.

use crate::chain::{GENESIS, HouseKey, prove};
use crate::ports::Head;
use crate::record::Record;
use crate::spine::Spine;
use gavel_domain::{
    AutoBid, Bid, BidPlaced, Cancel, Command, Event, Extend, Lot, LotId, Party, Refusal, Time,
    UserId,
};

/// What is not as it must be, in words that give no amount away: they may be somebody's secret.
pub type Difference = &'static str;

/// A lot as its records so far make it.
#[derive(Clone, Debug)]
pub struct Fold {
    id: LotId,
    lot: Option<Lot>,
    head: Head,
    spine: Spine,
    listed_at: Time,
}

impl Fold {
    /// A lot of which no record has been seen.
    pub fn new(id: LotId) -> Fold {
        let never = Time(i64::MIN);
        let head = Head {
            version: 0,
            seq: 0,
            rows_total: 0,
            position: 0,
            hash: GENESIS,
            at: never,
            changed_at: never,
        };
        Fold { id, lot: None, head, spine: Spine::new(), listed_at: never }
    }

    /// The lot; none before its first record.
    pub fn lot(&self) -> Option<&Lot> {
        self.lot.as_ref()
    }

    /// Where its log stands.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// When it was listed.
    pub fn listed_at(&self) -> Time {
        self.listed_at
    }

    /// Takes the next record of the lot.
    ///
    /// # Errors
    /// The first [`Difference`] between the record and what it must be.
    pub fn take(&mut self, house: &HouseKey, record: &Record) -> Result<(), Difference> {
        self.follows(record)?;
        let lot = self.decided(record)?;
        let jump = self.spine.push(record.position);
        differs(record.jump != jump, "the way back through the log differs")?;
        columns(record, &lot)?;
        let id = house.record_id(self.id, record.version, record.at);
        differs(record.id != id, "the identity differs")?;
        let proof = prove(house, record, lot.reserve_met(), &self.head.hash);
        differs(record.hash != proof.hash, "the hash is not that of what it says")?;
        let silent = record.event.is_silent();
        self.head = Head {
            version: record.version,
            seq: record.seq,
            rows_total: record.rows_total,
            position: record.position,
            hash: record.hash,
            at: record.at,
            changed_at: if silent { self.head.changed_at } else { record.at },
        };
        self.lot = Some(lot);
        Ok(())
    }

    /// Whether the record stands where the one before it leads.
    fn follows(&self, record: &Record) -> Result<(), Difference> {
        let before = &self.head;
        differs(record.lot != self.id, "it belongs to another lot")?;
        differs(record.version != before.version + 1, "the event before it is missing")?;
        differs(record.prev != before.position, "it names another event as the one before it")?;
        differs(record.position <= before.position, "it stands before what it follows")?;
        differs(record.at < before.at, "it is earlier than the event before it")?;
        let seq = before.seq + u64::from(!record.event.is_silent());
        differs(record.seq != seq, "its count of public changes differs")?;
        let rows_total = before.rows_total + u64::from(record.event.history_rows());
        differs(record.rows_total != rows_total, "its count of history rows differs")
    }

    /// The lot after the record, if the rules decide what it says.
    fn decided(&mut self, record: &Record) -> Result<Lot, Difference> {
        let Some(lot) = &self.lot else {
            let Event::Listed(terms) = &record.event else { return Err("the lot is not listed") };
            differs(record.by != Some(terms.seller), "it is not listed by its seller")?;
            self.listed_at = record.at;
            return Ok(Lot::listed(terms.clone()));
        };
        let mut found = "the rules refuse it";
        for decided in decisions(lot, record).ok_or("nobody can have asked for it")? {
            match decided {
                Ok(event) if event == record.event => {
                    let mut lot = lot.clone();
                    lot.apply(&event);
                    return Ok(lot);
                }
                Ok(event) => found = what_differs(&event, &record.event),
                Err(_) => {}
            }
        }
        Err(found)
    }
}

/// What the rules decide on all that may have been asked for where a record's event came of it;
/// none where nothing can have been asked.
fn decisions(lot: &Lot, record: &Record) -> Option<Vec<Result<Event, Refusal>>> {
    let at = record.at;
    let decide = |command| lot.decide(&command, at);
    let party = |by: UserId| Party { id: by, banned: false };
    Some(match &record.event {
        Event::Listed(_) => return None,
        Event::Bid(bid) => {
            let by = record.by.filter(|by| *by == bid.bidder).map(party)?;
            let placed = Command::Bid(Bid { by, amount: Ok(bid.amount), max: bid.max.map(Ok) });
            let auto = bid.max.map(|max| Command::SetAutoBid(AutoBid { by, max: Ok(max) }));
            // Where neither fits, the differences from the last are told.
            auto.into_iter().chain([placed]).map(decide).collect()
        }
        // A bid by the leader comes to the same as setting its limit as the auto-bid's.
        Event::CeilingSet { ceiling, auto: true } => {
            let by = record.by.map(party)?;
            vec![decide(Command::SetAutoBid(AutoBid { by, max: Ok(*ceiling) }))]
        }
        Event::CeilingSet { auto: false, .. } => {
            vec![decide(Command::CancelAutoBid(record.by.map(party)?))]
        }
        Event::Sold | Event::Unsold => record.by.is_none().then(|| vec![decide(Command::Close)])?,
        // Whether an admin cancelled is not in the log; only the seller need not be one.
        Event::Cancelled => {
            let by = record.by?;
            let admin = by != lot.terms().seller || lot.standing().is_some();
            vec![decide(Command::Cancel(Cancel { by, admin }))]
        }
        Event::Extended { ends_at, .. } => {
            vec![decide(Command::Extend(Extend { by: record.by?, admin: true, ends_at: *ends_at }))]
        }
        Event::Revised(terms) => vec![lot.revise(record.by?, terms, at)],
    })
}

/// What differs between an event and what the rules decide instead.
fn what_differs(decided: &Event, recorded: &Event) -> Difference {
    match (decided, recorded) {
        (Event::Bid(decided), Event::Bid(recorded)) => bid_differs(decided, recorded),
        (Event::CeilingSet { .. }, Event::CeilingSet { .. }) => "the ceiling differs",
        _ => "the rules decide another event",
    }
}

fn bid_differs(decided: &BidPlaced, recorded: &BidPlaced) -> Difference {
    let (right, found) = (&decided.standing, &recorded.standing);
    let parts = [
        (right.leader != found.leader, "the leader differs"),
        (right.price != found.price, "the price differs"),
        (right.ceiling != found.ceiling, "the ceiling differs"),
        (right.auto != found.auto, "whether the leader has an auto-bid differs"),
        (decided.rival != recorded.rival, "the rival differs"),
        (decided.steps != recorded.steps, "the history rows differ"),
        (decided.bid_count != recorded.bid_count, "the count of bids differs"),
        (decided.ends_at != recorded.ends_at, "the end differs"),
        (decided.extended_from != recorded.extended_from, "the end before it differs"),
    ];
    parts.into_iter().find_map(|(differs, what)| differs.then_some(what)).unwrap_or("it differs")
}

/// Whether a record's columns are what the lot came to.
fn columns(record: &Record, lot: &Lot) -> Result<(), Difference> {
    let leader = lot.standing().map(|standing| standing.leader);
    differs(record.price != lot.current_bid(), "the price differs")?;
    differs(record.leader != leader, "the leader differs")?;
    differs(record.minimum_minor != lot.minimum_bid().minor(), "the minimum bid differs")?;
    differs(record.bid_count != lot.bid_count(), "the count of bids differs")?;
    differs(record.ends_at != lot.ends_at(), "the end differs")
}

fn differs(it_does: bool, what: Difference) -> Result<(), Difference> {
    if it_does { Err(what) } else { Ok(()) }
}
