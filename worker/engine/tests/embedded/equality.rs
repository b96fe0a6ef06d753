//! The same bits, however the work is cut.

use hearth_engine::{Embedded, Options, Prompt, Sampling, Score, Stop};
use hearth_exact::Path;

use super::made::{LARGE, SMALL, Sizes, ask, bits, generate, hear, made, options, score, some_tokens};

/// Loads the model in many ways and compares every logit that it gives for the same sequence.
pub(crate) fn same_bits(folder: &std::path::Path, length: usize, ways: &[Options]) {
    let sequences: Vec<_> = (0..4).map(|seed| some_tokens(length + seed, seed as u64)).collect();
    let mut first: Option<Vec<Vec<u32>>> = None;
    for way in ways {
        let engine = Embedded::load(folder, way).unwrap();
        // A batch of four, and each alone.
        let ask = |tokens: &Vec<u32>| {
            let request =
                Score { prompt: Prompt::Tokens(tokens[..1].to_vec()), tokens: tokens[1..].to_vec(), logits: true };
            hearth_engine::Engine::score(&engine, request).unwrap()
        };
        let together: Vec<_> = sequences.iter().map(ask).collect();
        let together: Vec<_> = together.into_iter().map(|one| bits(&one.scores_blocking().unwrap())).collect();
        let alone = bits(&score(&engine, &sequences[0][..1], &sequences[0][1..]).unwrap());
        assert!(alone == together[0], "a batch changes bits: {way:?}");
        let first = first.get_or_insert_with(|| together.clone());
        assert!(*first == together, "{way:?}");
    }
}

/// Every combination of these.
pub(crate) fn ways(paths: &[Path], threads: &[usize], chunks: &[usize]) -> Vec<Options> {
    let mut ways = Vec::new();
    for path in paths {
        for threads in threads {
            ways.extend(chunks.iter().map(|chunk| Options {
                path: *path,
                threads: *threads,
                chunk: *chunk,
                ..options()
            }));
        }
    }
    ways
}

#[test]
fn small_models_have_the_same_bits_on_every_way() {
    let paths: Vec<_> = Path::all().collect();
    for (kind, tied) in [("F32", false), ("F16", true), ("BF16", false)] {
        same_bits(&made(&Sizes { kind, tied, ..SMALL }).0, 45, &ways(&paths, &[1, 2], &[1, 7, 16, 72]));
    }
}

#[test]
fn a_large_model_has_the_same_bits_on_every_way() {
    let paths: Vec<_> = Path::all().collect();
    let folder = made(&LARGE);
    // Four sequences of 38 rows together: chunks of 1, 7 and 16 cut them, one of 72 does not.
    same_bits(&folder.0, 9, &ways(&paths, &[1, 2], &[1, 7, 16, 72]));
    said_is_scored(&folder.0, LARGE.vocabulary, &ways(&[Path::best()], &[1, 2], &[1, 72]));
}

/// Makes four answers at a time token by token, and scores each by one prefill: the same bits, on one way as on the other.
pub(crate) fn said_is_scored(folder: &std::path::Path, vocabulary: usize, ways: &[Options]) {
    let mut first = None;
    for way in ways {
        let engine = Embedded::load(folder, way).unwrap();
        let begin = |seed: u8| {
            let prompt: Vec<u32> = some_tokens(8, u64::from(seed)).iter().map(|id| id % vocabulary as u32).collect();
            let sampling = Sampling { temperature: 0.9, top_p: 0.95, top_k: 200, seed: [seed; 32] };
            let stop = Stop { ignore_end: true, ..Stop::after(12) };
            let request = ask(Prompt::Tokens(prompt.clone()), sampling, stop);
            (prompt, hearth_engine::Engine::generate(&engine, request).unwrap())
        };
        let together: Vec<_> = (0..4).map(begin).collect();
        let said: Vec<_> = together.into_iter().map(|(prompt, answer)| (prompt, hear(answer).unwrap())).collect();
        for (prompt, whole) in &said {
            let scores = score(&engine, prompt, &whole.tokens).unwrap();
            let scored: Vec<u32> = scores.logprobs.iter().map(|x| x.to_bits()).collect();
            assert!(scored == whole.logprobs, "{way:?}");
        }
        let first = first.get_or_insert_with(|| said.clone());
        assert!(*first == said, "{way:?}");
    }
}

#[test]
fn what_was_said_is_scored_as_it_was_said() {
    let paths: Vec<_> = Path::all().collect();
    said_is_scored(&made(&SMALL).0, SMALL.vocabulary, &ways(&paths, &[1, 2], &[1, 7, 16, 72]));
}

#[test]
fn an_answer_does_not_depend_on_its_neighbours() {
    let folder = made(&SMALL);
    let request = |seed: u8| {
        let sampling = Sampling { temperature: 1.0, top_p: 1.0, top_k: 0, seed: [seed; 32] };
        let stop = Stop { ignore_end: true, ..Stop::after(40) };
        ask(Prompt::Tokens(some_tokens(20 + usize::from(seed), u64::from(seed))), sampling, stop)
    };
    let engine = folder.load(&Options { threads: 2, chunk: 16, ..options() }).unwrap();
    let alone: Vec<_> = (0..4).map(|seed| generate(&engine, request(seed)).unwrap()).collect();
    let together: Vec<_> =
        (0..4).map(|seed| hearth_engine::Engine::generate(&engine, request(seed)).unwrap()).collect();
    let together: Vec<_> = together.into_iter().map(|generation| hear(generation).unwrap()).collect();
    assert_eq!(alone, together);
    assert_ne!(alone[0].tokens, alone[1].tokens);
}

#[test]
fn a_narrow_cache_makes_answers_wait_and_changes_none() {
    let folder = made(&SMALL);
    let request =
        || ask(Prompt::Tokens(some_tokens(50, 5)), Sampling::greedy(), Stop { ignore_end: true, ..Stop::after(50) });
    let wide = generate(&folder.load(&options()).unwrap(), request()).unwrap();
    // Room for 112 positions: one such answer at a time.
    let narrow = folder.load(&Options { cache: 112 * 2 * 2 * 28 * 4, ..options() }).unwrap();
    let together: Vec<_> = (0..3).map(|_| hearth_engine::Engine::generate(&narrow, request()).unwrap()).collect();
    for generation in together {
        assert_eq!(hear(generation).unwrap(), wide);
    }
}
