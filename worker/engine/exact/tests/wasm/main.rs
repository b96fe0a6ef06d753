//! The same bits in Wasm: a layer and a choice, compiled without vectors and run by an interpreter.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "these are tests"
)]

mod layer;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasmi::{Engine, Linker, Module, Store};

/// Compiles a source file for Wasm, as cargo would without features, and says where it is.
fn compile(kind: &str, source: &str, uses: Option<&Path>) -> PathBuf {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("wasm-{}-{kind}", std::process::id()));
    fs::create_dir_all(out.parent().unwrap()).unwrap();
    let mut rustc = Command::new("rustc");
    rustc.current_dir(env!("CARGO_MANIFEST_DIR"));
    rustc.args(["--edition=2024", "--target=wasm32-unknown-unknown", "-Copt-level=3", "--cap-lints=allow"]);
    if let Some(library) = uses {
        rustc.arg("--extern").arg(format!("hearth_exact={}", library.display()));
        rustc.arg("--crate-name=layer");
    } else {
        rustc.arg("--crate-name=hearth_exact");
    }
    assert!(rustc.arg(format!("--crate-type={kind}")).arg("-o").arg(&out).arg(source).status().unwrap().success());
    out
}

#[test]
fn wasm_gives_the_bits_of_every_path() {
    let library = compile("rlib", "src/lib.rs", None);
    let named = library.with_file_name(format!("libhearth_exact-{}.rlib", std::process::id()));
    fs::rename(library, &named).unwrap();
    let module = compile("cdylib", "tests/wasm/layer.rs", Some(&named));
    let engine = Engine::default();
    let code = Module::new(&engine, fs::read(&module).unwrap()).unwrap();
    fs::remove_file(named).unwrap();
    fs::remove_file(module).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Linker::<()>::new(&engine).instantiate_and_start(&mut store, &code).unwrap();
    let run = instance.get_typed_func::<u32, u64>(&store, "layer").unwrap();
    let wasm = run.call(&mut store, 8).unwrap();
    for step in [1, 3, 8] {
        assert_eq!(run.call(&mut store, step).unwrap(), wasm);
        for path in hearth_exact::Path::all() {
            assert_eq!(layer::fingerprint(path, step), wasm, "{} by {step}", path.name());
        }
    }
}
