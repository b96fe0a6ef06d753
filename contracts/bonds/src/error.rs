//! What bonds refuses, each with its stable code, its field and the remedy.

use cosmwasm_std::StdError;
use hearth_schema::own::Refusal;
use hearth_schema::sign::BadSignature;
use hearth_schema::terms::OutOfBounds;
use hearth_schema::unit::{NodeId, OutOfRange, Seconds, TokenAmount};
use thiserror::Error;

/// What bonds refuses.
#[derive(Error, Debug)]
pub enum ContractError {
    /// What any contract of the suite refuses.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// Tokens of another contract.
    #[error("bonds/not-token: only the suite's token may be sent here; these tokens were not accepted")]
    NotToken,
    /// Tokens that came without a message that is understood.
    #[error("bonds/hook: msg has to be {{\"bond\":{{\"node\":1}}}}: {reason}")]
    Hook {
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing at all.
    #[error("bonds/zero: {field} has to be above 0")]
    Zero {
        /// Where it stood.
        field: &'static str,
    },
    /// An address that never introduced itself.
    #[error("bonds/not-introduced: {operator} is no operator yet; send introduce first")]
    NotIntroduced {
        /// Which.
        operator: String,
    },
    /// A node that is not there.
    #[error("bonds/unknown-node: there is no node {node}; ask for nodes to see those there are")]
    UnknownNode {
        /// Which.
        node: NodeId,
    },
    /// A worker key that another node has.
    #[error("bonds/worker-taken: worker_key serves node {node}; make a key for each node")]
    WorkerTaken {
        /// Which node.
        node: NodeId,
    },
    /// A key that cannot be one.
    #[error("bonds/key: {field} has to be {bounds}")]
    Key {
        /// Which.
        field: &'static str,
        /// What it may be.
        bounds: &'static str,
    },
    /// A worker key that does not say it serves this owner.
    #[error("bonds/possession: possession has to be the worker key's signature for this owner: {reason}")]
    Possession {
        /// Why it is not.
        reason: BadSignature,
    },
    /// A door that nobody could knock at.
    #[error(
        "bonds/endpoint: endpoint has to begin with http:// or https:// and be of printable ASCII without spaces; write another host name in punycode"
    )]
    Endpoint,
    /// A text that cannot be shown.
    #[error("bonds/text: {field} has to be printable, without spaces at its ends or characters that do not show")]
    Text {
        /// Where it stood.
        field: &'static str,
    },
    /// An update that changes nothing.
    #[error("bonds/nothing-changed: the update names nothing to change; give what is new")]
    NothingChanged,
    /// More than the stake holds.
    #[error("bonds/insufficient: amount is more than the {active} that are active; unbond at most that")]
    Insufficient {
        /// What is active.
        active: TokenAmount,
    },
    /// Too many parts on their way out.
    #[error(
        "bonds/too-many-unbondings: {most} parts are on their way out; withdraw one first, it is due at {until} at the earliest"
    )]
    TooManyUnbondings {
        /// How many there may be.
        most: usize,
        /// When the oldest is due.
        until: Seconds,
    },
    /// Nothing that has finished unbonding.
    #[error("bonds/nothing-due: nothing has finished unbonding; {}", next(.until))]
    NothingDue {
        /// When the oldest is due.
        until: Option<Seconds>,
    },
    /// A fault that was slashed.
    #[error("bonds/already-slashed: fault {fault} was slashed already; ask for the fault to see what was taken")]
    AlreadySlashed {
        /// Which.
        fault: String,
    },
    /// A part of a stake that is none.
    #[error("bonds/bps: bps has to be from 1 to 10000")]
    Bps,
}

fn next(until: &Option<Seconds>) -> String {
    until.map_or_else(|| "nothing is on its way out".to_owned(), |until| format!("the oldest part is due at {until}"))
}

impl From<StdError> for ContractError {
    fn from(error: StdError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<OutOfRange> for ContractError {
    fn from(error: OutOfRange) -> Self {
        Refusal::from(error).into()
    }
}

impl From<OutOfBounds> for ContractError {
    fn from(error: OutOfBounds) -> Self {
        Refusal::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use hearth_schema::code;

    #[test]
    fn every_code_is_listed_and_every_listed_code_is_said() {
        let word = |text: &&str| text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let said: std::collections::BTreeSet<String> = include_str!("error.rs")
            .split("\"bonds/")
            .filter_map(|text| text.split_once(": ").map(|(code, _)| code).filter(word))
            .map(|code| format!("bonds/{code}"))
            .collect();
        assert_eq!(said, code::BONDS.iter().map(ToString::to_string).collect());
    }
}
