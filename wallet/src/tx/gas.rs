//! What a transaction may cost: simulated, raised, and held under two caps.

use std::fmt;

use hearth_schema::sign::PublicKey;
use serde::{Deserialize, Serialize};

use crate::chain::{Account, Chain, Client};
use crate::error::{Error, Refusal};
use crate::tx::Message;
use crate::tx::sign::Frame;

/// A fee in base units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// How many.
    #[serde(with = "text")]
    pub amount: u128,
    /// Of what.
    pub denom: String,
}

/// A number of 128 bits as JSON's readers keep it: a text.
mod text {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(amount: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(amount)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for Fee {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.amount, self.denom)
    }
}

/// What a transaction would use and cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// What the simulation used.
    pub gas_used: u64,
    /// What the transaction asks for.
    pub gas: u64,
    /// What it pays.
    pub fee: Fee,
}

impl Client {
    /// Simulates messages of an address, with or without its key: nothing is signed.
    pub async fn estimate(
        &self,
        sender: &str,
        key: Option<&PublicKey>,
        messages: &[Message],
    ) -> Result<Estimate, Error> {
        let account = self.signing_account(sender).await?;
        self.estimate_as(sender, account, key, messages).await
    }

    pub(crate) async fn estimate_as(
        &self,
        sender: &str,
        account: Account,
        key: Option<&PublicKey>,
        messages: &[Message],
    ) -> Result<Estimate, Error> {
        let chain_id = &self.chain().id;
        let frame = Frame { chain_id, sender, account, gas: 0, fee: None, signed_at: 0, timeout_height: 0 };
        let gas_used = self.simulate(frame.unsigned(messages, key)).await?;
        raised(self.chain(), gas_used)
    }

    /// The account of one who signs; one that never received coins cannot.
    pub(crate) async fn signing_account(&self, address: &str) -> Result<Account, Error> {
        self.account(address).await?.ok_or_else(|| {
            let words = format!("{address} has never received coins on {}: it cannot pay for gas", self.chain().id);
            Error::Funds(Refusal { codespace: "sdk".to_owned(), code: 9, suite: None, words, hash: None })
        })
    }
}

impl Estimate {
    /// What so much gas costs, where nothing was simulated.
    pub fn fixed(chain: &Chain, gas: u64) -> Result<Self, Error> {
        let estimate = raised(&Chain { gas_factor: 100, ..chain.clone() }, gas)?;
        Ok(Self { gas_used: 0, ..estimate })
    }
}

/// What was used, raised by the factor and held under the caps.
fn raised(chain: &Chain, gas_used: u64) -> Result<Estimate, Error> {
    let too_much = |what: String, hint: &str| Err(Error::usage_hint(what, hint));
    let gas = gas_used.saturating_mul(chain.gas_factor).div_ceil(100);
    if gas > chain.max_gas {
        let what = format!("it would need {gas} gas, and max_gas is {}: nothing was signed", chain.max_gas);
        return too_much(what, "raise max_gas in the profile, or do less at once");
    }
    let amount = chain.gas_price.of(gas).unwrap_or(u128::MAX);
    let denom = chain.gas_price.denom().to_owned();
    if amount > u128::from(chain.max_fee) {
        let what = format!("its fee would be {amount}{denom}, and max_fee is {}: nothing was signed", chain.max_fee);
        return too_much(what, "raise max_fee in the profile");
    }
    Ok(Estimate { gas_used, gas, fee: Fee { amount, denom } })
}

#[cfg(test)]
#[path = "gas_tests.rs"]
mod tests;
