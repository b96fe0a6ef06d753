//! Every event of the suite comes back from its attributes, with each of its optional ones there and left out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

use std::collections::BTreeSet;
use std::fmt::Debug;

use cosmwasm_std::{Addr, Event, from_json};
use hearth_schema::event::{Typed, Unread};
use hearth_schema::{audit, bme, bonds, market, own};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// What came back, by kind.
#[derive(Default)]
struct Seen(BTreeSet<&'static str>);

impl Seen {
    /// An event from its fields; those that are null are left out.
    fn round<T: Typed + Serialize + DeserializeOwned + PartialEq + Debug>(&mut self, fields: Value) {
        let sample: T = from_json(fields.to_string()).unwrap_or_else(|error| panic!("{}: {error}", T::KIND));
        let named = serde_json::to_value(&sample).unwrap();
        let named: &Map<String, Value> = named.as_object().unwrap();
        let event = sample.event();
        let kept: BTreeSet<&str> = event.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
        let given: BTreeSet<&str> =
            named.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str()).collect();
        assert_eq!(kept, given, "{}: an attribute a field", T::KIND);
        assert_eq!(T::read(&event).as_ref(), Ok(&sample));
        let on_chain = Event::new(format!("wasm-{}", T::KIND))
            .add_attribute("_contract_address", "hearth1contract")
            .add_attributes(event.attributes.clone());
        assert_eq!(T::read(&on_chain).as_ref(), Ok(&sample), "as a chain shows it");
        for name in given {
            self.needs::<T>(&event, name, &named[name]);
        }
        self.0.insert(T::KIND);
    }

    /// Without an attribute, or with nonsense in it, the event is not read as if it were whole.
    fn needs<T: Typed + PartialEq + Debug>(&self, event: &Event, name: &str, value: &Value) {
        let rest = event.attributes.iter().filter(|attribute| attribute.key != name).cloned();
        let without = T::read(&Event::new(T::KIND).add_attributes(rest.clone()));
        assert_ne!(without, T::read(event), "{}: {name} is of no use", T::KIND);
        if !value.is_string() || value.as_str().is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit())) {
            let bent = Event::new(T::KIND).add_attributes(rest).add_attribute(name, "nonsense");
            assert!(matches!(T::read(&bent), Err(Unread::Field { .. })), "{}: {name} takes nonsense", T::KIND);
        }
    }
}

const MOST: &str = "340282366920938463463374607431768211455";
const DIGEST: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

#[test]
fn every_event_comes_back_from_its_attributes() {
    let mut seen = Seen::default();
    owned(&mut seen);
    of_bme(&mut seen);
    of_bonds(&mut seen);
    of_market(&mut seen);
    of_audit(&mut seen);
    assert_eq!(seen.0, declared());
}

/// The kinds that the sources declare.
fn declared() -> BTreeSet<&'static str> {
    let sources = [
        include_str!("../src/own.rs"),
        include_str!("../src/bme.rs"),
        include_str!("../src/bonds.rs"),
        include_str!("../src/market.rs"),
        include_str!("../src/audit.rs"),
    ];
    let kind = |line: &'static str| line.strip_suffix("\" {")?.rsplit_once(" = \"").map(|(_, kind)| kind);
    sources.into_iter().flat_map(str::lines).filter_map(kind).collect()
}

fn owned(seen: &mut Seen) {
    seen.round::<own::OwnerChanged>(json!({"owner": "a", "proposed": null, "paused": true}));
    seen.round::<own::OwnerChanged>(json!({"owner": "a", "proposed": "b", "paused": false}));
}

fn of_bme(seen: &mut Seen) {
    let stable = json!({"stable": 3});
    seen.round::<bme::Deposited>(json!({"account": "a", "sender": "b", "asset": "token", "amount": MOST}));
    seen.round::<bme::Withdrawn>(json!({"account": "a", "asset": stable, "amount": "0"}));
    seen.round::<bme::Priced>(json!({"source": "s", "price": MOST, "time": u64::MAX, "low_24h": "1"}));
    seen.round::<bme::Locked>(json!({"deal": 1, "client": "c", "asset": "token", "amount": "5"}));
    let charged =
        |amount: Value| json!({"deal": 1, "n": 2, "fee": "3", "asset": "token", "amount": amount, "short": true});
    seen.round::<bme::Charged>(charged(json!("4")));
    seen.round::<bme::Charged>(charged(Value::Null));
    seen.round::<bme::Settled>(json!({"deal": 1, "n": 2, "payee": "p", "burned": "100", "destroyed": "4",
        "provider": "92", "audit": "3", "treasury": "1"}));
    seen.round::<bme::Refunded>(json!({"deal": 1, "n": 2, "client": "c", "asset": "token", "amount": "4"}));
    seen.round::<bme::Released>(json!({"deal": 1, "client": "c", "asset": "token", "amount": "4"}));
    seen.round::<bme::Pushed>(json!({"deal": 1, "n": 2, "price": "7", "amount": "4", "short": false}));
    seen.round::<bme::Claimed>(json!({"account": "a", "amount": "4"}));
    seen.round::<bme::Burned>(json!({"amount": "4"}));
    seen.round::<bme::SourceChanged>(json!({"source": "s", "from": 9}));
    seen.round::<bme::SourceChanged>(json!({"source": "s", "from": null}));
}

fn of_bonds(seen: &mut Seen) {
    seen.round::<bonds::Introduced>(json!({"operator": "a", "name": "A name, with = and ; – 火"}));
    seen.round::<bonds::NodeAdded>(json!({"node": 1, "owner": "a", "worker": "w"}));
    seen.round::<bonds::NodeUpdated>(json!({"node": 1, "worker": "w"}));
    seen.round::<bonds::Bonded>(json!({"node": 1, "sender": "a", "amount": "2", "active": "3"}));
    seen.round::<bonds::Unbonded>(json!({"node": 1, "amount": "2", "until": 4, "active": "3"}));
    seen.round::<bonds::Withdrawn>(json!({"node": 1, "owner": "a", "amount": "2"}));
    seen.round::<bonds::Slashed>(json!({"node": 1, "fault": "7:1 equivocation", "taken": "10", "burned": "5",
        "harmed": "2", "reporters": "3", "jailed_until": 9}));
}

fn of_market(seen: &mut Seen) {
    seen.round::<market::ModelAdded>(json!({"model": 1, "digest": DIGEST}));
    seen.round::<market::ClassAdded>(json!({"class": 1, "model": 2}));
    seen.round::<market::ClassAdded>(json!({"class": 1, "model": null}));
    seen.round::<market::Placed>(json!({"offer": 1, "seq": 2, "node": 3, "class": 4, "price": "150",
        "slots": u32::MAX, "expires_at": 5}));
    seen.round::<market::Amended>(json!({"offer": 1, "seq": 2, "price": "150", "slots": 3, "expires_at": 5}));
    seen.round::<market::Cancelled>(json!({"offer": u64::MAX}));
    seen.round::<market::Pruned>(json!({"offer": 1}));
    seen.round::<market::Refreshed>(json!({"offer": 1, "expires_at": 5}));
    let taken = |request: Value| {
        json!({"deal": 1, "offer": 2, "node": 3, "worker": "w", "client": "c", "class": 4,
        "price": "150", "max_spend": MOST, "expires_at": 5, "request": request})
    };
    seen.round::<market::Taken>(taken(json!(DIGEST)));
    seen.round::<market::Taken>(taken(Value::Null));
    for proof in ["voucher", "bearer", "job"] {
        seen.round::<market::Committed>(json!({"deal": 1, "n": 2, "node": 3, "proof": proof, "count": 4,
            "spent": "5", "root": DIGEST}));
    }
    seen.round::<market::Contested>(json!({"deal": 1, "n": 2, "refuted": true}));
    seen.round::<market::Closed>(json!({"deal": 1}));
    for reason in ["unused", "expired", "closed", "left", "exhausted", "done"] {
        seen.round::<market::Ended>(json!({"deal": 1, "node": 3, "reason": reason, "spent": "5"}));
    }
    for verdict in ["pass", "fail"] {
        seen.round::<market::Finalized>(json!({"deal": 1, "n": 2, "node": 3, "verdict": verdict, "fee": "5"}));
    }
    seen.round::<market::TermsPublished>(json!({"version": 2}));
    seen.round::<market::CuratorSet>(json!({"curator": "c"}));
}

fn of_audit(seen: &mut Seen) {
    seen.round::<audit::BeaconAdded>(json!({"network": 0, "round": 1_000, "randomness": DIGEST}));
    seen.round::<audit::GapFound>(json!({"from": 1, "to": 2}));
    seen.round::<audit::Drawn>(json!({"deal": 1, "n": 2, "points": 16, "leaves": 15}));
    let resolved =
        |verdict: &str, cause: Value| json!({"deal": 1, "n": 2, "node": 3, "verdict": verdict, "cause": cause});
    seen.round::<audit::Resolved>(resolved("pass", Value::Null));
    for cause in ["no_beacon", "withheld"] {
        seen.round::<audit::Resolved>(resolved("fail", json!(cause)));
    }
    seen.round::<audit::NetworkAdded>(json!({"network": 7, "from": 9}));
}

#[test]
fn an_event_is_found_by_its_contract_among_those_of_others() {
    let burned = |amount: &str| {
        let burned: bme::Burned = from_json(json!({"amount": amount}).to_string()).unwrap();
        burned.event()
    };
    let of = |contract: &str, event: Event| event.add_attribute("_contract_address", contract);
    let events = [of("impostor", burned("1")), of("bme", burned("2")), of("bme", burned("3"))];
    let found: Option<bme::Burned> = hearth_schema::event::find(&events, &Addr::unchecked("bme"));
    assert_eq!(found.unwrap().amount.u128(), 2);
}
