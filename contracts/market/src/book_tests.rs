use cosmwasm_std::HexBinary;
use hearth_schema::market::Kind;
use hearth_schema::sign::PublicKey;
use hearth_schema::terms::Profile;
use hearth_schema::unit::Asset;
use proptest::prelude::*;

use super::*;

const NOW: Now = Now { time: Seconds(1_000), terms: 1 };
const ID: OfferId = OfferId(7);

fn wanted() -> Wanted {
    Wanted {
        tick: Tick(50),
        slots: 4,
        min_spend: Usd::new(10),
        max_spend: Usd::new(100),
        max_life: Seconds(3_600),
        expires_at: Seconds(5_000),
        terms: 1,
    }
}

fn offer() -> Offer {
    Offer { node: NodeId(1), class: ClassId(1), seq: Seq(1), used: 0, wanted: wanted() }
}

fn bid() -> Bid {
    Bid {
        max_spend: Usd::new(50),
        asset: Asset::Token,
        kind: Kind::Session,
        session_key: PublicKey(HexBinary::from([2; 33])),
        expires_at: Seconds(2_000),
        terms: 1,
    }
}

fn fits(offer: Offer, bid: Bid, limit: u128) -> Result<Price, ContractError> {
    offer.fits(ID, &bid, Price::new(limit), NOW)
}

fn refused(change: impl FnOnce(&mut Wanted)) -> ContractError {
    let mut wanted = wanted();
    change(&mut wanted);
    wanted.check(NOW, &Profile::production().terms, Seconds(10_000)).unwrap_err()
}

#[test]
fn a_bid_within_all_bounds_fits_at_the_offers_own_price() {
    assert_eq!(fits(offer(), bid(), 1_000).unwrap(), Price::new(150));
}

#[test]
fn each_bound_refuses_by_its_name() {
    let full = Offer { used: 4, ..offer() };
    assert!(matches!(fits(full, bid(), 1_000), Err(ContractError::OfferFull { .. })));
    assert!(matches!(fits(offer(), bid(), 149), Err(ContractError::AboveLimit { .. })));
    let outdated = Offer { wanted: Wanted { terms: 0, ..wanted() }, ..offer() };
    assert!(matches!(fits(outdated, bid(), 1_000), Err(ContractError::OfferExpired { .. })));
    let expired = Offer { wanted: Wanted { expires_at: NOW.time, ..wanted() }, ..offer() };
    assert!(matches!(fits(expired, bid(), 1_000), Err(ContractError::OfferExpired { .. })));
    let dear = Bid { max_spend: Usd::new(101), ..bid() };
    assert!(matches!(fits(offer(), dear, 1_000), Err(ContractError::SpendBounds { .. })));
    let long = Bid { expires_at: Seconds(4_601), ..bid() };
    assert!(matches!(fits(offer(), long, 1_000), Err(ContractError::LifeBounds { .. })));
}

#[test]
fn an_offer_that_nobody_could_take_is_refused_by_its_field() {
    let field = |error| match error {
        ContractError::OfferBounds { field, .. } => field,
        other => panic!("{other}"),
    };
    assert_eq!(field(refused(|wanted| wanted.slots = 0)), "slots");
    assert_eq!(field(refused(|wanted| wanted.slots = 10_001)), "slots");
    assert_eq!(field(refused(|wanted| wanted.max_spend = Usd::ZERO)), "max_spend");
    assert_eq!(field(refused(|wanted| wanted.min_spend = Usd::new(101))), "min_spend");
    assert_eq!(field(refused(|wanted| wanted.max_life = Seconds(59))), "max_life");
    assert_eq!(field(refused(|wanted| wanted.expires_at = NOW.time)), "expires_at");
    assert_eq!(field(refused(|wanted| wanted.expires_at = Seconds(11_001))), "expires_at");
    assert!(matches!(refused(|wanted| wanted.tick = Tick(40_000)), ContractError::OffGrid(_)));
    assert!(matches!(refused(|wanted| wanted.terms = 2), ContractError::TermsChanged { current: 1, named: 2 }));
}

#[test]
fn a_stake_covers_up_to_its_last_unit() {
    let covered = |spend| covers(NodeId(1), Usd::new(60), Usd::new(spend), Usd::new(100));
    assert_eq!(covered(40).unwrap(), Usd::new(100));
    assert!(matches!(covered(41), Err(ContractError::BondTooSmall { .. })));
    assert!(covered(u128::MAX).is_err());
}

proptest! {
    #[test]
    fn whoever_took_the_shrunk_offer_could_have_taken_the_old_one(
        slots in 1u32..6, min in 8u128..60, max in 1u128..105, life in 60u64..3_700, expires in 900u64..5_100,
        spend in 1u128..150, until in 1_060u64..6_000,
    ) {
        let next = Wanted {
            slots,
            min_spend: Usd::new(min),
            max_spend: Usd::new(max),
            max_life: Seconds(life),
            expires_at: Seconds(expires),
            ..wanted()
        };
        prop_assume!(next.shrinks(&wanted()));
        let bid = Bid { max_spend: Usd::new(spend), expires_at: Seconds(until), ..bid() };
        if fits(Offer { wanted: next, ..offer() }, bid.clone(), 1_000).is_ok() {
            prop_assert!(fits(offer(), bid, 1_000).is_ok());
        }
    }
}
