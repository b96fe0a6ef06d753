//! What audit refuses, each with its stable code, its field and the remedy.

use cosmwasm_std::StdError;
use hearth_schema::own::Refusal;
use hearth_schema::terms::OutOfBounds;
use hearth_schema::unit::{DealId, OutOfRange, Round, Seconds, Usd};
use thiserror::Error;

use crate::opening::Unopened;

/// What audit refuses.
#[derive(Error, Debug)]
pub enum ContractError {
    /// What any contract of the suite refuses.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// A commit that is not there.
    #[error("audit/unknown-commit: the market has no commit {n} of deal {deal}; query its commits")]
    UnknownCommit {
        /// The deal.
        deal: DealId,
        /// Which.
        n: u64,
    },
    /// A network that is not there.
    #[error("audit/unknown-network: there is no beacon network {network}; query the schedule")]
    UnknownNetwork {
        /// Which.
        network: u32,
    },
    /// A signature that is not the network's of this round.
    #[error("audit/signature: {reason}; fetch the round from a relay again")]
    Signature {
        /// Why not.
        reason: &'static str,
    },
    /// A public key that cannot be one.
    #[error("audit/public-key: public_key has to be a compressed point on G2, 96 bytes, and not the identity")]
    PublicKey,
    /// A network that cannot be one.
    #[error("audit/network: {field} has to be {bounds}")]
    Network {
        /// What of it.
        field: &'static str,
        /// What it may be.
        bounds: &'static str,
    },
    /// The round that decides is not stored.
    #[error(
        "audit/beacon-awaited: round {round} of network {network} is not stored; it is signed at {time}, then add_beacon it"
    )]
    BeaconAwaited {
        /// The network.
        network: u32,
        /// The round.
        round: Round,
        /// When it is signed.
        time: Seconds,
    },
    /// A draw in its commit's own block.
    #[error("audit/same-block: a draw cannot be in its commit's block; send it in the next")]
    SameBlock,
    /// A draw after its clock.
    #[error("audit/draw-over: the draw was due by {until}; the commit can only be resolved")]
    DrawOver {
        /// When.
        until: Seconds,
    },
    /// A commit whose clocks have not run out.
    #[error("audit/too-early: the commit waits for {awaited}, until {until} and 20 blocks at least")]
    TooEarly {
        /// What for.
        awaited: &'static str,
        /// Until when, by time alone.
        until: Seconds,
    },
    /// Leaves that are not those that were drawn.
    #[error(transparent)]
    Unopened(#[from] Unopened),
    /// A point that no leaf covers.
    #[error("audit/opening-missing: point {point} was drawn, and no opening covers it; open its leaf too")]
    Missing {
        /// Which.
        point: Usd,
    },
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
        let said: std::collections::BTreeSet<String> = [include_str!("error.rs"), include_str!("opening.rs")]
            .concat()
            .split("\"audit/")
            .filter_map(|text| text.split_once(": ").map(|(code, _)| code).filter(word))
            .map(|code| format!("audit/{code}"))
            .collect();
        assert_eq!(said, code::AUDIT.iter().map(ToString::to_string).collect());
    }
}
