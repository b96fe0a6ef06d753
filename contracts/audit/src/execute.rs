//! What is said to audit: a file for each verb.

pub mod instantiate;
pub mod own;

pub mod add_beacon;
pub mod add_network;

pub mod draw;
pub mod resolve;
