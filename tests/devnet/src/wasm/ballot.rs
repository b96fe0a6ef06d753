//! How contracts vote.

use cosmos_sdk_proto::cosmos::gov::v1::{MsgVote, MsgVoteWeighted, VoteOption, WeightedVoteOption};
use cosmwasm_std::Decimal256;
use serde::Deserialize;

use crate::gov::vote::weight_text;
use crate::tx::message::Message;

/// A vote in a contract's words.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ballot {
    /// The whole vote.
    Vote { proposal_id: u64, option: Choice },
    /// Shares of it.
    VoteWeighted { proposal_id: u64, options: Vec<Share> },
}

/// A share of a vote.
#[derive(Debug, Deserialize)]
pub struct Share {
    option: Choice,
    weight: Decimal256,
}

/// What can be voted.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Yes,
    No,
    Abstain,
    NoWithVeto,
}

impl Ballot {
    /// As the chain's own message, of a contract.
    pub fn in_full(self, voter: &str) -> Message {
        let (voter, metadata) = (voter.to_owned(), String::new());
        match self {
            Self::Vote { proposal_id, option } => {
                Message::Vote(MsgVote { proposal_id, voter, option: option.number(), metadata })
            }
            Self::VoteWeighted { proposal_id, options } => {
                let share =
                    |of: Share| WeightedVoteOption { option: of.option.number(), weight: weight_text(of.weight) };
                let options = options.into_iter().map(share).collect();
                Message::VoteWeighted(MsgVoteWeighted { proposal_id, voter, options, metadata })
            }
        }
    }
}

impl Choice {
    fn number(self) -> i32 {
        let option = match self {
            Self::Yes => VoteOption::Yes,
            Self::No => VoteOption::No,
            Self::Abstain => VoteOption::Abstain,
            Self::NoWithVeto => VoteOption::NoWithVeto,
        };
        option.into()
    }
}
