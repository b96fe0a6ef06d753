//! What a worker says while it runs: one line an event, for a person or as JSON.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For a person.
    #[default]
    Text,
    /// For a program.
    Json,
}

/// Writes lines to stderr from now on. `RUST_LOG` says which; without it, what matters to a provider.
pub fn start(form: Form) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,tendermint_rpc=warn,hyper=warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A second start in one process – tests – leaves the first as it is.
    let _ = match form {
        Form::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        Form::Json => lines.json().flatten_event(true).try_init(),
    };
}
