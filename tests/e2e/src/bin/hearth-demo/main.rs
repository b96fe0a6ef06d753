//! `hearth-demo`: one job all the way round on an embedded chain, by the programs that people use.
//!
//! - [`stage`] – a folder, programs that run in it, and what they say
//! - [`cast`] – the deployer, two providers and a client, each with a home of their own
//! - [`story`] – what happens, scene by scene
//! - [`sum`] – what each had before and after, and the laws that held
//!
//! It needs the programs beside it: `make demo` builds them all.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a demo speaks to a person")]

mod cast;
mod stage;
mod story;
mod sum;

use std::process::ExitCode;

fn main() -> ExitCode {
    match story::tell() {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("\nthe demo stopped: {trouble}");
            ExitCode::FAILURE
        }
    }
}
