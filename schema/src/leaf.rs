//! The leaf of a deal's tree: one request, its answer, what it counted and what it cost.

use cosmwasm_schema::cw_serde;

use crate::digest::{Digest, Preimage};
use crate::tree::Node;
use crate::unit::{OutOfRange, Price, Usd};

/// Tokens by the way they are priced.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq, Default)]
pub struct Counts {
    /// Tokens of the prompt that were computed.
    pub input: u64,
    /// Tokens of the prompt that were found in a cache.
    pub cached: u64,
    /// Tokens of the answer.
    pub output: u64,
}

/// What input and cached tokens weigh against an output token, in thousandths.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq)]
pub struct Weights {
    /// An input token.
    pub input: u32,
    /// A cached input token.
    pub cached: u32,
}

impl Weights {
    /// An output token weighs a thousand thousandths.
    pub const OUTPUT: u32 = 1_000;
    /// The heaviest that a class may say: a thousand output tokens.
    pub const MAX: u32 = 1_000_000;

    /// Whether each is within its bound, and a cached token weighs no more than a computed one.
    pub const fn sound(self) -> bool {
        self.input <= Self::MAX && self.cached <= self.input
    }

    /// ⌈price · Σ count·weight / 1000⌉, rounded once.
    pub fn fee(self, price: Price, counts: Counts) -> Result<Usd, OutOfRange> {
        let range = OutOfRange { unit: "Usd" };
        let part = |count: u64, weight: u32| u128::from(count).checked_mul(weight.into());
        let sum = part(counts.input, self.input)
            .and_then(|sum| sum.checked_add(part(counts.cached, self.cached)?))
            .and_then(|sum| sum.checked_add(part(counts.output, Self::OUTPUT)?))
            .ok_or(range)?;
        crate::unit::mul_div_ceil(price.u128(), sum, 1_000).map(Usd::new).ok_or(range)
    }
}

/// Why an answer ended.
#[cw_serde]
#[derive(Copy, Eq, Hash)]
pub struct Finish(pub u8);

impl Finish {
    /// The model ended it, or a stop sequence did.
    pub const STOP: Self = Self(0);
    /// The limit of tokens was reached.
    pub const LENGTH: Self = Self(1);
    /// The client went away.
    pub const CANCELLED: Self = Self(2);
    /// The engine failed; what it had produced is counted.
    pub const FAILED: Self = Self(3);
}

/// Which engine computed an answer, and how.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Engine {
    /// The model's digest, as its class names it.
    pub model: Digest,
    /// The engine class, as the product class names it.
    pub class: String,
    /// The engine's version, chosen by the node.
    pub version: String,
    /// The sampler, as the product class names it.
    pub sampler: String,
    /// The seed of the answer.
    pub seed: u64,
}

impl Engine {
    /// The digest that a leaf holds.
    pub fn digest(&self) -> Digest {
        Preimage::of("engine")
            .digest(&self.model)
            .text(&self.class)
            .text(&self.version)
            .text(&self.sampler)
            .number(self.seed)
            .hash()
    }
}

/// One request of a deal. All fields are there from the first day: later organs fill, never add.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Leaf {
    /// Its place among all the leaves of its deal, from 0.
    pub index: u64,
    /// Digest of the request.
    pub request: Digest,
    /// Digest of the answer's token ids.
    pub output: Digest,
    /// Digest of the worker's log-probability trace, or zero.
    pub evidence: Digest,
    /// Digest of the sealed audit bundle, or zero.
    pub bundle: Digest,
    /// Digest of the engine's statement.
    pub engine: Digest,
    /// What was counted.
    pub counts: Counts,
    /// Why it ended.
    pub finish: Finish,
    /// What it cost.
    pub fee: Usd,
}

impl Leaf {
    /// The leaf's hash.
    pub fn hash(&self) -> Digest {
        Preimage::of("leaf")
            .number(self.index)
            .digest(&self.request)
            .digest(&self.output)
            .digest(&self.evidence)
            .digest(&self.bundle)
            .digest(&self.engine)
            .number(self.counts.input)
            .number(self.counts.cached)
            .number(self.counts.output)
            .bytes(&[self.finish.0])
            .amount(self.fee.u128())
            .hash()
    }

    /// The leaf as a node of the tree: its sum is its fee.
    pub fn node(&self) -> Node {
        Node { hash: self.hash(), sum: self.fee }
    }
}

/// What a deal has counted since it began: cumulative.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(Copy, Eq, Default)]
pub struct Totals {
    /// Leaves.
    pub count: u64,
    /// Input tokens.
    pub input: u64,
    /// Cached input tokens.
    pub cached: u64,
    /// Output tokens.
    pub output: u64,
    /// Fees.
    pub spent: Usd,
}

impl Totals {
    /// The totals after one more leaf.
    pub fn plus(self, leaf: &Leaf) -> Result<Self, OutOfRange> {
        let add = |a: u64, b: u64| a.checked_add(b).ok_or(OutOfRange { unit: "Totals" });
        Ok(Self {
            count: add(self.count, 1)?,
            input: add(self.input, leaf.counts.input)?,
            cached: add(self.cached, leaf.counts.cached)?,
            output: add(self.output, leaf.counts.output)?,
            spent: self.spent.plus(leaf.fee)?,
        })
    }

    /// The token counts alone.
    pub const fn counts(&self) -> Counts {
        Counts { input: self.input, cached: self.cached, output: self.output }
    }

    /// What was added since earlier totals; nothing where any of them fell.
    pub fn since(&self, earlier: &Self) -> Option<Self> {
        Some(Self {
            count: self.count.checked_sub(earlier.count)?,
            input: self.input.checked_sub(earlier.input)?,
            cached: self.cached.checked_sub(earlier.cached)?,
            output: self.output.checked_sub(earlier.output)?,
            spent: self.spent.minus(earlier.spent).ok()?,
        })
    }

    /// Whether the fee of these leaves is what their counts cost, or above it by less than a pico-dollar a leaf, each
    /// leaf having been rounded up by itself.
    pub fn costs(&self, price: Price, weights: Weights) -> Result<bool, OutOfRange> {
        let least = weights.fee(price, self.counts())?;
        Ok(self.spent >= least && self.spent.minus(least)?.u128() <= u128::from(self.count))
    }

    pub(crate) fn write(&self, preimage: Preimage) -> Preimage {
        preimage.number(self.count).number(self.input).number(self.cached).number(self.output).amount(self.spent.u128())
    }
}

#[cfg(test)]
#[path = "leaf_tests.rs"]
mod tests;
