//! The commands of `hearthd` beside serving, without a chain.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "these are tests"
)]

mod bench;
mod check;
mod init;
mod status;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use hearth_schema::deploy::Addresses;
use hearth_wallet::deploy::record::{ClassRecord, ModelRecord, Record};
use hearth_wallet::key::address;
use hearthd::command::init::answers::{Args, attribute};
use hearthd::command::init::{self as making, Made};
use hearthd::command::person::Person;

/// A folder of a test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    /// With a deployment's record and a model's folder in it.
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("hearthd-commands-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Self(std::env::temp_dir().join(name));
        std::fs::create_dir_all(folder.0.join("model")).unwrap();
        std::fs::write(folder.0.join("model/config.json"), "{}").unwrap();
        let class = |id, product: &str| ClassRecord { id, product: product.to_owned() };
        let record = Record {
            chain_id: "hearth-1".to_owned(),
            creator: spelled(9),
            salt: "a".to_owned(),
            addresses: Addresses {
                token: spelled(1),
                bme: spelled(2),
                bonds: spelled(3),
                market: spelled(4),
                audit: spelled(5),
            },
            codes: Vec::new(),
            models: vec![ModelRecord { id: 1, name: "hearth-tiny".to_owned(), digest: [7; 32].into() }],
            classes: vec![class(3, "hearth-tiny-2 exact canonical"), class(4, "hearth-tiny exact canonical")],
        };
        record.write(&folder.0.join("deployment.toml")).unwrap();
        folder
    }

    /// All that `init` has to know.
    fn args(&self) -> Args {
        Args {
            config: self.0.join("worker/hearthd.toml"),
            deployment: Some(self.0.join("deployment.toml")),
            // Nobody listens at port 1.
            rpc: vec!["http://127.0.0.1:1".to_owned(), "http://localhost:1".to_owned()],
            owner: Some(spelled(8)),
            endpoint: Some("https://node.example/".to_owned()),
            listen: Some("127.0.0.1:0".parse().unwrap()),
            model_folder: Some(self.0.join("model")),
            price: Some("2.5usd".to_owned()),
            attribute: vec![attribute("region=eu").unwrap(), attribute("gpu.count=2").unwrap()],
            engine_version: Some("hearth/1".to_owned()),
            ..Args::default()
        }
    }

    /// A worker that was set up.
    async fn made(&self) -> Made {
        making::run(self.args(), &mut Answering::default()).await.unwrap()
    }

    /// The same, with another word in its configuration.
    async fn made_with(&self, from: &str, to: &str) -> Made {
        let made = self.made().await;
        let text = std::fs::read_to_string(&made.config).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(&made.config, text.replace(from, to)).unwrap();
        made
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn spelled(byte: u8) -> String {
    address::spell(&[byte; 20], "wasm").unwrap()
}

/// The model that comes with the house.
fn tiny() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("engine/models/hearth-tiny")
}

/// Whoever answers from a list, and remembers what was asked.
#[derive(Default)]
struct Answering {
    answers: Vec<String>,
    asked: Vec<String>,
}

impl Person for Answering {
    fn answer(&mut self, question: &str) -> Option<String> {
        self.asked.push(question.to_owned());
        (!self.answers.is_empty()).then(|| self.answers.remove(0))
    }
}
