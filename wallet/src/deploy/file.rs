//! The deployer's plan as a TOML file: what `schema::deploy::Plan` needs, and the first models and classes.

use std::fs;
use std::path::Path;

use cosmwasm_std::HexBinary;
use hearth_schema::beacon::Network;
use hearth_schema::cw20;
use hearth_schema::deploy::{Plan, Token};
use hearth_schema::digest::Digest;
use hearth_schema::leaf::Weights;
use hearth_schema::market::EngineClass;
use hearth_schema::terms::Profile;
use hearth_schema::unit::{Seconds, TokenAmount};
use serde::Deserialize;

use crate::amount;
use crate::error::Error;

/// What a deployer wishes for. What is left out of owner, curator, treasury and sources is the creator.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// Distinguishes suites of one creator: 1 to 32 bytes.
    pub salt: String,
    /// Owns the contracts.
    pub owner: Option<String>,
    /// Adds models and classes.
    pub curator: Option<String>,
    /// Gets the deployer's share.
    pub treasury: Option<String>,
    /// Post the token's price.
    pub sources: Option<Vec<String>>,
    /// The clocks.
    pub profile: Clocks,
    /// The token.
    pub token: WishedToken,
    /// The beacon; drand's quicknet where it is left out.
    pub beacon: Option<WishedBeacon>,
    /// The first models.
    #[serde(default)]
    pub models: Vec<WishedModel>,
    /// The first classes.
    #[serde(default)]
    pub classes: Vec<WishedClass>,
}

/// Which clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clocks {
    /// Where money is at stake.
    Production,
    /// Embedded chains and tests.
    Short,
}

/// The token; amounts are in whole tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishedToken {
    /// Its name.
    pub name: String,
    /// Its symbol.
    pub symbol: String,
    /// Its digits.
    pub decimals: u8,
    /// The supply that is never passed, as in `1000000token`.
    pub cap: String,
    /// Who holds what at genesis.
    #[serde(default)]
    pub genesis: Vec<Holding>,
}

/// What an address holds at genesis.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// Whose.
    pub address: String,
    /// As in `1000token`.
    pub amount: String,
}

/// A beacon network.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishedBeacon {
    /// Its public key, 96 bytes in hex.
    pub public_key: HexBinary,
    /// The time of its round 1.
    pub genesis: u64,
    /// Seconds between two rounds.
    pub period: u64,
}

/// A model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishedModel {
    /// What clients read.
    pub name: String,
    /// Digest of its weights and its tokenizer.
    pub digest: Digest,
    /// Where it is found.
    pub source: String,
}

/// A class for inference.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishedClass {
    /// The model's name.
    pub model: String,
    /// How much of a result is deterministic.
    pub engine: EngineClass,
    /// The sampler.
    pub sampler: String,
    /// Whether the node proves a trusted environment.
    #[serde(default)]
    pub tee: bool,
    /// What input and cached tokens weigh.
    pub weights: Weights,
}

impl Wish {
    /// Reads a plan.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        Self::parse(&text).map_err(|error| Error::file(path, error))
    }

    /// Reads a plan's text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| Error::usage(format!("it is no plan: {}", one_line(&error.to_string()))))
    }

    /// The plan for this creator.
    pub fn plan(&self, creator: &str) -> Result<Plan, Error> {
        let or_creator = |named: &Option<String>| named.clone().unwrap_or_else(|| creator.to_owned());
        let decimals = self.token.decimals;
        let tokens = |text: &str| amount::tokens(text, decimals, &self.token.symbol);
        let held = |holding: &Holding| -> Result<cw20::Coin, Error> {
            Ok(cw20::Coin { address: holding.address.clone(), amount: tokens(&holding.amount)? })
        };
        let balances = self.token.genesis.iter().map(held).collect::<Result<Vec<_>, _>>()?;
        let network = self.beacon.as_ref().map_or_else(Network::quicknet, |beacon| Network {
            public_key: beacon.public_key.clone(),
            genesis: Seconds(beacon.genesis),
            period: Seconds(beacon.period),
            from: Seconds(0),
        });
        let plan = Plan {
            creator: creator.to_owned(),
            owner: or_creator(&self.owner),
            curator: or_creator(&self.curator),
            treasury: or_creator(&self.treasury),
            token: Token {
                name: self.token.name.clone(),
                symbol: self.token.symbol.clone(),
                decimals,
                balances,
                cap: tokens(&self.token.cap)?,
            },
            sources: self.sources.clone().unwrap_or_else(|| vec![creator.to_owned()]),
            network,
            profile: match self.profile {
                Clocks::Production => Profile::production(),
                Clocks::Short => Profile::short(),
            },
            salt: self.salt.clone(),
        };
        plan.check().map_err(|error| Error::usage(format!("the plan cannot be carried out: {error}")))?;
        check_supply(&plan)?;
        Ok(plan)
    }
}

/// A genesis above the cap would be refused by the token only after four uploads.
fn check_supply(plan: &Plan) -> Result<(), Error> {
    let sum = plan.token.balances.iter().try_fold(TokenAmount::ZERO, |sum, coin| sum.plus(coin.amount));
    match sum {
        Ok(sum) if sum <= plan.token.cap => Ok(()),
        _ => Err(Error::usage_hint("the tokens at genesis are more than the cap", "raise token.cap in the plan")),
    }
}

/// The first line of words that come with a picture of the place.
pub(crate) fn one_line(words: &str) -> String {
    let lines: Vec<&str> = words.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match (lines.first(), lines.last()) {
        (Some(first), Some(last)) if first != last => format!("{first}: {last}"),
        (Some(first), _) => (*first).to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
