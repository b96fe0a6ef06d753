//! The contracts of a deployment, typed: what each is told, asked, and says.
//!
//! - [`token`], [`bme`], [`bonds`], [`market`], [`audit`] – a handle each
//!
//! A handle's `tell` makes a message for a [`Sender`](crate::tx::Sender); its other methods ask. What a transaction did
//! is read from its events: [`Included::event`](crate::tx::Included::event).

pub mod audit;
pub mod bme;
pub mod bonds;
pub mod market;
pub mod token;

use hearth_schema::deploy::{Addresses, Part};
use hearth_schema::raw::Key;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::chain::Client;
use crate::error::Error;
use crate::tx::Message;

/// A deployment on a chain.
#[derive(Clone, Debug)]
pub struct Suite {
    client: Client,
    at: Addresses,
}

impl Suite {
    /// The deployment at these addresses.
    pub const fn new(client: Client, at: Addresses) -> Self {
        Self { client, at }
    }

    /// Its chain.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Its addresses.
    pub const fn addresses(&self) -> &Addresses {
        &self.at
    }

    /// The address of a part.
    pub fn address(&self, part: Part) -> &str {
        self.at.of(part)
    }

    /// The cw20.
    pub const fn token(&self) -> token::Token<'_> {
        token::Token(self)
    }

    /// Burn and mint.
    pub const fn bme(&self) -> bme::Bme<'_> {
        bme::Bme(self)
    }

    /// The stakes.
    pub const fn bonds(&self) -> bonds::Bonds<'_> {
        bonds::Bonds(self)
    }

    /// The book and the deals.
    pub const fn market(&self) -> market::Market<'_> {
        market::Market(self)
    }

    /// The beacon and finality.
    pub const fn audit(&self) -> audit::Audit<'_> {
        audit::Audit(self)
    }

    fn tell(&self, part: Part, msg: &impl Serialize) -> Result<Message, Error> {
        Message::execute(self.at.of(part), msg)
    }

    async fn ask<A: DeserializeOwned>(&self, part: Part, query: &impl Serialize) -> Result<A, Error> {
        self.client.smart(self.at.of(part), query).await
    }

    async fn read<T: DeserializeOwned>(&self, part: Part, key: &Key<T>) -> Result<Option<T>, Error> {
        self.client.raw(self.at.of(part), key).await
    }
}
