//! What time alone changes in the tables that lots are found by, and what was put off for it.

use crate::engine_store::Store;
use crate::keys::KEPT_MS;
use crate::sql::{Statement, params};
use crate::{search, shared, unfound};
use gavel_domain::Time;
use gavel_engine::ports::{Store as _, StoreError};
use std::sync::atomic::{AtomicI64, Ordering};

/// Lots that go from one full-text index to the other in one go.
const REFILED_MAX: u32 = 100;
/// Lots that have ended, and that full-text search still knows among those that have not.
const STALE: &str = "FROM listing WHERE found_past = 0 AND phase IN ('ended', 'cancelled')";

/// How often what commits leave is looked at on end.
pub(crate) const ROUNDS_MAX: usize = 20;
/// Keys that are forgotten in one go.
const FORGOTTEN_MAX: u64 = 5_000;

/// How long another server may list a lot unseen that begins before all that this one knows.
const UNSEEN_MS: i64 = 1_000;

/// When the next scheduled lot begins, as far as this process knows; never later than it does, nor than
/// it is to be looked for again.
pub(crate) struct NextStart(AtomicI64);

impl Default for NextStart {
    fn default() -> NextStart {
        NextStart(AtomicI64::new(i64::MIN))
    }
}

impl NextStart {
    /// A lot begins then.
    pub(crate) fn may_be(&self, starts_at: Time) {
        self.0.fetch_min(starts_at.0, Ordering::Relaxed);
    }
}

impl Store {
    /// Has lots whose time has come found among those that take bids. Costs nothing before then.
    ///
    /// # Errors
    /// The store is away.
    pub(crate) async fn open_due(&self, now: Time) -> Result<(), StoreError> {
        if now.0 < self.next_start.0.load(Ordering::Relaxed) {
            return Ok(());
        }
        // Before looking: what is listed from here on lowers it again.
        self.next_start.0.store(i64::MAX, Ordering::Relaxed);
        let opened = self.open_until(now).await;
        if self.is_shared() {
            self.next_start.may_be(now.plus_ms(UNSEEN_MS));
        }
        // Where it failed, the next call is to try again.
        self.next_start.may_be(Time(*opened.as_ref().unwrap_or(&i64::MIN)));
        opened.map(drop)
    }

    /// Opens what is due, and says when the next lot begins.
    async fn open_until(&self, now: Time) -> Result<i64, StoreError> {
        let sql =
            "SELECT starts_at FROM listing WHERE phase = 'scheduled' ORDER BY starts_at LIMIT 1";
        let next = async || match self.db.read(sql, params![]).await?.into_iter().next() {
            Some(mut row) => row.int(),
            None => Ok(i64::MAX),
        };
        let first = next().await?;
        if first > now.0 {
            return Ok(first);
        }
        let sql = "UPDATE listing SET phase = 'active' \
                   WHERE phase = 'scheduled' AND starts_at <= ?1";
        self.db.write(vec![Statement::new(sql, params![now.0])]).await?;
        next().await
    }

    /// Forgets keys that are older than a day, some of them.
    async fn forget_keys(&self, now: Time) -> Result<bool, StoreError> {
        let before = now.plus_ms(-KEPT_MS);
        // The oldest by its order: for any that is old enough an engine may read all that are not.
        let sql = "SELECT at FROM event_key ORDER BY at LIMIT 1";
        let oldest = self.db.read_for_engine(sql, params![]).await?.pop();
        let oldest = oldest.map(|mut row| row.int()).transpose()?;
        if oldest.is_none_or(|oldest| oldest >= before.0) {
            return Ok(false);
        }
        self.db.write_prepared(move || vec![shared::forget_keys(before, FORGOTTEN_MAX)]).await?;
        Ok(true)
    }

    /// Does what is due: opens lots, has lists know lots by what was put off, has full-text search know lots
    /// that have ended among those that were, and forgets old keys; some of each. To be called every second
    /// or so: until then a search among those that were misses a lot that has just ended. Returns whether
    /// there may be more to do.
    ///
    /// # Errors
    /// The store is away. What could be done is.
    pub async fn tidy(&self, now: Time) -> Result<bool, StoreError> {
        let opened = self.open_due(now).await.map(|()| false);
        let followed = if self.is_shared() { self.follow(now).await } else { Ok(false) };
        let refiled = self.refile().await;
        Ok(opened? | followed? | refiled?)
    }

    /// Does what commits on a shared database leave to be done, about as fast as they can leave it.
    async fn follow(&self, now: Time) -> Result<bool, StoreError> {
        let found = unfound::find_all(&self.db).await;
        let mut more = true;
        for _ in 0..ROUNDS_MAX {
            more = self.forget_keys(now).await?;
            if !more {
                break;
            }
        }
        Ok(found? | more)
    }

    async fn refile(&self) -> Result<bool, StoreError> {
        let sql = format!("SELECT 1 {STALE} LIMIT 1");
        if self.db.read(sql, params![]).await?.is_empty() {
            return Ok(false);
        }
        let [insert, delete] = search::refile(self.db.dialect(), STALE, REFILED_MAX);
        let done = format!(
            "UPDATE listing SET found_past = 1 \
             WHERE number IN (SELECT number {STALE} ORDER BY number LIMIT ?1)"
        );
        let done = Statement::new(done, params![REFILED_MAX]);
        self.db.write(vec![insert, delete, done]).await?;
        Ok(true)
    }
}
