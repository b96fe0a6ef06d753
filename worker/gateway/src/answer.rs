//! How an answer is written: piece by piece, or whole.
//!
//! - [`words`] – the JSON of chunks and of whole answers
//! - [`listen`] – what comes from the house, within its times
//! - [`stream`] – server-sent events
//! - [`whole`] – one JSON text

mod listen;
mod stream;
mod whole;
mod words;

use axum::response::Response;

use crate::door::{Door, Held};
use crate::fault::Fault;
use crate::house::Answer;

/// Writes an answer; what the request holds is held until its end.
pub(crate) async fn write<H>(door: &Door<H>, answer: Answer, held: Held) -> Result<Response, Fault> {
    let words = words::Words::new(&door.names, answer.shape);
    let listener = listen::Listener::new(door, answer.events, held);
    if words.stream() { Ok(stream::response(listener, words)) } else { whole::response(listener, words).await }
}
