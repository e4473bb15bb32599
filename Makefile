# Every target sets up what it needs by itself; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# Tests begin hundreds of processes: what one of them compiles is there for the others, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup system issue preview test check bench soak clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

.venv/.stamp: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "digest needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { \
	  echo "could not make .venv; on Debian: apt-get install python3-venv" >&2; rm -rf .venv; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

setup: .venv/.stamp ## make .venv with everything in it

system: .venv/.stamp ## install the tests' own tools: Chromium, fonts, SpamAssassin, Hugo, PostgreSQL, Postfix's test tools, node modules
	@.ci/system

issue: .venv/.stamp ## make and seal the sample issue in build/sample, and say where it lies
	@.ci/issue build/sample

preview: .venv/.stamp ## the sample edition in the browser, live on every save
	@$(BIN)/digest preview --now 2026-01-26T09:00:00+08:00

check: .venv/.stamp ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: system check ## everything that proves that it works
	@mkdir -p build
	@# The golden files are what they are; no test may rewrite them here.
	env -u DIGEST_GOLDEN $(BIN)/python -m pytest -n 2 --dist worksteal \
	  --cov --cov-report= 2>&1 | tee build/pytest.txt
	@$(BIN)/coverage json --quiet -o build/coverage.json
	@$(BIN)/python .ci/coverage_gate.py build/coverage.json

bench: .venv/.stamp ## how long things take, beside npm mjml, Hugo, frontmatter.load, the network and smtp-source
	@$(BIN)/python benchmarks/run.py
	@$(BIN)/python benchmarks/collecting.py
	@$(BIN)/python benchmarks/composing.py
	@$(BIN)/python benchmarks/fetching.py
	@$(BIN)/python benchmarks/messages.py
	@$(BIN)/python benchmarks/sending.py
	@$(BIN)/python benchmarks/leaving.py
	@$(BIN)/python benchmarks/subscribers.py

soak: system ## the long forms: every kill, every fuzz, a hundred thousand files
	DIGEST_SOAK=1 $(BIN)/python -m pytest -m soak -n 2
	@$(BIN)/python benchmarks/collecting.py 100000

clean: ## remove what was made; .venv too
	rm -rf .venv build dist .coverage .coverage.* .hypothesis .pytest_cache .mypy_cache .ruff_cache \
	  .import_linter_cache .digest public var tests/js/node_modules benchmarks/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
