//! A house carried from a folder into a database that servers share, or back, with its pictures.

use crate::house::{database, lock, make_private};
use crate::pictures::{Pictures, PicturesIn};
use gavel_store::{Move, Place};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Where a house is, or is to be.
pub(crate) enum Side {
    /// In a folder.
    Folder(PathBuf),
    /// In the PostgreSQL database of a URL.
    Database(String),
}

impl Side {
    /// A URL of PostgreSQL's, or else the path of a folder.
    ///
    /// # Errors
    /// It is another URL, which is not repeated: there may be a secret in it.
    pub(crate) fn parse(text: &str) -> Result<Side, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Side::Database(text.to_owned()));
        }
        if text.contains("://") {
            return Err("must be a folder, or such as postgres://gavel@host/gavel".to_owned());
        }
        Ok(Side::Folder(text.into()))
    }

    fn place(&self) -> Place {
        match self {
            Side::Folder(folder) => Place::File(database(folder)),
            Side::Database(url) => Place::Database(url.clone()),
        }
    }

    /// Takes a folder in which there is a house.
    fn take(&self) -> Result<Option<File>, String> {
        let Side::Folder(folder) = self else { return Ok(None) };
        if !database(folder).exists() {
            return Err(format!("there is no house in {}", folder.display()));
        }
        lock(folder).map(Some)
    }

    /// Takes a folder in which a house is to be.
    fn make(&self) -> Result<Option<File>, String> {
        let Side::Folder(folder) = self else { return Ok(None) };
        make_private(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        lock(folder).map(Some)
    }

    fn pictures(&self) -> Option<PathBuf> {
        match self {
            Side::Folder(folder) => Some(folder.join("pictures")),
            Side::Database(_) => None,
        }
    }
}

/// Carries a house from one side to the other, and says what it does. Repeated after it broke off, it goes
/// on where it stopped.
///
/// # Errors
/// It may not be done, or could not be done now.
pub(crate) async fn run(
    from: &Side,
    to: &Side,
    pictures_url: Option<String>,
    say: fn(&str),
) -> Result<(), String> {
    // Nobody opens either meanwhile.
    let _locks = (from.take()?, to.make()?);
    let (left, place) = (from.place(), to.place());
    let (from_name, to_name) = (left.to_string(), place.to_string());
    let told = |error: gavel_store::Unmoved| error.to_string();
    let carried = Move::begin(left, place).await.map_err(told)?;
    let secret = carried.house_key().secret("owner of pictures");
    carry_pictures(from, to, pictures_url, secret, say).await?;
    carried.carry(&say).await.map_err(told)?;
    let before = carried.had_arrived();
    carried.finish().await.map_err(told)?;
    let when = if before { "had moved already" } else { "has moved" };
    say(&format!("the house {when} from {from_name} to {to_name}"));
    say(&format!(
        "what is left in {from_name} is not opened any more; keep it until you need it no longer"
    ));
    Ok(())
}

/// Opens a house again that was carried away, or was to be.
///
/// # Errors
/// It has not been carried away, or the store is away.
pub(crate) async fn reopen(side: &Side, say: fn(&str)) -> Result<(), String> {
    let _lock = side.take()?;
    let place = side.place();
    gavel_store::reopen(&place).await.map_err(|error| error.to_string())?;
    say(&format!("{place}: the house is open again, as it was before it moved"));
    Ok(())
}

/// Copies pictures where both sides can be seen from here, and otherwise says where they are.
async fn carry_pictures(
    from: &Side,
    to: &Side,
    url: Option<String>,
    secret: [u8; 32],
    say: fn(&str),
) -> Result<(), String> {
    let (shared, source, target) = (url.is_some(), from.pictures(), to.pictures());
    let open = async |place: PicturesIn, folder: &Path| {
        Pictures::open(place, folder.to_owned(), secret).await
    };
    let (from, to) = match (source, target, shared) {
        (Some(source), Some(target), false) => {
            (open(PicturesIn::Folder, &source).await?, open(PicturesIn::Folder, &target).await?)
        }
        (Some(source), None, true) => {
            (open(PicturesIn::Folder, &source).await?, open(PicturesIn::named(url), &source).await?)
        }
        (None, Some(target), true) => {
            (open(PicturesIn::named(url), &target).await?, open(PicturesIn::Folder, &target).await?)
        }
        (Some(source), None, false) => {
            let source = source.display();
            say(&format!(
                "the pictures stay in {source}; --pictures-url puts them where servers share them"
            ));
            return Ok(());
        }
        (None, Some(target), false) => {
            let target = target.display();
            say(&format!(
                "the pictures stay where they are; copy them to {target}, or name --pictures-url"
            ));
            return Ok(());
        }
        (None, None, _) | (Some(_), Some(_), true) => {
            say("the pictures stay where they are");
            return Ok(());
        }
    };
    let carried = from.carry_to(&to).await.map_err(|error| format!("pictures: {error}"))?;
    say(&format!("pictures: {carried} files"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_a_folder_or_a_url_of_postgres_and_no_secret_is_repeated() {
        for url in ["postgres://gavel@db/gavel", "postgresql://db1,db2/gavel"] {
            assert!(matches!(Side::parse(url), Ok(Side::Database(_))), "{url}");
        }
        for path in ["./gavel-data", "/var/lib/gavel", "postgres"] {
            assert!(matches!(Side::parse(path), Ok(Side::Folder(_))), "{path}");
        }
        let told = Side::parse("mysql://gavel:hunter2@db/gavel").err().expect("it is neither");
        assert!(!told.contains("hunter2"));
        let place =
            Side::parse("postgres://gavel:hunter2@db1:5432,db2:5433/house").unwrap().place();
        assert_eq!(place.to_string(), "the database house on db1,db2:5432,5433");
    }
}
