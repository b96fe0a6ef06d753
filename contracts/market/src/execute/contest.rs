//! `Contest`: a client doubts a commit that it has signed nothing for.

use cosmwasm_std::{Deps, DepsMut, Env, MessageInfo, Response};
use hearth_schema::audit::Verdict;
use hearth_schema::clock::Moment;
use hearth_schema::event::Typed;
use hearth_schema::market::{Commit, Config, Contested, ProofKind, Receipt};
use hearth_schema::own::Refusal;
use hearth_schema::raw;
use hearth_schema::sign::{BadSignature, PublicKey, Scope};
use hearth_schema::terms::Clocks;
use hearth_schema::unit::{DealId, Seconds};

use crate::error::ContractError;
use crate::execute::finalize::settle;
use crate::sibling;
use crate::state::{COMMITS, load_commit, load_config, load_deal, load_terms, record};

/// With the worker's own receipt for something else the commit fails at once; without one, a point more is drawn.
pub fn contest(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    id: DealId,
    n: u64,
    receipt: Option<Receipt>,
) -> Result<Response, ContractError> {
    let config = load_config(deps.storage)?;
    let deal = load_deal(deps.storage, id)?;
    let mut commit = load_commit(deps.storage, id, n)?;
    if deal.client != info.sender {
        return Err(Refusal::NotAllowed { who: "the deal's client" }.into());
    }
    contestable(&commit, id, n)?;
    let clocks = load_terms(deps.storage, deal.terms)?.clocks;
    let now = Moment::of(&env.block);
    in_time(deps.as_ref(), &config, &commit, &clocks, now)?;
    if let Some(receipt) = &receipt {
        let keys = sibling::keys(deps.as_ref(), &config, deal.node)?;
        let scope = Scope { chain: &env.block.chain_id, market: env.contract.address.as_str(), deal: id };
        refutes(deps.as_ref(), &scope, receipt, &commit, [&deal.worker_key, &keys.worker_key])?;
    }

    commit.contested = Some(now);
    COMMITS.save(deps.storage, (id.0, n), &commit)?;
    record(deps.storage, deal.node, |record| record.contested = record.contested.saturating_add(1))?;
    let contested = Contested { deal: id, n, refuted: receipt.is_some() };
    let response = match receipt {
        Some(_) => settle(deps.storage, &config, (id, n), deal.node, commit, Verdict::Fail)?,
        None => Response::new(),
    };
    Ok(response.add_event(contested.event()))
}

fn contestable(commit: &Commit, deal: DealId, n: u64) -> Result<(), ContractError> {
    if commit.verdict.is_some() {
        return Err(ContractError::Final { deal, n });
    }
    if commit.proof == ProofKind::Voucher {
        return Err(ContractError::NotContestable { reason: "it carries a voucher of your own session key" });
    }
    if commit.contested.is_some() {
        return Err(ContractError::NotContestable { reason: "it is contested already" });
    }
    Ok(())
}

/// Contests are taken until half the draw clock has run since the beacon was stored, and never beyond the audit window.
fn in_time(deps: Deps, config: &Config, commit: &Commit, clocks: &Clocks, now: Moment) -> Result<(), ContractError> {
    let schedule = raw::schedule().query(&deps.querier, &config.audit)?.unwrap_or_default();
    let Some(due) = schedule.round_of(commit.moment.time, clocks) else { return Ok(()) };
    let Some(beacon) = raw::beacon(due.network, due.round).query(&deps.querier, &config.audit)? else { return Ok(()) };
    let window = Seconds(clocks.draw.0 >> 1).min(clocks.audit_window);
    if beacon.stored.later(commit.moment).ran_out(window, now, clocks.block_ms) {
        return Err(ContractError::NotContestable { reason: "its time is over: half the draw clock after the beacon" });
    }
    Ok(())
}

fn refutes(
    deps: Deps,
    scope: &Scope<'_>,
    receipt: &Receipt,
    commit: &Commit,
    keys: [&PublicKey; 2],
) -> Result<(), ContractError> {
    let same = receipt.totals == commit.totals && receipt.root == commit.root;
    if same || receipt.totals.count != commit.totals.count {
        return Err(ContractError::Receipt);
    }
    let digest = scope.receipt(&receipt.leaf, &receipt.totals, &receipt.root);
    let mut signed = Err(BadSignature::Wrong);
    for key in keys {
        signed = signed.or_else(|_| key.verify(deps.api, &digest, &receipt.signature));
    }
    signed.map_err(|reason| ContractError::Signature { field: "receipt", reason })
}
