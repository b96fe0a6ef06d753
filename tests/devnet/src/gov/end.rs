//! What ends with a block: waits for deposits, and votes, upon which what passed is done.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cosmos_sdk_proto::cosmos::gov::v1::{Proposal, ProposalStatus};

use crate::chain::{Chain, Event, Space};
use crate::fault::{Fault, PANIC};
use crate::gov::nanos;
use crate::gov::record::{self, key, moment, sortable};
use crate::gov::tally::Outcome;
use crate::tx::message::Message;

/// What became of a proposal: in one word, and in more.
type Fate = (&'static str, String);

/// What is done to a proposal whose time has come.
type End = fn(&Chain, u64, &mut Vec<Event>) -> Result<(), Fault>;

impl Chain {
    /// Ends what ends with this block; what happened. No meter runs.
    pub fn end_block(&self) -> Vec<Event> {
        self.enter(None, false);
        let mut events = Vec::new();
        let ends: [(_, End); 2] = [(key::INACTIVE, Self::drop_proposal), (key::ACTIVE, Self::decide)];
        for (queue, end) in ends {
            for id in self.ended(queue) {
                let (start, before) = (self.checkpoint(), events.len());
                let ended = end(self, id, &mut events);
                // A state that is not as this module wrote it stops wasmd. Here the proposal stays as it was.
                if ended.is_err() {
                    self.revert(start);
                    events.truncate(before);
                }
            }
        }
        for event in &mut events {
            event.attributes.push(("mode".to_owned(), "EndBlock".to_owned()));
        }
        self.enter(None, false);
        events
    }

    /// The proposals of a queue whose time has come.
    fn ended(&self, queue: &[u8]) -> Vec<u64> {
        let now = sortable(self.block().time.nanos());
        self.queue(queue).into_iter().take_while(|(ends, _)| *ends <= now).map(|(_, id)| id).collect()
    }

    /// Forgets a proposal whose deposits were too small for a vote.
    fn drop_proposal(&self, id: u64, events: &mut Vec<Event>) -> Result<(), Fault> {
        let proposal = self.proposal_or_none(id)?;
        self.dequeue(key::INACTIVE, proposal.deposit_end_time.as_ref(), id)?;
        self.delete(Space::Gov, &key::proposal(id))?;
        if self.gov_params()?.burn_proposal_deposit_prevote {
            self.burn_deposits(id, events)?;
        } else {
            self.refund_deposits(id, events)?;
        }
        let attributes = [("proposal_id", id.to_string()), ("proposal_result", "proposal_dropped".to_owned())];
        events.push(Event::new("inactive_proposal", &attributes.each_ref().map(|(key, value)| (*key, value.as_str()))));
        Ok(())
    }

    /// Counts the votes on a proposal, and does what it says where it passes.
    fn decide(&self, id: u64, events: &mut Vec<Event>) -> Result<(), Fault> {
        let mut proposal = self.proposal_or_none(id)?;
        let Outcome { passes, burns, tally } = self.tally(&proposal)?;
        for (voter, _) in self.votes(id) {
            self.delete(Space::Gov, &[key::votes(id), voter].concat())?;
        }
        // What is expedited and fails is voted on once more, with the same deposits.
        if burns && (passes || !proposal.expedited) {
            self.burn_deposits(id, events)?;
        } else if passes || !proposal.expedited {
            self.refund_deposits(id, events)?;
        }
        self.dequeue(key::ACTIVE, proposal.voting_end_time.as_ref(), id)?;
        let (result, log) = if passes {
            self.carry_out(&mut proposal, events)
        } else if proposal.expedited {
            self.slow_down(&mut proposal)?
        } else {
            proposal.status = ProposalStatus::Rejected.into();
            "proposal did not get enough votes to pass".clone_into(&mut proposal.failed_reason);
            ("proposal_rejected", "rejected".to_owned())
        };
        proposal.final_tally_result = Some(tally);
        self.set_proposal(&proposal)?;
        let attributes =
            [("proposal_id", id.to_string()), ("proposal_result", result.to_owned()), ("proposal_log", log)];
        events.push(Event::new("active_proposal", &attributes.each_ref().map(|(key, value)| (*key, value.as_str()))));
        Ok(())
    }

    /// Does all that a proposal says, or nothing.
    fn carry_out(&self, proposal: &mut Proposal, events: &mut Vec<Event>) -> Fate {
        let (start, mut done) = (self.checkpoint(), Vec::new());
        for (nth, any) in proposal.messages.iter().enumerate() {
            let ran = catch_unwind(AssertUnwindSafe(|| self.perform(&Message::read(any)?, &mut done)));
            let Err(fault) = ran.unwrap_or_else(|_| Err(PANIC.because("recovered"))) else { continue };
            self.revert(start);
            self.enter(None, false);
            let why = match fault {
                Fault::Refused(refusal) => refusal.log,
                Fault::OutOfGas { location } => format!("out of gas in location: {location}"),
            };
            let log = format!("passed, but msg {nth} ({}) failed on execution: {why}", any.type_url);
            proposal.status = ProposalStatus::Failed.into();
            proposal.failed_reason = why;
            return ("proposal_failed", log);
        }
        proposal.status = ProposalStatus::Passed.into();
        events.append(&mut done);
        ("proposal_passed", "passed".to_owned())
    }

    /// Makes an expedited proposal one like others.
    fn slow_down(&self, proposal: &mut Proposal) -> Result<Fate, Fault> {
        proposal.expedited = false;
        let begun = record::nanos(proposal.voting_start_time.as_ref());
        let period = nanos(self.gov_params()?.voting_period.as_ref());
        proposal.voting_end_time = Some(moment(begun.saturating_add(period)));
        self.enqueue(key::ACTIVE, proposal.voting_end_time.as_ref(), proposal.id)?;
        Ok(("expedited_proposal_rejected", "expedited proposal converted to regular".to_owned()))
    }
}
