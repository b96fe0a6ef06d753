//! wasmd as the judge of the embedded chain: the same signed transactions and the same questions on both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "these are tests"
)]

#[path = "../../devnet/tests/devnet/dice.rs"]
#[allow(dead_code, reason = "the embedded chain's own tests throw for more")]
mod dice;
#[path = "judge/draft.rs"]
mod draft;
#[path = "judge/parrot.rs"]
mod parrot;
#[path = "judge/remains.rs"]
mod remains;
#[path = "judge/twin.rs"]
mod twin;

#[path = "judge/bank.rs"]
mod bank;
#[path = "judge/contract.rs"]
mod contract;
#[path = "judge/gov.rs"]
mod gov;
#[path = "judge/messages.rs"]
mod messages;
#[path = "judge/random.rs"]
mod random;
#[path = "judge/rig.rs"]
mod rig;
#[path = "judge/rpc.rs"]
mod rpc;
#[path = "judge/suite.rs"]
mod suite;
