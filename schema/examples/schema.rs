//! Writes `schema/json/<contract>.json`: every message and answer of the suite's contracts, as JSON Schema.
//!
//! With `--check` it writes nothing, and fails where a file is behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cosmwasm_schema::generate_api;
use hearth_schema::{audit, bme, bonds, market};

/// The JSON Schema of a contract; the token's is the published standard's.
macro_rules! api {
    ($contract:ident, $name:literal) => {
        (
            $name,
            generate_api! {
                name: $name,
                instantiate: $contract::InstantiateMsg,
                execute: $contract::ExecuteMsg,
                query: $contract::QueryMsg,
                migrate: $contract::MigrateMsg,
            }
            .render()
            .to_string(),
        )
    };
}

fn main() -> ExitCode {
    let check = std::env::args().nth(1).as_deref() == Some("--check");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("json");
    match run(&folder, check) {
        Ok(behind) if behind.is_empty() => ExitCode::SUCCESS,
        Ok(behind) => {
            eprintln!("schema/json is behind the messages of {}: run `make schema`", behind.join(", "));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("schema/json: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the files, or says which are behind.
fn run(folder: &Path, check: bool) -> Result<Vec<&'static str>, Box<dyn std::error::Error>> {
    let mut behind = Vec::new();
    for (contract, json) in [api!(bme, "bme"), api!(bonds, "bonds"), api!(market, "market"), api!(audit, "audit")] {
        let (file, json) = (folder.join(contract).with_extension("json"), json? + "\n");
        match check {
            true if fs::read_to_string(&file).ok().as_ref() != Some(&json) => behind.push(contract),
            true => {}
            false => write(file, &json)?,
        }
    }
    Ok(behind)
}

fn write(file: PathBuf, json: &str) -> std::io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(file, json)
}
