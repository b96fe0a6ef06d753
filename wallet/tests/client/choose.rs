//! Offers as they may stand in a book, and what is taken of them.

use hearth_schema::leaf::Weights;
use hearth_schema::market::OfferAnswer;
use hearth_schema::price::Tick;
use hearth_schema::unit::{ClassId, NodeId, OfferId, Price, Seconds, Seq, Usd};
use hearth_wallet::buyer::choose::{Candidate, Need, Unfit, Wish, choose};

fn offer(node: u64, price: u128) -> Candidate {
    let offer = OfferAnswer {
        offer: OfferId(node),
        seq: Seq(100 - node),
        node: NodeId(node),
        class: ClassId(1),
        tick: Tick::of(Price::new(price)).unwrap(),
        price: Price::new(price),
        slots: 2,
        free: 1,
        min_spend: Usd::new(1),
        max_spend: Usd::new(1_000_000),
        max_life: Seconds(600),
        expires_at: Seconds(2_000),
        terms: 1,
    };
    Candidate { offer, weights: Weights { input: 500, cached: 50 } }
}

fn with(node: u64, price: u128, change: impl Fn(&mut OfferAnswer)) -> Candidate {
    let mut candidate = offer(node, price);
    change(&mut candidate.offer);
    candidate
}

/// A request of 100 tokens of input and 50 of output: a hundred times the price.
fn wish() -> Wish {
    Wish {
        max_price: None,
        max_cost: Usd::new(100_000),
        need: Need::Request { input: 100, output: 50 },
        leave: Usd::new(1_000_000),
        life: Seconds(300),
        only: None,
        not: Vec::new(),
        now: Seconds(1_000),
        terms: 1,
    }
}

fn nodes(candidates: Vec<Candidate>, wish: &Wish) -> Vec<u64> {
    choose(candidates, wish).map(|pick| pick.offers.iter().map(|offer| offer.node.0).collect()).unwrap_or_default()
}

#[test]
fn the_cheapest_comes_first_and_the_older_among_equals() {
    let book = vec![offer(1, 300), offer(2, 100), offer(3, 200), offer(4, 100)];
    let pick = choose(book, &wish()).unwrap();
    assert_eq!(pick.offers.iter().map(|offer| offer.node.0).collect::<Vec<_>>(), [4, 2, 3, 1]);
    assert_eq!((pick.max_spend, pick.limit(), pick.expires_at), (Usd::new(30_000), Price::new(300), Seconds(1_300)));
    assert_eq!(pick.choices()[0].offer, OfferId(4));
}

#[test]
fn what_will_not_do_is_left_out_and_counted() {
    let book = || {
        vec![
            offer(1, 100),
            offer(2, 500),
            offer(3, 2_000),
            with(4, 110, |offer| offer.free = 0),
            with(5, 110, |offer| offer.expires_at = Seconds(1_000)),
            with(6, 110, |offer| offer.terms = 2),
            with(7, 110, |offer| offer.min_spend = Usd::new(200_000)),
            with(8, 110, |offer| offer.max_spend = Usd::new(100)),
        ]
    };
    assert_eq!(nodes(book(), &wish()), [1, 2]);
    assert_eq!(nodes(book(), &Wish { not: vec![NodeId(1)], ..wish() }), [2]);
    assert_eq!(nodes(book(), &Wish { only: Some(NodeId(2)), ..wish() }), [2]);
    assert_eq!(nodes(book(), &Wish { max_price: Some(Price::new(100)), ..wish() }), [1]);
    let none = Wish { max_price: Some(Price::new(499)), not: vec![NodeId(1)], ..wish() };
    let counted = Unfit { offers: 8, dear: 2, others: 1, over: 3, bounds: 2, ..Unfit::default() };
    assert_eq!(choose(book(), &none), Err(counted));
    let poor = Wish { max_cost: Usd::new(9_999), ..wish() };
    assert_eq!(choose(vec![offer(1, 100)], &poor), Err(Unfit { offers: 1, costly: 1, ..Unfit::default() }));
    let wary = wish().with_leave(Usd::new(9_999));
    assert_eq!(choose(vec![offer(1, 100)], &wary), Err(Unfit { offers: 1, unsigned: 1, ..Unfit::default() }));
}

#[test]
fn one_deal_fits_all_offers_that_are_named_together() {
    // The first takes deals of at most what it costs there: a dearer one beside it would need more.
    let book = vec![with(1, 100, |offer| offer.max_spend = Usd::new(10_000)), offer(2, 200)];
    assert_eq!(nodes(book, &wish()), [1]);
    let book = vec![with(1, 100, |offer| offer.min_spend = Usd::new(15_000)), offer(2, 120)];
    let pick = choose(book, &wish()).unwrap();
    assert_eq!((pick.offers.len(), pick.max_spend), (2, Usd::new(15_000)));
    let book =
        vec![with(1, 100, |offer| offer.max_life = Seconds(60)), with(2, 110, |offer| offer.max_life = Seconds(59))];
    let pick = choose(book, &wish()).unwrap();
    assert_eq!((pick.offers.len(), pick.expires_at), (1, Seconds(1_060)));
}

#[test]
fn a_session_is_as_large_as_its_limit_and_its_offer_allow() {
    let all = Wish { need: Need::All { output: 50 }, ..wish() };
    assert_eq!(choose(vec![offer(1, 100)], &all).unwrap().max_spend, Usd::new(100_000));
    let small = with(1, 100, |offer| offer.max_spend = Usd::new(5_000));
    let pick = choose(vec![small, offer(2, 200)], &all).unwrap();
    assert_eq!((pick.offers.len(), pick.max_spend), (2, Usd::new(5_000)));
}

#[test]
fn no_more_are_named_than_a_take_takes() {
    let book = (1..=40).map(|node| offer(node, 100 + u128::from(node))).collect();
    assert_eq!(nodes(book, &wish()).len(), 16);
}
