//! Blocks, headers, transactions and results as CometBFT 0.38 writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::block::{self, Block, Raw};
use crate::chain::Event;
use crate::query::COMET_VERSION;
use crate::rpc::search::Events;
use crate::tx::run::{TxResult, hash};

/// Bytes as CometBFT writes hashes.
pub fn hex(bytes: &[u8]) -> String {
    hex::encode_upper(bytes)
}

fn time(nanos: u64) -> String {
    block::time(nanos).map(|time| time.to_rfc3339()).unwrap_or_default()
}

/// A block's name; empty for none.
pub fn block_id(hash: Option<&[u8; 32]>) -> Value {
    match hash {
        None => json!({ "hash": "", "parts": { "total": 0, "hash": "" } }),
        Some(hash) => json!({ "hash": hex(hash), "parts": { "total": 1, "hash": hex(hash) } }),
    }
}

/// A header.
pub fn header(chain_id: &str, block: &Block) -> Value {
    let Some(header) = block.header(chain_id) else { return Value::Null };
    let text = |hash: Option<tendermint::Hash>| hash.map(|hash| hash.to_string()).unwrap_or_default();
    json!({
        "version": { "block": "11" },
        "chain_id": chain_id,
        "height": block.height.to_string(),
        "time": time(block.time),
        "last_block_id": block_id((block.height > 1).then_some(&block.last)),
        "last_commit_hash": text(header.last_commit_hash),
        "data_hash": text(header.data_hash),
        "validators_hash": header.validators_hash.to_string(),
        "next_validators_hash": header.next_validators_hash.to_string(),
        "consensus_hash": header.consensus_hash.to_string(),
        "app_hash": hex(&block.app_before),
        "last_results_hash": text(header.last_results_hash),
        "evidence_hash": text(header.evidence_hash),
        "proposer_address": header.proposer_address.to_string(),
    })
}

/// The signatures under a block, which stand in the next.
fn commit(height: u64, hash: &[u8; 32], signed_at: u64) -> Value {
    json!({
        "height": height.to_string(), "round": 0, "block_id": block_id(Some(hash)),
        "signatures": [{
            "block_id_flag": 2, "validator_address": block::validator_id().to_string(),
            "timestamp": time(signed_at), "signature": BASE64.encode(block::SIGNATURE),
        }],
    })
}

/// A block without its name.
pub fn body(chain_id: &str, block: &Block) -> Value {
    let last_commit = if block.height == 1 {
        json!({ "height": "0", "round": 0, "block_id": block_id(None), "signatures": [] })
    } else {
        commit(block.height - 1, &block.last, block.time)
    };
    let txs: Vec<String> = block.txs.iter().map(|Raw(bytes)| BASE64.encode(bytes)).collect();
    json!({
        "header": header(chain_id, block), "data": { "txs": txs },
        "evidence": { "evidence": [] }, "last_commit": last_commit,
    })
}

/// A block.
pub fn block_answer(chain_id: &str, block: &Block) -> Value {
    json!({ "block_id": block_id(Some(&block.hash)), "block": body(chain_id, block) })
}

/// A block in short.
pub fn meta(chain_id: &str, block: &Block) -> Value {
    let size: usize = block.txs.iter().map(|Raw(bytes)| bytes.len()).sum();
    json!({
        "block_id": block_id(Some(&block.hash)), "block_size": (size + 600).to_string(),
        "header": header(chain_id, block), "num_txs": block.txs.len().to_string(),
    })
}

/// A header and the signatures under it.
pub fn commit_answer(chain_id: &str, block: &Block, next: Option<&Block>) -> Value {
    let signed_at = next.map_or(block.time, |next| next.time);
    let commit = commit(block.height, &block.hash, signed_at);
    json!({ "signed_header": { "header": header(chain_id, block), "commit": commit }, "canonical": next.is_some() })
}

/// Events.
pub fn events(events: &[Event]) -> Value {
    let attribute = |(key, value): &(String, String)| json!({ "key": key, "value": value, "index": true });
    let event = |event: &Event| {
        let attributes: Vec<Value> = event.attributes.iter().map(attribute).collect();
        json!({ "type": event.kind, "attributes": attributes })
    };
    events.iter().map(event).collect()
}

/// What became of a transaction.
pub fn result(result: &TxResult) -> Value {
    json!({
        "code": result.code,
        "data": if result.data.is_empty() { Value::Null } else { json!(BASE64.encode(&result.data)) },
        "log": result.log, "info": "",
        "gas_wanted": result.gas_wanted.to_string(), "gas_used": result.gas_used.to_string(),
        "events": events(&result.events), "codespace": result.codespace,
    })
}

/// A transaction and what became of it.
pub fn transaction(block: &Block, index: u32) -> Value {
    let at = usize::try_from(index).unwrap_or(usize::MAX);
    let bytes = block.txs.get(at).map(|Raw(bytes)| bytes.as_slice()).unwrap_or_default();
    json!({
        "hash": hex(&hash(bytes)), "height": block.height.to_string(), "index": index,
        "tx_result": block.results.get(at).map(result), "tx": BASE64.encode(bytes),
    })
}

/// What came of a block.
pub fn block_results(block: &Block) -> Value {
    let results: Vec<Value> = block.results.iter().map(result).collect();
    json!({
        "height": block.height.to_string(),
        "txs_results": if results.is_empty() { Value::Null } else { json!(results) },
        "finalize_block_events": events(&block.events), "validator_updates": null,
        "consensus_param_updates": updated_params(), "app_hash": BASE64.encode(block.app),
    })
}

/// The one validator.
pub fn validators(height: u64) -> Value {
    json!({
        "block_height": height.to_string(), "count": "1", "total": "1",
        "validators": [{
            "address": block::validator_id().to_string(), "pub_key": validator_key(),
            "voting_power": "1", "proposer_priority": "0",
        }],
    })
}

fn validator_key() -> Value {
    json!({ "type": "tendermint/PubKeyEd25519", "value": BASE64.encode(block::VALIDATOR) })
}

/// The parameters of consensus.
pub fn consensus_params() -> Value {
    json!({
        "block": { "max_bytes": block::MOST_BYTES.to_string(), "max_gas": block::MOST_GAS.to_string() },
        "evidence": { "max_age_num_blocks": "100000", "max_age_duration": "172800000000000", "max_bytes": "1048576" },
        "validator": { "pub_key_types": ["ed25519"] }, "version": { "app": "0" },
        "abci": { "vote_extensions_enable_height": "0" },
    })
}

/// The same where they are said to be updated, as every block says; what is zero is left out there.
fn updated_params() -> Value {
    let mut params = consensus_params();
    for zero in ["version", "abci"] {
        if let Some(place) = params.get_mut(zero) {
            *place = json!({});
        }
    }
    params
}

/// Genesis.
pub fn genesis(chain_id: &str, first: &Block) -> Value {
    json!({ "genesis": {
        "genesis_time": time(first.time), "chain_id": chain_id, "initial_height": "1",
        "consensus_params": consensus_params(), "app_hash": "", "app_state": {},
        "validators": [{ "address": block::validator_id().to_string(), "pub_key": validator_key(), "power": "1", "name": "" }],
    } })
}

/// Where the chain stands.
pub fn status(chain_id: &str, first: &Block, last: &Block) -> Value {
    json!({
        "node_info": {
            "protocol_version": { "p2p": "8", "block": "11", "app": "0" },
            "id": block::validator_id().to_string().to_lowercase(), "listen_addr": "tcp://127.0.0.1:0",
            "network": chain_id, "version": COMET_VERSION, "channels": "40202122233038606100", "moniker": "devnet",
            "other": { "tx_index": "on", "rpc_address": "tcp://127.0.0.1:26657" },
        },
        "sync_info": {
            "latest_block_hash": hex(&last.hash), "latest_app_hash": hex(&last.app_before),
            "latest_block_height": last.height.to_string(), "latest_block_time": time(last.time),
            "earliest_block_hash": hex(&first.hash), "earliest_app_hash": hex(&first.app_before),
            "earliest_block_height": "1", "earliest_block_time": time(first.time), "catching_up": false,
        },
        "validator_info": {
            "address": block::validator_id().to_string(), "pub_key": validator_key(), "voting_power": "1",
        },
    })
}

/// The answer to a query of the state: its bytes, none where it was refused.
pub fn queried(code: u32, space: &str, log: &str, value: Option<&[u8]>, height: u64) -> Value {
    let value = value.map(|bytes| BASE64.encode(bytes));
    json!({
        "code": code, "log": log, "info": "", "index": "0", "key": null, "value": value, "proofOps": null,
        "height": height.to_string(), "codespace": space,
    })
}

/// What a transaction can be found by.
pub fn tx_events(block: &Block, index: u32) -> Events {
    let at = usize::try_from(index).unwrap_or(usize::MAX);
    let mut found = Events::new();
    let bytes = block.txs.get(at).map(|Raw(bytes)| bytes.as_slice()).unwrap_or_default();
    found.insert("tm.event".to_owned(), vec!["Tx".to_owned()]);
    found.insert("tx.hash".to_owned(), vec![hex(&hash(bytes))]);
    found.insert("tx.height".to_owned(), vec![block.height.to_string()]);
    if let Some(result) = block.results.get(at) {
        add(&mut found, &result.events);
    }
    found
}

/// What a block can be found by.
pub fn block_events(block: &Block) -> Events {
    let mut found = announced("NewBlock", block);
    found.insert("block.height".to_owned(), vec![block.height.to_string()]);
    found
}

/// What an announcement of a block can be found by.
fn announced(kind: &str, block: &Block) -> Events {
    let mut found = Events::from([("tm.event".to_owned(), vec![kind.to_owned()])]);
    add(&mut found, &block.events);
    found
}

fn add(found: &mut Events, events: &[Event]) {
    for event in events {
        for (key, value) in &event.attributes {
            found.entry(format!("{}.{key}", event.kind)).or_default().push(value.clone());
        }
    }
}

/// What is announced of a block, each with what it can be subscribed by.
pub fn announcements(chain_id: &str, block: &Block) -> Vec<(Value, Events)> {
    let header_alone = Events::from([("tm.event".to_owned(), vec!["NewBlockHeader".to_owned()])]);
    let results: Vec<Value> = block.results.iter().map(result).collect();
    let finalized = json!({
        "events": events(&block.events), "tx_results": results, "validator_updates": [], "consensus_param_updates": null,
        "app_hash": BASE64.encode(block.app),
    });
    let new_block = json!({ "type": "tendermint/event/NewBlock", "value": {
        "block": body(chain_id, block), "block_id": block_id(Some(&block.hash)), "result_finalize_block": finalized,
    } });
    let new_header =
        json!({ "type": "tendermint/event/NewBlockHeader", "value": { "header": header(chain_id, block) } });
    let new_events = json!({ "type": "tendermint/event/NewBlockEvents", "value": {
        "height": block.height.to_string(), "events": events(&block.events), "num_txs": block.txs.len().to_string(),
    } });
    let mut all = vec![
        (new_block, announced("NewBlock", block)),
        (new_header, header_alone),
        (new_events, announced("NewBlockEvents", block)),
    ];
    for (index, (Raw(bytes), result_of)) in (0..).zip(block.txs.iter().zip(&block.results)) {
        let said = json!({ "type": "tendermint/event/Tx", "value": { "TxResult": {
            "height": block.height.to_string(), "index": index, "tx": BASE64.encode(bytes), "result": result(result_of),
        } } });
        all.push((said, tx_events(block, index)));
    }
    all
}
