//! What votes come to.

use cosmos_sdk_proto::cosmos::gov::v1::{Params, Proposal, TallyResult, Vote, VoteOption};
use cosmwasm_std::{Decimal256, Uint256};

use crate::chain::{Chain, Space};
use crate::fault::Fault;
use crate::gov::STAKED;
use crate::gov::record::key;
use crate::gov::vote::weight;

/// What becomes of a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Whether it passes.
    pub passes: bool,
    /// Whether its deposits are burned.
    pub burns: bool,
    /// What was voted.
    pub tally: TallyResult,
}

/// Stake by option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stakes {
    yes: Uint256,
    abstain: Uint256,
    no: Uint256,
    veto: Uint256,
}

impl Chain {
    /// Counts the votes on a proposal. The votes stay.
    pub fn tally(&self, proposal: &Proposal) -> Result<Outcome, Fault> {
        let voter = self.peek(Space::Gov, key::VOTER).unwrap_or_default();
        let found = self.peek(Space::Gov, &key::vote(proposal.id, &voter));
        let vote = found.and_then(|bytes| <Vote as prost::Message>::decode(bytes.as_slice()).ok());
        Ok(outcome(vote.as_ref(), proposal.expedited, &self.gov_params()?))
    }
}

/// That nothing was voted yet.
pub fn nothing() -> TallyResult {
    written(&Stakes::default())
}

/// What comes of the one vote that counts, which is that of all stake there is: without it there is no quorum.
fn outcome(vote: Option<&Vote>, expedited: bool, params: &Params) -> Outcome {
    let stakes = vote.map(shared).unwrap_or_default();
    let tally = written(&stakes);
    if vote.is_none() {
        return Outcome { passes: false, burns: params.burn_vote_quorum, tally };
    }
    let all = Uint256::from(STAKED);
    let decided = all.saturating_sub(stakes.abstain);
    let part = |stake: Uint256, of: Uint256| Decimal256::checked_from_ratio(stake, of).unwrap_or_default();
    let limit = |text: &str| text.parse::<Decimal256>().unwrap_or(Decimal256::MAX);
    if decided.is_zero() {
        return Outcome { passes: false, burns: false, tally };
    }
    if part(stakes.veto, all) > limit(&params.veto_threshold) {
        return Outcome { passes: false, burns: params.burn_vote_veto, tally };
    }
    let threshold = if expedited { &params.expedited_threshold } else { &params.threshold };
    Outcome { passes: part(stakes.yes, decided) > limit(threshold), burns: false, tally }
}

fn shared(vote: &Vote) -> Stakes {
    let mut stakes = Stakes::default();
    for option in &vote.options {
        let stake = Uint256::from(STAKED).mul_floor(weight(option).unwrap_or_default());
        let of = match option.option() {
            VoteOption::Yes => &mut stakes.yes,
            VoteOption::Abstain => &mut stakes.abstain,
            VoteOption::No => &mut stakes.no,
            VoteOption::NoWithVeto => &mut stakes.veto,
            VoteOption::Unspecified => continue,
        };
        *of = of.saturating_add(stake);
    }
    stakes
}

fn written(stakes: &Stakes) -> TallyResult {
    TallyResult {
        yes_count: stakes.yes.to_string(),
        abstain_count: stakes.abstain.to_string(),
        no_count: stakes.no.to_string(),
        no_with_veto_count: stakes.veto.to_string(),
    }
}

#[cfg(test)]
#[path = "tally_tests.rs"]
mod tests;
