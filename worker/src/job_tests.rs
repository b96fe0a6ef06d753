use hearth_gateway::ask::Shape;
use hearth_gateway::house::Kind;

use super::*;
use crate::journal::tests::agreement;

fn ask() -> Ask {
    Ask {
        model: "hearth-tiny".into(),
        prompt: ask::Prompt::Chat(vec![ask::Message { role: "user".into(), content: "Who is there?".into() }]),
        max_tokens: Some(20),
        temperature: None,
        top_p: None,
        top_k: None,
        seed: None,
        stop: vec!["END".into()],
        shape: Shape { api: ask::Api::Chat, model: "hearth-tiny".into(), stream: true, usage: false },
    }
}

fn description() -> Description {
    Description {
        model: "hearth-tiny".into(),
        digest: [9; 32],
        class: Class::Exact,
        version: "hearth-exact/1".into(),
        context: 1_024,
        vocabulary: 512,
    }
}

fn class(sampler: &str) -> market::Class {
    let mut class = agreement(1).class;
    if let Product::Inference { sampler: named, .. } = &mut class.product {
        *named = sampler.into();
    }
    class
}

#[test]
fn a_greedy_class_takes_the_likeliest_token_whatever_the_seed() {
    let plan = plan(&Ask { seed: Some(7), ..ask() }, &class("greedy"), &description(), || panic!("no seed is needed"))
        .unwrap();
    assert_eq!(plan.sampling, Sampling::greedy());
    assert_eq!(plan.engine.seed, 7);
    assert_eq!((plan.wanted, plan.stops), (Some(20), vec!["END".to_owned()]));
    assert_eq!((plan.engine.sampler.as_str(), plan.engine.class.as_str()), ("greedy", "exact"));
}

#[test]
fn a_greedy_class_refuses_a_temperature() {
    let refusal = plan(&Ask { temperature: Some(0.5), ..ask() }, &class("greedy"), &description(), || 0).unwrap_err();
    assert_eq!((refusal.kind, refusal.code), (Kind::Invalid, "temperature"));
}

#[test]
fn the_canonical_sampler_is_keyed_by_a_seed_that_is_said() {
    let chosen = plan(&ask(), &class("canonical"), &description(), || 41).unwrap();
    let named = plan(&Ask { seed: Some(41), ..ask() }, &class("canonical"), &description(), || 0).unwrap();
    assert_eq!(chosen, named);
    assert_eq!(chosen.sampling.seed.as_slice(), door::seed(41).as_slice());
    assert_eq!(chosen.sampling.temperature, 1.0);
}

#[test]
fn a_temperature_of_99_and_a_top_p_of_nothing_are_refused() {
    let with = |ask: Ask| plan(&ask, &class("canonical"), &description(), || 0).unwrap_err().code;
    assert_eq!(with(Ask { temperature: Some(99.0), ..ask() }), "temperature");
    assert_eq!(with(Ask { temperature: Some(f32::NAN), ..ask() }), "temperature");
    assert_eq!(with(Ask { top_p: Some(0.0), ..ask() }), "top_p");
}

#[test]
fn a_model_that_the_deal_is_not_for_is_missing() {
    let refusal = plan(&Ask { model: "gpt-4".into(), ..ask() }, &class("greedy"), &description(), || 0).unwrap_err();
    assert_eq!((refusal.kind, refusal.code), (Kind::Missing, "model_not_found"));
    assert!(refusal.message.contains("gpt-4") && refusal.message.contains("hearth-tiny"));
}

#[test]
fn an_engine_serves_classes_that_ask_no_more_than_it_is() {
    assert_eq!(serves(&description(), &class("greedy")), Ok(()));
    let tolerant = Description { class: Class::Tolerant, ..description() };
    assert!(serves(&tolerant, &class("greedy")).is_err());
    let other = Description { digest: [1; 32], ..description() };
    assert!(serves(&other, &class("greedy")).unwrap_err().contains("0101"));
}
