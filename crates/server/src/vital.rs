//! Work that a house cannot do without.

use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;

/// Does work that the house cannot do without. Where it panics the process ends: a house that closes
/// no lot or tells nobody must not look healthy, and nothing acknowledged is in memory alone.
pub(crate) async fn vital(name: &'static str, work: impl Future<Output = ()>) {
    if AssertUnwindSafe(work).catch_unwind().await.is_err() {
        tracing::error!(name, "what the house cannot do without has failed");
        std::process::abort();
    }
}
