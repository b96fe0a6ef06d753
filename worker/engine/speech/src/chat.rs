//! A conversation written out as the model was trained to read it.
//!
//! Deliberately absent: the clock (`strftime_now`), so that one conversation always has the same tokens.

use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, ErrorKind, context};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::file::read;

const MOST_BYTES: u64 = 16 << 20;
/// The file that names the marks of a conversation, and in most models holds the template.
pub(crate) const CONFIG: &str = "tokenizer_config.json";
/// The file that holds the template in the others.
pub(crate) const TEMPLATE: &str = "chat_template.jinja";
/// Steps of a template; those of real models take some thousand for a long conversation.
const FUEL: u64 = 10_000_000;

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `system`, `user` or `assistant`.
    pub role: String,
    /// What was said.
    pub content: String,
}

/// A model's chat template.
#[derive(Debug)]
pub struct Chat {
    environment: Environment<'static>,
    begin: String,
    end: String,
}

#[derive(Default, Deserialize)]
struct Written {
    chat_template: Option<Templates>,
    bos_token: Option<Marker>,
    eos_token: Option<Marker>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Templates {
    One(String),
    Named(Vec<Named>),
}

#[derive(Deserialize)]
struct Named {
    name: String,
    template: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Marker {
    Text(String),
    Token { content: String },
}

impl Chat {
    /// The template of the model in a folder, if it has one.
    pub fn load(folder: &Path) -> Result<Option<Self>, Error> {
        let find = |name: &str| folder.join(name).exists().then(|| read(folder, name, MOST_BYTES)).transpose();
        let (config, template) = (find(CONFIG)?, find(TEMPLATE)?);
        Self::of(config.as_deref(), template.as_deref())
            .map_err(|(name, problem)| Error::load(folder.join(name).display(), problem))
    }

    /// The template out of the contents of `tokenizer_config.json` and `chat_template.jinja`, if they have one.
    pub fn parse(config: Option<&[u8]>, template: Option<&[u8]>) -> Result<Option<Self>, Error> {
        Self::of(config, template).map_err(|(name, problem)| Error::load(name, problem))
    }

    fn of(config: Option<&[u8]>, template: Option<&[u8]>) -> Result<Option<Self>, (&'static str, String)> {
        let written = config.map_or(Ok(Written::default()), serde_json::from_slice);
        let written = written.map_err(|error| (CONFIG, error.to_string()))?;
        let template = match template {
            Some(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(|error| (TEMPLATE, error.to_string()))?;
                Some(text.to_owned())
            }
            None => written.chat_template.and_then(Templates::default),
        };
        let text = |marker: Option<Marker>| match marker {
            None => String::new(),
            Some(Marker::Text(text) | Marker::Token { content: text }) => text,
        };
        let chat = template.map(|template| Self::new(template, text(written.bos_token), text(written.eos_token)));
        chat.transpose().map_err(|error| (TEMPLATE, error.to_string()))
    }

    fn new(template: String, begin: String, end: String) -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        environment.set_fuel(Some(FUEL));
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", |what: String| -> Result<String, minijinja::Error> {
            Err(minijinja::Error::new(ErrorKind::InvalidOperation, what))
        });
        environment.add_template_owned("chat", template)?;
        Ok(Self { environment, begin, end })
    }

    /// The conversation, up to where the model goes on.
    pub fn write(&self, messages: &[Message]) -> Result<String, Error> {
        let said = |message: &Message| context! { role => &message.role, content => &message.content };
        let given = context! {
            messages => messages.iter().map(said).collect::<Vec<_>>(),
            bos_token => &self.begin,
            eos_token => &self.end,
            add_generation_prompt => true,
        };
        let template = self.environment.get_template("chat");
        let refused = |error: minijinja::Error| Error::Prompt(format!("the model's chat template refuses it: {error}"));
        template.and_then(|template| template.render(given)).map_err(refused)
    }
}

impl Templates {
    /// The one for plain conversations.
    fn default(self) -> Option<String> {
        match self {
            Self::One(template) => Some(template),
            Self::Named(named) => named.into_iter().find(|named| named.name == "default").map(|named| named.template),
        }
    }
}
