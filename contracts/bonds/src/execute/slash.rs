//! `Slash`: audit takes a part of a stake, once a fault.

use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response};
use hearth_schema::bonds::{Slash, Slashed};
use hearth_schema::clock::Moment;
use hearth_schema::cw20::ExecuteMsg as Cw20;
use hearth_schema::event::Typed;
use hearth_schema::own::{self, Refusal};
use hearth_schema::unit::{Bps, NodeId};

use crate::card;
use crate::error::ContractError;
use crate::stake::Spoils;
use crate::state::{CONFIG, FAULTS, STAKES, SUMS, load_holding, load_node, save_holding, to_token};

/// The most reporters of a fault.
const MOST_REPORTERS: usize = 16;

/// What audit says.
pub struct Conviction {
    /// The fault's name.
    pub fault: String,
    /// The node.
    pub node: NodeId,
    /// How much of active and unbonding.
    pub bps: Bps,
    /// Who was harmed.
    pub harmed: Option<String>,
    /// Who reported it.
    pub reporters: Vec<String>,
}

/// Cuts a stake, jails its node, burns at least half of what was taken and pays the rest to the harmed and the reporters.
pub fn slash(deps: DepsMut, env: Env, info: MessageInfo, conviction: Conviction) -> Result<Response, ContractError> {
    let config = CONFIG.load(deps.storage)?;
    if config.audit != info.sender {
        return Err(Refusal::NotAllowed { who: "the audit contract" }.into());
    }
    let Conviction { fault, node, bps, harmed, reporters } = conviction;
    card::text("fault", &fault, 1, 128)?;
    if FAULTS.has(deps.storage, &fault) {
        return Err(ContractError::AlreadySlashed { fault });
    }
    if !(1..=Bps::ONE.0).contains(&bps.0) {
        return Err(ContractError::Bps);
    }
    load_node(deps.storage, node)?;
    let harmed = harmed.map(|text| own::address(deps.api, "harmed", &text)).transpose()?;
    own::length("reporters", reporters.len(), 0, MOST_REPORTERS)?;
    own::distinct("reporters", &reporters)?;
    let address = |text: &String| own::address(deps.api, "reporters", text);
    let reporters = reporters.iter().map(address).collect::<Result<Vec<Addr>, _>>()?;
    let mut holding = load_holding(deps.storage, node)?;
    let taken = holding.slash(bps)?;
    let spoils = Spoils::of(taken, harmed.is_some(), reporters.len())?;

    let now = Moment::of(&env.block);
    let mut stake = save_holding(deps.storage, node, &holding)?;
    let until = now.time.plus(config.jail.0)?;
    let jailed_until = stake.jailed_until.map_or(until, |before| before.max(until));
    stake.jailed_until = Some(jailed_until);
    STAKES.save(deps.storage, node.0, &stake)?;
    FAULTS.save(deps.storage, &fault, &Slash { node, taken, burned: spoils.burned, moment: now })?;
    let paid = taken.minus(spoils.burned)?;
    let mut sums = SUMS.may_load(deps.storage)?.unwrap_or_default();
    (sums.burned, sums.paid) = (sums.burned.plus(spoils.burned)?, sums.paid.plus(paid)?);
    SUMS.save(deps.storage, &sums)?;

    let to = |recipient: &Addr, amount| Cw20::Transfer { recipient: recipient.to_string(), amount };
    let burn = (!spoils.burned.is_zero()).then_some(Cw20::Burn { amount: spoils.burned });
    let harmed_gets = harmed.iter().filter(|_| !spoils.harmed.is_zero()).map(|harmed| to(harmed, spoils.harmed));
    let reporters_get = reporters.iter().filter(|_| !spoils.reporter.is_zero()).map(|who| to(who, spoils.reporter));
    let mut response = Response::new();
    for msg in burn.into_iter().chain(harmed_gets).chain(reporters_get) {
        response = response.add_message(to_token(&config, &msg)?);
    }
    let reporters = paid.minus(spoils.harmed)?;
    let slashed = Slashed { node, fault, taken, burned: spoils.burned, harmed: spoils.harmed, reporters, jailed_until };
    Ok(response.add_event(slashed.event()))
}
