//! The worked example in the help of every command, and every line of a README, run as they stand.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::{Command, CommandFactory as _};
use hearth_e2e::{Person, World, program};
use hearth_wallet::command::line::Line;
use hearth_wallet::key::Signer as _;

/// An example of the help.
pub(crate) struct Example {
    /// Which command's.
    pub(crate) path: String,
    /// Its words after `hearth`, without a redirection.
    pub(crate) words: Vec<String>,
    /// The file on its stdin.
    pub(crate) stdin: Option<String>,
}

/// Cuts a line of a shell as far as examples use one: words in double quotes, stdin by `<`.
pub(crate) fn read(path: &str, line: &str) -> Example {
    let words = line.strip_prefix("hearth ").unwrap_or_else(|| panic!("{path}: `{line}` does not run hearth"));
    let (words, stdin) = words.split_once(" < ").map_or((words, None), |(words, file)| (words, Some(file.to_owned())));
    let cut = |(nth, part): (usize, &str)| match nth % 2 {
        0 => part.split_whitespace().map(ToOwned::to_owned).collect(),
        _ => vec![part.to_owned()],
    };
    let words = words.split('"').enumerate().flat_map(cut).collect();
    Example { path: path.to_owned(), words, stdin }
}

/// The examples of all commands that do something, in the order of the help.
pub(crate) fn examples() -> Vec<Example> {
    let mut found = Vec::new();
    gather(&Line::command(), "hearth", &mut found);
    found
}

fn gather(command: &Command, path: &str, found: &mut Vec<Example>) {
    let verbs: Vec<&Command> = command.get_subcommands().filter(|verb| verb.get_name() != "help").collect();
    if verbs.is_empty() {
        let help = command.get_after_help().unwrap_or_else(|| panic!("{path} has no example")).to_string();
        let line = help.strip_prefix("Example:\n  ").unwrap_or_else(|| panic!("{path}: {help}"));
        assert_eq!(line.lines().count(), 1, "{path}: one example");
        assert!(line.starts_with(path), "{path}: `{line}` shows another command");
        found.push(read(path, line));
    }
    for verb in verbs {
        gather(verb, &format!("{path} {}", verb.get_name()), found);
    }
}

/// The story in which each example makes sense: who says it, in this order.
const STORY: &[(&str, &str)] = &[
    ("deployer", "hearth completions"),
    ("newcomer", "hearth key new"),
    ("newcomer", "hearth key import"),
    ("newcomer", "hearth key list"),
    ("newcomer", "hearth key show"),
    ("newcomer", "hearth key export-address"),
    ("newcomer", "hearth config add"),
    ("newcomer", "hearth config set"),
    ("newcomer", "hearth config use"),
    ("newcomer", "hearth config show"),
    ("newcomer", "hearth config path"),
    ("newcomer", "hearth config remove"),
    ("deployer", "hearth deploy plan"),
    ("deployer", "hearth deploy run"),
    ("deployer", "hearth deploy status"),
    ("deployer", "hearth deploy verify"),
    ("deployer", "hearth price push"),
    ("deployer", "hearth price feed"),
    ("deployer", "hearth price show"),
    ("deployer", "hearth doctor"),
    ("deployer", "hearth model list"),
    ("deployer", "hearth model digest"),
    ("deployer", "hearth class list"),
    ("provider", "hearth node register"),
    ("provider", "hearth node show"),
    ("provider", "hearth bond add"),
    ("provider", "hearth bond unbond"),
    ("provider", "hearth bond withdraw"),
    ("provider", "hearth bond show"),
    ("provider", "hearth offer place"),
    ("provider", "hearth offer amend"),
    ("provider", "hearth offer refresh"),
    ("provider", "hearth offer list"),
    ("client", "hearth account deposit"),
    ("client", "hearth account show"),
    ("client", "hearth book show"),
    ("client", "hearth book depth"),
    ("client", "hearth run"),
    ("client", "hearth chat"),
    ("client", "hearth receipt check"),
    ("client", "hearth deal take"),
    ("client", "hearth deal list"),
    ("client", "hearth deal show"),
    ("client", "hearth deal close"),
    ("client", "hearth deal contest"),
    ("later", "hearth deal expire"),
    ("client", "hearth deal sweep"),
    ("client", "hearth account withdraw"),
    ("provider", "hearth account claim"),
    ("provider", "hearth account send"),
    ("provider", "hearth offer cancel"),
    ("client", "hearth tx show"),
    ("client", "hearth tx resume"),
    ("client", "hearth show"),
];

/// The people of the story, on a chain whose suite is deployed already.
pub(crate) struct Story {
    pub(crate) world: World,
    deployer: Person,
    provider: Person,
    client: Person,
    newcomer: Person,
}

impl Story {
    pub(crate) fn begin() -> Self {
        let world = World::start();
        let (deployer, provider, client) = (Person::of(&world, 0), Person::of(&world, 1), Person::of(&world, 2));
        let newcomer = Person::new();
        let plan = hearth_e2e::world::plan(&world.host, &hearth_e2e::world::catalogue());
        std::fs::write(deployer.home().join("plan.toml"), plan).unwrap();
        std::os::unix::fs::symlink(program::root().join("artifacts"), deployer.home().join("artifacts")).unwrap();
        let models = program::root().join("worker/engine/models");
        std::os::unix::fs::symlink(models.join("hearth-tiny"), deployer.home().join("hearth-tiny")).unwrap();
        std::fs::write(deployer.home().join("price.txt"), "0.5usd\n").unwrap();
        let card = crate::market::card(&world, 1, &world.key(9));
        std::fs::copy(card, provider.home().join("node-card.json")).unwrap();
        Self { world, deployer, provider, client, newcomer }
    }

    fn who(&self, name: &str) -> &Person {
        match name {
            "deployer" => &self.deployer,
            "provider" => &self.provider,
            "newcomer" => &self.newcomer,
            "client" => &self.client,
            "later" => {
                self.world.pass(Duration::from_secs(700));
                self.world.push_price(hearth_e2e::world::PRICE);
                &self.client
            }
            other => panic!("{other} is nobody"),
        }
    }

    /// Says a line of somebody's, and expects it to succeed.
    pub(crate) fn say(&self, who: &str, example: &Example) {
        let person = self.who(who);
        let words: Vec<&str> = example.words.iter().map(String::as_str).collect();
        let said = match &example.stdin {
            Some(file) => person.hearth_told(&words, &std::fs::read_to_string(person.home().join(file)).unwrap()),
            None => person.hearth(&words),
        };
        // In the story nothing has finished unbonding, no node answers, and nothing was committed: that is said.
        let code = match example.path.as_str() {
            "hearth bond withdraw" => 3,
            "hearth deal contest" => 2,
            "hearth receipt check" => 1,
            _ => 0,
        };
        assert_eq!(said.code, code, "{}: {said:?}", example.path);
    }
}

#[test]
fn the_example_of_every_command_does_what_it_says() {
    let examples = examples();
    let told: BTreeSet<&str> = STORY.iter().map(|(_, path)| *path).collect();
    let known: BTreeSet<&str> = examples.iter().map(|example| example.path.as_str()).collect();
    assert_eq!(told, known, "the story has every command");
    let story = Story::begin();
    for (who, path) in STORY {
        story.say(who, examples.iter().find(|example| example.path == *path).unwrap());
    }
    crate::market::books_balance(&story.world);
}

#[test]
fn every_line_of_the_readme_is_run() {
    let readme = std::fs::read_to_string(program::root().join("wallet/README.md")).unwrap();
    let mut lines = Vec::new();
    let mut who = None;
    for line in readme.lines() {
        match line.trim_end() {
            fence if fence.starts_with("```") => who = fence.strip_prefix("```sh ").map(ToOwned::to_owned),
            line if who.is_some() && line.starts_with("hearth ") => lines.push((who.clone().unwrap(), line.to_owned())),
            _ => {}
        }
    }
    assert!(lines.len() >= 15, "{lines:?}");
    let story = Story::begin();
    for (who, line) in lines {
        story.say(&who, &read(&line, &line));
    }
    assert_eq!(story.world.key(1).address("wasm").unwrap(), story.world.account(1).address);
}
