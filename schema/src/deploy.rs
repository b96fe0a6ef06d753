//! The deployment plan as data: what is made in which order, at which address, wired how.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, CanonicalAddr, Instantiate2AddressError, StdError, instantiate2_address, to_json_binary};
use thiserror::Error;

use crate::beacon::Network;
use crate::digest::Digest;
use crate::terms::{OutOfBounds, Profile};
use crate::unit::TokenAmount;
use crate::{audit, bme, bonds, cw20, market};

/// A contract of the suite.
#[cw_serde]
#[derive(Copy, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The cw20.
    Token,
    /// Burn and mint.
    Bme,
    /// The stakes.
    Bonds,
    /// The book and the deals.
    Market,
    /// The beacon and finality.
    Audit,
}

impl Part {
    /// In the order of their making.
    pub const ALL: [Self; 5] = [Self::Token, Self::Bme, Self::Bonds, Self::Market, Self::Audit];

    /// The name of its artifact, its folder and its label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Bme => "bme",
            Self::Bonds => "bonds",
            Self::Market => "market",
            Self::Audit => "audit",
        }
    }
}

/// What a deployer decides.
#[cw_serde]
pub struct Plan {
    /// Makes the contracts, from whose address theirs follow; has no power over them afterwards.
    pub creator: String,
    /// Owns the contracts.
    pub owner: String,
    /// Adds models and classes.
    pub curator: String,
    /// Gets the deployer's share.
    pub treasury: String,
    /// The token.
    pub token: Token,
    /// The sources of its price.
    pub sources: Vec<String>,
    /// The beacon.
    pub network: Network,
    /// The clocks.
    pub profile: Profile,
    /// Distinguishes suites of one creator: 1 to 32 bytes.
    pub salt: String,
}

/// The token of a deployment.
#[cw_serde]
pub struct Token {
    /// Its name.
    pub name: String,
    /// Its symbol.
    pub symbol: String,
    /// Its digits: one base unit should stay below 10⁻⁶ $. At most 18.
    pub decimals: u8,
    /// Who holds what at genesis.
    pub balances: Vec<cw20::Coin>,
    /// The supply that is never passed: genesis and all emission.
    pub cap: TokenAmount,
}

/// The suite's addresses, by part.
#[cw_serde]
pub struct Addresses {
    /// The cw20.
    pub token: String,
    /// Burn and mint.
    pub bme: String,
    /// The stakes.
    pub bonds: String,
    /// The book and the deals.
    pub market: String,
    /// The beacon and finality.
    pub audit: String,
}

impl Addresses {
    /// The address of a part.
    pub fn of(&self, part: Part) -> &str {
        match part {
            Part::Token => &self.token,
            Part::Bme => &self.bme,
            Part::Bonds => &self.bonds,
            Part::Market => &self.market,
            Part::Audit => &self.audit,
        }
    }
}

/// One instantiate2 message of a deployment.
#[cw_serde]
pub struct Step {
    /// Which contract.
    pub part: Part,
    /// Its label.
    pub label: String,
    /// Its salt.
    pub salt: Binary,
    /// Its instantiation message.
    pub msg: Binary,
}

/// Why a plan cannot be carried out.
#[derive(Error, Debug)]
pub enum Unplanned {
    /// A parameter out of its bounds.
    #[error(transparent)]
    Bounds(#[from] OutOfBounds),
    /// Two parts that need one address, or an address that cannot be made.
    #[error("the address of {part} cannot be predicted: {reason}")]
    Address {
        /// Which part.
        part: &'static str,
        /// Why not.
        reason: String,
    },
    /// JSON.
    #[error(transparent)]
    Std(#[from] StdError),
}

impl Plan {
    /// Whether the plan's values are within their bounds.
    pub fn check(&self) -> Result<(), Unplanned> {
        self.profile.check()?;
        let salt = self.salt.len();
        if !(1..=32).contains(&salt) {
            return Err(OutOfBounds { field: "salt", value: salt.to_string(), bounds: "from 1 to 32 bytes" }.into());
        }
        if self.token.decimals > 18 {
            let value = self.token.decimals.to_string();
            return Err(OutOfBounds { field: "token.decimals", value, bounds: "at most 18" }.into());
        }
        Ok(())
    }

    /// The salt of a part.
    pub fn salt(&self, part: Part) -> Vec<u8> {
        format!("{}/{}", self.salt, part.name()).into_bytes()
    }

    /// The addresses that the parts will have, from the checksums of their code; `humanize` spells an address.
    pub fn addresses<E: ToString>(
        &self,
        creator: &CanonicalAddr,
        checksum: impl Fn(Part) -> Digest,
        humanize: impl Fn(&CanonicalAddr) -> Result<String, E>,
    ) -> Result<Addresses, Unplanned> {
        let predict = |part: Part| {
            let refuse = |reason: String| Unplanned::Address { part: part.name(), reason };
            let address = instantiate2_address(checksum(part).as_slice(), creator, &self.salt(part))
                .map_err(|error: Instantiate2AddressError| refuse(error.to_string()))?;
            humanize(&address).map_err(|error| refuse(error.to_string()))
        };
        Ok(Addresses {
            token: predict(Part::Token)?,
            bme: predict(Part::Bme)?,
            bonds: predict(Part::Bonds)?,
            market: predict(Part::Market)?,
            audit: predict(Part::Audit)?,
        })
    }

    /// The messages, in their order.
    pub fn steps(&self, at: &Addresses) -> Result<Vec<Step>, Unplanned> {
        self.check()?;
        Part::ALL
            .into_iter()
            .map(|part| {
                let msg = match part {
                    Part::Token => to_json_binary(&self.token(at)),
                    Part::Bme => to_json_binary(&self.bme(at)),
                    Part::Bonds => to_json_binary(&self.bonds(at)),
                    Part::Market => to_json_binary(&self.market(at)),
                    Part::Audit => to_json_binary(&self.audit(at)),
                }?;
                let label = format!("{}/{}", self.salt, part.name());
                Ok(Step { part, label, salt: self.salt(part).into(), msg })
            })
            .collect()
    }

    fn token(&self, at: &Addresses) -> cw20::InstantiateMsg {
        cw20::InstantiateMsg {
            name: self.token.name.clone(),
            symbol: self.token.symbol.clone(),
            decimals: self.token.decimals,
            initial_balances: self.token.balances.clone(),
            mint: Some(cw20::Minter { minter: at.bme.clone(), cap: Some(self.token.cap) }),
            marketing: None,
        }
    }

    fn bme(&self, at: &Addresses) -> bme::InstantiateMsg {
        bme::InstantiateMsg {
            owner: self.owner.clone(),
            token: at.token.clone(),
            decimals: self.token.decimals,
            market: at.market.clone(),
            treasury: self.treasury.clone(),
            fresh: self.profile.fresh,
            activation: self.profile.activation,
            sources: self.sources.clone(),
        }
    }

    fn bonds(&self, at: &Addresses) -> bonds::InstantiateMsg {
        bonds::InstantiateMsg {
            owner: self.owner.clone(),
            token: at.token.clone(),
            audit: at.audit.clone(),
            unbonding: self.profile.unbonding,
            jail: self.profile.jail,
            block_ms: self.profile.terms.clocks.block_ms,
        }
    }

    fn market(&self, at: &Addresses) -> market::InstantiateMsg {
        market::InstantiateMsg {
            owner: self.owner.clone(),
            curator: self.curator.clone(),
            bme: at.bme.clone(),
            bonds: at.bonds.clone(),
            audit: at.audit.clone(),
            terms: self.profile.terms,
            decimals: self.token.decimals,
            fresh: self.profile.fresh,
            unbonding: self.profile.unbonding,
            offer_life: self.profile.offer_life,
        }
    }

    fn audit(&self, at: &Addresses) -> audit::InstantiateMsg {
        audit::InstantiateMsg {
            owner: self.owner.clone(),
            market: at.market.clone(),
            bonds: at.bonds.clone(),
            network: self.network.clone(),
            activation: self.profile.activation,
        }
    }
}

#[cfg(test)]
#[path = "deploy_tests.rs"]
mod tests;
