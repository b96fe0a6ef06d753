//! Proposals: what is asked of governance.

use cosmos_sdk_proto::cosmos::gov::v1::{MsgSubmitProposal, Params, Proposal, ProposalStatus};
use prost::Message as _;
use serde::Deserialize;

use crate::address;
use crate::bank::{self, Coin};
use crate::chain::{Chain, Event, Space, length};
use crate::fault::{
    Fault, INVALID_ADDRESS, INVALID_COINS, INVALID_PROPOSAL_CONTENT, INVALID_PROPOSAL_MESSAGE, INVALID_REQUEST,
    INVALID_SIGNER, METADATA_TOO_LONG, NO_PROPOSAL_MESSAGES, SUMMARY_TOO_LONG,
};
use crate::gas;
use crate::gov::deposit::check_denoms;
use crate::gov::record::{key, moment};
use crate::gov::tally::nothing;
use crate::gov::{GOV, LONGEST_METADATA, LONGEST_SUMMARY, nanos};
use crate::tx::message::Message;

/// A proposal is paid for as if it were written so often more.
const WRITTEN: u64 = 3;

/// What the SDK looks at of metadata, where they are of its form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    title: String,
    summary: String,
}

impl Chain {
    /// What a message `MsgSubmitProposal` does; the proposal's number.
    pub fn propose(
        &self,
        msg: &MsgSubmitProposal,
        messages: &[Message],
        events: &mut Vec<Event>,
    ) -> Result<u64, Fault> {
        let wrong = |words| INVALID_ADDRESS.because(format!("invalid proposer address: {words}"));
        check_texts(msg)?;
        let proposer = self.addresses().coded(&msg.proposer).map_err(wrong)?;
        check_metadata(msg)?;
        let params = self.gov_params()?;
        let deposit = bank::parse(&msg.initial_deposit)?;
        if !bank::valid(&deposit) {
            return Err(INVALID_COINS.because(bank::text(&deposit)));
        }
        check_denoms(&params, &deposit)?;
        check_lengths(msg)?;
        messages.iter().try_for_each(|message| self.check_proposed(message))?;

        let proposal = self.new_proposal(msg, messages)?;
        self.set_proposal(&proposal)?;
        self.enqueue(key::INACTIVE, proposal.deposit_end_time.as_ref(), proposal.id)?;
        let id = proposal.id.to_string();
        let kinds: String = msg.messages.iter().map(|any| format!(",{}", any.type_url)).collect();
        let attributes =
            [("proposal_id", id.as_str()), ("proposal_proposer", &msg.proposer), ("proposal_messages", &kinds)];
        events.push(Event::new("submit_proposal", &attributes));
        self.consume(WRITTEN * gas::WRITE_BYTE * length(&proposal.encode_to_vec()), "submit proposal")?;
        if self.add_deposit(proposal.id, &proposer, &deposit, events)? {
            events.push(Event::new("submit_proposal", &[("voting_period_start", &id)]));
        }
        Ok(proposal.id)
    }

    /// What is proposed must be well-formed, and governance alone may sign it. Whether it will work is seen later.
    fn check_proposed(&self, message: &Message) -> Result<(), Fault> {
        if let Err(Fault::Refused(refusal)) = self.basic(message) {
            return Err(INVALID_PROPOSAL_MESSAGE.because(refusal.log));
        }
        let signer = self.addresses().coded(message.signer()).map_err(Fault::plain)?;
        let governor = address::of_module(GOV);
        self.account(&governor)?;
        if signer == governor { Ok(()) } else { Err(INVALID_SIGNER.because(self.text_of(&signer))) }
    }

    fn new_proposal(&self, msg: &MsgSubmitProposal, messages: &[Message]) -> Result<Proposal, Fault> {
        let next = self.read(Space::Gov, key::NEXT)?;
        let id = next.and_then(|bytes| Some(u64::from_be_bytes(bytes.try_into().ok()?))).unwrap_or(1);
        self.write(Space::Gov, key::NEXT, (id + 1).to_be_bytes().to_vec())?;
        let params = self.gov_params()?;
        let now = self.block().time.nanos();
        Ok(Proposal {
            id,
            messages: messages.iter().zip(&msg.messages).map(|(message, any)| message.rewritten(any)).collect(),
            status: ProposalStatus::DepositPeriod.into(),
            final_tally_result: Some(nothing()),
            submit_time: Some(moment(now)),
            deposit_end_time: Some(moment(now.saturating_add(nanos(params.max_deposit_period.as_ref())))),
            metadata: msg.metadata.clone(),
            title: msg.title.clone(),
            summary: msg.summary.clone(),
            proposer: msg.proposer.clone(),
            expedited: msg.expedited,
            ..Proposal::default()
        })
    }
}

/// The least deposit of a proposal.
pub fn least_deposit(proposal: &Proposal, params: &Params) -> Result<Vec<Coin>, Fault> {
    bank::parse(if proposal.expedited { &params.expedited_min_deposit } else { &params.min_deposit })
}

fn check_texts(msg: &MsgSubmitProposal) -> Result<(), Fault> {
    if msg.title.is_empty() {
        return Err(INVALID_REQUEST.because("proposal title cannot be empty"));
    }
    if msg.summary.is_empty() {
        return Err(INVALID_REQUEST.because("proposal summary cannot be empty"));
    }
    Ok(())
}

fn check_metadata(msg: &MsgSubmitProposal) -> Result<(), Fault> {
    if msg.messages.is_empty() && msg.metadata.is_empty() {
        return Err(NO_PROPOSAL_MESSAGES.because("either metadata or Msgs length must be non-nil"));
    }
    let Ok(metadata) = serde_json::from_str::<Metadata>(&msg.metadata) else { return Ok(()) };
    for (what, said, theirs) in [("title", metadata.title, &msg.title), ("summary", metadata.summary, &msg.summary)] {
        if said != *theirs {
            let words = format!("metadata {what} '{said}' must equal proposal {what} '{theirs}'");
            return Err(INVALID_PROPOSAL_CONTENT.because(words));
        }
    }
    Ok(())
}

fn check_lengths(msg: &MsgSubmitProposal) -> Result<(), Fault> {
    let long = |text: &str| format!("got metadata with length {}", text.len());
    if msg.metadata.len() > LONGEST_METADATA {
        return Err(METADATA_TOO_LONG.because(long(&msg.metadata)));
    }
    if msg.summary.len() > LONGEST_SUMMARY {
        return Err(SUMMARY_TOO_LONG.because(format!("got summary with length {}", msg.summary.len())));
    }
    if msg.title.len() > LONGEST_METADATA {
        return Err(METADATA_TOO_LONG.because(long(&msg.title)));
    }
    Ok(())
}
