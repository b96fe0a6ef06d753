#!/usr/bin/env bash
# Builds the contracts as chains accept them: the Wasm of rustc in the profile `artifact`, its paths remapped, without what prints stack
# traces (snip.mjs), lowered and optimised by wasm-opt, without debug names. The bytes depend on the sources and the
# toolchain alone, not on where they are built.
#
#   artifacts/build.sh <folder>     writes <name>.wasm and checksums.txt into the folder
set -euo pipefail

out=$(mkdir -p "$1" && cd "$1" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
target=${CARGO_TARGET_DIR:-$root/target}
names=(audit bme bonds market token)

need() { command -v "$1" >/dev/null || { echo "$1 is missing: $2" >&2; exit 1; }; }
need cargo "get Rust by rustup from https://rustup.rs"
need node "get Node.js 20 or later from https://nodejs.org or your package manager"
need npm "it comes with Node.js: https://nodejs.org"
if command -v rustup >/dev/null; then rustup target add wasm32-unknown-unknown >/dev/null 2>&1; fi

# npm's binaryen, pinned by its lock file, beside what cargo builds.
binaryen=$target/binaryen/node_modules/binaryen
opt=$binaryen/bin/wasm-opt
if ! cmp -s artifacts/package-lock.json "$target/binaryen/package-lock.json" || [ ! -e "$opt" ]; then
    mkdir -p "$target/binaryen"
    cp artifacts/package.json artifacts/package-lock.json "$target/binaryen/"
    (cd "$target/binaryen" && npm ci --ignore-scripts --no-audit --no-fund --silent)
fi

home=${CARGO_HOME:-$HOME/.cargo}
cargo fetch --locked --target wasm32-unknown-unknown >/dev/null
# A linting compiler optimises less: the bytes are rustc's own.
unset RUSTC_WORKSPACE_WRAPPER
separator=$'\x1f'
export CARGO_INCREMENTAL=0 CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$root=/hearth"
# A registry's folder is named for its address: each becomes the same.
for registry in "$home"/registry/src/*; do
    CARGO_ENCODED_RUSTFLAGS+="${separator}--remap-path-prefix=$registry=/cargo"
done
# As a cdylib alone: cargo leaves link-time optimisation out where a crate is an rlib too, and a quarter of the bytes in.
for name in "${names[@]}"; do
    cargo rustc --profile artifact --lib --locked --target wasm32-unknown-unknown -p "hearth-$name" --crate-type cdylib
done

lower() {
    local raw=$target/wasm32-unknown-unknown/artifact/hearth_$1.wasm cached
    cached=$target/lowered/$(cat "$raw" "$0" "$snip" | sha256sum | cut -c1-64).wasm
    if [ ! -e "$cached" ]; then
        mkdir -p "$target/lowered"
        node "$snip" "$binaryen" "$raw" "$cached.snipped"
        node "$opt" "$cached.snipped" -o "$cached.part" \
            --enable-bulk-memory --enable-bulk-memory-opt --enable-sign-ext --enable-nontrapping-float-to-int \
            --enable-mutable-globals --enable-multivalue --enable-reference-types --enable-call-indirect-overlong \
            --signext-lowering --llvm-memory-copy-fill-lowering --llvm-nontrapping-fptoint-lowering \
            -Oz --strip-debug --strip-producers --strip-target-features
        rm "$cached.snipped"
        mv "$cached.part" "$cached"
    fi
    cp "$cached" "$out/$1.wasm"
}
export -f lower
snip=$root/artifacts/snip.mjs
export target out opt binaryen snip
printf '%s\n' "${names[@]}" | xargs -P 2 -I{} bash -euo pipefail -c 'lower {}' "$root/artifacts/build.sh"
(cd "$out" && sha256sum "${names[@]/%/.wasm}" >checksums.txt)
