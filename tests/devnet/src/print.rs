//! What a person in front of a terminal sees: how to reach the chain, then a line a transaction.

use std::io::{self, Write};

use serde_json::json;

use crate::accounts::KnownAccount;
use crate::block::{Block, Raw};
use crate::chain::Event;
use crate::devnet::{Config, Devnet};
use crate::tx::Decoded;
use crate::tx::message::Message;
use crate::tx::run::hash;

/// Writes how to reach a chain.
pub fn welcome(out: &mut impl Write, devnet: &Devnet, config: &Config, as_json: bool) -> io::Result<()> {
    if as_json {
        let known = |account: &KnownAccount| json!({ "address": account.address, "mnemonic": account.mnemonic });
        let accounts: Vec<_> = devnet.accounts().iter().map(known).collect();
        let line = json!({
            "rpc": devnet.rpc(), "websocket": devnet.websocket(), "beacon": devnet.beacon_url(),
            "chain_id": config.chain_id, "prefix": config.prefix, "gas_price": config.gas_price.to_string(),
            "accounts": accounts, "voter": known(devnet.voter()),
        });
        return writeln!(out, "{line}");
    }
    writeln!(out, "hearth-devnet {}\n", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "  rpc         {}", devnet.rpc())?;
    writeln!(out, "  websocket   {}", devnet.websocket())?;
    writeln!(out, "  beacon      {}", devnet.beacon_url())?;
    writeln!(out, "  chain id    {}", config.chain_id)?;
    writeln!(out, "  prefix      {}", config.prefix)?;
    writeln!(out, "  gas price   {}\n", config.gas_price)?;
    let funds: Vec<String> = config.funds.iter().map(|coin| format!("{} {}", coin.amount, coin.denom)).collect();
    writeln!(
        out,
        "Accounts, each with {}. Their words are known to everybody: use them nowhere else.\n",
        funds.join(" and ")
    )?;
    for (nth, account) in devnet.accounts().iter().enumerate() {
        writeln!(out, "  ({nth}) {}\n      {}", account.address, account.mnemonic)?;
    }
    let voter = devnet.voter();
    writeln!(out, "\n  (*) {}\n      {}", voter.address, voter.mnemonic)?;
    let period = config.voting_period.as_secs();
    writeln!(out, "\nProposals are voted on for {period} s, and the vote of (*) decides.")?;
    writeln!(out)
}

/// Writes a line for each transaction of a block.
pub fn block(out: &mut impl Write, block: &Block, as_json: bool) -> io::Result<()> {
    for (Raw(bytes), result) in block.txs.iter().zip(&block.results) {
        let name = hex::encode_upper(hash(bytes));
        let said = Decoded::read(bytes).map(|tx| tx.messages.iter().map(summary).collect()).unwrap_or_else(|_| vec![]);
        if as_json {
            let line = json!({
                "height": block.height, "hash": name, "messages": said, "gas_used": result.gas_used,
                "gas_wanted": result.gas_wanted, "code": result.code, "log": result.log, "hint": remedy(&result.log),
            });
            writeln!(out, "{line}")?;
        } else {
            let short = name.get(..12).unwrap_or(&name);
            let outcome =
                if result.code == 0 { "ok".to_owned() } else { format!("failed {}: {}", result.code, result.log) };
            writeln!(out, "{:>7}  {short}  {:>9} gas  {}  {outcome}", block.height, result.gas_used, said.join(", "))?;
            if let Some(remedy) = remedy(&result.log) {
                writeln!(out, "{:>7}  hint: {remedy}", "")?;
            }
        }
    }
    for event in &block.events {
        decision(out, block.height, event, as_json)?;
    }
    out.flush()
}

/// Writes what governance decided, if that is what an event tells.
fn decision(out: &mut impl Write, height: u64, event: &Event, as_json: bool) -> io::Result<()> {
    let of = |key: &str| event.attributes.iter().find(|(of, _)| of == key).map(|(_, value)| value.as_str());
    let (Some(id), Some(result)) = (of("proposal_id"), of("proposal_result")) else { return Ok(()) };
    let log = of("proposal_log").unwrap_or_default();
    if as_json {
        return writeln!(out, "{}", json!({ "height": height, "proposal": id, "result": result, "log": log }));
    }
    let result = result.replace('_', " ");
    writeln!(out, "{height:>7}  {id}: {result}{}{log}", if log.is_empty() { "" } else { ", " })
}

/// What helps an upload that the VM refused, where something does.
fn remedy(log: &str) -> Option<&'static str> {
    if !log.contains("create wasm contract failed") {
        return None;
    }
    if log.contains("is not enabled") {
        return Some(
            "lower it by wasm-opt -Os --enable-bulk-memory --enable-sign-ext --llvm-memory-copy-fill-lowering \
             --signext-lowering",
        );
    }
    log.contains("unavailable capabilities")
        .then_some("build it without that feature of cosmwasm-std, or name the capability by --capabilities")
}

/// A message in a few words: what it is, and what a contract is told.
fn summary(message: &Message) -> String {
    let verb = |msg: &[u8]| {
        let said: Option<serde_json::Value> = serde_json::from_slice(msg).ok();
        said.and_then(|said| said.as_object()?.keys().next().cloned()).unwrap_or_default()
    };
    match message {
        Message::Send(_) => "send".to_owned(),
        Message::MultiSend(_) => "multi-send".to_owned(),
        Message::StoreCode(msg) => format!("store {} bytes", msg.wasm_byte_code.len()),
        Message::Instantiate(msg) => format!("instantiate {} of code {}", msg.label, msg.code_id),
        Message::Instantiate2(msg) => format!("instantiate2 {} of code {}", msg.label, msg.code_id),
        Message::Execute(msg) => format!("{} {}", short(&msg.contract), verb(&msg.msg)),
        Message::Migrate(msg) => format!("migrate {} to code {}", short(&msg.contract), msg.code_id),
        Message::UpdateAdmin(msg) => format!("new admin of {}", short(&msg.contract)),
        Message::ClearAdmin(msg) => format!("no admin of {}", short(&msg.contract)),
        Message::UpdateConfig(msg) => format!("access to code {}", msg.code_id),
        Message::UpdateParams(_) => "parameters of contracts".to_owned(),
        Message::PinCodes(msg) => format!("pin codes {:?}", msg.code_ids),
        Message::UnpinCodes(msg) => format!("unpin codes {:?}", msg.code_ids),
        Message::Propose(msg, messages) => {
            let said: Vec<String> = messages.iter().map(summary).collect();
            format!("propose {:?}: {}", msg.title, said.join(", "))
        }
        Message::Deposit(msg) => format!("deposit on proposal {}", msg.proposal_id),
        Message::Vote(msg) => format!("vote on proposal {}", msg.proposal_id),
        Message::VoteWeighted(msg) => format!("vote on proposal {}", msg.proposal_id),
    }
}

fn short(address: &str) -> String {
    let end = address.len().saturating_sub(6);
    format!("…{}", address.get(end..).unwrap_or(address))
}
