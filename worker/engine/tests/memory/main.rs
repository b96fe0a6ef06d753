//! What a model takes: no allocation a token, but for what is handed to the listener, and little more memory than its
//! weights.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    reason = "these are tests"
)]

#[path = "../embedded/made.rs"]
mod made;

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use hearth_engine::{Embedded, Engine, Options, Prompt, Sampling, Score, Stop};

use made::{LARGE, SMALL, ask, generate, made, options, some_tokens};

/// Counts what is allocated.
struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code, reason = "an allocator is unsafe by its trait; this one passes everything on")]
// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    // SAFETY: the caller's.
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    // SAFETY: the caller's.
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's.
        unsafe { System.alloc_zeroed(layout) }
    }

    // SAFETY: the caller's.
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Allocations of reading so many tokens one by one.
fn allocations(engine: &Embedded, count: usize) -> usize {
    let request = Score { prompt: Prompt::Tokens(vec![1]), tokens: some_tokens(count, 1), logits: false };
    let before = COUNT.load(Ordering::Relaxed);
    engine.score(request).unwrap().scores_blocking().unwrap();
    COUNT.load(Ordering::Relaxed) - before
}

/// Allocations of saying so many tokens: the pieces that are handed out, each with its token and its text, are all of it.
fn said(engine: &Embedded, count: usize) -> usize {
    let stop = Stop { ignore_end: true, ..Stop::after(count) };
    let request = ask(Prompt::Tokens(vec![1, 2, 3]), Sampling::greedy(), stop);
    let before = COUNT.load(Ordering::Relaxed);
    assert_eq!(generate(engine, request).unwrap().tokens.len(), count);
    COUNT.load(Ordering::Relaxed) - before
}

/// Bytes of this process in memory: its own, and those of mapped files.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// One test, so that nothing else allocates meanwhile.
#[test]
fn a_token_allocates_nothing_and_a_model_takes_little_more_than_its_weights() {
    let small = made(&SMALL);
    for threads in [1, 2] {
        let engine = small.load(&Options { threads, chunk: 1, ..options() }).unwrap();
        allocations(&engine, 200);
        // The fewest of some tries: the system's threads may do something of their own.
        let least = |count| (0..5).map(|_| allocations(&engine, count)).min().unwrap();
        let (few, many) = (least(20), least(200));
        assert_eq!(few, many, "with {threads} threads");
        said(&engine, 200);
        let [few, more, most] = [40, 120, 200].map(|count| (0..5).map(|_| said(&engine, count)).min().unwrap());
        let (early, late) = (more - few, most - more);
        // Some fifty a piece, nearly all of them the tokenizer's for its text; however long the answer is.
        assert!(early <= 80 * 80 && late <= early + early / 2, "{early}, then {late}, with {threads} threads");
    }

    let large = made(&LARGE);
    let weights = fs::metadata(large.0.join("model.safetensors")).unwrap().len();
    let before = resident();
    let cache = 16 << 20;
    let engine = large.load(&Options { threads: 2, cache, ..options() }).unwrap();
    let request = Score { prompt: Prompt::Tokens(vec![1]), tokens: some_tokens(80, 1), logits: false };
    engine.score(request).unwrap().scores_blocking().unwrap();
    let taken = resident() - before;
    assert!(taken <= weights + weights / 10 + cache, "{taken} bytes for {weights} bytes of weights");
}
