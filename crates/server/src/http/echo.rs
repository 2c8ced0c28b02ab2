//! What the stack costs by itself: the yardstick of the benchmark.

use super::error::{Answer, unavailable};
use super::extract::{Body, Key, TheLot};
use crate::house::App;
use crate::sessions::Member;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use gavel_domain::LotId;
use gavel_wire::{BidOutcome, PlaceBidRequest, PlaceBidResponse, Price, Timestamp};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Everything that a bid goes through but deciding and storing it: the same connection, session,
/// path, key, body, limit, hop to one task and back, and an answer of the same shape and size.
/// Merge it beside the house's router to measure; it is in no house that people use.
pub fn echo(house: App) -> Router {
    let (jobs, mut inbox) = mpsc::channel::<(LotId, f64, oneshot::Sender<PlaceBidResponse>)>(4096);
    tokio::spawn(async move {
        while let Some((lot, amount, reply)) = inbox.recv().await {
            // A client that has left is no reason to stop.
            let _ = reply.send(answer(lot, amount));
        }
    });
    let handler = move |State(house): State<App>,
                        TheLot(lot): TheLot,
                        member: Member,
                        Key(_): Key,
                        Body(request): Body<PlaceBidRequest>| {
        let jobs = jobs.clone();
        async move {
            house.limits.bid(member.id).await?;
            let (reply, echoed) = oneshot::channel();
            jobs.try_send((lot, request.amount, reply)).map_err(|_| unavailable())?;
            let echoed = echoed.await.map_err(|_| unavailable())?;
            Answer::Ok((StatusCode::CREATED, Json(echoed)))
        }
    };
    Router::new().route("/bench/echo/{id}", post(handler)).with_state(house)
}

fn answer(lot: LotId, amount: f64) -> PlaceBidResponse {
    let price = Price((amount * 100.0) as i64);
    PlaceBidResponse {
        bid_id: Uuid::from_u128(lot.0),
        status: BidOutcome::Accepted,
        final_amount: price,
        is_highest_bidder: true,
        message: "You are the highest bidder.".to_owned(),
        auction_end_time: Timestamp(1_800_000_000_000),
        current_bid: price,
        bid_count: 1,
        minimum_bid: price,
        seq: 1,
    }
}
