//! What becomes of the news in the outbox: who is told, and what is written when they are.

use crate::db::For;
use crate::engine_store::{Store, one};
use crate::mail::Mail;
use crate::notices::{NOTICES_MAX, NOTICES_SLACK, NoticeKind, NoticeSettings};
use crate::postgres;
use crate::sql::{DbError, Row, Statement, Value, damaged, params, places};
use crate::unfound;
use gavel_domain::{LotId, Money, Time, UserId};
use gavel_engine::ports::{Store as _, StoreError};
use std::collections::HashMap;

/// What is to be known of a lot to tell of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LotBrief {
    /// Its title.
    pub title: String,
    /// Who sells it.
    pub seller: UserId,
    /// Who leads or bought it.
    pub leader: Option<UserId>,
    /// Whether it is listed and has not ended.
    pub active: bool,
    /// When it ends.
    pub ends_at: Time,
    /// What it would sell for now.
    pub price: Money,
}

/// Somebody who may be told something. Without `Debug`: it holds an address.
#[derive(Clone)]
pub struct Recipient {
    /// Where mail reaches them.
    pub email: String,
    /// How they want to be told.
    pub settings: NoticeSettings,
}

/// That somebody was outbid, told and not read yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnreadOutbid {
    /// The notification.
    pub id: u128,
    /// When that happened.
    pub at: Time,
    /// When they last bid on the lot, as far as it is flushed where one process writes.
    pub bid_at: Option<Time>,
}

/// A lot that was taken back, to be told to everyone who bid on it or watches it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Announcement {
    /// The lot.
    pub lot: LotId,
    /// Who took it back; they know.
    pub by: Option<UserId>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Time,
    /// All accounts up to this one have been told.
    pub told_up_to: u128,
}

/// A step of an announcement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Announced {
    /// Position of the outbox that it came from.
    pub position: u64,
    /// The lot.
    pub lot: LotId,
    /// The account up to which all had been told.
    pub from: u128,
    /// The account up to which all have been told; none, where that is everyone.
    pub to: Option<u128>,
}

/// A watched lot whose end is near, or was to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reminder {
    /// Who watches.
    pub user: UserId,
    /// The lot.
    pub lot: LotId,
    /// When they were to be told.
    pub due: Time,
}

/// A notification to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewNotice {
    /// Identity.
    pub id: u128,
    /// Whose.
    pub user: UserId,
    /// What it tells.
    pub kind: NoticeKind,
    /// The lot.
    pub lot: LotId,
    /// The price that it tells of.
    pub amount: Option<Money>,
    /// Why.
    pub reason: Option<String>,
    /// When it happened.
    pub at: Time,
}

/// What is written, in one transaction, when people are told.
#[derive(Clone, Default)]
pub struct Told {
    /// Positions of the outbox that are done with.
    pub outbox: Vec<u64>,
    /// Lots to be announced as taken back, with the position of the outbox that said so.
    pub announce: Vec<(u64, Announcement)>,
    /// How far an announcement has come.
    pub announced: Option<Announced>,
    /// Reminders that are done with, with when to look again.
    pub reminded: Vec<(Reminder, Option<Time>)>,
    /// New notifications.
    pub new: Vec<NewNotice>,
    /// Unread notifications, under their identities, as they are to be from now on.
    pub renewed: Vec<NewNotice>,
    /// Notifications that are as good as read: whose, which.
    pub read: Vec<(UserId, u128)>,
    /// Users who may have more notifications than are kept.
    pub full: Vec<u128>,
    /// Mails.
    pub mails: Vec<Mail>,
    /// Now.
    pub now: Time,
}

impl Told {
    fn statements(&self) -> Vec<Statement> {
        let mut statements = Vec::with_capacity(self.new.len() + self.mails.len() + 8);
        statements.extend(self.outbox.iter().map(|position| {
            let sql = "DELETE FROM outbox WHERE position = ?1";
            Statement::new(sql, params![*position]).expecting(1).apart()
        }));
        statements.extend(self.announce.iter().map(|(position, news)| announce(*position, news)));
        statements.extend(self.announced.map(announced));
        statements.extend(self.reminded.iter().map(reminded));
        for (user, id) in &self.read {
            let sql = "UPDATE notification SET read_at = ?3 WHERE account = ?1 AND id = ?2";
            statements.push(Statement::new(sql, params![user.0, *id, self.now.0]).apart());
        }
        statements.extend(self.new.iter().map(insert_notice));
        statements.extend(self.renewed.iter().map(renew_notice));
        statements.extend(self.full.iter().map(|user| drop_oldest(*user)));
        statements.extend(self.mails.iter().map(Mail::statement));
        statements
    }
}

fn announce(position: u64, news: &Announcement) -> Statement {
    Statement::new(
        "INSERT INTO announcement (position, lot, account, reason, at, told_up_to) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            position,
            news.lot.0,
            news.by.map(|by| by.0),
            news.reason.clone(),
            news.at.0,
            news.told_up_to,
        ],
    )
}

fn announced(step: Announced) -> Statement {
    let Announced { position, lot, from, to } = step;
    // From where it was read: another server may have taken the same page.
    match to {
        Some(to) => Statement::new(
            "UPDATE announcement SET told_up_to = ?4 \
             WHERE position = ?1 AND lot = ?2 AND told_up_to = ?3",
            params![position, lot.0, from, to],
        ),
        None => Statement::new(
            "DELETE FROM announcement WHERE position = ?1 AND lot = ?2 AND told_up_to = ?3",
            params![position, lot.0, from],
        ),
    }
    .expecting(1)
}

fn reminded((reminder, next): &(Reminder, Option<Time>)) -> Statement {
    let Reminder { user, lot, due } = reminder;
    let sql = "UPDATE watch SET remind_at = ?4 WHERE account = ?1 AND lot = ?2 AND remind_at = ?3";
    Statement::new(sql, params![user.0, lot.0, due.0, next.map(|at| at.0)]).expecting(1)
}

fn insert_notice(new: &NewNotice) -> Statement {
    Statement::new(
        "INSERT INTO notification (account, id, kind, lot, amount, reason, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        notice_params(new),
    )
    .apart()
}

fn renew_notice(new: &NewNotice) -> Statement {
    Statement::new(
        "UPDATE notification SET kind = ?3, lot = ?4, amount = ?5, reason = ?6, at = ?7 \
         WHERE account = ?1 AND id = ?2 AND read_at IS NULL",
        notice_params(new),
    )
    // Read meanwhile, it is none that can be brought up to date: all is decided anew.
    .expecting(1)
    .apart()
}

fn notice_params(new: &NewNotice) -> Vec<Value> {
    params![
        new.user.0,
        new.id,
        new.kind.word(),
        new.lot.0,
        new.amount.map(Money::minor),
        new.reason.clone(),
        new.at.0,
    ]
}

/// Drops what a user has too many of.
fn drop_oldest(user: u128) -> Statement {
    Statement::new(
        "DELETE FROM notification WHERE account = ?1 AND id < \
         (SELECT id FROM notification WHERE account = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        params![user, NOTICES_MAX - 1],
    )
}

/// Keeps other servers from telling what this one is about to tell.
const TELLING: i64 = 0x6761_7674;

/// The right to tell, as long as it is held: a few seconds at most.
pub struct Teller(Option<postgres::Turn>);

impl Teller {
    /// Lets others tell.
    pub async fn end(self) {
        if let Some(turn) = self.0 {
            turn.leave().await;
        }
    }
}

impl Store {
    /// The right to tell, where no other server has it. It saves servers from doing the same work, of
    /// which one alone would come to anything; that nothing is told twice is up to [`Store::tell`].
    ///
    /// # Errors
    /// The store is away.
    pub async fn teller(&self) -> Result<Option<Teller>, StoreError> {
        if !self.is_shared() {
            return Ok(Some(Teller(None)));
        }
        let sql = "SELECT pg_try_advisory_xact_lock(?1)";
        let asked = vec![Statement::new(sql, params![TELLING])];
        let (turn, mut answers) = self.db.begin(For::Engine, asked).await?;
        if one(answers.pop().unwrap_or_default())?.flag()? {
            return Ok(Some(Teller(Some(turn))));
        }
        turn.leave().await;
        Ok(None)
    }

    /// Lots by identity, as far as is needed to tell of them; who is unknown is absent.
    ///
    /// # Errors
    /// The store is away.
    pub async fn lots_in_brief(
        &self,
        lots: &[LotId],
    ) -> Result<HashMap<LotId, LotBrief>, StoreError> {
        if lots.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = format!(
            "SELECT l.id, l.title, l.seller, s.leader, s.status, s.ends_at, \
             COALESCE(s.price, l.starting_price) FROM lot l JOIN lot_state s ON s.lot = l.id \
             WHERE l.id IN ({})",
            places(1, lots.len())
        );
        let rows = self.db.read(sql, lots.iter().map(|lot| Value::from(lot.0)).collect()).await?;
        let read = |mut row: Row| {
            let lot = LotId(row.id()?);
            let brief = LotBrief {
                title: row.text()?,
                seller: UserId(row.id()?),
                leader: row.opt_id()?.map(UserId),
                active: row.text()? == "active",
                ends_at: Time(row.int()?),
                price: Money::from_minor(row.int()?).ok_or_else(|| damaged("a price"))?,
            };
            Ok((lot, brief))
        };
        rows.into_iter().map(read).collect()
    }

    /// How to reach people; who is unknown is absent.
    ///
    /// # Errors
    /// The store is away.
    pub async fn recipients(&self, users: &[u128]) -> Result<HashMap<u128, Recipient>, StoreError> {
        if users.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = format!(
            "SELECT id, email, notice_settings FROM account WHERE id IN ({})",
            places(1, users.len())
        );
        let rows = self.db.read(sql, users.iter().map(|user| Value::from(*user)).collect()).await?;
        let read = |mut row: Row| {
            let (id, email) = (row.id()?, row.text()?);
            let settings = NoticeSettings::from_text(row.opt_text()?.as_deref())?;
            Ok((id, Recipient { email, settings }))
        };
        rows.into_iter().map(read).collect()
    }

    /// Which users have been told that they were outbid on a lot and have not read it.
    ///
    /// # Errors
    /// The store is away.
    pub async fn unread_outbids(
        &self,
        pairs: &[(UserId, LotId)],
    ) -> Result<HashMap<(UserId, LotId), UnreadOutbid>, StoreError> {
        if pairs.is_empty() {
            return Ok(HashMap::new());
        }
        // What they bid before they were outbid may still be put off.
        if self.is_shared() {
            unfound::find_all(&self.db).await?;
        }
        let rows = (0..pairs.len()).map(|n| format!("(?{}, ?{})", 2 * n + 1, 2 * n + 2));
        // CROSS JOIN, because it has SQLite begin with the few that are asked for.
        let sql = format!(
            "WITH wanted (account, lot) AS (VALUES {}) \
             SELECT n.account, n.lot, n.id, n.at, b.at FROM wanted w CROSS JOIN notification n \
             LEFT JOIN bidder b ON b.lot = n.lot AND b.account = n.account \
             WHERE n.account = w.account AND n.lot = w.lot AND n.read_at IS NULL \
             AND n.kind IN ('outbid', 'max_reached')",
            rows.collect::<Vec<_>>().join(", ")
        );
        let values = pairs.iter().flat_map(|(user, lot)| params![user.0, lot.0]).collect();
        let read = |mut row: Row| {
            let (user, lot) = (UserId(row.id()?), LotId(row.id()?));
            let (id, at) = (row.id()?, Time(row.int()?));
            Ok(((user, lot), UnreadOutbid { id, at, bid_at: row.opt_int()?.map(Time) }))
        };
        self.db.read(sql, values).await?.into_iter().map(read).collect()
    }

    /// Which of some users have so many notifications that with `more` each they have too many.
    ///
    /// # Errors
    /// The store is away.
    pub async fn users_full_of_notices(
        &self,
        users: &[u128],
        more: usize,
    ) -> Result<Vec<u128>, StoreError> {
        let counts = self.count_notices(users, "").await?;
        let full = |count: u64| count + more as u64 > NOTICES_MAX + NOTICES_SLACK;
        Ok(counts.into_iter().filter(|(_, count)| full(*count)).map(|(user, _)| user).collect())
    }

    /// The oldest announcement that has not reached everyone, with its position.
    ///
    /// # Errors
    /// The store is away.
    pub async fn announcement(&self) -> Result<Option<(u64, Announcement)>, StoreError> {
        let sql = "SELECT position, lot, account, reason, at, told_up_to FROM announcement \
                   ORDER BY position, lot LIMIT 1";
        let read = |mut row: Row| {
            let position = row.count()?;
            let news = Announcement {
                lot: LotId(row.id()?),
                by: row.opt_id()?.map(UserId),
                reason: row.opt_text()?,
                at: Time(row.int()?),
                told_up_to: row.id()?,
            };
            Ok((position, news))
        };
        self.db.read(sql, params![]).await?.into_iter().next().map(read).transpose()
    }

    /// Who has bid on a lot or watches it: up to `limit` accounts after `after`, in their order.
    ///
    /// # Errors
    /// The store is away.
    pub async fn audience(
        &self,
        lot: LotId,
        after: u128,
        limit: u32,
    ) -> Result<Vec<UserId>, StoreError> {
        // Each part bounded by itself, so that no page looks at all of them.
        let sql = "SELECT account FROM (SELECT account FROM bidder \
                   WHERE lot = ?1 AND account > ?2 ORDER BY account LIMIT ?3) AS bidders \
                   UNION SELECT account FROM (SELECT account FROM watch \
                   WHERE lot = ?1 AND account > ?2 ORDER BY account LIMIT ?3) AS watchers \
                   ORDER BY account LIMIT ?3";
        let rows = self.db.read(sql, params![lot.0, after, limit]).await?;
        rows.into_iter().map(|mut row| Ok(UserId(row.id()?))).collect()
    }

    /// Up to `limit` reminders that are due, longest due first.
    ///
    /// # Errors
    /// The store is away.
    pub async fn reminders_due(&self, now: Time, limit: u32) -> Result<Vec<Reminder>, StoreError> {
        let sql = "SELECT account, lot, remind_at FROM watch \
                   WHERE remind_at IS NOT NULL AND remind_at <= ?1 ORDER BY remind_at LIMIT ?2";
        let read = |mut row: Row| {
            let (user, lot) = (UserId(row.id()?), LotId(row.id()?));
            Ok(Reminder { user, lot, due: Time(row.int()?) })
        };
        self.db.read(sql, params![now.0, limit]).await?.into_iter().map(read).collect()
    }

    /// Writes that people have been told, whole or not at all.
    ///
    /// # Errors
    /// [`DbError::Mismatch`] where another server was there first; or the store is away.
    pub async fn tell(&self, told: Told) -> Result<(), DbError> {
        self.db.write_prepared(move || told.statements()).await
    }
}
