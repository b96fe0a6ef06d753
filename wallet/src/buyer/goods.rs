//! What is on offer of a model: its classes and their books, and whether anything can be bought now.

use hearth_schema::market::{ClassAnswer, Model, Product};
use hearth_schema::unit::{Asset, ClassId, Seconds, Usd};
use hearth_schema::{charge, code};

use super::choose::{Candidate, Pick, Unfit, Wish, choose};
use crate::amount::{per_million, show_count, show_dollars, show_tokens};
use crate::error::{Error, Refusal};
use crate::suite::Suite;

/// A model, and the classes in which its tokens are sold.
#[derive(Debug, Clone, PartialEq)]
pub struct Goods {
    /// The model.
    pub model: Model,
    /// Its classes.
    pub classes: Vec<ClassAnswer>,
}

impl Goods {
    /// The model of this name, number or digest; of its classes only one, where one is named.
    pub async fn find(suite: &Suite, name: &str, only: Option<ClassId>) -> Result<Self, Error> {
        let models = suite.market().models().await?;
        let is_it =
            |model: &&Model| model.name == name || model.model.to_string() == name || model.digest.to_string() == name;
        let Some(model) = models.iter().find(is_it).cloned() else {
            let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).take(8).collect();
            let hint = if names.is_empty() { "the curator has published none yet".into() } else { names.join(", ") };
            return Err(Error::usage_hint(
                format!("there is no model {name} in this market"),
                format!("models: {hint}"),
            ));
        };
        let sells = |class: &ClassAnswer| {
            let of = matches!(&class.class.product, Product::Inference { model: of, .. } if *of == model.model);
            of && only.is_none_or(|only| only == class.id)
        };
        let classes: Vec<ClassAnswer> = suite.market().classes().await?.into_iter().filter(sells).collect();
        if classes.is_empty() {
            let problem = format!("{} is sold in no such class", model.name);
            return Err(Error::usage_hint(problem, "hearth class list says which classes there are"));
        }
        Ok(Self { model, classes })
    }

    /// Its class of this number.
    pub fn class(&self, id: ClassId) -> Option<&ClassAnswer> {
        self.classes.iter().find(|class| class.id == id)
    }

    /// The best offers in all its books that fit one deal together.
    pub async fn pick(&self, suite: &Suite, wish: &Wish) -> Result<Pick, Error> {
        choose(self.candidates(suite).await?, wish).map_err(|unfit| self.unfit(unfit, wish))
    }

    /// The best offers in all its books: up to a hundred a class.
    pub async fn candidates(&self, suite: &Suite) -> Result<Vec<Candidate>, Error> {
        let mut candidates = Vec::new();
        for ClassAnswer { id, class } in &self.classes {
            let Product::Inference { weights, .. } = class.product else { continue };
            let book = suite.market().book(*id, None).await?;
            candidates.extend(book.into_iter().map(|offer| Candidate { offer, weights }));
        }
        Ok(candidates)
    }

    fn unfit(&self, unfit: Unfit, wish: &Wish) -> Error {
        let Unfit { offers, dear, costly, unsigned, others, over, bounds } = unfit;
        let name = &self.model.name;
        if offers == 0 {
            let problem = format!("nobody offers {name} now");
            return Error::usage_hint(problem, "hearth show says when somebody does");
        }
        let max_price = wish.max_price.map_or_else(|| "no limit".into(), per_million);
        let reasons = [
            (dear, format!("above the dearest price ({max_price} for a million tokens)")),
            (costly, format!("at which it may cost more than {}", show_dollars(wish.max_cost))),
            (
                unsigned,
                format!(
                    "at which an answer may cost more than the {} that a node answers for unsigned",
                    show_dollars(wish.leave)
                ),
            ),
            (others, "of other nodes, or of nodes that failed before".into()),
            (over, "full, expired or outdated".into()),
            (bounds, "for larger, smaller or shorter deals".into()),
        ];
        let counted = reasons.iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}"));
        let counted: Vec<String> = counted.collect();
        let problem = format!("of {} of {name} none will do: {}", show_count(offers, "offer"), counted.join("; "));
        let hint = if unsigned == offers {
            "ask for fewer tokens by --max-tokens"
        } else {
            "raise --max-price or --max-cost, or ask for fewer tokens by --max-tokens"
        };
        Error::usage_hint(problem, hint)
    }
}

/// What a take locks now, if the price is fresh and the account covers it.
pub async fn afford(suite: &Suite, client: &str, max_spend: Usd, now: Seconds) -> Result<(), Error> {
    let config = suite.bme().config().await?;
    let quote = suite.bme().quote().await?.filter(|quote| quote.is_fresh(now, config.fresh));
    let Some(quote) = quote else {
        let words = "market/price-stale: the token's price is not fresh, and no deal is opened without one";
        return Err(Error::Refused(refusal("market/price-stale", words.to_owned())));
    };
    let lock = charge::lock(max_spend, quote.last, config.decimals);
    let lock =
        lock.map_err(|error| Error::usage(format!("a deal of {} cannot be locked: {error}", show_dollars(max_spend))))?;
    let free = suite.bme().account(client, Asset::Token).await?.free.tokens();
    if free >= lock {
        return Ok(());
    }
    let worth = show_dollars(max_spend);
    let [lock, free] = [lock, free].map(|tokens| show_tokens(tokens, config.decimals, "tokens"));
    let words = format!("bme/insufficient: a deal of {worth} locks {lock}, the account has {free}");
    Err(Error::Funds(refusal("bme/insufficient", words)))
}

/// What a contract would refuse, told before it is asked.
pub(crate) fn refusal(code: &str, words: String) -> Refusal {
    Refusal { codespace: "hearth".into(), code: 0, suite: code::all().find(|known| *known == code), words, hash: None }
}
