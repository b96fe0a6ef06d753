//! Clients that begin and never go on, or take what they are told a byte at a time: they are let go, and hold nobody up.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde_json::json;
use tendermint_rpc::query::EventType;
use tendermint_rpc::{Client, SubscriptionClient, WebSocketClient};
use tokio::net::TcpSocket;

use crate::abuse::{UPGRADE, call};
use crate::crowd::{account, footprint, open_many};
use crate::program::{Running, program};
use crate::wait::until;
use crate::wallet::Wallet;

/// How many there are of each kind; fewer want a large answer, because the chain makes one after the other.
const EACH: usize = 60;
const LARGE: usize = 6;

/// One who has said something and goes on too slowly: a byte whenever he is nudged.
struct Slow {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Slow {
    /// Little room is where it reads into, so that what it does not read waits in the chain.
    async fn of(address: &str, said: &[u8], rest: &[u8]) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        let mut stream = socket.connect(address.parse().unwrap()).await.unwrap().into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        stream.write_all(said).unwrap();
        stream.set_nonblocking(true).unwrap();
        Self { stream, rest: rest.to_vec() }
    }

    /// Says one more byte and hears one more; whether the connection still stands.
    fn nudge(&mut self) -> bool {
        if let Some(byte) = self.rest.pop()
            && self.stream.write_all(&[byte]).is_err()
        {
            return false;
        }
        match self.stream.read(&mut [0]) {
            Ok(0) => false,
            Ok(_) => true,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        }
    }
}

/// A call in a frame, masked with zeros.
fn frame(call: &str) -> Vec<u8> {
    [&[0x81, 0x80 | u8::try_from(call.len()).unwrap()][..], &[0; 4], call.as_bytes()].concat()
}

/// All kinds: silence, half a line, endless headers, half a body, a body in endless pieces, half of HTTP/2, a large
/// answer that is taken slowly, and a subscription that nobody reads.
fn kinds(searched: &str) -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let subscribe = frame(r#"{"id":1,"method":"subscribe","params":{"query":"tm.event='NewBlock'"}}"#);
    let large = format!("GET {searched} HTTP/1.1\r\nhost: x\r\n\r\n");
    let plain = |text: &str| text.as_bytes().to_vec();
    vec![
        ("silence", vec![], vec![]),
        ("half a line", plain("GET /hea"), vec![]),
        ("endless headers", plain("GET /health HTTP/1.1\r\nx-long: "), vec![b'a'; 4_096]),
        ("half a body", plain("POST / HTTP/1.1\r\ncontent-length: 3000000\r\n\r\n{\"id\":"), vec![b' '; 4_096]),
        ("a body in pieces", plain("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1000\r\n"), vec![b'['; 4_096]),
        ("half of HTTP/2", plain("PRI * HTTP/2.0\r\n"), vec![]),
        ("a large answer", plain(&large), vec![]),
        ("a deaf subscriber", [UPGRADE.as_bytes(), &subscribe].concat(), vec![]),
    ]
}

/// A transaction that fails, and is large.
async fn large(wallet: &Wallet) {
    let failed = wallet.send(vec![wallet.upload(vec![7; 780 << 10])]).await;
    assert!(failed.tx_result.code.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_goes_on_too_slowly_is_let_go_and_holds_nobody_up() {
    open_many();
    let running = Running::of(program(&["--json"]));
    let wallet = Wallet::of(&running.rpc(), &account(0));
    for _ in 0..5 {
        large(&wallet).await;
    }
    let before = footprint(&running);
    let url = format!("{}/websocket", running.rpc().replace("http", "ws"));
    let (client, driver) = WebSocketClient::new(url.as_str()).await.unwrap();
    let driving = tokio::spawn(driver.run());
    let mut blocks = client.subscribe(EventType::NewBlock.into()).await.unwrap();
    let mut crowd = Crowd::of(&running, &kinds("/tx_search?query=%22tx.height%3E1%22&per_page=100")).await;

    // What is announced now is more than lies in anybody's buffers.
    let mut longest = Duration::ZERO;
    for _ in 0..4 {
        let asked = Instant::now();
        large(&wallet).await;
        longest = longest.max(asked.elapsed());
        tokio::time::timeout(Duration::from_secs(10), blocks.next())
            .await
            .expect("others hear of it")
            .unwrap()
            .unwrap();
        crowd.nudge(&running);
    }
    let asked = Instant::now();
    wallet.rpc.health().await.unwrap();
    let health = asked.elapsed();
    assert_eq!(wallet.account().await.sequence, 9, "all that was honest came into a block");
    let let_go = async || {
        crowd.nudge(&running);
        footprint(&running).1 <= before.1 + 8
    };
    until("not all are let go", let_go).await;
    let all = crowd.began.elapsed();
    // What was on its way to those who read slowly is still with them, though the chain has let them go.
    let reading = BTreeSet::from(["a deaf subscriber", "a large answer"]);
    assert!(crowd.left().is_subset(&reading), "{:?}", crowd.left());
    client.close().unwrap();
    driving.await.unwrap().unwrap();
    assert_eq!(tokio::task::block_in_place(|| call(&running.rpc(), "health", json!({})))["result"], json!({}));
    let after = footprint(&running);
    eprintln!(
        "an upload took {longest:.1?}, a call {health:.1?} at most; all let go after {all:.1?}: {:.1?}",
        crowd.gone
    );
    eprintln!("MiB: {} before, {} at most, {} afterwards", before.0, crowd.most, after.0);
    assert!(longest < Duration::from_secs(8), "nobody waits until the slow ones are let go");
    assert!(health < Duration::from_secs(1), "nobody is held up");
    assert!(crowd.most < before.0 + 700, "memory is bounded");
    for (kind, (first, _)) in &crowd.gone {
        assert!(*first > Duration::from_secs(9) || kind.starts_with("a large answer"), "{kind} was let go too early");
    }
}

/// All who are slow.
struct Crowd {
    began: Instant,
    slow: Vec<(&'static str, Slow)>,
    /// When the first and the last of each kind was let go.
    gone: BTreeMap<&'static str, (Duration, Duration)>,
    /// The most memory that the chain had meanwhile.
    most: u64,
}

impl Crowd {
    async fn of(running: &Running, kinds: &[(&'static str, Vec<u8>, Vec<u8>)]) -> Self {
        let address = running.rpc().trim_start_matches("http://").to_owned();
        let (began, mut slow) = (Instant::now(), Vec::new());
        for (kind, said, rest) in kinds {
            let count = if *kind == "a large answer" { LARGE } else { EACH };
            for _ in 0..count {
                slow.push((*kind, Slow::of(&address, said, rest).await));
            }
        }
        Self { began, slow, gone: BTreeMap::new(), most: 0 }
    }

    fn nudge(&mut self, running: &Running) {
        let now = self.began.elapsed();
        self.slow.retain_mut(|(kind, slow)| {
            let stands = slow.nudge();
            if !stands {
                self.gone.entry(*kind).or_insert((now, now)).1 = now;
            }
            stands
        });
        self.most = self.most.max(footprint(running).0);
    }

    fn left(&self) -> BTreeSet<&'static str> {
        self.slow.iter().map(|(kind, _)| *kind).collect()
    }
}
