//! A world in the middle of things, and the tally of refusals.

use std::collections::BTreeSet;
use std::fmt::Debug;

use hearth_rig::actor::{Client, Provider, Work};
use hearth_rig::chain::NOBODY;
use hearth_rig::world::{Refused, World};
use hearth_schema::deploy::Part;
use hearth_schema::market::{self, Placed, Taken};
use hearth_schema::unit::Usd;

/// A provider with an offer, a client with a session at it, and a first commit of $4 by voucher.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) provider: Provider,
    pub(crate) client: Client,
    pub(crate) offer: Placed,
    pub(crate) taken: Taken,
    pub(crate) work: Work,
}

impl Scene {
    /// An open deal of $10 without a commit.
    pub(crate) fn open() -> Self {
        let mut world = crate::world();
        let provider = Provider::new(&mut world, "paul", 10_000);
        let client = Client::new(&mut world, "ann", 1_000);
        let offer = provider.place(&mut world).unwrap();
        let bid = client.bid(&world, 10);
        let taken = client.take(&mut world, &offer, bid).unwrap();
        let work = Work::of(&world, &taken);
        Self { world, provider, client, offer, taken, work }
    }

    /// The same with a first commit of $4 by voucher.
    pub(crate) fn committed() -> Self {
        let mut scene = Self::open();
        scene.work.earn(4);
        scene.commit_voucher(1).unwrap();
        scene
    }

    /// The same by a bearer token, within what a stranger's word may cost.
    pub(crate) fn unsigned() -> Self {
        let mut scene = Self::open();
        scene.work.answer(50_000);
        let bearer = scene.client.bearer(&scene.world, &scene.work, u128::MAX, scene.world.time() + 3_600);
        scene.provider.commit(&mut scene.world, &mut scene.work, bearer).unwrap();
        scene
    }

    /// Commits all that was answered, by a voucher of this seq.
    pub(crate) fn commit_voucher(&mut self, seq: u64) -> Result<market::Committed, Refused> {
        let voucher = self.client.voucher(&self.world, &self.work, seq);
        self.provider.commit(&mut self.world, &mut self.work, voucher)
    }

    /// What a node's stake has to answer for.
    pub(crate) fn at_risk(&self) -> Usd {
        let query = market::QueryMsg::AtRisk { node: self.provider.node };
        let answer: market::AtRisk = self.world.ask(Part::Market, &query);
        answer.at_risk
    }
}

/// Which codes were reached, and which this chain cannot be brought to say.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) reached: BTreeSet<&'static str>,
    pub(crate) unsaid: BTreeSet<&'static str>,
}

impl Tally {
    /// Expects a refusal by this code.
    #[track_caller]
    pub(crate) fn refused<T: Debug>(&mut self, code: &'static str, outcome: Result<T, Refused>) {
        match outcome {
            Err(refused) if refused.text.starts_with(NOBODY) => drop(self.unsaid.insert(code)),
            Err(refused) => assert_eq!(refused.code, code, "{}", refused.text),
            Ok(done) => panic!("{code} was expected, but it succeeded: {done:?}"),
        }
        self.reached.insert(code);
    }
}
