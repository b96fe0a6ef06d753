use super::Patience;

#[test]
fn pauses_double_up_to_a_bound_and_end() {
    let patience = Patience { first_ms: 200, most_ms: 1_000, times: 6, ..Patience::default() };
    let pauses: Vec<u128> = (0..).map_while(|in_vain| patience.pause(in_vain)).map(|pause| pause.as_millis()).collect();
    assert_eq!(pauses, [200, 400, 800, 1_000, 1_000, 1_000]);
}

#[test]
fn the_longest_row_of_pauses_is_still_bounded() {
    let patience = Patience { times: u32::MAX, ..Patience::default() };
    assert_eq!(patience.pause(u32::MAX - 1).unwrap().as_millis(), u128::from(patience.most_ms));
}
