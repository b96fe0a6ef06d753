//! Profiles, and the folder in which everything of a person is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::chain::Chain;
use crate::command::answer::{Answer, to_value};
use crate::command::context::Context;
use crate::command::table::table;
use crate::error::Error;
use crate::files;

/// What is done with profiles.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Shows the profiles.
    #[command(after_help = "Example:\n  hearth config show")]
    Show,
    /// Adds a profile, or writes it anew; the first becomes the default.
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
    /// Makes a profile the default.
    #[command(after_help = "Example:\n  hearth config use local")]
    Use {
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
            Error::usage_hint(
                format!("{} cannot be read: {what}", path.display()),
                "hearth config add writes a profile",
            )
        })
    }

    fn write(&self, path: &Path) -> Result<(), Error> {
        let text = toml::to_string_pretty(self).map_err(|error| Error::file(path, error))?;
        files::write_private(path, text.as_bytes())
    }

    /// The profile of this name, or the default one; nothing where no name is given and there is no default.
    pub fn profile(&self, name: Option<&str>) -> Result<Option<&Profile>, Error> {
        let Some(name) = name.or(self.default.as_deref()) else { return Ok(None) };
        let missing = || Error::usage_hint(format!("there is no profile `{name}`"), "hearth config show lists them");
        self.profiles.get(name).map(Some).ok_or_else(missing)
    }
}

/// Runs the command.
pub fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    let path = context.home().join("config.toml");
    let mut config = Config::read(&path)?;
    match verb {
        Verb::Show => return Ok(shown(&path, &config)),
        Verb::Add { name, prefix } => {
            let chain = Chain { prefix: prefix.clone(), ..context.chain()?.clone() };
            let flags = context.flags();
            let (key, deployment) = (flags.key.clone(), flags.deployment.clone());
            let profile = Profile { key, deployment, password_file: flags.password_file.clone(), chain };
            config.profiles.insert(name.clone(), profile);
            config.default.get_or_insert_with(|| name.clone());
        }
        Verb::Use { name } => {
            config.profile(Some(name))?;
            config.default = Some(name.clone());
        }
    }
    files::private_folder(context.home())?;
    config.write(&path)?;
    Ok(shown(&path, &config))
}

fn shown(path: &Path, config: &Config) -> Answer {
    let data = json!({ "file": path, "default": config.default, "profiles": to_value(&config.profiles) });
    let mark = |name: &String| if config.default.as_ref() == Some(name) { "*" } else { "" };
    let rows = config.profiles.iter().map(|(name, profile)| {
        let key = profile.key.clone().unwrap_or_default();
        let rpc = profile.chain.rpc.iter().map(|url| crate::chain::client::shown(url)).collect::<Vec<_>>().join(" ");
        vec![mark(name).to_owned(), name.clone(), profile.chain.id.clone(), rpc, key]
    });
    Answer::new(data, table(&["", "profile", "chain", "rpc", "key"], rows))
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
