//! How deep a body nests, before anything else reads it.

use crate::ask::Wrong;

/// The deepest nesting; no request of the API comes near it.
const DEEPEST: usize = 64;

/// That a text nests no deeper than it may. Whether it is JSON is not said here.
pub(super) fn bounded(text: &[u8]) -> Result<(), Wrong> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in text {
        match (quoted, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => quoted = !quoted,
            (false, b'[' | b'{') => depth = depth.saturating_add(1),
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            let message = format!("the body nests deeper than {DEEPEST} levels: flatten it");
            return Err(Wrong { code: "json_too_deep", message, param: None });
        }
    }
    Ok(())
}
