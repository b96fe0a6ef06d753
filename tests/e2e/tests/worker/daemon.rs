//! A `hearthd` of the test: started, asked, stopped, killed.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use hearth_e2e::wait::{until, until_or};
use hearth_e2e::{World, built};
use hearth_wallet::key::SecretKey;
use hearth_wallet::key::file::{Cost, Keyfile, Kind, Password};

/// The password of the worker's keys.
const PASSWORD: &str = "correct horse";

/// A daemon, and where its things are.
pub(crate) struct Daemon {
    pub(crate) home: PathBuf,
    pub(crate) child: Option<Child>,
}

/// How a daemon is set up.
pub(crate) struct Setup<'a> {
    pub(crate) worker: &'a SecretKey,
    pub(crate) sealing: [u8; 32],
    pub(crate) rpcs: Vec<String>,
    pub(crate) relays: Vec<String>,
    pub(crate) engine: String,
    pub(crate) port: u16,
    pub(crate) price: &'a str,
    pub(crate) chain_id: &'a str,
}

/// The model that ships.
pub(crate) fn model() -> PathBuf {
    hearth_e2e::program::root().join("worker/engine/models/hearth-tiny")
}

/// Our own engine with that model, in the daemon's process.
pub(crate) fn embedded() -> String {
    format!(
        "make = \"embedded\"\nname = \"hearth-tiny\"\nmodel = \"{}\"\nthreads = 1\ncache_bytes = 67108864\n",
        model().display()
    )
}

impl Daemon {
    /// A daemon's home, with keys and a configuration.
    pub(crate) fn at(world: &World, name: &str, setup: &Setup<'_>) -> Self {
        let home = world.folder().join(name);
        std::fs::create_dir_all(&home).unwrap();
        let password = Password::new(PASSWORD.to_owned());
        Keyfile::seal(setup.worker, &password, Cost::LOW).unwrap().write(&home.join("worker.json")).unwrap();
        let public = hearth_wallet::seal::sealing_key(&setup.sealing).unwrap();
        let sealing = Keyfile::seal_bytes(Kind::X25519, &public, &setup.sealing, &password, Cost::LOW).unwrap();
        sealing.write(&home.join("sealing.json")).unwrap();
        hearth_wallet::files::write_private(&home.join("password"), PASSWORD.as_bytes()).unwrap();
        let daemon = Self { home, child: None };
        daemon.configure(world, setup);
        daemon
    }

    /// Writes the configuration.
    pub(crate) fn configure(&self, world: &World, setup: &Setup<'_>) {
        let text = format!(
            "journal = \"journal.sqlite\"\ndeployment = \"{}\"\ndrain = \"5s\"\n\n\
             [chain]\nchain_id = \"{}\"\nrpc = {:?}\nanswer_ms = 20000\nwait_ms = 15000\n\n\
             [keys]\nworker = \"worker.json\"\nsealing = \"sealing.json\"\npassword = \"password\"\n\n\
             [engine]\n{}\n[door]\nlisten = \"127.0.0.1:{}\"\nannounce = \"door\"\n\n\
             [beacon]\nrelays = {:?}\n\n[commit]\nfee = \"1usd\"\nage = \"1h\"\npatience = \"2s\"\n\n\
             [[offers]]\nclass = 1\nprice = \"{}\"\nslots = 30\nmin_spend = \"0.0001usd\"\nmax_spend = \"1usd\"\nmax_life = \"1h\"\n",
            world.record_path.display(),
            setup.chain_id,
            setup.rpcs,
            setup.engine,
            setup.port,
            setup.relays,
            setup.price,
        );
        std::fs::write(self.home.join("hearthd.toml"), text).unwrap();
    }

    /// Starts it; it dies at this place, if one is named.
    pub(crate) fn start(&mut self, dies_at: Option<&str>) {
        let _ = std::fs::remove_file(self.home.join("door"));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.home.join("log")).unwrap();
        let mut command = Command::new(built("hearthd"));
        command.args(["run", "--config"]).arg(self.home.join("hearthd.toml"));
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        if let Some(place) = dies_at {
            command.env("HEARTHD_DIES_AT", place);
        }
        self.child = Some(command.spawn().unwrap());
    }

    /// Where its door is, once it is open.
    pub(crate) fn door(&mut self) -> String {
        let file = self.home.join("door");
        until(|| {
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().unwrap()) {
                panic!("hearthd ended: {status}\n{}", self.log());
            }
            std::fs::read_to_string(&file).ok().map(|address| format!("http://{}", address.trim()))
        })
    }

    /// What it said so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.home.join("log")).unwrap_or_default()
    }

    /// Waits until it has ended by itself; what it said.
    pub(crate) fn refused(&mut self) -> String {
        let child = self.child.as_mut().unwrap();
        let status = until(|| child.try_wait().unwrap());
        assert_eq!(status.code(), Some(1));
        self.child = None;
        self.log()
    }

    /// Waits until it has died by itself.
    pub(crate) fn died(&mut self) {
        let log = self.home.join("log");
        let child = self.child.as_mut().unwrap();
        let status = until_or(
            || child.try_wait().unwrap(),
            || format!("it lives on: {}", std::fs::read_to_string(&log).unwrap_or_default()),
        );
        assert!(!status.success());
        self.child = None;
    }

    /// Kills it as by `kill -9`.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops it as an operator does; whether it ended well.
    pub(crate) fn stop(&mut self) -> bool {
        let mut child = self.child.take().unwrap();
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(told.success());
        until(|| child.try_wait().unwrap()).success()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}
