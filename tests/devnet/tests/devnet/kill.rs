//! Killed at any instant, the chain comes back with a whole number of blocks, and the state that they make.

use std::time::Duration;

use hearth_devnet::accounts::known;
use hearth_devnet::address::Addresses;
use hearth_devnet::block::Block;
use hearth_devnet::{Config, Pace, spawn};
use serde_json::json;
use tendermint_rpc::Client;

use crate::program::{Folder, Running};
use crate::wallet::Wallet;

/// How often it is killed: `HEARTH_KILLS`, else 20 times.
fn kills() -> u64 {
    std::env::var("HEARTH_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(20)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_instant_it_comes_back_with_whole_blocks() {
    let folder = Folder::new("killed");
    let account = known(0, &Addresses::new("wasm").unwrap()).unwrap();
    let mut running = Running::start(Some(&folder.0));
    let wallet = Wallet::of(&running.rpc(), &account);
    let contract = wallet.token().await;
    let mut instant = 17_u64;
    for _ in 0..kills() {
        let wallet = Wallet::of(&running.rpc(), &account);
        let sender = wallet.address.clone();
        let mint = wallet.tell(&contract, &json!({ "mint": { "recipient": sender, "amount": "1" } }));
        let BaseOf { number, sequence } = BaseOf::of(&wallet).await;
        let sending = tokio::spawn(async move {
            for nth in 0.. {
                let bytes = wallet.sign_as(vec![mint.clone()], 300_000, number, sequence + nth);
                if wallet.rpc.broadcast_tx_sync(bytes).await.is_err() {
                    return;
                }
            }
        });
        instant = (instant * 48_271) % 2_147_483_647;
        tokio::time::sleep(Duration::from_micros(instant % 60_000)).await;
        running.child.kill().unwrap();
        running.child.wait().unwrap();
        sending.await.unwrap();
        running = Running::start(Some(&folder.0));
    }
    drop(running);
    let kept = tokio::task::spawn_blocking({
        let folder = folder.0.clone();
        move || blocks(&folder)
    });
    let kept = kept.await.unwrap();
    assert!(kept.len() > 3, "there were blocks: {}", kept.len());
    let straight = tokio::task::spawn_blocking(move || (replayed(&kept), kept)).await.unwrap();
    let (straight, kept) = straight;
    for (kept, straight) in kept.iter().zip(&straight) {
        assert_eq!(kept.app, straight.app, "at height {}", kept.height);
        assert_eq!(kept, straight);
    }
}

struct BaseOf {
    number: u64,
    sequence: u64,
}

impl BaseOf {
    async fn of(wallet: &Wallet) -> Self {
        let account = wallet.account().await;
        Self { number: account.account_number, sequence: account.sequence }
    }
}

/// All blocks in a folder.
fn blocks(folder: &std::path::Path) -> Vec<Block> {
    let devnet = spawn(Config { state: Some(folder.to_path_buf()), pace: Pace::ByHand, ..Config::default() }).unwrap();
    devnet
        .node()
        .ask_blocking(|node| (1..=node.last().height).filter_map(|height| node.block(height)).collect())
        .unwrap()
}

/// The same blocks, made in one go by a chain that nobody kills.
pub(crate) fn replayed(kept: &[Block]) -> Vec<Block> {
    let config = Config { pace: Pace::ByHand, begins: Some(kept[0].time), ..Config::default() };
    let devnet = spawn(config).unwrap();
    for block in &kept[1..] {
        let (time, txs) = (block.time, block.txs.iter().map(|raw| raw.0.clone()).collect());
        devnet.node().ask_blocking(move |node| node.replay(time, txs)).unwrap().unwrap();
    }
    devnet
        .node()
        .ask_blocking(|node| (1..=node.last().height).filter_map(|height| node.block(height)).collect())
        .unwrap()
}
