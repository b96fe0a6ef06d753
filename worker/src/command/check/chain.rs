//! What is wrong on the chain, or on the way to it: endpoints, clock, deployment, fees, gas coins, node, bond.

use hearth_schema::bonds::Node;
use hearth_schema::deploy::{Addresses, Part};
use hearth_schema::market::{AtRisk, QueryMsg};
use hearth_schema::unit::Usd;
use hearth_wallet::{Client, Error, amount};

use super::Finding;
use crate::config::Config;
use crate::dispatch::Keys;
use crate::sight::wall;
use crate::{gas, run, view};

/// For so many commits there should be gas coins.
const COMMITS: u128 = 20;
/// A clock that is off by more than this is wrong, in seconds.
const OFF: u64 = 30;

/// Everything that the chain can say.
pub(crate) async fn all(config: &Config, client: &Client, keys: &Keys, worker: &str) -> Vec<Finding> {
    let mut found = endpoints(client).await;
    found.push(gas_price(config));
    let at = match config.addresses() {
        Ok(at) => at,
        Err(error) => {
            found.push(Finding::wrong("deployment", error.to_string(), "name the record of this chain's deployment"));
            return found;
        }
    };
    match deployment(client, &at).await {
        Ok(finding) => found.push(finding),
        // The endpoints have said it all.
        Err(_) => return found,
    }
    found.push(coins(config, client, worker).await);
    match view::node(client, &at, worker).await {
        Ok(node) => {
            found.push(registered(config, &node, keys));
            found.push(bond(config, client, &at, &node).await);
        }
        Err(error) => found.push(Finding::failed("node", &error)),
    }
    found
}

async fn endpoints(client: &Client) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut clock = None;
    for (url, head) in client.each_head().await {
        found.push(match head {
            Err(error @ Error::OtherChain { .. }) => {
                Finding::wrong("chain id", error.to_string(), "set chain.chain_id and chain.rpc to the same chain")
            }
            Err(error) => {
                Finding::wrong("endpoint", error.to_string(), "see that it is up, or set chain.rpc to another")
            }
            Ok(head) if head.catching_up => Finding::wrong(
                "endpoint",
                format!("{url} is catching up with its chain"),
                "wait, or set chain.rpc to another",
            ),
            Ok(head) => {
                clock = Some(head.time.0);
                Finding::fine("endpoint", format!("{url} is at height {} of {}", head.height, client.chain().id))
            }
        });
    }
    found.extend(clock.map(|block| self::clock(block, wall().0)));
    found
}

/// Whether this machine's time is the chain's.
pub fn clock(block: u64, now: u64) -> Finding {
    let off = now.abs_diff(block);
    let said = |which| format!("the last block's time is {off} s {which} this machine's");
    if off <= OFF {
        return Finding::fine("clock", format!("within {off} s of the last block"));
    }
    if block > now {
        return Finding::wrong("clock", said("ahead of"), "set this machine's clock, by NTP");
    }
    Finding::wrong("clock", said("behind"), "set this machine's clock, by NTP; if it is right, the chain has halted")
}

/// Whether the fee of a commit stays within what the configuration allows.
pub fn gas_price(config: &Config) -> Finding {
    let (price, most) = (&config.chain.gas_price, config.chain.max_fee);
    match price.of(gas::COMMIT) {
        Some(fee) if fee <= u128::from(most) => Finding::fine(
            "gas price",
            format!("{price}: a commit costs about {fee} of at most {most} {}", price.denom()),
        ),
        fee => {
            let fee = fee.map_or("too much".to_owned(), |fee| fee.to_string());
            let said = format!("at {price} a commit costs about {fee} {}, and chain.max_fee is {most}", price.denom());
            Finding::wrong("gas price", said, "lower chain.gas_price to the chain's own, or raise chain.max_fee")
        }
    }
}

async fn deployment(client: &Client, at: &Addresses) -> Result<Finding, Error> {
    for part in Part::ALL {
        if client.contract(at.of(part)).await?.is_none() {
            let said = format!("no contract stands at {} ({})", at.of(part), part.name());
            return Ok(Finding::wrong("deployment", said, "name the record of this chain's deployment"));
        }
    }
    Ok(Finding::fine("deployment", format!("market {}", at.market)))
}

async fn coins(config: &Config, client: &Client, worker: &str) -> Finding {
    let denom = config.chain.gas_price.denom();
    let needed = gas::commits(&config.chain.gas_price, COMMITS);
    match client.balance(worker, denom).await {
        Ok(has) if has < needed => {
            let said = format!("{worker} has {has} {denom}, and {COMMITS} commits cost about {needed}");
            Finding::wrong("gas coins", said, format!("send {denom} to {worker}"))
        }
        Ok(has) => Finding::fine("gas coins", format!("{has} {denom}")),
        Err(error) => Finding::failed("gas coins", &error),
    }
}

fn registered(config: &Config, node: &Node, keys: &Keys) -> Finding {
    if let Err(error) = run::fits(node, keys) {
        return Finding::wrong("node", error.to_string(), "name the node's keyfiles, or let its owner update it");
    }
    let engines = if node.card.engines.is_empty() { "no engine".to_owned() } else { node.card.engines.join(", ") };
    let offers = amount::show_count(config.offers.len(), "offer");
    Finding::fine("node", format!("{} of {}, {} with {engines}, {offers}", node.node, node.owner, node.card.endpoint))
}

async fn bond(config: &Config, client: &Client, at: &Addresses, node: &Node) -> Finding {
    let remedy = "hearth bond add: the stake has to cover max_spend of each open deal";
    let wanted = match config.wanted() {
        Ok(wanted) => wanted,
        Err(error) => return Finding::wrong("bond", error.to_string(), "mend [[offers]]"),
    };
    let Some(most) = wanted.iter().map(|offer| offer.max_spend).max() else {
        return Finding::unsure("bond", "nothing is offered", "add [[offers]]; hearthd bench says what it has to cost");
    };
    let asked = QueryMsg::AtRisk { node: node.node };
    match client.smart::<AtRisk>(&at.market, &asked).await {
        Ok(AtRisk { bond, at_risk }) if bond == Usd::new(0) => {
            let said = format!("it is worth nothing ({} at risk)", amount::show_dollars(at_risk));
            Finding::wrong(
                "bond",
                said,
                format!("{remedy}; if there is a stake, its price is stale: hearth price show"),
            )
        }
        Ok(AtRisk { bond, at_risk }) => {
            let free = bond.less(at_risk);
            let said = format!("{} free of {}", amount::show_dollars(free), amount::show_dollars(bond));
            if free < most {
                let said = format!("{said}, and a deal may be worth {}", amount::show_dollars(most));
                return Finding::wrong("bond", said, remedy);
            }
            Finding::fine("bond", said)
        }
        Err(error) => Finding::failed("bond", &error),
    }
}
