use gavel_domain::{Asked, Command, Event, LotId, Money, Time, UserId};
use sha2::{Digest, Sha256};

/// An entry of the log: an event, where it stands, and everything that its answer is made of, so
/// that a repeated request can be answered from it word for word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Its place in the house's log; ascending, unique, not dense.
    pub position: u64,
    /// The lot.
    pub lot: LotId,
    /// Its place in the lot's log: dense, from 1, silent changes included.
    pub version: u64,
    /// The lot's public changes up to it.
    pub seq: u64,
    /// The lot's history rows up to it.
    pub rows_total: u64,
    /// Position of the lot's record before it; 0 before the first.
    pub prev: u64,
    /// Position of an earlier record of the lot, for finding any of them in few steps: see
    /// [`crate::Spine`].
    pub jump: u64,
    /// When it was sequenced.
    pub at: Time,
    /// Its identity, and that of the bid that it holds. The two lowest bits are zero and number
    /// the history rows: see [`Record::row_id`].
    pub id: u128,
    /// Who asked for it; nobody, where time did.
    pub by: Option<UserId>,
    /// The idempotency key it was asked with.
    pub keyed: Option<Keyed>,
    /// What happened.
    pub event: Event,
    /// The price after it.
    pub price: Money,
    /// The leader after it.
    pub leader: Option<UserId>,
    /// The least that a new bidder may offer after it, in minor units (may exceed [`Money::MAX`]).
    pub minimum_minor: i64,
    /// Accepted bids after it.
    pub bid_count: u32,
    /// The lot's end after it.
    pub ends_at: Time,
    /// Hash of its canonical form, which holds the hash of the lot's record before it.
    pub hash: [u8; 32],
}

impl Record {
    /// Identity of the `index`th history row that this record adds: the accepted bid's own row is
    /// the record's, the auto-bids' answers count on from it.
    pub fn row_id(&self, index: usize) -> u128 {
        let Event::Bid(bid) = &self.event else {
            return self.id;
        };
        let rows = bid.steps.rows();
        if rows.get(index).is_some_and(|row| !row.auto) {
            return self.id;
        }
        let answers_before = rows.iter().take(index).filter(|row| row.auto).count();
        self.id | (answers_before as u128 + 1)
    }
}

/// An idempotency key, and a digest of the request it came with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keyed {
    /// The key, 1 to 128 characters, the user's own.
    pub key: String,
    /// Digest of the request, to tell the same again from another.
    pub ask: Ask,
}

/// Digest of a request: which lot, what command, which amounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask(pub i64);

impl Ask {
    /// Digest of a command on a lot, and the reason that was given for it.
    pub fn of(lot: LotId, command: &Command, reason: Option<&str>) -> Ask {
        let mut sha = Sha256::new();
        sha.update(lot.0.to_be_bytes());
        let amount = |sha: &mut Sha256, asked: Asked| match asked {
            Ok(money) => sha.update(money.minor().to_be_bytes()),
            // No recorded request holds an invalid amount, so this equals none of them.
            Err(_) => sha.update((-1i64).to_be_bytes()),
        };
        match command {
            Command::Bid(bid) => {
                sha.update(b"bid");
                amount(&mut sha, bid.amount);
                if let Some(max) = bid.max {
                    amount(&mut sha, max);
                }
            }
            Command::SetAutoBid(auto) => {
                sha.update(b"auto-bid");
                amount(&mut sha, auto.max);
            }
            Command::CancelAutoBid(_) => sha.update(b"no auto-bid"),
            Command::Cancel(_) => sha.update(b"cancel"),
            Command::Extend(extend) => {
                sha.update(b"extend");
                sha.update(extend.ends_at.0.to_be_bytes());
            }
            Command::Close => sha.update(b"close"),
        }
        if let Some(reason) = reason {
            sha.update(b"because");
            sha.update(reason.as_bytes());
        }
        Ask::from_digest(sha)
    }

    /// Digest of any other request, from its content in bytes.
    pub fn of_bytes(content: &[u8]) -> Ask {
        Ask::from_digest(Sha256::new().chain_update(content))
    }

    fn from_digest(sha: Sha256) -> Ask {
        let digest: [u8; 32] = sha.finalize().into();
        let (head, _) = digest.split_first_chunk().expect("32 bytes hold 8");
        Ask(i64::from_be_bytes(*head))
    }
}
