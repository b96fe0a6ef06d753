use super::*;

const LIMIT: Duration = Duration::from_secs(30);

fn later(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

fn nothing() -> Came {
    Came::ToNothing("insufficient fee".into())
}

#[test]
fn a_transaction_that_no_block_takes_is_trouble_after_its_time() {
    let (waiting, start) = (Waiting::default(), Instant::now());
    let way = waiting.begin("commit 7/1", start);
    let _younger = waiting.begin("commit 8/1", later(start, 20));
    assert_eq!(waiting.trouble(later(start, 30), LIMIT), None);
    let trouble = waiting.trouble(later(start, 31), LIMIT).unwrap();
    assert!(trouble.contains("commit 7/1") && trouble.contains("31 s"), "{trouble}");
    assert_eq!(waiting.open(later(start, 31)), (2, Duration::from_secs(31)));
    way.end(Came::Through, later(start, 32));
    assert_eq!(waiting.trouble(later(start, 33), LIMIT), None);
    assert_eq!(waiting.open(later(start, 33)), (1, Duration::from_secs(13)));
}

#[test]
fn attempts_that_all_come_to_nothing_are_trouble_until_one_goes_through() {
    let (waiting, start) = (Waiting::default(), Instant::now());
    for second in (0..=32).step_by(2) {
        waiting.begin("commit 7/1", later(start, second)).end(nothing(), later(start, second + 1));
    }
    let trouble = waiting.trouble(later(start, 34), LIMIT).unwrap();
    assert!(trouble.contains("insufficient fee"), "{trouble}");
    waiting.begin("commit 7/1", later(start, 35)).end(Came::Through, later(start, 36));
    assert_eq!(waiting.trouble(later(start, 37), LIMIT), None);
}

#[test]
fn one_failure_is_no_trouble_and_what_is_tried_no_more_is_none_either() {
    let (waiting, start) = (Waiting::default(), Instant::now());
    waiting.begin("audit 7/1", start).end(nothing(), later(start, 1));
    assert_eq!(waiting.trouble(later(start, 300), LIMIT), None);
    waiting.begin("audit 7/1", later(start, 40)).end(nothing(), later(start, 41));
    assert!(waiting.trouble(later(start, 42), LIMIT).is_some());
    assert_eq!(waiting.trouble(later(start, 80), LIMIT), None);
}
