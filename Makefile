# Inkgrade: `make demo` shows it, `make test` proves it. Each makes its environment in VENV first.

VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin
MANAGE = $(BIN)/python manage.py
PIP = $(BIN)/python -m pip --disable-pip-version-check
SOURCES = pyproject.toml constraints.txt
SERVE ?= 1
LIMIT ?= 200

.PHONY: demo test check lint types imports migrations docs messages load benchmark benchmark-pages clean

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

# Crops: this reader beside PP-OCRv6-small and Tesseract on the held-out crops of INKGRADE_DATA, LIMIT of each set.
messages: $(VENV)/.dev
	$(BIN)/python -m tools.messages

benchmark: $(VENV)/.base
	$(BIN)/python -m recognition benchmark --limit $(LIMIT) --out build/benchmark

# Pages: a class of 60, printed, scanned, graded and held against the truth.
benchmark-pages: $(VENV)/.base
	$(MANAGE) demo --students 60 --out build/benchmark-pages

# Pages at 100,000 answers with 20 reviewers at work; needs PostgreSQL. ARGS=--help says what can be changed.
load: $(VENV)/.dev
	$(BIN)/python -m tests.load $(ARGS)

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
