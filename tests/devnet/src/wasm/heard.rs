//! What a contract hears of its message, its fields in the order in which wasmd writes them: what a contract reads costs it
//! gas.

use cosmwasm_std::{Binary, Event, MsgResponse};
use serde::Serialize;

/// A reply.
#[derive(Debug, Serialize)]
pub struct Heard {
    pub gas_used: u64,
    pub id: u64,
    pub result: Outcome,
    #[serde(skip_serializing_if = "nothing")]
    pub payload: Binary,
}

/// What became of a message.
#[derive(Debug, Serialize)]
pub enum Outcome {
    /// It was done.
    #[serde(rename = "ok")]
    Done(Done),
    /// It was refused.
    #[serde(rename = "error")]
    Refused(String),
}

/// What a message did.
#[derive(Debug, Serialize)]
pub struct Done {
    pub events: Vec<Event>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Binary>,
    pub msg_responses: Vec<MsgResponse>,
}

fn nothing(bytes: &Binary) -> bool {
    bytes.is_empty()
}
