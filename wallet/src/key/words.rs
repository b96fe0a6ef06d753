//! Mnemonics, and the keys that follow from them.

use bip32::{DerivationPath, XPrv};
use bip39::Mnemonic;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key::{KeyError, SecretKey};
use crate::random;

/// Words from which keys follow. `Debug` shows none of them.
pub struct Words(Zeroizing<String>);

impl Words {
    /// 24 new ones, of the system's randomness.
    pub fn random() -> Result<Self, Error> {
        let entropy = Zeroizing::new(random::bytes::<32>()?);
        let words = Mnemonic::from_entropy(&*entropy).map_err(|error| unfit(&error))?;
        Ok(Self(Zeroizing::new(words.to_string())))
    }

    /// Words as a person typed them.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let spelled = Zeroizing::new(text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
        Mnemonic::parse_normalized(&spelled).map_err(|error| unfit(&error))?;
        Ok(Self(spelled))
    }

    /// The words, to be shown once to the person whose they are.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The nth key of the Cosmos chains: m/44'/118'/0'/0/n.
    pub fn key(&self, nth: u32) -> Result<SecretKey, KeyError> {
        self.key_at(&format!("m/44'/118'/0'/0/{nth}"))
    }

    /// The key at a path.
    pub fn key_at(&self, path: &str) -> Result<SecretKey, KeyError> {
        let wrong = || KeyError::Path { path: path.to_owned() };
        let steps: DerivationPath = path.parse().map_err(|_| wrong())?;
        let words = Mnemonic::parse_normalized(&self.0).map_err(|error| unfit(&error))?;
        let seed = Zeroizing::new(words.to_seed_normalized(""));
        let key = XPrv::derive_from_path(*seed, &steps).map_err(|_| wrong())?;
        SecretKey::from_bytes(&*Zeroizing::new(key.to_bytes()))
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Words(hidden)")
    }
}

/// Which rule was broken, without the words: bip39 says the places alone.
fn unfit(error: &bip39::Error) -> KeyError {
    let reason = match error {
        bip39::Error::BadWordCount(count) => format!("there are {count} words"),
        bip39::Error::UnknownWord(place) => {
            format!("word {} is not in the English list", place.saturating_add(1))
        }
        bip39::Error::InvalidChecksum => {
            "the last word does not fit the others: a word or the order is wrong".to_owned()
        }
        _ => "they are not spelled as BIP-39 spells them".to_owned(),
    };
    KeyError::Words { reason }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
