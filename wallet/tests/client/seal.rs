//! What an independent script sealed is opened; what we seal is opened by its key and for its ticket alone.

use cosmwasm_std::HexBinary;
use hearth_wallet::seal::{BadSeal, open, seal, sealing_key};
use serde::Deserialize;

#[derive(Deserialize)]
struct Seals {
    secret: HexBinary,
    sealing_key: HexBinary,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    aad: HexBinary,
    plain: HexBinary,
    sealed: HexBinary,
}

fn vectors() -> Seals {
    serde_json::from_str(include_str!("../../../schema/vectors/sealed.json")).unwrap()
}

#[test]
fn what_the_vectors_sealed_is_opened() {
    let Seals { secret, sealing_key: key, cases } = vectors();
    let secret = secret.to_array().unwrap();
    assert_eq!(sealing_key(&secret).unwrap().as_slice(), key.as_slice());
    for Case { aad, plain, sealed } in &cases {
        assert_eq!(open(&secret, aad, sealed).as_deref(), Ok(plain.as_slice()));
    }
}

#[test]
fn what_is_sealed_is_opened_by_its_key_and_for_its_ticket_alone() {
    let Seals { secret, sealing_key: key, .. } = vectors();
    let secret: [u8; 32] = secret.to_array().unwrap();
    let sealed = seal(&key, b"ticket", b"plain", [7; 32]).unwrap();
    assert_eq!(open(&secret, b"ticket", &sealed), Ok(b"plain".to_vec()));
    assert_eq!(open(&secret, b"other", &sealed), Err(BadSeal::Closed));
    assert_eq!(open(&[9; 32], b"ticket", &sealed), Err(BadSeal::Closed));
    assert_ne!(seal(&key, b"ticket", b"plain", [8; 32]).unwrap(), sealed);
    for bit in 0..sealed.len() * 8 {
        let mut bent = sealed.clone();
        bent[bit / 8] ^= 1 << (bit % 8);
        // X25519 does not look at the highest bit of a key, but the key is bound into the context.
        assert_eq!(open(&secret, b"ticket", &bent), Err(BadSeal::Closed), "bit {bit}");
    }
}

#[test]
fn keys_and_seals_of_a_wrong_shape_are_refused() {
    assert_eq!(seal(&[1; 31], b"", b"", [0; 32]), Err(BadSeal::Key));
    assert_eq!(seal(&[0; 32], b"", b"", [0; 32]), Err(BadSeal::Key), "a point of low order");
    assert_eq!(open(&[1; 32], b"", &[0; 31]), Err(BadSeal::Short(31)));
    assert_eq!(open(&[1; 32], b"", &[1; 40]), Err(BadSeal::Closed));
}
