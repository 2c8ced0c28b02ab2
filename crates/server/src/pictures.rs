//! Where pictures are kept: files that are never changed once written.

use crate::media::Picture;
use gavel_engine::Picture as Stored;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

/// A folder of pictures.
pub(crate) struct Pictures {
    folder: PathBuf,
}

/// A file that has been sent and not been looked at; gone when this is.
pub(crate) struct Spooled {
    path: PathBuf,
    file: tokio::fs::File,
}

impl Spooled {
    /// An empty file under a new identity.
    pub(crate) async fn new(pictures: &Pictures, id: u128) -> io::Result<Spooled> {
        let path = pictures.folder.join(format!("{}.{UNFINISHED}", Uuid::from_u128(id)));
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

/// Extension of files that are not pictures yet.
const UNFINISHED: &str = "part";

/// A file in the folder that may be there in vain.
pub(crate) struct Leftover {
    /// The picture that it is a form of; none where it never became one.
    pub(crate) picture: Option<u128>,
    path: PathBuf,
}

impl Leftover {
    /// Removes it. Blocks.
    pub(crate) fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

/// The files of a folder that have not been written to for some time, in no order.
pub(crate) struct Leftovers {
    entries: fs::ReadDir,
    age: Duration,
}

impl Leftovers {
    /// Up to `count` more of them; none where all have been seen. Blocks.
    pub(crate) fn more(&mut self, count: usize) -> Vec<Leftover> {
        let age = self.age;
        let old = self.entries.by_ref().filter_map(|entry| leftover(&entry.ok()?, age));
        old.take(count).collect()
    }
}

fn leftover(entry: &fs::DirEntry, age: Duration) -> Option<Leftover> {
    let (name, path) = (entry.file_name(), entry.path());
    let name = name.to_str()?;
    let unfinished = name.ends_with(&format!(".{UNFINISHED}"));
    let picture = parse(name).map(|(id, _)| id);
    if picture.is_none() && !unfinished {
        return None;
    }
    // A file from the future is not old.
    let age_now = entry.metadata().ok()?.modified().ok()?.elapsed().ok()?;
    (age_now >= age).then_some(Leftover { picture, path })
}

/// Which form of a picture.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Full,
    Thumbnail,
}

impl Pictures {
    pub(crate) fn open(folder: PathBuf) -> io::Result<Pictures> {
        fs::create_dir_all(&folder)?;
        Ok(Pictures { folder })
    }

    /// Keeps a picture durably under an identity.
    pub(crate) fn keep(&self, id: u128, picture: &Picture) -> io::Result<Stored> {
        self.write(&self.path(id, Form::Thumbnail), &picture.thumbnail)?;
        self.write(&self.path(id, Form::Full), &picture.full)?;
        Ok(Stored { id, width: picture.width, height: picture.height })
    }

    /// Drops pictures that no lot came to have.
    pub(crate) fn drop(&self, pictures: &[Stored]) {
        for picture in pictures {
            for form in [Form::Full, Form::Thumbnail] {
                if let Err(error) = fs::remove_file(self.path(picture.id, form)) {
                    tracing::warn!(%error, "a picture that belongs to no lot stays behind");
                }
            }
        }
    }

    /// The files that have not been written to for so long.
    pub(crate) fn leftovers(&self, age: Duration) -> io::Result<Leftovers> {
        Ok(Leftovers { entries: fs::read_dir(&self.folder)?, age })
    }

    /// Reads a picture by the name in its address.
    pub(crate) async fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let Some((id, form)) = parse(name) else { return Ok(None) };
        match tokio::fs::read(self.path(id, form)).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn path(&self, id: u128, form: Form) -> PathBuf {
        self.folder.join(name(id, form))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let draft = path.with_extension(UNFINISHED);
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, path)?;
        File::open(&self.folder)?.sync_all()
    }
}

/// Name of a picture's file.
pub(crate) fn name(id: u128, form: Form) -> String {
    let id = Uuid::from_u128(id);
    match form {
        Form::Full => format!("{id}.jpg"),
        Form::Thumbnail => format!("{id}-small.jpg"),
    }
}

/// Whether a file's name is one that a picture's file has.
pub(crate) fn is_name(file: &str) -> bool {
    parse(file).is_some()
}

/// Takes only what [`name`] makes, so that no name leads out of the folder.
fn parse(file: &str) -> Option<(u128, Form)> {
    let stem = file.strip_suffix(".jpg")?;
    let (id, form) = match stem.strip_suffix("-small") {
        Some(id) => (id, Form::Thumbnail),
        None => (stem, Form::Full),
    };
    let id = id.parse::<Uuid>().ok()?.as_u128();
    (name(id, form) == file).then_some((id, form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_pictures_lead_to_files() {
        let id = 0x0190_0000_0000_7000_8000_0000_0000_0001;
        for form in [Form::Full, Form::Thumbnail] {
            assert_eq!(parse(&name(id, form)).map(|found| found.0), Some(id));
        }
        for hostile in ["../house.db", "..%2fhouse.db", "", ".jpg", "-small.jpg", "a/b.jpg"] {
            assert!(parse(hostile).is_none(), "{hostile}");
        }
    }
}
