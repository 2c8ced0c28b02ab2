//! Limits that hold on every server: counted in Redis.

use super::Bus;
use redis::Script;
use std::sync::LazyLock;
use std::time::Duration;

/// How long a count may take; after that this server's own count must do.
const DEADLINE: Duration = Duration::from_millis(250);

/// How often something may be done, and how much of it at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quota {
    /// As often at once, and in every period.
    pub(crate) times: u32,
    /// The period.
    pub(crate) every: Duration,
}

/// The generic cell rate algorithm, by the Redis server's clock: what is kept is when somebody will
/// have nothing left to wait for. Answers with the milliseconds to wait, 0 where it may be done.
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME') \
         local now = time[1] * 1000 + math.floor(time[2] / 1000) \
         local step, most = tonumber(ARGV[1]), tonumber(ARGV[2]) \
         local free_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + step \
         if free_at - now > most then return free_at - now - most end \
         redis.call('SET', KEYS[1], string.format('%.0f', free_at), 'PX', free_at - now) \
         return 0",
    )
});

impl Bus {
    /// Counts something that `who` does, and says how long they have to wait before they may; none where
    /// nobody can say.
    pub(crate) async fn count(&self, what: &str, who: &str, quota: Quota) -> Option<Duration> {
        let mut redis = self.0.link.connection()?;
        let most = u64::try_from(quota.every.as_millis()).unwrap_or(u64::MAX);
        let step = most / u64::from(quota.times.max(1));
        let mut count = COUNT.key(self.0.link.key(&format!("limit:{what}:{who}")));
        let counted = count.arg(step).arg(most).invoke_async::<u64>(&mut redis);
        match tokio::time::timeout(DEADLINE, counted).await {
            Ok(Ok(wait_ms)) => Some(Duration::from_millis(wait_ms)),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a limit was not counted for all servers");
                None
            }
            Err(_) => None,
        }
    }
}
