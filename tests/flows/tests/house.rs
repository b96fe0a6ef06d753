//! The house itself: who imports whom, where `unsafe` stands, and that every version is said once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// What each crate of ours may import of ours, outside its tests.
const MAY: &[(&str, &[&str])] = &[
    ("hearth-schema", &[]),
    ("hearth-token", &[]),
    ("hearth-bme", &["hearth-schema"]),
    ("hearth-bonds", &["hearth-schema"]),
    ("hearth-market", &["hearth-schema"]),
    ("hearth-audit", &["hearth-schema"]),
    ("hearth-beacon", &[]),
    ("hearth-devnet", &["hearth-beacon"]),
    ("hearth-exact", &[]),
    ("hearth-speech", &[]),
    ("hearth-engine", &["hearth-exact", "hearth-speech"]),
    ("hearth-wallet", &["hearth-schema", "hearth-speech"]),
    ("hearth-gateway", &[]),
    ("hearthd", &["hearth-schema", "hearth-speech", "hearth-wallet", "hearth-engine", "hearth-gateway"]),
    (
        "hearth-rig",
        &[
            "hearth-schema",
            "hearth-beacon",
            "hearth-bme",
            "hearth-bonds",
            "hearth-market",
            "hearth-audit",
            "hearth-devnet",
        ],
    ),
    ("hearth-flows", &[]),
    ("hearth-benches", &[]),
    ("hearth-wasmd", &["hearth-beacon", "hearth-devnet"]),
    ("hearth-e2e", &["hearth-beacon", "hearth-devnet", "hearth-schema", "hearth-wallet", "hearth-wasmd"]),
];

/// What schema must never know: storage, async, files, the clock, the network.
const UNKNOWN_TO_SCHEMA: &[&str] =
    &["cw-storage-plus", "tokio", "async-std", "reqwest", "cosmrs", "rusqlite", "chrono"];

/// Crates of others that speak of the chain, and of contracts.
const CHAIN: &[&str] =
    &["cosmrs", "cosmos-sdk-proto", "tendermint-rpc", "cosmwasm-std", "cosmwasm-schema", "cosmwasm-vm"];
/// Crates of others that serve or ask by HTTP, keep files, or need a clock of their own.
const OUTSIDE: &[&str] = &["axum", "hyper", "reqwest", "tokio", "rusqlite", "redb", "tracing", "getrandom", "rand"];
/// Crates of others that serve HTTP.
const SERVING: &[&str] = &["axum", "tower-http"];

/// What of others' crates each of ours must never know, tests aside.
const NEVER: &[(&str, &[&[&str]])] = &[
    ("hearth-schema", &[OUTSIDE]),
    ("hearth-token", &[OUTSIDE]),
    ("hearth-bme", &[OUTSIDE]),
    ("hearth-bonds", &[OUTSIDE]),
    ("hearth-market", &[OUTSIDE]),
    ("hearth-audit", &[OUTSIDE]),
    ("hearth-exact", &[OUTSIDE, CHAIN, SERVING]),
    ("hearth-speech", &[OUTSIDE, CHAIN, SERVING]),
    ("hearth-engine", &[CHAIN, SERVING]),
    ("hearth-gateway", &[CHAIN]),
    ("hearth-beacon", &[CHAIN, OUTSIDE]),
];

/// The files in which `unsafe` may stand.
const UNSAFE: &[&str] = &[
    "tests/devnet/src/wasm/code.rs",
    "worker/engine/src/embedded/files.rs",
    "worker/engine/tests/memory/main.rs",
    "worker/engine/exact/src/kernel/avx2.rs",
    "worker/engine/exact/src/kernel/avx512.rs",
    "worker/engine/exact/src/path.rs",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn metadata() -> Metadata {
    MetadataCommand::new().current_dir(root()).no_deps().other_options(vec!["--locked".into()]).exec().unwrap()
}

fn imports(package: &Package) -> BTreeSet<String> {
    let normal = |kind: DependencyKind| matches!(kind, DependencyKind::Normal | DependencyKind::Build);
    package.dependencies.iter().filter(|dep| normal(dep.kind)).map(|dep| dep.name.clone()).collect()
}

/// Every file of the repository with this extension, without what was built.
fn sources(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|of| of == extension) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn nobody_imports_what_they_must_not_know() {
    let may: BTreeMap<&str, &[&str]> = MAY.iter().copied().collect();
    for package in metadata().workspace_packages() {
        let name = package.name.as_str();
        let allowed = may.get(name).unwrap_or_else(|| panic!("{name} is not in the table of who imports whom"));
        for import in imports(package).iter().filter(|import| import.starts_with("hearth-")) {
            assert!(allowed.contains(&import.as_str()), "{name} must not import {import}");
        }
    }
}

#[test]
fn nobody_knows_of_others_crates_what_is_not_theirs() {
    let metadata = metadata();
    for (name, never) in NEVER {
        let package = metadata.workspace_packages().into_iter().find(|package| package.name == *name);
        let package = package.unwrap_or_else(|| panic!("there is no crate {name}"));
        for import in imports(package) {
            assert!(!never.iter().any(|words| words.contains(&import.as_str())), "{name} must not know {import}");
        }
    }
}

#[test]
fn schema_knows_neither_storage_nor_async_nor_files() {
    let metadata = metadata();
    let schema = metadata.workspace_packages().into_iter().find(|package| package.name == "hearth-schema").unwrap();
    for import in imports(schema) {
        assert!(!UNKNOWN_TO_SCHEMA.contains(&import.as_str()), "schema must not import {import}");
    }
    for path in sources("rs").into_iter().filter(|path| path.starts_with(root().join("schema/src"))) {
        let text = fs::read_to_string(&path).unwrap();
        for word in ["std::fs", "std::net", "std::time", "SystemTime", "async fn"] {
            assert!(!text.contains(word), "{} speaks of {word}", path.display());
        }
    }
}

#[test]
fn no_contract_names_another() {
    let contracts = ["bme", "bonds", "market", "audit"];
    for name in contracts {
        for path in sources("rs").into_iter().filter(|path| path.starts_with(root().join("contracts").join(name))) {
            let text = fs::read_to_string(&path).unwrap();
            for other in contracts.iter().filter(|other| **other != name) {
                let import = format!("hearth_{other}::");
                assert!(!text.contains(&import), "{} names {import}", path.display());
            }
        }
    }
}

#[test]
fn unsafe_stands_in_listed_files_only() {
    for path in sources("rs") {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        let word = ["unsafe", " "].concat();
        let code = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
        let has = text.lines().map(code).any(|line| line.contains(&word) && !line.contains('"'));
        assert!(!has || UNSAFE.contains(&name.as_str()), "{name} has unsafe code and is not listed");
    }
}

#[test]
fn every_version_is_said_once_in_the_root_manifest() {
    for path in sources("toml") {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        if !name.ends_with("Cargo.toml") || name == "Cargo.toml" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // A workspace of its own stands outside this one, with a lock file of its own.
        if text.lines().any(|line| line == "[workspace]") {
            continue;
        }
        for line in text.lines().filter(|line| line.contains("version")) {
            let own = ["version.workspace = true", "rust-version.workspace = true"].contains(&line);
            assert!(own, "{name} says a version of its own: {line}");
        }
        assert!(text.contains("[lints]\nworkspace = true"), "{name} has not the house's lints");
    }
}

#[test]
fn every_contract_stays_with_capabilities_that_chains_have() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for newer in ["cosmwasm_2_2", "cosmwasm_3_0"] {
        assert!(!manifest.contains(newer), "{newer} is newer than the chains that the artifacts are for");
    }
}

#[test]
fn no_file_grows_past_reading() {
    for path in sources("rs") {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        // Messages are read one at a time, and a test's table as a table.
        if name.starts_with("schema/src") || name.starts_with("tests/") || name.starts_with("schema/tests") {
            continue;
        }
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 400, "{name} has {lines} lines: cut it along its nature");
    }
}
