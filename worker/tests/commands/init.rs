//! `hearthd init`.

use std::os::unix::fs::PermissionsExt as _;

use hearth_schema::bonds::Value;
use hearth_wallet::card::Card;
use hearth_wallet::key::Signer as _;
use hearth_wallet::{key::file, seal};
use hearthd::Config;
use hearthd::command::CommandError;
use hearthd::command::init::answers::{Answers, Args, Runs};
use hearthd::command::init::{keys, run, text};
use hearthd::config::Engine;
use zeroize::Zeroizing;

use crate::{Answering, Folder, spelled};

#[tokio::test]
async fn flags_alone_make_a_configuration_its_keys_and_a_card_that_fits_them() {
    let folder = Folder::new();
    let mut nobody = Answering::default();
    let made = run(folder.args(), &mut nobody).await.unwrap();
    assert!(nobody.asked.is_empty() && made.offers, "{:?}", nobody.asked);
    let config = Config::read(&made.config).unwrap();
    assert_eq!(
        (config.chain.id.as_str(), config.chain.prefix.as_str(), config.chain.rpc.len()),
        ("hearth-1", "wasm", 2)
    );
    assert_eq!(config.addresses().unwrap().bonds, spelled(3));
    assert_eq!(config.wanted().unwrap()[0].class.0, 4);
    let card = Card::read(&made.card).unwrap();
    card.check("hearth-1", &spelled(3)).unwrap();
    assert_eq!((card.owner, card.node.endpoint.as_str()), (spelled(8), "https://node.example"));
    assert_eq!(card.node.engines, ["hearth/1"]);
    assert_eq!(card.node.attributes[1].value, Value::Number(2));
    let password = Zeroizing::new(std::fs::read_to_string(&config.keys.password).unwrap());
    let worker = file::open(&config.keys.worker, &password).unwrap();
    assert_eq!(worker.public_key(), card.node.worker_key);
    assert_eq!(made.worker, worker.address("wasm").unwrap());
    let sealing = file::open_bytes(&config.keys.sealing, file::Kind::X25519, &password).unwrap();
    assert_eq!(seal::sealing_key(&sealing).unwrap().as_slice(), card.node.sealing_key.as_slice());
}

#[tokio::test]
async fn nobody_else_reads_the_keys_and_no_secret_is_told() {
    let folder = Folder::new();
    let made = run(folder.args(), &mut Answering::default()).await.unwrap();
    let beside = made.config.parent().unwrap();
    for name in [keys::WORKER, keys::SEALING, keys::PASSWORD] {
        let mode = std::fs::metadata(beside.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let password = std::fs::read_to_string(beside.join(keys::PASSWORD)).unwrap();
    assert_eq!(password.len(), 64);
    for told in [made.to_string(), format!("{made:?}"), std::fs::read_to_string(&made.config).unwrap()] {
        assert!(!told.contains(&password));
    }
}

#[tokio::test]
async fn a_configuration_is_not_overwritten_and_again_keeps_the_keys() {
    let folder = Folder::new();
    let first = run(folder.args(), &mut Answering::default()).await.unwrap();
    let refused = run(folder.args(), &mut Answering::default()).await;
    assert!(matches!(refused, Err(CommandError::Exists { .. })));
    let again = Args { again: true, price: None, ..folder.args() };
    let second = run(again, &mut Answering::default()).await.unwrap();
    assert_eq!(first.worker, second.worker);
    assert!(!second.offers && Config::read(&second.config).unwrap().offers.is_empty());
}

#[tokio::test]
async fn what_the_flags_do_not_say_a_person_is_asked() {
    let folder = Folder::new();
    let given = Args { owner: None, endpoint: None, listen: None, rpc: Vec::new(), price: None, ..folder.args() };
    let answers = ["", &spelled(8), "http://here:1", "", "3usd"].map(str::to_owned).to_vec();
    let mut person = Answering { answers, asked: Vec::new() };
    let made = run(given, &mut person).await.unwrap();
    let config = Config::read(&made.config).unwrap();
    assert_eq!(config.chain.rpc, ["http://127.0.0.1:26657"]);
    assert_eq!(config.door.listen.port(), 8080);
    assert_eq!(config.wanted().unwrap()[0].tick.price().unwrap().u128(), 3_000_000);
    assert_eq!(person.asked.len(), 5);
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named_by_its_flag_and_nothing_is_written() {
    let folder = Folder::new();
    type Spoil = fn(&mut Args);
    let cases: [(&str, Spoil); 6] = [
        ("--owner", |args| args.owner = None),
        ("--owner", |args| args.owner = Some("cosmos1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnrujsuw".into())),
        ("--endpoint", |args| args.endpoint = Some("node.example".into())),
        ("--model-folder", |args| args.model_folder = Some("/nowhere".into())),
        ("--server-kind", |args| (args.server, args.model_folder) = (Some("http://x".into()), None)),
        ("grid", |args| args.price = Some("2.5555usd".into())),
    ];
    for (named, spoil) in cases {
        let mut spoilt = folder.args();
        spoil(&mut spoilt);
        let error = run(spoilt, &mut Answering::default()).await.unwrap_err();
        assert!(error.to_string().contains(named), "{named}: {error}");
        assert!(!folder.0.join("worker").exists(), "{named}");
    }
}

#[tokio::test]
async fn every_kind_of_engine_makes_a_configuration_that_is_read() {
    let folder = Folder::new();
    let mut nobody = Answering::default();
    let mut answers = Answers::gather(folder.args(), &mut nobody).unwrap();
    let path = folder.0.join("any.toml");
    let mut read = |engine: Runs| {
        answers.engine = engine;
        std::fs::write(&path, text::text(&answers)).unwrap();
        Config::read(&path).unwrap().engine
    };
    let model = folder.0.join("a \"model\"");
    assert!(matches!(read(Runs::Ours { folder: model.clone(), program: None }), Engine::Embedded(_)));
    let Engine::Process { run, .. } = read(Runs::Ours { folder: model.clone(), program: Some("/x".into()) }) else {
        panic!("no process");
    };
    assert_eq!(run.model, model);
    for kind in ["vllm", "sglang", "llama-cpp", "tensor-rt", "ollama"] {
        let kind = serde_json::from_value(serde_json::json!(kind)).unwrap();
        let server = Runs::Server { url: "http://127.0.0.1:8000".into(), kind };
        assert!(matches!(read(server), Engine::Openai(_)));
    }
}
