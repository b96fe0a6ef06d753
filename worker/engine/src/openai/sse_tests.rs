use proptest::prelude::*;

use super::{Events, Sent};
use crate::Error;

fn all(events: &mut Events) -> Vec<Sent> {
    std::iter::from_fn(|| events.next().unwrap()).collect()
}

fn data(text: &str) -> Sent {
    Sent::Data(text.as_bytes().to_vec())
}

#[test]
fn events_are_the_same_however_they_arrive() {
    let text =
        b": awake\r\n\r\ndata: {\"a\":1}\r\n\r\nevent: x\ndata:two\ndata: lines\n\nerror: {}\n\ndata: [DONE]\n\n";
    let expected = vec![data("{\"a\":1}"), data("two\nlines"), Sent::Fault(b"{}".to_vec()), data("[DONE]")];
    for size in 1..=text.len() {
        let mut events = Events::new(64);
        let mut got = Vec::new();
        for bytes in text.chunks(size) {
            events.push(bytes);
            got.extend(all(&mut events));
        }
        assert_eq!(got, expected, "in pieces of {size}");
    }
}

#[test]
fn an_event_that_was_not_ended_is_none() {
    let mut events = Events::new(64);
    events.push(b"data: half");
    assert_eq!(all(&mut events), vec![]);
    events.push(b"\n");
    assert_eq!(all(&mut events), vec![]);
}

#[test]
fn a_line_longer_than_the_bound_is_refused_before_it_ends() {
    let mut events = Events::new(8);
    events.push(b"data: 12");
    assert_eq!(events.next(), Ok(None));
    events.push(b"3");
    assert!(matches!(events.next(), Err(Error::Lost(_))));
}

#[test]
fn many_short_lines_of_one_event_are_bounded_too() {
    let mut events = Events::new(8);
    events.push(b"data:1234\ndata:5678\n");
    assert!(matches!(events.next(), Err(Error::Lost(_))));
}

proptest! {
    #[test]
    fn whatever_a_server_sends_is_an_event_or_an_error(
        parts in proptest::collection::vec("(data: ?|error:|:|\r|\n|\n\n|\\{|\\}|[a-z\"]|\\PC){0,12}", 0..8),
    ) {
        let whole = parts.concat();
        let read = |sizes: &[String]| {
            let mut events = Events::new(16);
            let mut got = Vec::new();
            for bytes in sizes {
                events.push(bytes.as_bytes());
                loop {
                    match events.next() {
                        Ok(Some(sent)) => got.push(sent),
                        Ok(None) => break,
                        Err(_) => return (got, true),
                    }
                }
            }
            (got, false)
        };
        prop_assert_eq!(read(std::slice::from_ref(&whole)), read(&parts));
    }
}
