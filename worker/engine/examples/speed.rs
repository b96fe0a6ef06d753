//! How fast the embedded engine is on a model folder: `speed FOLDER [threads] [rounds]`, medians of the rounds. If there
//! is no such folder, a random model of 125 million parameters in bf16 is written there first.
//!
//! Each rate is said by the clock and, for a machine that others use too, by the processor time of this process.
//! Decoding is 32 tokens after 16; scoring is one prefill of 256. Bandwidth is that of reading 256 MiB by as many threads.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::unwrap_used,
    dead_code,
    reason = "a measurement, not production"
)]

#[path = "../tests/embedded/made.rs"]
mod made;

use std::path::PathBuf;
use std::time::Instant;

use hearth_engine::{Embedded, Engine, Event, Generate, Options, Prompt, Sampling, Score, Stop};

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().expect("speed FOLDER [threads] [rounds]"));
    let threads = args.next().map_or(1, |threads| threads.parse().unwrap());
    let rounds = args.next().map_or(5, |rounds| rounds.parse().unwrap());
    if !folder.exists() {
        std::fs::create_dir_all(&folder).unwrap();
        made::write(&folder, &made::LARGE);
    }
    let start = Instant::now();
    let options = Options { threads, cache: 256 << 20, ..Options::new("speed") };
    let engine = Embedded::load(&folder, &options).unwrap();
    println!("load {:.2} s, {} threads, {}", start.elapsed().as_secs_f64(), threads, options.path.name());
    let vocabulary = engine.describe().vocabulary;
    let tokens = |count: usize| (0..count).map(|i| ((i * 7919 + 13) % vocabulary) as u32).collect::<Vec<_>>();
    let rates = (0..rounds).map(|_| (decode(&engine, tokens(16), 32), prefill(&engine, tokens(257))));
    let (decoding, scoring): (Vec<_>, Vec<_>) = rates.unzip();
    let (decoding, decoding_cpu) = medians(decoding);
    let (scoring, scoring_cpu) = medians(scoring);
    let weights = std::fs::metadata(folder.join("model.safetensors")).map_or(0, |file| file.len()) as f64;
    let bandwidth = median((0..rounds).map(|_| bandwidth(threads)).collect());
    println!("decode {decoding:.1} tok/s ({decoding_cpu:.1} tok/CPU-s)");
    println!("score  {scoring:.1} tok/s ({scoring_cpu:.1} tok/CPU-s), {:.1} × decoding", scoring / decoding);
    let share = decoding * weights / bandwidth;
    println!("bandwidth {:.1} GB/s, decode reads {:.0} % of it", bandwidth / 1e9, share * 100.0);
}

/// The clock, and the seconds of processor time that this process has used.
fn now() -> (Instant, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2);
    (Instant::now(), after.map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum())
}

/// So many by the clock, and by processor time.
fn rates(count: f64, since: (Instant, f64)) -> (f64, f64) {
    (count / since.0.elapsed().as_secs_f64(), count / (now().1 - since.1))
}

/// Tokens a second after the first.
fn decode(engine: &Embedded, prompt: Vec<u32>, count: usize) -> (f64, f64) {
    let stop = Stop { ignore_end: true, ..Stop::after(count + 1) };
    let request = Generate { prompt: Prompt::Tokens(prompt), sampling: Sampling::greedy(), stop };
    let mut answer = engine.generate(request).unwrap();
    let mut start = None;
    while let Some(event) = answer.next_blocking() {
        if let Event::Piece { .. } = event.unwrap() {
            start.get_or_insert_with(now);
        }
    }
    rates(count as f64, start.unwrap())
}

/// Tokens a second.
fn prefill(engine: &Embedded, mut prompt: Vec<u32>) -> (f64, f64) {
    let start = now();
    let tokens = prompt.split_off(1);
    let count = tokens.len() as f64;
    let request = Score { prompt: Prompt::Tokens(prompt), tokens, logits: false };
    engine.score(request).unwrap().scores_blocking().unwrap();
    rates(count, start)
}

/// Bytes a second that the threads can read together.
fn bandwidth(threads: usize) -> f64 {
    let numbers = vec![1u64; 32 << 20];
    let start = Instant::now();
    let piece = numbers.len() / threads;
    let odd: u64 = std::thread::scope(|scope| {
        let sums: Vec<_> =
            numbers.chunks(piece).map(|piece| scope.spawn(|| piece.iter().fold(0, |odd, one| odd ^ one))).collect();
        sums.into_iter().map(|sum| sum.join().unwrap()).sum::<u64>()
    });
    assert_eq!(odd, 0);
    (numbers.len() * 8) as f64 / start.elapsed().as_secs_f64()
}

fn medians(rates: Vec<(f64, f64)>) -> (f64, f64) {
    let (clock, processor) = rates.into_iter().unzip();
    (median(clock), median(processor))
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
