//! Files on the house's own disk that are no pictures yet, or never became any.

use super::is_name;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

/// Extension of files that are being sent.
const UNFINISHED: &str = "part";

/// A file that has been sent and not been looked at; gone when this is.
pub(crate) struct Spooled {
    path: PathBuf,
    file: tokio::fs::File,
}

impl Spooled {
    /// An empty file in a folder, under a new identity.
    pub(super) async fn new(folder: &Path, id: u128) -> io::Result<Spooled> {
        let path = folder.join(format!("{}.{UNFINISHED}", Uuid::from_u128(id)));
        let file = tokio::fs::File::create(&path).await?;
        Ok(Spooled { path, file })
    }

    pub(crate) async fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }

    /// Everything is there, and can be read.
    pub(crate) async fn finish(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    /// The whole file. Blocks.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path)
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "a file that was sent stays behind");
        }
    }
}

/// Removes the unfinished files of a folder that have not been written to for so long: what a crash
/// left behind. Returns how many. Blocks.
pub(super) fn clear(folder: &Path, age: Duration) -> io::Result<u64> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let Ok(entry) = entry else { continue };
        if !is_abandoned(&entry, age) {
            continue;
        }
        match fs::remove_file(entry.path()) {
            Ok(()) => removed += 1,
            Err(error) => tracing::warn!(%error, "an unfinished file cannot be removed"),
        }
    }
    Ok(removed)
}

fn is_abandoned(entry: &fs::DirEntry, age: Duration) -> bool {
    let name = entry.file_name();
    let unfinished = name.to_str().is_some_and(is_unfinished);
    let written = || entry.metadata().ok()?.modified().ok();
    // A file from the future is not old.
    let age_now = || written()?.elapsed().ok();
    unfinished && age_now().is_some_and(|now| now >= age)
}

/// Whether a file is one that is being sent, or one that is being written and will get its name when
/// it is whole: until then the library adds `#` and a number to it.
fn is_unfinished(name: &str) -> bool {
    if name.ends_with(&format!(".{UNFINISHED}")) {
        return true;
    }
    let staged = name.rsplit_once('#').filter(|(_, number)| number.parse::<u64>().is_ok());
    staged.is_some_and(|(name, _)| is_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_house_began_is_unfinished() {
        let id = "01900000-0000-7000-8000-000000000001";
        for name in ["x.part".to_owned(), format!("{id}.jpg#1"), format!("{id}-small.jpg#12")] {
            assert!(is_unfinished(&name), "{name}");
        }
        for name in [format!("{id}.jpg"), format!("{id}.jpg#"), "notes#1".to_owned()] {
            assert!(!is_unfinished(&name), "{name}");
        }
    }
}
