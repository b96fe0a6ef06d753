//! What is said to bme: a file for each verb.

pub mod instantiate;
pub mod own;

pub mod deposit;
pub mod withdraw;

pub mod price;
pub mod source;

pub mod charge;
pub mod lock;
pub mod push;
pub mod refund;
pub mod release;
pub mod settle;

pub mod claim;
pub mod crank;
