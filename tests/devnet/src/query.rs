//! Queries as clients ask them: the path of a gRPC method, protobuf in and out.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1 as auth;
use cosmos_sdk_proto::cosmos::bank::v1beta1 as bank;
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::{GasInfo, Result as SimResult, TxResponse};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};
use cosmos_sdk_proto::cosmos::base::tendermint::v1beta1 as base;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as WireCoin;
use cosmos_sdk_proto::cosmos::tx::v1beta1 as txs;
use cosmos_sdk_proto::cosmwasm::wasm::v1 as wasm;
use cosmos_sdk_proto::tendermint::abci::{Event as WireEvent, EventAttribute};
use cosmos_sdk_proto::tendermint::p2p::DefaultNodeInfo;
use cosmwasm_std::Checksum;
use prost::{Message, Name};

use crate::bank::{Coin, denomination, wire};
use crate::block::Block;
use crate::chain::Event;
use crate::fault::{Fault, INVALID, INVALID_REQUEST, KEY_NOT_FOUND, LOGIC, OUT_OF_GAS, Refusal, UNKNOWN_REQUEST};
use crate::gas::{self, Meter};
use crate::node::Node;
use crate::tx::Decoded;
use crate::tx::run::{Mode, TxResult};
use crate::wasm::json;
use crate::wasm::record::{AccessConfig, CodeInfo, ContractInfo, HistoryEntry, Position, key};

/// The version of CometBFT that the chain speaks like.
pub const COMET_VERSION: &str = "0.38.21";
/// A page has so many entries where the client does not say.
const PAGE: usize = 100;

/// A contract's info with its address, of the state's own shape.
#[derive(Clone, PartialEq, Message)]
struct ContractInfoAnswer {
    #[prost(string, tag = "1")]
    address: String,
    #[prost(message, optional, tag = "2")]
    contract_info: Option<ContractInfo>,
}

/// Answers a query of the state as it is after the last block.
pub fn answer(node: &Node, path: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    node.chain.enter(None, false);
    node.chain.push_meter(Meter::of(gas::QUERY_LIMIT.max(u64::MAX >> 1)));
    let start = node.chain.checkpoint();
    let answered = route(node, path, data);
    node.chain.revert(start);
    node.chain.enter(None, false);
    answered
}

fn read<M: Message + Default>(data: &[u8]) -> Result<M, Fault> {
    M::decode(data).map_err(|error| INVALID_REQUEST.because(error))
}

fn route(node: &Node, path: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    if path.is_empty() {
        return Err(UNKNOWN_REQUEST.because(NO_PATH));
    }
    let (service, method) = path.rsplit_once('/').unwrap_or(("", path));
    match service {
        "/cosmos.auth.v1beta1.Query" => of_auth(node, method, data),
        "/cosmos.bank.v1beta1.Query" => of_bank(node, method, data),
        "/cosmwasm.wasm.v1.Query" => of_wasm(node, method, data),
        "/cosmos.tx.v1beta1.Service" => of_tx(node, method, data),
        "/cosmos.base.tendermint.v1beta1.Service" => of_node(node, method),
        _ => Err(unknown()),
    }
}

/// What is said of a path that nobody answers.
const NO_PATH: &str = "no query path provided";
const UNKNOWN_PATH: &str = "unknown query path";

/// Whether a refusal is that of a path that nobody answers.
pub fn is_of_nobody(refusal: &Refusal) -> bool {
    [NO_PATH, UNKNOWN_PATH].iter().any(|words| refusal.log.starts_with(words))
}

fn unknown() -> Fault {
    UNKNOWN_REQUEST.because(UNKNOWN_PATH)
}

fn of_auth(node: &Node, method: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    let chain = &node.chain;
    match method {
        "Account" => {
            let asked: auth::QueryAccountRequest = read(data)?;
            if asked.address.is_empty() {
                return Err(refused("InvalidArgument", "Address cannot be empty", INVALID_REQUEST.bare()));
            }
            let coded = chain.addresses().coded(&asked.address);
            let account = chain.account(&coded.map_err(|words| Fault::unregistered(&LOGIC, words))?)?;
            let Some(account) = account else {
                let words = format!("account {} not found", asked.address);
                return Err(refused("NotFound", &words, KEY_NOT_FOUND.bare()));
            };
            Ok(auth::QueryAccountResponse { account: Some(account.any()) }.encode_to_vec())
        }
        "Accounts" => {
            let asked: auth::QueryAccountsRequest = read(data)?;
            let all = chain.accounts().into_iter().map(|(address, account)| (address, account.any())).collect();
            let (accounts, pagination) = page(all, asked.pagination)?;
            Ok(auth::QueryAccountsResponse { accounts, pagination }.encode_to_vec())
        }
        "Params" => {
            let params = auth::Params {
                max_memo_characters: 256,
                tx_sig_limit: 7,
                tx_size_cost_per_byte: 10,
                sig_verify_cost_ed25519: 590,
                sig_verify_cost_secp256k1: 1_000,
            };
            Ok(auth::QueryParamsResponse { params: Some(params) }.encode_to_vec())
        }
        "Bech32Prefix" => {
            let bech32_prefix = chain.addresses().prefix().to_owned();
            Ok(auth::Bech32PrefixResponse { bech32_prefix }.encode_to_vec())
        }
        _ => Err(unknown()),
    }
}

fn of_bank(node: &Node, method: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    let chain = &node.chain;
    let coin = |denom: String, amount: cosmwasm_std::Uint256| Some(WireCoin { denom, amount: amount.to_string() });
    match method {
        "Balance" => {
            let asked: bank::QueryBalanceRequest = read(data)?;
            named(&asked.denom)?;
            let address = holder(node, &asked.address)?;
            let amount = chain.balance(&address, &asked.denom)?;
            Ok(bank::QueryBalanceResponse { balance: coin(asked.denom, amount) }.encode_to_vec())
        }
        "AllBalances" => {
            let asked: bank::QueryAllBalancesRequest = read(data)?;
            let all = chain.balances(&holder(node, &asked.address)?);
            let (balances, pagination) = page(by_denom(&all), asked.pagination)?;
            Ok(bank::QueryAllBalancesResponse { balances, pagination }.encode_to_vec())
        }
        "SpendableBalances" => {
            let asked: bank::QuerySpendableBalancesRequest = read(data)?;
            let all = chain.balances(&holder(node, &asked.address)?);
            let (balances, pagination) = page(by_denom(&all), asked.pagination)?;
            Ok(bank::QuerySpendableBalancesResponse { balances, pagination }.encode_to_vec())
        }
        "SupplyOf" => {
            let asked: bank::QuerySupplyOfRequest = read(data)?;
            named(&asked.denom)?;
            let amount = chain.supply(&asked.denom)?;
            Ok(bank::QuerySupplyOfResponse { amount: coin(asked.denom, amount) }.encode_to_vec())
        }
        "TotalSupply" => {
            let asked: bank::QueryTotalSupplyRequest = read(data)?;
            let (supply, pagination) = page(by_denom(&chain.supplies()), asked.pagination)?;
            Ok(bank::QueryTotalSupplyResponse { supply, pagination }.encode_to_vec())
        }
        "Params" => {
            #[expect(deprecated, reason = "the field is part of the message")]
            let params = bank::Params { send_enabled: Vec::new(), default_send_enabled: true };
            Ok(bank::QueryParamsResponse { params: Some(params) }.encode_to_vec())
        }
        "DenomsMetadata" => {
            let pagination = Some(PageResponse::default());
            Ok(bank::QueryDenomsMetadataResponse { metadatas: Vec::new(), pagination }.encode_to_vec())
        }
        _ => Err(unknown()),
    }
}

fn of_wasm(node: &Node, method: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    let chain = &node.chain;
    match method {
        "SmartContractState" => {
            let asked: wasm::QuerySmartContractStateRequest = read(data)?;
            let address = chain.bytes_of(&asked.address)?;
            if !json::valid(&asked.query_data) {
                return Err(refused("InvalidArgument", "invalid query data", INVALID_REQUEST.bare()));
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
            let (code_ids, pagination) = page(Vec::new(), bounded(None)?)?;
            Ok(wasm::QueryPinnedCodesResponse { code_ids, pagination }.encode_to_vec())
        }
        "Params" => {
            let everybody = wire_access(&AccessConfig::everybody());
            let params = wasm::Params { code_upload_access: Some(everybody), instantiate_default_permission: 3 };
            Ok(wasm::QueryParamsResponse { params: Some(params) }.encode_to_vec())
        }
        _ => Err(unknown()),
    }
}

fn of_tx(node: &Node, method: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    match method {
        "Simulate" => {
            let asked: txs::SimulateRequest = read(data)?;
            #[expect(deprecated, reason = "old clients send the transaction in parts")]
            let bytes = if asked.tx_bytes.is_empty() {
                asked.tx.map(Decoded::assemble).unwrap_or_default()
            } else {
                asked.tx_bytes
            };
            if bytes.is_empty() {
                return Err(refused("InvalidArgument", "empty txBytes is not allowed", INVALID_REQUEST.bare()));
            }
            let result = node.chain.transact(&bytes, 0, &node.terms, Mode::Simulate);
            if result.code != 0 {
                let words = format!("{} with gas used: '{}'", result.log, result.gas_used);
                return Err(refused("Unknown", &words, UNKNOWN_REQUEST.bare()));
            }
            let answer = txs::SimulateResponse {
                gas_info: Some(GasInfo { gas_wanted: u64::MAX, gas_used: result.gas_used }),
                result: Some(simulated(&result)),
            };
            Ok(answer.encode_to_vec())
        }
        "GetTx" => {
            let asked: txs::GetTxRequest = read(data)?;
            if asked.hash.is_empty() {
                return Err(refused("InvalidArgument", "tx hash cannot be empty", INVALID_REQUEST.bare()));
            }
            let found = hex::decode(&asked.hash).ok().and_then(|hash| {
                let (height, index) = node.disk.find(&hash)?;
                Some((node.block(height)?, usize::try_from(index).ok()?))
            });
            let Some((block, index)) = found else {
                let words = format!("tx not found: {}", asked.hash);
                return Err(refused("NotFound", &words, KEY_NOT_FOUND.bare()));
            };
            Ok(get_tx(&block, index, &asked.hash).encode_to_vec())
        }
        _ => Err(unknown()),
    }
}

fn of_node(node: &Node, method: &str) -> Result<Vec<u8>, Fault> {
    match method {
        "GetNodeInfo" => {
            let info = DefaultNodeInfo {
                network: node.terms.chain_id.clone(),
                version: COMET_VERSION.to_owned(),
                moniker: "devnet".to_owned(),
                ..DefaultNodeInfo::default()
            };
            let application = base::VersionInfo {
                name: "hearth-devnet".to_owned(),
                app_name: "hearth-devnet".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                cosmos_sdk_version: "v0.53.6".to_owned(),
                ..base::VersionInfo::default()
            };
            let answer =
                base::GetNodeInfoResponse { default_node_info: Some(info), application_version: Some(application) };
            Ok(answer.encode_to_vec())
        }
        "GetSyncing" => Ok(base::GetSyncingResponse { syncing: false }.encode_to_vec()),
        _ => Err(unknown()),
    }
}

/// A refusal as a gRPC status that came through ABCI reads.
fn refused(status: &str, words: &str, kind: Fault) -> Fault {
    kind_of(kind, format!("rpc error: code = {status} desc = {words}"))
}

fn kind_of(kind: Fault, words: String) -> Fault {
    kind.within(words)
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

/// Whose coins are asked for.
fn holder(node: &Node, address: &str) -> Result<Vec<u8>, Fault> {
    let wrong = |words| refused("InvalidArgument", &format!("invalid address: {words}"), INVALID_REQUEST.bare());
    node.chain.addresses().coded(address).map_err(wrong)
}

/// A denomination must be well-formed.
fn named(denom: &str) -> Result<(), Fault> {
    if denomination(denom) {
        return Ok(());
    }
    Err(refused("InvalidArgument", &format!("invalid denom: {denom}"), INVALID_REQUEST.bare()))
}

fn by_denom(coins: &[Coin]) -> Vec<Keyed<WireCoin>> {
    wire(coins).into_iter().map(|coin| (coin.denom.clone().into_bytes(), coin)).collect()
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

fn wire_events(events: &[Event], index: bool) -> Vec<WireEvent> {
    let attribute = |(key, value): &(String, String)| EventAttribute { key: key.clone(), value: value.clone(), index };
    let event = |event: &Event| WireEvent {
        r#type: event.kind.clone(),
        attributes: event.attributes.iter().map(attribute).collect(),
    };
    events.iter().map(event).collect()
}

fn simulated(result: &TxResult) -> SimResult {
    use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxMsgData;
    let msg_responses = TxMsgData::decode(result.data.as_slice()).map(|data| data.msg_responses).unwrap_or_default();
    #[expect(deprecated, reason = "the field is part of the message")]
    SimResult {
        data: result.data.clone(),
        log: String::new(),
        events: wire_events(&result.events, false),
        msg_responses,
    }
}

fn get_tx(block: &Block, index: usize, hash: &str) -> txs::GetTxResponse {
    let number = |of: u64| i64::try_from(of).unwrap_or(i64::MAX);
    let bytes = block.txs.get(index).map(|raw| raw.0.clone()).unwrap_or_default();
    let result = block.results.get(index).cloned().unwrap_or_default();
    let decoded = Decoded::read(&bytes).ok().map(|tx| txs::Tx {
        body: Some(tx.body),
        auth_info: Some(tx.auth),
        signatures: tx.raw.signatures,
    });
    let any = |tx: &txs::Tx| Any { type_url: txs::Tx::type_url(), value: tx.encode_to_vec() };
    let seconds = block.time / 1_000_000_000 * 1_000_000_000;
    let response = TxResponse {
        tx: decoded.as_ref().map(any),
        height: number(block.height),
        txhash: hash.to_uppercase(),
        codespace: result.codespace,
        code: result.code,
        data: hex::encode_upper(&result.data),
        raw_log: result.log,
        gas_wanted: number(result.gas_wanted),
        gas_used: number(result.gas_used),
        timestamp: crate::block::time(seconds).map(|time| time.to_rfc3339()).unwrap_or_default(),
        events: wire_events(&result.events, true),
        ..TxResponse::default()
    };
    txs::GetTxResponse { tx: decoded, tx_response: Some(response) }
}

/// A page as wasmd asks for it: it always says how long, and nobody counts.
fn bounded(asked: Option<PageRequest>) -> Result<Option<PageRequest>, Fault> {
    let asked = asked.unwrap_or_default();
    if asked.offset > 0 || asked.count_total {
        let words = "offset and count queries not supported";
        return Err(refused("InvalidArgument", words, INVALID_REQUEST.bare()));
    }
    let limit = if asked.limit == 0 { u64::try_from(PAGE).unwrap_or(u64::MAX) } else { asked.limit };
    Ok(Some(PageRequest { limit, ..asked }))
}

/// An entry of a list, under its key in the store.
type Keyed<T> = (Vec<u8>, T);

/// A page of a list: from an offset or a key on.
fn page<T>(all: Vec<Keyed<T>>, asked: Option<PageRequest>) -> Result<(Vec<T>, Option<PageResponse>), Fault> {
    let asked = asked.unwrap_or_default();
    if asked.offset > 0 && !asked.key.is_empty() {
        let words = "invalid request, either offset or key is expected, got both";
        return Err(refused("InvalidArgument", words, INVALID_REQUEST.bare()));
    }
    let limit = usize::try_from(asked.limit).ok().filter(|limit| *limit > 0).unwrap_or(PAGE);
    let total = all.len();
    let mut all = all;
    if asked.reverse {
        all.reverse();
    }
    let before = |(key, _): &Keyed<T>| if asked.reverse { *key > asked.key } else { *key < asked.key };
    let start = if asked.key.is_empty() {
        usize::try_from(asked.offset).unwrap_or(usize::MAX)
    } else {
        all.iter().take_while(|entry| before(entry)).count()
    };
    let next_key = all.get(start.saturating_add(limit)).map(|(key, _)| key.clone()).unwrap_or_default();
    let found = all.into_iter().skip(start).take(limit).map(|(_, entry)| entry).collect();
    let counted = asked.key.is_empty() && (asked.count_total || asked.limit == 0);
    let total = if counted { u64::try_from(total).unwrap_or(u64::MAX) } else { 0 };
    Ok((found, Some(PageResponse { next_key, total })))
}
