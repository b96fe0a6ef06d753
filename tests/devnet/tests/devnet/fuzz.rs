//! Bytes that nobody meant: random ones, and good ones that were spoiled, as transactions, in blocks, as bodies, address
//! lines, frames and connections. `HEARTH_FUZZ=10000000` plays so many, `HEARTH_SEED` others; else it is a slice.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode};
use cosmwasm_std::Uint256;
use hearth_devnet::Devnet;
use hearth_devnet::chain::Space;
use hearth_devnet::node::Node;
use hearth_devnet::rpc::serve;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::abuse::get;
use crate::dice::{Dice, seed};
use crate::goods::{self, Goods};
use crate::wallet::{Wallet, chain};

/// Of a thousand, so many are looked at as transactions, run in blocks, read as bodies, as lines and frames, and come over
/// connections.
const CHECKED: u64 = 520;
const RUN: u64 = 20;
const BODIES: u64 = 380;
const LINES: u64 = 72;
const CONNECTIONS: u64 = 8;

/// How many of all are played of a kind.
fn share(of: u64) -> u64 {
    let all = std::env::var("HEARTH_FUZZ").ok().and_then(|all| all.parse().ok()).unwrap_or(40_000);
    all * of / 1_000
}

/// One kind of game: it says where it is, so that what failed can be played again.
struct Game {
    what: &'static str,
    began: Instant,
    turns: u64,
}

impl Game {
    fn of(what: &'static str, thousandths: u64) -> Self {
        let turns = share(thousandths);
        eprintln!("{what}: {turns} turns of HEARTH_SEED={}", seed());
        Self { what, began: Instant::now(), turns }
    }

    fn over(&self) {
        eprintln!("{}: {} turns in {:.1?}", self.what, self.turns, self.began.elapsed());
    }
}

fn with<T: Send + 'static>(devnet: &Devnet, act: impl FnOnce(&mut Node) -> T + Send + 'static) -> T {
    tokio::task::block_in_place(|| devnet.node().ask_blocking(act)).expect("the node lives")
}

/// Afterwards nothing has panicked, not even where it was caught, and an honest transaction goes into a block.
async fn lives_on(devnet: &Devnet) {
    assert_eq!(with(devnet, |node| node.chain.panics()), 0, "no panic, not even one that was caught");
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let sent = wallet.send(vec![wallet.pay(&devnet.accounts()[1].address, 1)]).await;
    assert!(sent.tx_result.code.is_ok(), "{}", sent.tx_result.log);
    assert_eq!(get(&devnet.rpc(), "/health").0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_transaction_is_refused_and_changes_nothing() {
    const BATCH: u64 = 500;
    let devnet = chain();
    let good = Goods::of(&devnet).await.txs;
    let game = Game::of("transactions at the door", CHECKED);
    for batch in 0..game.turns.div_ceil(BATCH) {
        let good = good.clone();
        with(&devnet, move |node| {
            let start = node.chain.checkpoint();
            for turn in batch * BATCH..(batch + 1) * BATCH {
                let mut dice = Dice::of(seed(), turn);
                let bytes = if turn % 2 == 0 { dice.bytes(300) } else { dice.spoiled(&good) };
                let result = node.check(&bytes);
                let is_good = result.code == 0;
                let shown = || format!("turn {turn}: {} {}", result.log, hex::encode(&bytes));
                assert!(if is_good { goods::says_as(&bytes, &good) } else { !good.contains(&bytes) }, "{}", shown());
                assert!(is_good || !(result.codespace.is_empty() || result.log.is_empty()), "turn {turn}: says why");
            }
            assert_eq!(node.chain.with_store(|store| store.since(start)), vec![], "batch {batch} changed something");
            assert_eq!(node.chain.panics(), 0, "batch {batch}");
        });
    }
    game.over();
    lives_on(&devnet).await;
}

/// How many there are of each coin, and what contracts keep.
type Kept = (Vec<(String, Uint256)>, Vec<(Vec<u8>, Vec<u8>)>);

/// What blocks may not change by themselves: how many coins there are, and what contracts keep.
fn kept(node: &Node) -> Kept {
    let contracts = node.chain.list(Space::Wasm, b"\x03");
    (goods::coins(node), contracts)
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_of_nonsense_cost_fees_and_nothing_else() {
    const BLOCK: u64 = 5;
    let devnet = chain();
    let Goods { txs, contract, .. } = Goods::of(&devnet).await;
    let wallets: Vec<Wallet> = devnet.accounts().iter().map(|account| Wallet::of(&devnet.rpc(), account)).collect();
    let mut numbers = Vec::new();
    for wallet in &wallets {
        numbers.push(wallet.account().await.account_number);
    }
    let game = Game::of("transactions in blocks", RUN);
    let (mut passed, mut paid) = (0_u64, 0_u64);
    for block in 0..game.turns.div_ceil(BLOCK) {
        let mut dice = Dice::of(seed(), block);
        let mut bytes: Vec<Vec<u8>> = (1..BLOCK).map(|_| dice.spoiled(&txs)).collect();
        // One is rightly signed, though what it says is nonsense.
        let signer = dice.below(wallets.len());
        let address = wallets[signer].address.clone();
        let sequence = with(&devnet, move |node| goods::sequence(node, &address));
        let to = &wallets[(signer + 1) % wallets.len()].address;
        let message = goods::nonsense(&mut dice, &wallets[signer], to, &contract);
        bytes.push(wallets[signer].sign_as(vec![message], 400_000, numbers[signer], sequence));
        let (was, is, results) = with(&devnet, move |node| {
            let was = kept(node);
            node.replay(node.last().time + 1_000_000_000, bytes).unwrap();
            (was, kept(node), node.last().results.clone())
        });
        assert_eq!(was.0, is.0, "no coin is made or lost in block {block}");
        let done = results.iter().filter(|result| result.code == 0).count() as u64;
        assert!(done > 0 || was.1 == is.1, "what failed changed a contract in block {block}");
        passed += done;
        paid += results.iter().filter(|result| !result.events.is_empty()).count() as u64;
    }
    eprintln!("{passed} of {} did something, {paid} paid", game.turns);
    assert!(paid > passed && passed > 0, "some of all kinds");
    game.over();
    lives_on(&devnet).await;
}

/// An answer of the whole stack, without a connection.
async fn asked(router: &Router, method: Method, line: &str, kind: &str, body: Vec<u8>) -> Option<(StatusCode, Answer)> {
    let request = Request::builder().method(method).uri(line).header("content-type", kind);
    let request = request.body(Body::from(body)).ok()?;
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let status = parts.headers.get("grpc-status").map(|status| status.to_str().unwrap().parse().unwrap());
    let body =
        tokio::time::timeout(Duration::from_secs(60), body.collect()).await.expect("it comes to an end").unwrap();
    let trailed = body.trailers().and_then(|trailers| trailers.get("grpc-status")).is_some();
    Some((parts.status, Answer { grpc: status.or(trailed.then_some(0)), body: body.to_bytes() }))
}

struct Answer {
    grpc: Option<u32>,
    body: Bytes,
}

fn is_of_json_rpc(answer: &Value) -> bool {
    let error = answer.get("error").map(|error| error["code"].as_i64().unwrap());
    answer["jsonrpc"] == "2.0"
        && answer.get("result").is_some() != error.is_some()
        && error.is_none_or(|code| [-32700, -32600, -32601, -32602, -32603].contains(&code))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_call_is_answered_with_cometbft_s_errors() {
    let devnet = chain();
    let goods = Goods::of(&devnet).await;
    let router = serve::router(devnet.node().clone());
    let before = with(&devnet, |node| node.last().clone());
    let game = Game::of("bodies", BODIES);
    let mut understood = 0_u64;
    for turn in 0..game.turns {
        let mut dice = Dice::of(seed(), turn);
        let body = if turn % 8 == 0 { dice.bytes(200) } else { dice.spoiled(&goods.bodies) };
        let shown = String::from_utf8_lossy(&body).into_owned();
        let (status, answer) = asked(&router, Method::POST, "/", "application/json", body).await.unwrap();
        assert!([200, 500].contains(&status.as_u16()), "turn {turn}: {status} {shown}");
        if answer.body.is_empty() {
            continue;
        }
        let answer: Value = serde_json::from_slice(&answer.body).expect("an answer is JSON");
        let all = answer.as_array().cloned().unwrap_or_else(|| vec![answer]);
        for answer in all {
            assert!(is_of_json_rpc(&answer), "turn {turn}: {shown}: {answer}");
            understood += u64::from(answer.get("result").is_some());
        }
    }
    assert!(understood > game.turns / 100, "not everything was spoiled: {understood}");
    let (height, strange) = with(&devnet, move |node| {
        let blocks = (before.height + 1..=node.last().height).filter_map(|height| node.block(height));
        let strange = blocks.flat_map(|block| block.txs).filter(|raw| !goods::says_as(&raw.0, &goods.txs)).count();
        (node.last().height - before.height, strange)
    });
    assert_eq!(strange, 0, "{height} blocks came, of what was good");
    game.over();
    lives_on(&devnet).await;
}

/// A line of what may stand in one: all other bytes are escaped.
fn line(bytes: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/?&=._-~:@!$'()*+,;%".contains(&byte);
    let escaped = bytes.iter().map(|byte| match byte {
        byte if plain(*byte) => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    });
    let line: String = escaped.collect();
    if line.starts_with('/') { line } else { format!("/{line}") }
}

#[tokio::test(flavor = "multi_thread")]
async fn address_lines_and_frames_that_nobody_meant_are_answered_in_their_own_ways() {
    let devnet = chain();
    let goods = Goods::of(&devnet).await;
    let router = serve::router(devnet.node().clone());
    for bytes in goods.txs.clone() {
        with(&devnet, move |node| node.replay(node.last().time + 1_000_000_000, vec![bytes])).unwrap();
    }
    let before = with(&devnet, |node| node.last().app);
    let game = Game::of("address lines and frames", LINES);
    let (mut good, mut status_codes) = (0_u64, std::collections::BTreeMap::<u16, u64>::new());
    for turn in 0..game.turns {
        let mut dice = Dice::of(seed(), turn);
        let (method, line, kind, body) = match turn % 3 {
            0 => (Method::GET, line(&dice.spoiled(&goods.lines)), "text/plain", vec![]),
            1 => (Method::POST, line(&dice.spoiled(&goods.posts)), "application/json", dice.spoiled(&goods.bodies)),
            _ => {
                let (path, frame) = dice.one(&goods.frames).clone();
                (Method::POST, path, "application/grpc", dice.spoiled(&[frame]))
            }
        };
        let is_grpc = kind == "application/grpc";
        let Some((status, answer)) = asked(&router, method, &line, kind, body).await else { continue };
        *status_codes.entry(status.as_u16()).or_default() += 1;
        let known = [200, 204, 400, 404, 405, 408, 415, 422, 500, 501];
        assert!(known.contains(&status.as_u16()), "turn {turn}: {status} {line}");
        if is_grpc {
            assert!(answer.grpc.is_some_and(|code| code <= 16), "turn {turn}: {line}");
        }
        good += u64::from(if is_grpc { answer.grpc == Some(0) } else { status == 200 });
    }
    eprintln!("{good} good answers, {status_codes:?}");
    assert!(good > game.turns / 200, "not everything was spoiled: {good}");
    assert_eq!(with(&devnet, |node| node.last().app), before, "nothing came of it");
    game.over();
    lives_on(&devnet).await;
}

/// Sends bytes as they are, and nothing more; how many came back.
fn thrown(address: &str, bytes: &[u8]) -> usize {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut heard = Vec::new();
    // A connection may be cut, but it does not hang.
    if let Err(error) = stream.read_to_end(&mut heard) {
        assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "it hangs: {}", hex::encode(bytes));
    }
    heard.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_speak_nonsense_end() {
    let devnet = chain();
    let goods = Goods::of(&devnet).await;
    let address = devnet.rpc().trim_start_matches("http://").to_owned();
    let game = Game::of("connections", CONNECTIONS);
    let answered = tokio::task::block_in_place(|| {
        (0..game.turns)
            .filter(|turn| {
                let mut dice = Dice::of(seed(), *turn);
                let bytes = if turn % 4 == 0 { dice.bytes(400) } else { dice.spoiled(&goods.connections) };
                thrown(&address, &bytes) > 0
            })
            .count() as u64
    });
    assert!(answered > game.turns / 10, "{answered}");
    game.over();
    lives_on(&devnet).await;
}

#[test]
fn the_same_seed_gives_the_same_throws() {
    let good = [br#"{"height":"12"}"#.to_vec(), vec![10, 2, 8, 1]];
    let play = |seed| (0..50).map(|turn| Dice::of(seed, turn).spoiled(&good)).collect::<Vec<_>>();
    assert_eq!(play(7), play(7));
    assert_ne!(play(7), play(8));
}
