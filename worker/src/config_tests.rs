use super::*;
use crate::journal::tests::Folder;

const WHOLE: &str = r#"
journal = "journal.sqlite"

[suite]
token = "wasm1t"
bme = "wasm1b"
bonds = "wasm1s"
market = "wasm1m"
audit = "wasm1a"

[chain]
chain_id = "hearth-1"
rpc = ["http://127.0.0.1:26657"]

[keys]
worker = "worker.json"
sealing = "sealing.json"
password = "password"

[engine]
make = "embedded"
name = "hearth-tiny"
model = "models/hearth-tiny"

[door]
listen = "127.0.0.1:0"

[beacon]
relays = ["http://127.0.0.1:26660"]

[commit]
fee = "0.01usd"

[[offers]]
class = 1
price = "2usd"
slots = 4
min_spend = "0.001usd"
max_spend = "1usd"
max_life = "1h"
"#;

fn read(text: &str) -> Result<Config, ConfigError> {
    let folder = Folder::new();
    let path = folder.0.join("hearthd.toml");
    std::fs::write(&path, text).unwrap();
    Config::read(&path)
}

#[test]
fn a_whole_configuration_is_read_and_its_paths_start_at_the_file() {
    let config = read(WHOLE).unwrap();
    assert!(config.journal.is_absolute() && config.keys.worker.ends_with("worker.json"));
    let Engine::Embedded(embedded) = &config.engine else { panic!("{:?}", config.engine) };
    assert!(embedded.model.is_absolute() && embedded.model.ends_with("models/hearth-tiny"));
    let habits = config.habits().unwrap();
    assert_eq!((habits.fee.u128(), habits.age, habits.patience), (10_000_000_000, Seconds(600), Seconds(5)));
    let wanted = config.wanted().unwrap();
    assert_eq!(wanted[0].tick.price().unwrap().u128(), 2_000_000);
    assert_eq!(config.addresses().unwrap().market, "wasm1m");
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let with = |from: &str, to: &str| read(&WHOLE.replace(from, to)).unwrap_err().to_string();
    assert!(with("class = 1", "klass = 1").contains("klass"));
    assert!(with("price = \"2usd\"", "price = \"cheap\"").contains("offers.price"));
    assert!(with("fee = \"0.01usd\"", "fee = \"much\"").contains("commit.fee"));
    assert!(with("[\"http://127.0.0.1:26660\"]", "[]").contains("beacon.relays"));
    assert!(with("make = \"embedded\"", "make = \"magic\"").contains("magic"));
    assert!(matches!(Config::read(Path::new("/no/such/file.toml")), Err(ConfigError::File { .. })));
}

#[test]
fn a_deployment_stands_in_one_place() {
    let neither = WHOLE.split("[suite]").next().unwrap().to_owned() + WHOLE.split("audit = \"wasm1a\"").nth(1).unwrap();
    let error = read(&neither).unwrap().addresses().unwrap_err();
    assert!(matches!(error, ConfigError::Value { field: "deployment", .. }));
}
