//! A house's database as a file that was brought back.

use crate::sqlite;
use gavel_engine::ports::StoreError;
use std::path::Path;

/// Looks whether the file at `path`, which nobody else has open, is a whole copy of a house's
/// database, and of no newer house than this program can open.
///
/// # Errors
/// It is not.
pub fn check_copy(path: &Path) -> Result<(), StoreError> {
    sqlite::check_file(path)
}
