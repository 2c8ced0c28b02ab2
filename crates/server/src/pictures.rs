//! Where pictures are kept: files that are never changed once written.

use crate::media::Picture;
use gavel_engine::Picture as Stored;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A folder of pictures.
pub(crate) struct Pictures {
    folder: PathBuf,
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
        let draft = path.with_extension("part");
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
