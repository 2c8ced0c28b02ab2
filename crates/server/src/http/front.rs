//! Where requests come in.

use super::bids::place;
use super::shell::{Watched, enveloped, foreign, guarded};
use crate::house::App;
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll};
use tower::Service;

/// The router, and a short way for bids, which are most of what a busy house is asked for: what goes around
/// them is called, where the router wraps each part in the next and has every request handed from one to the
/// other (docs/adr/0004). Both ways answer alike.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) house: App,
    pub(super) router: Router,
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // The router always is.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match place::lot_in(&request) {
            Some(lot) => Box::pin(bid(self.house.clone(), lot, request).map(Ok)),
            None => Box::pin(self.router.call(request)),
        }
    }
}

async fn bid(house: App, lot: gavel_domain::LotId, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let unread = AtomicBool::new(false);
    let body = Watched::new(body, &unread);
    let refusal = foreign(&house, &parts.method, &parts.headers);
    // Pinned where it is, so that it is not moved from one to the next.
    let asked = async { place::asked(&house, lot, &parts.headers, body).await.into_response() };
    let asked = pin!(asked);
    let answer = pin!(guarded(refusal, asked));
    enveloped(&house, &parts.method, place::ROUTE, &unread, answer).await
}
