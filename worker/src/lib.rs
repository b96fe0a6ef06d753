//! `hearthd`, as a library.
