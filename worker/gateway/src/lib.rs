//! An OpenAI-compatible door that knows neither chain nor engine.
//!
//! - [`ask`] – what is asked, read from the bodies of the OpenAI API
//! - [`house`] – what stands behind the door

pub mod ask;
pub mod house;

pub use ask::Ask;
pub use house::{Answer, Event, House, Refusal};
