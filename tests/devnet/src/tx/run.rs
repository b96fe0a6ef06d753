//! One transaction from its bytes to its result.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxMsgData;
use prost::Message as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::chain::{Chain, Current, Event};
use crate::fault::{Fault, PANIC};
use crate::gas::Meter;
use crate::tx::Decoded;
use crate::tx::ante::Terms;
use crate::tx::message::Message;

/// To what end a transaction runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Before it comes into the pool: its messages do not run, and nothing stays.
    Check,
    /// To learn what it would do and cost: nothing stays.
    Simulate,
    /// In a block.
    Deliver,
}

/// What became of a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxResult {
    /// Zero where all went well.
    pub code: u32,
    /// The module whose code it is.
    pub codespace: String,
    /// Why not.
    pub log: String,
    /// What its messages answered.
    #[serde(with = "hex::serde")]
    pub data: Vec<u8>,
    /// The gas that it could use.
    pub gas_wanted: u64,
    /// The gas that it used.
    pub gas_used: u64,
    /// What happened.
    pub events: Vec<Event>,
}

/// The name of a transaction.
pub fn hash(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

impl Chain {
    /// Runs a transaction. Whatever happens, what it may not change is as it was.
    pub fn transact(&self, bytes: &[u8], index: u32, terms: &Terms, mode: Mode) -> TxResult {
        let start = self.checkpoint();
        let current = Current { index, hash: hash(bytes) };
        self.enter((mode != Mode::Simulate).then_some(current), mode == Mode::Simulate);
        self.checking().set(mode == Mode::Check);
        let mut result = TxResult::default();
        let ran = self.caught(|| self.steps(bytes, terms, mode, &mut result));
        let outcome = ran.unwrap_or_else(|| {
            self.revert(start);
            result.events.clear();
            Err(PANIC.because("recovered"))
        });
        if let Err(fault) = outcome {
            result.fail(fault);
        }
        if mode == Mode::Deliver {
            self.add_block_gas(result.gas_used.min(result.gas_wanted));
        } else {
            self.revert(start);
        }
        self.checking().set(false);
        self.enter(None, false);
        result
    }

    /// Does what a contract is made to say, which has no key to sign with. Nobody pays, and its gas is only counted.
    pub fn speak(&self, message: &Message, index: u32) -> TxResult {
        let start = self.checkpoint();
        self.enter(Some(Current { index, hash: Vec::new() }), false);
        self.push_meter(Meter::endless());
        let mut result = TxResult::default();
        let done = self.perform(message, &mut result.events);
        result.gas_used = self.meter().used;
        if let Err(fault) = done {
            self.revert(start);
            result.events.clear();
            result.fail(fault);
        }
        self.enter(None, false);
        result
    }

    fn steps(&self, bytes: &[u8], terms: &Terms, mode: Mode, result: &mut TxResult) -> Result<(), Fault> {
        let tx = Decoded::read(bytes)?;
        tx.messages.iter().try_for_each(|message| self.basic(message))?;
        result.gas_wanted = tx.fee().gas_limit;
        let meter = if mode == Mode::Simulate { Meter::endless() } else { Meter::of(result.gas_wanted) };
        self.push_meter(meter);
        let start = self.checkpoint();
        let checked = self.ante(&tx, terms, mode);
        result.gas_used = self.meter().used;
        match checked {
            Ok(events) => result.events = events,
            Err(fault) => {
                self.revert(start);
                return Err(fault);
            }
        }
        if mode == Mode::Check {
            return Ok(());
        }
        let start = self.checkpoint();
        let mut events = Vec::new();
        let told = self.messages(&tx, &mut events);
        result.gas_used = self.meter().used;
        match told {
            Ok(msg_responses) => {
                result.events.append(&mut events);
                #[expect(deprecated, reason = "the field is part of the message")]
                let data = TxMsgData { data: Vec::new(), msg_responses };
                result.data = data.encode_to_vec();
                Ok(())
            }
            Err(fault) => {
                self.revert(start);
                Err(fault)
            }
        }
    }

    /// All messages, or none.
    fn messages(&self, tx: &Decoded, events: &mut Vec<Event>) -> Result<Vec<Any>, Fault> {
        let mut responses = Vec::new();
        for (nth, (message, any)) in tx.messages.iter().zip(&tx.body.messages).enumerate() {
            let mut said = vec![announcement(&any.type_url, message.signer())];
            let done = self.perform(message, &mut said);
            let (type_url, value) =
                done.map_err(|fault| fault.within(format!("failed to execute message; message index: {nth}")))?;
            responses.push(Any { type_url, value });
            for mut event in said {
                event.attributes.push(("msg_index".to_owned(), nth.to_string()));
                events.push(event);
            }
        }
        Ok(responses)
    }
}

impl TxResult {
    fn fail(&mut self, fault: Fault) {
        let (wanted, used) = (self.gas_wanted, self.gas_used);
        let (space, code, log) = match fault {
            Fault::Refused(refusal) => (refusal.kind.space, refusal.kind.code, refusal.log),
            Fault::OutOfGas { location } => {
                let log =
                    format!("out of gas in location: {location}; gasWanted: {wanted}, gasUsed: {used}: out of gas");
                ("sdk", 11, log)
            }
        };
        space.clone_into(&mut self.codespace);
        self.code = code;
        self.log = log;
        self.data.clear();
    }
}

/// The event that every message begins with. Its module is the second part of its type's name.
fn announcement(type_url: &str, sender: &str) -> Event {
    let module = type_url.split('.').nth(1).unwrap_or_default();
    Event::new("message", &[("action", type_url), ("sender", sender), ("module", module)])
}
