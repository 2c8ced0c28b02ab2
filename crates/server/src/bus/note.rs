//! What is told, and how it stands in a message.

use super::Whom;
use crate::keepers::{Answered, Decided, Handed, Verdict};
use axum::body::Bytes;
use axum::extract::ws::Utf8Bytes;
use gavel_domain::{LotId, UserId};
use gavel_wire::ApiError;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use uuid::Uuid;

/// Which form messages have; part of their channels' names. Whatever is added or changed here, in `keepers.rs`
/// or about errors ([`ApiError`]) raises it: servers of another version would not know what they leave out.
pub(super) const FORM: u32 = 6;

/// Something that another server may want to know.
#[derive(Clone, Debug)]
pub(crate) enum Note {
    /// A lot's public change.
    Change(Change),
    /// A message to one user alone.
    Private {
        /// Whom.
        user: UserId,
        /// About which lot.
        lot: LotId,
        /// The lot's public changes up to it; 0, where it goes with none.
        seq: u64,
        /// The message.
        text: Utf8Bytes,
        /// What is told with it, where that may come by more than one way.
        once: Option<Once>,
    },
    /// Something about a lot is different that is in no message.
    Lot(LotId),
    /// An account, or what it can be known by, has changed.
    Account(u128),
    /// How many sockets a server has open.
    Sockets {
        /// The server.
        server: u128,
        /// How many.
        open: u64,
        /// Whether it is going to stay.
        stays: bool,
        /// Where others reach it directly, if they do.
        at: Option<SocketAddr>,
    },
    /// A bid that the other server is to decide.
    Handed(Handed),
    /// What became of one.
    Answered(Answered),
}

impl Note {
    /// Which servers it is for, where it is not for one alone.
    pub(super) fn whom(&self) -> Whom {
        match self {
            Note::Change(Change { lot, .. }) => Whom::Lot(*lot),
            Note::Private { user, .. } => Whom::User(*user),
            // Whoever begins to listen is not told of it by the lot's `seq`.
            Note::Lot(_) => Whom::All,
            Note::Account(_) | Note::Sockets { .. } | Note::Handed(_) | Note::Answered(_) => {
                Whom::All
            }
        }
    }
}

/// What is told once, however often it comes: a notification's identity, and when what it tells of
/// happened.
pub(crate) type Once = (u128, i64);

/// A lot's public change, as those who listen hear of it.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The lot.
    pub(crate) lot: LotId,
    /// Its number among the lot's public changes.
    pub(crate) seq: u64,
    /// The messages, in order; none, where everyone is to be sent the whole lot.
    pub(crate) texts: Vec<Utf8Bytes>,
}

/// A note without its texts, which are JSON themselves: they follow as they are, and here is how long each is,
/// in bytes.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum NoteJson {
    Change { lot: Uuid, seq: u64, texts: Vec<usize> },
    Private { user: Uuid, lot: Uuid, seq: u64, text: usize, once: Option<(Uuid, i64)> },
    Lot { lot: Uuid },
    Account { account: Uuid },
    Sockets { open: u64, stays: bool, at: Option<SocketAddr> },
    Bid(Handed),
    Decided { id: u64, replayed: bool, body: usize },
    Failed { id: u64, error: ApiError },
    Declined { id: u64 },
}

/// Notes as a message: how long what follows is in JSON (4 bytes), the notes as JSON, and their texts.
pub(super) fn write(notes: &[Note]) -> Vec<u8> {
    let (id, mut texts) = (Uuid::from_u128, Vec::new());
    let mut put = |text: &str| {
        texts.extend_from_slice(text.as_bytes());
        text.len()
    };
    let notes = notes.iter().map(|note| match note {
        Note::Change(Change { lot, seq, texts }) => {
            let texts = texts.iter().map(|text| put(text)).collect();
            NoteJson::Change { lot: id(lot.0), seq: *seq, texts }
        }
        Note::Private { user, lot, seq, text, once } => NoteJson::Private {
            user: id(user.0),
            lot: id(lot.0),
            seq: *seq,
            text: put(text),
            once: once.map(|(notice, at)| (id(notice), at)),
        },
        Note::Lot(lot) => NoteJson::Lot { lot: id(lot.0) },
        Note::Account(account) => NoteJson::Account { account: id(*account) },
        Note::Sockets { open, stays, at, .. } => {
            NoteJson::Sockets { open: *open, stays: *stays, at: *at }
        }
        Note::Handed(handed) => NoteJson::Bid(handed.clone()),
        Note::Answered(Answered { id, verdict }) => match verdict {
            Verdict::Decided(Decided { replayed, body }) => {
                NoteJson::Decided { id: *id, replayed: *replayed, body: put(body) }
            }
            Verdict::Failed(error) => NoteJson::Failed { id: *id, error: error.clone() },
            Verdict::Declined => NoteJson::Declined { id: *id },
        },
    });
    let notes = notes.collect::<Vec<_>>();
    let json = serde_json::to_vec(&notes).expect("numbers and texts are always JSON");
    let length = u32::try_from(json.len()).expect("a message has at most so many notes");
    [&length.to_be_bytes()[..], &json, &texts].concat()
}

/// The notes of a server's message; none, where it is not to be read, or not all that was sent.
pub(super) fn read(from: u128, message: Bytes) -> Vec<Note> {
    parts(message).and_then(|(notes, texts)| named(from, notes, texts)).unwrap_or_else(|| {
        tracing::debug!("a message of the bus is passed over");
        Vec::new()
    })
}

/// A message's notes, and the texts that go with them.
fn parts(mut message: Bytes) -> Option<(Vec<NoteJson>, Bytes)> {
    let length = message.first_chunk().map(|length| u32::from_be_bytes(*length))?;
    let end = 4_usize.checked_add(length.try_into().ok()?)?;
    let notes = serde_json::from_slice(message.get(4..end)?).ok()?;
    Some((notes, message.split_off(end)))
}

fn named(from: u128, notes: Vec<NoteJson>, mut texts: Bytes) -> Option<Vec<Note>> {
    let lot = |id: Uuid| LotId(id.as_u128());
    let answered = |id, verdict| Note::Answered(Answered { id, verdict });
    let mut take = |length: usize| {
        let text = (length <= texts.len()).then(|| texts.split_to(length))?;
        Utf8Bytes::try_from(text).ok()
    };
    let notes = notes.into_iter().map(|note| {
        Some(match note {
            NoteJson::Change { lot: of, seq, texts } => {
                let texts = texts.into_iter().map(&mut take).collect::<Option<_>>()?;
                Note::Change(Change { lot: lot(of), seq, texts })
            }
            NoteJson::Private { user, lot: of, seq, text, once } => Note::Private {
                user: UserId(user.as_u128()),
                lot: lot(of),
                seq,
                text: take(text)?,
                once: once.map(|(notice, at)| (notice.as_u128(), at)),
            },
            NoteJson::Lot { lot: of } => Note::Lot(lot(of)),
            NoteJson::Account { account } => Note::Account(account.as_u128()),
            NoteJson::Sockets { open, stays, at } => {
                Note::Sockets { server: from, open, stays, at }
            }
            NoteJson::Bid(handed) => Note::Handed(Handed { from, ..handed }),
            NoteJson::Decided { id, replayed, body } => {
                let body = take(body)?.as_str().to_owned();
                answered(id, Verdict::Decided(Decided { replayed, body }))
            }
            NoteJson::Failed { id, error } => answered(id, Verdict::Failed(error)),
            NoteJson::Declined { id } => answered(id, Verdict::Declined),
        })
    });
    let notes = notes.collect::<Option<_>>()?;
    texts.is_empty().then_some(notes)
}

/// What follows from nobody having heard notes that were for one server alone: it is gone, and decides
/// nothing.
pub(super) fn unheard(server: u128, notes: &[Note]) -> Vec<Note> {
    let declined = notes.iter().filter_map(|note| match note {
        Note::Handed(Handed { id, .. }) => {
            Some(Note::Answered(Answered { id: *id, verdict: Verdict::Declined }))
        }
        _ => None,
    });
    let gone = Note::Sockets { server, open: 0, stays: false, at: None };
    declined.chain([gone]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::error::unavailable;

    fn handed() -> Handed {
        Handed {
            from: 1,
            id: 2,
            lot: Uuid::from_u128(3),
            by: Uuid::from_u128(4),
            banned: false,
            amount: Some(1_050),
            max: None,
            key: "five".to_owned(),
            until: 6,
        }
    }

    #[test]
    fn notes_come_as_they_were_sent_or_not_at_all() {
        let change = Change {
            lot: LotId(u128::MAX),
            seq: 7,
            texts: vec!["{\"type\":\"bid_update\"}".into(), "ö".into()],
        };
        let private = Note::Private {
            user: UserId(2),
            lot: LotId(3),
            seq: 7,
            text: "for you".into(),
            once: Some((8, 9)),
        };
        let notes = vec![
            Note::Change(change),
            private,
            Note::Lot(LotId(4)),
            Note::Account(5),
            Note::Sockets { server: 1, open: 7, stays: true, at: Some(([10, 0, 0, 8], 9).into()) },
            Note::Handed(handed()),
            Note::Answered(Answered {
                id: 2,
                verdict: Verdict::Decided(Decided { replayed: true, body: "{}".to_owned() }),
            }),
            Note::Answered(Answered { id: 3, verdict: Verdict::Failed(unavailable().into()) }),
            Note::Answered(Answered { id: 4, verdict: Verdict::Declined }),
        ];
        let message = Bytes::from(write(&notes));
        assert_eq!(format!("{:?}", read(1, message.clone())), format!("{notes:?}"));
        // What is cut off, at any place, is passed over, and so is what has something else behind it.
        for end in 0..message.len() {
            assert!(read(1, message.slice(..end)).is_empty(), "{end}");
        }
        assert!(read(1, [&message[..], b"}"].concat().into()).is_empty());
        assert!(read(1, vec![0xff; 64].into()).is_empty());
    }

    #[test]
    fn what_nobody_heard_is_declined_and_who_should_have_is_gone() {
        let answered = Answered { id: 7, verdict: Verdict::Declined };
        let follows = unheard(9, &[Note::Handed(handed()), Note::Answered(answered)]);
        let wanted = [
            Note::Answered(Answered { id: 2, verdict: Verdict::Declined }),
            Note::Sockets { server: 9, open: 0, stays: false, at: None },
        ];
        assert_eq!(format!("{follows:?}"), format!("{wanted:?}"));
    }
}
