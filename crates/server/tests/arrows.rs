//! The arrows between the crates: who may know of whom. ARCHITECTURE.md draws them.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What each crate of ours may depend on among ours.
const ARROWS: [(&str, &[&str]); 7] = [
    ("gavel-domain", &[]),
    ("gavel-wire", &[]),
    ("gavel-engine", &["gavel-domain"]),
    ("gavel-store", &["gavel-domain", "gavel-engine"]),
    ("gavel-server", &["gavel-domain", "gavel-engine", "gavel-store", "gavel-wire"]),
    ("gavel-trial", &["gavel-domain", "gavel-wire"]),
    ("gavel-bench", &["gavel-domain", "gavel-engine", "gavel-server", "gavel-store"]),
];

/// What a crate must not know of the world outside.
const ABSENT: [(&str, &[&str]); 4] = [
    ("gavel-wire", &["axum", "hyper", "rusqlite", "tokio"]),
    ("gavel-engine", &["axum", "hyper", "redis", "rusqlite", "serde", "serde_json", "getrandom"]),
    ("gavel-store", &["axum", "hyper"]),
    ("gavel-server", &["rusqlite"]),
];

/// Each crate's dependencies, without those that only its tests have.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo answers in JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    packages
        .iter()
        .map(|package| {
            let all = package["dependencies"].as_array().expect("dependencies");
            let used = all.iter().filter(|dependency| dependency["kind"] != "dev");
            (name(package), used.map(name).collect())
        })
        .collect()
}

#[test]
fn crates_know_only_of_those_they_may() {
    let found = dependencies();
    let known: BTreeSet<_> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), known, "a crate without arrows");
    for (name, allowed) in ARROWS {
        for dependency in found[name].iter().filter(|name| name.starts_with("gavel-")) {
            assert!(allowed.contains(&dependency.as_str()), "{name} knows of {dependency}");
        }
    }
}

#[test]
fn the_rules_know_of_nothing_at_all() {
    assert_eq!(dependencies()["gavel-domain"], BTreeSet::new());
}

#[test]
fn what_is_absent_stays_absent() {
    let found = dependencies();
    for (name, absent) in ABSENT {
        for dependency in absent {
            assert!(!found[name].contains(*dependency), "{name} knows of {dependency}");
        }
    }
}
