//! The demo before it begins; `make demo` plays it. Being here, it is built wherever tests are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::process::Command;

use hearth_e2e::Folder;

#[test]
fn alone_it_says_what_is_missing_and_leaves_nothing_behind() {
    let (folder, temporary) = (Folder::new(), Folder::new());
    let alone = folder.join("hearth-demo");
    std::fs::copy(env!("CARGO_BIN_EXE_hearth-demo"), &alone).unwrap();
    let output = Command::new(&alone).env("TMPDIR", temporary.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("hearth-devnet is not built: run it by `make demo`"), "{said}");
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0, "its folder is gone");
}
