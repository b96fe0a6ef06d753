//! `hearthd check`, where no chain answers.

use std::path::Path;

use hearth_engine::{Class, Description};
use hearth_schema::leaf::Weights;
use hearth_schema::market::{self, ClassAnswer, EngineClass, Product};
use hearth_schema::unit::{ClassId, ModelId};

use hearthd::Config;
use hearthd::command::check::{State, chain, run, serving};

use crate::{Folder, tiny};

fn description(class: Class, digest: [u8; 32]) -> Description {
    Description { model: "m".into(), digest, class, version: "e/1".into(), context: 512, vocabulary: 9 }
}

fn class(engine: EngineClass, digest: [u8; 32]) -> ClassAnswer {
    let product = Product::Inference {
        model: ModelId(1),
        engine,
        sampler: "canonical".into(),
        tee: false,
        weights: Weights { input: 250, cached: 50 },
    };
    ClassAnswer { id: ClassId(1), class: market::Class { product, model: digest.into() } }
}

#[test]
fn a_clock_that_is_off_is_wrong_and_says_which_way() {
    assert_eq!(chain::clock(1_000, 1_020).state, State::Fine);
    let ahead = chain::clock(1_000, 900);
    assert!(ahead.state == State::Wrong && ahead.said.contains("100 s ahead"), "{ahead}");
    let behind = chain::clock(1_000, 5_000);
    assert!(behind.remedy.unwrap().contains("halted"));
}

#[test]
fn another_model_or_a_weaker_engine_is_not_what_the_class_sells() {
    let state = |class: &ClassAnswer, what: &Description| serving::sells(class, what).state;
    let exact = class(EngineClass::Exact, [7; 32]);
    assert_eq!(state(&exact, &description(Class::Exact, [7; 32])), State::Fine);
    assert_eq!(state(&exact, &description(Class::Exact, [8; 32])), State::Wrong);
    assert_eq!(state(&exact, &description(Class::Tolerant, [7; 32])), State::Wrong);
    let tolerant = class(EngineClass::Tolerant, [7; 32]);
    assert_eq!(state(&tolerant, &description(Class::Tolerant, [0; 32])), State::Unsure);
    assert_eq!(state(&tolerant, &description(Class::Exact, [7; 32])), State::Fine);
}

#[tokio::test]
async fn a_gas_price_beyond_the_cap_is_wrong() {
    let folder = Folder::new();
    let made = folder.made().await;
    assert_eq!(chain::gas_price(&Config::read(&made.config).unwrap()).state, State::Fine);
    let dear = Folder::new();
    let made = dear.made_with("0.025ucosm", "9ucosm").await;
    let finding = chain::gas_price(&Config::read(&made.config).unwrap());
    assert!(finding.state == State::Wrong && finding.said.contains("max_fee"), "{finding}");
}

#[tokio::test]
async fn a_configuration_that_is_not_there_is_the_only_finding() {
    let mut told = 0_usize;
    let found = run(Path::new("/no/such/hearthd.toml"), &mut |_| told = told.saturating_add(1)).await;
    assert_eq!((found.len(), told, found[0].state), (1, 1, State::Wrong));
    assert!(found[0].remedy.as_ref().unwrap().contains("hearthd init"));
}

#[tokio::test]
async fn keys_that_are_not_there_are_named_with_their_remedy() {
    let folder = Folder::new();
    let made = folder.made().await;
    std::fs::remove_file(made.config.with_file_name("worker.json")).unwrap();
    let found = run(&made.config, &mut |_| ()).await;
    let key = found.last().unwrap();
    assert_eq!((key.what, key.state), ("key", State::Wrong));
    assert!(key.to_string().contains("hearthd init"), "{key}");
}

#[tokio::test]
async fn where_no_chain_answers_each_endpoint_is_named_and_the_rest_is_still_looked_at() {
    let folder = Folder::new();
    let model = folder.0.join("model").display().to_string();
    let made = folder.made_with(&model, &tiny().display().to_string()).await;
    let found = run(&made.config, &mut |_| ()).await;
    let states = |what: &str| -> Vec<State> {
        found.iter().filter(|finding| finding.what == what).map(|finding| finding.state).collect()
    };
    assert_eq!(states("endpoint"), [State::Wrong, State::Wrong]);
    assert_eq!((states("key"), states("journal")), (vec![State::Fine], vec![State::Fine]));
    assert_eq!(states("engine"), [State::Fine], "{found:?}");
    assert!(!folder.0.join("worker/journal.sqlite").exists(), "a check made a journal");
    let wrong = found.iter().filter(|finding| finding.state == State::Wrong);
    assert!(wrong.clone().count() >= 2 && wrong.clone().all(|finding| finding.remedy.is_some()), "{found:?}");
}
