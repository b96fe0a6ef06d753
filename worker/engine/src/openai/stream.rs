//! From a stream to the events of an answer.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::ask::Ask;
use super::chunk::{Chunk, finish};
use super::fault::{self, lost};
use super::http::{Reply, Server};
use super::sse::{Events, Sent};
use crate::{Error, Event, Finish, Usage};

/// Servers may cut a token's text in two at the end; a server far above what was asked for does not listen.
const SLACK: usize = 16;

/// Asks, and passes on what comes. Leaving this future closes the connection.
pub(super) async fn answer(server: &Server, ask: &Ask, out: &mpsc::Sender<Result<Event, Error>>) -> Result<(), Error> {
    let mut stream = Stream::open(server, ask).await?;
    let mut answer = Answer::new(ask);
    while let Some(value) = stream.next(answer.started).await? {
        for event in answer.take(value)? {
            // The reader is gone: whoever called has noticed too.
            let Ok(()) = out.send(Ok(event)).await else { return Ok(()) };
        }
    }
    let last = answer.end()?;
    let _gone = out.send(Ok(last)).await;
    Ok(())
}

struct Stream<'a> {
    server: &'a Server,
    path: &'static str,
    reply: Reply,
    events: Events,
}

impl<'a> Stream<'a> {
    async fn open(server: &'a Server, ask: &Ask) -> Result<Self, Error> {
        let call = server.call("POST", ask.path, Some(ask.body.clone()));
        let reply = in_time(server.limits.first(), call).await?;
        if !reply.is_stream() {
            // A refusal with the status of a success, or a server that cannot stream.
            let body = in_time(server.limits.idle(), reply.whole()).await?;
            let refused = serde_json::from_slice(&body).is_ok_and(|value| fault::is_fault(&value));
            return Err(if refused {
                server.fault(200, ask.path, &body)
            } else {
                lost("the server does not stream".to_owned())
            });
        }
        Ok(Self { server, path: ask.path, reply, events: Events::new(server.limits.line_bytes) })
    }

    /// The next chunk, or nothing once all was said.
    async fn next(&mut self, started: bool) -> Result<Option<Value>, Error> {
        let limits = self.server.limits;
        // Comments do not count: a server may keep a connection awake for ever.
        let within = if started { limits.idle() } else { limits.first() };
        let data = match in_time(within, self.sent()).await? {
            Sent::Data(data) if data == b"[DONE]" => return Ok(None),
            Sent::Data(data) => data,
            Sent::Fault(data) => return Err(self.server.fault(500, self.path, &data)),
        };
        let value: Value =
            serde_json::from_slice(&data).map_err(|error| lost(format!("a chunk is not JSON: {error}")))?;
        if fault::is_fault(&value) { Err(self.server.fault(200, self.path, &data)) } else { Ok(Some(value)) }
    }

    async fn sent(&mut self) -> Result<Sent, Error> {
        loop {
            if let Some(sent) = self.events.next()? {
                return Ok(sent);
            }
            let bytes = self.reply.chunk().await?.ok_or_else(|| lost("the stream ended in the middle".to_owned()))?;
            self.events.push(&bytes);
        }
    }
}

async fn in_time<T>(within: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(within, work).await.unwrap_or_else(|_late| Err(lost(format!("nothing came for {within:?}"))))
}

/// What is known of an answer so far.
struct Answer {
    started: bool,
    most: usize,
    context: usize,
    usage: Usage,
    /// Whether the server counted the answer's tokens.
    counted: bool,
    tokens: usize,
    pieces: usize,
    finish: Option<Finish>,
}

impl Answer {
    fn new(ask: &Ask) -> Self {
        Self {
            started: false,
            most: ask.most,
            context: ask.context,
            usage: Usage { input: ask.input, ..Usage::default() },
            counted: false,
            tokens: 0,
            pieces: 0,
            finish: None,
        }
    }

    fn take(&mut self, value: Value) -> Result<Vec<Event>, Error> {
        let chunk = Chunk::read(value)?;
        if let Some(used) = chunk.usage {
            self.credible(used.prompt_tokens, used.completion_tokens.unwrap_or_default())?;
            self.usage.input = used.prompt_tokens.max(self.usage.input);
            self.usage.cached = used.cached().min(self.usage.input);
            if let Some(output) = used.completion_tokens {
                self.usage.output = output;
                self.counted = true;
            }
        }
        let mut events = Vec::new();
        if let Some(input) = chunk.input() {
            self.credible(input, 0)?;
            self.usage.input = input;
        }
        if !std::mem::replace(&mut self.started, true) {
            events.push(Event::Started { input: self.usage.input, cached: self.usage.cached });
        }
        let Some(mut choice) = chunk.choice() else { return Ok(events) };
        let (text, tokens, logprobs) = (choice.text(), choice.tokens(), choice.logprobs()?);
        if !text.is_empty() || !tokens.is_empty() {
            if self.finish.is_some() {
                return Err(lost("the server went on after its end".to_owned()));
            }
            self.tokens = self.tokens.saturating_add(tokens.len());
            self.pieces = self.pieces.saturating_add(1);
            if self.tokens.max(self.pieces) > self.most.saturating_add(SLACK) {
                return Err(lost(format!("the server said more than {} tokens", self.most)));
            }
            events.push(Event::Piece { tokens, logprobs, text });
        }
        if let Some(reason) = choice.finish_reason {
            self.finish = Some(finish(&reason)?);
        }
        Ok(events)
    }

    /// A server that counts more than can be is not believed: somebody pays for what it counts.
    fn credible(&self, input: usize, output: usize) -> Result<(), Error> {
        if input > self.context {
            return Err(lost(format!(
                "the server counts {input} tokens of a prompt, where {} are possible",
                self.context
            )));
        }
        if output > self.most.saturating_add(SLACK) {
            return Err(lost(format!(
                "the server counts {output} tokens of an answer, where {} were asked for",
                self.most
            )));
        }
        Ok(())
    }

    fn end(mut self) -> Result<Event, Error> {
        let reason = self.finish.ok_or_else(|| lost("the answer has no end".to_owned()))?;
        if !self.counted {
            self.usage.output = if self.tokens > 0 { self.tokens } else { self.pieces };
        }
        Ok(Event::Finished { reason, usage: self.usage })
    }
}
