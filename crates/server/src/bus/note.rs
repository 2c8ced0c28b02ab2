//! What is told, and how it stands in a message.

use crate::keepers::{Answered, Handed, Verdict};
use axum::extract::ws::Utf8Bytes;
use gavel_domain::{LotId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    },
    /// A bid that the other server is to decide.
    Handed(Handed),
    /// What became of one.
    Answered(Answered),
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

#[derive(Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "lowercase")]
enum NoteJson {
    Change {
        lot: Uuid,
        seq: u64,
        texts: Vec<String>,
    },
    Private {
        user: Uuid,
        lot: Uuid,
        seq: u64,
        text: String,
        once: Option<(Uuid, i64)>,
    },
    Lot {
        lot: Uuid,
    },
    Account {
        account: Uuid,
    },
    Sockets {
        server: Uuid,
        open: u64,
        #[serde(default = "yes")]
        stays: bool,
    },
    Bid(Handed),
    Answer(Answered),
}

/// Servers of before did not say.
fn yes() -> bool {
    true
}

/// Notes as a message: the name of the server that sends them, 16 bytes, and the notes as JSON.
pub(super) fn write(from: u128, notes: &[Note]) -> Vec<u8> {
    let id = Uuid::from_u128;
    let notes = notes.iter().map(|note| match note {
        Note::Change(Change { lot, seq, texts }) => {
            let texts = texts.iter().map(|text| text.as_str().to_owned()).collect();
            NoteJson::Change { lot: id(lot.0), seq: *seq, texts }
        }
        Note::Private { user, lot, seq, text, once } => NoteJson::Private {
            user: id(user.0),
            lot: id(lot.0),
            seq: *seq,
            text: text.as_str().to_owned(),
            once: once.map(|(notice, at)| (id(notice), at)),
        },
        Note::Lot(lot) => NoteJson::Lot { lot: id(lot.0) },
        Note::Account(account) => NoteJson::Account { account: id(*account) },
        Note::Sockets { server, open, stays } => {
            NoteJson::Sockets { server: id(*server), open: *open, stays: *stays }
        }
        Note::Handed(handed) => NoteJson::Bid(handed.clone()),
        Note::Answered(answered) => NoteJson::Answer(answered.clone()),
    });
    let mut message = from.to_be_bytes().to_vec();
    serde_json::to_writer(&mut message, &notes.collect::<Vec<_>>())
        .expect("numbers and texts are always JSON");
    message
}

/// The notes of a message; none, where it is this server's own, or is not to be read: a server of
/// another version may say what this one does not know.
pub(super) fn read(me: u128, message: &[u8]) -> Vec<Note> {
    let Some((from, notes)) = message.split_first_chunk() else { return Vec::new() };
    let from = u128::from_be_bytes(*from);
    if from == me {
        return Vec::new();
    }
    let notes = match serde_json::from_slice::<Vec<NoteJson>>(notes) {
        Ok(notes) => notes,
        Err(error) => {
            tracing::debug!(%error, "a message of the bus is passed over");
            return Vec::new();
        }
    };
    let lot = |id: Uuid| LotId(id.as_u128());
    let notes = notes.into_iter().map(|note| match note {
        NoteJson::Change { lot: of, seq, texts } => {
            let texts = texts.into_iter().map(Utf8Bytes::from).collect();
            Note::Change(Change { lot: lot(of), seq, texts })
        }
        NoteJson::Private { user, lot: of, seq, text, once } => Note::Private {
            user: UserId(user.as_u128()),
            lot: lot(of),
            seq,
            text: text.into(),
            once: once.map(|(notice, at)| (notice.as_u128(), at)),
        },
        NoteJson::Lot { lot: of } => Note::Lot(lot(of)),
        NoteJson::Account { account } => Note::Account(account.as_u128()),
        NoteJson::Sockets { server, open, stays } => {
            Note::Sockets { server: server.as_u128(), open, stays }
        }
        NoteJson::Bid(handed) => Note::Handed(Handed { from, ..handed }),
        NoteJson::Answer(answered) => Note::Answered(answered),
    });
    notes.collect()
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
    let gone = Note::Sockets { server, open: 0, stays: false };
    declined.chain([gone]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keepers::Decided;

    #[test]
    fn notes_come_as_they_were_sent_and_nobody_hears_their_own() {
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
            Note::Sockets { server: 6, open: 7, stays: true },
            Note::Handed(Handed {
                from: 1,
                id: 2,
                lot: Uuid::from_u128(3),
                by: Uuid::from_u128(4),
                banned: false,
                amount: Some(1_050),
                max: None,
                key: "five".to_owned(),
                until: 6,
            }),
            Note::Answered(Answered {
                id: 2,
                verdict: Verdict::Decided(Decided { replayed: true, body: "{}".to_owned() }),
            }),
            Note::Answered(Answered { id: 3, verdict: Verdict::Declined }),
        ];
        let message = write(1, &notes);
        assert_eq!(format!("{:?}", read(2, &message)), format!("{notes:?}"));
        assert!(read(1, &message).is_empty());
        assert!(read(2, b"").is_empty() && read(2, &[0; 20]).is_empty());
    }
}
