//! Our own engine: Llama-shape models on the processor, in fixed order, so that every machine gets the same bits.
//!
//! - [`config`] – what shape a model has
//! - [`files`] – its weights, mapped into memory in the format they have
//! - [`model`] – its tensors by name
//! - [`cache`] – keys and values, in pages
//! - [`threads`], [`forward`] – rows of tokens through the layers
//! - [`sequence`], [`schedule`] – several requests at a time
//!
//! Text becomes tokens, and tokens text, by `hearth-speech`, which also names a model; a client computes the same with it.
//! The arithmetic is `hearth-exact`'s; nothing here adds, multiplies or compares a model's numbers by itself. Bits never
//! depend on the path, the threads, the batch, the chunk or the cache.

mod cache;
mod config;
mod files;
mod forward;
#[cfg(test)]
mod fuzz;
mod model;
mod schedule;
mod sequence;
mod threads;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Sender, channel};

use hearth_exact::Choice;
use hearth_speech::{Chat, Files, Speech, Tokens, file};

use self::cache::Cache;
use self::config::Config;
use self::forward::Pass;
use self::model::Model;
use self::schedule::Schedule;
use self::sequence::{Answer, Means, Scored, Sequence, Task, Ticket};
use self::threads::Threads;
use crate::answer::Scores;
use crate::{Class, Description, Engine, Error, Generate, Generation, Prompt, Sampling, Score, Scoring, Stop, Usage};

/// How a model is run. None of it changes a bit of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The model's name, as clients ask for it.
    pub name: String,
    /// Threads that compute.
    pub threads: usize,
    /// Tokens read in one pass; more make long prompts faster and other answers wait longer.
    pub chunk: usize,
    /// Bytes for keys and values.
    pub cache: u64,
    /// Bytes for everything: weights, cache and buffers. It is checked before anything is loaded.
    pub memory: u64,
    /// Requests at work at a time.
    pub slots: usize,
    /// Requests that may wait for a slot.
    pub queue: usize,
    /// The most tokens of a prompt and its answer, if fewer than the model can.
    pub context: Option<usize>,
    /// The way through the kernels.
    pub path: hearth_exact::Path,
}

impl Options {
    /// What suits a machine: all its threads, and a cache of 1 GiB.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            chunk: 72,
            cache: 1 << 30,
            memory: u64::MAX,
            slots: 16,
            queue: 64,
            context: None,
            path: hearth_exact::Path::best(),
        }
    }
}

/// A loaded model. Dropping it ends the work for everyone.
#[derive(Debug)]
pub struct Embedded {
    description: Description,
    tokens: Arc<Tokens>,
    chat: Option<Chat>,
    ends: Vec<u32>,
    work: Sender<Sequence>,
    out: Arc<AtomicUsize>,
    most: usize,
    /// Positions and bytes of the cache.
    room: (usize, u64),
}

/// Events that an answer may be ahead of its listener.
const AHEAD: usize = 64;
/// The most bytes of logits that one scoring may return.
const LOGITS: usize = 256 << 20;

impl Embedded {
    /// Loads the model in a folder: `config.json`, `tokenizer.json`, and `model.safetensors` or its index.
    pub fn load(folder: &Path, options: &Options) -> Result<Self, Error> {
        let mut config = Config::load(folder)?;
        config.context = options.context.map_or(config.context, |context| context.clamp(1, config.context));
        let names = file::weights(folder)?;
        let (threads, rows) = (options.threads.max(1), options.chunk.clamp(1, config.context));
        within(folder, &names, options)?;
        let model = Model::load(folder, &names, config)?;
        let config = &model.config;
        let tokens = Arc::new(Tokens::load(folder)?);
        tokens.fit(config.vocabulary)?;
        let chat = Chat::load(folder)?;
        let buffers = Pass::bytes(&model, threads, rows, config.context);
        let wanted = u64::try_from(buffers).unwrap_or(u64::MAX).saturating_add(options.cache);
        if wanted > options.memory {
            return Err(memory(
                "the cache and the buffers",
                wanted,
                options.memory,
                "lower the cache, context or chunk",
            ));
        }
        obtainable("the cache and the buffers", wanted)?;
        let slots = options.slots.max(1);
        let cache = Cache::new(&config.shape, config.layers, options.cache, slots)?;
        let description = Description {
            model: options.name.clone(),
            digest: Files::of_folder(folder)?.digest(),
            class: Class::Exact,
            version: hearth_exact::VERSION.into(),
            context: config.context,
            vocabulary: config.vocabulary,
        };
        let ends = config.ends.clone();
        let room = (cache.capacity(), options.cache);
        let order = vec![0; config.vocabulary];
        let cut = Threads { count: threads, path: options.path };
        let pass = Pass::new(&model, cut, rows, config.context);
        let (work, arriving) = channel();
        let schedule = Schedule {
            model: Arc::new(model),
            cache,
            pass,
            means: Means { tokens: Arc::clone(&tokens), path: options.path, order },
            arriving,
            waiting: VecDeque::new(),
            slots: (0..slots).map(|_| None).collect(),
            rows: Vec::with_capacity(rows),
            first: 0,
        };
        start(schedule, threads)?;
        let most = slots.saturating_add(options.queue);
        Ok(Self { description, tokens, chat, ends, work, out: Arc::default(), most, room })
    }

    /// The tokens of a prompt, and how many more the context takes.
    fn read(&self, prompt: &Prompt) -> Result<(Vec<u32>, usize), Error> {
        let context = self.description.context;
        let tokens = match prompt {
            Prompt::Tokens(tokens) => tokens.clone(),
            Prompt::Text(text) => self.tokens.encode(text, true, context)?,
            Prompt::Chat(messages) => {
                let none = || Error::Request("this model has no chat template: send plain text".into());
                self.tokens.encode(&self.chat.as_ref().ok_or_else(none)?.write(messages)?, false, context)?
            }
        };
        if tokens.is_empty() {
            return Err(Error::Request("the prompt is empty".into()));
        }
        self.known(&tokens)?;
        let input = tokens.len();
        match context.checked_sub(input) {
            None | Some(0) => Err(Error::Context { input, context }),
            Some(left) => Ok((tokens, left)),
        }
    }

    /// Refuses tokens that the model has not.
    fn known(&self, tokens: &[u32]) -> Result<(), Error> {
        let unknown = |token: &&u32| usize::try_from(**token).is_ok_and(|id| id >= self.description.vocabulary);
        match tokens.iter().find(unknown) {
            Some(token) => Err(Error::Request(format!("the model has no token {token}"))),
            None => Ok(()),
        }
    }

    /// Puts a request to work.
    fn submit(&self, tokens: Vec<u32>, task: Task) -> Result<(), Error> {
        let ticket = Ticket::draw(&self.out, self.most)?;
        let sequence = Sequence { tokens, read: 0, task, is_done: false, ticket };
        let (positions, bytes) = self.room;
        if sequence.positions() > positions {
            let what = format!("keys and values of {} tokens", sequence.positions());
            let each = bytes.checked_div(u64::try_from(positions).unwrap_or(u64::MAX)).unwrap_or_default();
            let needed = each.saturating_mul(u64::try_from(sequence.positions()).unwrap_or(u64::MAX));
            return Err(memory(&what, needed, bytes, "allow the cache more, or ask for less"));
        }
        self.work.send(sequence).map_err(|_| Error::Lost("its thread has ended".into()))
    }
}

impl Engine for Embedded {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn generate(&self, request: Generate) -> Result<Generation, Error> {
        let Generate { prompt, sampling, stop } = request;
        check(&sampling)?;
        let (mut tokens, left) = self.read(&prompt)?;
        let Stop { max_tokens, texts, tokens: mut ends, ignore_end } = stop;
        if !ignore_end {
            ends.extend(&self.ends);
        }
        let limit = max_tokens.min(left);
        tokens.reserve_exact(limit);
        let Sampling { temperature, top_p, top_k, seed } = sampling;
        let (sender, generation) = Generation::channel(AHEAD);
        let answer = Answer {
            sender,
            choice: Choice { temperature, top_p, top_k, seed },
            ends,
            speech: Speech::new(&texts),
            usage: Usage { input: tokens.len(), cached: 0, output: 0 },
            limit,
        };
        self.submit(tokens, Task::Answer(answer))?;
        Ok(generation)
    }

    fn score(&self, request: Score) -> Result<Scoring, Error> {
        let Score { prompt, tokens: said, logits } = request;
        let (mut tokens, left) = self.read(&prompt)?;
        self.known(&said)?;
        if said.is_empty() {
            return Err(Error::Request("there are no tokens to score".into()));
        }
        if said.len() > left {
            let input = tokens.len().saturating_add(said.len());
            return Err(Error::Context { input, context: self.description.context });
        }
        let rows = [said.len(), self.description.vocabulary, size_of::<f32>()];
        let bytes = rows.into_iter().fold(usize::from(logits), usize::saturating_mul);
        if bytes > LOGITS {
            let (needed, allowed) =
                (u64::try_from(bytes).unwrap_or(u64::MAX), u64::try_from(LOGITS).unwrap_or(u64::MAX));
            return Err(memory("rows of logits", needed, allowed, "score fewer tokens at a time, or without logits"));
        }
        let (sender, scoring) = Scoring::channel();
        let prompt = tokens.len();
        let room = |wanted: bool| if wanted { said.len() } else { 0 };
        let scores = Scores { logprobs: Vec::with_capacity(said.len()), logits: Vec::with_capacity(room(logits)) };
        tokens.extend(said);
        let scored = Scored { sender: Some(sender), prompt, logits, scores };
        self.submit(tokens, Task::Scores(scored))?;
        Ok(scoring)
    }
}

fn check(sampling: &Sampling) -> Result<(), Error> {
    let Sampling { temperature, top_p, .. } = *sampling;
    if !(temperature.is_finite() && temperature >= 0.0) {
        return Err(Error::Request(format!("temperature is {temperature}: it must be 0 or more")));
    }
    if !(top_p > 0.0 && top_p <= 1.0) {
        return Err(Error::Request(format!("top_p is {top_p}: it must be above 0 and at most 1")));
    }
    Ok(())
}

/// Refuses a model whose weights and cache are larger than what is allowed, before anything is read.
fn within(folder: &Path, names: &[String], options: &Options) -> Result<(), Error> {
    let mut needed = options.cache;
    for name in names {
        let file = folder.join(name);
        let problem =
            |error: std::io::Error| Error::Load { file: file.display().to_string(), problem: error.to_string() };
        needed = needed.saturating_add(std::fs::metadata(&file).map_err(problem)?.len());
    }
    if needed > options.memory {
        return Err(memory("the weights and the cache", needed, options.memory, "allow more, or take a smaller model"));
    }
    Ok(())
}

/// Refuses what the system would not lend, since an allocation that fails ends the process. Nothing is written yet: what
/// is lent page by page later may still fail, for which there is a process of its own.
fn obtainable(what: &str, needed: u64) -> Result<(), Error> {
    let lends =
        |bytes: &u64| usize::try_from(*bytes).is_ok_and(|bytes| Vec::<u8>::new().try_reserve_exact(bytes).is_ok());
    if lends(&needed) {
        return Ok(());
    }
    let allowed = (1..u64::BITS).map(|halves| needed >> halves).find(lends).unwrap_or_default();
    Err(memory(what, needed, allowed, "lower the cache, context or chunk, or take a smaller model"))
}

fn memory(what: &str, needed: u64, allowed: u64, remedy: &str) -> Error {
    Error::Memory { what: what.into(), needed, allowed, remedy: remedy.into() }
}

/// Runs the schedule on a thread of the pool that it cuts its work over.
fn start(schedule: Schedule, threads: usize) -> Result<(), Error> {
    let failed = |error: &dyn std::error::Error| Error::Lost(format!("no threads: {error}"));
    if threads == 1 {
        let builder = std::thread::Builder::new().name("hearth-engine".into());
        return builder.spawn(|| schedule.run()).map(drop).map_err(|error| failed(&error));
    }
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads).panic_handler(|_| {});
    let pool = builder.thread_name(|index| format!("hearth-engine-{index}")).build();
    pool.map(|pool| pool.spawn(|| schedule.run())).map_err(|error| failed(&error))
}
