//! How a model reads a prompt and writes an answer, with no need for its weights.

use std::path::Path;

use crate::{Chat, Error, Files, Message, Speech, Tokens, chat, tokens};

/// A model's tokenizer and chat template.
#[derive(Debug)]
pub struct Tongue {
    tokens: Tokens,
    chat: Option<Chat>,
}

impl Tongue {
    /// The files that it is made of; of each model those that it has.
    pub const FILES: [&str; 3] = [tokens::FILE, chat::CONFIG, chat::TEMPLATE];

    /// The tongue of the model in a folder.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        Ok(Self { tokens: Tokens::load(folder)?, chat: Chat::load(folder)? })
    }

    /// The tongue of the model that has these files, out of contents that a stranger sent. Each is checked against its
    /// digest, and none that the model has may be left out; whether the files are the model's, their common digest shows.
    pub fn parse(files: &Files, content: impl Fn(&str) -> Option<Vec<u8>>) -> Result<Self, Error> {
        let find = |name: &str| {
            if !files.has(name) {
                return Ok(None);
            }
            let content = content(name).ok_or_else(|| Error::load(name, "it is missing: get it too"))?;
            files.check(name, &content).map(|()| Some(content))
        };
        let tokens = find(tokens::FILE)?.ok_or_else(|| Error::load(tokens::FILE, "the model has no such file"))?;
        let (config, template) = (find(chat::CONFIG)?, find(chat::TEMPLATE)?);
        Ok(Self { tokens: Tokens::parse(&tokens)?, chat: Chat::parse(config.as_deref(), template.as_deref())? })
    }

    /// The tokens of a plain text, which may be `most`.
    pub fn read(&self, text: &str, most: usize) -> Result<Vec<u32>, Error> {
        self.tokens.encode(text, true, most)
    }

    /// The tokens of a conversation up to where the model goes on, which may be `most`.
    pub fn read_chat(&self, messages: &[Message], most: usize) -> Result<Vec<u32>, Error> {
        let none = || Error::Prompt("this model has no chat template: send plain text".into());
        self.tokens.encode(&self.chat.as_ref().ok_or_else(none)?.write(messages)?, false, most)
    }

    /// The text of an answer's tokens as an engine writes them, up to the first of these stop texts.
    pub fn say(&self, tokens: &[u32], stops: &[String]) -> Result<String, Error> {
        let mut speech = Speech::new(stops);
        let mut said = String::new();
        for token in tokens {
            let (text, stopped) = speech.say(&self.tokens, *token)?;
            said.push_str(&text);
            if stopped {
                return Ok(said);
            }
        }
        said.push_str(&speech.finish(&self.tokens)?.0);
        Ok(said)
    }
}

#[cfg(test)]
#[path = "tongue_tests.rs"]
mod tests;
