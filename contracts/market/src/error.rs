//! What the market refuses, each with its stable code, its field and the remedy.

use cosmwasm_std::StdError;
use hearth_schema::market::Reason;
use hearth_schema::own::Refusal;
use hearth_schema::price::OffGrid;
use hearth_schema::sign::BadSignature;
use hearth_schema::terms::OutOfBounds;
use hearth_schema::unit::{ClassId, DealId, ModelId, NodeId, OfferId, OutOfRange, Price, Seconds, Usd};
use thiserror::Error;

use crate::meter::Unmetered;

/// What the market refuses.
#[derive(Error, Debug)]
pub enum ContractError {
    /// What any contract of the suite refuses.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// A model that is not there.
    #[error("market/unknown-model: there is no model {model}; query models")]
    UnknownModel {
        /// Which.
        model: ModelId,
    },
    /// A model whose digest another one has.
    #[error("market/model-exists: model {model} has this digest already; use it")]
    ModelExists {
        /// Which.
        model: ModelId,
    },
    /// A class that is not there.
    #[error("market/unknown-class: there is no class {class}; query classes")]
    UnknownClass {
        /// Which.
        class: ClassId,
    },
    /// A product that another class sells.
    #[error("market/class-exists: class {class} sells this product; use it")]
    ClassExists {
        /// Which.
        class: ClassId,
    },
    /// A product that cannot be sold so.
    #[error("market/product: {field} has to be {bounds}")]
    Product {
        /// What of it.
        field: &'static str,
        /// What it may be.
        bounds: &'static str,
    },
    /// Time is not sold yet.
    #[error("market/time-not-sold: class {class} sells time, which cannot be offered yet; choose an inference class")]
    TimeNotSold {
        /// Which class.
        class: ClassId,
    },
    /// A node that is not there.
    #[error("market/unknown-node: there is no node {node} in bonds; add it there first")]
    UnknownNode {
        /// Which.
        node: NodeId,
    },
    /// A node whose stake is worth too little, or nothing in jail.
    #[error("market/unbacked: the stake of node {node} is worth less than min_spend or {floor}; bond tokens, or wait for the end of its jail", floor = crate::book::FLOOR)]
    Unbacked {
        /// Which.
        node: NodeId,
    },
    /// A node that has an offer in this class.
    #[error("market/offer-exists: the node has offer {offer} in this class; amend it instead")]
    OfferExists {
        /// Which.
        offer: OfferId,
    },
    /// An offer that is not there.
    #[error("market/unknown-offer: offer {offer} is not there; it was cancelled or pruned")]
    UnknownOffer {
        /// Which.
        offer: OfferId,
    },
    /// A price that the grid does not have.
    #[error("market/off-grid: {0}; use a price of three significant digits")]
    OffGrid(#[from] OffGrid),
    /// An offer that nobody could take.
    #[error("market/offer-bounds: {field} is {value}: it has to be {bounds}")]
    OfferBounds {
        /// Which field.
        field: &'static str,
        /// What it is.
        value: String,
        /// What it may be.
        bounds: String,
    },
    /// An amendment that changes nothing.
    #[error("market/nothing-changed: the amendment leaves offer {offer} as it is; name what to change")]
    NothingChanged {
        /// Which offer.
        offer: OfferId,
    },
    /// Another version of the terms is in force.
    #[error(
        "market/terms-changed: the terms in force are version {current}, not {named}; read them, then name that version"
    )]
    TermsChanged {
        /// What is in force.
        current: u32,
        /// What was named.
        named: u32,
    },
    /// A version of the terms that was never published.
    #[error("market/unknown-terms: there are no terms of version {version}; query terms")]
    UnknownTerms {
        /// Which.
        version: u32,
    },
    /// No fresh price of the token.
    #[error(
        "market/price-stale: the token's price is older than {fresh} s; nothing is taken until a source posts a new one"
    )]
    PriceStale {
        /// How old it may be.
        fresh: Seconds,
    },
    /// An asset that is not accepted.
    #[error("market/asset-not-listed: {asset} is not accepted; pay with the token")]
    AssetNotListed {
        /// Which.
        asset: hearth_schema::unit::Asset,
    },
    /// A bid that no offer could fill.
    #[error("market/bid: {field} has to be {bounds}")]
    Bid {
        /// What of it.
        field: &'static str,
        /// What it may be.
        bounds: &'static str,
    },
    /// The offer has changed since it was seen.
    #[error("market/offer-changed: offer {offer} is not the one you saw; read the book again")]
    OfferChanged {
        /// Which.
        offer: OfferId,
    },
    /// The offer's time is over, or its terms are.
    #[error("market/offer-expired: offer {offer} has expired or stands under old terms; read the book again")]
    OfferExpired {
        /// Which.
        offer: OfferId,
    },
    /// The offer has no free slot.
    #[error("market/offer-full: offer {offer} has no free slot; name another, or wait")]
    OfferFull {
        /// Which.
        offer: OfferId,
    },
    /// The offer is dearer than the limit.
    #[error("market/above-limit: offer {offer} asks {price}, above your limit; raise it, or name another")]
    AboveLimit {
        /// Which.
        offer: OfferId,
        /// Its price.
        price: Price,
    },
    /// The bid's max_spend is not within the offer's.
    #[error("market/spend-bounds: offer {offer} takes deals from {min} to {max}; change max_spend")]
    SpendBounds {
        /// Which.
        offer: OfferId,
        /// The least.
        min: Usd,
        /// The most.
        max: Usd,
    },
    /// The bid's life is longer than the offer's.
    #[error("market/life-bounds: offer {offer} takes deals of at most {max} s; bring expires_at forward")]
    LifeBounds {
        /// Which.
        offer: OfferId,
        /// The longest.
        max: Seconds,
    },
    /// The stake behind the offer does not cover the deal.
    #[error(
        "market/bond-too-small: the stake of node {node} is worth {bond} and answers for {at_risk} already; spend less, or name another offer"
    )]
    BondTooSmall {
        /// Which node.
        node: NodeId,
        /// What its stake is worth.
        bond: Usd,
        /// What it answers for.
        at_risk: Usd,
    },
    /// None of several offers could be taken.
    #[error("market/none-taken: no offer could be taken: {reasons}")]
    NoneTaken {
        /// Why not, each.
        reasons: String,
    },
    /// A deal that is not there.
    #[error("market/unknown-deal: there is no deal {deal}; query deals")]
    UnknownDeal {
        /// Which.
        deal: DealId,
    },
    /// A deal that has ended.
    #[error("market/deal-ended: deal {deal} has ended ({reason}); open another")]
    DealEnded {
        /// Which.
        deal: DealId,
        /// Why.
        reason: Reason,
    },
    /// A commit that is not there.
    #[error("market/unknown-commit: deal {deal} has no commit {n}; query commits")]
    UnknownCommit {
        /// The deal.
        deal: DealId,
        /// Which.
        n: u64,
    },
    /// A commit out of its order.
    #[error("market/commit-order: the next commit of the deal is {next}, not {n}")]
    CommitOrder {
        /// What is next.
        next: u64,
        /// What came.
        n: u64,
    },
    /// Another commit under a number that is taken.
    #[error(
        "market/commit-differs: commit {n} is stored with other totals or another root; a commit is never replaced"
    )]
    CommitDiffers {
        /// Which.
        n: u64,
    },
    /// A clock of the deal has run out.
    #[error("market/too-late: the deal's time is over ({reason}); it can only be expired")]
    TooLate {
        /// Which clock.
        reason: Reason,
    },
    /// No clock of the deal has run out.
    #[error("market/not-yet: no clock of the deal has run out; the next does not before {until} and 20 blocks")]
    NotYet {
        /// When, by time alone.
        until: Seconds,
    },
    /// Totals or a proof that the deal does not accept.
    #[error(transparent)]
    Unmetered(#[from] Unmetered),
    /// A key or a signature.
    #[error("market/signature: {field}: {reason}")]
    Signature {
        /// Of what.
        field: &'static str,
        /// Why.
        reason: BadSignature,
    },
    /// A commit that cannot be contested.
    #[error("market/not-contestable: {reason}")]
    NotContestable {
        /// Why not.
        reason: &'static str,
    },
    /// A receipt that refutes nothing.
    #[error(
        "market/receipt: the receipt counts as many leaves with the same totals and root, or another number of leaves; it refutes nothing"
    )]
    Receipt,
    /// A commit that is final.
    #[error("market/final: commit {n} of deal {deal} is final; nothing is left to do")]
    Final {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
    },
    /// A node's worker that there is not.
    #[error("market/unknown-worker: no node has this worker's address; add one in bonds")]
    UnknownWorker,
}

impl From<StdError> for ContractError {
    fn from(error: StdError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<OutOfRange> for ContractError {
    fn from(error: OutOfRange) -> Self {
        Refusal::from(error).into()
    }
}

impl From<OutOfBounds> for ContractError {
    fn from(error: OutOfBounds) -> Self {
        Refusal::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use hearth_schema::code;

    #[test]
    fn every_code_is_listed_and_every_listed_code_is_said() {
        let sources = [include_str!("error.rs"), include_str!("meter.rs")].concat();
        let word = |text: &&str| text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let said: std::collections::BTreeSet<String> = sources
            .split("\"market/")
            .filter_map(|text| text.split_once(": ").map(|(code, _)| code).filter(word))
            .map(|code| format!("market/{code}"))
            .collect();
        assert_eq!(said, code::MARKET.iter().map(ToString::to_string).collect());
    }
}
