//! Text into tokens and back, by the model's own `tokenizer.json`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tokenizers::Tokenizer;

use crate::Error;
use crate::file::read;

/// The largest vocabularies have some 20 MB.
const MOST_BYTES: u64 = 256 << 20;
/// Its name beside the weights.
pub(crate) const FILE: &str = "tokenizer.json";

/// A model's tokenizer.
#[derive(Debug)]
pub struct Tokens {
    tokenizer: Tokenizer,
    /// The bytes of the longest token.
    longest: usize,
}

impl Tokens {
    /// Loads the tokenizer of the model in a folder.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        let bytes = read(folder, FILE, MOST_BYTES)?;
        Self::of(&bytes).map_err(|problem| Error::load(folder.join(FILE).display(), problem))
    }

    /// A tokenizer from the text of its file. Whatever that text is, it is refused, never a panic.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        Self::of(bytes).map_err(|problem| Error::load(FILE, problem))
    }

    fn of(bytes: &[u8]) -> Result<Self, String> {
        guarded(|| {
            let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| error.to_string())?;
            tokenizer.with_truncation(None).map_err(|error| error.to_string())?;
            tokenizer.with_padding(None);
            let longest = tokenizer.get_vocab(true).keys().map(String::len).max();
            let longest = longest.ok_or("it has no tokens")?.max(1);
            Ok(Self { tokenizer, longest })
        })
    }

    /// Refuses a tokenizer with tokens that a model of this vocabulary has not.
    pub fn fit(&self, vocabulary: usize) -> Result<(), Error> {
        let unknown = |id: u32| usize::try_from(id).is_ok_and(|id| id >= vocabulary);
        match self.tokenizer.get_vocab(true).iter().max_by_key(|(_, id)| **id) {
            Some((token, id)) if unknown(*id) => {
                let does_not_fit = format!("token {token:?} is {id}, but the model knows only {vocabulary}");
                Err(Error::Tokenizer(format!("{does_not_fit}: take {FILE} and weights of one model")))
            }
            _ => Ok(()),
        }
    }

    /// The tokens of a text; `around` also those that the tokenizer puts around it. A text that cannot have as few
    /// tokens as the context is refused before it is read.
    pub fn encode(&self, text: &str, around: bool, context: usize) -> Result<Vec<u32>, Error> {
        let least = text.len().div_ceil(self.longest);
        if least > context {
            return Err(Error::Context { input: least, context });
        }
        let encode = || self.tokenizer.encode_fast(text, around).map_err(|error| error.to_string());
        guarded(encode).map(|encoding| encoding.get_ids().to_vec()).map_err(Error::Tokenizer)
    }

    /// The text of tokens, without those that only mark.
    pub fn decode(&self, ids: &[u32]) -> Result<String, Error> {
        guarded(|| self.tokenizer.decode(ids, true).map_err(|error| error.to_string())).map_err(Error::Tokenizer)
    }
}

/// The library has its own opinions on when to panic; here that is an error.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("the tokenizer failed on it".into()))
}
