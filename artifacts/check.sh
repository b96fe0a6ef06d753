#!/usr/bin/env bash
# Proves that the committed artifacts come from the committed sources, and from them alone: builds them again in another
# directory with another CARGO_HOME, and compares. Once proved for these sources, it is not proved again here.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# A checkout may belong to another user than the one that proves it.
git() { command git -c safe.directory='*' "$@"; }
stamp=target/artifacts.proved
inputs=(Cargo.toml Cargo.lock rust-toolchain.toml artifacts contracts schema/Cargo.toml schema/src)
hash=$(git ls-files -z -- "${inputs[@]}" | xargs -0 sha256sum | sha256sum | cut -c1-64)
(cd artifacts && sha256sum --check --quiet checksums.txt) || {
    echo "artifacts/checksums.txt is not of the files beside it: run make artifacts" >&2
    exit 1
}
if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$hash" ]; then exit 0; fi

elsewhere=$root/target/elsewhere
home=${CARGO_HOME:-$HOME/.cargo}
rm -rf "$elsewhere/hearth"
mkdir -p "$elsewhere/hearth" "$elsewhere/home/registry"
git ls-files -z | xargs -0 -I{} sh -c '[ ! -e "$1" ] || cp --parents "$1" "$2"' _ {} "$elsewhere/hearth"
for part in cache index; do
    [ ! -d "$home/registry/$part" ] || cp -ru "$home/registry/$part" "$elsewhere/home/registry/"
done
mkdir -p target/binaryen && cp -r target/binaryen "$elsewhere/" 2>/dev/null || true
CARGO_HOME=$elsewhere/home RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup} CARGO_TARGET_DIR=$elsewhere \
    "$elsewhere/hearth/artifacts/build.sh" "$elsewhere/out"

if ! diff artifacts/checksums.txt "$elsewhere/out/checksums.txt" >&2; then
    echo "the artifacts are behind the sources: run make artifacts, and commit them" >&2
    exit 1
fi
echo "$hash" >"$stamp"
