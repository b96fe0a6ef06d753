//! Which query an address line is.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE};
use cosmos_sdk_proto::cosmos::auth::v1beta1 as auth;
use cosmos_sdk_proto::cosmos::bank::v1beta1 as bank;
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmos::tx::v1beta1 as txs;
use cosmos_sdk_proto::cosmwasm::wasm::v1 as wasm;
use prost::{DecodeError, Message};
use serde_json::{Value, json};

use crate::rest::{Status, gov, write};

/// What stands behind the question mark.
pub type Pairs = Vec<(String, String)>;

/// What is asked.
pub enum Ask {
    /// A query of gRPC, and how its answer is written.
    Query { path: &'static str, data: Vec<u8>, write: fn(&[u8]) -> Result<Value, DecodeError> },
    /// A block; the last, where there is no height.
    Block { height: Option<String> },
    /// Transactions, in the words of the RPC.
    Search { pairs: Pairs },
    /// The parameters of staking.
    Stake,
    /// What is always the same.
    Fixed(Value),
}

/// Reads an address line.
pub fn read(path: &str, pairs: &Pairs) -> Result<Ask, Status> {
    let parts: Vec<String> = path.trim_matches('/').split('/').map(unescape).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let [space, module, "v1beta1" | "v1", rest @ ..] = parts.as_slice() else {
        return of_node(&parts);
    };
    match (*space, *module) {
        ("cosmos", "auth") => of_auth(rest, pairs),
        ("cosmos", "bank") => of_bank(rest, pairs),
        ("cosmos", "gov") => gov::read(rest, pairs),
        ("cosmos", "tx") => of_tx(rest, pairs),
        ("cosmos", "staking" | "distribution" | "mint" | "slashing") => of_stake(rest),
        ("cosmwasm", "wasm") => of_wasm(rest, pairs),
        _ => Err(Status::unimplemented()),
    }
}

/// A query of gRPC.
pub(super) fn ask<Q: Message>(path: &'static str, asked: &Q, write: fn(&[u8]) -> Result<Value, DecodeError>) -> Ask {
    Ask::Query { path, data: asked.encode_to_vec(), write }
}

fn of_auth(parts: &[&str], pairs: &Pairs) -> Result<Ask, Status> {
    Ok(match parts {
        ["accounts", address] => ask(
            "/cosmos.auth.v1beta1.Query/Account",
            &auth::QueryAccountRequest { address: (*address).to_owned() },
            write::account,
        ),
        ["accounts"] => ask(
            "/cosmos.auth.v1beta1.Query/Accounts",
            &auth::QueryAccountsRequest { pagination: page(pairs)? },
            write::accounts,
        ),
        ["params"] => ask("/cosmos.auth.v1beta1.Query/Params", &auth::QueryParamsRequest {}, write::auth_params),
        ["bech32"] => ask("/cosmos.auth.v1beta1.Query/Bech32Prefix", &auth::Bech32PrefixRequest {}, write::prefix),
        _ => return Err(Status::unimplemented()),
    })
}

fn of_bank(parts: &[&str], pairs: &Pairs) -> Result<Ask, Status> {
    let pagination = page(pairs)?;
    let denom = || find(pairs, "denom").unwrap_or_default().to_owned();
    Ok(match parts {
        ["balances", address] => {
            let asked =
                bank::QueryAllBalancesRequest { address: (*address).to_owned(), pagination, resolve_denom: false };
            ask("/cosmos.bank.v1beta1.Query/AllBalances", &asked, write::balances)
        }
        ["balances", address, "by_denom"] => {
            let asked = bank::QueryBalanceRequest { address: (*address).to_owned(), denom: denom() };
            ask("/cosmos.bank.v1beta1.Query/Balance", &asked, write::balance)
        }
        ["spendable_balances", address] => {
            let asked = bank::QuerySpendableBalancesRequest { address: (*address).to_owned(), pagination };
            ask("/cosmos.bank.v1beta1.Query/SpendableBalances", &asked, write::balances)
        }
        ["supply"] => {
            let asked = bank::QueryTotalSupplyRequest { pagination };
            ask("/cosmos.bank.v1beta1.Query/TotalSupply", &asked, write::supply)
        }
        ["supply", "by_denom"] => {
            let asked = bank::QuerySupplyOfRequest { denom: denom() };
            ask("/cosmos.bank.v1beta1.Query/SupplyOf", &asked, write::supply_of)
        }
        ["params"] => Ask::Fixed(json!({ "params": { "send_enabled": [], "default_send_enabled": true } })),
        ["denoms_metadata"] => Ask::Fixed(json!({ "metadatas": [], "pagination": nothing() })),
        _ => return Err(Status::unimplemented()),
    })
}

fn of_wasm(parts: &[&str], pairs: &Pairs) -> Result<Ask, Status> {
    let pagination = page(pairs)?;
    let id = |id: &str| id.parse::<u64>().map_err(|error| Status::argument(format!("code_id {id}: {error}")));
    Ok(match parts {
        ["code"] => ask("/cosmwasm.wasm.v1.Query/Codes", &wasm::QueryCodesRequest { pagination }, write::wasm::codes),
        ["code", code] => {
            ask("/cosmwasm.wasm.v1.Query/Code", &wasm::QueryCodeRequest { code_id: id(code)? }, write::wasm::code)
        }
        ["code", code, "contracts"] => {
            let asked = wasm::QueryContractsByCodeRequest { code_id: id(code)?, pagination };
            ask("/cosmwasm.wasm.v1.Query/ContractsByCode", &asked, write::wasm::contracts)
        }
        ["codes", "pinned"] => {
            let asked = wasm::QueryPinnedCodesRequest { pagination };
            ask("/cosmwasm.wasm.v1.Query/PinnedCodes", &asked, write::wasm::pinned)
        }
        ["codes", "params"] => ask("/cosmwasm.wasm.v1.Query/Params", &wasm::QueryParamsRequest {}, write::wasm::params),
        ["contract", address] => {
            let asked = wasm::QueryContractInfoRequest { address: (*address).to_owned() };
            ask("/cosmwasm.wasm.v1.Query/ContractInfo", &asked, write::wasm::contract)
        }
        ["contract", address, "history"] => {
            let asked = wasm::QueryContractHistoryRequest { address: (*address).to_owned(), pagination };
            ask("/cosmwasm.wasm.v1.Query/ContractHistory", &asked, write::wasm::history)
        }
        ["contract", address, "state"] => {
            let asked = wasm::QueryAllContractStateRequest { address: (*address).to_owned(), pagination };
            ask("/cosmwasm.wasm.v1.Query/AllContractState", &asked, write::wasm::state)
        }
        ["contract", address, "smart", data @ ..] => {
            let query_data = bytes("query_data", &data.join("/"))?;
            let asked = wasm::QuerySmartContractStateRequest { address: (*address).to_owned(), query_data };
            ask("/cosmwasm.wasm.v1.Query/SmartContractState", &asked, write::wasm::smart)
        }
        ["contract", address, "raw", data @ ..] => {
            let query_data = bytes("query_data", &data.join("/"))?;
            let asked = wasm::QueryRawContractStateRequest { address: (*address).to_owned(), query_data };
            ask("/cosmwasm.wasm.v1.Query/RawContractState", &asked, write::wasm::raw)
        }
        ["contracts", "creator", address] => {
            let asked = wasm::QueryContractsByCreatorRequest { creator_address: (*address).to_owned(), pagination };
            ask("/cosmwasm.wasm.v1.Query/ContractsByCreator", &asked, write::wasm::contracts_of)
        }
        _ => return Err(Status::unimplemented()),
    })
}

fn of_tx(parts: &[&str], pairs: &Pairs) -> Result<Ask, Status> {
    match parts {
        ["txs"] => {
            let events = pairs.iter().filter(|(name, _)| name == "events").map(|(_, value)| value.as_str());
            let query = find(pairs, "query").map_or_else(|| events.collect::<Vec<_>>().join(" AND "), str::to_owned);
            if query.is_empty() {
                return Err(Status::argument("query cannot be empty"));
            }
            let text = |text: &str| format!("\"{text}\"");
            let order = match find(pairs, "order_by") {
                Some("ORDER_BY_DESC" | "2") => "desc",
                _ => "asc",
            };
            let mut pairs_of_rpc = vec![("query".to_owned(), text(&query)), ("order_by".to_owned(), text(order))];
            for (theirs, ours) in [("page", "page"), ("limit", "per_page"), ("pagination.limit", "per_page")] {
                if let Some(value) = find(pairs, theirs) {
                    pairs_of_rpc.push((ours.to_owned(), value.to_owned()));
                }
            }
            Ok(Ask::Search { pairs: pairs_of_rpc })
        }
        ["txs", hash] => {
            let asked = txs::GetTxRequest { hash: (*hash).to_owned() };
            Ok(ask("/cosmos.tx.v1beta1.Service/GetTx", &asked, write::get_tx))
        }
        _ => Err(Status::unimplemented()),
    }
}

/// There is no staking: wallets that ask for it find nothing staked, and nothing earned.
fn of_stake(parts: &[&str]) -> Result<Ask, Status> {
    Ok(match parts {
        ["params"] => return Ok(Ask::Stake),
        ["pool"] => Ask::Fixed(json!({ "pool": { "not_bonded_tokens": "0", "bonded_tokens": "0" } })),
        ["validators"] => Ask::Fixed(json!({ "validators": [], "pagination": nothing() })),
        ["delegations", _] => Ask::Fixed(json!({ "delegation_responses": [], "pagination": nothing() })),
        ["delegators", _, "unbonding_delegations"] => {
            Ask::Fixed(json!({ "unbonding_responses": [], "pagination": nothing() }))
        }
        ["delegators", _, "redelegations"] => {
            Ask::Fixed(json!({ "redelegation_responses": [], "pagination": nothing() }))
        }
        ["delegators", _, "rewards"] => Ask::Fixed(json!({ "rewards": [], "total": [] })),
        ["inflation"] => Ask::Fixed(json!({ "inflation": "0.000000000000000000" })),
        _ => return Err(Status::unimplemented()),
    })
}

fn of_node(parts: &[&str]) -> Result<Ask, Status> {
    let ["cosmos", "base", rest @ ..] = parts else { return Err(Status::unimplemented()) };
    Ok(match rest {
        ["tendermint", "v1beta1", "node_info"] => ask(
            "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo",
            &cosmos_sdk_proto::cosmos::base::tendermint::v1beta1::GetNodeInfoRequest {},
            write::node_info,
        ),
        ["tendermint", "v1beta1", "syncing"] => Ask::Fixed(json!({ "syncing": false })),
        ["tendermint", "v1beta1", "blocks", "latest"] => Ask::Block { height: None },
        ["tendermint", "v1beta1", "blocks", height] => Ask::Block { height: Some((*height).to_owned()) },
        _ => return Err(Status::unimplemented()),
    })
}

fn nothing() -> Value {
    json!({ "next_key": null, "total": "0" })
}

/// What stands behind a name.
pub(super) fn find<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
}

fn bytes(what: &str, text: &str) -> Result<Vec<u8>, Status> {
    let decoded = BASE64.decode(text).or_else(|_| URL_SAFE.decode(text));
    decoded.map_err(|error| Status::argument(format!("type mismatch, parameter: {what}, error: {error}")))
}

/// The page that is asked for.
pub(super) fn page(pairs: &Pairs) -> Result<Option<PageRequest>, Status> {
    let number = |name: &str| match find(pairs, name) {
        None => Ok(0),
        Some(text) => text.parse::<u64>().map_err(|error| Status::argument(format!("{name} {text}: {error}"))),
    };
    let flag = |name: &str| find(pairs, name) == Some("true");
    let key = find(pairs, "pagination.key").map(|key| bytes("pagination.key", key)).transpose()?.unwrap_or_default();
    Ok(Some(PageRequest {
        key,
        offset: number("pagination.offset")?,
        limit: number("pagination.limit")?,
        count_total: flag("pagination.count_total"),
        reverse: flag("pagination.reverse"),
    }))
}

/// A part of an address line, its escaped bytes as they were.
fn unescape(part: &str) -> String {
    let mut rest = part.as_bytes();
    let mut plain = Vec::with_capacity(rest.len());
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, after @ ..]) => hex::decode([*high, *low]).ok().map(|byte| (byte, after)),
            _ => None,
        };
        if let Some((byte, after)) = escaped {
            plain.extend(byte);
            rest = after;
        } else {
            plain.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}
