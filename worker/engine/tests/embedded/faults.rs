//! What is wrong is refused by name, and the process lives.

use std::fs;
use std::time::{Duration, Instant};

use hearth_engine::{Engine, Error, Finish, Options, Prompt, Sampling, Score, Stop};
use serde_json::json;

use super::made::{Folder, SMALL, Sizes, ask, generate, made, options, score, some_tokens, tokenizer, weights};

fn refused(folder: &Folder) -> Error {
    folder.load(&options()).unwrap_err()
}

fn long(prompt: Prompt) -> hearth_engine::Generate {
    ask(prompt, Sampling::greedy(), Stop { ignore_end: true, ..Stop::after(100_000) })
}

#[test]
fn weights_cut_short() {
    let folder = made(&SMALL);
    let file = folder.0.join("model.safetensors");
    let whole = fs::read(&file).unwrap();
    for length in [0, 7, 8, 100, 2000, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        assert!(
            matches!(refused(&folder), Error::Load { file, .. } if file.ends_with("model.safetensors")),
            "{length}"
        );
    }
    fs::remove_file(file).unwrap();
    assert!(matches!(refused(&folder), Error::Load { .. }));
}

#[test]
fn tensors_of_another_format_shape_or_name() {
    let folder = made(&SMALL);
    let (name, rows) = ("model.layers.1.mlp.up_proj.weight", SMALL.inner);
    let change = |change: &dyn Fn(&mut serde_json::Value)| {
        weights(&folder.0, &SMALL, change);
        match refused(&folder) {
            Error::Shape { tensor, problem } => (tensor, problem),
            other => panic!("{other}"),
        }
    };
    let (tensor, problem) = change(&|header| header[name]["dtype"] = json!("I32"));
    assert_eq!(tensor, name);
    assert!(problem.contains("convert"));
    let (tensor, _) = change(&|header| header[name]["shape"] = json!([SMALL.width, rows]));
    assert_eq!(tensor, name);
    let (tensor, problem) = change(&|header| {
        let tensor = header.as_object_mut().unwrap().remove(name).unwrap();
        header["another"] = tensor;
    });
    assert_eq!(tensor, name);
    assert!(problem.contains("missing"));
}

#[test]
fn weights_that_are_no_numbers() {
    for (kind, nan) in [("F32", &f32::NAN.to_le_bytes()[..]), ("F16", &[0, 0x7c]), ("BF16", &[0x81, 0xff])] {
        let folder = made(&Sizes { kind, ..SMALL });
        let file = folder.0.join("model.safetensors");
        let mut bytes = fs::read(&file).unwrap();
        let end = bytes.len();
        bytes[end - nan.len()..].copy_from_slice(nan);
        fs::write(&file, bytes).unwrap();
        assert!(matches!(refused(&folder), Error::Shape { tensor, .. } if tensor == "lm_head.weight"));
    }
}

#[test]
fn numbers_that_overflow() {
    let folder = made(&SMALL);
    let file = folder.0.join("model.safetensors");
    let mut bytes = fs::read(&file).unwrap();
    let end = bytes.len();
    for number in bytes[end - 300 * 56 * 4..].chunks_mut(4) {
        number.copy_from_slice(&3e38f32.to_le_bytes());
    }
    fs::write(&file, bytes).unwrap();
    let engine = folder.load(&options()).unwrap();
    assert!(matches!(generate(&engine, long(Prompt::Text("a".into()))), Err(Error::Lost(_))));
    assert!(matches!(score(&engine, &[1], &[2]), Err(Error::Lost(_))));
}

#[test]
fn a_tokenizer_that_does_not_fit_or_is_none() {
    let folder = made(&SMALL);
    let file = folder.0.join("tokenizer.json");
    fs::write(&file, tokenizer(60).to_string()).unwrap();
    assert!(matches!(refused(&folder), Error::Tokenizer(_)));
    fs::write(&file, "{}").unwrap();
    assert!(matches!(refused(&folder), Error::Load { .. }));
    fs::remove_file(&file).unwrap();
    assert!(matches!(refused(&folder), Error::Load { .. }));
}

#[test]
fn a_shape_that_this_engine_would_compute_wrongly() {
    let changes = [
        json!({"model_type": "gemma"}),
        json!({"attention_bias": true}),
        json!({"hidden_act": "gelu"}),
        json!({"sliding_window": 16}),
        json!({"rope_scaling": {"rope_type": "yarn", "factor": 2.0}}),
        json!({"num_key_value_heads": 3}),
        json!({"head_dim": 0}),
        json!({"hidden_size": -1}),
        json!({"rms_norm_eps": 0.0}),
    ];
    for change in changes {
        let folder = made(&SMALL);
        folder.set(change.clone());
        assert!(matches!(refused(&folder), Error::Load { .. }), "{change}");
    }
}

#[test]
fn prompts_that_cannot_be_read() {
    let folder = made(&SMALL);
    let engine = folder.load(&options()).unwrap();
    let refused = |prompt: Prompt| engine.generate(long(prompt)).unwrap_err();
    assert_eq!(refused(Prompt::Tokens(some_tokens(256, 1))), Error::Context { input: 256, context: 256 });
    assert!(matches!(refused(Prompt::Tokens(vec![])), Error::Request(_)));
    assert!(matches!(refused(Prompt::Tokens(vec![300])), Error::Request(_)));
    let start = Instant::now();
    assert!(matches!(refused(Prompt::Text("long ".repeat(2 << 20))), Error::Context { .. }));
    assert!(start.elapsed() < Duration::from_secs(1));
    let tokens = some_tokens(200, 1);
    let request = Score { prompt: Prompt::Tokens(tokens.clone()), tokens, logits: false };
    assert_eq!(engine.score(request).unwrap_err(), Error::Context { input: 400, context: 256 });
    fs::remove_file(folder.0.join("tokenizer_config.json")).unwrap();
    let engine = folder.load(&options()).unwrap();
    assert!(matches!(engine.generate(long(Prompt::Chat(vec![]))).unwrap_err(), Error::Request(_)));
}

#[test]
fn samplings_that_make_no_sense() {
    let folder = made(&SMALL);
    let engine = folder.load(&options()).unwrap();
    let greedy = Sampling::greedy();
    for sampling in [
        Sampling { temperature: f32::NAN, ..greedy },
        Sampling { temperature: -1.0, ..greedy },
        Sampling { top_p: 0.0, ..greedy },
        Sampling { top_p: 1.5, ..greedy },
    ] {
        let request = ask(Prompt::Text("a".into()), sampling, Stop::after(1));
        assert!(matches!(engine.generate(request).unwrap_err(), Error::Request(_)));
    }
}

#[test]
fn memory_is_bounded() {
    let folder = made(&SMALL);
    let load = |options: Options| folder.load(&options);
    let weights = fs::metadata(folder.0.join("model.safetensors")).unwrap().len();
    assert!(matches!(load(Options { memory: weights, ..options() }), Err(Error::Memory { .. })));
    assert!(matches!(load(Options { cache: 100, ..options() }), Err(Error::Memory { .. })));
    let engine = load(Options { cache: 64 * 448, ..options() }).unwrap();
    let refused = engine.generate(long(Prompt::Tokens(some_tokens(60, 1)))).unwrap_err();
    assert!(matches!(refused, Error::Memory { allowed: 28_672, .. }), "{refused}");
    let short = ask(Prompt::Tokens(some_tokens(50, 1)), Sampling::greedy(), Stop::after(14));
    assert!(generate(&engine, short).is_ok());
}

#[test]
fn more_memory_than_there_is_ends_no_process() {
    let folder = made(&SMALL);
    for cache in [1 << 50, 1 << 60, 1 << 63, u64::MAX] {
        let error = folder.load(&Options { cache, ..options() }).unwrap_err();
        assert!(
            matches!(error, Error::Memory { needed, allowed, .. } if needed >= cache && allowed < needed),
            "{error}"
        );
    }
    // A configuration of a stranger that asks for a context of everything.
    folder.set(json!({"max_position_embeddings": (1 << 24) - 1}));
    assert!(folder.load(&options()).is_ok(), "what is not written is not taken");
}

#[test]
fn numbers_of_a_configuration_that_no_machine_holds() {
    for field in
        ["hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size", "head_dim"]
    {
        for number in
            [json!(1_u64 << 24), json!((1_u64 << 24) - 1), json!(u64::MAX), json!(1e300), json!("1"), json!(null)]
        {
            let folder = made(&SMALL);
            folder.set(json!({(field): number}));
            let refused = folder.load(&options());
            let harmless = field == "head_dim" && number.is_null();
            assert!(harmless == refused.is_ok(), "{field} {number}");
        }
    }
}

#[test]
fn files_that_are_no_files_of_a_model() {
    let folder = made(&SMALL);
    let file = folder.0.join("config.json");
    for text in
        ["", "null", "[]", "{}", "\u{0}", &"[".repeat(1 << 19), &format!("{{\"a\":\"{}\"}}", "x".repeat(2 << 20))]
    {
        fs::write(&file, text).unwrap();
        assert!(matches!(refused(&folder), Error::Load { file, .. } if file.ends_with("config.json")));
    }
    let folder = made(&SMALL);
    fs::rename(folder.0.join("model.safetensors"), folder.0.join("elsewhere.safetensors")).unwrap();
    let index = folder.0.join("model.safetensors.index.json");
    for name in ["../elsewhere.safetensors", "/etc/passwd", "a/b.safetensors", "", ".", "not there.safetensors"] {
        fs::write(&index, json!({"weight_map": {"model.norm.weight": name}}).to_string()).unwrap();
        assert!(matches!(refused(&folder), Error::Load { .. }), "{name}");
    }
    fs::write(&index, json!({"weight_map": {"model.norm.weight": "elsewhere.safetensors"}}).to_string()).unwrap();
    assert!(folder.load(&options()).is_ok(), "an index may name any file beside it");
}

#[test]
fn too_many_requests_are_told_so() {
    let folder = made(&SMALL);
    let engine = folder.load(&Options { slots: 1, queue: 2, ..options() }).unwrap();
    let request = || engine.generate(long(Prompt::Text("a".into())));
    let at_work: Vec<_> = (0..3).map(|_| request().unwrap()).collect();
    assert_eq!(request().unwrap_err(), Error::Busy);
    drop(at_work);
    until(|| request().is_ok());
}

#[test]
fn what_is_dropped_gives_its_room_back() {
    let folder = made(&Sizes { context: 4096, ..SMALL });
    // Room for one request of this length.
    let engine = folder.load(&Options { cache: 4096 * 448, chunk: 4, ..options() }).unwrap();
    let request = || engine.generate(long(Prompt::Tokens(some_tokens(3000, 1)))).unwrap();
    let started = Instant::now();
    // In prefill, and then in the middle of its answer.
    drop(request());
    let mut answer = request();
    for _ in 0..5 {
        answer.next_blocking().unwrap().unwrap();
    }
    drop(answer);
    let scoring = Score { prompt: Prompt::Text("a".into()), tokens: some_tokens(3000, 2), logits: false };
    drop(engine.score(scoring).unwrap());
    let next = ask(Prompt::Text("b".into()), Sampling::greedy(), Stop::after(3));
    assert_eq!(generate(&engine, next).unwrap().reason, Finish::Length);
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn an_answer_that_nobody_reads_waits_without_disturbing_others() {
    let folder = made(&SMALL);
    let engine = folder.load(&options()).unwrap();
    let silent = engine.generate(long(Prompt::Text("a".into()))).unwrap();
    for _ in 0..3 {
        assert!(generate(&engine, ask(Prompt::Text("b".into()), Sampling::greedy(), Stop::after(100))).is_ok());
    }
    let heard = super::made::hear(silent).unwrap();
    assert_eq!(heard.tokens.len(), 255);
}

/// Waits for what another thread is about to do.
fn until(done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(10), "it never came");
        std::thread::yield_now();
    }
}
