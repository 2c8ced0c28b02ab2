//! What is logged again and again is left out, and counted.
//!
//! A database that is away fails every request for as long as that takes, and a warning for each would bury
//! the first, and fill a disk. What differs in anything but how long it took is no repetition.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

/// How often the same is logged in a [`PERIOD`].
const LINES_MAX: u64 = 5;
/// How often it is said what was left out.
const PERIOD: Duration = Duration::from_secs(10);
/// Lines that are told apart in a period; of more, none is left out.
const KINDS_MAX: usize = 1_000;

/// What was logged in this period; none, where nobody says what is left out.
static LOGGED: LazyLock<Mutex<Option<HashMap<u64, Kind>>>> = LazyLock::new(Mutex::default);

fn logged() -> MutexGuard<'static, Option<HashMap<u64, Kind>>> {
    LOGGED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A warning or an error, and how often it came.
struct Kind {
    line: String,
    count: u64,
}

/// Leaves warnings and errors out of the log that come too often.
pub(crate) struct Floods;

impl<S: Subscriber> Layer<S> for Floods {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        if *event.metadata().level() > Level::WARN {
            return true;
        }
        let mut line = Line::default();
        event.metadata().callsite().hash(&mut line.fields);
        event.record(&mut line);
        let mut logged = logged();
        let Some(logged) = logged.as_mut() else { return true };
        let (key, has_room) = (line.fields.finish(), logged.len() < KINDS_MAX);
        if !has_room && !logged.contains_key(&key) {
            return true;
        }
        let kind = logged.entry(key).or_insert(Kind { line: line.text, count: 0 });
        kind.count += 1;
        kind.count <= LINES_MAX
    }
}

/// What a line says.
#[derive(Default)]
struct Line {
    text: String,
    fields: DefaultHasher,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = match field.name() {
            "ms" => return,
            "message" => format!("{value:?}"),
            name => format!(" {name}={value:?}"),
        };
        text.hash(&mut self.fields);
        self.text.push_str(&text);
    }
}

/// Leaves out from now on what comes too often, and says how much that was.
pub(crate) async fn tell() {
    loop {
        tell_now();
        tokio::time::sleep(PERIOD).await;
    }
}

/// Says what was left out until now.
pub(crate) fn tell_now() {
    let lines = logged().replace(HashMap::new());
    for Kind { line, count } in lines.into_iter().flat_map(HashMap::into_values) {
        if count > LINES_MAX {
            tracing::warn!(line, left_out = count - LINES_MAX, "a line was left out");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tracing_subscriber::layer::SubscriberExt;

    /// Keeps what is logged.
    struct Kept(Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber> Layer<S> for Kept {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let mut line = Line::default();
            event.record(&mut line);
            self.0.lock().expect("nobody failed").push(line.text);
        }
    }

    #[test]
    fn the_same_is_logged_a_few_times_and_then_counted() {
        let kept = Arc::<Mutex<Vec<String>>>::default();
        let log = tracing_subscriber::registry().with(Kept(kept.clone())).with(Floods);
        let taken = || std::mem::take(&mut *kept.lock().expect("nobody failed"));
        tracing::subscriber::with_default(log, || {
            tell_now();
            for ms in 0..8 {
                tracing::warn!(status = 503, ms, "answered");
            }
            assert_eq!(taken(), vec!["answered status=503"; 5]);
            // Each of these is news, and what is no warning is never left out.
            for mail in 0..8 {
                tracing::error!(mail, "a mail was given up");
                tracing::info!("listening");
            }
            assert_eq!(taken().len(), 16);
            tell_now();
            let told = taken();
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].contains("answered status=503") && told[0].contains("left_out=3"));
            tracing::warn!(status = 503, "answered");
            tell_now();
            assert_eq!(taken(), ["answered status=503"]);
        });
    }
}
