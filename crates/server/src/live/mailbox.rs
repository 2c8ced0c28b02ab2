//! What waits to be sent to one socket. Bounded: who cannot keep up is brought to the latest state.

use axum::extract::ws::Utf8Bytes;
use gavel_domain::LotId;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Messages that wait for a socket at most.
const WAITING_MAX: usize = 256;

/// A message about a lot, serialised once for everyone.
#[derive(Clone)]
pub(crate) struct Parcel {
    pub(crate) lot: LotId,
    /// The lot's public changes up to it.
    pub(crate) seq: u64,
    /// Whether it is for one user alone, subscribed or not; a lot's whole state does not contain it.
    pub(crate) private: bool,
    pub(crate) text: Utf8Bytes,
}

/// What a socket finds when it looks.
#[derive(Default)]
pub(crate) struct Delivery {
    pub(crate) parcels: VecDeque<Parcel>,
    /// Lots of which messages were left out: their whole state is to be sent again.
    pub(crate) stale: BTreeSet<LotId>,
    /// Whether the session may have ended.
    pub(crate) look_again: bool,
}

/// The messages that wait for a socket.
#[derive(Default)]
pub(crate) struct Mailbox {
    waiting: Mutex<Delivery>,
    arrived: Notify,
}

impl Mailbox {
    /// Puts a message in, or, where there is no room, marks its lot as stale.
    pub(crate) fn put(&self, parcel: Parcel) {
        {
            let mut waiting = self.waiting();
            if waiting.parcels.len() >= WAITING_MAX {
                // A lot's state makes up for its messages, but not for what is one user's alone; of
                // those the latest half is kept.
                let (kept, left_out) = std::mem::take(&mut waiting.parcels)
                    .into_iter()
                    .partition::<VecDeque<_>, _>(|parcel| parcel.private);
                waiting.stale.extend(left_out.iter().map(|parcel| parcel.lot));
                let old = kept.len().saturating_sub(WAITING_MAX / 2);
                waiting.parcels = kept.into_iter().skip(old).collect();
            }
            if parcel.private || !waiting.stale.contains(&parcel.lot) {
                waiting.parcels.push_back(parcel);
            }
        }
        self.arrived.notify_one();
    }

    /// Marks a lot as stale.
    pub(crate) fn mark_stale(&self, lot: LotId) {
        self.waiting().stale.insert(lot);
        self.arrived.notify_one();
    }

    /// Has the socket look whether its session still stands.
    pub(crate) fn look_again(&self) {
        self.waiting().look_again = true;
        self.arrived.notify_one();
    }

    /// Takes everything, once there is something.
    pub(crate) async fn take(&self) -> Delivery {
        loop {
            let arrived = self.arrived.notified();
            let found = std::mem::take(&mut *self.waiting());
            if !found.parcels.is_empty() || !found.stale.is_empty() || found.look_again {
                return found;
            }
            arrived.await;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Delivery> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(lot: u128, seq: u64) -> Parcel {
        Parcel { lot: LotId(lot), seq, private: false, text: format!("{lot}/{seq}").into() }
    }

    #[tokio::test]
    async fn messages_come_in_the_order_in_which_they_were_put() {
        let mailbox = Mailbox::default();
        for seq in 1..=5 {
            mailbox.put(parcel(1, seq));
        }
        let found = mailbox.take().await;
        let seqs: Vec<_> = found.parcels.iter().map(|parcel| parcel.seq).collect();
        assert_eq!(seqs, [1, 2, 3, 4, 5]);
        assert!(found.stale.is_empty());
    }

    #[tokio::test]
    async fn who_does_not_keep_up_holds_little_and_is_brought_to_the_latest_state() {
        let mailbox = Mailbox::default();
        for seq in 1..=100_000 {
            mailbox.put(parcel(u128::from(seq % 2), seq));
        }
        let found = mailbox.take().await;
        assert!(found.parcels.len() <= WAITING_MAX);
        assert_eq!(found.stale.into_iter().collect::<Vec<_>>(), [LotId(0), LotId(1)]);
    }
}
