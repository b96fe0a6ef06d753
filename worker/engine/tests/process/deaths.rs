//! A process that dies, hangs or eats.

use std::process::Command;
use std::time::{Duration, Instant};

use hearth_engine::process::{Child, Health, Patience, Settings};
use hearth_engine::scripted::{Act, Script};
use hearth_engine::{Engine, Error, Generate, Stop};

use crate::{SOON, becomes, id, prompt, read, read_until, score, settings, start};

fn signal(name: &str, process: u32) {
    assert!(Command::new("kill").args([name, &process.to_string()]).status().unwrap().success());
}

async fn another(child: &Child, before: u32) -> u32 {
    let up = |health: &Health| matches!(health, Health::Up { process } if *process != Some(before));
    becomes(child, up).await;
    id(child)
}

#[tokio::test]
async fn a_process_killed_in_the_middle_loses_its_answers_and_comes_back() {
    let child = start(Script::saying(&["a"]).then([Act::Hang])).await;
    let mut before = id(&child);
    for _ in 0..5 {
        let mut generation = child.generate(prompt()).unwrap();
        read_until(&mut generation, "a").await;
        let scoring = child.score(score()).unwrap();
        signal("-KILL", before);
        let Some(Err(Error::Lost(why))) = generation.next().await else { panic!("not lost") };
        assert!(why.contains("SIGKILL"), "{why}");
        assert!(matches!(scoring.scores().await, Err(Error::Lost(_))));
        // Nothing was ever finished: so it is given up after three new starts.
        if matches!(becomes(&child, |health| !matches!(health, Health::Down(_))).await, Health::GivenUp(_)) {
            assert!(matches!(child.generate(prompt()), Err(Error::Lost(_))));
            return;
        }
        before = another(&child, before).await;
    }
    panic!("it was never given up");
}

#[tokio::test]
async fn a_process_that_was_of_use_is_started_again_without_end() {
    let child = start(Script::saying(&["a", "b"])).await;
    for _ in 0..6 {
        let before = id(&child);
        assert_eq!(read(child.generate(prompt()).unwrap()).await, ("ab".to_owned(), Ok(())));
        signal("-KILL", before);
        another(&child, before).await;
    }
}

#[tokio::test]
async fn a_process_that_hangs_is_lost_by_its_deadline_and_replaced() {
    let patience = Patience { pong_ms: 1_000, ..SOON };
    let script = Script::saying(&["a"]).then([Act::Hang]);
    let child = Child::start(Settings { patience, ..settings(script) }, |_| {}).await.unwrap();
    let before = id(&child);
    let mut generation = child.generate(prompt()).unwrap();
    read_until(&mut generation, "a").await;
    signal("-STOP", before);
    let begin = Instant::now();
    let Some(Err(Error::Lost(why))) = generation.next().await else { panic!("not lost") };
    assert!(why.contains("no sign of life"), "{why}");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    another(&child, before).await;
}

#[tokio::test]
async fn an_engine_without_progress_is_lost_by_its_deadline_and_replaced() {
    let patience = Patience { stall_ms: 200, ..SOON };
    let script = Script { acts: vec![Act::Hang], ..Script::default() };
    let child = Child::start(Settings { patience, ..settings(script) }, |_| {}).await.unwrap();
    let before = id(&child);
    let (said, end) = read(child.generate(prompt()).unwrap()).await;
    assert!(said.is_empty() && matches!(&end, Err(Error::Lost(why)) if why.contains("no progress")), "{end:?}");
    another(&child, before).await;
}

#[tokio::test]
async fn one_answer_that_stands_still_is_lost_alone() {
    let patience = Patience { stall_ms: 1_000, ..SOON };
    let script = Script::saying(&["a", "b"]).then([Act::Hang]);
    let child = Child::start(Settings { patience, ..settings(script) }, |_| {}).await.unwrap();
    let before = id(&child);
    let mut still = std::pin::pin!(read(child.generate(prompt()).unwrap()));
    let end = loop {
        let short = Generate { stop: Stop::after(1), ..prompt() };
        tokio::select! {
            (_, end) = &mut still => break end,
            (_, end) = read(child.generate(short).unwrap()) => assert_eq!(end, Ok(())),
        }
    };
    assert!(matches!(&end, Err(Error::Lost(why)) if why.contains("stood still")), "{end:?}");
    assert_eq!(id(&child), before);
}

#[tokio::test]
async fn a_process_that_dies_says_how() {
    let child = start(Script::saying(&["a"]).then([Act::Cry { line: "the GPU fell off".to_owned() }, Act::Die])).await;
    // What it said just before may be lost with it.
    let (_, end) = read(child.generate(prompt()).unwrap()).await;
    let Err(Error::Lost(why)) = end else { panic!("not lost") };
    assert!(why.contains("SIGABRT") && why.contains("the GPU fell off"), "{why}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_that_eats_all_its_memory_is_a_lack_of_memory() {
    let mut settings = settings(Script::saying(&["a"]).then([Act::Eat { mib: 1 << 20 }]));
    settings.config.memory = Some(64 << 20);
    let child = Child::start(settings, |_| {}).await.unwrap();
    let before = id(&child);
    let (_, end) = read(child.generate(prompt()).unwrap()).await;
    let memory = Error::Memory {
        what: "the engine's work".to_owned(),
        needed: 1 << 40,
        allowed: 64 << 20,
        remedy: "raise the bound, or take a smaller cache or model".to_owned(),
    };
    assert_eq!(end, Err(memory));
    another(&child, before).await;
}
