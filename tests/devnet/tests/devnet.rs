//! The embedded chain, as its clients and its enemies meet it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::arithmetic_side_effects,
    reason = "these are tests"
)]

#[path = "devnet/abuse.rs"]
mod abuse;
#[path = "devnet/beacon.rs"]
mod beacon;
#[path = "devnet/chaos.rs"]
mod chaos;
#[path = "devnet/clients.rs"]
mod clients;
#[path = "devnet/cosmjs.rs"]
mod cosmjs;
#[path = "devnet/crowd.rs"]
mod crowd;
#[path = "devnet/dice.rs"]
mod dice;
#[path = "devnet/extremes.rs"]
mod extremes;
#[path = "devnet/figures.rs"]
mod figures;
#[path = "devnet/fuzz.rs"]
mod fuzz;
#[path = "devnet/goods.rs"]
mod goods;
#[path = "devnet/gov.rs"]
mod gov;
#[path = "devnet/hostile.rs"]
mod hostile;
#[path = "devnet/kill.rs"]
mod kill;
#[path = "devnet/program.rs"]
mod program;
#[path = "devnet/slow.rs"]
mod slow;
#[path = "devnet/storm.rs"]
mod storm;
#[path = "devnet/time.rs"]
mod time;
#[path = "devnet/wait.rs"]
mod wait;
#[path = "devnet/wallet.rs"]
mod wallet;
