use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const DOLLAR: u128 = 1_000_000_000_000;

#[test]
fn the_example_of_the_protocol_locks_21_and_charges_8_and_12() {
    let (half, quarter) = (TokenPrice::new(DOLLAR / 2), TokenPrice::new(DOLLAR / 4));
    assert_eq!(lock(Usd::new(10 * DOLLAR), half, 6), Ok(TokenAmount::new(21_000_000)));
    let escrow = TokenAmount::new(21_000_000);
    assert_eq!(
        tokens(Usd::new(4 * DOLLAR), half, 6, escrow),
        Ok(Charge { amount: TokenAmount::new(8_000_000), short: false })
    );
    let escrow = TokenAmount::new(13_000_000);
    assert_eq!(
        tokens(Usd::new(3 * DOLLAR), quarter, 6, escrow),
        Ok(Charge { amount: TokenAmount::new(12_000_000), short: false })
    );
}

#[test]
fn a_charge_beyond_the_escrow_takes_what_is_there() {
    let charge = tokens(Usd::new(u128::MAX), TokenPrice::new(1), 18, TokenAmount::new(5));
    assert_eq!(charge, Ok(Charge { amount: TokenAmount::new(5), short: true }));
}

#[test]
fn a_price_of_nothing_is_refused() {
    assert!(tokens(Usd::new(1), TokenPrice::ZERO, 6, TokenAmount::new(5)).is_err());
    assert!(lock(Usd::new(1), TokenPrice::ZERO, 6).is_err());
}

#[test]
fn a_stake_counts_for_four_fifths_of_its_price() {
    let price = TokenPrice::new(DOLLAR / 2);
    assert_eq!(bond_value(TokenAmount::new(100_000_000), price, 6), Usd::new(40 * DOLLAR));
    assert_eq!(bond_value(TokenAmount::new(u128::MAX), TokenPrice::new(u128::MAX), 0), Usd::new(u128::MAX));
}

proptest! {
    #[test]
    fn many_commits_in_a_stable_cost_what_one_would(steps in vec(0u128..5 * DOLLAR, 1..20), decimals in 0u8..=12) {
        let (mut spent, mut paid) = (Usd::ZERO, 0);
        for step in steps {
            let next = spent.plus(Usd::new(step)).unwrap();
            paid += stable(spent, next, decimals).unwrap().u128();
            spent = next;
        }
        prop_assert_eq!(paid, stable(Usd::ZERO, spent, decimals).unwrap().u128());
    }

    #[test]
    fn a_lock_covers_its_dollars_at_a_price_five_percent_lower(spend in 1u128..1 << 90, price in 20u128..1 << 60, decimals in 0u8..=18) {
        let Ok(locked) = lock(Usd::new(spend), TokenPrice::new(price), decimals) else { return Ok(()) };
        let lower = TokenPrice::new(price * 100 / 105 + 1);
        prop_assert!(!tokens(Usd::new(spend), lower, decimals, locked).unwrap().short);
    }
}
