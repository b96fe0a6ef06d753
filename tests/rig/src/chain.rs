//! What the rig needs of a chain, in two makes.
//!
//! - [`simulated`] – cw-multi-test: the contracts as Rust code, without gas and signatures; fast
//! - [`embedded`] – the devnet: the shipped Wasm in the VM that chains run, with signatures, fees and gas
//! - [`signed`] – transactions for it
//! - [`pool`] – its chains that have the suite already, to be used again

use cosmwasm_std::{Addr, Binary, BlockInfo, Checksum, Event, Storage, WasmMsg};
use hearth_schema::deploy::Part;

use crate::key::Key;
use crate::world::Suite;

pub mod embedded;
pub mod pool;
pub mod signed;
pub mod simulated;

/// What everybody's addresses begin with, on both makes.
pub const PREFIX: &str = "wasm";
/// The chain's name, on both makes.
pub const CHAIN_ID: &str = "hearth-rig-1";

/// What a chain begins its refusal with where a message is a contract's, and nobody can make one speak.
pub const NOBODY: &str = "nobody signs for";

/// A chain with a block that stands open until time moves on.
pub trait Chain {
    /// The address of somebody.
    fn addr(&self, name: &str) -> Addr;

    /// The address that signs with a key; from now on it may send.
    fn signer(&self, key: &Key) -> Addr;

    /// The open block.
    fn block(&self) -> BlockInfo;

    /// Opens a block so many seconds and blocks later.
    fn leap(&mut self, seconds: u64, blocks: u64);

    /// Uploads the code of a part: its number and its checksum.
    fn store(&mut self, part: Part) -> (u64, Checksum);

    /// Sends whatever a chain lets people send to contracts, in the open block: its events, or why not.
    fn execute(&mut self, sender: &Addr, msg: WasmMsg) -> Result<Vec<Event>, String>;

    /// Asks a contract: its answer, or why there is none.
    fn smart(&self, contract: &Addr, query: &[u8]) -> Result<Binary, String>;

    /// All that a contract stores.
    fn storage(&self, contract: &Addr) -> Box<dyn Storage + '_>;

    /// What somebody has of a coin.
    fn balance(&self, of: &Addr, denom: &str) -> u128;

    /// The gas of the last message, where it is counted.
    fn gas(&self) -> Option<u64> {
        None
    }

    /// Whether contracts can be made to say what a test wants, and several transactions can be sent into one block one by one.
    /// A real chain does neither.
    fn obeys(&self) -> bool {
        true
    }

    /// Under which salt the next suite is deployed: a chain that has some already needs another one.
    fn salt(&self) -> String {
        "rig".to_owned()
    }

    /// Keeps this moment to begin another world with, where that is cheaper than deploying anew.
    fn keep(&mut self, _suite: &Suite) {}
}
