//! What a contract answers: events, messages to others, and the replies that it wants of them.

use std::collections::BTreeMap;

use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSendResponse;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2, MsgMigrateContract,
    MsgUpdateAdmin,
};
use cosmwasm_std::{
    Attribute, BankMsg, Binary, Coin as StdCoin, Event as StdEvent, MsgResponse, ReplyOn, Uint256, WasmMsg,
};
use prost::Name;
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Map, Value};

use crate::bank::{Coin, wire};
use crate::chain::{Chain, Event};
use crate::fault::{CALL_DEPTH, EXECUTE_FAILED, Fault, INVALID_EVENT, INVALID_MESSAGE, OUT_OF_GAS, UNKNOWN_MESSAGE};
use crate::gas::{self, Meter};
use crate::tx::message::Message;
use crate::tx::perform::AnyMessage;
use crate::wasm::MOST_CALLS;
use crate::wasm::ballot;
use crate::wasm::call::Entry;
use crate::wasm::contract::Data;
use crate::wasm::heard::{Done, Heard, Outcome};

/// What a contract answers. Its messages are read one by one, so that an unknown one is no broken answer.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct Answer(Said);

#[derive(Debug, Deserialize)]
struct Said {
    #[serde(default)]
    messages: Vec<SubMessage>,
    #[serde(default)]
    attributes: Vec<Attribute>,
    #[serde(default)]
    events: Vec<StdEvent>,
    #[serde(default)]
    data: Data,
}

impl TryFrom<Map<String, Value>> for Answer {
    type Error = serde_json::Error;

    /// Only an object is one: a list of its fields would do for the library alone.
    fn try_from(fields: Map<String, Value>) -> Result<Self, Self::Error> {
        let said: Said = serde_json::from_value(Value::Object(fields))?;
        match ballot::no_option(said.messages.iter().map(|message| &message.msg)) {
            Some(option) => Err(serde_json::Error::custom(format!("invalid vote option '{option}'"))),
            None => Ok(Self(said)),
        }
    }
}

#[derive(Debug, Deserialize)]
struct SubMessage {
    id: u64,
    #[serde(default)]
    payload: Binary,
    msg: Value,
    #[serde(default)]
    gas_limit: Option<u64>,
    reply_on: ReplyOn,
}

/// What a message of a contract handed back: its data, and what it answered as the chain's own messages do.
type Handed = (Data, Vec<MsgResponse>);

impl Chain {
    /// Does what a contract answered: emits its events, sends its messages, hands back its data.
    pub fn respond(&self, address: &[u8], Answer(answer): Answer, events: &mut Vec<Event>) -> Result<Data, Fault> {
        self.consume(cost(&answer.attributes, &answer.events), "Custom contract event attributes")?;
        let text = self.text_of(address);
        if !answer.attributes.is_empty() {
            events.push(Event { kind: "wasm".to_owned(), attributes: attributes(&text, &answer.attributes)? });
        }
        let mut custom = Vec::new();
        for event in &answer.events {
            let kind = event.ty.trim();
            if kind.len() <= 2 {
                return Err(INVALID_EVENT.because(format!("Event type too short: '{kind}'")));
            }
            let attributes = attributes(&text, &event.attributes)?;
            custom.push(Event { kind: format!("wasm-{kind}"), attributes });
        }
        events.extend(custom);

        let depth = self.calls().get() + 1;
        if depth > MOST_CALLS {
            return Err(CALL_DEPTH.bare());
        }
        self.calls().set(depth);
        let mut data = answer.data;
        let mut dispatched = Ok(());
        for message in answer.messages {
            match self.submessage(address, message, events) {
                Ok(handed) => data = handed.or(data),
                Err(fault) => {
                    dispatched = Err(fault);
                    break;
                }
            }
        }
        self.calls().set(depth - 1);
        dispatched.map(|()| data)
    }

    /// Sends a message in a sandbox of its own, and replies if it is wanted; the reply's data, if any.
    fn submessage(&self, address: &[u8], message: SubMessage, events: &mut Vec<Event>) -> Result<Data, Fault> {
        let start = self.checkpoint();
        let mut sent = Vec::new();
        let wasm = message.msg.get("wasm").is_some();
        let result = match message.gas_limit.filter(|limit| *limit < self.meter().left()) {
            Some(limit) => self.within_limit(limit, || self.dispatch(address, message.msg, &mut sent)),
            None => self.dispatch(address, message.msg, &mut sent),
        };
        let result = match result {
            Ok((data, msg_responses)) => {
                sent.retain(|event| event.kind != "message");
                if wasm {
                    // wasmd sorts them for the reply, in the place where everybody else reads them too.
                    sent.iter_mut().for_each(|event| event.attributes.sort_by(|one, other| one.0.cmp(&other.0)));
                }
                events.extend(sent.iter().cloned());
                if !matches!(message.reply_on, ReplyOn::Always | ReplyOn::Success) {
                    return Ok(None);
                }
                let events = if wasm { sent.into_iter().map(told).collect() } else { Vec::new() };
                let data = data.filter(|data| !data.is_empty());
                Outcome::Done(Done { events, data, msg_responses })
            }
            Err(Fault::Refused(refusal)) => {
                self.revert(start);
                if !matches!(message.reply_on, ReplyOn::Always | ReplyOn::Error) {
                    return Err(Fault::Refused(refusal));
                }
                Outcome::Refused(refusal.redacted())
            }
            Err(out) => return Err(out),
        };
        let reply = Heard { gas_used: 0, id: message.id, result, payload: message.payload };
        self.reply(address, &reply, events).map_err(|fault| fault.within("reply"))
    }

    /// Acts under a limit of gas: past it, all of it is gone, but nothing more.
    fn within_limit<T>(&self, limit: u64, act: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        self.push_meter(Meter::of(limit));
        let result = act();
        let spent = self.pop_meter().used;
        match result {
            Err(Fault::OutOfGas { .. }) => {
                self.consume(limit, "Sub-Message OutOfGas panic")?;
                Err(OUT_OF_GAS.because("SubMsg hit gas limit"))
            }
            other => {
                self.consume(spent, "From limited Sub-Message")?;
                other
            }
        }
    }

    fn reply(&self, address: &[u8], reply: &Heard, events: &mut Vec<Event>) -> Result<Data, Fault> {
        let (_, code) = self.contract_and_code(address)?;
        let events_cost = match &reply.result {
            Outcome::Done(response) => {
                let attributes: Vec<Attribute> =
                    response.events.iter().flat_map(|event| event.attributes.iter().cloned()).collect();
                let kinds: u64 = response.events.iter().map(|event| bytes(&event.ty)).sum();
                kinds * gas::ATTRIBUTE_BYTE + cost(&attributes, &[])
            }
            Outcome::Refused(_) => 0,
        };
        self.consume(events_cost + gas::INSTANCE_AGAIN, "Loading CosmWasm module: reply")?;
        let said = self.call::<Answer>(&code.code_hash, address, Entry::Reply(reply))?;
        let answer = said.map_err(|words| EXECUTE_FAILED.because(words).told())?;
        events.push(Event::new("reply", &[("_contract_address", &self.text_of(address))]));
        self.respond(address, answer, events).map_err(|fault| fault.within("dispatch"))
    }

    /// Does what one message of a contract says.
    fn dispatch(&self, address: &[u8], msg: Value, events: &mut Vec<Event>) -> Result<Handed, Fault> {
        let sender = self.text_of(address);
        let unreadable = |error: serde_json::Error| INVALID_MESSAGE.because(error);
        let Value::Object(variants) = msg else { return Err(UNKNOWN_MESSAGE.because("no handler found")) };
        let Some((kind, body)) = variants.into_iter().next() else {
            return Err(UNKNOWN_MESSAGE.because("no handler found"));
        };
        match kind.as_str() {
            "bank" => self.dispatch_bank(&sender, address, serde_json::from_value(body).map_err(unreadable)?, events),
            "wasm" => self.dispatch_wasm(&sender, serde_json::from_value(body).map_err(unreadable)?, events),
            "gov" => {
                let (kind, value) = self.perform(&ballot::read(&sender, body)?, events)?;
                Ok(handed(&kind, value))
            }
            "any" | "stargate" => {
                let any: AnyMessage = serde_json::from_value(body).map_err(unreadable)?;
                let (kind, value) = self.any_of_contract(&sender, &any, events)?;
                Ok(handed(&kind, value))
            }
            _ => Err(UNKNOWN_MESSAGE.because("no handler found")),
        }
    }

    fn dispatch_bank(
        &self,
        sender: &str,
        address: &[u8],
        msg: BankMsg,
        events: &mut Vec<Event>,
    ) -> Result<Handed, Fault> {
        match msg {
            BankMsg::Send { amount, .. } if amount.is_empty() => Ok((None, Vec::new())),
            BankMsg::Send { to_address, amount } => {
                self.switched_on()?;
                self.send_message(sender, &to_address, &coins(&amount), events)?;
                Ok(handed(&MsgSendResponse::type_url(), Vec::new()))
            }
            BankMsg::Burn { amount } => {
                self.burn(address, &coins(&amount), events)?;
                Ok((None, Vec::new()))
            }
            _ => Err(UNKNOWN_MESSAGE.because("no handler found")),
        }
    }

    fn dispatch_wasm(&self, sender: &str, msg: WasmMsg, events: &mut Vec<Event>) -> Result<Handed, Fault> {
        let message = in_full(sender, msg).ok_or_else(|| UNKNOWN_MESSAGE.because("no handler found"))?;
        self.basic_of_contract(&message)?;
        let (kind, value) = self.perform(&message, events)?;
        Ok(handed(&kind, value))
    }
}

/// What a contract says to contracts, as the chain's own message.
fn in_full(sender: &str, msg: WasmMsg) -> Option<Message> {
    let sender = sender.to_owned();
    let funds = |given: &[StdCoin]| wire(&coins(given));
    Some(match msg {
        WasmMsg::Execute { contract_addr: contract, msg, funds: given } => {
            Message::Execute(MsgExecuteContract { sender, contract, msg: msg.into(), funds: funds(&given) })
        }
        WasmMsg::Instantiate { admin, code_id, msg, funds: given, label } => {
            let (admin, msg, funds) = (admin.unwrap_or_default(), msg.into(), funds(&given));
            Message::Instantiate(MsgInstantiateContract { sender, admin, code_id, label, msg, funds })
        }
        WasmMsg::Instantiate2 { admin, code_id, label, msg, funds: given, salt } => {
            let (admin, msg, funds, salt) = (admin.unwrap_or_default(), msg.into(), funds(&given), salt.into());
            let fix_msg = false;
            Message::Instantiate2(MsgInstantiateContract2 { sender, admin, code_id, label, msg, funds, salt, fix_msg })
        }
        WasmMsg::Migrate { contract_addr: contract, new_code_id: code_id, msg } => {
            Message::Migrate(MsgMigrateContract { sender, contract, code_id, msg: msg.into() })
        }
        WasmMsg::UpdateAdmin { contract_addr: contract, admin: new_admin } => {
            Message::UpdateAdmin(MsgUpdateAdmin { sender, new_admin, contract })
        }
        WasmMsg::ClearAdmin { contract_addr: contract } => Message::ClearAdmin(MsgClearAdmin { sender, contract }),
        _ => return None,
    })
}

/// What a contract's events cost; the first bytes of their attributes are free.
fn cost(attributes: &[Attribute], events: &[StdEvent]) -> u64 {
    let mut free = gas::ATTRIBUTE_BYTES_FREE;
    let mut of = |attributes: &[Attribute]| {
        let stored: u64 = attributes.iter().map(|attribute| bytes(&attribute.key) + bytes(&attribute.value)).sum();
        let charged = stored.saturating_sub(free);
        if !attributes.is_empty() {
            free = free.saturating_sub(stored);
        }
        let count = u64::try_from(attributes.len()).unwrap_or(u64::MAX);
        charged * gas::ATTRIBUTE_BYTE + count * gas::ATTRIBUTE
    };
    let own = of(attributes);
    let custom = |event: &StdEvent| gas::CUSTOM_EVENT + bytes(&event.ty) * gas::ATTRIBUTE_BYTE + of(&event.attributes);
    own + events.iter().map(custom).sum::<u64>()
}

fn bytes(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

/// A contract's attributes, its address before them.
fn attributes(contract: &str, given: &[Attribute]) -> Result<Vec<(String, String)>, Fault> {
    let mut all = vec![("_contract_address".to_owned(), contract.to_owned())];
    for Attribute { key, value } in given {
        let key = key.trim();
        if key.is_empty() {
            return Err(INVALID_EVENT.because(format!("Empty attribute key. Value: {value}")));
        }
        if key.starts_with('_') {
            return Err(INVALID_EVENT.because(format!("Attribute key starts with reserved prefix _: '{key}'")));
        }
        all.push((key.to_owned(), value.trim().to_owned()));
    }
    Ok(all)
}

/// An event as a reply tells it.
fn told(event: Event) -> StdEvent {
    let mut told = StdEvent::new(event.kind);
    // Pushed one by one: the library lets only chains write keys that begin with an underscore.
    told.attributes = event.attributes.into_iter().map(|(key, value)| Attribute { key, value }).collect();
    told
}

/// Coins as the chain adds up what a contract lists: sorted, each denomination once, without those of nothing.
fn coins(coins: &[StdCoin]) -> Vec<Coin> {
    let mut sums: BTreeMap<&str, Uint256> = BTreeMap::new();
    for coin in coins {
        let sum = sums.entry(&coin.denom).or_default();
        *sum = sum.saturating_add(coin.amount);
    }
    let held = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
    held.map(|(denom, amount)| Coin { denom: denom.to_owned(), amount }).collect()
}

fn handed(type_url: &str, value: Vec<u8>) -> Handed {
    let value = Binary::from(value);
    (Some(value.clone()), vec![MsgResponse { type_url: type_url.to_owned(), value }])
}
