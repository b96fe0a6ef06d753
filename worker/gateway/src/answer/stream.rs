//! An answer as server-sent events.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use serde_json::Value;

use crate::answer::listen::{Heard, Listener};
use crate::answer::words::Words;
use crate::house::Event;

/// Tells proxies to pass every event on at once.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A stream under way.
struct Talk {
    listener: Listener,
    words: Words,
    begun: bool,
}

/// The response that is written as the answer is made.
pub(super) fn response(listener: Listener, words: Words) -> Response {
    let talk = Talk { listener, words, begun: false };
    let said = stream::unfold(talk, |mut talk| async move {
        let bytes = talk.next().await?;
        Some((Ok::<_, Infallible>(bytes), talk))
    });
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (BUFFERING, HeaderValue::from_static("no")),
    ];
    (headers, Body::from_stream(said)).into_response()
}

impl Talk {
    /// What is written next; nothing after the end.
    async fn next(&mut self) -> Option<Bytes> {
        if !self.begun {
            self.begun = true;
            return Some(self.words.opening().map_or(Bytes::from_static(b": accepted\n\n"), |chunk| event(&chunk)));
        }
        if self.listener.over() {
            return None;
        }
        match self.listener.next().await {
            Heard::Event(Event::Piece { text }) => Some(event(&self.words.piece(&text))),
            Heard::Event(Event::End { finish, usage, extra, .. }) => {
                let mut last = event(&self.words.end(finish, extra)).to_vec();
                if let Some(usage) = self.words.usage(usage) {
                    last.extend_from_slice(&event(&usage));
                }
                last.extend_from_slice(b"data: [DONE]\n\n");
                Some(last.into())
            }
            Heard::Nothing => {
                self.listener.beat();
                Some(Bytes::from_static(b": still at work\n\n"))
            }
            // Without `[DONE]`, which both SDKs take for a whole answer.
            Heard::Fault(fault) => Some(event(&fault.object())),
        }
    }
}

fn event(value: &Value) -> Bytes {
    Bytes::from(format!("data: {value}\n\n"))
}
