//! The OpenAI SDKs for Python and JavaScript, unmodified, against the door.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::scripted::{KEY, MODEL, Open};

const CHECKS: [&str; 9] = ["models", "chat", "stream", "helper", "parts", "completion", "error", "stranger", "lost"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Runs every check of a client.
async fn passes(program: &Path, script: &str) {
    let installed = root().join("target/openai");
    let lock = |folder: &Path, name: &str| std::fs::read(folder.join(name)).ok();
    let sources = root().join("tests/e2e/sdk");
    for name in ["package-lock.json", "requirements.txt"] {
        let (wanted, found) = (lock(&sources, name), lock(&installed, name));
        assert!(wanted.is_some() && wanted == found, "the OpenAI SDKs are not installed: run tests/e2e/sdk/install.sh");
    }
    let open = Open::usual().await;
    let ran = Command::new(program)
        .arg(sources.join(script))
        .args(CHECKS)
        .env("OPENAI_BASE_URL", open.url("/v1"))
        .env("OPENAI_API_KEY", KEY)
        .env("OPENAI_SDK", &installed)
        .env("HEARTH_MODEL", MODEL)
        .env("HEARTH_RECEIPTS", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(said.lines().count(), CHECKS.len(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_sdk_takes_it_for_openai() {
    passes(&root().join("target/openai/venv/bin/python"), "client.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_javascript_sdk_takes_it_for_openai() {
    passes(Path::new("node"), "client.mjs").await;
}
