//! An OpenAI-compatible door that knows neither chain nor engine.
//!
//! - [`ask`] – what is asked, read from the bodies of the OpenAI API
//! - [`house`] – what stands behind the door
//! - [`limits`] – what the door takes, and how long it waits
//! - [`serve`] – the listener, its connections, and how they end
//! - [`routes`] – every path, and who answers there
//! - `answer` – how an answer is written, streamed or whole
//! - `fault` – how a refusal is written
//! - `body`, `gate`, `tally`, `door` – what all routes share: bounded bodies, turns, counters
//!
//! What always holds:
//! - A client that goes away drops its [`Answer`] at once; a client that takes nothing is cut after [`Limits::stall`].
//! - A stream ends by `[DONE]` after a whole answer, by an error object after any other, and never without a word.
//! - Every refusal is `{"error":{message,type,param,code}}`; every 401 is the same bytes.
//! - Nothing that was asked, answered or shown as a key is written anywhere.

pub mod ask;
pub mod house;
pub mod limits;
pub mod routes;
pub mod serve;

mod answer;
mod body;
mod door;
mod fault;
mod gate;
mod names;
mod tally;

pub use ask::Ask;
pub use house::{Answer, Event, House, Refusal};
pub use limits::Limits;
pub use serve::{listen, serve};
