//! A request as the engine is asked it, without engine, storage or clock.

use hearth_engine::{Class, Description, Prompt, Sampling};
use hearth_gateway::Refusal;
use hearth_gateway::ask::{self, Ask};
use hearth_schema::door::{self, Api};
use hearth_schema::leaf::Engine;
use hearth_schema::market::{self, EngineClass, Product};

use crate::refuse;

/// The sampler that takes the likeliest token, always.
pub const GREEDY: &str = "greedy";

/// What is to be computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What the model reads.
    pub prompt: Prompt,
    /// How the next token is chosen.
    pub sampling: Sampling,
    /// Before the first of these texts the answer ends.
    pub stops: Vec<String>,
    /// The most tokens of the answer, where the client said so.
    pub wanted: Option<u64>,
    /// What the leaf's engine digest is over.
    pub engine: Engine,
}

/// What a request comes to in this class; a seed is chosen where the client chose none and one is needed.
pub fn plan(
    ask: &Ask,
    class: &market::Class,
    description: &Description,
    seed: impl FnOnce() -> u64,
) -> Result<Plan, Refusal> {
    let Product::Inference { engine, sampler, .. } = &class.product else {
        return Err(refuse::invalid("class", "the deal is of a class that sells time, not answers"));
    };
    if ask.model != description.model {
        return Err(refuse::missing(
            "model_not_found",
            format!("there is no model {} here: this deal is for {}", ask.model, description.model),
        ));
    }
    let (sampling, seed) = if sampler == GREEDY {
        let greedy = ask.temperature.unwrap_or_default();
        if greedy != 0.0 {
            let remedy = "set temperature to 0, or take an offer of a class with another sampler";
            return Err(refuse::invalid(
                "temperature",
                format!("this class takes the likeliest token, always: {remedy}"),
            ));
        }
        (Sampling::greedy(), ask.seed.unwrap_or_default())
    } else {
        let seed = ask.seed.unwrap_or_else(seed);
        (canonical(ask, seed)?, seed)
    };
    Ok(Plan {
        prompt: prompt(&ask.prompt),
        sampling,
        stops: ask.stop.clone(),
        wanted: ask.max_tokens.map(u64::from),
        engine: Engine {
            model: class.model,
            class: engine.to_string(),
            version: description.version.clone(),
            sampler: sampler.clone(),
            seed,
        },
    })
}

/// The sampler of all classes that are not greedy.
fn canonical(ask: &Ask, seed: u64) -> Result<Sampling, Refusal> {
    let temperature = ask.temperature.unwrap_or(1.0);
    if !(0.0..=2.0).contains(&temperature) {
        return Err(refuse::invalid("temperature", format!("temperature is {temperature}: it may be from 0 to 2")));
    }
    let top_p = ask.top_p.unwrap_or(1.0);
    if !(top_p > 0.0 && top_p <= 1.0) {
        return Err(refuse::invalid("top_p", format!("top_p is {top_p}: it may be above 0 and at most 1")));
    }
    let mut key = [0; 32];
    key.copy_from_slice(door::seed(seed).as_slice());
    Ok(Sampling { temperature, top_p, top_k: ask.top_k.unwrap_or_default(), seed: key })
}

fn prompt(prompt: &ask::Prompt) -> Prompt {
    match prompt {
        ask::Prompt::Text(text) => Prompt::Text(text.clone()),
        ask::Prompt::Tokens(tokens) => Prompt::Tokens(tokens.clone()),
        ask::Prompt::Chat(messages) => {
            let message = |message: &ask::Message| hearth_engine::Message {
                role: message.role.clone(),
                content: message.content.clone(),
            };
            Prompt::Chat(messages.iter().map(message).collect())
        }
    }
}

/// Whether an engine is good for a class: the class's model, and as much of it deterministic as the class says.
pub fn serves(description: &Description, class: &market::Class) -> Result<(), String> {
    let Product::Inference { engine, .. } = &class.product else {
        return Err("the class sells time, and this engine makes answers".to_owned());
    };
    let has = match description.class {
        Class::Exact => 0_u8,
        Class::Sku => 1,
        Class::Tolerant => 2,
    };
    let needs = match engine {
        EngineClass::Exact => 0,
        EngineClass::Sku => 1,
        EngineClass::Tolerant => 2,
    };
    if has > needs {
        return Err(format!("the class is {engine}, which the engine {} is not", description.version));
    }
    // An outside server keeps its model's files to itself; that it has the right ones is its operator's word.
    if description.digest != [0; 32] && description.digest.as_slice() != class.model.as_slice() {
        let found = hex::encode(description.digest);
        return Err(format!("the class is for the model {}, the engine has {found}", class.model));
    }
    Ok(())
}

/// The same part of the API, in the gateway's words.
pub const fn to_gate(api: Api) -> ask::Api {
    match api {
        Api::Chat => ask::Api::Chat,
        Api::Completion => ask::Api::Completion,
    }
}

/// The same part of the API, in the schema's words.
pub const fn from_gate(api: ask::Api) -> Api {
    match api {
        ask::Api::Chat => Api::Chat,
        ask::Api::Completion => Api::Completion,
    }
}

#[cfg(test)]
#[path = "job_tests.rs"]
mod tests;
