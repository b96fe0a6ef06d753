//! Codes and contracts: uploads, makings, calls, migrations, admins, and what is wrong with them.

use std::io::Write as _;

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AccessConfig, MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2,
    MsgMigrateContract, MsgStoreCode, MsgUpdateAdmin, MsgUpdateInstantiateConfig,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use hearth_rig::chain::signed;
use hearth_schema::deploy::Part;
use serde_json::json;

use crate::draft::{Draft, any, coin};
use crate::parrot::{self, Parrot, make, says, store, tell, tell_with};
use crate::twin::Twin;

/// An upload may use so much.
const UPLOAD: u64 = 30_000_000;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Uploads, good and bad.
pub(crate) fn uploads(twin: &mut Twin) {
    let ann = twin.known(0);
    let mut up =
        |what: &str, wasm: Vec<u8>| twin.case(what).submit(&ann, &Draft::of(vec![store(&ann, wasm)]).gas(UPLOAD));
    up("an upload", parrot::code(1));
    up("an upload of the same", parrot::code(1));
    up("an upload that is compressed", gzip(&parrot::code(2)));
    up("an upload that is compressed and cut off", gzip(&parrot::code(2))[..200].to_vec());
    up("an upload that unpacks to nothing", gzip(&[]));
    up("an upload that unpacks to too much", gzip(&vec![0; 900 * 1024]));
    up("an upload of nothing", vec![]);
    up("an upload of no module", b"not a module".to_vec());
    up("an upload of half a module", parrot::code(1)[..300].to_vec());
    up("an upload that exports nothing", wat::parse_str("(module (memory (export \"memory\") 1))").unwrap());
    up("an upload that has no memory", wat::parse_str("(module (func (export \"allocate\")))").unwrap());
    up("an upload that wants what there is not", parrot::wanting("unicorns"));
    up("an upload that imports what there is not", wat::parse_str(IMPORTS).unwrap());
    up("an upload that is too large", [parrot::code(4), parrot::section("padding", &vec![0; 820 * 1024])].concat());
    up("a large upload", signed::artifact(Part::Market));
    let mut with = |what: &str, permission: i32, addresses: Vec<String>| {
        let instantiate_permission = Some(AccessConfig { permission, addresses });
        let message = MsgStoreCode { sender: ann.clone(), wasm_byte_code: parrot::code(5), instantiate_permission };
        twin.case(what).submit(&ann, &Draft::of(vec![any(&message)]).gas(UPLOAD));
    };
    with("an upload for nobody", 1, vec![]);
    with("an upload for somebody", 4, vec![ann.clone()]);
    with("an upload for everybody", 3, vec![]);
    with("an upload for nobody named", 4, vec![]);
    with("an upload for no address", 4, vec!["wasm1".into()]);
    with("an upload for the same twice", 4, vec![ann.clone(), ann.clone()]);
    with("an upload for an unknown kind", 9, vec![]);
    with("an upload for no kind", 0, vec![]);
}

const IMPORTS: &str = r#"(module (import "env" "no_such_thing" (func)) (memory (export "memory") 1)
    (func (export "interface_version_8")) (func (export "allocate") (param i32) (result i32) (i32.const 0))
    (func (export "deallocate") (param i32)) (func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 0)))"#;

/// Makings, good and bad.
pub(crate) fn makings(twin: &mut Twin, parrot: &Parrot) {
    let (ann, ben) = (twin.known(0), twin.known(1));
    let plain = make(&ann, parrot.code, &json!({ "0": 1 }));
    let mut with = |what: &str, change: &dyn Fn(&mut MsgInstantiateContract)| {
        let mut message = plain.clone();
        change(&mut message);
        twin.case(what).send(&ann, vec![any(&message)])
    };
    with("a making", &|_| ());
    with("a making with coins", &|message| message.funds = vec![coin("ucosm", 5), coin("uusd", 6)]);
    with("a making with coins in the wrong order", &|message| message.funds = vec![coin("uusd", 5), coin("ucosm", 6)]);
    with("a making with no coins of a kind", &|message| message.funds = vec![coin("ucosm", 0)]);
    with("a making with more coins than there are", &|message| {
        message.funds = vec![coin("uusd", u128::from(u64::MAX))];
    });
    with("a making without an admin", &|message| message.admin = String::new());
    with("a making with an admin that is no address", &|message| message.admin = "nobody".into());
    with("a making of no code", &|message| message.code_id = 0);
    with("a making of a code that is not there", &|message| message.code_id = 999);
    with("a making without a label", &|message| message.label = String::new());
    with("a making with a long label", &|message| message.label = "l".repeat(129));
    with("a making with a label of blanks", &|message| message.label = " a".into());
    with("a making with a label that cannot be printed", &|message| message.label = "a\u{7}b".into());
    with("a making with a label of other scripts", &|message| message.label = "Ωμέγα 火 🔥".into());
    with("a making told nothing", &|message| message.msg = vec![]);
    with("a making told what is no JSON", &|message| message.msg = b"{".to_vec());
    with("a making that says no", &|message| message.msg = br#"{"error":"no, thank you"}"#.to_vec());
    with("a making that breaks", &|message| message.msg = br#"{"x":1}"#.to_vec());
    with("a making with data and events", &|message| {
        message.msg = json!({ "ok": {
            "messages": [], "data": "aGVsbG8=", "attributes": [{ "key": "k", "value": "v" }],
            "events": [{ "type": "made", "attributes": [{ "key": "b", "value": "2" }, { "key": "a", "value": "1" }] }],
        } })
        .to_string()
        .into_bytes();
    });
    let fixed = |salt: &[u8], fix_msg: bool| MsgInstantiateContract2 {
        sender: ann.clone(),
        admin: ben.clone(),
        code_id: parrot.code,
        label: "salted".into(),
        msg: br#"{"0":1}"#.to_vec(),
        funds: vec![],
        salt: salt.to_vec(),
        fix_msg,
    };
    for (what, salt, fix_msg) in [
        ("a salted making", &b"salt"[..], false),
        ("a salted making once more", b"salt", false),
        ("a salted making that fixes its words", b"salt", true),
        ("a salted making that fixes its words once more", b"salt", true),
        ("a salted making without salt", b"", false),
        ("a salted making with the longest salt", &[1; 64], false),
        ("a salted making with too much salt", &[1; 65], false),
    ] {
        twin.case(what).send(&ann, vec![any(&fixed(salt, fix_msg))]);
    }
    // Somebody has sent coins to where a contract will be.
    let address = hearth_devnet::address::predicted(
        &<sha2::Sha256 as sha2::Digest>::digest(parrot::code(1)),
        &hearth_devnet::address::Addresses::new("wasm").unwrap().bytes(&ann).unwrap(),
        b"awaited",
        &[],
    );
    let awaited = hearth_devnet::address::Addresses::new("wasm").unwrap().text(&address);
    twin.case("a salted making where coins wait")
        .send(&ann, vec![crate::bank::send(&ann, &awaited, vec![coin("ucosm", 7)])]);
    twin.send(&ann, vec![any(&fixed(b"awaited", false))]);
}

/// Who may make contracts of a code.
pub(crate) fn access(twin: &mut Twin, parrot: &Parrot) {
    let (ann, ben) = (twin.known(0), twin.known(1));
    let config = |sender: &str, code_id: u64, permission: i32, addresses: Vec<String>| {
        let new_instantiate_permission = Some(AccessConfig { permission, addresses });
        any(&MsgUpdateInstantiateConfig { sender: sender.to_owned(), code_id, new_instantiate_permission })
    };
    twin.case("access for one").send(&ann, vec![config(&ann, parrot.code, 4, vec![ben.clone()])]);
    twin.case("a making by the one").send(&ben, vec![any(&make(&ben, parrot.code, &json!({ "0": 1 })))]);
    twin.case("a making by another").send(&ann, vec![any(&make(&ann, parrot.code, &json!({ "0": 1 })))]);
    twin.case("access for nobody").send(&ann, vec![config(&ann, parrot.code, 1, vec![])]);
    twin.case("a making by nobody").send(&ann, vec![any(&make(&ann, parrot.code, &json!({ "0": 1 })))]);
    twin.case("access for everybody").send(&ann, vec![config(&ann, parrot.code, 3, vec![])]);
    twin.case("access by another").send(&ben, vec![config(&ben, parrot.code, 3, vec![])]);
    twin.case("access to no code").send(&ann, vec![config(&ann, 0, 3, vec![])]);
    twin.case("access to a code that is not there").send(&ann, vec![config(&ann, 999, 3, vec![])]);
    twin.case("access for nobody named").send(&ann, vec![config(&ann, parrot.code, 4, vec![])]);
    twin.case("access for no kind").send(&ann, vec![config(&ann, parrot.code, 0, vec![])]);
    let nothing =
        MsgUpdateInstantiateConfig { sender: ann.clone(), code_id: parrot.code, new_instantiate_permission: None };
    twin.case("access without saying which").send(&ann, vec![any(&nothing)]);
}

/// Calls, good and bad.
pub(crate) fn calls(twin: &mut Twin, parrot: &Parrot) {
    let (ann, at) = (twin.known(0), parrot.address.clone());
    let code = |address: &str, msg: &[u8]| {
        any(&MsgExecuteContract {
            sender: twin.known(0),
            contract: address.to_owned(),
            msg: msg.to_vec(),
            funds: vec![],
        })
    };
    let calls: Vec<(&str, Any)> = vec![
        ("a call", tell(&ann, &at, &says(&[]))),
        ("a call with coins", tell_with(&ann, &at, &says(&[]), vec![coin("ucosm", 5), coin("uusd", 3)])),
        (
            "a call with coins in the wrong order",
            tell_with(&ann, &at, &says(&[]), vec![coin("uusd", 5), coin("ucosm", 3)]),
        ),
        ("a call with a coin of a bad name", tell_with(&ann, &at, &says(&[]), vec![coin("u", 5)])),
        ("a call with a coin twice", tell_with(&ann, &at, &says(&[]), vec![coin("ucosm", 5), coin("ucosm", 5)])),
        ("a call with more coins than there are", tell_with(&ann, &at, &says(&[]), vec![coin("unone", 5)])),
        ("a call that stores", tell(&ann, &at, &json!({ "7": { "a": [1, 2, 3] } }))),
        ("a call that removes", tell(&ann, &at, &json!({ "d": "7" }))),
        ("a call that removes what is not there", tell(&ann, &at, &json!({ "d": "8" }))),
        ("a call that walks", tell(&ann, &at, &json!({ "next": 1 }))),
        ("a call that says no", tell(&ann, &at, &json!({ "error": "no: not today" }))),
        ("a call that says no in many letters", tell(&ann, &at, &json!({ "error": "é\"\\<>&\u{1f525}\n" }))),
        ("a call that breaks", tell(&ann, &at, &json!({ "x": 1 }))),
        ("a call that panics", tell(&ann, &at, &json!({ "panic": "at the disco" }))),
        ("a call that answers what cannot be read", code(&at, br#"{"ok":7}"#)),
        ("a call that answers too little", code(&at, br#"{"ok":{}}"#)),
        ("a call that answers a list", code(&at, br#"{"ok":[]}"#)),
        (
            "a call that answers more than it should",
            code(&at, br#"{"ok":{"messages":[],"attributes":[],"events":[],"more":1}}"#),
        ),
        (
            "a call with data",
            tell(&ann, &at, &json!({ "ok": { "messages": [], "attributes": [], "events": [], "data": "AAEC" } })),
        ),
        (
            "a call with empty data",
            tell(&ann, &at, &json!({ "ok": { "messages": [], "attributes": [], "events": [], "data": "" } })),
        ),
        (
            "a call of nobody",
            tell(&ann, &hearth_devnet::address::Addresses::new("wasm").unwrap().text(&[5; 32]), &says(&[])),
        ),
        ("a call of a person", tell(&ann, &ann, &says(&[]))),
        ("a call of no address", tell(&ann, "", &says(&[]))),
        ("a call of what is no address", tell(&ann, "wasm1nothing", &says(&[]))),
        ("a call told nothing", code(&at, b"")),
        ("a call told what is no JSON", code(&at, b"{\"ok\":}")),
        ("a call told a number", code(&at, b"12345")),
        ("a call told JSON and more", code(&at, b"{} {}")),
        ("a call told blanks", code(&at, b"  {\"7\":1}  ")),
        ("a large call", tell(&ann, &at, &json!({ "7": "x".repeat(100_000) }))),
    ];
    for (what, message) in calls {
        let draft = Draft::of(vec![message]).gas(if what == "a large call" { 6_000_000 } else { 400_000 });
        twin.case(what).submit(&ann, &draft);
        parrot.recall(twin);
    }
    let three =
        vec![tell(&ann, &at, &json!({ "1": 1 })), tell(&ann, &at, &json!({ "2": 2 })), tell(&ann, &at, &says(&[]))];
    twin.case("three calls").send(&ann, three);
    parrot.recall(twin);
    let bad = vec![tell(&ann, &at, &json!({ "3": 1 })), tell(&ann, &at, &json!({ "error": "no" }))];
    twin.case("a call and one that says no").send(&ann, bad);
    parrot.recall(twin);
    for (what, attributes, events) in [
        ("attributes", json!([{ "key": "k", "value": "v" }, { "key": "a", "value": "" }]), json!([])),
        ("attributes with blanks", json!([{ "key": " k ", "value": "\tv\n" }]), json!([])),
        ("an attribute without a key", json!([{ "key": " ", "value": "v" }]), json!([])),
        ("an attribute that only chains write", json!([{ "key": "_contract_address", "value": "v" }]), json!([])),
        ("the same attribute twice", json!([{ "key": "k", "value": "1" }, { "key": "k", "value": "2" }]), json!([])),
        ("an event", json!([]), json!([{ "type": "thing", "attributes": [{ "key": "k", "value": "v" }] }])),
        ("an event without attributes", json!([]), json!([{ "type": "thing", "attributes": [] }])),
        ("an event with a short name", json!([]), json!([{ "type": "a", "attributes": [] }])),
        ("an event with a name of blanks", json!([]), json!([{ "type": "  thing ", "attributes": [] }])),
        ("an event without a name", json!([]), json!([{ "type": "   ", "attributes": [] }])),
        (
            "an event with a bad attribute",
            json!([]),
            json!([{ "type": "thing", "attributes": [{ "key": "_k", "value": "v" }] }]),
        ),
        ("many attributes", many(80), json!([])),
        ("many events", many(3), (0..20).map(|_| json!({ "type": "thing", "attributes": many(7) })).collect()),
        ("an attribute of another script", json!([{ "key": "ключ", "value": "значение <&>" }]), json!([])),
    ] {
        let said = json!({ "ok": { "messages": [], "attributes": attributes, "events": events, "data": null } });
        twin.case(what).send(&ann, vec![tell(&ann, &at, &said)]);
    }
}

fn many(count: usize) -> serde_json::Value {
    (0..count).map(|nth| json!({ "key": format!("key {nth}"), "value": "a value of some length" })).collect()
}

/// Migrations and admins.
pub(crate) fn migrations(twin: &mut Twin) {
    let (ann, ben) = (twin.known(0), twin.known(1));
    let code = |twin: &mut Twin, wasm: Vec<u8>| -> u64 {
        let told = twin.must(&ann, vec![store(&ann, wasm)]);
        told.attribute("store_code", "code_id").parse().unwrap()
    };
    twin.case("codes to migrate to");
    let (plain, other) = (code(twin, parrot::code(20)), code(twin, parrot::code(21)));
    let (first, again, second) = (
        code(twin, parrot::versioned(22, 1)),
        code(twin, parrot::versioned(23, 1)),
        code(twin, parrot::versioned(24, 2)),
    );
    let made = twin.must(&ann, vec![any(&make(&ann, plain, &json!({ "0": 1 })))]);
    let at = made.attribute("instantiate", "_contract_address");
    let to = |sender: &str, code_id: u64, msg: &[u8]| {
        any(&MsgMigrateContract { sender: sender.to_owned(), contract: at.clone(), code_id, msg: msg.to_vec() })
    };
    let ok = br#"{"ok":{"messages":[],"attributes":[{"key":"k","value":"v"}],"events":[],"data":"AQI="}}"#;
    for (what, message) in [
        ("a migration", to(&ann, other, ok)),
        ("a migration to the same", to(&ann, other, ok)),
        ("a migration to a code with a version", to(&ann, first, ok)),
        ("a migration to the same version", to(&ann, again, ok)),
        ("a migration to the next version", to(&ann, second, ok)),
        ("a migration that says no", to(&ann, plain, br#"{"error":"no"}"#)),
        ("a migration that breaks", to(&ann, plain, br#"{"x":"no"}"#)),
        ("a migration to no code", to(&ann, 0, ok)),
        ("a migration to a code that is not there", to(&ann, 999, ok)),
        ("a migration told nothing", to(&ann, plain, b"")),
        ("a migration by another", to(&ben, plain, ok)),
    ] {
        let from = if what == "a migration by another" { &ben } else { &ann };
        twin.case(what).send(from, vec![message]);
    }
    let admin = |sender: &str, new_admin: &str| {
        any(&MsgUpdateAdmin { sender: sender.to_owned(), new_admin: new_admin.to_owned(), contract: at.clone() })
    };
    let clear = |sender: &str| any(&MsgClearAdmin { sender: sender.to_owned(), contract: at.clone() });
    for (what, from, message) in [
        ("a new admin by another", &ben, admin(&ben, &ann)),
        ("a new admin", &ann, admin(&ann, &ben)),
        ("a new admin who is no address", &ben, admin(&ben, "nobody")),
        ("a new admin who is the old", &ben, admin(&ben, &ben)),
        ("a new admin by the old", &ann, admin(&ann, &ann)),
        ("no admin by another", &ann, clear(&ann)),
        ("no admin", &ben, clear(&ben)),
        ("no admin once more", &ben, clear(&ben)),
        ("a migration that nobody may", &ben, to(&ben, plain, ok)),
    ] {
        twin.case(what).send(from, vec![message]);
    }
    let nobody = MsgUpdateAdmin { sender: ann.clone(), new_admin: ben, contract: ann.clone() };
    twin.case("a new admin of nobody").send(&ann, vec![any(&nobody)]);
}

/// Gas at its edges: of a call, its checks, its events and its code.
pub(crate) fn gas(twin: &mut Twin, parrot: &Parrot) {
    let (ann, at) = (twin.known(0), parrot.address.clone());
    let said = json!({ "ok": { "messages": [], "attributes": many(20), "events": [], "data": null } });
    let enough = twin.case("gas that suffices").send(&ann, vec![tell(&ann, &at, &said)]).unwrap().gas;
    for less in [1, 200, 1_500, 4_000, 10_000, 20_000, 40_000, 62_000, 64_000, 75_000] {
        let draft = Draft::of(vec![tell(&ann, &at, &said)]).gas(enough - less);
        twin.case(&format!("gas that is {less} short")).submit(&ann, &draft);
    }
    twin.case("gas to the unit").submit(&ann, &Draft::of(vec![tell(&ann, &at, &said)]).gas(enough));
    twin.case("a call that never ends")
        .submit(&ann, &Draft::of(vec![tell(&ann, &at, &json!({ "loop": 1 }))]).gas(500_000));
    twin.case("an upload that runs out").submit(&ann, &Draft::of(vec![store(&ann, parrot::code(30))]).gas(90_000));
    let making = any(&make(&ann, parrot.code, &json!({ "loop": 1 })));
    twin.case("a making that never ends").submit(&ann, &Draft::of(vec![making]).gas(300_000));
}

#[test]
#[cfg_attr(not(wasmd), ignore = "wasmd is not built: `make wasmd`")]
fn contracts_are_the_same_on_both() {
    let mut twin = Twin::start();
    uploads(&mut twin);
    let ann = twin.known(0);
    let parrot = Parrot::hatch(&mut twin, &ann, 1);
    makings(&mut twin, &parrot);
    calls(&mut twin, &parrot);
    gas(&mut twin, &parrot);
    access(&mut twin, &parrot);
    migrations(&mut twin);
    twin.judge(100);
}
