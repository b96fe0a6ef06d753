//! What the market answers.

use cosmwasm_std::{Deps, Env, Order, StdResult};
use cw_storage_plus::Bound;
use hearth_schema::market::{
    AtRisk, ClassAnswer, Commit, CommitAnswer, Config, DealAnswer, Duties, Duty, Level, Model, OfferAnswer, Place,
    Record, TermsAnswer,
};
use hearth_schema::own::{self, Ownership};
use hearth_schema::price::Tick;
use hearth_schema::raw;
use hearth_schema::unit::{ClassId, DealId, ModelId, NodeId, OfferId, Seconds, Usd};

use crate::book::{Offer, Wanted};
use crate::error::ContractError;
use crate::sibling;
use crate::state::{
    ASKS, CLASSES, COMMITS, LIVE, MODELS, OF_CLIENT, OFFER_OF, OWNERSHIP, RECORDS, WAITING, load_at_risk, load_class,
    load_commit, load_config, load_deal, load_offer, load_terms,
};

/// What a list holds where nothing else is asked, and at most.
const LIMIT: u32 = 30;
const MOST: u32 = 100;

fn page(limit: Option<u32>) -> usize {
    usize::try_from(limit.unwrap_or(LIMIT).min(MOST)).unwrap_or_default()
}

/// How the contract was made.
pub fn config(deps: Deps) -> Result<Config, ContractError> {
    Ok(load_config(deps.storage)?)
}

/// Who owns it.
pub fn ownership(deps: Deps) -> Result<Ownership, ContractError> {
    Ok(OWNERSHIP.load(deps.storage)?)
}

/// A version of the terms.
pub fn terms(deps: Deps, version: Option<u32>) -> Result<TermsAnswer, ContractError> {
    let version = match version {
        Some(version) => version,
        None => load_config(deps.storage)?.terms,
    };
    Ok(TermsAnswer { version, terms: load_terms(deps.storage, version)? })
}

/// A model.
pub fn model(deps: Deps, model: ModelId) -> Result<Model, ContractError> {
    MODELS.may_load(deps.storage, model.0)?.ok_or(ContractError::UnknownModel { model })
}

/// The models.
pub fn models(deps: Deps, start_after: Option<ModelId>, limit: Option<u32>) -> Result<Vec<Model>, ContractError> {
    let start = start_after.map(|model| Bound::exclusive(model.0));
    let models = MODELS.range(deps.storage, start, None, Order::Ascending);
    Ok(models.take(page(limit)).map(|model| model.map(|(_, model)| model)).collect::<StdResult<_>>()?)
}

/// A class.
pub fn class(deps: Deps, class: ClassId) -> Result<ClassAnswer, ContractError> {
    Ok(ClassAnswer { id: class, class: load_class(deps.storage, class)? })
}

/// The classes.
pub fn classes(
    deps: Deps,
    start_after: Option<ClassId>,
    limit: Option<u32>,
) -> Result<Vec<ClassAnswer>, ContractError> {
    let start = start_after.map(|class| Bound::exclusive(class.0));
    let classes = CLASSES.range(deps.storage, start, None, Order::Ascending);
    let answer = |(id, class)| ClassAnswer { id: ClassId(id), class };
    Ok(classes.take(page(limit)).map(|class| class.map(answer)).collect::<StdResult<_>>()?)
}

/// The offers with free slots, the best first.
pub fn book(
    deps: Deps,
    class: ClassId,
    start_after: Option<Place>,
    limit: Option<u32>,
) -> Result<Vec<OfferAnswer>, ContractError> {
    let start = start_after.map(|place| Bound::exclusive((place.tick.0, place.seq.0)));
    let asks = ASKS.sub_prefix(class.0).range(deps.storage, start, None, Order::Ascending);
    asks.take(page(limit)).map(|ask| offer(deps, OfferId(ask?.1))).collect()
}

/// What is for sale at each price.
pub fn depth(deps: Deps, class: ClassId, limit: Option<u32>) -> Result<Vec<Level>, ContractError> {
    let asks = ASKS.sub_prefix(class.0).range(deps.storage, None, None, Order::Ascending);
    let mut levels: Vec<Level> = Vec::new();
    for ask in asks.take(page(limit)) {
        let ((tick, _), id) = ask?;
        let free = u64::from(load_offer(deps.storage, OfferId(id))?.free());
        match levels.last_mut() {
            Some(level) if level.tick == Tick(tick) => {
                level.offers = level.offers.saturating_add(1);
                level.free = level.free.saturating_add(free);
            }
            _ => levels.push(Level { tick: Tick(tick), price: Tick(tick).price()?, offers: 1, free }),
        }
    }
    Ok(levels)
}

/// An offer.
pub fn offer(deps: Deps, offer: OfferId) -> Result<OfferAnswer, ContractError> {
    let stored = load_offer(deps.storage, offer)?;
    let free = stored.free();
    let Offer { node, class, seq, wanted, .. } = stored;
    let Wanted { tick, slots, min_spend, max_spend, max_life, expires_at, terms } = wanted;
    let price = tick.price()?;
    Ok(OfferAnswer {
        offer,
        seq,
        node,
        class,
        tick,
        price,
        slots,
        free,
        min_spend,
        max_spend,
        max_life,
        expires_at,
        terms,
    })
}

/// A node's offers.
pub fn offers(
    deps: Deps,
    node: NodeId,
    start_after: Option<ClassId>,
    limit: Option<u32>,
) -> Result<Vec<OfferAnswer>, ContractError> {
    let start = start_after.map(|class| Bound::exclusive(class.0));
    let offers = OFFER_OF.prefix(node.0).range(deps.storage, start, None, Order::Ascending);
    offers.take(page(limit)).map(|entry| offer(deps, OfferId(entry?.1))).collect()
}

/// A deal.
pub fn deal(deps: Deps, deal: DealId) -> Result<DealAnswer, ContractError> {
    Ok(DealAnswer { id: deal, deal: load_deal(deps.storage, deal)? })
}

/// A client's deals, the newest first.
pub fn deals(
    deps: Deps,
    client: &str,
    start_before: Option<DealId>,
    limit: Option<u32>,
) -> Result<Vec<DealAnswer>, ContractError> {
    let client = own::address(deps.api, "client", client)?;
    let end = start_before.map(|deal| Bound::exclusive(deal.0));
    let deals = OF_CLIENT.prefix(&client).keys(deps.storage, None, end, Order::Descending);
    deals.take(page(limit)).map(|id| deal(deps, DealId(id?))).collect()
}

/// A commit.
pub fn commit(deps: Deps, deal: DealId, n: u64) -> Result<Commit, ContractError> {
    load_commit(deps.storage, deal, n)
}

/// A deal's commits.
pub fn commits(
    deps: Deps,
    deal: DealId,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> Result<Vec<CommitAnswer>, ContractError> {
    let commits = COMMITS.prefix(deal.0).range(deps.storage, start_after.map(Bound::exclusive), None, Order::Ascending);
    let answer = |(n, commit)| CommitAnswer { n, commit };
    Ok(commits.take(page(limit)).map(|commit| commit.map(answer)).collect::<StdResult<_>>()?)
}

/// What a worker has to do.
pub fn duties(
    deps: Deps,
    worker: &str,
    deals_after: Option<DealId>,
    commits_after: Option<(DealId, u64)>,
    limit: Option<u32>,
) -> Result<Duties, ContractError> {
    let config = load_config(deps.storage)?;
    let worker = own::address(deps.api, "worker", worker)?;
    let node = raw::worker(&worker).query(&deps.querier, &config.bonds)?.ok_or(ContractError::UnknownWorker)?;
    let schedule = raw::schedule().query(&deps.querier, &config.audit)?.unwrap_or_default();

    let start = deals_after.map(|deal| Bound::exclusive(deal.0));
    let live = LIVE.prefix(node.0).keys(deps.storage, start, None, Order::Ascending);
    let deals = live.take(page(limit)).map(|id| deal(deps, DealId(id?))).collect::<Result<_, _>>()?;
    let start = commits_after.map(|(deal, n)| Bound::exclusive((deal.0, n)));
    let waiting = WAITING.sub_prefix(node.0).keys(deps.storage, start, None, Order::Ascending);
    let duty = |key: StdResult<(u64, u64)>| {
        let (deal, n) = key?;
        let commit = load_commit(deps.storage, DealId(deal), n)?;
        let terms = load_terms(deps.storage, load_deal(deps.storage, DealId(deal))?.terms)?;
        let due = schedule.round_of(commit.moment.time, &terms.clocks);
        Ok::<_, ContractError>(Duty { deal: DealId(deal), n, due, commit })
    };
    let commits = waiting.take(page(limit)).map(duty).collect::<Result<_, _>>()?;
    Ok(Duties { node, deals, commits })
}

/// What a node's stake has to answer for.
pub fn at_risk(deps: Deps, env: &Env, node: NodeId) -> Result<AtRisk, ContractError> {
    let config = load_config(deps.storage)?;
    let now = Seconds(env.block.time.seconds());
    let stake = sibling::stake(deps, &config, node)?;
    let quote = sibling::quote(deps, &config)?.filter(|quote| quote.is_fresh(now, config.fresh));
    let bond = quote.map_or(Usd::ZERO, |quote| sibling::worth(&config, &stake, &quote, now));
    Ok(AtRisk { at_risk: load_at_risk(deps.storage, node)?, bond })
}

/// How a node's deals and commits have ended.
pub fn record(deps: Deps, node: NodeId) -> Result<Record, ContractError> {
    Ok(RECORDS.may_load(deps.storage, node.0)?.unwrap_or_default())
}
