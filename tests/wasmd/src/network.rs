//! Several validators on loopback, which can be stopped and cut off one by one.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use hearth_devnet::accounts::KnownAccount;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::chain::{Config, PATIENCE, StartError, free_port, height, people, try_to_start};
use crate::gate::Gate;
use crate::home::{Home, Reach};
use crate::process::Process;
use crate::rpc::Rpc;

/// A chain of several validators with the same stake. They stop, and their folders go, when this is dropped.
#[derive(Debug)]
pub struct Network {
    nodes: Vec<Node>,
    /// From whom to whom, and the way between them.
    gates: Vec<(usize, usize, Gate)>,
    accounts: Vec<KnownAccount>,
    _runtime: Runtime,
    _sweeper: Process,
}

#[derive(Debug)]
struct Node {
    rpc: Rpc,
    reach: Reach,
    /// Nothing while it is stopped.
    process: Option<Process>,
    home: Home,
}

impl Network {
    /// Starts so many validators, and waits for their first block.
    pub fn start(config: &Config, validators: u32) -> Result<Self, StartError> {
        try_to_start(config, || Self::begin(config, validators))
    }

    fn begin(config: &Config, validators: u32) -> Result<Self, StartError> {
        let (accounts, validators) = people(config, validators)?;
        let (homes, sweeper) = Home::several(config, &accounts, &validators)?;
        let nodes = homes.into_iter().map(Node::of).collect::<Result<Vec<_>, _>>()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| StartError::Machine { what: "a runtime", error })?;
        let gates = runtime.block_on(introduce(&nodes))?;
        let mut network = Self { nodes, gates, accounts, _runtime: runtime, _sweeper: sweeper };
        for nth in 0..network.nodes.len() {
            network.resume(nth)?;
        }
        network.wait_for_a_block()?;
        Ok(network)
    }

    /// The known accounts.
    pub fn accounts(&self) -> &[KnownAccount] {
        &self.accounts
    }

    /// How many validators there are.
    pub const fn validators(&self) -> usize {
        self.nodes.len()
    }

    /// Calls of a validator's RPC.
    pub fn calls(&self, nth: usize) -> Option<&Rpc> {
        self.nodes.get(nth).map(|node| &node.rpc)
    }

    /// The addresses of all RPCs.
    pub fn rpcs(&self) -> Vec<String> {
        self.nodes.iter().map(|node| node.rpc.url().to_owned()).collect()
    }

    /// The height of a validator's last block, if it runs and answers.
    pub fn height(&self, nth: usize) -> Option<u64> {
        self.calls(nth).and_then(height)
    }

    /// Kills a validator.
    pub fn stop(&mut self, nth: usize) {
        if let Some(node) = self.nodes.get_mut(nth) {
            node.process = None;
        }
    }

    /// Starts a validator that was stopped.
    pub fn resume(&mut self, nth: usize) -> Result<(), StartError> {
        if let Some(node) = self.nodes.get_mut(nth) {
            node.process = Some(node.home.start(&node.reach)?);
        }
        Ok(())
    }

    /// Cuts a validator off from the others; it runs on, and answers whoever asks it.
    pub fn cut_off(&self, nth: usize) {
        self.set_gates(nth, false);
    }

    /// Lets it reach the others again.
    pub fn rejoin(&self, nth: usize) {
        self.set_gates(nth, true);
    }

    fn set_gates(&self, nth: usize, open: bool) {
        self.gates.iter().filter(|(from, to, _)| *from == nth || *to == nth).for_each(|(_, _, gate)| gate.set(open));
    }

    fn wait_for_a_block(&mut self) -> Result<(), StartError> {
        let began = Instant::now();
        while (0..self.nodes.len()).any(|nth| self.height(nth).is_none_or(|height| height < 2)) {
            let late = began.elapsed() > PATIENCE;
            for node in &mut self.nodes {
                if late || node.process.as_mut().is_none_or(Process::ended) {
                    return Err(StartError::Silent { said: node.home.last_words() });
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Node {
    fn of(home: Home) -> Result<Self, StartError> {
        let reach = Reach { rpc: free_port()?, grpc: free_port()?, p2p: free_port()? };
        let rpc = Rpc::new(format!("http://127.0.0.1:{}", reach.rpc));
        Ok(Self { rpc, reach, process: None, home })
    }
}

/// Tells each whom to call, each by a way of its own.
async fn introduce(nodes: &[Node]) -> Result<Vec<(usize, usize, Gate)>, StartError> {
    let ids = nodes.iter().map(|node| node.home.id()).collect::<Result<Vec<_>, _>>()?;
    let machine = |error| StartError::Machine { what: "a way between validators", error };
    let mut gates = Vec::new();
    for (from, caller) in nodes.iter().enumerate() {
        let mut peers = Vec::new();
        for (to, (called, id)) in nodes.iter().zip(&ids).enumerate().filter(|(to, _)| *to != from) {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(machine)?;
            let port = listener.local_addr().map_err(machine)?.port();
            peers.push(format!("{id}@127.0.0.1:{port}"));
            gates.push((from, to, Gate::open(listener, called.reach.p2p)));
        }
        caller.home.set_peers(&peers.join(","))?;
    }
    Ok(gates)
}
