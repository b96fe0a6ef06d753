//! One chain behind several endpoints.
//!
//! - [`gas`] – what gas costs
//! - [`client`] – asks the endpoints one after another, and only those of this chain
//! - [`query`] – accounts, balances, contracts
//! - [`block`] – blocks by height, with what their transactions did
//! - [`wake`] – a websocket that says that there is a new block, and nothing else

pub mod block;
pub mod client;
pub mod gas;
pub mod query;
pub mod wake;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use block::{Ran, Results};
pub use client::{Client, Head};
pub use gas::GasPrice;
pub use query::{Account, Code, Contract};
pub use wake::Wake;

use crate::error::Error;

/// A chain as a profile describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// Its id. What is signed for another chain is worth nothing on this one.
    #[serde(rename = "chain_id")]
    pub id: String,
    /// What its addresses begin with.
    #[serde(default = "Chain::usual_prefix")]
    pub prefix: String,
    /// Its nodes' RPC, in the order of preference.
    pub rpc: Vec<String>,
    /// What a unit of gas costs.
    #[serde(default)]
    pub gas_price: GasPrice,
    /// By how much the simulated gas is raised, in hundredths: 140 is 1.4 times.
    #[serde(default = "Chain::usual_factor")]
    pub gas_factor: u64,
    /// The most gas that a transaction may ask for.
    #[serde(default = "Chain::usual_max_gas")]
    pub max_gas: u64,
    /// The highest fee that a transaction may pay, in base units of the gas price's denomination.
    #[serde(default = "Chain::usual_max_fee")]
    pub max_fee: u64,
    /// For how many blocks a transaction can be included.
    #[serde(default = "Chain::usual_timeout")]
    pub timeout_blocks: u64,
    /// How long one answer of a node is waited for, in milliseconds.
    #[serde(default = "Chain::usual_patience")]
    pub answer_ms: u64,
    /// How long inclusion is waited for until the outcome is called unknown, in milliseconds.
    #[serde(default = "Chain::usual_wait")]
    pub wait_ms: u64,
}

impl Chain {
    /// A chain with the usual settings.
    pub fn new(id: impl Into<String>, rpc: impl Into<Vec<String>>) -> Self {
        Self {
            id: id.into(),
            prefix: Self::usual_prefix(),
            rpc: rpc.into(),
            gas_price: GasPrice::default(),
            gas_factor: Self::usual_factor(),
            max_gas: Self::usual_max_gas(),
            max_fee: Self::usual_max_fee(),
            timeout_blocks: Self::usual_timeout(),
            answer_ms: Self::usual_patience(),
            wait_ms: Self::usual_wait(),
        }
    }

    fn usual_prefix() -> String {
        "wasm".to_owned()
    }

    const fn usual_factor() -> u64 {
        140
    }

    const fn usual_max_gas() -> u64 {
        20_000_000
    }

    const fn usual_max_fee() -> u64 {
        1_000_000
    }

    const fn usual_timeout() -> u64 {
        30
    }

    const fn usual_patience() -> u64 {
        10_000
    }

    const fn usual_wait() -> u64 {
        90_000
    }

    /// How long one answer of a node is waited for.
    pub const fn answer_within(&self) -> Duration {
        Duration::from_millis(self.answer_ms)
    }

    /// How long inclusion is waited for.
    pub const fn wait_within(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }

    /// Whether the settings can be used.
    pub fn check(&self) -> Result<(), Error> {
        if self.id.is_empty() {
            return Err(Error::usage_hint("the chain has no id", "set chain_id in the profile"));
        }
        if self.rpc.is_empty() {
            return Err(Error::usage_hint("no endpoint is named", "set rpc in the profile, or --rpc URL"));
        }
        if !(100..=1_000).contains(&self.gas_factor) {
            let problem = format!("gas_factor is {}: it is in hundredths, from 100 to 1000", self.gas_factor);
            return Err(Error::usage(problem));
        }
        Ok(())
    }
}
