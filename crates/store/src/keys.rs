//! Idempotency keys of the last day, by their fingerprints: a hit is confirmed by the record itself.
//!
//! Where one process writes, they are in memory: an index would be the dearest part of a bid
//! (docs/adr/0003). What is in memory is rebuilt from the log's tail at start.

use crate::sql::Value;
use gavel_domain::{Time, UserId};
use gavel_engine::Record;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};

/// How long a key is honoured.
pub(crate) const KEPT_MS: i64 = 24 * 3_600_000;
/// How many are kept at most: some 250 MB. A house that takes more in a day has outgrown SQLite.
pub(crate) const KEYS_MAX: usize = 4_000_000;

/// Fingerprint of a user's key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint(u128);

impl Fingerprint {
    pub(crate) fn of(user: UserId, key: &str) -> Fingerprint {
        let sha = Sha256::new().chain_update(user.0.to_be_bytes()).chain_update(key.as_bytes());
        let digest: [u8; 32] = sha.finalize().into();
        let (head, _) = digest.split_first_chunk().expect("32 bytes hold 16");
        Fingerprint(u128::from_be_bytes(*head))
    }
}

/// A key that a record was accepted with.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) fingerprint: Fingerprint,
    /// The record's.
    pub(crate) position: u64,
    pub(crate) at: Time,
}

impl Key {
    /// That of a record, if any.
    pub(crate) fn of(record: &Record) -> Option<Key> {
        let fingerprint = Fingerprint::of(record.by?, &record.keyed.as_ref()?.key);
        Some(Key { fingerprint, position: record.position, at: record.at })
    }
}

impl From<Fingerprint> for Value {
    fn from(key: Fingerprint) -> Value {
        Value::from(key.0)
    }
}

/// The keys of the last day.
#[derive(Default)]
pub(crate) struct Keys {
    positions: HashMap<Fingerprint, u64>,
    by_age: VecDeque<(Time, Fingerprint)>,
}

impl Keys {
    /// Position of the record that holds the key.
    pub(crate) fn find(&self, key: Fingerprint) -> Option<u64> {
        self.positions.get(&key).copied()
    }

    pub(crate) fn insert(&mut self, Key { fingerprint, position, at }: Key) {
        while let Some(&(oldest, key)) = self.by_age.front()
            && (at.since_ms(oldest) > KEPT_MS || self.by_age.len() >= KEYS_MAX)
        {
            self.positions.remove(&key);
            self.by_age.pop_front();
        }
        self.positions.insert(fingerprint, position);
        self.by_age.push_back((at, fingerprint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_honoured_for_a_day_and_then_forgotten() {
        let key = |n| Fingerprint::of(UserId(1), &format!("k{n}"));
        let used = |n, at| Key { fingerprint: key(n), position: n, at: Time(at) };
        let mut keys = Keys::default();
        keys.insert(used(1, 0));
        keys.insert(used(2, KEPT_MS));
        assert_eq!(keys.find(key(1)), Some(1));
        keys.insert(used(3, KEPT_MS + 1));
        assert_eq!(keys.find(key(1)), None);
        assert_eq!(keys.find(key(2)), Some(2));
        assert_eq!(keys.by_age.len(), keys.positions.len());
    }
}
