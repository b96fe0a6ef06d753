//! How fast the chain is. `HEARTH_FIGURES=1` measures what the README says, and holds it to its bounds; else a small run
//! shows that there is something to measure.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use hearth_devnet::{Config, Devnet, spawn};
use serde_json::json;
use tendermint_rpc::Client;

use crate::program::Folder;
use crate::wallet::Wallet;

/// Transactions of a block that is kept, and of a full one.
const KEPT: u64 = 10;
const FULL: u64 = 500;

fn is_whole() -> bool {
    std::env::var_os("HEARTH_FIGURES").is_some()
}

/// A chain with a token that its first account mints, and whose sequence it counts.
struct Mint {
    devnet: Devnet,
    wallet: Wallet,
    contract: String,
    number: u64,
    sequence: u64,
}

impl Mint {
    async fn open(state: Option<PathBuf>) -> Self {
        let devnet = start(state);
        let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
        let contract = wallet.token().await;
        let account = wallet.account().await;
        Self { devnet, wallet, contract, number: account.account_number, sequence: account.sequence }
    }

    /// A signed execute: one unit, always for the same account, so that the state does not grow.
    fn execute(&mut self) -> Vec<u8> {
        let mint = json!({ "mint": { "recipient": self.wallet.address, "amount": "1" } });
        self.sequence += 1;
        let message = self.wallet.tell(&self.contract, &mint);
        self.wallet.sign_as(vec![message], 300_000, self.number, self.sequence - 1)
    }

    fn executes(&mut self, count: u64) -> Vec<Vec<u8>> {
        (0..count).map(|_| self.execute()).collect()
    }

    /// Makes a block of these, all of which succeed; how long it took.
    fn block(&self, txs: Vec<Vec<u8>>) -> Duration {
        let count = txs.len();
        let start = Instant::now();
        let replay = |node: &mut hearth_devnet::node::Node| node.replay(node.last().time + 1_000_000_000, txs);
        self.with(replay).unwrap();
        let took = start.elapsed();
        let passed = self.with(|node| node.last().results.iter().filter(|result| result.code == 0).count());
        assert_eq!(passed, count);
        took
    }

    fn with<T: Send + 'static>(&self, act: impl FnOnce(&mut hearth_devnet::node::Node) -> T + Send + 'static) -> T {
        tokio::task::block_in_place(|| self.devnet.node().ask_blocking(act)).unwrap()
    }
}

fn start(state: Option<PathBuf>) -> Devnet {
    tokio::task::block_in_place(|| spawn(Config { state, ..Config::default() })).unwrap()
}

/// The median of some runs, held to its bound in a whole measurement.
fn figure(what: &str, mut runs: Vec<Duration>, bound: Duration) {
    runs.sort();
    let (least, median, most) = (runs[0], runs[runs.len() / 2], runs[runs.len() - 1]);
    eprintln!("{what}: {median:.2?} ({least:.2?} to {most:.2?} in {} runs)", runs.len());
    assert!(!is_whole() || median <= bound, "{what} is to take {bound:?} at most");
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_answers_and_goes_back_at_once() {
    let runs = if is_whole() { 21 } else { 3 };
    let folder = Folder::new("figures");
    drop(Mint::open(Some(folder.0.clone())).await);
    let mut starts = Vec::new();
    for _ in 0..runs {
        let begun = Instant::now();
        let devnet = start(Some(folder.0.clone()));
        tokio::task::block_in_place(|| devnet.mine(1, Duration::from_secs(1))).unwrap();
        starts.push(begun.elapsed());
    }
    figure("start to the first block, modules cached", starts, Duration::from_millis(300));

    let mut mint = Mint::open(None).await;
    let mut sends = Vec::new();
    for _ in 0..runs {
        let bytes = mint.execute();
        let begun = Instant::now();
        let done = mint.wallet.rpc.broadcast_tx_commit(bytes).await.unwrap();
        sends.push(begun.elapsed());
        assert!(done.tx_result.code.is_ok());
    }
    figure("an execute, from the client's send to its inclusion", sends, Duration::from_millis(10));

    let (mut notes, mut returns) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let before = mint.with(|node| node.last().clone());
        let begun = Instant::now();
        let id = mint.with(|node| node.snapshot()).unwrap();
        notes.push(begun.elapsed());
        let txs = mint.executes(KEPT);
        mint.block(txs);
        mint.sequence -= KEPT;
        let begun = Instant::now();
        assert!(mint.with(move |node| node.revert(id)).unwrap());
        returns.push(begun.elapsed());
        assert_eq!(mint.with(|node| node.last().clone()), before);
    }
    figure("a snapshot", notes, Duration::from_millis(1));
    figure("going back behind a block of ten executes", returns, Duration::from_millis(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_thread_runs_full_blocks_and_opens_a_long_chain_again_in_memory_that_does_not_grow() {
    let (full, kept) = if is_whole() { (20, 10_000) } else { (1, 20) };
    let folder = Folder::new("long");
    let mut mint = Mint::open(Some(folder.0.clone())).await;
    let mut blocks = Vec::new();
    for _ in 0..full {
        let txs = mint.executes(FULL);
        blocks.push(mint.block(txs));
    }
    figure("a block of 500 executes", blocks, Duration::from_millis(500));

    let mut early = 0;
    for nth in 0..kept {
        let txs = mint.executes(KEPT);
        mint.block(txs);
        if nth == kept / 10 {
            early = resident();
        }
    }
    let late = resident();
    eprintln!("memory: {early} MiB after {} blocks, {late} MiB after {kept}", kept / 10);
    assert!(late < early + early / 10 + 16, "{late} MiB");
    let head = tokio::task::block_in_place(|| mint.devnet.head()).unwrap();
    drop(mint);

    let mut starts = Vec::new();
    for _ in 0..3 {
        let begun = Instant::now();
        let devnet = start(Some(folder.0.clone()));
        starts.push(begun.elapsed());
        assert_eq!(tokio::task::block_in_place(|| devnet.head()).unwrap(), head);
    }
    figure(&format!("opening {kept} blocks of ten transactions again"), starts, Duration::from_secs(1));
}
