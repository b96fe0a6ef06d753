//! What is said to the market: a file for each verb.

pub mod instantiate;
pub mod own;
pub mod publish_terms;
pub mod set_curator;

pub mod add_class;
pub mod add_model;

pub mod amend;
pub mod cancel;
pub mod place;
pub mod prune;
pub mod refresh;

pub mod open;
pub mod sweep;
pub mod take;

pub mod close;
pub mod commit;
pub mod contest;
pub mod end;
pub mod expire;
pub mod finalize;
