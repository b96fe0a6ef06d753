use super::*;

const PLAN: &str = r#"
salt = "main"
profile = "short"
treasury = "wasm1treasury"

[token]
name = "Hearth"
symbol = "HRTH"
decimals = 6
cap = "1000token"

[[token.genesis]]
address = "wasm1me"
amount = "2.5hrth"

[[models]]
name = "tiny"
digest = "1111111111111111111111111111111111111111111111111111111111111111"
source = "https://models.example/tiny"

[[classes]]
model = "tiny"
engine = "exact"
sampler = "canonical"
weights = { input = 200, cached = 50 }
"#;

#[test]
fn what_is_left_out_is_the_creator_and_quicknet() {
    let plan = Wish::parse(PLAN).unwrap().plan("wasm1me").unwrap();
    assert_eq!((plan.owner.as_str(), plan.curator.as_str()), ("wasm1me", "wasm1me"));
    assert_eq!((plan.treasury.as_str(), plan.sources), ("wasm1treasury", vec!["wasm1me".to_owned()]));
    assert_eq!(plan.network, Network::quicknet());
    assert_eq!(plan.token.balances[0].amount, TokenAmount::new(2_500_000));
    assert_eq!(plan.profile, Profile::short());
}

#[test]
fn a_plan_that_cannot_be_carried_out_is_refused_before_anything_is_sent() {
    let refused = |from: &str, to: &str| {
        let text = PLAN.replace(from, to);
        Wish::parse(&text).and_then(|wish| wish.plan("wasm1me")).unwrap_err().to_string()
    };
    assert!(refused("2.5hrth", "1001token").contains("more than the cap"));
    assert!(refused("2.5hrth", "2.5").contains("has no unit"));
    assert!(refused("\"main\"", "\"\"").contains("salt"));
    assert!(refused("\"short\"", "\"fast\"").contains("unknown variant"));
    assert!(refused("treasury", "tresury").contains("tresury"));
}
