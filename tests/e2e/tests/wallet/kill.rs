//! `hearth` killed with -9 at each of its steps: nothing is paid twice, and nothing signed is forgotten.

use std::process::Child;
use std::sync::{Arc, Mutex};

use hearth_e2e::proxy::Fate;
use hearth_e2e::{Person, Proxy, World};
use hearth_schema::unit::Asset;

/// At which step, and whether the call that it dies in still reaches the chain.
type Step = (&'static str, usize, bool);

/// The calls of a deposit: what it asks before it signs, the broadcast before and after it arrived, and the wait.
const STEPS: [Step; 8] = [
    ("status", 0, true),
    ("abci_query", 0, true),
    ("abci_query", 2, true),
    ("status", 1, true),
    ("broadcast_tx_sync", 0, false),
    ("broadcast_tx_sync", 0, true),
    ("tx", 0, true),
    ("tx", 1, true),
];

/// How often each step is played: 3 times in CI, and as often as HEARTH_KILLS says elsewhere.
fn rounds() -> usize {
    std::env::var("HEARTH_KILLS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

fn free(world: &World) -> u128 {
    world.run(world.suite().bme().account(&world.account(1).address, Asset::Token)).unwrap().free.u128()
}

fn sequence(world: &World) -> u64 {
    world.run(world.client().account(&world.account(1).address)).unwrap().unwrap().sequence
}

/// Runs a deposit that dies in one of its calls; whether it died.
fn dies_at(world: &World, person: &Person, (method, nth, arrives): Step) -> bool {
    let victim: Arc<Mutex<Option<Child>>> = Arc::default();
    let killer = victim.clone();
    let mut seen = 0;
    let proxy = Proxy::start(&world.devnet.rpc(), move |_, called| {
        if called != method {
            return Fate::Pass;
        }
        seen += 1;
        if seen != nth + 1 {
            return Fate::Pass;
        }
        let mut victim = killer.lock().unwrap();
        // SIGKILL: nothing of it runs any more.
        victim.as_mut().unwrap().kill().unwrap();
        if arrives { Fate::LoseReply } else { Fate::Swallow }
    });
    let mut guard = victim.lock().unwrap();
    *guard = Some(person.begin(&["--rpc", proxy.url(), "account", "deposit", "1token", "--yes"]));
    drop(guard);
    let status = loop {
        // The killer needs the lock: it is held for no longer than a look.
        if let Some(status) = victim.lock().unwrap().as_mut().unwrap().try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    status.code().is_none()
}

#[test]
fn nothing_is_paid_twice_wherever_the_command_is_killed() {
    let world = World::start();
    let person = Person::of(&world, 1);
    let mut died = 0;
    for round in 0..rounds() {
        for step in STEPS {
            let (before, used) = (free(&world), sequence(&world));
            died += usize::from(dies_at(&world, &person, step));
            let open = person.data(&["tx", "show"])["pending"].as_array().unwrap().len();
            let resumed = person.json(&["tx", "resume"]);
            let after = free(&world);
            assert_eq!(resumed.code, 0, "{round} {step:?}: {resumed:?}");
            let settled = resumed.data()["settled"].as_array().unwrap().len();
            assert_eq!(settled, open, "{round} {step:?}");
            // Signed means written down: it is paid after the resume. Not signed means not paid.
            let signed = u128::from(sequence(&world) - used);
            assert_eq!(after - before, signed * 1_000_000, "{round} {step:?}");
            assert!(signed <= 1, "{round} {step:?}");
            assert!(settled == 0 || signed == 1, "{round} {step:?}");
            assert_eq!(person.data(&["tx", "show"])["pending"].as_array().unwrap().len(), 0);
        }
    }
    assert!(died >= rounds() * 6, "only {died} were killed in time");
}
