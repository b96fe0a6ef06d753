//! An engine in a process of its own. It takes no arguments: its parent configures it over stdin.

use std::process::ExitCode;

fn main() -> ExitCode {
    hearth_engine::process::host::run()
}
