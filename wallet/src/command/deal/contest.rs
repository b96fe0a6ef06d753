//! Doubting a commit: with the worker's own receipt for something else it fails at once, without one a point more is drawn.

use std::path::{Path, PathBuf};

use hearth_schema::market::{Commit, Contested, ExecuteMsg};
use hearth_schema::unit::DealId;

use crate::command::act::Act;
use crate::command::answer::Answer;
use crate::command::context::Context;
use crate::command::receipt::read;
use crate::error::Error;
use crate::receipt::{Receipt, folder};
use crate::session::refutes;
use crate::suite::Suite;

/// Contests a commit.
pub async fn contest(context: &Context, deal: DealId, n: u64, file: Option<&Path>) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let Some(commit) = suite.market().commit(deal, n).await? else {
        let problem = format!("there is no commit {n} of deal {deal}");
        return Err(Error::usage_hint(problem, "hearth deal list shows your deals, hearth deal show their commits"));
    };
    let found = match file {
        Some(file) => Some((named(&suite, deal, n, &commit, file)?, file.to_owned())),
        None => saved(context, &suite, deal, &commit),
    };
    let moves = match &found {
        Some((_, file)) => format!(
            "commit {n} of deal {deal} fails by its worker's own receipt in {}; what it charged comes back",
            file.display()
        ),
        None => format!("one more point of commit {n} of deal {deal} is drawn, which its worker has to open"),
    };
    let receipt = found.map(|(receipt, _)| receipt.worker());
    let message = suite.market().tell(&ExecuteMsg::Contest { deal, n, receipt })?;
    Act::new(vec![message], moves).run(context).await?.answer(|tx| {
        let event: Contested = tx.needed_event(suite.market().address())?;
        let said = if event.refuted {
            format!("commit {n} of deal {deal} is refuted: what it charged came back")
        } else {
            format!("commit {n} of deal {deal} is contested: one more point is drawn")
        };
        Ok(Answer::of(tx, &event, said))
    })
}

/// The receipt of a file that its owner names: refused where the contract would not take it.
fn named(suite: &Suite, deal: DealId, n: u64, commit: &Commit, file: &Path) -> Result<Receipt, Error> {
    let receipt = read(file)?;
    let remedy = format!("without --receipt it is contested all the same: hearth deal contest {deal} {n}");
    let wrong = |problem: &str| Error::usage_hint(format!("{} {problem}", file.display()), remedy);
    if !is_of(&receipt, suite, deal) {
        return Err(wrong(&format!("is a receipt of another deal, not of deal {deal}")));
    }
    if receipt.served.totals.count != commit.totals.count {
        return Err(wrong(&format!(
            "refutes nothing: it is over {} answers, the commit over {}",
            receipt.served.totals.count, commit.totals.count
        )));
    }
    if !refutes(&receipt.worker(), commit) {
        return Err(wrong("refutes nothing: the commit says the same"));
    }
    Ok(receipt)
}

/// A receipt that was kept, that holds by itself, and that says something else than the commit.
fn saved(context: &Context, suite: &Suite, deal: DealId, commit: &Commit) -> Option<(Receipt, PathBuf)> {
    let files = std::fs::read_dir(folder(context.home(), &suite.client().chain().id, deal)).ok()?;
    let mut kept = files.filter_map(|entry| {
        let path = entry.ok()?.path();
        Some((read(&path).ok()?, path))
    });
    let refuting = |receipt: &Receipt| refutes(&receipt.worker(), commit) && receipt.check(None).is_ok();
    kept.find(|(receipt, _)| is_of(receipt, suite, deal) && refuting(receipt))
}

fn is_of(receipt: &Receipt, suite: &Suite, deal: DealId) -> bool {
    let pact = &receipt.pact;
    pact.chain == suite.client().chain().id && pact.market == suite.market().address() && pact.deal == deal
}
