//! What clients of good will send: transactions, messages, bodies, address lines, frames, whole connections.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmrs::Any;
use cosmrs::proto::cosmos::auth::v1beta1::{QueryAccountRequest, QueryAccountsRequest};
use cosmrs::proto::cosmos::bank::v1beta1::{
    Input, MsgMultiSend, MsgSend, Output, QueryAllBalancesRequest, QueryBalanceRequest, QueryTotalSupplyRequest,
};
use cosmrs::proto::cosmos::base::query::v1beta1::PageRequest;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmos::tx::v1beta1::{BroadcastTxRequest, GetTxRequest, SimulateRequest, TxRaw};
use cosmrs::proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgMigrateContract, MsgUpdateAdmin, QueryAllContractStateRequest, QueryCodesRequest,
    QueryContractInfoRequest, QueryRawContractStateRequest, QuerySmartContractStateRequest,
};
use cosmwasm_std::Uint256;
use hearth_devnet::Devnet;
use hearth_devnet::node::Node;
use prost::Message;
use serde_json::{Value, json};

use crate::dice::{Dice, EXTREMES};
use crate::wallet::{Wallet, any};

/// All of it, on a chain with a contract.
pub(crate) struct Goods {
    /// Each of another account, under its next sequence.
    pub(crate) txs: Vec<Vec<u8>>,
    pub(crate) contract: String,
    pub(crate) bodies: Vec<Vec<u8>>,
    pub(crate) lines: Vec<Vec<u8>>,
    /// Where something is posted.
    pub(crate) posts: Vec<Vec<u8>>,
    /// Calls of gRPC: the path, and the message in its frame.
    pub(crate) frames: Vec<(String, Vec<u8>)>,
    pub(crate) connections: Vec<Vec<u8>>,
}

impl Goods {
    pub(crate) async fn of(devnet: &Devnet) -> Self {
        let wallets: Vec<Wallet> = devnet.accounts().iter().map(|account| Wallet::of(&devnet.rpc(), account)).collect();
        let contract = wallets[0].token().await;
        let mut txs = Vec::new();
        for (wallet, nth) in wallets.iter().zip(0..) {
            let to = &wallets[(nth + 1) % wallets.len()].address;
            let all = messages_of(wallet, to, &contract);
            let chosen = if nth == 0 { all } else { vec![all[nth % all.len()].clone()] };
            txs.push(wallet.sign(chosen, 900_000, 0).await);
        }
        let frames = frames(&wallets[0].address, &contract, &txs[1]);
        let bodies = bodies(&txs, &frames);
        let (lines, posts) = (lines(&wallets[0].address, &contract), posts());
        let connections = connections(&bodies, &lines);
        Self { txs, contract, bodies, lines, posts, frames, connections }
    }
}

/// What one says who signs rightly, which may do something: amounts, denominations, modules and calls that nobody meant, or a message that was
/// spoiled as a whole.
pub(crate) fn nonsense(dice: &mut Dice, wallet: &Wallet, to: &str, contract: &str) -> Any {
    let (sender, contract) = (wallet.address.clone(), contract.to_owned());
    let calls: Vec<Vec<u8>> = [
        json!({ "transfer": { "recipient": to, "amount": "1" } }),
        json!({ "mint": { "recipient": to, "amount": "340282366920938463463374607431768211455" } }),
        json!({ "send": { "contract": contract, "amount": "1", "msg": "e30=" } }),
        json!({ "increase_allowance": { "spender": to, "amount": "7", "expires": { "at_height": 9 } } }),
    ]
    .iter()
    .map(|call| call.to_string().into_bytes())
    .collect();
    let coins: Vec<Coin> = (0..dice.below(3))
        .map(|_| Coin {
            denom: (*dice.one(&["ucosm", "uusd", "", "ucosm\0", "u/.:-_9", "ÿ"])).to_owned(),
            amount: (*dice.one(&EXTREMES)).to_owned(),
        })
        .collect();
    match dice.below(6) {
        0 => any(&MsgSend { from_address: sender, to_address: to.to_owned(), amount: coins }),
        1 => any(&MsgExecuteContract { sender, contract, msg: dice.one(&calls).clone(), funds: coins }),
        2 => any(&MsgExecuteContract { sender, contract, msg: dice.spoiled(&calls), funds: vec![] }),
        3 => {
            let module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x04\x01\x02\0\x0b".to_vec();
            wallet.upload(dice.spoiled(&[module, [&GZIP[..], &[0; 20]].concat()]))
        }
        4 => wallet.pay(to, 1),
        _ => {
            let Any { type_url, value } = dice.one(&messages_of(wallet, to, &contract)).clone();
            Any { type_url, value: dice.spoiled(&[value]) }
        }
    }
}

/// How compressed modules begin.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

fn messages_of(wallet: &Wallet, to: &str, contract: &str) -> Vec<Any> {
    let coins = vec![Coin { denom: "ucosm".to_owned(), amount: "12".to_owned() }];
    let sender = wallet.address.clone();
    let many = MsgMultiSend {
        inputs: vec![Input { address: sender.clone(), coins: coins.clone() }],
        outputs: vec![Output { address: to.to_owned(), coins }],
    };
    let transfer = json!({ "transfer": { "recipient": to, "amount": "1" } });
    let admin = MsgUpdateAdmin { sender: sender.clone(), new_admin: to.to_owned(), contract: contract.to_owned() };
    let migrate = MsgMigrateContract { sender, contract: contract.to_owned(), code_id: 1, msg: b"{}".to_vec() };
    vec![
        wallet.pay(to, 7),
        any(&many),
        wallet.tell(contract, &transfer),
        wallet.make_token(1),
        wallet.upload(b"\0asm\x01\0\0\0".to_vec()),
        any(&admin),
        any(&migrate),
    ]
}

fn frames(address: &str, contract: &str, tx: &[u8]) -> Vec<(String, Vec<u8>)> {
    let page = Some(PageRequest { limit: 3, offset: 0, key: vec![0, 1, 2], count_total: false, reverse: true });
    let (address, contract) = (address.to_owned(), contract.to_owned());
    #[expect(deprecated, reason = "the field is part of the message")]
    let simulate = SimulateRequest { tx: None, tx_bytes: tx.to_vec() };
    let asked: [(&str, Vec<u8>); 13] = [
        ("cosmos.auth.v1beta1.Query/Account", QueryAccountRequest { address: address.clone() }.encode_to_vec()),
        ("cosmos.auth.v1beta1.Query/Accounts", QueryAccountsRequest { pagination: page.clone() }.encode_to_vec()),
        (
            "cosmos.bank.v1beta1.Query/Balance",
            QueryBalanceRequest { address: address.clone(), denom: "ucosm".to_owned() }.encode_to_vec(),
        ),
        (
            "cosmos.bank.v1beta1.Query/AllBalances",
            QueryAllBalancesRequest { address, pagination: None, resolve_denom: true }.encode_to_vec(),
        ),
        ("cosmos.bank.v1beta1.Query/TotalSupply", QueryTotalSupplyRequest { pagination: page.clone() }.encode_to_vec()),
        (
            "cosmwasm.wasm.v1.Query/SmartContractState",
            QuerySmartContractStateRequest { address: contract.clone(), query_data: br#"{"token_info":{}}"#.to_vec() }
                .encode_to_vec(),
        ),
        (
            "cosmwasm.wasm.v1.Query/RawContractState",
            QueryRawContractStateRequest { address: contract.clone(), query_data: b"token_info".to_vec() }
                .encode_to_vec(),
        ),
        (
            "cosmwasm.wasm.v1.Query/AllContractState",
            QueryAllContractStateRequest { address: contract.clone(), pagination: page.clone() }.encode_to_vec(),
        ),
        ("cosmwasm.wasm.v1.Query/ContractInfo", QueryContractInfoRequest { address: contract }.encode_to_vec()),
        ("cosmwasm.wasm.v1.Query/Codes", QueryCodesRequest { pagination: page }.encode_to_vec()),
        ("cosmos.tx.v1beta1.Service/Simulate", simulate.encode_to_vec()),
        ("cosmos.tx.v1beta1.Service/GetTx", GetTxRequest { hash: "AB".repeat(32) }.encode_to_vec()),
        (
            "cosmos.tx.v1beta1.Service/BroadcastTx",
            BroadcastTxRequest { tx_bytes: vec![10, 2, 8, 1], mode: 2 }.encode_to_vec(),
        ),
    ];
    let framed = |message: Vec<u8>| [&[0][..], &(message.len() as u32).to_be_bytes(), &message].concat();
    asked.into_iter().map(|(path, message)| (format!("/{path}"), framed(message))).collect()
}

fn bodies(txs: &[Vec<u8>], frames: &[(String, Vec<u8>)]) -> Vec<Vec<u8>> {
    let call = |method: &str, params: Value| json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let mut calls: Vec<Value> = ["health", "status", "net_info", "genesis", "abci_info", "num_unconfirmed_txs"]
        .into_iter()
        .map(|method| call(method, json!({})))
        .collect();
    for method in ["block", "block_results", "commit", "header", "validators", "consensus_params"] {
        calls.push(call(method, json!({ "height": "2" })));
        calls.push(call(method, json!(["1"])));
    }
    calls.extend([
        call("genesis_chunked", json!({ "chunk": "0" })),
        call("blockchain", json!({ "minHeight": "1", "maxHeight": "3" })),
        call("unconfirmed_txs", json!({ "limit": "30" })),
        call("block_by_hash", json!({ "hash": BASE64.encode([3; 32]) })),
        call("header_by_hash", json!({ "hash": "AB".repeat(32) })),
        call("tx", json!({ "hash": BASE64.encode([3; 32]), "prove": false })),
        call("tx_search", json!({ "query": "tx.height>1 AND wasm.action='mint'", "page": "1", "per_page": "3" })),
        call("tx_search", json!({ "query": "message.sender EXISTS AND tx.height<=9", "order_by": "desc" })),
        call("tx_search", json!({ "query": "wasm.action CONTAINS 'in' AND block.time >= TIME 2013-05-03T14:45:00Z" })),
        call("block_search", json!({ "query": "block.height>=1 AND block.height<4", "per_page": "2" })),
        call("check_tx", json!({ "tx": BASE64.encode(&txs[2]) })),
        call("broadcast_tx_sync", json!({ "tx": BASE64.encode(&txs[1]) })),
        call("broadcast_tx_async", json!({ "tx": BASE64.encode([10, 2, 8, 1]) })),
        call("broadcast_tx_commit", json!({ "tx": BASE64.encode([10, 2, 8, 1]) })),
        call("subscribe", json!({ "query": "tm.event='Tx'" })),
        call("dev_revert", json!({ "id": "99" })),
        call("dev_give", json!({ "address": "wasm1nobody", "amount": "1", "denom": "ucosm" })),
        call("dev_chaos", json!({ "command": { "forget": { "count": 1 } } })),
        json!([call("health", json!({})), call("status", json!({})), json!({ "method": "health" })]),
        json!({ "tx_bytes": BASE64.encode([10, 2, 8, 1]), "mode": "BROADCAST_MODE_SYNC" }),
    ]);
    for (path, frame) in frames.iter().filter(|(path, _)| !path.ends_with("BroadcastTx")) {
        let asked = json!({ "path": path, "data": hex::encode(&frame[5..]), "height": "0", "prove": false });
        calls.push(call("abci_query", asked));
    }
    calls.into_iter().map(|call| call.to_string().into_bytes()).collect()
}

fn lines(address: &str, contract: &str) -> Vec<Vec<u8>> {
    let smart = BASE64.encode(r#"{"token_info":{}}"#);
    [
        "/status".to_owned(),
        "/block?height=1".to_owned(),
        r#"/tx_search?query="tx.height>0"&page=1&per_page=2&order_by="asc""#.to_owned(),
        r#"/abci_query?path="/cosmos.bank.v1beta1.Query/Params"&data=0x"#.to_owned(),
        "/broadcast_tx_sync?tx=0x0a020801".to_owned(),
        "/check_tx?tx=0x0a020801".to_owned(),
        "/validators?height=1&page=1&per_page=5".to_owned(),
        "/websocket".to_owned(),
        format!("/cosmos/auth/v1beta1/accounts/{address}"),
        "/cosmos/auth/v1beta1/accounts?pagination.limit=3&pagination.offset=1".to_owned(),
        format!("/cosmos/bank/v1beta1/balances/{address}?pagination.key=AAE=&pagination.reverse=true"),
        format!("/cosmos/bank/v1beta1/balances/{address}/by_denom?denom=ucosm"),
        "/cosmos/bank/v1beta1/supply?pagination.limit=18446744073709551615".to_owned(),
        "/cosmos/tx/v1beta1/txs?query=tx.height>0&page=1&limit=2&order_by=ORDER_BY_DESC".to_owned(),
        format!("/cosmos/tx/v1beta1/txs/{}", "AB".repeat(32)),
        "/cosmos/base/tendermint/v1beta1/blocks/2".to_owned(),
        "/cosmos/base/tendermint/v1beta1/node_info".to_owned(),
        "/cosmwasm/wasm/v1/code/1".to_owned(),
        "/cosmwasm/wasm/v1/code/1/contracts?pagination.limit=2".to_owned(),
        format!("/cosmwasm/wasm/v1/contract/{contract}/history"),
        format!("/cosmwasm/wasm/v1/contract/{contract}/state?pagination.limit=2"),
        format!("/cosmwasm/wasm/v1/contract/{contract}/smart/{smart}"),
        format!("/cosmwasm/wasm/v1/contract/{contract}/raw/{}", BASE64.encode("token_info")),
    ]
    .map(String::into_bytes)
    .to_vec()
}

fn posts() -> Vec<Vec<u8>> {
    ["/cosmos/tx/v1beta1/txs", "/cosmos/tx/v1beta1/simulate", "/", "/cosmwasm/wasm/v1/code"]
        .map(|line| line.as_bytes().to_vec())
        .to_vec()
}

fn connections(bodies: &[Vec<u8>], lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let get = |line: &Vec<u8>| [b"GET ", &line[..], b" HTTP/1.1\r\nhost: x\r\n\r\n"].concat();
    let post = |body: &Vec<u8>| {
        let head = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    };
    let chunked = |body: &Vec<u8>| {
        let head = format!("POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n", body.len());
        [head.as_bytes(), body, b"\r\n0\r\n\r\n"].concat()
    };
    let framed = |body: &Vec<u8>| {
        let length = (body.len() as u16).to_be_bytes();
        let frame = [&[0x81, 0xfe][..], &length, &[0; 4], body].concat();
        [crate::abuse::UPGRADE.as_bytes(), &frame].concat()
    };
    // The preface of HTTP/2, its settings, and a call in two frames.
    let second =
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x07\x01\x05\0\0\0\x01\x82\x86\x84\x41\x01x\0"
            .to_vec();
    let mut all = vec![second];
    all.extend(lines.iter().map(get));
    all.extend(bodies.iter().step_by(3).map(post));
    all.extend(bodies.iter().skip(1).step_by(3).map(chunked));
    all.extend(bodies.iter().skip(2).step_by(3).map(framed));
    all
}

/// Whether bytes say what one of these says: a field that comes twice counts as it comes last, there as on real chains.
pub(crate) fn says_as(bytes: &[u8], good: &[Vec<u8>]) -> bool {
    let said = TxRaw::decode(bytes).ok();
    said.is_some() && good.iter().any(|good| TxRaw::decode(good.as_slice()).ok() == said)
}

/// The next sequence of an account.
pub(crate) fn sequence(node: &Node, address: &str) -> u64 {
    let bytes = node.chain.bytes_of(address).unwrap();
    node.chain.account(&bytes).unwrap().unwrap().base.sequence
}

/// How many coins of each denomination there are, which is what all accounts have together.
pub(crate) fn coins(node: &Node) -> Vec<(String, Uint256)> {
    let mut held = std::collections::BTreeMap::<String, Uint256>::new();
    for coin in node.chain.accounts().iter().flat_map(|(address, _)| node.chain.balances(address)) {
        *held.entry(coin.denom).or_default() += coin.amount;
    }
    let supplies: Vec<(String, Uint256)> =
        node.chain.supplies().into_iter().map(|coin| (coin.denom, coin.amount)).collect();
    assert_eq!(held.into_iter().collect::<Vec<_>>(), supplies, "what is held is what there is");
    supplies
}
