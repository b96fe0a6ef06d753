//! A process that is well.

use std::time::{Duration, Instant};

use hearth_engine::canary::canary;
use hearth_engine::openai::Kind;
use hearth_engine::process::{Child, Config, Embedded, Make};
use hearth_engine::scripted::{Act, Script};
use hearth_engine::{Engine, Error, Event, Finish, Generate, Prompt, Score, Stop, Usage};

use crate::server::{Server, Step, head, piece};
use crate::{Folder, id, prompt, read, read_until, score, settings, start};

#[tokio::test]
async fn an_answer_arrives_as_it_was_made() {
    let odd = Act::Say { token: u32::MAX, logprob: f32::from_bits(0x7fc0_0001), text: "odd".to_owned() };
    let child = start(Script::saying(&["a", "b"]).then([odd])).await;
    assert_eq!(child.describe().model, "scripted");
    let mut generation = child.generate(prompt()).unwrap();
    assert_eq!(generation.next().await.unwrap().unwrap(), Event::Started { input: 3, cached: 0 });
    let first = Event::Piece { tokens: vec![1], logprobs: vec![-0.5], text: "a".to_owned() };
    assert_eq!(generation.next().await.unwrap().unwrap(), first);
    generation.next().await.unwrap().unwrap();
    let Event::Piece { tokens, logprobs, .. } = generation.next().await.unwrap().unwrap() else { panic!("no piece") };
    assert_eq!((tokens[0], logprobs[0].to_bits()), (u32::MAX, 0x7fc0_0001));
    let usage = Usage { input: 3, cached: 0, output: 3 };
    assert_eq!(generation.next().await.unwrap().unwrap(), Event::Finished { reason: Finish::Stop, usage });
    assert!(generation.next().await.is_none());
}

#[tokio::test]
async fn many_requests_run_at_once_and_none_gets_another_s_words() {
    let words: Vec<String> = (0..200).map(|word| format!("{word} ")).collect();
    let child = start(Script::saying(&words.iter().map(String::as_str).collect::<Vec<_>>())).await;
    let stop = |tokens| Generate { stop: Stop::after(tokens), ..prompt() };
    let all: Vec<_> = (1..=40).map(|tokens| (tokens, child.generate(stop(tokens)).unwrap())).collect();
    for (tokens, generation) in all {
        assert_eq!(read(generation).await, (words[..tokens].concat(), Ok(())));
    }
}

#[tokio::test]
async fn scores_arrive() {
    let child = start(Script::saying(&["a", "b"])).await;
    assert_eq!(child.score(score()).unwrap().scores().await.unwrap().logprobs, [-0.5, -0.5]);
}

#[tokio::test]
async fn rows_of_logits_larger_than_a_message_arrive_whole() {
    // 25 rows of 100,000 logits: 10 MB, where a message has at most 8.
    let acts = (0..25_u8).map(|row| Act::Say { token: 1, logprob: -f32::from(row), text: String::new() });
    let child = start(Script { row: 100_000, acts: acts.collect(), ..Script::default() }).await;
    let request = Score { logits: true, ..score() };
    let scores = child.score(request).unwrap().scores().await.unwrap();
    assert_eq!(scores.logits.len(), 25);
    for (row, logprob) in scores.logits.iter().zip(&scores.logprobs) {
        assert!(row.len() == 100_000 && row.iter().all(|logit| logit == logprob));
    }
}

#[tokio::test]
async fn refusals_and_failures_arrive_as_they_were() {
    let child = start(Script { busy: 1, ..Script::saying(&["a"]).then([Act::Lose]) }).await;
    assert_eq!(read(child.generate(prompt()).unwrap()).await, (String::new(), Err(Error::Busy)));
    let (said, end) = read(child.generate(prompt()).unwrap()).await;
    assert!(said == "a" && matches!(end, Err(Error::Lost(_))));
    assert!(matches!(child.score(score()).unwrap().scores().await, Err(Error::Lost(_))));
}

#[tokio::test]
async fn a_slow_prefill_is_waited_for_and_a_canary_is_heard() {
    let slow = Script { acts: vec![Act::Wait { ms: 100 }], ..Script::default() }.then(Script::saying(&["a"]).acts);
    let child = start(slow).await;
    assert!(canary(&child, Duration::from_secs(10)).await.unwrap() >= Duration::from_millis(100));
    assert!(matches!(canary(&child, Duration::from_millis(10)).await, Err(Error::Lost(_))));
}

#[tokio::test]
async fn a_prompt_longer_than_a_message_is_a_wrong_request() {
    let child = start(Script::saying(&["a"])).await;
    let long = Generate { prompt: Prompt::Text("x".repeat(10 << 20)), ..prompt() };
    assert!(matches!(child.generate(long), Err(Error::Request(_))));
    assert_eq!(read(child.generate(prompt()).unwrap()).await, ("a".to_owned(), Ok(())));
}

#[tokio::test]
async fn stderr_is_passed_on_line_by_line() {
    let (sender, mut lines) = tokio::sync::mpsc::unbounded_channel();
    let script = Script { acts: vec![Act::Cry { line: "one\ntwo".to_owned() }], ..Script::default() };
    let log = move |line: &str| drop(sender.send(line.to_owned()));
    let child = Child::start(settings(script), log).await.unwrap();
    read(child.generate(prompt()).unwrap()).await.1.unwrap();
    assert_eq!(lines.recv().await.unwrap(), "one");
    assert_eq!(lines.recv().await.unwrap(), "two");
}

#[tokio::test]
async fn a_model_beyond_its_bound_is_refused_before_it_is_loaded() {
    let folder = Folder::new("bound");
    // A file of a thousand million bytes that takes none on disk, and is no model: to load it would fail otherwise.
    let weights = folder.file("model.safetensors", &[]);
    std::fs::File::options().write(true).open(weights).unwrap().set_len(1_000_000_000).unwrap();
    let embedded = |cache_bytes| {
        Make::Embedded(Embedded { name: "m".to_owned(), model: folder.0.clone(), cache_bytes, threads: 1 })
    };
    let mut settings = settings(Script::default());
    settings.config = Config { make: embedded(500), memory: Some(1_100_000_499) };
    let error = Child::start(settings.clone(), |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::Memory { needed: 1_100_000_500, allowed: 1_100_000_499, .. }), "{error}");
    settings.config = Config { make: embedded(1 << 60), memory: None };
    let error = Child::start(settings, |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::Memory { allowed, .. } if allowed < 1 << 50), "{error}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_said() {
    let mut settings = settings(Script::default());
    settings.program = "/nowhere/hearthd-engine".into();
    assert!(matches!(Child::start(settings, |_| {}).await, Err(Error::Load { .. })));
}

#[tokio::test]
async fn a_closed_engine_ends_what_is_under_way() {
    let child = start(Script::saying(&["a"]).then([Act::Hang])).await;
    let mut generation = child.generate(prompt()).unwrap();
    read_until(&mut generation, "a").await;
    let process = format!("/proc/{}/exe", id(&child));
    drop(child);
    assert!(matches!(generation.next().await, Some(Err(Error::Lost(_)))));
    let begin = Instant::now();
    while std::fs::read_link(&process).is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(5), "it lives on");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_reader_who_leaves_is_noticed_behind_the_process_within_a_second() {
    let server = Server::always(vec![head(), piece("a"), Step::Hold]);
    let mut settings = settings(Script::default());
    settings.config.make = Make::OpenAi(server.config(Kind::Vllm));
    let child = Child::start(settings, |_| {}).await.unwrap();
    assert_eq!((child.describe().model.as_str(), child.describe().context), ("llama", 8192));
    for _ in 0..3 {
        let mut generation = child.generate(prompt()).unwrap();
        read_until(&mut generation, "a").await;
        let begin = Instant::now();
        drop(generation);
        while server.closed.try_recv().is_err() {
            assert!(begin.elapsed() < Duration::from_secs(1), "not within a second");
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn readers_who_leave_disturb_nobody() {
    let child = start(Script::saying(&["a", "b"]).then([Act::Hang])).await;
    let before = id(&child);
    for _ in 0..20 {
        let mut generation = child.generate(prompt()).unwrap();
        read_until(&mut generation, "a").await;
        drop(generation);
        drop(child.score(score()).unwrap());
    }
    let short = Generate { stop: Stop::after(1), ..prompt() };
    assert_eq!(read(child.generate(short).unwrap()).await, ("a".to_owned(), Ok(())));
    assert_eq!(id(&child), before);
}
