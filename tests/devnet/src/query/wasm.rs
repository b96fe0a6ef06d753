//! Questions about codes and contracts, and to contracts.

use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageResponse;
use cosmos_sdk_proto::cosmwasm::wasm::v1 as wasm;
use cosmwasm_std::Checksum;
use prost::Message;

use crate::fault::{Code, Fault, INVALID, INVALID_REQUEST, OUT_OF_GAS};
use crate::gas::{self, Meter};
use crate::node::Node;
use crate::query::page::{Keyed, bounded, page};
use crate::query::{read, unknown};
use crate::wasm::json;
use crate::wasm::record::{AccessConfig, CodeInfo, ContractInfo, HistoryEntry, Params, Position, key};

/// A contract's info with its address, of the state's own shape.
#[derive(Clone, PartialEq, Message)]
struct ContractInfoAnswer {
    #[prost(string, tag = "1")]
    address: String,
    #[prost(message, optional, tag = "2")]
    contract_info: Option<ContractInfo>,
}

/// The pinned codes, packed as Go's protobuf writes them.
#[derive(Clone, PartialEq, Message)]
struct PinnedAnswer {
    #[prost(uint64, repeated, tag = "1")]
    code_ids: Vec<u64>,
    #[prost(message, optional, tag = "2")]
    pagination: Option<PageResponse>,
}

/// The parameters, of the state's own shape.
#[derive(Clone, PartialEq, Message)]
struct ParamsAnswer {
    #[prost(message, optional, tag = "1")]
    params: Option<Params>,
}

/// Answers a method of the wasm module.
pub fn answer(node: &Node, method: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    let chain = &node.chain;
    match method {
        "SmartContractState" => {
            let asked: wasm::QuerySmartContractStateRequest = read(data)?;
            let address = chain.bytes_of(&asked.address)?;
            if !json::valid(&asked.query_data) {
                return Err(INVALID_REQUEST.bare().as_status(Code::InvalidArgument, "invalid query data"));
            }
            chain.push_meter(Meter::of(gas::QUERY_LIMIT));
            let data =
                chain.smart(&address, &asked.query_data).map_err(|fault| exhausted(fault, chain.meter()))?.to_vec();
            Ok(wasm::QuerySmartContractStateResponse { data }.encode_to_vec())
        }
        "RawContractState" => {
            let asked: wasm::QueryRawContractStateRequest = read(data)?;
            let address = existing(node, &asked.address)?;
            let key = [&key::stored(&address), asked.query_data.as_slice()].concat();
            let data = chain.peek(crate::chain::Space::Wasm, &key).unwrap_or_default();
            Ok(wasm::QueryRawContractStateResponse { data }.encode_to_vec())
        }
        "AllContractState" => {
            let asked: wasm::QueryAllContractStateRequest = read(data)?;
            let address = existing(node, &asked.address)?;
            let all = chain.list(crate::chain::Space::Wasm, &key::stored(&address));
            let models = all.into_iter().map(|(key, value)| (key.clone(), wasm::Model { key, value })).collect();
            let (models, pagination) = page(models, bounded(asked.pagination)?)?;
            Ok(wasm::QueryAllContractStateResponse { models, pagination }.encode_to_vec())
        }
        "ContractInfo" => {
            let asked: wasm::QueryContractInfoRequest = read(data)?;
            let address = chain.bytes_of(&asked.address)?;
            let info = chain.contract(&address)?.ok_or_else(|| chain.no_such_contract(&address))?;
            Ok(ContractInfoAnswer { address: asked.address, contract_info: Some(info) }.encode_to_vec())
        }
        "ContractHistory" => {
            let asked: wasm::QueryContractHistoryRequest = read(data)?;
            let address = chain.bytes_of(&asked.address)?;
            let all = chain.history(&address).into_iter().map(|(key, step)| (key, history_entry(step))).collect();
            let (entries, pagination) = page(all, bounded(asked.pagination)?)?;
            Ok(wasm::QueryContractHistoryResponse { entries, pagination }.encode_to_vec())
        }
        "ContractsByCode" => {
            let asked: wasm::QueryContractsByCodeRequest = read(data)?;
            let all = indexed(node, &key::by_code(code_id(asked.code_id)?));
            let (contracts, pagination) = page(all, bounded(asked.pagination)?)?;
            Ok(wasm::QueryContractsByCodeResponse { contracts, pagination }.encode_to_vec())
        }
        "ContractsByCreator" => {
            let asked: wasm::QueryContractsByCreatorRequest = read(data)?;
            let all = indexed(node, &key::by_creator(&chain.bytes_of(&asked.creator_address)?));
            let (contract_addresses, pagination) = page(all, bounded(asked.pagination)?)?;
            Ok(wasm::QueryContractsByCreatorResponse { contract_addresses, pagination }.encode_to_vec())
        }
        "Code" => {
            let asked: wasm::QueryCodeRequest = read(data)?;
            let info = chain.code(code_id(asked.code_id)?)?;
            let checksum: Checksum = info.code_hash.as_slice().try_into().map_err(|_| INVALID_REQUEST.bare())?;
            let data = chain.vm().load_wasm(&checksum).map_err(Fault::plain)?;
            let code_info = Some(code_info(asked.code_id, &info));
            Ok(wasm::QueryCodeResponse { code_info, data }.encode_to_vec())
        }
        "Codes" => {
            let asked: wasm::QueryCodesRequest = read(data)?;
            let all =
                chain.codes().iter().map(|(id, info)| (id.to_be_bytes().to_vec(), code_info(*id, info))).collect();
            let (code_infos, pagination) = page(all, bounded(asked.pagination)?)?;
            Ok(wasm::QueryCodesResponse { code_infos, pagination }.encode_to_vec())
        }
        "PinnedCodes" => {
            let asked: wasm::QueryPinnedCodesRequest = read(data)?;
            let all = chain.pinned_codes().into_iter().map(|id| (id.to_be_bytes().to_vec(), id)).collect();
            let (code_ids, pagination) = page(all, bounded(asked.pagination)?)?;
            Ok(PinnedAnswer { code_ids, pagination }.encode_to_vec())
        }
        "Params" => Ok(ParamsAnswer { params: Some(chain.wasm_params()?) }.encode_to_vec()),
        _ => Err(unknown()),
    }
}

fn existing(node: &Node, address: &str) -> Result<Vec<u8>, Fault> {
    let bytes = node.chain.bytes_of(address)?;
    match node.chain.contract(&bytes)? {
        Some(_) => Ok(bytes),
        None => Err(node.chain.no_such_contract(&bytes)),
    }
}

/// A question that is too much is refused in the words for transactions.
fn exhausted(fault: Fault, meter: Meter) -> Fault {
    match fault {
        Fault::OutOfGas { location } => {
            let (wanted, used) = (gas::QUERY_LIMIT, meter.used);
            OUT_OF_GAS.because(format!("out of gas in location: {location}; gasWanted: {wanted}, gasUsed: {used}"))
        }
        refused => refused,
    }
}

/// The number of a code that may be there.
fn code_id(id: u64) -> Result<u64, Fault> {
    if id == 0 { Err(INVALID.because("code id")) } else { Ok(id) }
}

fn history_entry(step: HistoryEntry) -> wasm::ContractCodeHistoryEntry {
    let position = |at: Position| wasm::AbsoluteTxPosition { block_height: at.block_height, tx_index: at.tx_index };
    let HistoryEntry { operation, code_id, updated, msg } = step;
    wasm::ContractCodeHistoryEntry { operation, code_id, updated: updated.map(position), msg }
}

fn indexed(node: &Node, prefix: &[u8]) -> Vec<Keyed<String>> {
    let entries = node.chain.list(crate::chain::Space::Wasm, prefix);
    let contract = |key: Vec<u8>| (key.clone(), node.chain.text_of(key.get(16..).unwrap_or_default()));
    entries.into_iter().map(|(key, _)| contract(key)).collect()
}

fn wire_access(access: &AccessConfig) -> wasm::AccessConfig {
    wasm::AccessConfig { permission: access.permission, addresses: access.addresses.clone() }
}

fn code_info(id: u64, info: &CodeInfo) -> wasm::CodeInfoResponse {
    wasm::CodeInfoResponse {
        code_id: id,
        creator: info.creator.clone(),
        data_hash: info.code_hash.clone(),
        instantiate_permission: info.instantiate_config.as_ref().map(wire_access),
    }
}
