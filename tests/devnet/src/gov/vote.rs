//! Votes: whole, or shared between options.

use std::collections::BTreeSet;

use cosmos_sdk_proto::cosmos::gov::v1::{MsgVote, MsgVoteWeighted, Vote, VoteOption, WeightedVoteOption};
use cosmwasm_std::Decimal256;
use prost::Message;
use serde_json::{Value, json};

use crate::chain::{Chain, Event, Space};
use crate::fault::{Fault, INACTIVE_PROPOSAL, INVALID_ADDRESS, INVALID_REQUEST, INVALID_VOTE, METADATA_TOO_LONG};
use crate::gov::LONGEST_METADATA;
use crate::gov::record::key;

impl Chain {
    /// What a message `MsgVote` does.
    pub fn vote(&self, msg: &MsgVote, events: &mut Vec<Event>) -> Result<(), Fault> {
        let voter = self.voter_of(&msg.voter)?;
        if !known(msg.option) {
            return Err(INVALID_VOTE.because(option_name(msg.option)));
        }
        let whole = WeightedVoteOption { option: msg.option, weight: weight_text(Decimal256::one()) };
        self.add_vote(msg.proposal_id, &voter, vec![whole], &msg.metadata, events)
    }

    /// What a message `MsgVoteWeighted` does.
    pub fn vote_weighted(&self, msg: &MsgVoteWeighted, events: &mut Vec<Event>) -> Result<(), Fault> {
        let voter = self.voter_of(&msg.voter)?;
        check_shares(&msg.options)?;
        self.add_vote(msg.proposal_id, &voter, msg.options.clone(), &msg.metadata, events)
    }

    fn voter_of(&self, text: &str) -> Result<Vec<u8>, Fault> {
        let wrong = |words| INVALID_ADDRESS.because(format!("invalid voter address: {words}"));
        self.addresses().coded(text).map_err(wrong)
    }

    fn add_vote(
        &self,
        id: u64,
        voter: &[u8],
        options: Vec<WeightedVoteOption>,
        metadata: &str,
        events: &mut Vec<Event>,
    ) -> Result<(), Fault> {
        if !self.has(Space::Gov, &key::voting(id))? {
            return Err(INACTIVE_PROPOSAL.because(id));
        }
        if metadata.len() > LONGEST_METADATA {
            return Err(METADATA_TOO_LONG.because(format!("got metadata with length {}", metadata.len())));
        }
        let text = self.text_of(voter);
        let each = |of: &WeightedVoteOption| json!({ "option": of.option, "weight": of.weight });
        let said = Value::Array(options.iter().map(each).collect()).to_string();
        let vote = Vote { proposal_id: id, voter: text.clone(), options, metadata: metadata.to_owned() };
        self.write(Space::Gov, &key::vote(id, voter), vote.encode_to_vec())?;
        let attributes = [("voter", text.as_str()), ("option", &said), ("proposal_id", &id.to_string())];
        events.push(Event::new("proposal_vote", &attributes));
        Ok(())
    }
}

/// The weight of an option, if it is more than nothing and no more than all.
pub fn weight(option: &WeightedVoteOption) -> Option<Decimal256> {
    let weight: Decimal256 = option.weight.parse().ok()?;
    (!weight.is_zero() && weight <= Decimal256::one()).then_some(weight)
}

/// A weight as the SDK writes it, all its places shown.
pub fn weight_text(weight: Decimal256) -> String {
    let digits = format!("{:0>19}", weight.atomics().to_string());
    let (whole, places) = digits.split_at_checked(digits.len().saturating_sub(18)).unwrap_or((&digits, ""));
    format!("{whole}.{places}")
}

fn check_shares(options: &[WeightedVoteOption]) -> Result<(), Fault> {
    if options.is_empty() {
        return Err(INVALID_REQUEST.because("null"));
    }
    let mut total = Decimal256::zero();
    let mut seen = BTreeSet::new();
    for option in options {
        let weight = weight(option).filter(|_| known(option.option));
        total += weight.ok_or_else(|| INVALID_VOTE.because(option_text(option)))?;
        if !seen.insert(option.option) {
            return Err(INVALID_VOTE.because("duplicated vote option"));
        }
    }
    match total.cmp(&Decimal256::one()) {
        std::cmp::Ordering::Greater => Err(INVALID_VOTE.because("total weight overflow 1.00")),
        std::cmp::Ordering::Less => Err(INVALID_VOTE.because("total weight lower than 1.00")),
        std::cmp::Ordering::Equal => Ok(()),
    }
}

fn known(option: i32) -> bool {
    VoteOption::try_from(option).is_ok_and(|option| option != VoteOption::Unspecified)
}

fn option_name(option: i32) -> String {
    VoteOption::try_from(option).map_or_else(|_| option.to_string(), |option| option.as_str_name().to_owned())
}

/// An option as Go's protobuf writes it out.
fn option_text(option: &WeightedVoteOption) -> String {
    let mut text = String::new();
    if option.option != 0 {
        text += &format!("option:{} ", option_name(option.option));
    }
    if !option.weight.is_empty() {
        text += &format!("weight:{:?} ", option.weight);
    }
    text
}
