//! The artifacts are what chains accept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::fs;
use std::path::{Path, PathBuf};

use cosmwasm_std::HexBinary;
use cosmwasm_vm::internals::{Logger, check_wasm};
use cosmwasm_vm::{VmResult, WasmLimits, capabilities_from_csv};
use hearth_schema::digest::Digest;

/// What a chain on wasmvm 2.1 announces.
const CAPABILITIES: &str =
    "iterator,staking,stargate,cosmwasm_1_1,cosmwasm_1_2,cosmwasm_1_3,cosmwasm_1_4,cosmwasm_2_0,cosmwasm_2_1";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../artifacts")
}

fn artifacts() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            found.push((path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

fn check(wasm: &[u8], capabilities: &str) -> VmResult<()> {
    let limits = WasmLimits::default();
    check_wasm(wasm, &capabilities_from_csv(capabilities), &limits, Logger::Off)
}

#[test]
fn the_vm_of_a_chain_accepts_each_artifact() {
    assert_eq!(artifacts().len(), 5);
    for (name, wasm) in artifacts() {
        check(&wasm, CAPABILITIES).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn a_chain_without_the_pairing_refuses_what_needs_it() {
    let older = CAPABILITIES.trim_end_matches(",cosmwasm_2_1");
    let (_, audit) = artifacts().into_iter().find(|(name, _)| name == "audit.wasm").unwrap();
    assert!(check(&audit, older).is_err());
}

#[test]
fn an_artifact_that_is_not_lowered_is_refused() {
    // A contract in small, one of whose functions fills memory by one instruction, as rustc's own output does.
    let raw = "0061736d01000000010401600000030504000000000503010001074605066d656d6f7279020013696e746572666163655f76\
               657273696f6e5f38000008616c6c6f6361746500010a6465616c6c6f6361746500020b696e7374616e746961746500030a16\
               040b00410041004100fc0b000b02000b02000b02000b";
    let raw = HexBinary::from_hex(raw).unwrap();
    let error = check(&raw, CAPABILITIES).unwrap_err().to_string();
    assert!(error.to_lowercase().contains("bulk memory"), "{error}");
}

#[test]
fn each_artifact_is_small_enough_to_upload() {
    for (name, wasm) in artifacts() {
        assert!(wasm.len() <= 400 * 1_024, "{name} has {} bytes, above 400 KiB; chains take 800", wasm.len());
    }
}

#[test]
fn the_checksums_are_of_the_artifacts() {
    let listed = fs::read_to_string(folder().join("checksums.txt")).unwrap();
    for (name, wasm) in artifacts() {
        let line = format!("{}  {name}", Digest::generate(&wasm).to_hex());
        assert!(listed.lines().any(|listed| listed == line), "checksums.txt does not say {line}");
    }
}
