//! Starting a chain, and the handle of one that runs.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use cosmwasm_std::{BlockInfo, Timestamp};
use hearth_beacon::Signer;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::accounts::{KnownAccount, beacon_seed, known};
use crate::address::Addresses;
use crate::bank::Coin;
use crate::beacon::Beacon;
use crate::chain::Chain;
use crate::chaos::Chaos;
use crate::disk::Disk;
use crate::error::StartError;
use crate::gov;
use crate::handle::{Handle, Stopped, start};
use crate::node::{Node, Opening, Pace};
use crate::price::GasPrice;
use crate::rpc::{connections, serve};
use crate::tx::ante::Terms;
use crate::wasm::code::open_vm;
use crate::wasm::record::Params;

/// What wasmd 0.61 announces to contracts.
pub const CAPABILITIES: &str = "iterator,staking,stargate,cosmwasm_1_1,cosmwasm_1_2,cosmwasm_1_3,cosmwasm_1_4,cosmwasm_2_0,cosmwasm_2_1,cosmwasm_2_2,ibc2";

/// How a chain is to be.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its name.
    pub chain_id: String,
    /// What its addresses begin with.
    pub prefix: String,
    /// The least price of gas.
    pub gas_price: GasPrice,
    /// What contracts may require of it.
    pub capabilities: String,
    /// How many known accounts have coins from genesis on.
    pub accounts: u32,
    /// What each of them has.
    pub funds: Vec<Coin>,
    /// When blocks are made.
    pub pace: Pace,
    /// Where it is kept; nowhere, but in memory, where there is no folder.
    pub state: Option<PathBuf>,
    /// Where it listens: on any free port where that is 0.
    pub listen: SocketAddr,
    /// Where the beacon listens.
    pub beacon: SocketAddr,
    /// How long a round of the beacon takes, in seconds.
    pub period: u64,
    /// Whether faults may be commanded.
    pub chaos: bool,
    /// How long is voted; deposits are awaited as long, and what is expedited is voted on half as long.
    pub voting_period: Duration,
    /// Who may upload, and who may instantiate where an upload does not say.
    pub access: Params,
    /// The time of the first block, in nanoseconds since 1970; else it is now.
    pub begins: Option<u64>,
}

impl Default for Config {
    fn default() -> Self {
        let local = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        let fortune = |denom: &str| Coin { denom: denom.to_owned(), amount: 1_000_000_000_000_000u128.into() };
        Self {
            chain_id: "hearth-1".to_owned(),
            prefix: "wasm".to_owned(),
            gas_price: GasPrice::of_default(),
            capabilities: CAPABILITIES.to_owned(),
            accounts: 10,
            funds: vec![fortune("ucosm"), fortune("uusd")],
            pace: Pace::OnDemand,
            state: None,
            listen: local,
            beacon: local,
            period: 3,
            chaos: false,
            voting_period: Duration::from_secs(60),
            access: Params::open(),
            begins: None,
        }
    }
}

/// A chain that runs. It stops when this is dropped.
pub struct Devnet {
    node: Handle,
    beacon: Beacon,
    accounts: Vec<KnownAccount>,
    voter: KnownAccount,
    rpc: SocketAddr,
    beacon_at: SocketAddr,
    stop: watch::Sender<bool>,
    runtime: Option<Runtime>,
    thread: Option<std::thread::JoinHandle<()>>,
    /// Where the VM keeps its modules if nowhere else.
    _modules: Option<TempFolder>,
}

/// Starts a chain.
pub fn spawn(config: Config) -> Result<Devnet, StartError> {
    let wrong = |what, problem: &str| StartError::Config { what, problem: problem.to_owned() };
    let addresses =
        Addresses::new(&config.prefix).ok_or_else(|| wrong("prefix", "it must be lower-case letters, as in wasm"))?;
    if config.chain_id.is_empty() || config.chain_id.len() > 50 {
        return Err(wrong("chain id", "it must have 1 to 50 characters"));
    }
    if config.voting_period < Duration::from_secs(1) {
        return Err(wrong("voting period", "it must be a second or more"));
    }
    if config.period == 0 {
        return Err(wrong("period", "a round takes at least a second"));
    }
    let named = config.access.code_upload_access.iter().flat_map(|access| &access.addresses);
    for address in named {
        addresses.bytes(address).map_err(|problem| wrong("code upload access", &format!("{address}: {problem}")))?;
    }
    let accounts: Vec<KnownAccount> = (0..config.accounts).filter_map(|nth| known(nth, &addresses)).collect();
    let validator = known(config.accounts, &addresses).ok_or_else(|| wrong("accounts", "there are no more"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| StartError::Network(error.to_string()))?;
    let (listener, beacon_listener) = {
        let _within = runtime.enter();
        (bind(config.listen)?, bind(config.beacon)?)
    };
    let at = |listener: &TcpListener| listener.local_addr().map_err(|error| StartError::Network(error.to_string()));
    let (rpc, beacon_at) = (at(&listener)?, at(&beacon_listener)?);

    let (folder, modules) = match &config.state {
        Some(folder) => (folder.clone(), None),
        None => {
            let temporary = TempFolder::new().map_err(|error| StartError::Disk(error.to_string()))?;
            (temporary.0.clone(), Some(temporary))
        }
    };
    let genesis = (accounts.clone(), validator.clone());
    let (period, chain_id) = (config.period, config.chain_id.clone());
    let (node, thread) = start(move || build(config, addresses, folder, genesis))?;
    let first = node.ask_blocking(|node| node.block(1).map_or(0, |first| first.time)).map_err(died)?;
    // Rounds have come since long before the chain began, as with a real one.
    let since = (first / 1_000_000_000).saturating_sub(1_000_000);
    let signer = Signer::from_seed(&beacon_seed(&chain_id), since, period);
    let beacon = Beacon::new(signer, node.clone());

    let (stop, _) = watch::channel(false);
    let ended = |mut stopped: watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let router = serve::router(node.clone());
    let until = ended(stop.subscribe());
    runtime.spawn(connections::serve(listener, router, until));
    let router = beacon.router();
    let until = ended(stop.subscribe());
    runtime.spawn(connections::serve(beacon_listener, router, until));
    Ok(Devnet {
        node,
        beacon,
        accounts,
        voter: validator,
        rpc,
        beacon_at,
        stop,
        runtime: Some(runtime),
        thread: Some(thread),
        _modules: modules,
    })
}

fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let bound = std::net::TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        TcpListener::from_std(listener)
    });
    bound.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => StartError::Port { port: address.port() },
        _ => StartError::Network(format!("{address}: {error}")),
    })
}

fn died(_: Stopped) -> StartError {
    StartError::Vm("its thread died".to_owned())
}

fn build(
    config: Config,
    addresses: Addresses,
    folder: PathBuf,
    (accounts, validator): (Vec<KnownAccount>, KnownAccount),
) -> Result<Node, StartError> {
    std::fs::create_dir_all(&folder).map_err(|error| StartError::Disk(format!("{}: {error}", folder.display())))?;
    let (disk, loaded) = Disk::open(config.state.as_deref())?;
    let identity = format!("{} {}", config.chain_id, config.prefix);
    match loaded.identity {
        Some(found) if found != identity => return Err(StartError::Identity { found, wanted: identity }),
        Some(_) => {}
        None => disk.identify(&identity).map_err(|error| StartError::Disk(error.to_string()))?,
    }
    let vm =
        open_vm(&folder.join("modules"), &config.capabilities).map_err(|error| StartError::Vm(error.to_string()))?;
    let block = BlockInfo { height: 0, time: Timestamp::from_nanos(0), chain_id: config.chain_id.clone() };
    let chain = Chain::new(loaded.store, addresses, vm, block);
    let terms = Terms { chain_id: config.chain_id, gas_price: config.gas_price };
    let chaos = config.chaos.then(Chaos::default);
    let (funds, access) = (config.funds, config.access);
    let governance = gov::params(terms.gas_price.denom(), config.voting_period);
    let (pace, begins) = (config.pace, config.begins);
    Node::new(Opening { chain, disk, last: loaded.last, terms, pace, chaos, begins }, |chain| {
        chain.bank_genesis()?;
        chain.wasm_genesis(&access)?;
        for account in &accounts {
            chain.mint(&chain.bytes_of(&account.address)?, &funds)?;
        }
        chain.auth_genesis(&validator)?;
        let voter = chain.bytes_of(&validator.address)?;
        chain.gov_genesis(&governance, &voter)?;
        chain.mint(&voter, &funds)
    })
}

impl Devnet {
    /// Where the RPC is: `http://127.0.0.1:26657`.
    pub fn rpc(&self) -> String {
        format!("http://{}", self.rpc)
    }

    /// Where websockets are opened.
    pub fn websocket(&self) -> String {
        format!("ws://{}/websocket", self.rpc)
    }

    /// Where the beacon is.
    pub fn beacon_url(&self) -> String {
        format!("http://{}", self.beacon_at)
    }

    /// The beacon.
    pub const fn beacon(&self) -> &Beacon {
        &self.beacon
    }

    /// The known accounts.
    pub fn accounts(&self) -> &[KnownAccount] {
        &self.accounts
    }

    /// The account after the known ones, which has as many coins. Its vote alone decides proposals.
    pub const fn voter(&self) -> &KnownAccount {
        &self.voter
    }

    /// The node.
    pub const fn node(&self) -> &Handle {
        &self.node
    }

    /// Makes blocks, each so long after the one before.
    pub fn mine(&self, count: u64, spacing: Duration) -> Result<(), StartError> {
        self.node.ask_blocking(move |node| node.mine(count, spacing)).map_err(died)?
    }

    /// Notes this moment.
    pub fn snapshot(&self) -> Result<u64, StartError> {
        self.node.ask_blocking(Node::snapshot).map_err(died)?
    }

    /// Goes back to a moment; whether there was one.
    pub fn revert(&self, id: u64) -> Result<bool, StartError> {
        self.node.ask_blocking(move |node| node.revert(id)).map_err(died)?
    }

    /// The hash of the state, and the height.
    pub fn head(&self) -> Result<(u64, [u8; 32]), StartError> {
        self.node.ask_blocking(|node| (node.last().height, node.last().app)).map_err(died)
    }
}

impl Drop for Devnet {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(runtime) = self.runtime.take() {
            // Connections are cut; nobody waits for them.
            runtime.shutdown_background();
        }
        self.node = Handle::none();
        self.beacon.let_go();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A folder that is removed with this.
struct TempFolder(PathBuf);

impl TempFolder {
    fn new() -> std::io::Result<Self> {
        let stamp = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos();
        for nth in 0..100u32 {
            let path = std::env::temp_dir().join(format!("hearth-devnet-{}-{stamp}-{nth}", std::process::id()));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(std::io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
