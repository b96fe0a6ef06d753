use super::*;

const START: Moment = Moment { time: Seconds(1_000), height: Height(10) };

fn after(seconds: u64, blocks: u64) -> Moment {
    Moment { time: Seconds(1_000 + seconds), height: Height(10 + blocks) }
}

#[test]
fn a_clock_needs_its_time_and_a_quarter_of_its_blocks() {
    let day = Seconds(86_400);
    assert!(!START.ran_out(day, after(86_399, 100_000), 6_000));
    assert!(!START.ran_out(day, after(86_400, 3_599), 6_000));
    assert!(START.ran_out(day, after(86_400, 3_600), 6_000));
}

#[test]
fn a_short_clock_needs_twenty_blocks() {
    assert!(!START.ran_out(Seconds(10), after(10, 19), 6_000));
    assert!(START.ran_out(Seconds(10), after(10, 20), 6_000));
}

#[test]
fn a_halt_alone_runs_no_clock_out() {
    assert!(!START.ran_out(Seconds(3_600), after(1_000_000, 1), 6_000));
}

#[test]
fn a_date_long_past_still_needs_twenty_blocks() {
    assert!(!START.came(Seconds(5), after(0, 19), 6_000));
    assert!(START.came(Seconds(5), after(0, 20), 6_000));
    assert!(!START.came(Seconds(u64::MAX), after(1 << 40, 1 << 40), 6_000));
}
