//! Governance by address line: which query it is, and how its answer is written.

use cosmos_sdk_proto::Timestamp;
use cosmos_sdk_proto::cosmos::gov::v1 as gov;
use cosmos_sdk_proto::tendermint::google::protobuf::Duration;
use prost::Message as _;
use serde_json::{Value, json};

use crate::block;
use crate::gov::record::nanos;
use crate::rest::Status;
use crate::rest::ask::{Ask, Pairs, ask, find, page};
use crate::rest::write::{self, Written, any, coins};

/// Reads the rest of an address line.
pub fn read(parts: &[&str], pairs: &Pairs) -> Result<Ask, Status> {
    let pagination = page(pairs)?;
    let id = |id: &str| id.parse::<u64>().map_err(|error| Status::argument(format!("proposal_id {id}: {error}")));
    let text = |name: &str| find(pairs, name).unwrap_or_default().to_owned();
    Ok(match parts {
        ["constitution"] => Ask::Fixed(json!({ "constitution": "" })),
        ["params", params_type] => {
            let asked = gov::QueryParamsRequest { params_type: (*params_type).to_owned() };
            ask("/cosmos.gov.v1.Query/Params", &asked, params)
        }
        ["proposals"] => {
            let proposal_status = status(&text("proposal_status"));
            let (voter, depositor) = (text("voter"), text("depositor"));
            let asked = gov::QueryProposalsRequest { proposal_status, voter, depositor, pagination };
            ask("/cosmos.gov.v1.Query/Proposals", &asked, proposals)
        }
        ["proposals", of] => {
            ask("/cosmos.gov.v1.Query/Proposal", &gov::QueryProposalRequest { proposal_id: id(of)? }, proposal)
        }
        ["proposals", of, "votes"] => {
            let asked = gov::QueryVotesRequest { proposal_id: id(of)?, pagination };
            ask("/cosmos.gov.v1.Query/Votes", &asked, votes)
        }
        ["proposals", of, "votes", voter] => {
            let asked = gov::QueryVoteRequest { proposal_id: id(of)?, voter: (*voter).to_owned() };
            ask("/cosmos.gov.v1.Query/Vote", &asked, vote)
        }
        ["proposals", of, "deposits"] => {
            let asked = gov::QueryDepositsRequest { proposal_id: id(of)?, pagination };
            ask("/cosmos.gov.v1.Query/Deposits", &asked, deposits)
        }
        ["proposals", of, "deposits", depositor] => {
            let asked = gov::QueryDepositRequest { proposal_id: id(of)?, depositor: (*depositor).to_owned() };
            ask("/cosmos.gov.v1.Query/Deposit", &asked, deposit)
        }
        ["proposals", of, "tally"] => {
            let asked = gov::QueryTallyResultRequest { proposal_id: id(of)? };
            ask("/cosmos.gov.v1.Query/TallyResult", &asked, tally)
        }
        _ => return Err(Status::unimplemented()),
    })
}

/// A status by its name or its number.
fn status(text: &str) -> i32 {
    let named = gov::ProposalStatus::from_str_name(text).map(i32::from);
    named.or_else(|| text.parse().ok()).unwrap_or_default()
}

fn proposals(answer: &[u8]) -> Written {
    let answer = gov::QueryProposalsResponse::decode(answer)?;
    let all: Vec<Value> = answer.proposals.iter().map(one_proposal).collect();
    Ok(json!({ "proposals": all, "pagination": write::page(answer.pagination.as_ref()) }))
}

fn proposal(answer: &[u8]) -> Written {
    Ok(json!({ "proposal": gov::QueryProposalResponse::decode(answer)?.proposal.as_ref().map(one_proposal) }))
}

fn votes(answer: &[u8]) -> Written {
    let answer = gov::QueryVotesResponse::decode(answer)?;
    let all: Vec<Value> = answer.votes.iter().map(one_vote).collect();
    Ok(json!({ "votes": all, "pagination": write::page(answer.pagination.as_ref()) }))
}

fn vote(answer: &[u8]) -> Written {
    Ok(json!({ "vote": gov::QueryVoteResponse::decode(answer)?.vote.as_ref().map(one_vote) }))
}

fn deposits(answer: &[u8]) -> Written {
    let answer = gov::QueryDepositsResponse::decode(answer)?;
    let all: Vec<Value> = answer.deposits.iter().map(one_deposit).collect();
    Ok(json!({ "deposits": all, "pagination": write::page(answer.pagination.as_ref()) }))
}

fn deposit(answer: &[u8]) -> Written {
    Ok(json!({ "deposit": gov::QueryDepositResponse::decode(answer)?.deposit.as_ref().map(one_deposit) }))
}

fn tally(answer: &[u8]) -> Written {
    Ok(json!({ "tally": gov::QueryTallyResultResponse::decode(answer)?.tally.as_ref().map(one_tally) }))
}

fn params(answer: &[u8]) -> Written {
    let answer = gov::QueryParamsResponse::decode(answer)?;
    let all = answer.params.unwrap_or_default();
    #[expect(deprecated, reason = "old clients ask for parts")]
    let (voting, deposits, tallies) = (answer.voting_params, answer.deposit_params, answer.tally_params);
    let deposit = |of: gov::DepositParams| json!({ "min_deposit": coins(&of.min_deposit), "max_deposit_period": period(of.max_deposit_period.as_ref()) });
    let tally = |of: gov::TallyParams| json!({ "quorum": of.quorum, "threshold": of.threshold, "veto_threshold": of.veto_threshold });
    Ok(json!({
        "voting_params": voting.map(|of| json!({ "voting_period": period(of.voting_period.as_ref()) })),
        "deposit_params": deposits.map(deposit),
        "tally_params": tallies.map(tally),
        "params": {
            "min_deposit": coins(&all.min_deposit),
            "max_deposit_period": period(all.max_deposit_period.as_ref()),
            "voting_period": period(all.voting_period.as_ref()),
            "quorum": all.quorum, "threshold": all.threshold, "veto_threshold": all.veto_threshold,
            "min_initial_deposit_ratio": all.min_initial_deposit_ratio,
            "proposal_cancel_ratio": all.proposal_cancel_ratio, "proposal_cancel_dest": all.proposal_cancel_dest,
            "expedited_voting_period": period(all.expedited_voting_period.as_ref()),
            "expedited_threshold": all.expedited_threshold,
            "expedited_min_deposit": coins(&all.expedited_min_deposit),
            "burn_vote_quorum": all.burn_vote_quorum,
            "burn_proposal_deposit_prevote": all.burn_proposal_deposit_prevote,
            "burn_vote_veto": all.burn_vote_veto, "min_deposit_ratio": all.min_deposit_ratio,
        },
    }))
}

fn one_proposal(of: &gov::Proposal) -> Value {
    let messages: Vec<Value> = of.messages.iter().map(any).collect();
    json!({
        "id": of.id.to_string(), "messages": messages, "status": of.status().as_str_name(),
        "final_tally_result": of.final_tally_result.as_ref().map(one_tally),
        "submit_time": moment(of.submit_time.as_ref()), "deposit_end_time": moment(of.deposit_end_time.as_ref()),
        "total_deposit": coins(&of.total_deposit),
        "voting_start_time": moment(of.voting_start_time.as_ref()),
        "voting_end_time": moment(of.voting_end_time.as_ref()),
        "metadata": of.metadata, "title": of.title, "summary": of.summary, "proposer": of.proposer,
        "expedited": of.expedited, "failed_reason": of.failed_reason,
    })
}

fn one_tally(of: &gov::TallyResult) -> Value {
    json!({
        "yes_count": of.yes_count, "abstain_count": of.abstain_count, "no_count": of.no_count,
        "no_with_veto_count": of.no_with_veto_count,
    })
}

fn one_vote(of: &gov::Vote) -> Value {
    json!({
        "proposal_id": of.proposal_id.to_string(), "voter": of.voter, "options": options(&of.options),
        "metadata": of.metadata,
    })
}

/// The shares of a vote.
pub(super) fn options(shares: &[gov::WeightedVoteOption]) -> Value {
    shares.iter().map(|of| json!({ "option": of.option().as_str_name(), "weight": of.weight })).collect()
}

fn one_deposit(of: &gov::Deposit) -> Value {
    json!({ "proposal_id": of.proposal_id.to_string(), "depositor": of.depositor, "amount": coins(&of.amount) })
}

fn moment(of: Option<&Timestamp>) -> Option<String> {
    of.and_then(|of| block::time(nanos(Some(of)))).map(|time| time.to_rfc3339())
}

/// A period as the gateway writes it: `60s`, and `7.500s`.
fn period(of: Option<&Duration>) -> Option<String> {
    let of = of?;
    let part = format!("{:09}", of.nanos);
    let part = part.trim_end_matches("000").trim_end_matches("000").trim_end_matches("000");
    Some(if part.is_empty() { format!("{}s", of.seconds) } else { format!("{}.{part}s", of.seconds) })
}
