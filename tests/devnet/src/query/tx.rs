//! Questions about transactions: what one would do, and what became of one.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::{GasInfo, Result as SimResult, TxMsgData, TxResponse};
use cosmos_sdk_proto::cosmos::tx::v1beta1 as txs;
use cosmos_sdk_proto::tendermint::abci::{Event as WireEvent, EventAttribute};
use prost::{Message, Name};

use crate::block::Block;
use crate::chain::Event;
use crate::fault::{Code, Fault, INVALID_REQUEST, KEY_NOT_FOUND, UNKNOWN_REQUEST};
use crate::node::Node;
use crate::query::{read, unknown};
use crate::tx::Decoded;
use crate::tx::run::{Mode, TxResult};

/// Answers a method of the tx service.
pub fn answer(node: &Node, method: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
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
                return Err(INVALID_REQUEST.bare().as_status(Code::InvalidArgument, "empty txBytes is not allowed"));
            }
            let result = node.chain.transact(&bytes, 0, &node.terms, Mode::Simulate);
            if result.code != 0 {
                let words = format!("{} with gas used: '{}'", result.log, result.gas_used);
                return Err(UNKNOWN_REQUEST.bare().as_status(Code::Unknown, &words));
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
                return Err(INVALID_REQUEST.bare().as_status(Code::InvalidArgument, "tx hash cannot be empty"));
            }
            let found = hex::decode(&asked.hash).ok().and_then(|hash| {
                let (height, index) = node.disk.find(&hash)?;
                Some((node.block(height)?, usize::try_from(index).ok()?))
            });
            let Some((block, index)) = found else {
                let words = format!("tx not found: {}", asked.hash);
                return Err(KEY_NOT_FOUND.bare().as_status(Code::NotFound, &words));
            };
            Ok(get_tx(&block, index, &asked.hash).encode_to_vec())
        }
        _ => Err(unknown()),
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
