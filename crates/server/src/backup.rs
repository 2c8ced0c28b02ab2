//! A house in one file, taken while it is open, and a house made of such a file.
//!
//! The file is a tar: `house.db` first, one state of the database, then `pictures/`, then `contents`,
//! which names every file before it with its SHA-256: so a backup that was cut off or changed is
//! known. `house.db` is SQLite's whichever engine the house is on, so that a backup of one can be
//! restored on the other. The pictures are read after the database, so that all that it speaks of are among them,
//! unless somebody took one down in between.

use crate::house::{database, lock, make_private};
use crate::pictures;
use gavel_engine::chain::hex;
use gavel_store::Place;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use tar::{Archive, Builder, EntryType, Header};

const DATABASE: &str = "house.db";
const PICTURES: &str = "pictures";
const CONTENTS: &str = "contents";
/// Bytes that the list of contents may have: some 80 for each of ten million pictures.
const CONTENTS_BYTES_MAX: u64 = 1 << 30;
/// Bytes that a picture in a backup may have; the house makes none of a tenth of it.
const PICTURE_BYTES_MAX: u64 = 64 << 20;
/// For the eyes of its owner: there are password hashes, addresses and the house's key in it.
const SECRET: u32 = 0o600;

/// Takes a backup of a house, with the pictures of a folder where that is named.
///
/// # Errors
/// There is no house, the file is there already, or it cannot be written.
pub(crate) async fn make(
    house: &Place,
    pictures: Option<&Path>,
    file: &Path,
) -> Result<(), String> {
    let told = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    refuse_existing(file)?;
    let (part, copy) = (beside(file, "part"), beside(file, "db.part"));
    // Made here and now, so that what is in them is never for other eyes.
    create(&part).map_err(|error| told(&part, &error))?;
    let copied = match create(&copy) {
        Ok(_) => gavel_store::copy(house, &copy).await.map_err(|error| error.to_string()),
        Err(error) => Err(told(&copy, &error)),
    };
    let made = copied
        .and_then(|()| pack(&copy, pictures, &part).map_err(|e| told(&part, &e)))
        .and_then(|()| refuse_existing(file))
        .and_then(|()| put(&part, file).map_err(|error| told(file, &error)));
    for path in [&part, &copy, &beside(file, "db.part-wal"), &beside(file, "db.part-shm")] {
        // The first is gone where all went well, and the last two are mostly never there.
        let _ = fs::remove_file(path);
    }
    made
}

fn refuse_existing(file: &Path) -> Result<(), String> {
    match file.symlink_metadata() {
        Ok(_) => Err(format!("{} is there already", file.display())),
        Err(_) => Ok(()),
    }
}

/// A name for a draft of a file.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(SECRET).open(path)
}

/// Gives a finished file its name, durably.
fn put(part: &Path, file: &Path) -> io::Result<()> {
    fs::rename(part, file)?;
    sync_folder(file)
}

/// Makes durable what is in the folder that a path is in.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn pack(copy: &Path, pictures: Option<&Path>, part: &Path) -> io::Result<()> {
    let file = OpenOptions::new().write(true).truncate(true).open(part)?;
    let mut tar = Builder::new(BufWriter::new(file));
    let mut contents = String::new();
    append(&mut tar, DATABASE, File::open(copy)?, &mut contents)?;
    if let Some(pictures) = pictures {
        pack_pictures(pictures, &mut tar, &mut contents)?;
    }
    tar.append_data(&mut header(contents.len() as u64), CONTENTS, contents.as_bytes())?;
    let mut file = tar.into_inner()?;
    file.flush()?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

fn pack_pictures(
    pictures: &Path,
    tar: &mut Builder<impl Write>,
    contents: &mut String,
) -> io::Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(pictures)? {
        let name = entry?.file_name();
        names.extend(name.to_str().filter(|name| pictures::is_name(name)).map(str::to_owned));
    }
    for name in names {
        match File::open(pictures.join(&name)) {
            Ok(file) => append(tar, &format!("{PICTURES}/{name}"), file, contents)?,
            // It was taken down just now.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Adds a file, and its line to the contents.
fn append(
    tar: &mut Builder<impl Write>,
    name: &str,
    file: File,
    contents: &mut String,
) -> io::Result<()> {
    let size = file.metadata()?.len();
    let mut file = Hashing::new(file.take(size));
    tar.append_data(&mut header(size), name, &mut file)?;
    contents.push_str(&file.line(name));
    Ok(())
}

fn header(size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(SECRET);
    header.set_size(size);
    header
}

/// A reader that knows the SHA-256 of what was read.
struct Hashing<R> {
    inner: R,
    sha: Sha256,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Hashing<R> {
        Hashing { inner, sha: Sha256::new() }
    }

    /// The line of the contents for what was read, as `sha256sum` writes it.
    fn line(self, name: &str) -> String {
        format!("{}  {name}\n", hex(&self.sha.finalize()))
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.sha.update(&buffer[..count]);
        Ok(count)
    }
}

/// Makes a house of a backup, in a folder that has none or, where a database is named, in that: then
/// the pictures alone go into the folder. Returns how many files of pictures were in the backup.
///
/// # Errors
/// There is a house, or the file is not a whole backup. Nothing is left behind then, but in a database
/// what has arrived: the next attempt with the same file goes on there.
pub(crate) async fn restore(
    file: &Path,
    data_dir: &Path,
    database_url: Option<&str>,
    say: fn(&str),
) -> Result<usize, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", data_dir.display());
    let archive = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    make_private(data_dir).map_err(|error| told(&error))?;
    // Nobody opens or restores a house here meanwhile.
    let _lock = lock(data_dir)?;
    if database_url.is_none() && database(data_dir).symlink_metadata().is_ok() {
        return Err(told(&"there is a house already"));
    }
    let part = data_dir.join("restore.part");
    // What an earlier attempt left behind when it was cut off.
    remove(&part).map_err(|error| told(&error))?;
    let restored = match unpack(archive, &part) {
        Err(error) => Err(format!("{}: {error}", file.display())),
        Ok(contents) => fill(&part, &contents, data_dir, database_url, say).await,
    };
    remove(&part).map_err(|error| told(&error))?;
    restored
}

/// Makes a house of what was unpacked, which has these contents.
async fn fill(
    part: &Path,
    contents: &str,
    data_dir: &Path,
    database_url: Option<&str>,
    say: fn(&str),
) -> Result<usize, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", data_dir.display());
    // All files but the database.
    let pictures = contents.lines().count() - 1;
    if pictures > 0 {
        make_way(&data_dir.join(PICTURES)).map_err(|error| told(&error))?;
    }
    if let Some(url) = database_url {
        let (file, to) = (part.join(DATABASE), Place::Database(url.to_owned()));
        let digest: [u8; 32] = Sha256::digest(contents).into();
        let seed = std::array::from_fn(|at| digest[at]);
        let filled = gavel_store::restore(&file, seed, &to, &say).await;
        filled.map_err(|error| error.to_string())?;
    }
    if pictures > 0 || database_url.is_none() {
        move_in(part, data_dir, database_url.is_none()).map_err(|error| told(&error))?;
    }
    Ok(pictures)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Unpacks a backup into a new folder, and looks whether it is a house. Returns its contents: a line a
/// file.
fn unpack(archive: File, into: &Path) -> Result<String, String> {
    let told = |error: io::Error| error.to_string();
    // What a file that is no archive holds is not to stand in a message.
    let read = |error: io::Error| match error.raw_os_error() {
        Some(_) => told(error),
        None => "it is no backup, or damaged".to_owned(),
    };
    let mut folder = fs::DirBuilder::new();
    folder.mode(0o700);
    folder.create(into).map_err(told)?;
    folder.create(into.join(PICTURES)).map_err(told)?;
    let mut archive = Archive::new(BufReader::new(archive));
    let (mut whole, mut contents, mut listed) = (false, String::new(), None);
    // Raw: what tar has beyond plain files and short names, this house never writes.
    for entry in archive.entries().map_err(read)?.raw(true) {
        let mut entry = entry.map_err(read)?;
        if listed.is_some() {
            return Err("something is in it that no backup has".to_owned());
        }
        let name = String::from_utf8(entry.path_bytes().into_owned());
        let name = name.ok().filter(|_| entry.header().entry_type() == EntryType::Regular);
        let name = name.ok_or("something is in it that no backup has")?;
        let size = entry.header().size().map_err(read)?;
        let picture = name.strip_prefix("pictures/").filter(|name| pictures::is_name(name));
        match picture {
            Some(_) if whole && size <= PICTURE_BYTES_MAX => {}
            None if name == DATABASE && !whole => whole = true,
            None if name == CONTENTS && whole && size <= CONTENTS_BYTES_MAX => {
                let mut text = String::new();
                entry.read_to_string(&mut text).map_err(told)?;
                listed = Some(text);
                continue;
            }
            _ => return Err("something is in it that no backup has".to_owned()),
        }
        // The name is one of ours by now, and leads nowhere else.
        let mut file = create(&into.join(&name)).map_err(told)?;
        let mut entry = Hashing::new(entry);
        let copied = io::copy(&mut entry, &mut file).map_err(told)?;
        if copied != size {
            return Err("it is cut off".to_owned());
        }
        contents.push_str(&entry.line(&name));
        file.sync_all().map_err(told)?;
    }
    match listed {
        None if whole => return Err("it is cut off".to_owned()),
        Some(listed) if listed != contents => return Err("it was changed or damaged".to_owned()),
        _ => {}
    }
    if !whole {
        return Err("there is no house in it".to_owned());
    }
    gavel_store::check_copy(&into.join(DATABASE)).map_err(|error| error.to_string())?;
    File::open(into.join(PICTURES)).and_then(|folder| folder.sync_all()).map_err(told)?;
    Ok(contents)
}

/// Makes way for pictures: only an empty folder gives it.
fn make_way(pictures: &Path) -> io::Result<()> {
    if pictures.exists() { fs::remove_dir(pictures) } else { Ok(()) }
}

/// Moves what was unpacked to its place; the database last, because it is what makes the house.
fn move_in(part: &Path, data_dir: &Path, with_database: bool) -> io::Result<()> {
    let pictures = data_dir.join(PICTURES);
    make_way(&pictures)?;
    fs::rename(part.join(PICTURES), &pictures)?;
    File::open(data_dir)?.sync_all()?;
    if with_database {
        fs::rename(part.join(DATABASE), database(data_dir))?;
    }
    File::open(data_dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: &str = "pictures/01900000-0000-7000-8000-000000000001.jpg";

    /// A tar of entries that the crate itself would refuse to write.
    fn tar(folder: &Path, entries: &[(&str, EntryType, &[u8])]) -> PathBuf {
        let file = folder.join("hostile.tar");
        let mut tar = Builder::new(File::create(&file).unwrap());
        for (name, kind, bytes) in entries {
            let mut header = Header::new_gnu();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_mode(0o644);
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            tar.append(&header, *bytes).unwrap();
        }
        tar.into_inner().unwrap();
        file
    }

    #[tokio::test]
    async fn what_is_no_backup_is_refused_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let file = EntryType::Regular;
        let hostile: &[&[(&str, EntryType, &[u8])]] = &[
            &[],
            &[("house.db", file, b"not a database")],
            &[("house.db", EntryType::Symlink, b"")],
            &[("../house.db", file, b"x")],
            &[("/tmp/house.db", file, b"x")],
            &[(PICTURE, file, b"x"), ("house.db", file, b"x")],
            &[("house.db", file, b"x"), ("pictures/../../x", file, b"x")],
            &[("house.db", file, b"x"), (PICTURE, EntryType::Link, b"")],
            &[("house.db", file, b"x"), ("house.db", file, b"x")],
            &[("house.db", file, b"x"), ("pictures/", EntryType::Directory, b"")],
        ];
        for entries in hostile {
            let tar = tar(folder.path(), entries);
            assert!(restore(&tar, &data, None, |_| {}).await.is_err(), "{entries:?}");
            let left = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name());
            assert_eq!(left.collect::<Vec<_>>(), ["lock"], "{entries:?}");
        }
        assert!(!folder.path().join("x").exists());
    }

    #[test]
    fn a_backup_that_was_cut_between_two_files_or_changed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let house = folder.path().join("house");
        fs::create_dir_all(house.join(PICTURES)).unwrap();
        fs::write(folder.path().join("copy"), b"").unwrap();
        fs::write(house.join(PICTURE), b"a picture").unwrap();
        let part = folder.path().join("part");
        create(&part).unwrap();
        pack(&folder.path().join("copy"), Some(&house.join(PICTURES)), &part).unwrap();
        let whole = fs::read(&part).unwrap();
        let into = |name: &str| folder.path().join(name);
        let unpacked = |bytes: &[u8], name| {
            fs::write(into("tar"), bytes).unwrap();
            unpack(File::open(into("tar")).unwrap(), &into(name))
        };
        // A header, then the picture's header and its block.
        assert_eq!(unpacked(&whole[..512], "a").unwrap_err(), "it is cut off");
        let text = "my secret first line\n".repeat(100);
        assert_eq!(unpacked(text.as_bytes(), "n").unwrap_err(), "it is no backup, or damaged");
        assert_eq!(unpacked(&whole[..3 * 512], "b").unwrap_err(), "it is cut off");
        let mut changed = whole.clone();
        changed[2 * 512] ^= 1;
        assert_eq!(unpacked(&changed, "c").unwrap_err(), "it was changed or damaged");
        // Whole, it is taken as far as the database, which holds no house here.
        assert!(unpacked(&whole, "d").unwrap_err().contains("no house"));
        assert_eq!(fs::read(into("d").join(PICTURE)).unwrap(), b"a picture");
    }

    #[tokio::test]
    async fn a_house_is_never_restored_over_another_nor_a_backup_made_over_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::write(data.join("house.db"), "a house").unwrap();
        let tar = tar(folder.path(), &[("house.db", EntryType::Regular, b"x")]);
        let refused = restore(&tar, &data, None, |_| {}).await.unwrap_err();
        assert!(refused.contains("already"));
        assert_eq!(fs::read(data.join("house.db")).unwrap(), b"a house");
        let before = fs::read(&tar).unwrap();
        let house = Place::File(database(&data));
        assert!(make(&house, None, &tar).await.unwrap_err().contains("already"));
        assert_eq!(fs::read(&tar).unwrap(), before);
    }
}
