.DEFAULT_GOAL := help
SHELL := /bin/bash

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

test: ## every test
	cargo test --workspace --locked

fmt: ## format the sources
	cargo fmt --all

lint: ## formatting and lints, as errors
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

check: lint test ## all that CI demands

clean: ## remove what was built
	cargo clean

.PHONY: help test fmt lint check clean
