//! Who watches what.

use crate::catalogue::LotRow;
use crate::engine_store::Store;
use crate::kept::{Done, Keep};
use crate::sql::{DbError, Statement, Value, params, places};
use gavel_domain::{LotId, Time, UserId};
use gavel_engine::ports::StoreError;
use std::collections::HashSet;

/// How long before its end a lot ends soon, for those who watch it.
pub const SOON_MS: i64 = 15 * 60_000;
/// Lots that a user may watch.
const WATCHED_MAX: u64 = 500;

/// A lot to be watched.
#[derive(Clone, Copy, Debug)]
pub struct NewWatch {
    /// Who watches.
    pub user: UserId,
    /// What.
    pub lot: LotId,
    /// Now.
    pub at: Time,
    /// When they are to be told that it ends soon.
    pub remind_at: Option<Time>,
}

/// What became of the wish to watch a lot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Watched {
    /// It is watched from now on, or a twin of the request was there first.
    Done(Done),
    /// It is watched already; nothing changed.
    Already,
    /// The user watches as many lots as they may; nothing changed.
    Full,
}

/// Brings the number of a lot's watchers up to date.
fn recount(lot: LotId) -> Statement {
    Statement::new(
        "UPDATE listing SET watchers = (SELECT COUNT(*) FROM watch WHERE lot = ?1) WHERE lot = ?1",
        params![lot.0],
    )
}

/// Has nobody be told too late of a lot whose end may come sooner now. Where it comes later, that is
/// found when the time to tell has come.
pub(crate) fn remind_in_time(lot: LotId, ends_at: Time) -> Statement {
    let sql = "UPDATE watch SET remind_at = ?2 WHERE lot = ?1 AND remind_at > ?2";
    Statement::new(sql, params![lot.0, ends_at.plus_ms(-SOON_MS).0])
}

impl Store {
    /// Has a user watch a lot.
    ///
    /// # Errors
    /// The store is away.
    pub async fn watch(&self, new: NewWatch, keep: Option<Keep>) -> Result<Watched, DbError> {
        let insert = Statement::new(
            "INSERT INTO watch (account, lot, created_at, remind_at) SELECT ?1, ?2, ?3, ?4 \
             WHERE (SELECT COUNT(*) FROM watch WHERE account = ?1) < ?5",
            params![new.user.0, new.lot.0, new.at.0, new.remind_at.map(|at| at.0), WATCHED_MAX],
        );
        match self.write_keeping(vec![insert.expecting(1), recount(new.lot)], keep).await {
            Ok(done) => Ok(Watched::Done(done)),
            Err(DbError::Mismatch) => {
                let known = self.watched_among(new.user, &[new.lot]).await;
                let known = known.map_err(|error| DbError::Unavailable(error.to_string()))?;
                Ok(if known.is_empty() { Watched::Full } else { Watched::Already })
            }
            Err(DbError::Constraint(name)) if name.contains("watch") => Ok(Watched::Already),
            Err(error) => Err(error),
        }
    }

    /// Has a user watch a lot no longer.
    ///
    /// # Errors
    /// The store is away.
    pub async fn unwatch(
        &self,
        user: UserId,
        lot: LotId,
        keep: Option<Keep>,
    ) -> Result<Done, DbError> {
        let sql = "DELETE FROM watch WHERE account = ?1 AND lot = ?2";
        let delete = Statement::new(sql, params![user.0, lot.0]);
        self.write_keeping(vec![delete, recount(lot)], keep).await
    }

    /// Those of some lots that a user watches.
    ///
    /// # Errors
    /// The store is away.
    pub async fn watched_among(
        &self,
        user: UserId,
        lots: &[LotId],
    ) -> Result<HashSet<LotId>, StoreError> {
        if lots.is_empty() {
            return Ok(HashSet::new());
        }
        let places = places(2, lots.len());
        let sql = format!("SELECT lot FROM watch WHERE account = ?1 AND lot IN ({places})");
        let mut params = params![user.0];
        params.extend(lots.iter().map(|lot| Value::from(lot.0)));
        let rows = self.db.read(sql, params).await?;
        rows.into_iter().map(|mut row| Ok(LotId(row.id()?))).collect()
    }

    /// The lots that a user watches: those still to end first, soonest first, then those that
    /// ended, latest first.
    ///
    /// # Errors
    /// The store is away.
    pub async fn watched(&self, user: UserId) -> Result<Vec<LotRow>, StoreError> {
        let sql = "SELECT w.lot FROM watch w JOIN lot_state s ON s.lot = w.lot \
                   WHERE w.account = ?1 ORDER BY CASE WHEN s.status = 'active' THEN 0 ELSE 1 END, \
                   CASE WHEN s.status = 'active' THEN s.ends_at ELSE -s.ends_at END, w.lot LIMIT ?2";
        let rows = self.db.read(sql, params![user.0, WATCHED_MAX]).await?;
        let lots = rows.into_iter().map(|mut row| Ok(LotId(row.id()?)));
        let lots = lots.collect::<Result<Vec<_>, StoreError>>()?;
        self.lots_in_order(&lots).await
    }
}
