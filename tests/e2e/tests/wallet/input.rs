//! Bad input: one line that says what is wrong, the remedy, and nothing signed.

use std::os::unix::fs::PermissionsExt as _;

use hearth_e2e::{Person, Said, World};

/// One line of error, perhaps one hint, and nothing signed.
fn refused(world: &World, person: &Person, said: &Said, code: i32, problem: &str, hint: &str) {
    assert_eq!(said.code, code, "{said:?}");
    let lines: Vec<&str> = said.stderr.lines().collect();
    assert!(lines[0].starts_with("error: ") && lines[0].contains(problem), "{said:?}");
    assert!(lines.len() <= 2, "{said:?}");
    if hint.is_empty() {
        assert_eq!(lines.len(), 1, "{said:?}");
    } else {
        assert!(lines[1].starts_with("hint: ") && lines[1].contains(hint), "{said:?}");
    }
    let account = world.run(world.client().account(&world.account(1).address)).unwrap().unwrap();
    assert_eq!(account.sequence, 0, "nothing was signed");
    assert!(!person.home().join("pending").exists());
}

#[test]
fn what_is_typed_wrong_is_refused_with_its_remedy() {
    let world = World::start();
    let person = Person::of(&world, 1);
    let check = |arguments: &[&str], code: i32, problem: &str, hint: &str| {
        let all: Vec<&str> = arguments.iter().copied().chain(["--yes"]).collect();
        refused(&world, &person, &person.hearth(&all), code, problem, hint);
    };
    check(&["account", "deposit", "3"], 2, "`3` has no unit: token, or hrth", "as in 2.5token");
    check(&["account", "deposit", "0.0000001token"], 2, "more than 6 digits behind the point", "as in");
    check(&["account", "deposit", "3usd"], 2, "it has to be in token, or hrth", "as in");
    check(&["account", "deposit", "0token"], 2, "is nothing", "");
    check(&["account", "show", "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6"], 7, "begins with cosmos", "");
    let place = ["offer", "place", "--node", "1", "--class", "1", "--price"];
    let off = [&place[..], &["2.505usd"]].concat();
    check(&off, 2, "2.505usd for a million tokens is off the grid", "the nearest are 2.5 usd and 2.51 usd");
    check(&["account", "deposit", "3token", "--key", "nobody"], 7, "there is no key nobody", "hearth key list");
    check(&["account", "show", "--profile", "other"], 2, "there is no profile `other`", "hearth config show");
    check(&["account", "show", "--gas-price", "cheap"], 2, "`cheap` is no price of gas", "as in 0.025ucosm");
    check(&["deal", "sweep", "1", "--max", "1usd"], 2, "a sweep needs the dearest price", "--limit");
    check(&["deal", "take", "one", "--max", "1usd"], 2, "`one` is no offer", "hearth --help");
    check(&["deal", "show", "99"], 2, "there is no deal 99", "hearth deal list");
    check(&["tx", "show", "12"], 2, "`12` is no hash", "64 hex digits");
    check(&["acount"], 2, "unrecognized subcommand", "account");
}

#[test]
fn words_files_and_passwords_that_are_wrong_are_refused_with_their_remedy() {
    let world = World::start();
    let person = Person::of(&world, 1);
    let password = person.password_file();
    let import = ["key", "import", "new", "--password-file", password.to_str().unwrap()];
    let words = world.account(1).mnemonic.clone();
    let mut typo: Vec<&str> = words.split(' ').collect();
    typo[4] = "abuot";
    refused(
        &world,
        &person,
        &person.hearth_told(&import, &typo.join(" ")),
        7,
        "word 5 is not in the English list",
        "check",
    );
    let mut turned: Vec<&str> = words.split(' ').collect();
    turned.swap(0, 11);
    let turned = person.hearth_told(&import, &turned.join(" "));
    assert_eq!(turned.code, 7, "{turned:?}");
    assert!(!person.home().join("keys/new.json").exists());

    let key = person.home().join("keys/me.json");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = person.hearth(&["account", "deposit", "1token", "--yes"]);
    refused(&world, &person, &open, 7, "can be read by others (mode 644)", "chmod 600");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let wrong = person.hearth(&["account", "deposit", "1token", "--yes", "--password-file", "/dev/null"]);
    refused(&world, &person, &wrong, 7, "wrong password", "nothing but the words");
    let config = person.home().join("config.toml");
    let sound = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, sound.replace("chain_id", "chain-id")).unwrap();
    let broken = person.hearth(&["account", "show"]);
    refused(&world, &person, &broken, 2, "config.toml cannot be read", "hearth config add");
}

#[test]
fn too_little_of_everything_is_said_as_such() {
    let world = World::start();
    let person = Person::of(&world, 1);
    let poor = person.json(&["account", "deposit", "10001token"]);
    assert_eq!((poor.code, &poor.error()["sort"]), (4, &"funds".into()), "{poor:?}");
    let empty = person.json(&["account", "withdraw", "1token"]);
    assert_eq!((empty.code, &empty.error()["code"]), (4, &"bme/insufficient".into()), "{empty:?}");
    person.keep("fresh", &hearth_wallet::key::SecretKey::from_bytes(&[5; 32]).unwrap());
    let gas = person.json(&["account", "deposit", "1token", "--key", "fresh"]);
    assert_eq!(gas.code, 4, "{gas:?}");
    assert!(gas.stderr.contains("has never received coins") && gas.stderr.contains("hint: send gas coins"), "{gas:?}");
}

#[test]
fn an_offer_that_changed_is_not_taken() {
    let world = World::start();
    let (provider, client) = (Person::of(&world, 1), Person::of(&world, 2));
    let card = crate::market::card(&world, 1, &world.key(9));
    provider.data(&["node", "register", "--card", card.to_str().unwrap(), "--name", "Ember"]);
    provider.data(&["bond", "add", "1", "1000token"]);
    let placed = provider.data(&["offer", "place", "--node", "1", "--class", "1", "--price", "2.5usd"]);
    let seen = format!("1@{}", placed["seq"]);
    provider.data(&["offer", "amend", "1", "--price", "2.6usd"]);
    client.data(&["account", "deposit", "10token"]);
    let changed = client.json(&["deal", "take", &seen, "--max", "1usd", "--limit", "3usd"]);
    assert_eq!(changed.code, 3, "{changed:?}");
    assert_eq!(changed.error()["code"], "market/offer-changed", "{changed:?}");
    assert!(changed.stderr.contains("hint: hearth book show"), "{changed:?}");
}
