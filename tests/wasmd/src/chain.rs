//! Starting a chain of one node, and holding one that runs.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hearth_devnet::accounts::{KnownAccount, known};
use hearth_devnet::address::Addresses;
use hearth_devnet::bank::Coin;
use hearth_devnet::price::GasPrice;
use serde_json::{Value, json};

use crate::home::{Home, Reach};
use crate::process::Process;
use crate::rpc::Rpc;

/// So long a node may take to its first block.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// How often a start is tried: somebody else may take a port that was free a moment ago.
const TRIES: u32 = 3;

/// Which wasmd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// v0.61.14, with wasmvm 3.
    Current,
    /// v0.53.4, with wasmvm 2.1.
    Old,
}

/// How a chain is to be.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which wasmd.
    pub line: Line,
    /// The chain's name.
    pub chain_id: String,
    /// How many known accounts have coins from genesis on.
    pub accounts: u32,
    /// What each of them has.
    pub funds: Vec<Coin>,
    /// How long a block takes.
    pub block: Duration,
    /// The least price of gas.
    pub gas_price: GasPrice,
    /// How long is voted on a proposal.
    pub voting_period: Duration,
}

impl Default for Config {
    fn default() -> Self {
        let devnet = hearth_devnet::Config::default();
        Self {
            line: Line::Current,
            chain_id: devnet.chain_id,
            accounts: devnet.accounts,
            funds: devnet.funds,
            block: Duration::from_millis(500),
            gas_price: devnet.gas_price,
            voting_period: devnet.voting_period,
        }
    }
}

/// Why a chain does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// wasmd was not built.
    #[error("wasmd is not built: run `make {0}`, which needs Go 1.24 or later (https://go.dev)")]
    NotBuilt(&'static str),
    /// The embedded chain knows no such accounts.
    #[error("the known accounts cannot be derived: ask for fewer")]
    Accounts,
    /// A folder or a process cannot be made.
    #[error("{what}: {error}")]
    Machine {
        /// What was being done.
        what: &'static str,
        /// What the machine said.
        error: std::io::Error,
    },
    /// A command of wasmd failed.
    #[error("`wasmd {command}` failed: {said}")]
    Command {
        /// Which.
        command: String,
        /// What it said.
        said: String,
    },
    /// What wasmd wrote is not what was expected.
    #[error("{file} is not as wasmd writes it: {problem}")]
    File {
        /// Which.
        file: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The application took no genesis.
    #[error("wasmd did not begin: {0}")]
    Genesis(#[from] crate::abci::AbciError),
    /// The node made no block.
    #[error("wasmd made no block in {} s; its last words: {said}", PATIENCE.as_secs())]
    Silent {
        /// The end of its log.
        said: String,
    },
}

/// A chain that runs. It stops, and its folder goes, when this is dropped.
#[derive(Debug)]
pub struct Wasmd {
    rpc: Rpc,
    port: u16,
    grpc: u16,
    accounts: Vec<KnownAccount>,
    /// Before the folder goes, the process ends.
    process: Process,
    home: Home,
}

/// Where `make wasmd` puts the program.
pub fn program(line: Line) -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/wasmd");
    match line {
        Line::Current => built.join("wasmd"),
        Line::Old => built.join("v0.53/wasmd"),
    }
}

/// Starts a chain, and waits for its first blocks.
pub fn spawn(config: &Config) -> Result<Wasmd, StartError> {
    try_to_start(config, || begin(config))
}

/// Starts what was built, several times if need be.
pub(crate) fn try_to_start<T>(
    config: &Config,
    mut begin: impl FnMut() -> Result<T, StartError>,
) -> Result<T, StartError> {
    built(config.line)?;
    let mut tried = begin();
    for _ in 1..TRIES {
        if tried.is_ok() {
            break;
        }
        tried = begin();
    }
    tried
}

/// Says how to build what is not there.
fn built(line: Line) -> Result<(), StartError> {
    if program(line).is_file() {
        return Ok(());
    }
    Err(StartError::NotBuilt(match line {
        Line::Current => "wasmd",
        Line::Old => "wasmd-old",
    }))
}

fn begin(config: &Config) -> Result<Wasmd, StartError> {
    let (accounts, validators) = people(config, 1)?;
    let home = Home::make(config, &accounts, &validators)?;
    let (port, grpc) = (free_port()?, free_port()?);
    let process = home.start(&Reach { rpc: port, grpc, p2p: 0 })?;
    let rpc = Rpc::new(format!("http://127.0.0.1:{port}"));
    let mut chain = Wasmd { rpc, port, grpc, accounts, process, home };
    chain.wait_for_a_block()?;
    Ok(chain)
}

/// The known accounts, and so many validators, who have the numbers after theirs.
pub(crate) fn people(config: &Config, validators: u32) -> Result<(Vec<KnownAccount>, Vec<KnownAccount>), StartError> {
    let addresses = Addresses::new("wasm").ok_or(StartError::Accounts)?;
    let all = 0..config.accounts.checked_add(validators).ok_or(StartError::Accounts)?;
    let mut all = all.map(|nth| known(nth, &addresses)).collect::<Option<Vec<_>>>().ok_or(StartError::Accounts)?;
    let validators = all.split_off(all.len().saturating_sub(usize::try_from(validators).unwrap_or(usize::MAX)));
    Ok((all, validators))
}

/// The height of the last block, if there is an answer.
pub(crate) fn height(rpc: &Rpc) -> Option<u64> {
    let status = rpc.call("status", &json!({})).ok()?;
    status.pointer("/sync_info/latest_block_height").and_then(Value::as_str)?.parse().ok()
}

/// A port that nobody listens on at this moment.
pub(crate) fn free_port() -> Result<u16, StartError> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| StartError::Machine { what: "a free port", error })
}

impl Wasmd {
    /// Where the RPC is: `http://127.0.0.1:26657`.
    pub fn rpc(&self) -> String {
        self.rpc.url().to_owned()
    }

    /// Where websockets are opened.
    pub fn websocket(&self) -> String {
        format!("ws://127.0.0.1:{}/websocket", self.port)
    }

    /// Where gRPC is: `http://127.0.0.1:9090`. Transactions are simulated only on a node that has it.
    pub fn grpc(&self) -> String {
        format!("http://127.0.0.1:{}", self.grpc)
    }

    /// The known accounts.
    pub fn accounts(&self) -> &[KnownAccount] {
        &self.accounts
    }

    /// Calls of its RPC.
    pub const fn calls(&self) -> &Rpc {
        &self.rpc
    }

    /// The height of the last block.
    pub fn height(&self) -> Option<u64> {
        height(&self.rpc)
    }

    fn wait_for_a_block(&mut self) -> Result<(), StartError> {
        let began = Instant::now();
        // At the first, the application may not be ready yet.
        while self.height().is_none_or(|height| height < 2) {
            if began.elapsed() > PATIENCE || self.process.ended() {
                return Err(StartError::Silent { said: self.home.last_words() });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}
