//! The program `hearth` alone, without a chain. Being here, it is built wherever tests are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn hearth(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    command.args(arguments).env_clear().env("HEARTH_HOME", "/nonexistent/hearth").stdin(Stdio::null());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn it_says_its_version_and_what_it_can_do() {
    let version = hearth(&["--version"]);
    assert_eq!(text(&version.stdout), format!("hearth {}\n", env!("CARGO_PKG_VERSION")));
    let help = text(&hearth(&["--help"]).stdout);
    for noun in ["key", "account", "node", "bond", "offer", "book", "deal", "price", "deploy", "tx", "doctor"] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(noun)), "{noun}: {help}");
    }
}

#[test]
fn what_is_asked_wrongly_is_answered_in_json_where_json_was_asked_for() {
    for arguments in [&["--output", "json", "deal", "show"][..], &["key", "lits", "--output=json"]] {
        let wrong = hearth(arguments);
        assert_eq!(wrong.status.code(), Some(2));
        let said: Value = serde_json::from_slice(&wrong.stdout).unwrap();
        assert_eq!((&said["hearth"], &said["error"]["sort"]), (&1.into(), &"usage".into()), "{said}");
        assert!(text(&wrong.stderr).starts_with("error: "), "{wrong:?}");
    }
}

#[test]
fn every_shell_is_completed() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = hearth(&["completions", shell]);
        assert!(script.status.success() && text(&script.stdout).contains("export-address"), "{shell}");
    }
}

#[test]
fn without_a_chain_the_remedy_is_to_name_one() {
    let lost = hearth(&["account", "show"]);
    assert_eq!(lost.status.code(), Some(2));
    let said = text(&lost.stderr);
    assert!(said.starts_with("error: no chain is named\nhint: hearth config add"), "{said}");
}
