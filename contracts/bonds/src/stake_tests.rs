use hearth_schema::unit::Height;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn clock(now: u64) -> Clock {
    Clock { unbonding: Seconds(1_000), block_ms: 1_000, now: Moment { time: Seconds(now), height: Height(now) } }
}

fn tokens(units: u128) -> TokenAmount {
    TokenAmount::new(units)
}

fn held(holding: &Holding) -> u128 {
    holding.active.u128() + holding.unbonding().unwrap().u128()
}

#[test]
fn what_unbonds_can_be_withdrawn_after_its_clock_and_not_before() {
    let mut holding = Holding { active: tokens(100), parts: vec![] };
    holding.unbond(tokens(40), &clock(0)).unwrap();
    holding.unbond(tokens(10), &clock(500)).unwrap();
    assert!(matches!(holding.withdraw(&clock(999)), Err(ContractError::NothingDue { until: Some(Seconds(1_000)) })));
    assert_eq!(holding.withdraw(&clock(1_000)).unwrap(), tokens(40));
    assert_eq!(holding.withdraw(&clock(1_500)).unwrap(), tokens(10));
    assert!(matches!(holding.withdraw(&clock(9_999)), Err(ContractError::NothingDue { until: None })));
}

#[test]
fn nobody_unbonds_more_than_is_active_nor_in_more_than_eight_parts() {
    let mut holding = Holding { active: tokens(100), parts: vec![] };
    assert!(matches!(holding.unbond(tokens(101), &clock(0)), Err(ContractError::Insufficient { .. })));
    for _ in 0..8 {
        holding.unbond(tokens(1), &clock(0)).unwrap();
    }
    assert!(matches!(holding.unbond(tokens(1), &clock(0)), Err(ContractError::TooManyUnbondings { .. })));
}

#[test]
fn a_slash_cuts_what_is_active_and_each_part_rounded_up() {
    let mut holding = Holding { active: tokens(101), parts: vec![] };
    holding.unbond(tokens(50), &clock(0)).unwrap();
    assert_eq!(holding.slash(Bps(5_000)).unwrap(), tokens(26 + 25));
    assert_eq!((holding.active, holding.unbonding().unwrap()), (tokens(25), tokens(25)));
    assert_eq!(holding.slash(Bps::ONE).unwrap(), tokens(50));
    assert_eq!(holding, Holding::default());
}

#[test]
fn a_slash_without_takers_is_burned_whole() {
    let burned = Spoils::of(tokens(1_000), false, 0).unwrap();
    assert_eq!(burned, Spoils { harmed: tokens(0), reporter: tokens(0), burned: tokens(1_000) });
    let shared = Spoils::of(tokens(1_000), true, 7).unwrap();
    assert_eq!(shared, Spoils { harmed: tokens(200), reporter: tokens(42), burned: tokens(506) });
}

proptest! {
    #[test]
    fn no_unit_is_made_or_lost(active in 0u128..1 << 80, acts in vec((0u8..3, 0u128..1 << 78, 0u64..3_000), 0..30)) {
        let (mut holding, mut out, mut now) = (Holding { active: tokens(active), parts: vec![] }, 0u128, 0u64);
        for (act, amount, pause) in acts {
            now += pause;
            match act {
                0 => drop(holding.unbond(tokens(amount), &clock(now))),
                1 => out += holding.withdraw(&clock(now)).map_or(0, TokenAmount::u128),
                _ => out += holding.slash(Bps(u16::try_from(amount % 10_001).unwrap())).unwrap().u128(),
            }
            prop_assert_eq!(held(&holding) + out, active);
            prop_assert!(holding.parts.len() <= MOST_PARTS);
        }
    }

    #[test]
    fn at_least_half_of_a_slash_is_burned(taken in any::<u128>(), harmed in any::<bool>(), reporters in 0usize..=16) {
        let Spoils { harmed, reporter, burned } = Spoils::of(tokens(taken), harmed, reporters).unwrap();
        prop_assert!(burned.u128() >= taken / 2);
        let all = burned.u128() + harmed.u128() + reporter.u128() * reporters as u128;
        prop_assert_eq!(all, taken);
    }
}
