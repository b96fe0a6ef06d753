//! What `hearthd` builds on: blocks by height, a websocket that wakes, transactions in steps.

use std::time::{Duration, Instant};

use hearth_devnet::{Config, spawn};
use hearth_e2e::World;
use hearth_schema::bme::Deposited;
use hearth_schema::event;
use hearth_schema::unit::{Height, TokenAmount};
use hearth_wallet::tx::Outcome;
use hearth_wallet::{Chain, Client, Error, Sort};

#[test]
fn blocks_are_read_by_height_with_what_their_transactions_did() {
    let world = World::start();
    let (suite, sender) = (world.suite(), world.sender(1));
    let client = suite.client().clone();
    let deposit = suite.token().deposit(None, TokenAmount::new(7)).unwrap();
    let sent = world.run(sender.send(&[deposit])).unwrap();
    let results = world.run(client.block_results(sent.height)).unwrap().unwrap();
    assert_eq!(results.txs, std::slice::from_ref(&sent.ran));
    let bme = cosmwasm_std::Addr::unchecked(suite.bme().address());
    let event: Deposited = event::find(&results.txs[0].events, &bme).unwrap();
    assert_eq!(event.amount.u128(), 7);
    let head = world.run(client.head()).unwrap();
    assert_eq!(world.run(client.block_time(head.height)).unwrap(), Some(head.time));
    assert_eq!(world.run(client.block_hashes(sent.height)).unwrap().unwrap(), [sent.hash]);
    let future = Height(head.height.0 + 50);
    assert_eq!(world.run(client.block_results(future)).unwrap(), None);
    assert_eq!(world.run(client.block_time(future)).unwrap(), None);
}

#[test]
fn a_new_block_wakes_and_a_closed_websocket_is_opened_again() {
    if hearth_e2e::elsewhere("a fault is commanded") {
        return;
    }
    let world = World::start();
    let (suite, sender) = (world.suite(), world.sender(1));
    let deposit = suite.token().deposit(None, TokenAmount::new(1)).unwrap();
    let wake = world.run(async { suite.client().subscribe_blocks() });
    let woken = || {
        let began = Instant::now();
        // The connection may be on its way still: then one of the next blocks wakes.
        while began.elapsed() < Duration::from_secs(20) {
            let asked = Instant::now();
            world.run(async {
                sender.send(std::slice::from_ref(&deposit)).await.unwrap();
                wake.next(Duration::from_secs(1)).await;
            });
            if asked.elapsed() < Duration::from_millis(900) {
                return true;
            }
        }
        false
    };
    assert!(woken());
    world.chaos(serde_json::json!("close_websockets"));
    assert!(woken());
    let asked = Instant::now();
    world.run(wake.next(Duration::from_millis(100)));
    assert!(asked.elapsed() < Duration::from_secs(5), "a missed word costs no more than the patience");
}

#[test]
fn a_transaction_is_prepared_written_down_submitted_twice_and_found() {
    let world = World::start();
    let (suite, sender) = (world.suite(), world.sender(1));
    let client = suite.client().clone();
    let deposit = suite.token().deposit(None, TokenAmount::new(9)).unwrap();
    let signed = world.run(sender.prepare(&[deposit])).unwrap();
    assert_eq!(world.run(client.outcome(&signed)).unwrap(), Outcome::Unknown);
    let written = serde_json::to_string(&signed).unwrap();
    let read: hearth_wallet::Signed = serde_json::from_str(&written).unwrap();
    assert_eq!(read, signed);
    world.run(sender.submit(&read)).unwrap();
    world.run(sender.submit(&read)).unwrap();
    let Outcome::Included(included) = world.run(client.wait(&read)) else { panic!("it is included") };
    world.run(sender.submit(&read)).unwrap();
    // It was found in its block; a node's index may come later.
    assert_eq!(hearth_e2e::wait::until(|| world.run(client.find(&read.hash)).unwrap()), included);
    let free = world.run(suite.bme().account(sender.address(), hearth_schema::unit::Asset::Token)).unwrap().free;
    assert_eq!(free.u128(), 9, "once");
}

#[test]
fn what_the_chain_refuses_is_an_error_with_the_contracts_words_before_anything_is_signed() {
    let world = World::start();
    let (suite, sender) = (world.suite(), world.sender(1));
    let unbond = suite.bonds().unbond(hearth_schema::unit::NodeId(9), TokenAmount::new(1)).unwrap();
    let refused = world.run(sender.send(&[unbond])).unwrap_err();
    assert_eq!((refused.sort(), refused.code()), (Sort::Refused, Some("bonds/unknown-node")), "{refused}");
    assert!(refused.to_string().starts_with("bonds/unknown-node: "), "{refused}");
    let Error::Refused(refusal) = refused else { panic!("{refused}") };
    assert_eq!(refusal.hash, None);
    let account = world.run(suite.client().account(sender.address())).unwrap().unwrap();
    assert_eq!(account.sequence, 0);
}

#[test]
fn a_raw_record_is_read_where_there_is_one() {
    let world = World::start();
    let suite = world.suite();
    assert!(world.run(suite.bme().quote()).unwrap().is_some());
    assert!(world.run(suite.audit().schedule()).unwrap().is_some());
    assert_eq!(world.run(suite.bonds().stake(hearth_schema::unit::NodeId(1))).unwrap(), None);
    assert_eq!(world.run(suite.market().deal(hearth_schema::unit::DealId(1))).unwrap(), None);
}

#[test]
fn a_node_that_stands_still_is_left_for_one_that_has_gone_on() {
    let spawned = |begins: Option<u64>| spawn(Config { begins, ..Config::default() }).unwrap();
    let (still, gone_on) = (spawned(Some(1_600_000_000_000_000_000)), spawned(None));
    gone_on.mine(5, Duration::from_secs(1)).unwrap();
    let (first, second) = (still.rpc(), gone_on.rpc());
    let runtime = hearth_e2e::world::runtime();
    let of = |rpc: Vec<String>| Client::new(Chain::new("hearth-1", rpc)).unwrap();
    // Whatever is asked first, it is not the one that stands still who answers.
    let client = of(vec![first.clone(), second.clone()]);
    assert!(runtime.block_on(client.block_time(Height(6))).unwrap().is_some());
    let client = of(vec![first.clone(), second]);
    assert_eq!(runtime.block_on(client.head()).unwrap().height, Height(6));
    // Alone it is what there is; and so it is where the other is gone.
    assert_eq!(runtime.block_on(of(vec![first.clone()]).head()).unwrap().height, Height(1));
    drop(gone_on);
    let gone = format!("http://{}", std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    assert_eq!(runtime.block_on(of(vec![gone, first]).head()).unwrap().height, Height(1));
}
