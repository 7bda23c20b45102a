# Two commands for most: `make run` and `make test`. Both install what they need first.
PYTHON ?= python3
BIN := .venv/bin
# Half of the time tests wait for processes, browsers and clocks. What a module shares among its tests stays in one process.
EVERY_TEST := --numprocesses 2 --dist loadfile --no-loadscope-reorder
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run sandbox test check fix generate install lock clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run.stamp ## Serve; without DB_MONGO_PROD_KISUM over a MongoDB of its own, with real demo artists
	@exec $(BIN)/python -m commands serve $(ARGS)

sandbox: .venv/run.stamp ## Play every provider over HTTP, for development (docs/sandbox.md)
	@exec $(BIN)/python -m sandbox $(ARGS)

test: .venv/dev.stamp ## Run every test, the linter and the type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python -m pytest $(or $(ARGS),$(EVERY_TEST))

check: .venv/dev.stamp ## Run the linter and the type checker alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

fix: .venv/dev.stamp ## Format, and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: .venv/dev.stamp ## Write the files that follow from a table
	$(BIN)/python -m commands generate

install: .venv/dev.stamp ## Install everything into .venv, as the lock files have it

lock: .venv/dev.stamp ## Write the lock files anew from pyproject.toml
	scripts/lock

clean: ## Remove .venv and the caches
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make $(MAKECMDGOALS) PYTHON=python3.13" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt | .venv/bin/python
	$(PIP) install --require-hashes --only-binary :all: -r requirements/run.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp | .venv/bin/python
	$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@
