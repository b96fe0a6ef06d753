//! Passwords and words: from a terminal, a file or stdin; never from an argument or the environment.

use std::fs;
use std::io::BufRead as _;
use std::path::Path;

use zeroize::Zeroizing;

use crate::command::answer::Voice;
use crate::error::Error;
use crate::key::KeyError;
use crate::key::file::Password;

/// The password: the first line of the file, or of stdin where that is `-`; else a person is asked.
pub fn password(voice: Voice, file: Option<&Path>, purpose: &str) -> Result<Password, Error> {
    match file {
        Some(path) if path == Path::new("-") => line("a password"),
        Some(path) => first_line(path),
        None if voice.can_ask() => ask(purpose),
        None => Err(KeyError::NoTerminal.into()),
    }
}

/// A new password, which a person has to type twice.
pub fn new_password(voice: Voice, file: Option<&Path>) -> Result<Password, Error> {
    let password = password(voice, file, "new password")?;
    if password.is_empty() {
        return Err(Error::usage("an empty password guards nothing"));
    }
    if file.is_none() && *ask("the same again")? != *password {
        return Err(Error::usage("the two passwords differ: nothing was kept"));
    }
    Ok(password)
}

/// Words that bring a key back: typed unseen, or a line of stdin.
pub fn words(voice: Voice) -> Result<Password, Error> {
    if voice.can_ask() { ask("words") } else { line("the words") }
}

fn ask(what: &str) -> Result<Password, Error> {
    let typed = rpassword::prompt_password(format!("{what}: ")).map_err(|error| Error::file("/dev/tty", error))?;
    Ok(Zeroizing::new(typed))
}

fn first_line(path: &Path) -> Result<Password, Error> {
    let text = Zeroizing::new(fs::read_to_string(path).map_err(|error| Error::file(path, error))?);
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn line(what: &str) -> Result<Password, Error> {
    let mut text = Zeroizing::new(String::new());
    let read = std::io::stdin().lock().read_line(&mut text).map_err(|error| Error::file("/dev/stdin", error))?;
    if read == 0 {
        return Err(Error::usage_hint(format!("{what} is missing: stdin is empty"), "write it there as a line"));
    }
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
