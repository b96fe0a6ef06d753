//! CometBFT's RPC: every method with good and bad parameters, and the shapes of what is the chains' own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{GetTxRequest, SimulateRequest};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QueryAllContractStateRequest, QueryCodeRequest, QueryCodesRequest, QueryContractHistoryRequest,
    QueryContractInfoRequest, QueryContractsByCodeRequest, QueryContractsByCreatorRequest, QueryParamsRequest,
    QueryPinnedCodesRequest, QueryRawContractStateRequest, QuerySmartContractStateRequest,
};
use hearth_rig::chain::CHAIN_ID;
use prost::Message;
use serde_json::{Value, json};

use crate::bank::send;
use crate::draft::{Draft, any, coin};
use crate::parrot::{Parrot, make, says, tell};
use crate::twin::Twin;

/// A value's shape: names and kinds, of a list those of its first.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), shape(field))).collect(),
        Value::Array(items) => items.first().map_or_else(|| json!([]), |first| json!([shape(first)])),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!(0),
        other => other.clone(),
    }
}

/// A path that everybody answers.
const PARAMS: &str = "/cosmos.bank.v1beta1.Query/Params";

/// Queries of codes and contracts, with their pages.
fn wasm(twin: &mut Twin, parrot: &Parrot) {
    let (ann, at) = (twin.known(0), parrot.address.clone());
    let nobody = hearth_devnet::address::Addresses::new("wasm").unwrap().text(&[6; 32]);
    let page = |key: &[u8], offset: u64, limit: u64, count_total: bool, reverse: bool| {
        Some(PageRequest { key: key.to_vec(), offset, limit, count_total, reverse })
    };
    let path = |method: &str| format!("/cosmwasm.wasm.v1.Query/{method}");
    for (what, address, asked) in [
        ("a question", at.as_str(), json!({ "ok": BASE64.encode("yes") })),
        ("a question that is refused", &at, json!({ "error": "no" })),
        ("a question that breaks", &at, json!({ "x": 1 })),
        ("a question that never ends", &at, json!({ "loop": 1 })),
        ("a question of nobody", &nobody, json!({})),
        ("a question of no address", "nobody", json!({})),
    ] {
        let asked =
            QuerySmartContractStateRequest { address: address.to_owned(), query_data: asked.to_string().into_bytes() };
        twin.case(what).query(&path("SmartContractState"), &asked);
    }
    let broken = QuerySmartContractStateRequest { address: at.clone(), query_data: b"{".to_vec() };
    twin.case("a question that is no JSON").query(&path("SmartContractState"), &broken);
    let empty = QuerySmartContractStateRequest { address: at.clone(), query_data: vec![] };
    twin.case("a question of no words").query(&path("SmartContractState"), &empty);
    for (what, address, key) in
        [("what is kept", &at, "E"), ("what is not kept", &at, "none"), ("what nobody keeps", &nobody, "E")]
    {
        let asked = QueryRawContractStateRequest { address: address.clone(), query_data: key.as_bytes().to_vec() };
        twin.case(what).query(&path("RawContractState"), &asked);
    }
    for (what, address, pagination) in [
        ("all that is kept", &at, None),
        ("a page of what is kept", &at, page(b"", 0, 2, false, false)),
        ("a page of what is kept, counted", &at, page(b"", 0, 2, true, false)),
        ("the next page of what is kept", &at, page(b"1", 0, 2, true, false)),
        ("a page of what is kept, from the end", &at, page(b"", 0, 2, false, true)),
        ("the next page of what is kept, from the end", &at, page(b"2", 0, 2, false, true)),
        ("a page far behind", &at, page(b"", 1_000, 2, false, false)),
        ("a page with a key and an offset", &at, page(b"1", 1, 2, false, false)),
        ("all that nobody keeps", &nobody, None),
    ] {
        let asked = QueryAllContractStateRequest { address: address.clone(), pagination };
        twin.case(what).query(&path("AllContractState"), &asked);
    }
    for (what, address) in [("about a contract", at.as_str()), ("about nobody", &nobody), ("about no address", "")] {
        twin.case(what).query(&path("ContractInfo"), &QueryContractInfoRequest { address: address.to_owned() });
        let asked = QueryContractHistoryRequest { address: address.to_owned(), pagination: None };
        twin.query(&path("ContractHistory"), &asked);
    }
    for (what, code_id) in
        [("about a code", parrot.code), ("about no code", 0), ("about a code that is not there", 999)]
    {
        twin.case(what).query(&path("Code"), &QueryCodeRequest { code_id });
        twin.query(&path("ContractsByCode"), &QueryContractsByCodeRequest { code_id, pagination: None });
    }
    twin.case("contracts of a code, a page").query(
        &path("ContractsByCode"),
        &QueryContractsByCodeRequest { code_id: parrot.code, pagination: page(b"", 0, 1, false, false) },
    );
    twin.case("codes").query(&path("Codes"), &QueryCodesRequest { pagination: None });
    twin.case("codes, a page").query(&path("Codes"), &QueryCodesRequest { pagination: page(b"", 0, 1, true, false) });
    twin.case("codes, from the end")
        .query(&path("Codes"), &QueryCodesRequest { pagination: page(b"", 0, 1, false, true) });
    for (what, creator_address) in
        [("contracts of a creator", ann), ("contracts of nobody", nobody), ("contracts of no address", "x".into())]
    {
        let asked = QueryContractsByCreatorRequest { creator_address, pagination: None };
        twin.case(what).query(&path("ContractsByCreator"), &asked);
    }
    twin.case("pinned codes").query(&path("PinnedCodes"), &QueryPinnedCodesRequest { pagination: None });
    twin.case("the parameters of contracts").query(&path("Params"), &QueryParamsRequest {});
}

/// Simulations and transactions by gRPC's names.
fn transactions(twin: &mut Twin, parrot: &Parrot, hash: &[u8]) {
    let (ann, ben) = (twin.known(0), twin.known(1));
    let simulate = "/cosmos.tx.v1beta1.Service/Simulate";
    let signer = twin.signer(&ann);
    for (what, message) in [
        ("simulate a send", send(&ann, &ben, vec![coin("ucosm", 1)])),
        ("simulate a send of too much", send(&ann, &ben, vec![coin("uusd", u128::MAX)])),
        ("simulate a call", tell(&ann, &parrot.address, &says(&[]))),
        ("simulate a call that says no", tell(&ann, &parrot.address, &json!({ "error": "no" }))),
    ] {
        let mut draft = Draft::of(vec![message]);
        draft.fee.clear();
        draft.gas = 0;
        let mut raw = draft.sign(CHAIN_ID, std::slice::from_ref(&signer));
        #[expect(deprecated, reason = "the field is part of the message")]
        let asked = |raw: &cosmos_sdk_proto::cosmos::tx::v1beta1::TxRaw| SimulateRequest {
            tx: None,
            tx_bytes: raw.encode_to_vec(),
        };
        twin.case(what).query(simulate, &asked(&raw));
        raw.signatures = vec![vec![]];
        twin.query(simulate, &asked(&raw));
    }
    #[expect(deprecated, reason = "the field is part of the message")]
    let nothing = SimulateRequest { tx: None, tx_bytes: vec![] };
    twin.case("simulate nothing").query(simulate, &nothing);
    let get = "/cosmos.tx.v1beta1.Service/GetTx";
    twin.case("a transaction by its name").query(get, &GetTxRequest { hash: hex::encode(hash) });
    twin.case("a transaction that is not there").query(get, &GetTxRequest { hash: "AB".repeat(32) });
    twin.case("a transaction by no name").query(get, &GetTxRequest { hash: String::new() });
}

/// Methods whose answers are the same to the letter.
fn same(twin: &mut Twin, height: u64, hash: &[u8]) {
    let of = |height: &str| json!({ "height": height });
    let height = height.to_string();
    let name = BASE64.encode(hash);
    let query = format!("tx.hash='{}'", hex::encode_upper(hash));
    for (what, method, params) in [
        ("health", "health", json!({})),
        ("a transaction", "tx", json!({ "hash": name })),
        ("a transaction that nobody knows", "tx", json!({ "hash": BASE64.encode([1; 32]) })),
        ("a transaction of no name", "tx", json!({})),
        ("a transaction of a bad name", "tx", json!({ "hash": "?" })),
        ("a search by name", "tx_search", json!({ "query": query })),
        ("a search by height", "tx_search", json!({ "query": format!("tx.height={height}"), "order_by": "asc" })),
        (
            "a search by an attribute",
            "tx_search",
            json!({ "query": "transfer.recipient EXISTS AND tx.height<5", "order_by": "desc" }),
        ),
        ("a search that finds nothing", "tx_search", json!({ "query": "wasm.no='thing'" })),
        ("a search for nothing", "tx_search", json!({ "query": "" })),
        ("a search in no order", "tx_search", json!({ "query": query, "order_by": "sideways" })),
        ("a search on page 0", "tx_search", json!({ "query": query, "page": "0" })),
        ("a search on page 2", "tx_search", json!({ "query": query, "page": "2" })),
        ("a search of a page of none", "tx_search", json!({ "query": query, "per_page": "0" })),
        ("a search that cannot be read", "tx_search", json!({ "query": "tx.height ~ 5" })),
        ("a block below all", "block", of("0")),
        ("a block below zero", "block", of("-1")),
        ("a block of no number", "block", of("x")),
        ("a block by no name", "block_by_hash", json!({ "hash": BASE64.encode([1; 32]) })),
        ("a header by no name", "header_by_hash", json!({ "hash": BASE64.encode([1; 32]) })),
        ("blocks found by nothing", "block_search", json!({ "query": "no.such='thing'" })),
        ("blocks in the wrong order", "blockchain", json!({ "minHeight": "5", "maxHeight": "2" })),
        ("blocks below zero", "blockchain", json!({ "minHeight": "-1", "maxHeight": "2" })),
        ("a method that nobody knows", "no_such_method", json!({})),
        ("parameters that are text", "block", json!("5")),
        ("too many parameters", "block", json!(["1", "2", "3"])),
        ("parameters by place", "tx", json!([name, false])),
        ("a query below zero", "abci_query", json!({ "path": PARAMS, "data": "", "height": "-1" })),
        ("a query in time to come", "abci_query", json!({ "path": PARAMS, "data": "", "height": "1000000" })),
        ("a query of bad bytes", "abci_query", json!({ "path": "/x", "data": "zz" })),
        ("bytes that are none", "broadcast_tx_sync", json!({ "tx": "?" })),
        ("a broadcast of nothing", "broadcast_tx_sync", json!({})),
        ("a subscription by a call", "subscribe", json!({ "query": "tm.event='Tx'" })),
    ] {
        twin.case(what).ask(method, &params, &[]);
    }
    let far = json!({ "height": "1000000" });
    for method in ["block", "block_results", "commit", "header", "validators", "consensus_params"] {
        twin.case(&format!("{method} in time to come"));
        twin.same_words(method, &far);
    }
}

/// Methods whose answers are each chain's own, in the same shape.
fn shapes(twin: &mut Twin, height: u64, hash: &[u8]) {
    let at = json!({ "height": height.to_string() });
    for (method, params) in [
        ("status", json!({})),
        ("net_info", json!({})),
        ("abci_info", json!({})),
        ("consensus_params", at.clone()),
        ("block", at.clone()),
        ("block_results", at.clone()),
        ("header", at.clone()),
        ("commit", at.clone()),
        ("validators", at),
        ("blockchain", json!({ "minHeight": "1", "maxHeight": height.to_string() })),
        ("block_search", json!({ "query": format!("block.height={height}") })),
        ("num_unconfirmed_txs", json!({})),
        ("unconfirmed_txs", json!({})),
        ("genesis_chunked", json!({ "chunk": "0" })),
        ("tx", json!({ "hash": BASE64.encode(hash), "prove": true })),
    ] {
        twin.case(&format!("the shape of {method}")).compare_shapes(method, &params, shape);
    }
}

/// Bodies and lines that are no calls.
fn clothes(twin: &mut Twin) {
    for (what, body) in [
        ("a body that is no JSON", "{"),
        ("an empty body", ""),
        ("a body of a number", "5"),
        ("an empty batch", "[]"),
        (
            "a batch",
            r#"[{"jsonrpc":"2.0","id":1,"method":"health","params":{}},{"jsonrpc":"2.0","id":"two","method":"nothing"}]"#,
        ),
        ("a call without a method", r#"{"jsonrpc":"2.0","id":1}"#),
        ("a call without an id", r#"{"jsonrpc":"2.0","method":"health"}"#),
        ("a call with an id of text", r#"{"jsonrpc":"2.0","id":"a","method":"health"}"#),
        ("a call with an id of null", r#"{"jsonrpc":"2.0","id":null,"method":"health"}"#),
        ("a call with an id of a list", r#"{"jsonrpc":"2.0","id":[1],"method":"health"}"#),
        ("a call of version one", r#"{"jsonrpc":"1.0","id":1,"method":"health"}"#),
        ("a call without a version", r#"{"id":1,"method":"health"}"#),
        ("a call with null parameters", r#"{"jsonrpc":"2.0","id":1,"method":"health","params":null}"#),
    ] {
        twin.case(what).compare_bodies(body);
    }
    for (what, line) in [
        ("a line", "/health"),
        ("a line of a block", "/block?height=0"),
        ("a line that nobody knows", "/nothing"),
        ("a line of bad bytes", "/abci_query?path=\"/x\"&data=zz"),
        ("a line of a transaction", "/tx?hash=0x00"),
        ("a line of no number", "/block?height=x"),
        ("a line of a bare word", "/abci_query?path=x"),
    ] {
        twin.case(what).compare_lines(line);
    }
}

#[test]
#[cfg_attr(not(wasmd), ignore = "wasmd is not built: `make wasmd`")]
fn what_clients_ask_is_answered_the_same_on_both() {
    let mut twin = Twin::start();
    let (ann, ben) = (twin.known(0), twin.known(1));
    let parrot = Parrot::hatch(&mut twin, &ann, 1);
    for digit in 0..5 {
        twin.must(&ann, vec![tell(&ann, &parrot.address, &json!({ digit.to_string(): digit }))]);
    }
    twin.must(&ann, vec![any(&make(&ann, parrot.code, &json!({ "0": 1 })))]);
    let signer = twin.signer(&ann);
    let bytes = Draft::of(vec![send(&ann, &ben, vec![coin("ucosm", 1)])]).sign(CHAIN_ID, &[signer]).encode_to_vec();
    let told = twin.deliver(&bytes).unwrap();
    let hash = hearth_devnet::tx::run::hash(&bytes);
    wasm(&mut twin, &parrot);
    transactions(&mut twin, &parrot, &hash);
    same(&mut twin, told.height, &hash);
    shapes(&mut twin, told.height, &hash);
    clothes(&mut twin);
    twin.judge(100);
}
