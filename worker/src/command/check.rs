//! `hearthd check`: what is wrong before the worker is run, and the remedy. Nothing is signed, sent or changed.
//!
//! - [`machine`] – keys, clock, disk, journal, relays
//! - [`chain`] – endpoints, the deployment, fees, gas coins, the node, its bond
//! - [`serving`] – the engine, the model's digest, and whether clients reach the door

pub mod chain;
pub mod machine;
pub mod serving;

use std::fmt;
use std::path::Path;

use hearth_wallet::key::Signer as _;
use hearth_wallet::{Client, Error};

use crate::config::Config;
use crate::run;

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// How it is.
    pub state: State,
    /// What was seen.
    pub said: String,
    /// What to do.
    pub remedy: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Fine,
    /// It cannot be known from here, or is no matter yet.
    Unsure,
    /// Wrong: the worker would not run, or would not earn.
    Wrong,
}

impl Finding {
    fn fine(what: &'static str, said: impl Into<String>) -> Self {
        Self { what, state: State::Fine, said: said.into(), remedy: None }
    }

    fn unsure(what: &'static str, said: impl Into<String>, remedy: &str) -> Self {
        Self { what, state: State::Unsure, said: said.into(), remedy: Some(remedy.to_owned()) }
    }

    fn wrong(what: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, state: State::Wrong, said: said.into(), remedy: Some(remedy.into()) }
    }

    /// Wrong, as an error says it.
    fn failed(what: &'static str, error: &Error) -> Self {
        Self { what, state: State::Wrong, said: error.to_string(), remedy: error.hint() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Fine => "ok   ",
            State::Unsure => "?    ",
            State::Wrong => "WRONG",
        };
        write!(out, "{state} {:<12} {}", self.what, self.said)?;
        match &self.remedy {
            Some(remedy) => write!(out, "\n      {:<12} → {remedy}", ""),
            None => Ok(()),
        }
    }
}

/// Looks at everything, in the order in which it would fail; tells each finding as it is made.
pub async fn run(path: &Path, tell: &mut impl FnMut(&Finding)) -> Vec<Finding> {
    let mut found = Found { all: Vec::new(), tell };
    let config = match Config::read(path) {
        Ok(config) => config,
        Err(error) => {
            let remedy = "hearthd init writes one; --config names another";
            found.add([Finding::wrong("config", error.to_string(), remedy)]);
            return found.all;
        }
    };
    found.add([Finding::fine("config", path.display().to_string())]);
    found.add([machine::disk(&config.journal)]);
    let keys = match run::open_keys(&config.keys) {
        Ok(keys) => keys,
        Err(error) => {
            let remedy = "hearthd init makes them; a key that the chain knows comes back only from its file";
            found.add([Finding::wrong("key", error.to_string(), remedy)]);
            return found.all;
        }
    };
    let worker = match keys.worker.address(&config.chain.prefix) {
        Ok(worker) => worker,
        Err(error) => {
            found.add([Finding::wrong("key", error.to_string(), "set chain.prefix to what its addresses begin with")]);
            return found.all;
        }
    };
    found.add([Finding::fine("key", format!("worker {worker}"))]);
    match Client::new(config.chain.clone()) {
        Ok(client) => {
            found.add(chain::all(&config, &client, &keys, &worker).await);
            found.add(machine::relays(&config, &client).await);
        }
        Err(error) => found.add([Finding::failed("endpoint", &error)]),
    }
    found.add([machine::journal(&config, &worker)]);
    found.add(serving::all(&config).await);
    found.all
}

/// Findings, told as they are made.
struct Found<'a, F> {
    all: Vec<Finding>,
    tell: &'a mut F,
}

impl<F: FnMut(&Finding)> Found<'_, F> {
    fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            (self.tell)(&finding);
            self.all.push(finding);
        }
    }
}
