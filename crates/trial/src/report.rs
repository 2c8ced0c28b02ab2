//! What a run came to, in a few lines.

use crate::faults::Happened;
use crate::load::is_accepted;
use crate::{Fail, say};
use gavel_trial::checker::check;
use gavel_trial::history::{Ask, History, Operation, Reply};
use serde_json::Value;
use std::collections::BTreeMap;

/// Says how requests ended, and how long no bid was accepted at most. Returns that, in seconds.
pub(crate) fn outcomes(history: &History, happened: &[Happened], until_us: u64) -> f64 {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut attempts = 0;
    for operation in history.operations.iter().filter(|operation| operation.ask != Ask::Look) {
        for attempt in &operation.attempts {
            attempts += 1;
            *counts.entry(named(attempt.reply.as_ref())).or_default() += 1;
        }
    }
    let looks = history.operations.iter().filter(|operation| operation.ask == Ask::Look).count();
    let asked = history.operations.len() - looks;
    let accepted = history.operations.iter().filter(|o| o.ask != Ask::Look && is_accepted(o));
    let per_s = asked as f64 / (until_us as f64 / 1e6);
    say(&format!(
        "{asked} bids, auto-bids and withdrawals ({} accepted, {per_s:.0}/s) in {attempts} requests; {looks} looks",
        accepted.count(),
    ));
    for (outcome, count) in counts {
        say(&format!("  {count:>8}  {outcome}"));
    }
    let (gap_us, at_us) = longest_gap(&history.operations, until_us);
    let s = |us: u64| us as f64 / 1e6;
    let meets = |one: &&Happened| one.from_us <= at_us + gap_us && at_us <= one.until_us;
    let during = happened.iter().find(meets);
    let during = during.map_or_else(String::new, |one| format!(", with {}", one.what));
    say(&format!(
        "longest without an acceptance: {:.2} s, from {:.1} s on{during}",
        s(gap_us),
        s(at_us)
    ));
    s(gap_us)
}

fn named(reply: Option<&Reply>) -> String {
    let Some(reply) = reply else { return "no answer".to_owned() };
    let body: Value = serde_json::from_str(&reply.body).unwrap_or(Value::Null);
    format!("{} {}", reply.status, body["error"].as_str().unwrap_or(""))
}

/// The longest time between two acceptances in the run, and when it began.
fn longest_gap(operations: &[Operation], until_us: u64) -> (u64, u64) {
    let replies = operations.iter().filter(|operation| operation.ask != Ask::Look);
    let replies =
        replies.flat_map(|o| o.attempts.iter().filter_map(|attempt| attempt.reply.as_ref()));
    let accepted = replies.filter(|reply| reply.status == 201).map(|reply| reply.answered_us);
    let mut moments: Vec<u64> = accepted.filter(|us| *us < until_us).collect();
    moments.sort_unstable();
    moments.windows(2).map(|pair| (pair[1] - pair[0], pair[0])).max().unwrap_or((until_us, 0))
}

/// Says what the checker says.
///
/// # Errors
/// The history is not that of one house that follows the rules.
pub(crate) fn verdict(history: &History) -> Result<(), Fail> {
    let verdict = check(history)?;
    say(&format!(
        "SOUND: {} lots with {} entries; {} answers to {} operations are the rules' own, {} of them acceptances \
         and {} repeats; of {} without an answer {} happened; every lot was closed once, {} ms after its end at most{}",
        verdict.lots,
        verdict.entries,
        verdict.replies,
        verdict.operations,
        verdict.acceptances,
        verdict.repeats,
        verdict.unknown,
        verdict.unknown_happened,
        verdict.close_lag_ms_max,
        if verdict.clock_steady { "" } else { " (the house's clock was set meanwhile)" },
    ));
    Ok(())
}
