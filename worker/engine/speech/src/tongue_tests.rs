//! The tongue of the model that ships, from its folder and from a stranger.

use std::path::{Path, PathBuf};

use super::Tongue;
use crate::{Error, Files, Message};

/// As an independent script computes it from the folder.
const DIGEST: &str = "b7cba0656251b85491bff06a39d2cf9c2babd27988711ae74e1bc3af0c9f3c40";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/hearth-tiny")
}

fn sent(name: &str) -> Option<Vec<u8>> {
    std::fs::read(folder().join(name)).ok()
}

fn asked(content: &str) -> Vec<Message> {
    vec![Message { role: "user".into(), content: content.into() }]
}

#[test]
fn a_model_is_named_alike_with_and_without_its_weights() {
    let files = Files::of_folder(&folder()).unwrap();
    assert_eq!(hex::encode(files.digest()), DIGEST);
    let told: Files = serde_json::from_str(&serde_json::to_string(&files).unwrap()).unwrap();
    assert_eq!(told, files);
    assert_eq!(told.digest(), files.digest());
}

#[test]
fn a_change_of_any_file_or_name_is_another_model() {
    let files = serde_json::to_value(Files::of_folder(&folder()).unwrap()).unwrap();
    let digest = |value: &serde_json::Value| serde_json::from_value::<Files>(value.clone()).unwrap().digest();
    for (name, content) in files.as_object().unwrap() {
        let mut changed = files.clone();
        changed[name] = content.as_str().unwrap().chars().rev().collect::<String>().into();
        assert_ne!(digest(&changed), digest(&files), "{name}");
        let mut renamed = files.clone();
        let content = renamed.as_object_mut().unwrap().remove(name).unwrap();
        assert_ne!(digest(&renamed), digest(&files), "{name}");
        renamed[format!("{name}2")] = content;
        assert_ne!(digest(&renamed), digest(&files), "{name}");
    }
    for bad in ["{\"a\":\"00\"}", "{\"a\":7}", "{\"a\":\"zz\"}", "[]"] {
        assert!(serde_json::from_str::<Files>(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_tongue_from_a_stranger_reads_and_says_as_that_from_the_folder() {
    let files = Files::of_folder(&folder()).unwrap();
    let (own, told) = (Tongue::load(&folder()).unwrap(), Tongue::parse(&files, sent).unwrap());
    let read = |tongue: &Tongue| tongue.read_chat(&asked("What is burned?"), 1_024).unwrap();
    assert_eq!(read(&told), read(&own));
    // <|begin|><|user|> … <|end|><|assistant|>
    assert!(matches!(read(&told).as_slice(), [0, 3, .., 1, 4]));
    let text = "Ein Löwe, 火, and 👩‍🚀.";
    let tokens = told.read(text, 1_024).unwrap();
    assert_eq!(tokens.first(), Some(&0));
    assert_eq!(told.say(&tokens, &[]), Ok(text.into()));
    assert_eq!(told.say(&tokens, &[", and".into()]), Ok("Ein Löwe, 火".into()));
    assert!(matches!(told.read(&"a".repeat(50_000), 99), Err(Error::Context { context: 99, .. })));
}

#[test]
fn a_file_that_is_not_the_model_s_or_is_left_out_is_refused_by_name() {
    let files = Files::of_folder(&folder()).unwrap();
    for name in ["tokenizer.json", "tokenizer_config.json"] {
        let refused = |bend: &dyn Fn(Vec<u8>) -> Option<Vec<u8>>| {
            let send = |wanted: &str| if wanted == name { bend(sent(wanted)?) } else { sent(wanted) };
            Tongue::parse(&files, send).unwrap_err()
        };
        let bent = refused(&|mut bytes| {
            bytes[9] ^= 1;
            Some(bytes)
        });
        for error in [bent, refused(&|_| None)] {
            assert!(matches!(&error, Error::Load { file, .. } if file == name), "{error}");
        }
    }
    let none = Tongue::parse(&Files::default(), sent).unwrap_err();
    assert!(matches!(none, Error::Load { file, .. } if file == "tokenizer.json"));
}

#[test]
fn a_model_without_a_template_reads_plain_text_only() {
    let tokenizer = ("tokenizer.json".to_owned(), sent("tokenizer.json").unwrap());
    let files: Files = [(tokenizer.0.clone(), crate::digest::of(&tokenizer.1))].into_iter().collect();
    let tongue = Tongue::parse(&files, |_| Some(tokenizer.1.clone())).unwrap();
    assert!(tongue.read("hello", 99).is_ok());
    assert!(matches!(tongue.read_chat(&asked("hello"), 99), Err(Error::Prompt(_))));
}
