//! Relays of the beacon that are down, lie, or are late.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hearth_e2e::wait::until_or;
use hearth_schema::audit::Verdict;
use hearth_schema::digest::Digest;
use hearth_schema::unit::{DealId, Usd};

use crate::client::{ask, chat};
use crate::scene::Scene;

const CENT: Usd = Usd::new(10_000_000_000);

/// The signature of a round, where a relay has it.
type Says = Box<dyn Fn(u64) -> Option<Vec<u8>> + Send>;

/// A relay of the test.
struct Relay {
    url: String,
    says: Arc<Mutex<Says>>,
}

impl Relay {
    /// One that has these signatures.
    fn saying(says: impl Fn(u64) -> Option<Vec<u8>> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let says: Arc<Mutex<Says>> = Arc::new(Mutex::new(Box::new(says)));
        let told = says.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut asked = [0; 4_096];
                let length = stream.read(&mut asked).unwrap_or_default();
                let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
                let round =
                    asked.split("/public/").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse().ok());
                let round = round.unwrap_or(1);
                let signature = (told.lock().unwrap())(round);
                let _ = stream.write_all(answer(round, signature).as_bytes());
            }
        });
        Self { url, says }
    }

    /// From now on it has these.
    fn has(&self, says: impl Fn(u64) -> Option<Vec<u8>> + Send + 'static) {
        *self.says.lock().unwrap() = Box::new(says);
    }
}

/// In drand's format.
fn answer(round: u64, signature: Option<Vec<u8>>) -> String {
    let (status, body) = match signature {
        None => ("404 Not Found", "the round has not come yet".to_owned()),
        Some(signature) => {
            let (randomness, signature) = (Digest::generate(&signature), hex::encode(signature));
            let body = serde_json::json!({ "round": round, "randomness": randomness, "signature": signature });
            ("200 OK", body.to_string())
        }
    };
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// Whether the round that a deal's commit waits for is stored.
fn has_round(scene: &Scene, deal: DealId) -> bool {
    scene.world.run(async { scene.world.suite().audit().standing(deal, 1).await.unwrap() }).beacon.is_some()
}

/// A job that is committed; its deal.
fn committed(scene: &Scene, door: &str, session: u8) -> DealId {
    let client = scene.client(session);
    let asked = ask(&chat("Where does Lena live?", 8));
    let deal = client.take(asked.digest(), CENT);
    assert_eq!(client.ask(door, deal, &asked).status, 200);
    scene.committed(deal, 1);
    deal
}

#[test]
fn relays_that_are_down_or_lie_are_passed_over() {
    let liar = Relay::saying(|_| Some(vec![0xa7; 48]));
    let (scene, door) = Scene::open_with(|setup| {
        let honest = setup.relays.remove(0);
        setup.relays = vec!["http://127.0.0.1:1".to_owned(), liar.url.clone(), honest];
    });
    let deal = committed(&scene, &door, 14);
    scene.passed(deal, 1);
    assert!(scene.daemon.log().contains("a relay lies"), "{}", scene.daemon.log());
    scene.law_holds();
}

#[test]
fn a_round_that_is_late_is_waited_for_and_taken_from_whichever_relay_has_it_first() {
    if hearth_e2e::elsewhere("its beacon can be held back") {
        return;
    }
    let second = Relay::saying(|_| None);
    let (scene, door) = Scene::open_with(|setup| setup.relays.push(second.url.clone()));
    let first = scene.world.devnet().beacon();
    first.hold(Some(0));
    let deal = committed(&scene, &door, 15);
    scene.world.pass(Duration::from_secs(10));
    let passed_over = |count| {
        let seen = || (scene.daemon.log().matches("a relay is passed over").count() >= count).then_some(());
        until_or(seen, || scene.daemon.log());
    };
    passed_over(4);
    assert!(!has_round(&scene, deal));
    let signing = first.clone();
    second.has(move |round| Some(signing.signer().sign(round).to_vec()));
    scene.passed(deal, 1);

    // Now it is the second that has nothing, and the first that comes late.
    second.has(|_| None);
    let deal = committed(&scene, &door, 16);
    scene.world.pass(Duration::from_secs(10));
    let before = scene.daemon.log().matches("a relay is passed over").count();
    passed_over(before + 2);
    assert!(!has_round(&scene, deal));
    first.hold(None);
    scene.passed(deal, 1);
    scene.law_holds();
}

#[test]
fn a_round_that_never_comes_gives_the_client_every_unit_back() {
    if hearth_e2e::elsewhere("its beacon can be held back, and an hour passes") {
        return;
    }
    let (scene, door) = Scene::open();
    scene.world.devnet().beacon().hold(Some(0));
    let deal = committed(&scene, &door, 17);
    // An hour, in time and in blocks.
    scene.world.devnet().mine(920, Duration::from_secs(4)).unwrap();
    let verdict =
        || scene.world.run(async { scene.world.suite().market().commit(deal, 1).await.unwrap().unwrap() }).verdict;
    assert_eq!(until_or(verdict, || scene.daemon.log()), Verdict::Fail);
    scene.paid(0);
}
