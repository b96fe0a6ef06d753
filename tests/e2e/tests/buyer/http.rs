//! As much of an HTTP server as a node of a test needs.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// A request.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
}

/// What a request is answered with.
pub(crate) enum Response {
    /// One JSON text, with its status.
    Json(u16, String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Server-sent events; then the connection ends.
    Events(Vec<String>),
    /// These, and then nothing for as long as the client waits.
    Silence(Vec<String>),
}

/// A server on a port of its own, until it is dropped.
pub(crate) struct Server {
    pub(crate) endpoint: String,
    is_over: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let is_over = Arc::new(AtomicBool::new(false));
        let (over, answer) = (Arc::clone(&is_over), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let answer = Arc::clone(&answer);
                thread::spawn(move || serve(stream.unwrap(), answer.as_ref()));
            }
        });
        Self { endpoint, is_over }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        let address = self.endpoint.trim_start_matches("http://").to_owned();
        drop(TcpStream::connect(address));
    }
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&Request) -> Response) {
    let Some(request) = read(&mut stream) else { return };
    let head = |status: u16, sort: &str| {
        format!("HTTP/1.1 {status} x\r\ncontent-type: {sort}\r\nconnection: close\r\n\r\n").into_bytes()
    };
    let events = |events: Vec<String>| [head(200, "text/event-stream"), events.concat().into_bytes()].concat();
    match answer(&request) {
        Response::Json(status, text) => {
            drop(stream.write_all(&[head(status, "application/json"), text.into()].concat()));
        }
        Response::Bytes(bytes) => drop(stream.write_all(&[head(200, "application/octet-stream"), bytes].concat())),
        Response::Events(said) => drop(stream.write_all(&events(said))),
        Response::Silence(said) => {
            let _ = stream.write_all(&events(said));
            let _ = stream.read(&mut [0]);
        }
    }
}

fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    let mut words = head.split_whitespace().map(ToOwned::to_owned);
    Some(Request { method: words.next()?, path: words.next()?, body })
}
