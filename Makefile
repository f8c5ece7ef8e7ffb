# Inkgrade: `make demo` shows it, `make test` proves it. Each makes its environment in VENV first.

VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin
MANAGE = $(BIN)/python manage.py
PIP = $(BIN)/python -m pip --disable-pip-version-check
SOURCES = pyproject.toml constraints.txt
SERVE ?= 1

.PHONY: demo test check lint types imports migrations docs benchmark clean

demo: $(VENV)/.base
	$(MANAGE) demo --out demo-output $(if $(filter-out 0,$(SERVE)),--serve)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

check: lint types imports migrations

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

migrations: $(VENV)/.dev
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check

docs: $(VENV)/.dev
	$(MANAGE) document

benchmark: $(VENV)/.base
	$(MANAGE) demo --students 60 --out build/benchmark

clean:
	rm -rf build dist demo-output .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# One stamp for each set of dependencies: set-up happens once, and again when they change.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: $(SOURCES) | $(BIN)/python
	$(PIP) install -q -c constraints.txt -e .
	touch $@

$(VENV)/.dev: $(SOURCES) | $(BIN)/python
	$(PIP) install -q -c constraints.txt -e '.[server,train,dev]'
	touch $@ $(VENV)/.base
