use super::*;
use crate::market::{Ended, Reason, Taken};
use crate::unit::{ClassId, DealId, NodeId, OfferId, Price, Seconds, Usd};

fn taken(request: Option<Digest>) -> Taken {
    Taken {
        deal: DealId(7),
        offer: OfferId(3),
        node: NodeId(2),
        worker: Addr::unchecked("worker"),
        client: Addr::unchecked("client"),
        class: ClassId(1),
        price: Price::new(150),
        max_spend: Usd::new(u128::MAX),
        expires_at: Seconds(9),
        request,
    }
}

#[test]
fn an_event_comes_back_from_its_attributes() {
    for event in [taken(None), taken(Some(Digest::generate(b"x")))] {
        assert_eq!(Taken::read(&event.event()), Ok(event));
    }
    let ended = Ended { deal: DealId(1), node: NodeId(2), reason: Reason::Left, spent: Usd::ZERO };
    assert_eq!(Ended::read(&ended.event()), Ok(ended));
}

#[test]
fn an_event_is_read_as_a_chain_shows_it() {
    let shown = Event::new("wasm-market_taken").add_attribute("_contract_address", "market");
    let shown = shown.add_attributes(taken(None).event().attributes);
    assert_eq!(Taken::read(&shown), Ok(taken(None)));
    assert_eq!(find::<Taken>(std::slice::from_ref(&shown), &Addr::unchecked("market")), Some(taken(None)));
    assert_eq!(find::<Taken>(&[shown], &Addr::unchecked("impostor")), None);
}

#[test]
fn an_event_of_another_kind_or_with_a_bent_attribute_is_not_read() {
    let wanted = "market_ended";
    let found = "market_taken".to_owned();
    assert_eq!(Ended::read(&taken(None).event()), Err(Unread::Other { wanted, found }));
    let bent = Event::new("market_ended").add_attribute("deal", "one");
    assert_eq!(Ended::read(&bent), Err(Unread::Field { kind: wanted, field: "deal" }));
}
