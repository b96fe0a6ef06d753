//! The signatures of the vectors, which an independent script has written.

use cosmwasm_std::HexBinary;
use hearth_schema::digest::Digest;
use hearth_schema::sign::{BadSignature, PublicKey, Signature};
use hearth_wallet::verify::verify;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    digest: Digest,
    key: PublicKey,
    signature: Signature,
    high: Signature,
}

#[test]
fn signatures_of_the_vectors_hold_and_their_high_twins_do_not() {
    let files = [
        include_str!("../../../schema/vectors/ticket.json"),
        include_str!("../../../schema/vectors/receipt.json"),
        include_str!("../../../schema/vectors/voucher.json"),
        include_str!("../../../schema/vectors/bearer.json"),
    ];
    for Case { digest, key, signature, high } in
        files.iter().flat_map(|file| serde_json::from_str::<Vec<_>>(file).unwrap())
    {
        assert_eq!(verify(&key, &digest, &signature), Ok(()));
        assert_eq!(verify(&key, &digest, &high), Err(BadSignature::HighS));
        assert_eq!(verify(&key, &Digest::generate(b"other"), &signature), Err(BadSignature::Wrong));
        let mut other = key.0.to_vec();
        other[0] ^= 1;
        assert_eq!(verify(&PublicKey(HexBinary::from(other)), &digest, &signature), Err(BadSignature::Wrong));
    }
}

#[test]
fn nonsense_is_refused_by_what_is_wrong_with_it() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../schema/vectors/ticket.json")).unwrap();
    let Case { digest, key, signature, .. } = &cases[0];
    let off_the_curve = PublicKey(HexBinary::from([&[2][..], &[0xff; 32]].concat()));
    assert_eq!(verify(&off_the_curve, digest, signature), Err(BadSignature::Key));
    assert_eq!(verify(&PublicKey(HexBinary::from(vec![4; 33])), digest, signature), Err(BadSignature::Key));
    assert_eq!(verify(key, digest, &Signature(vec![1; 63].into())), Err(BadSignature::Length));
    assert_eq!(verify(key, digest, &Signature(vec![0; 64].into())), Err(BadSignature::Wrong));
}
