//! Numbers, names, lists and lengths at which types end, and answers that would be larger than anybody wants.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use hearth_devnet::Devnet;
use hearth_devnet::rpc::find::LONGEST_ANSWER;
use serde_json::{Value, json};
use tendermint_rpc::Client;

use crate::abuse::{call, get, post, raw};
use crate::wait::until;
use crate::wallet::{Wallet, chain};

/// What is answered to a body as it stands.
fn told(devnet: &Devnet, body: &str) -> Value {
    serde_json::from_str(&post(&devnet.rpc(), body.as_bytes()).1).unwrap()
}

#[test]
fn an_id_comes_back_as_cometbft_reads_it() {
    let devnet = chain();
    let id = |text: &str| told(&devnet, &format!(r#"{{"jsonrpc":"2.0","id":{text},"method":"health"}}"#));
    let whole = [
        ("0", "0"),
        ("-1", "-1"),
        ("9223372036854775807", "9223372036854775807"),
        ("1.5", "1"),
        ("-0.7", "0"),
        ("1e3", "1000"),
        ("1e300", "-9223372036854775808"),
        (r#""""#, r#""""#),
        (r#""\u0000é""#, r#""\u0000é""#),
    ];
    for (asked, answered) in whole {
        assert_eq!(id(asked)["id"].to_string(), answered, "{asked}");
    }
    for wrong in ["1e400", "[1]", "{}", "true", &"[".repeat(100_000), &"{\"a\":".repeat(100_000)] {
        assert_eq!(id(wrong)["error"]["code"], -32700, "{}", &wrong[..wrong.len().min(20)]);
    }
    let long = "x".repeat(1 << 20);
    assert_eq!(id(&format!("{long:?}"))["id"].as_str().unwrap().len(), long.len());
    let twice = told(&devnet, r#"{"id":1,"id":"2","method":"health","method":"status"}"#);
    assert_eq!((&twice["id"], twice["result"].get("sync_info").is_some()), (&json!("2"), true), "the last counts");
    assert_eq!(post(&devnet.rpc(), br#"{"id":null,"method":"health"}"#), (200, String::new()), "nobody waits for it");
    assert_eq!(post(&devnet.rpc(), br#"[{"method":"health"},null]"#), (200, String::new()));
    assert_eq!(told(&devnet, r#"[{"id":1,"method":"health"},7]"#)["error"]["code"], -32700, "a list is read whole");
}

#[test]
fn heights_pages_and_limits_beyond_all_numbers_are_refused_or_cut() {
    let devnet = chain();
    let ask = |method: &str, params: Value| call(&devnet.rpc(), method, params);
    for height in ["9223372036854775808", "18446744073709551616", "1e9", "-9223372036854775809"] {
        assert_eq!(ask("block", json!({ "height": height }))["error"]["code"], -32602, "{height}");
        assert_eq!(ask("abci_query", json!({ "path": "/x", "height": height }))["error"]["code"], -32602, "{height}");
    }
    assert_eq!(ask("block", json!({ "height": 1.5 }))["error"]["code"], -32602);
    assert_eq!(ask("block", json!({ "height": "9223372036854775807" }))["error"]["code"], -32603);
    let most = i64::MAX.to_string();
    let search =
        |page: &str, size: &str| ask("tx_search", json!({ "query": "tx.height>0", "page": page, "per_page": size }));
    assert_eq!(search("1", &most)["result"]["total_count"], "0");
    assert_eq!(search(&most, &most)["error"]["code"], -32603);
    assert_eq!(search("99999999999999999999", "1")["error"]["code"], -32602);
    let query = format!("a.b='{}'", "c".repeat(600));
    let refused = ask("tx_search", json!({ "query": query }));
    assert_eq!(refused["error"]["data"], "maximum query length exceeded");
    let deep = json!({ "query": format!("tx.height>{}", "9".repeat(400)) });
    assert_eq!(ask("tx_search", deep)["error"]["code"], -32603);
    assert_eq!(ask("blockchain", json!({ "minHeight": most, "maxHeight": most }))["error"]["code"], -32603);
    let limited = ask("unconfirmed_txs", json!({ "limit": most }));
    assert_eq!(limited["result"]["n_txs"], "0");
    let (status, body) = get(&devnet.rpc(), "/cosmos/bank/v1beta1/supply?pagination.limit=18446744073709551615");
    assert!(status == 200 && body.contains("ucosm"), "{body}");
    assert_eq!(get(&devnet.rpc(), "/cosmos/bank/v1beta1/supply?pagination.offset=18446744073709551616").0, 400);
}

#[test]
fn commands_at_the_ends_of_numbers_do_not_stop_the_chain_or_its_clock() {
    let config = hearth_devnet::Config { chaos: true, ..hearth_devnet::Config::default() };
    let devnet = hearth_devnet::spawn(config).unwrap();
    let ask = |method: &str, params: Value| call(&devnet.rpc(), method, params);
    let many = json!({ "reply": { "method": "health", "fate": "drop", "count": u64::MAX } });
    assert_eq!(ask("dev_chaos", many)["result"], json!({}), "so many are not put down one by one");
    assert_eq!(ask("dev_chaos", json!({ "halt": { "ms": u64::MAX } }))["result"], json!({}));
    assert_eq!(ask("dev_chaos", json!({ "stale": { "by": u64::MAX, "count": 1 } }))["result"], json!({}));
    assert_eq!(ask("status", json!({}))["result"]["sync_info"]["latest_block_height"], "1");
    assert_eq!(ask("dev_chaos", json!({ "command": "calm" }))["result"], json!({}));
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { wallet.send(vec![wallet.pay(&devnet.accounts()[1].address, 1)]).await });
    for spacing in [i64::MAX.to_string(), (i64::MAX / 1_000_000).to_string()] {
        let refused = ask("dev_mine", json!({ "count": "3", "spacing_ms": spacing }));
        assert!(refused["error"]["data"].as_str().unwrap().contains("no clock goes beyond"), "{refused}");
    }
    assert_eq!(ask("dev_mine", json!({ "count": u64::MAX }))["error"]["code"], -32602);
    assert_eq!(ask("dev_mine", json!({ "count": i64::MAX }))["error"]["code"], -32602);
    let all = json!({ "address": wallet.address, "amount": "115792089237316195423570985008687907853269984665640564039457584007913129639935" });
    assert!(ask("dev_give", all)["error"]["code"].is_i64(), "there are not so many coins");
    runtime.block_on(async { wallet.send(vec![wallet.pay(&devnet.accounts()[1].address, 1)]).await });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_transaction_does_not_come_in_under_other_bytes() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let signed = wallet.sign(vec![wallet.pay(&devnet.accounts()[1].address, 1)], 100_000, 0).await;
    let body = usize::from(signed[1]) | 0x80;
    assert_eq!((signed[0], signed[2]), (0x0a, 1), "the body comes first, and its length has two bytes");
    let (first, rest) = signed.split_at(3 + (body & 0x7f) + 0x80);
    let longer = [&signed[..2], &[0x81, 0], &signed[3..]].concat();
    let disguised = [
        ([rest, first].concat(), "txRaw must follow ADR-027"),
        (longer, "not as short as possible"),
        ([&signed[..], &[0x22, 0]].concat(), "cosmos.tx.v1beta1.TxRaw: {TagNum: 4, WireType:\"bytes\"}"),
        ([&signed[..], &[0x18, 1]].concat(), "expected bytes wire type, got varint"),
    ];
    for (bytes, words) in disguised {
        let refused = wallet.rpc.broadcast_tx_sync(bytes).await.unwrap();
        assert_eq!((refused.code.value(), refused.codespace.as_str()), (2, "sdk"), "{}", refused.log);
        assert!(refused.log.contains(words), "{}", refused.log);
    }
    assert!(wallet.rpc.broadcast_tx_sync(signed).await.unwrap().code.is_ok());
}

/// A block of large bytes that are no transactions.
fn fill(devnet: &Devnet, count: usize) {
    let junk = vec![vec![0xff; 500 << 10]; count];
    let replay = move |node: &mut hearth_devnet::node::Node| node.replay(node.last().time + 1_000_000_000, junk);
    devnet.node().ask_blocking(replay).unwrap().unwrap();
}

#[test]
fn a_batch_whose_every_answer_is_large_is_cut_short() {
    let devnet = chain();
    fill(&devnet, 4);
    let one = |id: u64| json!({ "id": id, "method": "block", "params": { "height": "2" } });
    let batch: Vec<Value> = (0..1_000).map(one).collect();
    let (status, body) = post(&devnet.rpc(), json!(batch).to_string().as_bytes());
    assert!(status == 200 && body.len() < LONGEST_ANSWER + (4 << 20), "{status}, {} bytes", body.len());
    let answers: Vec<Value> = serde_json::from_str(&body).unwrap();
    assert_eq!(answers.len(), 1_000, "each is answered");
    assert!(answers[0].get("result").is_some());
    let error = &answers[999]["error"];
    assert_eq!((&answers[999]["id"], &error["code"]), (&json!(999), &json!(-32603)), "{error}");
    assert!(error["data"].as_str().unwrap().contains("ask for less"), "{error}");
}

#[test]
fn a_page_that_is_too_large_is_refused_and_a_smaller_one_comes() {
    let devnet = chain();
    fill(&devnet, 40);
    fill(&devnet, 40);
    let search = |page: u64| {
        let params = json!({ "query": "tx.height>1", "per_page": page.to_string() });
        call(&devnet.rpc(), "tx_search", params)
    };
    let refused = search(100);
    assert!(refused["error"]["data"].as_str().unwrap().contains("ask for a smaller page"), "{}", refused["error"]);
    assert_eq!(search(5)["result"]["txs"].as_array().unwrap().len(), 5);
    let blocks = call(&devnet.rpc(), "block_search", json!({ "query": "block.height>0" }));
    assert!(blocks["error"]["data"].as_str().unwrap().contains("ask for a smaller page"), "{}", blocks["error"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_takes_no_more_than_it_may_and_the_rest_follows() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let account = wallet.account().await;
    let upload = || vec![wallet.upload(vec![7; 790 << 10])];
    let signed: Vec<Vec<u8>> = (0..30)
        .map(|nth| wallet.sign_as(upload(), 18_000_000, account.account_number, account.sequence + nth))
        .collect();
    let size = signed[0].len();
    let submitted = devnet.node().ask(move |node| signed.into_iter().map(|bytes| node.submit(bytes)).count()).await;
    assert_eq!(submitted.unwrap(), 30);
    let all = account.sequence + 30;
    until("not all of them come into blocks", async || wallet.account().await.sequence == all).await;
    let blocks =
        devnet.node().ask(|node| (2..=node.last().height).map(|at| node.block(at).unwrap()).collect::<Vec<_>>());
    let counts: Vec<usize> = blocks.await.unwrap().iter().map(|block| block.txs.len()).collect();
    assert_eq!(counts, [22_020_096 / size, 30 - 22_020_096 / size]);

    let long = wallet.rpc.broadcast_tx_sync(vec![1; (1 << 20) + 1]).await.unwrap_err().to_string();
    assert!(long.contains("Tx too large. Max size is 1048576, but got 1048577"), "{long}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_that_unpacks_to_a_hundred_megabytes_is_refused_at_once() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..100 {
        bomb.write_all(&[0; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let began = Instant::now();
    let refused = wallet.send(vec![wallet.upload(bomb.clone())]).await;
    assert!(refused.tx_result.log.contains("max 819200 bytes"), "{}", refused.tx_result.log);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    // As a body it is not unpacked at all.
    let head = format!(
        "POST / HTTP/1.1\r\nconnection: close\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        bomb.len()
    );
    let url = devnet.rpc();
    let (status, body) = tokio::task::block_in_place(|| raw(&url, &[head.as_bytes(), &bomb].concat()));
    assert!(status == 500 && body.contains("-32700"), "{status} {body}");
}

#[test]
fn frames_of_grpc_with_lengths_that_are_not_theirs_are_refused() {
    let devnet = chain();
    let send = |frame: &[u8]| {
        let head = format!(
            "POST /cosmos.bank.v1beta1.Query/Params HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
             content-type: application/grpc\r\ncontent-length: {}\r\n\r\n",
            frame.len()
        );
        let mut stream = TcpStream::connect(devnet.rpc().trim_start_matches("http://")).unwrap();
        stream.write_all(&[head.as_bytes(), frame].concat()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    for frame in [&[][..], &[0], &[0, 0, 0, 0, 1], &[0, 0xff, 0xff, 0xff, 0xff], &[0, 0, 0, 0, 0, 1], &[7, 0, 0, 0, 0]]
    {
        let answer = send(frame);
        assert!(answer.contains("grpc-status: 13"), "{frame:?}: {answer}");
    }
    assert!(send(&[1, 0, 0, 0, 0]).contains("grpc-status: 12"));
}

/// A frame of HTTP/2.
fn http2(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

#[test]
fn floods_of_http2_hold_nobody_up() {
    let devnet = chain();
    let url = devnet.rpc();
    let headers = b"\x82\x86\x84\x41\x01x";
    let calls = |upto: u32| (0..upto).map(|nth| 2 * nth + 1);
    let floods: [(&str, Vec<u8>); 5] = [
        (
            "calls that are taken back",
            calls(20_000).flat_map(|id| [http2(1, 5, id, headers), http2(3, 0, id, &[0, 0, 0, 8])].concat()).collect(),
        ),
        ("calls without an end", calls(20_000).flat_map(|id| http2(1, 4, id, headers)).collect()),
        ("pings", (0..100_000).flat_map(|_| http2(6, 0, 0, &[1; 8])).collect()),
        ("settings", (0..50_000).flat_map(|_| http2(4, 0, 0, &[0, 4, 0, 0, 0xff, 0xff])).collect()),
        (
            "headers without an end",
            [http2(1, 0, 1, headers), (0..50_000).flat_map(|_| http2(9, 0, 1, b"\x00\x01x\x01y")).collect()].concat(),
        ),
    ];
    for (what, flood) in floods {
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
        let begins = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), http2(4, 0, 0, &[])].concat();
        // The chain may hang up before it has heard everything, or hear no more.
        let _ = stream.write_all(&begins).and_then(|()| stream.write_all(&flood));
        let mut settings = [0; 9];
        stream.read_exact(&mut settings).unwrap();
        assert_eq!(settings[3], 4, "it speaks HTTP/2");
        let began = Instant::now();
        assert_eq!(get(&url, "/health").0, 200, "{what}");
        assert!(began.elapsed() < Duration::from_secs(2), "{what}: {:?}", began.elapsed());
    }
    assert_eq!(devnet.node().ask_blocking(|node| node.chain.panics()).unwrap(), 0);
}
