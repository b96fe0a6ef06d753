//! Contracts that mean no good: they loop, recurse, swallow memory, answer ten megabytes, or nothing that can be read.

use serde_json::json;
use tendermint_rpc::endpoint::tx::Response as Found;

use hearth_devnet::print;

use crate::wallet::{Wallet, attribute, chain};

/// A section of a module: its number, its length, how many entries, and they themselves.
fn section(number: u8, entries: &[&[u8]]) -> Vec<u8> {
    let body = [leb(entries.len()), entries.concat()].concat();
    [vec![number], leb(body.len()), body].concat()
}

/// A number as WebAssembly writes unsigned ones.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        bytes.push(if number == 0 { low } else { low | 0x80 });
        if number == 0 {
            return bytes;
        }
    }
}

fn name(text: &str) -> Vec<u8> {
    [leb(text.len()), text.as_bytes().to_vec()].concat()
}

fn function(locals: &[u8], code: &[u8]) -> Vec<u8> {
    let body = [locals, code, &[0x0b]].concat();
    [leb(body.len()), body].concat()
}

const I32: u8 = 0x7f;
/// What instantiation answers, and where it and its region lie in memory.
const ANSWER: &[u8] = br#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}"#;
const ANSWER_AT: u32 = 64;
/// A region of ten megabytes lies here.
const TEN_MEGABYTES_AT: u8 = 32;

/// A contract of this many pages, which makes itself and then does this when it is told or asked something.
fn contract(pages: usize, deed: &[u8]) -> Vec<u8> {
    let region = |offset: u32, length: u32| [offset, length, length].map(u32::to_le_bytes).concat();
    let data = |at: u8, bytes: &[u8]| {
        let at = [&[0, 0x41][..], &signed(at.into()), &[0x0b]].concat();
        [at, leb(bytes.len()), bytes.to_vec()].concat()
    };
    let export = |text: &str, kind: u8, index: u8| [name(text), vec![kind, index]].concat();
    // A bump allocator: region {offset, capacity, length} and behind it what it holds.
    let allocate = [
        &[0x23, 0, 0x22, 1, 0x20, 1, 0x41, 12, 0x6a, 0x36, 2, 0][..],
        &[0x20, 1, 0x20, 0, 0x36, 2, 4, 0x20, 1, 0x41, 0, 0x36, 2, 8],
        &[0x20, 1, 0x41, 16, 0x6a, 0x20, 0, 0x6a, 0x41, 0x7c, 0x71, 0x24, 0, 0x20, 1],
    ]
    .concat();
    let bump = [&[I32, 1, 0x41][..], &signed(65_536), &[0x0b]].concat();
    [
        b"\0asm\x01\0\0\0".to_vec(),
        section(
            1,
            &[
                &[0x60, 1, I32, 1, I32],
                &[0x60, 1, I32, 0],
                &[0x60, 0, 0],
                &[0x60, 3, I32, I32, I32, 1, I32],
                &[0x60, 2, I32, I32, 1, I32],
            ],
        ),
        section(3, &[&[0], &[1], &[2], &[3], &[3], &[4]]),
        section(5, &[&[&[0][..], &leb(pages)].concat()]),
        section(6, &[&bump]),
        section(
            7,
            &[
                &export("memory", 2, 0),
                &export("allocate", 0, 0),
                &export("deallocate", 0, 1),
                &export("interface_version_8", 0, 2),
                &export("instantiate", 0, 3),
                &export("execute", 0, 4),
                &export("query", 0, 5),
            ],
        ),
        section(
            10,
            &[
                &function(&[1, 1, I32], &allocate),
                &function(&[0], &[]),
                &function(&[0], &[]),
                &function(&[0], &[0x41, 16]),
                &function(&[0], deed),
                &function(&[0], deed),
            ],
        ),
        section(
            11,
            &[
                &data(16, &region(ANSWER_AT, ANSWER.len() as u32)),
                &data(TEN_MEGABYTES_AT, &region(ANSWER_AT, 10 << 20)),
                &data(ANSWER_AT as u8, ANSWER),
            ],
        ),
    ]
    .concat()
}

/// A number as WebAssembly writes signed ones.
fn signed(mut number: i32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        let done = number == 0 && low & 0x40 == 0;
        bytes.push(if done { low } else { low | 0x80 });
        if done {
            return bytes;
        }
    }
}

/// What became of telling a contract something that then does this; the chain is well afterwards.
async fn told(pages: usize, deed: &[u8]) -> (Found, String) {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let stored = wallet.send(vec![wallet.upload(contract(pages, deed))]).await;
    assert!(stored.tx_result.code.is_ok(), "{}", stored.tx_result.log);
    let made = wallet.send(vec![wallet.make_token(1)]).await;
    assert!(made.tx_result.code.is_ok(), "{}", made.tx_result.log);
    let contract = attribute(&made, "instantiate", "_contract_address");
    let told = wallet.send(vec![wallet.tell(&contract, &json!({}))]).await;
    let asked = wallet.ask(&contract, &json!({})).await.unwrap_err();
    let after = wallet.send(vec![wallet.pay(&devnet.accounts()[1].address, 1)]).await;
    assert!(after.tx_result.code.is_ok(), "the chain lives on");
    (told, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_that_loops_runs_out_of_gas() {
    let (told, asked) = told(2, &[0x03, 0x40, 0x0c, 0, 0x0b, 0x00]).await;
    assert_eq!(told.tx_result.code.value(), 11, "{}", told.tx_result.log);
    assert_eq!(told.tx_result.gas_wanted, 2_000_000);
    assert!(told.tx_result.gas_used >= told.tx_result.gas_wanted);
    assert!(asked.contains("out of gas"), "a query has a limit too: {asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_that_recurses_is_stopped() {
    let (told, asked) = told(2, &[0x41, 0, 0x41, 0, 0x41, 0, 0x10, 4]).await;
    assert!([11, 29].contains(&told.tx_result.code.value()), "{}", told.tx_result.log);
    assert!(!asked.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_that_swallows_memory_gets_no_more_than_its_limit() {
    // It grows until it is given no more, and falls into an instruction that cannot be reached.
    let grow = [0x03, 0x40, 0x41, 16, 0x40, 0, 0x41, 0x7f, 0x47, 0x0d, 0, 0x0b, 0x00];
    let (told, asked) = told(2, &grow).await;
    assert_eq!((told.tx_result.code.value(), told.tx_result.codespace.as_str()), (29, "wasm"));
    assert!(told.tx_result.log.contains("RuntimeError: unreachable"), "{}", told.tx_result.log);
    assert!(asked.contains("unreachable"), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_that_answers_ten_megabytes_or_nonsense_is_refused() {
    let (huge, _) = told(200, &[0x41, TEN_MEGABYTES_AT]).await;
    assert_ne!(huge.tx_result.code.value(), 0, "{}", huge.tx_result.log);
    let (nothing, _) = told(2, &[0x41, 0]).await;
    assert_eq!(nothing.tx_result.code.value(), 29, "{}", nothing.tx_result.log);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wasm_with_newer_instructions_is_refused_by_the_name_of_the_rule() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    // memory.copy of nothing from 0 to 0.
    let bulk = contract(2, &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 10, 0, 0, 0x41, 16]);
    let refused = wallet.send(vec![wallet.upload(bulk)]).await;
    assert_eq!((refused.tx_result.code.value(), refused.tx_result.codespace.as_str()), (2, "wasm"));
    assert!(refused.tx_result.log.contains("bulk memory"), "{}", refused.tx_result.log);
    let mut printed = Vec::new();
    let block = devnet.node().ask(|node| node.last().clone()).await.unwrap();
    print::block(&mut printed, &block, false).unwrap();
    let printed = String::from_utf8(printed).unwrap();
    assert!(printed.contains("hint: lower it by wasm-opt"), "{printed}");
    // 600 pages are more than the 512 that a contract may begin with.
    let large = wallet.send(vec![wallet.upload(contract(600, &[0x41, 16]))]).await;
    assert!(large.tx_result.log.contains("memory's minimum must not exceed 512 pages"), "{}", large.tx_result.log);
}
