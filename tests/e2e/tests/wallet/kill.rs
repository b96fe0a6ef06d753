//! `hearth` killed with -9 at each of its steps: nothing is paid twice, and nothing signed is forgotten.

use std::process::Child;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hearth_devnet::{Config, spawn};
use hearth_e2e::proxy::Fate;
use hearth_e2e::wait::until;
use hearth_e2e::world::{catalogue, client_of, plan, runtime};
use hearth_e2e::{Person, Proxy, World, program};
use hearth_schema::unit::Asset;
use hearth_wallet::deploy::Record;
use hearth_wallet::key::SecretKey;

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
fn dies_at(world: &World, person: &Person, step: Step) -> bool {
    let begin = |rpc: &str| person.begin(&["--rpc", rpc, "account", "deposit", "1token", "--yes"]);
    killed(&world.host.rpc(), step, begin).0.is_none()
}

/// Runs a command that dies in one of its calls; its exit code, where it ended before. While the proxy is kept, what the
/// dead one said still goes its way.
fn killed(rpc: &str, (method, nth, arrives): Step, begin: impl FnOnce(&str) -> Child) -> (Option<i32>, Proxy) {
    let victim: Arc<Mutex<Option<Child>>> = Arc::default();
    let killer = victim.clone();
    let mut seen = 0;
    let proxy = Proxy::start(rpc, move |_, called| {
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
    *guard = Some(begin(proxy.url()));
    drop(guard);
    // The killer needs the lock: it is held for no longer than a look.
    let status = until(|| victim.lock().unwrap().as_mut().unwrap().try_wait().unwrap());
    (status.code(), proxy)
}

/// Each run dies in its first broadcast, and the transaction is lost and included by turns.
#[test]
fn a_deployment_killed_at_each_of_its_transactions_is_finished_and_nothing_is_made_twice() {
    let devnet = spawn(Config::default()).unwrap();
    let person = Person::new();
    person.keep("me", &SecretKey::from_bytes(&devnet.accounts()[0].key).unwrap());
    std::fs::write(person.home().join("plan.toml"), plan(&devnet, &catalogue())).unwrap();
    let artifacts = program::root().join("artifacts").display().to_string();
    let (runtime, client) = (runtime(), client_of(&devnet));
    let creator = &devnet.accounts()[0].address;
    let sequence = || runtime.block_on(client.account(creator)).unwrap().map_or(0, |account| account.sequence);
    let (mut deaths, mut last) = (0, None);
    while last.is_none() {
        let begin = |rpc: &str| {
            let chain = ["--rpc", rpc, "--chain-id", "hearth-1", "--key", "me", "--password-file", "password"];
            let deploy = ["deploy", "run", "--plan", "plan.toml", "--artifacts", &artifacts, "--yes"];
            person.begin(&[&chain[..], &["--deployment", "deployment.toml"], &deploy].concat())
        };
        let (before, arrives) = (sequence(), deaths % 2 == 1);
        let (code, _proxy) = killed(&devnet.rpc(), ("broadcast_tx_sync", 0, arrives), begin);
        let deadline = Instant::now() + Duration::from_secs(20);
        while code.is_none() && arrives && sequence() == before {
            assert!(Instant::now() < deadline, "what was said arrives");
        }
        last = code;
        deaths += usize::from(last.is_none());
        assert!(deaths < 60, "it never ends");
    }
    assert_eq!(last, Some(0), "the last run had nothing left to send");
    // Five uploads, five contracts, a model and a class: each died at least once, and was sent once.
    assert!(deaths >= 12, "only {deaths} deaths");
    assert_eq!(runtime.block_on(client.codes()).unwrap().len(), 5);
    assert_eq!(sequence(), 12);
    let record = Record::read(&person.home().join("deployment.toml")).unwrap();
    let market = record.suite(client.clone()).unwrap();
    assert_eq!(runtime.block_on(market.market().classes()).unwrap().len(), 1);
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
