.DEFAULT_GOAL := help
SHELL := /bin/bash

need-python = command -v python3 >/dev/null || \
	{ echo 'python3 is missing: get it from python.org or your package manager (apt-get install python3)' >&2; exit 1; }

need-rust = command -v cargo >/dev/null || \
	{ echo 'cargo is missing: get Rust by rustup from https://rustup.rs' >&2; exit 1; }; \
	command -v cc >/dev/null || \
	{ echo 'a C compiler is missing: get one from your package manager (apt-get install build-essential)' >&2; exit 1; }

where-go = if command -v go >/dev/null; then $(MAKE) --no-print-directory wasmd; else \
	echo 'Go is missing: get 1.24 or later from https://go.dev; what needs wasmd is skipped' >&2; fi

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

test: cosmjs sdk ## every test
	@$(need-rust)
	cargo test --workspace --locked

# The programs, as `make test` builds them too: in the features of the whole workspace, so that nothing is compiled twice.
programs := cargo test --quiet --workspace --locked --no-run --test demo --test devnet --test hearth --test hearthd --test process

demo: ## one job all the way round; DEMO_KEEP=1 leaves it running, DEMO_CHAIN=wasmd plays it on wasmd (or wasmd-old)
	@$(need-rust)
	@case "$(DEMO_CHAIN)" in wasmd|wasmd-old) $(MAKE) --no-print-directory "$(DEMO_CHAIN)";; esac
	@echo 'building the programs: minutes from a fresh clone, seconds afterwards' >&2
	@set -o pipefail; $(programs) $(if $(filter wasmd%,$(DEMO_CHAIN)),--test judge) 2>&1 | { grep -v Executable || true; }
	@target/debug/hearth-demo

cosmjs: ## install the CosmJS that tests talk through (target/cosmjs)
	@command -v node >/dev/null && command -v npm >/dev/null || \
	{ echo 'Node.js is missing: get 20 or later, with npm, from https://nodejs.org or your package manager' >&2; exit 1; }
	@mkdir -p target/cosmjs
	@cmp -s tests/devnet/js/package-lock.json target/cosmjs/package-lock.json || \
	{ cp tests/devnet/js/package.json tests/devnet/js/package-lock.json target/cosmjs/ && \
	(cd target/cosmjs && npm ci --ignore-scripts --no-audit --no-fund --silent) || \
	{ rm -f target/cosmjs/package-lock.json; exit 1; }; }

sdk: ## install the OpenAI SDKs that tests talk through (target/openai)
	@tests/e2e/sdk/install.sh

devnet: ## run the embedded chain
	@$(need-rust)
	cargo run --quiet --locked -p hearth-devnet

wasmd: ## build wasmd, the judge of the embedded chain (target/wasmd)
	@tests/wasmd/build.sh target/wasmd

wasmd-old: ## build the wasmd of wasmvm 2.1 (target/wasmd/v0.53)
	@tests/wasmd/build.sh target/wasmd/v0.53 v0.53

judge: ## compare the embedded chain with wasmd, and run every flow and four validators on it; JUDGE_ACTS=2000 draws more at random
	@$(need-rust)
	@$(where-go)
	cargo test --workspace --locked --no-fail-fast --test judge --test wasmd --test validators -- --nocapture

flows: ## run the suite's flows on wasmd; FLOWS='deal refusals' runs those
	@$(need-rust)
	@$(where-go)
	cargo test --workspace --locked --test wasmd -- $(FLOWS)

fmt: ## format the sources
	cargo fmt --all

lint: ## formatting and lints, as errors
	@$(need-rust)
	cargo fmt --all --check
	@# Where clippy compiles (.ci/run), everything is linted on the way.
	$(if $(CLIPPY_ARGS),,cargo clippy --workspace --all-targets --locked -- -D warnings)

schema: ## write the JSON Schema of every contract's messages
	cargo run --quiet --locked --example schema

schema-check: ## fail where the JSON Schema is behind the messages
	@cargo run --quiet --locked --example schema -- --check

vectors: ## write the fixed vectors of bytes and of arithmetic
	@$(need-python)
	python3 schema/vectors/vectors.py
	python3 worker/engine/exact/vectors/vectors.py

vectors-check: ## fail where the fixed vectors are behind their script
	@$(need-python)
	@python3 schema/vectors/vectors.py --check
	@python3 worker/engine/exact/vectors/vectors.py --check

artifacts: ## build the contracts as chains accept them (artifacts/*.wasm)
	@artifacts/build.sh artifacts

artifacts-check: ## fail where the artifacts are behind the sources, or depend on where they were built
	@artifacts/check.sh

bench: ## measure gas in the VM that chains run (tests/golden/gas.txt)
	@$(need-rust)
	GOLDEN=1 cargo test --quiet --locked -p hearth-benches --test gas
	@cat tests/golden/gas.txt

check: lint schema-check vectors-check artifacts-check test ## all that CI demands

clean: ## remove what was built
	cargo clean

.PHONY: help test demo cosmjs sdk devnet wasmd wasmd-old judge flows fmt lint schema schema-check vectors vectors-check artifacts artifacts-check bench check clean
