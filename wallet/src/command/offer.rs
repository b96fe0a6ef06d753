//! `hearth offer`: offers of a node.

use clap::{Args, Subcommand};
use hearth_schema::market::{Amended, Cancelled, Change, ExecuteMsg, OfferAnswer, Placed, Refreshed};
use hearth_schema::price::Tick;
use hearth_schema::unit::{ClassId, NodeId, OfferId, Seconds};
use serde_json::json;

use crate::amount;
use crate::command::act::Act;
use crate::command::answer::{Answer, to_value};
use crate::command::context::Context;
use crate::command::price;
use crate::command::table::table;
use crate::error::Error;
use crate::suite::Suite;

/// What is done with offers.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Puts a node's offer into a class.
    #[command(after_help = "Example:\n  hearth offer place --node 1 --class 1 --price 2.5usd --yes")]
    Place {
        /// The node.
        #[arg(long)]
        node: NodeId,
        /// The class.
        #[arg(long)]
        class: ClassId,
        /// For a million output tokens, as in 2.5usd; the grid has three digits.
        #[arg(long)]
        price: String,
        /// How many deals at once.
        #[arg(long, default_value_t = 1)]
        slots: u32,
        /// The least that a deal may be worth.
        #[arg(long, default_value = "0.01usd", value_name = "AMOUNT")]
        min: String,
        /// The most that a deal may be worth.
        #[arg(long, default_value = "100usd", value_name = "AMOUNT")]
        max: String,
        /// How long a deal may live.
        #[arg(long, default_value = "6h", value_name = "DURATION")]
        life: String,
        /// How long the offer rests; as long as the market lets it where left out.
        #[arg(long, value_name = "DURATION")]
        rests: Option<String>,
    },
    /// Changes an offer; what only shrinks keeps its place in the book.
    #[command(after_help = "Example:\n  hearth offer amend 1 --price 2.4usd --yes")]
    Amend {
        /// The offer.
        offer: OfferId,
        /// What changes.
        #[command(flatten)]
        change: Changes,
    },
    /// Takes an offer back.
    #[command(after_help = "Example:\n  hearth offer cancel 1 --yes")]
    Cancel {
        /// The offer.
        offer: OfferId,
    },
    /// Lets offers rest longer; each keeps its place.
    #[command(after_help = "Example:\n  hearth offer refresh 1 --yes")]
    Refresh {
        /// The offers.
        #[arg(required = true)]
        offers: Vec<OfferId>,
        /// How long they rest from now on; as long as the market lets them where left out.
        #[arg(long, value_name = "DURATION")]
        rests: Option<String>,
    },
    /// Lists a node's offers.
    #[command(after_help = "Example:\n  hearth offer list --node 1")]
    List {
        /// The node.
        #[arg(long)]
        node: NodeId,
    },
}

/// What changes of an offer.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Changes {
    /// For a million output tokens, as in 2.5usd.
    #[arg(long)]
    price: Option<String>,
    /// How many deals at once.
    #[arg(long)]
    slots: Option<u32>,
    /// The least that a deal may be worth.
    #[arg(long, value_name = "AMOUNT")]
    min: Option<String>,
    /// The most that a deal may be worth.
    #[arg(long, value_name = "AMOUNT")]
    max: Option<String>,
    /// How long a deal may live.
    #[arg(long, value_name = "DURATION")]
    life: Option<String>,
}

/// Runs the command.
pub async fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    match verb {
        Verb::Place { .. } => place(context, verb).await,
        Verb::Amend { offer, change } => amend(context, *offer, change).await,
        Verb::Cancel { offer } => {
            let suite = context.suite()?;
            let message = suite.market().tell(&ExecuteMsg::Cancel { offer: *offer })?;
            let act = Act::new(vec![message], format!("offer {offer} leaves the book; its open deals go on"));
            act.run(context).await?.answer(|tx| {
                let event: Cancelled = tx.needed_event(suite.market().address())?;
                Ok(Answer::of(tx, &event, format!("offer {} cancelled", event.offer)))
            })
        }
        Verb::Refresh { offers, rests } => refresh(context, offers, rests.as_ref()).await,
        Verb::List { node } => list(&context.suite()?, *node).await,
    }
}

async fn place(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    let Verb::Place { node, class, price, slots, min, max, life, rests } = verb else {
        return Err(Error::usage("not a place"));
    };
    let tick = amount::offer_price(price)?;
    let (min_spend, max_spend) = (amount::dollars(min)?, amount::dollars(max)?);
    let max_life = amount::duration(life)?;
    let suite = context.suite()?;
    let expires_at = expiry(&suite, rests.as_ref()).await?;
    let message = suite.market().tell(&ExecuteMsg::Place {
        node: *node,
        class: *class,
        tick,
        slots: *slots,
        min_spend,
        max_spend,
        max_life,
        expires_at,
        terms: suite.market().config().await?.terms,
    })?;
    let moves = format!(
        "node {node} offers {slots} slots of class {class} at {} for a million tokens, deals from {} to {}",
        shown(tick),
        amount::show_dollars(min_spend),
        amount::show_dollars(max_spend),
    );
    Act::new(vec![message], moves).run(context).await?.answer(|tx| {
        let event: Placed = tx.needed_event(suite.market().address())?;
        Ok(Answer::of(tx, &event, format!("offer {} at place {}", event.offer, event.seq)))
    })
}

async fn amend(context: &Context, offer: OfferId, change: &Changes) -> Result<Answer, Error> {
    let read = |text: &Option<String>| text.as_deref().map(amount::dollars).transpose();
    let change = Change {
        tick: change.price.as_deref().map(amount::offer_price).transpose()?,
        slots: change.slots,
        min_spend: read(&change.min)?,
        max_spend: read(&change.max)?,
        max_life: change.life.as_deref().map(amount::duration).transpose()?,
        expires_at: None,
        terms: None,
    };
    let suite = context.suite()?;
    let message = suite.market().tell(&ExecuteMsg::Amend { offer, change })?;
    Act::new(vec![message], format!("offer {offer} changes")).run(context).await?.answer(|tx| {
        let event: Amended = tx.needed_event(suite.market().address())?;
        let said = format!("offer {} at place {}, {}", event.offer, event.seq, amount::per_million(event.price));
        Ok(Answer::of(tx, &event, said))
    })
}

async fn refresh(context: &Context, offers: &[OfferId], rests: Option<&String>) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let expires_at = expiry(&suite, rests).await?;
    let message = suite.market().tell(&ExecuteMsg::Refresh { offers: offers.to_vec(), expires_at })?;
    let count = amount::show_count(offers.len(), "offer");
    let moves = format!("{count}: until {}", amount::show_moment(expires_at, price::now()));
    Act::new(vec![message], moves).run(context).await?.answer(|tx| {
        let event: Refreshed = tx.needed_event(suite.market().address())?;
        Ok(Answer::of(tx, &event, format!("they end {}", amount::show_moment(event.expires_at, price::now()))))
    })
}

/// When an offer expires that rests so long from the chain's time on. The market's own limit counts from the block that
/// takes it, which is later: so its whole length is within it.
async fn expiry(suite: &Suite, rests: Option<&String>) -> Result<Seconds, Error> {
    let rests = match rests {
        Some(text) => amount::duration(text)?,
        None => suite.market().config().await?.offer_life,
    };
    let now = suite.client().head().await?.time;
    now.plus(rests.0).map_err(|error| Error::usage(error.to_string()))
}

async fn list(suite: &Suite, node: NodeId) -> Result<Answer, Error> {
    let offers = suite.market().offers(node).await?;
    Ok(Answer::new(
        json!({ "node": node, "offers": to_value(&offers) }),
        rows(&offers, &format!("node {node} offers nothing")),
    ))
}

/// Offers as a table; where there are none, this is said.
pub(super) fn rows(offers: &[OfferAnswer], nothing: &str) -> String {
    let row = |offer: &OfferAnswer| {
        let place = format!("{}@{}", offer.offer, offer.seq);
        let free = format!("{}/{}", offer.free, offer.slots);
        let (price, node) = (amount::per_million(offer.price), offer.node.to_string());
        let spend = [offer.min_spend, offer.max_spend].map(amount::show_dollars).join(" – ");
        vec![place, node, offer.class.to_string(), price, free, spend, amount::show_duration(offer.max_life)]
    };
    table(&["offer@seq", "node", "class", "price/M", "free", "deal", "life"], offers.iter().map(row), nothing)
}

fn shown(tick: Tick) -> String {
    tick.price().map_or_else(|_| tick.to_string(), amount::per_million)
}
