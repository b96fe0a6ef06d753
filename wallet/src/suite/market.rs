//! The book and the deals.

use hearth_schema::deploy::Part;
use hearth_schema::market::{
    AtRisk, ClassAnswer, Commit, CommitAnswer, Config, Deal, DealAnswer, Duties, ExecuteMsg, Level, Model, OfferAnswer,
    Place, QueryMsg, Record, TermsAnswer,
};
use hearth_schema::own::Ownership;
use hearth_schema::raw;
use hearth_schema::unit::{ClassId, DealId, ModelId, NodeId, OfferId};

use crate::error::Error;
use crate::suite::Suite;
use crate::tx::Message;

/// The most that a list of the market holds.
const PAGE: u32 = 100;

/// The market of a deployment.
#[derive(Clone, Copy, Debug)]
pub struct Market<'a>(pub(super) &'a Suite);

impl<'a> Market<'a> {
    /// Its address.
    pub fn address(&self) -> &'a str {
        self.0.address(Part::Market)
    }

    /// Tells it something.
    pub fn tell(&self, msg: &ExecuteMsg) -> Result<Message, Error> {
        self.0.tell(Part::Market, msg)
    }

    /// How it was made.
    pub async fn config(&self) -> Result<Config, Error> {
        self.ask(&QueryMsg::Config {}).await
    }

    /// Who owns it.
    pub async fn ownership(&self) -> Result<Ownership, Error> {
        self.ask(&QueryMsg::Ownership {}).await
    }

    /// A version of the terms; the current one where none is named.
    pub async fn terms(&self, version: Option<u32>) -> Result<TermsAnswer, Error> {
        self.ask(&QueryMsg::Terms { version }).await
    }

    /// All models, by number.
    pub async fn models(&self) -> Result<Vec<Model>, Error> {
        let mut all: Vec<Model> = Vec::new();
        loop {
            let start_after = all.last().map(|last| last.model);
            let page: Vec<Model> = self.ask(&QueryMsg::Models { start_after, limit: Some(PAGE) }).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    /// A model.
    pub async fn model(&self, model: ModelId) -> Result<Model, Error> {
        self.ask(&QueryMsg::Model { model }).await
    }

    /// All classes, by number.
    pub async fn classes(&self) -> Result<Vec<ClassAnswer>, Error> {
        let mut all: Vec<ClassAnswer> = Vec::new();
        loop {
            let start_after = all.last().map(|last| last.id);
            let page: Vec<ClassAnswer> = self.ask(&QueryMsg::Classes { start_after, limit: Some(PAGE) }).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    /// A class.
    pub async fn class(&self, class: ClassId) -> Result<ClassAnswer, Error> {
        self.ask(&QueryMsg::Class { class }).await
    }

    /// Offers with free slots in a class, the best first, at most 100.
    pub async fn book(&self, class: ClassId, start_after: Option<Place>) -> Result<Vec<OfferAnswer>, Error> {
        self.ask(&QueryMsg::Book { class, start_after, limit: Some(PAGE) }).await
    }

    /// What is for sale at each of the best prices of a class, over at most 100 offers.
    pub async fn depth(&self, class: ClassId) -> Result<Vec<Level>, Error> {
        self.ask(&QueryMsg::Depth { class, limit: Some(PAGE) }).await
    }

    /// An offer.
    pub async fn offer(&self, offer: OfferId) -> Result<OfferAnswer, Error> {
        self.ask(&QueryMsg::Offer { offer }).await
    }

    /// A node's offers, by class, at most 100.
    pub async fn offers(&self, node: NodeId) -> Result<Vec<OfferAnswer>, Error> {
        self.ask(&QueryMsg::Offers { node, start_after: None, limit: Some(PAGE) }).await
    }

    /// A deal, read raw; nothing where there never was one.
    pub async fn deal(&self, deal: DealId) -> Result<Option<Deal>, Error> {
        self.0.read(Part::Market, &raw::deal(deal)).await
    }

    /// A client's deals, the newest first, at most 100.
    pub async fn deals(&self, client: &str, start_before: Option<DealId>) -> Result<Vec<DealAnswer>, Error> {
        self.ask(&QueryMsg::Deals { client: client.to_owned(), start_before, limit: Some(PAGE) }).await
    }

    /// A commit, read raw; nothing where there is none.
    pub async fn commit(&self, deal: DealId, n: u64) -> Result<Option<Commit>, Error> {
        self.0.read(Part::Market, &raw::commit(deal, n)).await
    }

    /// A deal's commits, by number, at most 100.
    pub async fn commits(&self, deal: DealId, start_after: Option<u64>) -> Result<Vec<CommitAnswer>, Error> {
        self.ask(&QueryMsg::Commits { deal, start_after, limit: Some(PAGE) }).await
    }

    /// What the node of a worker's address has to do: one page of each, after these.
    pub async fn duties(
        &self,
        worker: &str,
        deals_after: Option<DealId>,
        commits_after: Option<(DealId, u64)>,
    ) -> Result<Duties, Error> {
        let worker = worker.to_owned();
        self.ask(&QueryMsg::Duties { worker, deals_after, commits_after, limit: Some(PAGE) }).await
    }

    /// What a node's stake has to answer for.
    pub async fn at_risk(&self, node: NodeId) -> Result<AtRisk, Error> {
        self.ask(&QueryMsg::AtRisk { node }).await
    }

    /// How a node's deals have ended, and its commits.
    pub async fn record(&self, node: NodeId) -> Result<Record, Error> {
        self.ask(&QueryMsg::Record { node }).await
    }

    async fn ask<A: serde::de::DeserializeOwned>(&self, query: &QueryMsg) -> Result<A, Error> {
        self.0.ask(Part::Market, query).await
    }
}
