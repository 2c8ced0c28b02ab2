//! A house's database as a file to be carried away, and as one that was brought back.

use crate::sqlite;
use gavel_engine::ports::StoreError;
use std::path::Path;

/// Copies the database in the file at `path`, as it stands now, into a new file. The house may be
/// open, here or elsewhere, and goes on.
///
/// # Errors
/// It cannot be read, or the new file not be written.
pub fn copy(path: &Path, into: &Path) -> Result<(), StoreError> {
    sqlite::copy(path, into)
}

/// Looks whether the file at `path`, which nobody else has open, is a whole copy of a house's
/// database, and of no newer house than this program can open.
///
/// # Errors
/// It is not.
pub fn check_copy(path: &Path) -> Result<(), StoreError> {
    sqlite::check_file(path)
}
