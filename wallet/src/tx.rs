//! Transactions in steps that can be written down between: prepare, submit, find, wait.
//!
//! - [`message`] – what a transaction says
//! - [`sign`] – its bytes, signed once
//! - [`gas`] – what it may cost
//! - [`sender`] – one key's transactions, in the order of their sequences
//! - [`fate`] – what became of signed bytes
//!
//! Signed bytes may be sent as often as one likes: the chain includes them once or never. New bytes for the same intent
//! are signed only when the old ones can never be included.

pub mod fate;
pub mod gas;
pub mod message;
pub mod sender;
pub mod sign;

pub use fate::{Included, Outcome};
pub use gas::{Estimate, Fee};
pub use message::Message;
pub use sender::Sender;
pub use sign::Signed;
