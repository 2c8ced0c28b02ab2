//! Has the binary built again when the web app was.

use std::path::Path;

fn main() {
    let dist = Path::new("../../web/dist");
    // It must be there to be watched; the web app's build fills it, before or after.
    std::fs::create_dir_all(dist).expect("web/dist can be made");
    println!("cargo:rerun-if-changed={}", dist.display());
}
