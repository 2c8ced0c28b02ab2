//! A lot's live messages, for those who have no WebSocket.

use crate::house::App;
use crate::http::error::{Answer, Failure, unavailable};
use crate::http::extract::{TheLot, Viewer};
use crate::live;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::{IntoResponse, Response};
use gavel_wire::{ApiError, StreamEvent};

/// A lot's live messages as server-sent events: first the whole lot, as `subscribed`, then what
/// changes about it, each with its `seq` as `id`.
#[utoipa::path(
    get, path = "/auctions/{id}/stream", operation_id = "streamAuction", tag = "Lots",
    params(("id" = Uuid, Path, description = "The lot")),
    responses(
        (status = 200, body = StreamEvent, content_type = "text/event-stream",
            description = "Events named `message`, each with a WsMessage as data"),
        (status = 503, body = ApiError, description = "UNAVAILABLE: too many listen"),
    ),
)]
pub(in crate::http) async fn stream(
    State(house): State<App>,
    TheLot(lot): TheLot,
    Viewer(viewer): Viewer,
) -> Answer<Response> {
    let place = house.hub.place().ok_or_else(unavailable)?;
    let events = live::stream(house, lot, viewer, place).await;
    let events = events.map_err(|()| unavailable())?;
    let events = events.ok_or_else(|| Failure::not_found("auction"))?;
    // Proxies that collect an answer before they pass it on would keep it for ever.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, events).into_response())
}
