//! From a configuration to an engine.

use tokio::runtime::Handle;

use super::config::{self, Config, Make};
use crate::openai::OpenAi;
use crate::scripted::Scripted;
use crate::{Embedded, Engine, Error, Options};

/// Loads the engine. Called within a runtime, but on a thread that may wait.
pub(super) fn open(config: &Config) -> Result<Box<dyn Engine>, Error> {
    match &config.make {
        Make::Embedded(model) => Ok(Box::new(Embedded::load(&model.model, &options(config, model))?)),
        Make::OpenAi(server) => Ok(Box::new(Handle::current().block_on(OpenAi::connect(server))?)),
        Make::Scripted(script) => Ok(Box::new(Scripted::new(script.clone(), Handle::current()))),
    }
}

/// How our own engine runs a model: within the memory of its process.
fn options(config: &Config, model: &config::Embedded) -> Options {
    let usual = Options::new(model.name.clone());
    Options {
        threads: if model.threads == 0 { usual.threads } else { model.threads },
        cache: model.cache_bytes,
        memory: config.memory.unwrap_or(usual.memory),
        ..usual
    }
}
