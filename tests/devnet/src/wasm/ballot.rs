//! How contracts vote.

use cosmos_sdk_proto::cosmos::gov::v1::{MsgVote, MsgVoteWeighted, VoteOption, WeightedVoteOption};
use cosmwasm_std::Decimal256;
use serde::Deserialize;
use serde_json::Value;

use crate::fault::{Fault, INVALID_MESSAGE, UNKNOWN_MESSAGE};
use crate::gov::vote::weight_text;
use crate::tx::message::Message;

/// The whole vote.
#[derive(Debug, Deserialize)]
struct Whole {
    proposal_id: u64,
    option: String,
}

/// A vote in shares.
#[derive(Debug, Deserialize)]
struct Shared {
    proposal_id: u64,
    options: Vec<Share>,
}

#[derive(Debug, Deserialize)]
struct Share {
    option: String,
    weight: String,
}

/// What a contract votes, as the chain's own message.
pub fn read(voter: &str, body: Value) -> Result<Message, Fault> {
    let unknown = || UNKNOWN_MESSAGE.because("no handler found");
    let Value::Object(variants) = body else { return Err(unknown()) };
    let (kind, body) = variants.into_iter().next().ok_or_else(unknown)?;
    let (voter, metadata) = (voter.to_owned(), String::new());
    match kind.as_str() {
        "vote" => {
            let Whole { proposal_id, option } = serde_json::from_value(body).map_err(unreadable)?;
            Ok(Message::Vote(MsgVote { proposal_id, voter, option: number(&option), metadata }))
        }
        "vote_weighted" => {
            let Shared { proposal_id, options } = serde_json::from_value(body).map_err(unreadable)?;
            let options = (1..).zip(options).map(share).collect::<Result<_, _>>()?;
            Ok(Message::VoteWeighted(MsgVoteWeighted { proposal_id, voter, options, metadata }))
        }
        _ => Err(unknown()),
    }
}

/// The first option among a contract's messages that is none: its whole answer is unreadable then.
pub fn no_option<'a>(messages: impl Iterator<Item = &'a Value>) -> Option<String> {
    let whole = |msg: &Value| msg.pointer("/gov/vote/option").cloned();
    let shares = |msg: &Value| msg.pointer("/gov/vote_weighted/options").and_then(Value::as_array).cloned();
    let said = messages.flat_map(move |msg| {
        let parts = shares(msg).into_iter().flatten().filter_map(|share| share.get("option").cloned());
        whole(msg).into_iter().chain(parts).collect::<Vec<_>>()
    });
    let texts = said.filter_map(|option| option.as_str().map(str::to_owned)).collect::<Vec<_>>();
    texts.into_iter().find(|option| number(option) == 0)
}

fn share((nth, share): (u32, Share)) -> Result<WeightedVoteOption, Fault> {
    let weight: Decimal256 =
        share.weight.parse().map_err(|error| Fault::plain(format!("weight for vote {nth}: {error}")))?;
    Ok(WeightedVoteOption { option: number(&share.option), weight: weight_text(weight) })
}

fn number(option: &str) -> i32 {
    let option = match option {
        "yes" => VoteOption::Yes,
        "no" => VoteOption::No,
        "abstain" => VoteOption::Abstain,
        "no_with_veto" => VoteOption::NoWithVeto,
        _ => VoteOption::Unspecified,
    };
    option.into()
}

fn unreadable(error: serde_json::Error) -> Fault {
    INVALID_MESSAGE.because(error)
}
