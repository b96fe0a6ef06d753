//! `hearth key`: keys, encrypted under a password.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use crate::command::answer::Answer;
use crate::command::context::Context;
use crate::command::secret;
use crate::command::table::{pairs, table};
use crate::error::Error;
use crate::files;
use crate::key::file::{Cost, Keyfile};
use crate::key::ring::Entry;
use crate::key::words::Words;
use crate::key::{SecretKey, address};

/// What is done with keys.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Makes a key of 24 new words.
    #[command(after_help = "Example:\n  hearth key new me --words-file words.txt --password-file password")]
    New {
        /// Its name.
        name: String,
        /// Where the words are written, for their owner alone; on a terminal they are shown where left out.
        #[arg(long, value_name = "FILE")]
        words_file: Option<PathBuf>,
    },
    /// Brings a key back from words, which are typed or come as a line of stdin; or watches an address.
    #[command(after_help = "Example:\n  hearth key import old --password-file password < words.txt")]
    Import {
        /// Its name.
        name: String,
        /// The address to watch: nothing is signed with it.
        #[arg(long, value_name = "ADDRESS")]
        watch: Option<String>,
        /// Which key of the words, from 0.
        #[arg(long, default_value_t = 0, conflicts_with = "watch")]
        index: u32,
    },
    /// Lists the keys.
    #[command(after_help = "Example:\n  hearth key list")]
    List,
    /// Shows a key's public half.
    #[command(after_help = "Example:\n  hearth key show me")]
    Show {
        /// Its name.
        name: String,
    },
    /// Writes an address, and nothing else.
    #[command(after_help = "Example:\n  hearth key export-address me")]
    ExportAddress {
        /// Its name.
        name: String,
    },
}

/// Runs the command.
pub fn run(context: &Context, verb: &Verb) -> Result<Answer, Error> {
    match verb {
        Verb::New { name, words_file } => new(context, name, words_file.as_ref()),
        Verb::Import { name, watch: Some(watched), .. } => watch(context, name, watched),
        Verb::Import { name, watch: None, index } => import(context, name, *index),
        Verb::List => list(context),
        Verb::Show { name } => show(context, name),
        Verb::ExportAddress { name } => {
            let address = context.ring().entry(name)?.address(&context.prefix())?;
            Ok(Answer::new(json!({ "address": address }), address))
        }
    }
}

fn new(context: &Context, name: &str, words_file: Option<&PathBuf>) -> Result<Answer, Error> {
    let voice = context.voice();
    if words_file.is_none() && !voice.can_ask() {
        let remedy = "--words-file FILE writes them where only you read them";
        return Err(Error::usage_hint("the words must go somewhere, and there is no terminal", remedy));
    }
    free(context, name)?;
    let password = secret::new_password(voice, context.flags().password_file.as_deref())?;
    let words = Words::random()?;
    if let Some(path) = words_file {
        if path.exists() {
            return Err(Error::file(path, "there is a file already; it is not overwritten"));
        }
        files::write_private(path, format!("{}\n", words.reveal()).as_bytes())?;
    }
    let answer = keep(context, name, &words.key(0)?, &password)?;
    if words_file.is_none() {
        voice
            .tell("Write these words down, in their order. Whoever has them has the key; nothing else brings it back.");
        voice.tell(words.reveal());
    }
    Ok(answer)
}

fn import(context: &Context, name: &str, index: u32) -> Result<Answer, Error> {
    free(context, name)?;
    let password = secret::new_password(context.voice(), context.flags().password_file.as_deref())?;
    let words = Words::read(&secret::words(context.voice())?)?;
    keep(context, name, &words.key(index)?, &password)
}

fn watch(context: &Context, name: &str, watched: &str) -> Result<Answer, Error> {
    address::read(watched, &context.prefix())?;
    context.ring().watch(name, watched)?;
    Ok(kept(name, watched, "watch"))
}

/// A name that is taken is told before anybody types a password.
fn free(context: &Context, name: &str) -> Result<(), Error> {
    let ring = context.ring();
    if ring.path(name)?.exists() {
        let (name, folder) = (name.to_owned(), ring.folder().to_owned());
        return Err(crate::key::KeyError::Exists { name, folder }.into());
    }
    Ok(())
}

fn keep(
    context: &Context,
    name: &str,
    key: &SecretKey,
    password: &crate::key::file::Password,
) -> Result<Answer, Error> {
    context.ring().keep(name, &Keyfile::seal(key, password, Cost::USUAL)?)?;
    Ok(kept(name, &crate::command::act::address_of(context, key)?, "key"))
}

fn kept(name: &str, address: &str, kind: &str) -> Answer {
    let data = json!({ "name": name, "address": address, "kind": kind });
    Answer::new(data, format!("{name}  {address}"))
}

fn described(context: &Context, name: &str) -> Result<Value, Error> {
    let entry = context.ring().entry(name)?;
    let address = entry.address(&context.prefix())?;
    Ok(match entry {
        Entry::Key(file) => json!({ "name": name, "address": address, "kind": "key", "public_key": file.public_key }),
        Entry::Watched(_) => json!({ "name": name, "address": address, "kind": "watch", "public_key": null }),
    })
}

fn list(context: &Context) -> Result<Answer, Error> {
    let names = context.ring().names()?;
    let keys = names.iter().map(|name| described(context, name)).collect::<Result<Vec<_>, _>>()?;
    let cell = |key: &Value, field: &str| key.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let rows = keys.iter().map(|key| ["name", "kind", "address"].map(|field| cell(key, field)).to_vec());
    let text = table(&["name", "kind", "address"], rows, "there is no key yet: hearth key new NAME makes one");
    Ok(Answer::new(json!({ "keys": keys }), text))
}

fn show(context: &Context, name: &str) -> Result<Answer, Error> {
    let data = described(context, name)?;
    let cell = |field: &str| data.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let text = pairs([
        ("name", cell("name")),
        ("kind", cell("kind")),
        ("address", cell("address")),
        ("public key", cell("public_key")),
    ]);
    Ok(Answer::new(data, text))
}
