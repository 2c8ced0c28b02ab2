//! The textbook's way to bid, to measure against: a transaction per bid that holds the lot's row
//! (`SELECT … FOR UPDATE`) from the check to the commit. No sessions, no keys, no log, no auto-bids:
//! what it does less is to its advantage.

use crate::{Fail, say};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use deadpool_postgres::{Manager, Pool, PoolError};
use tokio_postgres::NoTls;

/// The lot that is bid on.
pub(crate) const LOT: &str = "1";
/// Connections that bids share.
const CONNECTIONS_MAX: usize = 32;

pub(crate) async fn serve(database_url: &str) -> Result<(), Fail> {
    let pool = Pool::builder(Manager::new(database_url.parse()?, NoTls));
    let pool = pool.max_size(CONNECTIONS_MAX).build()?;
    let tables = "CREATE TABLE lot (id BIGINT PRIMARY KEY, price BIGINT NOT NULL); \
                  CREATE TABLE bid (id BIGSERIAL PRIMARY KEY, lot BIGINT NOT NULL, \
                  amount BIGINT NOT NULL); INSERT INTO lot VALUES (1, 0)";
    pool.get().await?.batch_execute(tables).await?;
    let router = Router::new().route("/{lot}", post(answer)).with_state(pool);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    say(&format!("listening on http://{}", listener.local_addr()?));
    Ok(axum::serve(listener, router).await?)
}

async fn answer(State(pool): State<Pool>, Path(lot): Path<i64>, body: String) -> StatusCode {
    let json: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    match bid(&pool, lot, json["amount"].as_i64().unwrap_or_default()).await {
        Ok(true) => StatusCode::CREATED,
        Ok(false) => StatusCode::BAD_REQUEST,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn bid(pool: &Pool, lot: i64, amount: i64) -> Result<bool, PoolError> {
    let mut client = pool.get().await?;
    let select = client.prepare_cached("SELECT price FROM lot WHERE id = $1 FOR UPDATE").await?;
    let insert = client.prepare_cached("INSERT INTO bid (lot, amount) VALUES ($1, $2)").await?;
    let update = client.prepare_cached("UPDATE lot SET price = $2 WHERE id = $1").await?;
    let transaction = client.transaction().await?;
    let price: i64 = transaction.query_one(&select, &[&lot]).await?.get(0);
    // Whoever waited longest comes first by chance only; what is too low by then is taken all the same,
    // so that all that is asked is work done.
    transaction.execute(&insert, &[&lot, &amount]).await?;
    transaction.execute(&update, &[&lot, &amount.max(price)]).await?;
    transaction.commit().await?;
    Ok(true)
}
