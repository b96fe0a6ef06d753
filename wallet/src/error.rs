//! What went wrong, sorted by what its reader can do about it.

use std::path::PathBuf;

use hearth_schema::code;
use thiserror::Error;

use crate::deploy::Check;
use crate::key::KeyError;

/// What a reader of an error can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Ask differently.
    Usage,
    /// Nothing: the chain or a contract said no.
    Refused,
    /// Bring money.
    Funds,
    /// Try again later, or elsewhere.
    Network,
    /// Find out what became of a transaction before anything else.
    Unknown,
    /// Send it again: it can never be included.
    Dropped,
    /// Mend the key or its file.
    Key,
    /// Mend this machine.
    Local,
    /// Nothing: it was called off.
    Cancelled,
    /// Mend what a check found.
    Found,
}

/// What went wrong.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// What was asked for cannot be done as it was asked.
    #[error("{problem}")]
    Usage {
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        hint: Option<String>,
    },
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The chain or a contract said no. Nothing happened but, where it came into a block, its fee.
    #[error("{0}")]
    Refused(Refusal),
    /// Too little money for it.
    #[error("{0}")]
    Funds(Refusal),
    /// No endpoint answered as a node does.
    #[error("no endpoint answers: {problem}")]
    Network {
        /// Each endpoint, and why it is of no use.
        problem: String,
    },
    /// An endpoint that speaks for another chain.
    #[error("{endpoint} is of the chain {found}, not of {wanted}: nothing was sent")]
    OtherChain {
        /// Which.
        endpoint: String,
        /// Its chain.
        found: String,
        /// The chain of the profile.
        wanted: String,
    },
    /// The nodes answered something that is not what was asked for.
    #[error("{what} cannot be read: {reason}")]
    Unreadable {
        /// What it should have been.
        what: String,
        /// Why it is not.
        reason: String,
    },
    /// Sent, and not seen in a block so far: it may still happen.
    #[error("the outcome of transaction {hash} is unknown: it can be included until height {until}")]
    Unknown {
        /// Its hash.
        hash: String,
        /// The last height at which it can be included.
        until: u64,
    },
    /// It was not included, and never can be: nothing happened.
    #[error("transaction {hash} was not included until height {until}, and never can be: nothing happened")]
    Dropped {
        /// Its hash.
        hash: String,
        /// The last height at which it could have been included.
        until: u64,
    },
    /// A file.
    #[error("{}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Called off before anything was signed.
    #[error("called off: nothing was signed")]
    Cancelled,
    /// A check found something wrong.
    #[error("{} of {} checks found something wrong", checks.iter().filter(|check| check.wrong.is_some()).count(), checks.len())]
    Found {
        /// Everything that was looked at.
        checks: Vec<Check>,
    },
}

/// A refusal of the chain.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
#[error("{words}")]
pub struct Refusal {
    /// The module that refused.
    pub codespace: String,
    /// Its code there.
    pub code: u32,
    /// The stable code of the suite, where a contract of it refused.
    pub suite: Option<&'static str>,
    /// The contract's own words, or the chain's.
    pub words: String,
    /// The transaction's hash, where it was broadcast.
    pub hash: Option<String>,
}

impl Refusal {
    /// A refusal as a node words it.
    pub fn of(codespace: &str, code: u32, log: &str) -> Self {
        Self { codespace: codespace.to_owned(), code, suite: code::of(log), words: own_words(log), hash: None }
    }

    /// The refusal as an error of its sort.
    pub fn sorted(self) -> Error {
        if self.is_of_funds() { Error::Funds(self) } else { Error::Refused(self) }
    }

    fn is_of_funds(&self) -> bool {
        let poor = matches!(self.suite, Some("bme/insufficient" | "bonds/insufficient"));
        // cw20-base answers a transfer beyond the balance with an overflow; the SDK, an account that has nothing at all
        // with an unknown address.
        let cw20 = self.suite.is_none() && self.words.contains("Cannot Sub with");
        poor || cw20 || (self.codespace == "sdk" && matches!(self.code, 5 | 9)) || self.says_poor()
    }

    /// A simulation says only in words that the payer has too little, or never had anything.
    fn says_poor(&self) -> bool {
        let empty = self.words.contains("fee payer address") && self.words.contains("does not exist");
        self.suite.is_none() && (empty || self.words.contains("insufficient funds"))
    }

    /// Whether the sequence was not the next one.
    pub fn is_of_sequence(&self) -> bool {
        self.words.contains("account sequence mismatch")
    }
}

/// A contract's own words within what a chain says around them.
fn own_words(log: &str) -> String {
    let from = code::of(log).and_then(|code| log.find(&format!("{code}: "))).unwrap_or_default();
    let mut words = log.get(from..).unwrap_or(log).trim();
    // wasmd appends the place in its source and the gas.
    for place in [" [CosmWasm/wasmd@", " [cosmos/cosmos-sdk@", " With gas wanted: ", " with gas used: "] {
        words = words.split(place).next().unwrap_or(words);
    }
    for end in AROUND {
        words = words.strip_suffix(end).unwrap_or(words);
    }
    let words = words.strip_prefix("failed to execute message; message index: 0: ").unwrap_or(words);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a chain puts behind a contract's words, in the order in which it is taken off.
const AROUND: [&str; 5] = [
    ": unknown request",
    ": execute wasm contract failed",
    ": instantiate wasm contract failed",
    ": query wasm contract failed",
    ": execute wasm contract failed",
];

impl Error {
    /// What was asked for is wrong.
    pub fn usage(problem: impl Into<String>) -> Self {
        Self::Usage { problem: problem.into(), hint: None }
    }

    /// What was asked for is wrong, and how it would be right.
    pub fn usage_hint(problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { problem: problem.into(), hint: Some(hint.into()) }
    }

    /// An answer that is not what it should be.
    pub fn unreadable(what: impl Into<String>, reason: impl ToString) -> Self {
        Self::Unreadable { what: what.into(), reason: reason.to_string() }
    }

    /// A file that cannot be used.
    pub fn file(path: impl Into<PathBuf>, reason: impl ToString) -> Self {
        Self::File { path: path.into(), reason: reason.to_string() }
    }

    /// What its reader can do.
    pub const fn sort(&self) -> Sort {
        match self {
            Self::Usage { .. } => Sort::Usage,
            Self::Key(_) => Sort::Key,
            Self::Refused(_) => Sort::Refused,
            Self::Funds(_) => Sort::Funds,
            Self::Network { .. } | Self::OtherChain { .. } | Self::Unreadable { .. } => Sort::Network,
            Self::Unknown { .. } => Sort::Unknown,
            Self::Dropped { .. } => Sort::Dropped,
            Self::File { .. } => Sort::Local,
            Self::Cancelled => Sort::Cancelled,
            Self::Found { .. } => Sort::Found,
        }
    }

    /// The suite's stable code, where a contract of it refused.
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) | Self::Funds(refusal) => refusal.suite,
            _ => None,
        }
    }

    /// The remedy, where there is one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => hint.clone(),
            Self::Key(error) => error.hint(),
            Self::Refused(refusal) => remedy(refusal),
            Self::Funds(refusal) => Some(funding(refusal)),
            Self::Network { .. } => Some("name another endpoint by --rpc URL or in the profile".to_owned()),
            Self::OtherChain { .. } => Some("set chain_id and rpc of the profile to the same chain".to_owned()),
            Self::Unknown { hash, .. } => Some(format!("hearth tx resume {hash}")),
            Self::Dropped { .. } => Some("send it again".to_owned()),
            Self::Unreadable { .. } | Self::File { .. } | Self::Cancelled | Self::Found { .. } => None,
        }
    }
}

fn funding(refusal: &Refusal) -> String {
    match refusal.suite {
        Some("bme/insufficient") => "hearth account deposit AMOUNT, or ask for less".to_owned(),
        Some("bonds/insufficient") => "hearth bond show: no more than what is bonded can be unbonded".to_owned(),
        _ if refusal.words.contains("Cannot Sub with") => "the address holds fewer tokens than that".to_owned(),
        _ => "send gas coins to this address first; `hearth account show` says what it holds".to_owned(),
    }
}

fn remedy(refusal: &Refusal) -> Option<String> {
    let hint = match refusal.suite {
        Some("market/offer-changed" | "market/offer-expired" | "market/offer-full" | "market/none-taken") => {
            "hearth book show: take what stands there now"
        }
        Some("market/terms-changed") => "read the new terms by `hearth show`, then repeat",
        Some("market/price-stale" | "bme/price-stale") => "a source of the price has to post: hearth price push",
        Some("market/bond-too-small" | "market/unbacked") => "hearth bond add: the stake has to cover the deal",
        Some("market/spend-bounds") => "--max has to be within what hearth book show says of the offer's deals",
        Some("market/life-bounds") => "--life has to be within what hearth book show says of the offer's deals",
        Some("market/unknown-class") => "hearth class list says which there are",
        Some("market/unknown-deal") => "hearth deal list shows yours",
        Some("market/unknown-commit") => "hearth deal show says how many there are",
        Some("market/unknown-offer") => "hearth book show: what stands there now",
        Some("market/not-contestable") => "only a commit without a voucher can be contested, once, before it is final",
        Some("bonds/unknown-node") => "hearth node show lists yours; hearth book show names those that sell",
        Some("hearth/paused") => "wait until the owner resumes; what is open goes on",
        None if refusal.codespace == "sdk" && refusal.code == 13 => "raise gas_price in the profile",
        None if refusal.codespace == "sdk" && refusal.code == 11 => "raise gas_factor in the profile",
        _ => return None,
    };
    Some(hint.to_owned())
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
