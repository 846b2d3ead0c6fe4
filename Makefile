# Everything a developer does, one word each. Every target sets up what it needs first; what is up to date is left alone.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONT_ENDS := widget handoff/console
WORKERS ?= 2

.PHONY: help demo test check e2e faults screens types fmt bench lock build clean setup front browser
.PHONY: style types-py layers secrets dialogs wire types-ts sizes
.NOTPARALLEL:

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup front ## The demo shop, its chat and the console, in your browser
	@$(BIN)/kickstand demo $(ARGS)

test: setup front browser ## Every test: front ends first, then Python from fast to slow, two files at a time
	@for each in $(FRONT_ENDS); do $(BIN)/python hatch_build.py npm $$each test || exit 1; done
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

e2e: setup front browser ## The browser tests alone, with half a minute offline in each engine
	@KICKSTAND_OFFLINE=30 $(BIN)/pytest tests/e2e $(ARGS)

faults: setup ## Gateways, PostgreSQL and Redis die under load for ten minutes; seeds are printed
	@$(BIN)/python -m tests.faults $(ARGS)

screens: setup front browser ## Takes the pictures in docs/screens anew
	@$(BIN)/python -m tests.e2e.screens

check: style types-py layers secrets dialogs wire types-ts sizes ## Style, types, layers, secrets, dead ends, generated files, sizes
style: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
types-py: setup
	$(BIN)/mypy
layers: setup
	$(BIN)/lint-imports
secrets: setup
	git ls-files -z ':!constraints*.txt' ':!*package-lock.json' | xargs -0 $(BIN)/detect-secrets-hook --no-verify \
	  --disable-plugin KeywordDetector --disable-plugin IPPublicDetector \
	  --disable-plugin Base64HighEntropyString --disable-plugin HexHighEntropyString \
	  --exclude-lines 'user:password@|eyJzdWIiOiJyaWRlci00NzExIiwi' # how an address is written; the guide's test vector
dialogs: setup
	$(BIN)/kickstand check --explore
wire: setup
	$(BIN)/python hatch_build.py npm widget
	$(BIN)/python -m app.protocol_docs --check
types-ts: setup
	for each in $(FRONT_ENDS); do $(BIN)/python hatch_build.py npm $$each run typecheck || exit 1; done
sizes: front
	$(BIN)/python hatch_build.py npm widget run size

types: setup ## Writes the front ends' protocol types anew from app/protocol.py
	$(BIN)/python hatch_build.py npm widget
	$(BIN)/python -m app.protocol_docs --write

fmt: setup ## Formats the Python code and mends what ruff can mend
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: setup front ## Fifty visitors on real sockets against a server of their own
	@$(BIN)/kickstand bench --spawn --visitors 50 --turns 20 --json

build: setup ## The wheel and the source archive, in dist/
	$(BIN)/hatchling build -t sdist -t wheel

# Newest allowed versions: make lock UPGRADE=--upgrade
COMPILE := $(BIN)/uv --no-config pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-annotate --extra scale --extra report $(UPGRADE) pyproject.toml
lock: setup ## Writes constraints.txt and constraints-dev.txt anew from pyproject.toml
	$(COMPILE) --group dev -o constraints-dev.txt
	$(COMPILE) --group build -c constraints-dev.txt -o constraints.txt

clean: ## Removes what was built or installed here; the demo's data stays
	rm -rf $(VENV) dist app/static build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf $(addsuffix /node_modules,$(FRONT_ENDS)) test-results

# --- What the targets above stand on -----------------------------------------------------------------------------

setup: $(VENV)/.kickstand

$(VENV)/.dependencies: constraints-dev.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Kickstand needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Installing the pinned packages into $(VENV) ...'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r constraints-dev.txt
	@touch $@

$(VENV)/.kickstand: $(VENV)/.dependencies pyproject.toml
	@$(BIN)/python hatch_build.py
	@echo 'Installing Kickstand itself ...'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

front: setup
	@$(BIN)/python hatch_build.py

browser: setup
	@$(BIN)/python -m tests.e2e.chromium
