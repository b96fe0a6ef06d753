//! `hearth`.
