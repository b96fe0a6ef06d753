use proptest::prelude::*;

use super::{Broken, MOST, encode, read};
use crate::process::wire::{Failure, Order, Reply};
use crate::{Error, Event};

#[test]
fn numbers_keep_every_bit() {
    let bits = [0x7fc0_0001_u32, 0xff80_0000, 0x8000_0000, 0x0000_0001, 0x3f80_0001];
    let logprobs = bits.map(f32::from_bits).to_vec();
    let event = Event::Piece { tokens: vec![u32::MAX], logprobs, text: "ä".to_owned() };
    let frame = encode(&Reply::Event { id: u64::MAX, event }).unwrap();
    let Some(Reply::Event { event: Event::Piece { logprobs, .. }, .. }) = read(&mut frame.as_slice()).unwrap() else {
        panic!("another message");
    };
    assert_eq!(logprobs.iter().map(|number| number.to_bits()).collect::<Vec<_>>(), bits);
}

#[test]
fn every_error_arrives_as_it_was() {
    let text = || "x".to_owned();
    let errors = [
        Error::Memory { what: text(), needed: u64::MAX, allowed: 1, remedy: text() },
        Error::Load { file: text(), problem: text() },
        Error::Shape { tensor: text(), problem: text() },
        Error::Tokenizer(text()),
        Error::Request(text()),
        Error::Context { input: 9, context: 8 },
        Error::Cancelled,
        Error::Unsupported("fly"),
        Error::Busy,
        Error::Lost(text()),
    ];
    for error in errors {
        let frame = encode(&Reply::Refused(Failure::from(error.clone()))).unwrap();
        let Some(Reply::Refused(failure)) = read(&mut frame.as_slice()).unwrap() else { panic!("another message") };
        assert_eq!(Error::from(failure), error);
    }
}

#[test]
fn a_frame_of_ten_megabytes_is_refused_on_both_sides() {
    let long = Reply::Failed { id: 1, failure: Failure::Lost("x".repeat(10 << 20)) };
    assert!(matches!(encode(&long), Err(Broken::Long(_))));
    let head = u32::try_from(10 << 20).unwrap().to_le_bytes();
    assert!(matches!(read::<Order>(&mut head.as_slice()), Err(Broken::Long(length)) if length > MOST));
}

#[test]
fn a_frame_cut_anywhere_is_no_message() {
    let frame = encode(&Order::Ping(7)).unwrap();
    assert!(matches!(read::<Order>(&mut [].as_slice()), Ok(None)));
    for cut in 1..frame.len() {
        assert!(matches!(read::<Order>(&mut &frame[..cut]), Err(Broken::Pipe(_))), "cut at {cut}");
    }
}

#[test]
fn bytes_after_a_message_make_it_none() {
    let mut frame = encode(&Order::Ping(7)).unwrap();
    frame.push(0);
    frame[0] += 1;
    assert!(matches!(read::<Order>(&mut frame.as_slice()), Err(Broken::Garbage(_))));
}

proptest! {
    #[test]
    fn garbage_never_breaks_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let mut frame = u32::try_from(bytes.len()).unwrap().to_le_bytes().to_vec();
        frame.extend(&bytes);
        let _either = read::<Order>(&mut frame.as_slice());
        let _either = read::<Reply>(&mut frame.as_slice());
        let _either = read::<Order>(&mut bytes.as_slice());
    }
}
