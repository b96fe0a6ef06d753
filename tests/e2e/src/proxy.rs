//! What stands between a program and the chain, and lets a test see and break what goes through.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use crate::world::runtime;

/// What becomes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes through.
    Pass,
    /// It reaches the chain, and its answer is lost.
    LoseReply,
    /// It does not reach the chain, and is not answered.
    Swallow,
    /// It is answered with this page.
    Page(String),
}

type Judge = Box<dyn FnMut(usize, &str) -> Fate + Send>;

/// A proxy on a free port. It stops when this is dropped.
pub struct Proxy {
    url: String,
    methods: Arc<Mutex<Vec<String>>>,
    runtime: Option<Runtime>,
}

impl Proxy {
    /// A proxy before this RPC; `judge` is told which call it is, from 0, and its method.
    pub fn start(rpc: &str, judge: impl FnMut(usize, &str) -> Fate + Send + 'static) -> Self {
        let runtime = runtime();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let methods = Arc::new(Mutex::new(Vec::new()));
        let judge: Arc<Mutex<Judge>> = Arc::new(Mutex::new(Box::new(judge)));
        let (seen, rpc) = (methods.clone(), rpc.to_owned());
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, judge, rpc) = (seen.clone(), judge.clone(), rpc.clone());
                tokio::spawn(async move {
                    let _ = serve(stream, &rpc, &seen, &judge).await;
                });
            }
        });
        Self { url, methods, runtime: Some(runtime) }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The methods that were called so far.
    pub fn methods(&self) -> Vec<String> {
        self.methods.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// One call a connection.
async fn serve(
    mut stream: TcpStream,
    rpc: &str,
    seen: &Mutex<Vec<String>>,
    judge: &Mutex<Judge>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let body = read(&mut stream).await?;
    let call: serde_json::Value = serde_json::from_slice(&body)?;
    let method = call["method"].as_str().unwrap_or_default().to_owned();
    let nth = {
        let mut seen = seen.lock().unwrap();
        seen.push(method.clone());
        seen.len() - 1
    };
    let fate = (judge.lock().unwrap())(nth, &method);
    let forward = || async { reqwest::Client::new().post(rpc).body(body.clone()).send().await?.bytes().await };
    match fate {
        Fate::Pass => answer(&mut stream, "application/json", &forward().await?).await?,
        Fate::LoseReply => {
            forward().await?;
            silence(stream).await;
        }
        Fate::Swallow => silence(stream).await,
        Fate::Page(page) => answer(&mut stream, "text/html", page.as_bytes()).await?,
    }
    Ok(())
}

/// Holds a connection open until the other side has had enough.
async fn silence(mut stream: TcpStream) {
    let mut rest = [0; 64];
    while stream.read(&mut rest).await.is_ok_and(|length| length > 0) {}
}

async fn read(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut piece = [0; 16_384];
    loop {
        let length = stream.read(&mut piece).await?;
        if length == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&piece[..length]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        let body: usize = length.unwrap_or(0);
        if bytes.len() >= end + 4 + body {
            return Ok(bytes[end + 4..end + 4 + body].to_vec());
        }
    }
}

async fn answer(stream: &mut TcpStream, kind: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.shutdown().await
}
