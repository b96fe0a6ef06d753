//! What is said to bonds: a file for each verb.

pub mod instantiate;
pub mod own;

pub mod add_node;
pub mod introduce;
pub mod update_node;

pub mod bond;
pub mod unbond;
pub mod withdraw;

pub mod slash;
