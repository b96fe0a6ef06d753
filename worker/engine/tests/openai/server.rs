//! A small HTTP server that replays what real servers send, good and bad.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use hearth_engine::openai::{Config, Kind, Limits};
use serde_json::Value;

/// What the server does with a connection, in order. At the end it closes it.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Send(Vec<u8>),
    /// Waits until the other side closes, and reports it.
    Hold,
}

/// A request as it arrived.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) head: String,
    pub(crate) body: Value,
}

pub(crate) struct Server {
    pub(crate) url: String,
    /// Requests but those for the list of models.
    pub(crate) seen: Receiver<Seen>,
    /// One for each held connection that was closed.
    pub(crate) closed: Receiver<()>,
}

pub(crate) const MODELS: &str = r#"{"object":"list","data":[
{"id":"served","object":"model","created":1795250000,"owned_by":"vllm","max_model_len":8192},
{"id":"small:latest","object":"model","owned_by":"library"}]}"#;

impl Server {
    /// Answers each request for anything but the models by the next of these lists; the last stays.
    pub(crate) fn playing(plays: Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (saw, seen) = channel();
        let (close, closed) = channel();
        let plays = Arc::new(Mutex::new(plays));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (saw, close, plays) = (saw.clone(), close.clone(), Arc::clone(&plays));
                thread::spawn(move || serve(stream.unwrap(), &saw, &close, &plays));
            }
        });
        Self { url, seen, closed }
    }

    pub(crate) fn always(steps: Vec<Step>) -> Self {
        Self::playing(vec![steps])
    }

    pub(crate) fn config(&self, kind: Kind) -> Config {
        Config {
            url: self.url.clone(),
            kind,
            model: "llama".to_owned(),
            models: [("llama".to_owned(), "served".to_owned())].into(),
            key_file: None,
            context: None,
            logprobs: true,
            limits: Limits::default(),
        }
    }
}

fn serve(mut stream: TcpStream, saw: &Sender<Seen>, close: &Sender<()>, plays: &Mutex<Vec<Vec<Step>>>) {
    let Some(seen) = read(&mut stream) else { return };
    if seen.head.starts_with("GET /v1/models ") {
        stream.write_all(&json(200, MODELS)).unwrap();
        return;
    }
    let steps = {
        let mut plays = plays.lock().unwrap();
        if plays.len() > 1 { plays.remove(0) } else { plays[0].clone() }
    };
    let _nobody = saw.send(seen);
    for step in steps {
        match step {
            // The other side may rightly be gone.
            Step::Send(bytes) => drop(stream.write_all(&bytes)),
            Step::Hold => {
                let _reset = stream.read(&mut [0; 1]);
                let _nobody = close.send(());
            }
        }
    }
}

fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_lowercase();
            let length = length.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                let body = serde_json::from_str(body).unwrap_or_default();
                return Some(Seen { head: head.to_owned(), body });
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

/// A whole answer.
pub(crate) fn json(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// The head of a stream whose end is said, so that a cut shows.
pub(crate) fn head() -> Step {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";
    Step::Send(head.as_bytes().to_vec())
}

pub(crate) fn part(text: &str) -> Step {
    Step::Send(format!("{:x}\r\n{text}\r\n", text.len()).into_bytes())
}

pub(crate) fn end() -> Step {
    Step::Send(b"0\r\n\r\n".to_vec())
}

pub(crate) fn data(json: &str) -> Step {
    part(&format!("data: {json}\n\n"))
}

/// A piece of text, as any of them sends it.
pub(crate) fn piece(text: &str) -> Step {
    data(&serde_json::json!({ "choices": [{ "index": 0, "text": text, "finish_reason": null }] }).to_string())
}

/// A whole stream from a file.
pub(crate) fn replay(text: &str) -> Vec<Step> {
    vec![head(), part(text), end()]
}
