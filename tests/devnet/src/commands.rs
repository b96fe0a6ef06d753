//! Commands that no real chain has: making blocks, moving time, going back, giving coins, and chaos.

use std::time::Duration;

use serde_json::{Value, json};

use crate::bank::Coin;
use crate::chaos::Command;
use crate::error::StartError;
use crate::fault::Fault;
use crate::node::Node;
use crate::rpc::RpcError;
use crate::rpc::params::Params;

/// The most blocks that one command makes.
const MOST_BLOCKS: u64 = 100_000;

/// Answers a command.
pub fn call(node: &mut Node, method: &str, params: &Params) -> Result<Value, RpcError> {
    match method {
        "dev_mine" => {
            let count = params.number("count")?.unwrap_or(1);
            if count > MOST_BLOCKS {
                return Err(RpcError::params(format!("count must be at most {MOST_BLOCKS}")));
            }
            let spacing = Duration::from_millis(params.number("spacing_ms")?.unwrap_or(1_000));
            node.mine(count, spacing).map_err(broken)?;
            Ok(json!({ "height": node.last().height.to_string(), "time": node.last().time.to_string() }))
        }
        "dev_snapshot" => Ok(json!({ "id": node.snapshot().map_err(broken)?.to_string() })),
        "dev_revert" => {
            let id = params.number("id")?.unwrap_or_default();
            match node.revert(id).map_err(broken)? {
                true => Ok(json!({ "height": node.last().height.to_string() })),
                false => Err(RpcError::params(format!("there is no snapshot {id}"))),
            }
        }
        "dev_give" => {
            let address = params.text("address")?.unwrap_or_default();
            let bytes = node
                .chain
                .addresses()
                .bytes(&address)
                .map_err(|words| RpcError::params(format!("address: {words}")))?;
            let denom = params.text("denom")?.unwrap_or_else(|| node.terms.gas_price.denom().to_owned());
            let amount = params.text("amount")?.unwrap_or_default();
            let amount = amount
                .parse()
                .map_err(|_| RpcError::params(format!("amount must be a whole number, got `{amount}`")))?;
            let given = node.give(&bytes, &[Coin { denom, amount }]).map_err(broken)?;
            given.map_err(|fault| match fault {
                Fault::Refused(refusal) => RpcError::internal(refusal.log),
                Fault::OutOfGas { location } => RpcError::internal(location),
            })?;
            Ok(json!({ "height": node.last().height.to_string() }))
        }
        "dev_chaos" => {
            let Some(chaos) = &mut node.chaos else {
                return Err(RpcError::internal("the chain was not started with --chaos"));
            };
            let command: Command = serde_json::from_value(params.value("command").unwrap_or_else(|| params.object()))
                .map_err(|error| RpcError::params(error.to_string()))?;
            chaos.obey(command);
            Ok(json!({}))
        }
        _ => Err(RpcError::method()),
    }
}

fn broken(error: StartError) -> RpcError {
    RpcError::internal(error.to_string())
}
