//! The beacon and finality.

use cosmwasm_std::HexBinary;
use hearth_schema::audit::{Audit as Standing, Beacon, Config, ExecuteMsg, Opening, QueryMsg};
use hearth_schema::beacon::Schedule;
use hearth_schema::deploy::Part;
use hearth_schema::raw;
use hearth_schema::unit::{DealId, Round};

use crate::error::Error;
use crate::suite::Suite;
use crate::tx::Message;

/// The audit of a deployment.
#[derive(Clone, Copy, Debug)]
pub struct Audit<'a>(pub(super) &'a Suite);

impl<'a> Audit<'a> {
    /// Its address.
    pub fn address(&self) -> &'a str {
        self.0.address(Part::Audit)
    }

    /// Tells it something.
    pub fn tell(&self, msg: &ExecuteMsg) -> Result<Message, Error> {
        self.0.tell(Part::Audit, msg)
    }

    /// Stores a signed round of the beacon.
    pub fn add_beacon(&self, network: u32, round: Round, signature: HexBinary) -> Result<Message, Error> {
        self.tell(&ExecuteMsg::AddBeacon { network, round, signature })
    }

    /// Opens the leaves that the beacon drew.
    pub fn draw(&self, deal: DealId, n: u64, openings: Vec<Opening>) -> Result<Message, Error> {
        self.tell(&ExecuteMsg::Draw { deal, n, openings })
    }

    /// Ends a commit whose clocks have run out.
    pub fn resolve(&self, deal: DealId, n: u64) -> Result<Message, Error> {
        self.tell(&ExecuteMsg::Resolve { deal, n })
    }

    /// How it was made.
    pub async fn config(&self) -> Result<Config, Error> {
        self.0.ask(Part::Audit, &QueryMsg::Config {}).await
    }

    /// The networks and the gaps, read raw.
    pub async fn schedule(&self) -> Result<Option<Schedule>, Error> {
        self.0.read(Part::Audit, &raw::schedule()).await
    }

    /// A stored round of the beacon, read raw.
    pub async fn beacon(&self, network: u32, round: Round) -> Result<Option<Beacon>, Error> {
        self.0.read(Part::Audit, &raw::beacon(network, round)).await
    }

    /// Where the audit of a commit stands, and what it waits for.
    pub async fn standing(&self, deal: DealId, n: u64) -> Result<Standing, Error> {
        self.0.ask(Part::Audit, &QueryMsg::Audit { deal, n }).await
    }
}
