//! `Commit`: the worker commits to what a deal has counted.

use cosmwasm_std::{Deps, DepsMut, Empty, Env, MessageInfo, Response};
use hearth_schema::bme::ExecuteMsg as Bme;
use hearth_schema::charge;
use hearth_schema::clock::Moment;
use hearth_schema::digest::Digest;
use hearth_schema::event::Typed;
use hearth_schema::leaf::{Totals, Weights};
use hearth_schema::market::{Commit, Committed, Config, Deal, Kind, Product, Proof, ProofKind, Reason};
use hearth_schema::own::Refusal;
use hearth_schema::sign::Scope;
use hearth_schema::unit::{DealId, Seconds, TokenAmount, Usd};

use crate::error::ContractError;
use crate::execute::end::end;
use crate::meter::Meter;
use crate::state::{COMMITS, DEALS, WAITING, load_class, load_commit, load_config, load_deal, load_terms};
use crate::{life, sibling};

/// What a worker commits to.
pub struct Statement {
    /// Which commit of the deal it is to be.
    pub n: u64,
    /// What the deal has counted.
    pub totals: Totals,
    /// The root over all its leaves.
    pub root: Digest,
    /// Why the client owes it.
    pub proof: Proof,
}

/// Stores the next commit of a deal and charges it; what is stored already changes nothing.
pub fn commit(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    id: DealId,
    statement: Statement,
) -> Result<Response, ContractError> {
    let Statement { n, totals, root, proof } = statement;
    let config = load_config(deps.storage)?;
    let mut deal = load_deal(deps.storage, id)?;
    let keys = sibling::keys(deps.as_ref(), &config, deal.node)?;
    if keys.worker != info.sender {
        return Err(Refusal::NotAllowed { who: "the node's worker" }.into());
    }
    if n != 0 && n <= deal.n {
        let stored = load_commit(deps.storage, id, n)?;
        let same = stored.totals == totals && stored.root == root && stored.proof == kind(&proof);
        return if same { Ok(Response::new()) } else { Err(ContractError::CommitDiffers { n }) };
    }
    let next = DealId(deal.n).next()?.0;
    if n != next {
        return Err(ContractError::CommitOrder { next, n });
    }
    if let Some(reason) = deal.ended {
        return Err(ContractError::DealEnded { deal: id, reason });
    }
    let terms = load_terms(deps.storage, deal.terms)?;
    let now = Moment::of(&env.block);
    if let Some(reason) = life::over(&deal, &terms.clocks, now) {
        return Err(ContractError::TooLate { reason });
    }
    let scope = Scope { chain: &env.block.chain_id, market: env.contract.address.as_str(), deal: id };
    let weights = weights(deps.as_ref(), &deal)?;
    let meter = Meter { scope, terms: &terms, weights, now: now.time };
    let (proof, voucher_seq) = meter.accept(deps.api, &deal, &totals, &root, &proof)?;
    let fee = totals.spent.minus(deal.totals.spent)?;
    let (bond, short) = afford(deps.as_ref(), &config, id, &deal, fee, now.time)?;

    let prev = deal.totals;
    let commit = Commit { prev, totals, root, proof, moment: now, bond, contested: None, verdict: None };
    COMMITS.save(deps.storage, (id.0, n), &commit)?;
    WAITING.save(deps.storage, (deal.node.0, id.0, n), &Empty {})?;
    (deal.n, deal.totals, deal.voucher_seq) = (n, totals, voucher_seq);
    let response = Response::new().add_message(sibling::to_bme(&config, &Bme::Charge { deal: id, n, fee })?).add_event(
        Committed { deal: id, n, node: deal.node, proof, count: totals.count, spent: totals.spent, root }.event(),
    );
    match after(&deal, short) {
        Some(reason) => end(deps.storage, &config, id, deal, reason, response),
        None => {
            DEALS.save(deps.storage, id.0, &deal)?;
            Ok(response)
        }
    }
}

const fn kind(proof: &Proof) -> ProofKind {
    match proof {
        Proof::Voucher { .. } => ProofKind::Voucher,
        Proof::Bearer(_) => ProofKind::Bearer,
        Proof::Job => ProofKind::Job,
    }
}

/// Why a commit was a deal's last.
fn after(deal: &Deal, short: bool) -> Option<Reason> {
    let done = matches!(deal.kind, Kind::Job { .. }) || deal.totals.spent == deal.max_spend;
    if short {
        return Some(Reason::Exhausted);
    }
    done.then_some(Reason::Done)
}

fn weights(deps: Deps, deal: &Deal) -> Result<Weights, ContractError> {
    match load_class(deps.storage, deal.class)?.product {
        Product::Inference { weights, .. } => Ok(weights),
        Product::Time { .. } => Err(ContractError::TimeNotSold { class: deal.class }),
    }
}

/// What the node's stake is worth now, and whether the escrow is short of this fee: as bme will see it when it charges.
/// Without a fresh price the charge waits, and what an earlier one lacked shows in the escrow.
fn afford(
    deps: Deps,
    config: &Config,
    id: DealId,
    deal: &Deal,
    fee: Usd,
    now: Seconds,
) -> Result<(Usd, bool), ContractError> {
    let Some(quote) = sibling::quote(deps, config)? else { return Ok((Usd::ZERO, false)) };
    let bond = sibling::worth(config, &sibling::stake(deps, config, deal.node)?, &quote, now);
    let escrow = sibling::escrow(deps, config, id)?;
    let (held, lacked) = escrow.map_or((TokenAmount::ZERO, false), |escrow| (escrow.amount.tokens(), escrow.short));
    let short = quote.is_fresh(now, config.fresh) && charge::tokens(fee, quote.last, config.decimals, held)?.short;
    Ok((bond, short || lacked))
}
