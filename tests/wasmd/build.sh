#!/usr/bin/env bash
# Builds wasmd, with its VM's library beside it: build.sh FOLDER [MODULE]. The module here pins v0.61.14 (wasmvm 3), the one
# in v0.53 pins v0.53.4 (wasmvm 2.1). Where nothing has changed since, it takes a second.
set -euo pipefail
command -v go >/dev/null || { echo 'Go is missing: get 1.24 or later from https://go.dev or your package manager' >&2; exit 1; }
command -v cc >/dev/null || { echo 'a C compiler is missing: get one from your package manager (apt-get install build-essential)' >&2; exit 1; }
mkdir -p "$1"
into=$(cd "$1" && pwd)
cd "$(dirname "$0")/${2:-.}"

version() { awk -v module="$1" '$1 == module { print $2; exit }' go.mod; }
names=github.com/cosmos/cosmos-sdk/version
wasmd=$(version github.com/CosmWasm/wasmd)
# What wasmd's own Makefile says; bytedance/sonic wants the linker to look away, and the library lies beside the program.
linker="-checklinkname=0 -r \$ORIGIN -X $names.Name=wasm -X $names.AppName=wasmd -X $names.Version=${wasmd#v}"
linker="$linker -X github.com/CosmWasm/wasmd/app.Bech32Prefix=wasm"
export CGO_ENABLED=1 GOFLAGS="-mod=readonly ${GOFLAGS:-}"
go build -trimpath -buildvcs=false -tags netgo -ldflags "$linker" -o "$into/wasmd" github.com/CosmWasm/wasmd/cmd/wasmd
vm=$(awk '$1 ~ /^github.com\/CosmWasm\/wasmvm\// { print $1; exit }' go.mod)
install -m 0755 "$(go list -m -f '{{.Dir}}' "$vm")/internal/api/libwasmvm.$(uname -m).so" "$into/"
[ "$("$into/wasmd" version 2>&1)" = "${wasmd#v}" ] || { echo "$into/wasmd does not run, or is not $wasmd" >&2; exit 1; }
