use proptest::prelude::*;

use super::*;

fn refused(error: Result<impl std::fmt::Debug, Error>) -> (String, String) {
    let error = error.unwrap_err();
    assert_eq!(error.sort(), crate::Sort::Usage);
    (error.to_string(), error.hint().unwrap_or_default())
}

#[test]
fn amounts_say_their_unit_or_are_refused() {
    assert_eq!(tokens("2.5token", 6, "HRTH").unwrap(), TokenAmount::new(2_500_000));
    assert_eq!(tokens("2.5 hrth", 6, "HRTH").unwrap(), TokenAmount::new(2_500_000));
    assert_eq!(dollars("0.000000000001usd").unwrap(), Usd::new(1));
    let (problem, hint) = refused(tokens("2.5", 6, "HRTH"));
    assert!(problem.contains("has no unit") && hint == "as in 2.5token", "{problem} {hint}");
    assert!(refused(tokens("2.5usd", 6, "HRTH")).0.contains("it has to be in token, or hrth"));
    assert!(refused(dollars("1token")).0.contains("it has to be in usd"));
}

#[test]
fn too_many_decimals_and_what_is_no_number_are_refused() {
    assert!(refused(tokens("0.0000001token", 6, "HRTH")).0.contains("more than 6 digits"));
    assert_eq!(tokens("0.1000000000token", 6, "HRTH").unwrap(), TokenAmount::new(100_000));
    for text in ["", "usd", "-1usd", ".5usd", "1.2.3usd", "1e3usd"] {
        assert!(dollars(text).is_err(), "{text}");
    }
    let large = format!("{}usd", "9".repeat(40));
    assert!(refused(dollars(&large)).0.contains("too large"));
}

#[test]
fn a_price_off_the_grid_names_the_two_nearest() {
    let tick = offer_price("2.5usd").unwrap();
    assert_eq!(per_million(tick.price().unwrap()), "2.5 usd");
    let (problem, hint) = refused(offer_price("2.505usd"));
    assert!(problem.contains("off the grid"), "{problem}");
    assert_eq!(hint, "the nearest are 2.5 usd and 2.51 usd");
    assert_eq!(refused(offer_price("0.00001usd")).1, "the nearest are 0.0001 usd");
    assert_eq!(refused(offer_price("0.0001000005usd")).1, "the nearest are 0.0001 usd and 0.000101 usd");
}

#[test]
fn durations_are_read_and_shown_in_their_largest_unit() {
    for (text, seconds) in [("90s", 90), ("15m", 900), ("1h", 3_600), ("7d", 604_800)] {
        assert_eq!(duration(text).unwrap(), Seconds(seconds));
        assert_eq!(show_duration(Seconds(seconds)), text);
    }
    for text in ["", "1", "h", "1.5h", "1w", "99999999999999999999s", "9999999999999999999d"] {
        assert!(duration(text).is_err(), "{text}");
    }
}

#[test]
fn a_moment_is_told_from_now() {
    let told = |moment| show_moment(Seconds(moment), Seconds(1_000_000));
    assert_eq!([told(1_000_000), told(1_000_119), told(1_000_121)], ["now", "in 119s", "in 3m"]);
    assert_eq!([told(999_999), told(992_800), told(1_000_000 - 21 * 86_400 / 2)], ["1s ago", "2h ago", "11d ago"]);
}

#[test]
fn one_is_told_in_the_singular() {
    assert_eq!([0u64, 1, 2].map(|count| show_count(count, "offer")), ["0 offers", "1 offer", "2 offers"]);
}

proptest! {
    #[test]
    fn what_is_shown_is_read_back(amount in any::<u64>(), decimals in 0u8..=18) {
        let amount = TokenAmount::new(u128::from(amount));
        let text = show_tokens(amount, decimals, "HRTH");
        prop_assert_eq!(tokens(&text, decimals, "hrth").unwrap(), amount);
    }

    #[test]
    fn every_price_of_the_grid_is_read_back(tick in 0u16..=10_000) {
        let price = Tick(tick).price().unwrap();
        prop_assert_eq!(offer_price(&per_million(price)).unwrap(), Tick(tick));
    }
}
