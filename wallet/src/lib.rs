//! Keys, the chain, and the client of Hearth.
