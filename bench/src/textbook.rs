//! The textbook's way to bid, to measure against: a transaction per bid that holds the lot's row
//! (`SELECT … FOR UPDATE`) from the check to the commit, with a statement for each thing to be done. It
//! does what a house cannot do without (who asks, is the key new, the bid, the price, news for whoever was
//! outbid) and no more: no hashed log, no auto-bids, no live messages. What it does less is to its advantage.

use crate::{Fail, say};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
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
    let tables = "CREATE TABLE account (id BIGINT PRIMARY KEY, banned BOOLEAN NOT NULL); \
                  CREATE TABLE session (token TEXT PRIMARY KEY, account BIGINT NOT NULL REFERENCES account); \
                  CREATE TABLE lot (id BIGINT PRIMARY KEY, price BIGINT NOT NULL, leader BIGINT); \
                  CREATE TABLE bid (id BIGSERIAL PRIMARY KEY, lot BIGINT NOT NULL REFERENCES lot, \
                  account BIGINT NOT NULL REFERENCES account, amount BIGINT NOT NULL, \
                  at TIMESTAMPTZ NOT NULL DEFAULT now(), key TEXT NOT NULL, UNIQUE (account, key)); \
                  CREATE INDEX bid_by_lot ON bid (lot, id); \
                  CREATE TABLE notification (id BIGSERIAL PRIMARY KEY, account BIGINT NOT NULL, \
                  lot BIGINT NOT NULL, price BIGINT NOT NULL); \
                  CREATE INDEX notification_by_account ON notification (account, id); \
                  INSERT INTO account SELECT n, false FROM generate_series(0, 9999) n; \
                  INSERT INTO session SELECT n::text, n FROM generate_series(0, 9999) n; \
                  INSERT INTO lot VALUES (1, 0, NULL)";
    pool.get().await?.batch_execute(tables).await?;
    let router = Router::new().route("/{lot}", post(answer)).with_state(pool);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    say(&format!("listening on http://{}", listener.local_addr()?));
    Ok(axum::serve(listener, router).await?)
}

async fn answer(
    State(pool): State<Pool>,
    Path(lot): Path<i64>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    let header = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let json: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let asked = Bid {
        token: header("cookie")
            .and_then(|cookie| cookie.strip_prefix("session="))
            .unwrap_or_default(),
        key: header("x-idempotency-key").unwrap_or_default(),
        lot,
        amount: json["amount"].as_i64().unwrap_or_default(),
    };
    match bid(&pool, asked).await {
        Ok(true) => StatusCode::CREATED,
        Ok(false) => StatusCode::FORBIDDEN,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

struct Bid<'a> {
    token: &'a str,
    key: &'a str,
    lot: i64,
    amount: i64,
}

async fn bid(pool: &Pool, Bid { token, key, lot, amount }: Bid<'_>) -> Result<bool, PoolError> {
    let mut client = pool.get().await?;
    let session = "SELECT a.id FROM session s JOIN account a ON a.id = s.account \
                   WHERE s.token = $1 AND NOT a.banned";
    let session = client.prepare_cached(session).await?;
    let known = "SELECT id FROM bid WHERE account = $1 AND key = $2";
    let known = client.prepare_cached(known).await?;
    let select = "SELECT price, leader FROM lot WHERE id = $1 FOR UPDATE";
    let select = client.prepare_cached(select).await?;
    let insert = "INSERT INTO bid (lot, account, amount, key) VALUES ($1, $2, $3, $4)";
    let insert = client.prepare_cached(insert).await?;
    let update = "UPDATE lot SET price = $2, leader = $3 WHERE id = $1";
    let update = client.prepare_cached(update).await?;
    let tell = "INSERT INTO notification (account, lot, price) VALUES ($1, $2, $3)";
    let tell = client.prepare_cached(tell).await?;

    let Some(account) = client.query_opt(&session, &[&token]).await? else { return Ok(false) };
    let account: i64 = account.get(0);
    let transaction = client.transaction().await?;
    if transaction.query_opt(&known, &[&account, &key]).await?.is_some() {
        return Ok(true);
    }
    let row = transaction.query_one(&select, &[&lot]).await?;
    let (price, leader): (i64, Option<i64>) = (row.get(0), row.get(1));
    // Whoever waited longest comes first by chance only; what is too low by then is taken all the same,
    // so that all that is asked is work done.
    let amount = amount.max(price);
    transaction.execute(&insert, &[&lot, &account, &amount, &key]).await?;
    transaction.execute(&update, &[&lot, &amount, &account]).await?;
    if let Some(outbid) = leader {
        transaction.execute(&tell, &[&outbid, &lot, &amount]).await?;
    }
    transaction.commit().await?;
    Ok(true)
}
