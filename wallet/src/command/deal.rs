//! `hearth deal`: deals between a client and a node.
//!
//! - [`take`] – opening a deal, with a session key of its own
//! - [`contest`] – doubting a commit

pub mod contest;
pub mod take;

use std::path::PathBuf;

use clap::Subcommand;
use hearth_schema::market::{Closed, DealAnswer, Ended, ExecuteMsg};
use hearth_schema::unit::{ClassId, DealId};
use serde_json::json;

use crate::amount;
use crate::command::act::Act;
use crate::command::answer::{Answer, to_value};
use crate::command::context::{Context, Money};
use crate::command::table::{pairs, table};
use crate::error::Error;
use crate::suite::Suite;

/// What is done with deals.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Opens one deal at the first of these offers that still is what it was.
    #[command(after_help = "Example:\n  hearth deal take 1 --max 2usd --yes")]
    Take {
        /// Offers in the order of preference, as in 1 or 1@4: with its place, it is taken only unchanged since.
        #[arg(required = true, value_name = "OFFER[@SEQ]")]
        offers: Vec<take::Wanted>,
        /// What the deal is.
        #[command(flatten)]
        bid: take::Bidding,
    },
    /// Opens one deal at the best offer of a class.
    #[command(after_help = "Example:\n  hearth deal sweep 1 --limit 3usd --max 2usd --yes")]
    Sweep {
        /// The class.
        class: ClassId,
        /// What the deal is.
        #[command(flatten)]
        bid: take::Bidding,
    },
    /// Lists one's deals, the newest first.
    #[command(after_help = "Example:\n  hearth deal list")]
    List {
        /// Whose; one's own where left out.
        #[arg(long, value_name = "ADDRESS")]
        client: Option<String>,
    },
    /// Shows a deal, its escrow and its commits.
    #[command(after_help = "Example:\n  hearth deal show 1")]
    Show {
        /// The deal.
        deal: DealId,
    },
    /// As its client, starts the clock of the last commit; as its node's owner, ends it at once.
    #[command(after_help = "Example:\n  hearth deal close 1 --yes")]
    Close {
        /// The deal.
        deal: DealId,
    },
    /// Ends a deal whose clock has run out.
    #[command(after_help = "Example:\n  hearth deal expire 1 --yes")]
    Expire {
        /// The deal.
        deal: DealId,
    },
    /// Doubts a commit without a voucher, once. With a receipt of its worker for something else it fails at once: one that
    /// was kept is found, another is named.
    #[command(after_help = "Example:\n  hearth deal contest 1 1 --yes")]
    Contest {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// The receipt that says something else; where left out, the kept ones of the deal are looked through.
        #[arg(long, value_name = "FILE")]
        receipt: Option<PathBuf>,
    },
}

/// Runs the command.
pub async fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    match verb {
        Verb::Take { offers, bid } => take::take(context, offers, bid).await,
        Verb::Sweep { class, bid } => take::sweep(context, *class, bid).await,
        Verb::List { client } => list(context, context.address_or_own(client.as_ref())?).await,
        Verb::Show { deal } => show(&context.suite()?, *deal).await,
        Verb::Close { deal } => close(context, *deal).await,
        Verb::Expire { deal } => expire(context, *deal).await,
        Verb::Contest { deal, n, receipt } => contest::contest(context, *deal, *n, receipt.as_deref()).await,
    }
}

async fn close(context: &Context, deal: DealId) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let message = suite.market().tell(&ExecuteMsg::Close { deal })?;
    let moves = format!("deal {deal} closes; what is not committed when its last clock has run out comes back");
    Act::new(vec![message], moves).run(context).await?.answer(|tx| {
        let at = suite.market().address();
        match (tx.event::<Ended>(at), tx.event::<Closed>(at)) {
            (Some(event), _) => Ok(Answer::of(tx, &event, format!("deal {deal} ended: {}", event.reason))),
            (None, Some(event)) => Ok(Answer::of(tx, &event, format!("deal {deal} closes: its last clock runs"))),
            (None, None) => Ok(Answer::of(tx, &json!({ "deal": deal }), format!("deal {deal} was closing already"))),
        }
    })
}

async fn expire(context: &Context, deal: DealId) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let message = suite.market().tell(&ExecuteMsg::Expire { deal })?;
    let act = Act::new(vec![message], format!("deal {deal} ends; what is not committed goes back to its client"));
    act.run(context).await?.answer(|tx| match tx.event::<Ended>(suite.market().address()) {
        Some(event) => Ok(Answer::of(tx, &event, format!("deal {deal} ended: {}", event.reason))),
        None => Ok(Answer::of(tx, &json!({ "deal": deal }), format!("deal {deal} had ended already"))),
    })
}

async fn list(context: &Context, client: String) -> Result<Answer, Error> {
    let deals = context.suite()?.market().deals(&client, None).await?;
    let row = |answer: &DealAnswer| {
        let deal = &answer.deal;
        vec![
            answer.id.to_string(),
            deal.node.to_string(),
            deal.class.to_string(),
            amount::per_million(deal.price),
            amount::show_dollars(deal.totals.spent),
            amount::show_dollars(deal.max_spend),
            standing(deal),
        ]
    };
    let heads = ["deal", "node", "class", "price/M", "spent", "at most", "standing"];
    let text =
        table(&heads, deals.iter().map(row), "no deal was opened yet: hearth run, or hearth deal take, opens one");
    Ok(Answer::new(json!({ "client": client, "deals": to_value(&deals) }), text))
}

async fn show(suite: &Suite, id: DealId) -> Result<Answer, Error> {
    let Some(deal) = suite.market().deal(id).await? else {
        return Err(Error::usage_hint(format!("there is no deal {id}"), "hearth deal list shows yours"));
    };
    let money = Money::of(suite).await?;
    let escrow = suite.bme().escrow(id).await?;
    let commits = suite.market().commits(id, None).await?;
    let held = escrow.as_ref().map_or_else(String::new, |escrow| money.show_amount(escrow.amount));
    let data = json!({
        "id": id, "deal": to_value(&deal), "escrow": to_value(&escrow), "commits": to_value(&commits),
    });
    let text = pairs([
        ("deal", id.to_string()),
        ("client", deal.client.to_string()),
        ("node", deal.node.to_string()),
        ("class", deal.class.to_string()),
        ("price for a million", amount::per_million(deal.price)),
        ("spent", amount::show_dollars(deal.totals.spent)),
        ("at most", amount::show_dollars(deal.max_spend)),
        ("in escrow", held),
        ("commits", commits.len().to_string()),
        ("standing", standing(&deal)),
    ]);
    Ok(Answer::new(data, text))
}

fn standing(deal: &hearth_schema::market::Deal) -> String {
    match (deal.ended, deal.closing) {
        (Some(reason), _) => reason.to_string(),
        (None, Some(_)) => "closing".to_owned(),
        (None, None) => "open".to_owned(),
    }
}
