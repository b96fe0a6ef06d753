//! The chain under a world: the embedded one, wasmd where `HEARTH_CHAIN` says `wasmd` or `wasmd-old`, or several validators.

use std::net::Ipv4Addr;

use hearth_beacon::Signer;
use hearth_devnet::accounts::KnownAccount;
use hearth_devnet::beacon::Beacon;
use hearth_devnet::{Config, Devnet, spawn};
use hearth_wasmd::{Line, Network, Wasmd};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// What a deployment needs to know of a chain.
pub trait Ground {
    /// Where its RPCs are.
    fn rpcs(&self) -> Vec<String>;

    /// The known accounts, with coins.
    fn accounts(&self) -> &[KnownAccount];

    /// Who signs the rounds of the beacon beside it.
    fn signer(&self) -> &Signer;
}

/// A chain of any kind, with a beacon beside it.
pub enum Host {
    /// The embedded one.
    Embedded(Devnet),
    /// A node of wasmd.
    Wasmd(Wasmd, Beside),
    /// Several validators of wasmd.
    Network(Network, Beside),
}

/// The beacon of a chain that has none of its own, and where it is.
pub struct Beside {
    beacon: Beacon,
    url: String,
}

/// Which chain `HEARTH_CHAIN` names.
fn line() -> Option<Line> {
    match std::env::var("HEARTH_CHAIN").as_deref() {
        Err(_) | Ok("" | "devnet") => None,
        Ok("wasmd") => Some(Line::Current),
        Ok("wasmd-old") => Some(Line::Old),
        Ok(other) => panic!("HEARTH_CHAIN is {other:?}: it takes devnet, wasmd and wasmd-old"),
    }
}

/// Whether tests run on another chain than the embedded one, so that this one cannot do what it is about to; it says so.
pub fn elsewhere(what: &str) -> bool {
    let elsewhere = line().is_some();
    if elsewhere {
        eprintln!("skipped, as only the embedded chain can: {what}");
    }
    elsewhere
}

impl Host {
    /// The chain that the environment names; the embedded one as it is described here.
    pub fn start(config: Config, runtime: &Runtime) -> Self {
        let Some(line) = line() else { return Self::Embedded(spawn(config).unwrap()) };
        let wasmd = hearth_wasmd::spawn(&hearth_wasmd::Config { line, ..hearth_wasmd::Config::default() });
        Self::Wasmd(wasmd.unwrap_or_else(|error| panic!("{error}")), Beside::start(runtime))
    }

    /// A network of validators.
    pub fn network(network: Network, runtime: &Runtime) -> Self {
        Self::Network(network, Beside::start(runtime))
    }

    /// Where its first RPC is.
    pub fn rpc(&self) -> String {
        self.rpcs().swap_remove(0)
    }

    /// Where the beacon's relay is.
    pub fn beacon_url(&self) -> String {
        match self {
            Self::Embedded(devnet) => devnet.beacon_url(),
            Self::Wasmd(_, beside) | Self::Network(_, beside) => beside.url.clone(),
        }
    }

    /// The embedded chain, for what only it can do: a test asks [`elsewhere`] before.
    pub fn embedded(&self) -> &Devnet {
        match self {
            Self::Embedded(devnet) => devnet,
            _ => panic!("this needs the embedded chain"),
        }
    }

    /// The validators.
    pub fn validators(&mut self) -> &mut Network {
        match self {
            Self::Network(network, _) => network,
            _ => panic!("this needs several validators"),
        }
    }
}

impl Ground for Devnet {
    fn rpcs(&self) -> Vec<String> {
        vec![self.rpc()]
    }

    fn accounts(&self) -> &[KnownAccount] {
        self.accounts()
    }

    fn signer(&self) -> &Signer {
        self.beacon().signer()
    }
}

impl Ground for Host {
    fn rpcs(&self) -> Vec<String> {
        match self {
            Self::Embedded(devnet) => devnet.rpcs(),
            Self::Wasmd(wasmd, _) => vec![wasmd.rpc()],
            Self::Network(network, _) => network.rpcs(),
        }
    }

    fn accounts(&self) -> &[KnownAccount] {
        match self {
            Self::Embedded(devnet) => devnet.accounts(),
            Self::Wasmd(wasmd, _) => wasmd.accounts(),
            Self::Network(network, _) => network.accounts(),
        }
    }

    fn signer(&self) -> &Signer {
        match self {
            Self::Embedded(devnet) => devnet.beacon().signer(),
            Self::Wasmd(_, beside) | Self::Network(_, beside) => beside.beacon.signer(),
        }
    }
}

impl Beside {
    /// A beacon that serves as long as the runtime lasts.
    fn start(runtime: &Runtime) -> Self {
        let beacon = hearth_wasmd::beacon("hearth-1");
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(beacon.clone().serve(listener));
        Self { beacon, url }
    }
}
