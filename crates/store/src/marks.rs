//! What is noted in a house about its being carried from one database to another: in the table `house`,
//! under names that begin with [`PREFIX`]. They belong to the database and not to the house, and are not
//! carried over.

use crate::sql::{Row, Statement, damaged, params};
use gavel_engine::ports::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// What the name of every mark begins with.
pub(crate) const PREFIX: &str = "move:";
/// In the house that is left: it takes nothing any more. Which move it is, and where to.
pub(crate) const AWAY: &str = "move:away";
/// In what is being filled: which move it is. It is no house yet.
const HERE: &str = "move:here";
/// In a house that has arrived: by which move.
const DONE: &str = "move:done";
/// In what is being filled: how far a part of it has come.
const AT: &str = "move:at:";

/// Marks of a database.
#[derive(Default)]
pub(crate) struct Marks {
    /// Whether a house is there, or the identity of one.
    pub(crate) has_key: bool,
    pub(crate) away: Option<Away>,
    pub(crate) here: Option<Uuid>,
    pub(crate) done: Option<Uuid>,
    pub(crate) at: HashMap<String, Progress>,
}

/// Where a house has gone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Away {
    pub(crate) id: Uuid,
    pub(crate) to: String,
}

/// How far a table, or what is made from tables, has come.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Rows so far.
    pub(crate) rows: u64,
    /// The sum of their digests.
    pub(crate) sum: u128,
    /// The key of the last of them.
    pub(crate) after: Vec<Part>,
    /// Whether there are no more.
    pub(crate) complete: bool,
}

/// A part of a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Part {
    #[serde(rename = "n")]
    Int(i64),
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "b")]
    Bytes(Vec<u8>),
}

impl Marks {
    pub(crate) const QUERY: &str =
        "SELECT name, value FROM house WHERE name LIKE 'move:%' OR name = 'key'";

    /// Takes the answer to [`Marks::QUERY`].
    pub(crate) fn read(rows: Vec<Row>) -> Result<Marks, StoreError> {
        let mut marks = Marks::default();
        for mut row in rows {
            let (name, value) = (row.text()?, row.blob()?);
            let id = || Uuid::from_slice(&value).map_err(|_| unreadable());
            match name.as_str() {
                AWAY => marks.away = Some(Away::from_bytes(&value)?),
                HERE => marks.here = Some(id()?),
                DONE => marks.done = Some(id()?),
                "key" => marks.has_key = true,
                name => {
                    let of = name.strip_prefix(AT).ok_or_else(unreadable)?;
                    let progress = serde_json::from_slice(&value).map_err(|_| unreadable())?;
                    marks.at.insert(of.to_owned(), progress);
                }
            }
        }
        Ok(marks)
    }

    /// Refuses what is only a part of a house, or none.
    pub(crate) fn whole(&self) -> Result<(), StoreError> {
        let what = match (self.here, self.has_key) {
            (Some(_), _) => {
                "the house has not arrived here whole; the command that brings it goes on where it \
                 stopped when it is repeated"
            }
            (None, false) => "there is no house in it",
            (None, true) => return Ok(()),
        };
        Err(StoreError::Unusable(what.to_owned()))
    }

    /// Refuses to open a house that is not here, or not here any more. Where none is, one may be made.
    pub(crate) fn open(&self) -> Result<(), StoreError> {
        if let Some(Away { to, .. }) = &self.away {
            let what = format!(
                "the house has moved to {to}, or is on its way there (`gavel migrate --help`)"
            );
            return Err(StoreError::Unusable(what));
        }
        self.here.map_or(Ok(()), |_| self.whole())
    }
}

fn unreadable() -> StoreError {
    damaged("a mark of a move cannot be read")
}

impl Away {
    fn to_bytes(&self) -> Vec<u8> {
        [self.id.as_bytes(), self.to.as_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Away, StoreError> {
        let (id, to) = bytes.split_first_chunk().ok_or_else(unreadable)?;
        Ok(Away { id: Uuid::from_bytes(*id), to: String::from_utf8_lossy(to).into_owned() })
    }

    /// Marks the house that is left.
    pub(crate) fn mark(&self) -> Statement {
        note(AWAY, &self.to_bytes())
    }
}

/// Takes the mark off a house that is left.
pub(crate) fn unmark_away() -> Statement {
    forget(AWAY)
}

/// Marks what is about to be filled.
pub(crate) fn mark_here(id: Uuid) -> Statement {
    note(HERE, id.as_bytes())
}

/// Marks a house that has arrived, and takes all other marks off it; without an identity all of them.
pub(crate) fn mark_arrived(id: Option<Uuid>) -> Vec<Statement> {
    let sql = "DELETE FROM house WHERE name LIKE 'move:%'";
    let mut statements = vec![Statement::new(sql, params![])];
    statements.extend(id.map(|id| note(DONE, id.as_bytes())));
    statements
}

/// Notes how far something has come, unless anybody else has meanwhile.
pub(crate) fn mark_progress(of: &str, from: Option<&Progress>, to: &Progress) -> Statement {
    let text =
        |progress: &Progress| serde_json::to_vec(progress).expect("numbers and texts are JSON");
    let name = format!("{AT}{of}");
    let Some(from) = from else { return note(&name, &text(to)) };
    let sql = "UPDATE house SET value = ?2 WHERE name = ?1 AND value = ?3";
    let params = params![name, text(to).as_slice(), text(from).as_slice()];
    Statement::new(sql, params).expecting(1)
}

fn note(name: &str, value: &[u8]) -> Statement {
    let sql = "INSERT INTO house (name, value) VALUES (?1, ?2)";
    Statement::new(sql, params![name, value]).expecting(1)
}

fn forget(name: &str) -> Statement {
    Statement::new("DELETE FROM house WHERE name = ?1", params![name])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_were_written() {
        let away = Away { id: Uuid::from_u128(7), to: "the database gavel on db1,db2".to_owned() };
        assert_eq!(Away::from_bytes(&away.to_bytes()).unwrap(), away);
        let after = vec![Part::Int(-3), Part::Text("k\"\u{fffd}".to_owned()), Part::Bytes(vec![0])];
        let progress = Progress { rows: 7, sum: u128::MAX - 1, after, complete: true };
        let json = serde_json::to_vec(&progress).unwrap();
        assert_eq!(serde_json::from_slice::<Progress>(&json).unwrap(), progress);
    }
}
