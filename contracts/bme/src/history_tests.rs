use std::collections::BTreeMap;

use cosmwasm_std::{Order, Response};
use hearth_schema::bme::{Charge, Charged, ExecuteMsg, Pushed, Refunded, Released, Settled};
use hearth_schema::event::Typed;
use hearth_schema::unit::{Amount, Asset, TokenAmount};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::desk::{DOLLAR, Desk, TOKEN};
use crate::error::ContractError;
use crate::state::{BOOKS, CHARGED, ESCROWS, PENDING};

const DAY: u64 = 86_400;

#[derive(Debug, Clone)]
enum Act {
    Deposit(u128),
    Withdraw(u128),
    Lock(u64, u128),
    Charge(u64, u128),
    Settle(u64, u64),
    Refund(u64, u64),
    Release(u64),
    Push(u64, u64),
    Claim(&'static str),
    Crank,
    Price(u128),
    Wait(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (deal, n, dollars) = (1u64..4, 1u64..6, 1..20 * DOLLAR);
    let act = prop_oneof![
        1 => (0..100 * TOKEN).prop_map(Act::Deposit),
        1 => (0..100 * TOKEN).prop_map(Act::Withdraw),
        2 => (deal.clone(), dollars.clone()).prop_map(|(deal, spend)| Act::Lock(deal, spend)),
        6 => (deal.clone(), dollars).prop_map(|(deal, fee)| Act::Charge(deal, fee)),
        3 => (deal.clone(), n.clone()).prop_map(|(deal, n)| Act::Settle(deal, n)),
        2 => (deal.clone(), n.clone()).prop_map(|(deal, n)| Act::Refund(deal, n)),
        1 => deal.clone().prop_map(Act::Release),
        3 => (deal, n).prop_map(|(deal, n)| Act::Push(deal, n)),
        1 => prop::sample::select(vec!["pat", "treasury", "ann"]).prop_map(Act::Claim),
        1 => Just(Act::Crank),
        3 => (DOLLAR / 10..3 * DOLLAR).prop_map(Act::Price),
        4 => prop::sample::select(vec![1, 250, 301, 30_000, DAY - 1, DAY, DAY + 1]).prop_map(Act::Wait),
    ];
    vec(act, 1..120)
}

/// What was seen from outside: the accepted prices, what was charged without one, and what left each escrow.
#[derive(Default)]
struct Witness {
    prices: Vec<(u64, u128)>,
    waits: BTreeMap<(u64, u64), (u64, usize)>,
    out: BTreeMap<u64, u128>,
}

impl Witness {
    /// The first price accepted after a charge, if it came within a day, else the last before it.
    fn price(&self, deal: u64, n: u64) -> u128 {
        let (since, seen) = self.waits[&(deal, n)];
        let next = self.prices.get(seen).filter(|(at, _)| *at <= since + DAY);
        next.unwrap_or(&self.prices[seen - 1]).1
    }

    fn see(&mut self, desk: &Desk, response: &Response) {
        let now = desk.now();
        for event in &response.events {
            if let Ok(Charged { deal, n, amount: None, .. }) = Charged::read(event) {
                self.waits.insert((deal.0, n), (now, self.prices.len()));
            }
            if let Ok(Pushed { deal, n, price, .. }) = Pushed::read(event) {
                assert_eq!(price.u128(), self.price(deal.0, n), "whoever pushes, and whenever");
            }
            if let Ok(Released { deal, .. }) = Released::read(event) {
                let escrow = ESCROWS.load(&desk.deps.storage, deal.0).unwrap();
                assert!(escrow.ended && escrow.waiting == 0, "deal {deal}: released before its last charge");
            }
            let settled = Settled::read(event).map(|event| (event.deal, event.burned.u128()));
            let refunded = Refunded::read(event).map(|event| (event.deal, event.amount.u128()));
            let released = Released::read(event).map(|event| (event.deal, event.amount.u128()));
            if let Ok((deal, amount)) = settled.or(refunded).or(released) {
                *self.out.entry(deal.0).or_default() += amount;
            }
        }
    }

    /// locked = escrow + pending + settled + refunded + released, for each deal.
    fn balance(&self, desk: &Desk) {
        for entry in ESCROWS.range(&desk.deps.storage, None, None, Order::Ascending) {
            let (deal, escrow) = entry.unwrap();
            let pending = PENDING.prefix(deal).range(&desk.deps.storage, None, None, Order::Ascending);
            let pending: u128 = pending
                .map(|entry| match entry.unwrap().1.charge {
                    Charge::Charged { amount } => amount.u128(),
                    Charge::Waiting { .. } => 0,
                })
                .sum();
            let out = self.out.get(&deal).copied().unwrap_or_default();
            assert_eq!(escrow.locked.u128(), escrow.amount.u128() + pending + out, "deal {deal}");
        }
    }
}

fn act(desk: &mut Desk, witness: &mut Witness, act: Act) {
    let said: Result<Response, ContractError> = match act {
        Act::Deposit(amount) => desk.deposit("ann", amount),
        Act::Withdraw(amount) => {
            desk.say("ann", ExecuteMsg::Withdraw { asset: Asset::Token, amount: Amount::new(amount) })
        }
        Act::Lock(deal, spend) => desk.lock(deal, spend),
        Act::Charge(deal, fee) => {
            let last = CHARGED.may_load(&desk.deps.storage, deal).unwrap().unwrap_or_default();
            desk.charge(deal, last + 1, fee)
        }
        Act::Settle(deal, n) => desk.settle(deal, n),
        Act::Refund(deal, n) => desk.refund(deal, n),
        Act::Release(deal) => desk.release(deal),
        Act::Push(deal, n) => desk.push(deal, n),
        Act::Claim(of) => desk.claim(of),
        Act::Crank => desk.say("anyone", ExecuteMsg::Crank {}),
        Act::Price(price) => {
            let posted = desk.price(price);
            if posted.is_ok() {
                witness.prices.push((desk.now(), price));
            }
            posted
        }
        Act::Wait(seconds) => {
            desk.wait(seconds);
            return;
        }
    };
    if let Ok(response) = said {
        witness.see(desk, &response);
    }
    witness.balance(desk);
}

/// Every deal ends, and every charge is settled or refunded: nobody can hold a unit back.
fn end(desk: &mut Desk, witness: &mut Witness) {
    desk.wait(DAY + 1);
    let deals: Vec<u64> = ESCROWS.keys(&desk.deps.storage, None, None, Order::Ascending).map(Result::unwrap).collect();
    for deal in deals {
        act(desk, witness, Act::Release(deal));
    }
    let open: Vec<_> = PENDING.keys(&desk.deps.storage, None, None, Order::Ascending).map(Result::unwrap).collect();
    for (deal, n) in open {
        act(desk, witness, if n % 2 == 0 { Act::Refund(deal, n) } else { Act::Settle(deal, n) });
    }
    for account in ["pat", "treasury"] {
        act(desk, witness, Act::Claim(account));
    }
    let amount = desk.free("ann");
    act(desk, witness, Act::Withdraw(amount));
    act(desk, witness, Act::Crank);
    let books = BOOKS.load(&desk.deps.storage).unwrap();
    assert_eq!(books.held().unwrap(), TokenAmount::ZERO);
    assert_eq!(books.unclaimed, books.audit_pool);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_history_keeps_the_laws_and_can_be_ended(history in acts()) {
        let mut desk = Desk::open();
        let mut witness = Witness::default();
        witness.prices.push((desk.now(), DOLLAR / 2));
        desk.deposit("ann", 100 * TOKEN).unwrap();
        for each in history {
            act(&mut desk, &mut witness, each);
        }
        end(&mut desk, &mut witness);
    }
}
