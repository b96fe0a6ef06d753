//! `hearth tx`: transactions, and what became of those that were signed.

use clap::Subcommand;
use serde_json::{Value, json};

use crate::chain::Client;
use crate::command::answer::{Answer, receipt, to_value};
use crate::command::context::Context;
use crate::command::pending::{Entry, Pending};
use crate::command::table::{pairs, table};
use crate::error::Error;
use crate::tx::{Included, Outcome};

/// What is done with transactions.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Shows a transaction; without a hash, those that are not settled.
    #[command(after_help = "Example:\n  hearth tx show")]
    Show {
        /// Its hash.
        hash: Option<String>,
    },
    /// Finds out what became of what was signed, sending the same bytes again; it never signs.
    #[command(after_help = "Example:\n  hearth tx resume")]
    Resume {
        /// Its hash; all that are not settled where left out.
        hash: Option<String>,
    },
}

/// Runs the command.
pub async fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    match verb {
        Verb::Show { hash: Some(hash) } => show(context, hash).await,
        Verb::Show { hash: None } => open(context),
        Verb::Resume { hash } => resume(context, hash.as_deref()).await,
    }
}

async fn show(context: &Context, hash: &str) -> Result<Answer, Error> {
    if let Some(tx) = context.client()?.find(hash).await? {
        let data = json!({
            "tx": receipt(&tx), "log": tx.ran.log, "codespace": tx.ran.codespace, "events": to_value(&tx.ran.events),
        });
        return Ok(Answer::new(data, said(&tx)));
    }
    match Pending::of(context.home()).get(hash)? {
        Some(entry) => Err(Error::Unknown { hash: entry.signed.hash, until: entry.signed.timeout_height }),
        None => {
            let what = format!("no block has the transaction {hash}, and it was not signed here");
            Err(Error::usage_hint(what, "check the hash and the chain"))
        }
    }
}

fn said(tx: &Included) -> String {
    let outcome = if tx.ran.code == 0 { "it did what it says".to_owned() } else { format!("refused: {}", tx.ran.log) };
    pairs([
        ("hash", tx.hash.clone()),
        ("height", tx.height.to_string()),
        ("outcome", outcome),
        ("gas used", tx.ran.gas_used.to_string()),
    ])
}

fn open(context: &Context) -> Result<Answer, Error> {
    let all = Pending::of(context.home()).all()?;
    let row = |entry: &Entry| {
        let signed = &entry.signed;
        vec![signed.hash.clone(), signed.timeout_height.to_string(), entry.moves.join("; ")]
    };
    let text = table(&["hash", "until height", "what"], all.iter().map(row), "nothing is open");
    Ok(Answer::new(json!({ "pending": to_value(&all) }), text))
}

async fn resume(context: &Context, hash: Option<&str>) -> Result<Answer, Error> {
    let pending = Pending::of(context.home());
    let entries = match hash {
        None => pending.all()?,
        Some(hash) => match pending.get(hash)? {
            Some(entry) => vec![entry],
            None => return show(context, hash).await,
        },
    };
    let client = context.client()?;
    let (mut data, mut lines, mut wrong) = (Vec::new(), Vec::new(), None);
    for entry in entries {
        let (value, line, error) = settle(&client, &pending, &entry).await?;
        context.voice().tell(&line);
        data.push(value);
        lines.push(line);
        // What is still unknown weighs more than what is known to have failed.
        if error.is_some() && !matches!(wrong, Some(Error::Unknown { .. })) {
            wrong = error;
        }
    }
    if let Some(error) = wrong {
        return Err(error);
    }
    let text = if lines.is_empty() { "nothing was open".to_owned() } else { lines.join("\n") };
    Ok(Answer::new(json!({ "settled": data }), text))
}

/// Settles one: its data, a line for people, and the error that it ended in.
async fn settle(client: &Client, pending: &Pending, entry: &Entry) -> Result<(Value, String, Option<Error>), Error> {
    let signed = &entry.signed;
    if signed.chain_id != client.chain().id {
        let line = format!("{}: on the chain {}, not asked", signed.hash, signed.chain_id);
        return Ok((json!({ "hash": signed.hash, "outcome": "other_chain" }), line, None));
    }
    // The same bytes: should a node have forgotten them, or never have had them.
    let _ = client.submit(signed).await;
    let outcome = client.wait(signed).await;
    pending.settle(signed, &outcome)?;
    let word = match &outcome {
        Outcome::Included(tx) if tx.ran.code == 0 => "included",
        Outcome::Included(_) => "refused",
        Outcome::Dropped => "dropped",
        Outcome::Unknown => "unknown",
    };
    let line = format!("{}: {word}: {}", signed.hash, entry.moves.join("; "));
    let error = outcome.clone().into_result(signed).err();
    let tx = if let Outcome::Included(tx) = &outcome { receipt(tx) } else { Value::Null };
    Ok((json!({ "hash": signed.hash, "outcome": word, "moves": entry.moves, "tx": tx }), line, error))
}
