//! `hearth`.

use std::process::ExitCode;

fn main() -> ExitCode {
    hearth_wallet::command::main(std::env::args_os().collect())
}
