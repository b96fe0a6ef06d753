//! Step after step, each skipped where the chain has it already.

use std::path::Path;
use std::time::Duration;

use hearth_schema::deploy::{Addresses, Part, Plan, Step};
use hearth_schema::digest::Digest;
use hearth_schema::market::{ClassAdded, ExecuteMsg, ModelAdded, Product};
use hearth_schema::unit::ModelId;

use crate::chain::{Client, Code};
use crate::deploy::record::{ClassRecord, CodeRecord, ModelRecord};
use crate::deploy::{Artifacts, Record, Wish};
use crate::error::Error;
use crate::key::address;
use crate::suite::Suite;
use crate::tx::{Included, Message, Sender, Signed};

/// How often a node that lacks a code of the last record is asked again before it is believed.
const DOUBTS: u32 = 5;
/// Between two questions of doubt.
const PAUSE: Duration = Duration::from_millis(200);

/// What a deployment is told of while it runs.
pub trait Progress: Send + Sync {
    /// A step is done, now or before; its transaction where it was now.
    fn done(&self, step: &str, tx: Option<&Included>);

    /// Something was signed and is about to be sent.
    fn signed(&self, signed: &Signed) -> Result<(), Error>;
}

/// Tells nobody.
impl Progress for () {
    fn done(&self, _: &str, _: Option<&Included>) {}

    fn signed(&self, _: &Signed) -> Result<(), Error> {
        Ok(())
    }
}

/// Brings the suite onto the chain, and writes the record after each step.
pub async fn run(
    sender: &Sender,
    wish: &Wish,
    artifacts: &Artifacts,
    record: &Path,
    progress: &dyn Progress,
) -> Result<Record, Error> {
    let plan = wish.plan(sender.address())?;
    let at = predict(&plan, artifacts, &sender.client().chain().prefix)?;
    let mut run = Run {
        sender,
        artifacts,
        path: record,
        progress,
        record: Record {
            chain_id: sender.client().chain().id.clone(),
            creator: plan.creator.clone(),
            salt: plan.salt.clone(),
            addresses: at.clone(),
            codes: Vec::new(),
            models: Vec::new(),
            classes: Vec::new(),
        },
    };
    run.upload().await?;
    for step in plan.steps(&at).map_err(|error| Error::usage(error.to_string()))? {
        run.make(&step).await?;
    }
    let suite = Suite::new(sender.client().clone(), at);
    run.add_models(&suite, wish).await?;
    run.add_classes(&suite, wish).await?;
    Ok(run.record)
}

/// The addresses that the parts will have.
pub fn predict(plan: &Plan, artifacts: &Artifacts, prefix: &str) -> Result<Addresses, Error> {
    let creator = address::read(&plan.creator, prefix)?;
    let spell = |bytes: &cosmwasm_std::CanonicalAddr| address::spell(bytes.as_slice(), prefix);
    plan.addresses(&creator.into(), |part| artifacts.checksum(part), spell)
        .map_err(|error| Error::usage(error.to_string()))
}

struct Run<'a> {
    sender: &'a Sender,
    artifacts: &'a Artifacts,
    path: &'a Path,
    progress: &'a dyn Progress,
    record: Record,
}

impl Run<'_> {
    /// Uploads each code that the chain does not have, by its checksum.
    async fn upload(&mut self) -> Result<(), Error> {
        let mut there = self.codes().await?;
        for part in Part::ALL {
            let checksum = self.artifacts.checksum(part);
            let found = there.iter().find(|code| code.checksum == checksum).map(|code| code.id);
            let (code_id, tx) = match found {
                Some(id) => (id, None),
                None => {
                    let tx = self.send(&Message::Store { wasm: self.artifacts.wasm(part)? }).await?;
                    (uploaded(&tx)?, Some(tx))
                }
            };
            if tx.is_some() {
                there.push(Code { id: code_id, checksum, creator: self.record.creator.clone() });
            }
            self.record.codes.push(CodeRecord { part, code_id, checksum });
            self.note(&format!("upload {}", part.name()), tx.as_ref())?;
        }
        Ok(())
    }

    /// The codes on the chain. One that the last record has and the node does not may only be newer than what the node
    /// knows: it is doubted before it is uploaded twice. A chain that began anew does not have it however often it is asked.
    async fn codes(&self) -> Result<Vec<Code>, Error> {
        let known = Record::read(self.path).ok().filter(|known| known.chain_id == self.record.chain_id);
        let known = known.map(|known| known.codes).unwrap_or_default();
        let mut doubts = 0u32;
        loop {
            let there = self.client().codes().await?;
            let is_there = |of: &CodeRecord| there.iter().any(|code| code.checksum == of.checksum);
            if doubts >= DOUBTS || known.iter().all(is_there) {
                return Ok(there);
            }
            doubts = doubts.saturating_add(1);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Makes a contract at its predicted address.
    async fn make(&self, step: &Step) -> Result<(), Error> {
        let code_id = self.record.codes.iter().find(|code| code.part == step.part).map_or(0, |code| code.code_id);
        let predicted = self.record.addresses.of(step.part).to_owned();
        let name = format!("instantiate {}", step.part.name());
        if let Some(there) = self.client().contract(&predicted).await? {
            if there.code_id != code_id || there.creator != self.record.creator {
                let what = format!("{predicted} stands already, of code {} by {}", there.code_id, there.creator);
                return Err(Error::usage_hint(what, "choose another salt in the plan"));
            }
            self.progress.done(&name, None);
            return Ok(());
        }
        let tx = self
            .send(&Message::Instantiate {
                code_id,
                label: step.label.clone(),
                salt: step.salt.clone(),
                msg: step.msg.clone(),
                admin: None,
            })
            .await?;
        let made = tx.attribute("instantiate", "_contract_address").unwrap_or_default();
        if made != predicted {
            let reason = format!("it was made at {made}, and {predicted} was predicted");
            return Err(Error::unreadable(format!("the address of {}", step.part.name()), reason));
        }
        self.note(&name, Some(&tx))
    }

    async fn add_models(&mut self, suite: &Suite, wish: &Wish) -> Result<(), Error> {
        let there = suite.market().models().await?;
        for model in &wish.models {
            let known = there.iter().find(|of| of.digest == model.digest).map(|of| of.model);
            let (id, tx) = match known {
                Some(id) => (id, None),
                None => {
                    let (name, source) = (model.name.clone(), model.source.clone());
                    let add = ExecuteMsg::AddModel { name, digest: model.digest, source };
                    let tx = self.send(&suite.market().tell(&add)?).await?;
                    (tx.needed_event::<ModelAdded>(suite.market().address())?.model, Some(tx))
                }
            };
            self.record.models.push(ModelRecord { id: id.0, name: model.name.clone(), digest: model.digest });
            self.note(&format!("model {}", model.name), tx.as_ref())?;
        }
        Ok(())
    }

    async fn add_classes(&mut self, suite: &Suite, wish: &Wish) -> Result<(), Error> {
        let there = suite.market().classes().await?;
        for class in &wish.classes {
            let model =
                self.record.models.iter().find(|model| model.name == class.model).map(|model| ModelId(model.id));
            let Some(model) = model else {
                let what = format!("the class names the model `{}`, which the plan does not", class.model);
                return Err(Error::usage_hint(what, "add it under [[models]]"));
            };
            let product = Product::Inference {
                model,
                engine: class.engine,
                sampler: class.sampler.clone(),
                tee: class.tee,
                weights: class.weights,
            };
            let said = format!("{} {} {}", class.model, class.engine, class.sampler);
            let known = there.iter().find(|of| of.class.product == product).map(|of| of.id);
            let (id, tx) = match known {
                Some(id) => (id, None),
                None => {
                    let tx = self.send(&suite.market().tell(&ExecuteMsg::AddClass { product })?).await?;
                    (tx.needed_event::<ClassAdded>(suite.market().address())?.class, Some(tx))
                }
            };
            self.note_class(id.0, said, tx.as_ref())?;
        }
        Ok(())
    }

    fn note_class(&mut self, id: u64, product: String, tx: Option<&Included>) -> Result<(), Error> {
        let step = format!("class {product}");
        self.record.classes.push(ClassRecord { id, product });
        self.note(&step, tx)
    }

    fn note(&self, step: &str, tx: Option<&Included>) -> Result<(), Error> {
        self.record.write(self.path)?;
        self.progress.done(step, tx);
        Ok(())
    }

    async fn send(&self, message: &Message) -> Result<Included, Error> {
        self.sender.send_noting(std::slice::from_ref(message), |signed| self.progress.signed(signed)).await
    }

    const fn client(&self) -> &Client {
        self.sender.client()
    }
}

fn uploaded(tx: &Included) -> Result<u64, Error> {
    let id = tx.attribute("store_code", "code_id").and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::unreadable(format!("transaction {}", tx.hash), "it names no code"))
}

/// What a step of a plan uploads, by name and checksum.
pub fn uploads(artifacts: &Artifacts) -> impl Iterator<Item = (Part, Digest)> + '_ {
    Part::ALL.into_iter().map(|part| (part, artifacts.checksum(part)))
}
