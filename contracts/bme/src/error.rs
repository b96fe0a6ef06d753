//! What bme refuses, each with its stable code, its field and the remedy.

use cosmwasm_std::StdError;
use hearth_schema::own::Refusal;
use hearth_schema::terms::OutOfBounds;
use hearth_schema::unit::{Amount, Asset, DealId, OutOfRange, Seconds, TokenPrice};
use thiserror::Error;

/// What bme refuses.
#[derive(Error, Debug)]
pub enum ContractError {
    /// What any contract of the suite refuses.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// Tokens of another contract.
    #[error("bme/not-token: only the suite's token may be sent here; these tokens were not accepted")]
    NotToken,
    /// Tokens that came without a message that is understood.
    #[error("bme/hook: msg has to be {{\"deposit\":{{}}}} or {{\"deposit\":{{\"for\":\"address\"}}}}: {reason}")]
    Hook {
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing at all.
    #[error("bme/zero: {field} has to be above 0")]
    Zero {
        /// Where it stood.
        field: &'static str,
    },
    /// An asset that is not accepted.
    #[error("bme/asset-not-listed: {asset} is not accepted; use the token")]
    AssetNotListed {
        /// Which.
        asset: Asset,
    },
    /// An account that holds less.
    #[error("bme/insufficient: the account holds {held}, and {needed} are needed; deposit first")]
    Insufficient {
        /// What it holds.
        held: Amount,
        /// What is needed.
        needed: Amount,
    },
    /// No fresh price.
    #[error(
        "bme/price-stale: the token's price is older than {fresh} s; nothing is locked until a source posts a new one"
    )]
    PriceStale {
        /// How old it may be.
        fresh: Seconds,
    },
    /// Somebody who is not a source, or not yet.
    #[error("bme/price-source: you are no source of the price, or do not act yet; the owner lists sources")]
    PriceSource,
    /// A price of nothing.
    #[error("bme/price-zero: price has to be above 0")]
    PriceZero,
    /// A price from the future.
    #[error("bme/price-future: time {time} is after this block's {now}; post a price that was observed")]
    PriceFuture {
        /// When it was observed.
        time: Seconds,
        /// The block's time.
        now: Seconds,
    },
    /// A price that is stale already.
    #[error("bme/price-old: time {time} is older than {fresh} s; post a fresh price")]
    PriceOld {
        /// When it was observed.
        time: Seconds,
        /// How old it may be.
        fresh: Seconds,
    },
    /// A price that is not newer than the last.
    #[error(
        "bme/price-not-rising: time {time} is not after that of the last price, {last}; post what was observed later"
    )]
    PriceNotRising {
        /// When it was observed.
        time: Seconds,
        /// When the last was.
        last: Seconds,
    },
    /// A price too far from the last.
    #[error(
        "bme/price-jump: price {price} is more than twice or less than half of {last}, which is still fresh; post it again when that is stale"
    )]
    PriceJump {
        /// What was posted.
        price: TokenPrice,
        /// The last.
        last: TokenPrice,
    },
    /// A second price in one block.
    #[error("bme/price-twice: this block has its price; post the next in a later one")]
    PriceTwice,
    /// A source that is listed.
    #[error(
        "bme/source-exists: source {source_address} is listed already; it acts from the time that it was listed with"
    )]
    SourceExists {
        /// Which.
        source_address: String,
    },
    /// A source that is not listed.
    #[error("bme/unknown-source: source {source_address} is not listed; ask for the price to see who is")]
    UnknownSource {
        /// Which.
        source_address: String,
    },
    /// A deal that has an escrow.
    #[error("bme/escrow-exists: deal {deal} has its escrow; a deal is locked once")]
    EscrowExists {
        /// Which.
        deal: DealId,
    },
    /// A deal that has none.
    #[error("bme/unknown-escrow: deal {deal} has no escrow; a take opens one")]
    UnknownEscrow {
        /// Which.
        deal: DealId,
    },
    /// A deal that has ended.
    #[error("bme/escrow-ended: deal {deal} has ended; nothing more is charged")]
    EscrowEnded {
        /// Which.
        deal: DealId,
    },
    /// A commit that was charged.
    #[error("bme/charge-order: commit {n} of deal {deal} is not the next to be charged, {next}")]
    ChargeOrder {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// Which is next.
        next: u64,
    },
    /// A commit without a charge.
    #[error(
        "bme/unknown-charge: commit {n} of deal {deal} was not charged or is final; ask the market for its commits"
    )]
    UnknownCharge {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
    },
    /// A charge whose price is not known yet.
    #[error("bme/price-awaited: the charge waits for the next price, until {until} at most; try again then")]
    PriceAwaited {
        /// When the last price before serves.
        until: Seconds,
    },
}

impl From<StdError> for ContractError {
    fn from(error: StdError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<OutOfRange> for ContractError {
    fn from(error: OutOfRange) -> Self {
        Refusal::from(error).into()
    }
}

impl From<OutOfBounds> for ContractError {
    fn from(error: OutOfBounds) -> Self {
        Refusal::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use hearth_schema::code;

    #[test]
    fn every_code_is_listed_and_every_listed_code_is_said() {
        let word = |text: &&str| text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let said: std::collections::BTreeSet<String> = include_str!("error.rs")
            .split("\"bme/")
            .filter_map(|text| text.split_once(": ").map(|(code, _)| code).filter(word))
            .map(|code| format!("bme/{code}"))
            .collect();
        assert_eq!(said, code::BME.iter().map(ToString::to_string).collect());
    }
}
