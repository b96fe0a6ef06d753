//! Bad input: one line that says what is wrong, the remedy, and nothing signed.

use std::os::unix::fs::PermissionsExt as _;

use hearth_e2e::proxy::Fate;
use hearth_e2e::{Person, Proxy, Said, World};
use hearth_wallet::key::{SecretKey, Signer as _};

/// One line of error, one hint where there is a remedy.
fn told(said: &Said, code: i32, problem: &str, hint: &str) {
    assert_eq!(said.code, code, "{said:?}");
    let lines: Vec<&str> = said.stderr.lines().collect();
    assert!(lines[0].starts_with("error: ") && lines[0].contains(problem), "{said:?}");
    if hint.is_empty() {
        assert_eq!(lines.len(), 1, "{said:?}");
    } else {
        assert_eq!(lines.len(), 2, "{said:?}");
        assert!(lines[1].starts_with("hint: ") && lines[1].contains(hint), "{said:?}");
    }
    assert_eq!(said.stdout, "", "{said:?}");
}

/// How many transactions a known account has signed.
fn signed(world: &World, nth: usize) -> u64 {
    world.run(world.client().account(&world.account(nth).address)).unwrap().unwrap().sequence
}

/// The same, and nothing signed.
fn refused(world: &World, person: &Person, said: &Said, code: i32, problem: &str, hint: &str) {
    told(said, code, problem, hint);
    assert_eq!(signed(world, 1), 0, "nothing was signed");
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
    check(
        &["account", "show", "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6"],
        7,
        "begins with cosmos",
        "pasted whole",
    );
    let place = ["offer", "place", "--node", "1", "--class", "1", "--price"];
    let off = [&place[..], &["2.505usd"]].concat();
    check(&off, 2, "2.505usd for a million tokens is off the grid", "the nearest are 2.5 usd and 2.51 usd");
    check(&["account", "deposit", "3token", "--key", "nobody"], 7, "there is no key nobody", "hearth key list");
    check(&["account", "show", "--profile", "other"], 2, "there is no profile `other`", "profiles: devnet");
    check(&["account", "send", "3token", "wasm1nobody"], 7, "`3token` is no address of this chain", "pasted whole");
    check(&["account", "show", "--gas-price", "cheap"], 2, "`cheap` is no price of gas", "as in 0.025ucosm");
    check(&["deal", "sweep", "1", "--max", "1usd"], 2, "a sweep needs the dearest price", "--limit");
    check(&["deal", "take", "one", "--max", "1usd"], 2, "`one` is no offer", "hearth deal take --help");
    check(&["deal", "show", "99"], 2, "there is no deal 99", "hearth deal list");
    check(&["tx", "show", "12"], 2, "`12` is no hash", "64 hex digits");
    check(&["book", "show", "9"], 3, "market/unknown-class", "hearth class list");
    check(&["deal", "contest", "1", "1"], 2, "there is no commit 1 of deal 1", "hearth deal list");
    let html = Proxy::start(&world.host.rpc(), |_, _| Fate::Page("<html>\nwelcome\n</html>".to_owned()));
    let at_html = ["account", "deposit", "3token", "--rpc", html.url()];
    check(&at_html, 5, "what answers there is not the RPC of a node", "--rpc URL");
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
    refused(&world, &person, &person.hearth_told(&import, &turned.join(" ")), 7, "no mnemonic", "their order");
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
    for broken in [sound.replace("chain_id", "chain-id"), sound.replace("rpc = [", "rpc = "), "{}".to_owned()] {
        std::fs::write(&config, &broken).unwrap();
        for words in [&["account", "deposit", "1token", "--yes"][..], &["config", "show"], &["doctor"]] {
            refused(&world, &person, &person.hearth(words), 2, "config.toml cannot be read", "move it away");
        }
        let path = person.hearth(&["config", "path"]).ok();
        assert_eq!(path.stdout.trim_end(), config.to_str().unwrap());
        assert_eq!(std::fs::read_to_string(&config).unwrap(), broken, "nothing is written over it");
    }
    std::fs::write(&config, sound.replace("deployment.toml", "password")).unwrap();
    std::fs::write(world.folder().join("password"), "no\nrecord\n").unwrap();
    refused(&world, &person, &person.hearth(&["account", "show"]), 1, "it is no deployment", "");
}

#[test]
fn too_little_of_everything_is_said_as_such() {
    let world = World::start();
    let person = Person::of(&world, 1);
    let check = |arguments: &[&str], problem: &str, hint: &str| {
        let all: Vec<&str> = arguments.iter().copied().chain(["--yes"]).collect();
        refused(&world, &person, &person.hearth(&all), 4, problem, hint);
    };
    check(&["account", "deposit", "10001token"], "Cannot Sub with", "holds fewer tokens");
    check(&["account", "withdraw", "1token"], "bme/insufficient: 1 HRTH are asked for, and 0 HRTH", "account deposit");
    let fresh = SecretKey::from_bytes(&[5; 32]).unwrap();
    person.keep("fresh", &fresh);
    let deposit = ["account", "deposit", "1token", "--key", "fresh"];
    check(&deposit, "has never received coins", "send gas coins to this address");
    assert_eq!(world.run(world.client().account(&fresh.address("wasm").unwrap())).unwrap(), None);
    let json = person.json(&["account", "withdraw", "1token"]);
    assert_eq!((&json.error()["sort"], &json.error()["code"]), (&"funds".into(), &"bme/insufficient".into()));
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
    let before = signed(&world, 2);
    let take = ["deal", "take", &seen, "--max", "1usd", "--limit", "3usd"];
    let agreed = [&take[..], &["--yes"]].concat();
    told(&client.hearth(&agreed), 3, "market/offer-changed: ", "hearth book show");
    let beyond = ["deal", "take", "1", "--max", "1000usd", "--yes"];
    told(&client.hearth(&beyond), 3, "market/spend-bounds: ", "hearth book show");
    let poor = ["deal", "take", "1", "--max", "90usd", "--yes"];
    told(&client.hearth(&poor), 4, "bme/insufficient: ", "hearth account deposit");
    assert_eq!(signed(&world, 2), before, "nothing was signed");
    assert_eq!(client.json(&take).error()["code"], "market/offer-changed");
}
