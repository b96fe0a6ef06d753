//! Whether the chain has what plan and record say.

use hearth_schema::deploy::Part;
use hearth_schema::digest::Digest;
use serde::Serialize;

use crate::chain::Client;
use crate::deploy::{Artifacts, Record, Wish};
use crate::error::Error;
use crate::suite::Suite;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What.
    pub what: String,
    /// What is wrong with it; nothing where it is right.
    pub wrong: Option<String>,
}

impl Check {
    /// What holds if the two are the same.
    fn same<T: PartialEq + std::fmt::Display>(what: impl Into<String>, found: T, wanted: T) -> Self {
        let wrong = (found != wanted).then(|| format!("it is {found}, and not {wanted}"));
        Self { what: what.into(), wrong }
    }
}

/// Looks at everything: codes, contracts, wiring, owners, clocks, models and classes.
pub async fn verify(client: &Client, wish: &Wish, artifacts: &Artifacts, record: &Record) -> Result<Vec<Check>, Error> {
    let plan = wish.plan(&record.creator)?;
    let predicted = super::run::predict(&plan, artifacts, &client.chain().prefix)?;
    let mut checks = vec![Check::same("chain", record.chain_id.clone(), client.chain().id.clone())];
    for part in Part::ALL {
        let name = part.name();
        checks.push(Check::same(
            format!("{name}: address"),
            record.addresses.of(part).to_owned(),
            predicted.of(part).to_owned(),
        ));
    }
    let codes = client.codes().await?;
    for part in Part::ALL {
        checks.extend(contract(client, artifacts, record, part, &codes).await?);
    }
    let suite = Suite::new(client.clone(), record.addresses.clone());
    checks.extend(wiring(&suite, record).await?);
    checks.extend(owners(&suite, &plan).await?);
    checks.extend(catalogue(&suite, wish).await?);
    Ok(checks)
}

async fn contract(
    client: &Client,
    artifacts: &Artifacts,
    record: &Record,
    part: Part,
    codes: &[crate::chain::Code],
) -> Result<Vec<Check>, Error> {
    let name = part.name();
    let Some(found) = client.contract(record.addresses.of(part)).await? else {
        return Ok(vec![Check { what: format!("{name}: contract"), wrong: Some("there is none".to_owned()) }]);
    };
    let none = Digest::generate(b"no such code");
    let checksum = codes.iter().find(|code| code.id == found.code_id).map_or(none, |code| code.checksum);
    Ok(vec![
        Check::same(format!("{name}: code"), checksum.to_hex(), artifacts.checksum(part).to_hex()),
        Check::same(format!("{name}: creator"), found.creator, record.creator.clone()),
        Check::same(format!("{name}: admin"), found.admin, String::new()),
    ])
}

/// Whether each contract knows its siblings.
async fn wiring(suite: &Suite, record: &Record) -> Result<Vec<Check>, Error> {
    let at = &record.addresses;
    let (bme, bonds) = (suite.bme().config().await?, suite.bonds().config().await?);
    let (market, audit) = (suite.market().config().await?, suite.audit().config().await?);
    let pairs = [
        ("bme: token", bme.token, &at.token),
        ("bme: market", bme.market, &at.market),
        ("bonds: token", bonds.token, &at.token),
        ("bonds: audit", bonds.audit, &at.audit),
        ("market: bme", market.bme, &at.bme),
        ("market: bonds", market.bonds, &at.bonds),
        ("market: audit", market.audit, &at.audit),
        ("audit: market", audit.market, &at.market),
        ("audit: bonds", audit.bonds, &at.bonds),
    ];
    Ok(pairs.into_iter().map(|(what, found, wanted)| Check::same(what, found.into_string(), wanted.clone())).collect())
}

/// Who owns what, and under which terms.
async fn owners(suite: &Suite, plan: &hearth_schema::deploy::Plan) -> Result<Vec<Check>, Error> {
    let info = suite.token().info().await?;
    let (bme, market) = (suite.bme().config().await?, suite.market().config().await?);
    let terms = suite.market().terms(Some(1)).await?.terms;
    let same_terms = if terms == plan.profile.terms { "as planned" } else { "others" };
    Ok(vec![
        Check::same("token: symbol", info.symbol, plan.token.symbol.clone()),
        Check::same("token: decimals", info.decimals, plan.token.decimals),
        Check::same("bme: treasury", bme.treasury.into_string(), plan.treasury.clone()),
        Check::same("bme: fresh", bme.fresh, plan.profile.fresh),
        Check::same("market: curator", market.curator.into_string(), plan.curator.clone()),
        Check::same("market: terms 1", same_terms, "as planned"),
        Check::same("market: offer life", market.offer_life, plan.profile.offer_life),
        Check::same("bme: owner", suite.bme().ownership().await?.owner.into_string(), plan.owner.clone()),
        Check::same("bonds: owner", suite.bonds().ownership().await?.owner.into_string(), plan.owner.clone()),
        Check::same("market: owner", suite.market().ownership().await?.owner.into_string(), plan.owner.clone()),
    ])
}

async fn catalogue(suite: &Suite, wish: &Wish) -> Result<Vec<Check>, Error> {
    let models = suite.market().models().await?;
    let missing = |there: bool| (!there).then(|| "it is not on the chain".to_owned());
    let checked = wish.models.iter().map(|model| {
        let there = models.iter().any(|of| of.digest == model.digest && of.name == model.name);
        Check { what: format!("model {}", model.name), wrong: missing(there) }
    });
    let mut checks: Vec<Check> = checked.collect();
    let classes = suite.market().classes().await?;
    checks.push(Check {
        what: "classes".to_owned(),
        wrong: (classes.len() < wish.classes.len())
            .then(|| format!("there are {}, and the plan has {}", classes.len(), wish.classes.len())),
    });
    Ok(checks)
}
