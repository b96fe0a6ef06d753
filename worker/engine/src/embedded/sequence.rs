//! What is being read or said for one request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hearth_exact::{Choice, Path, pick, row};
use hearth_speech::{Speech, Tokens};
use tokio::sync::{mpsc, oneshot};

use crate::answer::Scores;
use crate::{Error, Event, Finish, Usage};

/// A request at work.
#[derive(Debug)]
pub(super) struct Sequence {
    /// What was read, and what is to be read next.
    pub(super) tokens: Vec<u32>,
    /// How many of them are in the cache.
    pub(super) read: usize,
    pub(super) task: Task,
    pub(super) is_done: bool,
    #[expect(dead_code, reason = "it counts while it lives")]
    pub(super) ticket: Ticket,
}

#[derive(Debug)]
pub(super) enum Task {
    Answer(Answer),
    Scores(Scored),
}

/// An answer being made.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) sender: mpsc::Sender<Result<Event, Error>>,
    pub(super) choice: Choice,
    /// Tokens that end it.
    pub(super) ends: Vec<u32>,
    pub(super) speech: Speech,
    pub(super) usage: Usage,
    /// The most tokens it may have.
    pub(super) limit: usize,
}

/// A scoring being made.
#[derive(Debug)]
pub(super) struct Scored {
    pub(super) sender: Option<oneshot::Sender<Result<Scores, Error>>>,
    /// Tokens of the prompt.
    pub(super) prompt: usize,
    pub(super) logits: bool,
    pub(super) scores: Scores,
}

/// One of the requests at work, until it is dropped.
#[derive(Debug)]
pub(super) struct Ticket(Arc<AtomicUsize>);

/// What a sequence uses to take logits.
#[derive(Debug)]
pub(super) struct Means {
    pub(super) tokens: Arc<Tokens>,
    pub(super) path: Path,
    /// Scratch, a number a token.
    pub(super) order: Vec<u32>,
}

/// A piece and two events that end an answer always have room.
const ROOM: usize = 3;

impl Ticket {
    /// A ticket, if fewer than `most` are out.
    pub(super) fn draw(out: &Arc<AtomicUsize>, most: usize) -> Result<Self, Error> {
        let more = |count: usize| (count < most).then(|| count.saturating_add(1));
        out.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).map_err(|_| Error::Busy)?;
        Ok(Self(Arc::clone(out)))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Sequence {
    /// Whether nobody waits for it any more.
    pub(super) fn is_cancelled(&self) -> bool {
        match &self.task {
            Task::Answer(answer) => answer.sender.is_closed(),
            Task::Scores(scored) => scored.sender.as_ref().is_none_or(oneshot::Sender::is_closed),
        }
    }

    /// Positions that it may come to need.
    pub(super) fn positions(&self) -> usize {
        match &self.task {
            Task::Answer(answer) => self.tokens.len().saturating_add(answer.limit),
            Task::Scores(_) => self.tokens.len(),
        }
    }

    /// How many tokens can be read now: none while its answer is not listened to.
    pub(super) fn due(&self) -> usize {
        match &self.task {
            Task::Answer(answer) if answer.sender.capacity() < ROOM => 0,
            Task::Answer(_) => self.tokens.len().saturating_sub(self.read),
            Task::Scores(_) => self.tokens.len().saturating_sub(self.read).saturating_sub(1),
        }
    }

    /// Whether the logits at a position say something that was asked.
    pub(super) fn wants(&self, position: usize) -> bool {
        let next = position.saturating_add(1);
        match &self.task {
            Task::Answer(_) => next == self.tokens.len(),
            Task::Scores(scored) => next >= scored.prompt,
        }
    }

    /// Takes the logits at a position. True when the request is answered.
    pub(super) fn take(&mut self, position: usize, logits: &[f32], means: &mut Means) -> bool {
        match &mut self.task {
            Task::Answer(answer) => match answer.take(logits, means) {
                Ok(Some(token)) => {
                    self.tokens.push(token);
                    false
                }
                Ok(None) => true,
                Err(error) => {
                    // A listener that is gone has cancelled; there is nobody to tell.
                    let _ = answer.sender.try_send(Err(error));
                    true
                }
            },
            Task::Scores(scored) => {
                let next = position.saturating_add(1);
                let token = self.tokens.get(next).copied();
                let last = next.saturating_add(1) == self.tokens.len();
                let taken = scored.take(token, logits, means.path);
                if !last && taken.is_ok() {
                    return false;
                }
                let scores = taken.map(|()| std::mem::take(&mut scored.scores));
                if let Some(sender) = scored.sender.take() {
                    let _ = sender.send(scores);
                }
                true
            }
        }
    }
}

/// Logits that are no numbers.
fn overflow() -> Error {
    Error::Lost("the model's numbers overflowed: its weights are damaged or need more range than f32 has".into())
}

fn logprob(logits: &[f32], token: u32, path: Path) -> Result<f32, Error> {
    let (most, log) = row::weigh(path, logits);
    let logit = usize::try_from(token).ok().and_then(|id| logits.get(id)).copied().unwrap_or(f32::NAN);
    let logprob = (logit - most) - log;
    if logprob.is_nan() { Err(overflow()) } else { Ok(logprob) }
}

impl Answer {
    /// The next token, unless the answer has ended.
    fn take(&mut self, logits: &[f32], means: &mut Means) -> Result<Option<u32>, Error> {
        if self.usage.output == 0 {
            self.send(Event::Started { input: self.usage.input, cached: self.usage.cached });
            if self.limit == 0 {
                self.end(Finish::Length);
                return Ok(None);
            }
        }
        let step = u64::try_from(self.usage.output).unwrap_or(u64::MAX);
        let token = pick(logits, &self.choice, step, &mut means.order).ok_or_else(overflow)?;
        let logprob = logprob(logits, token, means.path)?;
        self.usage.output = self.usage.output.saturating_add(1);
        let ended = self.ends.contains(&token);
        let (text, stopped) = if ended { Default::default() } else { self.speech.say(&means.tokens, token)? };
        self.send(Event::Piece { tokens: vec![token], logprobs: vec![logprob], text });
        if stopped {
            self.end(Finish::Stop);
        } else if ended {
            self.say_rest(&means.tokens)?;
            self.end(Finish::Stop);
        } else if self.usage.output >= self.limit {
            let stopped = self.say_rest(&means.tokens)?;
            self.end(if stopped { Finish::Stop } else { Finish::Length });
        } else {
            return Ok(Some(token));
        }
        Ok(None)
    }

    /// Says what was held back; true if a stop text was in it.
    fn say_rest(&mut self, tokens: &Tokens) -> Result<bool, Error> {
        let (text, stopped) = self.speech.finish(tokens)?;
        if !text.is_empty() {
            self.send(Event::Piece { tokens: Vec::new(), logprobs: Vec::new(), text });
        }
        Ok(stopped)
    }

    fn end(&mut self, reason: Finish) {
        self.send(Event::Finished { reason, usage: self.usage });
    }

    /// There is room, or nobody listens any more.
    fn send(&self, event: Event) {
        let _ = self.sender.try_send(Ok(event));
    }
}

impl Scored {
    fn take(&mut self, token: Option<u32>, logits: &[f32], path: Path) -> Result<(), Error> {
        let token = token.ok_or_else(|| Error::Lost("a position without a token was scored".into()))?;
        self.scores.logprobs.push(logprob(logits, token, path)?);
        if self.logits {
            self.scores.logits.push(logits.to_vec());
        }
        Ok(())
    }
}
