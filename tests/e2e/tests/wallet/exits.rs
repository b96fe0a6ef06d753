//! Each exit code of the table, reached.

use std::collections::BTreeSet;

use hearth_e2e::proxy::Fate;
use hearth_e2e::{Person, Proxy, Said, World, built};

/// Runs hearth on a terminal of Python's making, and types an answer.
fn at_a_terminal(person: &Person, arguments: &[&str], typed: &str) -> Said {
    let script = "import os, pty, sys\n\
        pid, fd = pty.fork()\n\
        if pid == 0: os.execv(sys.argv[2], sys.argv[2:])\n\
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
    python.args(["-c", script, typed]).arg(built("hearth")).args(arguments).env_clear();
    for (name, value) in inner.get_envs() {
        python.env(name, value.unwrap_or_default());
    }
    let output = python.current_dir(person.home().path()).output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn every_code_of_the_table_is_reached() {
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
    reach(at_a_terminal(&person, &["account", "deposit", "1token"], "n\n"), 9);
    std::fs::set_permissions(person.home().join("keys"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    reach(person.json(&["doctor"]), 10);
    std::fs::set_permissions(person.home().join("keys"), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();

    let lost = Proxy::start(&world.devnet.rpc(), |_, method| match method {
        "broadcast_tx_sync" => Fate::Swallow,
        _ => Fate::Pass,
    });
    let config = person.home().join("config.toml");
    let patient = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, patient.replace("wait_ms = 15000", "wait_ms = 500")).unwrap();
    reach(person.json(&["--rpc", lost.url(), "account", "deposit", "1token"]), 6);
    world.devnet.mine(40, std::time::Duration::from_secs(1)).unwrap();
    reach(person.json(&["tx", "resume"]), 8);
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), (0..=10).collect::<Vec<_>>());

    let readme = std::fs::read_to_string(hearth_e2e::program::root().join("wallet/README.md")).unwrap();
    for code in 0..=10 {
        assert!(readme.contains(&format!("| {code} |")), "the README's table has no {code}");
    }
}

#[test]
fn a_person_at_a_terminal_is_told_what_it_costs_and_asked() {
    let world = World::start();
    let person = Person::of(&world, 1);
    let done = at_a_terminal(&person, &["account", "deposit", "1token"], "y\n");
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("1 HRTH from you into your account") && done.stdout.contains("fee "), "{done:?}");
    assert!(done.stdout.contains("1 HRTH deposited"), "{done:?}");
}
