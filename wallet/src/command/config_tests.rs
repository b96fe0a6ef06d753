use super::*;

fn parse(text: &str) -> Result<Config, Error> {
    let name = hex::encode(crate::random::bytes::<8>().unwrap());
    let path = std::env::temp_dir().join(format!("hearth-config-{name}.toml"));
    fs::write(&path, text).unwrap();
    let read = Config::read(&path);
    fs::remove_file(&path).unwrap();
    read
}

const SOUND: &str = "default = \"a\"\n[profiles.a]\nkey = \"me\"\n[profiles.a.chain]\nchain_id = \"x-1\"\nrpc = []\n";

#[test]
fn a_profile_has_the_usual_settings_where_it_says_nothing() {
    let config = parse(SOUND).unwrap();
    let profile = config.profile(None).unwrap().unwrap();
    assert_eq!(profile.chain, Chain::new("x-1", Vec::new()));
    assert!(config.profile(Some("b")).unwrap_err().to_string().contains("no profile `b`"));
}

#[test]
fn a_broken_profile_is_told_in_one_line_with_its_place() {
    for broken in [SOUND.replace("key", "kee"), SOUND.replace("[]", "["), SOUND.replace("\"x-1\"", "7")] {
        let error = parse(&broken).unwrap_err();
        assert_eq!(error.sort(), crate::Sort::Usage);
        let said = error.to_string();
        assert!(said.lines().count() == 1 && said.contains("at line"), "{said}");
    }
}

#[test]
fn no_file_is_no_profile() {
    let none = Config::read(Path::new("/nonexistent/config.toml")).unwrap();
    assert_eq!(none.profile(None).unwrap(), None);
}
