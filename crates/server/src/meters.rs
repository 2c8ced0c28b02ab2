//! What is counted and timed for those who watch over the house, in Prometheus' text format.
//!
//! Labels are bounded: routes are templates, statuses and outcomes are codes. Each series is looked
//! up once and kept; where nobody asked for metrics, nothing is counted.

use crate::house::House;
use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gavel_wire::ErrorCode;
use metrics::{Counter, Histogram, counter, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

/// Kept as long as the process lives, as the recorder is that other crates count with.
static METERS: OnceLock<Meters> = OnceLock::new();

/// How often what was timed is sorted into its buckets, so that it does not pile up where nobody
/// looks.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// Where a request's time, a commit's and a message's are told apart, in seconds.
const SECONDS: [f64; 13] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Where a close's lag is, in seconds: ends are looked for five times a second.
const CLOSE_SECONDS: [f64; 8] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0, 300.0];
/// Where the commands of a commit are; there are at most 256.
const COMMANDS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Where metrics are to be had.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// Where the house is.
    House,
    /// At an address of their own.
    Apart,
}

struct Meters {
    handle: PrometheusHandle,
    place: Place,
    answers: Kept<Arc<str>, Route>,
    decisions: Kept<Decision, Counter>,
}

/// Counters by what they count, each made when it is first needed.
struct Kept<K, V>(RwLock<HashMap<K, V>>);

impl<K: Hash + Eq, V> Kept<K, V> {
    fn new() -> Kept<K, V> {
        Kept(RwLock::default())
    }

    fn with<Q, T>(&self, key: &Q, make: impl FnOnce() -> (K, V), count: impl FnOnce(&V) -> T) -> T
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        if let Some(value) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return count(value);
        }
        let (owned, value) = make();
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        count(all.entry(owned).or_insert(value))
    }
}

/// The series of a route.
struct Route(Kept<(&'static str, u16), (Counter, Histogram)>);

/// How a bid or an auto-bid was decided.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Decision {
    Accepted,
    Replayed,
    Refused(ErrorCode),
}

/// Counts and times from now on. Has to be called before a house is opened.
///
/// # Errors
/// It was called before.
pub(crate) fn start(place: Place) -> Result<(), String> {
    let builder = [
        ("gavel_http_request_seconds", &SECONDS[..]),
        ("gavel_commit_seconds", &SECONDS),
        ("gavel_delivery_lag_seconds", &SECONDS),
        ("gavel_close_lag_seconds", &CLOSE_SECONDS),
        ("gavel_commit_commands", &COMMANDS),
    ]
    .into_iter()
    .try_fold(PrometheusBuilder::new(), |builder, (name, buckets)| {
        builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), buckets)
    });
    let told = |error: &dyn std::fmt::Display| format!("cannot count: {error}");
    let builder = builder.map_err(|error| told(&error))?;
    let handle = builder.install_recorder().map_err(|error| told(&error))?;
    describe();
    let upkeep = handle.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(UPKEEP_EVERY);
        loop {
            ticks.tick().await;
            upkeep.run_upkeep();
        }
    });
    let meters = Meters { handle, place, answers: Kept::new(), decisions: Kept::new() };
    METERS.set(meters).map_err(|_| "metrics are counted already".to_owned())
}

fn describe() {
    describe_counter!("gavel_http_requests_total", "Requests that were answered.");
    describe_histogram!("gavel_http_request_seconds", "Time from a request to its answer's head.");
    describe_counter!(
        "gavel_bid_decisions_total",
        "Bids and auto-bids that were decided here, by how."
    );
    describe_histogram!("gavel_commit_commands", "Commands that became durable in one commit.");
    describe_histogram!("gavel_commit_seconds", "Time that a commit took.");
    describe_gauge!("gavel_queue_depth", "Commands that wait for the engine.");
    describe_gauge!("gavel_live_sockets", "Open sockets.");
    describe_histogram!("gavel_delivery_lag_seconds", "Time from a commit to its messages.");
    describe_histogram!("gavel_close_lag_seconds", "Time from a lot's end to its durable close.");
    describe_counter!(
        "gavel_bids_handed_on_total",
        "Bids that were handed on to the keeper of hot lots."
    );
    describe_gauge!("gavel_bus_up", "Whether the other servers can be told: 1 or 0.");
    describe_gauge!("gavel_bus_direct_ways", "Direct ways to other servers that are open.");
    describe_counter!(
        "gavel_bus_notes_dropped_total",
        "Notes to other servers that were not sent."
    );
    describe_counter!(
        "gavel_bus_caught_up_total",
        "Times that a lot was read for what the bus lost."
    );
}

/// A method's name, or that it is another: a client may make up as many as it likes.
fn verb(method: &Method) -> &'static str {
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD]
        .iter()
        .position(|known| known == method)
        .map_or("other", |index| ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"][index])
}

/// A request was answered.
pub(crate) fn answered(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let Some(meters) = METERS.get() else { return };
    let (verb, code) = (verb(method), status.as_u16());
    let series = || {
        let labels = [("method", verb.to_owned()), ("route", route.to_owned())];
        let seconds = metrics::histogram!("gavel_http_request_seconds", &labels);
        let [method, route] = labels;
        let labels = [method, route, ("status", code.to_string())];
        ((verb, code), (counter!("gavel_http_requests_total", &labels), seconds))
    };
    meters.answers.with(
        route,
        || (route.into(), Route(Kept::new())),
        |Route(kept)| {
            kept.with(&(verb, code), series, |(count, seconds)| {
                count.increment(1);
                seconds.record(took);
            });
        },
    );
}

/// A bid or an auto-bid was decided.
pub(crate) fn decided(outcome: Result<bool, ErrorCode>) {
    let Some(meters) = METERS.get() else { return };
    let decision = match outcome {
        Ok(false) => Decision::Accepted,
        Ok(true) => Decision::Replayed,
        Err(code) => Decision::Refused(code),
    };
    let series = || {
        let outcome = match decision {
            Decision::Accepted => "accepted".to_owned(),
            Decision::Replayed => "replayed".to_owned(),
            Decision::Refused(code) => {
                let code = serde_json::to_value(code).ok();
                code.and_then(|code| Some(code.as_str()?.to_owned())).unwrap_or_default()
            }
        };
        (decision, counter!("gavel_bid_decisions_total", "outcome" => outcome))
    };
    meters.decisions.with(&decision, series, |count| count.increment(1));
}

/// The page that a monitor reads, for a place; none where it is not to be had there.
pub(crate) fn page(house: &House, at: Place) -> Option<Response> {
    let meters = METERS.get().filter(|meters| meters.place == at)?;
    metrics::gauge!("gavel_queue_depth").set(house.engine.waiting() as f64);
    metrics::gauge!("gavel_live_sockets").set(house.hub.sockets() as f64);
    if let Some(bus) = &house.bus {
        metrics::gauge!("gavel_bus_up").set(f64::from(u8::from(bus.is_up())));
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Some((kind, meters.handle.render()).into_response())
}

/// Metrics alone, for an address of their own.
pub(crate) fn router(house: crate::house::App) -> Router {
    let show = |State(house): State<crate::house::App>| async move {
        page(&house, Place::Apart).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
    };
    Router::new().route("/metrics", get(show)).with_state(house)
}
