# dunghan: `make run` starts everything in practice; `make test` runs the whole suite.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help install run test test-external install-test check bench screens templates constraints clean

help: ## What there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

install: $(VENV)/.installed ## A fresh environment with the pinned dependencies

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c "import sys; sys.exit('dunghan needs Python 3.11 or newer' if sys.version_info < (3, 11) else 0)"
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[dev]' \
		|| $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: install ## Everything up in practice, Monday 17/06/2024
	@$(BIN)/dunghan up --practice 2024-06-17

test: install ## The whole test suite
	$(BIN)/pytest -n 3 --dist loadfile

test-external: install ## The whole suite on a PostgreSQL 15 or newer of this machine, outside dunghan
	PYTHONPATH=tests $(BIN)/python -m clusters $(BIN)/pytest -n 3 --dist loadfile

install-test: install ## The installation by docs/cai-dat.md on a Debian made for it (root; ARGS=--postgresql: its second half)
	$(BIN)/python tests/clean_root.py $(ARGS)

check: install ## Formatting, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install ## Figures beside their peers, in one run
	$(BIN)/python -m bench

screens: install ## Fresh screenshots for docs/
	$(BIN)/python -m docs.screens

templates: install ## The document templates, made again
	$(BIN)/python -m docs.templates

constraints: ## Resolve the pins again
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --quiet --no-header --no-annotate -o constraints.txt

clean: ## Remove the environment and the practice state
	rm -rf $(VENV) .state
