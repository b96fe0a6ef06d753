//! More clients at once than any developer has: they hear everything, and nothing of them stays behind.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use hearth_devnet::accounts::{KnownAccount, known};
use hearth_devnet::address::Addresses;
use hearth_devnet::rpc::connections::MOST_CONNECTIONS;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tendermint_rpc::Client;
use tokio::net::TcpStream as AsyncStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::abuse::call;
use crate::program::{Running, program};
use crate::wait::until;
use crate::wallet::{Wallet, chain};

type Socket = WebSocketStream<MaybeTlsStream<AsyncStream>>;

/// How many there are: `HEARTH_CROWD`, else a thousand.
fn crowd() -> usize {
    std::env::var("HEARTH_CROWD").ok().and_then(|crowd| crowd.parse().ok()).unwrap_or(1_000)
}

pub(crate) fn account(nth: u32) -> KnownAccount {
    known(nth, &Addresses::new("wasm").unwrap()).unwrap()
}

/// As many open files as the system allows.
pub(crate) fn open_many() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}

/// What a process has of memory, in MiB, and how many files it has open.
pub(crate) fn footprint(running: &Running) -> (u64, usize) {
    let process = format!("/proc/{}", running.child.id());
    let status = std::fs::read_to_string(format!("{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let resident = line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024;
    (resident, std::fs::read_dir(format!("{process}/fd")).unwrap().count())
}

/// Waits until no more files are open than this; it may take ten seconds.
async fn until_open(running: &Running, most: usize) {
    let took = until("more files stay open than were to", async || footprint(running).1 <= most).await;
    assert!(took < Duration::from_secs(10), "{took:?}");
}

const QUERIES: [&str; 3] = ["tm.event='NewBlock'", "tm.event='Tx'", "tm.event = 'Tx' AND transfer.amount EXISTS"];

/// One of the crowd, who has subscribed to everything.
async fn listener(url: &str) -> Socket {
    let (mut socket, _) = connect_async(url).await.unwrap();
    for (id, query) in QUERIES.iter().enumerate() {
        let call = json!({ "jsonrpc": "2.0", "id": id, "method": "subscribe", "params": { "query": query } });
        socket.send(Message::text(call.to_string())).await.unwrap();
        let told: Value = serde_json::from_str(&next(&mut socket).await).unwrap();
        assert_eq!((&told["id"], &told["result"]), (&json!(id), &json!({})));
    }
    socket
}

async fn next(socket: &mut Socket) -> String {
    let said = tokio::time::timeout(Duration::from_secs(60), socket.next()).await.expect("something is said");
    said.expect("the connection is open").unwrap().into_text().unwrap().to_string()
}

/// What one has heard: of each query, how often.
async fn heard(socket: &mut Socket, all: usize) -> [usize; 3] {
    let mut counts = [0; 3];
    for _ in 0..all {
        let text = next(socket).await;
        let id = text.strip_prefix(r#"{"jsonrpc":"2.0","id":"#).unwrap().as_bytes()[0] - b'0';
        counts[usize::from(id)] += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_websockets_hear_everything_and_leave_nothing_behind() {
    const TXS: usize = 6;
    open_many();
    let running = Running::of(program(&["--json"]));
    let url = format!("{}/websocket", running.rpc().replace("http", "ws"));
    let wallet = Wallet::of(&running.rpc(), &account(0));
    wallet.send(vec![wallet.pay(&account(1).address, 1)]).await;
    let before = footprint(&running);
    let mut sockets: Vec<Socket> =
        futures_util::stream::iter(0..crowd()).map(|_| listener(&url)).buffer_unordered(50).collect().await;
    let first = wallet.rpc.status().await.unwrap().sync_info.latest_block_height.value();
    let began = Instant::now();
    for _ in 0..TXS {
        wallet.send(vec![wallet.pay(&account(1).address, 1)]).await;
    }
    let blocks = (wallet.rpc.status().await.unwrap().sync_info.latest_block_height.value() - first) as usize;
    let full = footprint(&running);
    for socket in &mut sockets {
        assert_eq!(heard(socket, blocks + 2 * TXS).await, [blocks, TXS, TXS]);
    }
    eprintln!("{} heard of {TXS} transactions in {:.1?}", sockets.len(), began.elapsed());
    assert!(full.1 >= before.1 + crowd(), "each is a connection");

    // A third says goodbye, a third dies, and a third wants to hear no more.
    let mut rest = sockets.split_off(sockets.len() / 3);
    for mut polite in sockets {
        polite.close(None).await.unwrap();
    }
    let silent = rest.split_off(rest.len() / 2);
    for dying in rest {
        let MaybeTlsStream::Plain(stream) = dying.get_ref() else { panic!("there is no TLS") };
        #[expect(deprecated, reason = "the connection is reset, and nothing lingers")]
        stream.set_linger(Some(Duration::ZERO)).unwrap();
    }
    let stay = before.1 + silent.len() + 8;
    until_open(&running, stay).await;
    for mut socket in silent {
        socket.send(Message::text(r#"{"id":9,"method":"unsubscribe_all"}"#)).await.unwrap();
        let told: Value = serde_json::from_str(&next(&mut socket).await).unwrap();
        assert_eq!((&told["id"], &told["result"]), (&json!(9), &json!({})));
    }
    until_open(&running, before.1 + 8).await;
    wallet.send(vec![wallet.pay(&account(1).address, 1)]).await;
    let after = footprint(&running);
    eprintln!("MiB and files: {before:?} before, {full:?} with all, {after:?} afterwards");
    assert!(full.0 < before.0 + 200 && after.0 < before.0 + 100, "memory is bounded, and comes back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_call_is_answered_on_a_websocket_as_cometbft_does() {
    let devnet = chain();
    let (mut socket, _) = connect_async(devnet.websocket()).await.unwrap();
    let subscribe = |id: Value, query: &str| json!({ "id": id, "method": "subscribe", "params": { "query": query } });
    let long = format!("a.b='{}'", "c".repeat(512));
    let said = [
        ("{".to_owned(), -32700, "error unmarshaling request"),
        ("[1]".to_owned(), -32700, "a call is an object"),
        (r#"{"id":1,"method":"none"}"#.to_owned(), -32601, ""),
        (subscribe(json!(1), &long).to_string(), -32603, "maximum query length exceeded"),
        (subscribe(json!("x".repeat(2_000)), "tm.event='Tx'").to_string(), -32603, "at most 1024 bytes"),
        (subscribe(json!(1), "tm.event").to_string(), -32603, "failed to parse query"),
        (r#"{"id":1,"method":"unsubscribe","params":["tm.event='Tx'"]}"#.to_owned(), -32603, "not found"),
    ];
    for (call, code, words) in said {
        // Nobody waits for an answer to a call without an id, so that none comes before the next.
        socket.send(Message::text(r#"{"method":"status"}"#)).await.unwrap();
        socket.send(Message::text(call)).await.unwrap();
        let told: Value = serde_json::from_str(&next(&mut socket).await).unwrap();
        assert_eq!(told["error"]["code"], code, "{told}");
        assert!(told["error"]["data"].as_str().unwrap_or_default().contains(words), "{told}");
    }
    for nth in 0..6 {
        socket.send(Message::text(subscribe(json!(nth), &format!("block.height>{nth}")).to_string())).await.unwrap();
        let told: Value = serde_json::from_str(&next(&mut socket).await).unwrap();
        assert_eq!(told.get("error").map(|error| error["data"].as_str().unwrap()), {
            (nth == 5).then_some("max_subscriptions_per_client 5 reached")
        });
    }
    let _ = socket.send(Message::binary(vec![b' '; (2 << 20) + 1])).await;
    let end = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.expect("it ends");
    assert!(!matches!(end, Some(Ok(Message::Text(_)))), "a message that is too long ends the connection: {end:?}");
    assert_eq!(tokio::task::block_in_place(|| call(&devnet.rpc(), "health", json!({})))["result"], json!({}));
}

/// Asks on a connection that stays open.
fn ask(stream: &mut TcpStream, patience: Duration) -> bool {
    stream.set_read_timeout(Some(patience)).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).is_ok() && &answer == b"HTTP/1.1 200"
}

#[test]
fn one_connection_too_many_waits_until_another_ends() {
    open_many();
    let running = Running::of(program(&["--json"]));
    let address = running.rpc().trim_start_matches("http://").to_owned();
    let open = || {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        stream
    };
    let mut all: Vec<TcpStream> = (0..MOST_CONNECTIONS).map(|_| open()).collect();
    for stream in &mut all {
        assert!(ask(stream, Duration::from_secs(20)), "there is a place for each");
    }
    let mut late = open();
    assert!(!ask(&mut late, Duration::from_millis(100)), "it waits at the door");
    drop(all.pop());
    assert!(ask(&mut late, Duration::from_secs(20)), "it comes in");
    drop(all);
    assert_eq!(call(&running.rpc(), "health", json!({}))["result"], json!({}));
}
