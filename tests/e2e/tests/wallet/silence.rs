//! With stdin closed, no command waits for anybody; and all of them speak JSON where it is asked for.

use std::time::{Duration, Instant};

use hearth_e2e::Person;
use serde_json::Value;

use crate::examples::examples;

#[test]
fn every_command_ends_at_once_where_nobody_can_be_asked() {
    let person = Person::new();
    for example in examples() {
        let without: Vec<String> = example.words.iter().filter(|word| *word != "--yes").cloned().collect();
        let words: Vec<&str> = without.iter().map(String::as_str).collect();
        let began = Instant::now();
        let said = person.hearth(&words);
        assert!(began.elapsed() < Duration::from_secs(5), "{words:?} took {:?}", began.elapsed());
        assert!(said.code >= 0, "{words:?}: {said:?}");
        if said.code != 0 {
            assert!(said.stderr.lines().any(|line| line.starts_with("error: ")), "{words:?}: {said:?}");
        }
    }
}

#[test]
fn every_command_speaks_json_with_a_version_on_stdout_alone() {
    let person = Person::new();
    for example in examples() {
        let words: Vec<&str> = example.words.iter().map(String::as_str).collect();
        let said = person.json(&words);
        let all: Value =
            serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{words:?} {error}: {said:?}"));
        assert_eq!(all["hearth"], 1);
        assert_eq!(all.get("data").is_some(), said.code == 0, "{words:?}: {said:?}");
        if said.code != 0 {
            assert_eq!(all["error"]["exit"], said.code, "{words:?}: {said:?}");
        }
    }
}

#[test]
fn no_colour_and_no_movement_where_nobody_watches() {
    let said = Person::new().hearth(&["account", "show"]);
    assert!(!said.stderr.contains('\u{1b}') && !said.stdout.contains('\u{1b}'), "{said:?}");
}
