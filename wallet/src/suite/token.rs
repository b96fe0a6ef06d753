//! The cw20.

use cosmwasm_std::Binary;
use hearth_schema::cw20::{Balance, ExecuteMsg, QueryMsg, TokenInfo};
use hearth_schema::deploy::Part;
use hearth_schema::unit::{NodeId, TokenAmount};
use hearth_schema::{bme, bonds};
use serde::Serialize;

use crate::error::Error;
use crate::suite::Suite;
use crate::tx::Message;

/// The cw20 of a deployment.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a>(pub(super) &'a Suite);

impl<'a> Token<'a> {
    /// Its address.
    pub fn address(&self) -> &'a str {
        self.0.address(Part::Token)
    }

    /// Tells it something.
    pub fn tell(&self, msg: &ExecuteMsg) -> Result<Message, Error> {
        self.0.tell(Part::Token, msg)
    }

    /// Moves tokens of the sender.
    pub fn transfer(&self, recipient: &str, amount: TokenAmount) -> Result<Message, Error> {
        self.tell(&ExecuteMsg::Transfer { recipient: recipient.to_owned(), amount })
    }

    /// Tokens of the sender into an account of bme; the sender's own where none is named.
    pub fn deposit(&self, account: Option<String>, amount: TokenAmount) -> Result<Message, Error> {
        self.send(Part::Bme, amount, &bme::Hook::Deposit { r#for: account })
    }

    /// Tokens of the sender into a node's stake.
    pub fn bond(&self, node: NodeId, amount: TokenAmount) -> Result<Message, Error> {
        self.send(Part::Bonds, amount, &bonds::Hook::Bond { node })
    }

    fn send(&self, part: Part, amount: TokenAmount, hook: &impl Serialize) -> Result<Message, Error> {
        let msg = serde_json::to_vec(hook).map_err(|error| Error::unreadable("the message", error))?;
        let contract = self.0.address(part).to_owned();
        self.tell(&ExecuteMsg::Send { contract, amount, msg: Binary::from(msg) })
    }

    /// What an address holds.
    pub async fn balance(&self, address: &str) -> Result<TokenAmount, Error> {
        let answer: Balance = self.0.ask(Part::Token, &QueryMsg::Balance { address: address.to_owned() }).await?;
        Ok(TokenAmount::new(answer.balance.u128()))
    }

    /// Its name, digits and supply.
    pub async fn info(&self) -> Result<TokenInfo, Error> {
        self.0.ask(Part::Token, &QueryMsg::TokenInfo {}).await
    }
}
