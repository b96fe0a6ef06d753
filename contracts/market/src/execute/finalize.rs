//! `Finalize`: audit declares the finality of a commit.

use cosmwasm_std::{DepsMut, MessageInfo, Response, Storage};
use hearth_schema::audit::Verdict;
use hearth_schema::bme::ExecuteMsg as Bme;
use hearth_schema::event::Typed;
use hearth_schema::market::{Commit, Config, Finalized};
use hearth_schema::own::Refusal;
use hearth_schema::unit::{DealId, NodeId};

use crate::error::ContractError;
use crate::sibling;
use crate::state::{AT_RISK, COMMITS, WAITING, load_at_risk, load_commit, load_config, load_deal, record};

/// Stores the verdict and has bme settle or refund.
pub fn finalize(
    deps: DepsMut,
    info: MessageInfo,
    deal: DealId,
    n: u64,
    verdict: Verdict,
) -> Result<Response, ContractError> {
    let config = load_config(deps.storage)?;
    if config.audit != info.sender {
        return Err(Refusal::NotAllowed { who: "the audit contract" }.into());
    }
    let node = load_deal(deps.storage, deal)?.node;
    let commit = load_commit(deps.storage, deal, n)?;
    settle(deps.storage, &config, (deal, n), node, commit, verdict)
}

/// What a verdict does, whoever found it: audit, or the worker's own receipt.
pub fn settle(
    storage: &mut dyn Storage,
    config: &Config,
    (deal, n): (DealId, u64),
    node: NodeId,
    mut commit: Commit,
    verdict: Verdict,
) -> Result<Response, ContractError> {
    if commit.verdict.is_some() {
        return Err(ContractError::Final { deal, n });
    }
    let fee = commit.totals.spent.minus(commit.prev.spent)?;
    let at_risk = load_at_risk(storage, node)?.minus(fee)?;

    commit.verdict = Some(verdict);
    COMMITS.save(storage, (deal.0, n), &commit)?;
    WAITING.remove(storage, (node.0, deal.0, n));
    AT_RISK.save(storage, node.0, &at_risk)?;
    record(storage, node, |record| match verdict {
        Verdict::Pass => {
            record.passed = record.passed.saturating_add(1);
            record.earned = record.earned.plus(fee).unwrap_or(record.earned);
        }
        Verdict::Fail => record.failed = record.failed.saturating_add(1),
    })?;

    let msg = match verdict {
        Verdict::Pass => Bme::Settle { deal, n },
        Verdict::Fail => Bme::Refund { deal, n },
    };
    let finalized = Finalized { deal, n, node, verdict, fee };
    Ok(Response::new().add_message(sibling::to_bme(config, &msg)?).add_event(finalized.event()))
}
