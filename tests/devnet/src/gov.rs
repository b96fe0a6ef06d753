//! Governance: proposals, deposits, votes, and what comes of them, kept and metered as the SDK's gov module does.
//!
//! - [`record`] – what the state holds of it
//! - [`propose`], [`deposit`], [`vote`] – what its messages do
//! - [`tally`] – what votes come to
//! - [`end`] – what ends with a block
//!
//! There is no staking: all the stake that votes is one account's, as that of wasmd's one validator is. Whoever else votes
//! is heard and counts for nothing.

pub mod deposit;
pub mod end;
pub mod propose;
pub mod record;
pub mod tally;
pub mod vote;

use std::time::Duration;

use cosmos_sdk_proto::cosmos::gov::v1::Params;
use cosmos_sdk_proto::tendermint::google::protobuf::Duration as WireDuration;
use prost::Message;

use crate::address;
use crate::bank::{Coin, wire};
use crate::chain::{Chain, Space};
use crate::fault::Fault;
use crate::gov::record::key;

/// The module.
pub const GOV: &str = "gov";
/// All that is staked, by the one account.
pub const STAKED: u128 = 250_000_000_000;
/// What opens the vote on a proposal, and on one that is expedited.
pub const MIN_DEPOSIT: u128 = 10_000_000;
pub const MIN_DEPOSIT_EXPEDITED: u128 = 50_000_000;
/// The longest metadata and titles; a summary may be forty times as long.
const LONGEST_METADATA: usize = 255;
const LONGEST_SUMMARY: usize = 40 * LONGEST_METADATA;

/// The SDK's parameters with another coin and other periods: deposits are awaited as long as votes, and what is expedited
/// is voted on half as long.
pub fn params(denom: &str, voting_period: Duration) -> Params {
    let coins = |amount: u128| wire(&[Coin { denom: denom.to_owned(), amount: amount.into() }]);
    Params {
        min_deposit: coins(MIN_DEPOSIT),
        max_deposit_period: Some(period(voting_period)),
        voting_period: Some(period(voting_period)),
        quorum: "0.334000000000000000".to_owned(),
        threshold: "0.500000000000000000".to_owned(),
        veto_threshold: "0.334000000000000000".to_owned(),
        min_initial_deposit_ratio: "0.000000000000000000".to_owned(),
        proposal_cancel_ratio: "0.500000000000000000".to_owned(),
        proposal_cancel_dest: String::new(),
        expedited_voting_period: Some(period(voting_period / 2)),
        expedited_threshold: "0.667000000000000000".to_owned(),
        expedited_min_deposit: coins(MIN_DEPOSIT_EXPEDITED),
        burn_vote_quorum: false,
        burn_proposal_deposit_prevote: false,
        burn_vote_veto: true,
        min_deposit_ratio: "0.010000000000000000".to_owned(),
    }
}

impl Chain {
    /// Writes what genesis holds of governance: its parameters, and whose the stake is.
    pub fn gov_genesis(&self, params: &Params, voter: &[u8]) -> Result<(), Fault> {
        self.write(Space::Gov, key::NEXT, 1u64.to_be_bytes().to_vec())?;
        self.write(Space::Gov, key::PARAMS, params.encode_to_vec())?;
        self.write(Space::Gov, key::VOTER, voter.to_vec())
    }

    /// The module's parameters.
    pub fn gov_params(&self) -> Result<Params, Fault> {
        let found = self.read(Space::Gov, key::PARAMS)?;
        Ok(found.and_then(|bytes| Params::decode(bytes.as_slice()).ok()).unwrap_or_default())
    }

    /// Whether it is governance that speaks.
    pub fn governs(&self, who: &str) -> bool {
        who == self.governor()
    }

    /// The address in whose name governance speaks.
    pub fn governor(&self) -> String {
        self.text_of(&address::of_module(GOV))
    }
}

fn period(of: Duration) -> WireDuration {
    let seconds = i64::try_from(of.as_secs()).unwrap_or(i64::MAX);
    WireDuration { seconds, nanos: i32::try_from(of.subsec_nanos()).unwrap_or_default() }
}

/// A period in nanoseconds.
fn nanos(period: Option<&WireDuration>) -> u64 {
    let of = period.copied().unwrap_or_default();
    let seconds = u64::try_from(of.seconds).unwrap_or_default();
    seconds.saturating_mul(1_000_000_000).saturating_add(u64::try_from(of.nanos).unwrap_or_default())
}
