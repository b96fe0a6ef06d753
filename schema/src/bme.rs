//! bme: burn and mint. Clients' accounts, escrows, pending charges, what is owed, and the token's price.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::Addr;

use crate::clock::Moment;
use crate::cw20;
use crate::event::events;
use crate::own::Act;
use crate::terms::Split;
use crate::unit::{Amount, Asset, DealId, Seconds, TokenAmount, TokenPrice, Usd};

/// How the contract is made: wired for good to siblings whose addresses are predicted.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// May list sources of the price, pause and resume.
    pub owner: String,
    /// The cw20 whose minter this contract is.
    pub token: String,
    /// The token's digits, at most 18.
    pub decimals: u8,
    /// The market: it alone locks, charges, settles, refunds and releases.
    pub market: String,
    /// Gets the deployer's share.
    pub treasury: String,
    /// How old a price may be.
    pub fresh: Seconds,
    /// From the naming of a price source to its acting.
    pub activation: Seconds,
    /// The sources of the price that act from the beginning, at most 8.
    pub sources: Vec<String>,
}

/// What may be said to the contract.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// The token alone says it: somebody sent tokens with a [`Hook`].
    Receive(cw20::Received),
    /// Anyone takes what is free in the own account. Never paused.
    Withdraw {
        /// In which asset.
        asset: Asset,
        /// How much.
        amount: Amount,
    },
    /// A listed source posts the token's price; its time rises and is not in the future.
    Price {
        /// Pico-dollars per whole token.
        price: TokenPrice,
        /// When it was observed.
        time: Seconds,
    },
    /// The market: account → escrow, for a new deal.
    Lock {
        /// The deal.
        deal: DealId,
        /// Who pays.
        client: String,
        /// Who is paid.
        payee: String,
        /// In which asset.
        asset: Asset,
        /// The most that the deal may charge.
        max_spend: Usd,
        /// Who gets what, from the deal's terms.
        split: Split,
    },
    /// The market: escrow → pending, at this instant's price; without a fresh one, the dollars are recorded.
    Charge {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// What the commit costs.
        fee: Usd,
    },
    /// The market: a commit passed. Its tokens are burned and, less what is destroyed, owed.
    Settle {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
    },
    /// The market: a commit failed. Its charge goes back to the client, the very units. Never paused.
    Refund {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
    },
    /// The market: a deal has ended. What its escrow still holds goes back, as soon as no charge waits. Never paused.
    Release {
        /// The deal.
        deal: DealId,
    },
    /// Anyone converts a charge that waited for a price.
    Push {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
    },
    /// Anyone mints what is owed to an account, after burning what is due.
    Claim {
        /// Whose; the sender's own where it is left out.
        account: Option<String>,
        /// In which asset.
        asset: Asset,
    },
    /// Anyone burns what is due.
    Crank {},
    /// The owner names a source of the price; it acts after the activation time.
    AddSource {
        /// Which.
        source: String,
    },
    /// The owner strikes a source of the price, at once.
    RemoveSource {
        /// Which.
        source: String,
    },
    /// Ownership and pause.
    Own(Act),
}

/// What tokens are sent here for.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Hook {
    /// Into an account, from which deals are paid.
    Deposit {
        /// Whose; the sender's own where it is left out.
        r#for: Option<String>,
    },
}

/// A migration carries nothing.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct MigrateMsg {}

/// What may be asked.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// How the contract was made.
    #[returns(Config)]
    Config {},
    /// Who owns it.
    #[returns(crate::own::Ownership)]
    Ownership {},
    /// What an account holds free.
    #[returns(Account)]
    Account {
        /// Whose.
        account: String,
        /// In which asset.
        asset: Asset,
    },
    /// A deal's escrow.
    #[returns(Escrow)]
    Escrow {
        /// The deal.
        deal: DealId,
    },
    /// What a commit was charged, until it is settled or refunded.
    #[returns(Option<Pending>)]
    Pending {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
    },
    /// What is owed to an account.
    #[returns(Claims)]
    Claims {
        /// Whose.
        account: String,
    },
    /// The token's price.
    #[returns(PriceAnswer)]
    Price {},
    /// What is halted, and why.
    #[returns(Status)]
    Status {},
    /// The laws of the contract's money, term by term.
    #[returns(Law)]
    Law {},
}

/// How the contract was made.
#[cw_serde]
pub struct Config {
    /// The cw20.
    pub token: Addr,
    /// Its digits.
    pub decimals: u8,
    /// The market.
    pub market: Addr,
    /// Gets the deployer's share.
    pub treasury: Addr,
    /// How old a price may be.
    pub fresh: Seconds,
    /// From the naming of a source to its acting.
    pub activation: Seconds,
}

/// What an account holds free.
#[cw_serde]
pub struct Account {
    /// How much.
    pub free: Amount,
}

/// A deal's escrow. Read raw by the market.
#[cw_serde]
pub struct Escrow {
    /// Who pays.
    pub client: Addr,
    /// Who is paid.
    pub payee: Addr,
    /// In which asset.
    pub asset: Asset,
    /// What was locked.
    pub locked: Amount,
    /// What it still holds.
    pub amount: Amount,
    /// Who gets what.
    pub split: Split,
    /// How many of its charges wait for a price.
    pub waiting: u64,
    /// Whether a charge found less than it cost.
    pub short: bool,
    /// Whether the deal has ended.
    pub ended: bool,
}

/// What a commit was charged.
#[cw_serde]
pub struct Pending {
    /// The dollars of the commit.
    pub fee: Usd,
    /// In which asset.
    pub asset: Asset,
    /// What became of them.
    pub charge: Charge,
}

/// What became of a commit's dollars.
#[cw_serde]
pub enum Charge {
    /// They were charged.
    Charged {
        /// How much.
        amount: Amount,
    },
    /// They wait for a price.
    Waiting {
        /// Since when.
        since: Seconds,
        /// The last price before: it serves when none comes within 24 h.
        last: TokenPrice,
        /// Which staleness of the price they wait through.
        period: u64,
    },
}

/// What is owed.
#[cw_serde]
pub struct Claims {
    /// Tokens to be minted.
    pub tokens: TokenAmount,
}

/// The token's price. Read raw by the market.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Quote {
    /// The last.
    pub last: TokenPrice,
    /// When it was observed.
    pub time: Seconds,
    /// The lowest of the last 24 hours.
    pub low_24h: TokenPrice,
}

impl Quote {
    /// Whether it may be used now.
    pub const fn is_fresh(&self, now: Seconds, fresh: Seconds) -> bool {
        now.0 <= self.time.0.saturating_add(fresh.0)
    }
}

/// The token's price and its sources.
#[cw_serde]
pub struct PriceAnswer {
    /// The price, once one was posted.
    pub quote: Option<Quote>,
    /// Whether it may be used now.
    pub fresh: bool,
    /// Who may post it, and from when.
    pub sources: Vec<Source>,
}

/// A source of the price.
#[cw_serde]
pub struct Source {
    /// Who.
    pub address: Addr,
    /// From when it may post.
    pub from: Seconds,
}

/// What is halted, and why.
#[cw_serde]
pub struct Status {
    /// Deposits, by the owner's pause.
    pub paused: bool,
    /// The price is stale: takes are refused and charges wait.
    pub price_stale: bool,
    /// When the price was last observed.
    pub price_time: Option<Seconds>,
    /// How many charges wait for a price.
    pub waiting: u64,
    /// What the next claim or crank burns.
    pub burn_due: TokenAmount,
    /// One sentence for each thing that is halted.
    pub halted: Vec<String>,
}

/// The laws of the contract's money: `minted + unclaimed = burned − destroyed`, and
/// `balance = accounts + escrows + pending + burn_due + surplus`.
#[cw_serde]
pub struct Law {
    /// Minted since the beginning.
    pub minted: TokenAmount,
    /// Owed and not claimed, the audit pool with it.
    pub unclaimed: TokenAmount,
    /// What the audit pool is owed of it.
    pub audit_pool: TokenAmount,
    /// Charged and final since the beginning.
    pub burned: TokenAmount,
    /// What of it is never minted again.
    pub destroyed: TokenAmount,
    /// Emitted since the beginning.
    pub emitted: TokenAmount,
    /// Burned here, not yet at the cw20.
    pub burn_due: TokenAmount,
    /// In accounts.
    pub accounts: TokenAmount,
    /// In escrows.
    pub escrows: TokenAmount,
    /// In pending charges.
    pub pending: TokenAmount,
    /// This contract's balance at the cw20.
    pub balance: TokenAmount,
    /// What was sent here without a message: balance less all ledgers.
    pub surplus: TokenAmount,
    /// The cw20's supply.
    pub supply: TokenAmount,
    /// burned − destroyed + emitted − minted − unclaimed: nothing, always.
    pub difference: i64,
    /// When this was read.
    pub moment: Moment,
}

events! {
    /// Tokens came into an account.
    Deposited = "bme_deposited" {
        /// Whose.
        account: Addr,
        /// Who sent them.
        sender: Addr,
        /// In which asset.
        asset: Asset,
        /// How much.
        amount: Amount,
    }

    /// Tokens left an account.
    Withdrawn = "bme_withdrawn" {
        /// Whose.
        account: Addr,
        /// In which asset.
        asset: Asset,
        /// How much.
        amount: Amount,
    }

    /// The price was accepted.
    Priced = "bme_priced" {
        /// Who posted it.
        source: Addr,
        /// Pico-dollars per whole token.
        price: TokenPrice,
        /// When it was observed.
        time: Seconds,
        /// The lowest of the last 24 hours.
        low_24h: TokenPrice,
    }

    /// Account → escrow.
    Locked = "bme_locked" {
        /// The deal.
        deal: DealId,
        /// Who pays.
        client: Addr,
        /// In which asset.
        asset: Asset,
        /// How much.
        amount: Amount,
    }

    /// Escrow → pending.
    Charged = "bme_charged" {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// The dollars.
        fee: Usd,
        /// In which asset.
        asset: Asset,
        /// How much; left out while it waits for a price.
        amount: Option<Amount>,
        /// Whether the escrow held less than that.
        short: bool,
    }

    /// A commit's charge was burned and is owed.
    Settled = "bme_settled" {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// Who is paid.
        payee: Addr,
        /// What was burned.
        burned: TokenAmount,
        /// What of it is never minted again.
        destroyed: TokenAmount,
        /// Owed to the payee.
        provider: TokenAmount,
        /// Owed to the audit pool.
        audit: TokenAmount,
        /// Owed to the treasury.
        treasury: TokenAmount,
    }

    /// A commit's charge went back.
    Refunded = "bme_refunded" {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// To whom.
        client: Addr,
        /// In which asset.
        asset: Asset,
        /// How much.
        amount: Amount,
    }

    /// An escrow's rest went back.
    Released = "bme_released" {
        /// The deal.
        deal: DealId,
        /// To whom.
        client: Addr,
        /// In which asset.
        asset: Asset,
        /// How much.
        amount: Amount,
    }

    /// A charge that waited was converted.
    Pushed = "bme_pushed" {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// At which price.
        price: TokenPrice,
        /// How much.
        amount: Amount,
        /// Whether the escrow held less than that.
        short: bool,
    }

    /// What was owed was minted.
    Claimed = "bme_claimed" {
        /// To whom.
        account: Addr,
        /// How much.
        amount: TokenAmount,
    }

    /// What was due was burned at the cw20.
    Burned = "bme_burned" {
        /// How much.
        amount: TokenAmount,
    }

    /// A source of the price was named or struck.
    SourceChanged = "bme_source_changed" {
        /// Which.
        source: Addr,
        /// From when it may post; left out where it was struck.
        from: Option<Seconds>,
    }
}
