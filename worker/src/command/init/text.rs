//! The configuration as a person reads it: a word on each line that somebody may want to change.

use super::answers::{Answers, Runs};
use super::keys::{PASSWORD, SEALING, WORKER};

/// The text of a configuration. `Config::read` takes it, which a test holds.
pub fn text(answers: &Answers) -> String {
    let Answers { deployment, chain, prefix, rpc, gas_price, listen, relays, .. } = answers;
    let (engine, offer) = (engine(answers), offer(answers));
    let deployment = quote(&deployment.display().to_string());
    let (chain, prefix, gas_price) = (quote(chain), quote(prefix), quote(&gas_price.to_string()));
    let (rpc, relays, listen) = (list(rpc), list(relays), quote(&listen.to_string()));
    format!(
        r#"# How this worker is set up. Paths are relative to this file. `hearthd check` says what is wrong with it.

# What must not be forgotten: one file, on a disk that survives this machine's restarts. Never restore an old copy of it.
journal = "journal.sqlite"
# The contracts' addresses, as `hearth deploy` recorded them.
deployment = {deployment}
# Whether what is owed to the node's owner is claimed when work is final: it costs the worker the gas of a claim.
claims = true
# How long answers under way may go on when the worker is stopped.
drain = "60s"
# How long answers and receipts of a deal are kept after its time, once it is over and final.
keep = "7d"

[chain]
chain_id = {chain}
# What its addresses begin with.
prefix = {prefix}
# The RPC of its nodes, in the order of preference: two, of different operators, are better than one.
rpc = {rpc}
# What a unit of gas costs, and the most that one transaction may pay, in base units of the same denomination.
gas_price = {gas_price}
max_fee = 1000000
# By how much the simulated gas is raised, in hundredths.
gas_factor = 140

[keys]
# The worker key commits, draws and pays for gas; it can move neither stake nor earnings.
worker = "{WORKER}"
# What clients seal their requests to.
sealing = "{SEALING}"
# The password of both. Nobody else may read it.
password = "{PASSWORD}"

{engine}
[door]
# Where it listens. TLS is for a proxy before it; what clients seal needs none.
listen = {listen}
# The most requests that are answered at once; the others wait.
running = 64

[beacon]
# Where rounds of the beacon come from, in the order of preference. What they say is checked.
relays = {relays}

[commit]
# As soon as so much is vouched for, or so old, it is committed. Each commit costs gas.
fee = "0.05usd"
age = "10m"
# How long a client's voucher is waited for at a deal's end.
patience = "5s"

{offer}"#
    )
}

fn engine(answers: &Answers) -> String {
    let model = quote(&answers.model);
    match &answers.engine {
        Runs::Ours { folder, program: Some(program) } => {
            let (folder, program) = (quote(&folder.display().to_string()), quote(&program.display().to_string()));
            format!(
                r#"[engine]
# Our own engine, in a process of its own: what kills it does not kill the worker.
make = "process"
program = {program}
# The most memory that it may take, in bytes.
# memory = 8589934592

[engine.run]
# The model's name, as clients ask for it, and its folder.
name = {model}
model = {folder}
# Threads; 0 takes as many as there are cores.
threads = 0
# Memory for what was read and said, in bytes.
cache_bytes = 1073741824
"#
            )
        }
        Runs::Ours { folder, program: None } => {
            let folder = quote(&folder.display().to_string());
            format!(
                r#"[engine]
# Our own engine, in this process. With `make = "process"`, `program` and [engine.run] it has one of its own.
make = "embedded"
# The model's name, as clients ask for it, and its folder.
name = {model}
model = {folder}
# Threads; 0 takes as many as there are cores.
threads = 0
# Memory for what was read and said, in bytes.
cache_bytes = 1073741824
"#
            )
        }
        Runs::Server { url, kind } => {
            let url = quote(url);
            let kind = serde_json::to_string(kind).unwrap_or_default();
            format!(
                r#"[engine]
# A local server that speaks OpenAI's API: vllm, sglang, llama-cpp, tensor-rt or ollama.
make = "openai"
url = {url}
kind = {kind}
# The model's name, as clients ask for it; [engine.models] says how the server calls it where that differs.
model = {model}
# A file with the server's API key, if it wants one.
# key_file = "server.key"
# The most tokens that a prompt and its answer may have together, where the server does not say.
# context = 8192
"#
            )
        }
    }
}

fn offer(answers: &Answers) -> String {
    let class = answers.class;
    match &answers.price {
        Some(price) => format!(
            r#"# What is offered: each of these rests in the book while the worker runs.
[[offers]]
# The class, by number; `hearth class list` says which there are.
class = {class}
# Dollars for a million tokens of an answer, with three digits at most. `hearthd bench` says what it has to cost.
price = {price}
# How many deals at once.
slots = 4
# What a deal may be worth, and how long it may live. The bond has to cover max_spend of every open deal.
min_spend = "0.001usd"
max_spend = "1usd"
max_life = "1d"
"#,
            price = quote(price)
        ),
        None => format!(
            r#"# What is offered: each of these rests in the book while the worker runs. Nothing is, until a price is set;
# `hearthd bench` says what it has to cost: dollars for a million tokens of an answer, with three digits at most.
# [[offers]]
# class = {class}
# price = "2.5usd"
# slots = 4
# min_spend = "0.001usd"
# max_spend = "1usd"
# max_life = "1d"
"#
        ),
    }
}

/// A text as TOML writes it.
fn quote(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quote(text)).collect();
    format!("[{}]", quoted.join(", "))
}
