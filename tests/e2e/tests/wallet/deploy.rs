//! A deployment, whole, stopped and looked at again.

use std::sync::atomic::{AtomicU32, Ordering};

use hearth_devnet::{Config, spawn};
use hearth_e2e::world::{GENESIS, catalogue, client_of, plan, runtime, sender_of};
use hearth_e2e::{Folder, World, program};
use hearth_schema::deploy::Part;
use hearth_schema::unit::{Asset, TokenAmount};
use hearth_wallet::deploy::{Artifacts, Progress, Record, Wish, run, verify};
use hearth_wallet::tx::{Included, Signed};
use hearth_wallet::{Error, Sort};

#[test]
fn the_suite_stands_where_it_was_predicted_and_as_it_was_planned() {
    let world = World::start();
    let wish = Wish::parse(&plan(&world.host, &catalogue())).unwrap();
    let artifacts = Artifacts::read(&program::root().join("artifacts")).unwrap();
    let checks = world.run(verify(&world.client(), &wish, &artifacts, &world.record)).unwrap();
    assert!(checks.len() > 30, "{checks:?}");
    let wrong: Vec<_> = checks.iter().filter(|check| check.wrong.is_some()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(Record::read(&world.record_path).unwrap(), world.record);

    let suite = world.suite();
    let held = world.run(suite.token().balance(&world.account(3).address)).unwrap();
    assert_eq!(held, TokenAmount::new(u128::from(GENESIS) * 1_000_000));
    let quote = world.run(suite.bme().quote()).unwrap().unwrap();
    assert_eq!(quote.last, hearth_e2e::world::PRICE);
    let law = world.run(suite.bme().law()).unwrap();
    assert_eq!(law.difference, 0);
    let free = world.run(suite.bme().account(&world.account(3).address, Asset::Token)).unwrap().free;
    assert!(free.is_zero());
}

/// Stops after so many transactions: before the next one is signed, or before it is sent.
struct Stop {
    left: AtomicU32,
}

impl Progress for Stop {
    fn done(&self, _: &str, _: Option<&Included>) {}

    fn signed(&self, _: &Signed) -> Result<(), Error> {
        match self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)) {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::Cancelled),
        }
    }
}

#[test]
fn a_deployment_stopped_at_any_step_is_resumed_and_nothing_is_made_twice() {
    let devnet = spawn(Config::default()).unwrap();
    let (folder, runtime) = (Folder::new(), runtime());
    let wish = Wish::parse(&plan(&devnet, &catalogue())).unwrap();
    let artifacts = Artifacts::read(&program::root().join("artifacts")).unwrap();
    let record = folder.join("deployment.toml");
    let (mut stops, done) = (
        0,
        loop {
            // A new process each time: it knows nothing but the files and the chain.
            let sender = sender_of(client_of(&devnet), &devnet.accounts()[0]);
            let stop = Stop { left: AtomicU32::new(1) };
            match runtime.block_on(run(&sender, &wish, &artifacts, &record, &stop)) {
                Ok(done) => break done,
                Err(error) => assert_eq!(error, Error::Cancelled),
            }
        },
    );
    let client = client_of(&devnet);
    let codes = runtime.block_on(client.codes()).unwrap();
    assert_eq!(codes.len(), Part::ALL.len(), "each code was uploaded once");
    stops += codes.len();
    let account = runtime.block_on(client.account(&devnet.accounts()[0].address)).unwrap().unwrap();
    assert_eq!(account.sequence, stops as u64 + 5 + 1 + 1, "uploads, contracts, a model and a class, each once");
    let suite = done.suite(client).unwrap();
    assert_eq!(runtime.block_on(suite.market().models()).unwrap().len(), 1);
    assert_eq!(runtime.block_on(suite.market().classes()).unwrap().len(), 1);
}

#[test]
fn a_second_suite_of_the_same_creator_needs_no_upload_and_another_salt() {
    let world = World::start();
    let text = plan(&world.host, &catalogue());
    let artifacts = Artifacts::read(&program::root().join("artifacts")).unwrap();
    let record = world.folder().join("second.toml");
    let second = Wish::parse(&text.replace("salt = \"e2e\"", "salt = \"second\"")).unwrap();
    let made = world.run(run(&world.sender(0), &second, &artifacts, &record, &())).unwrap();
    assert_eq!(world.run(world.client().codes()).unwrap().len(), Part::ALL.len());
    assert_ne!(made.addresses, world.record.addresses);
    assert_eq!(made.codes, world.record.codes);
}

#[test]
fn an_artifact_that_was_changed_is_not_uploaded() {
    let folder = Folder::new();
    for name in ["token", "bme", "bonds", "market", "audit"] {
        let from = program::root().join("artifacts").join(format!("{name}.wasm"));
        std::fs::copy(from, folder.join(&format!("{name}.wasm"))).unwrap();
    }
    std::fs::copy(program::root().join("artifacts/checksums.txt"), folder.join("checksums.txt")).unwrap();
    assert!(Artifacts::read(folder.path()).is_ok());
    let path = folder.join("bme.wasm");
    let mut wasm = std::fs::read(&path).unwrap();
    *wasm.last_mut().unwrap() ^= 1;
    std::fs::write(&path, wasm).unwrap();
    let refused = Artifacts::read(folder.path()).unwrap_err();
    assert_eq!(refused.sort(), Sort::Local);
    assert!(refused.to_string().contains("bme.wasm"), "{refused}");
}
