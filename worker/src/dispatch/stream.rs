//! An answer on its way, and what is written down at its end: whole or not, what was said is counted once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_engine::{Error as EngineError, Event as Made, Finish as Reason, Generation, Usage};
use hearth_gateway::ask::Shape;
use hearth_gateway::house::{self, Answer, Event, Refusal};
use hearth_schema::door::{self, Served};
use hearth_schema::leaf::{Counts, Engine, Finish};
use hearth_schema::unit::Usd;
use hearth_wallet::random;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::Desk;
use super::answer::Question;
use crate::flights::Active;
use crate::journal::JournalError;
use crate::journal::jobs::{self, Given};
use crate::meter::Position;
use crate::sight::wall;
use crate::{fault, refuse};

type Events = mpsc::Sender<Result<Event, Refusal>>;

/// An answer on its way.
pub(super) struct Stream {
    /// Whose answer it is.
    pub(super) desk: Desk,
    /// To which question.
    pub(super) question: Question,
    /// What the leaf's engine digest is over.
    pub(super) engine: Engine,
    /// What it costs.
    pub(super) price: Position,
    /// What it may cost at most: so much is reserved for it.
    pub(super) most: Usd,
    /// When it has to have ended.
    pub(super) until: Instant,
    /// Counts it as under way.
    pub(super) active: Active,
}

/// What was made so far.
#[derive(Default)]
struct Taken {
    text: String,
    tokens: Vec<u32>,
    usage: Usage,
}

/// How an answer ended.
enum End {
    Whole(Reason),
    Left,
    Late(&'static str),
    Failed(EngineError),
}

impl Stream {
    /// Passes on what the engine says, and writes down what came of it.
    pub(super) async fn run(self, generation: Generation, events: Events) {
        let mut taken = Taken::default();
        let end = self.follow(generation, &events, &mut taken).await;
        let (deal, request) = (self.question.known.agreement.id, self.question.request);
        // Nobody decides about the deal between what is written down and what is no longer reserved.
        let mut flight = self.desk.parts.flights.of(deal).await;
        let written = self.write(&end, taken).await;
        flight.end(&request);
        drop(flight);
        self.desk.parts.bell.notify_one();
        self.say(&events, &end, written).await;
        drop(self.active);
    }

    async fn follow(&self, mut generation: Generation, events: &Events, taken: &mut Taken) -> End {
        let mut stop = self.desk.parts.stop.clone();
        loop {
            let made = tokio::select! {
                biased;
                () = events.closed() => return End::Left,
                () = sleep_until(self.until) => return End::Late("the deal ends before the answer could be committed"),
                () = stop.cut() => return End::Late("the worker is stopping"),
                made = generation.next() => made,
            };
            match made {
                Some(Ok(Made::Started { input, cached })) => {
                    (taken.usage.input, taken.usage.cached) = (input, cached);
                }
                Some(Ok(Made::Piece { tokens, text, .. })) => {
                    taken.tokens.extend(tokens);
                    taken.text.push_str(&text);
                    if text.is_empty() {
                        continue;
                    }
                    match timeout_at(self.until, events.send(Ok(Event::Piece { text }))).await {
                        Ok(Ok(())) => (),
                        Ok(Err(_)) => return End::Left,
                        Err(_) => return End::Late("the deal ends before the answer could be committed"),
                    }
                }
                Some(Ok(Made::Finished { reason, usage })) => {
                    taken.usage = usage;
                    return End::Whole(reason);
                }
                Some(Err(error)) => return End::Failed(error),
                None => return End::Failed(EngineError::Lost("its answer has no end".into())),
            }
        }
    }

    /// Gives the answer its leaf and receipt; nothing where nothing was made, or where it would be a Job's broken half.
    async fn write(&self, end: &End, taken: Taken) -> Result<Option<Given>, JournalError> {
        let parts = &self.desk.parts;
        let agreement = &self.question.known.agreement;
        let said = u64::try_from(taken.tokens.len()).unwrap_or(u64::MAX);
        let (finish, output) = match end {
            End::Whole(Reason::Stop | Reason::Filtered) => (Finish::STOP, count(taken.usage.output).max(said)),
            End::Whole(Reason::Length) => (Finish::LENGTH, count(taken.usage.output).max(said)),
            End::Left => (Finish::CANCELLED, said),
            End::Late(_) | End::Failed(_) => (Finish::FAILED, said),
        };
        // A Job has one leaf: what its worker failed to end is made anew for the same ticket, and costs nothing. So does
        // what its client, who waits for the whole of it, never got.
        let is_lost = match end {
            End::Failed(_) => agreement.is_job() || !self.question.ask.shape.stream,
            End::Late(_) => !self.question.ask.shape.stream,
            End::Whole(_) | End::Left => false,
        };
        if output == 0 || is_lost {
            return Ok(None);
        }
        let cached = count(taken.usage.cached);
        let counts = Counts { input: count(taken.usage.input).saturating_sub(cached), cached, output };
        let fee = self.price.fee(counts)?;
        if fee > self.most {
            // An engine that says more than it was asked for is not paid by others' money.
            tracing::error!(deal = %agreement.id, %fee, most = %self.most, "the answer is longer than was asked for: it is not counted");
            return Ok(None);
        }
        let made = jobs::Made {
            deal: agreement.id,
            request: self.question.request,
            text: taken.text,
            tokens: taken.tokens,
            counts,
            finish,
            fee,
            engine: self.engine.clone(),
            salt: random::bytes().map_err(|error| JournalError::Key(error.to_string()))?,
            request_salt: self.question.request_salt,
            at: wall(),
        };
        fault::here("result");
        let (view, worker) = (parts.view.clone(), parts.keys.worker.clone());
        let sign = move |digest: &_| worker.sign(digest).map_err(|error| JournalError::Key(error.to_string()));
        let given = parts.journal.turn(move |page| page.give(&view.scope(made.deal), made, sign)).await?;
        fault::here("leaf");
        Ok(Some(given))
    }

    async fn say(&self, events: &Events, end: &End, written: Result<Option<Given>, JournalError>) {
        let (deal, job, tally) = (self.question.known.agreement.id, self.question.request, &self.desk.parts.tally);
        let given = match written {
            Ok(given) => given,
            Err(error) => {
                let _ = events.send(Err(refuse::journal(&error))).await;
                return;
            }
        };
        match (end, given) {
            (End::Whole(reason), Some(given)) => {
                let counts = given.served.leaf.counts;
                tracing::info!(%deal, %job, output = counts.output, fee = %given.served.leaf.fee, "served");
                tally.serve(counts.input.saturating_add(counts.cached), counts.output);
                let _ = events.send(Ok(last(finish(*reason), given.served))).await;
            }
            (End::Whole(_), None) => {
                let _ = events.send(Err(refuse::away("the engine said nothing: ask again"))).await;
            }
            (End::Left, given) => {
                let output = given.map_or(0, |given| given.served.leaf.counts.output);
                tracing::info!(%deal, %job, output, "the client went away");
                tally.cancel();
            }
            (End::Late(why), _) => {
                tracing::warn!(%deal, %job, why, "stopped");
                tally.fail();
                let _ = events.send(Err(refuse::away(*why))).await;
            }
            (End::Failed(error), _) => {
                tracing::warn!(%deal, %job, %error, "the engine failed");
                tally.fail();
                let _ = events.send(Err(refuse::engine(error))).await;
            }
        }
    }
}

/// The answer that a request got before.
pub(super) fn again(shape: Shape, given: Given) -> Answer {
    let (events, heard) = mpsc::channel(2);
    let finish = match given.served.leaf.finish {
        Finish::STOP => house::Finish::Stop,
        _ => house::Finish::Length,
    };
    // Both fit: the channel is as long as they are many.
    if !given.text.is_empty() {
        let _ = events.try_send(Ok(Event::Piece { text: given.text }));
    }
    let _ = events.try_send(Ok(last(finish, given.served)));
    Answer { shape, events: heard }
}

/// The end of an answer, with all that its receipt follows from.
fn last(finish: house::Finish, served: Served) -> Event {
    let counts = served.leaf.counts;
    let input = counts.input.saturating_add(counts.cached);
    let usage = house::Usage { input, cached: counts.cached, output: counts.output };
    let extra = serde_json::to_value(&served).ok().map(|served| (door::FIELD, served));
    let short = Served { tokens: Vec::new(), ..served };
    let header = serde_json::to_vec(&short).ok().map(|json| (door::RECEIPT, URL_SAFE_NO_PAD.encode(json)));
    Event::End { finish, usage, extra, header }
}

const fn finish(reason: Reason) -> house::Finish {
    match reason {
        Reason::Stop => house::Finish::Stop,
        Reason::Length => house::Finish::Length,
        Reason::Filtered => house::Finish::Filtered,
    }
}

fn count(tokens: usize) -> u64 {
    u64::try_from(tokens).unwrap_or(u64::MAX)
}
