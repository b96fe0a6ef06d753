//! Data on stdout, for people or as JSON; errors and hints on stderr; exit codes.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::CommandFactory as _;
use serde::Serialize;
use serde_json::{Value, json};

use crate::command::line::{Flags, Format, Line};
use crate::command::table::tame;
use crate::deploy::Check;
use crate::error::{Error, Sort};
use crate::tx::Included;

/// The version of all JSON that `hearth` writes.
const SCHEMA: u32 = 1;

/// What a command answers: the same for programs and for people.
#[derive(Clone, Debug)]
pub struct Answer {
    data: Value,
    text: String,
}

impl Answer {
    /// An answer.
    pub fn new(data: Value, text: impl Into<String>) -> Self {
        Self { data, text: text.into() }
    }

    /// What a transaction did: its event, and a line for people.
    pub fn of(tx: &Included, event: &impl Serialize, text: impl Into<String>) -> Self {
        let mut data = to_value(event);
        if let Some(fields) = data.as_object_mut() {
            fields.insert("tx".to_owned(), receipt(tx));
        }
        let text = format!("{}\ntx {} at height {}", text.into(), tx.hash, tx.height);
        Self { data, text }
    }
}

/// A value as JSON; what cannot be is nothing.
pub fn to_value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// An included transaction as JSON.
pub fn receipt(tx: &Included) -> Value {
    json!({ "hash": tx.hash, "height": tx.height, "gas_used": tx.ran.gas_used, "code": tx.ran.code })
}

/// How a command speaks.
#[derive(Clone, Copy, Debug)]
pub struct Voice {
    json: bool,
    colour: bool,
    terminal: bool,
}

impl Voice {
    /// The voice that the flags and the terminal ask for.
    pub fn of(flags: &Flags) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { json: flags.output == Format::Json, colour, terminal }
    }

    /// Whether a person sits there who can be asked.
    pub fn can_ask(self) -> bool {
        self.terminal && std::io::stdin().is_terminal()
    }

    /// Whether somebody watches what goes on.
    pub const fn is_watched(self) -> bool {
        self.terminal
    }

    /// Whether data is JSON.
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// Tells the person what goes on.
    pub fn tell(self, line: &str) {
        let _ = writeln!(std::io::stderr(), "{line}");
    }

    /// Writes one of many answers of a command that goes on.
    pub fn say_one(self, answer: &Answer) {
        let mut out = std::io::stdout().lock();
        // Who reads may have gone.
        let _ = if self.json {
            writeln!(out, "{}", json!({ "hearth": SCHEMA, "data": answer.data }))
        } else {
            writeln!(out, "{}", answer.text.trim_end())
        };
    }

    /// Writes the answer.
    pub fn say(self, answer: &Answer) -> ExitCode {
        if self.json || !answer.text.is_empty() {
            self.say_one(answer);
        }
        ExitCode::SUCCESS
    }

    /// Writes an error: a line, and a hint where there is a remedy.
    pub fn fail(self, error: &Error) -> ExitCode {
        self.fail_with(&error.to_string(), error.hint(), exit_code(error.sort()), Some(error))
    }

    fn fail_with(self, problem: &str, hint: Option<String>, exit: u8, error: Option<&Error>) -> ExitCode {
        // One line, whatever a stranger's words in it hold.
        let problem = tame(problem);
        let (red, plain) = if self.colour { ("\u{1b}[31m", "\u{1b}[0m") } else { ("", "") };
        let mut lines = std::io::stderr().lock();
        let _ = writeln!(lines, "{red}error:{plain} {problem}");
        if let Some(hint) = &hint {
            let _ = writeln!(lines, "hint: {hint}");
        }
        if self.json {
            let hash = error.and_then(hash_of);
            let sort = error.map_or("usage", |error| word(error.sort()));
            let code = error.and_then(Error::code);
            let checks = error.and_then(checks_of);
            let said = json!({
                "sort": sort, "exit": exit, "code": code, "problem": problem, "hint": hint, "hash": hash,
                "checks": checks,
            });
            let _ = writeln!(std::io::stdout(), "{}", json!({ "hearth": SCHEMA, "error": said }));
        }
        ExitCode::from(exit)
    }
}

/// What the command exits with, by the sort of its error. 0 is done, and nothing else is.
pub const fn exit_code(sort: Sort) -> u8 {
    match sort {
        Sort::Local => 1,
        Sort::Usage => 2,
        Sort::Refused => 3,
        Sort::Funds => 4,
        Sort::Network => 5,
        Sort::Unknown => 6,
        Sort::Key => 7,
        Sort::Dropped => 8,
        Sort::Cancelled => 9,
        Sort::Found => 10,
    }
}

const fn word(sort: Sort) -> &'static str {
    match sort {
        Sort::Local => "local",
        Sort::Usage => "usage",
        Sort::Refused => "refused",
        Sort::Funds => "funds",
        Sort::Network => "network",
        Sort::Unknown => "unknown",
        Sort::Key => "key",
        Sort::Dropped => "dropped",
        Sort::Cancelled => "cancelled",
        Sort::Found => "found",
    }
}

fn hash_of(error: &Error) -> Option<String> {
    match error {
        Error::Unknown { hash, .. } | Error::Dropped { hash, .. } => Some(hash.clone()),
        Error::Refused(refusal) | Error::Funds(refusal) => refusal.hash.clone(),
        _ => None,
    }
}

/// What a check looked at, where it found something wrong.
fn checks_of(error: &Error) -> Option<&[Check]> {
    match error {
        Error::Found { checks } => Some(checks),
        _ => None,
    }
}

/// Whether JSON was asked for by a line that may not be readable.
fn wants_json(arguments: &[OsString]) -> bool {
    let flag = arguments.iter().any(|argument| argument == "--output=json");
    let two = arguments.windows(2).any(|pair| matches!(pair, [flag, value] if flag == "--output" && value == "json"));
    flag || two || std::env::var("HEARTH_OUTPUT").is_ok_and(|value| value == "json")
}

/// Where it is said how the command of these arguments is used.
fn help_of(arguments: &[OsString]) -> String {
    let (mut command, mut path) = (Line::command(), "hearth".to_owned());
    for word in arguments.iter().skip(1) {
        if let Some(found) = command.find_subcommand(word).cloned() {
            path = format!("{path} {}", found.get_name());
            command = found;
        }
    }
    format!("{path} --help")
}

/// Answers a line that clap could not read, or that asked for help.
pub fn misread(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    if text.starts_with("error: ") {
        let voice = Voice { json: wants_json(arguments), colour: false, terminal: false };
        let problem = text.trim_start_matches("error: ").lines().map(str::trim).take_while(|line| !line.is_empty());
        let problem = problem.collect::<Vec<_>>().join(" ");
        let hint = text.lines().find_map(|line| line.trim().strip_prefix("tip: ")).map(ToOwned::to_owned);
        return voice.fail_with(&problem, hint.or_else(|| Some(help_of(arguments))), 2, None);
    }
    // A noun without a verb: its help is the answer.
    let _ = error.print();
    ExitCode::from(2)
}
