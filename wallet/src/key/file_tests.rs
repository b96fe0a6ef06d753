use std::os::unix::fs::PermissionsExt as _;

use super::*;

/// A folder that is gone with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        let name = hex::encode(random::bytes::<8>().unwrap());
        let path = std::env::temp_dir().join(format!("hearth-wallet-{name}"));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

fn kept(folder: &Folder) -> (std::path::PathBuf, SecretKey) {
    let key = SecretKey::random().unwrap();
    let path = folder.0.join("key.json");
    Keyfile::seal(&key, &password("right"), Cost::LOW).unwrap().write(&path).unwrap();
    (path, key)
}

#[test]
fn a_key_comes_back_with_its_password_alone() {
    let folder = Folder::new();
    let (path, key) = kept(&folder);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(open(&path, &password("right")).unwrap().public_key(), key.public_key());
    assert_eq!(open(&path, &password("wrong")).unwrap_err(), KeyError::Password { path });
}

#[test]
fn a_file_that_others_can_read_is_not_opened_and_the_remedy_is_said() {
    let folder = Folder::new();
    let (path, _) = kept(&folder);
    for mode in [0o644, 0o640, 0o604] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let refused = open(&path, &password("right")).unwrap_err();
        assert_eq!(refused, KeyError::Readable { path: path.clone(), mode });
        assert_eq!(refused.hint(), Some(format!("chmod 600 {}", path.display())));
    }
}

#[test]
fn a_changed_file_is_not_opened() {
    let folder = Folder::new();
    let (path, _) = kept(&folder);
    let sound = Keyfile::read(&path).unwrap();
    let other = Keyfile::seal(&SecretKey::random().unwrap(), &password("right"), Cost::LOW).unwrap();
    let changed = [
        Keyfile { public_key: other.public_key.clone(), ..sound.clone() },
        Keyfile { sealed: other.sealed, ..sound.clone() },
        Keyfile { kind: Kind::X25519, ..sound.clone() },
        Keyfile { scrypt: Cost { log_n: 5, ..Cost::LOW }, ..sound },
    ];
    for file in changed {
        assert!(file.open_bytes(&password("right")).is_none());
    }
}

#[test]
fn a_file_that_would_eat_the_memory_is_refused() {
    let folder = Folder::new();
    let path = folder.0.join("greedy.json");
    let mut file = Keyfile::seal(&SecretKey::random().unwrap(), &password("x"), Cost::LOW).unwrap();
    file.scrypt.log_n = 40;
    file.write(&path).unwrap();
    assert!(matches!(open(&path, &password("x")), Err(KeyError::File { .. })));
}

#[test]
fn a_key_of_another_kind_is_told_apart() {
    let folder = Folder::new();
    let path = folder.0.join("sealing.json");
    let file = Keyfile::seal_bytes(Kind::X25519, &[9; 32], &[8; 32], &password("right"), Cost::LOW).unwrap();
    file.write(&path).unwrap();
    assert!(matches!(open(&path, &password("right")), Err(KeyError::Kind { .. })));
    assert_eq!(*open_bytes(&path, Kind::X25519, &password("right")).unwrap(), [8; 32]);
}

#[test]
fn nothing_is_overwritten() {
    let folder = Folder::new();
    let (path, _) = kept(&folder);
    let before = fs::read(&path).unwrap();
    let other = Keyfile::seal(&SecretKey::random().unwrap(), &password("x"), Cost::LOW).unwrap();
    assert!(other.write(&path).is_err());
    assert_eq!(fs::read(&path).unwrap(), before);
}
