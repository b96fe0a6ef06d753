//! Deposits: they open the vote, and go back or are burned when it is over.

use std::collections::BTreeMap;

use cosmos_sdk_proto::cosmos::gov::v1::{Deposit, MsgDeposit, Params, Proposal, ProposalStatus};
use cosmwasm_std::{Decimal256, Uint256};
use prost::Message;

use crate::address;
use crate::bank::{self, Coin, wire};
use crate::chain::{Chain, Event, Space};
use crate::fault::{
    Fault, INACTIVE_PROPOSAL, INVALID_ADDRESS, INVALID_COINS, INVALID_DEPOSIT_DENOM, MIN_DEPOSIT_TOO_SMALL,
};
use crate::gov::propose::least_deposit;
use crate::gov::record::{key, moment};
use crate::gov::{GOV, nanos};

impl Chain {
    /// What a message `MsgDeposit` does.
    pub fn deposit(&self, msg: &MsgDeposit, events: &mut Vec<Event>) -> Result<(), Fault> {
        let wrong = |words| INVALID_ADDRESS.because(format!("invalid depositor address: {words}"));
        let depositor = self.addresses().coded(&msg.depositor).map_err(wrong)?;
        let amount = bank::parse(&msg.amount)?;
        if amount.is_empty() || !bank::valid(&amount) {
            return Err(INVALID_COINS.because(bank::text(&amount)));
        }
        if self.add_deposit(msg.proposal_id, &depositor, &amount, events)? {
            events.push(Event::new("proposal_deposit", &[("voting_period_start", &msg.proposal_id.to_string())]));
        }
        Ok(())
    }

    /// Adds to somebody's deposit; whether the vote begins with it.
    pub fn add_deposit(
        &self,
        id: u64,
        depositor: &[u8],
        amount: &[Coin],
        events: &mut Vec<Event>,
    ) -> Result<bool, Fault> {
        let mut proposal = self.proposal_or_none(id)?;
        if !matches!(proposal.status(), ProposalStatus::DepositPeriod | ProposalStatus::VotingPeriod) {
            return Err(INACTIVE_PROPOSAL.because(id));
        }
        let params = self.gov_params()?;
        let least = least_deposit(&proposal, &params)?;
        check_denoms(&params, amount)?;
        check_share(&params, &least, amount)?;
        let pool = address::of_module(GOV);
        self.account(&pool)?;
        self.send(depositor, &pool, amount, events)?;

        let total = sum([bank::parse(&proposal.total_deposit)?, amount.to_vec()]);
        proposal.total_deposit = wire(&total);
        self.set_proposal(&proposal)?;
        let enough = least.iter().all(|coin| amount_of(&total, &coin.denom) >= coin.amount);
        let begins = proposal.status() == ProposalStatus::DepositPeriod && enough;
        if begins {
            self.open_vote(proposal)?;
        }
        self.note_deposit(id, depositor, amount, events)?;
        Ok(begins)
    }

    fn note_deposit(&self, id: u64, depositor: &[u8], amount: &[Coin], events: &mut Vec<Event>) -> Result<(), Fault> {
        let place = key::deposit(id, depositor);
        let before = self.read(Space::Gov, &place)?.and_then(|bytes| Deposit::decode(bytes.as_slice()).ok());
        let all = sum([bank::parse(&before.unwrap_or_default().amount)?, amount.to_vec()]);
        let depositor = self.text_of(depositor);
        let attributes =
            [("depositor", depositor.as_str()), ("amount", &bank::text(amount)), ("proposal_id", &id.to_string())];
        events.push(Event::new("proposal_deposit", &attributes));
        let deposit = Deposit { proposal_id: id, depositor, amount: wire(&all) };
        self.write(Space::Gov, &place, deposit.encode_to_vec())
    }

    fn open_vote(&self, mut proposal: Proposal) -> Result<(), Fault> {
        let now = self.block().time.nanos();
        let params = self.gov_params()?;
        let period = if proposal.expedited { &params.expedited_voting_period } else { &params.voting_period };
        proposal.voting_start_time = Some(moment(now));
        proposal.voting_end_time = Some(moment(now.saturating_add(nanos(period.as_ref()))));
        proposal.status = ProposalStatus::VotingPeriod.into();
        self.set_proposal(&proposal)?;
        self.dequeue(key::INACTIVE, proposal.deposit_end_time.as_ref(), proposal.id)?;
        self.enqueue(key::ACTIVE, proposal.voting_end_time.as_ref(), proposal.id)
    }

    /// Gives all deposits of a proposal back.
    pub fn refund_deposits(&self, id: u64, events: &mut Vec<Event>) -> Result<(), Fault> {
        for (_, deposit) in self.deposits(id) {
            let depositor = self.bytes_of(&deposit.depositor)?;
            self.send(&address::of_module(GOV), &depositor, &bank::parse(&deposit.amount)?, events)?;
            self.delete(Space::Gov, &key::deposit(id, &depositor))?;
        }
        Ok(())
    }

    /// Burns all deposits of a proposal.
    pub fn burn_deposits(&self, id: u64, events: &mut Vec<Event>) -> Result<(), Fault> {
        let mut burned = Vec::new();
        for (_, deposit) in self.deposits(id) {
            burned = sum([burned, bank::parse(&deposit.amount)?]);
            self.delete(Space::Gov, &key::deposit(id, &self.bytes_of(&deposit.depositor)?))?;
        }
        self.burn_of_module(GOV, &burned, events)
    }
}

/// Deposits are taken in the coins of the least deposit alone.
pub fn check_denoms(params: &Params, coins: &[Coin]) -> Result<(), Fault> {
    let taken: Vec<&str> = params.min_deposit.iter().map(|coin| coin.denom.as_str()).collect();
    if coins.iter().all(|coin| taken.contains(&coin.denom.as_str())) {
        return Ok(());
    }
    let (said, taken) = (bank::text(coins), taken.join(" "));
    let words = format!("deposited {said}, but gov accepts only the following denom(s): [{taken}]");
    Err(INVALID_DEPOSIT_DENOM.because(words))
}

/// A deposit must be a share of the least one, in one coin at least.
fn check_share(params: &Params, least: &[Coin], coins: &[Coin]) -> Result<(), Fault> {
    let ratio: Decimal256 = params.min_deposit_ratio.parse().unwrap_or_default();
    let share = |coin: &Coin| Coin { denom: coin.denom.clone(), amount: coin.amount.mul_floor(ratio) };
    let shares: Vec<Coin> = least.iter().map(share).collect();
    let reached = |share: &Coin| coins.iter().any(|coin| coin.denom == share.denom && coin.amount >= share.amount);
    if ratio.is_zero() || shares.iter().any(reached) {
        return Ok(());
    }
    let (said, shares) = (bank::text(coins), bank::text(&shares));
    Err(MIN_DEPOSIT_TOO_SMALL.because(format!("received {said} but need at least one of the following: {shares}")))
}

/// Coins added up, denomination by denomination.
fn sum(parts: [Vec<Coin>; 2]) -> Vec<Coin> {
    let mut sums: BTreeMap<String, Uint256> = BTreeMap::new();
    for Coin { denom, amount } in parts.into_iter().flatten() {
        let sum = sums.entry(denom).or_default();
        *sum = sum.saturating_add(amount);
    }
    sums.into_iter().map(|(denom, amount)| Coin { denom, amount }).collect()
}

fn amount_of(coins: &[Coin], denom: &str) -> Uint256 {
    coins.iter().find(|coin| coin.denom == denom).map(|coin| coin.amount).unwrap_or_default()
}
