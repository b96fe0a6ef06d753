//! CosmJS, its current version and an older one, unmodified: `js/*.test.mjs` run by Node.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::wallet::chain;

/// Where `make` installs what the lock file names.
pub(crate) fn installed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/cosmjs")
}

#[test]
fn cosmjs_takes_the_chain_for_a_real_one() {
    play("clients.test.mjs");
}

#[test]
fn browsers_wallets_find_the_rest_that_they_ask() {
    play("rest.test.mjs");
}

#[test]
fn grpc_is_answered_at_the_address_of_the_rpc() {
    play("grpc.test.mjs");
}

/// Runs a script beside a chain of its own.
fn play(script: &str) {
    let folder = installed();
    assert!(
        folder.join("node_modules/@cosmjs/cosmwasm").is_dir(),
        "CosmJS is not installed: run `make cosmjs`, which needs Node.js 20 or later (https://nodejs.org) and npm"
    );
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("js").join(script);
    std::fs::copy(source, folder.join(script)).unwrap();
    let devnet = chain();
    let words: Vec<&str> = devnet.accounts().iter().take(2).map(|account| account.mnemonic.as_str()).collect();
    let wasm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../artifacts/token.wasm");
    let ran = Command::new("node")
        .args(["--test", script])
        .current_dir(&folder)
        .env("RPC", devnet.rpc())
        .env("CHAIN_ID", "hearth-1")
        .env("MNEMONICS", words.join(";"))
        .env("WASM", wasm)
        .output()
        .expect("Node.js is missing: get 20 or later from https://nodejs.org");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}");
    assert!(said.contains("# fail 0") || said.contains("ℹ fail 0"), "{said}");
}
