use cosmwasm_std::HexBinary;
use cosmwasm_std::testing::MockApi;
use hearth_schema::beacon::Network;

use super::*;

const ROUND: Round = Round(123);
const SIGNATURE: &str =
    "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92";

fn signature() -> Vec<u8> {
    HexBinary::from_hex(SIGNATURE).unwrap().to_vec()
}

fn verified(round: Round, signature: &[u8]) -> Result<Digest, ContractError> {
    verify(&MockApi::default(), &Network::quicknet().public_key, round, signature)
}

#[test]
fn a_public_round_of_quicknet_is_verified() {
    assert_eq!(verified(ROUND, &signature()).unwrap(), Digest::generate(&signature()));
}

#[test]
fn another_round_a_flipped_bit_and_a_bent_point_are_refused() {
    assert!(matches!(verified(Round(122), &signature()), Err(ContractError::Signature { .. })));
    for bit in [0, 7, 100, 383] {
        let mut bent = signature();
        bent[bit / 8] ^= 1 << (bit % 8);
        assert!(matches!(verified(ROUND, &bent), Err(ContractError::Signature { .. })), "{bit}");
    }
    assert!(matches!(verified(ROUND, &[0; 48]), Err(ContractError::Signature { .. })));
    assert!(matches!(verified(ROUND, &signature()[..47]), Err(ContractError::Signature { .. })));
}

#[test]
fn the_identity_point_signs_nothing() {
    let mut identity = [0; 48];
    identity[0] = 0xc0;
    assert!(matches!(verified(ROUND, &identity), Err(ContractError::Signature { .. })));
}

#[test]
fn another_networks_key_does_not_verify_it() {
    let other = verify(&MockApi::default(), &BLS12_381_G2_GENERATOR, ROUND, &signature());
    assert!(matches!(other, Err(ContractError::Signature { .. })));
}

#[test]
fn a_key_is_a_point_and_not_the_identity() {
    let api = MockApi::default();
    check_key(&api, &Network::quicknet().public_key).unwrap();
    let mut identity = [0; 96];
    identity[0] = 0xc0;
    assert!(matches!(check_key(&api, &identity), Err(ContractError::PublicKey)));
    assert!(matches!(check_key(&api, &[7; 96]), Err(ContractError::PublicKey)));
    assert!(matches!(check_key(&api, &[7; 95]), Err(ContractError::PublicKey)));
}
