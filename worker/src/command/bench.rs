//! `hearthd bench`: how fast the engine is, and what a token has to cost.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_engine::{Engine, Event, Generate, Prompt, Sampling, Stop};
use hearth_schema::price::Tick;
use hearth_schema::unit::{Price, Usd};
use hearth_wallet::amount;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::CommandError;
use crate::config::Config;
use crate::engine;

/// How long the engine may say nothing.
const SILENCE: Duration = Duration::from_secs(120);
/// Of an hour, so much is expected to be sold, in hundredths: a machine that is never idle is not offered enough.
const SOLD: u128 = 50;

/// What is measured.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Tokens of each answer
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=4096))]
    pub tokens: u64,
    /// Answers at once, for the second figure
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=256))]
    pub parallel: u64,
    /// What an hour of this machine costs, as in 1.5usd
    #[arg(long, default_value = "1usd")]
    pub hourly: String,
}

/// How fast an engine is.
#[derive(Clone, Debug, PartialEq)]
pub struct Speed {
    /// Which engine, and which model.
    pub engine: String,
    /// From the request to the first token, in milliseconds.
    pub first_ms: u64,
    /// Tokens a second of one answer alone, in thousandths.
    pub alone_milli: u64,
    /// How many answers were made at once.
    pub parallel: u64,
    /// Tokens a second of all of them together, in thousandths.
    pub together_milli: u64,
    /// What a million tokens have to cost, on the grid; nothing where the engine is too slow for any price.
    pub price: Option<Price>,
    /// What an hour was said to cost.
    pub hourly: Usd,
}

/// Measures the configured engine.
pub async fn run(path: &Path, args: &Args) -> Result<Speed, CommandError> {
    let hourly = amount::dollars(&args.hourly)?;
    let config = Config::read(path)?;
    let (model, _) = engine::start(&config.engine).await?;
    let (engine, what) = (Arc::clone(&model.engine), model.describe());
    let room = u64::try_from(what.context >> 1).unwrap_or(u64::MAX);
    let tokens = args.tokens.min(room.max(1));
    // What is read from disk for the first time is not the engine's speed.
    answer(&engine, 1).await?;
    let alone = answer(&engine, tokens).await?;
    let begin = Instant::now();
    let mut answers = JoinSet::new();
    for _ in 0..args.parallel {
        let engine = Arc::clone(&engine);
        answers.spawn(async move { answer(&engine, tokens).await });
    }
    let mut said = 0_u64;
    while let Some(ended) = answers.join_next().await {
        let ended = ended.map_err(|_| CommandError::Slow(SILENCE.as_secs()))??;
        said = said.saturating_add(ended.said);
    }
    let together_milli = a_second(said, begin.elapsed());
    Ok(Speed {
        engine: format!("{} with {}", what.version, what.model),
        first_ms: millis(alone.first),
        alone_milli: a_second(alone.said, alone.whole),
        parallel: args.parallel,
        together_milli,
        price: price(hourly, together_milli),
        hourly,
    })
}

struct Answered {
    said: u64,
    first: Duration,
    whole: Duration,
}

async fn answer(engine: &Arc<dyn Engine>, tokens: u64) -> Result<Answered, CommandError> {
    let most = usize::try_from(tokens).unwrap_or(usize::MAX);
    let stop = Stop { ignore_end: true, ..Stop::after(most) };
    let prompt = Prompt::Text("Tell me a story about a fire that never went out.".to_owned());
    let begin = Instant::now();
    let failed = |error: hearth_engine::Error| CommandError::Engine(error.into());
    let mut generation = engine.generate(Generate { prompt, sampling: Sampling::greedy(), stop }).map_err(failed)?;
    let mut first = None;
    loop {
        let slow = || CommandError::Slow(SILENCE.as_secs());
        let event = timeout(SILENCE, generation.next()).await.map_err(|_| slow())?.ok_or_else(slow)?;
        match event.map_err(failed)? {
            Event::Started { .. } => {}
            Event::Piece { .. } => drop(first.get_or_insert_with(|| begin.elapsed())),
            Event::Finished { usage, .. } => {
                let said = u64::try_from(usage.output).unwrap_or(u64::MAX);
                return Ok(Answered { said, first: first.unwrap_or_default(), whole: begin.elapsed() });
            }
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// So many in so long, as thousandths of one a second.
pub fn a_second(count: u64, time: Duration) -> u64 {
    let micros = time.as_micros().max(1);
    let milli = u128::from(count).saturating_mul(1_000_000_000).checked_div(micros);
    milli.and_then(|milli| u64::try_from(milli).ok()).unwrap_or(u64::MAX)
}

/// The price of a token at which half of an hour's tokens pay for it, on the grid; the rest is the provider's.
pub fn price(hourly: Usd, milli: u64) -> Option<Price> {
    let tokens = u128::from(milli).checked_mul(3_600)?.checked_mul(SOLD)?.checked_div(100_000)?;
    let price = hourly.u128().checked_div(tokens)?;
    let at_most = Tick::at_most(Price::new(price)).unwrap_or(Tick(0));
    match at_most.price().ok()? {
        exact if exact.u128() >= price => Some(exact),
        _ => Tick(at_most.0.checked_add(1)?).price().ok(),
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = |milli: u64| format!("{}.{}", milli.div_euclid(1_000), milli.rem_euclid(1_000).div_euclid(100));
        writeln!(out, "engine:        {}", self.engine)?;
        writeln!(out, "first token:   {} ms", self.first_ms)?;
        writeln!(out, "one answer:    {} tokens/s", rate(self.alone_milli))?;
        writeln!(out, "{} at once:     {} tokens/s together", self.parallel, rate(self.together_milli))?;
        let hourly = amount::show_dollars(self.hourly);
        match self.price {
            Some(price) => {
                let price = amount::per_million(price);
                write!(out, "price:         {price} a million tokens, if an hour costs {hourly} and half of it is sold")
            }
            None => write!(out, "price:         none: at {hourly} an hour nobody would pay for so few tokens"),
        }
    }
}
