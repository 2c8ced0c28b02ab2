//! What the house shows of a lot in the end, against its log.

use super::replay::Replay;
use super::{Case, Wrong, user_id};
use crate::history::minor;
use gavel_domain::Status;
use gavel_wire::Timestamp;
use serde_json::{Value, json};

/// The lot as it is shown to its seller, and which of its bids leads.
pub(super) fn shows(case: &Case<'_>, replay: &Replay) -> Result<(), Wrong> {
    let Some((lot, seq)) = replay.last().zip(replay.seqs.last()) else {
        return Err(Wrong::NeverEnded);
    };
    let shown = &case.record.auction;
    let leader = lot.standing().map(|standing| standing.leader);
    let buyer = leader.filter(|_| lot.status() == Status::Sold);
    let buyer = case.users.iter().find(|user| Some(user_id(user)) == buyer);
    let status = match lot.status() {
        Status::Active => "active",
        Status::Sold => "sold",
        Status::Unsold => "unsold",
        Status::Cancelled => "cancelled",
    };
    let fields: [(&str, Value, Value); 8] = [
        ("status", shown["status"].clone(), json!(status)),
        ("currentBid", json!(minor(&shown["currentBid"])), json!(lot.current_bid().minor())),
        (
            "currentBidderId",
            shown["currentBidderId"].clone(),
            json!(leader.map(|leader| case.alias(leader))),
        ),
        ("bidCount", shown["bidCount"].clone(), json!(lot.bid_count())),
        ("endTime", shown["endTime"].clone(), json!(Timestamp(lot.ends_at().0))),
        ("seq", shown["seq"].clone(), json!(seq)),
        (
            "winner",
            shown["winner"]["displayName"].clone(),
            json!(buyer.map(|buyer| buyer.name.as_str())),
        ),
        (
            "the leading row",
            json!(case.record.rows.iter().position(|row| row.is_winning)),
            json!(case.record.rows.len().checked_sub(1)),
        ),
    ];
    match fields.into_iter().find(|(_, shown, expected)| shown != expected) {
        None => Ok(()),
        Some((field, shown, expected)) => Err(Wrong::Record {
            field: field.to_owned(),
            shown: shown.to_string(),
            expected: expected.to_string(),
        }),
    }
}
