use hearth_schema::clock::Moment;
use hearth_schema::digest;
use hearth_schema::leaf::{Finish, Leaf};
use proptest::prelude::*;

use super::*;

const DOLLAR: u128 = 1_000_000_000_000;

fn usd(millis: u128) -> Usd {
    Usd::new(millis * DOLLAR / 1_000)
}

/// A fresh session: a token costs a tenth of a cent, an input token half of that.
fn fresh() -> Position {
    Position {
        price: Price::new(DOLLAR / 1_000),
        weights: Weights { input: 500, cached: 100 },
        max_spend: usd(10_000),
        leave: Leave::Nothing,
        served: Totals::default(),
        vouched: Usd::ZERO,
        committed: Usd::ZERO,
        reserved: Usd::ZERO,
        covered: usd(10_000),
    }
}

fn served(spent: Usd) -> Totals {
    Totals { count: 1, spent, ..Totals::default() }
}

#[test]
fn a_stranger_gets_a_cent_and_not_a_pico_dollar_more() {
    let position = fresh();
    assert_eq!(position.admit(FREE), Ok(()));
    let most = FREE.plus(Usd::new(1)).unwrap();
    assert_eq!(position.admit(most), Err(Short::Unsigned { left: FREE, most }));
}

#[test]
fn streams_under_way_count_as_if_they_were_served() {
    let position = Position { reserved: usd(6), ..fresh() };
    assert_eq!(position.admit(usd(4)), Ok(()));
    let short = position.admit(usd(5)).unwrap_err();
    assert_eq!(short, Short::Unsigned { left: usd(4), most: usd(5) });
    assert!(short.passes(position.reserved));
}

#[test]
fn a_voucher_frees_what_it_covers_and_trust_grows_with_commits() {
    let waiting = Position { served: served(usd(10)), ..fresh() };
    assert!(waiting.admit(usd(1)).is_err());
    let vouched = Position { vouched: usd(10), ..waiting };
    assert_eq!(vouched.admit(usd(10)), Ok(()));
    let committed = Position { served: served(usd(1_000)), vouched: usd(1_000), committed: usd(1_000), ..fresh() };
    assert_eq!(committed.room(), Ok(usd(110)));
}

#[test]
fn a_job_gets_what_the_chain_pays_for_it_unsigned() {
    let position = Position { leave: Leave::Job(usd(100)), ..fresh() };
    assert_eq!(position.room(), Ok(usd(100)));
}

#[test]
fn a_bearer_token_covers_the_whole_of_the_deal_and_not_each_request() {
    let position = Position { leave: Leave::Bearer(usd(50)), ..fresh() };
    assert_eq!(position.room(), Ok(usd(60)));
    let later = Position { served: served(usd(50)), committed: usd(50), ..position };
    assert_eq!(later.room(), Ok(usd(10)));
}

#[test]
fn an_escrow_that_lost_its_worth_ends_the_service() {
    let position = Position { covered: usd(3), vouched: usd(2), served: served(usd(2)), ..fresh() };
    assert_eq!(position.admit(usd(2)), Err(Short::Escrow { left: usd(1), most: usd(2) }));
}

#[test]
fn the_limit_of_the_deal_is_never_passed() {
    let position = Position { max_spend: usd(5), ..fresh() };
    assert_eq!(position.admit(usd(6)), Err(Short::Limit { max: usd(5), left: usd(5), most: usd(6) }));
}

#[test]
fn as_many_tokens_are_promised_as_the_room_pays_for() {
    let position = fresh();
    assert_eq!(position.tokens(4), Ok(Some(8)));
    assert_eq!(position.tokens(18), Ok(Some(1)));
    assert_eq!(position.tokens(19), Ok(None));
}

#[test]
fn an_escrow_is_counted_at_ninety_seven_parts_of_a_hundred() {
    assert_eq!(worth(Amount::new(2_000_000), TokenPrice::new(DOLLAR / 2), 6), Ok(usd(970)));
    assert!(worth(Amount::new(1), TokenPrice::new(1), 39).is_err());
}

#[test]
fn the_earliest_clock_ends_a_deal() {
    let clocks = hearth_schema::terms::Profile::short().terms.clocks;
    let mut deal = crate::journal::tests::deal();
    let opened = Moment { time: Seconds(1_000), ..Moment::default() };
    (deal.opened, deal.n, deal.expires_at) = (opened, 0, Seconds(5_000));
    assert_eq!(until(&deal, &clocks), Seconds(1_060));
    deal.n = 1;
    assert_eq!(until(&deal, &clocks), Seconds(5_060));
    deal.closing = Some(Moment { time: Seconds(2_000), ..Moment::default() });
    assert_eq!(until(&deal, &clocks), Seconds(2_600));
}

/// What may happen in a session.
#[derive(Clone, Debug)]
enum Step {
    /// A request that may cost so much, of which so many thousandths are used in the end.
    Ask { millis: u128, used: u128 },
    /// The oldest request under way ends.
    End,
    /// The client vouches for everything.
    Vouch,
    /// What is vouched for is committed.
    Commit,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..40_u128, 0..=1_000_u128).prop_map(|(millis, used)| Step::Ask { millis, used }),
        4 => Just(Step::End),
        1 => Just(Step::Vouch),
        1 => Just(Step::Commit),
    ]
}

proptest! {
    #[test]
    fn unsigned_work_stays_within_leave_whatever_happens(
        steps in prop::collection::vec(step(), 1..200), cap in 0..100_u128, limit in 1..2_000_u128,
    ) {
        let leave = if cap == 0 { Leave::Nothing } else { Leave::Bearer(usd(cap)) };
        let mut position = Position { leave, max_spend: usd(limit), ..fresh() };
        let mut under_way: Vec<(Usd, Usd)> = Vec::new();
        for step in steps {
            match step {
                Step::Ask { millis, used } => {
                    let most = usd(millis);
                    prop_assert_eq!(position.admit(most).is_ok(), most <= position.room().unwrap());
                    if position.admit(most).is_ok() {
                        position.reserved = position.reserved.plus(most).unwrap();
                        under_way.push((most, most.mul_div_floor(used, 1_000).unwrap()));
                    }
                }
                Step::End if !under_way.is_empty() => {
                    let (most, cost) = under_way.remove(0);
                    position.reserved = position.reserved.minus(most).unwrap();
                    position.served.spent = position.served.spent.plus(cost).unwrap();
                }
                Step::End => (),
                Step::Vouch => position.vouched = position.served.spent,
                Step::Commit => position.committed = position.committed.max(position.vouched),
            }
            let unsigned = position.served.spent.less(position.vouched.max(position.committed));
            let leave = usd(cap).plus(position.committed.mul_div_floor(1, 10).unwrap()).unwrap().plus(FREE).unwrap();
            prop_assert!(unsigned <= leave);
            prop_assert!(position.served.spent <= position.max_spend);
        }
    }

    #[test]
    fn promised_tokens_cost_no_more_than_the_room(input in 0..1_000_u64, price in 1..u64::MAX, room in 1..u64::MAX) {
        let room = Usd::new(room.into());
        let position = Position { price: Price::new(price.into()), leave: Leave::Job(room), ..fresh() };
        let cost = |output| position.fee(Counts { input, cached: 0, output }).unwrap();
        match position.tokens(input).unwrap() {
            Some(output) => {
                prop_assert!(cost(output) <= position.room().unwrap());
                prop_assert!(cost(output + 1) > position.room().unwrap() || output + 1 == 1 << 32);
            }
            None => prop_assert!(cost(1) > position.room().unwrap()),
        }
    }

    #[test]
    fn totals_cost_what_their_leaves_cost(counts in prop::collection::vec((0..500_u64, 0..500_u64, 1..500_u64), 1..20)) {
        let position = fresh();
        let mut totals = Totals::default();
        for (index, (input, cached, output)) in counts.into_iter().enumerate() {
            let counts = Counts { input, cached, output };
            let zero = digest::zero();
            let fee = position.fee(counts).unwrap();
            let finish = Finish::STOP;
            let index = u64::try_from(index).unwrap();
            let leaf = Leaf {
                index, request: zero, output: zero, evidence: zero, bundle: zero, engine: zero, counts, finish, fee,
            };
            totals = totals.plus(&leaf).unwrap();
        }
        prop_assert!(totals.costs(position.price, position.weights).unwrap());
    }
}
