//! Accounts, coins, and what is checked before a transaction's messages.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::{
    Bech32PrefixRequest, QueryAccountRequest, QueryAccountsRequest, QueryParamsRequest as AuthParams,
};
use cosmos_sdk_proto::cosmos::bank::v1beta1::{
    Input, MsgMultiSend, MsgSend, Output, QueryAllBalancesRequest, QueryBalanceRequest,
    QueryParamsRequest as BankParams, QuerySpendableBalancesRequest, QuerySupplyOfRequest, QueryTotalSupplyRequest,
};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use hearth_devnet::address;
use hearth_devnet::address::Addresses;
use hearth_rig::chain::CHAIN_ID;
use prost::Message;

use crate::draft::{Draft, any, coin};
use crate::twin::Twin;

pub(crate) fn send(from: &str, to: &str, amount: Vec<Coin>) -> Any {
    any(&MsgSend { from_address: from.to_owned(), to_address: to.to_owned(), amount })
}

fn module(name: &str) -> String {
    Addresses::new("wasm").unwrap().text(&address::of_module(name))
}

/// Messages of the bank, good and bad.
pub(crate) fn coins(twin: &mut Twin) {
    let (ann, ben, cam) = (twin.known(0), twin.known(1), twin.known(2));
    let pair = |one: u128, other: u128| vec![coin("ucosm", one), coin("uusd", other)];
    let new = Addresses::new("wasm").unwrap().text(&[9; 20]);
    let long = Addresses::new("wasm").unwrap().text(&[8; 32]);
    let sends: Vec<(&str, Any)> = vec![
        ("a send", send(&ann, &ben, vec![coin("ucosm", 5)])),
        ("a send of two coins", send(&ann, &ben, pair(1, 2))),
        ("a send to oneself", send(&ann, &ann, vec![coin("ucosm", 5)])),
        ("a send to a new account", send(&ann, &new, vec![coin("ucosm", 5)])),
        ("a send to a long address", send(&ann, &long, vec![coin("uusd", 5)])),
        ("a send of all of a coin", send(&cam, &ben, vec![coin("uusd", 1_000_000_000_000_000)])),
        ("a send of too much", send(&ann, &ben, vec![coin("uusd", u128::MAX)])),
        ("a send of a coin that is not there", send(&ann, &ben, vec![coin("unone", 1)])),
        ("a send of nothing", send(&ann, &ben, vec![])),
        ("a send of zero", send(&ann, &ben, vec![coin("ucosm", 0)])),
        ("a send in the wrong order", send(&ann, &ben, vec![coin("uusd", 1), coin("ucosm", 1)])),
        ("a send of a coin twice", send(&ann, &ben, vec![coin("ucosm", 1), coin("ucosm", 1)])),
        ("a send of a coin with a bad name", send(&ann, &ben, vec![coin("u!", 1)])),
        ("a send of less than nothing", send(&ann, &ben, vec![Coin { denom: "ucosm".into(), amount: "-1".into() }])),
        ("a send of no number", send(&ann, &ben, vec![Coin { denom: "ucosm".into(), amount: "1.5".into() }])),
        ("a send to no address", send(&ann, "", vec![coin("ucosm", 1)])),
        ("a send to a short address", send(&ann, "wasm1", vec![coin("ucosm", 1)])),
        ("a send to an address without 1", send(&ann, "wasmwasmwasm", vec![coin("ucosm", 1)])),
        (
            "a send to an address of another chain",
            send(&ann, &Addresses::new("cosmos").unwrap().text(&[1; 20]), vec![coin("ucosm", 1)]),
        ),
        ("a send to a wrong checksum", send(&ann, &format!("{}q", &ben[..ben.len() - 1]), vec![coin("ucosm", 1)])),
        ("a send to a module", send(&ann, &module("fee_collector"), vec![coin("ucosm", 1)])),
        ("a send to a module that has no account", send(&ann, &module("wasm"), vec![coin("ucosm", 1)])),
        ("a send to the module that governs", send(&ann, &module("gov"), vec![coin("ucosm", 1)])),
    ];
    for (what, message) in sends {
        let from = if what == "a send of all of a coin" { &cam } else { &ann };
        twin.case(what).send(from, vec![message]);
    }
    let many = |coins: Vec<Coin>, to: Vec<(&str, Vec<Coin>)>| {
        let inputs = vec![Input { address: ann.clone(), coins }];
        let outputs = to.into_iter().map(|(to, coins)| Output { address: to.to_owned(), coins }).collect();
        any(&MsgMultiSend { inputs, outputs })
    };
    let five = || vec![coin("ucosm", 5)];
    let one = vec![coin("ucosm", 2)];
    twin.case("a send to many")
        .send(&ann, vec![many(five(), vec![(&ben, one.clone()), (&cam, vec![coin("ucosm", 3)])])]);
    twin.case("a send to many that does not add up").send(&ann, vec![many(five(), vec![(&ben, one.clone())])]);
    twin.case("a send to many of nobody").send(&ann, vec![many(five(), vec![])]);
    twin.case("a send to many from many").send(
        &ann,
        vec![any(&MsgMultiSend {
            inputs: vec![
                Input { address: ann.clone(), coins: one.clone() },
                Input { address: ann.clone(), coins: one.clone() },
            ],
            outputs: vec![Output { address: ben.clone(), coins: vec![coin("ucosm", 4)] }],
        })],
    );
    twin.case("a send to many from nobody").send(
        &ann,
        vec![any(&MsgMultiSend { inputs: vec![], outputs: vec![Output { address: ben.clone(), coins: one }] })],
    );
    twin.case("two messages").send(&ann, vec![send(&ann, &ben, pair(1, 1)), send(&ann, &cam, pair(2, 2))]);
    let bad = send(&ann, &ben, vec![coin("uusd", u128::MAX)]);
    twin.case("a second message that fails").send(&ann, vec![send(&ann, &ben, pair(1, 1)), bad]);
}

/// What is checked and paid before messages.
pub(crate) fn doors(twin: &mut Twin) {
    let (ann, ben) = (twin.known(0), twin.known(1));
    let draft = Draft::of(vec![send(&ann, &ben, vec![coin("ucosm", 1)])]);
    let mut with = |what: &str, change: &dyn Fn(&mut Draft)| {
        let mut changed = draft.clone();
        change(&mut changed);
        twin.case(what).submit(&ann, &changed);
    };
    with("a memo", &|draft| draft.body.memo = "hello <world> & all".into());
    with("a memo that is too long", &|draft| draft.body.memo = "x".repeat(257));
    with("a timeout that has passed", &|draft| draft.body.timeout_height = 1);
    with("a timeout to come", &|draft| draft.body.timeout_height = 1_000_000);
    with("no gas", &|draft| *draft = draft.clone().gas(0));
    with("a fee that is too small", &|draft| draft.fee = vec![coin("ucosm", 24_999)]);
    with("no fee", &|draft| draft.fee = vec![]);
    with("a fee in another coin", &|draft| draft.fee = vec![coin("uusd", 25_000)]);
    with("a fee in two coins", &|draft| draft.fee = vec![coin("ucosm", 25_000), coin("uusd", 1)]);
    with("a fee of zero beside", &|draft| draft.fee = vec![coin("ucosm", 25_000), coin("uusd", 0)]);
    with("a fee that cannot be paid", &|draft| draft.fee = vec![coin("ucosm", u128::from(u64::MAX))]);
    with("a fee in the wrong order", &|draft| draft.fee = vec![coin("uusd", 1), coin("ucosm", 25_000)]);
    with("gas that does not suffice for the checks", &|draft| *draft = draft.clone().gas(30_000));
    with("gas that does not suffice for the fee", &|draft| *draft = draft.clone().gas(50_000));
    with("gas that does not suffice for the message", &|draft| *draft = draft.clone().gas(70_000));
    with("gas beyond all bounds", &|draft| draft.gas = u64::MAX);
    with("a granter who grants nothing", &|draft| draft.granter = ben.clone());
    with("a key that is not shown", &|draft| draft.shown = false);
    with("amino", &|draft| {
        draft.mode = SignMode::LegacyAminoJson;
        draft.body.memo = "a < b & c > d \u{2028} \u{e9}".into();
    });
    with("no message", &|draft| draft.body.messages = vec![]);
    with("a message of another's", &|draft| draft.body.messages = vec![send(&ben, &ann, vec![coin("ucosm", 1)])]);
    with("a message that nobody knows", &|draft| {
        draft.body.messages = vec![Any { type_url: "/no.such.Msg".into(), value: vec![] }];
    });
    with("a message that cannot be read", &|draft| {
        draft.body.messages = vec![Any { type_url: "/cosmos.bank.v1beta1.MsgSend".into(), value: vec![0xff, 1, 2] }];
    });

    let signer = twin.signer(&ann);
    let mut signed = |what: &str, change: &dyn Fn(&mut crate::draft::Signer), chain: &str| {
        let mut other = signer.clone();
        change(&mut other);
        let bytes = draft.sign(chain, &[other]).encode_to_vec();
        twin.case(what).deliver(&bytes);
    };
    signed("a sequence that was used", &|signer| signer.sequence -= 1, CHAIN_ID);
    signed("a sequence to come", &|signer| signer.sequence += 1, CHAIN_ID);
    signed("another account's number", &|signer| signer.number += 1, CHAIN_ID);
    signed("another chain's name", &|_| (), "another-1");
    signed("another's key", &|signer| signer.key = hearth_rig::key::Key::of("nobody"), CHAIN_ID);

    let mut raw = draft.sign(CHAIN_ID, &[twin.signer(&ann)]);
    raw.signatures[0][10] ^= 1;
    twin.case("a signature that is wrong").deliver(&raw.encode_to_vec());
    raw.signatures[0].truncate(63);
    twin.case("a signature that is too short").deliver(&raw.encode_to_vec());
    raw.signatures.clear();
    twin.case("no signature").deliver(&raw.encode_to_vec());
    twin.case("bytes that are no transaction").deliver(&[1, 2, 3, 4]);
    twin.case("no bytes").deliver(&[]);
    let zero = [0x0a, 0];
    twin.case("a transaction with an empty body").deliver(&zero);

    let nobody = hearth_rig::key::Key::account("nobody yet");
    let stranger = crate::draft::Signer { key: nobody, number: 0, sequence: 0 };
    let address = {
        let parts = <ripemd::Ripemd160 as sha2::Digest>::digest(<sha2::Sha256 as sha2::Digest>::digest(
            &stranger.key.public().0,
        ));
        Addresses::new("wasm").unwrap().text(&parts)
    };
    let bytes =
        Draft::of(vec![send(&address, &ben, vec![coin("ucosm", 1)])]).sign(CHAIN_ID, &[stranger]).encode_to_vec();
    twin.case("a sender who has no account").deliver(&bytes);

    let two = Draft::of(vec![send(&ann, &ben, vec![coin("ucosm", 1)]), send(&ben, &ann, vec![coin("ucosm", 1)])]);
    let signers = [twin.signer(&ann), twin.signer(&ben)];
    twin.case("two signers").deliver(&two.sign(CHAIN_ID, &signers).encode_to_vec());
    let signers = [twin.signer(&ann)];
    twin.case("a signer too few").deliver(&two.sign(CHAIN_ID, &signers).encode_to_vec());
    let mut paid = draft.clone();
    paid.payer = ben.clone();
    let signers = [twin.signer(&ann), twin.signer(&ben)];
    twin.case("a fee that another pays").deliver(&paid.sign(CHAIN_ID, &signers).encode_to_vec());

    let signer = twin.signer(&ann);
    let bytes = draft.sign(CHAIN_ID, std::slice::from_ref(&signer)).encode_to_vec();
    let next =
        draft.sign(CHAIN_ID, &[crate::draft::Signer { sequence: signer.sequence + 1, ..signer }]).encode_to_vec();
    twin.case("the next sequence in the same block").offer(&bytes);
    twin.offer(&next);
    twin.case("the same bytes again").offer(&bytes);
    twin.case("two after one another").await_block(&bytes);
    twin.await_block(&next);
    twin.case("the same bytes when they are in a block").offer(&bytes);
}

/// Queries of accounts and coins.
pub(crate) fn questions(twin: &mut Twin) {
    let ann = twin.known(0);
    let page =
        |limit: u64, reverse: bool| Some(PageRequest { key: vec![], offset: 0, limit, count_total: true, reverse });
    let of = |address: &str| QueryAccountRequest { address: address.to_owned() };
    let auth = "/cosmos.auth.v1beta1.Query";
    let bank = "/cosmos.bank.v1beta1.Query";
    twin.case("an account").query(&format!("{auth}/Account"), &of(&ann));
    for (what, address) in [
        ("an account of nobody", Addresses::new("wasm").unwrap().text(&[77; 20])),
        ("an account of no address", String::new()),
        ("an account of a short address", "wasm1".to_owned()),
        ("an account of another chain", Addresses::new("cosmos").unwrap().text(&[1; 20])),
        ("a module's account", module("distribution")),
    ] {
        twin.case(what).query(&format!("{auth}/Account"), &of(&address));
    }
    twin.case("all accounts").query(&format!("{auth}/Accounts"), &QueryAccountsRequest { pagination: None });
    twin.case("the parameters of accounts").query(&format!("{auth}/Params"), &AuthParams {});
    twin.case("the prefix").query(&format!("{auth}/Bech32Prefix"), &Bech32PrefixRequest {});
    let balance =
        |address: &str, denom: &str| QueryBalanceRequest { address: address.to_owned(), denom: denom.to_owned() };
    for (what, address, denom) in [
        ("a balance", ann.as_str(), "ucosm"),
        ("a balance of nothing", ann.as_str(), "unone"),
        ("a balance of no coin", ann.as_str(), ""),
        ("a balance of a bad coin", ann.as_str(), "!"),
        ("a balance of no address", "", "ucosm"),
        ("a balance of a short address", "wasm1", "ucosm"),
    ] {
        twin.case(what).query(&format!("{bank}/Balance"), &balance(address, denom));
    }
    for (what, address, pagination) in [
        ("all balances", ann.as_str(), None),
        ("a page of balances", ann.as_str(), page(1, false)),
        ("a page of balances from the end", ann.as_str(), page(1, true)),
        ("all balances of no address", "", None),
    ] {
        let asked = QueryAllBalancesRequest {
            address: address.to_owned(),
            pagination: pagination.clone(),
            resolve_denom: false,
        };
        twin.case(what).query(&format!("{bank}/AllBalances"), &asked);
        let asked = QuerySpendableBalancesRequest { address: address.to_owned(), pagination };
        twin.query(&format!("{bank}/SpendableBalances"), &asked);
    }
    twin.case("a supply").query(&format!("{bank}/SupplyOf"), &QuerySupplyOfRequest { denom: "ucosm".into() });
    twin.case("a supply of nothing")
        .query(&format!("{bank}/SupplyOf"), &QuerySupplyOfRequest { denom: "unone".into() });
    twin.case("a supply of no coin").query(&format!("{bank}/SupplyOf"), &QuerySupplyOfRequest { denom: String::new() });
    twin.case("the whole supply").query(&format!("{bank}/TotalSupply"), &QueryTotalSupplyRequest { pagination: None });
    twin.case("the parameters of coins").query(&format!("{bank}/Params"), &BankParams {});
    twin.case("names of coins").query_bytes(&format!("{bank}/DenomsMetadata"), &[]);
    twin.case("a path that nobody knows").query_bytes("/no.such.Query/Thing", &[]);
    twin.case("a method that nobody knows").query_bytes(&format!("{bank}/Nothing"), &[]);
    twin.case("no path").query_bytes("", &[]);
    twin.case("a question that cannot be read").query_bytes(&format!("{bank}/Balance"), &[0xff, 1]);
}

#[test]
#[cfg_attr(not(wasmd), ignore = "wasmd is not built: `make wasmd`")]
fn the_bank_is_the_same_on_both() {
    let mut twin = Twin::start();
    coins(&mut twin);
    doors(&mut twin);
    questions(&mut twin);
    twin.judge(60);
}
