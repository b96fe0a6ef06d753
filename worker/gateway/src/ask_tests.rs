use proptest::prelude::*;

use super::*;

fn chat(rest: &str) -> String {
    format!(r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}]{rest}}}"#)
}

fn asked(rest: &str) -> Ask {
    read(Api::Chat, chat(rest).as_bytes()).unwrap()
}

#[test]
fn a_chat_asks_what_it_says() {
    let body = r#"{"model":"m","messages":[
        {"role":"developer","content":"be brief","name":"boss"},
        {"role":"user","content":[{"type":"text","text":"one"},{"type":"text","text":"two"}]},
        {"role":"assistant","content":"three","tool_calls":[],"refusal":null}],
        "max_tokens":5,"max_completion_tokens":7,"temperature":0.5,"top_p":0.9,"top_k":40,"seed":-1,
        "stop":"END","stream":true,"stream_options":{"include_usage":true}}"#;
    let said = |role: &str, content: &str| Message { role: role.to_owned(), content: content.to_owned() };
    let wanted = Ask {
        model: "m".to_owned(),
        prompt: Prompt::Chat(vec![said("system", "be brief"), said("user", "one\ntwo"), said("assistant", "three")]),
        max_tokens: Some(7),
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        seed: Some(u64::MAX),
        stop: vec!["END".to_owned()],
        shape: Shape { api: Api::Chat, model: "m".to_owned(), stream: true, usage: true },
    };
    assert_eq!(parse(Api::Chat, body.as_bytes()), Ok(wanted));
}

#[test]
fn what_says_nothing_is_passed_over() {
    let idle = r#","n":1,"best_of":null,"logprobs":false,"top_logprobs":0,"tools":[],"tool_choice":"auto",
        "response_format":{"type":"text"},"modalities":["text"],"presence_penalty":0,"frequency_penalty":0.0,
        "logit_bias":{},"user":"me","metadata":{"a":{"b":[1]}},"store":false,"service_tier":"auto","stop":null,
        "temperature":null,"seed":null,"stream":null,"stream_options":null,"max_tokens":null,"top_k":-1,
        "reasoning_effort":"low","prompt":"passed over in a chat","a_field_of_tomorrow":{}"#;
    assert_eq!(asked(idle), asked(""));
}

#[test]
fn what_would_change_an_answer_is_refused_by_name() {
    for (name, value) in [
        ("n", "2"),
        ("tools", r#"[{"type":"function"}]"#),
        ("tool_choice", r#""required""#),
        ("functions", "[{}]"),
        ("response_format", r#"{"type":"json_schema","json_schema":{}}"#),
        ("response_format", r#"{"type":"json_object"}"#),
        ("logprobs", "true"),
        ("logprobs", "0"),
        ("top_logprobs", "1"),
        ("modalities", r#"["text","audio"]"#),
        ("logit_bias", r#"{"5":-100}"#),
        ("presence_penalty", "0.1"),
        ("frequency_penalty", "-2"),
        ("repetition_penalty", "1.1"),
        ("min_p", "0.05"),
        ("guided_regex", r#""a+""#),
        ("web_search_options", r#"{"type":"x"}"#),
    ] {
        let wrong = read(Api::Chat, chat(&format!(r#","{name}":{value}"#)).as_bytes()).unwrap_err();
        assert_eq!((wrong.code, wrong.param.as_deref()), ("unsupported_parameter", Some(name)), "{value}");
    }
}

#[test]
fn a_completion_goes_on_from_text_or_tokens() {
    let prompt = |given: &str| read(Api::Completion, format!(r#"{{"model":"m","prompt":{given}}}"#).as_bytes());
    let text = Prompt::Text("a\"b".to_owned());
    assert_eq!(prompt(r#""a\"b""#).unwrap().prompt, text);
    assert_eq!(prompt(r#"["a\"b"]"#).unwrap().prompt, text);
    assert_eq!(prompt("[1,2]").unwrap().prompt, Prompt::Tokens(vec![1, 2]));
    assert_eq!(prompt("[[1,2]]").unwrap().prompt, Prompt::Tokens(vec![1, 2]));
    for given in [r#"["a","b"]"#, "[[1],[2]]", r#"[1,"a"]"#] {
        assert_eq!(prompt(given).unwrap_err().code, "unsupported_parameter", "{given}");
    }
    for given in ["[]", "null"] {
        assert_eq!(prompt(given).unwrap_err().code, "missing_required_parameter", "{given}");
    }
    for given in ["7", "[-1]", "[4294967296]", "{}", "[true]", "[[\"a\"]]"] {
        assert_eq!(prompt(given).unwrap_err().code, "invalid_value", "{given}");
    }
}

#[test]
fn a_text_may_hold_what_looks_deep() {
    let body = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"\"{}\\"}}]}}"#, "[{".repeat(1000));
    assert!(read(Api::Chat, body.as_bytes()).is_ok());
}

#[test]
fn every_parameter_with_every_odd_value_is_taken_or_refused_by_name() {
    let names = [
        "model",
        "messages",
        "prompt",
        "max_tokens",
        "max_completion_tokens",
        "temperature",
        "top_p",
        "top_k",
        "seed",
        "stop",
        "stream",
        "stream_options",
        "n",
        "logprobs",
        "top_logprobs",
        "tools",
        "tool_choice",
        "response_format",
        "logit_bias",
        "presence_penalty",
        "frequency_penalty",
        "modalities",
        "audio",
        "echo",
        "best_of",
        "suffix",
        "user",
        "metadata",
        "min_p",
        "functions",
        "function_call",
        "web_search_options",
    ];
    let mut values: Vec<String> = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1",
        "1",
        "2",
        "1.5",
        "-1.5",
        "1e308",
        "1e-308",
        "2147483648",
        "-9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "\"\"",
        "\"text\"",
        "\"\\u0000\"",
        "\"\\ud83d\\ude00\"",
        "\"\u{202e}\"",
        "[]",
        "[null]",
        "[[]]",
        "[1]",
        "[\"a\"]",
        "[{}]",
        "{}",
        "{\"type\":1}",
        "{\"type\":\"text\"}",
        "{\"a\":{\"b\":{}}}",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push(format!("[{}1]", "1,".repeat(10_000)));
    values.push(format!("\"{}\"", "x".repeat(100_000)));
    for name in names {
        for value in &values {
            for api in [Api::Chat, Api::Completion] {
                let start = if name == "model" { "" } else { r#""model":"m","# };
                let rest = match (api, name) {
                    (Api::Chat, "messages") | (Api::Completion, "prompt") => "",
                    (Api::Chat, _) => r#","messages":[{"role":"user","content":"hi"}]"#,
                    (Api::Completion, _) => r#","prompt":"hi""#,
                };
                let body = format!(r#"{{{start}"{name}":{value}{rest}}}"#);
                if let Err(wrong) = read(api, body.as_bytes()) {
                    let param = wrong.param.unwrap_or_else(|| panic!("{name} of {value:.40} is not named"));
                    assert!(param.starts_with(name), "{name} of {value:.40}: {param}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_taken_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(Api::Chat, &bytes);
        let _ = parse(Api::Completion, &bytes);
    }

    #[test]
    fn a_body_with_any_byte_changed_is_taken_or_refused(at: prop::sample::Index, byte: u8) {
        let mut bytes = chat(r#","temperature":0.5,"stop":["a","b"],"seed":7,"stream":true"#).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = parse(Api::Chat, &bytes);
    }
}
