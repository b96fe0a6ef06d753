//! `hearth deploy`: brings the suite onto a chain.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use hearth_schema::deploy::Part;
use serde_json::json;

use crate::command::act;
use crate::command::answer::{Answer, Voice, to_value};
use crate::command::context::Context;
use crate::command::pending::{Entry, Pending};
use crate::command::table::{pairs, table};
use crate::deploy::{self, Artifacts, Check, Progress, Record, Wish};
use crate::error::Error;
use crate::tx::{Included, Sender, Signed};

/// What is done with a deployment.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Says what would be made, at which addresses; asks no chain.
    #[command(after_help = "Example:\n  hearth deploy plan --plan plan.toml --artifacts artifacts")]
    Plan(Files),
    /// Makes what the chain does not have yet; a run that was stopped is resumed by the same line.
    #[command(after_help = "Example:\n  hearth deploy run --plan plan.toml --artifacts artifacts --yes")]
    Run(Files),
    /// Shows the record of the deployment, and which of its contracts the chain has.
    #[command(after_help = "Example:\n  hearth deploy status")]
    Status,
    /// Compares chain, plan, artifacts and record.
    #[command(after_help = "Example:\n  hearth deploy verify --plan plan.toml --artifacts artifacts")]
    Verify(Files),
}

/// What a deployment is made of.
#[derive(Debug, Args)]
pub struct Files {
    /// The deployer's plan.
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The folder of the Wasm and its checksums.
    #[arg(long, value_name = "DIR", default_value = "artifacts")]
    artifacts: PathBuf,
}

/// Runs the command.
pub async fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    match verb {
        Verb::Plan(files) => plan(context, files),
        Verb::Run(files) => make(context, files).await,
        Verb::Status => status(context).await,
        Verb::Verify(files) => verify(context, files).await,
    }
}

fn read(files: &Files) -> Result<(Wish, Artifacts), Error> {
    Ok((Wish::read(&files.plan)?, Artifacts::read(&files.artifacts)?))
}

fn plan(context: &Context, files: &Files) -> Result<Answer, Error> {
    let (wish, artifacts) = read(files)?;
    let creator = context.address()?;
    let plan = wish.plan(&creator)?;
    let at = deploy::run::predict(&plan, &artifacts, &context.prefix())?;
    let rows =
        Part::ALL.map(|part| vec![part.name().to_owned(), at.of(part).to_owned(), artifacts.checksum(part).to_hex()]);
    let models: Vec<&str> = wish.models.iter().map(|model| model.name.as_str()).collect();
    let text = format!(
        "{}\n\n{}",
        table(&["contract", "address", "checksum"], rows, ""),
        pairs([
            ("creator", creator.clone()),
            ("owner", plan.owner.clone()),
            ("models", models.join(", ")),
            ("classes", wish.classes.len().to_string()),
        ]),
    );
    let checksums: serde_json::Map<_, _> =
        Part::ALL.map(|part| (part.name().to_owned(), artifacts.checksum(part).to_hex().into())).into_iter().collect();
    let data =
        json!({ "creator": creator, "addresses": to_value(&at), "checksums": checksums, "plan": to_value(&plan) });
    Ok(Answer::new(data, text))
}

/// Says each step on stderr, and writes down what is signed.
struct Steps {
    voice: Voice,
    pending: Pending,
}

impl Progress for Steps {
    fn done(&self, step: &str, tx: Option<&Included>) {
        let said =
            tx.map_or_else(|| "there already".to_owned(), |tx| format!("tx {} at height {}", tx.hash, tx.height));
        if let Some(tx) = tx {
            // It is in a block: what was written down is settled.
            let _ = self.pending.strike(&tx.hash);
        }
        self.voice.tell(&format!("{step}: {said}"));
    }

    fn signed(&self, signed: &Signed) -> Result<(), Error> {
        self.pending.keep(&Entry { moves: vec!["a step of the deployment".to_owned()], signed: signed.clone() })
    }
}

async fn make(context: &Context, files: &Files) -> Result<Answer, Error> {
    if context.flags().dry_run {
        return plan(context, files);
    }
    let (wish, artifacts) = read(files)?;
    let said = format!(
        "the suite `{}` is brought onto {}: {} contracts, {} models, {} classes; what is there already is left alone",
        wish.salt,
        context.chain()?.id,
        Part::ALL.len(),
        wish.models.len(),
        wish.classes.len(),
    );
    act::consent(context, async || Ok(said)).await?;
    act::finish(context, &context.address()?).await?;
    let (key, _) = context.signer()?;
    let sender = Sender::new(context.client()?, key)?;
    let path = context.record_path()?;
    let steps = Steps { voice: context.voice(), pending: Pending::of(context.home()) };
    let record = deploy::run(&sender, &wish, &artifacts, &path, &steps).await?;
    Ok(recorded(&record, &path))
}

fn recorded(record: &Record, path: &Path) -> Answer {
    let rows = Part::ALL.map(|part| vec![part.name().to_owned(), record.addresses.of(part).to_owned()]);
    let text = format!("{}\nrecord {}", table(&["contract", "address"], rows, ""), path.display());
    Answer::new(json!({ "record": path, "deployment": to_value(record) }), text)
}

async fn status(context: &Context) -> Result<Answer, Error> {
    let path = context.record_path()?;
    let record = Record::read(&path)?;
    let client = context.client()?;
    let (mut rows, mut there) = (Vec::new(), serde_json::Map::new());
    for part in Part::ALL {
        let address = record.addresses.of(part);
        let found = client.contract(address).await?.is_some();
        there.insert(part.name().to_owned(), found.into());
        rows.push(vec![part.name().to_owned(), address.to_owned(), if found { "yes" } else { "no" }.to_owned()]);
    }
    let text = table(&["contract", "address", "on the chain"], rows, "");
    Ok(Answer::new(json!({ "record": path, "deployment": to_value(&record), "on_chain": there }), text))
}

async fn verify(context: &Context, files: &Files) -> Result<Answer, Error> {
    let (wish, artifacts) = read(files)?;
    let record = Record::read(&context.record_path()?)?;
    let checks = deploy::verify(&context.client()?, &wish, &artifacts, &record).await?;
    judged(context.voice(), checks)
}

/// Checks as an answer; as an error where something is wrong, after saying what.
pub(super) fn judged(voice: Voice, checks: Vec<Check>) -> Result<Answer, Error> {
    let line = |check: &Check| match &check.wrong {
        None => format!("ok     {}", check.what),
        Some(wrong) => format!("WRONG  {}: {wrong}", check.what),
    };
    let text = checks.iter().map(line).collect::<Vec<_>>().join("\n");
    if checks.iter().any(|check| check.wrong.is_some()) {
        voice.tell(&text);
        return Err(Error::Found { checks });
    }
    Ok(Answer::new(json!({ "checks": to_value(&checks) }), text))
}
