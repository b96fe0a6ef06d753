//! `hearth receipt`: what an answer can be shown by.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use hearth_schema::market::{Commit, CommitAnswer, DealAnswer};
use hearth_speech::Tongue;

use crate::command::answer::Answer;
use crate::command::context::Context;
use crate::command::deploy::judged;
use crate::deploy::Check;
use crate::door::tongue::Library;
use crate::error::Error;
use crate::receipt::{Receipt, Standing};
use crate::session::Pact;
use crate::suite::Suite;

/// The largest receipt: a long answer's tokens.
const MOST: u64 = 64 << 20;

/// What is done with receipts.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Checks signatures, leaf, digests and counts of a receipt, and whether the chain has its commitment.
    #[command(after_help = "Example:\n  hearth receipt check receipt.json")]
    Check {
        /// The receipt's file.
        file: PathBuf,
        /// Asks no chain.
        #[arg(long)]
        offline: bool,
    },
}

/// Runs the command.
pub async fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    let Verb::Check { file, offline } = verb;
    let receipt = read(file)?;
    let tongue = Library::at(context.home().join("models")).find(&receipt.pact.model);
    let mut checks = vec![own(&receipt, tongue.as_ref())];
    if tongue.is_none() {
        context.voice().tell("the prompt's tokens are not counted: the model's small files are not kept here");
    }
    if !offline {
        checks.extend(online(context, file, &receipt).await?);
    }
    judged(context.voice(), checks)
}

/// What the file shows by itself.
fn own(receipt: &Receipt, tongue: Option<&Tongue>) -> Check {
    let what = format!(
        "answer {} of deal {} on {}: digests, counts, fee, root and signatures",
        receipt.served.leaf.index, receipt.pact.deal, receipt.pact.chain
    );
    Check { what, wrong: receipt.check(tongue).err().map(|wrong| wrong.to_string()) }
}

/// What the chain says of it.
async fn online(context: &Context, file: &Path, receipt: &Receipt) -> Result<Vec<Check>, Error> {
    let suite = context.suite()?;
    let Pact { chain, market, deal, .. } = &receipt.pact;
    if *chain != suite.client().chain().id || market != suite.market().address() {
        let problem = format!("the receipt is of the market {market} on {chain}, the profile is of another");
        return Err(Error::usage_hint(problem, "name that profile by --profile, or ask no chain by --offline"));
    }
    let found = suite.market().deal(*deal).await?;
    let found = found.ok_or_else(|| Error::usage(format!("the chain has no deal {deal}")))?;
    let class = suite.market().class(found.class).await?;
    let pact = Pact::of(chain, market, &DealAnswer { id: *deal, deal: found }, &class.class);
    let differs = (pact.as_ref() != Some(&receipt.pact)).then(|| "the chain has it otherwise".to_owned());
    let mut checks = vec![Check { what: format!("deal {deal} as the receipt tells it"), wrong: differs }];
    match first(&suite, receipt).await? {
        Some(found) => checks.push(covered(&found, file, receipt)),
        None => context.voice().tell("nothing that covers it was committed so far: look again later"),
    }
    Ok(checks)
}

/// How the first commit that counts as many answers stands to the receipt.
fn covered(CommitAnswer { n, commit }: &CommitAnswer, file: &Path, receipt: &Receipt) -> Check {
    let what = format!("commitment {n} of deal {}, {}", receipt.pact.deal, finality(commit));
    let wrong = match receipt.standing(commit, &beside(file, receipt)) {
        Standing::Covered => None,
        Standing::Differs => Some(format!(
            "it says something else (hearth deal contest {} {n} --receipt {})",
            receipt.pact.deal,
            file.display()
        )),
        Standing::Before => Some("it ends before this answer".to_owned()),
        Standing::Unproved => Some("it covers more answers (keep the deal's receipts beside this one)".to_owned()),
    };
    Check { what, wrong }
}

/// The first commit that covers the receipt's answer.
async fn first(suite: &Suite, receipt: &Receipt) -> Result<Option<CommitAnswer>, Error> {
    let mut after = None;
    loop {
        let page = suite.market().commits(receipt.pact.deal, after).await?;
        let Some(last) = page.last().map(|last| last.n) else { return Ok(None) };
        let covers = |answer: &CommitAnswer| answer.commit.totals.count > receipt.served.leaf.index;
        if let Some(found) = page.into_iter().find(covers) {
            return Ok(Some(found));
        }
        after = Some(last);
    }
}

fn finality(commit: &Commit) -> String {
    match commit.verdict {
        None => "not final yet".to_owned(),
        Some(verdict) => format!("final: {verdict}"),
    }
}

/// Other receipts of the deal in the same folder, those that hold by themselves.
fn beside(file: &Path, receipt: &Receipt) -> Vec<Receipt> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = files.filter_map(|entry| Some(entry.ok()?.path()));
    let json = paths.filter(|path| path.extension().is_some_and(|of| of == "json"));
    let read = json.filter_map(|path| read(&path).ok());
    read.filter(|other| other.pact == receipt.pact && other.check(None).is_ok()).collect()
}

/// The receipt of a file.
pub fn read(path: &Path) -> Result<Receipt, Error> {
    let bytes = std::fs::metadata(path).map_err(|error| Error::file(path, error))?.len();
    if bytes > MOST {
        return Err(Error::file(path, format!("it has {bytes} bytes, and no receipt has more than {MOST}")));
    }
    let text = std::fs::read(path).map_err(|error| Error::file(path, error))?;
    let receipt: Receipt =
        serde_json::from_slice(&text).map_err(|error| Error::file(path, format!("it is no receipt: {error}")))?;
    if receipt.version == Receipt::VERSION {
        return Ok(receipt);
    }
    let problem = format!("it is a receipt of version {}, this `hearth` reads {}", receipt.version, Receipt::VERSION);
    Err(Error::file(path, problem))
}
