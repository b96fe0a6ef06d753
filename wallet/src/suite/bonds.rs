//! The stakes.

use cosmwasm_std::Addr;
use hearth_schema::bonds::{Config, ExecuteMsg, Law, Node, Operator, QueryMsg, StakeAnswer};
use hearth_schema::deploy::Part;
use hearth_schema::own::Ownership;
use hearth_schema::raw::{self, NodeKeys, Stake};
use hearth_schema::unit::{NodeId, TokenAmount};

use crate::error::Error;
use crate::suite::Suite;
use crate::tx::Message;

/// The bonds of a deployment.
#[derive(Clone, Copy, Debug)]
pub struct Bonds<'a>(pub(super) &'a Suite);

impl<'a> Bonds<'a> {
    /// Its address.
    pub fn address(&self) -> &'a str {
        self.0.address(Part::Bonds)
    }

    /// Tells it something.
    pub fn tell(&self, msg: &ExecuteMsg) -> Result<Message, Error> {
        self.0.tell(Part::Bonds, msg)
    }

    /// Begins to take a part of a stake back.
    pub fn unbond(&self, node: NodeId, amount: TokenAmount) -> Result<Message, Error> {
        self.tell(&ExecuteMsg::Unbond { node, amount })
    }

    /// Sends what has finished unbonding to the node's owner.
    pub fn withdraw(&self, node: NodeId) -> Result<Message, Error> {
        self.tell(&ExecuteMsg::Withdraw { node })
    }

    /// How it was made.
    pub async fn config(&self) -> Result<Config, Error> {
        self.0.ask(Part::Bonds, &QueryMsg::Config {}).await
    }

    /// Who owns it.
    pub async fn ownership(&self) -> Result<Ownership, Error> {
        self.0.ask(Part::Bonds, &QueryMsg::Ownership {}).await
    }

    /// The operators, by address.
    pub async fn operators(&self, start_after: Option<String>) -> Result<Vec<Operator>, Error> {
        self.0.ask(Part::Bonds, &QueryMsg::Operators { start_after, limit: Some(100) }).await
    }

    /// A node.
    pub async fn node(&self, node: NodeId) -> Result<Node, Error> {
        self.0.ask(Part::Bonds, &QueryMsg::Node { node }).await
    }

    /// Nodes by number, at most 100; only an owner's where one is named.
    pub async fn nodes(&self, owner: Option<String>, start_after: Option<NodeId>) -> Result<Vec<Node>, Error> {
        self.0.ask(Part::Bonds, &QueryMsg::Nodes { owner, start_after, limit: Some(100) }).await
    }

    /// Who may act for a node, read raw.
    pub async fn node_keys(&self, node: NodeId) -> Result<Option<NodeKeys>, Error> {
        self.0.read(Part::Bonds, &raw::node(node)).await
    }

    /// The node for which a worker's address acts, read raw.
    pub async fn node_of_worker(&self, worker: &str) -> Result<Option<NodeId>, Error> {
        self.0.read(Part::Bonds, &raw::worker(&Addr::unchecked(worker))).await
    }

    /// A node's stake and what of it is on its way out.
    pub async fn stake_answer(&self, node: NodeId) -> Result<StakeAnswer, Error> {
        self.0.ask(Part::Bonds, &QueryMsg::Stake { node }).await
    }

    /// A node's stake, read raw; nothing before the first bond.
    pub async fn stake(&self, node: NodeId) -> Result<Option<Stake>, Error> {
        self.0.read(Part::Bonds, &raw::stake(node)).await
    }

    /// The law of its money, term by term.
    pub async fn law(&self) -> Result<Law, Error> {
        self.0.ask(Part::Bonds, &QueryMsg::Law {}).await
    }
}
