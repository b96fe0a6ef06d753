//! Blocks on demand, on an interval and by hand; time that moves; moments to go back to.

use std::time::{Duration, Instant};

use serde_json::json;
use tendermint_rpc::Client;

use hearth_devnet::{Config, Pace, spawn};

use crate::wallet::{Wallet, chain};

fn by_hand() -> Config {
    Config { pace: Pace::ByHand, ..Config::default() }
}

#[test]
fn blocks_by_hand_come_when_told_and_lie_as_far_apart_as_told() {
    let devnet = spawn(by_hand()).unwrap();
    let first = devnet.node().ask_blocking(|node| node.last().clone()).unwrap();
    std::thread::yield_now();
    assert_eq!(devnet.head().unwrap().0, 1, "no block comes by itself");
    devnet.mine(10, Duration::from_secs(6)).unwrap();
    let last = devnet.node().ask_blocking(|node| node.last().clone()).unwrap();
    assert_eq!((last.height, last.time - first.time), (11, 60_000_000_000));
    devnet.mine(1, Duration::ZERO).unwrap();
    let next = devnet.node().ask_blocking(|node| node.last().time).unwrap();
    assert!(next > last.time, "time never stands still");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_time_was_moved_blocks_on_demand_go_on_from_there() {
    let devnet = chain();
    let before = devnet.node().ask(|node| node.last().time).await.unwrap();
    let day = Duration::from_secs(86_400);
    tokio::task::block_in_place(|| devnet.mine(1, day)).unwrap();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    wallet.send(vec![wallet.pay(&devnet.accounts()[1].address, 1)]).await;
    let after = devnet.node().ask(|node| node.last().time).await.unwrap();
    assert!(after - before >= 86_400_000_000_000);
    assert!(after - before < 86_460_000_000_000, "only as far as it was moved");
}

#[test]
fn blocks_on_an_interval_come_without_transactions() {
    let devnet = spawn(Config { pace: Pace::Every(Duration::from_millis(5)), ..Config::default() }).unwrap();
    let patience = Instant::now() + Duration::from_secs(10);
    while devnet.head().unwrap().0 < 10 {
        assert!(Instant::now() < patience, "ten blocks take fifty milliseconds");
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_goes_back_to_a_moment_with_all_that_it_knew_then() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let contract = wallet.token().await;
    let head = |devnet: &hearth_devnet::Devnet| tokio::task::block_in_place(|| devnet.head()).unwrap();
    let before = head(&devnet);
    let early = tokio::task::block_in_place(|| devnet.snapshot()).unwrap();
    let mint = json!({ "mint": { "recipient": wallet.address, "amount": "3" } });
    let first = wallet.send(vec![wallet.tell(&contract, &mint)]).await;
    let late = tokio::task::block_in_place(|| devnet.snapshot()).unwrap();
    wallet.send(vec![wallet.tell(&contract, &mint)]).await;
    let sequence = wallet.account().await.sequence;
    assert!(tokio::task::block_in_place(|| devnet.revert(late)).unwrap());
    assert_eq!(wallet.account().await.sequence, sequence - 1);
    assert!(wallet.rpc.tx(first.hash, false).await.is_ok());
    assert!(tokio::task::block_in_place(|| devnet.revert(early)).unwrap());
    assert_eq!(head(&devnet), before);
    assert!(wallet.rpc.tx(first.hash, false).await.is_err(), "what came later is forgotten");
    assert!(!tokio::task::block_in_place(|| devnet.revert(late)).unwrap(), "and so are later moments");
    let again = wallet.send(vec![wallet.tell(&contract, &mint)]).await;
    assert_eq!(again.height.value(), before.0 + 1);
}
