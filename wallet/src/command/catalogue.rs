//! `hearth model` and `hearth class`: what the curator has published.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use hearth_schema::market::{ClassAnswer, Model, Product};
use hearth_speech::Files;
use serde_json::json;

use crate::command::answer::{Answer, to_value};
use crate::command::context::Context;
use crate::command::table::table;
use crate::error::Error;

/// What is done with models.
#[derive(Debug, Subcommand)]
pub enum ModelVerb {
    /// Lists the models.
    #[command(after_help = "Example:\n  hearth model list")]
    List,
    /// Names the model in a folder: the digest that a deployer's plan has to say. Asks no chain.
    #[command(after_help = "Example:\n  hearth model digest hearth-tiny")]
    Digest {
        /// The folder with its weights, tokenizer and configuration.
        folder: PathBuf,
    },
}

/// What is done with classes.
#[derive(Debug, Subcommand)]
pub enum ClassVerb {
    /// Lists the classes.
    #[command(after_help = "Example:\n  hearth class list")]
    List,
}

/// Runs a command about models.
pub async fn models(context: &Context, verb: &ModelVerb) -> Result<Answer, Error> {
    if let ModelVerb::Digest { folder } = verb {
        return digest(folder);
    }
    let models = context.suite()?.market().models().await?;
    let row =
        |model: &Model| vec![model.model.to_string(), model.name.clone(), model.digest.to_hex(), model.source.clone()];
    let nothing = "the curator has published no model yet";
    let text = table(&["model", "name", "digest", "source"], models.iter().map(row), nothing);
    Ok(Answer::new(json!({ "models": to_value(&models) }), text))
}

fn digest(folder: &Path) -> Result<Answer, Error> {
    let files = Files::of_folder(folder).map_err(|error| Error::file(folder, error))?;
    let digest = hex::encode(files.digest());
    Ok(Answer::new(json!({ "digest": digest, "files": to_value(&files) }), digest))
}

/// Runs a command about classes.
pub async fn classes(context: &Context, verb: &ClassVerb) -> Result<Answer, Error> {
    let ClassVerb::List = verb;
    let suite = context.suite()?;
    let (classes, models) = (suite.market().classes().await?, suite.market().models().await?);
    let rows = classes.iter().map(|class| [vec![class.id.to_string()], described(class, &models)].concat());
    let heads = ["class", "sells", "engine", "sampler", "input ‰", "cached ‰"];
    let text = table(&heads, rows, "the curator has published no class yet");
    Ok(Answer::new(json!({ "classes": to_value(&classes) }), text))
}

/// What is sold in a class, in columns.
pub(super) fn described(class: &ClassAnswer, models: &[Model]) -> Vec<String> {
    match &class.class.product {
        Product::Inference { model, engine, sampler, tee, weights } => {
            let name =
                models.iter().find(|of| of.model == *model).map_or_else(|| model.to_string(), |of| of.name.clone());
            let name = if *tee { format!("{name} (tee)") } else { name };
            let (input, cached) = (weights.input.to_string(), weights.cached.to_string());
            vec![name, engine.to_string(), sampler.clone(), input, cached]
        }
        Product::Time { gpu, vram_gib, count, .. } => {
            vec![format!("{count} × {gpu}, {vram_gib} GiB"), String::new(), String::new(), String::new(), String::new()]
        }
    }
}
