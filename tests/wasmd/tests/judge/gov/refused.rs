//! Proposals that are not taken.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::gov::v1::{MsgSubmitProposal, VoteOption};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{MsgPinCodes, MsgUnpinCodes};
use hearth_devnet::gov::{MIN_DEPOSIT, MIN_DEPOSIT_EXPEDITED};
use serde_json::json;

use super::{access, deposit, governor, migrate, pin, proposal, unpin, vote};
use crate::draft::{any, coin};
use crate::parrot::{Parrot, store};
use crate::twin::Twin;

/// A change of what would be a good proposal.
type Spoil = Box<dyn Fn(&mut MsgSubmitProposal)>;

/// Proposals that are refused, and messages of governance by those who are not it.
pub(crate) fn proposals(twin: &mut Twin, parrot: &Parrot) {
    let (ann, ben) = (twin.known(0), twin.known(1));
    let good = proposal(&ann, "good", vec![pin(vec![parrot.code])]);
    let words = |text: &str| text.to_owned();
    let spoils: Vec<(&str, Spoil)> = vec![
        ("without a title", Box::new(|msg| msg.title.clear())),
        ("without a summary", Box::new(|msg| msg.summary.clear())),
        ("of nothing", Box::new(|msg| msg.messages.clear())),
        ("with a long title", Box::new(|msg| msg.title = "x".repeat(256))),
        ("with a long summary", Box::new(|msg| msg.summary = "x".repeat(255 * 40 + 1))),
        ("with long metadata", Box::new(|msg| msg.metadata = "x".repeat(256))),
        ("with another title in its metadata", Box::new(move |msg| msg.metadata = words(r#"{"title":"other"}"#))),
        (
            "with another summary in its metadata",
            Box::new(|msg| msg.metadata = json!({ "title": msg.title, "summary": "other" }).to_string()),
        ),
        ("without a deposit", Box::new(|msg| msg.initial_deposit.clear())),
        ("with a deposit of a sum of nothing", Box::new(|msg| msg.initial_deposit = deposit(0))),
        ("with too small a deposit", Box::new(|msg| msg.initial_deposit = deposit(MIN_DEPOSIT / 100 - 1))),
        ("with a deposit of another coin", Box::new(|msg| msg.initial_deposit = vec![coin("uusd", MIN_DEPOSIT)])),
        ("with a deposit that nobody has", Box::new(|msg| msg.initial_deposit = deposit(u128::MAX))),
        (
            "in haste, with too small a deposit",
            Box::new(|msg| {
                (msg.expedited, msg.initial_deposit) = (true, deposit(MIN_DEPOSIT_EXPEDITED / 100 - 1));
            }),
        ),
        ("to pin nothing", Box::new(|msg| msg.messages = vec![pin(vec![])])),
        ("to pin the same twice", Box::new(|msg| msg.messages = vec![pin(vec![1, 1])])),
        ("to unpin too much", Box::new(|msg| msg.messages = vec![unpin((1..=51).collect())])),
        ("to let no kind upload", Box::new(|msg| msg.messages = vec![access(0, 3)])),
        ("to let no kind instantiate", Box::new(|msg| msg.messages = vec![access(3, 0)])),
        ("to migrate to no code", Box::new(|msg| msg.messages = vec![migrate(&msg.proposer, 0, b"{}")])),
        (
            "to pin in another's name",
            Box::new(|msg| {
                msg.messages = vec![any(&MsgPinCodes { authority: msg.proposer.clone(), code_ids: vec![1] })];
            }),
        ),
        (
            "to pin in no name",
            Box::new(|msg| {
                msg.messages = vec![any(&MsgPinCodes { authority: "nobody".to_owned(), code_ids: vec![1] })];
            }),
        ),
        ("to upload in another's name", Box::new(|msg| msg.messages = vec![store(&msg.proposer, vec![1])])),
        ("to vote", Box::new(|msg| msg.messages = vec![vote(&msg.proposer, 1, VoteOption::Yes)])),
        (
            "to do what nobody knows",
            Box::new(|msg| msg.messages = vec![Any { type_url: "/no.such.Msg".to_owned(), value: vec![] }]),
        ),
    ];
    for (what, spoil) in spoils {
        let mut msg = good.clone();
        spoil(&mut msg);
        twin.case(&format!("a proposal {what}")).send(&ann, vec![any(&msg)]);
    }
    twin.case("a proposal in another's name").send(&ben, vec![any(&good)]);
    twin.case("a pinning by somebody")
        .send(&ann, vec![any(&MsgPinCodes { authority: ann.clone(), code_ids: vec![parrot.code] })]);
    twin.case("an unpinning by somebody")
        .send(&ann, vec![any(&MsgUnpinCodes { authority: ann.clone(), code_ids: vec![parrot.code] })]);
    twin.case("a pinning of nothing").send(&ann, vec![any(&MsgPinCodes { authority: ann.clone(), code_ids: vec![] })]);
    twin.case("a pinning in the name of governance")
        .send(&ann, vec![any(&MsgPinCodes { authority: governor(), code_ids: vec![parrot.code] })]);
    twin.case("a vote on what was never proposed").send(&ann, vec![vote(&ann, 77, VoteOption::Yes)]);
}
