//! What the engine counts and times of itself. Where nobody listens, this costs next to nothing.

use crate::ports::Change;
use gavel_domain::{Event, Time};
use metrics::{Histogram, histogram};
use std::time::Duration;

/// The engine's meters, each looked up once.
pub(crate) struct Meter {
    commit_commands: Histogram,
    commit_seconds: Histogram,
    close_lag_seconds: Histogram,
}

impl Meter {
    pub(crate) fn new() -> Meter {
        Meter {
            commit_commands: histogram!("gavel_commit_commands"),
            commit_seconds: histogram!("gavel_commit_seconds"),
            close_lag_seconds: histogram!("gavel_close_lag_seconds"),
        }
    }

    /// A batch has become durable, which took so long; it is `now`.
    pub(crate) fn committed(&self, changes: &[Change], took: Duration, now: Time) {
        self.commit_seconds.record(took);
        if !changes.is_empty() {
            self.commit_commands.record(changes.len() as f64);
        }
        for change in changes {
            if matches!(change.record.event, Event::Sold | Event::Unsold) {
                let lag_ms = now.since_ms(change.record.ends_at);
                self.close_lag_seconds.record(lag_ms as f64 / 1_000.0);
            }
        }
    }
}
