//! Questions about governance.

use cosmos_sdk_proto::cosmos::gov::v1 as gov;
use prost::Message;

use crate::chain::{Chain, Space};
use crate::fault::{Code, Fault, INVALID_REQUEST, KEY_NOT_FOUND, LOGIC, UNKNOWN_REQUEST};
use crate::gov::record::{key, missing};
use crate::gov::tally::nothing;
use crate::node::Node;
use crate::query::page::page;
use crate::query::{read, unknown};

/// Answers a method of the gov module.
pub fn answer(node: &Node, method: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    let chain = &node.chain;
    match method {
        "Proposal" => {
            let asked: gov::QueryProposalRequest = read(data)?;
            let proposal = Some(proposal(chain, asked.proposal_id)?);
            Ok(gov::QueryProposalResponse { proposal }.encode_to_vec())
        }
        "Proposals" => proposals(chain, read(data)?),
        "Vote" => {
            let asked: gov::QueryVoteRequest = read(data)?;
            let place = key::vote(numbered(asked.proposal_id)?, &somebody(chain, "voter", &asked.voter)?);
            let vote = decoded(chain, &place).ok_or_else(|| {
                argument(&format!("voter: {} not found for proposal: {}", asked.voter, asked.proposal_id))
            })?;
            Ok(gov::QueryVoteResponse { vote: Some(vote) }.encode_to_vec())
        }
        "Votes" => {
            let asked: gov::QueryVotesRequest = read(data)?;
            let (votes, pagination) = page(chain.votes(numbered(asked.proposal_id)?), asked.pagination)?;
            Ok(gov::QueryVotesResponse { votes, pagination }.encode_to_vec())
        }
        "Deposit" => {
            let asked: gov::QueryDepositRequest = read(data)?;
            let id = numbered(asked.proposal_id)?;
            let depositor = somebody(chain, "depositor", &asked.depositor)?;
            let place = key::deposit(id, &depositor);
            let deposit = decoded(chain, &place).ok_or_else(|| {
                let place = format!("(\"{}\", \"{}\")", asked.proposal_id, chain.text_of(&depositor));
                missing_as_status(&missing(&place, "Deposit"))
            })?;
            Ok(gov::QueryDepositResponse { deposit: Some(deposit) }.encode_to_vec())
        }
        "Deposits" => {
            let asked: gov::QueryDepositsRequest = read(data)?;
            let (deposits, pagination) = page(chain.deposits(numbered(asked.proposal_id)?), asked.pagination)?;
            Ok(gov::QueryDepositsResponse { deposits, pagination }.encode_to_vec())
        }
        "TallyResult" => {
            let asked: gov::QueryTallyResultRequest = read(data)?;
            let tally = Some(tally(chain, &proposal(chain, asked.proposal_id)?)?);
            Ok(gov::QueryTallyResultResponse { tally }.encode_to_vec())
        }
        "Params" => params(&chain.gov_params()?, &read::<gov::QueryParamsRequest>(data)?.params_type),
        "Constitution" => Ok(gov::QueryConstitutionResponse::default().encode_to_vec()),
        _ => Err(unknown()),
    }
}

fn proposals(chain: &Chain, asked: gov::QueryProposalsRequest) -> Result<Vec<u8>, Fault> {
    let mut all = chain.proposals();
    // An address is looked at when there is a proposal to look for.
    let bytes = |text: &str| {
        let named = !text.is_empty() && !all.is_empty();
        named.then(|| chain.addresses().coded(text).map_err(|words| internal(&words))).transpose()
    };
    let (voter, depositor) = (bytes(&asked.voter)?, bytes(&asked.depositor)?);
    let status = gov::ProposalStatus::try_from(asked.proposal_status).ok();
    let status = status.filter(|status| *status != gov::ProposalStatus::Unspecified);
    let is_there = |place: Vec<u8>| chain.peek(Space::Gov, &place).is_some();
    all.retain(|(_, proposal)| {
        status.is_none_or(|status| status == proposal.status())
            && voter.as_ref().is_none_or(|voter| is_there(key::vote(proposal.id, voter)))
            && depositor.as_ref().is_none_or(|depositor| is_there(key::deposit(proposal.id, depositor)))
    });
    let (proposals, pagination) = page(all, asked.pagination)?;
    Ok(gov::QueryProposalsResponse { proposals, pagination }.encode_to_vec())
}

fn proposal(chain: &Chain, id: u64) -> Result<gov::Proposal, Fault> {
    chain.proposal(numbered(id)?)?.ok_or_else(|| {
        let words = format!("proposal {id} doesn't exist");
        KEY_NOT_FOUND.bare().as_status(Code::NotFound, &words)
    })
}

fn tally(chain: &Chain, proposal: &gov::Proposal) -> Result<gov::TallyResult, Fault> {
    match proposal.status() {
        gov::ProposalStatus::DepositPeriod => Ok(nothing()),
        gov::ProposalStatus::VotingPeriod => Ok(chain.tally(proposal)?.tally),
        _ => Ok(proposal.final_tally_result.clone().unwrap_or_default()),
    }
}

/// The parameters; beside them, as old clients ask for them, a part.
fn params(params: &gov::Params, part: &str) -> Result<Vec<u8>, Fault> {
    let mut answer = gov::QueryParamsResponse { params: Some(params.clone()), ..Default::default() };
    #[expect(deprecated, reason = "old clients ask for parts")]
    match part {
        "" => {}
        "deposit" => {
            let (min_deposit, max_deposit_period) = (params.min_deposit.clone(), params.max_deposit_period);
            answer.deposit_params = Some(gov::DepositParams { min_deposit, max_deposit_period });
        }
        "voting" => answer.voting_params = Some(gov::VotingParams { voting_period: params.voting_period }),
        "tallying" => {
            let (quorum, threshold) = (params.quorum.clone(), params.threshold.clone());
            let veto_threshold = params.veto_threshold.clone();
            answer.tally_params = Some(gov::TallyParams { quorum, threshold, veto_threshold });
        }
        _ => return Err(argument(&format!("unknown params type: {part}"))),
    }
    Ok(answer.encode_to_vec())
}

fn decoded<M: Message + Default>(chain: &Chain, place: &[u8]) -> Option<M> {
    M::decode(chain.peek(Space::Gov, place)?.as_slice()).ok()
}

fn numbered(id: u64) -> Result<u64, Fault> {
    if id == 0 { Err(argument("proposal id can not be 0")) } else { Ok(id) }
}

fn somebody(chain: &Chain, who: &str, address: &str) -> Result<Vec<u8>, Fault> {
    if address.is_empty() {
        return Err(argument(&format!("empty {who} address")));
    }
    chain.addresses().coded(address).map_err(|words| Fault::unregistered(&LOGIC, words))
}

fn argument(words: &str) -> Fault {
    INVALID_REQUEST.bare().as_status(Code::InvalidArgument, words)
}

fn internal(words: &str) -> Fault {
    UNKNOWN_REQUEST.bare().as_status(Code::Internal, words)
}

fn missing_as_status(fault: &Fault) -> Fault {
    let Fault::Refused(refusal) = fault else { return KEY_NOT_FOUND.bare() };
    KEY_NOT_FOUND.bare().as_status(Code::NotFound, &refusal.log)
}
