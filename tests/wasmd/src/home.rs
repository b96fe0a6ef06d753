//! The folder of a node: its genesis, its validator, its settings.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use hearth_devnet::accounts::KnownAccount;
use hearth_devnet::bank::Coin;
use hearth_devnet::gov;
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
    /// Whether it is still there when its process has ended.
    lasts: bool,
}

/// Where a node listens, and whom it calls.
#[derive(Debug, Default)]
pub struct Reach {
    /// The port of its RPC.
    pub rpc: u16,
    /// The port of its gRPC.
    pub grpc: u16,
    /// The port of its peers; none in particular where this is 0.
    pub p2p: u16,
}

impl Home {
    /// A folder with a genesis of these accounts, run by the first of the validators.
    pub fn make(config: &Config, accounts: &[KnownAccount], validators: &[KnownAccount]) -> Result<Self, StartError> {
        let validator = validators.first().ok_or(StartError::Accounts)?;
        let home = Self::empty(config, empty_folder()?, validator, false)?;
        Self::agree(std::slice::from_ref(&home), config, accounts, validators)?;
        Ok(home)
    }

    /// A folder for each of some validators, under one that goes with the process; they have the same genesis.
    pub fn several(
        config: &Config,
        accounts: &[KnownAccount],
        validators: &[KnownAccount],
    ) -> Result<(Vec<Self>, Process), StartError> {
        let all = empty_folder()?;
        let sweeper = Process::sweeper(&all).map_err(machine("watching over a folder"))?;
        let folder = |nth: usize| -> Result<PathBuf, StartError> {
            let folder = all.join(nth.to_string());
            std::fs::create_dir(&folder).map_err(machine("a folder for a validator"))?;
            Ok(folder)
        };
        let mut homes = Vec::new();
        for (nth, validator) in validators.iter().enumerate() {
            homes.push(Self::empty(config, folder(nth)?, validator, true)?);
        }
        Self::agree(&homes, config, accounts, validators)?;
        Ok((homes, sweeper))
    }

    /// Writes one genesis into all, with what each stakes, and the settings.
    fn agree(
        homes: &[Self],
        config: &Config,
        accounts: &[KnownAccount],
        validators: &[KnownAccount],
    ) -> Result<(), StartError> {
        let first = homes.first().ok_or(StartError::Accounts)?;
        for home in homes {
            home.write_genesis(config, accounts, validators)?;
            home.stake(config)?;
            home.copy_to(first, "config/gentx")?;
        }
        first.tell(&["genesis", "collect-gentxs"], "")?;
        for home in homes {
            first.copy(home, Path::new("config/genesis.json"))?;
            home.write_settings(config)?;
        }
        Ok(())
    }

    /// A folder with keys and without a genesis.
    fn empty(config: &Config, folder: PathBuf, validator: &KnownAccount, lasts: bool) -> Result<Self, StartError> {
        let home = Self { folder, program: program(config.line), lasts };
        home.tell(&["init", "judge", "--chain-id", &config.chain_id, "--default-denom", STAKE], "")?;
        let words = format!("{}\n", validator.mnemonic);
        home.tell(&["keys", "add", "validator", "--recover", "--keyring-backend", "test"], &words)?;
        Ok(home)
    }

    /// The transaction with which its validator begins.
    fn stake(&self, config: &Config) -> Result<(), StartError> {
        let chain_id = &config.chain_id;
        let words = ["genesis", "gentx", "validator", STAKED, "--chain-id", chain_id, "--keyring-backend", "test"];
        self.tell(&words, "").map(drop)
    }

    /// Copies the files of a folder into another home, unless it is this one.
    fn copy_to(&self, other: &Self, folder: &str) -> Result<(), StartError> {
        if self.folder == other.folder {
            return Ok(());
        }
        let listed = std::fs::read_dir(self.folder.join(folder)).map_err(machine("reading a validator's folder"))?;
        for entry in listed {
            let entry = entry.map_err(machine("reading a validator's folder"))?;
            self.copy(other, &Path::new(folder).join(entry.file_name()))?;
        }
        Ok(())
    }

    fn copy(&self, other: &Self, file: &Path) -> Result<(), StartError> {
        if self.folder == other.folder {
            return Ok(());
        }
        let copied = std::fs::copy(self.folder.join(file), other.folder.join(file));
        copied.map(drop).map_err(machine("copying a validator's file"))
    }

    /// By what name its peers know it.
    pub fn id(&self) -> Result<String, StartError> {
        Ok(self.tell(&["comet", "show-node-id"], "")?.trim().to_owned())
    }

    /// Whom the node calls, and that it may call several at one address.
    pub fn set_peers(&self, peers: &str) -> Result<(), StartError> {
        self.set(
            "config.toml",
            &[
                ("p2p", "persistent_peers", peers.into()),
                ("p2p", "allow_duplicate_ip", true.into()),
                ("p2p", "addr_book_strict", false.into()),
            ],
        )
    }

    /// Starts the node.
    pub fn start(&self, reach: &Reach) -> Result<Process, StartError> {
        let Reach { rpc, grpc, p2p } = reach;
        let (rpc, grpc) = (format!("tcp://127.0.0.1:{rpc}"), format!("127.0.0.1:{grpc}"));
        let (p2p, own) = (format!("tcp://127.0.0.1:{p2p}"), self.text());
        let words = ["--home", &own, "start", "--rpc.laddr", &rpc, "--grpc.address", &grpc, "--p2p.laddr", &p2p];
        self.run(&words)
    }

    /// Starts the node's application alone: blocks are made by whoever speaks ABCI at this port.
    pub fn start_alone(&self, abci: u16) -> Result<Process, StartError> {
        let address = format!("tcp://127.0.0.1:{abci}");
        let own = self.text();
        // Its state is gone with it, so it need not be written down.
        let words = [
            ["--home", &own, "start", "--with-comet=false", "--address", &address].as_slice(),
            &["--grpc.enable=false", "--db_backend=memdb", "--pruning=everything", "--iavl-disable-fastnode"],
        ]
        .concat();
        self.run(&words)
    }

    fn run(&self, words: &[&str]) -> Result<Process, StartError> {
        let goes = if self.lasts { None } else { Some(self.folder.as_path()) };
        Process::start(&self.program, words, &self.log(), goes).map_err(machine("starting wasmd"))
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// What the application is told at genesis.
    pub fn app_state(&self) -> Result<Vec<u8>, StartError> {
        let state = self.part_of("genesis.json", "/app_state")?;
        Ok(state.to_string().into_bytes())
    }

    /// The address under which the validator proposes.
    pub fn proposer(&self) -> Result<Vec<u8>, StartError> {
        let file = "priv_validator_key.json";
        let address = self.part_of(file, "/address")?;
        let bytes = address.as_str().and_then(|text| hex::decode(text).ok());
        bytes.ok_or_else(|| StartError::File { file, problem: format!("{address} is no address") })
    }

    /// The end of the node's log.
    pub fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Runs a command of wasmd to its end; what it wrote.
    fn tell(&self, words: &[&str], stdin: &str) -> Result<String, StartError> {
        let mut command = Command::new(&self.program);
        command.args(["--home", &self.text()]).args(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(machine("running wasmd"))?;
        if let Some(mut pipe) = child.stdin.take() {
            // It may have ended before it read.
            let _ = pipe.write_all(stdin.as_bytes());
        }
        let output = child.wait_with_output().map_err(machine("running wasmd"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(StartError::Command { command: words.join(" "), said })
    }

    fn write_genesis(
        &self,
        config: &Config,
        accounts: &[KnownAccount],
        validators: &[KnownAccount],
    ) -> Result<(), StartError> {
        let path = self.folder.join("config/genesis.json");
        let wrong = |problem: String| StartError::File { file: "genesis.json", problem };
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        let mut genesis: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let mut staker = config.funds.clone();
        staker.push(Coin { denom: STAKE.to_owned(), amount: HELD.into() });
        let mut holders: Vec<(&KnownAccount, &[Coin])> =
            accounts.iter().map(|account| (account, config.funds.as_slice())).collect();
        holders.extend(validators.iter().map(|validator| (validator, staker.as_slice())));
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
        let denom = config.gas_price.denom();
        let deposit = |amount: u128| amounts(&[Coin { denom: denom.to_owned(), amount: amount.into() }]);
        for (name, value) in [
            ("min_deposit", deposit(gov::MIN_DEPOSIT)),
            ("expedited_min_deposit", deposit(gov::MIN_DEPOSIT_EXPEDITED)),
            ("max_deposit_period", period(config.voting_period)),
            ("voting_period", period(config.voting_period)),
            ("expedited_voting_period", period(config.voting_period / 2)),
        ] {
            set(&mut genesis, &format!("/app_state/gov/params/{name}"), value)?;
        }
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
                ("", "minimum-gas-prices", config.gas_price.to_string().into()),
                ("grpc-web", "enable", false.into()),
                ("api", "enable", false.into()),
            ],
        )
    }

    /// A part of a file of JSON.
    fn part_of(&self, file: &'static str, pointer: &str) -> Result<Value, StartError> {
        let wrong = |problem: String| StartError::File { file, problem };
        let path = self.folder.join("config").join(file);
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        let whole: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        whole.pointer(pointer).cloned().ok_or_else(|| wrong(format!("it has no {pointer}")))
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

/// What the machine said to something.
fn machine(what: &'static str) -> impl Fn(std::io::Error) -> StartError {
    move |error| StartError::Machine { what, error }
}

/// A period as genesis has it, to the millisecond.
fn period(of: Duration) -> Value {
    json!(format!("{}.{:03}s", of.as_secs(), of.subsec_millis()))
}

fn amounts(coins: &[Coin]) -> Value {
    let mut sorted: Vec<&Coin> = coins.iter().collect();
    sorted.sort_by_key(|coin| &coin.denom);
    sorted.iter().map(|coin| json!({ "denom": coin.denom, "amount": coin.amount.to_string() })).collect()
}

fn empty_folder() -> Result<PathBuf, StartError> {
    let stamp = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos();
    let folder = std::env::temp_dir().join(format!("hearth-wasmd-{}-{stamp}", std::process::id()));
    std::fs::create_dir(&folder).map_err(machine("a folder for wasmd"))?;
    Ok(folder)
}
