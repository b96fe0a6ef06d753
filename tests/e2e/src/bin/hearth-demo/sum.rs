//! What each had before and after, and the laws that held.

use serde_json::Value;

use crate::cast::{Chain, Person};
use crate::stage::{Trouble, number};

/// The digits of the token.
const DIGITS: usize = 6;

/// The deployer's plan: short clocks, the beacon beside the chain, tokens for the four of the demo, one model and one class.
pub(crate) fn plan(chain: &Chain, digest: &str) -> Result<String, Trouble> {
    let beacon = chain.beacon_info()?;
    let holdings: String = chain
        .holders()
        .map(|address| format!("[[token.genesis]]\naddress = \"{address}\"\namount = \"10000token\"\n\n"))
        .collect();
    Ok(format!(
        "salt = \"demo\"\nprofile = \"short\"\n\n{beacon}\n[token]\nname = \"Hearth\"\nsymbol = \"HRTH\"\ndecimals = {DIGITS}\n\
         cap = \"1000000token\"\n\n{holdings}[[models]]\nname = \"hearth-tiny\"\ndigest = \"{}\"\n\
         source = \"worker/engine/models/hearth-tiny\"\n\n[[classes]]\nmodel = \"hearth-tiny\"\nengine = \"exact\"\n\
         sampler = \"greedy\"\nweights = {{ input = 250, cached = 25 }}\n",
        digest,
    ))
}

/// What somebody has, in base units of the token.
pub(crate) struct Holding {
    name: &'static str,
    tokens: u128,
    account: u128,
}

/// What each of them has.
pub(crate) fn holdings(teller: &Person, all: &[&Person]) -> Result<Vec<Holding>, Trouble> {
    all.iter()
        .map(|person| {
            let shown = teller.asks(&["account", "show", &person.address])?;
            let (tokens, account) = (number(&shown, "/tokens")?, number(&shown, "/free")?);
            Ok(Holding { name: person.name, tokens, account })
        })
        .collect()
}

/// Tells how it ended: the deals, the parties, the token, the laws.
pub(crate) fn tell(teller: &Person, all: &[&Person], before: &[Holding], deals: &[Value]) -> Result<(), Trouble> {
    let law = teller.asks(&["show"])?;
    let of = |name: &str| number(&law, &format!("/law/{name}"));
    let after = holdings(teller, all)?;
    println!("\n  HRTH            before          after         change");
    for (was, is) in before.iter().zip(&after) {
        let (was, is) = ((was.name, was.tokens.saturating_add(was.account)), is.tokens.saturating_add(is.account));
        println!("  {:<9} {:>13} {:>14} {:>14}", was.0, tokens(was.1), tokens(is), change(was.1, is));
    }
    let (burned, destroyed, minted, unclaimed) = (of("burned")?, of("destroyed")?, of("minted")?, of("unclaimed")?);
    let (supply, due) = (of("supply")?, of("burn_due")?);
    println!(
        "\n  charged and burned {}  =  minted to providers {} + owed to audit pool and treasury {} + destroyed {}",
        tokens(burned),
        tokens(minted),
        tokens(unclaimed),
        tokens(destroyed)
    );
    let sums = deals.iter().map(|deal| number(deal, "/deal/totals/spent")).collect::<Result<Vec<_>, _>>()?;
    println!("  in dollars: {} for {} deals", dollars(sums.iter().copied().fold(0, u128::saturating_add)), sums.len());
    println!("\n  the laws, to the unit:");
    law_holds("minted + unclaimed = burned − destroyed + emitted", minted.saturating_add(unclaimed), {
        burned.saturating_sub(destroyed).saturating_add(of("emitted")?)
    })?;
    let genesis = crate::cast::GENESIS_UNITS;
    law_holds(
        "supply = genesis + minted − burned + burn due",
        supply,
        genesis.saturating_add(minted).saturating_add(due).saturating_sub(burned),
    )?;
    let ledgers = ["accounts", "escrows", "pending", "burn_due", "surplus"];
    let held = ledgers.iter().try_fold(0_u128, |sum, name| Ok::<_, Trouble>(sum.saturating_add(of(name)?)))?;
    law_holds("balance = accounts + escrows + pending + burn due + surplus", of("balance")?, held)
}

fn law_holds(name: &str, left: u128, right: u128) -> Result<(), Trouble> {
    println!("    {name:<62} {left} = {right}");
    if left == right { Ok(()) } else { Err(format!("{name} does not hold: {left} is not {right}")) }
}

/// Base units as whole tokens.
pub(crate) fn tokens(units: u128) -> String {
    let digits = format!("{units:0>width$}", width = DIGITS.saturating_add(1));
    let (whole, part) = digits.split_at_checked(digits.len().saturating_sub(DIGITS)).unwrap_or((&digits, ""));
    format!("{whole}.{part}")
}

fn change(before: u128, after: u128) -> String {
    if after >= before {
        format!("+{}", tokens(after.saturating_sub(before)))
    } else {
        format!("-{}", tokens(before.saturating_sub(after)))
    }
}

/// Pico-dollars as dollars, to a millionth.
pub(crate) fn dollars(pico: u128) -> String {
    let micro = pico.div_ceil(1_000_000);
    format!("${}", tokens(micro))
}
