//! What is to be told: written with what it tells of, read and cleared by whoever tells it.

use crate::engine_store::Store;
use crate::sql::{Row, Statement, damaged, params};
use gavel_domain::{LotId, Money, Time, UserId};
use gavel_engine::ports::{News, StoreError, Telling};
use serde::{Deserialize, Serialize};

/// A telling as JSON. Identities are hexadecimal.
#[derive(Serialize, Deserialize)]
struct TellingJson {
    lot: String,
    at: i64,
    #[serde(flatten)]
    news: NewsJson,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "lowercase")]
enum NewsJson {
    Outbid { user: String, max: Option<i64>, price: i64 },
    Sold { to: String, price: i64 },
    Unsold,
    Cancelled { by: Option<String>, reason: Option<String> },
}

/// The tellings of a batch as a row of the outbox; none where there is nothing to tell.
pub(crate) fn insert_tellings(position: u64, tellings: &[Telling]) -> Option<Statement> {
    if tellings.is_empty() {
        return None;
    }
    let rows = tellings.iter().map(to_json).collect::<Vec<_>>();
    let body = serde_json::to_string(&rows).expect("numbers and texts are always JSON");
    let sql = "INSERT INTO outbox (position, body) VALUES (?1, ?2)";
    Some(Statement::new(sql, params![position, body]).apart())
}

fn to_json(telling: &Telling) -> TellingJson {
    let hex = |id: u128| format!("{id:032x}");
    TellingJson {
        lot: hex(telling.lot.0),
        at: telling.at.0,
        news: match &telling.news {
            News::Outbid { user, max, price } => NewsJson::Outbid {
                user: hex(user.0),
                max: max.map(Money::minor),
                price: price.minor(),
            },
            News::Sold { to, price } => NewsJson::Sold { to: hex(to.0), price: price.minor() },
            News::Unsold => NewsJson::Unsold,
            News::Cancelled { by, reason } => {
                NewsJson::Cancelled { by: by.map(|by| hex(by.0)), reason: reason.clone() }
            }
        },
    }
}

fn from_json(row: TellingJson) -> Result<Telling, StoreError> {
    let id =
        |hex: &str| u128::from_str_radix(hex, 16).map_err(|_| damaged("an identity in the outbox"));
    let money = |minor| Money::from_minor(minor).ok_or_else(|| damaged("an amount in the outbox"));
    let user = |hex: String| Ok::<_, StoreError>(UserId(id(&hex)?));
    let news = match row.news {
        NewsJson::Outbid { user: who, max, price } => News::Outbid {
            user: user(who)?,
            max: max.map(money).transpose()?,
            price: money(price)?,
        },
        NewsJson::Sold { to, price } => News::Sold { to: user(to)?, price: money(price)? },
        NewsJson::Unsold => News::Unsold,
        NewsJson::Cancelled { by, reason } => {
            News::Cancelled { by: by.map(user).transpose()?, reason }
        }
    };
    Ok(Telling { lot: LotId(id(&row.lot)?), at: Time(row.at), news })
}

fn tellings_from(body: &str) -> Result<Vec<Telling>, StoreError> {
    let rows: Vec<TellingJson> = serde_json::from_str(body)
        .map_err(|error| damaged(&format!("a row of the outbox: {error}")))?;
    rows.into_iter().map(from_json).collect()
}

impl Store {
    /// The oldest rows of the outbox after a position: their positions and what is to be told.
    ///
    /// # Errors
    /// The store is away.
    pub async fn outbox(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Vec<Telling>)>, StoreError> {
        let sql =
            "SELECT position, body FROM outbox WHERE position > ?1 ORDER BY position LIMIT ?2";
        let rows = self.db.read_for_engine(sql, params![after, limit]).await?;
        let read = |mut row: Row| {
            let (position, body) = (row.count()?, row.text()?);
            // What cannot be read can never be told, and must not keep everything else from being told.
            let tellings = tellings_from(&body).unwrap_or_else(|error| {
                tracing::error!(position, %error, "a row of the outbox is passed over");
                Vec::new()
            });
            Ok((position, tellings))
        };
        rows.into_iter().map(read).collect()
    }
}
