//! `hearthd`.

fn main() {}
