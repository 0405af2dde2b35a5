# Everything a newcomer needs: `make demo` to see it, `make test` to trust it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
UV := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/__pycache__/*')

.PHONY: help install setup demo stop test lint types imports check bench docs screenshots lock clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/.base: requirements/build.txt
	@echo "Cityhall: preparing the Python environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=… chooses another)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv; } || { echo "Install the package python3-venv first"; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@touch $@

$(VENV)/.runtime: $(VENV)/.base requirements/runtime.txt pyproject.toml $(FRONTEND)
	@echo "Cityhall: installing pinned dependencies"
	@$(UV) -r requirements/runtime.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Cityhall: installing the tools for tests"
	@$(UV) -r requirements/runtime.txt -r requirements/dev.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements/bench.txt
	@echo "Cityhall: installing the peers for benchmarks"
	@$(UV) -r requirements/bench.txt
	@touch $@

install: $(VENV)/.runtime  ## the program alone, for a node of your own
	@$(BIN)/python -m compileall -q src/cityhall
	@echo "Installed: $(abspath $(BIN))/cityhall"

setup: $(VENV)/.dev  ## environment with everything for development

demo: $(VENV)/.runtime  ## build the demo city and serve it
	@$(BIN)/python -m compileall -q src/cityhall
	@$(BIN)/cityhall demo

stop: $(VENV)/.runtime  ## stop the demo's servers
	@$(BIN)/cityhall demo --stop

test: $(VENV)/.dev  ## all tests, on SQLite and PostgreSQL, in a real browser
	@BIN=$(BIN) tests/run.sh

lint: $(VENV)/.dev  ## style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev  ## static types
	@$(BIN)/mypy

imports: $(VENV)/.dev  ## layers between rooms
	@$(BIN)/lint-imports --no-cache

check: lint types imports test  ## all of the above

bench: $(VENV)/.bench  ## measure against peers and limits, into benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks

docs: $(VENV)/.dev  ## regenerate the generated documentation
	@$(BIN)/cityhall docs

screenshots: $(VENV)/.dev  ## take the pictures of the documentation from a demo city
	@$(BIN)/python -m docs.pictures

lock: $(VENV)/.base  ## pin the newest allowed versions
	@for part in build runtime dev bench fuzz; do \
		source=requirements/$$part.in; [ $$part = runtime ] && source=pyproject.toml; \
		$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -o requirements/$$part.txt $$source; \
	done

clean:  ## remove the environment and caches
	@rm -rf $(VENV) frontend/node_modules src/cityhall/web/static/built .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
