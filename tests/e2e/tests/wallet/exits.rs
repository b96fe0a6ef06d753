//! Each exit code of the table, reached.

use std::collections::BTreeSet;

use hearth_e2e::program::root;
use hearth_e2e::proxy::Fate;
use hearth_e2e::world::{catalogue, plan};
use hearth_e2e::{Person, Proxy, Said, World, built};
use hearth_schema::deploy::Part;

/// Runs hearth on a terminal of Python's making that is so many columns wide, and types an answer.
fn at_a_terminal(person: &Person, columns: usize, arguments: &[&str], typed: &str) -> Said {
    seated(person, columns, &[], arguments, typed)
}

fn seated(person: &Person, columns: usize, around: &[(&str, &str)], arguments: &[&str], typed: &str) -> Said {
    let script = "import fcntl, os, pty, struct, sys, termios\n\
        pid, fd = pty.fork()\n\
        if pid == 0:\n\
        \x20   fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[2]), 0, 0))\n\
        \x20   os.execv(sys.argv[3], sys.argv[3:])\n\
        said = b''\n\
        sent = False\n\
        while True:\n\
        \x20   try: piece = os.read(fd, 4096)\n\
        \x20   except OSError: break\n\
        \x20   if not piece: break\n\
        \x20   said += piece\n\
        \x20   if not sent and b'[y/N]' in said:\n\
        \x20       os.write(fd, sys.argv[1].encode()); sent = True\n\
        _, status = os.waitpid(pid, 0)\n\
        sys.stdout.write(said.decode())\n\
        sys.exit(os.waitstatus_to_exitcode(status))\n";
    let inner = person.command(arguments);
    let mut python = std::process::Command::new("python3");
    python.args(["-c", script, typed, &columns.to_string()]).arg(built("hearth")).args(arguments).env_clear();
    for (name, value) in inner.get_envs() {
        python.env(name, value.unwrap_or_default());
    }
    let output = python.envs(around.iter().copied()).current_dir(person.home().path()).output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn every_code_of_the_table_is_reached() {
    if hearth_e2e::elsewhere("a fault is commanded") {
        return;
    }
    let world = World::start();
    let person = Person::of(&world, 1);
    let mut reached = BTreeSet::new();
    let mut reach = |said: Said, code: i32| {
        assert_eq!(said.code, code, "{said:?}");
        reached.insert(code);
    };
    reach(person.json(&["account", "show"]), 0);
    reach(person.json(&["deploy", "status", "--deployment", "/nonexistent.toml"]), 1);
    reach(person.json(&["account", "deposit", "3"]), 2);
    reach(person.json(&["bond", "unbond", "77", "1token"]), 3);
    reach(person.json(&["account", "withdraw", "3token"]), 4);
    reach(person.json(&["--rpc", "http://127.0.0.1:1", "account", "show"]), 5);
    reach(person.json(&["--password-file", "/dev/null", "account", "deposit", "1token"]), 7);
    reach(at_a_terminal(&person, 80, &["account", "deposit", "1token"], "n\n"), 9);
    std::fs::set_permissions(person.home().join("keys"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    reach(person.json(&["doctor"]), 10);
    std::fs::set_permissions(person.home().join("keys"), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();

    let lost = Proxy::start(&world.host.rpc(), |_, method| match method {
        "broadcast_tx_sync" => Fate::Swallow,
        _ => Fate::Pass,
    });
    let config = person.home().join("config.toml");
    let patient = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, patient.replace("wait_ms = 15000", "wait_ms = 500")).unwrap();
    reach(person.json(&["--rpc", lost.url(), "account", "deposit", "1token"]), 6);
    world.devnet().mine(40, std::time::Duration::from_secs(1)).unwrap();
    reach(person.json(&["tx", "resume"]), 8);
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), (0..=10).collect::<Vec<_>>());

    let readme = std::fs::read_to_string(root().join("wallet/README.md")).unwrap();
    for code in 0..=10 {
        assert!(readme.contains(&format!("| {code} |")), "the README's table has no {code}");
    }
}

#[test]
fn a_person_at_a_terminal_is_told_what_it_costs_and_asked() {
    let world = World::start();
    let person = Person::of(&world, 1);
    let done = at_a_terminal(&person, 80, &["account", "deposit", "1token"], "y\n");
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("1 HRTH from you into your account") && done.stdout.contains("fee "), "{done:?}");
    assert!(done.stdout.contains("1 HRTH deposited"), "{done:?}");
    std::fs::write(person.home().join("plan.toml"), plan(&world.host, &catalogue())).unwrap();
    let artifacts = root().join("artifacts").display().to_string();
    let deploy = ["deploy", "run", "--plan", "plan.toml", "--artifacts", &artifacts];
    let asked = at_a_terminal(&person, 80, &deploy, "n\n");
    assert!(asked.code == 9 && asked.stdout.contains("the suite `e2e` is brought onto hearth-1"), "{asked:?}");
}

#[test]
fn flags_go_over_the_environment_and_that_over_the_profile_and_colour_is_as_one_likes() {
    let person = Person::new();
    let password = person.password_file();
    for name in ["flag", "around", "profile"] {
        let words = ["key", "new", name, "--words-file", &format!("{name}.txt"), "--password-file"];
        person.hearth(&[&words[..], &[password.to_str().unwrap()]].concat()).ok();
    }
    let add = ["config", "add", "local", "--chain-id", "x-1", "--rpc", "http://127.0.0.1:1", "--key", "profile"];
    person.hearth(&add).ok();
    let address = |name: &str| person.hearth(&["key", "export-address", name]).ok().stdout.trim().to_owned();
    let around: &[(&str, &str)] = &[("HEARTH_KEY", "around")];
    let doctor = |around, flags: &[&str]| seated(&person, 80, around, &[&["doctor"], flags].concat(), "").stdout;
    assert!(doctor(&[], &[]).contains(&address("profile")));
    assert!(doctor(around, &[]).contains(&address("around")));
    assert!(doctor(around, &["--key", "flag"]).contains(&address("flag")));
    assert!(doctor(&[], &[]).contains("\u{1b}[31merror:"), "a person sees it in red");
    assert!(!doctor(&[("NO_COLOR", "1")], &[]).contains('\u{1b}'), "where one likes colour");
}

#[test]
fn no_id_and_no_amount_is_cut_however_narrow_the_terminal_is() {
    let world = World::start();
    let person = Person::of(&world, 1);
    let addresses: Vec<&str> = Part::ALL.map(|part| world.record.addresses.of(part)).to_vec();
    let digest = "11".repeat(32);
    for columns in [80, 60, 40] {
        let shown = |words: &[&str], whole: &[&str]| {
            let said = at_a_terminal(&person, columns, words, "").ok();
            for value in whole {
                let is_whole = |line: &str| line.split_whitespace().any(|word| word == *value);
                assert!(said.stdout.lines().any(is_whole), "{columns} {value}: {said:?}");
            }
            for line in said.stdout.lines() {
                // A name and one value that cannot be parted are left to the terminal.
                let fits = line.chars().count() <= columns || line.split_whitespace().count() == 2;
                assert!(fits, "{columns}: {line}");
            }
        };
        shown(&["deploy", "status"], &addresses);
        shown(&["model", "list"], &[&digest]);
        shown(&["show"], &["hearth-tiny", "hearth-1"]);
        shown(&["key", "list"], &[&world.account(1).address]);
    }
}
