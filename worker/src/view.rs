//! What the daemon asks the chain: its node's duties, deals, prices. Every answer is one node's word at one height.

use hearth_schema::bme::{self, Escrow, Quote};
use hearth_schema::clock::Moment;
use hearth_schema::deploy::Addresses;
use hearth_schema::market::{self, Class, ClassAnswer, DealAnswer, Duties, OfferAnswer, TermsAnswer};
use hearth_schema::sign::Scope;
use hearth_schema::terms::Terms;
use hearth_schema::unit::{Amount, ClassId, DealId, NodeId};
use hearth_schema::{audit, bonds, raw};
use hearth_wallet::{Client, Error};

use crate::journal::deals::Agreement;

/// The most that a list holds.
const PAGE: u32 = 100;

/// The chain, as one worker looks at it.
#[derive(Clone, Debug)]
pub struct View {
    /// Asks the nodes.
    pub client: Client,
    /// Where the contracts are.
    pub at: Addresses,
    /// The worker's address.
    pub worker: String,
    /// Its node.
    pub node: NodeId,
    /// The node's owner: is paid.
    pub owner: String,
    /// The token's digits.
    pub decimals: u8,
}

impl View {
    /// The bytes that belong to a deal of this market.
    pub fn scope(&self, deal: DealId) -> Scope<'_> {
        Scope { chain: &self.client.chain().id, market: &self.at.market, deal }
    }

    /// The chain's last block; refuses a node that is behind and knows it.
    pub async fn head(&self) -> Result<Moment, Error> {
        let head = self.client.head().await?;
        if head.catching_up {
            return Err(Error::Network { problem: "the node is catching up with its chain".into() });
        }
        Ok(Moment { time: head.time, height: head.height })
    }

    /// The token's price; nothing before the first.
    pub async fn quote(&self) -> Result<Option<Quote>, Error> {
        self.client.raw(&self.at.bme, &raw::price()).await
    }

    /// What the worker holds for gas, in base units.
    pub async fn coins(&self) -> Result<u128, Error> {
        self.client.balance(&self.worker, self.client.chain().gas_price.denom()).await
    }

    /// A deal with all that it was made under; nothing where it is another node's.
    pub async fn agreement(&self, id: DealId) -> Result<Option<Agreement>, Error> {
        match self.client.raw(&self.at.market, &raw::deal(id)).await? {
            Some(deal) if deal.node == self.node => self.agreed(DealAnswer { id, deal }).await.map(Some),
            _ => Ok(None),
        }
    }

    /// The same of a deal that was read already.
    pub async fn agreed(&self, DealAnswer { id, deal }: DealAnswer) -> Result<Agreement, Error> {
        let class = self.class(deal.class).await?;
        let terms = self.terms(Some(deal.terms)).await?.terms;
        let escrow: Option<Escrow> = self.client.raw(&self.at.bme, &raw::escrow(id)).await?;
        let held = escrow.map_or(Amount::new(0), |escrow| escrow.amount);
        Ok(Agreement { id, deal, class, terms, held })
    }

    /// A class.
    pub async fn class(&self, class: ClassId) -> Result<Class, Error> {
        let asked = market::QueryMsg::Class { class };
        self.client.smart::<ClassAnswer>(&self.at.market, &asked).await.map(|answer| answer.class)
    }

    /// A version of the terms; the current one where none is named.
    pub async fn terms(&self, version: Option<u32>) -> Result<TermsAnswer, Error> {
        self.client.smart(&self.at.market, &market::QueryMsg::Terms { version }).await
    }

    /// All open deals and all commits that are not final.
    pub async fn duties(&self) -> Result<Duties, Error> {
        let mut all = Duties { node: self.node, deals: Vec::new(), commits: Vec::new() };
        let (mut deals_after, mut commits_after) = (None, None);
        loop {
            let asked =
                market::QueryMsg::Duties { worker: self.worker.clone(), deals_after, commits_after, limit: Some(PAGE) };
            let duties: Duties = self.client.smart(&self.at.market, &asked).await?;
            let full = |count: usize| u32::try_from(count).is_ok_and(|count| count >= PAGE);
            let more = full(duties.deals.len()) || full(duties.commits.len());
            deals_after = duties.deals.last().map(|deal| deal.id).or(deals_after);
            commits_after = duties.commits.last().map(|duty| (duty.deal, duty.n)).or(commits_after);
            all.deals.extend(duties.deals);
            all.commits.extend(duties.commits);
            if !more {
                return Ok(all);
            }
        }
    }

    /// A commit; nothing where the chain has none.
    pub async fn commit(&self, deal: DealId, n: u64) -> Result<Option<market::Commit>, Error> {
        self.client.raw(&self.at.market, &raw::commit(deal, n)).await
    }

    /// Where the audit of a commit stands.
    pub async fn audit(&self, deal: DealId, n: u64) -> Result<audit::Audit, Error> {
        self.client.smart(&self.at.audit, &audit::QueryMsg::Audit { deal, n }).await
    }

    /// The node's offers.
    pub async fn offers(&self) -> Result<Vec<OfferAnswer>, Error> {
        let asked = market::QueryMsg::Offers { node: self.node, start_after: None, limit: Some(PAGE) };
        self.client.smart(&self.at.market, &asked).await
    }

    /// What the node's stake answers for.
    pub async fn at_risk(&self) -> Result<market::AtRisk, Error> {
        self.client.smart(&self.at.market, &market::QueryMsg::AtRisk { node: self.node }).await
    }

    /// How the market was made.
    pub async fn market(&self) -> Result<market::Config, Error> {
        self.client.smart(&self.at.market, &market::QueryMsg::Config {}).await
    }
}

/// The worker's node as the bonds know it, or why it cannot serve.
pub async fn node(client: &Client, at: &Addresses, worker: &str) -> Result<bonds::Node, Error> {
    let asked = bonds::QueryMsg::Worker { worker: worker.to_owned() };
    let node: Option<NodeId> = client.smart(&at.bonds, &asked).await?;
    let unknown = || {
        Error::usage_hint(
            format!("{worker} is no node's worker at {}", at.bonds),
            "the owner adds the node by `hearth node register --card node-card.json --name NAME`, with the card that hearthd init made",
        )
    };
    let node = node.ok_or_else(unknown)?;
    client.smart(&at.bonds, &bonds::QueryMsg::Node { node }).await
}

/// The token's digits.
pub async fn decimals(client: &Client, at: &Addresses) -> Result<u8, Error> {
    client.smart::<bme::Config>(&at.bme, &bme::QueryMsg::Config {}).await.map(|config| config.decimals)
}

/// The clocks of terms that are in the market: what a block takes on this chain.
pub const fn block_ms(terms: &Terms) -> u64 {
    terms.clocks.block_ms
}
