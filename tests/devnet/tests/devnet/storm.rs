//! Chaos of every kind while CosmJS works: `HEARTH_STORM` steps of each of its four clients, `HEARTH_SEED` the faults.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use cosmwasm_std::Uint256;
use hearth_devnet::block::Block;
use hearth_devnet::{Config, Devnet, spawn};
use serde_json::{Value, json};

use crate::abuse::call;
use crate::cosmjs::installed;
use crate::dice::{Dice, seed};
use crate::wallet::Wallet;

fn steps() -> u64 {
    std::env::var("HEARTH_STORM").ok().and_then(|steps| steps.parse().ok()).unwrap_or(14)
}

/// A fault of any kind, and its name.
fn fault(dice: &mut Dice) -> (&'static str, Value) {
    let methods = ["broadcast_tx_sync", "abci_query", "tx_search", "status", "block"];
    let reply = |dice: &mut Dice, fate: Value| json!({ "reply": { "method": dice.one(&methods), "fate": fate, "count": 1 + dice.below(3) } });
    match dice.below(12) {
        0 => ("halt", json!({ "halt": { "ms": 20 + dice.below(300) } })),
        1 => ("drop", reply(dice, json!("drop"))),
        2 | 3 => {
            let late = json!({ "delay": { "ms": dice.below(300) } });
            ("delay", reply(dice, late))
        }
        4 => ("error", reply(dice, json!({ "error": { "message": "chaos" } }))),
        5 => ("forget", json!({ "forget": { "count": 1 } })),
        6 | 7 => ("stale", json!({ "stale": { "by": 1 + dice.below(3), "count": 1 + dice.below(5) } })),
        8 => ("close_websockets", json!("close_websockets")),
        _ => ("calm", json!("calm")),
    }
}

/// Throws faults until it is time to be calm; how many of which kind.
fn rage(devnet: &Devnet, calm: &Receiver<String>) -> BTreeMap<&'static str, u64> {
    let mut dice = Dice::of(seed(), 0);
    let mut thrown = BTreeMap::new();
    while let Err(RecvTimeoutError::Timeout) = calm.recv_timeout(Duration::from_millis(20 + dice.below(150) as u64)) {
        let (kind, command) = fault(&mut dice);
        assert_eq!(call(&devnet.rpc(), "dev_chaos", json!({ "command": command }))["result"], json!({}));
        *thrown.entry(kind).or_default() += 1;
    }
    call(&devnet.rpc(), "dev_chaos", json!({ "command": "calm" }));
    thrown
}

/// All blocks of a chain.
fn blocks(devnet: &Devnet) -> Vec<Block> {
    let all =
        |node: &mut hearth_devnet::node::Node| (1..=node.last().height).map(|at| node.block(at).unwrap()).collect();
    devnet.node().ask_blocking(all).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn cosmjs_works_through_chaos_and_what_it_was_told_is_true() {
    let config = Config { chaos: true, ..Config::default() };
    let devnet = tokio::task::block_in_place(|| spawn(config)).unwrap();
    let contract = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]).token().await;
    tokio::task::block_in_place(|| weather(&devnet, &contract));
}

fn weather(devnet: &Devnet, contract: &str) {
    let to = devnet.accounts()[9].clone();
    let held = |devnet: &Devnet| {
        let address = to.address.clone();
        let ask = move |node: &mut hearth_devnet::node::Node| {
            crate::goods::coins(node);
            let bytes = node.chain.bytes_of(&address).unwrap();
            node.chain.balance(&bytes, "ucosm").unwrap()
        };
        devnet.node().ask_blocking(ask).unwrap()
    };
    let before = held(devnet);
    let words: Vec<&str> = devnet.accounts()[1..5].iter().map(|account| account.mnemonic.as_str()).collect();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("js/storm.mjs");
    std::fs::copy(source, installed().join("storm.mjs")).unwrap();
    let mut node = Command::new("node");
    node.arg("storm.mjs").current_dir(installed()).env("RPC", devnet.rpc()).env("TO", &to.address);
    node.env("CONTRACT", contract).env("MNEMONICS", words.join(";")).env("STEPS", steps().to_string());
    let mut child = node.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("Node.js runs");
    let (say, said) = channel();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reading = std::thread::spawn(move || lines.for_each(|line| say.send(line.unwrap()).unwrap()));
    let began = Instant::now();
    assert_eq!(said.recv().unwrap(), "begun");
    let thrown = rage(devnet, &said);
    let told: Value = serde_json::from_str(&said.recv().unwrap()).unwrap();
    reading.join().unwrap();
    assert!(child.wait().unwrap().success());
    eprintln!("{:.1?} of chaos of HEARTH_SEED={}: {thrown:?}", began.elapsed(), seed());
    let sent = told["sent"].as_array().unwrap();
    let but = |key: &&String| *key != "sent";
    let rest: BTreeMap<&String, &Value> = told.as_object().unwrap().iter().filter(|(key, _)| but(key)).collect();
    eprintln!("{} sent, {rest:?}", sent.len());

    assert_eq!(told["strange"], json!([]), "CosmJS met what it does not know");
    assert_eq!(told["final"], 4, "in calm weather all that is sent arrives");
    assert!(told["heard"].as_u64() > Some(0) && told["asked"].as_u64() > Some(0));
    let chain = blocks(devnet);
    let mut found = BTreeMap::new();
    for block in &chain {
        assert_eq!(block.txs.len(), block.results.len());
        for (hash, result) in block.hashes().zip(&block.results) {
            let twice = found.insert(hex::encode_upper(hash), (block.height, result.code));
            assert_eq!(twice, None, "a transaction is there once");
        }
    }
    for sent in sent {
        let (height, code) = found[sent["hash"].as_str().unwrap()];
        assert_eq!((json!(height), json!(code)), (sent["height"].clone(), sent["code"].clone()));
    }
    assert_eq!(held(devnet), before + received(&chain, &to.address), "what arrived is what was sent");
    let straight = crate::kill::replayed(&chain);
    assert_eq!(chain, straight, "every block is whole: another chain makes the same of it");
    let senders: BTreeSet<u32> =
        chain.iter().flat_map(|block| block.results.iter().map(|result| result.code)).collect();
    eprintln!("{} blocks, {} transactions, codes {senders:?}", chain.len(), found.len());
}

/// What blocks say that somebody got.
fn received(chain: &[Block], who: &str) -> Uint256 {
    let events = chain.iter().flat_map(|block| &block.results).flat_map(|result| &result.events);
    let coins = events.filter(|event| event.kind == "coin_received").filter_map(|event| {
        let value = |key: &str| event.attributes.iter().find(|(of, _)| of == key).map(|(_, value)| value.as_str());
        (value("receiver") == Some(who)).then(|| value("amount").unwrap())
    });
    coins.map(|coins| coins.trim_end_matches("ucosm").parse::<Uint256>().unwrap()).sum()
}
