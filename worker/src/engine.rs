//! From the configuration to an engine that runs, and the model that clients see.

use std::sync::Arc;

use hearth_engine::openai::OpenAi;
use hearth_engine::process::{self, Child, Health as ChildHealth, Make, Settings};
use hearth_engine::scripted::Scripted;
use hearth_engine::{Embedded, Error, Options};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::config;
use crate::dispatch::Health;
use crate::model::Model;
use crate::sight::wall;

/// Why there is no model to serve.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The engine.
    #[error("the engine does not start: {0}")]
    Engine(#[from] Error),
    /// The model's tokenizer and templates.
    #[error("the model cannot be served: {0}")]
    Speech(#[from] hearth_speech::Error),
}

/// Starts the engine of a configuration, and says how to ask after its health.
pub async fn start(engine: &config::Engine) -> Result<(Model, Health), EngineError> {
    let since = wall().0;
    let well = || -> Health { Box::new(|| Ok(())) };
    match engine {
        config::Engine::Embedded(embedded) => {
            let embedded = embedded.clone();
            let load = move || {
                let engine = Arc::new(Embedded::load(&embedded.model, &options(&embedded))?);
                Ok::<_, EngineError>(Model::local(engine, &embedded.model, since)?)
            };
            Ok((spawned(spawn_blocking(load).await)?, well()))
        }
        config::Engine::Process { program, memory, patience, run } => {
            let settings = Settings {
                program: program.clone(),
                config: process::Config { make: Make::Embedded(beside(run)), memory: *memory },
                patience: *patience,
            };
            let child = Arc::new(Child::start(settings, |line| tracing::info!(engine = line)).await?);
            let (folder, engine) = (run.model.clone(), Arc::clone(&child));
            let model = spawned(spawn_blocking(move || Ok(Model::local(engine, &folder, since)?)).await)?;
            Ok((model, Box::new(move || alive(&child))))
        }
        config::Engine::Openai(server) => {
            let engine = Arc::new(OpenAi::connect(server).await?);
            Ok((Model::remote(engine, since), well()))
        }
        config::Engine::Scripted(script) => {
            let engine = Arc::new(Scripted::new(script.clone(), Handle::current()));
            Ok((Model::remote(engine, since), well()))
        }
    }
}

fn options(embedded: &config::Embedded) -> Options {
    let usual = Options::new(embedded.name.clone());
    let threads = if embedded.threads == 0 { usual.threads } else { embedded.threads };
    Options { threads, cache: embedded.cache_bytes, ..usual }
}

fn beside(embedded: &config::Embedded) -> process::Embedded {
    let config::Embedded { name, model, threads, cache_bytes } = embedded.clone();
    process::Embedded { name, model, cache_bytes, threads }
}

fn alive(child: &Child) -> Result<(), String> {
    match child.health() {
        ChildHealth::Up { .. } => Ok(()),
        ChildHealth::Down(error) => Err(format!("the engine is being started again: {error}")),
        ChildHealth::GivenUp(error) => Err(format!("the engine failed too often: {error}")),
    }
}

fn spawned(done: Result<Result<Model, EngineError>, tokio::task::JoinError>) -> Result<Model, EngineError> {
    done.unwrap_or_else(|error| Err(Error::Lost(format!("loading ended by itself: {error}")).into()))
}
