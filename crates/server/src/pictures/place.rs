//! Where pictures are kept: the house's own folder, one that servers share, or a bucket of a store that
//! speaks S3.

use super::Away;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long it may take to reach the store.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long one try may take; what is asked may be tried again within its own deadline.
const TRY_TIMEOUT: Duration = Duration::from_secs(5);
/// How often something is tried again: with growing pauses, as long as [`RETRY_FOR`] allows.
const RETRIES_MAX: usize = 3;
const RETRY_FOR: Duration = Duration::from_secs(8);
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// Connections that are kept open for the next picture.
const IDLE_CONNECTIONS_MAX: usize = 32;

/// Where a house keeps its pictures.
pub enum PicturesIn {
    /// In the folder `pictures` of the house.
    Folder,
    /// In a bucket of a store that speaks S3, or in a folder that several servers have in common.
    Bucket {
        /// `s3://bucket`, `s3://bucket/prefix`, or `file:///some/folder`.
        url: String,
        /// What else is to be known of the store, by its names in the environment: `AWS_REGION`,
        /// `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` and others. Names that mean nothing are let be.
        settings: Vec<(String, String)>,
    },
}

impl PicturesIn {
    /// What a URL names, with what the environment says of its store; without a URL the
    /// folder.
    pub(crate) fn named(url: Option<String>) -> PicturesIn {
        let Some(url) = url else { return PicturesIn::Folder };
        let named = |name: &str| name.starts_with("AWS_");
        let all = std::env::vars_os();
        let known = all.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        PicturesIn::Bucket { url, settings: known.filter(|(name, _)| named(name)).collect() }
    }
}

/// A folder of files, as a store.
///
/// What the library acknowledges is durable: it writes a file under another name, calls `fsync`,
/// renames it and calls `fsync` for the folder.
pub(super) fn folder(path: &Path) -> Result<Arc<dyn ObjectStore>, Away> {
    std::fs::create_dir_all(path).map_err(|error| Away(error.to_string()))?;
    let files = LocalFileSystem::new_with_prefix(path).map_err(|error| Away::because(&error))?;
    Ok(Arc::new(files.with_fsync(true)))
}

/// What a URL names, as a store; and its folder, if it is one. Nothing is asked of it yet.
///
/// # Errors
/// The URL names neither a folder that is there nor a bucket, or the settings contradict each other.
/// Neither is repeated in the error but for a folder's name: there may be secrets in both.
pub(super) fn shared(
    url: &str,
    settings: &[(String, String)],
) -> Result<(Arc<dyn ObjectStore>, Option<PathBuf>), Away> {
    if let Some(path) = parse_folder(url) {
        // Never made: where a share is not mounted, pictures would go to this machine's disk.
        if !path.is_dir() {
            return Err(Away(format!("there is no folder {}", path.display())));
        }
        return Ok((folder(&path)?, Some(path)));
    }
    Ok((bucket(url, settings)?, None))
}

fn bucket(url: &str, settings: &[(String, String)]) -> Result<Arc<dyn ObjectStore>, Away> {
    let (bucket, prefix) = parse(url).ok_or_else(|| {
        let what = "must be such as s3://bucket/prefix or file:///some/folder; credentials belong into \
                    the environment";
        Away(what.to_owned())
    })?;
    // There is one per process; whoever was first chose the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = ClientOptions::new()
        .with_connect_timeout(CONNECT_TIMEOUT)
        .with_timeout(TRY_TIMEOUT)
        .with_pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
        .with_default_content_type("image/jpeg");
    let retry = RetryConfig {
        backoff: BackoffConfig { init_backoff: PAUSE_MIN, max_backoff: PAUSE_MAX, base: 2.0 },
        max_retries: RETRIES_MAX,
        retry_timeout: RETRY_FOR,
    };
    // Not every store can delete several at once.
    let plain = AmazonS3Builder::new()
        .with_client_options(client)
        .with_retry(retry)
        .with_disable_bulk_delete(true);
    let known = settings.iter().filter_map(|(name, value)| {
        Some((name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>().ok()?, value))
    });
    let set = known.fold(plain, |store, (key, value)| store.with_config(key, value));
    let store = set
        .with_bucket_name(bucket)
        .build()
        .map_err(|_| Away("the AWS_… variables in the environment contradict each other".into()))?;
    Ok(Arc::new(PrefixStore::new(store, prefix)))
}

/// A folder by its whole path.
fn parse_folder(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("file://")?;
    let plain = !path.contains(['%', '?', '#']) && !path.split('/').any(|part| part == "..");
    (path.starts_with('/') && plain).then(|| PathBuf::from(path))
}

/// A bucket and a prefix in it.
fn parse(url: &str) -> Option<(&str, StorePath)> {
    let rest = url.strip_prefix("s3://")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if bucket.is_empty() || !bucket.chars().all(plain) {
        return None;
    }
    let prefix = prefix.trim_end_matches('/');
    let plain = |c: char| plain(c) || c == '/';
    let prefix = prefix.chars().all(plain).then(|| StorePath::parse(prefix))?;
    Some((bucket, prefix.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_named_by_its_url_and_by_nothing_else() {
        for (url, bucket, prefix) in [
            ("s3://pictures", "pictures", ""),
            ("s3://pictures/", "pictures", ""),
            ("s3://my.pictures/house", "my.pictures", "house"),
            ("s3://my.pictures/a/b/", "my.pictures", "a/b"),
        ] {
            assert_eq!(parse(url), Some((bucket, StorePath::from(prefix))), "{url}");
        }
        for url in [
            "pictures",
            "s3://",
            "s3:///prefix",
            "https://pictures/x",
            "s3://key:hunter2@pictures/x",
            "s3://pictures/../x",
            "s3://pictures/a//b",
            "s3://pictures/x?secret=hunter2",
            "s3://pictures/x#y",
            "file://pictures",
            "file:pictures",
        ] {
            assert!(parse(url).is_none(), "{url}");
            let told = shared(url, &[]).expect_err("it is no bucket").to_string();
            assert!(!told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn a_shared_folder_is_named_by_its_whole_path_and_must_be_there() {
        let there = tempfile::tempdir().unwrap();
        let path = there.path().to_str().unwrap();
        let (_, folder) = shared(&format!("file://{path}"), &[]).expect("it is there");
        assert_eq!(folder.as_deref(), Some(there.path()));
        for url in [format!("file://{path}/none"), format!("file://{path}/../x")] {
            assert!(shared(&url, &[]).is_err(), "{url}");
        }
        assert!(!there.path().join("none").exists(), "it is not made");
        for url in ["file://server/pictures", "file:///srv/a%20b", "file:///srv?x", "file:///srv#x"]
        {
            assert!(parse_folder(url).is_none(), "{url}");
        }
    }

    #[test]
    fn settings_that_cannot_be_are_refused_without_being_repeated() {
        let half = [("AWS_SECRET_ACCESS_KEY".to_owned(), "hunter2".to_owned())];
        let told = shared("s3://pictures", &half).expect_err("half a pair").to_string();
        assert!(told.contains("AWS_") && !told.contains("hunter2"), "{told}");
    }
}
