//! wasmd without its consensus: the real application behind ABCI, with blocks made at whatever time a caller names. So a test
//! that waits for three weeks takes seconds, and all else is real: the ante handlers, the modules, the VM, the gas.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use hearth_devnet::accounts::KnownAccount;
use prost::bytes::Bytes;
use tendermint_proto::google::protobuf::Timestamp;
use tendermint_proto::v0_38::abci::request::Value as Ask;
use tendermint_proto::v0_38::abci::response::Value as Told;
use tendermint_proto::v0_38::abci::{
    CommitInfo, ExecTxResult, RequestCommit, RequestFinalizeBlock, RequestInitChain, RequestQuery, ResponseQuery,
};
use tendermint_proto::v0_38::types::{BlockParams, ConsensusParams, EvidenceParams, ValidatorParams};

use crate::abci::{Abci, AbciError};
use crate::chain::{Config, PATIENCE, StartError, free_port, people, try_to_start};
use crate::home::Home;
use crate::process::Process;

/// So many blocks are asked for before the answers are read.
const AT_ONCE: u64 = 500;
const NANOS: u64 = 1_000_000_000;

/// An application that waits for blocks. It stops, and its folder goes, when this is dropped.
#[derive(Debug)]
pub struct Alone {
    abci: Abci,
    accounts: Vec<KnownAccount>,
    proposer: Bytes,
    height: u64,
    time: u64,
    _process: Process,
    _home: Home,
}

impl Alone {
    /// An application with the genesis of this configuration, whose first block is made at this time in nanoseconds.
    pub fn start(config: &Config, begins: u64) -> Result<Self, StartError> {
        try_to_start(config, || Self::settle(config, begins))
    }

    fn settle(config: &Config, begins: u64) -> Result<Self, StartError> {
        let (accounts, validators) = people(config, 1)?;
        let home = Home::make(config, &accounts, &validators)?;
        let port = free_port()?;
        let mut process = home.start_alone(port)?;
        let abci = connect(port, &mut process, &home)?;
        let (proposer, genesis) = (home.proposer()?.into(), home.app_state()?);
        let mut chain = Self { abci, accounts, proposer, height: 0, time: begins, _process: process, _home: home };
        chain.begin(&config.chain_id, genesis)?;
        Ok(chain)
    }

    /// The height of the last block.
    pub const fn height(&self) -> u64 {
        self.height
    }

    /// The time of the last block, in nanoseconds.
    pub const fn time(&self) -> u64 {
        self.time
    }

    /// The known accounts.
    pub fn accounts(&self) -> &[KnownAccount] {
        &self.accounts
    }

    /// Makes a block of transactions at the time of the last one; what came of each.
    pub fn block(&mut self, txs: Vec<Vec<u8>>) -> Result<Vec<ExecTxResult>, AbciError> {
        self.height = self.height.saturating_add(1);
        let block = self.draft(self.height, self.time, txs);
        let told = self.abci.ask_all(vec![block, Ask::Commit(RequestCommit {})])?;
        match told.into_iter().next() {
            Some(Told::FinalizeBlock(made)) => Ok(made.tx_results),
            other => Err(AbciError::Unreadable(format!("a block was answered by {other:?}"))),
        }
    }

    /// The same, so much later.
    pub fn block_after(&mut self, time: Duration, txs: Vec<Vec<u8>>) -> Result<Vec<ExecTxResult>, AbciError> {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.time = self.time.saturating_add(nanos);
        self.block(txs)
    }

    /// Makes empty blocks; at the last of them so much time has passed.
    pub fn pass(&mut self, time: Duration, blocks: u64) -> Result<(), AbciError> {
        let (began, nanos) = (self.time, u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        let at = |nth: u64| {
            let share = u128::from(nanos) * u128::from(nth) / u128::from(blocks.max(1));
            began.saturating_add(u64::try_from(share).unwrap_or(u64::MAX))
        };
        let mut made = 0;
        while made < blocks {
            let upto = made.saturating_add(AT_ONCE).min(blocks);
            let mut asks = Vec::new();
            for nth in made + 1..=upto {
                self.height = self.height.saturating_add(1);
                self.time = at(nth);
                asks.push(self.draft(self.height, self.time, Vec::new()));
                asks.push(Ask::Commit(RequestCommit {}));
            }
            self.abci.ask_all(asks)?;
            made = upto;
        }
        Ok(())
    }

    /// Asks the state after the last block.
    pub fn query(&mut self, path: &str, data: Vec<u8>) -> Result<ResponseQuery, AbciError> {
        let asked = RequestQuery { data: data.into(), path: path.to_owned(), height: 0, prove: false };
        match self.abci.ask(Ask::Query(asked))? {
            Told::Query(answer) => Ok(answer),
            other => Err(AbciError::Unreadable(format!("a question was answered by {other:?}"))),
        }
    }

    fn begin(&mut self, chain_id: &str, app_state: Vec<u8>) -> Result<(), AbciError> {
        let asked = RequestInitChain {
            time: Some(stamp(self.time)),
            chain_id: chain_id.to_owned(),
            consensus_params: Some(params()),
            validators: Vec::new(),
            app_state_bytes: app_state.into(),
            initial_height: 1,
        };
        self.abci.ask(Ask::InitChain(asked))?;
        self.block(Vec::new()).map(drop)
    }

    fn draft(&self, height: u64, time: u64, txs: Vec<Vec<u8>>) -> Ask {
        let hash = [&height.to_be_bytes()[..], &[0; 24]].concat();
        Ask::FinalizeBlock(RequestFinalizeBlock {
            txs: txs.into_iter().map(Bytes::from).collect(),
            decided_last_commit: Some(CommitInfo { round: 0, votes: Vec::new() }),
            hash: hash.into(),
            height: i64::try_from(height).unwrap_or(i64::MAX),
            time: Some(stamp(time)),
            proposer_address: self.proposer.clone(),
            ..RequestFinalizeBlock::default()
        })
    }
}

/// Waits until the application listens.
fn connect(port: u16, process: &mut Process, home: &Home) -> Result<Abci, StartError> {
    let began = Instant::now();
    loop {
        match Abci::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))) {
            Ok(abci) => return Ok(abci),
            Err(_) if began.elapsed() < PATIENCE && !process.ended() => std::thread::sleep(Duration::from_millis(20)),
            Err(_) => return Err(StartError::Silent { said: home.last_words() }),
        }
    }
}

/// What CometBFT writes into a genesis by itself.
fn params() -> ConsensusParams {
    ConsensusParams {
        block: Some(BlockParams { max_bytes: 4 << 20, max_gas: -1 }),
        evidence: Some(EvidenceParams { max_age_num_blocks: 100_000, max_bytes: 1 << 20, ..EvidenceParams::default() }),
        validator: Some(ValidatorParams { pub_key_types: vec!["ed25519".to_owned()] }),
        version: None,
        abci: None,
    }
}

fn stamp(nanos: u64) -> Timestamp {
    let seconds = i64::try_from(nanos / NANOS).unwrap_or(i64::MAX);
    Timestamp { seconds, nanos: i32::try_from(nanos % NANOS).unwrap_or_default() }
}
