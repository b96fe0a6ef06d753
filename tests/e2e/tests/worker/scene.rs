//! A market with one node that `hearthd` serves, and a client with money.

use std::time::Duration;

use hearth_devnet::Config;
use hearth_e2e::wait::until_or;
use hearth_e2e::{Ground as _, World};
use hearth_schema::audit::Verdict;
use hearth_schema::bme::Law;
use hearth_schema::bonds::{ExecuteMsg, NodeAdded, NodeCard};
use hearth_schema::market::Reason;
use hearth_schema::sign::possession;
use hearth_schema::unit::{Asset, ClassId, DealId, NodeId, TokenAmount, TokenPrice, Usd};
use hearth_speech::Files;
use hearth_wallet::key::{SecretKey, Signer as _};
use hearth_wallet::seal;

use crate::client::Client;
use crate::daemon::{Daemon, Setup, embedded, model};

const OWNER: usize = 1;
/// The worker of the first provider.
pub(crate) const WORKER: usize = 5;
/// The client.
pub(crate) const CLIENT: usize = 9;
const SEALING: [u8; 32] = [7; 32];
/// What the client brought into its account, in base units of the token.
pub(crate) const DEPOSIT: u128 = 100_000_000;

/// A chain, a node, and the daemon that serves it.
pub(crate) struct Scene {
    pub(crate) daemon: Daemon,
    pub(crate) node: NodeId,
    pub(crate) world: World,
}

impl Scene {
    /// A scene whose daemon is set up and not started.
    pub(crate) fn new() -> Self {
        Self::with(|_| ())
    }

    /// The same, with something of its own.
    pub(crate) fn with(change: impl FnOnce(&mut Setup<'_>)) -> Self {
        Self::selling(&catalogue(), change)
    }

    /// The same, with models and classes of its own.
    pub(crate) fn selling(catalogue: &str, change: impl FnOnce(&mut Setup<'_>)) -> Self {
        Self::on(World::with(Config { chaos: true, ..Config::default() }, catalogue), change)
    }

    /// The same, in a world that stands.
    pub(crate) fn on(world: World, change: impl FnOnce(&mut Setup<'_>)) -> Self {
        let (daemon, node) = settle(&world, "worker", OWNER, WORKER, change);
        let suite = world.suite();
        let deposit = suite.token().deposit(None, TokenAmount::new(DEPOSIT)).unwrap();
        world.run(async { world.sender(CLIENT).send(&[deposit]).await.unwrap() });
        Self { daemon, node, world }
    }

    /// Another provider beside the first: its daemon, started, its door, and its node.
    pub(crate) fn neighbour(&self, change: impl FnOnce(&mut Setup<'_>)) -> (Daemon, String, NodeId) {
        let (mut daemon, node) = settle(&self.world, "neighbour", OWNER + 1, WORKER + 1, change);
        daemon.start(None);
        let door = daemon.door();
        (daemon, door, node)
    }

    /// The same, with the daemon running and its offer in the book; where its door is.
    pub(crate) fn open() -> (Self, String) {
        Self::open_with(|_| ())
    }

    /// The same, with something of its own.
    pub(crate) fn open_with(change: impl FnOnce(&mut Setup<'_>)) -> (Self, String) {
        let mut scene = Self::with(change);
        let door = scene.start();
        (scene, door)
    }

    /// Starts the daemon and waits for its offer; where its door is.
    pub(crate) fn start(&mut self) -> String {
        self.daemon.start(None);
        let door = self.daemon.door();
        self.offered(1);
        door
    }

    /// Waits for so many offers.
    pub(crate) fn offered(&self, count: usize) {
        let suite = self.world.suite();
        until_or(
            || {
                let book = self.world.run(async { suite.market().book(ClassId(1), None).await.unwrap() });
                (book.len() >= count).then_some(())
            },
            || format!("no offer: {}", self.daemon.log()),
        );
    }

    /// Why the worker takes no work, as it says; nothing while it does.
    pub(crate) fn unready(&self, door: &str) -> String {
        let asked = async { reqwest::get(format!("{door}/readyz")).await.unwrap().text().await.unwrap() };
        let said: serde_json::Value = serde_json::from_str(&self.world.run(asked)).unwrap();
        said["reason"].as_str().unwrap_or_default().to_owned()
    }

    /// A client with a session key of its own.
    pub(crate) fn client(&self, session: u8) -> Client<'_> {
        Client {
            world: &self.world,
            sender: self.world.sender(CLIENT),
            session: SecretKey::from_bytes(&[session; 32]).unwrap(),
            node: self.node,
            sealing_key: seal::sealing_key(&SEALING).unwrap(),
            http: reqwest::Client::new(),
        }
    }

    /// Waits until a deal has this many commits.
    pub(crate) fn committed(&self, deal: DealId, n: u64) {
        let suite = self.world.suite();
        until_or(
            || {
                let deal = self.world.run(async { suite.market().deal(deal).await.unwrap().unwrap() });
                (deal.n >= n).then_some(())
            },
            || format!("no commit: {}", self.daemon.log()),
        );
    }

    /// Waits until a deal has ended.
    pub(crate) fn ended(&self, deal: DealId) -> Reason {
        let suite = self.world.suite();
        let ended = || self.world.run(async { suite.market().deal(deal).await.unwrap().unwrap() }).ended;
        until_or(ended, || format!("the deal does not end: {}", self.daemon.log()))
    }

    /// Lets time pass on the chain until a commit is final.
    pub(crate) fn passed(&self, deal: DealId, n: u64) {
        let suite = self.world.suite();
        let mut last = None;
        let verdict = until_or(
            || {
                let commit = self.world.run(async { suite.market().commit(deal, n).await.unwrap().unwrap() });
                let standing = self.world.run(async { suite.audit().standing(deal, n).await.unwrap() });
                let stage = (standing.beacon.is_some(), standing.drawn.is_some());
                // Time is let pass once for each thing that is waited for: the round, then the window.
                if last != Some(stage) && (stage == (false, false) || stage == (true, true)) {
                    self.world.pass(Duration::from_secs(25));
                    self.world.push_price(hearth_e2e::world::PRICE);
                    last = Some(stage);
                }
                commit.verdict
            },
            || format!("not final: {}", self.daemon.log()),
        );
        assert_eq!(verdict, Verdict::Pass);
    }

    /// What the node's owner holds.
    pub(crate) fn earned(&self) -> TokenAmount {
        let suite = self.world.suite();
        let owner = self.world.account(OWNER).address.clone();
        self.world.run(async { suite.token().balance(&owner).await.unwrap() })
    }

    /// What the client has free in its account.
    pub(crate) fn free(&self) -> u128 {
        let client = &self.world.account(CLIENT).address;
        self.world.run(async { self.world.suite().bme().account(client, Asset::Token).await.unwrap().free.u128() })
    }

    /// What the laws are made of.
    pub(crate) fn law(&self) -> Law {
        self.world.run(async { self.world.suite().bme().law().await.unwrap() })
    }

    /// Whether the law of bme's money holds, to the unit.
    pub(crate) fn law_holds(&self) {
        let law = self.law();
        assert_eq!(law.difference, 0, "{law:?}");
        assert_eq!(law.surplus, TokenAmount::ZERO, "{law:?}");
    }

    /// Whether all that the client ever paid is this, burned, and the rest is back in its account.
    pub(crate) fn paid(&self, burned: u128) {
        self.law_holds();
        let law = self.law();
        let open = (law.escrows.u128(), law.pending.u128());
        assert_eq!((law.burned.u128(), self.free(), open), (burned, DEPOSIT - burned, (0, 0)), "{law:?}");
    }
}

/// What so many dollars cost at a price, in base units of a token of 6 digits.
pub(crate) fn tokens(spent: Usd, price: TokenPrice) -> u128 {
    (spent.u128() * 1_000_000).div_ceil(price.u128())
}

/// A node of this owner with this worker, and its daemon, set up.
fn settle(
    world: &World,
    name: &str,
    owner: usize,
    worker: usize,
    change: impl FnOnce(&mut Setup<'_>),
) -> (Daemon, NodeId) {
    let worker = world.key(worker);
    let node = register(world, owner, &worker);
    let mut setup = Setup {
        worker: &worker,
        sealing: SEALING,
        rpcs: world.host.rpcs(),
        relays: vec![world.host.beacon_url()],
        engine: embedded(),
        port: 0,
        price: "2usd",
        chain_id: "hearth-1",
    };
    change(&mut setup);
    (Daemon::at(world, name, &setup), node)
}

/// The owner adds the node of this worker, and bonds for it.
fn register(world: &World, owner: usize, worker: &SecretKey) -> NodeId {
    let suite = world.suite();
    let owner = world.sender(owner);
    let bonds = &world.record.addresses.bonds;
    let card = NodeCard {
        worker_key: worker.public_key(),
        sealing_key: seal::sealing_key(&SEALING).unwrap().into(),
        endpoint: "http://127.0.0.1:1".to_owned(),
        attributes: Vec::new(),
        engines: Vec::new(),
    };
    let possession = worker.sign(&possession("hearth-1", bonds, owner.address())).unwrap();
    let introduce = ExecuteMsg::Introduce { name: "paul".to_owned(), url: String::new() };
    let add = ExecuteMsg::AddNode { node: card, possession };
    let messages = [introduce, add].map(|msg| suite.bonds().tell(&msg).unwrap());
    world.run(async {
        let added = owner.send(&messages).await.unwrap();
        let node = added.needed_event::<NodeAdded>(bonds).unwrap().node;
        owner.send(&[suite.token().bond(node, TokenAmount::new(1_000_000_000)).unwrap()]).await.unwrap();
        node
    })
}

/// The model that ships, under its real digest, and one class of it, whose engines agree to the bit.
pub(crate) fn catalogue() -> String {
    catalogue_of("exact")
}

/// The same, with engines of this class.
pub(crate) fn catalogue_of(engine: &str) -> String {
    let digest = hex::encode(Files::of_folder(&model()).unwrap().digest());
    format!(
        "[[models]]\nname = \"hearth-tiny\"\ndigest = \"{digest}\"\nsource = \"https://models.example/hearth-tiny\"\n\n\
         [[classes]]\nmodel = \"hearth-tiny\"\nengine = \"{engine}\"\nsampler = \"greedy\"\n\
         weights = {{ input = 200, cached = 50 }}\n"
    )
}
