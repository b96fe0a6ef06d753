//! The program `hearth` alone, without a chain. Being here, it is built wherever tests are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn hearth(arguments: &[&str]) -> Output {
    hearth_at(Path::new("/nonexistent/hearth"), arguments)
}

fn hearth_at(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    command.args(arguments).env_clear().env("HEARTH_HOME", home).stdin(Stdio::null());
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

#[test]
fn profiles_are_added_changed_chosen_and_removed() {
    let home = std::env::temp_dir().join(format!("hearth-profiles-{}", std::process::id()));
    let told = |words: &[&str]| {
        let output = hearth_at(&home, words);
        (output.status.code().unwrap(), text(&output.stdout) + &text(&output.stderr))
    };
    let profiles = || {
        let shown = hearth_at(&home, &["config", "show", "--output", "json"]);
        serde_json::from_slice::<Value>(&shown.stdout).unwrap()["data"].clone()
    };
    let add = |name: &'static str, id: &'static str| ["config", "add", name, "--chain-id", id, "--rpc", "http://a:1"];
    assert_eq!(told(&["config", "add", "one", "--rpc", "http://a:1"]).0, 2, "a chain has to be named");
    assert_eq!(told(&[&add("one", "x-1")[..], &["--key", "me", "--deployment", "record.toml"]].concat()).0, 0);
    assert_eq!(told(&add("two", "y-1")).0, 0);
    let one = profiles()["profiles"]["one"].clone();
    let record = std::env::current_dir().unwrap().join("record.toml");
    assert_eq!(one["deployment"], record.to_str().unwrap(), "it is found from anywhere");
    assert_eq!((&profiles()["default"], &one["key"]), (&"one".into(), &"me".into()));

    assert_eq!(told(&["config", "set", "one", "--rpc", "http://b:1", "--gas-price", "0.03ucosm"]).0, 0);
    let set = profiles()["profiles"]["one"].clone();
    assert_eq!((&set["key"], &set["chain"]["chain_id"]), (&"me".into(), &"x-1".into()), "the rest stays");
    assert_eq!((&set["chain"]["rpc"][0], &set["chain"]["gas_price"]), (&"http://b:1".into(), &"0.03ucosm".into()));
    let nothing = told(&["config", "set", "one"]);
    assert!(nothing.0 == 2 && nothing.1.contains("hint: as in hearth config set NAME"), "{nothing:?}");
    assert_eq!(told(&["config", "set", "one", "--gas-price", "cheap"]).0, 2);
    let missing = told(&["config", "set", "three", "--key", "me"]);
    assert!(missing.0 == 2 && missing.1.contains("hint: profiles: one, two"), "{missing:?}");

    assert_eq!(told(&["config", "use", "two"]).0, 0);
    assert_eq!(told(&["config", "remove", "two"]).0, 0);
    assert_eq!(profiles()["default"], Value::Null, "no other chain is chosen by itself");
    assert_eq!(told(&["config", "use", "one"]).0, 0, "what names a missing profile is mended by commands");
    assert_eq!(told(&["config", "remove", "two"]).0, 2);
    assert_eq!(told(&["config", "path"]).1.trim_end(), home.join("config.toml").to_str().unwrap());
    std::fs::remove_dir_all(home).unwrap();
}

#[test]
fn the_help_of_a_command_is_short_and_its_own_options_come_first() {
    let help = text(&hearth(&["run", "--help"]).stdout);
    let place = |words: &str| help.find(words).unwrap_or_else(|| panic!("{words}: {help}"));
    assert!(place("--max-tokens") < place("--seed") && place("--seed") < place("Options of every command:"), "{help}");
    assert!(help.lines().count() < 50 && help.lines().all(|line| line.chars().count() <= 100), "{help}");
    let wrong = text(&hearth(&["config", "add"]).stderr);
    assert!(wrong.ends_with("hint: hearth config add --help\n"), "{wrong}");
}
