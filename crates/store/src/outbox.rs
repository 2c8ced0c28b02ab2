//! What is to be told: written with what it tells of, read and cleared by whoever tells it.

use crate::engine_store::Store;
use crate::sql::{Row, Statement, damaged, params};
use gavel_domain::{LotId, Money, Time, UserId};
use gavel_engine::ports::{News, StoreError, Telling};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A telling as JSON, flat: what depends on the news is there where it belongs to it. Identities are hexadecimal.
#[derive(Serialize, Deserialize)]
struct TellingJson {
    lot: Hex,
    at: i64,
    news: NewsJson,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<Hex>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<Hex>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Hex>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum NewsJson {
    Outbid,
    Sold,
    Unsold,
    Cancelled,
}

/// An identity in 32 hexadecimal digits.
struct Hex(u128);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Hex, D::Error> {
        let text = <&str>::deserialize(from)?;
        u128::from_str_radix(text, 16).map(Hex).map_err(D::Error::custom)
    }
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
    let empty = TellingJson {
        lot: Hex(telling.lot.0),
        at: telling.at.0,
        news: NewsJson::Unsold,
        user: None,
        max: None,
        price: None,
        to: None,
        by: None,
        reason: None,
    };
    let hex = |user: UserId| Some(Hex(user.0));
    match &telling.news {
        News::Outbid { user, max, price } => TellingJson {
            news: NewsJson::Outbid,
            user: hex(*user),
            max: max.map(Money::minor),
            price: Some(price.minor()),
            ..empty
        },
        News::Sold { to, price } => {
            TellingJson { news: NewsJson::Sold, to: hex(*to), price: Some(price.minor()), ..empty }
        }
        News::Unsold => empty,
        News::Cancelled { by, reason } => TellingJson {
            news: NewsJson::Cancelled,
            by: by.and_then(hex),
            reason: reason.clone(),
            ..empty
        },
    }
}

fn from_json(row: TellingJson) -> Result<Telling, StoreError> {
    let missing = || damaged("a part of a row of the outbox");
    let money = |minor| Money::from_minor(minor).ok_or_else(|| damaged("an amount in the outbox"));
    let user = |hex: Option<Hex>| hex.map(|id| UserId(id.0)).ok_or_else(missing);
    let price = || money(row.price.ok_or_else(missing)?);
    let news = match row.news {
        NewsJson::Outbid => News::Outbid {
            user: user(row.user)?,
            max: row.max.map(money).transpose()?,
            price: price()?,
        },
        NewsJson::Sold => News::Sold { to: user(row.to)?, price: price()? },
        NewsJson::Unsold => News::Unsold,
        NewsJson::Cancelled => {
            News::Cancelled { by: row.by.map(|id| UserId(id.0)), reason: row.reason }
        }
    };
    Ok(Telling { lot: LotId(row.lot.0), at: Time(row.at), news })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_told_is_read_as_it_was_written() {
        let money = |minor| Money::from_minor(minor).expect("money");
        let news = [
            News::Outbid { user: UserId(1), max: Some(money(2)), price: money(3) },
            News::Outbid { user: UserId(u128::MAX), max: None, price: money(3) },
            News::Sold { to: UserId(4), price: money(5) },
            News::Unsold,
            News::Cancelled { by: Some(UserId(6)), reason: Some("\"quoted\"\n".to_owned()) },
            News::Cancelled { by: None, reason: None },
        ];
        let tellings = news.map(|news| Telling { lot: LotId(7), at: Time(8), news });
        let rows = tellings.iter().map(to_json).collect::<Vec<_>>();
        let text = serde_json::to_string(&rows).expect("is JSON");
        assert_eq!(tellings_from(&text).expect("is read"), tellings);
    }

    #[test]
    fn a_row_without_what_belongs_to_its_news_is_damaged() {
        let row = |news: &str| {
            format!(r#"[{{"lot":"{:032x}","at":8,"news":"sold","to":"{:032x}"{news}}}]"#, 7, 4)
        };
        let sold = News::Sold { to: UserId(4), price: Money::from_minor(5).expect("money") };
        let told = Telling { lot: LotId(7), at: Time(8), news: sold };
        assert_eq!(tellings_from(&row(r#","price":5,"reason":null"#)).expect("is read"), [told]);
        tellings_from(&row("")).expect_err("has no price");
    }
}
