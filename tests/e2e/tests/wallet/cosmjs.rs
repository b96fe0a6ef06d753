//! CosmJS reads what we wrote, and we read what it wrote.

use std::path::Path;
use std::process::Command;

use hearth_e2e::{World, program};
use hearth_schema::unit::{Asset, TokenAmount};

/// Where `make` installs what the lock file names.
fn installed() -> std::path::PathBuf {
    program::root().join("target/cosmjs")
}

#[test]
fn cosmjs_reads_what_we_wrote_and_we_read_what_it_wrote() {
    let folder = installed();
    assert!(
        folder.join("node_modules/@cosmjs/cosmwasm").is_dir(),
        "CosmJS is not installed: run `make cosmjs`, which needs Node.js 20 or later (https://nodejs.org) and npm"
    );
    let world = World::start();
    let suite = world.suite();
    let deposit = suite.token().deposit(None, TokenAmount::new(5_000_000)).unwrap();
    let ours = world.run(world.sender(1).send(&[deposit])).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("js/wallet.mjs");
    let run = folder.join(format!("wallet-{}.mjs", std::process::id()));
    std::fs::copy(script, &run).unwrap();
    let ran = Command::new("node")
        .arg(run.file_name().unwrap())
        .current_dir(&folder)
        .env("RPC", world.host.rpc())
        .env("MNEMONIC", &world.account(2).mnemonic)
        .env("TOKEN", suite.token().address())
        .env("BME", suite.bme().address())
        .env("OURS", &ours.hash)
        .env("US", &world.account(1).address)
        .output()
        .expect("Node.js is missing: get 20 or later from https://nodejs.org");
    std::fs::remove_file(&run).unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));

    let theirs = said.lines().last().unwrap();
    let found = world.run(suite.client().find(theirs)).unwrap().expect("the chain has it");
    assert_eq!(found.ran.code, 0);
    let event: hearth_schema::bme::Deposited = found.event(suite.bme().address()).unwrap();
    assert_eq!((event.account.as_str(), event.amount.u128()), (world.account(2).address.as_str(), 7_000_000));
    let free = world.run(suite.bme().account(&world.account(2).address, Asset::Token)).unwrap().free;
    assert_eq!(free.u128(), 7_000_000);
}
