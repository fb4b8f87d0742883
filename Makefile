# Every target sets up what it needs: `make demo` works on a fresh clone.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DEMO := build/demo
DEMO_RUN := $(BIN)/producthead --project $(DEMO)

.PHONY: help setup chromium demo preview test check fuzz bench chaos reference pictures

help:
	@echo "make setup    virtual environment in .venv/ with the producthead command"
	@echo "make demo     an edition from file to outbox: no network, no key, nobody gets mail"
	@echo "make preview  the studio on http://127.0.0.1:8025"
	@echo "make test     the tests"
	@echo "make fuzz     property tests on examples of chance, 20 rounds: 5 to 10 minutes"
	@echo "make check    lint, format, types, layers"
	@echo "make bench    how long things take here, as ratios where there is a reference"
	@echo "make chaos    kill -9 at random while 100,000 get mail, on SQLite and PostgreSQL: 10 to 20 minutes"

setup: $(STAMP)

$(STAMP): pyproject.toml requirements/dev.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Tests that need a browser skip without one; as root on Debian it is installed.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	       && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null; } \
	  || echo "no Chromium: tests in a browser are skipped" >&2

demo: $(STAMP)
	rm -rf $(DEMO)
	mkdir -p $(DEMO)
	cp -R content layouts $(DEMO)/
	$(DEMO_RUN) check
	$(DEMO_RUN) render
	$(DEMO_RUN) audience check
	$(DEMO_RUN) send --test --transport outbox
	$(DEMO_RUN) approve
	$(DEMO_RUN) send --dry-run
	$(DEMO_RUN) send --yes --transport outbox
	$(DEMO_RUN) status
	$(DEMO_RUN) archive build
	@echo
	@echo "Open $(DEMO)/build/*.html, and the mail in $(DEMO)/.producthead/outbox/"
	@echo "The archive is in $(DEMO)/build/archive/: $(DEMO_RUN) archive serve"

preview: $(STAMP)
	$(BIN)/producthead preview

test: $(STAMP) chromium
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

# What fails is kept, and tried first the next time.
fuzz: $(STAMP)
	for round in $$(seq 20); do \
	  $(BIN)/python -m pytest -q -n auto --maxprocesses 4 -m hypothesis --hypothesis-profile=fuzz; \
	done

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python docs/bench/render.py
	$(BIN)/python docs/bench/pixels.py
	$(BIN)/python docs/bench/verdicts.py
	$(BIN)/python docs/bench/audience.py
	$(BIN)/python docs/bench/ledger.py
	$(BIN)/python docs/bench/million.py
	$(BIN)/python docs/bench/processes.py
	$(BIN)/python docs/bench/year.py 50000
	$(BIN)/python docs/bench/year.py 50000 --postgres
	$(BIN)/python docs/bench/clients.py
	$(BIN)/python docs/bench/studio.py
	$(BIN)/python docs/bench/archive.py

# Usage and options in docs/commands.md and the rules in docs/checks.md, from the program itself.
reference: $(STAMP)
	$(BIN)/python -m tests.docs.reference
	$(BIN)/python -m tests.checks.rule_table

# The pictures in docs/images/, of what the program makes now.
pictures: $(STAMP) chromium
	$(BIN)/python docs/images/draw.py

# Four runs of 300 kills each; PostgreSQL comes from a wheel and lives in a temporary folder.
chaos: $(STAMP)
	$(BIN)/python -m tests.chaos
