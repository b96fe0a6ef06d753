//! An answer as one JSON text.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};

use crate::answer::listen::{Heard, Listener};
use crate::answer::words::Words;
use crate::fault::Fault;
use crate::house::Event;

/// Waits for the answer's end.
pub(super) async fn response(mut listener: Listener, words: Words) -> Result<Response, Fault> {
    let mut text = String::new();
    loop {
        match listener.next().await {
            Heard::Event(Event::Piece { text: piece }) => {
                text.push_str(&piece);
                if text.len() > listener.most() {
                    listener.end(too_long(listener.most()));
                    return Err(too_long(listener.most()));
                }
            }
            Heard::Event(Event::End { finish, usage, extra, header }) => {
                let mut response = Json(words.whole(&text, finish, usage, extra)).into_response();
                if let Some((name, value)) = header.and_then(|(name, value)| field(name, &value)) {
                    response.headers_mut().insert(name, value);
                }
                return Ok(response);
            }
            Heard::Nothing => {}
            Heard::Fault(fault) => return Err(fault),
        }
    }
}

fn field(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
}

fn too_long(most: usize) -> Fault {
    let message = format!("the answer is longer than {most} bytes: ask for it as a stream");
    Fault::new(StatusCode::BAD_GATEWAY, "answer_too_long", message)
}
