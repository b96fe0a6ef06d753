//! `hearth`.

fn main() {}
