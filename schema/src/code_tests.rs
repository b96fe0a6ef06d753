use super::*;

/// The ways in which a chain, its simulation and its queries show a contract's error.
const WRAPPED: [(&str, &str); 6] = [
    ("", ": only the owner may do this"),
    ("failed to execute message; message index: 0: ", ": offer 5 changed: execute wasm contract failed"),
    ("failed to execute message; message index: 12: dispatch: submessages: ", ": x: execute wasm contract failed"),
    ("rpc error: code = Unknown desc = ", ": no such deal: query wasm contract failed: unknown request"),
    ("Generic error: Querier contract error: ", ": none"),
    ("kind: Other, error: ", ": it is 5: 6 was asked: "),
];

#[test]
fn a_code_is_found_as_a_chain_wraps_it() {
    for code in all() {
        for (before, after) in WRAPPED {
            assert_eq!(of(&format!("{before}{code}{after}")), Some(code), "{before}");
        }
    }
}

#[test]
fn the_first_code_of_a_text_counts() {
    assert_eq!(of("hearth/length: name is hearth/paused: : execute wasm contract failed"), Some("hearth/length"));
    assert_eq!(of("hearth/paused: the word is hearth/length: "), Some("hearth/paused"));
}

#[test]
fn a_text_without_a_code_has_none() {
    for text in ["", ": ", "out of gas", "hearth/paused", "hearth/paused;", "hearth/unheard-of: x", "xhearth/paused: x"]
    {
        assert_eq!(of(text), None, "{text}");
    }
}

#[test]
fn a_code_is_listed_once_under_its_contract() {
    let lists = [("hearth", HEARTH), ("bme", BME), ("bonds", BONDS), ("market", MARKET), ("audit", AUDIT)];
    for (contract, codes) in lists {
        for code in codes {
            let name = code.strip_prefix(contract).and_then(|rest| rest.strip_prefix('/')).unwrap();
            assert!(!name.is_empty() && name.bytes().all(|c| c.is_ascii_lowercase() || c == b'-'), "{code}");
        }
    }
    let codes: Vec<_> = all().collect();
    assert!(crate::own::distinct("codes", &codes).is_ok());
    assert_eq!(codes.len(), lists.iter().map(|(_, codes)| codes.len()).sum::<usize>());
}
