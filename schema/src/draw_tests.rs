use proptest::prelude::*;

use super::*;

const DEFAULT: Sampling = Sampling { detection: Bps(9_500), safety: Bps(15_000), saving: Bps(8_000) };

fn rho(seed: u64) -> Digest {
    let stake = Stake { chain: "hearth-1", audit: "audit", deal: DealId(1), n: 1 };
    stake.rho(Round(seed), &digest::zero())
}

#[test]
fn a_quantum_follows_the_bond_and_is_never_nothing() {
    let hundred = Usd::new(100_000_000_000_000);
    assert_eq!(DEFAULT.quantum(hundred, Bps(5_000)), Usd::new(39_583_333_333_333));
    assert_eq!(DEFAULT.quantum(Usd::ZERO, Bps(5_000)), Usd::new(1));
    assert_eq!(
        DEFAULT.quantum(Usd::new(u128::MAX), Bps::ONE).u128(),
        269_390_207_145_742_950_241_838_230_883_483_167_401
    );
}

#[test]
fn a_bond_of_nothing_draws_the_most() {
    assert_eq!(points(&rho(1), Usd::ZERO, Usd::new(1_000), Usd::new(1), false).len(), 16);
    assert_eq!(points(&rho(1), Usd::ZERO, Usd::new(1_000), Usd::new(1), true).len(), 17);
}

#[test]
fn half_a_quantum_is_drawn_half_the_time() {
    let drawn: usize =
        (0..2_000).map(|seed| points(&rho(seed), Usd::ZERO, Usd::new(50), Usd::new(100), false).len()).sum();
    assert!((900..1_100).contains(&drawn), "{drawn}");
}

#[test]
fn nothing_is_drawn_from_no_fee() {
    assert!(points(&rho(1), Usd::new(5), Usd::new(5), Usd::new(1), true).is_empty());
}

proptest! {
    #[test]
    fn points_lie_in_the_fee(seed in any::<u64>(), prev in 0u128..1 << 100, fee in 1u128..1 << 100, quantum in 1u128..1 << 100) {
        let (prev, spent) = (Usd::new(prev), Usd::new(prev + fee));
        let drawn = points(&rho(seed), prev, spent, Usd::new(quantum), true);
        prop_assert!(drawn.iter().all(|point| prev < *point && *point <= spent));
        let whole = usize::try_from(fee / quantum).unwrap_or(16).min(16);
        prop_assert!(drawn.len() > whole && drawn.len() <= whole + 2);
    }
}
