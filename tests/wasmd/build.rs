//! The two lines of the embedded chain, which the tests link; and whether wasmd was built, so that what needs it is counted
//! as skipped where it was not. tests/flows and tests/e2e are built by it too.

use std::path::Path;

#[allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]
fn main() {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/wasmd/wasmd");
    println!("cargo::rerun-if-changed=../wasmd/build.rs");
    println!("cargo::rerun-if-changed={}", program.display());
    println!("cargo::rustc-check-cfg=cfg(wasmd)");
    if program.is_file() {
        println!("cargo::rustc-cfg=wasmd");
    }
    println!("cargo::rustc-link-arg=-Wl,--defsym=__rust_probestack=0");
}
