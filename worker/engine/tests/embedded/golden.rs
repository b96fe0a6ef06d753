//! Right, not only equal: logits and choices beside those of candle, an implementation of strangers.
//!
//! `GOLDEN=<path of hearth-candle>` (built in `tests/candle`) asks it again and writes the files.

use std::path::{Path, PathBuf};
use std::process::Command;

use hearth_engine::{Message, Prompt, Sampling, Stop};
use hearth_speech::Tongue;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::made::{SMALL, ask, generate, made, options, score, some_tokens};
use super::tiny;

/// After how many tokens logits are compared.
const AFTER: [usize; 4] = [1, 2, 17, 100];
/// How many tokens hearth-tiny says, and after how many of them its logits are compared.
const SAID: usize = 64;
const SAID_AFTER: [usize; 4] = [0, 1, 17, 63];

/// What candle says to the questions of hearth-tiny, always choosing the likeliest token.
#[derive(Default, Serialize, Deserialize)]
struct Answers {
    tokens: Vec<Vec<u32>>,
    /// In the first answer.
    logits: Vec<Vec<f32>>,
}

#[test]
fn logits_are_candles_but_for_rounding() {
    let folder = made(&SMALL);
    let tokens = some_tokens(101, 77);
    let golden: Vec<Vec<f32>> =
        golden("golden.json", |candle| AFTER.map(|count| logits(candle, &folder.0, &tokens[..count])));
    let scores = score(&folder.load(&options()).unwrap(), &tokens[..1], &tokens[1..]).unwrap();
    for (count, golden) in AFTER.iter().zip(golden) {
        close(&scores.logits[count - 1], &golden);
    }
}

#[test]
fn hearth_tiny_says_what_it_says_in_candle() {
    let tongue = Tongue::load(&tiny::folder()).unwrap();
    let question = |question: &serde_json::Value| {
        let content = tiny::text(question, "question").to_owned();
        tongue.read_chat(&[Message { role: "user".into(), content }], 1_024).unwrap()
    };
    let prompts: Vec<Vec<u32>> = tiny::questions().iter().map(question).collect();
    let golden: Answers = golden("tiny.json", |candle| {
        let mut answers = Answers::default();
        for prompt in &prompts {
            let mut tokens = prompt.clone();
            for step in 0..SAID {
                let logits = logits(candle, &tiny::folder(), &tokens);
                let best = (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap();
                tokens.push(best as u32);
                if prompt == &prompts[0] && SAID_AFTER.contains(&step) {
                    answers.logits.push(logits);
                }
            }
            answers.tokens.push(tokens.split_off(prompt.len()));
        }
        answers
    });

    let engine = tiny::model();
    let stop = Stop { ignore_end: true, ..Stop::after(SAID) };
    for (prompt, golden) in prompts.iter().zip(&golden.tokens) {
        let request = ask(Prompt::Tokens(prompt.clone()), Sampling::greedy(), stop.clone());
        assert_eq!(&generate(&engine, request).unwrap().tokens, golden);
    }
    assert_eq!((prompts.len(), golden.tokens.len(), golden.logits.len()), (20, 20, SAID_AFTER.len()));
    let scores = score(&engine, &prompts[0], &golden.tokens[0]).unwrap();
    for (step, golden) in SAID_AFTER.iter().zip(&golden.logits) {
        close(&scores.logits[*step], golden);
    }
}

fn close(ours: &[f32], golden: &[f32]) {
    assert_eq!(ours.len(), golden.len());
    let furthest = ours.iter().zip(golden).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(furthest < 1e-3, "{furthest}");
    eprintln!("{furthest:e}");
}

/// What stands in a golden file, made anew where that is asked for.
fn golden<T: Serialize, R: DeserializeOwned>(name: &str, make: impl FnOnce(&Path) -> T) -> R {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/embedded").join(name);
    if let Some(candle) = std::env::var_os("GOLDEN") {
        let made = serde_json::to_string(&make(&PathBuf::from(candle))).unwrap();
        std::fs::write(&file, made.replace("],", "],\n") + "\n").unwrap();
    }
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// Candle's logits after these tokens.
fn logits(candle: &Path, folder: &Path, tokens: &[u32]) -> Vec<f32> {
    let tokens = tokens.iter().map(ToString::to_string);
    let said = Command::new(candle).arg("logits").arg(folder).args(tokens).output().unwrap();
    serde_json::from_slice(&said.stdout).unwrap()
}
