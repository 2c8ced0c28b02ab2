//! What is logged too often is left out, and counted.
//!
//! A database that is away fails every request for as long as that takes, and a warning for each would bury
//! the first, and fill a disk.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;
use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

/// Warnings and errors of one kind that are logged in a [`PERIOD`].
const LINES_MAX: u64 = 5;
/// How often it is said what was left out.
const PERIOD: Duration = Duration::from_secs(10);

/// What was logged in this period, by where in the code that is done; none, where nobody says what is left
/// out.
static LOGGED: LazyLock<Mutex<Option<HashMap<Identifier, Kind>>>> = LazyLock::new(Mutex::default);

/// Lines of one kind.
struct Kind {
    line: String,
    count: u64,
}

/// Leaves out of the log what comes too often.
pub(crate) struct Floods;

impl<S: Subscriber> Layer<S> for Floods {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        if *event.metadata().level() > Level::WARN {
            return true;
        }
        let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(logged) = logged.as_mut() else { return true };
        let kind = logged.entry(event.metadata().callsite()).or_insert_with(|| {
            let mut line = Line(String::new());
            event.record(&mut line);
            Kind { line: line.0, count: 0 }
        });
        kind.count += 1;
        kind.count <= LINES_MAX
    }
}

/// A line's text, without what is told beside it.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

/// Leaves out from now on what comes too often, and says how much that was.
pub(crate) async fn tell() {
    let all = || LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let logged = all().replace(HashMap::new());
        for Kind { line, count } in logged.into_iter().flat_map(HashMap::into_values) {
            if count > LINES_MAX {
                tracing::info!(line, left_out = count - LINES_MAX, "lines were left out");
            }
        }
        tokio::time::sleep(PERIOD).await;
    }
}
