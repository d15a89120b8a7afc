# Two commands matter: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
.NOTPARALLEL:

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
VENDOR := geoservice/cartography/vendor
# Stamps make the second run a matter of seconds. A virtual environment holds absolute paths, so one that
# was made elsewhere (a copied or renamed folder) is made anew.
MADE := $(VENV)/.made
RUN := $(VENV)/.run
TEST := $(VENV)/.test
EDITABLE := $(VENV)/.editable
ASSETS := $(VENDOR)/versions.json
ifneq ($(shell cat $(MADE) 2>/dev/null),$(CURDIR))
MOVED := moved
endif

.PHONY: help run test check format bench docs lock clean moved
help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

run: $(RUN) $(EDITABLE) $(ASSETS) ## serve the demo city at http://HOST:PORT/ (PORT=8000, HOST=127.0.0.1)
	@exec $(BIN)/geoservice run --host $(HOST) --port $(PORT) $(ARGS)

test: ## install what tests need, start a private PostGIS, run everything
	@tools/test_machine.sh
	@$(MAKE) --no-print-directory $(TEST) $(EDITABLE) $(ASSETS)
	@$(BIN)/python tools/checks.py test $(ARGS)

check: $(TEST) $(EDITABLE) ## what needs no database: style, types, architecture, scripts
	@$(BIN)/python tools/checks.py check

format: $(TEST) ## let ruff put the code in order
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

bench: $(TEST) $(EDITABLE) $(ASSETS) ## measure against raw SQL on both engines, print ratios
	@$(BIN)/python tools/postgis_cluster.py -- $(BIN)/python -m benchmarks $(ARGS)

docs: $(TEST) $(EDITABLE) ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet && echo "site/index.html"

lock: ## resolve requirements/*.txt anew from pyproject.toml (UPGRADE=1 takes newer versions)
	@PYTHON="$(PYTHON)" UPGRADE="$(UPGRADE)" tools/lock.sh

clean: ## remove what was built; the database in var/ stays
	rm -rf $(VENV) $(VENDOR) node_modules site build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(MADE): $(MOVED)
	@tools/python_fit.sh "$(PYTHON)"
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv --clear $(VENV)
	@printf '%s\n' "$(CURDIR)" > $@

$(RUN): $(MADE) requirements/run.txt
	@echo "Installing the Python libraries (once; a minute or so) …"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@touch $@

$(TEST): $(MADE) requirements/test.txt
	@echo "Installing the Python libraries for tests (once; a minute or so) …"
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@ $(RUN)

# The lock holds the build back end, so that nothing is fetched here.
$(EDITABLE): pyproject.toml hatch_build.py geoservice/__init__.py $(MADE) | $(RUN)
	@$(PIP) install --no-deps --no-index --no-build-isolation -e .
	@touch $@

node_modules/.made: package.json package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing. Install Node.js with npm (Debian: apt-get install nodejs npm)." >&2; exit 1; }
	@echo "Fetching the front-end libraries (once) …"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(ASSETS): node_modules/.made tools/vendor_assets.py | $(MADE)
	@$(BIN)/python tools/vendor_assets.py
	@touch $@
