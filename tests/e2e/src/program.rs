//! The programs of this workspace, built once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::SystemTime;

static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Where a program is, built in the profile of the test that asks. Its package has an integration test for it, so
/// that `cargo test` over the workspace has built it before any test runs; only where it is missing, or older than its
/// sources, is it built here.
pub fn built(name: &str) -> PathBuf {
    let mut built = BUILT.lock().unwrap();
    built.entry(name.to_owned()).or_insert_with(|| fresh(name)).clone()
}

fn fresh(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let program = profile.join(name);
    let made = program.metadata().and_then(|file| file.modified()).ok();
    if made.is_none_or(|made| made < newest(name)) {
        build(name, profile);
    }
    program
}

/// When the youngest of a program's sources was written.
fn newest(name: &str) -> SystemTime {
    let folders: &[&str] = match name {
        "hearthd" => &["schema/src", "wallet/src", "worker"],
        "hearthd-engine" => &["worker/engine"],
        _ => &["schema/src", "wallet/src"],
    };
    let mut left: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut newest = SystemTime::UNIX_EPOCH;
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|of| of == "rs") {
                newest = newest.max(path.metadata().unwrap().modified().unwrap());
            }
        }
    }
    newest
}

fn build(name: &str, profile: &Path) {
    let mut cargo = Command::new(env!("CARGO"));
    // The engine's own process is built for the test of that side of it.
    let test = if name == "hearthd-engine" { "process" } else { name };
    cargo.current_dir(root()).args(["test", "--quiet", "--workspace", "--no-run", "--test", test]);
    cargo.arg("--target-dir").arg(profile.parent().unwrap());
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(cargo.status().unwrap().success(), "{name} is not built");
}
