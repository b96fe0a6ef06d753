//! The folder of a node: its genesis, its validator, its settings.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hearth_devnet::accounts::KnownAccount;
use hearth_devnet::bank::Coin;
use serde_json::{Value, json};
use toml::Table;

use crate::chain::{Config, StartError, program};
use crate::process::Process;

/// The coin that is staked, and how much of it the validator has and stakes.
const STAKE: &str = "stake";
const HELD: u128 = 1_000_000_000_000;
const STAKED: &str = "250000000000stake";
/// An upload in its clothes is longer than CometBFT takes by default.
const LONGEST_BODY: i64 = 4 << 20;

/// The folder of a node. It goes when this is dropped.
#[derive(Debug)]
pub struct Home {
    folder: PathBuf,
    program: PathBuf,
}

impl Home {
    /// A folder with a genesis of these accounts, and one validator.
    pub fn make(config: &Config, accounts: &[KnownAccount], validator: &KnownAccount) -> Result<Self, StartError> {
        let home = Self { folder: empty_folder()?, program: program(config.line) };
        home.tell(&["init", "judge", "--chain-id", &config.chain_id, "--default-denom", STAKE], "")?;
        let words = format!("{}\n", validator.mnemonic);
        home.tell(&["keys", "add", "validator", "--recover", "--keyring-backend", "test"], &words)?;
        home.write_genesis(config, accounts, validator)?;
        home.tell(
            &["genesis", "gentx", "validator", STAKED, "--chain-id", &config.chain_id, "--keyring-backend", "test"],
            "",
        )?;
        home.tell(&["genesis", "collect-gentxs"], "")?;
        home.write_settings(config)?;
        Ok(home)
    }

    /// Starts the node.
    pub fn start(&self, rpc: u16, grpc: u16) -> Result<Process, StartError> {
        let (rpc, grpc) = (format!("tcp://127.0.0.1:{rpc}"), format!("127.0.0.1:{grpc}"));
        let own = self.text();
        let words =
            ["--home", &own, "start", "--rpc.laddr", &rpc, "--grpc.address", &grpc, "--p2p.laddr", "tcp://127.0.0.1:0"];
        Process::start(&self.program, &words, &self.folder)
            .map_err(|error| StartError::Machine { what: "starting wasmd", error })
    }

    /// The end of the node's log.
    pub fn last_words(&self) -> String {
        let log = std::fs::read_to_string(Process::log(&self.folder)).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Runs a command of wasmd to its end.
    fn tell(&self, words: &[&str], stdin: &str) -> Result<(), StartError> {
        let machine = |error| StartError::Machine { what: "running wasmd", error };
        let mut command = Command::new(&self.program);
        command.args(["--home", &self.text()]).args(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(machine)?;
        if let Some(mut pipe) = child.stdin.take() {
            // It may have ended before it read.
            let _ = pipe.write_all(stdin.as_bytes());
        }
        let output = child.wait_with_output().map_err(machine)?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(StartError::Command { command: words.join(" "), said })
    }

    fn write_genesis(
        &self,
        config: &Config,
        accounts: &[KnownAccount],
        validator: &KnownAccount,
    ) -> Result<(), StartError> {
        let path = self.folder.join("config/genesis.json");
        let wrong = |problem: String| StartError::File { file: "genesis.json", problem };
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        let mut genesis: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let stake = [Coin { denom: STAKE.to_owned(), amount: HELD.into() }];
        let mut holders: Vec<(&KnownAccount, &[Coin])> =
            accounts.iter().map(|account| (account, config.funds.as_slice())).collect();
        holders.push((validator, &stake));
        let numbered = |(number, (holder, _)): (usize, &(&KnownAccount, &[Coin]))| {
            json!({
                "@type": "/cosmos.auth.v1beta1.BaseAccount", "address": holder.address, "pub_key": null,
                "account_number": number.to_string(), "sequence": "0",
            })
        };
        let held =
            |(holder, coins): &(&KnownAccount, &[Coin])| json!({ "address": holder.address, "coins": amounts(coins) });
        let set = |genesis: &mut Value, pointer: &str, to: Value| {
            genesis.pointer_mut(pointer).map(|place| *place = to).ok_or_else(|| wrong(format!("it has no {pointer}")))
        };
        let all: Vec<Value> = holders.iter().enumerate().map(numbered).collect();
        set(&mut genesis, "/app_state/auth/accounts", all.into())?;
        set(&mut genesis, "/app_state/bank/balances", holders.iter().map(held).collect())?;
        // wasmd adds the supply up itself.
        set(&mut genesis, "/app_state/bank/supply", json!([]))?;
        std::fs::write(&path, genesis.to_string()).map_err(|error| wrong(error.to_string()))
    }

    fn write_settings(&self, config: &Config) -> Result<(), StartError> {
        let block = format!("{}ms", config.block.as_millis());
        self.set(
            "config.toml",
            &[
                ("rpc", "max_body_bytes", LONGEST_BODY.into()),
                ("rpc", "pprof_laddr", "".into()),
                ("rpc", "cors_allowed_origins", vec!["*".to_owned()].into()),
                ("p2p", "pex", false.into()),
                ("mempool", "max_tx_bytes", LONGEST_BODY.into()),
                ("consensus", "timeout_commit", block.into()),
            ],
        )?;
        self.set(
            "app.toml",
            &[
                ("", "minimum-gas-prices", config.gas_price.as_str().into()),
                ("grpc-web", "enable", false.into()),
                ("api", "enable", false.into()),
            ],
        )
    }

    /// Changes some settings of a file.
    fn set(&self, file: &'static str, to: &[(&str, &str, toml::Value)]) -> Result<(), StartError> {
        let wrong = |problem: String| StartError::File { file, problem };
        let path = self.folder.join("config").join(file);
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        let mut settings: Table = text.parse().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
        for (section, name, value) in to {
            let place = match *section {
                "" => Some(&mut settings),
                section => settings.get_mut(section).and_then(toml::Value::as_table_mut),
            };
            let place = place.ok_or_else(|| wrong(format!("it has no [{section}]")))?;
            place.insert((*name).to_owned(), value.clone());
        }
        std::fs::write(&path, settings.to_string()).map_err(|error| wrong(error.to_string()))
    }

    fn text(&self) -> String {
        self.folder.to_string_lossy().into_owned()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn amounts(coins: &[Coin]) -> Value {
    let mut sorted: Vec<&Coin> = coins.iter().collect();
    sorted.sort_by_key(|coin| &coin.denom);
    sorted.iter().map(|coin| json!({ "denom": coin.denom, "amount": coin.amount.to_string() })).collect()
}

fn empty_folder() -> Result<PathBuf, StartError> {
    let stamp = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos();
    let folder = std::env::temp_dir().join(format!("hearth-wasmd-{}-{stamp}", std::process::id()));
    let made = std::fs::create_dir(&folder);
    made.map_err(|error| StartError::Machine { what: "a folder for wasmd", error })?;
    Ok(Path::new(&folder).to_owned())
}
