use cosmwasm_std::Addr;
use hearth_schema::unit::{Price, Seq};

use super::*;

fn wanted() -> Wanted {
    Wanted {
        class: ClassId(1),
        tick: Tick(900),
        slots: 4,
        min_spend: Usd::new(1),
        max_spend: Usd::new(1_000),
        max_life: Seconds(600),
    }
}

fn stands(expires_at: u64) -> OfferAnswer {
    OfferAnswer {
        offer: OfferId(5),
        seq: Seq(1),
        node: NodeId(1),
        class: ClassId(1),
        tick: Tick(900),
        price: Price::new(1_000),
        slots: 4,
        free: 4,
        min_spend: Usd::new(1),
        max_spend: Usd::new(1_000),
        max_life: Seconds(600),
        expires_at: Seconds(expires_at),
        terms: 1,
    }
}

fn market() -> Config {
    let nobody = Addr::unchecked("nobody");
    Config {
        curator: nobody.clone(),
        bme: nobody.clone(),
        bonds: nobody.clone(),
        audit: nobody,
        decimals: 6,
        fresh: Seconds(300),
        unbonding: Seconds(1),
        offer_life: Seconds(1_000),
        terms: 1,
    }
}

#[test]
fn a_missing_offer_is_placed_for_its_whole_life() {
    assert_eq!(wanted().need(None, &market(), Seconds(50)), Need::Place { expires_at: Seconds(1_050) });
}

#[test]
fn an_offer_is_refreshed_at_four_fifths_of_its_life() {
    let need = |now| wanted().need(Some(&stands(1_000)), &market(), Seconds(now));
    assert_eq!(need(799), Need::Nothing);
    assert_eq!(need(800), Need::Refresh { offer: OfferId(5), expires_at: Seconds(1_800) });
    assert_eq!(need(5_000), Need::Refresh { offer: OfferId(5), expires_at: Seconds(6_000) });
}

#[test]
fn an_offer_that_differs_is_changed_where_it_differs() {
    let dearer = Wanted { tick: Tick(901), ..wanted() };
    let Need::Amend { offer, change } = dearer.need(Some(&stands(1_000)), &market(), Seconds(0)) else { panic!() };
    let expires_at = Some(Seconds(1_000));
    assert_eq!((offer, change), (OfferId(5), Change { tick: Some(Tick(901)), expires_at, ..Change::default() }));
}

#[test]
fn new_terms_are_agreed_to_by_a_change() {
    let newer = Config { terms: 2, ..market() };
    let Need::Amend { change, .. } = wanted().need(Some(&stands(1_000)), &newer, Seconds(0)) else { panic!() };
    assert_eq!((change.terms, change.tick), (Some(2), None));
}
