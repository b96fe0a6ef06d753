//! bonds: who stands behind an offer. Operators, their nodes, the stakes, and what is taken of them.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, HexBinary};

use crate::clock::Moment;
use crate::cw20;
use crate::event::events;
use crate::own::Act;
use crate::raw::Stake;
use crate::sign::{PublicKey, Signature};
use crate::unit::{Bps, NodeId, Seconds, TokenAmount};

/// How the contract is made: wired for good to siblings whose addresses are predicted.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// May pause and resume.
    pub owner: String,
    /// The cw20 in which stakes are held.
    pub token: String,
    /// The audit contract: it alone slashes.
    pub audit: String,
    /// From unbonding to withdrawal.
    pub unbonding: Seconds,
    /// How long a slashed node backs nothing.
    pub jail: Seconds,
    /// What a block takes, in milliseconds.
    pub block_ms: u64,
}

/// What may be said to the contract.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// The token alone says it: somebody sent tokens with a [`Hook`].
    Receive(cw20::Received),
    /// Anyone becomes an operator, or says anew who they are.
    Introduce {
        /// What clients read: 1 to 64 bytes.
        name: String,
        /// Where more is said: at most 256 bytes.
        url: String,
    },
    /// An operator adds a node, and owns it.
    AddNode {
        /// Its keys, door and attributes.
        node: NodeCard,
        /// The worker key's signature that it serves this owner.
        possession: Signature,
    },
    /// A node's owner changes what is given; the rest stays.
    UpdateNode {
        /// The node.
        node: NodeId,
        /// A new worker key.
        worker_key: Option<PublicKey>,
        /// Its signature that it serves this owner.
        possession: Option<Signature>,
        /// A new sealing key.
        sealing_key: Option<HexBinary>,
        /// A new door.
        endpoint: Option<String>,
        /// New attributes, all of them.
        attributes: Option<Vec<Attribute>>,
        /// New engines, all of them.
        engines: Option<Vec<String>>,
    },
    /// A node's owner begins to take a part of its stake back. Never paused.
    Unbond {
        /// The node.
        node: NodeId,
        /// How much.
        amount: TokenAmount,
    },
    /// Anyone sends what has finished unbonding to the node's owner. Never paused.
    Withdraw {
        /// The node.
        node: NodeId,
    },
    /// The audit contract takes a part of active and unbonding, once a fault.
    Slash {
        /// The fault's name, 1 to 128 bytes: what was slashed under it is not slashed again.
        fault: String,
        /// The node.
        node: NodeId,
        /// How much of active + unbonding.
        bps: Bps,
        /// Who was harmed: gets a fifth.
        harmed: Option<String>,
        /// Who reported it, at most 16: share three tenths.
        reporters: Vec<String>,
    },
    /// Ownership and pause.
    Own(Act),
}

/// What tokens are sent here for.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Hook {
    /// Into a node's stake, by anyone.
    Bond {
        /// The node.
        node: NodeId,
    },
}

/// A migration carries nothing.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct MigrateMsg {}

/// A node as its owner describes it.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct NodeCard {
    /// The worker key; no other node has it, and it is not the owner's.
    pub worker_key: PublicKey,
    /// X25519 public key of 32 bytes, to which clients seal their requests.
    pub sealing_key: HexBinary,
    /// The gateway's URL, `http://` or `https://`, at most 256 bytes.
    pub endpoint: String,
    /// What the wallet filters by: at most 32, their names and words at most 4096 bytes together.
    pub attributes: Vec<Attribute>,
    /// The engine versions that it runs, at most 16 of 1 to 64 bytes.
    pub engines: Vec<String>,
}

/// Something that is said of a node: a number to compare, or a set of words to look in.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Attribute {
    /// Its name, 1 to 64 bytes, such as `region` or `gpu.vram_gib`.
    pub name: String,
    /// Its value.
    pub value: Value,
}

/// What an attribute says.
#[cw_serde]
pub enum Value {
    /// A number, compared as at least or at most.
    Number(u64),
    /// Words, compared as contains: at most 16 of 1 to 64 bytes.
    Words(Vec<String>),
}

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
    /// An operator.
    #[returns(Operator)]
    Operator {
        /// Whose address.
        operator: String,
    },
    /// The operators, by address.
    #[returns(Vec<Operator>)]
    Operators {
        /// After which address.
        start_after: Option<String>,
        /// How many, at most 100; 30 where it is left out.
        limit: Option<u32>,
    },
    /// A node.
    #[returns(Node)]
    Node {
        /// Which.
        node: NodeId,
    },
    /// The nodes, by number.
    #[returns(Vec<Node>)]
    Nodes {
        /// Only this operator's.
        owner: Option<String>,
        /// After which number.
        start_after: Option<NodeId>,
        /// How many, at most 100; 30 where it is left out.
        limit: Option<u32>,
    },
    /// The node for which a worker's address acts.
    #[returns(Option<NodeId>)]
    Worker {
        /// The address.
        worker: String,
    },
    /// A node's stake and what of it is on its way out.
    #[returns(StakeAnswer)]
    Stake {
        /// The node.
        node: NodeId,
    },
    /// Whether a fault was slashed, and what was taken.
    #[returns(Option<Slash>)]
    Fault {
        /// Its name.
        fault: String,
    },
    /// The law of the contract's money, term by term.
    #[returns(Law)]
    Law {},
}

/// How the contract was made.
#[cw_serde]
pub struct Config {
    /// The cw20.
    pub token: Addr,
    /// The audit contract.
    pub audit: Addr,
    /// From unbonding to withdrawal.
    pub unbonding: Seconds,
    /// How long a slashed node backs nothing.
    pub jail: Seconds,
    /// What a block takes, in milliseconds.
    pub block_ms: u64,
}

/// An operator.
#[cw_serde]
pub struct Operator {
    /// Its address.
    pub operator: Addr,
    /// What clients read.
    pub name: String,
    /// Where more is said.
    pub url: String,
}

/// A node.
#[cw_serde]
pub struct Node {
    /// Its number.
    pub node: NodeId,
    /// Its owner.
    pub owner: Addr,
    /// Its worker's address.
    pub worker: Addr,
    /// As its owner describes it.
    pub card: NodeCard,
}

/// A part of a stake on its way out.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Unbonding {
    /// How much is left of it.
    pub amount: TokenAmount,
    /// Since when.
    pub since: Moment,
    /// How long it takes: the contract's duration when it began, which stays with it.
    pub duration: Seconds,
}

/// A node's stake.
#[cw_serde]
pub struct StakeAnswer {
    /// As it is read raw.
    pub stake: Stake,
    /// What is on its way out, the oldest first, at most 8.
    pub unbondings: Vec<Unbonding>,
}

/// What was taken for a fault.
#[cw_serde]
pub struct Slash {
    /// The node.
    pub node: NodeId,
    /// What was taken.
    pub taken: TokenAmount,
    /// What of it was burned: at least half.
    pub burned: TokenAmount,
    /// When.
    pub moment: Moment,
}

/// The law of the contract's money: balance = active + unbonding + surplus.
#[cw_serde]
pub struct Law {
    /// In active stakes.
    pub active: TokenAmount,
    /// On its way out.
    pub unbonding: TokenAmount,
    /// Burned by slashes since the beginning.
    pub burned: TokenAmount,
    /// Paid to the harmed and to reporters since the beginning.
    pub paid: TokenAmount,
    /// This contract's balance at the cw20.
    pub balance: TokenAmount,
    /// What was sent here without a message.
    pub surplus: TokenAmount,
}

events! {
    /// An operator said who they are.
    Introduced = "bonds_introduced" {
        /// Who.
        operator: Addr,
        /// What clients read.
        name: String,
    }

    /// A node was added.
    NodeAdded = "bonds_node_added" {
        /// The node.
        node: NodeId,
        /// Its owner.
        owner: Addr,
        /// Its worker's address.
        worker: Addr,
    }

    /// A node was changed.
    NodeUpdated = "bonds_node_updated" {
        /// The node.
        node: NodeId,
        /// Its worker's address.
        worker: Addr,
    }

    /// A stake grew.
    Bonded = "bonds_bonded" {
        /// The node.
        node: NodeId,
        /// Who gave it.
        sender: Addr,
        /// How much.
        amount: TokenAmount,
        /// What is active now.
        active: TokenAmount,
    }

    /// A part of a stake is on its way out.
    Unbonded = "bonds_unbonded" {
        /// The node.
        node: NodeId,
        /// How much.
        amount: TokenAmount,
        /// When it can be withdrawn at the earliest.
        until: Seconds,
        /// What is active now.
        active: TokenAmount,
    }

    /// What had finished unbonding went to the owner.
    Withdrawn = "bonds_withdrawn" {
        /// The node.
        node: NodeId,
        /// To whom.
        owner: Addr,
        /// How much.
        amount: TokenAmount,
    }

    /// A part of a stake was taken.
    Slashed = "bonds_slashed" {
        /// The node.
        node: NodeId,
        /// The fault's name.
        fault: String,
        /// What was taken.
        taken: TokenAmount,
        /// What of it was burned.
        burned: TokenAmount,
        /// What the harmed got.
        harmed: TokenAmount,
        /// What the reporters got, together.
        reporters: TokenAmount,
        /// Until when the node backs nothing.
        jailed_until: Seconds,
    }
}
