# What one does here: `make demo` to look at it, `make test` before a commit.

PORT ?= 8000
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
VENDOR := training/web/static/vendor/icons.svg
# Any Python from 3.11 on; the first of these that is there and can make a virtual environment.
FIND_PYTHON = for python in python3.11 python3.12 python3 python3.13; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; \
	done

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test bench lint format lock clean

help:
	@echo "make demo     a small company to look at, on http://127.0.0.1:$(PORT)"
	@echo "make install  everything the rest needs, into $(VENV) and node_modules"
	@echo "make test     all tests, the browser's too where there is one"
	@echo "make lint     format, lint, types, and whether the migrations match the tables"
	@echo "make bench    how fast it is"
	@echo "make lock     new versions of what we depend on"

install: $(VENV)/installed $(VENDOR)

$(VENV)/installed: requirements/dev.txt pyproject.toml
	@test -n "$$($(FIND_PYTHON))" || { echo "Python 3.11 or later is needed, with its venv module."; exit 1; }
	test -x $(BIN)/python || $$($(FIND_PYTHON)) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENDOR): package.json package-lock.json scripts/vendor.mjs scripts/icons.txt
	@command -v npm >/dev/null || { echo "Node.js 18 or later is needed, with npm."; exit 1; }
	npm ci --ignore-scripts --no-audit --no-fund
	npm run --silent vendor
	touch $@

demo: install
	PORT=$(PORT) $(BIN)/training demo

# The browser's tests have a process of their own: Playwright's event loop and anyio's do not share one.
test: install
	$(BIN)/python -m pytest -n $(WORKERS) --ignore=tests/browser
	$(BIN)/python -m pytest tests/browser

bench: install
	$(BIN)/python -m bench

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m training.db.migrating

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Needs uv. The files name versions and hashes, and no place to load them from.
lock:
	uv pip compile --upgrade --generate-hashes --python-version 3.11 pyproject.toml -o requirements/app.txt
	uv pip compile --upgrade --generate-hashes --python-version 3.11 --extra dev pyproject.toml -o requirements/dev.txt
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

clean:
	rm -rf $(VENV) node_modules training/web/static/vendor *.egg-info
