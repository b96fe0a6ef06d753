//! Keys of deals.

use hearth_wallet::buyer::key::session_key;
use hearth_wallet::key::{SecretKey, Signer};

#[test]
fn a_session_key_follows_from_its_client_deal_and_nonce() {
    let client = SecretKey::from_bytes(&[1; 32]).unwrap();
    let key = |client: &SecretKey, chain: &str, market: &str, nonce: u8| {
        session_key(client, chain, market, &[nonce; 32]).unwrap().public_key()
    };
    let first = key(&client, "hearth-1", "market", 1);
    assert_eq!(key(&client, "hearth-1", "market", 1), first);
    assert_ne!(first, client.public_key());
    let other = SecretKey::from_bytes(&[2; 32]).unwrap();
    let others = [
        key(&other, "hearth-1", "market", 1),
        key(&client, "hearth-2", "market", 1),
        key(&client, "hearth-1", "other", 1),
        key(&client, "hearth-1", "market", 2),
    ];
    assert!(others.iter().all(|other| *other != first));
}
