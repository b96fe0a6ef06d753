//! The engine behind an OpenAI-compatible server, against the wire formats of real ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod dialects;
mod faults;
mod scores;
mod server;

use hearth_engine::openai::{Config, OpenAi};
use hearth_engine::{Engine, Error, Event, Finish, Generate, Message, Prompt, Sampling, Stop, Usage};

fn chat() -> Generate {
    let message = Message { role: "user".to_owned(), content: "Say hello".to_owned() };
    Generate { prompt: Prompt::Chat(vec![message]), sampling: Sampling::greedy(), stop: Stop::after(16) }
}

fn text() -> Generate {
    Generate { prompt: Prompt::Text("Say hello".to_owned()), ..chat() }
}

/// What an answer was.
#[derive(Debug, Default)]
struct Said {
    started: Vec<(usize, usize)>,
    text: String,
    tokens: Vec<u32>,
    logprobs: Vec<f32>,
    end: Option<(Finish, Usage)>,
}

async fn ask(config: &Config, request: Generate) -> Result<Said, Error> {
    let engine = OpenAi::connect(config).await?;
    let mut generation = engine.generate(request)?;
    let mut said = Said::default();
    while let Some(event) = generation.next().await {
        assert!(said.end.is_none(), "something came after the end");
        match event? {
            Event::Started { input, cached } => said.started.push((input, cached)),
            Event::Piece { tokens, logprobs, text } => {
                said.text.push_str(&text);
                said.tokens.extend(tokens);
                said.logprobs.extend(logprobs);
            }
            Event::Finished { reason, usage } => said.end = Some((reason, usage)),
        }
    }
    assert_eq!(said.started.len(), 1, "an answer starts once");
    assert!(said.end.is_some(), "an answer ends");
    Ok(said)
}
