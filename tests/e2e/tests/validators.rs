//! A chain of four validators that go, come back, and are cut off, while work is done on it. `make judge` asks for it by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![allow(clippy::arithmetic_side_effects, reason = "likewise")]

#[path = "worker/client.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod client;
#[path = "worker/daemon.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod daemon;
#[path = "worker/scene.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod scene;

use hearth_e2e::World;
use hearth_e2e::wait::{until, until_or};
use hearth_e2e::world::sender_of;
use hearth_schema::market::Reason;
use hearth_schema::unit::{DealId, TokenAmount, Usd};
use hearth_wallet::chain::Chain;
use hearth_wallet::tx::{Outcome, Signed};
use hearth_wallet::{Client, Sender};
use hearth_wasmd::{Config, Network};
use serde_json::json;

use crate::client::{ask, chat};
use crate::scene::{CLIENT, Scene, catalogue};

const CENT: Usd = Usd::new(10_000_000_000);
/// What the client brings during the halt, in base units.
const PAID: u128 = 7_000_000;
/// So long it waits then.
const HURRY: u64 = 3_000;

/// A scene on four validators, all of whose RPCs the client and the daemon know.
fn scene() -> (Scene, String) {
    let network = Network::start(&Config::default(), 4).unwrap();
    let mut scene = Scene::on(World::validated(network, &catalogue()), |_| ());
    let door = scene.start();
    (scene, door)
}

/// The height of a validator that runs.
fn height(scene: &mut Scene, nth: usize) -> u64 {
    scene.world.host.validators().height(nth).unwrap()
}

/// Waits until a validator has made so many blocks more.
fn goes_on(scene: &mut Scene, nth: usize, blocks: u64) {
    let before = scene.world.host.validators().height(nth).unwrap_or(0);
    until_or(
        || (scene.world.host.validators().height(nth).unwrap_or(0) >= before + blocks).then_some(()),
        || format!("validator {nth} makes no blocks"),
    );
}

/// Whether all validators have the same block at a height that each has.
fn agree(scene: &mut Scene) {
    let network = scene.world.host.validators();
    let all = 0..network.validators();
    let least = all.clone().map(|nth| network.height(nth).unwrap()).min().unwrap();
    let hash = |nth: usize| {
        let block = network.calls(nth).unwrap().call("block", &json!({ "height": least.to_string() })).unwrap();
        (block["block_id"]["hash"].clone(), block["block"]["header"]["app_hash"].clone())
    };
    for nth in all {
        assert_eq!(hash(nth), hash(0), "validator {nth} at {least}");
    }
}

/// A deposit of the client, who waits for it a few seconds only.
fn deposit(scene: &Scene) -> (Sender, Signed) {
    let chain = Chain { wait_ms: HURRY, ..scene.world.chain() };
    let hurried = sender_of(Client::new(chain).unwrap(), scene.world.account(CLIENT));
    let deposit = scene.world.suite().token().deposit(None, TokenAmount::new(PAID)).unwrap();
    let signed = scene.world.run(hurried.prepare(&[deposit])).unwrap();
    (hurried, signed)
}

/// A job, from the take to the vouched answer; its deal, which is committed by itself.
fn served(scene: &Scene, door: &str, session: u8) -> DealId {
    let client = scene.client(session);
    let asked = ask(&chat("Where does Lena live?", 20));
    let deal = client.take(asked.digest(), CENT);
    let served = client.ask(door, deal, &asked).served();
    assert_eq!(client.vouch(door, deal, &client.voucher(deal, 1, &served)).status, 200);
    deal
}

#[test]
#[cfg_attr(not(wasmd), ignore = "wasmd is not built: `make wasmd`")]
fn a_job_is_paid_though_one_validator_is_down_two_are_and_all_come_back() {
    let (mut scene, door) = scene();
    // One is down: the others go on, and so does all work.
    scene.world.host.validators().stop(3);
    goes_on(&mut scene, 0, 2);
    let deal = served(&scene, &door, 61);
    scene.committed(deal, 1);
    // Two are down: the chain halts. What is asked of it fails by its name, and nothing is lost.
    scene.world.host.validators().stop(2);
    let said = until(|| Some(scene.unready(&door)).filter(|said| !said.is_empty()));
    assert!(said.contains("no new block for"), "{said}");
    let (before, free) = (height(&mut scene, 0), scene.free());
    let (hurried, signed) = deposit(&scene);
    scene.world.run(hurried.submit(&signed)).unwrap();
    assert_eq!(scene.world.run(hurried.client().wait(&signed)), Outcome::Unknown, "nobody can tell what becomes of it");
    assert_eq!(height(&mut scene, 0), before, "two of four make a block");
    // They come back: the chain goes on, and the job is final and paid, without anybody's help.
    for nth in [2, 3] {
        scene.world.host.validators().resume(nth).unwrap();
    }
    goes_on(&mut scene, 0, 2);
    until_or(|| scene.unready(&door).is_empty().then_some(()), || scene.unready(&door));
    let included = || matches!(scene.world.run(hurried.client().outcome(&signed)), Ok(Outcome::Included(_)));
    until(|| included().then_some(()));
    assert_eq!(scene.free(), free + PAID, "once");
    scene.passed(deal, 1);
    assert_eq!(scene.client(61).deal(deal).ended, Some(Reason::Done));
    let deal = served(&scene, &door, 62);
    scene.committed(deal, 1);
    scene.law_holds();
    goes_on(&mut scene, 3, 2);
    agree(&mut scene);
}

#[test]
#[cfg_attr(not(wasmd), ignore = "wasmd is not built: `make wasmd`")]
fn a_validator_that_is_cut_off_misleads_neither_client_nor_worker() {
    let (mut scene, door) = scene();
    // The first is the one that everybody asks: it answers still, and its chain stands still.
    scene.world.host.validators().cut_off(0);
    goes_on(&mut scene, 1, 3);
    let stands = height(&mut scene, 0);
    let deal = served(&scene, &door, 63);
    scene.committed(deal, 1);
    scene.passed(deal, 1);
    assert!(height(&mut scene, 0) <= stands + 1, "it was cut off");
    scene.law_holds();
    scene.world.host.validators().rejoin(0);
    until(|| {
        let network = scene.world.host.validators();
        (network.height(0)? + 2 >= network.height(1)?).then_some(())
    });
    agree(&mut scene);
}
