//! What every contract refuses, and the wiring of the suite.

use cosmwasm_std::{Binary, WasmMsg, coins, to_json_binary};
use hearth_rig::world::{COIN, World};
use hearth_schema::bonds::ExecuteMsg as Bonds;
use hearth_schema::deploy::Part;
use hearth_schema::leaf::Weights;
use hearth_schema::market::{EngineClass, ExecuteMsg as Market, Product};
use hearth_schema::own::Act;
use hearth_schema::terms::{Profile, Terms};
use hearth_schema::unit::{ModelId, OfferId, Seconds};

use crate::scene::Tally;

pub(crate) fn shared(tally: &mut Tally) {
    let mut world = crate::world();
    let (owner, stranger, heir) = (world.addr("owner"), world.addr("stranger"), world.addr("heir"));
    let propose = |owner: &str| Act::ProposeOwner { owner: Some(owner.to_owned()) };
    for part in [Part::Bme, Part::Bonds, Part::Market, Part::Audit] {
        let own = |act: Act| serde_json::json!({ "own": act });
        tally.refused("hearth/not-owner", world.send(&stranger, part, &own(Act::Pause {})));
        tally.refused("hearth/not-owner", world.send(&stranger, part, &own(propose(heir.as_str()))));
        tally.refused("hearth/not-proposed", world.send(&heir, part, &own(Act::AcceptOwner {})));
        tally.refused("hearth/funds", world.send_with(&faucet(&world), part, &own(Act::Pause {}), &coins(1, COIN)));
        let upper = heir.as_str().to_uppercase();
        for bent in [upper.as_str(), "osmo1fl48vsnmsdzcv85q5d2q4z5ajdha8yu3aq6l09", "", "nobody"] {
            tally.refused("hearth/address", world.send(&owner, part, &own(propose(bent))));
        }
        world.send(&owner, part, &own(propose(heir.as_str()))).unwrap();
        world.send(&heir, part, &own(Act::AcceptOwner {})).unwrap();
        tally.refused("hearth/not-owner", world.send(&owner, part, &own(Act::Pause {})));
        world.send(&heir, part, &own(Act::Pause {})).unwrap();
        world.send(&heir, part, &own(Act::Resume {})).unwrap();
    }
    let huge = Bonds::Introduce { name: "x".repeat(10_000), url: String::new() };
    tally.refused("hearth/length", world.send(&stranger, Part::Bonds, &huge));
    let twice = Market::Prune { offers: vec![OfferId(1), OfferId(1)] };
    tally.refused("hearth/duplicate", world.send(&stranger, Part::Market, &twice));
    let terms = Terms { slash: 9, ..Profile::production().terms };
    tally.refused("hearth/out-of-bounds", world.send(&heir, Part::Market, &Market::PublishTerms { terms }));
}

fn faucet(world: &World) -> cosmwasm_std::Addr {
    world.addr("faucet")
}

pub(crate) fn wiring(tally: &mut Tally) {
    let mut world = crate::world();
    let (owner, creator) = (world.addr("owner"), world.addr("creator"));
    let code = |world: &World, part: Part| world.codes.iter().find(|(of, _)| *of == part).unwrap().1;
    for (part, other) in [(Part::Bme, Part::Bonds), (Part::Bonds, Part::Market), (Part::Market, Part::Audit)] {
        let migrate = |world: &World, to: Part, msg: &str| WasmMsg::Migrate {
            contract_addr: world.at.of(part).to_owned(),
            new_code_id: code(world, to),
            msg: Binary::from(msg.as_bytes()),
        };
        let elsewhere = migrate(&world, other, "{}");
        tally.refused("hearth/migration", world.dispatch(&owner, elsewhere));
        let itself = migrate(&world, part, "{}");
        world.dispatch(&owner, itself).unwrap();
        let stranger = migrate(&world, part, "{}");
        assert!(world.dispatch(&creator, stranger).is_err(), "only the admin migrates");
    }
    // A bme whose token does not exist can be made, and answers with the chain's words.
    let nobody = world.addr("nobody").into_string();
    let msg = hearth_schema::bme::InstantiateMsg {
        owner: nobody.clone(),
        token: nobody.clone(),
        decimals: 6,
        market: nobody.clone(),
        treasury: nobody,
        fresh: Seconds(300),
        activation: Seconds(60),
        sources: vec![],
    };
    let instantiate = WasmMsg::Instantiate {
        admin: None,
        code_id: code(&world, Part::Bme),
        msg: to_json_binary(&msg).unwrap(),
        funds: vec![],
        label: "lost".into(),
    };
    let events = world.dispatch(&creator, instantiate).unwrap();
    let made = events.iter().find(|event| event.ty == "instantiate").unwrap();
    let lost = made.attributes.iter().find(|attribute| attribute.key == "_contract_address").unwrap();
    let law = serde_json::json!({"law": {}});
    let lost = cosmwasm_std::Addr::unchecked(&lost.value);
    let asked = world.ask_at::<serde_json::Value>(&lost, &law).unwrap_err();
    assert_eq!(asked.code, "hearth/chain", "{asked:?}");
    tally.reached.insert("hearth/chain");
}

pub(crate) fn inference(model: ModelId) -> Product {
    let weights = Weights { input: 250, cached: 25 };
    Product::Inference { model, engine: EngineClass::Exact, sampler: "greedy".into(), tee: false, weights }
}
