//! What is asked of governance, and of what it changes.

use cosmos_sdk_proto::cosmos::bank::v1beta1::{QueryAllBalancesRequest, QuerySupplyOfRequest};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmos::gov::v1::{
    QueryConstitutionRequest, QueryDepositRequest, QueryDepositsRequest, QueryParamsRequest, QueryProposalRequest,
    QueryProposalsRequest, QueryTallyResultRequest, QueryVoteRequest, QueryVotesRequest,
};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QueryCodesRequest, QueryContractHistoryRequest, QueryContractInfoRequest, QueryContractsByCodeRequest,
    QueryContractsByCreatorRequest, QueryParamsRequest as QueryWasmParams, QueryPinnedCodesRequest,
};

use super::governor;
use crate::parrot::Parrot;
use crate::twin::Twin;

fn path(method: &str) -> String {
    format!("/cosmos.gov.v1.Query/{method}")
}

fn first(limit: u64, count_total: bool, reverse: bool) -> Option<PageRequest> {
    Some(PageRequest { limit, count_total, reverse, ..PageRequest::default() })
}

/// All that can be asked about one proposal, and about none.
pub(crate) fn about(twin: &mut Twin, when: &str, of: u64) {
    let (ann, ben, voter) = (twin.known(0), twin.known(1), twin.voter());
    for proposal_id in [of, 0, 999] {
        let mut case = |what: &str| {
            twin.case(&format!("{what} of {proposal_id} {when}"));
        };
        case("what is known");
        twin.query(&path("Proposal"), &QueryProposalRequest { proposal_id });
        twin.query(&path("TallyResult"), &QueryTallyResultRequest { proposal_id });
        twin.case(&format!("the votes of {proposal_id} {when}"));
        for who in [&ann, &ben, &voter, &"nobody".to_owned(), &String::new()] {
            twin.query(&path("Vote"), &QueryVoteRequest { proposal_id, voter: who.clone() });
        }
        for pagination in [None, first(1, true, false), first(1, false, true)] {
            twin.query(&path("Votes"), &QueryVotesRequest { proposal_id, pagination });
        }
        twin.case(&format!("the deposits of {proposal_id} {when}"));
        for who in [&ann, &ben, &voter, &"nobody".to_owned(), &String::new()] {
            twin.query(&path("Deposit"), &QueryDepositRequest { proposal_id, depositor: who.clone() });
        }
        for pagination in [None, first(1, true, false), first(1, false, true)] {
            twin.query(&path("Deposits"), &QueryDepositsRequest { proposal_id, pagination });
        }
    }
}

/// All proposals, the parameters, and what governance may have changed.
pub(crate) fn all(twin: &mut Twin, when: &str, parrots: &[&Parrot]) {
    let (ann, ben) = (twin.known(0), twin.known(1));
    twin.case(&format!("all proposals {when}"));
    for (proposal_status, voter, depositor, pagination) in [
        (0, "", "", None),
        (0, "", "", first(3, true, false)),
        (0, "", "", first(3, false, true)),
        (2, "", "", None),
        (3, "", "", first(2, true, false)),
        (9, "", "", None),
        (0, ben.as_str(), "", None),
        (0, "", ann.as_str(), None),
        (0, "nobody", "", None),
    ] {
        let (voter, depositor) = (voter.to_owned(), depositor.to_owned());
        let asked = QueryProposalsRequest { proposal_status, voter, depositor, pagination };
        twin.query(&path("Proposals"), &asked);
    }
    twin.case(&format!("the parameters of governance {when}"));
    for params_type in ["", "deposit", "voting", "tallying", "nothing"] {
        twin.query(&path("Params"), &QueryParamsRequest { params_type: params_type.to_owned() });
    }
    twin.query(&path("Constitution"), &QueryConstitutionRequest {});
    twin.case(&format!("coins {when}"));
    for address in [&ann, &ben, &governor()] {
        let asked = QueryAllBalancesRequest { address: address.clone(), pagination: None, resolve_denom: false };
        twin.query("/cosmos.bank.v1beta1.Query/AllBalances", &asked);
    }
    twin.query("/cosmos.bank.v1beta1.Query/SupplyOf", &QuerySupplyOfRequest { denom: "ucosm".to_owned() });
    contracts(twin, when, parrots);
}

fn contracts(twin: &mut Twin, when: &str, parrots: &[&Parrot]) {
    let path = |method: &str| format!("/cosmwasm.wasm.v1.Query/{method}");
    twin.case(&format!("codes and contracts {when}"));
    twin.query(&path("Codes"), &QueryCodesRequest { pagination: None });
    for pagination in [None, first(1, false, false), first(1, false, true)] {
        twin.query(&path("PinnedCodes"), &QueryPinnedCodesRequest { pagination });
    }
    twin.query(&path("Params"), &QueryWasmParams {});
    let asked = QueryContractsByCreatorRequest { creator_address: governor(), pagination: None };
    twin.query(&path("ContractsByCreator"), &asked);
    for parrot in parrots {
        let (address, code_id) = (parrot.address.clone(), parrot.code);
        twin.query(&path("ContractInfo"), &QueryContractInfoRequest { address: address.clone() });
        twin.query(&path("ContractHistory"), &QueryContractHistoryRequest { address, pagination: None });
        twin.query(&path("ContractsByCode"), &QueryContractsByCodeRequest { code_id, pagination: None });
    }
}
