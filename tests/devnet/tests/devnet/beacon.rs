//! The beacon beside the chain, in drand's own format.

use std::time::Duration;

use hearth_devnet::{Config, Pace, spawn};
use serde_json::Value;

use crate::abuse::get;

fn json(url: &str, path: &str) -> Value {
    let (status, body) = get(url, path);
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    hex::decode(value.as_str().unwrap()).unwrap().try_into().unwrap()
}

#[test]
fn rounds_verify_under_the_key_that_is_published_and_come_as_the_chain_s_time_passes() {
    let devnet = spawn(Config { pace: Pace::ByHand, ..Config::default() }).unwrap();
    let url = devnet.beacon_url();
    let info = json(&url, "/info");
    assert_eq!((&info["schemeID"], &info["period"]), (&"bls-unchained-g1-rfc9380".into(), &3.into()));
    let key: [u8; 96] = bytes(&info["public_key"]);
    let latest = json(&url, "/public/latest");
    let round = latest["round"].as_u64().unwrap();
    let signature: [u8; 48] = bytes(&latest["signature"]);
    assert!(hearth_beacon::verify(&key, round, &signature));
    assert_eq!(bytes::<32>(&latest["randomness"]), hearth_beacon::randomness(&signature));
    assert_eq!(json(&url, &format!("/public/{round}")), latest);
    assert_eq!(json(&url, &format!("/{}/public/{round}", info["hash"].as_str().unwrap())), latest);
    assert_eq!(get(&url, &format!("/public/{}", round + 1)).0, 404, "it has not come yet");
    assert_eq!(get(&url, "/public/0").0, 400);
    assert_eq!(get(&url, "/public/x").0, 400);
    devnet.mine(1, Duration::from_secs(3)).unwrap();
    assert_eq!(json(&url, "/public/latest")["round"], round + 1);
    devnet.beacon().hold(Some(round + 1));
    devnet.mine(1, Duration::from_secs(30)).unwrap();
    assert_eq!(json(&url, "/public/latest")["round"], round + 1, "rounds are held back");
    assert_eq!(get(&url, &format!("/public/{}", round + 2)).0, 404);
    devnet.beacon().hold(None);
    assert_eq!(json(&url, "/public/latest")["round"], round + 11);
}
