//! Faults by command.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tendermint_rpc::{Client, SubscriptionClient, WebSocketClient};

use hearth_devnet::{Config, Devnet, spawn};

use crate::abuse::call;
use crate::wallet::{Wallet, chain};

fn wild() -> Devnet {
    spawn(Config { chaos: true, ..Config::default() }).unwrap()
}

fn command(devnet: &Devnet, command: Value) {
    let told = call(&devnet.rpc(), "dev_chaos", json!({ "command": command }));
    assert_eq!(told["result"], json!({}), "{told}");
}

#[test]
fn a_chain_that_was_not_started_for_it_takes_no_such_command() {
    let told = call(&chain().rpc(), "dev_chaos", json!({ "command": { "forget": { "count": 1 } } }));
    assert_eq!(told["error"]["data"], "the chain was not started with --chaos");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_is_answered_though_the_transaction_went_in() {
    let devnet = wild();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    command(&devnet, json!({ "reply": { "method": "broadcast_tx_sync", "fate": { "error": { "message": "no" } } } }));
    let bytes = wallet.sign(vec![wallet.pay(&devnet.accounts()[1].address, 1)], 100_000, 0).await;
    assert!(wallet.rpc.broadcast_tx_sync(bytes).await.is_err());
    while wallet.account().await.sequence == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_swallowed_or_comes_late() {
    let devnet = wild();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    command(&devnet, json!({ "reply": { "method": "health", "fate": "drop" } }));
    let waited = tokio::time::timeout(Duration::from_millis(200), wallet.rpc.health()).await;
    assert!(waited.is_err(), "nothing comes");
    command(&devnet, json!({ "reply": { "method": "health", "fate": { "delay": { "ms": 100 } } } }));
    let asked = Instant::now();
    wallet.rpc.health().await.unwrap();
    assert!(asked.elapsed() >= Duration::from_millis(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_accepted_and_forgotten() {
    let devnet = wild();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    command(&devnet, json!({ "forget": { "count": 1 } }));
    let pay = wallet.pay(&devnet.accounts()[1].address, 1);
    let lost = wallet.rpc.broadcast_tx_sync(wallet.sign(vec![pay.clone()], 100_000, 0).await).await.unwrap();
    assert!(lost.code.is_ok());
    let sent = wallet.send(vec![pay]).await;
    assert_eq!(sent.height.value(), 2, "only the second came into a block");
    assert_eq!(wallet.account().await.sequence, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_halts_and_goes_on() {
    let devnet = wild();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    command(&devnet, json!({ "halt": { "ms": 300 } }));
    let halted = Instant::now();
    wallet.send(vec![wallet.pay(&devnet.accounts()[1].address, 1)]).await;
    assert!(halted.elapsed() >= Duration::from_millis(250), "{:?}", halted.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_height_is_served_and_websockets_are_closed() {
    let devnet = wild();
    tokio::task::block_in_place(|| devnet.mine(5, Duration::from_secs(1))).unwrap();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    command(&devnet, json!({ "stale": { "by": 3, "count": 1 } }));
    let stale = wallet.rpc.status().await.unwrap().sync_info.latest_block_height;
    let now = wallet.rpc.status().await.unwrap().sync_info.latest_block_height;
    assert_eq!((stale.value(), now.value()), (3, 6));
    let (client, driver) = WebSocketClient::new(devnet.websocket().as_str()).await.unwrap();
    let driving = tokio::spawn(driver.run());
    let _blocks = client.subscribe(tendermint_rpc::query::EventType::NewBlock.into()).await.unwrap();
    command(&devnet, json!("close_websockets"));
    let closed = tokio::time::timeout(Duration::from_secs(5), driving).await;
    assert!(closed.is_ok(), "the connection ends");
}
