//! Refusals at the door, each with its remedy and never with a secret.

use std::time::Duration;

use hearth_engine::Error as EngineError;
use hearth_gateway::Refusal;
use hearth_gateway::house::Kind;

use crate::journal::JournalError;
use crate::meter::Short;

fn refusal(kind: Kind, code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal { kind, code, message: message.into() }
}

/// The request is wrong.
pub fn invalid(code: &'static str, message: impl Into<String>) -> Refusal {
    refusal(Kind::Invalid, code, message)
}

/// Whoever asks showed no right to: one answer, whatever was missing.
pub fn unknown() -> Refusal {
    refusal(Kind::Unknown, "invalid_api_key", "no right to ask was shown")
}

/// It contradicts what was said before.
pub fn conflict(code: &'static str, message: impl Into<String>) -> Refusal {
    refusal(Kind::Conflict, code, message)
}

/// There is no such thing.
pub fn missing(code: &'static str, message: impl Into<String>) -> Refusal {
    refusal(Kind::Missing, code, message)
}

/// No work is taken now.
pub fn away(message: impl Into<String>) -> Refusal {
    refusal(Kind::Away(Duration::from_secs(5)), "unavailable", message)
}

/// Its deal ends too soon, or has ended.
pub fn over(message: impl Into<String>) -> Refusal {
    refusal(Kind::Payment, "deal_over", message)
}

/// What is paid, or may be charged, does not cover it; passing where something under way holds it.
pub fn short(short: &Short, passes: bool) -> Refusal {
    if passes {
        return refusal(
            Kind::Busy(Duration::from_secs(1)),
            "deal_busy",
            format!("requests of this deal are under way: {short}"),
        );
    }
    let code = match short {
        Short::Limit { .. } => "deal_limit",
        Short::Unsigned { .. } => "needs_voucher",
        Short::Escrow { .. } => "escrow_short",
        Short::Range(_) => return invalid("out_of_range", "the request is larger than any that could be counted"),
    };
    refusal(Kind::Payment, code, short.to_string())
}

/// The journal says no: whoever asks cannot mend it, and learns no more than that.
pub fn journal(error: &JournalError) -> Refusal {
    tracing::error!(%error, "the journal refused a request");
    away("the worker cannot write its journal now: try again, or at another provider")
}

/// The engine says no.
pub fn engine(error: &EngineError) -> Refusal {
    match error {
        EngineError::Request(problem) => invalid("invalid_request", problem.clone()),
        EngineError::Context { .. } => invalid("context_length_exceeded", error.to_string()),
        EngineError::Unsupported(_) | EngineError::Tokenizer(_) => invalid("unsupported", error.to_string()),
        EngineError::Busy => refusal(Kind::Busy(Duration::from_secs(2)), "engine_busy", error.to_string()),
        EngineError::Memory { .. }
        | EngineError::Load { .. }
        | EngineError::Shape { .. }
        | EngineError::Cancelled
        | EngineError::Lost(_) => {
            tracing::warn!(%error, "the engine failed");
            refusal(Kind::Engine, "engine_failed", "the engine failed: ask again, or at another provider")
        }
    }
}
