//! What users have been told in the app, and how they want to be told.

use crate::db::For;
use crate::engine_store::{Store, one};
use crate::kept::{Done, Keep};
use crate::sql::{DbError, Row, Statement, Value, damaged, params, places};
use gavel_domain::{LotId, Money, Time, UserId};
use gavel_engine::ports::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Notifications that are kept for a user where there are too many; older ones go.
pub(crate) const NOTICES_MAX: u64 = 500;

/// How many more there may be before they go: each time costs a walk over all of them.
pub(crate) const NOTICES_SLACK: u64 = 50;

/// What somebody is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NoticeKind {
    /// Somebody bid more.
    Outbid,
    /// Somebody bid more than their auto-bid's maximum.
    MaxReached,
    /// They bought the lot.
    Won,
    /// Their lot was sold.
    Sold,
    /// Their lot ended without a buyer.
    Unsold,
    /// A lot that they watch ends soon.
    EndingSoon,
    /// A lot was taken back.
    Cancelled,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [NoticeKind; 7] = [
        NoticeKind::Outbid,
        NoticeKind::MaxReached,
        NoticeKind::Won,
        NoticeKind::Sold,
        NoticeKind::Unsold,
        NoticeKind::EndingSoon,
        NoticeKind::Cancelled,
    ];

    /// Whether it tells that somebody does not lead any more.
    pub fn is_outbid(self) -> bool {
        matches!(self, NoticeKind::Outbid | NoticeKind::MaxReached)
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            NoticeKind::Outbid => "outbid",
            NoticeKind::MaxReached => "max_reached",
            NoticeKind::Won => "won",
            NoticeKind::Sold => "sold",
            NoticeKind::Unsold => "unsold",
            NoticeKind::EndingSoon => "ending_soon",
            NoticeKind::Cancelled => "cancelled",
        }
    }

    fn of_word(word: &str) -> Result<NoticeKind, StoreError> {
        let found = NoticeKind::ALL.into_iter().find(|kind| kind.word() == word);
        found.ok_or_else(|| damaged("an unknown kind of notification"))
    }
}

/// How somebody is told of a kind of thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ways {
    /// In the app.
    pub app: bool,
    /// By mail.
    pub mail: bool,
}

/// How somebody is told of everything; both ways where they have not said otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NoticeSettings(BTreeMap<NoticeKind, Ways>);

impl NoticeSettings {
    /// How they are told of a kind of thing.
    pub fn of(&self, kind: NoticeKind) -> Ways {
        self.0.get(&kind).copied().unwrap_or(Ways { app: true, mail: true })
    }

    /// Has them told so from now on.
    pub fn set(&mut self, kind: NoticeKind, ways: Ways) {
        self.0.insert(kind, ways);
    }

    /// As the column `notice_settings` has them.
    pub(crate) fn from_text(text: Option<&str>) -> Result<NoticeSettings, StoreError> {
        let Some(text) = text else { return Ok(NoticeSettings::default()) };
        let read: BTreeMap<String, Ways> =
            serde_json::from_str(text).map_err(|_| damaged("notice settings"))?;
        let kinds = read.into_iter().map(|(word, ways)| Ok((NoticeKind::of_word(&word)?, ways)));
        Ok(NoticeSettings(kinds.collect::<Result<_, StoreError>>()?))
    }

    fn text(&self) -> String {
        let words = self.0.iter().map(|(kind, ways)| (kind.word(), ways));
        let words = words.collect::<BTreeMap<_, _>>();
        serde_json::to_string(&words).expect("words and flags are always JSON")
    }
}

/// A notification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeRow {
    /// Identity.
    pub id: u128,
    /// What it tells.
    pub kind: NoticeKind,
    /// The lot that it is about.
    pub lot: LotId,
    /// The lot's title.
    pub title: String,
    /// The price that it tells of.
    pub amount: Option<Money>,
    /// Why the lot was taken back.
    pub reason: Option<String>,
    /// When it happened.
    pub at: Time,
    /// When it was marked as read.
    pub read_at: Option<Time>,
}

/// A page of notifications, newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticePage {
    /// The notifications.
    pub rows: Vec<NoticeRow>,
    /// Notifications in the whole list.
    pub total: u64,
    /// How many of all of them are unread.
    pub unread: u64,
}

/// What [`notice_from`] reads, of `notification n` and its `lot l`.
const NOTICE_COLUMNS: &str = "n.id, n.kind, n.lot, l.title, n.amount, n.reason, n.at, n.read_at";

fn notice_from(row: &mut Row) -> Result<NoticeRow, StoreError> {
    let money = |minor| Money::from_minor(minor).ok_or_else(|| damaged("an amount out of range"));
    Ok(NoticeRow {
        id: row.id()?,
        kind: NoticeKind::of_word(&row.text()?)?,
        lot: LotId(row.id()?),
        title: row.text()?,
        amount: row.opt_int()?.map(money).transpose()?,
        reason: row.opt_text()?,
        at: Time(row.int()?),
        read_at: row.opt_int()?.map(Time),
    })
}

impl Store {
    /// Page `page` (from 1) of a user's notifications.
    ///
    /// # Errors
    /// The store is away.
    pub async fn notices(
        &self,
        user: UserId,
        unread_only: bool,
        page: u32,
        limit: u32,
    ) -> Result<NoticePage, StoreError> {
        let which = if unread_only { "AND n.read_at IS NULL" } else { "" };
        let rows = format!(
            "SELECT {NOTICE_COLUMNS} FROM notification n JOIN lot l ON l.id = n.lot WHERE n.account = ?1 {which} \
             ORDER BY n.id DESC LIMIT ?2 OFFSET ?3"
        );
        let counts =
            "SELECT COUNT(*), COUNT(*) - COUNT(read_at) FROM notification WHERE account = ?1";
        // There are no more of them: no page lies further on.
        let offset = (u64::from(page - 1) * u64::from(limit)).min(NOTICES_MAX + NOTICES_SLACK);
        let queries = vec![
            Statement::new(rows, params![user.0, limit, offset]),
            Statement::new(counts, params![user.0]),
        ];
        let mut answers = self.db.read_all(For::Visitors, queries).await?.into_iter();
        let mut rows = answers.next().unwrap_or_default();
        let mut counted = one(answers.next().unwrap_or_default())?;
        let (all, unread) = (counted.count()?, counted.count()?);
        Ok(NoticePage {
            rows: rows.iter_mut().map(notice_from).collect::<Result<_, _>>()?,
            total: if unread_only { unread } else { all },
            unread,
        })
    }

    /// Up to `limit` unread notifications of some users that are not older than the identity `from`,
    /// and whose each is.
    ///
    /// # Errors
    /// The store is away.
    pub async fn fresh_notices(
        &self,
        users: &[UserId],
        from: u128,
        limit: u32,
    ) -> Result<Vec<(UserId, NoticeRow)>, StoreError> {
        let sql = format!(
            "SELECT n.account, {NOTICE_COLUMNS} FROM notification n JOIN lot l ON l.id = n.lot \
             WHERE n.account IN ({}) AND n.id >= ?1 AND n.read_at IS NULL LIMIT ?2",
            places(3, users.len())
        );
        let users = users.iter().map(|user| Value::from(user.0));
        let values = params![from, limit].into_iter().chain(users).collect();
        let read = |mut row: Row| Ok((UserId(row.id()?), notice_from(&mut row)?));
        self.db.read(sql, values).await?.into_iter().map(read).collect()
    }

    /// How many notifications of each of some users are unread.
    ///
    /// # Errors
    /// The store is away.
    pub async fn unread_notices(&self, users: &[u128]) -> Result<HashMap<u128, u64>, StoreError> {
        self.count_notices(users, "AND read_at IS NULL").await
    }

    /// How many of them fit a condition, user by user; who has none is absent.
    pub(crate) async fn count_notices(
        &self,
        users: &[u128],
        which: &str,
    ) -> Result<HashMap<u128, u64>, StoreError> {
        if users.is_empty() {
            return Ok(HashMap::new());
        }
        let places = places(1, users.len());
        let sql = format!(
            "SELECT account, COUNT(*) FROM notification WHERE account IN ({places}) {which} \
             GROUP BY account"
        );
        let users = users.iter().map(|user| Value::from(*user)).collect();
        let rows = self.db.read(sql, users).await?;
        rows.into_iter().map(|mut row| Ok((row.id()?, row.count()?))).collect()
    }

    /// Marks some of a user's notifications as read, or all of them.
    ///
    /// # Errors
    /// The store is away.
    pub async fn read_notices(
        &self,
        user: UserId,
        ids: Option<&[u128]>,
        now: Time,
        keep: Option<Keep>,
    ) -> Result<Done, DbError> {
        let base = "UPDATE notification SET read_at = ?2 WHERE account = ?1 AND read_at IS NULL";
        let (mut sql, mut params) = (base.to_owned(), params![user.0, now.0]);
        if let Some(ids) = ids {
            sql = format!("{base} AND id IN ({})", places(3, ids.len()));
            params.extend(ids.iter().map(|id| Value::from(*id)));
        }
        self.write_keeping(vec![Statement::new(sql, params)], keep).await
    }

    /// How a user wants to be told.
    ///
    /// # Errors
    /// The store is away.
    pub async fn notice_settings(&self, user: UserId) -> Result<NoticeSettings, StoreError> {
        let sql = "SELECT notice_settings FROM account WHERE id = ?1";
        let rows = self.db.read(sql, params![user.0]).await?;
        let text = rows.into_iter().next().map(|mut row| row.opt_text()).transpose()?;
        NoticeSettings::from_text(text.flatten().as_deref())
    }

    /// Keeps how a user wants to be told.
    ///
    /// # Errors
    /// The store is away.
    pub async fn set_notice_settings(
        &self,
        user: UserId,
        settings: &NoticeSettings,
        keep: Option<Keep>,
    ) -> Result<Done, DbError> {
        let sql = "UPDATE account SET notice_settings = ?2 WHERE id = ?1";
        let statement = Statement::new(sql, params![user.0, settings.text()]);
        self.write_keeping(vec![statement], keep).await
    }
}
