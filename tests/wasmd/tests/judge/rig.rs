//! The rig itself: the chain that it starts, and that nothing of it is left behind.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hearth_wasmd::Rpc;
use serde_json::{Value, json};

/// So long the end of everything may take.
const PATIENCE: Duration = Duration::from_secs(20);

fn wait(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// How much lies in a folder.
fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
#[cfg_attr(not(wasmd), ignore = "wasmd is not built: `make wasmd`")]
fn even_when_it_is_killed_no_process_and_no_folder_stays() {
    let temporary = std::env::temp_dir().join(format!("hearth-judge-{}", std::process::id()));
    std::fs::create_dir(&temporary).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_hearth-wasmd"))
        .env("TMPDIR", &temporary)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let rpc = Rpc::new(said["rpc"].as_str().unwrap().to_owned());
    let status = rpc.call("status", &json!({})).unwrap();
    assert_eq!(status["node_info"]["network"], said["chain_id"]);
    assert_eq!(said["accounts"].as_array().unwrap().len(), 10);
    assert_eq!(entries(&temporary), 1, "its folder");
    program.kill().unwrap();
    program.wait().unwrap();
    wait("wasmd runs on", || rpc.call("status", &json!({})).is_err());
    wait("its folder stays", || entries(&temporary) == 0);
    std::fs::remove_dir(&temporary).unwrap();
}
