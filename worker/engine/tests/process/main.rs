//! The engine in a process of its own: what it does while all is well, and how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![cfg(unix)]

mod child;
mod deaths;
mod host;
mod madness;
#[path = "../openai/server.rs"]
#[allow(dead_code, reason = "the tests of `openai` use the rest")]
mod server;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use hearth_engine::process::{Child, Config, Health, Make, Patience, Settings};
use hearth_engine::scripted::Script;
use hearth_engine::{Error, Event, Generate, Generation, Prompt, Sampling, Score, Stop};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hearthd-engine");

/// Long enough for a loaded machine; tests that wait for a deadline shorten it.
const SOON: Patience =
    Patience { load_ms: 10_000, ping_ms: 20, pong_ms: 400, stall_ms: 10_000, first_ms: 1, most_ms: 50, times: 3 };

/// A folder of a test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("hearth-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.0.join(name);
        fs::write(&file, bytes).unwrap();
        file
    }

    /// A program. Another process writes it: a file that this one has open, and so has any process that another test
    /// is just starting, cannot be run.
    fn program(&self, script: &str) -> PathBuf {
        let (text, program) = (self.file("text", format!("#!/bin/sh\n{script}\n").as_bytes()), self.0.join("program"));
        assert!(Command::new("install").args(["-m", "700"]).args([&text, &program]).status().unwrap().success());
        program
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn settings(script: Script) -> Settings {
    let config = Config { make: Make::Scripted(script), memory: None };
    Settings { program: PathBuf::from(PROGRAM), config, patience: SOON }
}

async fn start(script: Script) -> Child {
    Child::start(settings(script), |_| {}).await.unwrap()
}

fn prompt() -> Generate {
    Generate {
        prompt: Prompt::Text("three words here".to_owned()),
        sampling: Sampling::greedy(),
        stop: Stop::after(100),
    }
}

fn score() -> Score {
    Score { prompt: Prompt::Tokens(vec![1]), tokens: vec![2, 3], logits: false }
}

/// Reads an answer to its end.
async fn read(mut generation: Generation) -> (String, Result<(), Error>) {
    let mut said = String::new();
    while let Some(event) = generation.next().await {
        match event {
            Ok(Event::Started { .. }) => {}
            Ok(Event::Piece { text, .. }) => said.push_str(&text),
            Ok(Event::Finished { .. }) => return (said, Ok(())),
            Err(error) => return (said, Err(error)),
        }
    }
    panic!("{said}: no end")
}

/// Reads an answer until this was said.
async fn read_until(generation: &mut Generation, word: &str) {
    loop {
        match generation.next().await.unwrap().unwrap() {
            Event::Piece { text, .. } if text == word => return,
            _ => {}
        }
    }
}

/// Waits for a state of health.
async fn becomes(child: &Child, is: impl FnMut(&Health) -> bool) -> Health {
    let mut watch = child.watch();
    let health = tokio::time::timeout(Duration::from_secs(20), watch.wait_for(is)).await;
    health.expect("its health never changed").unwrap().clone()
}

fn id(child: &Child) -> u32 {
    let Health::Up { process: Some(id) } = child.health() else { panic!("there is no process") };
    id
}
