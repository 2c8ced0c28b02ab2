//! The log's order, and time: the clients', and what can be known of the house's.

use super::replay::Replay;
use super::{Case, Wrong};

/// An operation that was over before another began comes before it in the log.
pub(super) fn in_time(case: &Case<'_>, replay: &Replay) -> Result<(), Wrong> {
    let mut latest: Option<(u64, usize)> = None;
    for cause in replay.causes.iter().flatten() {
        let operation = case.operations[*cause];
        let over_us = operation.accepted_us().unwrap_or(u64::MAX);
        let begun_us = operation.possible_from_us().unwrap_or(0);
        if let Some((_, second)) = latest.filter(|(later_us, _)| over_us < *later_us) {
            return Err(Wrong::OutOfOrder {
                first: operation.key.clone(),
                second: case.operations[second].key.clone(),
            });
        }
        if latest.is_none_or(|(latest_us, _)| begun_us > latest_us) {
            latest = Some((begun_us, *cause));
        }
    }
    Ok(())
}

/// Between which moments of the clients each entry of a log happened: by its own operation, by those
/// before and after it in the log, and by the house's clock where that goes evenly with theirs.
pub(super) struct Bounds {
    /// Not before; never falls from entry to entry.
    pub(super) from_us: Vec<u64>,
    /// Not after; never falls from entry to entry.
    pub(super) until_us: Vec<u64>,
}

impl Bounds {
    pub(super) fn of(case: &Case<'_>, replay: &Replay) -> Bounds {
        let operation = |cause: &Option<usize>| cause.map(|cause| case.operations[cause]);
        let from = |cause| operation(cause).and_then(|o| o.possible_from_us()).unwrap_or(0);
        let until = |cause| operation(cause).and_then(|o| o.accepted_us()).unwrap_or(u64::MAX);
        let mut from_us: Vec<u64> = replay.causes.iter().map(from).collect();
        let mut until_us: Vec<u64> = replay.causes.iter().map(until).collect();
        for index in 1..from_us.len() {
            from_us[index] = from_us[index].max(from_us[index - 1]);
        }
        for index in (1..until_us.len()).rev() {
            until_us[index - 1] = until_us[index - 1].min(until_us[index]);
        }
        Bounds { from_us, until_us }
    }

    /// The first and the last entry after which the lot may have been some time between two moments.
    pub(super) fn states(&self, sent_us: u64, answered_us: u64) -> (usize, usize) {
        // The state after an entry may last until the next entry's latest moment.
        let over = self.until_us.partition_point(|until_us| *until_us < sent_us);
        let begun = self.from_us.partition_point(|from_us| *from_us <= answered_us);
        (over.saturating_sub(1), begun.saturating_sub(1))
    }
}

/// The house's clock against the clients': microseconds since 1970 at the run's beginning, no less than
/// the first and no more than the second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    least_us: i64,
    most_us: i64,
}

impl Clock {
    /// What all entries together tell of it; nothing where it was set or ran unevenly meanwhile.
    pub(super) fn of(trials: &[(Case<'_>, Replay)]) -> Option<Clock> {
        let mut clock = Clock { least_us: i64::MIN, most_us: i64::MAX };
        for (case, replay) in trials {
            for (index, cause) in replay.causes.iter().enumerate() {
                let Some(cause) = cause.filter(|_| replay.bid_ids[index].is_some()) else {
                    continue;
                };
                let operation = case.operations[cause];
                let at_us = replay.at_ms[index] * 1_000;
                let past = operation.accepted_us().and_then(|us| i64::try_from(us).ok());
                let begun = operation.possible_from_us().and_then(|us| i64::try_from(us).ok());
                if let Some((past_us, begun_us)) = past.zip(begun) {
                    clock.least_us = clock.least_us.max(at_us - past_us);
                    // A time is whole milliseconds, rounded down.
                    clock.most_us = clock.most_us.min(at_us + 1_000 - begun_us);
                }
            }
        }
        (clock.least_us <= clock.most_us).then_some(clock)
    }

    /// The earliest time, in milliseconds since 1970, that it may have shown at a moment.
    pub(super) fn earliest_ms(self, moment_us: u64) -> i64 {
        Clock::sum(self.least_us, moment_us).div_euclid(1_000)
    }

    /// The latest time that it may have shown at a moment.
    pub(super) fn latest_ms(self, moment_us: u64) -> i64 {
        Clock::sum(self.most_us, moment_us).div_euclid(1_000)
    }

    fn sum(offset_us: i64, moment_us: u64) -> i64 {
        offset_us.saturating_add(i64::try_from(moment_us).unwrap_or(i64::MAX))
    }
}
