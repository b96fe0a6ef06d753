use hearth_schema::bonds::{Attribute, Value};

use super::*;
use crate::key::SecretKey;

fn card(worker: &SecretKey) -> Card {
    let node = NodeCard {
        worker_key: worker.public_key(),
        sealing_key: [3; 32].into(),
        endpoint: "http://127.0.0.1:8080".into(),
        attributes: vec![Attribute { name: "gpu.vram_gib".into(), value: Value::Number(80) }],
        engines: vec!["embedded/1".into()],
    };
    Card::sign(worker, "hearth-1", "wasm1bonds", "wasm1owner", node).unwrap()
}

#[test]
fn a_card_is_valid_for_its_chain_deployment_owner_and_key_alone() {
    let worker = SecretKey::random().unwrap();
    let card = card(&worker);
    assert_eq!(card.check("hearth-1", "wasm1bonds"), Ok(()));
    assert!(card.check("hearth-2", "wasm1bonds").is_err());
    assert!(card.check("hearth-1", "wasm1other").is_err());
    assert!(Card { owner: "wasm1thief".into(), ..card.clone() }.check("hearth-1", "wasm1bonds").is_err());
    let mut stolen = card;
    stolen.node.worker_key = SecretKey::random().unwrap().public_key();
    assert!(stolen.check("hearth-1", "wasm1bonds").is_err());
}

#[test]
fn a_card_is_read_as_it_was_written() {
    let card = card(&SecretKey::random().unwrap());
    let name = hex::encode(crate::random::bytes::<8>().unwrap());
    let path = std::env::temp_dir().join(format!("hearth-card-{name}.json"));
    card.write(&path).unwrap();
    assert_eq!(Card::read(&path).unwrap(), card);
    fs::write(&path, "{}").unwrap();
    assert!(Card::read(&path).unwrap_err().to_string().contains("no node card"));
    fs::remove_file(&path).unwrap();
}
