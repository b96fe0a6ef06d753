//! The plan of a world's suite, and how it is deployed.

use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{Addr, Api as _, Checksum, WasmMsg};
use hearth_beacon::Signer;
use hearth_schema::beacon::Network;
use hearth_schema::cw20;
use hearth_schema::deploy::{Addresses, Part, Plan, Token};
use hearth_schema::terms::Profile;
use hearth_schema::unit::{Seconds, TokenAmount};

use crate::chain::{Chain, PREFIX};
use crate::world::{GENESIS, SEED};

/// What is deployed.
pub(super) fn plan(chain: &dyn Chain, profile: Profile) -> Plan {
    let addr = |name: &str| chain.addr(name).into_string();
    // Rounds have come since long before the world began.
    let signer = Signer::from_seed(&SEED, chain.block().time.seconds() - 1_000_000, 3);
    let balances = vec![cw20::Coin { address: addr("faucet"), amount: TokenAmount::new(GENESIS) }];
    Plan {
        creator: addr("creator"),
        owner: addr("owner"),
        curator: addr("curator"),
        treasury: addr("treasury"),
        token: Token {
            name: "Hearth".into(),
            symbol: "HRTH".into(),
            decimals: 6,
            balances,
            cap: TokenAmount::new(2 * GENESIS),
        },
        sources: vec![addr("source")],
        network: Network {
            public_key: signer.public_key().into(),
            genesis: Seconds(signer.genesis()),
            period: Seconds(signer.period()),
            from: Seconds(0),
        },
        profile,
        salt: chain.salt(),
    }
}

/// Deploys it, step by step, where the plan says that it will be.
pub(super) fn deploy(chain: &mut dyn Chain, plan: &Plan, codes: &[(Part, (u64, Checksum))]) -> Addresses {
    let (api, creator) = (MockApi::default().with_prefix(PREFIX), Addr::unchecked(&plan.creator));
    let code = |part: Part| codes.iter().find(|(of, _)| *of == part).unwrap().1;
    let canonical = api.addr_canonicalize(&plan.creator).unwrap();
    let at = plan
        .addresses(&canonical, |part| code(part).1, |address| api.addr_humanize(address).map(Addr::into_string))
        .unwrap();
    for step in plan.steps(&at).unwrap() {
        let instantiate = WasmMsg::Instantiate2 {
            admin: Some(plan.owner.clone()),
            code_id: code(step.part).0,
            label: step.label,
            msg: step.msg,
            funds: Vec::new(),
            salt: step.salt,
        };
        let events = chain.execute(&creator, instantiate).unwrap();
        let made = events.iter().find(|event| event.ty == "instantiate").unwrap();
        let address = made.attributes.iter().find(|attribute| attribute.key == "_contract_address").unwrap();
        assert_eq!(address.value, at.of(step.part), "the plan predicts the addresses");
    }
    at
}
