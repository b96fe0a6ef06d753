//! What happens, scene by scene.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::cast::{Chain, Person};
use crate::stage::{Stage, Trouble, at, number, run, text};
use crate::sum;

/// What is asked in deals of one request.
const QUESTIONS: [&str; 3] = ["What is Hearth?", "Who is paid, and how much?", "What happens when a commit fails?"];

/// What is asked in one deal, turn by turn.
const TURNS: [&str; 10] = [
    "What is a deal?",
    "What is an offer?",
    "What is a voucher?",
    "What is a receipt?",
    "What is a commitment?",
    "What is the beacon?",
    "What is a draw?",
    "What is a bond?",
    "What is a slash?",
    "What is burned?",
];

/// A provider's name, which account owns it, and what it asks for a million tokens.
const PROVIDERS: [(&str, usize, &str); 2] = [("ada", 1, "20usd"), ("ben", 2, "24usd")];

/// A block takes so many milliseconds.
const BLOCK_MS: &str = "250";

/// Plays it.
pub(crate) fn tell() -> Result<(), Trouble> {
    println!(
        "Hearth is a market for GPU inference on Cosmos chains: clients take providers' standing offers, providers commit\n\
         to what they served, a public beacon draws what they must open, and the token is burned and minted at the very\n\
         settlement. This is one job all the way round: a real chain in one process, the real contracts, a real model.\n"
    );
    let mut stage = Stage::set()?;
    let chain = begin(&mut stage)?;
    let deployer = deploy(&mut stage, &chain)?;
    let [ada, ben] = PROVIDERS.map(|(name, nth, price)| provide(&mut stage, &chain, name, nth, price));
    let (ada, ben) = (ada?, ben?);
    let client = Person::enters(&stage, &chain, "cleo", 3)?;
    client.asks(&["account", "deposit", "100token"])?;
    scene(&stage, "client", "cleo deposits 100 HRTH, from which her deals are paid");
    println!("\n{}", run(client.command(&["book", "show", "1"]), "")?.trim_end());
    let all = [&deployer, &ada, &ben, &client];
    let before = sum::holdings(&client, &all)?;

    for question in QUESTIONS {
        ask(&client, question)?;
    }
    chat(&client)?;
    let deals = settle(&stage, &client)?;
    sum::tell(&client, &all, &before, &deals)?;
    println!("\n{} s after the first block, and nothing is left running.", stage.elapsed().as_secs());
    if std::env::var_os("DEMO_KEEP").is_some_and(|keep| keep == "1") {
        keep(&mut stage, &chain, &client);
    }
    Ok(())
}

/// A line of what has happened, with the second in which it did.
fn scene(stage: &Stage, what: &str, said: &str) {
    println!("{:>4} s  {what:<10} {said}", stage.elapsed().as_secs());
    let _ = std::io::stdout().flush();
}

/// The chain that `DEMO_CHAIN` names: the embedded one where it names none.
fn begin(stage: &mut Stage) -> Result<Chain, Trouble> {
    let named = std::env::var("DEMO_CHAIN").unwrap_or_default();
    let (program, words): (_, &[&str]) = match named.as_str() {
        "" | "devnet" => ("hearth-devnet", &["--json", "--port", "0", "--beacon-port", "0", "--block-time", BLOCK_MS]),
        "wasmd" => ("hearth-wasmd", &["--block-time", BLOCK_MS]),
        "wasmd-old" => ("hearth-wasmd", &["--block-time", BLOCK_MS, "--old"]),
        other => return Err(format!("DEMO_CHAIN is devnet, wasmd or wasmd-old, not {other}")),
    };
    let mut chain = Command::new(stage.program(program)?);
    chain.args(words);
    let chain = Chain::read(&stage.start(chain, program, true)?)?;
    let said =
        format!("{} at {}, by {program}, a block every {BLOCK_MS} ms, a drand beacon beside it", chain.id, chain.rpc);
    scene(stage, "chain", &said);
    Ok(chain)
}

fn deploy(stage: &mut Stage, chain: &Chain) -> Result<Person, Trouble> {
    let deployer = Person::enters(stage, chain, "deployer", 0)?;
    let plan = stage.path("plan.toml");
    let digest = text(&deployer.asks(&["model", "digest", &model().display().to_string()])?, "/digest")?;
    std::fs::write(&plan, sum::plan(chain, &digest)?).map_err(at("the plan"))?;
    let (plan, artifacts) = (plan.display().to_string(), root().join("artifacts").display().to_string());
    deployer.asks(&["deploy", "run", "--plan", &plan, "--artifacts", &artifacts])?;
    scene(stage, "contracts", "token, bme, bonds, market and audit deployed by plan, one class opened: hearth-tiny");
    let price = stage.path("price.txt");
    std::fs::write(&price, "0.5usd\n").map_err(at("the price"))?;
    let price = price.display().to_string();
    deployer.asks(&["price", "push", "0.5usd"])?;
    let feed = deployer.command(&["price", "feed", "--file", &price, "--every", "30s", "--yes"]);
    stage.start(feed, "price", false)?;
    scene(stage, "price", "a feeder posts $0.50 a token, every 30 s");
    Ok(deployer)
}

fn provide(stage: &mut Stage, chain: &Chain, name: &'static str, nth: usize, price: &str) -> Result<Person, Trouble> {
    let owner = Person::enters(stage, chain, name, nth)?;
    let hearthd = stage.program("hearthd")?;
    let folder = owner.path("worker");
    let worker = worker(&hearthd, &folder, chain, &owner, price)?;
    owner.asks(&["account", "send", &worker, "10000000ucosm"])?;
    let card = folder.join("node-card.json").display().to_string();
    let added = owner.asks(&["node", "register", "--card", &card, "--name", name])?;
    let node = text(&added, "/node")?;
    owner.asks(&["bond", "add", &node, "1000token"])?;
    let config = folder.join("hearthd.toml");
    let mut daemon = Command::new(hearthd);
    daemon.arg("run").arg("--config").arg(&config).args(["--log", "text"]);
    stage.start(daemon, name, false)?;
    let offered = || {
        let offers = owner.asks(&["offer", "list", "--node", &node]).ok()?;
        (!offers.pointer("/offers")?.as_array()?.is_empty()).then_some(())
    };
    let words = |trouble| format!("{trouble}: {}", stage.last_words(name));
    stage.wait(&format!("the offer of {name}"), offered).map_err(words)?;
    scene(
        stage,
        "provider",
        &format!(
            "{name} bonds 1,000 HRTH behind node {node} and asks ${} a million tokens",
            price.trim_end_matches("usd")
        ),
    );
    Ok(owner)
}

/// Sets a worker up; its address.
fn worker(hearthd: &Path, folder: &Path, chain: &Chain, owner: &Person, price: &str) -> Result<String, Trouble> {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(at("a port"))?;
    let mut init = Command::new(hearthd);
    init.arg("init").arg("--config").arg(folder.join("hearthd.toml"));
    init.arg("--deployment").arg(owner.deployment()).args(["--rpc", &chain.rpc, "--relay", &chain.beacon]);
    init.args(["--owner", &owner.address, "--listen", &port.to_string(), "--endpoint", &format!("http://{port}")]);
    init.args(["--model", "hearth-tiny", "--price", price]).arg("--model-folder").arg(model());
    let said = run(init, "")?;
    let worker = said.lines().find_map(|line| line.strip_prefix("worker:")).map(|worker| worker.trim().to_owned());
    worker.ok_or_else(|| format!("hearthd init names no worker: {said}"))
}

/// Asks one question in a deal of its own, and lets the answer come as it is made.
fn ask(client: &Person, question: &str) -> Result<(), Trouble> {
    println!("\n$ hearth run --model hearth-tiny \"{question}\"");
    watch(client.command(&["run", "--model", "hearth-tiny", question]), "")
}

fn chat(client: &Person) -> Result<(), Trouble> {
    println!("\n$ hearth chat --model hearth-tiny --max-cost 1usd      # one deal, ten turns");
    let turns: String = TURNS.iter().map(|turn| format!("{turn}\n")).collect();
    watch(client.command(&["chat", "--model", "hearth-tiny", "--max-cost", "1usd"]), &format!("{turns}/quit\n"))
}

/// Runs a program whose words are shown as they come.
fn watch(mut command: Command, stdin: &str) -> Result<(), Trouble> {
    command.stdin(Stdio::piped()).stdout(Stdio::inherit()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(at("hearth"))?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(stdin.as_bytes()).map_err(at("hearth's stdin"))?;
    }
    let mut last = String::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            println!("  {line}");
            last = line;
        }
    }
    let status = child.wait().map_err(at("hearth"))?;
    if status.success() { Ok(()) } else { Err(format!("hearth ended with {status}: {last}")) }
}

/// Waits until every commit of the client's deals is final; the deals.
fn settle(stage: &Stage, client: &Person) -> Result<Vec<Value>, Trouble> {
    println!();
    scene(stage, "commits", "posted by the workers; each waits for the beacon, its draw, and its window of 10 s");
    let listed = client.asks(&["deal", "list"])?;
    let ids: Vec<String> = listed
        .pointer("/deals")
        .and_then(Value::as_array)
        .map(|deals| deals.iter().filter_map(|deal| text(deal, "/id").ok()).collect())
        .ok_or_else(|| format!("hearth lists no deals: {listed}"))?;
    let mut deals = Vec::new();
    for id in ids {
        let over = || {
            let deal = client.asks(&["deal", "show", &id]).ok()?;
            let commits = deal.pointer("/commits")?.as_array()?;
            let all_final = commits
                .iter()
                .all(|commit| commit.pointer("/commit/verdict").is_some_and(|verdict| !verdict.is_null()));
            (!commits.is_empty() && all_final).then_some(deal)
        };
        let deal = stage.wait(&format!("the finality of deal {id}"), over)?;
        let spent = number(&deal, "/deal/totals/spent")?;
        scene(
            stage,
            "final",
            &format!("deal {id} of node {}: {} charged", text(&deal, "/deal/node")?, sum::dollars(spent)),
        );
        deals.push(deal);
    }
    deals.reverse();
    Ok(deals)
}

fn keep(stage: &mut Stage, chain: &Chain, client: &Person) {
    println!(
        "\nIt runs on until Ctrl-C:\n  rpc     {}\n  beacon  {}\n  home    {}\n\nTry:\n  {}\n  target/debug/hearth run --model hearth-tiny \"What is a bond?\"\n  target/debug/hearth show",
        chain.rpc,
        chain.beacon,
        client.path("").display(),
        client.exports(),
    );
    stage.stay();
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of the model that ships.
fn model() -> PathBuf {
    root().join("worker/engine/models/hearth-tiny")
}
