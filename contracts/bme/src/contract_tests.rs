use cosmwasm_std::testing::{message_info, mock_env};
use cosmwasm_std::{Event, coins, to_json_binary};
use hearth_schema::bme::{
    Burned, Charged, Claimed, Claims, Hook, Law, Pushed, Released, Settled, SourceChanged, Status,
};
use hearth_schema::event::Typed;
use hearth_schema::own::{Act, Refusal};
use hearth_schema::raw;
use hearth_schema::terms::Profile;
use hearth_schema::unit::{Amount, Asset, Bps, DealId, Seconds, StableId, TokenAmount, TokenPrice, Usd};

use super::*;
use crate::desk::{DOLLAR, Desk, TOKEN};

fn said<T: Typed>(response: &Response) -> Option<T> {
    response.events.iter().find_map(|event: &Event| T::read(event).ok())
}

fn quiet(response: &Response) -> bool {
    response.events.is_empty() && response.messages.is_empty()
}

/// Ann has 100 tokens, and deal 1 has locked $10 of them at $0.50.
fn deal() -> Desk {
    let mut desk = Desk::open();
    desk.deposit("ann", 100 * TOKEN).unwrap();
    desk.lock(1, 10 * DOLLAR).unwrap();
    desk
}

/// The same, the price stale, $4 waiting as commit 1.
fn waiting() -> Desk {
    let mut desk = deal();
    desk.wait(301);
    let charged: Charged = said(&desk.charge(1, 1, 4 * DOLLAR).unwrap()).unwrap();
    assert_eq!(charged.amount, None);
    desk
}

#[test]
fn the_example_of_the_protocol_comes_out_message_by_message() {
    let mut desk = deal();
    assert_eq!((desk.free("ann"), desk.escrow(1).amount.u128()), (79 * TOKEN, 21 * TOKEN));
    desk.charge(1, 1, 4 * DOLLAR).unwrap();
    desk.wait(10);
    desk.price(DOLLAR / 4).unwrap();
    desk.charge(1, 2, 3 * DOLLAR).unwrap();
    assert_eq!(desk.escrow(1).amount.u128(), TOKEN);

    let settled: Settled = said(&desk.settle(1, 1).unwrap()).unwrap();
    let shares = [settled.burned, settled.destroyed, settled.provider, settled.audit, settled.treasury];
    assert_eq!(shares.map(TokenAmount::u128), [8 * TOKEN, 320_000, 7_360_000, 240_000, 80_000]);
    desk.refund(1, 2).unwrap();
    desk.release(1).unwrap();
    assert_eq!((desk.free("ann"), desk.escrow(1).amount.u128()), (92 * TOKEN, 0));

    let claimed = desk.claim("pat").unwrap();
    assert_eq!(said(&claimed), Some(Burned { amount: TokenAmount::new(8 * TOKEN) }));
    assert_eq!(said::<Claimed>(&claimed).unwrap().amount.u128(), 7_360_000);
    let law: Law = desk.ask(QueryMsg::Law {});
    assert_eq!((law.unclaimed.u128(), law.audit_pool.u128()), (320_000, 240_000));
}

#[test]
fn a_charge_that_waits_costs_the_next_price_though_a_later_one_stands() {
    let mut desk = waiting();
    assert!(matches!(desk.push(1, 1), Err(ContractError::PriceAwaited { .. })));
    desk.wait(86_400);
    desk.price(DOLLAR).unwrap();
    desk.wait(400);
    desk.price(DOLLAR / 4).unwrap();
    let pushed: Pushed = said(&desk.push(1, 1).unwrap()).unwrap();
    assert_eq!((pushed.price.u128(), pushed.amount.u128()), (DOLLAR, 4 * TOKEN));
}

#[test]
fn a_charge_that_waited_longer_than_a_day_costs_the_last_price() {
    let mut desk = waiting();
    desk.wait(86_401);
    desk.price(DOLLAR).unwrap();
    let settled = desk.settle(1, 1).unwrap();
    assert_eq!(said::<Pushed>(&settled).unwrap().price.u128(), DOLLAR / 2);
    assert_eq!(said::<Settled>(&settled).unwrap().burned.u128(), 8 * TOKEN);
}

#[test]
fn a_newer_charge_does_not_wait_for_an_older_one() {
    let mut desk = waiting();
    desk.price(DOLLAR).unwrap();
    let charged: Charged = said(&desk.charge(1, 2, DOLLAR).unwrap()).unwrap();
    assert_eq!(charged.amount, Some(Amount::new(TOKEN)));
    assert_eq!(desk.escrow(1).waiting, 1);
}

#[test]
fn an_ended_deal_keeps_its_rest_until_its_last_charge_is_pushed() {
    let mut desk = waiting();
    desk.charge(1, 2, DOLLAR).unwrap();
    assert!(quiet(&desk.release(1).unwrap()));
    desk.price(DOLLAR).unwrap();
    assert_eq!(said::<Released>(&desk.push(1, 2).unwrap()), None);
    assert_eq!(desk.free("ann"), 79 * TOKEN);
    let pushed = desk.push(1, 1).unwrap();
    assert_eq!(said::<Released>(&pushed).unwrap().amount.u128(), 16 * TOKEN);
    assert_eq!(desk.free("ann"), 95 * TOKEN);
}

#[test]
fn a_failed_commit_that_waits_costs_nothing() {
    let mut desk = waiting();
    desk.release(1).unwrap();
    let refunded = desk.refund(1, 1).unwrap();
    assert_eq!(said::<Released>(&refunded).unwrap().amount.u128(), 21 * TOKEN);
    assert_eq!(desk.free("ann"), 100 * TOKEN);
}

#[test]
fn a_short_escrow_gives_what_it_holds_and_settles_nothing_as_nothing() {
    let mut desk = deal();
    desk.wait(10);
    desk.price(DOLLAR / 4).unwrap();
    let charged: Charged = said(&desk.charge(1, 1, 6 * DOLLAR).unwrap()).unwrap();
    assert_eq!((charged.amount, charged.short), (Some(Amount::new(21 * TOKEN)), true));
    assert!(desk.escrow(1).short);
    desk.charge(1, 2, 4 * DOLLAR).unwrap();
    assert_eq!(said::<Settled>(&desk.settle(1, 2).unwrap()).unwrap().burned, TokenAmount::ZERO);
}

#[test]
fn what_is_done_already_succeeds_and_changes_nothing() {
    let mut desk = deal();
    desk.charge(1, 1, DOLLAR).unwrap();
    assert!(quiet(&desk.push(1, 1).unwrap()));
    desk.settle(1, 1).unwrap();
    assert!(quiet(&desk.push(1, 1).unwrap()));
    desk.release(1).unwrap();
    assert!(quiet(&desk.release(1).unwrap()));
    desk.claim("pat").unwrap();
    assert!(quiet(&desk.claim("pat").unwrap()));
    assert!(quiet(&desk.say("anyone", ExecuteMsg::Crank {}).unwrap()));
    assert!(matches!(desk.push(1, 2), Err(ContractError::UnknownCharge { .. })));
    assert!(matches!(desk.push(1, 0), Err(ContractError::UnknownCharge { .. })));
    assert!(matches!(desk.push(2, 1), Err(ContractError::UnknownCharge { .. })));
}

#[test]
fn a_commit_is_charged_once_and_settled_or_refunded_once() {
    let mut desk = deal();
    desk.charge(1, 1, DOLLAR).unwrap();
    assert!(matches!(desk.charge(1, 1, DOLLAR), Err(ContractError::ChargeOrder { next: 2, .. })));
    assert!(matches!(desk.charge(1, 3, DOLLAR), Err(ContractError::ChargeOrder { next: 2, .. })));
    desk.settle(1, 1).unwrap();
    assert!(matches!(desk.settle(1, 1), Err(ContractError::UnknownCharge { .. })));
    assert!(matches!(desk.refund(1, 1), Err(ContractError::UnknownCharge { .. })));
    desk.release(1).unwrap();
    assert!(matches!(desk.charge(1, 2, DOLLAR), Err(ContractError::EscrowEnded { .. })));
    assert!(matches!(desk.lock(1, DOLLAR), Err(ContractError::EscrowExists { .. })));
}

#[test]
fn nobody_but_the_market_moves_an_escrow() {
    let mut desk = deal();
    desk.charge(1, 1, DOLLAR).unwrap();
    let deal = DealId(1);
    for stranger in ["owner", "ann", "pat", "token", "oracle", "treasury"] {
        let (client, split) = (desk.addr("ann").into_string(), Profile::production().terms.split);
        let (payee, max_spend, asset) = (desk.addr(stranger).into_string(), Usd::new(DOLLAR), Asset::Token);
        for msg in [
            ExecuteMsg::Lock { deal: DealId(2), client, payee, asset, max_spend, split },
            ExecuteMsg::Charge { deal, n: 2, fee: Usd::new(1) },
            ExecuteMsg::Settle { deal, n: 1 },
            ExecuteMsg::Refund { deal, n: 1 },
            ExecuteMsg::Release { deal },
        ] {
            let said = desk.say(stranger, msg);
            assert!(matches!(said, Err(ContractError::Refusal(Refusal::NotAllowed { .. }))));
        }
    }
}

#[test]
fn a_lock_needs_a_fresh_price_the_token_and_a_sound_split() {
    let mut desk = Desk::new(&["oracle"]).unwrap();
    desk.deposit("ann", TOKEN).unwrap();
    assert!(matches!(desk.lock(1, DOLLAR), Err(ContractError::PriceStale { .. })));
    desk.price(DOLLAR).unwrap();
    desk.wait(300);
    assert!(matches!(desk.lock(1, 0), Err(ContractError::Zero { field: "max_spend" })));
    let held = Amount::new(TOKEN);
    assert!(matches!(desk.lock(1, DOLLAR), Err(ContractError::Insufficient { held: has, .. }) if has == held));
    assert!(matches!(desk.lock(1, u128::MAX), Err(ContractError::Insufficient { .. })));
    let (client, payee) = (desk.addr("ann").into_string(), desk.addr("pat").into_string());
    let (deal, max_spend) = (DealId(1), Usd::new(DOLLAR / 2));
    let split = Profile::production().terms.split;
    let more = hearth_schema::terms::Split { provider: Bps(9_201), ..split };
    let lock = |asset, split, client: &str| {
        let (client, payee) = (client.to_owned(), payee.clone());
        ExecuteMsg::Lock { deal, client, payee, asset, max_spend, split }
    };
    let stable = desk.say("market", lock(Asset::Stable(StableId(1)), split, &client));
    assert!(matches!(stable, Err(ContractError::AssetNotListed { .. })));
    let unsound = desk.say("market", lock(Asset::Token, more, &client));
    assert!(matches!(unsound, Err(ContractError::Refusal(Refusal::Bounds(_)))));
    let upper = desk.say("market", lock(Asset::Token, split, &client.to_uppercase()));
    assert!(matches!(upper, Err(ContractError::Refusal(Refusal::Address { field: "client", .. }))));
    desk.say("market", lock(Asset::Token, split, &client)).unwrap();
    desk.wait(1);
    assert!(matches!(desk.lock(2, 1), Err(ContractError::PriceStale { .. })));
}

#[test]
fn tokens_come_in_by_the_token_alone_and_with_a_word_that_is_understood() {
    let mut desk = Desk::open();
    let r#for = Some(desk.addr("ann").into_string());
    desk.send("bob", 5, to_json_binary(&Hook::Deposit { r#for }).unwrap()).unwrap();
    assert_eq!((desk.free("ann"), desk.free("bob")), (5, 0));
    let deep = "[".repeat(10_000);
    for msg in ["", "{}", "null", r#"{"bond":{"node":1}}"#, r#"{"deposit":{"to":"ann"}}"#, deep.as_str()] {
        let sent = desk.send("bob", 5, Binary::from(msg.as_bytes()));
        assert!(matches!(sent, Err(ContractError::Hook { .. })), "{msg}");
    }
    let foreign = to_json_binary(&Hook::Deposit { r#for: Some("osmo1nobody".into()) }).unwrap();
    assert!(matches!(desk.send("bob", 5, foreign), Err(ContractError::Refusal(Refusal::Address { field: "for", .. }))));
    assert!(matches!(desk.deposit("bob", 0), Err(ContractError::Zero { field: "amount" })));
    let (sender, msg) = (desk.addr("bob").into_string(), to_json_binary(&Hook::Deposit { r#for: None }).unwrap());
    let received = hearth_schema::cw20::Received { sender, amount: TokenAmount::new(5), msg };
    assert!(matches!(desk.say("bob", ExecuteMsg::Receive(received)), Err(ContractError::NotToken)));
}

#[test]
fn a_pause_stops_deposits_and_nothing_else() {
    let mut desk = deal();
    desk.charge(1, 1, DOLLAR).unwrap();
    desk.charge(1, 2, DOLLAR).unwrap();
    desk.say("owner", ExecuteMsg::Own(Act::Pause {})).unwrap();
    assert!(matches!(desk.deposit("ann", 1), Err(ContractError::Refusal(Refusal::Paused))));
    desk.settle(1, 1).unwrap();
    desk.refund(1, 2).unwrap();
    desk.release(1).unwrap();
    desk.claim("pat").unwrap();
    let amount = Amount::new(desk.free("ann"));
    desk.say("ann", ExecuteMsg::Withdraw { asset: Asset::Token, amount }).unwrap();
    desk.price(DOLLAR / 2).unwrap_err();
    desk.wait(1);
    desk.price(DOLLAR / 2).unwrap();
    let status: Status = desk.ask(QueryMsg::Status {});
    assert!(status.paused && status.halted.len() == 1);
}

#[test]
fn a_source_acts_when_its_time_has_come_and_is_struck_at_once() {
    let mut desk = Desk::open();
    let source = desk.addr("newcomer").into_string();
    let add = ExecuteMsg::AddSource { source: source.clone() };
    assert!(matches!(desk.say("oracle", add.clone()), Err(ContractError::Refusal(Refusal::NotOwner { .. }))));
    let changed: SourceChanged = said(&desk.say("owner", add.clone()).unwrap()).unwrap();
    assert_eq!(changed.from, Some(Seconds(desk.now() + 172_800)));
    assert!(matches!(desk.say("owner", add), Err(ContractError::SourceExists { .. })));
    desk.wait(172_799);
    let post = |desk: &mut Desk| {
        let (price, time) = (TokenPrice::new(DOLLAR), Seconds(desk.now()));
        desk.say("newcomer", ExecuteMsg::Price { price, time })
    };
    assert!(matches!(post(&mut desk), Err(ContractError::PriceSource)));
    desk.wait(1);
    post(&mut desk).unwrap();
    let remove = ExecuteMsg::RemoveSource { source };
    desk.say("owner", remove.clone()).unwrap();
    desk.wait(1);
    assert!(matches!(post(&mut desk), Err(ContractError::PriceSource)));
    assert!(matches!(desk.say("owner", remove), Err(ContractError::UnknownSource { .. })));
}

#[test]
fn a_block_has_one_price_whoever_posts_it() {
    let mut desk = Desk::new(&["oracle", "second"]).unwrap();
    let (price, now) = (TokenPrice::new(DOLLAR), desk.now());
    desk.say("second", ExecuteMsg::Price { price, time: Seconds(now - 1) }).unwrap();
    assert!(matches!(desk.price(DOLLAR / 2), Err(ContractError::PriceTwice)));
    desk.wait(1);
    desk.price(DOLLAR / 2).unwrap();
}

#[test]
fn sources_are_few_and_each_is_listed_once() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let refused = |sources: &[&str]| match Desk::new(sources).err() {
        Some(ContractError::Refusal(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused(&names), Refusal::Length { field: "sources", length: 9, .. }));
    assert!(matches!(refused(&["a", "b", "a"]), Refusal::Duplicate { field: "sources", .. }));
    let mut desk = Desk::new(&names[..8]).unwrap();
    let ninth = ExecuteMsg::AddSource { source: desk.addr("i").into_string() };
    assert!(matches!(desk.say("owner", ninth), Err(ContractError::Refusal(Refusal::Length { .. }))));
}

#[test]
fn no_message_takes_coins() {
    let mut desk = Desk::open();
    let info = message_info(&desk.addr("anyone"), &coins(1, "atom"));
    let said = execute(desk.deps.as_mut(), mock_env(), info, Named(ExecuteMsg::Crank {}));
    assert!(matches!(said, Err(ContractError::Refusal(Refusal::Funds { .. }))));
}

#[test]
fn stables_are_refused_for_good() {
    let mut desk = deal();
    let asset = Asset::Stable(StableId(7));
    for msg in [ExecuteMsg::Withdraw { asset, amount: Amount::new(1) }, ExecuteMsg::Claim { account: None, asset }] {
        assert!(matches!(desk.say("ann", msg), Err(ContractError::AssetNotListed { .. })));
    }
}

#[test]
fn the_price_and_the_escrow_are_read_raw_as_published() {
    let mut desk = deal();
    let store = &desk.deps.storage;
    let quote = raw::price().decode(&cosmwasm_std::Storage::get(store, raw::price().bytes()).unwrap()).unwrap();
    assert_eq!((quote.last.u128(), quote.low_24h.u128()), (DOLLAR / 2, DOLLAR / 2));
    let key = raw::escrow(DealId(1));
    let escrow = key.decode(&cosmwasm_std::Storage::get(store, key.bytes()).unwrap()).unwrap();
    assert_eq!(escrow, desk.escrow(1));
}

#[test]
fn claims_of_one_account_are_minted_to_it_alone() {
    let mut desk = deal();
    desk.charge(1, 1, 4 * DOLLAR).unwrap();
    desk.settle(1, 1).unwrap();
    let claimed = desk.say("thief", ExecuteMsg::Claim { account: None, asset: Asset::Token }).unwrap();
    assert!(quiet(&claimed));
    let treasury = desk.addr("treasury").into_string();
    let claims: Claims = desk.ask(QueryMsg::Claims { account: treasury });
    assert_eq!(claims.tokens.u128(), 80_000);
    let claimed: Claimed = said(&desk.claim("treasury").unwrap()).unwrap();
    assert_eq!(claimed, Claimed { account: desk.addr("treasury"), amount: TokenAmount::new(80_000) });
}

#[test]
fn only_an_older_version_of_bme_becomes_this_one() {
    let mut desk = Desk::open();
    let become_it = |desk: &mut Desk| migrate(desk.deps.as_mut(), mock_env(), Named(MigrateMsg {}));
    become_it(&mut desk).unwrap();
    for (name, version) in [("hearth-market", "0.0.1"), (NAME, "99.0.0")] {
        cw2::set_contract_version(&mut desk.deps.storage, name, version).unwrap();
        assert!(matches!(become_it(&mut desk), Err(ContractError::Refusal(Refusal::Migration(_)))));
    }
}

#[test]
fn a_law_that_was_broken_still_answers() {
    let mut desk = deal();
    let more = |books: &mut crate::equilibrium::Books| {
        books.accounts = TokenAmount::new(u128::from(u64::MAX) * 2);
        books.burned = books.accounts;
        Ok(())
    };
    crate::state::book(&mut desk.deps.storage, more).unwrap();
    let law: Law = desk.ask(QueryMsg::Law {});
    assert_eq!((law.difference, law.surplus), (i64::MAX, TokenAmount::ZERO));
}
