//! An engine that plays a script. For tests of faults only: it has no model, and says what it was told to say.
//!
//! Every answer plays the same acts in order; a scoring plays them too and gathers their log-probabilities, as told,
//! sense or nonsense.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::{
    Class, Description, Engine, Error, Event, Finish, Generate, Generation, Prompt, Score, Scores, Scoring, Usage,
};

/// What an engine does when asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// The digest that it claims.
    pub digest: [u8; 32],
    /// How many logits a row has, where a scoring asks for rows; each is its token's log-probability.
    pub row: usize,
    /// How many requests it refuses as busy before it plays.
    pub busy: usize,
    /// What it does then, for each request.
    pub acts: Vec<Act>,
}

/// One thing that an engine does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Act {
    /// Takes so long; before the first token this is a slow prefill.
    Wait {
        /// Milliseconds.
        ms: u64,
    },
    /// Says a token.
    Say {
        /// The token.
        token: u32,
        /// Its log-probability, sense or nonsense.
        logprob: f32,
        /// Its text.
        text: String,
    },
    /// Does nothing more, until it is cancelled.
    Hang,
    /// Fails by losing the server behind it.
    Lose,
    /// Ends its process at once.
    Die,
    /// Takes memory, and writes to it.
    Eat {
        /// How much.
        mib: usize,
    },
    /// Says one line on stderr.
    Cry {
        /// The line.
        line: String,
    },
    /// Ends here although a script has more acts.
    End,
}

/// The engine.
#[derive(Debug)]
pub struct Scripted {
    script: Arc<Script>,
    description: Description,
    asked: AtomicUsize,
    runtime: Handle,
}

impl Script {
    /// Tokens 1, 2, 3 … with these texts.
    #[must_use]
    pub fn saying(texts: &[&str]) -> Self {
        let say = |(token, text): (u32, &&str)| Act::Say { token, logprob: -0.5, text: (*text).to_owned() };
        Self { acts: (1..).zip(texts).map(say).collect(), ..Self::default() }
    }

    /// And then these.
    #[must_use]
    pub fn then(mut self, acts: impl IntoIterator<Item = Act>) -> Self {
        self.acts.extend(acts);
        self
    }
}

impl Scripted {
    /// An engine that plays a script on a runtime.
    #[must_use]
    pub fn new(script: Script, runtime: Handle) -> Self {
        let description = Description {
            model: "scripted".to_owned(),
            digest: script.digest,
            class: Class::Tolerant,
            version: "scripted".to_owned(),
            context: 1 << 20,
            vocabulary: 1 << 16,
        };
        Self { script: Arc::new(script), description, asked: AtomicUsize::new(0), runtime }
    }

    fn enter(&self) -> Result<(), Error> {
        if self.asked.fetch_add(1, Ordering::Relaxed) < self.script.busy { Err(Error::Busy) } else { Ok(()) }
    }
}

impl Engine for Scripted {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn generate(&self, request: Generate) -> Result<Generation, Error> {
        self.enter()?;
        let (sender, generation) = Generation::channel(1);
        let script = Arc::clone(&self.script);
        self.runtime.spawn(async move {
            let ended = tokio::select! {
                biased;
                () = sender.closed() => return,
                ended = answer(&script, &request, &sender) => ended,
            };
            if let Err(error) = ended {
                let _gone = sender.send(Err(error)).await;
            }
        });
        Ok(generation)
    }

    fn score(&self, request: Score) -> Result<Scoring, Error> {
        self.enter()?;
        let (mut sender, scoring) = Scoring::channel();
        let script = Arc::clone(&self.script);
        self.runtime.spawn(async move {
            let scores = tokio::select! {
                biased;
                () = sender.closed() => return,
                scores = scores(&script, &request) => scores,
            };
            let _gone = sender.send(scores);
        });
        Ok(scoring)
    }
}

async fn answer(script: &Script, request: &Generate, out: &mpsc::Sender<Result<Event, Error>>) -> Result<(), Error> {
    let input = match &request.prompt {
        Prompt::Tokens(tokens) => tokens.len(),
        Prompt::Text(text) => text.split_whitespace().count(),
        Prompt::Chat(messages) => messages.len(),
    };
    let mut usage = Usage { input, cached: 0, output: 0 };
    let mut started = false;
    for act in &script.acts {
        let event = match act {
            Act::Say { token, logprob, text } => {
                if usage.output == request.stop.max_tokens {
                    break;
                }
                usage.output = usage.output.saturating_add(1);
                Event::Piece { tokens: vec![*token], logprobs: vec![*logprob], text: text.clone() }
            }
            Act::End => break,
            other => {
                play(other).await?;
                continue;
            }
        };
        start(&mut started, input, out).await;
        let _gone = out.send(Ok(event)).await;
    }
    start(&mut started, input, out).await;
    let reason = if usage.output == request.stop.max_tokens { Finish::Length } else { Finish::Stop };
    let _gone = out.send(Ok(Event::Finished { reason, usage })).await;
    Ok(())
}

async fn start(started: &mut bool, input: usize, out: &mpsc::Sender<Result<Event, Error>>) {
    if !std::mem::replace(started, true) {
        let _gone = out.send(Ok(Event::Started { input, cached: 0 })).await;
    }
}

async fn scores(script: &Script, request: &Score) -> Result<Scores, Error> {
    let mut logprobs = Vec::new();
    for act in &script.acts {
        match act {
            Act::Say { logprob, .. } => logprobs.push(*logprob),
            Act::End => break,
            other => play(other).await?,
        }
    }
    let rows = logprobs.iter().filter(|_| request.logits);
    let logits = rows.map(|logprob| vec![*logprob; script.row]).collect();
    Ok(Scores { logprobs, logits })
}

async fn play(act: &Act) -> Result<(), Error> {
    match act {
        Act::Wait { ms } => sleep(Duration::from_millis(*ms)).await,
        Act::Hang => std::future::pending().await,
        Act::Lose => return Err(Error::Lost("the script says so".to_owned())),
        Act::Die => std::process::abort(),
        Act::Eat { mib } => {
            let eaten = vec![1_u8; mib.saturating_mul(1 << 20)];
            std::hint::black_box(&eaten);
        }
        Act::Cry { line } => eprintln!("{line}"),
        Act::Say { .. } | Act::End => {}
    }
    Ok(())
}
