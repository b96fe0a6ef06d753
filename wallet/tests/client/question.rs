//! Bodies as clients write them.

use hearth_schema::door::{Api, Ask};
use hearth_speech::Message;
use hearth_wallet::session::question::{Prompt, Question};
use serde_json::json;

use crate::stage::tongue;

fn question(api: Api, body: serde_json::Value) -> Question {
    Question::of(&Ask { salt: vec![0; 32].into(), api, body: body.to_string() })
}

#[test]
fn a_conversation_is_read_with_its_limits() {
    let body = json!({
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "What is "}, {"type": "text", "text": "burned?"}]},
        ],
        "max_tokens": 9, "max_completion_tokens": 7, "seed": 5, "stop": ["a", "b"], "temperature": 0.5,
    });
    let question = question(Api::Chat, body);
    let say = |role: &str, content: &str| Message { role: role.into(), content: content.into() };
    assert_eq!(question.prompt, Prompt::Chat(vec![say("system", "Be brief."), say("user", "What is burned?")]));
    assert_eq!((question.max_tokens, question.seed), (Some(7), Some(5)));
    assert_eq!(question.stops, ["a", "b"]);
    let written = tongue().read("<|system|>Be brief.<|end|><|user|>What is burned?<|end|><|assistant|>", 99).unwrap();
    assert_eq!(question.count(&tongue()), Ok(Some(u64::try_from(written.len()).unwrap())));
}

#[test]
fn a_text_or_tokens_to_go_on_from_are_counted() {
    let count =
        |prompt: serde_json::Value| question(Api::Completion, json!({"prompt": prompt})).count(&tongue()).unwrap();
    let text = u64::try_from(tongue().read("Hearth is", 99).unwrap().len()).unwrap();
    assert_eq!(count(json!("Hearth is")), Some(text));
    assert_eq!(count(json!(["Hearth is"])), Some(text));
    assert_eq!(count(json!([5, 6, 7])), Some(3));
    assert_eq!(count(json!([[5, 6, 7]])), Some(3));
    assert_eq!(count(json!(["two", "prompts"])), None);
}

#[test]
fn what_cannot_be_read_is_left_open() {
    for body in [json!([]), json!({}), json!({"messages": 7}), json!({"max_tokens": -1, "messages": []})] {
        let open = question(Api::Chat, body.clone());
        assert!(matches!((&open.prompt, open.max_tokens), (Prompt::Opaque, None)), "{body}");
    }
    let picture =
        json!({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]});
    assert_eq!(question(Api::Chat, picture).prompt, Prompt::Opaque);
}
