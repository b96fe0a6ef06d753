use std::sync::{Arc, Mutex};

use super::{KEPT, LINE, Tail};

async fn lines(text: Vec<u8>) -> (Vec<String>, Vec<String>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let log = Arc::new(move |line: &str| sink.lock().unwrap().push(line.to_owned()));
    let kept = Tail::follow(std::io::Cursor::new(text), log).words().await;
    let seen = seen.lock().unwrap().clone();
    (seen, kept.into())
}

#[tokio::test]
async fn lines_are_passed_on_and_the_last_are_kept() {
    let text: String = (0..100).map(|line| format!("line {line}\n")).collect();
    let (seen, kept) = lines(text.into_bytes()).await;
    assert_eq!(seen.len(), 100);
    assert_eq!(kept, seen[100 - KEPT..]);
}

#[tokio::test]
async fn a_line_without_end_is_cut_and_the_next_is_whole() {
    let mut text = vec![b'x'; 100_000];
    text.extend(b"\n\x1b[31mred\r\n\nlast \xff");
    let (seen, _) = lines(text).await;
    assert_eq!(seen.iter().map(String::len).collect::<Vec<_>>(), [LINE, 7, 0, 8]);
    assert_eq!(&seen[1..], ["[31mred", "", "last \u{fffd}"]);
}
