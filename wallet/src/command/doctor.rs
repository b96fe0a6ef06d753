//! `hearth doctor`: says what is wrong with the set-up, and the remedy.

use std::os::unix::fs::PermissionsExt as _;

use hearth_schema::deploy::Part;

use crate::amount;
use crate::chain::{Client, Head};
use crate::command::answer::Answer;
use crate::command::context::Context;
use crate::command::deploy::judged;
use crate::command::pending::Pending;
use crate::command::price;
use crate::deploy::Check;
use crate::error::Error;
use crate::suite::Suite;

/// A clock that is off by more than this is worth a word.
const CLOCK: u64 = 120;
/// A node that is behind by more than this is worth a word.
const BEHIND: u64 = 5;

/// Runs the command.
pub async fn run(context: &Context) -> Result<Answer, Error> {
    let mut checks = vec![keys(context), open(context)?];
    match context.client() {
        Ok(client) => checks.extend(chain(context, &client).await),
        Err(error) => checks.push(wrong("chain", &error)),
    }
    judged(context.voice(), checks)
}

fn right(what: impl Into<String>) -> Check {
    Check { what: what.into(), wrong: None }
}

fn wrong(what: impl Into<String>, error: &Error) -> Check {
    let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
    Check { what: what.into(), wrong: Some(format!("{error}{hint}")) }
}

fn found(what: impl Into<String>, problem: Option<String>) -> Check {
    Check { what: what.into(), wrong: problem }
}

/// Whether the key is there and only its owner reads it.
fn keys(context: &Context) -> Check {
    let key = context.address();
    match key {
        Err(error) => wrong("key", &error),
        Ok(address) => {
            let folder = context.ring().folder().to_owned();
            let mode = std::fs::metadata(&folder).map(|folder| folder.permissions().mode() & 0o077).unwrap_or_default();
            let open = (mode != 0).then(|| format!("others can enter {} (chmod 700 it)", folder.display()));
            found(format!("key {address}"), open)
        }
    }
}

/// Whether everything that was signed is settled.
fn open(context: &Context) -> Result<Check, Error> {
    let open = Pending::of(context.home()).all()?.len();
    Ok(found("pending transactions", (open > 0).then(|| format!("{open} are not settled (hearth tx resume)"))))
}

async fn chain(context: &Context, client: &Client) -> Vec<Check> {
    let heads = client.each_head().await;
    let highest = heads.iter().filter_map(|(_, head)| head.as_ref().ok()).map(|head| head.height.0).max();
    let mut checks: Vec<Check> =
        heads.iter().map(|(url, head)| endpoint(url, head, highest.unwrap_or_default())).collect();
    if highest.is_none() {
        return checks;
    }
    checks.push(gas(context, client).await);
    match deployment(context, client).await {
        Ok(found) => checks.extend(found),
        Err(error) => checks.push(wrong("deployment", &error)),
    }
    checks
}

fn endpoint(url: &str, head: &Result<Head, Error>, highest: u64) -> Check {
    let what = format!("endpoint {url}");
    let head = match head {
        Ok(head) => head,
        Err(error) => return wrong(what, error),
    };
    let behind = highest.saturating_sub(head.height.0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    let ahead = head.time.0.saturating_sub(now);
    found(
        what,
        if head.catching_up || behind > BEHIND {
            Some(format!("it is {} behind (name another first)", amount::show_count(behind, "block")))
        } else if ahead > CLOCK {
            Some(format!("the chain's clock is {ahead} s ahead of this machine's (set the clock)"))
        } else {
            None
        },
    )
}

async fn gas(context: &Context, client: &Client) -> Check {
    let denom = client.chain().gas_price.denom();
    let Ok(address) = context.address() else { return right("gas coins: no key to look at") };
    match client.balance(&address, denom).await {
        Err(error) => wrong("gas coins", &error),
        Ok(0) => found("gas coins", Some(format!("{address} has no {denom} (send it some)"))),
        Ok(amount) => right(format!("gas coins {amount}{denom}")),
    }
}

async fn deployment(context: &Context, client: &Client) -> Result<Vec<Check>, Error> {
    let record = context.record()?;
    let suite: Suite = record.suite(client.clone())?;
    let mut checks = Vec::new();
    for part in Part::ALL {
        let there = client.contract(record.addresses.of(part)).await?.is_some();
        let missing = (!there).then(|| format!("the chain has none at {}", record.addresses.of(part)));
        checks.push(found(format!("contract {}", part.name()), missing));
    }
    if checks.iter().all(|check| check.wrong.is_none()) {
        let status = suite.bme().status().await?;
        let stale = match status.price_time {
            None => "none was posted yet".to_owned(),
            Some(time) => format!("it was observed {} and is stale", amount::show_moment(time, price::now())),
        };
        let stale = format!("{stale}: no deal is opened (a source posts one: hearth price push)");
        checks.push(found("price of a token", status.price_stale.then_some(stale)));
    }
    Ok(checks)
}
