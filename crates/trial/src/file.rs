//! A history as a file of JSON lines.

use crate::Fail;
use gavel_trial::history::{History, Line};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

pub(crate) fn write(history: &History, path: &Path) -> Result<(), Fail> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = BufWriter::new(File::create(path)?);
    let users = history.users.iter().cloned().map(Line::User);
    let lots = history.lots.iter().cloned().map(|lot| Line::Lot(Box::new(lot)));
    let operations = history.operations.iter().cloned().map(Line::Operation);
    for line in users.chain(lots).chain(operations) {
        serde_json::to_writer(&mut file, &line)?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}

pub(crate) fn read(path: &Path) -> Result<History, Fail> {
    let mut history = History::default();
    for (number, line) in BufReader::new(File::open(path)?).lines().enumerate() {
        let wrong = |error| format!("{}, line {}: {error}", path.display(), number + 1);
        history.take(&line?).map_err(wrong)?;
    }
    Ok(history)
}
