//! Runs models. It knows no chain, no money, and serves no HTTP.
//!
//! - [`engine`] – what every engine can do: describe itself, generate, score
//! - [`request`] – what is asked: prompt, sampling, where to stop
//! - [`answer`] – what comes back: pieces of an answer as they are made, and scores
//! - [`error`] – what can go wrong, and what to do about it
//! - [`embedded`] – our own engine, exact to the bit
//! - [`canary`] – whether an engine is well
//! - [`openai`] – a local OpenAI-compatible server as an engine
//! - [`process`] – an engine in a process of its own
//! - [`scripted`] – an engine that plays a script, for tests of faults only
//!
//! Dropping an answer cancels its work within one token.

pub mod answer;
pub mod canary;
pub mod embedded;
pub mod engine;
pub mod error;
pub mod openai;
pub mod process;
pub mod request;
pub mod scripted;

pub use answer::{Event, Finish, Generation, Scores, Scoring, Usage};
pub use embedded::{Embedded, Options};
pub use engine::{Class, Description, Engine};
pub use error::Error;
pub use request::{Generate, Message, Prompt, Sampling, Score, Stop};
