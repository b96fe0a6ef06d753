//! The chain and what surrounds a transaction: gas, block, depth.
//!
//! - [`state`] – what it keeps

pub mod state;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use cosmwasm_std::BlockInfo;
use cosmwasm_vm::Cache;
use serde::{Deserialize, Serialize};

use crate::address::Addresses;
use crate::fault::Fault;
use crate::gas::Meter;
use crate::store::Store;
use crate::wasm::backend::{Kept, Questions};

pub use state::{Entry, Space, length};

/// Something that happened, with its attributes in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What.
    #[serde(rename = "t")]
    pub kind: String,
    /// Its attributes.
    #[serde(rename = "a")]
    pub attributes: Vec<(String, String)>,
}

/// The transaction under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// Its place in the block.
    pub index: u32,
    /// Its hash.
    pub hash: Vec<u8>,
}

/// The VM's cache of modules, over our state.
pub type Vm = Cache<Addresses, Kept, Questions>;

/// A handle of the chain. The VM wants what it is given to live as long as itself, so this is shared, by one thread.
#[derive(Clone)]
pub struct Chain(Rc<Parts>);

struct Parts {
    store: RefCell<Store>,
    addresses: Addresses,
    vm: Vm,
    meters: RefCell<Vec<Meter>>,
    block: RefCell<BlockInfo>,
    block_gas: Cell<u64>,
    current: RefCell<Option<Current>>,
    loaded: RefCell<HashSet<Vec<u8>>>,
    calls: Cell<u32>,
    queries: Cell<u32>,
    favoured: Cell<bool>,
    simulating: Cell<bool>,
    /// Signer → how many of their transactions wait for a block.
    pending: RefCell<HashMap<String, u64>>,
    checking: Cell<bool>,
    panics: Cell<u64>,
}

impl Event {
    /// An event.
    pub fn new(kind: &str, attributes: &[(&str, &str)]) -> Self {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Self { kind: kind.to_owned(), attributes: attributes.iter().map(owned).collect() }
    }
}

impl Chain {
    /// A chain over a state.
    pub fn new(store: Store, addresses: Addresses, vm: Vm, block: BlockInfo) -> Self {
        Self(Rc::new(Parts {
            store: RefCell::new(store),
            addresses,
            vm,
            meters: RefCell::new(Vec::new()),
            block: RefCell::new(block),
            block_gas: Cell::new(0),
            current: RefCell::new(None),
            loaded: RefCell::new(HashSet::new()),
            calls: Cell::new(0),
            queries: Cell::new(0),
            favoured: Cell::new(false),
            simulating: Cell::new(false),
            pending: RefCell::new(HashMap::new()),
            checking: Cell::new(false),
            panics: Cell::new(0),
        }))
    }

    /// Does what may panic; nothing comes of it then. The caller takes back what it changed.
    pub fn caught<T>(&self, act: impl FnOnce() -> T) -> Option<T> {
        let done = catch_unwind(AssertUnwindSafe(act)).ok();
        if done.is_none() {
            self.0.panics.set(self.0.panics.get().saturating_add(1));
        }
        done
    }

    /// How many panics were caught.
    pub fn panics(&self) -> u64 {
        self.0.panics.get()
    }

    /// The VM.
    pub fn vm(&self) -> &Vm {
        &self.0.vm
    }

    /// Text and bytes of addresses.
    pub fn addresses(&self) -> &Addresses {
        &self.0.addresses
    }

    /// An address's bytes, or the SDK's words.
    pub fn bytes_of(&self, address: &str) -> Result<Vec<u8>, Fault> {
        self.0.addresses.bytes(address).map_err(Fault::plain)
    }

    /// An address's text.
    pub fn text_of(&self, address: &[u8]) -> String {
        self.0.addresses.text(address)
    }

    /// The block under way.
    pub fn block(&self) -> BlockInfo {
        self.0.block.borrow().clone()
    }

    /// Begins a block.
    pub fn enter_block(&self, block: BlockInfo) {
        *self.0.block.borrow_mut() = block;
        self.0.block_gas.set(0);
    }

    /// The gas that the transactions before this one used in the block under way.
    pub fn block_gas(&self) -> u64 {
        self.0.block_gas.get()
    }

    /// A transaction of the block under way has used gas.
    pub fn add_block_gas(&self, used: u64) {
        self.0.block_gas.set(self.0.block_gas.get().saturating_add(used));
    }

    /// The transaction under way.
    pub fn current(&self) -> Option<Current> {
        self.0.current.borrow().clone()
    }

    /// Begins a transaction, or a query where there is none: nothing is loaded, nothing is called.
    pub fn enter(&self, current: Option<Current>, simulating: bool) {
        *self.0.current.borrow_mut() = current;
        self.0.loaded.borrow_mut().clear();
        self.0.meters.borrow_mut().clear();
        self.0.calls.set(0);
        self.0.queries.set(0);
        self.0.favoured.set(false);
        self.0.simulating.set(simulating);
    }

    /// Whether nothing is meant.
    pub fn simulating(&self) -> bool {
        self.0.simulating.get()
    }

    /// Whether this transaction had loaded the code before; from now on it has.
    pub fn load_again(&self, checksum: &[u8]) -> bool {
        !self.0.loaded.borrow_mut().insert(checksum.to_vec())
    }

    /// Whether a transaction is looked at before it comes into the pool.
    pub fn checking(&self) -> &Cell<bool> {
        &self.0.checking
    }

    /// How many transactions of a signer wait for a block, as far as a check has to know.
    pub fn pending(&self, signer: &str) -> u64 {
        if self.0.checking.get() { self.0.pending.borrow().get(signer).copied().unwrap_or_default() } else { 0 }
    }

    /// A transaction waits for a block.
    pub fn add_pending(&self, signers: &[String]) {
        for signer in signers {
            *self.0.pending.borrow_mut().entry(signer.clone()).or_default() += 1;
        }
    }

    /// Nothing waits any more.
    pub fn forget_pending(&self) {
        self.0.pending.borrow_mut().clear();
    }

    /// How deep messages of contracts call contracts.
    pub fn calls(&self) -> &Cell<u32> {
        &self.0.calls
    }

    /// Whether a contract that governance made may make contracts of any code.
    pub fn favoured(&self) -> &Cell<bool> {
        &self.0.favoured
    }

    /// How deep queries of contracts ask contracts.
    pub fn queries(&self) -> &Cell<u32> {
        &self.0.queries
    }
}

/// Gas.
impl Chain {
    /// Puts a meter above those that run.
    pub fn push_meter(&self, meter: Meter) {
        self.0.meters.borrow_mut().push(meter);
    }

    /// Takes the uppermost meter off, and charges nobody for it.
    pub fn pop_meter(&self) -> Meter {
        self.0.meters.borrow_mut().pop().unwrap_or(Meter::endless())
    }

    /// The uppermost meter.
    pub fn meter(&self) -> Meter {
        self.0.meters.borrow().last().copied().unwrap_or(Meter::endless())
    }

    /// Uses gas of the uppermost meter.
    pub fn consume(&self, amount: u64, location: &'static str) -> Result<(), Fault> {
        match self.0.meters.borrow_mut().last_mut() {
            Some(meter) => meter.consume(amount, location),
            None => Ok(()),
        }
    }
}
