//! Whatever comes to mind: transactions of five accounts over the suite and two parrots, drawn from a seed, several in a
//! block; the embedded chain makes wasmd's blocks again and must say the same of each.
//!
//! `JUDGE_ACTS` says how many (200 where it is not said), `JUDGE_SEED` which.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::QueryAllBalancesRequest;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgInstantiateContract2, MsgMigrateContract, MsgUpdateAdmin, QueryAllContractStateRequest,
    QueryContractHistoryRequest, QueryContractInfoRequest, QueryContractsByCodeRequest,
};
use hearth_rig::chain::CHAIN_ID;
use hearth_rig::world::{TOKEN, World};
use hearth_schema::deploy::{Addresses, Part};
use hearth_schema::terms::Profile;
use prost::Message;
use serde_json::{Value, json};

use crate::bank::send;
use crate::dice::Dice;
use crate::draft::{Draft, any, coin};
use crate::parrot::{Parrot, execute, make, says, sub, tell, tell_with};
use crate::suite::Stage;
use crate::twin::Twin;

/// So many send.
const PEOPLE: usize = 5;
/// So many transactions each sends before blocks are waited for.
const AT_ONCE: usize = 4;

/// Who and what there is to act on.
struct Scene {
    people: Vec<String>,
    parrots: Vec<Parrot>,
    at: Addresses,
}

impl Scene {
    /// A transaction of somebody.
    fn draw(&self, dice: &mut Dice, who: &str) -> Draft {
        let count = if dice.below(4) == 0 { 1 + dice.below(3) } else { 1 };
        let messages = (0..count).map(|_| self.message(dice, who)).collect();
        let gas = match dice.below(8) {
            0 => 60_000 + dice.next() % 250_000,
            _ => 1_500_000,
        };
        Draft::of(messages).gas(gas)
    }

    fn message(&self, dice: &mut Dice, who: &str) -> Any {
        match dice.below(10) {
            0 | 1 => self.coins(dice, who),
            2..=4 => self.suite(dice, who),
            5 => self.contract(dice, who),
            _ => self.parrot(dice, who),
        }
    }

    fn coins(&self, dice: &mut Dice, who: &str) -> Any {
        let to = if dice.below(6) == 0 { &self.parrots[0].address } else { dice.one(&self.people) }.clone();
        let amount = *dice.one(&[1_u128, 77, 1_000_000, u128::MAX]);
        let coins = match dice.below(5) {
            0 => vec![coin("ucosm", amount), coin("uusd", 3)],
            1 => vec![coin("uusd", 3), coin("ucosm", amount)],
            2 => vec![coin("unone", amount)],
            _ => vec![coin("uusd", amount)],
        };
        send(who, &to, coins)
    }

    /// What clients and strangers say to the suite, most of which it may refuse.
    fn suite(&self, dice: &mut Dice, who: &str) -> Any {
        let of = |part: Part| self.at.of(part);
        let to = dice.one(&self.people).clone();
        let amount = dice.one(&["1", "1000000", "99999999999999"]).to_owned();
        let (bme, bonds) = (of(Part::Bme), of(Part::Bonds));
        let hook = |said: Value| {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.encode(said.to_string())
        };
        let (part, said) = match dice.below(16) {
            0 | 1 => (Part::Token, json!({ "transfer": { "recipient": to, "amount": amount } })),
            2 => (Part::Token, json!({ "increase_allowance": { "spender": to, "amount": amount, "expires": null } })),
            3 => (Part::Token, json!({ "transfer_from": { "owner": to, "recipient": who, "amount": amount } })),
            4 => (Part::Token, json!({ "mint": { "recipient": to, "amount": amount } })),
            5 => (Part::Token, json!({ "burn": { "amount": "1" } })),
            6 | 7 => (
                Part::Token,
                json!({ "send": { "contract": bme, "amount": amount, "msg": hook(json!({ "deposit": {} })) } }),
            ),
            8 => (
                Part::Token,
                json!({ "send": { "contract": bonds, "amount": amount, "msg": hook(json!({ "bond": { "node": 1 } })) } }),
            ),
            9 => (Part::Bme, json!({ "withdraw": { "asset": "token", "amount": amount } })),
            10 => (Part::Bme, json!({ "claim": { "asset": "token" } })),
            11 => (Part::Bme, json!({ "price": { "price": "500000000000", "time": 1_800_000_000 } })),
            12 => (Part::Bonds, json!({ "introduce": { "name": format!("{} {}", to, dice.below(9)), "url": "" } })),
            13 => (Part::Market, json!({ "cancel": { "offer": dice.below(3) } })),
            14 => (Part::Market, json!({ "expire": { "deal": dice.below(3) } })),
            _ => (Part::Audit, json!({ "resolve": { "deal": dice.below(3), "n": 1 } })),
        };
        tell(who, of(part), &said)
    }

    /// Contracts made, migrated and handed over.
    fn contract(&self, dice: &mut Dice, who: &str) -> Any {
        let parrot = dice.one(&self.parrots);
        let (sender, contract, code_id) = (who.to_owned(), parrot.address.clone(), dice.one(&self.parrots).code);
        match dice.below(5) {
            0 => any(&make(who, parrot.code, &self.speech(dice, 3))),
            1 | 2 => {
                let (admin, label, salt) = (sender.clone(), "salted".to_owned(), vec![dice.below(6) as u8]);
                let (msg, funds) = (says(&[]).to_string().into_bytes(), Vec::new());
                any(&MsgInstantiateContract2 {
                    sender,
                    admin,
                    code_id,
                    label,
                    msg,
                    funds,
                    salt,
                    fix_msg: dice.below(2) == 0,
                })
            }
            3 => any(&MsgMigrateContract { sender, contract, code_id, msg: says(&[]).to_string().into_bytes() }),
            _ => any(&MsgUpdateAdmin { sender, contract, new_admin: dice.one(&self.people).clone() }),
        }
    }

    fn parrot(&self, dice: &mut Dice, who: &str) -> Any {
        let said = self.words(dice, 0);
        let at = dice.one(&self.parrots).address.clone();
        let funds =
            if dice.below(4) == 0 { vec![coin("ucosm", 10 + u128::from(dice.next() % 90))] } else { Vec::new() };
        tell_with(who, &at, &said, funds)
    }

    /// What a parrot is told to do or to say; what it says may make others speak.
    fn words(&self, dice: &mut Dice, depth: usize) -> Value {
        match dice.below(12) {
            // What it will say when it hears of a message under this number.
            0 => json!({ dice.below(10).to_string(): self.speech(dice, depth + 1) }),
            1 => json!({ "d": dice.below(10).to_string() }),
            2 => json!({ "next": 1 }),
            3 => json!({ "error": format!("no {}", dice.below(3)) }),
            4 => json!({ "x": 1 }),
            5 => json!({ "bank": { "balance": { "address": dice.one(&self.people), "denom": "uusd" } } }),
            6 => json!({ "wasm": { "contract_info": { "contract_addr": dice.one(&self.parrots).address } } }),
            _ => self.speech(dice, depth),
        }
    }

    fn speech(&self, dice: &mut Dice, depth: usize) -> Value {
        let attributes: Vec<Value> = (0..dice.below(4))
            .map(|nth| json!({ "key": format!("k{}", 9 - nth), "value": dice.next().to_string() }))
            .collect();
        let events: Vec<Value> =
            (0..dice.below(3)).map(|nth| json!({ "type": format!("event{nth}"), "attributes": attributes })).collect();
        let count = if depth > 2 { 0 } else { dice.below(3) };
        let messages: Vec<Value> = (0..count).map(|_| self.submessage(dice, depth)).collect();
        let data = dice.one(&[Value::Null, json!("AQID"), json!("")]).clone();
        json!({ "ok": { "messages": messages, "attributes": attributes, "events": events, "data": data } })
    }

    fn submessage(&self, dice: &mut Dice, depth: usize) -> Value {
        let amount = json!([{ "denom": "ucosm", "amount": (dice.next() % 40).to_string() }]);
        let msg = match dice.below(6) {
            0 => json!({ "bank": { "send": { "to_address": dice.one(&self.people), "amount": amount } } }),
            1 => json!({ "bank": { "burn": { "amount": amount } } }),
            _ => execute(&dice.one(&self.parrots).address, &self.words(dice, depth + 1)),
        };
        let wanted: &str = ["always", "success", "error", "never"][dice.below(4)];
        let mut message = sub(dice.next() % 10, wanted, &msg);
        if dice.below(4) == 0 {
            message["gas_limit"] = json!(40_000 + dice.next() % 200_000);
        }
        message
    }
}

/// Sends them all, some at a time, and compares each.
fn act(twin: &mut Twin, scene: &Scene, dice: &mut Dice, acts: usize) {
    let mut done = 0;
    while done < acts {
        let mut sent = Vec::new();
        for who in &scene.people {
            let mut signer = twin.signer(who);
            for _ in 0..AT_ONCE {
                let bytes = scene.draw(dice, who).sign(CHAIN_ID, std::slice::from_ref(&signer)).encode_to_vec();
                if twin.pour(&bytes) {
                    signer.sequence += 1;
                    sent.push(bytes);
                }
            }
        }
        for bytes in sent {
            done += 1;
            twin.act(done);
            twin.await_block(&bytes);
        }
    }
}

fn said(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
#[cfg_attr(not(wasmd), ignore = "wasmd is not built: `make wasmd`")]
fn whatever_is_done_does_the_same_on_both() {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed = said("JUDGE_SEED").unwrap_or(since.as_nanos() as u64);
    let acts = said("JUDGE_ACTS").unwrap_or(200) as usize;
    println!("JUDGE_SEED={seed} JUDGE_ACTS={acts}");
    let stage = Stage::start();
    let mut world = World::on(Box::new(stage.clone()), Profile::short());
    let people: Vec<String> = (1..=PEOPLE).map(|nth| stage.0.borrow().known(nth)).collect();
    for who in &people {
        world.fund(&cosmwasm_std::Addr::unchecked(who), 1_000 * TOKEN);
    }
    let at = world.at.clone();
    drop(world);
    let mut twin = stage.end();
    twin.case("whatever");
    let keeper = people[0].clone();
    let parrots = vec![Parrot::hatch(&mut twin, &keeper, 1), Parrot::hatch(&mut twin, &keeper, 2)];
    let scene = Scene { people, parrots, at };
    act(&mut twin, &scene, &mut Dice::of(seed, 0), acts);
    twin.case("what is left");
    let parts = Part::ALL.map(|part| scene.at.of(part).to_owned());
    for address in parts.into_iter().chain(scene.parrots.iter().map(|parrot| parrot.address.clone())) {
        let all = QueryAllContractStateRequest { address, pagination: None };
        twin.query("/cosmwasm.wasm.v1.Query/AllContractState", &all);
    }
    for Parrot { address, code } in scene.parrots {
        twin.query("/cosmwasm.wasm.v1.Query/ContractInfo", &QueryContractInfoRequest { address: address.clone() });
        let history = QueryContractHistoryRequest { address, pagination: None };
        twin.query("/cosmwasm.wasm.v1.Query/ContractHistory", &history);
        let made = QueryContractsByCodeRequest { code_id: code, pagination: None };
        twin.query("/cosmwasm.wasm.v1.Query/ContractsByCode", &made);
    }
    for address in scene.people {
        let all = QueryAllBalancesRequest { address, pagination: None, resolve_denom: false };
        twin.query("/cosmos.bank.v1beta1.Query/AllBalances", &all);
    }
    twin.judge(2);
}
