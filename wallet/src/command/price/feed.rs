//! Price after price, from a file or a command.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hearth_schema::bme::Priced;
use serde_json::json;

use crate::command::act;
use crate::command::answer::Answer;
use crate::command::context::Context;
use crate::command::price::{GAS, is_of_last_block, observed, read, shown};
use crate::error::{Error, Sort};
use crate::key::SecretKey;
use crate::suite::Suite;
use crate::tx::Sender;

/// How long a command may take to say a price.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where prices come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The first line of a file.
    File(PathBuf),
    /// The first line of what a command says.
    Command(String),
}

impl Source {
    async fn line(&self) -> Result<String, Error> {
        let text = match self {
            Self::File(path) => std::fs::read_to_string(path).map_err(|error| Error::file(path, error))?,
            Self::Command(command) => said(command).await?,
        };
        let line = text.lines().next().unwrap_or_default().trim().to_owned();
        if line.is_empty() { Err(Error::usage_hint("there is no price to post", "as in 0.5usd")) } else { Ok(line) }
    }
}

/// Posts prices until there were as many as asked for, or the command is interrupted.
pub async fn run(context: &Context, source: &Source, every: Duration, times: Option<u64>) -> Result<Answer, Error> {
    let suite = context.suite()?;
    if context.flags().dry_run {
        let line = source.line().await?;
        let price = shown(read(&line)?);
        return Ok(Answer::new(json!({ "dry_run": true, "price": price }), format!("it would post {price}")));
    }
    if !context.flags().yes && !context.voice().can_ask() {
        return Err(Error::usage_hint("nobody can be asked: there is no terminal", "--yes posts unasked"));
    }
    let address = context.address()?;
    act::clear(context, &address).await?;
    let (key, _): (Arc<SecretKey>, _) = context.signer()?;
    let sender = Sender::new(context.client()?, key)?;
    let mut posted = 0u64;
    loop {
        match post(context, &suite, &sender, source).await {
            Ok(answer) => context.voice().say_one(&answer),
            // One price less is no reason to post no more; what cannot be otherwise next time is.
            Err(error) if times.is_none() && is_passing(&error) => {
                context.voice().tell(&format!("not posted: {error}"));
            }
            Err(error) => return Err(error),
        }
        posted = posted.saturating_add(1);
        if times.is_some_and(|times| posted >= times) {
            return Ok(Answer::new(json!({ "posted": posted }), String::new()));
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = tokio::signal::ctrl_c() => return Ok(Answer::new(json!({ "posted": posted }), String::new())),
        }
    }
}

fn is_passing(error: &Error) -> bool {
    matches!(error.sort(), Sort::Network | Sort::Unknown | Sort::Dropped | Sort::Refused | Sort::Local | Sort::Usage)
}

async fn post(context: &Context, suite: &Suite, sender: &Sender, source: &Source) -> Result<Answer, Error> {
    let price = read(&source.line().await?)?;
    let time = observed(suite).await?;
    let moves = [format!("the price of a token is {} at {time}", shown(price))];
    let messages = [suite.bme().price(price, time)?];
    let tx = match act::send(context, sender, &messages, &moves).await {
        Err(error) if is_of_last_block(&error) => {
            act::send(context, &sender.clone().with_gas(GAS), &messages, &moves).await?
        }
        sent => sent?,
    };
    let event: Priced = tx.needed_event(suite.bme().address())?;
    Ok(Answer::of(&tx, &event, format!("{} a token", shown(event.price))))
}

/// What a command says, in its time.
async fn said(command: &str) -> Result<String, Error> {
    let failed = |reason: String| Error::usage(format!("the command for the price {reason}"));
    let shell = command.to_owned();
    let run = tokio::task::spawn_blocking(move || {
        std::process::Command::new("sh").arg("-c").arg(shell).stdin(std::process::Stdio::null()).output()
    });
    let output = tokio::time::timeout(PATIENCE, run).await.map_err(|_| failed("said nothing in 20 s".to_owned()))?;
    let output = output.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed(format!("failed with {}", output.status)))
    }
}
