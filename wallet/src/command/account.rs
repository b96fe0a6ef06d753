//! `hearth account`: what is free to spend, and what is owed.

use clap::Subcommand;
use hearth_schema::bme::{Claimed, Deposited, Withdrawn};
use hearth_schema::unit::Asset;
use serde_json::json;

use crate::buyer::goods::refusal;
use crate::command::act::Act;
use crate::command::answer::Answer;
use crate::command::context::{Context, Money};
use crate::command::table::pairs;
use crate::error::Error;
use crate::key::address;
use crate::suite::Suite;
use crate::tx::Message;

/// What is done with an account.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Shows what an address holds, has free, and is owed.
    #[command(after_help = "Example:\n  hearth account show")]
    Show {
        /// Whose; one's own where left out.
        address: Option<String>,
    },
    /// Brings tokens into an account, from which deals are paid.
    #[command(after_help = "Example:\n  hearth account deposit 100token --yes")]
    Deposit {
        /// How much, as in 100token.
        amount: String,
        /// Into whose account; one's own where left out.
        #[arg(long = "for", value_name = "ADDRESS")]
        account: Option<String>,
    },
    /// Takes back what is free.
    #[command(after_help = "Example:\n  hearth account withdraw 5token --yes")]
    Withdraw {
        /// How much, as in 5token.
        amount: String,
    },
    /// Pays tokens, or the chain's coins: a worker needs some for its gas.
    #[command(
        after_help = "Example:\n  hearth account send wasm1k6mlh25zlxe6ahuk73mck47mu2wyx8w38fquvt 5000000ucosm --yes"
    )]
    Send {
        /// To whom.
        address: String,
        /// How much, as in 5token or 5000000ucosm.
        amount: String,
    },
    /// Mints what is owed to an account.
    #[command(after_help = "Example:\n  hearth account claim --yes")]
    Claim {
        /// Whose; one's own where left out.
        #[arg(long, value_name = "ADDRESS")]
        account: Option<String>,
    },
}

/// Runs the command.
pub async fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let at = suite.bme().address().to_owned();
    match verb {
        Verb::Show { address } => show(context, context.address_or_own(address.as_ref())?).await,
        Verb::Deposit { amount, account } => {
            let money = Money::of(&suite).await?;
            let amount = money.read(amount)?;
            if let Some(account) = account {
                context.address_or_own(Some(account))?;
            }
            let whose = account.clone().unwrap_or_else(|| "your account".to_owned());
            let moves = format!("{} from you into {whose} at {at}", money.show(amount));
            let act = Act::new(vec![suite.token().deposit(account.clone(), amount)?], moves);
            act.run(context).await?.answer(|tx| {
                let event: Deposited = tx.needed_event(&at)?;
                let said = format!("{} deposited", money.show_amount(event.amount));
                Ok(Answer::of(tx, &event, said))
            })
        }
        Verb::Withdraw { amount } => {
            let money = Money::of(&suite).await?;
            let amount = money.read(amount)?;
            let free = suite.bme().account(&context.address()?, Asset::Token).await?.free.tokens();
            if amount > free {
                let [wanted, free] = [amount, free].map(|tokens| money.show(tokens));
                let words = format!("bme/insufficient: {wanted} are asked for, and {free} are free in the account");
                return Err(Error::Funds(refusal("bme/insufficient", words)));
            }
            let moves = format!("{} from your account at {at} to you", money.show(amount));
            let act = Act::new(vec![suite.bme().withdraw(Asset::Token, amount.into())?], moves);
            act.run(context).await?.answer(|tx| {
                let event: Withdrawn = tx.needed_event(&at)?;
                let said = format!("{} withdrawn", money.show_amount(event.amount));
                Ok(Answer::of(tx, &event, said))
            })
        }
        Verb::Send { address, amount } => send(context, &suite, address, amount).await,
        Verb::Claim { account } => claim(context, account.as_ref()).await,
    }
}

async fn send(context: &Context, suite: &Suite, to: &str, text: &str) -> Result<Answer, Error> {
    address::read(to, &context.prefix())?;
    let chain = context.chain()?;
    let coins = text.trim().strip_suffix(chain.gas_price.denom()).map(str::parse::<u128>);
    let (message, shown) = match coins {
        Some(Ok(amount)) if amount > 0 => {
            let denom = chain.gas_price.denom().to_owned();
            (Message::Pay { to: to.to_owned(), amount, denom }, text.trim().to_owned())
        }
        Some(_) => {
            return Err(Error::usage_hint(
                format!("`{text}` is no amount of coins"),
                "a whole number, as in 5000000ucosm",
            ));
        }
        None => {
            let money = Money::of(suite).await?;
            let amount = money.read(text)?;
            (suite.token().transfer(to, amount)?, money.show(amount))
        }
    };
    let said = format!("{shown} sent to {to}");
    let act = Act::new(vec![message], format!("{shown} from you to {to}"));
    act.run(context).await?.answer(|tx| Ok(Answer::of(tx, &json!({ "to": to, "amount": text }), said)))
}

async fn show(context: &Context, address: String) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let client = suite.client();
    let money = Money::of(&suite).await?;
    let denom = client.chain().gas_price.denom();
    let gas = client.balance(&address, denom).await?;
    let tokens = suite.token().balance(&address).await?;
    let free = suite.bme().account(&address, Asset::Token).await?.free;
    let owed = suite.bme().claims(&address).await?.tokens;
    let data = json!({
        "address": address, "gas": { "amount": gas.to_string(), "denom": denom },
        "tokens": tokens, "free": free, "owed": owed, "decimals": money.decimals(),
    });
    let text = pairs([
        ("address", address),
        ("gas coins", format!("{gas}{denom}")),
        ("tokens", money.show(tokens)),
        ("free in the account", money.show_amount(free)),
        ("owed to it", money.show(owed)),
    ]);
    Ok(Answer::new(data, text))
}

async fn claim(context: &Context, account: Option<&String>) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let whose = context.address_or_own(account)?;
    let money = Money::of(&suite).await?;
    let owed = suite.bme().claims(&whose).await?.tokens;
    let moves = format!("{} minted for {whose}", money.show(owed));
    let act = Act::new(vec![suite.bme().claim(Some(whose))?], moves);
    act.run(context).await?.answer(|tx| match tx.event::<Claimed>(suite.bme().address()) {
        Some(event) => {
            let said = format!("{} claimed", money.show(event.amount));
            Ok(Answer::of(tx, &event, said))
        }
        None => Ok(Answer::of(tx, &json!({ "amount": "0" }), "nothing was owed")),
    })
}
