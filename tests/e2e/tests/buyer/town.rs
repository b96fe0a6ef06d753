//! A market with nodes of the test in it, and a client with money.

use std::sync::Arc;

use hearth_devnet::Config;
use hearth_e2e::{Person, World};
use hearth_schema::bonds::NodeCard;
use hearth_schema::unit::NodeId;
use hearth_speech::Files;
use hearth_wallet::card::Card;
use hearth_wallet::key::Signer as _;
use serde_json::Value;

use crate::http::Server;
use crate::node::{Fault, Node, folder};

/// A chain, nodes at rising prices, and a client with tokens in its account.
pub(crate) struct Town {
    pub(crate) client: Person,
    pub(crate) nodes: Vec<Arc<Node>>,
    _servers: Vec<Server>,
    pub(crate) world: World,
}

impl Town {
    /// A town with a node for each of these prices: dollars for a million tokens.
    pub(crate) fn with(prices: &[&str]) -> Self {
        let world = World::with(Config { chaos: true, ..Config::default() }, &catalogue());
        let client = Person::of(&world, 9);
        client.data(&["account", "deposit", "100token"]);
        let mut town = Self { client, nodes: Vec::new(), _servers: Vec::new(), world };
        prices.iter().enumerate().for_each(|(nth, price)| town.settle(nth, price));
        town
    }

    /// The owner is the account after the deployer's, the worker the one at the end of the row.
    fn settle(&mut self, nth: usize, price: &str) {
        let (owner, worker) = (nth + 1, nth + 5);
        let node = Node::new(self.world.suite(), self.world.key(worker), nth as u8 + 1);
        let served = Arc::clone(&node);
        let server = Server::start(move |request| served.answer(request));
        let card = NodeCard {
            worker_key: node.worker.public_key(),
            sealing_key: hearth_wallet::seal::sealing_key(&node.secret).unwrap().into(),
            endpoint: server.endpoint.clone(),
            attributes: Vec::new(),
            engines: vec!["embedded".to_owned()],
        };
        let address = &self.world.account(owner).address;
        let card = Card::sign(&node.worker, "hearth-1", &self.world.record.addresses.bonds, address, card).unwrap();
        let path = self.world.folder().join(&format!("card-{nth}.json"));
        card.write(&path).unwrap();
        let provider = Person::of(&self.world, owner);
        let told =
            provider.data(&["node", "register", "--card", path.to_str().unwrap(), "--name", &format!("node {nth}")]);
        let id = told["node"].as_u64().unwrap();
        *node.id.lock().unwrap() = NodeId(id);
        provider.data(&["bond", "add", &id.to_string(), "1000token"]);
        let place = ["offer", "place", "--node", &id.to_string(), "--class", "1", "--price", price, "--slots", "9"];
        provider.data(&place);
        self.nodes.push(node);
        self._servers.push(server);
    }

    /// Forces a fault on a node.
    pub(crate) fn force(&self, nth: usize, fault: Option<Fault>) {
        *self.nodes[nth].fault.lock().unwrap() = fault;
    }

    /// Runs `hearth` as the client; each line of its JSON.
    pub(crate) fn lines(&self, arguments: &[&str], stdin: &str) -> (i32, Vec<Value>, String) {
        let all: Vec<&str> = arguments.iter().copied().chain(["--output", "json"]).collect();
        let said = self.client.hearth_told(&all, stdin);
        let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let lines: Vec<Value> = said.stdout.lines().map(line).collect();
        (said.code, lines, said.stderr)
    }
}

/// Those of the events that are of this kind.
pub(crate) fn events<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().map(|line| &line["data"]).filter(|data| data["event"] == kind).collect()
}

/// The model that ships, under its real digest, and one class of it.
fn catalogue() -> String {
    let digest = hex::encode(Files::of_folder(&folder()).unwrap().digest());
    format!(
        "[[models]]\nname = \"hearth-tiny\"\ndigest = \"{digest}\"\nsource = \"https://models.example/hearth-tiny\"\n\n\
         [[classes]]\nmodel = \"hearth-tiny\"\nengine = \"exact\"\nsampler = \"canonical\"\n\
         weights = {{ input = 200, cached = 50 }}\n"
    )
}
