//! Answers about codes and contracts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::cosmwasm::wasm::v1 as wasm;
use prost::Message as _;
use serde_json::{Value, json};

use super::{Written, page};
use crate::wasm::record::{ANY_OF, EVERYBODY, NOBODY};

pub fn code(answer: &[u8]) -> Written {
    let answer = wasm::QueryCodeResponse::decode(answer)?;
    Ok(json!({ "code_info": answer.code_info.as_ref().map(code_info), "data": BASE64.encode(answer.data) }))
}

pub fn codes(answer: &[u8]) -> Written {
    let answer = wasm::QueryCodesResponse::decode(answer)?;
    let infos: Vec<Value> = answer.code_infos.iter().map(code_info).collect();
    Ok(json!({ "code_infos": infos, "pagination": page(answer.pagination.as_ref()) }))
}

pub fn pinned(answer: &[u8]) -> Written {
    let answer = wasm::QueryPinnedCodesResponse::decode(answer)?;
    let ids: Vec<String> = answer.code_ids.iter().map(u64::to_string).collect();
    Ok(json!({ "code_ids": ids, "pagination": page(answer.pagination.as_ref()) }))
}

pub fn params(answer: &[u8]) -> Written {
    let params = wasm::QueryParamsResponse::decode(answer)?.params.unwrap_or_default();
    Ok(json!({ "params": params_of_wasm(&params) }))
}

pub fn contract(answer: &[u8]) -> Written {
    let answer = wasm::QueryContractInfoResponse::decode(answer)?;
    let info = answer.contract_info.unwrap_or_default();
    Ok(json!({ "address": answer.address, "contract_info": {
        "code_id": info.code_id.to_string(), "creator": info.creator, "admin": info.admin, "label": info.label,
        "created": position(info.created.as_ref()), "ibc_port_id": info.ibc_port_id, "ibc2_port_id": "",
        "extension": null,
    } }))
}

pub fn contracts(answer: &[u8]) -> Written {
    let answer = wasm::QueryContractsByCodeResponse::decode(answer)?;
    Ok(json!({ "contracts": answer.contracts, "pagination": page(answer.pagination.as_ref()) }))
}

pub fn contracts_of(answer: &[u8]) -> Written {
    let answer = wasm::QueryContractsByCreatorResponse::decode(answer)?;
    Ok(json!({ "contract_addresses": answer.contract_addresses, "pagination": page(answer.pagination.as_ref()) }))
}

pub fn history(answer: &[u8]) -> Written {
    let answer = wasm::QueryContractHistoryResponse::decode(answer)?;
    let entry = |entry: &wasm::ContractCodeHistoryEntry| {
        json!({
            "operation": entry.operation().as_str_name(), "code_id": entry.code_id.to_string(),
            "updated": position(entry.updated.as_ref()), "msg": inline(&entry.msg),
        })
    };
    let entries: Vec<Value> = answer.entries.iter().map(entry).collect();
    Ok(json!({ "entries": entries, "pagination": page(answer.pagination.as_ref()) }))
}

pub fn state(answer: &[u8]) -> Written {
    let answer = wasm::QueryAllContractStateResponse::decode(answer)?;
    let model =
        |model: &wasm::Model| json!({ "key": hex::encode_upper(&model.key), "value": BASE64.encode(&model.value) });
    let models: Vec<Value> = answer.models.iter().map(model).collect();
    Ok(json!({ "models": models, "pagination": page(answer.pagination.as_ref()) }))
}

pub fn smart(answer: &[u8]) -> Written {
    Ok(json!({ "data": inline(&wasm::QuerySmartContractStateResponse::decode(answer)?.data) }))
}

pub fn raw(answer: &[u8]) -> Written {
    let data = wasm::QueryRawContractStateResponse::decode(answer)?.data;
    Ok(json!({ "data": if data.is_empty() { Value::Null } else { json!(BASE64.encode(data)) } }))
}

/// The parameters of contracts.
pub(super) fn params_of_wasm(params: &wasm::Params) -> Value {
    json!({
        "code_upload_access": params.code_upload_access.as_ref().map(access),
        "instantiate_default_permission": permission(params.instantiate_default_permission),
    })
}

/// Who may instantiate, or upload.
pub(super) fn access(config: &wasm::AccessConfig) -> Value {
    json!({ "permission": permission(config.permission), "addresses": config.addresses })
}

/// wasmd has names of its own for these.
const fn permission(of: i32) -> &'static str {
    match of {
        NOBODY => "Nobody",
        EVERYBODY => "Everybody",
        ANY_OF => "AnyOfAddresses",
        _ => "Unspecified",
    }
}

fn code_info(info: &wasm::CodeInfoResponse) -> Value {
    json!({
        "code_id": info.code_id.to_string(), "creator": info.creator, "data_hash": hex::encode_upper(&info.data_hash),
        "instantiate_permission": access(&info.instantiate_permission.clone().unwrap_or_default()),
    })
}

fn position(at: Option<&wasm::AbsoluteTxPosition>) -> Value {
    at.map_or(
        Value::Null,
        |at| json!({ "block_height": at.block_height.to_string(), "tx_index": at.tx_index.to_string() }),
    )
}

/// What a contract says is JSON, and stands as such.
fn inline(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or(Value::Null)
}
