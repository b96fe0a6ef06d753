//! Models made for a test: random weights, and a tokenizer whose tokens are bytes.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use hearth_engine::{Embedded, Engine, Error, Event, Finish, Generate, Options, Prompt, Sampling, Score, Scores, Stop};
use serde_json::{Value, json};

/// A folder of the test's own, gone with it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("made-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = option_env!("CARGO_TARGET_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes `config.json` anew with some fields changed.
    pub(crate) fn set(&self, changes: Value) {
        let file = self.0.join("config.json");
        let mut config: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        config.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        fs::write(file, config.to_string()).unwrap();
    }

    pub(crate) fn load(&self, options: &Options) -> Result<Embedded, Error> {
        Embedded::load(&self.0, options)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The sizes of a model.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) width: usize,
    pub(crate) inner: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) groups: usize,
    pub(crate) vocabulary: usize,
    pub(crate) context: usize,
    pub(crate) kind: &'static str,
    pub(crate) tied: bool,
}

/// 0.1 million parameters, with rows that are no multiple of the lanes.
pub(crate) const SMALL: Sizes = Sizes {
    width: 56,
    inner: 150,
    layers: 2,
    heads: 4,
    groups: 2,
    vocabulary: 300,
    context: 256,
    kind: "F32",
    tied: false,
};

/// 125 million parameters.
pub(crate) const LARGE: Sizes = Sizes {
    width: 768,
    inner: 2048,
    layers: 12,
    heads: 12,
    groups: 4,
    vocabulary: 32_000,
    context: 512,
    kind: "BF16",
    tied: false,
};

pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    /// Between −1 and 1.
    fn sign(&mut self) -> f32 {
        self.below(1 << 24) as f32 / 8_388_608.0 - 1.0
    }
}

/// The tensors of a model of these sizes, and how large their numbers are.
fn tensors(of: &Sizes) -> Vec<(String, Vec<usize>, f32)> {
    let size = of.width / of.heads;
    let by = |k: usize| (3.0 / k as f32).sqrt();
    let mut all = vec![("model.embed_tokens".to_owned(), vec![of.vocabulary, of.width], 1.0)];
    for layer in 0..of.layers {
        let mut put =
            |name: &str, shape: Vec<usize>, scale| all.push((format!("model.layers.{layer}.{name}"), shape, scale));
        put("input_layernorm", vec![of.width], 1.0);
        put("self_attn.q_proj", vec![of.width, of.width], by(of.width));
        put("self_attn.k_proj", vec![of.groups * size, of.width], by(of.width));
        put("self_attn.v_proj", vec![of.groups * size, of.width], by(of.width));
        put("self_attn.o_proj", vec![of.width, of.width], by(of.width));
        put("post_attention_layernorm", vec![of.width], 1.0);
        put("mlp.gate_proj", vec![of.inner, of.width], by(of.width));
        put("mlp.up_proj", vec![of.inner, of.width], by(of.width));
        put("mlp.down_proj", vec![of.width, of.inner], by(of.inner));
    }
    all.push(("model.norm".into(), vec![of.width], 1.0));
    if !of.tied {
        all.push(("lm_head".into(), vec![of.vocabulary, of.width], 2.0 * by(of.width)));
    }
    all
}

/// Writes the weights; `change` may alter the header.
pub(crate) fn weights(folder: &Path, of: &Sizes, change: impl FnOnce(&mut Value)) {
    let each = if of.kind == "F32" { 4 } else { 2 };
    let (mut header, mut at) = (json!({}), 0);
    let tensors = tensors(of);
    for (name, shape, _) in &tensors {
        let end = at + shape.iter().product::<usize>() * each;
        header[format!("{name}.weight")] = json!({"dtype": of.kind, "shape": shape, "data_offsets": [at, end]});
        at = end;
    }
    change(&mut header);
    let header = header.to_string();
    let mut out = BufWriter::with_capacity(1 << 20, fs::File::create(folder.join("model.safetensors")).unwrap());
    out.write_all(&(header.len() as u64).to_le_bytes()).unwrap();
    out.write_all(header.as_bytes()).unwrap();
    let mut random = Random(7);
    for (_, shape, scale) in &tensors {
        let norm = shape.len() == 1;
        for _ in 0..shape.iter().product::<usize>() {
            let number = if norm { 1.0 + random.sign() * 0.1 } else { random.sign() * scale };
            match of.kind {
                "F32" => out.write_all(&number.to_le_bytes()),
                "BF16" => out.write_all(&((number.to_bits() >> 16) as u16).to_le_bytes()),
                _ => out.write_all(&half(number).to_le_bytes()),
            }
            .unwrap();
        }
    }
    out.flush().unwrap();
}

/// A half, cut off; for numbers of size 2⁻¹⁴ to 2, else zero.
fn half(number: f32) -> u16 {
    let bits = number.to_bits();
    let (sign, power) = ((bits >> 16) as u16 & 0x8000, (bits >> 23) & 0xff);
    if power < 113 { sign } else { sign | (((power - 112) << 10) as u16) | ((bits >> 13) as u16 & 0x3ff) }
}

/// A byte as byte-level tokenizers write it.
fn letter(byte: u8) -> char {
    let plain = |byte: u8| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    if plain(byte) {
        char::from(byte)
    } else {
        let before = (0..byte).filter(|byte| !plain(*byte)).count() as u32;
        char::from_u32(256 + before).unwrap()
    }
}

/// A tokenizer with a token a byte, and then marks: `<s>`, `</s>`, `<0>`, `<1>`, …
pub(crate) fn tokenizer(marks: usize) -> Value {
    let vocabulary: serde_json::Map<String, Value> =
        (0..=255).map(|byte| (letter(byte).to_string(), json!(byte))).collect();
    let name = |mark: usize| match mark {
        0 => "<s>".to_owned(),
        1 => "</s>".to_owned(),
        more => format!("<{}>", more - 2),
    };
    let added = (0..marks).map(|mark| {
        json!({"id": 256 + mark, "content": name(mark), "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true})
    });
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": added.collect::<Vec<_>>(),
        "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
        "post_processor": null,
        "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "vocab": vocabulary, "merges": []},
    })
}

/// A model of these sizes in a folder of its own.
pub(crate) fn made(of: &Sizes) -> Folder {
    let folder = Folder::new();
    write(&folder.0, of);
    folder
}

/// Writes a model of these sizes into a folder.
pub(crate) fn write(folder: &Path, of: &Sizes) {
    let config = json!({
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
        "hidden_size": of.width, "intermediate_size": of.inner, "num_hidden_layers": of.layers,
        "num_attention_heads": of.heads, "num_key_value_heads": of.groups, "vocab_size": of.vocabulary,
        "max_position_embeddings": of.context, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
        "tie_word_embeddings": of.tied, "eos_token_id": 257,
    });
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    fs::write(folder.join("tokenizer.json"), tokenizer(8).to_string()).unwrap();
    let template = "{{ bos_token }}{% for m in messages %}{{ m['role'].upper() }}: {{ m.content }}\n{% endfor %}A:";
    let chat = json!({"bos_token": "<s>", "eos_token": {"content": "</s>"}, "chat_template": template});
    fs::write(folder.join("tokenizer_config.json"), chat.to_string()).unwrap();
    weights(folder, of, |_| ());
}

/// Options for a test: little memory, the fastest path, one thread.
pub(crate) fn options() -> Options {
    Options { threads: 1, cache: 64 << 20, ..Options::new("made") }
}

/// Some tokens that every model has.
pub(crate) fn some_tokens(count: usize, seed: u64) -> Vec<u32> {
    let mut random = Random(seed);
    (0..count).map(|_| random.below(256) as u32).collect()
}

pub(crate) fn ask(prompt: Prompt, sampling: Sampling, stop: Stop) -> Generate {
    Generate { prompt, sampling, stop }
}

/// Everything of an answer, put together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Whole {
    pub(crate) tokens: Vec<u32>,
    pub(crate) logprobs: Vec<u32>,
    pub(crate) text: String,
    pub(crate) reason: Finish,
}

pub(crate) fn hear(mut generation: hearth_engine::Generation) -> Result<Whole, Error> {
    let mut whole = Whole { tokens: vec![], logprobs: vec![], text: String::new(), reason: Finish::Filtered };
    while let Some(event) = generation.next_blocking() {
        match event? {
            Event::Started { .. } => (),
            Event::Piece { tokens, logprobs, text } => {
                whole.tokens.extend(tokens);
                whole.logprobs.extend(logprobs.iter().map(|x| x.to_bits()));
                whole.text.push_str(&text);
            }
            Event::Finished { reason, usage } => {
                assert_eq!(usage.output, whole.tokens.len());
                whole.reason = reason;
                return Ok(whole);
            }
        }
    }
    panic!("the answer broke off");
}

pub(crate) fn generate(engine: &Embedded, request: Generate) -> Result<Whole, Error> {
    hear(engine.generate(request)?)
}

pub(crate) fn score(engine: &Embedded, prompt: &[u32], tokens: &[u32]) -> Result<Scores, Error> {
    let request = Score { prompt: Prompt::Tokens(prompt.to_vec()), tokens: tokens.to_vec(), logits: true };
    engine.score(request)?.scores_blocking()
}

/// Every bit of scores.
pub(crate) fn bits(scores: &Scores) -> Vec<u32> {
    scores.logprobs.iter().chain(scores.logits.iter().flatten()).map(|x| x.to_bits()).collect()
}
