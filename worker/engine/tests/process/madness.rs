//! Programs that are no engine, or one that has lost its mind.

use hearth_engine::process::wire::{PROTOCOL, Reply, Setup, encode};
use hearth_engine::process::{Child, Health, Patience, Settings};
use hearth_engine::scripted::Script;
use hearth_engine::{Class, Description, Engine, Error, Event};

use crate::{Folder, SOON, becomes, prompt, read, settings};

#[tokio::test]
async fn whatever_is_no_frame_is_refused() {
    let ten_megabytes = r"printf '\000\000\240\000'; cat >&2";
    let garbage = r"printf '\003\000\000\000abc'; cat >&2";
    let cut = r"printf '\003\000\000\000a'";
    let nothing = "exit 3";
    let early = r"printf '\007\000\000\000\201\244Pong\001'; cat >&2";
    let folder = Folder::new("frames");
    for (script, saying) in [
        (ten_megabytes, "10485760 bytes"),
        (garbage, "no message"),
        (cut, "pipe"),
        (nothing, "exit status: 3"),
        (early, "before it was asked"),
    ] {
        let settings = Settings { program: folder.program(script), ..settings(Script::default()) };
        let Err(Error::Lost(why)) = Child::start(settings, |_| {}).await else { panic!("not lost: {saying}") };
        assert!(why.contains(saying), "{why}");
    }
}

#[tokio::test]
async fn a_process_that_never_loads_is_lost_by_its_deadline() {
    let patience = Patience { load_ms: 100, ..SOON };
    let folder = Folder::new("asleep");
    let settings = Settings { program: folder.program("cat >&2"), patience, ..settings(Script::default()) };
    let Err(Error::Lost(why)) = Child::start(settings, |_| {}).await else { panic!("not lost") };
    assert!(why.contains("did not load"), "{why}");
}

fn frames(replies: &[Reply]) -> Vec<u8> {
    replies.iter().flat_map(|reply| encode(reply).unwrap()).collect()
}

fn ready(model: &str) -> Reply {
    let (model, version) = (model.to_owned(), String::new());
    Reply::Ready(Description { model, digest: [0; 32], class: Class::Tolerant, version, context: 4096, vocabulary: 9 })
}

/// A program that is ready, waits until it is asked, and sends these bytes.
fn asked_sends(folder: &Folder, bytes: &[u8]) -> Settings {
    let settings = settings(Script::default());
    let mut first = encode(&Setup { protocol: PROTOCOL, config: settings.config.clone() }).unwrap();
    // Of the first order, one byte is enough.
    first.push(0);
    let ready = folder.file("ready", &frames(&[ready("mad")]));
    let words = folder.file("words", bytes);
    let script =
        format!("cat {}; head -c {} >/dev/null; cat {}; cat >&2", ready.display(), first.len(), words.display());
    // The first order is to be the request, not a question after its health.
    let patience = Patience { ping_ms: 10_000, ..SOON };
    Settings { program: folder.program(&script), patience, ..settings }
}

fn piece() -> Reply {
    Reply::Event { id: 1, event: Event::Piece { tokens: vec![1], logprobs: vec![], text: "a".to_owned() } }
}

#[tokio::test]
async fn garbage_in_the_middle_of_an_answer_loses_it() {
    let folder = Folder::new("raving");
    let words = [frames(&[piece(), piece()]), vec![0; 64]].concat();
    let child = Child::start(asked_sends(&folder, &words), |_| {}).await.unwrap();
    let (said, end) = read(child.generate(prompt()).unwrap()).await;
    assert!(said == "aa" && matches!(&end, Err(Error::Lost(why)) if why.contains("nonsense")), "{end:?}");
}

#[tokio::test]
async fn an_engine_that_says_more_than_it_was_asked_for_is_stopped() {
    let folder = Folder::new("flood");
    let child = Child::start(asked_sends(&folder, &frames(&vec![piece(); 1000])), |_| {}).await.unwrap();
    let (said, end) = read(child.generate(prompt()).unwrap()).await;
    assert!(said.len() < 200 && matches!(&end, Err(Error::Lost(why)) if why.contains("more than")), "{end:?}");
}

#[tokio::test]
async fn an_engine_that_gives_signs_of_life_unasked_is_stopped() {
    let folder = Folder::new("pongs");
    // The first question's number is 1, and none was asked yet: 0 is that of no question.
    let child = Child::start(asked_sends(&folder, &frames(&vec![Reply::Pong(0); 3])), |_| {}).await.unwrap();
    let (said, end) = read(child.generate(prompt()).unwrap()).await;
    assert!(said.is_empty() && matches!(&end, Err(Error::Lost(why)) if why.contains("not asked")), "{end:?}");
}

#[tokio::test]
async fn a_scoring_that_is_answered_as_an_answer_is_lost() {
    let folder = Folder::new("mistaken");
    let scored = Reply::Scored { id: 1, logprobs: vec![-1.0] };
    for words in [vec![piece()], vec![Reply::Rows { id: 1, rows: vec![vec![0.0; 4]] }, piece()]] {
        let child = Child::start(asked_sends(&folder, &frames(&words)), |_| {}).await.unwrap();
        let end = child.score(crate::score()).unwrap().scores().await;
        assert!(matches!(&end, Err(Error::Lost(why)) if why.contains("mistook")), "{end:?}");
    }
    let child = Child::start(asked_sends(&folder, &frames(&[piece(), scored])), |_| {}).await.unwrap();
    let (said, end) = read(child.generate(prompt()).unwrap()).await;
    assert!(said == "a" && matches!(&end, Err(Error::Lost(why)) if why.contains("mistook")), "{end:?}");
}

#[tokio::test]
async fn words_about_requests_that_there_are_not_change_nothing() {
    let folder = Folder::new("strangers");
    let other =
        |id| Reply::Event { id, event: Event::Piece { tokens: vec![1], logprobs: vec![], text: "b".to_owned() } };
    let usage = hearth_engine::Usage { input: 3, cached: 0, output: 1 };
    let finished = Reply::Event { id: 1, event: Event::Finished { reason: hearth_engine::Finish::Stop, usage } };
    let failed = Reply::Failed { id: 9, failure: hearth_engine::process::wire::Failure::Busy };
    let words = [other(0), other(2), other(u64::MAX), failed, piece(), finished];
    let child = Child::start(asked_sends(&folder, &frames(&words)), |_| {}).await.unwrap();
    assert_eq!(read(child.generate(prompt()).unwrap()).await, ("a".to_owned(), Ok(())));
}

#[tokio::test]
async fn an_engine_that_comes_back_as_another_is_not_taken() {
    let folder = Folder::new("another");
    folder.file("first", &frames(&[ready("one")]));
    folder.file("second", &frames(&[ready("two")]));
    let script = "[ -e flag ] && { cat second; cat >&2; exit 0; }; : > flag; cat first";
    let program = folder.program(&format!("cd {}; {script}", folder.0.display()));
    let patience = Patience { times: 2, ..SOON };
    let settings = Settings { program, patience, ..settings(Script::default()) };
    let child = Child::start(settings, |_| {}).await.unwrap();
    let health = becomes(&child, |health| matches!(health, Health::GivenUp(_))).await;
    assert!(matches!(health, Health::GivenUp(Error::Load { .. })), "{health:?}");
    assert!(matches!(child.generate(prompt()), Err(Error::Load { .. })));
}
