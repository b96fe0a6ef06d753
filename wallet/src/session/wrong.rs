//! What can be wrong with an answer, and why a request cannot be made.

use hearth_schema::digest::Digest;
use hearth_schema::sign::BadSignature;
use hearth_schema::unit::Usd;
use thiserror::Error;

use crate::key::KeyError;
use crate::seal::BadSeal;

/// Why a request cannot be made or sent.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
pub enum Stuck {
    /// A salt of a wrong length.
    #[error("a request's salt has 32 bytes")]
    Salt,
    /// A Job is for the request of its take.
    #[error("the deal was taken for another request: a Job answers one, take another deal")]
    OtherJob,
    /// A Job that was answered.
    #[error("the deal's one request was answered: take another deal")]
    Done,
    /// More requests at once than are kept.
    #[error("{most} requests are under way: wait for an answer")]
    TooMany {
        /// How many are kept.
        most: usize,
    },
    /// A request that was not noted.
    #[error("the request was not noted before it is sent")]
    NotAsked,
    /// A node whose sealing key is none.
    #[error("the node cannot be sealed to: {0}")]
    Seal(#[from] BadSeal),
    /// The session key did not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// What differs in an answer from what it has to be.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// An answer to a request that was not made, or was answered before.
    #[error("the receipt is for request {request}, which was not made or is answered already")]
    NotAsked {
        /// Its digest.
        request: Digest,
    },
    /// A leaf that is not the next.
    #[error("the receipt is number {index} of the deal, number {due} was due")]
    Order {
        /// Its index.
        index: u64,
        /// The index that was due.
        due: u64,
    },
    /// A salt for a request that had one.
    #[error("the receipt names a salt for the request, which had its own")]
    RequestSalt,
    /// A salt of a wrong length.
    #[error("the receipt's salt does not have 16 bytes")]
    Salt,
    /// Other tokens than the leaf says.
    #[error("the output digest is not that of the tokens that were sent")]
    Output,
    /// Not the engine that was bought.
    #[error("the engine's {field} is {said}, the deal is for {due}")]
    Engine {
        /// Of what.
        field: &'static str,
        /// What it says.
        said: String,
        /// What it has to be.
        due: String,
    },
    /// Another statement of the engine than the leaf says.
    #[error("the engine digest is not that of the statement that was sent")]
    EngineDigest,
    /// Output that was not counted as it was sent.
    #[error("{said} output tokens are counted, {sent} were sent")]
    Counted {
        /// What is counted.
        said: u64,
        /// What was sent.
        sent: u64,
    },
    /// A longer answer than was asked for.
    #[error("{said} output tokens are counted, at most {most} were asked for")]
    TooLong {
        /// What is counted.
        said: u64,
        /// What was asked for.
        most: u64,
    },
    /// A prompt that was not counted as it is.
    #[error("{said} prompt tokens are counted, it has {due}")]
    Prompt {
        /// What is counted, computed and cached.
        said: u64,
        /// What it has, or can have at most.
        due: u64,
    },
    /// An end that there is not.
    #[error("{said} is no way to end")]
    Finish {
        /// What it says.
        said: u8,
    },
    /// A fee that the counts do not cost.
    #[error("the fee is {said} pico-dollars, the counts cost {due}")]
    Fee {
        /// What it says.
        said: Usd,
        /// What they cost.
        due: Usd,
    },
    /// More than the deal may charge.
    #[error("the deal would have spent {spent} pico-dollars, it may charge {max}")]
    OverMax {
        /// With this answer.
        spent: Usd,
        /// The most that it may charge.
        max: Usd,
    },
    /// Totals that are not those before and this leaf, or out of range.
    #[error("the totals are not those before with this answer")]
    Totals,
    /// A root over other leaves.
    #[error("the root is not that over all answers of the deal")]
    Root,
    /// Not the worker's signature.
    #[error("the receipt is not the worker's: {0}")]
    Signature(BadSignature),
    /// Not the client's signature, or over something else.
    #[error("the voucher is not for this answer, or not the session key's: {0}")]
    Voucher(BadSignature),
    /// Text that the tokens do not say.
    #[error("the text that was heard is not what the tokens say")]
    Text,
    /// The model's tongue could not read or say it.
    #[error("the answer cannot be checked: {0}")]
    Tongue(#[from] hearth_speech::Error),
    /// It is right, but the session key did not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
}
