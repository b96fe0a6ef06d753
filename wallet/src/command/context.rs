//! What a command works with: flags over environment over profile.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hearth_schema::cw20::TokenInfo;
use hearth_schema::unit::{Amount, TokenAmount};

use crate::amount;
use crate::chain::{Chain, Client};
use crate::command::answer::Voice;
use crate::command::config::{self, Config, Profile};
use crate::command::line::Flags;
use crate::command::secret;
use crate::deploy::Record;
use crate::error::Error;
use crate::key::file::Password;
use crate::key::{Ring, SecretKey};
use crate::suite::Suite;

/// What a command works with.
#[derive(Debug)]
pub struct Context {
    home: PathBuf,
    flags: Flags,
    profile: Option<Profile>,
    chain: Option<Chain>,
    voice: Voice,
}

impl Context {
    /// Reads the profile and puts the flags over it.
    pub fn open(flags: &Flags, voice: Voice) -> Result<Self, Error> {
        let home = home(flags)?;
        let config = Config::read(&home.join(config::FILE))?;
        let profile = config.profile(flags.profile.as_deref())?.cloned();
        let chain = chain_of(profile.as_ref(), flags)?;
        Ok(Self { home, flags: flags.clone(), profile, chain, voice })
    }

    /// The folder of everything.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The flags.
    pub const fn flags(&self) -> &Flags {
        &self.flags
    }

    /// How to speak.
    pub const fn voice(&self) -> Voice {
        self.voice
    }

    /// The chain's settings.
    pub fn chain(&self) -> Result<&Chain, Error> {
        self.chain.as_ref().ok_or_else(|| {
            let remedy = "hearth config add NAME --chain-id ID --rpc URL, or give --chain-id and --rpc";
            Error::usage_hint("no chain is named", remedy)
        })
    }

    /// What addresses begin with.
    pub fn prefix(&self) -> String {
        self.chain.as_ref().map_or_else(|| "wasm".to_owned(), |chain| chain.prefix.clone())
    }

    /// A client of the chain.
    pub fn client(&self) -> Result<Client, Error> {
        Client::new(self.chain()?.clone())
    }

    /// Where the deployment's record stands.
    pub fn record_path(&self) -> Result<PathBuf, Error> {
        let named = self.flags.deployment.clone();
        let named = named.or_else(|| self.profile.as_ref().and_then(|profile| profile.deployment.clone()));
        Ok(match named {
            Some(path) => path,
            None => Path::new("artifacts/deployments").join(format!("{}.toml", self.chain()?.id)),
        })
    }

    /// The deployment's record.
    pub fn record(&self) -> Result<Record, Error> {
        let path = self.record_path()?;
        if !path.exists() {
            let what = format!("there is no deployment of {} at {}", self.chain()?.id, path.display());
            return Err(Error::usage_hint(what, "name its record by --deployment FILE, or in the profile"));
        }
        Record::read(&path)
    }

    /// The deployment.
    pub fn suite(&self) -> Result<Suite, Error> {
        let client = self.client()?;
        self.record()?.suite(client)
    }

    /// The keys.
    pub fn ring(&self) -> Ring {
        Ring::at(self.home.join("keys"))
    }

    /// The name of the key that signs.
    pub fn key_name(&self) -> Result<String, Error> {
        let named = self.flags.key.clone().or_else(|| self.profile.as_ref().and_then(|profile| profile.key.clone()));
        named.ok_or_else(|| {
            let none = self.ring().names().is_ok_and(|names| names.is_empty());
            let remedy = if none { "hearth key new NAME makes one" } else { "hearth key list says which there are" };
            Error::usage_hint("no key is named", format!("{remedy}; name it by --key NAME, or in the profile"))
        })
    }

    /// The address of the key that signs; the key is not opened.
    pub fn address(&self) -> Result<String, Error> {
        Ok(self.ring().entry(&self.key_name()?)?.address(&self.prefix())?)
    }

    /// The password of the keys.
    pub fn password(&self, purpose: &str) -> Result<Password, Error> {
        let file = self.flags.password_file.clone();
        let file = file.or_else(|| self.profile.as_ref().and_then(|profile| profile.password_file.clone()));
        secret::password(self.voice, file.as_deref(), purpose)
    }

    /// Opens the key that signs; the password with it, for what has to be sealed beside.
    pub fn signer(&self) -> Result<(Arc<SecretKey>, Password), Error> {
        let name = self.key_name()?;
        // One that cannot sign is told before anybody is asked for a password.
        if let crate::key::ring::Entry::Watched(_) = self.ring().entry(&name)? {
            return Err(crate::key::KeyError::WatchOnly { name }.into());
        }
        let password = self.password(&format!("password of {name}"))?;
        Ok((Arc::new(self.ring().open(&name, &password)?), password))
    }

    /// An address of this chain, or the own one.
    pub fn address_or_own(&self, named: Option<&String>) -> Result<String, Error> {
        match named {
            Some(text) => {
                crate::key::address::read(text, &self.prefix())?;
                Ok(text.clone())
            }
            None => self.address(),
        }
    }
}

/// The token's name and digits, for reading and showing amounts.
#[derive(Clone, Debug)]
pub struct Money {
    info: TokenInfo,
}

impl Money {
    /// The token of this deployment.
    pub async fn of(suite: &Suite) -> Result<Self, Error> {
        Ok(Self { info: suite.token().info().await? })
    }

    /// Tokens as a person writes them.
    pub fn read(&self, text: &str) -> Result<TokenAmount, Error> {
        let amount = amount::tokens(text, self.info.decimals, &self.info.symbol)?;
        if amount.is_zero() { Err(Error::usage(format!("`{text}` is nothing"))) } else { Ok(amount) }
    }

    /// Tokens for a person.
    pub fn show(&self, amount: TokenAmount) -> String {
        amount::show_tokens(amount, self.info.decimals, &self.info.symbol)
    }

    /// What an account holds, for a person.
    pub fn show_amount(&self, amount: Amount) -> String {
        self.show(amount.tokens())
    }

    /// The token's digits.
    pub const fn decimals(&self) -> u8 {
        self.info.decimals
    }

    /// All tokens that there are.
    pub const fn supply(&self) -> TokenAmount {
        self.info.total_supply
    }
}

fn chain_of(profile: Option<&Profile>, flags: &Flags) -> Result<Option<Chain>, Error> {
    let mut chain = match (profile, &flags.chain_id) {
        (Some(profile), _) => profile.chain.clone(),
        (None, Some(id)) => Chain::new(id.clone(), Vec::new()),
        (None, None) => return Ok(None),
    };
    over(&mut chain, flags)?;
    Ok(Some(chain))
}

/// Puts the flags over a chain's settings.
pub(super) fn over(chain: &mut Chain, flags: &Flags) -> Result<(), Error> {
    if let Some(id) = &flags.chain_id {
        chain.id.clone_from(id);
    }
    if !flags.rpc.is_empty() {
        chain.rpc.clone_from(&flags.rpc);
    }
    if let Some(price) = &flags.gas_price {
        chain.gas_price = price.parse()?;
    }
    Ok(())
}

/// The folder of everything.
pub(super) fn home(flags: &Flags) -> Result<PathBuf, Error> {
    let of_user = || std::env::home_dir().map(|home| home.join(".hearth"));
    flags
        .home
        .clone()
        .or_else(of_user)
        .ok_or_else(|| Error::usage_hint("there is no home folder", "name one by --home DIR"))
}
