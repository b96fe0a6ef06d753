//! Profiles, and the folder in which everything of a person is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::chain::Chain;
use crate::command::answer::{Answer, to_value};
use crate::command::context;
use crate::command::line::Flags;
use crate::command::table::table;
use crate::error::Error;
use crate::files;

/// The file of the profiles, in the folder of everything.
pub const FILE: &str = "config.toml";
/// How a profile is added.
const ADD: &str = "hearth config add NAME --chain-id ID --rpc URL";

/// What is done with profiles.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Shows the profiles.
    #[command(after_help = "Example:\n  hearth config show")]
    Show,
    /// Writes where the file of the profiles is, and nothing else.
    #[command(after_help = "Example:\n  hearth config path")]
    Path,
    /// Adds a profile, or writes it anew, from --chain-id, --rpc and what else is given; the first becomes the default.
    #[command(
        after_help = "Example:\n  hearth config add local --chain-id hearth-1 --rpc http://127.0.0.1:26657 --key me"
    )]
    Add {
        /// Its name.
        name: String,
        /// What the chain's addresses begin with.
        #[arg(long, default_value = "wasm")]
        prefix: String,
    },
    /// Changes of a profile what is given, and leaves the rest.
    #[command(after_help = "Example:\n  hearth config set local --gas-price 0.03ucosm")]
    Set {
        /// Its name.
        name: String,
        /// What the chain's addresses begin with.
        #[arg(long)]
        prefix: Option<String>,
    },
    /// Makes a profile the default.
    #[command(after_help = "Example:\n  hearth config use local")]
    Use {
        /// Its name.
        name: String,
    },
    /// Removes a profile; keys and deployments stay.
    #[command(after_help = "Example:\n  hearth config remove local")]
    Remove {
        /// Its name.
        name: String,
    },
}

/// `config.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The profile that is used where none is named.
    pub default: Option<String>,
    /// The profiles, by name.
    #[serde(default)]
    pub profiles: BTreeMap<String, Profile>,
}

/// A profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The key that signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The deployment's record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment: Option<PathBuf>,
    /// The file whose first line is the key's password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// The chain.
    pub chain: Chain,
}

impl Config {
    /// Reads the file; where there is none, there are no profiles.
    pub fn read(path: &Path) -> Result<Self, Error> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        toml::from_str(&text).map_err(|error| {
            let what = crate::deploy::file::one_line(&error.to_string());
            let remedy = "mend it there, or move it away and write it anew by hearth config add";
            Error::usage_hint(format!("{} cannot be read: {what}", path.display()), remedy)
        })
    }

    fn write(&self, path: &Path) -> Result<(), Error> {
        let text = toml::to_string_pretty(self).map_err(|error| Error::file(path, error))?;
        files::write_private(path, text.as_bytes())
    }

    fn missing(&self, name: &str) -> Error {
        let names: Vec<&str> = self.profiles.keys().map(String::as_str).collect();
        let hint = if names.is_empty() { ADD.to_owned() } else { format!("profiles: {}", names.join(", ")) };
        Error::usage_hint(format!("there is no profile `{name}`"), hint)
    }

    /// The profile of this name, or the default one; nothing where no name is given and there is no default.
    pub fn profile(&self, name: Option<&str>) -> Result<Option<&Profile>, Error> {
        let Some(name) = name.or(self.default.as_deref()) else { return Ok(None) };
        self.profiles.get(name).map(Some).ok_or_else(|| self.missing(name))
    }
}

/// Runs the command. It reads the file by itself: a profile that is not there must not keep one from adding it.
pub fn run(flags: &Flags, verb: &Verb) -> Result<Answer, Error> {
    let home = context::home(flags)?;
    let path = home.join(FILE);
    if matches!(verb, Verb::Path) {
        return Ok(Answer::new(json!({ "file": path }), path.display().to_string()));
    }
    let mut config = Config::read(&path)?;
    match verb {
        Verb::Show | Verb::Path => return Ok(shown(&path, &config)),
        Verb::Add { name, prefix } => {
            let Some(id) = flags.chain_id.clone().filter(|_| !flags.rpc.is_empty()) else {
                return Err(Error::usage_hint("a profile needs its chain's id and a node of it", ADD));
            };
            let chain = Chain { prefix: prefix.clone(), ..Chain::new(id, Vec::new()) };
            let mut profile = Profile { key: None, deployment: None, password_file: None, chain };
            profile.set(flags)?;
            config.profiles.insert(name.clone(), profile);
            config.default.get_or_insert_with(|| name.clone());
        }
        Verb::Set { name, prefix } => {
            let mut profile = config.profile(Some(name))?.cloned().ok_or_else(|| config.missing(name))?;
            let before = profile.clone();
            profile.set(flags)?;
            profile.chain.prefix = prefix.clone().unwrap_or(profile.chain.prefix);
            if profile == before {
                let remedy = "as in hearth config set NAME --rpc URL; hearth config set --help lists what can be set";
                return Err(Error::usage_hint(format!("nothing of the profile `{name}` changes"), remedy));
            }
            config.profiles.insert(name.clone(), profile);
        }
        Verb::Use { name } => {
            config.profile(Some(name))?;
            config.default = Some(name.clone());
        }
        Verb::Remove { name } => {
            config.profiles.remove(name).ok_or_else(|| config.missing(name))?;
            config.default = config.default.filter(|default| default != name);
        }
    }
    files::private_folder(&home)?;
    config.write(&path)?;
    Ok(shown(&path, &config))
}

impl Profile {
    /// What was given by flags or the environment. A file is meant from where the person is now.
    fn set(&mut self, flags: &Flags) -> Result<(), Error> {
        let absolute = |file: &PathBuf| std::path::absolute(file).map_err(|error| Error::file(file, error));
        context::over(&mut self.chain, flags)?;
        self.key = flags.key.clone().or(self.key.take());
        self.deployment = flags.deployment.as_ref().map(absolute).transpose()?.or(self.deployment.take());
        // Stdin is no place to keep.
        let password = flags.password_file.as_ref().filter(|file| *file != Path::new("-"));
        self.password_file = password.map(absolute).transpose()?.or(self.password_file.take());
        Ok(())
    }
}

fn shown(path: &Path, config: &Config) -> Answer {
    let data = json!({ "file": path, "default": config.default, "profiles": to_value(&config.profiles) });
    let mark = |name: &String| if config.default.as_ref() == Some(name) { "*" } else { "" };
    let rows = config.profiles.iter().map(|(name, profile)| {
        let key = profile.key.clone().unwrap_or_default();
        let rpc = profile.chain.rpc.iter().map(|url| crate::chain::client::shown(url)).collect::<Vec<_>>().join(" ");
        vec![mark(name).to_owned(), name.clone(), profile.chain.id.clone(), rpc, key]
    });
    Answer::new(data, table(&["", "profile", "chain", "rpc", "key"], rows, &format!("there is no profile yet: {ADD}")))
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
