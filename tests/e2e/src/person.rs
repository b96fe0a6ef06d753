//! Somebody with a home folder of their own who runs `hearth`.

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hearth_wallet::key::file::{Cost, Keyfile, Password};
use hearth_wallet::key::{Ring, SecretKey};
use serde_json::Value;

use crate::folder::Folder;
use crate::program::built;
use crate::world::World;

/// The password of every key in tests.
pub const PASSWORD: &str = "correct horse";

/// Somebody with a home folder of their own.
pub struct Person {
    home: Folder,
}

/// What a program said.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its exit code; the signal that ended it, below zero, where one did.
    pub code: i32,
    /// Its data.
    pub stdout: String,
    /// What it told the person.
    pub stderr: String,
}

impl Said {
    /// Its data as JSON: what stands in the envelope.
    pub fn data(&self) -> Value {
        let all: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert_eq!(all["hearth"], 1, "{self:?}");
        all["data"].clone()
    }

    /// Its error as JSON.
    pub fn error(&self) -> Value {
        let all: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        all["error"].clone()
    }

    /// The same, where it ended well.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

impl Person {
    /// Somebody with an empty home.
    pub fn new() -> Self {
        let home = Folder::new();
        std::fs::write(home.join("password"), format!("{PASSWORD}\n")).unwrap();
        Self { home }
    }

    /// Somebody with the key of a known account, named `me`, and a profile of the world.
    pub fn of(world: &World, nth: usize) -> Self {
        let person = Self::new();
        person.keep("me", &world.key(nth));
        person.profile(world, &world.host.rpc());
        person
    }

    /// Writes a profile of the world that reaches the chain here.
    pub fn profile(&self, world: &World, rpc: &str) {
        self.profile_of(&world.record_path, rpc);
    }

    /// Writes a profile of a deployment that reaches its chain here.
    pub fn profile_of(&self, record: &Path, rpc: &str) {
        let text = format!(
            "default = \"devnet\"\n\n[profiles.devnet]\nkey = \"me\"\ndeployment = \"{}\"\npassword_file = \"{}\"\n\n\
             [profiles.devnet.chain]\nchain_id = \"hearth-1\"\nrpc = [\"{rpc}\"]\nanswer_ms = 2000\nwait_ms = 15000\n",
            record.display(),
            self.home.join("password").display(),
        );
        std::fs::write(self.home.join("config.toml"), text).unwrap();
    }

    /// Keeps a key under the test's password.
    pub fn keep(&self, name: &str, key: &SecretKey) {
        let password = Password::new(PASSWORD.to_owned());
        let file = Keyfile::seal(key, &password, Cost::LOW).unwrap();
        Ring::at(self.home.join("keys")).keep(name, &file).unwrap();
    }

    /// Their home.
    pub const fn home(&self) -> &Folder {
        &self.home
    }

    /// Where their password stands.
    pub fn password_file(&self) -> PathBuf {
        self.home.join("password")
    }

    /// The command, about to be run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(built("hearth"));
        command.args(arguments).env_clear().env("HEARTH_HOME", self.home.path()).env("HOME", self.home.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.current_dir(self.home.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts `hearth` and leaves it running.
    pub fn begin(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// Runs `hearth` with nothing on its stdin.
    pub fn hearth(&self, arguments: &[&str]) -> Said {
        said(self.begin(arguments))
    }

    /// Runs `hearth` with this on its stdin.
    pub fn hearth_told(&self, arguments: &[&str], stdin: &str) -> Said {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // It may have ended before it read.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        said(child)
    }

    /// Runs `hearth` for its data, agreeing to everything.
    pub fn data(&self, arguments: &[&str]) -> Value {
        self.json(arguments).ok().data()
    }

    /// Runs `hearth` for JSON, agreeing to everything.
    pub fn json(&self, arguments: &[&str]) -> Said {
        let all: Vec<&str> = arguments.iter().copied().chain(["--output", "json", "--yes"]).collect();
        self.hearth(&all)
    }
}

impl Default for Person {
    fn default() -> Self {
        Self::new()
    }
}

/// Waits for a program's end.
pub fn said(child: Child) -> Said {
    let output = child.wait_with_output().unwrap();
    Said {
        code: output.status.code().or(output.status.signal().map(|signal| -signal)).unwrap(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
