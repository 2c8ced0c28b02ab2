//! Where pictures are kept: files that are never changed once written, in a folder or in a bucket,
//! by the same code. Of several servers with one bucket, or with a folder in common, each serves what any
//! of them took.

mod away;
mod place;
mod spool;

pub(crate) use away::Away;
pub use place::PicturesIn;
pub(crate) use spool::Spooled;

use crate::media::Picture;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, Fuse, StreamExt};
use gavel_engine::Picture as Stored;
use moka::sync::Cache;
use object_store::path::Path as StorePath;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use uuid::Uuid;

/// How long reading a picture may take, its wait for a place included: somebody looks at the page.
const READ_WITHIN: Duration = Duration::from_secs(3);
/// How long writing a file may take until it is durable.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// How long removing a file may take.
const REMOVE_WITHIN: Duration = Duration::from_secs(5);
/// How long the next page of the listing may take.
const LIST_WITHIN: Duration = Duration::from_secs(30);
/// Pictures that are read at a time, each with its bytes in memory.
const READS_MAX: usize = 64;
/// Files that are removed at a time.
const REMOVALS_MAX: usize = 8;
/// Files that are carried from one place to another at a time, and that are looked at in one go.
const CARRIED_MAX: usize = 8;
const CARRIED_PAGE: usize = 500;
/// Bytes of a file that is read; the house makes none of a tenth of it.
const FILE_BYTES_MAX: u64 = 16 << 20;
/// Bytes of thumbnails that are remembered where reading one costs a request to another machine:
/// about a thousand.
const REMEMBERED_BYTES_MAX: u64 = 32 << 20;
/// How long a thumbnail is remembered: for so long another server may show what was taken away here.
const REMEMBERED_FOR: Duration = Duration::from_secs(60);

/// Name of the file in a bucket, or in a shared folder, that tells whose pictures are there.
const OWNER: &str = "owner";

/// The pictures of a house.
pub(crate) struct Pictures {
    files: Arc<dyn ObjectStore>,
    /// Where on this machine files wait that are no pictures yet.
    folder: PathBuf,
    /// What is more where servers share them.
    bucket: Option<Bucket>,
    reads: Semaphore,
}

/// A bucket, or a folder that servers have in common.
struct Bucket {
    /// Which, if it is a folder.
    folder: Option<PathBuf>,
    /// What [`OWNER`] says there.
    owner: String,
    /// Thumbnails that were read lately.
    remembered: Cache<u128, Bytes>,
}

/// Which form of a picture.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Full,
    Thumbnail,
}

/// A picture's file in the listing.
pub(crate) struct Listed {
    pub(crate) picture: u128,
    file: StorePath,
    bytes: u64,
    /// When it was written, by the store's clock, in seconds since 1970.
    pub(crate) written_s: i64,
}

/// All files of pictures, in no order.
pub(crate) struct Listing(Fuse<BoxStream<'static, object_store::Result<ObjectMeta>>>);

impl Listing {
    /// Up to `count` more of them; none where all have been seen.
    ///
    /// # Errors
    /// The store is away; the listing has ended then.
    pub(crate) async fn more(&mut self, count: usize) -> Result<Vec<Listed>, Away> {
        let mut page = Vec::with_capacity(count);
        let fill = async {
            while page.len() < count {
                match self.0.next().await {
                    Some(file) => page.extend(listed(file?)),
                    None => break,
                }
            }
            Ok(())
        };
        within(LIST_WITHIN, fill).await?;
        Ok(page)
    }
}

fn listed(file: ObjectMeta) -> Option<Listed> {
    let (picture, _) = parse(file.location.as_ref())?;
    let written_s = file.last_modified.timestamp();
    Some(Listed { picture, file: file.location, bytes: file.size, written_s })
}

impl Pictures {
    /// Opens the pictures of a house with a folder of its own; `secret` tells houses apart. A bucket
    /// is asked whether it answers, takes files, and is this house's.
    ///
    /// # Errors
    /// The folder cannot be used; the bucket does not answer, or has another house's pictures.
    pub(crate) async fn open(
        place: PicturesIn,
        folder: PathBuf,
        secret: [u8; 32],
    ) -> Result<Pictures, String> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
        // In a folder they are, or wait there on their way to a bucket.
        let local = place::folder(&folder).map_err(|error| told(&error))?;
        let reads = Semaphore::new(READS_MAX);
        let PicturesIn::Bucket { url, settings } = place else {
            return Ok(Pictures { files: local, folder, bucket: None, reads });
        };
        let told = |error: Away| format!("the place for pictures (--pictures-url): {error}");
        let (files, shared) = place::shared(&url, &settings).map_err(told)?;
        let remembered = Cache::builder()
            .max_capacity(REMEMBERED_BYTES_MAX)
            .weigher(|_, bytes: &Bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX))
            .time_to_live(REMEMBERED_FOR)
            .build();
        let owner = format!("house {}\n", gavel_engine::chain::hex(&secret[..16]));
        let bucket = Some(Bucket { folder: shared, owner, remembered });
        let pictures = Pictures { files, folder, bucket, reads };
        pictures.claim().await.map_err(told)?;
        Ok(pictures)
    }

    /// Says in a bucket whose pictures these are. Returns the time by the clock that files are stamped
    /// with, in seconds since 1970.
    ///
    /// # Errors
    /// They are another house's, which would lose them to this one's sweep. The store is away.
    pub(crate) async fn claim(&self) -> Result<i64, Away> {
        let Some(Bucket { owner, .. }) = &self.bucket else {
            // A folder is the house's own, and stamped by this machine's clock.
            let now = SystemTime::UNIX_EPOCH.elapsed().map_err(|error| Away(error.to_string()))?;
            return Ok(i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
        };
        let file = StorePath::from(OWNER);
        if self.fetch(&file).await?.is_some_and(|found| found != owner) {
            return Err(Away("another house has its pictures there".to_owned()));
        }
        self.write(&file, Bytes::from(owner.clone())).await?;
        let told = within(READ_WITHIN, async { self.files.head(&file).await }).await?;
        Ok(told.last_modified.timestamp())
    }

    /// An empty file for what somebody sends.
    pub(crate) async fn spool(&self, id: u128) -> io::Result<Spooled> {
        Spooled::new(&self.folder, id).await
    }

    /// Keeps a picture durably under a new identity.
    ///
    /// # Errors
    /// The store is away. A part of it may be there, for the sweep to find.
    pub(crate) async fn keep(&self, id: u128, picture: Picture) -> Result<Stored, Away> {
        let Picture { full, thumbnail, width, height } = picture;
        self.write(&StorePath::from(name(id, Form::Thumbnail)), thumbnail.into()).await?;
        self.write(&StorePath::from(name(id, Form::Full)), full.into()).await?;
        Ok(Stored { id, width, height })
    }

    /// Drops pictures that no lot has. What cannot be dropped stays for the sweep.
    pub(crate) async fn drop(&self, pictures: &[Stored]) {
        let forms = [Form::Full, Form::Thumbnail];
        let names = pictures.iter().flat_map(|picture| forms.map(|form| name(picture.id, form)));
        self.remove(names.map(StorePath::from).collect()).await;
        for picture in pictures {
            self.forget(picture.id);
        }
    }

    /// Drops files of the listing. Returns how many.
    pub(crate) async fn drop_listed(&self, files: Vec<Listed>) -> u64 {
        let gone: HashSet<u128> = files.iter().map(|file| file.picture).collect();
        let removed = self.remove(files.into_iter().map(|file| file.file).collect()).await;
        gone.into_iter().for_each(|id| self.forget(id));
        removed
    }

    /// The files of all pictures.
    pub(crate) fn list(&self) -> Listing {
        Listing(self.files.list(None).fuse())
    }

    /// Removes what was begun on this machine, or in a folder that servers share, and not been written
    /// to for so long. Returns how many.
    ///
    /// # Errors
    /// A folder cannot be looked through.
    pub(crate) async fn clear(&self, age: Duration) -> Result<u64, Away> {
        let shared = self.bucket.as_ref().and_then(|bucket| bucket.folder.clone());
        let folders = [Some(self.folder.clone()), shared];
        let clear = move || {
            let cleared = folders.iter().flatten().map(|folder| spool::clear(folder, age));
            cleared.sum::<io::Result<u64>>()
        };
        let told = |error: &dyn std::fmt::Display| Away(error.to_string());
        let cleared = tokio::task::spawn_blocking(clear).await;
        cleared.map_err(|error| told(&error))?.map_err(|error| told(&error))
    }

    /// Copies all files to another place, but those that are there. Returns how many.
    ///
    /// # Errors
    /// One of the two is away; what has been copied stays.
    pub(crate) async fn carry_to(&self, to: &Pictures) -> Result<u64, Away> {
        let (mut listing, mut carried) = (self.list(), 0);
        loop {
            let page = listing.more(CARRIED_PAGE).await?;
            if page.is_empty() {
                return Ok(carried);
            }
            let files = stream::iter(page).map(|file| self.carry(file, to));
            let mut copied = files.buffer_unordered(CARRIED_MAX);
            while let Some(one) = copied.next().await {
                carried += u64::from(one?);
            }
        }
    }

    /// Copies a file, if it is not there yet. Returns whether it was copied.
    async fn carry(&self, file: Listed, to: &Pictures) -> Result<bool, Away> {
        let head = async {
            match to.files.head(&file.file).await {
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                found => found.map(Some),
            }
        };
        if within(READ_WITHIN, head).await?.is_some_and(|there| there.size == file.bytes) {
            return Ok(false);
        }
        // One that has been taken away meanwhile is nobody's.
        let Some(bytes) = self.fetch(&file.file).await? else { return Ok(false) };
        to.write(&file.file, bytes).await?;
        Ok(true)
    }

    /// Reads a picture by the name in its address.
    ///
    /// # Errors
    /// The store is away.
    pub(crate) async fn read(&self, name: &str) -> Result<Option<Bytes>, Away> {
        let Some((id, form)) = parse(name) else { return Ok(None) };
        let bucket = self.bucket.as_ref().filter(|_| form == Form::Thumbnail);
        if let Some(known) = bucket.and_then(|bucket| bucket.remembered.get(&id)) {
            return Ok(Some(known));
        }
        let found = self.fetch(&StorePath::from(name)).await?;
        if let (Some(bucket), Some(bytes)) = (bucket, &found) {
            bucket.remembered.insert(id, bytes.clone());
        }
        Ok(found)
    }

    fn forget(&self, id: u128) {
        if let Some(bucket) = &self.bucket {
            bucket.remembered.invalidate(&id);
        }
    }

    async fn fetch(&self, file: &StorePath) -> Result<Option<Bytes>, Away> {
        let read = async {
            // Never closed.
            let _place = self.reads.acquire().await;
            let found = self.files.get(file).await?;
            if found.meta.size > FILE_BYTES_MAX {
                return Ok(Err(Away("a file is there that is no picture's".to_owned())));
            }
            found.bytes().await.map(Ok)
        };
        match timeout(READ_WITHIN, read).await {
            Ok(Ok(bytes)) => bytes.map(Some),
            // A bucket that is gone has no pictures, and has not lost them either.
            Ok(Err(object_store::Error::NotFound { path, source })) => {
                let error = object_store::Error::NotFound { path, source };
                let gone = away::code(&error).is_some_and(|code| code == "NoSuchBucket");
                if gone { Err(Away::because(&error)) } else { Ok(None) }
            }
            Ok(Err(error)) => Err(Away::because(&error)),
            Err(_) => Err(late()),
        }
    }

    /// Writes a file durably. One that is there is replaced: a name has one content for ever, so that
    /// a write whose answer was lost can be repeated.
    async fn write(&self, file: &StorePath, bytes: Bytes) -> Result<(), Away> {
        within(WRITE_WITHIN, async { self.files.put(file, bytes.into()).await }).await.map(drop)
    }

    /// Removes files. Returns how many.
    async fn remove(&self, files: Vec<StorePath>) -> u64 {
        let removals = stream::iter(files).map(|file| async move {
            let removal = async {
                match self.files.delete(&file).await {
                    Err(object_store::Error::NotFound { .. }) => Ok(0),
                    removed => removed.map(|()| 1),
                }
            };
            within(REMOVE_WITHIN, removal).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "a picture that no lot has stays behind");
                0
            })
        });
        removals.buffer_unordered(REMOVALS_MAX).fold(0, |sum, one| async move { sum + one }).await
    }
}

async fn within<T>(
    limit: Duration,
    work: impl Future<Output = object_store::Result<T>>,
) -> Result<T, Away> {
    match timeout(limit, work).await {
        Ok(done) => done.map_err(|error| Away::because(&error)),
        Err(_) => Err(late()),
    }
}

fn late() -> Away {
    Away("the store does not answer in time".to_owned())
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
