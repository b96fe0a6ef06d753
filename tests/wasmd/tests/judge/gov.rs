//! Governance: what is proposed, deposited and voted, what comes of it at the ends of blocks, and what it says of contracts.

#[path = "gov/ask.rs"]
mod ask;
#[path = "gov/refused.rs"]
mod refused;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmos_sdk_proto::cosmos::gov::v1::{
    MsgDeposit, MsgSubmitProposal, MsgVote, MsgVoteWeighted, ProposalStatus, QueryProposalsRequest,
    QueryProposalsResponse, VoteOption, WeightedVoteOption,
};
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AccessConfig, MsgClearAdmin, MsgInstantiateContract, MsgInstantiateContract2, MsgMigrateContract, MsgPinCodes,
    MsgStoreCode, MsgUnpinCodes, MsgUpdateAdmin, MsgUpdateInstantiateConfig, MsgUpdateParams, Params,
};
use hearth_devnet::address;
use hearth_devnet::address::Addresses;
use hearth_devnet::gov::{MIN_DEPOSIT, MIN_DEPOSIT_EXPEDITED};
use prost::Message;
use serde_json::json;

use crate::draft::{Draft, any, coin};
use crate::parrot::{self, Parrot, make, says, store, sub, tell};
use crate::twin::Twin;

/// So long is voted. Blocks take a hundredth of it.
const PERIOD: Duration = Duration::from_secs(15);

/// The address in whose name governance speaks.
fn governor() -> String {
    Addresses::new("wasm").unwrap().text(&address::of_module("gov"))
}

/// A proposal of these messages, with a deposit that opens the vote.
fn proposal(proposer: &str, title: &str, messages: Vec<Any>) -> MsgSubmitProposal {
    MsgSubmitProposal {
        messages,
        initial_deposit: deposit(MIN_DEPOSIT),
        proposer: proposer.to_owned(),
        title: title.to_owned(),
        summary: format!("what {title} is about"),
        ..MsgSubmitProposal::default()
    }
}

fn deposit(amount: u128) -> Vec<Coin> {
    vec![coin("ucosm", amount)]
}

fn vote(voter: &str, proposal_id: u64, option: VoteOption) -> Any {
    let (voter, metadata) = (voter.to_owned(), String::new());
    any(&MsgVote { proposal_id, voter, option: option.into(), metadata })
}

fn shares(voter: &str, proposal_id: u64, shares: &[(i32, &str)]) -> Any {
    let option = |(option, weight): &(i32, &str)| WeightedVoteOption { option: *option, weight: (*weight).to_owned() };
    let (voter, metadata) = (voter.to_owned(), String::new());
    any(&MsgVoteWeighted { proposal_id, voter, options: shares.iter().map(option).collect(), metadata })
}

/// Submits a proposal that must be taken; its number.
fn submit(twin: &mut Twin, msg: &MsgSubmitProposal) -> u64 {
    let draft = Draft::of(vec![any(msg)]).gas(12_000_000);
    let told = twin.case(&format!("a proposal: {}", msg.title)).submit(&msg.proposer, &draft).unwrap();
    assert_eq!(told.code, 0, "{}: {}", msg.title, told.log);
    told.attribute("submit_proposal", "proposal_id").parse().unwrap()
}

/// Submits a proposal and lets the one vote that counts be this.
fn decide(twin: &mut Twin, msg: &MsgSubmitProposal, option: VoteOption) -> u64 {
    let id = submit(twin, msg);
    let voter = twin.voter();
    let told = twin.send(&voter, vec![vote(&voter, id, option)]).unwrap();
    assert_eq!(told.code, 0, "{}", told.log);
    id
}

/// Waits until nothing is voted on, and compares what happened at the ends of all blocks since a height.
fn until_all_is_decided(twin: &mut Twin, what: &str, since: u64) {
    for status in [ProposalStatus::DepositPeriod, ProposalStatus::VotingPeriod] {
        while !of_status(twin, status).is_empty() {
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    twin.case(what).follow();
    let now = twin.wasmd.height().unwrap();
    twin.follow();
    assert!(twin.compare_ends(since, now) > 0, "something ended");
}

fn of_status(twin: &Twin, status: ProposalStatus) -> Vec<u64> {
    let asked = QueryProposalsRequest { proposal_status: status.into(), ..Default::default() };
    let params = json!({ "path": "/cosmos.gov.v1.Query/Proposals", "data": hex::encode(asked.encode_to_vec()) });
    let said = twin.wasmd.calls().call("abci_query", &params).unwrap();
    let value = BASE64.decode(said["response"]["value"].as_str().unwrap_or_default()).unwrap();
    let found = QueryProposalsResponse::decode(value.as_slice()).unwrap();
    found.proposals.iter().map(|proposal| proposal.id).collect()
}

fn pin(code_ids: Vec<u64>) -> Any {
    any(&MsgPinCodes { authority: governor(), code_ids })
}

fn unpin(code_ids: Vec<u64>) -> Any {
    any(&MsgUnpinCodes { authority: governor(), code_ids })
}

fn upload(number: u32, permission: i32) -> Any {
    let instantiate_permission = Some(AccessConfig { permission, addresses: vec![] });
    any(&MsgStoreCode { sender: governor(), wasm_byte_code: parrot::code(number), instantiate_permission })
}

fn access(uploads: i32, instantiates: i32) -> Any {
    let code_upload_access = Some(AccessConfig { permission: uploads, addresses: vec![] });
    let params = Params { code_upload_access, instantiate_default_permission: instantiates };
    any(&MsgUpdateParams { authority: governor(), params: Some(params) })
}

fn salted(code_id: u64, salt: &[u8], said: &serde_json::Value) -> Any {
    let MsgInstantiateContract { sender, admin, label, msg, .. } = make(&governor(), code_id, said);
    let (salt, fix_msg, funds) = (salt.to_vec(), false, vec![]);
    any(&MsgInstantiateContract2 { sender, admin, code_id, label, msg, funds, salt, fix_msg })
}

fn migrate(contract: &str, code_id: u64, msg: &[u8]) -> Any {
    any(&MsgMigrateContract { sender: governor(), contract: contract.to_owned(), code_id, msg: msg.to_vec() })
}

/// Deposits, and the votes of a proposal whose deposit comes in parts.
fn in_parts(twin: &mut Twin, parrot: &Parrot) -> u64 {
    let (ann, ben, voter) = (twin.known(0), twin.known(1), twin.voter());
    let mut msg = proposal(&ann, "in parts", vec![]);
    msg.metadata = "no messages, but words".to_owned();
    msg.initial_deposit = deposit(MIN_DEPOSIT / 4);
    let id = submit(twin, &msg);
    twin.case("a vote before there is one").send(&voter, vec![vote(&voter, id, VoteOption::Yes)]);
    let put = |depositor: &str, amount: Vec<Coin>| {
        any(&MsgDeposit { proposal_id: id, depositor: depositor.to_owned(), amount })
    };
    for (what, amount) in [
        ("a deposit of nothing", vec![]),
        ("a deposit of a sum of nothing", deposit(0)),
        ("a deposit that is too small", deposit(MIN_DEPOSIT / 100 - 1)),
        ("a deposit of another coin", vec![coin("uusd", MIN_DEPOSIT)]),
        ("a deposit of two coins", vec![coin("ucosm", MIN_DEPOSIT), coin("uusd", 1)]),
        ("a deposit of more than there is", deposit(u128::MAX)),
        ("the second quarter of a deposit", deposit(MIN_DEPOSIT / 4)),
    ] {
        twin.case(what).send(&ben, vec![put(&ben, amount)]);
    }
    twin.case("the same depositor once more").send(&ann, vec![put(&ann, deposit(MIN_DEPOSIT / 4))]);
    let rest = Draft { mode: SignMode::LegacyAminoJson, ..Draft::of(vec![put(&ben, deposit(MIN_DEPOSIT / 4))]) };
    twin.case("the rest of a deposit, signed as older wallets do").submit(&ben, &rest.gas(1_000_000));
    twin.case("a deposit while votes are cast").send(&ben, vec![put(&ben, deposit(MIN_DEPOSIT))]);
    votes(twin, id);
    by_contract(twin, parrot, id);
    ask::about(twin, "while votes are cast", id);
    id
}

/// Votes, good and bad; the last of the voter's counts.
fn votes(twin: &mut Twin, id: u64) {
    let (ann, ben, voter) = (twin.known(0), twin.known(1), twin.voter());
    twin.case("a vote of nobody who stakes").send(&ben, vec![vote(&ben, id, VoteOption::No)]);
    twin.case("a vote for no option").send(&ann, vec![vote(&ann, id, VoteOption::Unspecified)]);
    let odd = |option: i32, metadata: String| any(&MsgVote { proposal_id: id, voter: ann.clone(), option, metadata });
    twin.case("a vote for an option that is none").send(&ann, vec![odd(7, String::new())]);
    twin.case("a vote with words").send(&ann, vec![odd(2, "I cannot say".to_owned())]);
    twin.case("a vote with too many words").send(&ann, vec![odd(2, "x".repeat(256))]);
    twin.case("a vote on nothing").send(&ann, vec![vote(&ann, 999, VoteOption::Yes)]);
    for (what, parts) in [
        ("shares", vec![(1, "0.4"), (2, "0.3"), (3, "0.2"), (4, "0.1")]),
        ("shares of nothing", vec![]),
        ("shares that are too much", vec![(1, "0.7"), (3, "0.7")]),
        ("shares that are too little", vec![(1, "0.1"), (3, "0.7")]),
        ("shares of the same", vec![(1, "0.5"), (1, "0.5")]),
        ("a share of nothing", vec![(1, "0"), (3, "1")]),
        ("a share of no number", vec![(1, "half"), (3, "0.5")]),
        ("a share less than nothing", vec![(1, "-0.5"), (3, "1")]),
        ("a share for no option", vec![(0, "0.5"), (3, "0.5")]),
        ("a share to the last place", vec![(1, "0.333333333333333333"), (3, "0.666666666666666667")]),
        ("a share beyond the last place", vec![(1, "0.3333333333333333333"), (3, "0.6666666666666666667")]),
    ] {
        twin.case(what).send(&voter, vec![shares(&voter, id, &parts)]);
    }
    let older = Draft::of(vec![shares(&voter, id, &[(1, "0.9"), (2, "0.1")]), vote(&voter, id, VoteOption::Yes)]);
    let older = Draft { mode: SignMode::LegacyAminoJson, ..older };
    twin.case("two votes, signed as older wallets do").submit(&voter, &older);
}

/// Votes of a contract, in its own words and written out.
fn by_contract(twin: &mut Twin, parrot: &Parrot, proposal_id: u64) {
    let (ann, at) = (twin.known(0), parrot.address.clone());
    let whole = |option: &str| json!({ "gov": { "vote": { "proposal_id": proposal_id, "option": option } } });
    let parts = |parts: &[(&str, &str)]| {
        let each = |(option, weight): &(&str, &str)| json!({ "option": option, "weight": weight });
        let options: Vec<serde_json::Value> = parts.iter().map(each).collect();
        json!({ "gov": { "vote_weighted": { "proposal_id": proposal_id, "options": options } } })
    };
    let any = vote(&at, proposal_id, VoteOption::Abstain);
    let written = json!({ "any": { "type_url": any.type_url, "value": BASE64.encode(any.value) } });
    for (what, message) in [
        ("yes", whole("yes")),
        ("no", whole("no")),
        ("abstain", whole("abstain")),
        ("no with veto", whole("no_with_veto")),
        ("in shares", parts(&[("yes", "0.5"), ("no", "0.50")])),
        ("in shares that are too much", parts(&[("yes", "0.5"), ("no", "0.6")])),
        ("in shares of no number", parts(&[("yes", "half"), ("no", "0.5")])),
        ("in no shares", parts(&[])),
        ("in full", written),
    ] {
        let said = says(&[sub(9, "always", &message)]);
        twin.case(&format!("a contract votes {what}")).send(&ann, vec![tell(&ann, &at, &said)]);
        parrot.recall(twin);
    }
}

/// What passes, what does not, and what passes and then cannot be done.
fn first_round(twin: &mut Twin, pinned: &Parrot, kept: &Parrot) {
    let (ann, yes) = (twin.known(0), VoteOption::Yes);
    let mut quick = proposal(&ann, "quickly", vec![pin(vec![pinned.code])]);
    (quick.expedited, quick.initial_deposit) = (true, deposit(MIN_DEPOSIT_EXPEDITED));
    decide(twin, &quick, yes);
    let mut slow = proposal(&ann, "not quickly", vec![pin(vec![kept.code])]);
    (slow.expedited, slow.initial_deposit) = (true, deposit(MIN_DEPOSIT_EXPEDITED));
    let slow = submit(twin, &slow);
    let part = [(1, "0.6"), (3, "0.4")];
    let voter = twin.voter();
    twin.send(&voter, vec![shares(&voter, slow, &part)]);
    let mut poor = proposal(&ann, "too poor", vec![pin(vec![kept.code])]);
    poor.initial_deposit = deposit(MIN_DEPOSIT / 2);
    submit(twin, &poor);
    decide(twin, &proposal(&ann, "store", vec![upload(60, 1)]), yes);
    decide(twin, &proposal(&ann, "instantiate", vec![any(&make(&governor(), kept.code, &says(&[])))]), yes);
    decide(twin, &proposal(&ann, "instantiate2", vec![salted(kept.code, b"salt", &json!({ "0": 1 }))]), yes);
    decide(twin, &proposal(&ann, "migrate", vec![migrate(&kept.address, pinned.code, OK)]), yes);
    decide(twin, &proposal(&ann, "two that fail", vec![upload(61, 3), pin(vec![999])]), yes);
    decide(twin, &proposal(&ann, "one that says no", vec![migrate(&pinned.address, kept.code, NO)]), yes);
    decide(twin, &proposal(&ann, "one that breaks", vec![migrate(&pinned.address, kept.code, b"{\"x\":1}")]), yes);
    decide(twin, &proposal(&ann, "of no contract", vec![migrate(&ann, kept.code, OK)]), yes);
    decide(twin, &proposal(&ann, "voted down", vec![pin(vec![kept.code])]), VoteOption::No);
    decide(twin, &proposal(&ann, "vetoed", vec![pin(vec![kept.code])]), VoteOption::NoWithVeto);
    decide(twin, &proposal(&ann, "abstained from", vec![pin(vec![kept.code])]), VoteOption::Abstain);
    submit(twin, &proposal(&ann, "unnoticed", vec![pin(vec![kept.code])]));
    decide(twin, &proposal(&ann, "uploads for nobody", vec![access(1, 4)]), yes);
}

const OK: &[u8] = br#"{"ok":{"messages":[],"attributes":[{"key":"k","value":"v"}],"events":[],"data":"AQI="}}"#;
const NO: &[u8] = br#"{"error":"no"}"#;

/// What governance alone may now, and what its contracts may.
fn second_round(twin: &mut Twin, pinned: &Parrot, closed: u64) {
    let (ann, yes) = (twin.known(0), VoteOption::Yes);
    twin.case("an upload where nobody may")
        .submit(&ann, &Draft::of(vec![store(&ann, parrot::code(62))]).gas(4_000_000));
    twin.case("a making of governance's code").send(&ann, vec![any(&make(&ann, closed, &says(&[])))]);
    decide(twin, &proposal(&ann, "store for all", vec![upload(63, 3)]), yes);
    let unsaid = store(&governor(), parrot::code(64));
    decide(twin, &proposal(&ann, "store without a word", vec![unsaid]), yes);
    let inner = json!({ "wasm": { "instantiate": {
        "admin": null, "code_id": closed, "msg": BASE64.encode(says(&[]).to_string()), "funds": [], "label": "inner",
    } } });
    let speaks = says(&[sub(1, "never", &inner)]);
    decide(twin, &proposal(&ann, "instantiate what instantiates", vec![salted(closed, b"outer", &speaks)]), yes);
    decide(twin, &proposal(&ann, "unpin", vec![unpin(vec![pinned.code]), access(3, 3)]), yes);
    let (sender, contract) = (governor(), pinned.address.clone());
    let admin = MsgUpdateAdmin { sender: sender.clone(), new_admin: twin.known(1), contract: contract.clone() };
    let none = MsgClearAdmin { sender: sender.clone(), contract };
    let everybody = Some(AccessConfig { permission: 3, addresses: vec![] });
    let access = MsgUpdateInstantiateConfig { sender, code_id: closed, new_instantiate_permission: everybody };
    decide(twin, &proposal(&ann, "admins and access", vec![any(&admin), any(&none), any(&access)]), yes);
    let call = tell(&governor(), &pinned.address, &says(&[sub(9, "always", &inner)]));
    decide(twin, &proposal(&ann, "a call", vec![call]), yes);
    signed_as_older_wallets_do(twin, pinned);
}

/// Proposals of every kind of message, in the other form of what is signed.
fn signed_as_older_wallets_do(twin: &mut Twin, parrot: &Parrot) {
    let ann = twin.known(0);
    let words = proposal(&ann, "of words", vec![]);
    let metadata = json!({ "title": words.title, "summary": words.summary }).to_string();
    for (what, messages) in [
        ("of words", vec![]),
        ("to unpin", vec![unpin(vec![parrot.code])]),
        ("to pin several", vec![pin(vec![1, 2, 3])]),
        ("of who may upload", vec![access(1, 4)]),
        ("to upload", vec![upload(65, 1)]),
        ("to make and to migrate", vec![salted(1, b"salt", &says(&[])), migrate(&parrot.address, 1, OK)]),
    ] {
        let proposal = MsgSubmitProposal { messages, metadata: metadata.clone(), ..words.clone() };
        let draft = Draft { mode: SignMode::LegacyAminoJson, ..Draft::of(vec![any(&proposal)]) };
        twin.case(&format!("a proposal {what}, signed as older wallets do")).submit(&ann, &draft);
    }
}

/// What calls and questions cost, and all that governance may have changed.
fn what_stands(twin: &mut Twin, when: &str, parrots: &[&Parrot]) {
    let ann = twin.known(0);
    for (nth, parrot) in parrots.iter().enumerate() {
        let twice = vec![tell(&ann, &parrot.address, &says(&[])), tell(&ann, &parrot.address, &says(&[]))];
        twin.case(&format!("calls of parrot {nth} {when}")).send(&ann, twice);
        let itself = json!({ "wasm": { "smart": { "contract_addr": parrot.address, "msg": "e30=" } } });
        twin.case(&format!("parrot {nth} asks itself {when}")).send(&ann, vec![tell(&ann, &parrot.address, &itself)]);
        twin.case(&format!("a making of code {nth} {when}"))
            .send(&ann, vec![any(&make(&ann, parrot.code, &says(&[])))]);
    }
    ask::all(twin, when, parrots);
}

#[test]
#[cfg_attr(not(wasmd), ignore = "wasmd is not built: `make wasmd`")]
fn governance_decides_the_same_on_both() {
    let mut twin = Twin::voting(PERIOD);
    let ann = twin.known(0);
    let one = Parrot::hatch(&mut twin, &ann, 1);
    let other = Parrot::hatch(&mut twin, &ann, 2);
    ask::all(&mut twin, "at first", &[&one, &other]);
    refused::proposals(&mut twin, &one);
    let begun = twin.wasmd.height().unwrap();
    first_round(&mut twin, &one, &other);
    let parts = in_parts(&mut twin, &one);
    until_all_is_decided(&mut twin, "the ends of the first round", begun);
    ask::about(&mut twin, "when all is over", parts);
    twin.case("a vote when all is over").send(&ann, vec![vote(&ann, parts, VoteOption::Yes)]);
    let late = MsgDeposit { proposal_id: parts, depositor: ann.clone(), amount: deposit(MIN_DEPOSIT) };
    twin.case("a deposit when all is over").send(&ann, vec![any(&late)]);
    what_stands(&mut twin, "after the first round", &[&one, &other]);
    let begun = twin.wasmd.height().unwrap();
    second_round(&mut twin, &one, other.code + 1);
    until_all_is_decided(&mut twin, "the ends of the second round", begun);
    what_stands(&mut twin, "after the second round", &[&one, &other]);
    twin.judge(100);
}
