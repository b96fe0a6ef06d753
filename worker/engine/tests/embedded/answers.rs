//! What answers are made of: where they end, what they say, who they are.

use std::fs;

use hearth_engine::{Class, Engine, Event, Finish, Message, Prompt, Sampling, Stop};

use super::made::{SMALL, ask, generate, made, options, some_tokens};

fn wild(seed: u8) -> Sampling {
    Sampling { temperature: 1.5, top_p: 1.0, top_k: 0, seed: [seed; 32] }
}

fn long() -> Stop {
    Stop { ignore_end: true, ..Stop::after(100) }
}

#[test]
fn the_same_seed_says_the_same() {
    let folder = made(&SMALL);
    let engine = folder.load(&options()).unwrap();
    let prompt = || Prompt::Text("What is burned?".into());
    let first = generate(&engine, ask(prompt(), wild(1), long())).unwrap();
    assert_eq!(generate(&engine, ask(prompt(), wild(1), long())).unwrap(), first);
    assert_ne!(generate(&engine, ask(prompt(), wild(2), long())).unwrap().tokens, first.tokens);
    assert_eq!(first.reason, Finish::Length);
    assert_eq!(first.tokens.len(), 100);
}

#[test]
fn text_comes_in_whole_characters_and_is_that_of_the_tokens() {
    let folder = made(&SMALL);
    let engine = folder.load(&options()).unwrap();
    for seed in 0..20 {
        let said = generate(&engine, ask(Prompt::Text("é".into()), wild(seed), long())).unwrap();
        let bytes: Vec<u8> = said.tokens.iter().filter_map(|token| u8::try_from(*token).ok()).collect();
        assert_eq!(said.text, String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn an_answer_ends_before_a_stop_text_and_at_a_stop_token() {
    let folder = made(&SMALL);
    let engine = folder.load(&options()).unwrap();
    let free = generate(&engine, ask(Prompt::Text("a".into()), wild(4), long())).unwrap();
    let middle: String = free.text.chars().skip(30).take(3).collect();
    let at = free.text.find(&middle).unwrap();
    let stop = Stop { texts: vec!["never said at all".into(), middle], ..long() };
    let cut = generate(&engine, ask(Prompt::Text("a".into()), wild(4), stop)).unwrap();
    assert_eq!((cut.reason, cut.text.as_str()), (Finish::Stop, &free.text[..at]));
    assert!(free.tokens.starts_with(&cut.tokens));

    let token = free.tokens[20];
    let at = free.tokens.iter().position(|one| *one == token).unwrap();
    let stop = Stop { tokens: vec![token], ..long() };
    let cut = generate(&engine, ask(Prompt::Text("a".into()), wild(4), stop)).unwrap();
    assert_eq!((cut.reason, &cut.tokens[..]), (Finish::Stop, &free.tokens[..=at]));
}

#[test]
fn the_models_own_end_ends_it_unless_told_otherwise() {
    let folder = made(&SMALL);
    let free = generate(&folder.load(&options()).unwrap(), ask(Prompt::Text("b".into()), wild(5), long())).unwrap();
    let end = free.tokens[10];
    fs::write(folder.0.join("generation_config.json"), format!("{{\"eos_token_id\": [{end}, 299]}}")).unwrap();
    let engine = folder.load(&options()).unwrap();
    let ended = generate(&engine, ask(Prompt::Text("b".into()), wild(5), Stop::after(100))).unwrap();
    let at = free.tokens.iter().position(|one| *one == end || *one == 257).unwrap();
    assert_eq!((ended.reason, &ended.tokens[..]), (Finish::Stop, &free.tokens[..=at]));
    assert_eq!(generate(&engine, ask(Prompt::Text("b".into()), wild(5), long())).unwrap(), free);
}

#[test]
fn a_conversation_is_written_by_the_template() {
    let folder = made(&SMALL);
    let engine = folder.load(&options()).unwrap();
    let say = |role: &str, content: &str| Message { role: role.into(), content: content.into() };
    let chat = Prompt::Chat(vec![say("system", "Be brief."), say("user", "Hi")]);
    let text = "SYSTEM: Be brief.\nUSER: Hi\nA:";
    let mut tokens = vec![256];
    tokens.extend(text.bytes().map(u32::from));
    let mut answer = engine.generate(ask(chat.clone(), wild(6), long())).unwrap();
    let started = answer.next_blocking().unwrap().unwrap();
    assert_eq!(started, Event::Started { input: tokens.len(), cached: 0 });
    drop(answer);
    let by_hand = generate(&engine, ask(Prompt::Tokens(tokens), wild(6), long())).unwrap();
    assert_eq!(generate(&engine, ask(chat, wild(6), long())).unwrap(), by_hand);
}

#[test]
fn an_answer_ends_with_the_context() {
    let folder = made(&SMALL);
    let engine = folder.load(&options()).unwrap();
    let stop = Stop { ignore_end: true, ..Stop::after(1000) };
    let said = generate(&engine, ask(Prompt::Tokens(some_tokens(200, 1)), Sampling::greedy(), stop)).unwrap();
    assert_eq!((said.tokens.len(), said.reason), (56, Finish::Length));
}

#[test]
fn a_description_names_what_decides_answers() {
    let folder = made(&SMALL);
    let description = || folder.load(&options()).unwrap().describe().clone();
    let first = description();
    assert_eq!((first.class, first.context, first.vocabulary), (Class::Exact, 256, 300));
    fs::write(folder.0.join("README.md"), "nothing that matters").unwrap();
    assert_eq!(description(), first);
    fs::write(folder.0.join("generation_config.json"), "{}").unwrap();
    assert_ne!(description().digest, first.digest);
}
