//! What is wrong with this machine: its disk, its journal, its way to the relays.

use std::path::Path;

use hearth_schema::audit::QueryMsg;
use hearth_schema::beacon::Schedule;
use hearth_schema::unit::{Round, Seconds};
use hearth_wallet::Client;

use super::{Finding, State};
use crate::config::Config;
use crate::journal::{Journal, JournalError, Owner};
use crate::relay::Relays;
use crate::sight::wall;

/// Less room than this is too little, in bytes.
const ROOM: u64 = 1 << 30;

/// Whether the journal's folder is there, and has room.
pub fn disk(journal: &Path) -> Finding {
    let folder = journal.parent().unwrap_or(Path::new("."));
    let place = folder.display();
    match rustix::fs::statvfs(folder) {
        Err(error) => Finding::wrong("disk", format!("{place}: {error}"), "make the folder, or set journal to another"),
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let said = format!("{} MiB free at {place}", free >> 20);
            if free < ROOM {
                return Finding::wrong("disk", said, "make room: a journal that cannot grow stops the worker");
            }
            Finding::fine("disk", said)
        }
    }
}

/// Whether the journal is this worker's, and of this version. One that is not there is not made.
pub fn journal(config: &Config, worker: &str) -> Finding {
    let place = config.journal.display();
    if !config.journal.exists() {
        return Finding::fine("journal", format!("{place} will be made"));
    }
    let market = config.addresses().map(|at| at.market).unwrap_or_default();
    let owner = Owner { chain: config.chain.id.clone(), market, worker: worker.to_owned() };
    match Journal::open(&config.journal, &owner) {
        Ok(_) => Finding::fine("journal", format!("{place}")),
        Err(JournalError::Busy { .. }) => Finding::fine("journal", format!("{place} is written by a worker that runs")),
        Err(error) => Finding { what: "journal", state: State::Wrong, said: error.to_string(), remedy: None },
    }
}

/// Whether each relay has the last round of the chain's network.
pub(crate) async fn relays(config: &Config, client: &Client) -> Vec<Finding> {
    let Some(round) = last_round(config, client).await else {
        let said = "the chain does not say which rounds there are";
        return vec![Finding::unsure("relay", said, "mend the endpoints first")];
    };
    let relays = match Relays::new(&config.beacon.relays) {
        Ok(relays) => relays,
        Err(error) => return vec![Finding::wrong("relay", error.to_string(), "mend beacon.relays")],
    };
    let mut found = Vec::new();
    for url in relays.urls() {
        found.push(match relays.ask(url, round).await {
            Ok(_) => Finding::fine("relay", format!("{url} has round {round}")),
            Err(error) => {
                Finding::wrong("relay", error.to_string(), "name another in beacon.relays: two are better than one")
            }
        });
    }
    found
}

/// A round that has been public for a while.
async fn last_round(config: &Config, client: &Client) -> Option<Round> {
    let at = config.addresses().ok()?;
    let schedule: Schedule = client.smart(&at.audit, &QueryMsg::Schedule {}).await.ok()?;
    let now = wall();
    let network = schedule.networks.iter().rev().find(|network| network.from <= now)?;
    let while_ago = network.period.0.saturating_mul(10);
    network.round_from(Seconds(now.0.saturating_sub(while_ago)), 1)
}
