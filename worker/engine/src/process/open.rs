//! From a configuration to an engine.

use tokio::runtime::Handle;

use super::config::{Config, Make};
use crate::openai::OpenAi;
use crate::scripted::Scripted;
use crate::{Engine, Error};

/// Loads the engine. Called within a runtime, but on a thread that may wait.
pub(super) fn open(config: &Config) -> Result<Box<dyn Engine>, Error> {
    match &config.make {
        Make::Embedded(_) => Err(Error::Unsupported("run a model of its own")),
        Make::OpenAi(server) => Ok(Box::new(Handle::current().block_on(OpenAi::connect(server))?)),
        Make::Scripted(script) => Ok(Box::new(Scripted::new(script.clone(), Handle::current()))),
    }
}
