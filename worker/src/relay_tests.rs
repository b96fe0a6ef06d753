use super::*;

fn body(round: u64, signature: &[u8], randomness: &[u8]) -> Vec<u8> {
    let (signature, randomness) = (hex::encode(signature), hex::encode(randomness));
    serde_json::json!({ "round": round, "signature": signature, "randomness": randomness }).to_string().into_bytes()
}

#[test]
fn a_round_is_taken_as_drand_writes_it() {
    let signature = [7; 48];
    let body = body(5, &signature, Digest::generate(&signature).as_slice());
    assert_eq!(check("r", Round(5), &body).unwrap(), HexBinary::from(signature));
}

#[test]
fn what_is_no_signed_round_is_a_lie() {
    let signature = [7; 48];
    let honest = Digest::generate(&signature);
    let lies = [
        body(6, &signature, honest.as_slice()),
        body(5, &[7; 47], Digest::generate(&[7; 47]).as_slice()),
        body(5, &signature, &[1; 32]),
        b"<html>".to_vec(),
    ];
    for lie in lies {
        assert!(matches!(check("r", Round(5), &lie), Err(RelayError::Lie { .. })));
    }
}

#[tokio::test]
async fn a_relay_that_is_not_there_has_not_the_round() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let relays = Relays::new(&[format!("{url}/")]).unwrap();
    assert_eq!(relays.urls(), [url.as_str()]);
    assert!(matches!(relays.ask(&url, Round(5)).await, Err(RelayError::Missing { .. })));
}
