//! The few words of the cw20 standard that the suite says to its token.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, Uint128};

use crate::unit::TokenAmount;

/// How a cw20 is made.
#[cw_serde]
pub struct InstantiateMsg {
    /// The token's name.
    pub name: String,
    /// Its symbol.
    pub symbol: String,
    /// How many digits a whole token has.
    pub decimals: u8,
    /// Who holds what at genesis.
    pub initial_balances: Vec<Coin>,
    /// Who may mint, and up to which supply.
    pub mint: Option<Minter>,
    /// Nothing of the suite's.
    pub marketing: Option<cosmwasm_std::Empty>,
}

/// A balance at genesis.
#[cw_serde]
pub struct Coin {
    /// Whose.
    pub address: String,
    /// How much.
    pub amount: TokenAmount,
}

/// Who may mint, and up to which supply.
#[cw_serde]
pub struct Minter {
    /// Who.
    pub minter: String,
    /// The supply that is never passed.
    pub cap: Option<TokenAmount>,
}

/// What the suite and its users say to the token.
#[cw_serde]
pub enum ExecuteMsg {
    /// Moves tokens to another account.
    Transfer {
        /// To whom.
        recipient: String,
        /// How much.
        amount: TokenAmount,
    },
    /// Destroys the sender's own tokens.
    Burn {
        /// How much.
        amount: TokenAmount,
    },
    /// Moves tokens to a contract and tells it why.
    Send {
        /// To which.
        contract: String,
        /// How much.
        amount: TokenAmount,
        /// Why: the contract's hook message.
        msg: Binary,
    },
    /// Makes tokens; the minter alone.
    Mint {
        /// For whom.
        recipient: String,
        /// How much.
        amount: TokenAmount,
    },
}

/// What a cw20 says to a contract that it was sent to.
#[cw_serde]
pub struct Received {
    /// Who sent the tokens.
    pub sender: String,
    /// How much.
    pub amount: TokenAmount,
    /// Why: the contract's hook message.
    pub msg: Binary,
}

/// What may be asked of a cw20.
#[cw_serde]
pub enum QueryMsg {
    /// An account's balance.
    Balance {
        /// Whose.
        address: String,
    },
    /// Name, digits and supply.
    TokenInfo {},
    /// Who may mint.
    Minter {},
}

/// An account's balance.
#[cw_serde]
pub struct Balance {
    /// How much.
    pub balance: Uint128,
}

/// Name, digits and supply.
#[cw_serde]
pub struct TokenInfo {
    /// The token's name.
    pub name: String,
    /// Its symbol.
    pub symbol: String,
    /// How many digits a whole token has.
    pub decimals: u8,
    /// All there is.
    pub total_supply: TokenAmount,
}
