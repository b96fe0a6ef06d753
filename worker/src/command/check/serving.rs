//! What is wrong with serving: the engine, the model that it runs, and the way of clients to the door.

use std::time::Duration;

use hearth_engine::canary::canary;
use hearth_engine::{Class, Description};
use hearth_schema::market::{self, EngineClass, Product};
use hearth_wallet::Client;
use hearth_wallet::key::Signer as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::Finding;
use crate::config::Config;
use crate::view;
use crate::{engine, run};

/// How long an engine may take for one token.
const TOKEN: Duration = Duration::from_secs(60);
/// How long a client's way to the door may take.
const WAY: Duration = Duration::from_secs(10);

/// Everything between a client and its answer.
pub(crate) async fn all(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    match engine::start(&config.engine).await {
        Ok((model, _)) => {
            let what = model.describe().clone();
            found.push(match canary(model.engine.as_ref(), TOKEN).await {
                Ok(took) => {
                    Finding::fine("engine", format!("{} said a token in {} ms", what.version, took.as_millis()))
                }
                Err(error) => {
                    Finding::wrong("engine", error.to_string(), "see that it is up and has room for the model")
                }
            });
            found.extend(classes(config, &what).await);
        }
        Err(error) => found.push(Finding::wrong("engine", error.to_string(), "mend [engine], or start its server")),
    }
    found.push(way(config).await);
    found
}

/// Whether what runs here is what the classes of the offers sell.
async fn classes(config: &Config, what: &Description) -> Vec<Finding> {
    let (Ok(client), Ok(at)) = (Client::new(config.chain.clone()), config.addresses()) else { return Vec::new() };
    let mut found = Vec::new();
    for offer in config.wanted().unwrap_or_default() {
        let asked = market::QueryMsg::Class { class: offer.class };
        found.push(match client.smart::<market::ClassAnswer>(&at.market, &asked).await {
            Ok(answer) => sells(&answer, what),
            Err(error) => Finding::failed("model", &error),
        });
    }
    found
}

/// Whether an engine is of a class.
pub fn sells(answer: &market::ClassAnswer, what: &Description) -> Finding {
    let (class, number) = (&answer.class, answer.id);
    let Product::Inference { engine, .. } = &class.product else {
        let said = format!("class {number} sells time, and this engine makes tokens");
        return Finding::wrong("model", said, "set class in [[offers]] to one that sells tokens");
    };
    let runs = match what.class {
        Class::Exact => EngineClass::Exact,
        Class::Sku => EngineClass::Sku,
        Class::Tolerant => EngineClass::Tolerant,
    };
    if *engine == EngineClass::Exact && runs != EngineClass::Exact
        || *engine == EngineClass::Sku && runs == EngineClass::Tolerant
    {
        let said = format!("class {number} is {engine}, and {} is {runs}", what.version);
        return Finding::wrong("model", said, "offer it in a class of its kind: hearth class list");
    }
    if what.digest == [0; 32] {
        let said = format!("{}: its server keeps the files, nobody here can read their digest", what.model);
        return Finding::unsure("model", said, "see that the server runs the very model of the class");
    }
    if class.model.as_slice() != what.digest {
        let said =
            format!("class {number} sells the model {}, and here runs {}", class.model, hex::encode(what.digest));
        return Finding::wrong("model", said, "fetch the model of the class, or offer this one in its own class");
    }
    Finding::fine("model", format!("{} is that of class {number}", what.model))
}

/// Whether what clients are told leads here: while nothing listens at the door, something is laid there to be found.
async fn way(config: &Config) -> Finding {
    let endpoint = match endpoint(config).await {
        Ok(endpoint) => endpoint,
        Err(said) => return Finding::unsure("door", said, "register the node first"),
    };
    let laid = hearth_wallet::random::bytes::<16>().map(hex::encode).unwrap_or_default();
    let host = match TcpListener::bind(config.door.listen).await {
        Ok(listener) => Some(tokio::spawn(host(listener, laid.clone()))),
        // A worker that runs already answers by itself.
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => None,
        Err(error) => {
            return Finding::wrong(
                "door",
                format!("{}: {error}", config.door.listen),
                "set door.listen to a free address",
            );
        }
    };
    let heard = timeout(WAY, fetch(&format!("{endpoint}/healthz")))
        .await
        .unwrap_or_else(|_| Err("no answer in time".to_owned()));
    let alone = host.is_none();
    if let Some(host) = host {
        host.abort();
    }
    let remedy = format!("let {endpoint} lead to {}: DNS, firewall, proxy", config.door.listen);
    match heard {
        Ok(text) if text == laid => Finding::fine("door", format!("{endpoint} leads here")),
        Ok(text) if alone && text.contains("alive") => Finding::fine("door", format!("a worker answers at {endpoint}")),
        Ok(_) => Finding::wrong("door", format!("something else answers at {endpoint}"), remedy),
        Err(said) => Finding::wrong("door", format!("{endpoint}: {said}"), remedy),
    }
}

/// The endpoint that the chain tells clients.
async fn endpoint(config: &Config) -> Result<String, String> {
    let told = |error: &dyn std::error::Error| error.to_string();
    let keys = run::open_keys(&config.keys).map_err(|error| told(&error))?;
    let client = Client::new(config.chain.clone()).map_err(|error| told(&error))?;
    let at = config.addresses().map_err(|error| told(&error))?;
    let worker = keys.worker.address(&config.chain.prefix).map_err(|error| told(&error))?;
    let node = view::node(&client, &at, &worker).await.map_err(|error| told(&error))?;
    Ok(node.card.endpoint.trim_end_matches('/').to_owned())
}

/// Answers every request with one word.
async fn host(listener: TcpListener, word: String) {
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{word}", word.len());
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut asked = [0; 4096];
        let _ = timeout(WAY, stream.read(&mut asked)).await;
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

/// The first kilobytes of what answers at a URL.
async fn fetch(url: &str) -> Result<String, String> {
    let failed = |error: reqwest::Error| {
        let why = std::error::Error::source(&error).map_or_else(String::new, |why| format!(" ({why})"));
        format!("it cannot be reached{why}")
    };
    let client = reqwest::Client::builder().timeout(WAY).build().map_err(failed)?;
    let mut answer = client.get(url).send().await.map_err(failed)?;
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(failed)? {
        body.extend_from_slice(&piece);
        if body.len() > 4096 {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}
