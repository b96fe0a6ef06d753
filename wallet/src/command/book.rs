//! `hearth book`: what is for sale.

use clap::Subcommand;
use hearth_schema::market::Level;
use hearth_schema::unit::ClassId;
use serde_json::json;

use crate::amount;
use crate::command::answer::{Answer, to_value};
use crate::command::context::Context;
use crate::command::offer;
use crate::command::table::table;
use crate::error::Error;

/// What is done with a book.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Lists the offers with free slots in a class, the best first.
    #[command(after_help = "Example:\n  hearth book show 1")]
    Show {
        /// The class.
        class: ClassId,
    },
    /// Sums what is for sale at each of the best prices of a class.
    #[command(after_help = "Example:\n  hearth book depth 1")]
    Depth {
        /// The class.
        class: ClassId,
    },
}

/// Runs the command.
pub async fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    let suite = context.suite()?;
    let (Verb::Show { class } | Verb::Depth { class }) = verb;
    // An empty book of a class that is not there is a slip of the reader's.
    suite.market().class(*class).await?;
    let nothing = format!("nothing is for sale in class {class}");
    match verb {
        Verb::Show { .. } => {
            let offers = suite.market().book(*class, None).await?;
            Ok(Answer::new(json!({ "class": class, "offers": to_value(&offers) }), offer::rows(&offers, &nothing)))
        }
        Verb::Depth { .. } => {
            let levels = suite.market().depth(*class).await?;
            let row = |level: &Level| {
                vec![amount::per_million(level.price), level.offers.to_string(), level.free.to_string()]
            };
            let text = table(&["price/M", "offers", "free slots"], levels.iter().map(row), &nothing);
            Ok(Answer::new(json!({ "class": class, "levels": to_value(&levels) }), text))
        }
    }
}
