//! The door against a server that says, byte for byte, what a test wants it to say.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hearth_schema::digest::Digest;
use hearth_schema::door::{Sealed, Served, Voucher};
use hearth_schema::sign::Signature;
use hearth_schema::unit::DealId;
use hearth_speech::Files;
use hearth_wallet::door::tongue::Library;
use hearth_wallet::door::{Deadlines, Door, Fault, Said};
use serde_json::json;

use crate::stage::{Worker, ask, folder, pact};

/// What a server does with a connection, after it has read a request.
#[derive(Clone)]
enum Step {
    Send(Vec<u8>),
    /// Nothing, until the client goes away.
    Hang,
    /// A heartbeat every few milliseconds, until the client goes away.
    Breathe,
}

/// A server that plays one list of steps a connection, in their order, and tells the requests that it got.
fn server(plays: Vec<Vec<Step>>) -> (Door, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/base/", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    thread::spawn(move || {
        for steps in plays {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let _ = sender.send(request(&mut stream));
            steps.iter().for_each(|step| play(&mut stream, step));
        }
    });
    let short = Duration::from_millis(300);
    let deadlines = Deadlines { connect: short, first: short, between: short, whole: short };
    (Door::at(&endpoint, deadlines).unwrap(), requests)
}

fn request(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        text.push(byte[0]);
    }
    let head = String::from_utf8(text).unwrap();
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

fn play(stream: &mut TcpStream, step: &Step) {
    match step {
        Step::Send(bytes) => drop(stream.write_all(bytes)),
        Step::Hang => drop(stream.read(&mut [0])),
        Step::Breathe => {
            stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
            while stream.write_all(b": still at work\n\n").is_ok() && !matches!(stream.read(&mut [0]), Ok(0)) {}
        }
    }
}

fn say(status: &str, sort: &str, body: &str) -> Step {
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: {sort}\r\nconnection: close\r\n\r\n");
    Step::Send((head + body).into_bytes())
}

fn stream(body: &str) -> Step {
    say("200 OK", "text/event-stream; charset=utf-8", body)
}

fn served() -> Served {
    Worker::of(pact(10_000_000_000)).serve(&ask(1), "The tokens.")
}

fn piece(text: &str) -> String {
    format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]}))
}

fn last() -> String {
    let chunk = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "hearth": served()});
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 3}});
    format!("data: {chunk}\n\ndata: {usage}\n\ndata: [DONE]\n\n")
}

fn sealed() -> Sealed {
    Sealed { request: Digest::generate(b"r"), ticket: Signature(vec![1; 64].into()), sealed: vec![2; 60].into() }
}

/// All that is said of an answer, and how it ends.
async fn heard(steps: Vec<Step>) -> (Vec<String>, Result<Served, Fault>) {
    let (door, _requests) = server(vec![steps]);
    let mut pieces = Vec::new();
    let mut answer = match door.ask(DealId(7), &sealed(), None).await {
        Ok(answer) => answer,
        Err(fault) => return (pieces, Err(fault)),
    };
    loop {
        match answer.next().await {
            Ok(Some(Said::Piece(text))) => pieces.push(text),
            Ok(Some(Said::End(served))) => return (pieces, Ok(*served)),
            Ok(None) => panic!("it ended without an end"),
            Err(fault) => return (pieces, Err(fault)),
        }
    }
}

#[tokio::test]
async fn a_request_brings_its_seal_and_the_voucher_before_it() {
    let (door, requests) = server(vec![vec![stream(&last())]]);
    let signature = Signature(vec![3; 64].into());
    let voucher = Voucher { seq: 4, totals: served().totals, root: served().root, signature };
    door.ask(DealId(7), &sealed(), Some(&voucher)).await.unwrap();
    let request = requests.recv().unwrap();
    assert!(request.starts_with("POST /base/hearth/v1/deals/7/requests HTTP/1.1\r\n"), "{request}");
    let header = request.lines().find_map(|line| line.strip_prefix("hearth-voucher: ")).unwrap();
    let told: Voucher = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    assert_eq!(told, voucher);
    let body: Sealed = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body, sealed());
}

#[tokio::test]
async fn an_answer_comes_in_pieces_or_whole() {
    let steps =
        vec![stream(&format!(": accepted\n\n{}{}", piece("The "), piece("tokens."))), Step::Send(last().into())];
    let (pieces, end) = heard(steps).await;
    assert_eq!((pieces, end), (vec!["The ".to_owned(), "tokens.".to_owned()], Ok(served())));
    let whole = json!({"choices": [{"message": {"role": "assistant", "content": "The tokens."}}], "hearth": served()});
    let (pieces, end) = heard(vec![say("200 OK", "application/json", &whole.to_string())]).await;
    assert_eq!((pieces, end), (vec!["The tokens.".to_owned()], Ok(served())));
}

#[tokio::test]
async fn a_refusal_is_told_in_the_node_s_words() {
    let body =
        json!({"error": {"message": "not\u{1b}[31m now", "type": "rate_limit_error", "code": "busy", "param": null}});
    let head = format!("HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\nconnection: close\r\n\r\n{body}");
    let refused = |status, code: &str, message: &str, after| Fault::Refused {
        status,
        code: code.into(),
        message: message.into(),
        after,
    };
    let after = Some(Duration::from_secs(7));
    let (_, end) = heard(vec![Step::Send(head.into_bytes())]).await;
    assert_eq!(end, Err(refused(429, "busy", "not [31m now", after)));
    let midway = json!({"error": {"message": "the engine was lost", "type": "engine_error", "code": "engine_lost"}});
    let (pieces, end) = heard(vec![stream(&format!("{}data: {midway}\n\n", piece("The ")))]).await;
    assert_eq!((pieces.len(), end), (1, Err(refused(0, "engine_lost", "the engine was lost", None))));
    let (_, end) = heard(vec![say("502 Bad Gateway", "text/html", "<html>proxy</html>")]).await;
    assert_eq!(end, Err(refused(502, "unknown", "<html>proxy</html>", None)));
    let (_, end) = heard(vec![say("302 Found\r\nlocation: http://127.0.0.1:1/", "text/plain", "")]).await;
    assert!(matches!(end, Err(Fault::Refused { status: 302, .. })), "redirects are not followed");
}

#[tokio::test]
async fn a_node_that_is_silent_or_only_breathes_is_given_up_in_time() {
    let timed_out = |what| Err(Fault::TimedOut { what, after: Duration::from_millis(300) });
    for (steps, what) in [
        (vec![Step::Hang], "an answer"),
        (vec![stream(""), Step::Hang], "a first word"),
        (vec![stream(""), Step::Breathe], "a first word"),
        (vec![stream(&piece("The ")), Step::Hang], "more of its answer"),
        (vec![stream(&piece("The ")), Step::Breathe], "more of its answer"),
    ] {
        let begin = Instant::now();
        assert_eq!(heard(steps).await.1, timed_out(what));
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn what_is_cut_garbled_or_lacks_its_receipt_is_told_apart() {
    assert_eq!(heard(vec![stream(&piece("The "))]).await.1, Err(Fault::Cut));
    assert_eq!(heard(vec![stream(&format!("{}data: [DONE]\n\n", piece("The ")))]).await.1, Err(Fault::NoReceipt));
    assert!(matches!(heard(vec![stream("data: {]\n\n")]).await.1, Err(Fault::Garbled { what: "an answer", .. })));
    let receipt = "data: {\"choices\":[],\"hearth\":{\"leaf\":7}}\n\n";
    assert!(matches!(heard(vec![stream(receipt)]).await.1, Err(Fault::Garbled { what: "a receipt", .. })));
    assert!(matches!(heard(vec![say("200 OK", "text/html", "<html>")]).await.1, Err(Fault::Garbled { .. })));
    let endless = Step::Send(vec![b'x'; 17 << 20]);
    assert!(matches!(heard(vec![stream("data: "), endless]).await.1, Err(Fault::TooLarge { .. })));
}

#[tokio::test]
async fn a_node_that_is_not_there_is_away() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let door = Door::at(&format!("http://{port}"), Deadlines::default()).unwrap();
    let fault = door.standing(DealId(7)).await.unwrap_err();
    assert!(matches!(fault, Fault::Away { .. }) && fault.passes(), "{fault}");
    for endpoint in ["ftp://node", "node:80", "", "http://"] {
        assert!(matches!(Door::at(endpoint, Deadlines::default()), Err(Fault::Endpoint { .. })), "{endpoint}");
    }
}

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let unique = format!("hearth-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn list() -> Step {
    say("200 OK", "application/json", &serde_json::to_string(&Files::of_folder(&folder()).unwrap()).unwrap())
}

fn file(name: &str) -> Vec<Step> {
    let body = std::fs::read(folder().join(name)).unwrap();
    vec![say("200 OK", "application/json", ""), Step::Send(body)]
}

#[tokio::test]
async fn a_tongue_is_fetched_once_and_kept() {
    let kept = Folder::new("tongue");
    let library = Library::at(&kept.0);
    let model = Digest::from(Files::of_folder(&folder()).unwrap().digest());
    assert!(library.find(&model).is_none());
    let (door, requests) = server(vec![vec![list()], file("tokenizer.json"), file("tokenizer_config.json")]);
    let tongue = library.fetch(&door, "org/tiny", &model).await.unwrap();
    assert!(requests.recv().unwrap().starts_with("GET /base/v1/models/org%2Ftiny/files HTTP"));
    assert!(requests.recv().unwrap().starts_with("GET /base/v1/models/org%2Ftiny/files/tokenizer.json HTTP"));
    let again = library.fetch(&door, "org/tiny", &model).await.unwrap();
    assert_eq!(again.read("Hearth", 9).unwrap(), tongue.read("Hearth", 9).unwrap());
    let file = kept.0.join(model.to_string()).join("tokenizer.json");
    std::fs::write(&file, "changed on the disk").unwrap();
    assert!(library.find(&model).is_none());
}

#[tokio::test]
async fn files_of_another_model_are_refused_and_not_kept() {
    let kept = Folder::new("foreign");
    let library = Library::at(&kept.0);
    let model = Digest::from(Files::of_folder(&folder()).unwrap().digest());
    let (door, _requests) = server(vec![vec![list()]]);
    let other = Digest::generate(b"other");
    assert!(matches!(library.fetch(&door, "tiny", &other).await, Err(Fault::Files(_))));
    let swapped = vec![vec![list()], file("config.json"), file("tokenizer_config.json")];
    let (door, _requests) = server(swapped);
    assert!(matches!(library.fetch(&door, "tiny", &model).await, Err(Fault::Files(_))));
    assert!(library.find(&model).is_none());
}
