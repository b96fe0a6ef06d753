//! What a node may say of itself, without storage.

use hearth_schema::bonds::{Attribute, NodeCard, Value};
use hearth_schema::own;

use crate::error::ContractError;

/// The most attributes of a node.
const MOST_ATTRIBUTES: usize = 32;
/// The most engines of a node, and the most words of an attribute.
const MOST_WORDS: usize = 16;
/// The most bytes of all attributes' names and words, so that a page of nodes stays within what a query may cost.
const MOST_BYTES: usize = 4_096;

/// Whether a card can be shown and used.
pub fn check(card: &NodeCard) -> Result<(), ContractError> {
    let bounds = "a compressed secp256k1 point of 33 bytes";
    card.worker_key.check().map_err(|_| ContractError::Key { field: "worker_key", bounds })?;
    let sealing = card.sealing_key.as_slice();
    if sealing.len() != 32 || sealing.iter().all(|byte| *byte == 0) {
        return Err(ContractError::Key { field: "sealing_key", bounds: "an X25519 public key of 32 bytes, not zero" });
    }
    endpoint(&card.endpoint)?;
    own::length("attributes", card.attributes.len(), 0, MOST_ATTRIBUTES)?;
    let names: Vec<&str> = card.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    own::distinct("attributes", &names)?;
    card.attributes.iter().try_for_each(attribute)?;
    own::length("attributes' names and words", card.attributes.iter().map(bytes).sum(), 0, MOST_BYTES)?;
    words("engines", &card.engines)
}

fn endpoint(endpoint: &str) -> Result<(), ContractError> {
    own::length("endpoint", endpoint.len(), 8, 256)?;
    let scheme = ["http://", "https://"].iter().find_map(|scheme| endpoint.strip_prefix(scheme));
    match scheme {
        Some(host) if !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(()),
        _ => Err(ContractError::Endpoint),
    }
}

fn attribute(attribute: &Attribute) -> Result<(), ContractError> {
    text("attributes.name", &attribute.name, 1, 64)?;
    match &attribute.value {
        Value::Number(_) => Ok(()),
        Value::Words(listed) => words("attributes.words", listed),
    }
}

/// Bytes of an attribute that `attribute` has found within its bounds: at most 17 texts of 64.
fn bytes(attribute: &Attribute) -> usize {
    let words = match &attribute.value {
        Value::Number(_) => &[][..],
        Value::Words(words) => words,
    };
    words.iter().chain([&attribute.name]).map(String::len).sum()
}

fn words(field: &'static str, listed: &[String]) -> Result<(), ContractError> {
    own::length(field, listed.len(), 0, MOST_WORDS)?;
    own::distinct(field, listed)?;
    listed.iter().try_for_each(|word| text(field, word, 1, 64))
}

/// Whether a text can be shown as it is and is within its length.
pub fn text(field: &'static str, text: &str, min: usize, max: usize) -> Result<(), ContractError> {
    own::length(field, text.len(), min, max)?;
    if text.trim() == text && text.chars().all(shows) { Ok(()) } else { Err(ContractError::Text { field }) }
}

/// Whether a character shows: it neither controls, nor hides, nor turns the text around it, so that two names that look
/// alike on a terminal are not told apart by it alone.
fn shows(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        && !matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
#[path = "card_tests.rs"]
mod tests;
