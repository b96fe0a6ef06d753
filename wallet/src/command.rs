//! `hearth`.
//!
//! - [`line`] – the command line, as clap reads it
//! - [`config`] – profiles, and the folder in which everything of a person is
//! - [`context`] – what a command works with: flags over environment over profile
//! - [`secret`] – passwords and words, from a terminal, a file or stdin
//! - [`act`], [`pending`] – signing and sending, and what was signed and is not settled
//! - [`answer`], [`table`] – data on stdout, for people or as JSON; errors, hints and exit codes
//! - [`mod@run`], [`chat`], [`purchase`] – inference bought, by one command
//! - [`receipt`] – what an answer can be shown by
//! - [`key`], [`account`], [`node`], [`bond`], [`offer`], [`book`], [`deal`], [`price`], [`catalogue`], [`deploy`], [`tx`],
//!   [`show`], [`doctor`] – a file a noun

pub mod account;
pub mod act;
pub mod answer;
pub mod bond;
pub mod book;
pub mod catalogue;
pub mod chat;
pub mod config;
pub mod context;
pub mod deal;
pub mod deploy;
pub mod doctor;
pub mod key;
pub mod line;
pub mod node;
pub mod offer;
pub mod pending;
pub mod price;
pub mod purchase;
pub mod receipt;
pub mod run;
pub mod secret;
pub mod show;
pub mod table;
pub mod tx;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::error::Error;
use answer::{Answer, Voice};
use context::Context;
use line::{Line, Noun};

/// Runs the command of these arguments, the program's name first.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    let line = match Line::try_parse_from(&arguments) {
        Ok(line) => line,
        Err(error) => return answer::misread(&error, &arguments),
    };
    let voice = Voice::of(&line.flags);
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return voice.fail(&Error::file("/proc/self", error)),
    };
    match runtime.block_on(run(&line, voice)) {
        Ok(answer) => voice.say(&answer),
        Err(error) => voice.fail(&error),
    }
}

async fn run(line: &Line, voice: Voice) -> Result<Answer, Error> {
    match &line.noun {
        Noun::Completions { shell } => return Ok(completions(*shell)),
        Noun::Config(verb) => return config::run(&line.flags, verb),
        _ => {}
    }
    let context = Context::open(&line.flags, voice)?;
    match &line.noun {
        Noun::Key(verb) => key::run(&context, verb),
        Noun::Config(verb) => config::run(&line.flags, verb),
        Noun::Account(verb) => account::run(&context, verb).await,
        Noun::Node(verb) => node::run(&context, verb).await,
        Noun::Bond(verb) => bond::run(&context, verb).await,
        Noun::Offer(verb) => offer::run(&context, verb).await,
        Noun::Book(verb) => book::run(&context, verb).await,
        Noun::Deal(verb) => deal::run(&context, verb).await,
        Noun::Price(verb) => price::run(&context, verb).await,
        Noun::Model(verb) => catalogue::models(&context, verb).await,
        Noun::Class(verb) => catalogue::classes(&context, verb).await,
        Noun::Deploy(verb) => deploy::run(&context, verb).await,
        Noun::Tx(verb) => tx::run(&context, verb).await,
        Noun::Run(running) => run::run(&context, running).await,
        Noun::Chat(chatting) => chat::run(&context, chatting).await,
        Noun::Receipt(verb) => receipt::run(&context, verb).await,
        Noun::Show => show::run(&context).await,
        Noun::Doctor => doctor::run(&context).await,
        Noun::Completions { shell } => Ok(completions(*shell)),
    }
}

fn completions(shell: clap_complete::Shell) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Line::command(), "hearth", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    Answer::new(serde_json::json!({ "shell": shell.to_string(), "script": script }), script)
}
