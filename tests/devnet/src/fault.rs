//! What the chain answers when it refuses: the codes and words of the Cosmos SDK and of wasmd.

use std::fmt::Display;

use cosmwasm_std::SystemError;

/// A kind of refusal, registered in a module under a code.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// The module.
    pub space: &'static str,
    /// Its code there.
    pub code: u32,
    /// Its words.
    pub text: &'static str,
}

/// Why a transaction, a message or a query came to nothing.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Gas ran out: this unwinds the whole transaction, past every reply, up to a limit of a submessage.
    OutOfGas {
        /// What was being paid for.
        location: &'static str,
    },
    /// The chain refused.
    Refused(Refusal),
}

/// A refusal with its words.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What it is at its root.
    pub kind: &'static Kind,
    /// All its words, the outermost first.
    pub log: String,
    /// Whether a contract may read the words: another one gets only the code.
    pub told: bool,
    /// What a contract that asked is told instead.
    pub system: Option<SystemError>,
    /// As what a client of gRPC reads it, where that is said.
    pub status: Option<Box<(Code, String)>>,
}

/// Codes of gRPC that the chain says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    Unknown,
    InvalidArgument,
    NotFound,
    Unimplemented,
    Internal,
}

impl Code {
    /// Its number.
    pub const fn number(self) -> u32 {
        match self {
            Self::Unknown => 2,
            Self::InvalidArgument => 3,
            Self::NotFound => 5,
            Self::Unimplemented => 12,
            Self::Internal => 13,
        }
    }
}

impl Kind {
    const fn sdk(code: u32, text: &'static str) -> Self {
        Self { space: "sdk", code, text }
    }

    const fn bank(code: u32, text: &'static str) -> Self {
        Self { space: "bank", code, text }
    }

    const fn gov(code: u32, text: &'static str) -> Self {
        Self { space: "gov", code, text }
    }

    const fn wasm(code: u32, text: &'static str) -> Self {
        Self { space: "wasm", code, text }
    }

    /// The refusal in its own words.
    pub fn bare(&'static self) -> Fault {
        Fault::Refused(Refusal { kind: self, log: self.text.to_owned(), told: false, system: None, status: None })
    }

    /// The refusal, with a reason before its own words.
    pub fn because(&'static self, why: impl Display) -> Fault {
        Fault::Refused(Refusal {
            kind: self,
            log: format!("{why}: {}", self.text),
            told: false,
            system: None,
            status: None,
        })
    }
}

impl Fault {
    /// A refusal that no module has registered, in words alone.
    pub fn plain(words: impl Display) -> Self {
        Self::Refused(Refusal { kind: &INTERNAL, log: words.to_string(), told: false, system: None, status: None })
    }

    /// Words that may close with those of a kind; else no module has registered them.
    pub fn unregistered(kind: &'static Kind, words: String) -> Self {
        let kind = if words.ends_with(kind.text) { kind } else { &INTERNAL };
        Self::Refused(Refusal { kind, log: words, told: false, system: None, status: None })
    }

    /// The same, within something larger, whose words go before.
    pub fn within(self, what: impl Display) -> Self {
        match self {
            Self::Refused(refusal) => {
                let log = format!("{what}: {}", refusal.log);
                Self::Refused(Refusal { log, told: false, ..refusal })
            }
            out => out,
        }
    }

    /// The same, with a kind's own words once more behind it.
    pub fn again(self, kind: &Kind) -> Self {
        match self {
            Self::Refused(refusal) => {
                let log = format!("{}: {}", refusal.log, kind.text);
                Self::Refused(Refusal { log, ..refusal })
            }
            out => out,
        }
    }

    /// The same, with words that are the same on every node, so that contracts may read them.
    pub fn told(self) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(Refusal { told: true, ..refusal }),
            out => out,
        }
    }

    /// The same, of which a contract that asked is told something else.
    pub fn as_system(self, system: SystemError) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(Refusal { system: Some(system), ..refusal }),
            out => out,
        }
    }

    /// The same, as a status of gRPC; whoever asks through ABCI reads it in words.
    pub fn as_status(self, code: Code, words: &str) -> Self {
        match self.within(format!("rpc error: code = {code:?} desc = {words}")) {
            Self::Refused(refusal) => {
                Self::Refused(Refusal { status: Some(Box::new((code, words.to_owned()))), ..refusal })
            }
            out => out,
        }
    }

    /// Whether it is of a kind.
    pub fn is(&self, kind: &Kind) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.kind == kind)
    }
}

impl Refusal {
    /// What a contract may read of it.
    pub fn redacted(&self) -> String {
        if self.told { self.log.clone() } else { format!("codespace: {}, code: {}", self.kind.space, self.kind.code) }
    }
}

/// Bytes as they read where Go writes them out as text, and then as JSON: each that is none is replaced.
pub fn as_text(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = bytes;
    loop {
        match std::str::from_utf8(rest) {
            Ok(good) => return text + good,
            Err(error) => {
                let (good, bad) = rest.split_at_checked(error.valid_up_to()).unwrap_or((rest, &[]));
                text += std::str::from_utf8(good).unwrap_or_default();
                text.push(char::REPLACEMENT_CHARACTER);
                rest = bad.get(1..).unwrap_or_default();
            }
        }
    }
}

pub static INTERNAL: Kind = Kind { space: "undefined", code: 1, text: "internal" };
pub static TX_PARSE: Kind = Kind::sdk(2, "tx parse error");
pub static UNAUTHORIZED: Kind = Kind::sdk(4, "unauthorized");
pub static INSUFFICIENT_FUNDS: Kind = Kind::sdk(5, "insufficient funds");
pub static UNKNOWN_REQUEST: Kind = Kind::sdk(6, "unknown request");
pub static INVALID_ADDRESS: Kind = Kind::sdk(7, "invalid address");
pub static INVALID_PUBKEY: Kind = Kind::sdk(8, "invalid pubkey");
pub static UNKNOWN_ADDRESS: Kind = Kind::sdk(9, "unknown address");
pub static INVALID_COINS: Kind = Kind::sdk(10, "invalid coins");
pub static OUT_OF_GAS: Kind = Kind::sdk(11, "out of gas");
pub static MEMO_TOO_LARGE: Kind = Kind::sdk(12, "memo too large");
pub static INSUFFICIENT_FEE: Kind = Kind::sdk(13, "insufficient fee");
pub static TOO_MANY_SIGNATURES: Kind = Kind::sdk(14, "maximum number of signatures exceeded");
pub static NO_SIGNATURES: Kind = Kind::sdk(15, "no signatures supplied");
pub static INVALID_REQUEST: Kind = Kind::sdk(18, "invalid request");
pub static KEY_NOT_FOUND: Kind = Kind::sdk(22, "key not found");
pub static TX_TIMEOUT: Kind = Kind::sdk(30, "tx timeout height");
pub static WRONG_SEQUENCE: Kind = Kind::sdk(32, "incorrect account sequence");
pub static LOGIC: Kind = Kind::sdk(35, "internal logic error");
pub static NOT_FOUND: Kind = Kind::sdk(38, "not found");
pub static PANIC: Kind = Kind { space: "undefined", code: 111_222, text: "panic" };

pub static INACTIVE_PROPOSAL: Kind = Kind::gov(3, "inactive proposal");
pub static INVALID_PROPOSAL_CONTENT: Kind = Kind::gov(5, "invalid proposal content");
pub static INVALID_VOTE: Kind = Kind::gov(7, "invalid vote option");
pub static NO_PROPOSAL_MESSAGES: Kind = Kind::gov(11, "no messages proposed");
pub static INVALID_PROPOSAL_MESSAGE: Kind = Kind::gov(12, "invalid proposal message");
pub static INVALID_SIGNER: Kind = Kind::gov(13, "expected gov account as only signer for proposal message");
pub static METADATA_TOO_LONG: Kind = Kind::gov(15, "metadata too long");
pub static MIN_DEPOSIT_TOO_SMALL: Kind = Kind::gov(16, "minimum deposit is too small");
pub static SUMMARY_TOO_LONG: Kind = Kind::gov(22, "summary too long");
pub static INVALID_DEPOSIT_DENOM: Kind = Kind::gov(23, "invalid deposit denom");

pub static NO_INPUTS: Kind = Kind::bank(2, "no inputs to send transaction");
pub static NO_OUTPUTS: Kind = Kind::bank(3, "no outputs to send transaction");
pub static UNEQUAL_SUMS: Kind = Kind::bank(4, "sum inputs != sum outputs");
pub static SEVERAL_SENDERS: Kind = Kind::bank(9, "multiple senders not allowed");

pub static CREATE_FAILED: Kind = Kind::wasm(2, "create wasm contract failed");
pub static ACCOUNT_EXISTS: Kind = Kind::wasm(3, "contract account already exists");
pub static INSTANTIATE_FAILED: Kind = Kind::wasm(4, "instantiate wasm contract failed");
pub static EXECUTE_FAILED: Kind = Kind::wasm(5, "execute wasm contract failed");
pub static QUERY_FAILED: Kind = Kind::wasm(9, "query wasm contract failed");
pub static INVALID_MESSAGE: Kind = Kind::wasm(10, "invalid CosmosMsg from the contract");
pub static MIGRATE_FAILED: Kind = Kind::wasm(11, "migrate wasm contract failed");
pub static EMPTY: Kind = Kind::wasm(12, "empty");
pub static LIMIT: Kind = Kind::wasm(13, "exceeds limit");
pub static INVALID: Kind = Kind::wasm(14, "invalid");
pub static DUPLICATE: Kind = Kind::wasm(15, "duplicate");
pub static UNSUPPORTED: Kind = Kind::wasm(17, "unsupported for this contract");
pub static UNKNOWN_MESSAGE: Kind = Kind::wasm(20, "unknown message from the contract");
pub static INVALID_EVENT: Kind = Kind::wasm(21, "invalid event");
pub static NO_SUCH_CONTRACT: Kind = Kind::wasm(22, "no such contract");
pub static QUERY_STACK: Kind = Kind::wasm(27, "max query stack size exceeded");
pub static NO_SUCH_CODE: Kind = Kind::wasm(28, "no such code");
pub static VM: Kind = Kind::wasm(29, "wasmvm error");
pub static CALL_DEPTH: Kind = Kind::wasm(30, "max call depth exceeded");
pub static INVALID_GAS: Kind = Kind::sdk(41, "invalid gas limit");
pub static INVALID_HEIGHT: Kind = Kind::sdk(26, "invalid height");
