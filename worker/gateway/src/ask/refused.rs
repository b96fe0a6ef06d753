//! What is not done here: fields that would change an answer, and what they may say all the same.

use crate::ask::word::Word;

/// What a field may say without asking for anything; `null` always may.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Idle {
    /// `false`, an empty text, list or object.
    Empty,
    /// This number.
    Number(f64),
    /// One of these words, or an object whose `type` is one of them, or a list of it alone.
    Words(&'static [&'static str]),
}

/// Fields of both parts of the API, of OpenAI's own and of what the servers beside it add.
const REFUSED: &[(&str, Idle)] = &[
    ("audio", Idle::Empty),
    ("best_of", Idle::Number(1.0)),
    ("chat_template", Idle::Empty),
    ("continue_final_message", Idle::Empty),
    ("echo", Idle::Empty),
    ("frequency_penalty", Idle::Number(0.0)),
    ("function_call", Idle::Words(&["auto", "none"])),
    ("functions", Idle::Empty),
    ("guided_choice", Idle::Empty),
    ("guided_grammar", Idle::Empty),
    ("guided_json", Idle::Empty),
    ("guided_regex", Idle::Empty),
    ("ignore_eos", Idle::Empty),
    ("length_penalty", Idle::Number(1.0)),
    ("logit_bias", Idle::Empty),
    ("logprobs", Idle::Empty),
    ("min_p", Idle::Number(0.0)),
    ("min_tokens", Idle::Number(0.0)),
    ("modalities", Idle::Words(&["text"])),
    ("n", Idle::Number(1.0)),
    ("presence_penalty", Idle::Number(0.0)),
    ("prompt_logprobs", Idle::Empty),
    ("repetition_penalty", Idle::Number(1.0)),
    ("response_format", Idle::Words(&["text"])),
    ("structured_outputs", Idle::Empty),
    ("suffix", Idle::Empty),
    ("tool_choice", Idle::Words(&["auto", "none"])),
    ("tools", Idle::Empty),
    ("top_logprobs", Idle::Number(0.0)),
    ("use_beam_search", Idle::Empty),
    ("web_search_options", Idle::Empty),
];

/// The field of this name, where it is one that may be refused.
pub(super) fn known(name: &str) -> Option<&'static str> {
    REFUSED.iter().map(|(known, _)| *known).find(|known| *known == name)
}

/// Whether a field asks for something that is not done here.
pub(super) fn asks(name: &str, word: &Word) -> bool {
    REFUSED.iter().any(|(known, idle)| *known == name && !rests(*idle, word))
}

fn rests(idle: Idle, word: &Word) -> bool {
    match (idle, word) {
        (_, Word::Null) => true,
        (Idle::Empty, Word::Bool(value)) => !value,
        (Idle::Empty, Word::Text(text)) => text.is_empty(),
        (Idle::Empty, Word::List(first, _)) => first.is_none(),
        (Idle::Empty, Word::Map(any, _)) => !any,
        (Idle::Number(rest), Word::Number(value)) => (*value - rest).abs() < f64::EPSILON,
        (Idle::Words(words), Word::Text(text)) => words.contains(&text.as_str()),
        (Idle::Words(words), Word::Map(_, Some(sort))) => words.contains(&sort.as_str()),
        (Idle::Words(_), Word::List(Some(first), false)) => rests(idle, first),
        _ => false,
    }
}
