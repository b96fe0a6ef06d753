//! Governance, as people meet it who develop contracts for chains where nobody uploads without it.

use std::time::Duration;

use cosmrs::Any;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmos::gov::v1::{MsgSubmitProposal, MsgVote};
use cosmrs::proto::cosmwasm::wasm::v1::{MsgPinCodes, MsgStoreCode, QueryPinnedCodesRequest, QueryPinnedCodesResponse};
use serde_json::{Value, json};

use hearth_devnet::wasm::record::{AccessConfig, EVERYBODY, NOBODY, Params};
use hearth_devnet::{Config, Devnet, spawn};

use crate::abuse::{call, get};
use crate::program::{Folder, Running, program};
use crate::wait::until;
use crate::wallet::{Wallet, any, attribute, chain, token};

/// The address in whose name governance speaks.
fn governor() -> String {
    let addresses = hearth_devnet::address::Addresses::new("wasm").unwrap();
    addresses.text(&hearth_devnet::address::of_module("gov"))
}

fn proposal(by: &Wallet, message: Any) -> Any {
    let deposit = Coin { denom: "ucosm".to_owned(), amount: "10000000".to_owned() };
    any(&MsgSubmitProposal {
        messages: vec![message],
        initial_deposit: vec![deposit],
        proposer: by.address.clone(),
        title: "a proposal".to_owned(),
        summary: "a summary".to_owned(),
        ..MsgSubmitProposal::default()
    })
}

fn yes(by: &Wallet, proposal_id: u64) -> Any {
    any(&MsgVote { proposal_id, voter: by.address.clone(), option: 1, metadata: String::new() })
}

/// Proposes and votes, and says which proposal it was.
async fn pass(devnet: &Devnet, message: Any) -> u64 {
    let voter = Wallet::of(&devnet.rpc(), devnet.voter());
    let proposal = vec![proposal(&voter, message)];
    let gas = voter.simulate(proposal.clone()).await.unwrap();
    let proposed = voter.send_with(proposal, gas + gas / 5).await;
    assert!(proposed.tx_result.code.is_ok(), "{}", proposed.tx_result.log);
    let id = attribute(&proposed, "submit_proposal", "proposal_id").parse().unwrap();
    assert!(voter.send(vec![yes(&voter, id)]).await.tx_result.code.is_ok());
    id
}

fn mine(devnet: &Devnet, seconds: u64) {
    tokio::task::block_in_place(|| devnet.mine(1, Duration::from_secs(seconds))).unwrap();
}

fn line(devnet: &Devnet, path: &str) -> Value {
    let (status, body) = get(&devnet.rpc(), path);
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(body.trim()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_may_upload_governance_does() {
    let access = AccessConfig { permission: NOBODY, addresses: vec![] };
    let access = Params { code_upload_access: Some(access), instantiate_default_permission: EVERYBODY };
    let devnet = spawn(Config { access, ..Config::default() }).unwrap();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let refused = wallet.send(vec![wallet.upload(token())]).await;
    assert_eq!(refused.tx_result.log, "failed to execute message; message index: 0: can not create code: unauthorized");
    let upload = MsgStoreCode { sender: governor(), wasm_byte_code: token(), instantiate_permission: None };
    let id = pass(&devnet, any(&upload)).await;
    assert_eq!(
        line(&devnet, &format!("/cosmos/gov/v1/proposals/{id}"))["proposal"]["status"],
        "PROPOSAL_STATUS_VOTING_PERIOD"
    );
    mine(&devnet, 60);
    assert_eq!(
        line(&devnet, &format!("/cosmos/gov/v1/proposals/{id}"))["proposal"]["status"],
        "PROPOSAL_STATUS_PASSED"
    );
    assert_eq!(line(&devnet, "/cosmwasm/wasm/v1/code/1")["code_info"]["creator"], governor());
    let made = wallet.send(vec![wallet.make_token(1)]).await;
    assert!(made.tx_result.code.is_ok(), "what governance uploaded is everybody's: {}", made.tx_result.log);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_is_over_in_time_though_nobody_makes_a_block() {
    let devnet = spawn(Config { voting_period: Duration::from_secs(1), ..Config::default() }).unwrap();
    let upload = MsgStoreCode { sender: governor(), wasm_byte_code: token(), instantiate_permission: None };
    pass(&devnet, any(&upload)).await;
    let stored = async || line(&devnet, "/cosmwasm/wasm/v1/code")["code_infos"] != json!([]);
    until("a vote of a second does not end", stored).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_code_is_called_for_less_and_stays_pinned() {
    let folder = Folder::new("pinned");
    let config = || Config { state: Some(folder.0.clone()), ..Config::default() };
    let devnet = spawn(config()).unwrap();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let contract = wallet.token().await;
    let kept = |devnet: &Devnet| {
        let count = |node: &mut hearth_devnet::node::Node| node.chain.vm().metrics().elements_pinned_memory_cache;
        tokio::task::block_in_place(|| devnet.node().ask_blocking(count)).unwrap()
    };
    let mint = json!({ "mint": { "recipient": wallet.address, "amount": "3" } });
    wallet.send(vec![wallet.tell(&contract, &mint)]).await;
    let before = wallet.send(vec![wallet.tell(&contract, &mint)]).await.tx_result.gas_used;
    assert_eq!(kept(&devnet), 0);
    pass(&devnet, any(&MsgPinCodes { authority: governor(), code_ids: vec![1] })).await;
    mine(&devnet, 60);
    let after = wallet.send(vec![wallet.tell(&contract, &mint)]).await.tx_result.gas_used;
    assert_eq!(kept(&devnet), 1);
    let saved = before - after;
    assert!((57_900..58_100).contains(&saved), "loading it costs 58,000 less, not {saved}");
    tokio::task::block_in_place(|| drop(devnet));
    let devnet = spawn(config()).unwrap();
    assert_eq!(kept(&devnet), 1, "and is again when the chain is started again");
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let asked = QueryPinnedCodesRequest { pagination: None };
    let pinned: QueryPinnedCodesResponse = wallet.query("/cosmwasm.wasm.v1.Query/PinnedCodes", asked).await.unwrap();
    assert_eq!(pinned.code_ids, [1]);
    let later = wallet.send(vec![wallet.tell(&contract, &mint)]).await.tx_result.gas_used;
    assert!(later.abs_diff(after) < 100, "{later} is not as little as {after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_before_a_pinning_knows_of_none() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    wallet.token().await;
    let moment = tokio::task::block_in_place(|| devnet.snapshot()).unwrap();
    pass(&devnet, any(&MsgPinCodes { authority: governor(), code_ids: vec![1] })).await;
    mine(&devnet, 60);
    assert_eq!(line(&devnet, "/cosmwasm/wasm/v1/codes/pinned")["code_ids"], json!(["1"]));
    assert!(tokio::task::block_in_place(|| devnet.revert(moment)).unwrap());
    assert_eq!(line(&devnet, "/cosmwasm/wasm/v1/codes/pinned")["code_ids"], json!([]));
    assert_eq!(line(&devnet, "/cosmos/gov/v1/proposals")["proposals"], json!([]));
    let count = |node: &mut hearth_devnet::node::Node| node.chain.vm().metrics().elements_pinned_memory_cache;
    assert_eq!(tokio::task::block_in_place(|| devnet.node().ask_blocking(count)).unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_tells_of_proposals_deposits_and_votes() {
    let devnet = chain();
    let voter = devnet.voter().address.clone();
    let id = pass(&devnet, any(&MsgPinCodes { authority: governor(), code_ids: vec![7] })).await;
    let proposal = line(&devnet, &format!("/cosmos/gov/v1/proposals/{id}"))["proposal"].clone();
    let pin = json!({ "@type": "/cosmwasm.wasm.v1.MsgPinCodes", "authority": governor(), "code_ids": ["7"] });
    assert_eq!(
        (&proposal["id"], &proposal["messages"], &proposal["proposer"]),
        (&json!("1"), &json!([pin]), &json!(voter))
    );
    let vote = line(&devnet, "/cosmos/gov/v1/proposals/1/votes")["votes"][0].clone();
    let options = json!([{ "option": "VOTE_OPTION_YES", "weight": "1.000000000000000000" }]);
    assert_eq!((&vote["voter"], &vote["options"]), (&json!(voter), &options));
    assert_eq!(line(&devnet, &format!("/cosmos/gov/v1/proposals/1/votes/{voter}"))["vote"], vote);
    let deposit = line(&devnet, &format!("/cosmos/gov/v1/proposals/1/deposits/{voter}"))["deposit"].clone();
    assert_eq!(deposit["amount"], json!([{ "denom": "ucosm", "amount": "10000000" }]));
    assert_eq!(line(&devnet, "/cosmos/gov/v1/proposals/1/deposits")["deposits"], json!([deposit]));
    assert_eq!(line(&devnet, "/cosmos/gov/v1/proposals/1/tally")["tally"]["yes_count"], "250000000000");
    let voting = "/cosmos/gov/v1/proposals?proposal_status=PROPOSAL_STATUS_VOTING_PERIOD";
    assert_eq!(line(&devnet, voting)["pagination"]["total"], "1");
    let params = line(&devnet, "/cosmos/gov/v1/params/voting");
    assert_eq!(
        (&params["voting_params"]["voting_period"], &params["params"]["expedited_voting_period"]),
        (&json!("60s"), &json!("30s"))
    );
    mine(&devnet, 60);
    let failed = line(&devnet, "/cosmos/gov/v1/proposals/1")["proposal"].clone();
    assert_eq!(
        (&failed["status"], &failed["failed_reason"]),
        (&json!("PROPOSAL_STATUS_FAILED"), &json!("code id 7: no such code"))
    );
    assert_eq!(get(&devnet.rpc(), "/cosmos/gov/v1/proposals/2").0, 404);
    assert_eq!(get(&devnet.rpc(), "/cosmos/gov/v1/proposals/one").0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_block_in_which_a_vote_ends_is_found_by_what_came_of_it() {
    let devnet = chain();
    pass(&devnet, any(&MsgPinCodes { authority: governor(), code_ids: vec![7] })).await;
    mine(&devnet, 60);
    let height = tokio::task::block_in_place(|| devnet.head()).unwrap().0;
    let results = call(&devnet.rpc(), "block_results", json!({ "height": height.to_string() }));
    let events = results["result"]["finalize_block_events"].as_array().unwrap();
    let last = events.last().unwrap();
    assert_eq!(
        (&last["type"], &last["attributes"][1]["value"]),
        (&json!("active_proposal"), &json!("proposal_failed"))
    );
    let query = "active_proposal.proposal_id='1' AND active_proposal.proposal_result='proposal_failed'";
    let found = call(&devnet.rpc(), "block_search", json!({ "query": query }));
    assert_eq!(found["result"]["blocks"][0]["block"]["header"]["height"], height.to_string());
    assert_eq!(found["result"]["total_count"], "1");
}

#[test]
fn a_voting_period_of_nothing_and_uploads_of_nobody_real_are_refused() {
    let none = spawn(Config { voting_period: Duration::ZERO, ..Config::default() }).err().unwrap();
    assert_eq!(none.to_string(), "voting period: it must be a second or more");
    let access = Params {
        code_upload_access: Some(AccessConfig { permission: 4, addresses: vec!["ann".into()] }),
        ..Params::open()
    };
    let none = spawn(Config { access, ..Config::default() }).err().unwrap();
    assert_eq!(none.to_string(), "code upload access: ann: decoding bech32 failed: invalid bech32 string length 3");
}

#[test]
fn the_program_says_who_votes_and_what_was_decided() {
    let flags = [
        "--json",
        "--voting-period",
        "1",
        "--code-upload-access",
        "nobody",
        "--instantiate-default-permission",
        "creator",
    ];
    let mut running = Running::of(program(&flags));
    let voter = running.hello["voter"].clone();
    let addresses = hearth_devnet::address::Addresses::new("wasm").unwrap();
    let account = hearth_devnet::accounts::known(10, &addresses).unwrap();
    assert_eq!((&voter["address"], &voter["mnemonic"]), (&json!(account.address), &json!(account.mnemonic)));
    let rpc = running.rpc();
    let (_, body) = get(&rpc, "/cosmwasm/wasm/v1/codes/params");
    let params: Value = serde_json::from_str(body.trim()).unwrap();
    assert_eq!(params["params"]["code_upload_access"]["permission"], "Nobody");
    assert_eq!(params["params"]["instantiate_default_permission"], "AnyOfAddresses");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let wallet = Wallet::of(&rpc, &account);
        let pin = any(&MsgPinCodes { authority: governor(), code_ids: vec![7] });
        wallet.send(vec![proposal(&wallet, pin)]).await;
        wallet.send(vec![yes(&wallet, 1)]).await;
    });
    let mut said = Vec::new();
    for _ in 0..3 {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut running.lines, &mut line).unwrap();
        said.push(serde_json::from_str::<Value>(&line).unwrap());
    }
    assert_eq!(said[0]["messages"][0], "propose \"a proposal\": pin codes [7]");
    assert_eq!(said[1]["messages"][0], "vote on proposal 1");
    assert_eq!((&said[2]["proposal"], &said[2]["result"]), (&json!("1"), &json!("proposal_failed")));
}

#[test]
fn proposals_in_proposals_are_read_only_so_deep() {
    let nobody = Any { type_url: "/cosmos.gov.v1.MsgSubmitProposal".to_owned(), value: vec![] };
    let mut message = nobody.clone();
    for _ in 0..5_000 {
        let outer = MsgSubmitProposal { messages: vec![message], ..MsgSubmitProposal::default() };
        message = any(&outer);
    }
    let read = hearth_devnet::tx::message::Message::read(&message).unwrap_err();
    assert!(read.is(&hearth_devnet::fault::TX_PARSE));
    assert!(hearth_devnet::tx::message::Message::read(&nobody).is_ok());
}
