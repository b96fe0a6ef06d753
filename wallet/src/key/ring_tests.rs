use super::*;
use crate::key::Signer as _;
use crate::key::file::Cost;
use crate::random;

fn ring() -> Ring {
    let name = hex::encode(random::bytes::<8>().unwrap());
    Ring::at(std::env::temp_dir().join(format!("hearth-ring-{name}")))
}

#[test]
fn keys_and_addresses_are_kept_by_name() {
    let ring = ring();
    assert_eq!(ring.names().unwrap(), Vec::<String>::new());
    let (key, password) = (SecretKey::random().unwrap(), Password::new("p".to_owned()));
    let address = key.address("wasm").unwrap();
    ring.keep("me", &Keyfile::seal(&key, &password, Cost::LOW).unwrap()).unwrap();
    ring.watch("cold", &address).unwrap();
    assert_eq!(ring.names().unwrap(), ["cold", "me"]);
    for name in ["cold", "me"] {
        assert_eq!(ring.entry(name).unwrap().address("wasm").unwrap(), address);
    }
    assert_eq!(ring.open("me", &password).unwrap().public_key(), key.public_key());
    assert!(matches!(ring.open("cold", &password), Err(KeyError::WatchOnly { .. })));
    assert!(matches!(ring.watch("me", &address), Err(Error::Key(KeyError::Exists { .. }))));
    assert!(matches!(ring.entry("nobody"), Err(KeyError::Missing { .. })));
    fs::remove_dir_all(ring.folder()).unwrap();
}

#[test]
fn a_name_cannot_lead_out_of_the_folder() {
    let ring = ring();
    for name in ["", "..", "a/b", "a.b", "ä", &"x".repeat(33)] {
        assert!(matches!(ring.entry(name), Err(KeyError::Name { .. })), "{name}");
    }
}
