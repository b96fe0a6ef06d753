//! The model that ships: right answers, and the same bits on every way.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_engine::{Embedded, Message, Prompt, Sampling, Stop};
use serde_json::Value;

use super::equality::{same_bits, ways};
use super::made::{ask, generate, options};

/// Where the model is, once it has been trained.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/hearth-tiny");
    folder.join("model.safetensors").exists().then_some(folder)
}

#[test]
fn it_answers_its_questions_word_for_word() {
    let Some(folder) = folder() else {
        return;
    };
    let engine = Embedded::load(&folder, &options()).unwrap();
    let questions: Value = serde_json::from_slice(&fs::read(folder.join("questions.json")).unwrap()).unwrap();
    for question in questions.as_array().unwrap() {
        let asked = question["question"].as_str().unwrap();
        let chat = vec![Message { role: "user".into(), content: asked.into() }];
        let said = generate(&engine, ask(Prompt::Chat(chat), Sampling::greedy(), Stop::after(200))).unwrap();
        assert_eq!(said.text, question["answer"].as_str().unwrap(), "{asked}");
    }
}

#[test]
fn it_has_the_same_bits_on_every_way() {
    let Some(folder) = folder() else {
        return;
    };
    let paths: Vec<_> = hearth_exact::Path::all().collect();
    same_bits(&folder, 40, &ways(&paths, &[1, 2], &[1, 7, 16, 72]));
}
