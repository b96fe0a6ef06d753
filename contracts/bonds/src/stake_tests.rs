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

#[test]
fn an_unbonding_keeps_the_duration_under_which_it_began() {
    let mut holding = Holding { active: tokens(100), parts: vec![] };
    holding.unbond(tokens(40), &clock(0)).unwrap();
    let shorter = |now| Clock { unbonding: Seconds(100), ..clock(now) };
    holding.unbond(tokens(10), &shorter(500)).unwrap();
    assert_eq!(holding.next(), Some(Seconds(600)));
    assert_eq!(holding.withdraw(&shorter(600)).unwrap(), tokens(10));
    assert!(matches!(holding.withdraw(&shorter(999)), Err(ContractError::NothingDue { until: Some(Seconds(1_000)) })));
    assert_eq!(holding.withdraw(&shorter(1_000)).unwrap(), tokens(40));
}

#[test]
fn a_stake_never_grows_beyond_what_a_slash_can_sum() {
    let mut holding = Holding { active: tokens(u128::MAX), parts: vec![] };
    holding.unbond(tokens(u128::MAX), &clock(0)).unwrap();
    assert!(holding.bond(tokens(1)).is_err());
    assert_eq!(holding.slash(Bps::ONE).unwrap(), tokens(u128::MAX));
}

fn shares() -> impl Strategy<Value = Bps> {
    (1u16..=10_000).prop_map(Bps)
}

/// Any stake: its active part, and parts that began one after another.
fn holdings() -> impl Strategy<Value = Holding> {
    (any::<u64>(), vec((1u64.., 0u64..500), 0..=MOST_PARTS)).prop_map(|(active, parts)| {
        let mut since = 0;
        let part = |(amount, pause): (u64, u64)| {
            since += pause;
            Unbonding { amount: tokens(amount.into()), since: clock(since).now, duration: Seconds(1_000) }
        };
        Holding { active: tokens(active.into()), parts: parts.into_iter().map(part).collect() }
    })
}

proptest! {
    #[test]
    fn no_unit_is_made_or_lost(active in 0u128..1 << 80, acts in vec((0u8..4, 0u128..1 << 78, 0u64..3_000), 0..30)) {
        let (mut holding, mut put, mut out) = (Holding { active: tokens(active), parts: vec![] }, active, 0u128);
        let mut now = 0u64;
        for (act, amount, pause) in acts {
            now += pause;
            match act {
                0 => drop(holding.unbond(tokens(amount), &clock(now))),
                1 => out += holding.withdraw(&clock(now)).map_or(0, TokenAmount::u128),
                2 => {
                    holding.bond(tokens(amount)).unwrap();
                    put += amount;
                }
                _ => out += holding.slash(Bps(u16::try_from(amount % 10_001).unwrap())).unwrap().u128(),
            }
            prop_assert_eq!(held(&holding) + out, put);
            prop_assert!(holding.parts.len() <= MOST_PARTS);
        }
    }

    #[test]
    fn a_slash_takes_its_share_at_least_and_a_unit_a_part_more_at_most(mut holding in holdings(), bps in shares()) {
        let (all, parts) = (held(&holding), holding.parts.len() as u128 + 1);
        let taken = holding.slash(bps).unwrap().u128();
        prop_assert!(taken <= all);
        prop_assert!(taken * 10_000 >= all * u128::from(bps.0));
        prop_assert!(taken <= all * u128::from(bps.0) / 10_000 + parts);
        prop_assert_eq!(held(&holding), all - taken);
        prop_assert!(holding.parts.iter().all(|part| !part.amount.is_zero()));
    }

    #[test]
    fn a_slash_of_the_whole_takes_all(mut holding in holdings()) {
        let all = held(&holding);
        prop_assert_eq!(holding.slash(Bps::ONE).unwrap().u128(), all);
        prop_assert_eq!(holding, Holding::default());
    }

    #[test]
    fn a_slash_does_not_ask_in_which_order_the_parts_stand(holding in holdings(), bps in shares()) {
        let (mut forth, mut back) = (holding.clone(), holding);
        back.parts.reverse();
        prop_assert_eq!(forth.slash(bps).unwrap(), back.slash(bps).unwrap());
        back.parts.reverse();
        prop_assert_eq!(forth, back);
    }

    #[test]
    fn unbonding_saves_nothing_from_a_slash(holding in holdings(), amount in any::<u64>(), bps in shares()) {
        let (mut stays, mut flees) = (holding.clone(), holding);
        prop_assume!(flees.unbond(tokens(amount.into()), &clock(9_000)).is_ok());
        prop_assert!(flees.slash(bps).unwrap() >= stays.slash(bps).unwrap());
    }

    #[test]
    fn two_slashes_cost_the_same_in_either_order_but_for_a_unit_a_part(
        holding in holdings(),
        one in shares(),
        other in shares(),
    ) {
        let (mut forth, mut back) = (holding.clone(), holding);
        let there = forth.slash(one).unwrap().plus(forth.slash(other).unwrap()).unwrap();
        let here = back.slash(other).unwrap().plus(back.slash(one).unwrap()).unwrap();
        prop_assert!(there.u128().abs_diff(here.u128()) <= MOST_PARTS as u128 + 1);
    }

    #[test]
    fn what_is_withdrawn_first_changes_nothing_for_what_stays(
        holding in holdings(),
        now in 0u64..6_000,
        bps in shares(),
    ) {
        let (mut early, mut late) = (holding.clone(), holding);
        drop(early.withdraw(&clock(now)));
        early.slash(bps).unwrap();
        late.slash(bps).unwrap();
        drop(late.withdraw(&clock(now)));
        prop_assert_eq!(early, late);
    }

    #[test]
    fn at_least_half_of_a_slash_is_burned(taken in any::<u128>(), harmed in any::<bool>(), reporters in 0usize..=16) {
        let Spoils { harmed, reporter, burned } = Spoils::of(tokens(taken), harmed, reporters).unwrap();
        prop_assert!(burned.u128() >= taken.div_ceil(2));
        let all = burned.u128() + harmed.u128() + reporter.u128() * reporters as u128;
        prop_assert_eq!(all, taken);
    }
}
