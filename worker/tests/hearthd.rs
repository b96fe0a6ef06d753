//! The program `hearthd` alone, without a chain. Being here, it is built wherever tests are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn hearthd(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearthd"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder of the test, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("hearthd-program-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn it_says_its_version_and_what_it_can_do() {
    assert_eq!(text(&hearthd(&["--version"]).stdout), format!("hearthd {}\n", env!("CARGO_PKG_VERSION")));
    assert!(text(&hearthd(&["--help"]).stdout).contains("run"));
}

#[test]
fn without_a_configuration_it_says_which_one_it_looked_for() {
    let refused = hearthd(&["run", "--config", "/nonexistent/hearthd.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("/nonexistent/hearthd.toml"), "{refused:?}");
}

#[test]
fn a_password_that_others_can_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("password");
    let password = folder.0.join("password");
    std::fs::write(&password, "secret\n").unwrap();
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = run(&folder.0);
    assert!(refused.contains("chmod 600") && !refused.contains("secret"), "{refused}");
}

/// Runs it with a configuration in this folder; what it says.
fn run(folder: &Path) -> String {
    let config = folder.join("hearthd.toml");
    let text_of = r#"
journal = "journal.sqlite"
[suite]
token = "wasm1t"
bme = "wasm1b"
bonds = "wasm1s"
market = "wasm1m"
audit = "wasm1a"
[chain]
chain_id = "hearth-1"
rpc = ["http://127.0.0.1:1"]
[keys]
worker = "worker.json"
sealing = "sealing.json"
password = "password"
[engine]
make = "embedded"
name = "hearth-tiny"
model = "nowhere"
[door]
listen = "127.0.0.1:0"
[beacon]
relays = ["http://127.0.0.1:1"]
"#;
    std::fs::write(&config, text_of).unwrap();
    let refused = hearthd(&["run", "--config", config.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    text(&refused.stderr)
}
