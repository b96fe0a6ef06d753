//! Asks whoever sits at the terminal, if anybody does.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use super::CommandError;

/// Somebody who may know.
pub trait Person {
    /// What is answered to a question; nothing where nobody is there. An empty answer takes what is usual.
    fn answer(&mut self, question: &str) -> Option<String>;
}

/// Whoever sits at the terminal; nobody where there is none.
#[derive(Debug)]
pub struct AtTerminal {
    there: bool,
}

impl AtTerminal {
    /// Looks whether anybody can be asked.
    pub fn new() -> Self {
        Self { there: std::io::stdin().is_terminal() && std::io::stderr().is_terminal() }
    }
}

impl Default for AtTerminal {
    fn default() -> Self {
        Self::new()
    }
}

impl Person for AtTerminal {
    fn answer(&mut self, question: &str) -> Option<String> {
        if !self.there {
            return None;
        }
        let mut err = std::io::stderr();
        write!(err, "{question} ").and_then(|()| err.flush()).ok()?;
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).ok()?;
        (read > 0).then(|| line.trim().to_owned())
    }
}

/// A question, and the flag that answers it beforehand.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// As in `--owner`.
    pub flag: &'static str,
    /// What is asked for.
    pub what: &'static str,
    /// What is taken where nothing else is said.
    pub usual: Option<&'static str>,
}

impl Question {
    /// The flag's value, or the person's answer, or what is usual.
    pub fn ask(&self, flag: Option<String>, person: &mut dyn Person) -> Result<String, CommandError> {
        if let Some(value) = flag {
            return Ok(value);
        }
        let usual = self.usual.map(|usual| format!(" [{usual}]")).unwrap_or_default();
        let said = person.answer(&format!("{}{usual}:", self.what)).filter(|said| !said.is_empty());
        let missing = CommandError::Missing { flag: self.flag, what: self.what };
        said.or_else(|| self.usual.map(str::to_owned)).ok_or(missing)
    }
}
