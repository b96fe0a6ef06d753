//! audit: the beacon, the draws, and the finality of commits.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, HexBinary};

use crate::beacon::{Due, Gap, Network};
use crate::clock::Moment;
use crate::digest::Digest;
use crate::event::{events, words};
use crate::leaf::{Engine, Leaf};
use crate::own::Act;
use crate::tree::Node;
use crate::unit::{DealId, NodeId, Round, Seconds, Usd};

/// How the contract is made: wired for good to siblings whose addresses are predicted.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// May name beacon networks, pause and resume.
    pub owner: String,
    /// The market: its commits are audited, and it is told their finality.
    pub market: String,
    /// The bonds: they are told whom to slash.
    pub bonds: String,
    /// The beacon network that acts from the beginning.
    pub network: Network,
    /// From the naming of a network to its acting.
    pub activation: Seconds,
}

/// What may be said to the contract.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// Anyone stores a signed round of the beacon; a round that is stored already changes nothing.
    AddBeacon {
        /// The network's number.
        network: u32,
        /// The round.
        round: Round,
        /// The network's signature of it: a compressed point on G1, 48 bytes.
        signature: HexBinary,
    },
    /// Anyone, the worker as a rule, opens the leaves that the beacon drew, in the order of their places; due even where
    /// none is drawn. What is drawn already changes nothing.
    Draw {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// The leaves, at most 17, each covering at least one point.
        openings: Vec<Opening>,
    },
    /// Anyone ends a commit whose clocks have run out: Pass if it was drawn and is clear, else Fail. What is resolved
    /// already changes nothing.
    Resolve {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
    },
    /// The owner names a beacon network; commits draw by it after the activation time. At most 8 ever.
    AddNetwork {
        /// Its public key, 96 bytes.
        public_key: HexBinary,
        /// The time of its round 1.
        genesis: Seconds,
        /// The time between two rounds, from 1 to 60 s.
        period: Seconds,
    },
    /// Ownership and pause; a pause stops nothing here.
    Own(Act),
}

/// A leaf, and the proof that it stands in the commit's tree.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Opening {
    /// The leaf.
    pub leaf: Leaf,
    /// What its engine digest is made of.
    pub engine: Engine,
    /// Its path to the top, from the bottom up, at most 64 nodes.
    pub path: Vec<Node>,
}

/// A migration carries nothing.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct MigrateMsg {}

/// What may be asked.
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
    /// The networks and the gaps.
    #[returns(crate::beacon::Schedule)]
    Schedule {},
    /// A stored round of the beacon.
    #[returns(Option<Beacon>)]
    Beacon {
        /// The network's number.
        network: u32,
        /// The round.
        round: Round,
    },
    /// Where the audit of a commit stands, and what it waits for.
    #[returns(Audit)]
    Audit {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
    },
}

/// How the contract was made.
#[cw_serde]
pub struct Config {
    /// The market.
    pub market: Addr,
    /// The bonds.
    pub bonds: Addr,
    /// From the naming of a network to its acting.
    pub activation: Seconds,
}

/// A stored round of the beacon. Read raw by the market.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Beacon {
    /// SHA-256 of its signature.
    pub randomness: Digest,
    /// When it was stored.
    pub stored: Moment,
}

/// Where the audit of a commit stands.
#[cw_serde]
pub struct Audit {
    /// The round that decides its draw.
    pub due: Due,
    /// When that round is signed.
    pub due_time: Seconds,
    /// The round, once it is stored.
    pub beacon: Option<Beacon>,
    /// The points to open, once the round is stored.
    pub points: Vec<Usd>,
    /// When they were opened.
    pub drawn: Option<Moment>,
    /// The last moment of a draw, by time alone; once the round is stored.
    pub draw_until: Option<Seconds>,
    /// The earliest finality of what was drawn, by time alone; once the round is stored.
    pub final_at: Option<Seconds>,
    /// Whether it is final, and how.
    pub verdict: Option<Verdict>,
}

/// The finality of a commit. There is no third.
#[cw_serde]
#[derive(Copy, Eq, Hash)]
pub enum Verdict {
    /// It is paid.
    Pass,
    /// It is refunded.
    Fail,
}

words!(Verdict { Pass = "pass", Fail = "fail" });

/// Why a commit failed.
#[cw_serde]
#[derive(Copy, Eq, Hash)]
pub enum Cause {
    /// It was not drawn in time.
    Withheld,
    /// No beacon came.
    NoBeacon,
}

words!(Cause { Withheld = "withheld", NoBeacon = "no_beacon" });

events! {
    /// A round was stored.
    BeaconAdded = "audit_beacon_added" {
        /// The network's number.
        network: u32,
        /// The round.
        round: Round,
        /// SHA-256 of its signature.
        randomness: Digest,
    }

    /// A gap between two blocks was recorded.
    GapFound = "audit_gap_found" {
        /// The time of the last block before it.
        from: Seconds,
        /// The time of the first block after it.
        to: Seconds,
    }

    /// A commit's points were opened.
    Drawn = "audit_drawn" {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// How many points were drawn.
        points: u32,
        /// How many leaves were opened for them.
        leaves: u32,
    }

    /// A commit is final.
    Resolved = "audit_resolved" {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// The node.
        node: NodeId,
        /// How.
        verdict: Verdict,
        /// Why, where it failed.
        cause: Option<Cause>,
    }

    /// A beacon network was named.
    NetworkAdded = "audit_network_added" {
        /// Its number.
        network: u32,
        /// Commits from this time on draw by it.
        from: Seconds,
    }
}

impl From<Gap> for GapFound {
    fn from(gap: Gap) -> Self {
        Self { from: gap.from, to: gap.to }
    }
}
