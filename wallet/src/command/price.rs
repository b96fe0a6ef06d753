//! `hearth price`: the token's price, as its sources post it.
//!
//! - [`feed`] – price after price, from a file or a command

pub mod feed;

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use hearth_schema::bme::Priced;
use hearth_schema::unit::{Seconds, TokenPrice, Usd};

use crate::amount;
use crate::command::act::Act;
use crate::command::answer::{Answer, to_value};
use crate::command::context::Context;
use crate::command::table::pairs;
use crate::error::Error;
use crate::suite::Suite;

/// How often the chain is asked for a newer block, where the last price is of its last one.
const PAUSE: Duration = Duration::from_millis(500);
/// What a price is given where it cannot be simulated: about twice what it uses.
pub(super) const GAS: u64 = 400_000;
/// How many times.
const PATIENCE: u32 = 60;
/// Seconds after which a chain whose blocks are stamped behind this machine's clock would have made a newer one.
const STILL: u64 = 2;

/// What is done with the price.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Shows the price and who posts it.
    #[command(after_help = "Example:\n  hearth price show")]
    Show,
    /// Posts the price of a whole token.
    #[command(after_help = "Example:\n  hearth price push 0.5usd --yes")]
    Push {
        /// As in 0.5usd.
        price: String,
    },
    /// Posts price after price: each the first line of a file, or of what a command says, as in 0.5usd.
    #[command(after_help = "Example:\n  hearth price feed --file price.txt --times 1 --yes")]
    Feed {
        /// The file.
        #[arg(long, value_name = "FILE", required_unless_present = "command", conflicts_with = "command")]
        file: Option<PathBuf>,
        /// The command, for sh.
        #[arg(long, value_name = "COMMAND")]
        command: Option<String>,
        /// The time between two prices.
        #[arg(long, default_value = "60s", value_name = "DURATION")]
        every: String,
        /// How many prices are posted; without an end where left out.
        #[arg(long)]
        times: Option<u64>,
    },
}

/// Runs the command.
pub async fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    match verb {
        Verb::Show => show(&context.suite()?).await,
        Verb::Push { price } => push(context, price).await,
        Verb::Feed { file, command, every, times } => {
            let source = match (file, command) {
                (Some(path), _) => feed::Source::File(path.clone()),
                (None, Some(command)) => feed::Source::Command(command.clone()),
                (None, None) => {
                    return Err(Error::usage_hint("nothing to feed from", "--file FILE or --command COMMAND"));
                }
            };
            let every = Duration::from_secs(amount::duration(every)?.0);
            feed::run(context, &source, every, *times).await
        }
    }
}

async fn push(context: &Context, text: &str) -> Result<Answer, Error> {
    let price = read(text)?;
    let suite = context.suite()?;
    let time = observed(&suite).await?;
    let act = || -> Result<Act, Error> {
        let message = suite.bme().price(price, time)?;
        Ok(Act::new(vec![message], format!("the price of a token is {} at {time}", shown(price))))
    };
    let done = match act()?.run(context).await {
        Err(error) if is_of_last_block(&error) => act()?.with_gas(GAS).run(context).await?,
        done => done?,
    };
    done.answer(|tx| {
        let event: Priced = tx.needed_event(suite.bme().address())?;
        Ok(Answer::of(tx, &event, format!("{} a token", shown(event.price))))
    })
}

/// Whether the last block has a price already. A simulation plays in that block; the next one takes another.
pub(super) fn is_of_last_block(error: &Error) -> bool {
    error.code() == Some("bme/price-twice")
}

/// A price as a person or a program writes it.
pub(super) fn read(text: &str) -> Result<TokenPrice, Error> {
    let price = amount::token_price(text.trim())?;
    if price.is_zero() { Err(Error::usage(format!("`{text}` is no price: it is nothing"))) } else { Ok(price) }
}

pub(super) fn shown(price: TokenPrice) -> String {
    amount::show_dollars(Usd::new(price.u128()))
}

/// When a price is said to be observed: at the chain's last block, which is never in its future. Where that is as old as the
/// last price, at a newer block; where none comes, as on a chain that makes blocks on demand, a second after that price.
pub(super) async fn observed(suite: &Suite) -> Result<Seconds, Error> {
    for _ in 0..PATIENCE {
        let head = suite.client().head().await?.time;
        let last = suite.bme().quote().await?.map_or(Seconds(0), |quote| quote.time);
        if head > last {
            return Ok(head);
        }
        let next = Seconds(last.0.saturating_add(1));
        if now().0 >= next.0.saturating_add(STILL) {
            return Ok(next);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Error::Network { problem: "the chain makes no newer block".to_owned() })
}

/// What this machine's clock says.
pub(super) fn now() -> Seconds {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Seconds(since.as_secs())
}

async fn show(suite: &Suite) -> Result<Answer, Error> {
    let answer = suite.bme().price_answer().await?;
    let quote = |text: fn(&hearth_schema::bme::Quote) -> String| {
        answer.quote.as_ref().map_or_else(|| "none was posted yet".to_owned(), text)
    };
    let sources: Vec<String> = answer.sources.iter().map(|source| source.address.to_string()).collect();
    let text = pairs([
        ("price", quote(|quote| shown(quote.last))),
        ("lowest of 24 h", quote(|quote| shown(quote.low_24h))),
        ("observed", quote(|quote| amount::show_moment(quote.time, now()))),
        ("may be used", if answer.fresh { "yes" } else { "no: it is stale" }.to_owned()),
        ("sources", sources.join(" ")),
    ]);
    Ok(Answer::new(to_value(&answer), text))
}
