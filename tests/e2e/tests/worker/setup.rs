//! A worker from nothing: `init`, what `check` says before and after the owner has registered it, `status`.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use hearth_devnet::Config;
use hearth_e2e::wait::until;
use hearth_e2e::{World, built};
use hearth_schema::bonds::{ExecuteMsg, NodeAdded};
use hearth_schema::unit::TokenAmount;
use hearth_wallet::card::Card;
use hearth_wallet::files;
use hearth_wallet::key::file::{Cost, Keyfile, Password};

use crate::daemon::{Daemon, model};
use crate::scene::catalogue;

const OWNER: usize = 1;
const WORKER: usize = 5;

/// A worker's home on a chain.
struct Home {
    world: World,
    folder: PathBuf,
}

impl Home {
    /// With a worker key in it that has coins for gas, as if it were there already.
    fn new() -> Self {
        let world = World::with(Config { chaos: true, ..Config::default() }, &catalogue());
        let folder = world.folder().join("home");
        files::private_folder(&folder).unwrap();
        files::write_private(&folder.join("password"), b"of the test\n").unwrap();
        let password = Password::new("of the test".to_owned());
        Keyfile::seal(&world.key(WORKER), &password, Cost::LOW).unwrap().write(&folder.join("worker.json")).unwrap();
        Self { world, folder }
    }

    fn config(&self) -> PathBuf {
        self.folder.join("hearthd.toml")
    }

    /// `hearthd init` by flags alone, at a door that is free now.
    fn init(&self) -> Output {
        let door = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let path = |path: &Path| path.display().to_string();
        let flags = [
            ("--config", path(&self.config())),
            ("--deployment", path(&self.world.record_path)),
            ("--rpc", self.world.host.rpc()),
            ("--owner", self.world.account(OWNER).address.clone()),
            ("--endpoint", format!("http://{door}")),
            ("--listen", door),
            ("--model-folder", path(&model())),
            ("--relay", self.world.host.beacon_url()),
            ("--price", "2usd".to_owned()),
            ("--attribute", "region=eu".to_owned()),
        ];
        let flags: Vec<String> = flags.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]).collect();
        hearthd("init", &flags)
    }

    /// A command of `hearthd` on this home.
    fn tell(&self, command: &str) -> Output {
        hearthd(command, &["--config".to_owned(), self.config().display().to_string()])
    }

    /// What `check` finds, and whether it finds all well.
    fn check(&self) -> (bool, String) {
        let output = self.tell("check");
        (output.status.success(), said(&output))
    }

    /// The owner adds the node that the card names, and bonds for it.
    fn register(&self) {
        let suite = self.world.suite();
        let card = Card::read(&self.folder.join("node-card.json")).unwrap();
        let bonds = &self.world.record.addresses.bonds;
        card.check("hearth-1", bonds).unwrap();
        let introduce = ExecuteMsg::Introduce { name: "paul".to_owned(), url: String::new() };
        let add = ExecuteMsg::AddNode { node: card.node, possession: card.possession };
        let messages = [introduce, add].map(|msg| suite.bonds().tell(&msg).unwrap());
        let owner = self.world.sender(OWNER);
        self.world.run(async {
            let added = owner.send(&messages).await.unwrap();
            let node = added.needed_event::<NodeAdded>(bonds).unwrap().node;
            owner.send(&[suite.token().bond(node, TokenAmount::new(1_000_000_000)).unwrap()]).await.unwrap();
        });
    }

    /// The configuration with another word in it, for as long as this looks at it.
    fn with<T>(&self, from: &str, to: &str, look: impl FnOnce() -> T) -> T {
        let text = std::fs::read_to_string(self.config()).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        std::fs::write(self.config(), text.replace(from, to)).unwrap();
        let seen = look();
        std::fs::write(self.config(), text).unwrap();
        seen
    }
}

fn hearthd(command: &str, flags: &[String]) -> Output {
    let mut hearthd = Command::new(built("hearthd"));
    hearthd.arg(command).args(flags).env_clear().stdin(Stdio::null());
    hearthd.output().unwrap()
}

fn said(output: &Output) -> String {
    [output.stdout.as_slice(), &output.stderr].map(String::from_utf8_lossy).concat()
}

/// The finding about something that is wrong.
fn wrong<'a>(found: &'a str, what: &str) -> &'a str {
    let start = found.find(&format!("WRONG {what}")).unwrap_or_else(|| panic!("{what} is not wrong: {found}"));
    &found[start..]
}

#[test]
fn a_worker_is_set_up_registered_found_well_and_told_about() {
    let home = Home::new();
    let made = home.init();
    assert!(made.status.success(), "{}", said(&made));
    assert!(said(&made).contains(&home.world.account(WORKER).address), "{}", said(&made));
    assert!(said(&home.init()).contains("--again"));
    let (well, found) = home.check();
    assert!(!well && wrong(&found, "node").contains("hearth node"), "{found}");
    home.register();
    let (well, found) = home.check();
    assert!(well, "{found}");
    for what in ["endpoint", "clock", "gas price", "gas coins", "node", "bond", "relay", "engine", "model", "door"] {
        assert!(found.contains(&format!("ok    {what}")), "{what}: {found}");
    }
    assert!(said(&home.tell("status")).contains("no worker answers"));
    runs_and_rests(&home);
}

/// The worker runs by what `init` wrote; `status` tells it, and afterwards what the journal remembers.
fn runs_and_rests(home: &Home) {
    let mut daemon = Daemon { home: home.folder.clone(), child: None };
    daemon.start(None);
    until(|| said(&home.tell("status")).contains("takes work").then_some(()));
    let (well, found) = home.check();
    assert!(well && found.contains("a worker answers at") && found.contains("written by a worker"), "{found}");
    assert!(daemon.stop(), "{}", daemon.log());
    let rests = said(&home.tell("status"));
    assert!(rests.contains("does not run") && rests.contains("last block"), "{rests}");
}

#[test]
fn what_is_wrong_is_named_with_its_remedy() {
    let home = Home::new();
    let made = home.init();
    assert!(made.status.success(), "{}", said(&made));
    home.register();
    let check = || home.check().1;
    let other = home.with("chain_id = \"hearth-1\"", "chain_id = \"hearth-2\"", check);
    assert!(wrong(&other, "deployment").contains("hearth-1") && other.contains("WRONG chain id"), "{other}");
    let silent = home.with(&home.world.host.rpc(), "http://127.0.0.1:1", check);
    assert!(wrong(&silent, "endpoint").contains("chain.rpc"), "{silent}");
    let dear = home.with("max_fee = 1000000", "max_fee = 10", check);
    assert!(wrong(&dear, "gas price").contains("chain.max_fee"), "{dear}");
    let foreign = home.with("0.025ucosm", "0.025uother", check);
    assert!(wrong(&foreign, "gas coins").contains("send uother"), "{foreign}");
    let greedy = home.with("max_spend = \"1usd\"", "max_spend = \"900000usd\"", check);
    assert!(wrong(&greedy, "bond").contains("hearth bond add"), "{greedy}");
    let relayless = home.with(&home.world.host.beacon_url(), "http://127.0.0.1:1", check);
    assert!(wrong(&relayless, "relay").contains("beacon.relays"), "{relayless}");
    let engineless = home.with("models/hearth-tiny", "models/none", check);
    assert!(wrong(&engineless, "engine").contains("[engine]"), "{engineless}");
    std::fs::write(home.folder.join("journal.sqlite"), "no journal").unwrap();
    let (_, spoilt) = home.check();
    assert!(wrong(&spoilt, "journal").contains("no journal of hearthd"), "{spoilt}");
}
