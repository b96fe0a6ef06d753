//! The JSON of every message: `messages.json` holds what a client far from Rust writes, at least once a variant.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it stands")]

use std::collections::BTreeSet;

use cosmwasm_schema::schema_for;
use cosmwasm_schema::schemars::JsonSchema;
use cosmwasm_std::{from_json, to_json_vec};
use hearth_schema::{audit, bme, bonds, cw20, market, own, terms, unit};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The names under which an enum's variants travel, from its JSON Schema.
fn variants<T: JsonSchema>() -> BTreeSet<String> {
    let schema = serde_json::to_value(schema_for!(T)).unwrap();
    let whole = [schema.clone()];
    let cases = schema["oneOf"].as_array().map_or(&whole[..], Vec::as_slice);
    let names = |case: &Value| case["enum"].as_array().or(case["required"].as_array()).unwrap().clone();
    cases.iter().flat_map(names).map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// The name of a message's variant.
fn variant(sample: &Value) -> String {
    let first = || sample.as_object().and_then(|fields| fields.keys().next());
    sample.as_str().or_else(|| first().map(String::as_str)).unwrap().to_owned()
}

fn round_trips<T: JsonSchema + Serialize + DeserializeOwned>(samples: &[Value]) {
    for sample in samples {
        let read: T = from_json(sample.to_string()).unwrap_or_else(|error| panic!("{error}: {sample}"));
        let written: Value = from_json(to_json_vec(&read).unwrap()).unwrap();
        assert_eq!(&written, sample);
    }
    let shown: BTreeSet<String> = samples.iter().map(variant).collect();
    assert_eq!(shown, variants::<T>());
}

macro_rules! check {
    ($samples:ident: $($module:ident::$name:ident),* $(,)?) => {
        $( {
            let name = concat!(stringify!($module), "::", stringify!($name));
            round_trips::<$module::$name>($samples.remove(name).unwrap().as_array().unwrap());
        } )*
    };
}

#[test]
fn every_variant_of_every_message_comes_back_from_its_json() {
    let samples: Value = serde_json::from_str(include_str!("messages.json")).unwrap();
    let mut samples = samples.as_object().unwrap().clone();
    check!(samples: own::Act, unit::Asset, terms::Fault, cw20::ExecuteMsg, cw20::QueryMsg);
    check!(samples: bme::ExecuteMsg, bme::QueryMsg, bme::Hook, bme::Charge);
    check!(samples: bonds::ExecuteMsg, bonds::QueryMsg, bonds::Hook, bonds::Value);
    check!(samples: market::ExecuteMsg, market::QueryMsg, market::Product, market::Kind, market::Proof);
    check!(samples: market::EngineClass, market::ProofKind, market::Reason);
    check!(samples: audit::ExecuteMsg, audit::QueryMsg, audit::Verdict, audit::Cause);
    assert!(samples.is_empty(), "samples of no message: {samples:?}");
}

#[test]
fn what_is_left_out_is_nothing_and_an_unknown_message_is_refused() {
    let claim = r#"{"claim":{"asset":"token"}}"#;
    let read = bme::ExecuteMsg::Claim { account: None, asset: unit::Asset::Token };
    assert_eq!(from_json::<bme::ExecuteMsg>(claim).unwrap(), read);
    let hook = bme::Hook::Deposit { r#for: None };
    assert_eq!(from_json::<bme::Hook>(r#"{"deposit":{}}"#).unwrap(), hook);
    assert!(from_json::<bme::ExecuteMsg>(r#"{"clam":{"asset":"token"}}"#).is_err());
    assert!(from_json::<bme::ExecuteMsg>(r#"{"crank":{},"claim":{"asset":"token"}}"#).is_err());
}

#[test]
fn a_number_beyond_its_type_is_refused() {
    for beyond in ["-1", "18446744073709551616", "1.5", "\"7\""] {
        assert!(from_json::<bme::ExecuteMsg>(format!(r#"{{"release":{{"deal":{beyond}}}}}"#)).is_err(), "{beyond}");
    }
    for beyond in ["7", "\"-7\"", "\"340282366920938463463374607431768211456\"", "\"0x7\"", "\"1e3\"", "\"\""] {
        let withdraw = format!(r#"{{"withdraw":{{"asset":"token","amount":{beyond}}}}}"#);
        assert!(from_json::<bme::ExecuteMsg>(withdraw).is_err(), "{beyond}");
    }
}
