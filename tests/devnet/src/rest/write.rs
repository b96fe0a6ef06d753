//! Answers as the gateway writes them: bytes in base64, large numbers as text, nothing left out.
//!
//! - [`wasm`] – those about codes and contracts

pub mod wasm;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1 as auth;
use cosmos_sdk_proto::cosmos::bank::v1beta1 as bank;
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxResponse;
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageResponse;
use cosmos_sdk_proto::cosmos::base::tendermint::v1beta1::GetNodeInfoResponse;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::v1beta1 as txs;
use cosmos_sdk_proto::tendermint::abci::Event;
use prost::{DecodeError, Message as _, Name};
use serde_json::{Map, Value, json};

use crate::rest::gov;
use crate::tx::message::Message;

/// An answer as it is written.
pub(super) type Written = Result<Value, DecodeError>;

pub fn account(answer: &[u8]) -> Written {
    let answer = auth::QueryAccountResponse::decode(answer)?;
    Ok(json!({ "account": answer.account.as_ref().map(one_account) }))
}

pub fn accounts(answer: &[u8]) -> Written {
    let answer = auth::QueryAccountsResponse::decode(answer)?;
    let accounts: Vec<Value> = answer.accounts.iter().map(one_account).collect();
    Ok(json!({ "accounts": accounts, "pagination": page(answer.pagination.as_ref()) }))
}

pub fn auth_params(answer: &[u8]) -> Written {
    let params = auth::QueryParamsResponse::decode(answer)?.params.unwrap_or_default();
    Ok(json!({ "params": {
        "max_memo_characters": params.max_memo_characters.to_string(),
        "tx_sig_limit": params.tx_sig_limit.to_string(),
        "tx_size_cost_per_byte": params.tx_size_cost_per_byte.to_string(),
        "sig_verify_cost_ed25519": params.sig_verify_cost_ed25519.to_string(),
        "sig_verify_cost_secp256k1": params.sig_verify_cost_secp256k1.to_string(),
    } }))
}

pub fn prefix(answer: &[u8]) -> Written {
    Ok(json!({ "bech32_prefix": auth::Bech32PrefixResponse::decode(answer)?.bech32_prefix }))
}

pub fn balance(answer: &[u8]) -> Written {
    Ok(json!({ "balance": bank::QueryBalanceResponse::decode(answer)?.balance.as_ref().map(coin) }))
}

pub fn balances(answer: &[u8]) -> Written {
    let answer = bank::QueryAllBalancesResponse::decode(answer)?;
    Ok(json!({ "balances": coins(&answer.balances), "pagination": page(answer.pagination.as_ref()) }))
}

pub fn supply(answer: &[u8]) -> Written {
    let answer = bank::QueryTotalSupplyResponse::decode(answer)?;
    Ok(json!({ "supply": coins(&answer.supply), "pagination": page(answer.pagination.as_ref()) }))
}

pub fn supply_of(answer: &[u8]) -> Written {
    Ok(json!({ "amount": bank::QuerySupplyOfResponse::decode(answer)?.amount.as_ref().map(coin) }))
}

pub fn node_info(answer: &[u8]) -> Written {
    let answer = GetNodeInfoResponse::decode(answer)?;
    let (node, app) = (answer.default_node_info.unwrap_or_default(), answer.application_version.unwrap_or_default());
    Ok(json!({
        "default_node_info": {
            "protocol_version": { "p2p": "8", "block": "11", "app": "0" },
            "default_node_id": node.default_node_id, "listen_addr": node.listen_addr, "network": node.network,
            "version": node.version, "channels": "", "moniker": node.moniker,
            "other": { "tx_index": "on", "rpc_address": "" },
        },
        "application_version": {
            "name": app.name, "app_name": app.app_name, "version": app.version, "git_commit": app.git_commit,
            "build_tags": app.build_tags, "go_version": app.go_version, "build_deps": [],
            "cosmos_sdk_version": app.cosmos_sdk_version,
        },
    }))
}

pub fn simulated(answer: &[u8]) -> Written {
    let answer = txs::SimulateResponse::decode(answer)?;
    let gas = answer.gas_info.unwrap_or_default();
    let result = answer.result.unwrap_or_default();
    let responses: Vec<Value> = result.msg_responses.iter().map(any).collect();
    #[expect(deprecated, reason = "the field is part of the message")]
    let data = BASE64.encode(&result.data);
    Ok(json!({
        "gas_info": { "gas_wanted": gas.gas_wanted.to_string(), "gas_used": gas.gas_used.to_string() },
        "result": { "data": data, "log": result.log, "events": events(&result.events), "msg_responses": responses },
    }))
}

pub fn get_tx(answer: &[u8]) -> Written {
    let answer = txs::GetTxResponse::decode(answer)?;
    let whole = answer.tx.as_ref().map(tx);
    let mut response = tx_response(&answer.tx_response.unwrap_or_default());
    if let (Some(fields), Some(mut typed)) = (response.as_object_mut(), whole.clone()) {
        set_type(&mut typed, "/cosmos.tx.v1beta1.Tx");
        fields.insert("tx".to_owned(), typed);
    }
    Ok(json!({ "tx": whole, "tx_response": response }))
}

/// What became of a transaction, or of its coming to the pool.
pub fn tx_response(response: &TxResponse) -> Value {
    json!({
        "height": response.height.to_string(), "txhash": response.txhash, "codespace": response.codespace,
        "code": response.code, "data": response.data, "raw_log": response.raw_log, "logs": [], "info": response.info,
        "gas_wanted": response.gas_wanted.to_string(), "gas_used": response.gas_used.to_string(), "tx": null,
        "timestamp": response.timestamp, "events": events(&response.events),
    })
}

/// A block of the RPC as the gateway writes it: hashes and addresses in base64, and what has another name.
pub fn block(answer: &Value) -> Value {
    let mut answer = answer.clone();
    rewrite(&mut answer);
    let block = answer.get("block").cloned();
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("sdk_block".to_owned(), json!(block));
    }
    answer
}

fn rewrite(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rewrite),
        Value::Object(fields) => {
            if let Some(parts) = fields.remove("parts") {
                fields.insert("part_set_header".to_owned(), parts);
            }
            for (name, value) in fields.iter_mut() {
                let is_hash = name.ends_with("hash") || name.ends_with("_address");
                if let (true, Some(bytes)) = (is_hash, value.as_str().and_then(|text| hex::decode(text).ok())) {
                    *value = json!(BASE64.encode(bytes));
                } else if name == "block_id_flag" {
                    *value = json!("BLOCK_ID_FLAG_COMMIT");
                } else {
                    rewrite(value);
                }
            }
        }
        _ => {}
    }
}

fn tx(tx: &txs::Tx) -> Value {
    let body = tx.body.clone().unwrap_or_default();
    let auth = tx.auth_info.clone().unwrap_or_default();
    let fee = auth.fee.unwrap_or_default();
    let messages: Vec<Value> = body.messages.iter().map(any).collect();
    let signers: Vec<Value> = auth.signer_infos.iter().map(signer).collect();
    let signatures: Vec<String> = tx.signatures.iter().map(|signature| BASE64.encode(signature)).collect();
    json!({
        "body": {
            "messages": messages, "memo": body.memo, "timeout_height": body.timeout_height.to_string(),
            "unordered": false, "timeout_timestamp": null, "extension_options": [],
            "non_critical_extension_options": [],
        },
        "auth_info": {
            "signer_infos": signers,
            "fee": {
                "amount": coins(&fee.amount), "gas_limit": fee.gas_limit.to_string(), "payer": fee.payer,
                "granter": fee.granter,
            },
            "tip": null,
        },
        "signatures": signatures,
    })
}

fn signer(signer: &txs::SignerInfo) -> Value {
    use txs::mode_info::Sum;
    let mode = match signer.mode_info.as_ref().and_then(|mode| mode.sum.as_ref()) {
        Some(Sum::Single(single)) => json!({ "single": { "mode": single.mode().as_str_name() } }),
        _ => Value::Null,
    };
    json!({
        "public_key": signer.public_key.as_ref().map(any), "mode_info": mode, "sequence": signer.sequence.to_string(),
    })
}

/// A message of any kind that the chain knows, under its type's name.
pub(super) fn any(any: &Any) -> Value {
    let mut value = if let Some(key) = key(any) {
        json!({ "key": key })
    } else if let Ok(message) = Message::read(any) {
        let mut value = message.amino().get("value").cloned().unwrap_or_default();
        if let Some(fields) = value.as_object_mut() {
            defaults(&message, fields);
        }
        value
    } else {
        json!({ "value": BASE64.encode(&any.value) })
    };
    set_type(&mut value, &any.type_url);
    value
}

/// Amino leaves out what is empty and writes options as numbers; the gateway does neither.
fn defaults(message: &Message, fields: &mut Map<String, Value>) {
    let text = || Value::String(String::new());
    let missing: &[(&str, Value)] = match message {
        Message::Instantiate(_) => &[("admin", text())],
        Message::Instantiate2(_) => &[("admin", text()), ("fix_msg", Value::Bool(false))],
        Message::Vote(_) | Message::VoteWeighted(_) => &[("metadata", text())],
        Message::Propose(..) => &[("metadata", text()), ("expedited", Value::Bool(false))],
        _ => &[],
    };
    for (name, value) in missing {
        fields.entry(*name).or_insert_with(|| value.clone());
    }
    let named = match message {
        Message::Propose(msg, _) => ("messages", msg.messages.iter().map(any).collect()),
        Message::Vote(msg) => ("option", json!(msg.option().as_str_name())),
        Message::VoteWeighted(msg) => ("options", gov::options(&msg.options)),
        Message::StoreCode(msg) => {
            ("instantiate_permission", json!(msg.instantiate_permission.as_ref().map(wasm::access)))
        }
        Message::UpdateConfig(msg) => {
            ("new_instantiate_permission", json!(msg.new_instantiate_permission.as_ref().map(wasm::access)))
        }
        Message::UpdateParams(msg) => ("params", wasm::params_of_wasm(&msg.params.clone().unwrap_or_default())),
        _ => return,
    };
    fields.insert(named.0.to_owned(), named.1);
}

fn key(any: &Any) -> Option<String> {
    let key = (any.type_url == PubKey::type_url()).then(|| PubKey::decode(any.value.as_slice()).ok())??;
    Some(BASE64.encode(key.key))
}

fn one_account(account: &Any) -> Value {
    let base = |base: &auth::BaseAccount| {
        json!({
            "address": base.address, "pub_key": base.pub_key.as_ref().map(any),
            "account_number": base.account_number.to_string(), "sequence": base.sequence.to_string(),
        })
    };
    let mut value = if account.type_url == auth::ModuleAccount::type_url() {
        let module = auth::ModuleAccount::decode(account.value.as_slice()).unwrap_or_default();
        json!({
            "base_account": module.base_account.as_ref().map(base), "name": module.name,
            "permissions": module.permissions,
        })
    } else {
        base(&auth::BaseAccount::decode(account.value.as_slice()).unwrap_or_default())
    };
    set_type(&mut value, &account.type_url);
    value
}

fn set_type(value: &mut Value, name: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.insert("@type".to_owned(), json!(name));
    }
}

fn coin(coin: &Coin) -> Value {
    json!({ "denom": coin.denom, "amount": coin.amount })
}

pub(super) fn coins(coins: &[Coin]) -> Value {
    coins.iter().map(coin).collect()
}

fn events(events: &[Event]) -> Value {
    let event = |event: &Event| {
        let attributes = event.attributes.iter();
        let attributes: Vec<Value> =
            attributes.map(|of| json!({ "key": of.key, "value": of.value, "index": of.index })).collect();
        json!({ "type": event.r#type, "attributes": attributes })
    };
    events.iter().map(event).collect()
}

pub(super) fn page(page: Option<&PageResponse>) -> Value {
    let page = page.cloned().unwrap_or_default();
    let next = if page.next_key.is_empty() { Value::Null } else { json!(BASE64.encode(page.next_key)) };
    json!({ "next_key": next, "total": page.total.to_string() })
}
