use cosmwasm_std::{Addr, HexBinary};
use hearth_schema::audit::Opening;
use hearth_schema::digest::{self, Digest};
use hearth_schema::leaf::{Counts, Engine, Finish, Leaf, Totals};
use hearth_schema::market::{EngineClass, ProofKind};
use hearth_schema::sign::PublicKey;
use hearth_schema::tree::Tree;
use hearth_schema::unit::{Asset, ClassId, DealId, ModelId, NodeId, OfferId, Price, Seconds};

use super::*;

const WEIGHTS: Weights = Weights { input: 250, cached: 25 };
const SCOPE: Scope<'static> = Scope { chain: "hearth-1", market: "market", deal: DealId(1) };

/// A deal of five answers, of which the commit covers the last three.
struct Scene {
    deal: Deal,
    commit: Commit,
    class: Class,
    leaves: Vec<Leaf>,
    tree: Tree,
}

fn engine() -> Engine {
    Engine {
        model: Digest::generate(b"model"),
        class: "exact".to_owned(),
        version: "1".to_owned(),
        sampler: "greedy".to_owned(),
        seed: 7,
    }
}

fn leaf(index: u64) -> Leaf {
    let counts = Counts { input: 8, cached: 0, output: index + 1 };
    Leaf {
        index,
        request: Digest::generate(&[1]),
        output: Digest::generate(&[2]),
        evidence: digest::zero(),
        bundle: digest::zero(),
        engine: engine().digest(),
        counts,
        finish: Finish::STOP,
        fee: WEIGHTS.fee(Price::new(1_000), counts).unwrap(),
    }
}

fn scene(kind: Kind) -> Scene {
    let key = PublicKey(HexBinary::from([2; 33]));
    let (mut tree, mut totals, mut prev, mut leaves) = (Tree::default(), Totals::default(), Totals::default(), vec![]);
    for index in 0..5 {
        if index == 2 {
            prev = totals;
        }
        tree.push(leaf(index).node()).unwrap();
        totals = totals.plus(&leaf(index)).unwrap();
        leaves.push(leaf(index));
    }
    let top = tree::place(&leaves[0], 5, &tree.path(0, 5).unwrap()).unwrap().top;
    let commit = Commit {
        prev,
        totals,
        root: tree::root(&SCOPE, 5, &top),
        proof: ProofKind::Voucher,
        moment: Default::default(),
        bond: Usd::ZERO,
        contested: None,
        verdict: None,
    };
    let deal = Deal {
        client: Addr::unchecked("client"),
        node: NodeId(1),
        payee: Addr::unchecked("owner"),
        offer: OfferId(1),
        class: ClassId(1),
        price: Price::new(1_000),
        asset: Asset::Token,
        max_spend: Usd::new(u128::MAX),
        kind,
        session_key: key.clone(),
        worker_key: key,
        expires_at: Seconds(0),
        opened: Default::default(),
        terms: 1,
        n: 1,
        totals,
        voucher_seq: 1,
        closing: None,
        ended: None,
    };
    let product = Product::Inference {
        model: ModelId(1),
        engine: EngineClass::Exact,
        sampler: "greedy".to_owned(),
        tee: false,
        weights: WEIGHTS,
    };
    Scene { deal, commit, class: Class { product, model: Digest::generate(b"model") }, leaves, tree }
}

impl Scene {
    fn opening(&self, index: usize) -> Opening {
        Opening { leaf: self.leaves[index].clone(), engine: engine(), path: self.tree.path(index, 5).unwrap() }
    }

    /// The last point of a leaf.
    fn point(&self, index: usize) -> Usd {
        self.leaves[..=index].iter().fold(Usd::ZERO, |sum, leaf| sum.plus(leaf.fee).unwrap())
    }

    fn check(&self, points: &[usize], openings: &[Opening]) -> Result<(), ContractError> {
        let points: Vec<Usd> = points.iter().map(|index| self.point(*index)).collect();
        let view = View { scope: SCOPE, deal: &self.deal, commit: &self.commit, class: &self.class };
        view.check(&points, None, openings).map(|_| ())
    }

    fn refused(&self, bend: impl FnOnce(&mut Opening)) -> Unopened {
        let mut opening = self.opening(3);
        bend(&mut opening);
        match self.check(&[3], &[opening]).unwrap_err() {
            ContractError::Unopened(unopened) => unopened,
            other => panic!("{other}"),
        }
    }
}

#[test]
fn the_drawn_leaves_open_and_two_points_may_share_one() {
    let scene = scene(Kind::Session);
    scene.check(&[3], &[scene.opening(3)]).unwrap();
    scene.check(&[4, 2, 4], &[scene.opening(2), scene.opening(4)]).unwrap();
    scene.check(&[], &[]).unwrap();
}

#[test]
fn a_point_without_its_leaf_and_a_leaf_without_a_point_are_refused() {
    let scene = scene(Kind::Session);
    assert!(matches!(scene.check(&[3, 4], &[scene.opening(3)]), Err(ContractError::Missing { .. })));
    let idle = scene.check(&[3], &[scene.opening(3), scene.opening(4)]);
    assert!(matches!(idle, Err(ContractError::Unopened(Unopened::Idle { at: 1 }))));
    let twice = scene.check(&[3], &[scene.opening(3), scene.opening(3)]);
    assert!(matches!(twice, Err(ContractError::Unopened(Unopened::Order { at: 1 }))));
}

#[test]
fn a_bent_leaf_is_refused_by_what_is_bent() {
    let scene = scene(Kind::Session);
    assert_eq!(scene.refused(|opening| opening.leaf.fee = Usd::new(1)), Unopened::Root { at: 0 });
    assert_eq!(scene.refused(|opening| opening.leaf.index = 1), Unopened::Early { at: 0 });
    assert_eq!(scene.refused(|opening| opening.leaf.index = 5), Unopened::Early { at: 0 });
    assert_eq!(scene.refused(|opening| opening.path.truncate(1)), Unopened::Root { at: 0 });
    assert_eq!(scene.refused(|opening| opening.path = vec![opening.path[0]; 10_000]), Unopened::Root { at: 0 });
    assert_eq!(scene.refused(|opening| opening.engine.seed = 8), Unopened::Engine { at: 0 });
    assert_eq!(scene.refused(|opening| opening.engine.sampler = "other".to_owned()), Unopened::Engine { at: 0 });
}

#[test]
fn a_fee_that_its_counts_do_not_cost_is_refused() {
    let mut scene = scene(Kind::Session);
    scene.deal.price = Price::new(999);
    assert_eq!(scene.refused(|_| ()), Unopened::Fee { at: 0 });
}

#[test]
fn an_engine_of_another_class_is_refused() {
    let mut scene = scene(Kind::Session);
    scene.class.model = Digest::generate(b"smaller");
    assert_eq!(scene.refused(|_| ()), Unopened::Engine { at: 0 });
}

#[test]
fn a_jobs_leaf_is_the_request_that_was_taken() {
    let scene = scene(Kind::Job { request: Digest::generate(b"another") });
    assert_eq!(scene.refused(|_| ()), Unopened::Job { at: 0 });
}
