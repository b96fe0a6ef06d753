//! A market with one node that `hearthd` serves, and a client with money.

use std::time::Duration;

use hearth_devnet::Config;
use hearth_e2e::World;
use hearth_schema::audit::Verdict;
use hearth_schema::bonds::{ExecuteMsg, NodeAdded, NodeCard};
use hearth_schema::sign::possession;
use hearth_schema::unit::{ClassId, DealId, NodeId, TokenAmount};
use hearth_speech::Files;
use hearth_wallet::key::{SecretKey, Signer as _};
use hearth_wallet::seal;

use crate::client::Client;
use crate::daemon::{Daemon, Setup, embedded, model, until_or};

const OWNER: usize = 1;
const WORKER: usize = 5;
const CLIENT: usize = 9;
const SEALING: [u8; 32] = [7; 32];

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
        let world = World::with(Config { chaos: true, ..Config::default() }, &catalogue());
        let worker = world.key(WORKER);
        let node = register(&world, &worker);
        let suite = world.suite();
        let deposit = suite.token().deposit(None, TokenAmount::new(100_000_000)).unwrap();
        world.run(async { world.sender(CLIENT).send(&[deposit]).await.unwrap() });
        let mut setup = Setup {
            worker: &worker,
            sealing: SEALING,
            rpc: world.devnet.rpc(),
            relays: vec![world.devnet.beacon_url()],
            engine: embedded(),
            port: 0,
            price: "2usd",
            chain_id: "hearth-1",
        };
        change(&mut setup);
        let daemon = Daemon::at(&world, "worker", &setup);
        Self { daemon, node, world }
    }

    /// The same, with the daemon running and its offer in the book; where its door is.
    pub(crate) fn open() -> (Self, String) {
        Self::open_with(|_| ())
    }

    /// The same, with something of its own.
    pub(crate) fn open_with(change: impl FnOnce(&mut Setup<'_>)) -> (Self, String) {
        let mut scene = Self::with(change);
        scene.daemon.start(None);
        let door = scene.daemon.door();
        scene.offered();
        (scene, door)
    }

    /// Waits for the offer.
    pub(crate) fn offered(&self) {
        let suite = self.world.suite();
        until_or(
            || {
                let book = self.world.run(async { suite.market().book(ClassId(1), None).await.unwrap() });
                (!book.is_empty()).then_some(())
            },
            || format!("no offer: {}", self.daemon.log()),
        );
    }

    /// A client with a session key of its own.
    pub(crate) fn client(&self, session: u8) -> Client<'_> {
        Client {
            world: &self.world,
            sender: self.world.sender(CLIENT),
            session: SecretKey::from_bytes(&[session; 32]).unwrap(),
            node: self.node,
            sealing_key: seal::sealing_key(&SEALING).unwrap(),
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

    /// Whether the law of bme's money holds, to the unit.
    pub(crate) fn law_holds(&self) {
        let law = self.world.run(async { self.world.suite().bme().law().await.unwrap() });
        assert_eq!(law.difference, 0, "{law:?}");
        assert_eq!(law.surplus, TokenAmount::ZERO, "{law:?}");
    }
}

/// The owner adds the node of this worker, and bonds for it.
fn register(world: &World, worker: &SecretKey) -> NodeId {
    let suite = world.suite();
    let owner = world.sender(OWNER);
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

/// The model that ships, under its real digest, and one class of it.
pub(crate) fn catalogue() -> String {
    let digest = hex::encode(Files::of_folder(&model()).unwrap().digest());
    format!(
        "[[models]]\nname = \"hearth-tiny\"\ndigest = \"{digest}\"\nsource = \"https://models.example/hearth-tiny\"\n\n\
         [[classes]]\nmodel = \"hearth-tiny\"\nengine = \"exact\"\nsampler = \"greedy\"\n\
         weights = {{ input = 200, cached = 50 }}\n"
    )
}
