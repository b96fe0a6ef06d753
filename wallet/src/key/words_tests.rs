use super::*;
use crate::key::Signer as _;

const KNOWN: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

#[test]
fn known_words_give_the_address_that_every_wallet_gives() {
    let key = Words::read(KNOWN).unwrap().key(0).unwrap();
    assert_eq!(key.address("cosmos").unwrap(), "cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4");
}

#[test]
fn new_words_are_24_and_others_each_time() {
    let (one, other) = (Words::random().unwrap(), Words::random().unwrap());
    assert_eq!(one.reveal().split(' ').count(), 24);
    assert_ne!(one.reveal(), other.reveal());
    let again = Words::read(&one.reveal().to_uppercase().replace(' ', "  ")).unwrap();
    assert_eq!(again.key(3).unwrap().public_key(), one.key(3).unwrap().public_key());
}

#[test]
fn a_typo_is_told_by_its_place_and_no_word_is_repeated() {
    let typo = KNOWN.replace("about", "abuot");
    let said = Words::read(&typo).unwrap_err().to_string();
    assert!(said.contains("word 12 is not in the English list"), "{said}");
    assert!(!said.contains("abuot") && !said.contains("abandon"), "{said}");
    let order = KNOWN.replace("abandon about", "about abandon");
    assert!(Words::read(&order).unwrap_err().to_string().contains("the last word does not fit"));
    assert!(Words::read("abandon").unwrap_err().to_string().contains("there are 1 words"));
}

#[test]
fn debug_hides_the_words() {
    assert_eq!(format!("{:?}", Words::read(KNOWN).unwrap()), "Words(hidden)");
}

#[test]
fn a_path_that_is_none_is_refused() {
    let words = Words::read(KNOWN).unwrap();
    assert!(matches!(words.key_at("m/44'/x"), Err(KeyError::Path { .. })));
}
