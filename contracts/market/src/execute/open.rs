//! A deal is opened: what Take and Sweep have in common.

use cosmwasm_std::{Addr, DepsMut, Empty, Env, Response, StdResult};
use hearth_schema::bme::{ExecuteMsg as Bme, Quote};
use hearth_schema::clock::Moment;
use hearth_schema::event::Typed;
use hearth_schema::market::{Bid, Config, Deal, Kind, Taken};
use hearth_schema::terms::Terms;
use hearth_schema::unit::{Asset, DealId, NodeId, OfferId, Price, Seconds, Usd};

use crate::book::{self, Now, Offer};
use crate::error::ContractError;
use crate::sibling;
use crate::state::{
    AT_RISK, DEALS, LAST_DEAL, LIVE, OF_CLIENT, OWNERSHIP, load_at_risk, load_config, load_terms, next, record, rest,
};

/// What a take looks at.
pub struct Taker {
    /// How the market was made.
    pub config: Config,
    /// The time, and the terms in force.
    pub now: Now,
    /// What those terms say.
    pub terms: Terms,
    /// The token's fresh price.
    pub quote: Quote,
}

/// An offer that fills a bid.
pub struct Fill {
    /// Its number.
    pub id: OfferId,
    /// What it is.
    pub offer: Offer,
    /// Its price.
    pub price: Price,
    /// What its node answers for, with the new deal.
    pub at_risk: Usd,
}

impl Taker {
    /// Loads what every take looks at, and checks the bid.
    pub fn load(deps: &DepsMut, env: &Env, bid: &Bid) -> Result<Self, ContractError> {
        OWNERSHIP.load(deps.storage)?.running()?;
        let config = load_config(deps.storage)?;
        let time = Seconds(env.block.time.seconds());
        if bid.terms != config.terms {
            return Err(ContractError::TermsChanged { current: config.terms, named: bid.terms });
        }
        if bid.asset != Asset::Token {
            return Err(ContractError::AssetNotListed { asset: bid.asset });
        }
        if bid.max_spend.is_zero() {
            return Err(ContractError::Bid { field: "max_spend", bounds: "above 0" });
        }
        if bid.expires_at < time.plus(book::SHORTEST_LIFE.0)? {
            return Err(ContractError::Bid { field: "expires_at", bounds: "at least 60 s ahead" });
        }
        bid.session_key.check().map_err(|reason| ContractError::Signature { field: "session_key", reason })?;
        let quote = sibling::fresh_quote(deps.as_ref(), &config, time)?;
        let terms = load_terms(deps.storage, config.terms)?;
        Ok(Self { now: Now { time, terms: config.terms }, config, terms, quote })
    }

    /// Whether this offer fills the bid, its node's stake with it.
    pub fn fill(
        &self,
        deps: &DepsMut,
        id: OfferId,
        offer: Offer,
        bid: &Bid,
        limit: Price,
    ) -> Result<Fill, ContractError> {
        let price = offer.fits(id, bid, limit, self.now)?;
        let at_risk = load_at_risk(deps.storage, offer.node)?;
        let bond = self.bond(deps, offer.node)?;
        let at_risk = book::covers(offer.node, at_risk, bid.max_spend, bond)?;
        Ok(Fill { id, offer, price, at_risk })
    }

    /// What a node's stake is worth.
    pub fn bond(&self, deps: &DepsMut, node: NodeId) -> StdResult<Usd> {
        let stake = sibling::stake(deps.as_ref(), &self.config, node)?;
        Ok(sibling::worth(&self.config, &stake, &self.quote, self.now.time))
    }

    /// Opens the deal, with every term copied into it.
    pub fn open(self, deps: DepsMut, env: Env, client: Addr, fill: Fill, bid: Bid) -> Result<Response, ContractError> {
        let Fill { id, mut offer, price, at_risk } = fill;
        let keys = sibling::keys(deps.as_ref(), &self.config, offer.node)?;
        let request = match bid.kind {
            Kind::Job { request } => Some(request),
            Kind::Session => None,
        };

        let deal = DealId(next(deps.storage, &LAST_DEAL)?);
        offer.used = offer.used.saturating_add(1);
        rest(deps.storage, id, &offer)?;
        AT_RISK.save(deps.storage, offer.node.0, &at_risk)?;
        LIVE.save(deps.storage, (offer.node.0, deal.0), &Empty {})?;
        OF_CLIENT.save(deps.storage, (&client, deal.0), &Empty {})?;
        record(deps.storage, offer.node, |record| record.opened = record.opened.saturating_add(1))?;
        let opened = Deal {
            client: client.clone(),
            node: offer.node,
            payee: keys.owner.clone(),
            offer: id,
            class: offer.class,
            price,
            asset: bid.asset,
            max_spend: bid.max_spend,
            kind: bid.kind,
            session_key: bid.session_key,
            worker_key: keys.worker_key,
            expires_at: bid.expires_at,
            opened: Moment::of(&env.block),
            terms: bid.terms,
            n: 0,
            totals: Default::default(),
            voucher_seq: 0,
            closing: None,
            ended: None,
        };
        DEALS.save(deps.storage, deal.0, &opened)?;

        let lock = Bme::Lock {
            deal,
            client: client.to_string(),
            payee: keys.owner.into_string(),
            asset: bid.asset,
            max_spend: bid.max_spend,
            split: self.terms.split,
        };
        let taken = Taken {
            deal,
            offer: id,
            node: offer.node,
            worker: keys.worker,
            client,
            class: offer.class,
            price,
            max_spend: bid.max_spend,
            expires_at: bid.expires_at,
            request,
        };
        Ok(Response::new().add_message(sibling::to_bme(&self.config, &lock)?).add_event(taken.event()))
    }
}
