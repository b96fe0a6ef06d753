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
    for bent in ["ftp://node.example", "https://", "https://a b.example", "https://a\n.example"] {
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
