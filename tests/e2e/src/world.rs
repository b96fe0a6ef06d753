//! A chain with the suite on it.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hearth_devnet::accounts::KnownAccount;
use hearth_devnet::{Config, Devnet};
use hearth_schema::unit::{Seconds, TokenPrice};
use hearth_wallet::chain::Chain;
use hearth_wallet::deploy::{self, Artifacts, Record, Wish};
use hearth_wallet::key::SecretKey;
use hearth_wallet::{Client, Sender, Suite};
use hearth_wasmd::Network;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::folder::Folder;
use crate::host::{Ground, Host};
use crate::program::root;
use crate::wait::until_after;

/// Dollars of a token when a world begins: half a dollar, in pico-dollars.
pub const PRICE: TokenPrice = TokenPrice::new(500_000_000_000);
/// What each known account holds at genesis, in whole tokens of 6 digits.
pub const GENESIS: u64 = 10_000;

/// A chain with the suite on it. The first known account deployed it, owns it, and is the source of its price.
pub struct World {
    /// The chain.
    pub host: Host,
    /// What was deployed.
    pub record: Record,
    /// Where the record stands.
    pub record_path: std::path::PathBuf,
    folder: Folder,
    runtime: Runtime,
}

impl World {
    /// A world with one model, `hearth-tiny`, and one class of it.
    pub fn start() -> Self {
        Self::with(Config { chaos: true, ..Config::default() }, &catalogue())
    }

    /// A world on a chain like this, with these models and classes (TOML, as in a plan).
    pub fn with(config: Config, catalogue: &str) -> Self {
        let runtime = runtime();
        Self::over(Host::start(config, &runtime), runtime, catalogue)
    }

    /// A world on several validators.
    pub fn validated(network: Network, catalogue: &str) -> Self {
        let runtime = runtime();
        Self::over(Host::network(network, &runtime), runtime, catalogue)
    }

    fn over(host: Host, runtime: Runtime, catalogue: &str) -> Self {
        let folder = Folder::new();
        let record_path = folder.join("deployment.toml");
        let wish = Wish::parse(&plan(&host, catalogue)).unwrap();
        let record = runtime.block_on(async {
            let sender = sender_of(client_of(&host), &host.accounts()[0]);
            let artifacts = Artifacts::read(&root().join("artifacts")).unwrap();
            let record = deploy::run(&sender, &wish, &artifacts, &record_path, &()).await.unwrap();
            let suite = record.suite(sender.client().clone()).unwrap();
            push(&suite, &sender, PRICE).await;
            record
        });
        Self { host, record, record_path, folder, runtime }
    }

    /// Runs something to its end.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Begins something; it is waited for elsewhere.
    pub fn spawn<F: Future<Output: Send> + Send + 'static>(&self, future: F) -> JoinHandle<F::Output> {
        self.runtime.spawn(future)
    }

    /// A folder for the test.
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The chain as a profile describes it.
    pub fn chain(&self) -> Chain {
        chain_of(&self.host)
    }

    /// A client of the chain.
    pub fn client(&self) -> Client {
        client_of(&self.host)
    }

    /// The deployment.
    pub fn suite(&self) -> Suite {
        self.record.suite(self.client()).unwrap()
    }

    /// A known account, with coins and tokens.
    pub fn account(&self, nth: usize) -> &KnownAccount {
        &self.host.accounts()[nth]
    }

    /// The key of a known account.
    pub fn key(&self, nth: usize) -> SecretKey {
        SecretKey::from_bytes(&self.account(nth).key).unwrap()
    }

    /// A known account that sends.
    pub fn sender(&self, nth: usize) -> Sender {
        sender_of(self.client(), self.account(nth))
    }

    /// How many transactions a known account has sent.
    pub fn sent(&self, nth: usize) -> u64 {
        let account = self.run(self.client().account(&self.account(nth).address)).unwrap();
        account.map_or(0, |account| account.sequence)
    }

    /// Posts a price for the token, observed now.
    pub fn push_price(&self, price: TokenPrice) {
        self.run(push(&self.suite(), &self.sender(0), price));
    }

    /// Lets so much time pass on the chain: the embedded one makes blocks, another is waited for.
    pub fn pass(&self, time: Duration) {
        if let Host::Embedded(devnet) = &self.host {
            return devnet.mine(time.as_secs().max(1), Duration::from_secs(1)).unwrap();
        }
        let client = self.client();
        let now = || self.run(client.head()).unwrap().time.0;
        let then = now() + time.as_secs();
        until_after(time, || (now() >= then).then_some(()), || "the chain stands still".to_owned());
    }

    /// The embedded chain, for what only it can do.
    pub fn devnet(&self) -> &Devnet {
        self.host.embedded()
    }

    /// Commands a fault of the chain: `{"forget": {"count": 1}}` and its like.
    pub fn chaos(&self, command: serde_json::Value) {
        self.run(chaos(self.devnet(), command));
    }
}

/// Commands a fault of a devnet.
pub async fn chaos(devnet: &Devnet, command: serde_json::Value) {
    let call =
        serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "dev_chaos", "params": { "command": command } });
    let answer = reqwest::Client::new().post(devnet.rpc()).json(&call).send().await.unwrap();
    let told: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(told["result"], serde_json::json!({}), "{told}");
}

/// A runtime for those who wait.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// A chain as a profile describes it.
pub fn chain_of(ground: &impl Ground) -> Chain {
    Chain { answer_ms: 30_000, wait_ms: 60_000, ..Chain::new("hearth-1", ground.rpcs()) }
}

/// A client of a chain.
pub fn client_of(ground: &impl Ground) -> Client {
    Client::new(chain_of(ground)).unwrap()
}

/// A known account that sends.
pub fn sender_of(client: Client, account: &KnownAccount) -> Sender {
    Sender::new(client, Arc::new(SecretKey::from_bytes(&account.key).unwrap())).unwrap()
}

/// A plan for a chain, with short clocks, its own beacon, and tokens for every known account.
pub fn plan(ground: &impl Ground, catalogue: &str) -> String {
    let signer = ground.signer();
    let holdings: String = ground
        .accounts()
        .iter()
        .map(|account| format!("[[token.genesis]]\naddress = \"{}\"\namount = \"{GENESIS}token\"\n", account.address))
        .collect();
    format!(
        "salt = \"e2e\"\nprofile = \"short\"\n\n[beacon]\npublic_key = \"{}\"\ngenesis = {}\nperiod = {}\n\n\
         [token]\nname = \"Hearth\"\nsymbol = \"HRTH\"\ndecimals = 6\ncap = \"1000000token\"\n{holdings}\n{catalogue}",
        hex::encode(signer.public_key()),
        signer.genesis(),
        signer.period(),
    )
}

/// One model and one class of it.
pub fn catalogue() -> String {
    let digest = "11".repeat(32);
    format!(
        "[[models]]\nname = \"hearth-tiny\"\ndigest = \"{digest}\"\nsource = \"https://models.example/hearth-tiny\"\n\n\
         [[classes]]\nmodel = \"hearth-tiny\"\nengine = \"exact\"\nsampler = \"canonical\"\n\
         weights = {{ input = 200, cached = 50 }}\n"
    )
}

/// Posts a price, observed at the chain's last block or now, whichever is earlier.
pub async fn push(suite: &Suite, source: &Sender, price: TokenPrice) {
    let now = Seconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs());
    let head = suite.client().head().await.unwrap();
    let last = suite.bme().quote().await.unwrap().map_or(Seconds(0), |quote| quote.time);
    let time = head.time.max(Seconds(last.0 + 1)).min(now.max(head.time));
    source.send(&[suite.bme().price(price, time).unwrap()]).await.unwrap();
}
