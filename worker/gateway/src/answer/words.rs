//! The JSON of chunks and of whole answers, in the shapes of the OpenAI API.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use crate::ask::{Api, Shape};
use crate::house::{Finish, Usage};
use crate::names::Names;

/// Writes one answer.
#[derive(Debug)]
pub(super) struct Words {
    id: String,
    created: u64,
    shape: Shape,
}

impl Words {
    pub(super) fn new(names: &Names, shape: Shape) -> Self {
        let id = match shape.api {
            Api::Chat => names.next("chatcmpl-"),
            Api::Completion => names.next("cmpl-"),
        };
        let created = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self { id, created, shape }
    }

    /// Whether it is written piece by piece.
    pub(super) const fn stream(&self) -> bool {
        self.shape.stream
    }

    /// The chunk that says who speaks; completions have none.
    pub(super) fn opening(&self) -> Option<Value> {
        match self.shape.api {
            Api::Chat => Some(self.chunk(json!({"role": "assistant", "content": ""}), Value::Null)),
            Api::Completion => None,
        }
    }

    /// The chunk of a piece.
    pub(super) fn piece(&self, text: &str) -> Value {
        match self.shape.api {
            Api::Chat => self.chunk(json!({"content": text}), Value::Null),
            Api::Completion => self.chunk(json!(text), Value::Null),
        }
    }

    /// The last chunk with a choice: why it ended, and what else is said then.
    pub(super) fn end(&self, finish: Finish, extra: Option<(&'static str, Value)>) -> Value {
        let nothing = match self.shape.api {
            Api::Chat => json!({}),
            Api::Completion => json!(""),
        };
        with(self.chunk(nothing, word(finish)), extra)
    }

    /// The chunk that tells the usage; nothing where it was not asked for.
    pub(super) fn usage(&self, usage: Usage) -> Option<Value> {
        self.shape.usage.then(|| {
            let mut chunk = self.frame(self.chunks());
            chunk.insert("choices".to_owned(), json!([]));
            chunk.insert("usage".to_owned(), tokens(usage));
            Value::Object(chunk)
        })
    }

    /// A whole answer.
    pub(super) fn whole(
        &self,
        text: &str,
        finish: Finish,
        usage: Usage,
        extra: Option<(&'static str, Value)>,
    ) -> Value {
        let finish = word(finish);
        let (object, choice) = match self.shape.api {
            Api::Chat => {
                let message = json!({"role": "assistant", "content": text, "refusal": null});
                let choice = json!({"index": 0, "message": message, "logprobs": null, "finish_reason": finish});
                ("chat.completion", choice)
            }
            Api::Completion => {
                ("text_completion", json!({"index": 0, "text": text, "logprobs": null, "finish_reason": finish}))
            }
        };
        let mut whole = self.frame(object);
        whole.insert("choices".to_owned(), json!([choice]));
        whole.insert("usage".to_owned(), tokens(usage));
        with(Value::Object(whole), extra)
    }

    const fn chunks(&self) -> &'static str {
        match self.shape.api {
            Api::Chat => "chat.completion.chunk",
            Api::Completion => "text_completion",
        }
    }

    fn chunk(&self, said: Value, finish: Value) -> Value {
        let part = match self.shape.api {
            Api::Chat => "delta",
            Api::Completion => "text",
        };
        let mut chunk = self.frame(self.chunks());
        chunk
            .insert("choices".to_owned(), json!([{"index": 0, part: said, "logprobs": null, "finish_reason": finish}]));
        if self.shape.usage {
            chunk.insert("usage".to_owned(), Value::Null);
        }
        Value::Object(chunk)
    }

    fn frame(&self, object: &str) -> Map<String, Value> {
        let mut frame = Map::new();
        frame.insert("id".to_owned(), json!(self.id));
        frame.insert("object".to_owned(), json!(object));
        frame.insert("created".to_owned(), json!(self.created));
        frame.insert("model".to_owned(), json!(self.shape.model));
        frame
    }
}

fn with(mut value: Value, extra: Option<(&'static str, Value)>) -> Value {
    if let (Some(fields), Some((name, said))) = (value.as_object_mut(), extra) {
        fields.insert(name.to_owned(), said);
    }
    value
}

fn word(finish: Finish) -> Value {
    match finish {
        Finish::Stop => json!("stop"),
        Finish::Length => json!("length"),
        Finish::Filtered => json!("content_filter"),
    }
}

fn tokens(usage: Usage) -> Value {
    json!({
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input.saturating_add(usage.output),
        "prompt_tokens_details": {"cached_tokens": usage.cached},
    })
}
