//! A fake OpenAI server, as vLLM speaks: it plays for each request what it was told to, good or bad.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// What it does with a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Play {
    /// Says this many tokens, and ends.
    Whole(u64),
    /// Says this many, and is gone.
    Cut(u64),
    /// Says this many and counts as many more as nobody asked for.
    Overcounts(u64),
    /// Says what is no answer.
    Garbage,
    /// Says nothing, for as long as anybody listens.
    Hang,
}

/// A server.
pub(crate) struct Server {
    pub(crate) url: String,
    plays: Arc<Mutex<VecDeque<Play>>>,
}

impl Server {
    /// One that plays these, one a request.
    pub(crate) fn playing(plays: &[Play]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let plays = Arc::new(Mutex::new(plays.iter().copied().collect::<VecDeque<_>>()));
        let left = plays.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let left = left.clone();
                std::thread::spawn(move || serve(&mut stream.unwrap(), &left));
            }
        });
        Self { url, plays }
    }

    /// How many requests it has not had.
    pub(crate) fn left(&self) -> usize {
        self.plays.lock().unwrap().len()
    }

    /// The engine of a worker before it, with little patience.
    pub(crate) fn engine(&self) -> String {
        format!(
            "make = \"openai\"\nurl = \"{}\"\nkind = \"vllm\"\nmodel = \"hearth-tiny\"\n\
             limits = {{ first_ms = 2000, idle_ms = 2000 }}\n",
            self.url
        )
    }
}

fn serve(stream: &mut TcpStream, left: &Mutex<VecDeque<Play>>) {
    let Some(head) = read(stream) else { return };
    if head.starts_with("GET /v1/models ") {
        let models = json!({ "object": "list", "data": [
            { "id": "hearth-tiny", "object": "model", "created": 1, "owned_by": "vllm", "max_model_len": 4096 },
        ] });
        return write(stream, "application/json", &[models.to_string()]);
    }
    let play = left.lock().unwrap().pop_front().expect("nobody asks more than was told");
    match play {
        Play::Whole(tokens) => write(stream, "text/event-stream", &[said(tokens), end(tokens)].concat()),
        Play::Cut(tokens) => write(stream, "text/event-stream", &said(tokens)),
        Play::Overcounts(tokens) => write(stream, "text/event-stream", &[said(tokens), end(tokens + 1_000)].concat()),
        Play::Garbage => write(stream, "text/event-stream", &["data: {\"choices\": 7}\n\n".to_owned()]),
        Play::Hang => {
            let _ = stream.read(&mut [0]);
        }
    }
}

/// So many tokens, one an event.
fn said(tokens: u64) -> Vec<String> {
    let event = |token: u64| {
        let choice = json!({ "index": 0, "delta": { "content": format!("w{token} ") }, "token_ids": [token] });
        data(&json!({ "choices": [choice], "usage": usage(token) }))
    };
    (1..=tokens).map(event).collect()
}

fn end(tokens: u64) -> Vec<String> {
    let choice = json!({ "index": 0, "delta": { "content": "" }, "finish_reason": "stop" });
    let last = json!({ "choices": [choice], "usage": usage(tokens) });
    vec![data(&last), "data: [DONE]\n\n".to_owned()]
}

fn usage(tokens: u64) -> Value {
    json!({ "prompt_tokens": 12, "completion_tokens": tokens, "total_tokens": 12 + tokens })
}

fn data(event: &Value) -> String {
    format!("data: {event}\n\n")
}

/// The head of a request, once its body has come too.
fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4_096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length =
                head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if bytes.len() >= head.len() + 4 + length.unwrap_or(0) {
                return Some(head.to_owned());
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&piece[..length]),
        }
    }
}

/// Writes these pieces in chunks; where the last is no end, the end is missing.
fn write(stream: &mut TcpStream, kind: &str, pieces: &[String]) {
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n");
    let chunk = |piece: &String| format!("{:x}\r\n{piece}\r\n", piece.len());
    let is_whole = kind == "application/json" || pieces.last().is_some_and(|last| last.contains("[DONE]"));
    let body: String = pieces.iter().map(chunk).chain(is_whole.then(|| "0\r\n\r\n".to_owned())).collect();
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}
