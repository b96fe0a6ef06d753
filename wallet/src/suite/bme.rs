//! Burn and mint.

use hearth_schema::bme::{
    Account, Claims, Config, Escrow, ExecuteMsg, Law, Pending, PriceAnswer, QueryMsg, Quote, Status,
};
use hearth_schema::deploy::Part;
use hearth_schema::own::Ownership;
use hearth_schema::raw;
use hearth_schema::unit::{Amount, Asset, DealId, Seconds, TokenPrice};

use crate::error::Error;
use crate::suite::Suite;
use crate::tx::Message;

/// The bme of a deployment.
#[derive(Clone, Copy, Debug)]
pub struct Bme<'a>(pub(super) &'a Suite);

impl<'a> Bme<'a> {
    /// Its address.
    pub fn address(&self) -> &'a str {
        self.0.address(Part::Bme)
    }

    /// Tells it something.
    pub fn tell(&self, msg: &ExecuteMsg) -> Result<Message, Error> {
        self.0.tell(Part::Bme, msg)
    }

    /// Takes what is free in the sender's account.
    pub fn withdraw(&self, asset: Asset, amount: Amount) -> Result<Message, Error> {
        self.tell(&ExecuteMsg::Withdraw { asset, amount })
    }

    /// Posts the token's price.
    pub fn price(&self, price: TokenPrice, time: Seconds) -> Result<Message, Error> {
        self.tell(&ExecuteMsg::Price { price, time })
    }

    /// Converts a charge that waited for a price.
    pub fn push(&self, deal: DealId, n: u64) -> Result<Message, Error> {
        self.tell(&ExecuteMsg::Push { deal, n })
    }

    /// Mints what is owed to an account; to the sender's where none is named.
    pub fn claim(&self, account: Option<String>) -> Result<Message, Error> {
        self.tell(&ExecuteMsg::Claim { account, asset: Asset::Token })
    }

    /// How it was made.
    pub async fn config(&self) -> Result<Config, Error> {
        self.0.ask(Part::Bme, &QueryMsg::Config {}).await
    }

    /// Who owns it.
    pub async fn ownership(&self) -> Result<Ownership, Error> {
        self.0.ask(Part::Bme, &QueryMsg::Ownership {}).await
    }

    /// What an account holds free.
    pub async fn account(&self, account: &str, asset: Asset) -> Result<Account, Error> {
        self.0.ask(Part::Bme, &QueryMsg::Account { account: account.to_owned(), asset }).await
    }

    /// A deal's escrow.
    pub async fn escrow(&self, deal: DealId) -> Result<Option<Escrow>, Error> {
        self.0.read(Part::Bme, &raw::escrow(deal)).await
    }

    /// What a commit was charged, until it is settled or refunded.
    pub async fn pending(&self, deal: DealId, n: u64) -> Result<Option<Pending>, Error> {
        self.0.ask(Part::Bme, &QueryMsg::Pending { deal, n }).await
    }

    /// What is owed to an account.
    pub async fn claims(&self, account: &str) -> Result<Claims, Error> {
        self.0.ask(Part::Bme, &QueryMsg::Claims { account: account.to_owned() }).await
    }

    /// The token's price and its sources.
    pub async fn price_answer(&self) -> Result<PriceAnswer, Error> {
        self.0.ask(Part::Bme, &QueryMsg::Price {}).await
    }

    /// The token's price, read raw; nothing before the first.
    pub async fn quote(&self) -> Result<Option<Quote>, Error> {
        self.0.read(Part::Bme, &raw::price()).await
    }

    /// What is halted, and why.
    pub async fn status(&self) -> Result<Status, Error> {
        self.0.ask(Part::Bme, &QueryMsg::Status {}).await
    }

    /// The laws of its money, term by term.
    pub async fn law(&self) -> Result<Law, Error> {
        self.0.ask(Part::Bme, &QueryMsg::Law {}).await
    }
}
