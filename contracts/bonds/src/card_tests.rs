use cosmwasm_std::HexBinary;
use hearth_schema::own::Refusal;
use hearth_schema::sign::PublicKey;

use super::*;

fn card() -> NodeCard {
    NodeCard {
        worker_key: PublicKey(HexBinary::from([2; 33])),
        sealing_key: HexBinary::from([7; 32]),
        endpoint: "https://node.example:8443/v1".to_owned(),
        attributes: vec![Attribute { name: "region".to_owned(), value: Value::Words(vec!["eu".to_owned()]) }],
        engines: vec!["embedded/1".to_owned()],
    }
}

fn refused(change: impl FnOnce(&mut NodeCard)) -> ContractError {
    let mut card = card();
    change(&mut card);
    check(&card).unwrap_err()
}

#[test]
fn a_sound_card_is_taken() {
    check(&card()).unwrap();
}

#[test]
fn keys_have_their_shape() {
    assert!(matches!(refused(|card| card.worker_key.0 = HexBinary::from([4; 33])), ContractError::Key { .. }));
    assert!(matches!(refused(|card| card.sealing_key = HexBinary::from([0; 32])), ContractError::Key { .. }));
    assert!(matches!(refused(|card| card.sealing_key = HexBinary::from([7; 31])), ContractError::Key { .. }));
}

#[test]
fn a_door_is_a_url() {
    for bent in ["ftp://node.example", "https://", "https://a b.example", "https://a\n.example", "https://ä.example"] {
        let error = refused(|card| card.endpoint = bent.to_owned());
        assert!(matches!(error, ContractError::Endpoint | ContractError::Refusal(Refusal::Length { .. })), "{bent}");
    }
    let long = format!("https://{}", "x".repeat(300));
    assert!(matches!(refused(|card| card.endpoint = long), ContractError::Refusal(Refusal::Length { .. })));
}

#[test]
fn lists_are_short_and_name_nothing_twice() {
    let twice = refused(|card| card.attributes.push(card.attributes[0].clone()));
    assert!(matches!(twice, ContractError::Refusal(Refusal::Duplicate { .. })));
    let many = refused(|card| card.engines = (0..10_000).map(|i| i.to_string()).collect());
    assert!(matches!(many, ContractError::Refusal(Refusal::Length { .. })));
    assert!(matches!(refused(|card| card.engines = vec!["a\u{7}".to_owned()]), ContractError::Text { .. }));
}

#[test]
fn what_does_not_show_is_refused() {
    for bent in ["", " ", "eu ", "\u{a0}eu", "e\u{200b}u", "\u{202e}ue", "e\u{feff}u", "e\nu", "\u{7f}"] {
        assert!(text("name", bent, 1, 64).is_err(), "{bent:?}");
    }
    for plain in ["eu", "Übersee 9", "東京", "a\"b\\c"] {
        text("name", plain, 1, 64).unwrap();
    }
}

#[test]
fn each_attribute_and_all_together_are_bounded() {
    let named = |i: usize, value| Attribute { name: format!("attribute {i}"), value };
    let many = refused(|card| card.attributes = (0..33).map(|i| named(i, Value::Number(1))).collect());
    assert!(matches!(many, ContractError::Refusal(Refusal::Length { field: "attributes", length: 33, .. })));
    let word = |i: usize| format!("{i:064}");
    let words = |count| Value::Words((0..count).map(word).collect());
    let wide = refused(|card| card.attributes = vec![named(0, words(17))]);
    assert!(matches!(wide, ContractError::Refusal(Refusal::Length { field: "attributes.words", length: 17, .. })));
    let heavy = refused(|card| card.attributes = (0..4).map(|i| named(i, words(16))).collect());
    assert!(matches!(heavy, ContractError::Refusal(Refusal::Length { length: 4_140, max: 4_096, .. })));
    let twice = refused(|card| card.attributes = vec![named(0, Value::Words(vec![word(0), word(0)]))]);
    assert!(matches!(twice, ContractError::Refusal(Refusal::Duplicate { .. })));
    let mut full = card();
    full.attributes = (0..3).map(|i| named(i, words(16))).collect();
    check(&full).unwrap();
}
