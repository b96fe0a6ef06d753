//! market: the order book and the deals.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::Addr;

use crate::audit::Verdict;
use crate::beacon::Due;
use crate::clock::Moment;
use crate::digest::Digest;
use crate::event::{events, words};
use crate::leaf::{Totals, Weights};
use crate::own::Act;
use crate::price::Tick;
use crate::sign::{Bearer, PublicKey, Signature};
use crate::terms::{Fault, Terms};
use crate::unit::{Asset, ClassId, DealId, ModelId, NodeId, OfferId, Price, Seconds, Seq, Usd};

/// The most offers that one Take names.
pub const MOST_TAKEN: usize = 16;
/// The most offers that one Sweep examines.
pub const MOST_SWEPT: u32 = 32;
/// The most offers that one Prune or Refresh names.
pub const MOST_PRUNED: usize = 50;

/// How the contract is made: wired for good to siblings whose addresses are predicted.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// May publish terms, name the curator, pause and resume.
    pub owner: String,
    /// May add models and classes.
    pub curator: String,
    /// Where the money is.
    pub bme: String,
    /// Where the stakes are.
    pub bonds: String,
    /// It alone declares finality.
    pub audit: String,
    /// The first version of the terms.
    pub terms: Terms,
    /// The token's digits, as bme has them.
    pub decimals: u8,
    /// How old a price may be, as bme has it.
    pub fresh: Seconds,
    /// From unbonding to withdrawal, as bonds has it: what later terms are checked against.
    pub unbonding: Seconds,
    /// How long an offer rests at most.
    pub offer_life: Seconds,
}

/// What may be said to the contract.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// The curator publishes a model.
    AddModel {
        /// What clients read: 1 to 128 bytes.
        name: String,
        /// Digest of its weights and its tokenizer; no other model has it.
        digest: Digest,
        /// Where it is found: at most 256 bytes.
        source: String,
    },
    /// The curator opens the book of a product; a class never changes.
    AddClass {
        /// What is sold in it.
        product: Product,
    },
    /// A node's owner or worker puts its one offer into a class.
    Place {
        /// The node.
        node: NodeId,
        /// The class.
        class: ClassId,
        /// The price.
        tick: Tick,
        /// How many deals at once, from 1 to 10000.
        slots: u32,
        /// The least that a deal may be worth.
        min_spend: Usd,
        /// The most that a deal may be worth.
        max_spend: Usd,
        /// How long a deal may live.
        max_life: Seconds,
        /// When the offer expires.
        expires_at: Seconds,
        /// The version of the terms under which it is made: the current one.
        terms: u32,
    },
    /// A node's owner or worker changes its offer. What only shrinks keeps its place, anything else gets a new one.
    Amend {
        /// The offer.
        offer: OfferId,
        /// What changes.
        change: Change,
    },
    /// A node's owner or worker takes its offer back. Never paused.
    Cancel {
        /// The offer.
        offer: OfferId,
    },
    /// Anyone removes offers that are expired, outdated or unbacked, at most 50; others are passed over. Never paused.
    Prune {
        /// The offers.
        offers: Vec<OfferId>,
    },
    /// A node's owner or worker lets offers rest longer, at most 50; each keeps its place.
    Refresh {
        /// The offers.
        offers: Vec<OfferId>,
        /// When they expire.
        expires_at: Seconds,
    },
    /// A client opens one deal at the first of these offers that still is what the client saw.
    Take {
        /// In the order of preference, at most 16.
        offers: Vec<Choice>,
        /// The dearest price.
        limit: Price,
        /// What the deal is.
        bid: Bid,
    },
    /// A client opens one deal at the best offer of a class, examining at most 32.
    Sweep {
        /// The class.
        class: ClassId,
        /// The dearest price.
        limit: Price,
        /// What the deal is.
        bid: Bid,
    },
    /// The node's worker commits to what the deal has counted so far. An identical repeat changes nothing.
    Commit {
        /// The deal.
        deal: DealId,
        /// Its commit: the next, from 1.
        n: u64,
        /// What the deal has counted.
        totals: Totals,
        /// The root over all its leaves.
        root: Digest,
        /// Why the client owes it.
        proof: Proof,
    },
    /// The deal's client doubts a commit without a voucher, once.
    Contest {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// The worker's own receipt for other totals or another root: then the commit fails at once.
        receipt: Option<Receipt>,
    },
    /// The client starts the clock of the last commit; the node's worker or owner ends the deal at once.
    Close {
        /// The deal.
        deal: DealId,
    },
    /// Anyone ends a deal whose clock has run out; one that has ended stays as it is.
    Expire {
        /// The deal.
        deal: DealId,
    },
    /// The audit contract declares the finality of a commit.
    Finalize {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// How.
        verdict: Verdict,
    },
    /// The owner publishes the next version of the terms, for deals to come.
    PublishTerms {
        /// The terms.
        terms: Terms,
    },
    /// The owner names the curator.
    SetCurator {
        /// Who.
        curator: String,
    },
    /// Ownership and pause.
    Own(Act),
}

/// What is sold in a class.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Product {
    /// Tokens of a model, per token.
    Inference {
        /// The model.
        model: ModelId,
        /// How much of a result is deterministic.
        engine: EngineClass,
        /// The sampler: 1 to 64 bytes.
        sampler: String,
        /// Whether the node proves a trusted environment.
        tee: bool,
        /// What input and cached tokens weigh.
        weights: Weights,
    },
    /// Time of a machine, per second. Taken from the market issue on.
    Time {
        /// The GPU: 1 to 64 bytes.
        gpu: String,
        /// Its memory.
        vram_gib: u32,
        /// How many.
        count: u32,
        /// Whether the node proves a trusted environment.
        tee: bool,
    },
}

/// How much of a result is deterministic.
#[cw_serde]
#[derive(Copy, Eq, Hash)]
pub enum EngineClass {
    /// Every bit, on any hardware.
    Exact,
    /// On the same GPU with the same engine image.
    Sku,
    /// Nothing, but the model is fixed.
    Tolerant,
}

words!(EngineClass { Exact = "exact", Sku = "sku", Tolerant = "tolerant" });

impl EngineClass {
    /// What a conviction in this class is called in the slash table.
    pub const fn fault(self) -> Fault {
        match self {
            Self::Exact => Fault::Exact,
            Self::Sku | Self::Tolerant => Fault::Tolerant,
        }
    }
}

/// What changes of an offer; the rest stays.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Default)]
pub struct Change {
    /// The price.
    pub tick: Option<Tick>,
    /// How many deals at once.
    pub slots: Option<u32>,
    /// The least that a deal may be worth.
    pub min_spend: Option<Usd>,
    /// The most that a deal may be worth.
    pub max_spend: Option<Usd>,
    /// How long a deal may live.
    pub max_life: Option<Seconds>,
    /// When the offer expires.
    pub expires_at: Option<Seconds>,
    /// The version of the terms.
    pub terms: Option<u32>,
}

/// An offer as the client saw it: a changed one has another `seq`, and is not the one taken.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq)]
pub struct Choice {
    /// The offer.
    pub offer: OfferId,
    /// Its place when it was seen.
    pub seq: Seq,
}

/// A place in a class's book.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq)]
pub struct Place {
    /// The price's tick.
    pub tick: Tick,
    /// Its place among those of one price.
    pub seq: Seq,
}

/// What a client asks for.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Bid {
    /// The most that the deal may charge.
    pub max_spend: Usd,
    /// What it is paid with.
    pub asset: Asset,
    /// One request, or many.
    pub kind: Kind,
    /// Signs the deal's tickets and vouchers.
    pub session_key: PublicKey,
    /// When the deal's life ends.
    pub expires_at: Seconds,
    /// The version of the terms that the client agrees to.
    pub terms: u32,
}

/// How a deal is used.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq)]
pub enum Kind {
    /// One request, whose digest is fixed at the take.
    Job {
        /// Digest of the request.
        request: Digest,
    },
    /// Many requests, each with a ticket of the session key.
    Session,
}

/// Why the client owes what a commit counts.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Proof {
    /// The session key accepted it.
    Voucher {
        /// Above that of any earlier voucher.
        seq: u64,
        /// The session key's signature.
        signature: Signature,
    },
    /// The session key gave leave beforehand; paid up to `unsigned_cap`.
    Bearer(Bearer),
    /// It is the one request of a Job; paid up to `unsigned_cap`.
    Job,
}

/// A worker's receipt.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Receipt {
    /// Hash of the last leaf that it counts.
    pub leaf: Digest,
    /// What it counts.
    pub totals: Totals,
    /// The root over all leaves.
    pub root: Digest,
    /// The worker key's signature.
    pub signature: Signature,
}

/// A migration carries nothing.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct MigrateMsg {}

/// What may be asked. Lists hold at most 100, and 30 where `limit` is left out.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// How the contract was made.
    #[returns(Config)]
    Config {},
    /// Who owns it.
    #[returns(crate::own::Ownership)]
    Ownership {},
    /// A version of the terms; the current one where it is left out.
    #[returns(TermsAnswer)]
    Terms {
        /// Which.
        version: Option<u32>,
    },
    /// A model.
    #[returns(Model)]
    Model {
        /// Which.
        model: ModelId,
    },
    /// The models, by number.
    #[returns(Vec<Model>)]
    Models {
        /// After which number.
        start_after: Option<ModelId>,
        /// How many.
        limit: Option<u32>,
    },
    /// A class.
    #[returns(ClassAnswer)]
    Class {
        /// Which.
        class: ClassId,
    },
    /// The classes, by number.
    #[returns(Vec<ClassAnswer>)]
    Classes {
        /// After which number.
        start_after: Option<ClassId>,
        /// How many.
        limit: Option<u32>,
    },
    /// The offers with free slots in a class, the best first.
    #[returns(Vec<OfferAnswer>)]
    Book {
        /// Which.
        class: ClassId,
        /// After which place: one that is empty by now will do.
        start_after: Option<Place>,
        /// How many.
        limit: Option<u32>,
    },
    /// What is for sale at each of the best prices of a class, over at most 100 offers.
    #[returns(Vec<Level>)]
    Depth {
        /// Which.
        class: ClassId,
        /// Over how many offers.
        limit: Option<u32>,
    },
    /// An offer.
    #[returns(OfferAnswer)]
    Offer {
        /// Which.
        offer: OfferId,
    },
    /// A node's offers, by class.
    #[returns(Vec<OfferAnswer>)]
    Offers {
        /// The node.
        node: NodeId,
        /// After which class.
        start_after: Option<ClassId>,
        /// How many.
        limit: Option<u32>,
    },
    /// A deal.
    #[returns(DealAnswer)]
    Deal {
        /// Which.
        deal: DealId,
    },
    /// A client's deals, the newest first.
    #[returns(Vec<DealAnswer>)]
    Deals {
        /// The client.
        client: String,
        /// Before which deal.
        start_before: Option<DealId>,
        /// How many.
        limit: Option<u32>,
    },
    /// A commit.
    #[returns(Commit)]
    Commit {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
    },
    /// A deal's commits, by number.
    #[returns(Vec<CommitAnswer>)]
    Commits {
        /// The deal.
        deal: DealId,
        /// After which commit.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// What the node of a worker's address has to do: its open deals, and its commits that are not final.
    #[returns(Duties)]
    Duties {
        /// The address.
        worker: String,
        /// Deals after this one.
        deals_after: Option<DealId>,
        /// Commits after this one.
        commits_after: Option<(DealId, u64)>,
        /// How many of each.
        limit: Option<u32>,
    },
    /// What a node's stake has to answer for.
    #[returns(AtRisk)]
    AtRisk {
        /// The node.
        node: NodeId,
    },
    /// How a node's deals have ended, and its commits.
    #[returns(Record)]
    Record {
        /// The node.
        node: NodeId,
    },
}

/// How the contract was made.
#[cw_serde]
pub struct Config {
    /// May add models and classes.
    pub curator: Addr,
    /// Where the money is.
    pub bme: Addr,
    /// Where the stakes are.
    pub bonds: Addr,
    /// It alone declares finality.
    pub audit: Addr,
    /// The token's digits.
    pub decimals: u8,
    /// How old a price may be.
    pub fresh: Seconds,
    /// From unbonding to withdrawal.
    pub unbonding: Seconds,
    /// How long an offer rests at most.
    pub offer_life: Seconds,
    /// The current version of the terms.
    pub terms: u32,
}

/// A version of the terms.
#[cw_serde]
pub struct TermsAnswer {
    /// Its number.
    pub version: u32,
    /// What it says.
    pub terms: Terms,
}

/// A model that the curator has published.
#[cw_serde]
pub struct Model {
    /// Its number.
    pub model: ModelId,
    /// What clients read.
    pub name: String,
    /// Digest of its weights and its tokenizer.
    pub digest: Digest,
    /// Where it is found.
    pub source: String,
}

/// A class of the book; it never changes. Read raw by audit.
#[cw_serde]
pub struct Class {
    /// What is sold in it.
    pub product: Product,
    /// Digest of its model; zero for time.
    pub model: Digest,
}

/// A class and its number.
#[cw_serde]
pub struct ClassAnswer {
    /// Its number.
    pub id: ClassId,
    /// What it is.
    pub class: Class,
}

/// An offer.
#[cw_serde]
pub struct OfferAnswer {
    /// Its number.
    pub offer: OfferId,
    /// Its place: what a Take names.
    pub seq: Seq,
    /// The node.
    pub node: NodeId,
    /// The class.
    pub class: ClassId,
    /// The price's tick.
    pub tick: Tick,
    /// The price.
    pub price: Price,
    /// How many deals at once.
    pub slots: u32,
    /// How many of them are free.
    pub free: u32,
    /// The least that a deal may be worth.
    pub min_spend: Usd,
    /// The most that a deal may be worth.
    pub max_spend: Usd,
    /// How long a deal may live.
    pub max_life: Seconds,
    /// When the offer expires.
    pub expires_at: Seconds,
    /// The version of the terms.
    pub terms: u32,
}

/// What is for sale at a price.
#[cw_serde]
pub struct Level {
    /// The price's tick.
    pub tick: Tick,
    /// The price.
    pub price: Price,
    /// How many offers.
    pub offers: u32,
    /// How many free slots.
    pub free: u64,
}

/// A deal. Read raw by audit.
#[cw_serde]
pub struct Deal {
    /// Who pays.
    pub client: Addr,
    /// Who works.
    pub node: NodeId,
    /// Who is paid: the node's owner at the take.
    pub payee: Addr,
    /// At which offer it was opened.
    pub offer: OfferId,
    /// In which class.
    pub class: ClassId,
    /// The price, for good.
    pub price: Price,
    /// What it is paid with.
    pub asset: Asset,
    /// The most that it may charge.
    pub max_spend: Usd,
    /// One request, or many.
    pub kind: Kind,
    /// Signs its tickets and vouchers.
    pub session_key: PublicKey,
    /// The node's worker key at the take.
    pub worker_key: PublicKey,
    /// When its life ends.
    pub expires_at: Seconds,
    /// When it was opened.
    pub opened: Moment,
    /// The version of the terms under which it lives, for good.
    pub terms: u32,
    /// The number of its last commit; 0 before the first.
    pub n: u64,
    /// What it has counted.
    pub totals: Totals,
    /// The seq of its last voucher.
    pub voucher_seq: u64,
    /// When its client closed it.
    pub closing: Option<Moment>,
    /// Why it ended, once it has.
    pub ended: Option<Reason>,
}

/// A deal and its number.
#[cw_serde]
pub struct DealAnswer {
    /// Its number.
    pub id: DealId,
    /// What it is.
    pub deal: Deal,
}

/// Why a deal ended.
#[cw_serde]
#[derive(Copy, Eq, Hash)]
pub enum Reason {
    /// Nothing was ever committed.
    Unused,
    /// Its life and the grace after it were over.
    Expired,
    /// Its client closed it; then the clock of the last commit ran out, or the node, which had committed, ended it.
    Closed,
    /// The node's owner or worker ended it, unasked or without a commit.
    Left,
    /// Its escrow no longer covered what it charged.
    Exhausted,
    /// Its one request was committed, or all that it may charge.
    Done,
}

words!(Reason {
    Unused = "unused",
    Expired = "expired",
    Closed = "closed",
    Left = "left",
    Exhausted = "exhausted",
    Done = "done",
});

/// A commit. Read raw by audit.
#[cw_serde]
pub struct Commit {
    /// The deal's totals before it.
    pub prev: Totals,
    /// What the deal has counted.
    pub totals: Totals,
    /// The root over all its leaves.
    pub root: Digest,
    /// How it was proved.
    pub proof: ProofKind,
    /// When it came.
    pub moment: Moment,
    /// What the node's stake was worth then.
    pub bond: Usd,
    /// When its client contested it.
    pub contested: Option<Moment>,
    /// Its finality.
    pub verdict: Option<Verdict>,
}

/// A commit and its number.
#[cw_serde]
pub struct CommitAnswer {
    /// Its number.
    pub n: u64,
    /// What it is.
    pub commit: Commit,
}

/// How a commit was proved.
#[cw_serde]
#[derive(Copy, Eq, Hash)]
pub enum ProofKind {
    /// By a voucher.
    Voucher,
    /// By a bearer token.
    Bearer,
    /// As the one request of a Job.
    Job,
}

words!(ProofKind { Voucher = "voucher", Bearer = "bearer", Job = "job" });

/// What a worker has to do.
#[cw_serde]
pub struct Duties {
    /// Its node.
    pub node: NodeId,
    /// The node's open deals.
    pub deals: Vec<DealAnswer>,
    /// Its commits that are not final.
    pub commits: Vec<Duty>,
}

/// A commit that is not final.
#[cw_serde]
pub struct Duty {
    /// The deal.
    pub deal: DealId,
    /// Its commit.
    pub n: u64,
    /// The round that decides its draw, as the schedule stands now.
    pub due: Option<Due>,
    /// What it is.
    pub commit: Commit,
}

/// What a node's stake has to answer for.
#[cw_serde]
pub struct AtRisk {
    /// What open deals may still charge, and what is charged and not final.
    pub at_risk: Usd,
    /// What the stake is worth; nothing without a fresh price.
    pub bond: Usd,
}

/// How a node's deals have ended, and its commits.
#[cw_serde]
#[derive(Copy, Eq, Default)]
pub struct Record {
    /// Deals that were opened.
    pub opened: u64,
    /// Deals that ended unused.
    pub unused: u64,
    /// Deals whose life was over.
    pub expired: u64,
    /// Deals that their client closed.
    pub closed: u64,
    /// Deals that the node left.
    pub left: u64,
    /// Deals whose escrow ran short.
    pub exhausted: u64,
    /// Deals that were done.
    pub done: u64,
    /// Commits that passed.
    pub passed: u64,
    /// Commits that failed.
    pub failed: u64,
    /// Commits that were contested.
    pub contested: u64,
    /// Dollars of commits that passed.
    pub earned: Usd,
}

events! {
    /// A model was published.
    ModelAdded = "market_model_added" {
        /// Its number.
        model: ModelId,
        /// Its digest.
        digest: Digest,
    }

    /// A class was opened.
    ClassAdded = "market_class_added" {
        /// Its number.
        class: ClassId,
        /// Its model; left out for time.
        model: Option<ModelId>,
    }

    /// An offer came into the book, anew or changed: what it is now.
    Placed = "market_placed" {
        /// The offer.
        offer: OfferId,
        /// Its place.
        seq: Seq,
        /// The node.
        node: NodeId,
        /// The class.
        class: ClassId,
        /// The price.
        price: Price,
        /// How many deals at once.
        slots: u32,
        /// When it expires.
        expires_at: Seconds,
    }

    /// An offer was changed: what it is now.
    Amended = "market_amended" {
        /// The offer.
        offer: OfferId,
        /// Its place.
        seq: Seq,
        /// The price.
        price: Price,
        /// How many deals at once.
        slots: u32,
        /// When it expires.
        expires_at: Seconds,
    }

    /// An offer was taken back.
    Cancelled = "market_cancelled" {
        /// The offer.
        offer: OfferId,
    }

    /// An offer was removed: it was expired, outdated or unbacked.
    Pruned = "market_pruned" {
        /// The offer.
        offer: OfferId,
    }

    /// An offer rests longer.
    Refreshed = "market_refreshed" {
        /// The offer.
        offer: OfferId,
        /// When it expires.
        expires_at: Seconds,
    }

    /// A deal was opened.
    Taken = "market_taken" {
        /// The deal.
        deal: DealId,
        /// At which offer.
        offer: OfferId,
        /// The node.
        node: NodeId,
        /// Its worker.
        worker: Addr,
        /// The client.
        client: Addr,
        /// The class.
        class: ClassId,
        /// The price.
        price: Price,
        /// The most that it may charge.
        max_spend: Usd,
        /// When its life ends.
        expires_at: Seconds,
        /// The digest of a Job's request; left out for a Session.
        request: Option<Digest>,
    }

    /// A commit was stored.
    Committed = "market_committed" {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// The node.
        node: NodeId,
        /// How it was proved.
        proof: ProofKind,
        /// What the deal has counted.
        count: u64,
        /// What it has spent.
        spent: Usd,
        /// The root.
        root: Digest,
    }

    /// A commit was contested.
    Contested = "market_contested" {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// Whether the worker's own receipt refuted it.
        refuted: bool,
    }

    /// The client closed a deal: the clock of the last commit runs.
    Closed = "market_closed" {
        /// The deal.
        deal: DealId,
    }

    /// A deal ended.
    Ended = "market_ended" {
        /// The deal.
        deal: DealId,
        /// The node.
        node: NodeId,
        /// Why.
        reason: Reason,
        /// What it had spent.
        spent: Usd,
    }

    /// A commit is final.
    Finalized = "market_finalized" {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// The node.
        node: NodeId,
        /// How.
        verdict: Verdict,
        /// Its dollars.
        fee: Usd,
    }

    /// Terms were published.
    TermsPublished = "market_terms_published" {
        /// Their version.
        version: u32,
    }

    /// A curator was named.
    CuratorSet = "market_curator_set" {
        /// Who.
        curator: Addr,
    }
}
