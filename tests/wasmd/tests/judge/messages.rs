//! What contracts say to the chain: messages, replies, limits of gas, and questions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;
use cosmos_sdk_proto::cosmwasm::wasm::v1::QuerySmartContractStateRequest;
use prost::Message;
use serde_json::{Value, json};

use crate::draft::{Draft, coin};
use crate::parrot::{Parrot, execute, execute_with, says, sub, tell, tell_with};
use crate::twin::Twin;

const NEVER: &str = "never";

/// Messages that want no reply.
pub(crate) fn plain(twin: &mut Twin, one: &Parrot, other: &Parrot) {
    let (ann, ben) = (twin.known(0), twin.known(1));
    twin.case("coins for a contract")
        .send(&ann, vec![tell_with(&ann, &one.address, &says(&[]), vec![coin("ucosm", 1_000), coin("uusd", 1_000)])]);
    let amount = |denom: &str, amount: &str| json!([{ "denom": denom, "amount": amount }]);
    let pay = |to: &str, coins: Value| json!({ "bank": { "send": { "to_address": to, "amount": coins } } });
    let burn = |coins: Value| json!({ "bank": { "burn": { "amount": coins } } });
    let ok = says(&[]);
    let told = |said: &Value| BASE64.encode(said.to_string());
    let make = |code: u64, label: &str, said: &Value, funds: Value| json!({ "wasm": { "instantiate": { "admin": null, "code_id": code, "msg": told(said), "funds": funds, "label": label } } });
    let salted = |salt: &str| json!({ "wasm": { "instantiate2": { "admin": one.address, "code_id": one.code, "label": "a child", "msg": told(&json!({ "0": 1 })), "funds": [], "salt": BASE64.encode(salt) } } });
    let any = |url: &str, value: Vec<u8>| json!({ "any": { "type_url": url, "value": BASE64.encode(value) } });
    let send = |from: &str, amount: u128| {
        MsgSend { from_address: from.to_owned(), to_address: ben.clone(), amount: vec![coin("ucosm", amount)] }
            .encode_to_vec()
    };
    let nobody = hearth_devnet::address::Addresses::new("wasm").unwrap().text(&[6; 32]);
    let cases: Vec<(&str, Vec<Value>)> = vec![
        ("a contract pays", vec![pay(&ben, amount("ucosm", "5"))]),
        ("a contract pays nothing", vec![pay(&ben, json!([]))]),
        ("a contract pays zero", vec![pay(&ben, amount("ucosm", "0"))]),
        ("a contract pays too much", vec![pay(&ben, amount("ucosm", "5000000"))]),
        ("a contract pays no address", vec![pay("nobody", amount("ucosm", "5"))]),
        ("a contract pays itself", vec![pay(&one.address, amount("ucosm", "5"))]),
        ("a contract burns", vec![burn(amount("ucosm", "7"))]),
        ("a contract burns once more", vec![burn(amount("uusd", "7"))]),
        ("a contract burns nothing", vec![burn(json!([]))]),
        ("a contract burns zero", vec![burn(amount("ucosm", "0"))]),
        ("a contract burns too much", vec![burn(amount("ucosm", "5000000"))]),
        ("a contract calls another", vec![execute(&other.address, &ok)]),
        ("a contract calls itself", vec![execute(&one.address, &json!({ "8": 8 }))]),
        ("a contract calls with coins", vec![execute_with(&other.address, &ok, &amount("ucosm", "5"))]),
        (
            "a contract calls with coins that it has not",
            vec![execute_with(&other.address, &ok, &amount("ucosm", "5000000"))],
        ),
        ("a contract calls nobody", vec![execute(&nobody, &ok)]),
        ("a contract calls no address", vec![execute("nobody", &ok)]),
        ("a contract calls one that says no", vec![execute(&other.address, &json!({ "error": "no" }))]),
        ("a contract calls one that breaks", vec![execute(&other.address, &json!({ "x": "no" }))]),
        (
            "a contract calls two",
            vec![execute(&other.address, &json!({ "1": 1 })), execute(&other.address, &json!({ "2": 2 }))],
        ),
        (
            "a contract calls one that calls",
            vec![execute(&other.address, &says(&[sub(0, NEVER, &execute(&one.address, &json!({ "6": 6 })))]))],
        ),
        ("a contract makes another", vec![make(one.code, "a child", &json!({ "0": 1 }), amount("ucosm", "5"))]),
        ("a contract makes one without a label", vec![make(one.code, "", &json!({ "0": 1 }), json!([]))]),
        ("a contract makes one of no code", vec![make(999, "a child", &json!({ "0": 1 }), json!([]))]),
        ("a contract makes one that says no", vec![make(one.code, "a child", &json!({ "error": "no" }), json!([]))]),
        ("a contract makes a salted one", vec![salted("s")]),
        ("a contract makes a salted one again", vec![salted("s")]),
        (
            "a contract migrates what is not its own",
            vec![
                json!({ "wasm": { "migrate": { "contract_addr": other.address, "new_code_id": one.code, "msg": told(&ok) } } }),
            ],
        ),
        (
            "a contract makes an admin of what is not its own",
            vec![json!({ "wasm": { "update_admin": { "contract_addr": other.address, "admin": ben } } })],
        ),
        (
            "a contract clears an admin of what is not its own",
            vec![json!({ "wasm": { "clear_admin": { "contract_addr": other.address } } })],
        ),
        ("a contract writes a message out", vec![any("/cosmos.bank.v1beta1.MsgSend", send(&one.address, 3))]),
        ("a contract writes a message out for another", vec![any("/cosmos.bank.v1beta1.MsgSend", send(&ann, 3))]),
        ("a contract writes out what nobody knows", vec![any("/no.such.Msg", vec![])]),
        ("a contract writes out what cannot be read", vec![any("/cosmos.bank.v1beta1.MsgSend", vec![0xff, 1])]),
        (
            "a contract speaks as older ones did",
            vec![
                json!({ "stargate": { "type_url": "/cosmos.bank.v1beta1.MsgSend", "value": BASE64.encode(send(&one.address, 3)) } }),
            ],
        ),
        ("a contract speaks its own language", vec![json!({ "custom": { "hello": 1 } })]),
        (
            "a contract stakes",
            vec![
                json!({ "staking": { "delegate": { "validator": "nobody", "amount": { "denom": "ustake", "amount": "1" } } } }),
            ],
        ),
        ("a contract votes on nothing", vec![json!({ "gov": { "vote": { "proposal_id": 1, "option": "yes" } } })]),
        ("a contract votes maybe", vec![json!({ "gov": { "vote": { "proposal_id": 1, "option": "maybe" } } })]),
        ("a contract votes as nobody can", vec![json!({ "gov": { "no_such": {} } })]),
        ("a contract says what nobody understands", vec![json!({ "no_such": {} })]),
        ("a contract says nothing at all", vec![json!({})]),
    ];
    for (what, messages) in cases {
        let subs: Vec<Value> =
            messages.iter().enumerate().map(|(nth, message)| sub(nth as u64, NEVER, message)).collect();
        twin.case(what).send(&ann, vec![tell(&ann, &one.address, &says(&subs))]);
        one.recall(twin);
        other.recall(twin);
    }
}

/// Messages that want one, and what it says.
pub(crate) fn replies(twin: &mut Twin, one: &Parrot, other: &Parrot) {
    let (ann, ben) = (twin.known(0), twin.known(1));
    let amount = json!([{ "denom": "ucosm", "amount": "5" }]);
    let pay = json!({ "bank": { "send": { "to_address": ben, "amount": amount } } });
    let poor =
        json!({ "bank": { "send": { "to_address": ben, "amount": [{ "denom": "ucosm", "amount": "99999999" }] } } });
    let data = |data: &str, attributes: Value| json!({ "ok": { "messages": [], "attributes": attributes, "events": [], "data": data } });
    // What is replied, by the first digit of the message's id.
    let replied = [
        (1, data("AQ==", json!([]))),
        (2, json!({ "error": "the reply says no" })),
        (
            3,
            json!({ "ok": { "messages": [sub(40, NEVER, &execute(&other.address, &json!({ "4": 4 })))], "attributes": [{ "key": "r", "value": "3" }], "events": [], "data": null } }),
        ),
        (
            5,
            json!({ "ok": { "messages": [sub(10, "always", &execute(&other.address, &json!({ "5": 5 })))], "attributes": [], "events": [], "data": "BQ==" } }),
        ),
        (6, json!("no answer")),
    ];
    for (digit, said) in &replied {
        twin.must(&ann, vec![tell(&ann, &one.address, &json!({ digit.to_string(): said }))]);
    }
    let good =
        execute(&other.address, &data("AAEC", json!([{ "key": "z", "value": "1" }, { "key": "b", "value": "2" }])));
    let bad = execute(&other.address, &json!({ "error": "no" }));
    let worse = execute(&other.address, &json!({ "x": 1 }));
    let lost = execute("nobody", &says(&[]));
    let make = json!({ "wasm": { "instantiate": { "admin": null, "code_id": one.code, "msg": BASE64.encode(data("bWFkZQ==", json!([])).to_string()), "funds": [], "label": "a child" } } });
    let any = json!({ "any": { "type_url": "/cosmos.bank.v1beta1.MsgSend", "value": BASE64.encode(MsgSend { from_address: one.address.clone(), to_address: ben, amount: vec![coin("ucosm", 1)] }.encode_to_vec()) } });
    let loops = |limit: Value| {
        let mut sub = sub(9, "error", &execute(&other.address, &json!({ "loop": 1 })));
        sub["gas_limit"] = limit;
        sub
    };
    let limited = |limit: u64, reply_on: &str| {
        let mut sub = sub(9, reply_on, &good);
        sub["gas_limit"] = json!(limit);
        sub
    };
    for (what, subs) in [
        ("a reply always", vec![sub(9, "always", &good)]),
        ("a reply on success", vec![sub(9, "success", &good)]),
        ("a reply on an error that is none", vec![sub(9, "error", &good)]),
        ("a reply to an error", vec![sub(9, "error", &bad)]),
        ("a reply always to an error", vec![sub(9, "always", &bad)]),
        ("no reply to an error", vec![sub(9, "success", &bad)]),
        ("a reply to one that breaks", vec![sub(9, "error", &worse)]),
        ("a reply to a call of no address", vec![sub(9, "error", &lost)]),
        ("a reply to a payment", vec![sub(9, "always", &pay)]),
        ("a reply to a payment that is too much", vec![sub(9, "always", &poor)]),
        ("a reply to a making", vec![sub(9, "always", &make)]),
        ("a reply to what was written out", vec![sub(9, "always", &any)]),
        ("a reply to what nobody understands", vec![sub(9, "always", &json!({ "no_such": {} }))]),
        ("a reply to a contract's own language", vec![sub(9, "always", &json!({ "custom": {} }))]),
        ("a reply with data", vec![sub(1, "always", &good)]),
        ("two replies with data", vec![sub(1, "always", &good), sub(5, "always", &good)]),
        ("a reply with data, and one without", vec![sub(1, "always", &good), sub(9, "always", &good)]),
        ("a reply that says no", vec![sub(2, "always", &good)]),
        ("a reply that says no to an error", vec![sub(2, "always", &bad)]),
        ("a reply that speaks", vec![sub(3, "success", &good)]),
        ("a reply that is replied to", vec![sub(5, "success", &good)]),
        ("a reply that cannot be read", vec![sub(6, "success", &good)]),
        ("a good one after a bad one", vec![sub(9, "error", &bad), sub(9, "success", &good)]),
        ("a bad one after a good one", vec![sub(9, "success", &good), sub(9, "never", &bad)]),
        ("a large id", vec![sub(9_223_372_036_854_775_807, "always", &good)]),
        ("a limit that suffices", vec![limited(200_000, "always")]),
        ("a limit that does not suffice", vec![limited(61_000, "always")]),
        ("a limit that does not suffice, and no reply", vec![limited(61_000, "never")]),
        ("a limit for what never ends", vec![loops(json!(80_000))]),
        ("a limit beyond what there is", vec![loops(json!(8_000_000_000_u64))]),
    ] {
        let said = says(&subs);
        twin.case(what).submit(&ann, &Draft::of(vec![tell(&ann, &one.address, &said)]).gas(600_000));
        one.recall(twin);
        other.recall(twin);
    }
    let mut deep = says(&[]);
    for depth in 0..12 {
        let at = if depth % 2 == 0 { &one.address } else { &other.address };
        deep = says(&[sub(9, "success", &execute(at, &deep))]);
    }
    twin.case("a call twelve deep").submit(&ann, &Draft::of(vec![tell(&ann, &one.address, &deep)]).gas(3_000_000));
}

/// What contracts ask.
pub(crate) fn questions(twin: &mut Twin, one: &Parrot, other: &Parrot) {
    let ann = twin.known(0);
    let smart = |at: &str, asked: &Value| json!({ "wasm": { "smart": { "contract_addr": at, "msg": BASE64.encode(asked.to_string()) } } });
    let hello = json!({ "ok": BASE64.encode("hello") });
    let range = |start: Value, end: Value, limit: u64, order: &str| json!({ "wasm": { "raw_range": { "contract_addr": other.address, "start": start, "end": end, "limit": limit, "order": order } } });
    let nobody = hearth_devnet::address::Addresses::new("wasm").unwrap().text(&[6; 32]);
    for (what, asked) in [
        ("asks for a balance", json!({ "bank": { "balance": { "address": ann, "denom": "uusd" } } })),
        ("asks for a balance of nothing", json!({ "bank": { "balance": { "address": ann, "denom": "unone" } } })),
        (
            "asks for a balance of no address",
            json!({ "bank": { "balance": { "address": "nobody", "denom": "uusd" } } }),
        ),
        ("asks for a supply", json!({ "bank": { "supply": { "denom": "uusd" } } })),
        ("asks for all balances", json!({ "bank": { "all_balances": { "address": one.address } } })),
        ("asks for a coin's names", json!({ "bank": { "denom_metadata": { "denom": "uusd" } } })),
        ("asks for all coins' names", json!({ "bank": { "all_denom_metadata": { "pagination": null } } })),
        ("asks what the bank does not know", json!({ "bank": { "no_such": {} } })),
        ("asks another", smart(&other.address, &hello)),
        ("asks itself", smart(&one.address, &hello)),
        ("asks another who says no", smart(&other.address, &json!({ "error": "no" }))),
        ("asks another who breaks", smart(&other.address, &json!({ "x": 1 }))),
        ("asks another who never ends", smart(&other.address, &json!({ "loop": 1 }))),
        ("asks nobody", smart(&nobody, &hello)),
        ("asks no address", smart("nobody", &hello)),
        ("asks another who asks", smart(&other.address, &smart(&one.address, &hello))),
        (
            "asks for what another keeps",
            json!({ "wasm": { "raw": { "contract_addr": other.address, "key": BASE64.encode("E") } } }),
        ),
        (
            "asks for what another does not keep",
            json!({ "wasm": { "raw": { "contract_addr": other.address, "key": BASE64.encode("none") } } }),
        ),
        (
            "asks for what nobody keeps",
            json!({ "wasm": { "raw": { "contract_addr": nobody, "key": BASE64.encode("E") } } }),
        ),
        ("asks for a range", range(Value::Null, Value::Null, 3, "ascending")),
        (
            "asks for a range from the end",
            range(json!(BASE64.encode("0")), json!(BASE64.encode("9")), 10, "descending"),
        ),
        ("asks for a range of nothing", range(Value::Null, Value::Null, 0, "ascending")),
        ("asks for a range in no order", range(Value::Null, Value::Null, 3, "sideways")),
        ("asks about another", json!({ "wasm": { "contract_info": { "contract_addr": other.address } } })),
        ("asks about nobody", json!({ "wasm": { "contract_info": { "contract_addr": nobody } } })),
        ("asks about a code", json!({ "wasm": { "code_info": { "code_id": one.code } } })),
        ("asks about no code", json!({ "wasm": { "code_info": { "code_id": 0 } } })),
        ("asks about a code that is not there", json!({ "wasm": { "code_info": { "code_id": 999 } } })),
        ("asks contracts what they do not know", json!({ "wasm": { "no_such": {} } })),
        ("asks what is staked", json!({ "staking": { "bonded_denom": {} } })),
        ("asks who validates", json!({ "staking": { "all_validators": {} } })),
        ("asks as older ones did", json!({ "stargate": { "path": "/cosmos.bank.v1beta1.Query/Params", "data": "" } })),
        ("asks by gRPC", json!({ "grpc": { "path": "/cosmos.bank.v1beta1.Query/Params", "data": "" } })),
        ("asks in its own language", json!({ "custom": { "hello": 1 } })),
        ("asks what nobody understands", json!({ "zzz": {} })),
        ("asks for a port", json!({ "ibc": { "port_id": {} } })),
        (
            "asks for what it earns",
            json!({ "distribution": { "delegation_total_rewards": { "delegator_address": ann } } }),
        ),
    ] {
        twin.case(&format!("a contract {what}"))
            .submit(&ann, &Draft::of(vec![tell(&ann, &one.address, &asked)]).gas(900_000));
        one.recall(twin);
        let asked =
            QuerySmartContractStateRequest { address: one.address.clone(), query_data: asked.to_string().into_bytes() };
        twin.query("/cosmwasm.wasm.v1.Query/SmartContractState", &asked);
    }
    let mut deep = hello;
    for depth in 0..11 {
        deep = smart(if depth % 2 == 0 { &one.address } else { &other.address }, &deep);
        if depth >= 8 {
            twin.case(&format!("a question {depth} deep")).send(&ann, vec![tell(&ann, &one.address, &deep)]);
            one.recall(twin);
        }
    }
}

#[test]
#[cfg_attr(not(wasmd), ignore = "wasmd is not built: `make wasmd`")]
fn what_contracts_say_does_the_same_on_both() {
    let mut twin = Twin::start();
    let ann = twin.known(0);
    let one = Parrot::hatch(&mut twin, &ann, 1);
    let other = Parrot::hatch(&mut twin, &ann, 2);
    plain(&mut twin, &one, &other);
    replies(&mut twin, &one, &other);
    questions(&mut twin, &one, &other);
    twin.judge(100);
}
