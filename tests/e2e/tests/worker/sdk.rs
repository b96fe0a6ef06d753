//! The OpenAI SDKs for Python and JavaScript, unmodified, against a worker that runs: a bearer token is their API key.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_schema::door::Pass;
use hearth_schema::sign::{Bearer, Scope, Signature};
use hearth_schema::unit::{DealId, Seconds, Usd};
use hearth_wallet::key::Signer as _;

use crate::client::Client;
use crate::scene::Scene;

const CENT: u128 = 10_000_000_000;
/// What anybody may ask of a worker; engines that die are for the gateway's own tests.
const CHECKS: [&str; 8] = ["models", "chat", "stream", "helper", "parts", "completion", "error", "stranger"];

/// The API key of a deal.
fn key(client: &Client<'_>, deal: DealId) -> String {
    let now = client.world.run(async { client.world.client().head().await.unwrap().time });
    let mut bearer = Bearer {
        expiry: Seconds(now.0 + 1_200),
        cap: Usd::new(5 * CENT),
        nonce: b"sdk".into(),
        signature: Signature([0; 64].into()),
    };
    let market = &client.world.record.addresses.market;
    let digest = Scope { chain: "hearth-1", market, deal }.bearer(client.node, &bearer);
    bearer.signature = client.session.sign(&digest).unwrap();
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Pass { deal, bearer }).unwrap())
}

/// Runs every check of a client.
fn passes(program: &Path, script: &str, door: &str, key: &str) {
    let root = hearth_e2e::program::root();
    let installed = root.join("target/openai");
    assert!(
        installed.join("venv").is_dir() && installed.join("node_modules/openai").is_dir(),
        "the OpenAI SDKs are not installed: run tests/e2e/sdk/install.sh"
    );
    let mut command = Command::new(program);
    command.arg(root.join("tests/e2e/sdk").join(script)).args(CHECKS);
    command.env("OPENAI_BASE_URL", format!("{door}/v1")).env("OPENAI_API_KEY", key).env("OPENAI_SDK", &installed);
    command.env("HEARTH_MODEL", "hearth-tiny").env("HEARTH_RECEIPTS", "1").env("PYTHONDONTWRITEBYTECODE", "1");
    let ran = command.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(said.lines().count(), CHECKS.len(), "{said}");
}

#[test]
fn the_openai_sdks_are_served_under_a_bearer_token() {
    let (scene, door) = Scene::open();
    let client = scene.client(6);
    let deal = client.take(None, Usd::new(100 * CENT));
    let key = key(&client, deal);
    let python = hearth_e2e::program::root().join("target/openai/venv/bin/python");
    passes(&python, "client.py", &door, &key);
    passes(Path::new("node"), "client.mjs", &door, &key);
    let standing = client.standing(&door, deal);
    // Both SDKs asked for six answers and refused none.
    assert_eq!(standing.totals.count, 12, "{standing:?}");
    assert!(!scene.daemon.log().contains(&key), "a key is in the log");
}
