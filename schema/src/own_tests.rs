use cosmwasm_std::testing::{MockApi, message_info};
use cosmwasm_std::{Coin, OverflowError, OverflowOperation};

use super::*;
use crate::event::Typed;

fn person(name: &str) -> Addr {
    MockApi::default().addr_make(name)
}

fn owned() -> Ownership {
    Ownership::of(person("owner"))
}

fn propose(owner: Option<&Addr>) -> Act {
    Act::ProposeOwner { owner: owner.map(Addr::to_string) }
}

fn apply(ownership: Ownership, sender: &str, act: &Act) -> Result<Ownership, Refusal> {
    let (after, event) = ownership.apply(&MockApi::default(), &person(sender), act)?;
    let shown = OwnerChanged { owner: after.owner.clone(), proposed: after.proposed.clone(), paused: after.paused };
    assert_eq!(event, shown);
    assert_eq!(OwnerChanged::read(&event.event()), Ok(shown));
    Ok(after)
}

#[test]
fn ownership_moves_in_two_steps() {
    let heir = person("heir");
    let proposed = apply(owned(), "owner", &propose(Some(&heir))).unwrap();
    assert_eq!(proposed, Ownership { proposed: Some(heir.clone()), ..owned() });
    let moved = apply(proposed, "heir", &Act::AcceptOwner {}).unwrap();
    assert_eq!(moved, Ownership::of(heir));
    assert!(
        matches!(apply(moved, "owner", &Act::Pause {}), Err(Refusal::NotOwner { owner }) if owner == person("heir"))
    );
}

#[test]
fn nobody_accepts_who_is_not_proposed() {
    assert!(matches!(apply(owned(), "owner", &Act::AcceptOwner {}), Err(Refusal::NotProposed)));
    let proposed = apply(owned(), "owner", &propose(Some(&person("heir")))).unwrap();
    assert!(matches!(apply(proposed.clone(), "stranger", &Act::AcceptOwner {}), Err(Refusal::NotProposed)));
    let struck = apply(proposed, "owner", &propose(None)).unwrap();
    assert!(matches!(apply(struck, "heir", &Act::AcceptOwner {}), Err(Refusal::NotProposed)));
}

#[test]
fn an_ownership_is_accepted_once() {
    let proposed = apply(owned(), "owner", &propose(Some(&person("heir")))).unwrap();
    let moved = apply(proposed, "heir", &Act::AcceptOwner {}).unwrap();
    assert!(matches!(apply(moved, "heir", &Act::AcceptOwner {}), Err(Refusal::NotProposed)));
}

#[test]
fn only_the_owner_proposes_pauses_and_resumes() {
    for act in [propose(Some(&person("stranger"))), propose(None), Act::Pause {}, Act::Resume {}] {
        let refusal = apply(owned(), "stranger", &act);
        assert!(matches!(refusal, Err(Refusal::NotOwner { owner }) if owner == person("owner")), "{act:?}");
    }
}

#[test]
fn a_pause_stops_what_is_new_until_it_is_resumed() {
    assert!(owned().running().is_ok());
    let paused = apply(owned(), "owner", &Act::Pause {}).unwrap();
    assert!(matches!(paused.running(), Err(Refusal::Paused)));
    let again = apply(paused.clone(), "owner", &Act::Pause {}).unwrap();
    assert_eq!(again, paused);
    assert!(apply(again, "owner", &Act::Resume {}).unwrap().running().is_ok());
}

#[test]
fn a_pause_outlives_a_change_of_owner() {
    let paused = apply(owned(), "owner", &Act::Pause {}).unwrap();
    let proposed = apply(paused, "owner", &propose(Some(&person("heir")))).unwrap();
    assert!(apply(proposed, "heir", &Act::AcceptOwner {}).unwrap().paused);
}

#[test]
fn an_address_has_one_spelling_and_belongs_to_this_chain() {
    let api = MockApi::default();
    let good = person("somebody");
    assert_eq!(address(&api, "payee", good.as_str()).unwrap(), good);
    let foreign = MockApi::default().with_prefix("other").addr_make("somebody");
    for bad in [good.as_str().to_uppercase(), foreign.to_string(), String::new(), " ".into(), format!("{good} ")] {
        assert!(matches!(address(&api, "payee", &bad), Err(Refusal::Address { field: "payee", .. })), "{bad}");
        let act = Act::ProposeOwner { owner: Some(bad) };
        assert!(matches!(apply(owned(), "owner", &act), Err(Refusal::Address { field: "owner", .. })));
    }
}

#[test]
fn coins_are_refused_by_their_name() {
    assert!(no_funds(&message_info(&person("sender"), &[])).is_ok());
    let coins = [Coin::new(1u128, "uatom"), Coin::new(0u128, "uosmo")];
    assert!(
        matches!(no_funds(&message_info(&person("sender"), &coins)), Err(Refusal::Funds { denom }) if denom == "uatom")
    );
}

#[test]
fn a_length_may_touch_both_ends() {
    for fine in [2, 3, 4] {
        assert!(length("name", fine, 2, 4).is_ok());
    }
    for wrong in [0, 1, 5, usize::MAX] {
        let refusal = length("name", wrong, 2, 4);
        assert!(matches!(refusal, Err(Refusal::Length { field: "name", length, min: 2, max: 4 }) if length == wrong));
    }
}

#[test]
fn what_stands_twice_is_named() {
    assert!(distinct::<u64>("offers", &[]).is_ok());
    assert!(distinct("offers", &[1, 2, 3]).is_ok());
    for twice in [[7, 7, 1], [7, 1, 7], [1, 7, 7]] {
        let refusal = distinct("offers", &twice);
        assert!(matches!(refusal, Err(Refusal::Duplicate { field: "offers", item }) if item == "7"), "{twice:?}");
    }
}

#[test]
fn each_refusal_begins_with_its_own_code() {
    let overflow = OverflowError::new(OverflowOperation::Add);
    let refusals = [
        Refusal::NotOwner { owner: person("owner") },
        Refusal::NotProposed,
        Refusal::Paused,
        Refusal::Funds { denom: "uatom".into() },
        Refusal::Address { field: "payee", reason: "wrong prefix".into() },
        Refusal::NotAllowed { who: "the market" },
        Refusal::Length { field: "name", length: 0, min: 1, max: 64 },
        Refusal::Duplicate { field: "offers", item: "7".into() },
        OutOfBounds { field: "salt", value: "0".into(), bounds: "from 1 to 32 bytes" }.into(),
        OutOfRange { unit: "Usd" }.into(),
        Refusal::Migration("from nothing".into()),
        StdError::from(overflow).into(),
    ];
    let codes: Vec<_> = refusals.iter().map(|refusal| crate::code::of(&refusal.to_string()).unwrap()).collect();
    assert_eq!(codes, crate::code::HEARTH);
}

#[test]
fn a_contract_follows_on_the_same_or_an_older_version_of_itself_alone() {
    for older in ["1.2.3", "1.2.2", "1.1.9", "0.10.0"] {
        assert!(follows("a", "1.2.3", "a", older).is_ok(), "{older}");
    }
    for (name, version) in
        [("b", "1.2.2"), ("a", "1.2.4"), ("a", "1.10.0"), ("a", "1.2"), ("a", "1.2.3.4"), ("a", "1.2.x")]
    {
        assert!(matches!(follows("a", "1.2.3", name, version), Err(Refusal::Migration(_))), "{name} {version}");
    }
}
