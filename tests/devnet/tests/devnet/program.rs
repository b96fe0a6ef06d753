//! The program `hearth-devnet`, as a person starts it, rightly and wrongly.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

/// A folder that is gone with the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("hearth-devnet-test-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth-devnet"));
    command.args(["--port", "0", "--beacon-port", "0"]).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A program that runs, and what it said first.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) hello: Value,
    pub(crate) lines: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(folder: Option<&Path>) -> Self {
        let mut command = program(&["--json"]);
        if let Some(folder) = folder {
            command.arg("--state").arg(folder);
        }
        Self::of(command)
    }

    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        Self { child, hello: serde_json::from_str(&line).unwrap(), lines }
    }

    pub(crate) fn rpc(&self) -> String {
        self.hello["rpc"].as_str().unwrap().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn it_says_how_to_reach_it_and_a_line_a_transaction() {
    let mut running = Running::start(None);
    assert_eq!(running.hello["chain_id"], "hearth-1");
    assert_eq!(running.hello["gas_price"], "0.025ucosm");
    let accounts = running.hello["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 10);
    assert!(accounts.iter().all(|account| account["mnemonic"].as_str().unwrap().split(' ').count() == 12));
    let rpc = running.rpc();
    let words = accounts[0]["mnemonic"].as_str().unwrap().to_owned();
    let addresses = hearth_devnet::address::Addresses::new("wasm").unwrap();
    let account = hearth_devnet::accounts::known(0, &addresses).unwrap();
    assert_eq!((account.mnemonic, account.address.as_str()), (words, accounts[0]["address"].as_str().unwrap()));
    let account = hearth_devnet::accounts::known(0, &addresses).unwrap();
    let to = accounts[1]["address"].as_str().unwrap().to_owned();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let wallet = crate::wallet::Wallet::of(&rpc, &account);
        wallet.send(vec![wallet.pay(&to, 3)]).await;
    });
    let mut line = String::new();
    running.lines.read_line(&mut line).unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["height"], &line["code"], &line["messages"][0]), (&2.into(), &0.into(), &"send".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_reads_late_still_sees_what_comes_afterwards() {
    let mut running = Running::start(None);
    let account = hearth_devnet::accounts::known(0, &hearth_devnet::address::Addresses::new("wasm").unwrap()).unwrap();
    let wallet = crate::wallet::Wallet::of(&running.rpc(), &account);
    let contract = wallet.token().await;
    // What the contract says of so long a verb is more than a pipe holds.
    for _ in 0..4 {
        let long = serde_json::json!({ "x".repeat(30_000): {} });
        assert!(wallet.send(vec![wallet.tell(&contract, &long)]).await.tx_result.code.is_err());
    }
    let url = running.rpc();
    let mined = move || crate::abuse::call(&url, "dev_mine", serde_json::json!({ "count": "1200" }));
    assert!(tokio::task::spawn_blocking(mined).await.unwrap().get("result").is_some());
    let last = wallet.send(vec![wallet.pay(&wallet.address, 3)]).await.hash.to_string();
    let read =
        tokio::task::spawn_blocking(move || running.lines.by_ref().lines().any(|line| line.unwrap().contains(&last)));
    assert!(tokio::time::timeout(std::time::Duration::from_secs(20), read).await.expect("its line comes").unwrap());
}

#[test]
fn what_is_wrong_is_said_in_one_line_with_the_remedy() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = busy.local_addr().unwrap().port().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_hearth-devnet")).args(["--port", &port]).output().unwrap();
    assert_eq!(
        refused(&output),
        format!("error: port {port} is taken: stop what listens there, or use --port 0 for any free one\n")
    );

    let said = refused(&program(&["--no-such-flag"]).output().unwrap());
    assert!(said.contains("unexpected argument '--no-such-flag'") && said.contains("--help"), "{said}");
    let said = refused(&program(&["--gas-price", "cheap"]).output().unwrap());
    assert!(said.contains("a gas price is a number and a denomination"), "{said}");
    let said = refused(&program(&["--prefix", "Über"]).output().unwrap());
    assert_eq!(said, "error: prefix: it must be lower-case letters, as in wasm\n");

    let folder = Folder::new("held");
    let state = folder.0.to_str().unwrap();
    let running = Running::start(Some(&folder.0));
    let said = refused(&program(&["--state", state]).output().unwrap());
    assert_eq!(
        said,
        format!("error: {state} is held by another process: stop it, or name another folder by --state\n")
    );
    drop(running);
    let said = refused(&program(&["--state", state, "--chain-id", "other-1"]).output().unwrap());
    assert!(said.contains("the folder holds the chain hearth-1 wasm, not other-1 wasm"), "{said}");
    rewrite_version(&folder.0.join("chain.redb"));
    let said = refused(&program(&["--state", state]).output().unwrap());
    let version = "the state was written as hearth-devnet/0, this program writes hearth-devnet/2";
    assert_eq!(said, format!("error: {version}: remove the folder, or name another by --state\n"));
    std::fs::write(folder.0.join("chain.redb"), b"something else").unwrap();
    let said = refused(&program(&["--state", state]).output().unwrap());
    assert!(said.starts_with("error: the state cannot be used:") && said.lines().count() == 1, "{said}");
}

/// Makes a state file one of another version.
fn rewrite_version(file: &Path) {
    let database = redb::Database::open(file).unwrap();
    let write = database.begin_write().unwrap();
    let meta: redb::TableDefinition<'_, &str, &[u8]> = redb::TableDefinition::new("meta");
    write.open_table(meta).unwrap().insert("version", &b"hearth-devnet/0"[..]).unwrap();
    write.commit().unwrap();
}

#[test]
fn flags_give_the_chain_its_pace_its_name_and_its_accounts() {
    let flags = ["--json", "--block-time", "20", "--chain-id", "other-7", "--prefix", "hearth", "--accounts", "2"];
    let mut running = Running::of(program(&flags));
    assert_eq!((&running.hello["chain_id"], &running.hello["prefix"]), (&"other-7".into(), &"hearth".into()));
    let accounts = running.hello["accounts"].as_array().unwrap();
    assert!(accounts.len() == 2 && accounts[0]["address"].as_str().unwrap().starts_with("hearth1"));
    let height = || {
        let status = crate::abuse::call(&running.rpc(), "status", serde_json::json!({}));
        status["result"]["sync_info"]["latest_block_height"].as_str().unwrap().parse::<u64>().unwrap()
    };
    let (patience, first) = (std::time::Instant::now() + std::time::Duration::from_secs(10), height());
    while height() < first + 3 {
        assert!(std::time::Instant::now() < patience, "blocks come without transactions");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    running.child.kill().unwrap();

    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mut silent = Command::new(env!("CARGO_BIN_EXE_hearth-devnet"));
    silent.args(["--quiet", "--port", &port, "--beacon-port", "0"]).stdout(Stdio::piped());
    let mut silent = silent.spawn().unwrap();
    while std::net::TcpStream::connect(format!("127.0.0.1:{port}")).is_err() {
        assert!(std::time::Instant::now() < patience, "it listens");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(crate::abuse::get(&format!("http://127.0.0.1:{port}"), "/health").0, 200);
    silent.kill().unwrap();
    assert_eq!(silent.wait_with_output().unwrap().stdout, b"");
}
