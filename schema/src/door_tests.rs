use cosmwasm_std::{from_json, to_json_string};
use proptest::prelude::*;

use super::*;

fn ask(salt: &[u8], body: &str) -> Ask {
    Ask { salt: salt.into(), api: Api::Chat, body: body.to_owned() }
}

#[test]
fn a_request_has_a_digest_only_under_a_salt_of_32_bytes() {
    assert!(ask(&[7; 32], "{}").digest().is_some());
    for length in [0, 16, 31, 33, 64] {
        assert_eq!(ask(&vec![7; length], "{}").digest(), None, "{length}");
    }
}

#[test]
fn a_request_s_digest_tells_salt_part_and_body_apart() {
    let first = ask(&[7; 32], "{}");
    let completion = Ask { api: Api::Completion, ..first.clone() };
    let all = [&first, &ask(&[8; 32], "{}"), &completion, &ask(&[7; 32], "{ }")].map(Ask::digest);
    for (at, one) in all.iter().enumerate() {
        assert!(!all[at + 1..].contains(one));
    }
}

#[test]
fn what_is_sealed_comes_back_to_the_byte_and_nothing_else_is_read() {
    let asked = ask(&[7; 32], "{\"messages\":[]}\r\n\u{0} – 火");
    assert_eq!(Ask::from_plain(&asked.to_plain().unwrap()).unwrap(), asked);
    for bent in
        ["", "{}", "[]", "{\"salt\":\"07\",\"api\":\"chat\"}", "{\"salt\":\"0\",\"api\":\"chat\",\"body\":\"\"}"]
    {
        assert!(Ask::from_plain(bent.as_bytes()).is_err(), "{bent}");
    }
    let more = "{\"salt\":\"07\",\"api\":\"chat\",\"body\":\"\",\"more\":1}";
    assert!(Ask::from_plain(more.as_bytes()).is_err(), "an unknown field is refused");
    let embedding = "{\"salt\":\"07\",\"api\":\"embedding\",\"body\":\"\"}";
    assert!(Ask::from_plain(embedding.as_bytes()).is_err(), "and so is another part of the API");
}

#[test]
fn a_pass_and_a_voucher_are_read_in_their_one_form() {
    let pass = r#"{"deal":7,"bearer":{"expiry":9,"cap":"10","nonce":"AQI=","signature":"AA=="}}"#;
    let read: Pass = from_json(pass).unwrap();
    assert_eq!((read.deal, read.bearer.cap.u128()), (DealId(7), 10));
    assert_eq!(to_json_string(&read).unwrap(), pass);
    assert!(from_json::<Pass>(pass.replace("deal", "deals")).is_err());
    let zero = "0".repeat(64);
    let totals = r#"{"count":1,"input":2,"cached":3,"output":4,"spent":"5"}"#;
    let voucher = format!(r#"{{"seq":1,"totals":{totals},"root":"{zero}","signature":"AA=="}}"#);
    let read: Voucher = from_json(&voucher).unwrap();
    assert_eq!((read.seq, read.totals.spent.u128()), (1, 5));
    assert_eq!(to_json_string(&read).unwrap(), voucher);
    assert!(from_json::<Voucher>(voucher.replace("\"5\"", "5")).is_err(), "an amount is text");
}

#[test]
fn each_seed_keys_its_own_sampler() {
    let keys: std::collections::BTreeSet<Vec<u8>> = (0..1_000).map(|number| seed(number).as_slice().to_vec()).collect();
    assert_eq!(keys.len(), 1_000);
}

proptest! {
    #[test]
    fn no_two_requests_have_one_canonical_form(a in ".{0,40}", b in ".{0,40}") {
        let forms = [canonical(Api::Chat, &a), canonical(Api::Completion, &a), canonical(Api::Chat, &b)];
        prop_assert_ne!(&forms[0], &forms[1]);
        prop_assert_ne!(&forms[1], &forms[2]);
        prop_assert_eq!(forms[0] == forms[2], a == b);
    }
}
