use hearth_schema::digest::Digest;
use k256::ecdsa::VerifyingKey;
use k256::ecdsa::signature::hazmat::PrehashVerifier as _;

use super::*;

#[test]
fn a_signature_is_low_and_its_keys() {
    let key = SecretKey::random().unwrap();
    for nth in 0..50u8 {
        let digest = Digest::generate(&[nth]);
        let signature = key.sign(&digest).unwrap();
        assert_eq!(signature.check(), Ok(()));
        let verifying = VerifyingKey::from_sec1_bytes(&key.public_key().0).unwrap();
        let read = k256::ecdsa::Signature::from_slice(&signature.0).unwrap();
        assert!(verifying.verify_prehash(digest.as_slice(), &read).is_ok());
    }
}

#[test]
fn debug_shows_nothing_of_the_secret() {
    let key = SecretKey::from_bytes(&[7; 32]).unwrap();
    let shown = format!("{key:?} {key:#?}");
    assert!(!shown.contains(&hex::encode([7u8; 4])) && !shown.contains("7, 7"), "{shown}");
}

#[test]
fn bytes_that_are_no_key_are_refused() {
    assert_eq!(SecretKey::from_bytes(&[0; 32]).unwrap_err(), KeyError::Bytes);
    assert_eq!(SecretKey::from_bytes(&[1; 31]).unwrap_err(), KeyError::Bytes);
}
