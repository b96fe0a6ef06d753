//! No secret leaves but where it is asked for: a canary in every place that others read.

use std::path::Path;

use hearth_e2e::{Person, World};

/// Whether any file below this folder has the text.
fn anywhere(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(anywhere(&path, text));
        } else if String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains(text) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn the_canary_is_in_no_output_and_in_no_file() {
    let world = World::start();
    let person = Person::new();
    person.profile(&world, &world.host.rpc());
    let password = person.password_file();
    let words = world.account(4).mnemonic.clone();
    let secrets = [words.as_str(), &hex::encode(world.account(4).key), hearth_e2e::person::PASSWORD];
    let password = password.to_str().unwrap();
    let runs = [
        person.hearth_told(&["key", "import", "me", "--password-file", password], &words),
        person.hearth(&["key", "show", "me"]),
        person.json(&["key", "list"]),
        person.json(&["account", "deposit", "1token"]),
        person.json(&["account", "deposit", "1token", "--password-file", "/dev/null"]),
        person.json(&["account", "withdraw", "99token"]),
        person.json(&["tx", "show"]),
        person.json(&["config", "show"]),
        person.json(&["doctor"]),
        person.hearth_told(&["key", "import", "two", "--password-file", password], &format!("{words} more")),
    ];
    assert_eq!(runs[0].code, 0, "{:?}", runs[0]);
    assert_eq!(runs[3].code, 0, "{:?}", runs[3]);
    for said in &runs {
        for secret in secrets {
            assert!(!said.stdout.contains(secret) && !said.stderr.contains(secret), "{said:?}");
        }
    }
    std::fs::remove_file(person.password_file()).unwrap();
    for secret in secrets {
        assert_eq!(anywhere(person.home().path(), secret), Vec::<String>::new());
    }
}

#[test]
fn new_words_are_written_for_their_owner_alone_and_bring_the_same_key_back() {
    let person = Person::new();
    let (password, words) = (person.password_file(), person.home().join("words.txt"));
    let flags = ["--password-file", password.to_str().unwrap()];
    let new = ["key", "new", "me", "--words-file", words.to_str().unwrap()];
    let made = person.json(&[&new[..], &flags].concat()).ok().data();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&words).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let typed = std::fs::read_to_string(&words).unwrap();
    let arguments = [&["key", "import", "again", "--output", "json"][..], &flags].concat();
    let back = person.hearth_told(&arguments, &typed).ok().data();
    assert_eq!(back["address"], made["address"]);
    let taken = person.json(&[&new[..], &flags].concat());
    assert_eq!(taken.code, 7, "{taken:?}");
}
