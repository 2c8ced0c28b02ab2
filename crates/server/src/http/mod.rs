//! HTTP: one file a family of calls.

mod account;
mod admin;
mod auctions;
mod auth;
pub(crate) mod bids;
mod categories;
mod echo;
pub(crate) mod error;
mod examples;
mod extract;
mod front;
pub(crate) mod limits;
mod me;
mod media;
mod notices;
mod once;
mod openapi;
mod sellers;
pub(crate) mod shell;
mod tag;
mod watchlist;
mod web;

pub(crate) use auctions::checks::SNIPE_WINDOW_S_DEFAULT;

use crate::door::Seat;
use crate::house::App;
use crate::meters;
use axum::Extension;
use axum::Router;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
pub use echo::echo;
use error::Failure;
use extract::Viewer;
use front::Front;
use gavel_wire::ErrorCode;
pub use openapi::openapi_json;
use std::sync::Arc;
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long a part may take to say that it is up.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// Everything the house serves.
pub fn router(house: App) -> Router {
    let (api, document) = api().split_for_parts();
    let document = openapi::finish(document);
    let document = get(move || async move { axum::Json(document) });
    let same_site = || axum::middleware::from_fn_with_state(house.clone(), shell::same_site);
    let api = api
        .route("/openapi.json", document.layer(CompressionLayer::new()))
        .fallback(no_such_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(same_site());
    let nothing = any(no_such_path).layer(same_site());
    let others = Router::new()
        .route("/api", nothing.clone())
        .route("/api/", nothing.clone())
        .route("/api/{*rest}", nothing)
        .route("/ws", get(socket))
        .route("/media/{name}", get(media::show))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .fallback(web::show)
        .layer(CompressionLayer::new());
    let router = others
        .nest("/api/v1", api)
        .layer(axum::middleware::from_fn_with_state(house.clone(), shell::envelope))
        .with_state(house.clone());
    Router::new().fallback_service(Front { house, router })
}

/// The API with its description.
fn api() -> OpenApiRouter<App> {
    let changes = axum::middleware::from_fn(shell::gone_through_with);
    bids().merge(all_but_bids().layer(changes).layer(CompressionLayer::new()))
}

/// What is decided by the engine alone, which goes through with what it was given and tells of it whether or
/// not the client stays. It is what a hot lot's server mostly does, and the answers are short: nothing else is
/// put around it.
fn bids() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(bids::place::place))
        .routes(routes!(bids::auto_bid::set))
        .routes(routes!(bids::auto_bid::cancel))
}

fn all_but_bids() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::me))
        .routes(routes!(account::first_admin::get, account::first_admin::make))
        .routes(routes!(account::password::change))
        .routes(routes!(account::forgot::forgot))
        .routes(routes!(account::reset::reset))
        .routes(routes!(account::profile::update))
        .routes(routes!(account::sessions::list, account::sessions::end_others))
        .routes(routes!(account::sessions::end))
        .routes(routes!(account::tokens::list, account::tokens::create))
        .routes(routes!(account::tokens::revoke))
        .routes(routes!(sellers::get))
        .routes(routes!(admin::users::list))
        .routes(routes!(admin::ban::ban))
        .routes(routes!(admin::ban::unban))
        .routes(routes!(admin::audit::list))
        .routes(routes!(auctions::list::list))
        .routes(routes!(auctions::create::create))
        .routes(routes!(auctions::get::get, auctions::edit::edit, auctions::cancel::delete))
        .routes(routes!(auctions::cancel::cancel))
        .routes(routes!(auctions::publish::publish))
        .routes(routes!(auctions::relist::relist))
        .routes(routes!(auctions::images::add))
        .routes(routes!(auctions::images::remove))
        .routes(routes!(auctions::images::order))
        .routes(routes!(auctions::stream::stream))
        .routes(routes!(bids::history::history))
        .routes(routes!(bids::auto_bid::get))
        .routes(routes!(bids::log::log))
        .routes(routes!(categories::list))
        .routes(routes!(me::bids))
        .routes(routes!(me::auctions))
        .routes(routes!(admin::analytics::analytics))
        .routes(routes!(notices::list::list))
        .routes(routes!(notices::read::read))
        .routes(routes!(notices::settings::get, notices::settings::set))
        .routes(routes!(watchlist::list::list, watchlist::add::add))
        .routes(routes!(watchlist::remove::remove))
        .routes(routes!(admin::auctions::list::list))
        .routes(routes!(admin::auctions::cancel::cancel))
        .routes(routes!(admin::auctions::extend::extend))
}

async fn no_such_path() -> Failure {
    Failure::new(ErrorCode::NotFound, "There is nothing at this address.")
}

async fn wrong_method() -> Failure {
    Failure::new(ErrorCode::MethodNotAllowed, "This cannot be done to this address.")
}

/// Whether the house can do its work, part by part. The bus is told of and is not needed: while it is
/// away it is so for every server, and the house goes on.
async fn ready(State(house): State<App>) -> Response {
    let store = tokio::time::timeout(READY_TIMEOUT, house.store.ping()).await;
    let store = matches!(store, Ok(Ok(())));
    let status = if store { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |up: bool| if up { "up" } else { "away" };
    let mut parts = serde_json::json!({"ready": store, "store": word(store)});
    if let Some(bus) = &house.bus {
        parts["bus"] = word(bus.is_up()).into();
    }
    (status, axum::Json(parts)).into_response()
}

/// What is counted and timed, where it was asked to be had here.
async fn metrics(State(house): State<App>) -> Result<Response, Failure> {
    let page = meters::page(&house, meters::Place::House);
    page.ok_or_else(|| Failure::not_found("page"))
}

async fn socket(
    State(house): State<App>,
    headers: HeaderMap,
    Viewer(member): Viewer,
    seat: Option<Extension<Arc<Seat>>>,
    socket: WebSocketUpgrade,
) -> Result<Response, Failure> {
    if extract::bearer(&headers).is_none() {
        shell::check_same_site(&house, &headers)?;
    }
    let place = house.hub.place().ok_or_else(error::unavailable)?;
    Ok(crate::live::upgrade(socket, house, member, (place, seat)))
}
