//! Every command line of the root README and of the worker's, run as it stands.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use hearth_e2e::person::said;
use hearth_e2e::program::root;
use hearth_e2e::wait::until_or;
use hearth_e2e::{Person, Said, World, built};
use hearth_wallet::files;
use hearth_wallet::key::file::{Cost, Keyfile, Password};

use crate::scene::catalogue;

/// The READMEs that this file answers for.
const READMES: [&str; 2] = ["README.md", "worker/README.md"];

/// Lines that only a person runs: they build, measure or test the whole, install, or ask at a terminal.
const BY_A_PERSON: [&str; 22] = [
    "hearth key new me",
    "make demo",
    "DEMO_KEEP=1 make demo",
    "make test",
    "make check",
    "make devnet",
    "make judge",
    "DEMO_CHAIN=wasmd make demo",
    "make schema",
    "make vectors",
    "make artifacts",
    "make bench",
    ".ci/run",
    "JUDGE=0 .ci/run",
    "make flows",
    "FLOWS=deal make flows",
    "HEARTH_CHAIN=wasmd cargo test --workspace --test worker",
    "cargo install --path wallet",
    "cargo install --path worker",
    "HEARTH_CASES=1000 HEARTH_SEED=7 cargo test -p hearth-flows --test properties",
    "HEARTH_KILLS=20 HEARTH_AWAY=30 HEARTH_STRANGERS=100 cargo test --workspace --test worker",
    "GOLDEN=1 cargo test",
];

/// The story in which each of the others makes sense: who says it, in this order.
const STORY: [(&str, &str); 11] = [
    ("deployer", "hearth deploy run --plan plan.toml --yes"),
    (
        "provider",
        "hearthd init --deployment hearth-1.toml --owner wasm1… --endpoint https://node.example --model-folder models/hearth-tiny --price 2usd",
    ),
    ("provider", "hearth node register --card node-card.json --name Ember --yes"),
    ("provider", "hearth bond add 1 1000token --yes"),
    ("provider", "hearthd check"),
    ("provider", "hearthd bench --hourly 1.5usd"),
    ("worker", "hearthd run --config hearthd.toml --log json"),
    ("provider", "hearthd status"),
    ("client", "hearth account deposit 100token --yes"),
    ("client", "hearth run --model hearth-tiny \"What is Hearth?\""),
    ("client", "hearth chat --model hearth-tiny"),
];

/// The commands that a page shows: whole lines of its blocks, and what stands in backquotes in its text.
fn shown(page: &str) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    let mut block = None;
    for line in page.lines() {
        if let Some(language) = line.strip_prefix("```") {
            block = if block.is_some() { None } else { Some(language) };
        } else if block.is_some_and(|language| !["", "sh"].contains(&language)) {
            // A configuration, not a command.
        } else if block.is_some() || line.starts_with("    ") {
            let line = line.trim().trim_start_matches("$ ");
            shown.extend(is_command(line).then(|| line.to_owned()));
        } else {
            let spans = line.split('`').skip(1).step_by(2);
            shown.extend(spans.filter(|span| is_command(span)).map(str::to_owned));
        }
    }
    shown
}

/// Whether a text is a command, after the variables that it sets.
fn is_command(text: &str) -> bool {
    let is_variable = |word: &&str| word.split_once('=').is_some_and(|(name, _)| name.chars().all(is_upper));
    let mut words = text.split(' ').skip_while(is_variable);
    let program = words.next().unwrap_or_default();
    matches!(program, "hearth" | "hearthd" | "make" | "cargo" | "git") && words.next().is_some() || program == ".ci/run"
}

const fn is_upper(letter: char) -> bool {
    letter.is_ascii_uppercase() || letter == '_'
}

/// Whether a command is only named: it has words, and says nothing more.
fn is_name(command: &str) -> bool {
    command.starts_with("hearth")
        && command.split(' ').all(|word| word.chars().all(|letter| letter.is_ascii_lowercase()))
}

/// A line as words; some are in double quotes.
fn cut(line: &str) -> Vec<String> {
    let part = |(nth, part): (usize, &str)| match nth % 2 {
        0 => part.split_whitespace().map(ToOwned::to_owned).collect(),
        _ => vec![part.to_owned()],
    };
    line.split('"').enumerate().flat_map(part).collect()
}

/// The people of the story, on a chain whose suite is deployed already.
struct Story {
    deployer: Person,
    provider: Person,
    client: Person,
    /// Where the worker's door will be.
    door: String,
    worker: Option<Child>,
    world: World,
}

impl Story {
    fn begin() -> Self {
        let world = World::with(hearth_devnet::Config::default(), &catalogue());
        let people = [0, 1, 9].map(|nth| Person::of(&world, nth));
        let [deployer, provider, client] = people;
        std::fs::write(deployer.home().join("plan.toml"), hearth_e2e::world::plan(&world.host, &catalogue())).unwrap();
        let link = |to: &str, at: std::path::PathBuf| std::os::unix::fs::symlink(root().join(to), at).unwrap();
        link("artifacts", deployer.home().join("artifacts"));
        link("worker/engine/models", provider.home().join("models"));
        std::fs::copy(&world.record_path, provider.home().join("hearth-1.toml")).unwrap();
        // The worker's key is there already, and has coins for gas.
        files::write_private(&provider.home().join("password"), hearth_e2e::person::PASSWORD.as_bytes()).unwrap();
        let password = Password::new(hearth_e2e::person::PASSWORD.to_owned());
        Keyfile::seal(&world.key(5), &password, Cost::LOW)
            .unwrap()
            .write(&provider.home().join("worker.json"))
            .unwrap();
        let door = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        Self { deployer, provider, client, door, worker: None, world }
    }

    /// Says a line of somebody's, and expects it to succeed.
    fn say(&mut self, who: &str, line: &str) {
        let person = match who {
            "deployer" => &self.deployer,
            "client" => &self.client,
            _ => &self.provider,
        };
        // What is another's on each machine: the owner's address, and where the worker is reached.
        let own = [
            ("wasm1…", self.world.account(1).address.clone()),
            ("https://node.example", format!("http://{}", self.door)),
        ];
        let words = own.iter().fold(line.to_owned(), |line, (theirs, ours)| line.replace(theirs, ours));
        let words = cut(&words);
        let mut command = person.command(&[]);
        if words[0] == "hearthd" {
            command = beside(&command, &built("hearthd"));
        }
        command.args(&words[1..]);
        if who == "worker" {
            let log = std::fs::File::create(person.home().join("log")).unwrap();
            self.worker = Some(command.stdout(Stdio::null()).stderr(log).spawn().unwrap());
            return self.serves();
        }
        let told = if line.starts_with("hearth chat") { "What is burned?\n/quit\n" } else { "" };
        let ended = tell(command, told);
        assert_eq!(ended.code, 0, "{line}: {ended:?}\n{}", self.log());
        if line.starts_with("hearthd init") {
            self.moved();
        }
    }

    /// Fits what `init` takes where nothing is said to this machine: no port is fixed here, and no network is there.
    fn moved(&self) {
        let path = self.provider.home().join("hearthd.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let relays = text.lines().find(|line| line.starts_with("relays = ")).unwrap();
        let text = text
            .replace("http://127.0.0.1:26657", &self.world.host.rpc())
            .replace("0.0.0.0:8080", &self.door)
            .replace(relays, &format!("relays = [\"{}\"]", self.world.host.beacon_url()));
        std::fs::write(path, text).unwrap();
    }

    /// Waits until the worker takes work, and its offer stands.
    fn serves(&self) {
        let suite = self.world.suite();
        let class = hearth_schema::unit::ClassId(1);
        let stands = || self.world.run(async { suite.market().book(class, None).await.unwrap() });
        until_or(|| (!stands().is_empty()).then_some(()), || self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.provider.home().join("log")).unwrap_or_default()
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        if let Some(mut worker) = self.worker.take() {
            let _ = worker.kill();
            let _ = worker.wait();
        }
    }
}

/// Another program, run as this one would be.
fn beside(command: &Command, program: &Path) -> Command {
    let mut other = Command::new(program);
    other.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    other.current_dir(command.get_current_dir().unwrap());
    other.stdout(Stdio::piped()).stderr(Stdio::piped());
    other
}

fn tell(mut command: Command, stdin: &str) -> Said {
    use std::io::Write as _;
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // It may have ended before it read.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    said(child)
}

#[test]
fn every_command_line_of_the_readmes_is_known_and_those_that_can_be_are_run() {
    let pages = READMES.map(|page| std::fs::read_to_string(root().join(page)).unwrap());
    let shown: BTreeSet<String> = pages.iter().flat_map(|page| shown(page)).collect();
    let told: BTreeSet<String> = STORY.iter().map(|(_, line)| *line).chain(BY_A_PERSON).map(str::to_owned).collect();
    let gone: Vec<_> = told.difference(&shown).collect();
    assert!(gone.is_empty(), "no README says {gone:?}");
    for name in shown.difference(&told) {
        assert!(is_name(name), "nobody runs `{name}`: give it a place in the story");
        let words = cut(name);
        let help = Command::new(built(&words[0])).args(&words[1..]).arg("--help").output().unwrap();
        assert!(help.status.success(), "{name}: {help:?}");
    }
    let makefile = std::fs::read_to_string(root().join("Makefile")).unwrap();
    for target in BY_A_PERSON.iter().filter_map(|line| line.split_once("make ")) {
        assert!(makefile.contains(&format!("\n{}:", target.1)), "make {}", target.1);
    }
    let mut story = Story::begin();
    for (who, line) in STORY {
        story.say(who, line);
    }
}
