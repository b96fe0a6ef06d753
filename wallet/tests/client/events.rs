//! Streams cut anywhere.

use hearth_wallet::door::Fault;
use hearth_wallet::door::events::Events;

const STREAM: &[u8] =
    b": accepted\n\ndata: {\"a\":1}\n\ndata:two\r\ndata: lines\r\n\r\nevent: x\nid: 7\n\ndata: [DONE]\n\n";

#[test]
fn events_are_the_same_however_the_bytes_arrive() {
    for size in 1..=STREAM.len() {
        let mut events = Events::default();
        let mut seen = Vec::new();
        for part in STREAM.chunks(size) {
            events.push(part).unwrap();
            while let Some(event) = events.cut() {
                seen.push(String::from_utf8(event).unwrap());
            }
        }
        assert_eq!(seen, ["{\"a\":1}", "two\nlines", "[DONE]"], "in pieces of {size}");
    }
}

#[test]
fn an_event_without_end_is_refused_at_its_bound() {
    let mut events = Events::default();
    let piece = vec![b'x'; 1 << 20];
    let refused = (0..20).find_map(|_| events.push(&piece).err());
    assert_eq!(refused, Some(Fault::TooLarge { most: Events::MOST }));
}
