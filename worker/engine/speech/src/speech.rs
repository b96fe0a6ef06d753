//! Tokens into text as they come: whole characters only, and nothing of a text that ends the answer.

use crate::{Error, Tokens};

/// A character has at most four bytes, and each may be a token, but broken ones may follow each other. After so many
/// tokens without a whole character the text is given as it is.
const UNFINISHED: usize = 64;

/// What was said so far, as far as it matters for what comes.
#[derive(Debug)]
pub struct Speech {
    /// Tokens whose text still shapes that of the next.
    window: Vec<u32>,
    /// How many of them have been written out.
    written: usize,
    /// Written out, but perhaps the beginning of a stop text.
    held: String,
    stops: Vec<String>,
}

impl Speech {
    /// Nothing is said yet; the first of these texts will end the answer.
    #[must_use]
    pub fn new(stops: &[String]) -> Self {
        let stops = stops.iter().filter(|stop| !stop.is_empty()).cloned().collect();
        Self { window: Vec::new(), written: 0, held: String::new(), stops }
    }

    /// The text that a token makes certain, and whether a stop text ended it.
    pub fn say(&mut self, tokens: &Tokens, token: u32) -> Result<(String, bool), Error> {
        self.window.push(token);
        let text = self.fresh(tokens)?;
        let unfinished = text.is_empty() || text.ends_with('\u{fffd}');
        if unfinished && self.waiting() < UNFINISHED {
            return Ok((String::new(), false));
        }
        if unfinished {
            self.written = self.window.len();
        }
        // What came before shapes the next token's text (a space in front, say) only as far as these tokens.
        self.window.drain(..self.written);
        self.written = self.window.len();
        self.held.push_str(&text);
        Ok(self.certain())
    }

    /// What is left at the end, and whether a stop text ended it.
    pub fn finish(&mut self, tokens: &Tokens) -> Result<(String, bool), Error> {
        let text = self.fresh(tokens)?;
        self.held.push_str(&text);
        let (mut certain, stopped) = self.certain();
        if !stopped {
            certain.push_str(&self.held);
        }
        Ok((certain, stopped))
    }

    fn waiting(&self) -> usize {
        self.window.len().saturating_sub(self.written)
    }

    /// The text of what has not been written out.
    fn fresh(&self, tokens: &Tokens) -> Result<String, Error> {
        let before = tokens.decode(self.window.get(..self.written).unwrap_or_default())?;
        let mut all = tokens.decode(&self.window)?;
        let same = all.char_indices().zip(before.chars()).take_while(|((_, a), b)| a == b);
        let common = same.map(|((at, char), _)| at.saturating_add(char.len_utf8())).last().unwrap_or_default();
        Ok(all.split_off(common))
    }

    /// Takes what can no longer be part of a stop text.
    fn certain(&mut self) -> (String, bool) {
        let found = self.stops.iter().filter_map(|stop| self.held.find(stop.as_str())).min();
        if let Some(at) = found {
            self.held.truncate(at);
            return (std::mem::take(&mut self.held), true);
        }
        let begins = |at: &usize| {
            let tail = self.held.get(*at..).unwrap_or_default();
            self.stops.iter().any(|stop| stop.starts_with(tail))
        };
        let kept = self.held.char_indices().map(|(at, _)| at).find(begins).unwrap_or(self.held.len());
        let rest = self.held.split_off(kept);
        (std::mem::replace(&mut self.held, rest), false)
    }
}
