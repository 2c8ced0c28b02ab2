//! What goes around every request.

use super::error::{Answer, Failure, internal};
use super::extract::bearer;
use crate::house::{App, House};
use crate::meters;
use crate::view;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use gavel_wire::ErrorCode;
use hyper::body::{Frame, SizeHint};
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SERVER_TIME: HeaderName = HeaderName::from_static("x-server-time");

/// What every answer carries, whatever went wrong inside.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; img-src 'self' blob: data:; connect-src 'self'; style-src 'self'; \
         script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// The route of what is not the API's: a page or a file of the web app, or nothing.
const WEB: &str = "web";

/// What goes around whatever the router knows.
pub(super) async fn envelope(State(house): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let unread = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| Body::new(Watched::new(body, unread.clone())));
    let route = route.as_ref().map_or(WEB, MatchedPath::as_str);
    enveloped(&house, &method, route, &unread, next.run(request)).await
}

/// Numbers a request, catches what panics, adds what every answer carries, and keeps account. What is
/// unread of its body is known to whoever it is [`Watched`] for.
pub(super) async fn enveloped(
    house: &House,
    method: &Method,
    route: &str,
    unread: &AtomicBool,
    answer: impl Future<Output = Response>,
) -> Response {
    let id = view::id(house.new_id());
    // The path itself stays out of the log: it may name somebody.
    let span = tracing::info_span!("request", %id, %method);
    let begun = Instant::now();
    let answer = AssertUnwindSafe(answer).catch_unwind().instrument(span.clone()).await;
    let mut response = answer.unwrap_or_else(|_| internal().into_response());
    let (status, took) = (response.status(), begun.elapsed());
    meters::answered(method, route, status, took);
    span.in_scope(|| account(route, status, took));
    if unread.load(Ordering::Relaxed) && !status.is_success() {
        // What is left of the body is not read, and the connection ends with it. Who keeps connections
        // for later must know.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    decorate(response.headers_mut(), id, &view::time(house.now()).to_string());
    if house.behind_tls() {
        let year = HeaderValue::from_static("max-age=31536000");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

/// A body that says, as long as there is more of it, that it is unread.
pub(super) struct Watched<U> {
    body: Body,
    unread: U,
}

impl<U: Deref<Target = AtomicBool>> Watched<U> {
    pub(super) fn new(body: Body, unread: U) -> Watched<U> {
        unread.store(!body.is_end_stream(), Ordering::Relaxed);
        Watched { body, unread }
    }
}

impl<U: Deref<Target = AtomicBool> + Unpin> HttpBody for Watched<U> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.unread.store(false, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Logs a request. Busy is not broken: what is away has been told of by itself.
fn account(route: &str, status: StatusCode, took: Duration) {
    let (status, ms) = (status.as_u16(), (took.as_secs_f64() * 1e6).round() / 1e3);
    match status {
        503 => tracing::warn!(route, status, ms, "answered"),
        500.. => tracing::error!(route, status, ms, "failed"),
        _ => tracing::debug!(route, status, ms, "answered"),
    }
}

fn decorate(headers: &mut HeaderMap, id: Uuid, now: &str) {
    let values = [(REQUEST_ID, id.to_string()), (SERVER_TIME, now.to_owned())];
    // Room for all at once, so that they need not move in between.
    headers.reserve(HEADERS.len() + values.len());
    for (name, value) in values {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Once begun, a change is gone through with, whether or not the client stays: what is to be announced of it
/// comes after its commit.
pub(super) async fn gone_through_with(request: Request, next: Next) -> Response {
    if is_safe(request.method()) {
        return next.run(request).await;
    }
    to_the_end(next.run(request)).await
}

/// Has something done, whether or not whoever waits for it stays.
pub(crate) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> T {
    let work = tokio::spawn(work.in_current_span());
    work.await.unwrap_or_else(|failed| resume_unwind(failed.into_panic()))
}

/// What goes around whatever the router knows of the API.
pub(super) async fn same_site(State(house): State<App>, request: Request, next: Next) -> Response {
    let refusal = foreign(&house, request.method(), request.headers());
    guarded(refusal, next.run(request)).await
}

/// The refusal of what another site makes a browser send: cookies go along with it.
pub(super) fn foreign(house: &House, method: &Method, headers: &HeaderMap) -> Option<Failure> {
    // Nobody's browser adds a bearer's token by itself, so it proves that its sender meant it.
    let harmless = is_safe(method) || bearer(headers).is_some();
    if harmless { None } else { check_same_site(house, headers).err() }
}

/// An answer of the API, or the refusal that comes before it. Either is made for one viewer at one time; only
/// what says otherwise may be kept.
pub(super) async fn guarded(
    refusal: Option<Failure>,
    answer: impl Future<Output = Response>,
) -> Response {
    let mut response = match refusal {
        Some(refusal) => refusal.into_response(),
        None => answer.await,
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("cookie, authorization"));
    let cached = HeaderValue::from_static("private, no-cache");
    headers.entry(header::CACHE_CONTROL).or_insert(cached);
    response
}

/// Whether a request comes from the house's own pages, or from no page at all.
pub(super) fn check_same_site(house: &House, headers: &HeaderMap) -> Answer<()> {
    let text = |name: HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let cross = text(HeaderName::from_static("sec-fetch-site")) == Some("cross-site");
    let own = match text(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let web = ["http://", "https://"];
            let host = web.iter().find_map(|scheme| origin.strip_prefix(scheme));
            house.public_url.as_deref() == Some(origin)
                || (host.is_some() && host == text(header::HOST))
        }
    };
    if own && !cross {
        return Ok(());
    }
    Err(Failure::new(ErrorCode::Forbidden, "Requests from other sites are refused."))
}
