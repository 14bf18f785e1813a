# Everything sets itself up: a fresh machine needs python3 >= 3.11, pip, make and a package index. Tests of web pages want
# Chromium, too; `make test` installs it where it can (see tools/install_browser.sh).
PYTHON ?= python3
VENV   := .venv
UV     := $(VENV)/bin/uv
JOBS   ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup browser up down test check format reference wheel clean

help: ## Show what there is to make
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet "uv>=0.9"

$(VENV)/.ready: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --locked --inexact --all-extras --compile-bytecode
	@touch $@

setup: $(VENV)/.ready ## Install everything; leaves the command at .venv/bin/stackwright

browser: ## Install Chromium for the tests of web pages, if it is missing and apt-get can
	@tools/install_browser.sh

up: setup ## Bring the uploads system up on this machine and leave it running
	$(VENV)/bin/stackwright up uploads --detach

down: setup ## Stop what `make up` left running
	$(VENV)/bin/stackwright down uploads

check: setup ## Formatting, lint, types, import contracts, current reference pages
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/pyright
	$(VENV)/bin/python tools/reference.py --check

test: check browser ## Everything that CI runs
	@# Hundreds of processes start; without bytecode each would compile the package again.
	env -u PYTHONDONTWRITEBYTECODE $(VENV)/bin/pytest -n $(JOBS)

format: setup ## Format and fix what can be fixed by itself
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

reference: setup ## Write docs/reference and the tables of READMEs anew
	$(VENV)/bin/python tools/reference.py
	$(VENV)/bin/python tools/idle_costs.py
	$(VENV)/bin/python tools/row_costs.py

wheel: setup ## Build dist/stackwright-*.whl
	$(UV) build --quiet --wheel --out-dir dist

clean: ## Remove the environment and caches
	rm -rf $(VENV) dist .pytest_cache .ruff_cache
