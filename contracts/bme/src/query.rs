//! What bme answers.

use cosmwasm_std::{Deps, Env};
use hearth_schema::bme::{Account, Claims, Config, Escrow, Law, Pending, PriceAnswer, Status};
use hearth_schema::clock::Moment;
use hearth_schema::cw20::{Balance, QueryMsg as Cw20, TokenInfo};
use hearth_schema::own::{self, Ownership};
use hearth_schema::unit::{Asset, DealId, Seconds, TokenAmount};

use crate::equilibrium::Books;
use crate::error::ContractError;
use crate::state::{BOOKS, CLAIMS, CONFIG, OWNERSHIP, PENDING, QUOTE, SOURCES, WAITING, free, load_escrow};

/// How the contract was made.
pub fn config(deps: Deps) -> Result<Config, ContractError> {
    Ok(CONFIG.load(deps.storage)?)
}

/// Who owns it.
pub fn ownership(deps: Deps) -> Result<Ownership, ContractError> {
    Ok(OWNERSHIP.load(deps.storage)?)
}

/// What an account holds free.
pub fn account(deps: Deps, account: &str, asset: Asset) -> Result<Account, ContractError> {
    let account = own::address(deps.api, "account", account)?;
    Ok(Account { free: free(deps.storage, asset, &account)? })
}

/// A deal's escrow.
pub fn escrow(deps: Deps, deal: DealId) -> Result<Escrow, ContractError> {
    load_escrow(deps.storage, deal)
}

/// What a commit was charged.
pub fn pending(deps: Deps, deal: DealId, n: u64) -> Result<Option<Pending>, ContractError> {
    Ok(PENDING.may_load(deps.storage, (deal.0, n))?)
}

/// What an account is owed.
pub fn claims(deps: Deps, account: &str) -> Result<Claims, ContractError> {
    let account = own::address(deps.api, "account", account)?;
    Ok(Claims { tokens: CLAIMS.may_load(deps.storage, &account)?.unwrap_or_default() })
}

/// The token's price and its sources.
pub fn price(deps: Deps, env: &Env) -> Result<PriceAnswer, ContractError> {
    let fresh = CONFIG.load(deps.storage)?.fresh;
    let quote = QUOTE.may_load(deps.storage)?;
    let now = Seconds(env.block.time.seconds());
    let fresh = quote.is_some_and(|quote| quote.is_fresh(now, fresh));
    Ok(PriceAnswer { quote, fresh, sources: SOURCES.load(deps.storage)? })
}

/// What is halted, and why.
pub fn status(deps: Deps, env: &Env) -> Result<Status, ContractError> {
    let PriceAnswer { quote, fresh, .. } = price(deps, env)?;
    let paused = OWNERSHIP.load(deps.storage)?.paused;
    let waiting = WAITING.may_load(deps.storage)?.unwrap_or_default();
    let halted = [
        (paused, "deposits: the owner paused them".to_owned()),
        (!fresh, "takes: the token's price is stale, until a source posts a new one".to_owned()),
        (waiting > 0, format!("{waiting} charges: they wait for a price, 24 h at most")),
    ];
    Ok(Status {
        paused,
        price_stale: !fresh,
        price_time: quote.map(|quote| quote.time),
        waiting,
        burn_due: BOOKS.load(deps.storage)?.burn_due,
        halted: halted.into_iter().filter(|(is, _)| *is).map(|(_, why)| why).collect(),
    })
}

/// The laws of the contract's money, term by term. It answers where they are broken too: that is when it is needed.
pub fn law(deps: Deps, env: &Env) -> Result<Law, ContractError> {
    let token = CONFIG.load(deps.storage)?.token;
    let address = env.contract.address.to_string();
    let balance: Balance = deps.querier.query_wasm_smart(&token, &Cw20::Balance { address })?;
    let info: TokenInfo = deps.querier.query_wasm_smart(&token, &Cw20::TokenInfo {})?;
    let books = BOOKS.load(deps.storage)?;
    let Books { accounts, escrows, pending, burn_due, burned, destroyed, emitted, unclaimed, audit_pool, minted } =
        books;
    let balance = TokenAmount::new(balance.balance.u128());
    let sources = burned.plus(emitted)?.u128();
    let uses = destroyed.plus(minted)?.plus(unclaimed)?.u128();
    let difference = i64::try_from(sources.abs_diff(uses)).unwrap_or(i64::MAX);
    Ok(Law {
        minted,
        unclaimed,
        audit_pool,
        burned,
        destroyed,
        emitted,
        burn_due,
        accounts,
        escrows,
        pending,
        balance,
        surplus: balance.less(books.held()?),
        supply: info.total_supply,
        difference: if sources < uses { difference.saturating_neg() } else { difference },
        moment: Moment::of(&env.block),
    })
}
