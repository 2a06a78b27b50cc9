# Everything starts from a bare checkout on a machine with Python 3.11.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.setup
BENCH_STAMP := .venv/bench/.setup

# A suite starts some hundred processes, which need not compile every file anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test test-long pictures lint lock examples bench clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Zeren needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

run: setup
	$(BIN)/zeren demo

test: setup lint
	$(BIN)/python -m pytest -n 3 --dist loadfile -m "not long"

# What takes long; every property again, on all its examples; and last what wants the machine for itself.
test-long: setup
	ZEREN_LONG=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m "(long or hypothesis) and not alone"
	ZEREN_LONG=1 $(BIN)/python -m pytest -m alone

# The pictures of docs/console.md, taken by the tests that look at the pages.
pictures: setup
	ZEREN_SCREENSHOTS=1 $(BIN)/python -m pytest tests/browser

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

lock:
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev \
		--no-emit-index-url --no-header --no-annotate pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate bench/requirements.in --output-file bench/requirements.lock

examples: setup
	$(BIN)/python -m examples.build

# What is measured beside us has an environment of its own: the locked one stays as it is.
bench: setup $(BENCH_STAMP)
	$(BIN)/python -m bench $(ARGS)

$(BENCH_STAMP): bench/requirements.lock
	$(BIN)/python -m venv .venv/bench
	.venv/bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bench/requirements.lock
	touch $(BENCH_STAMP)

clean:
	rm -rf .venv .zeren
