//! The model that ships: right answers, the files that its README names, and the same bits on every way.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_engine::{Embedded, Engine, Message, Prompt, Sampling, Stop};
use serde_json::Value;

use super::equality::{said_is_scored, same_bits, ways};
use super::made::{ask, generate, options};

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/hearth-tiny")
}

pub(super) fn model() -> Embedded {
    Embedded::load(&folder(), &options()).unwrap()
}

/// The twenty questions: each with its answer, its paraphrases, and what an answer to these has to contain.
pub(super) fn questions() -> Vec<Value> {
    serde_json::from_slice(&fs::read(folder().join("questions.json")).unwrap()).unwrap()
}

pub(super) fn text<'a>(question: &'a Value, field: &str) -> &'a str {
    question[field].as_str().unwrap()
}

fn texts<'a>(question: &'a Value, field: &str) -> Vec<&'a str> {
    question[field].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// What it says at the end of a conversation.
fn answer(engine: &Embedded, turns: &[(&str, &str)]) -> String {
    let message = |(role, content): &(&str, &str)| Message { role: (*role).into(), content: (*content).into() };
    let chat = Prompt::Chat(turns.iter().map(message).collect());
    generate(engine, ask(chat, Sampling::greedy(), Stop::after(200))).unwrap().text
}

#[test]
fn it_answers_its_questions_word_for_word() {
    let (engine, questions) = (model(), questions());
    assert_eq!(questions.len(), 20);
    for (at, question) in questions.iter().enumerate() {
        let asked = text(question, "question");
        assert_eq!(answer(&engine, &[("user", asked)]), text(question, "answer"), "{asked}");
        let before = &questions[(at + 19) % 20];
        let turns = [
            ("system", "You are hearth-tiny."),
            ("user", text(before, "question")),
            ("assistant", text(before, "answer")),
            ("user", asked),
        ];
        assert_eq!(answer(&engine, &turns), text(question, "answer"), "{asked}, as the second");
    }
}

#[test]
fn it_answers_three_paraphrases_of_each_sensibly() {
    let engine = model();
    let mut asked = 0;
    for question in questions() {
        let wanted = texts(&question, "must_contain");
        for paraphrase in texts(&question, "paraphrases") {
            let said = answer(&engine, &[("user", paraphrase)]).to_lowercase();
            assert!(wanted.iter().all(|part| said.contains(&part.to_lowercase())), "{paraphrase}\n{said}");
            asked += 1;
        }
    }
    assert_eq!(asked, 60);
}

#[test]
fn its_readme_says_its_size_its_digest_and_its_answers() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let digest: String = model().describe().digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(readme.contains(&digest), "README.md does not say the model's digest, {digest}");
    let mut weights = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == "README.md" {
            continue;
        }
        let bytes = fs::metadata(&path).unwrap().len();
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let said = row.and_then(|row| row.split(" | ").nth(1)).unwrap_or_default().replace(',', "");
        assert_eq!(said, bytes.to_string(), "{name}");
        weights += if name.ends_with("safetensors") { bytes } else { 0 };
    }
    assert!(weights <= 4_000_000, "the weights have {weights} bytes");
    for question in questions() {
        let row = format!("| {} | {} |", text(&question, "question"), text(&question, "answer"));
        assert!(readme.contains(&row), "{row}");
    }
}

#[test]
fn it_has_the_same_bits_on_every_way() {
    let paths: Vec<_> = hearth_exact::Path::all().collect();
    let all = ways(&paths, &[1, 2], &[1, 7, 16, 72]);
    same_bits(&folder(), 40, &all);
    said_is_scored(&folder(), 1_024, &all);
}
