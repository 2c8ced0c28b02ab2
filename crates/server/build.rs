//! Has the binary built again when the web app was.

use std::path::Path;

fn main() {
    let dist = Path::new("../../web/dist");
    // A path that is missing would have the crate built anew every time.
    let watched = if dist.exists() { dist } else { Path::new("../../web/package.json") };
    println!("cargo:rerun-if-changed={}", watched.display());
}
