//! Messages that go through Redis are sealed: for nobody, and from nobody, who does not know the house's key.
//!
//! A message is the name of the server that sends it (16 bytes), its number there (8 bytes), and what is
//! told, encrypted for the channel in which it goes (XChaCha20-Poly1305). Name and number are the nonce: no two
//! servers have the same name, as it is made anew when one starts, and none uses a number again. Whoever hears one
//! that is no higher than the last passes it over: somebody repeats it. A server that has just started has heard
//! none; a bid is too late by then, and nothing else that is told decides anything.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use moka::sync::Cache;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Bytes of a nonce, and of the server's name in it.
const NONCE: usize = 24;
const NAME: usize = 16;
/// Servers whose last number is remembered, and for how long after it.
const HEARD_MAX: u64 = 1_024;
const HEARD_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// What seals this server's messages, and opens the others'.
pub(super) struct Seal {
    cipher: XChaCha20Poly1305,
    /// This server, among those of the house.
    me: u128,
    next: AtomicU64,
    /// The last number that was heard of each server.
    heard: Cache<u128, u64>,
}

impl Seal {
    pub(super) fn new(secret: &[u8; 32], me: u128) -> Seal {
        let cipher = XChaCha20Poly1305::new(secret.into());
        let heard = Cache::builder().max_capacity(HEARD_MAX).time_to_live(HEARD_FOR).build();
        Seal { cipher, me, next: AtomicU64::new(0), heard }
    }

    /// Something to be told, as it goes into a channel.
    pub(super) fn seal(&self, channel: &str, told: &[u8]) -> Vec<u8> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let nonce = [&self.me.to_be_bytes()[..], &number.to_be_bytes()].concat();
        let told = Payload { msg: told, aad: channel.as_bytes() };
        let sealed = self.cipher.encrypt(XNonce::from_slice(&nonce), told);
        [nonce, sealed.expect("a message is short enough")].concat()
    }

    /// Who said something that came by a channel, and what; none, where it is this server's own, was heard
    /// before, or is nobody's of this house.
    pub(super) fn open(&self, channel: &[u8], message: &[u8]) -> Option<(u128, Vec<u8>)> {
        let (nonce, sealed) = message.split_at_checked(NONCE)?;
        let from = u128::from_be_bytes(*nonce.first_chunk::<NAME>()?);
        let number = u64::from_be_bytes(*nonce.last_chunk()?);
        if from == self.me {
            return None;
        }
        let sealed = Payload { msg: sealed, aad: channel };
        let told = self.cipher.decrypt(XNonce::from_slice(nonce), sealed).ok();
        let repeated = self.heard.get(&from).is_some_and(|last| number <= last);
        if told.is_none() || repeated {
            tracing::debug!(repeated, "a message of the bus is passed over: no server sent it");
            return None;
        }
        self.heard.insert(from, number);
        Some((from, told?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_is_read_once_in_its_channel_and_changed_by_nobody() {
        let secret = [7; 32];
        let (here, there) = (Seal::new(&secret, 1), Seal::new(&secret, 2));
        let message = here.seal("lots", b"ten");
        assert_eq!(here.open(b"lots", &message), None, "it is its own");
        assert_eq!(there.open(b"users", &message), None, "it was not for that");
        assert_eq!(Seal::new(&[8; 32], 2).open(b"lots", &message), None, "it has another key");
        for at in 0..message.len() {
            let mut changed = message.clone();
            changed[at] ^= 1;
            assert_eq!(there.open(b"lots", &changed), None, "{at}");
            assert_eq!(there.open(b"lots", &message[..at]), None, "{at}");
        }
        assert_eq!(there.open(b"lots", &message), Some((1, b"ten".to_vec())));
        assert_eq!(there.open(b"lots", &message), None, "somebody repeats it");
        let again = here.seal("lots", b"ten");
        assert_ne!(message[NONCE..], again[NONCE..], "no nonce is used twice");
        assert_eq!(there.open(b"lots", &again), Some((1, b"ten".to_vec())));
    }
}
