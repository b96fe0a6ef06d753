//! The deployer, two providers and a client, each with a home of their own.

use std::process::Command;

use serde_json::Value;

use crate::stage::{Stage, Trouble, at, run, text};

/// The password of every key of the demo.
const PASSWORD: &str = "known to everybody";

/// Of the chain's known accounts, so many hold tokens at genesis, and each so many whole ones.
const HOLDERS: usize = 4;
const HELD: u128 = 10_000;
/// What they hold together, in base units.
pub(crate) const GENESIS_UNITS: u128 = 4 * HELD * 1_000_000;

/// The chain as its program announces it.
pub(crate) struct Chain {
    /// Its RPC.
    pub(crate) rpc: String,
    /// The beacon beside it.
    pub(crate) beacon: String,
    /// Its name.
    pub(crate) id: String,
    accounts: Vec<(String, String)>,
}

impl Chain {
    /// What the first line of `hearth-devnet --json` says, or of `hearth-wasmd`.
    pub(crate) fn read(line: &str) -> Result<Self, Trouble> {
        let said: Value = serde_json::from_str(line).map_err(at("what the chain says"))?;
        let mut accounts = Vec::new();
        for nth in 0..10 {
            let of = |what: &str| text(&said, &format!("/accounts/{nth}/{what}"));
            accounts.push((of("address")?, of("mnemonic")?));
        }
        Ok(Self { rpc: text(&said, "/rpc")?, beacon: text(&said, "/beacon")?, id: text(&said, "/chain_id")?, accounts })
    }

    /// Who holds tokens at genesis.
    pub(crate) fn holders(&self) -> impl Iterator<Item = &str> {
        self.accounts.iter().take(HOLDERS).map(|(address, _)| address.as_str())
    }

    /// The beacon as a deployer's plan has it: what the relay says of itself.
    pub(crate) fn beacon_info(&self) -> Result<String, Trouble> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(at("the demo"))?;
        let info: Value = runtime
            .block_on(async { reqwest::get(format!("{}/info", self.beacon)).await?.json().await })
            .map_err(at("the beacon"))?;
        let of = |name: &str| text(&info, &format!("/{name}"));
        Ok(format!(
            "[beacon]\npublic_key = \"{}\"\ngenesis = {}\nperiod = {}\n",
            of("public_key")?,
            of("genesis_time")?,
            of("period")?
        ))
    }
}

/// Somebody with a home and a key.
pub(crate) struct Person {
    /// Their name.
    pub(crate) name: &'static str,
    /// Their address.
    pub(crate) address: String,
    hearth: std::path::PathBuf,
    home: std::path::PathBuf,
    chain: (String, String),
    deployment: std::path::PathBuf,
}

impl Person {
    /// Somebody who holds a known account of the chain.
    pub(crate) fn enters(stage: &Stage, chain: &Chain, name: &'static str, nth: usize) -> Result<Self, Trouble> {
        let (address, words) = chain.accounts.get(nth).cloned().ok_or("the chain has too few accounts")?;
        let home = stage.path(name);
        std::fs::create_dir_all(&home).map_err(at(name))?;
        std::fs::write(home.join("password"), format!("{PASSWORD}\n")).map_err(at(name))?;
        let deployment = stage.path("deployment.toml");
        let chain = (chain.rpc.clone(), chain.id.clone());
        let person = Self { name, address, hearth: stage.program("hearth")?, home, chain, deployment };
        run(person.command(&["key", "import", "me", "--output", "json"]), &format!("{words}\n"))?;
        Ok(person)
    }

    /// Their home.
    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.join(name)
    }

    /// The deployment's record.
    pub(crate) fn deployment(&self) -> &std::path::Path {
        &self.deployment
    }

    /// `hearth` with these words, about to be run by this person.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.hearth);
        command.args(words).env("HEARTH_HOME", &self.home).env("HEARTH_KEY", "me");
        command.env("HEARTH_RPC", &self.chain.0).env("HEARTH_CHAIN_ID", &self.chain.1);
        command.env("HEARTH_DEPLOYMENT", &self.deployment).env("HEARTH_PASSWORD_FILE", self.path("password"));
        command
    }

    /// What a shell has to be told to be this person.
    pub(crate) fn exports(&self) -> String {
        let (home, deployment) = (self.home.display(), self.deployment.display());
        format!(
            "export HEARTH_HOME={home} HEARTH_KEY=me HEARTH_RPC={} HEARTH_CHAIN_ID={} HEARTH_DEPLOYMENT={deployment} HEARTH_PASSWORD_FILE={home}/password",
            self.chain.0, self.chain.1
        )
    }

    /// Runs `hearth` for its data, agreeing to everything.
    pub(crate) fn asks(&self, words: &[&str]) -> Result<Value, Trouble> {
        let all: Vec<&str> = words.iter().copied().chain(["--output", "json", "--yes"]).collect();
        let said: Value = serde_json::from_str(&run(self.command(&all), "")?).map_err(at("what hearth says"))?;
        said.get("data").cloned().ok_or_else(|| format!("hearth says no data: {said}"))
    }
}
