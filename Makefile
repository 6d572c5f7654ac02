# Two commands on a fresh machine: `make dataset`, `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help dataset test test-browser test-studio test-models baselines package format refresh bench bench-reader lock clean

help:
	@echo "make dataset   make .venv from requirements.lock and build the dataset into dist/parley"
	@echo "make test      lint, types and all tests"
	@echo "make test-browser  the reader in Chromium, with rules of accessibility"
	@echo "make test-studio  the loop with a real Label Studio and a real browser"
	@echo "make test-models  neural baselines and other harnesses, in an environment of their own"
	@echo "make baselines  run the baselines again and rank them, into benchmark/"
	@echo "make package   the wheels of the toolchain and of the data (parley-corpus), into dist/packages"
	@echo "make refresh   make again every generated file"
	@echo "make lock      resolve the dependencies anew into the lock files"
	@echo "make bench     run the benchmarks, printing JSON (make bench-reader: the reader's, in Chromium)"
	@echo "make clean     remove .venv, dist and caches"

dataset: $(VENV)/.runtime
	$(BIN)/parley build

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python scripts/refresh.py --check
	$(BIN)/pytest -m "not browser and not studio and not models"

test-browser: $(VENV)/.browser
	scripts/chromium-setup.sh
	$(BIN)/pytest -m browser

# PARLEY_STUDIO_ENV names an installed Label Studio; without it one is made in .studio/env.
test-studio: $(VENV)/.browser
	scripts/chromium-setup.sh
	PATH="$(CURDIR)/$(BIN):$$PATH" scripts/studio-tests-setup.sh
	$(BIN)/pytest -m studio tests/studio

# The libraries of models want other versions of what we use, so they have their own environment.
test-models: .venv-models/.made
	.venv-models/bin/python -c "import gliner, inspect_ai, lm_eval, torch, transformers"
	HF_HUB_OFFLINE=1 .venv-models/bin/pytest -m models tests/models tests/harness

baselines: $(VENV)/.dev dataset
	$(BIN)/python scripts/baselines.py

package: $(VENV)/.dev
	$(BIN)/python scripts/package.py --out dist/packages

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

refresh: $(VENV)/.dev
	$(BIN)/python scripts/refresh.py

bench: $(VENV)/.bench dataset
	$(BIN)/python scripts/bench/cli.py
	$(BIN)/python scripts/bench/load.py dist/parley
	$(BIN)/python scripts/bench/segmentation.py --json
	$(BIN)/python scripts/bench/validators.py
	$(BIN)/python scripts/bench/build.py
	$(BIN)/python scripts/bench/score.py
	$(BIN)/python scripts/bench/score_coreference.py
	$(BIN)/python scripts/bench/score_resampling.py
	$(BIN)/python scripts/bench/formats.py
	$(BIN)/python scripts/bench/formats_linguistic.py --json

bench-reader: $(VENV)/.browser dataset
	scripts/chromium-setup.sh
	$(BIN)/python scripts/bench/reader.py --data dist/parley --documents 500
	$(BIN)/python scripts/bench/reader.py --data dist/parley --documents 10000

lock:
	$(PYTHON) -m pip install --quiet uv
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --quiet --group build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --quiet --group build --group dev pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --quiet --group build --group dev --group bench pyproject.toml -o requirements-bench.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --quiet --group build --group dev --group browser-test pyproject.toml -o requirements-browser-test.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --quiet --group build --group models-test pyproject.toml -o requirements-models-test.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --quiet src/parley/studio/requirements.in -o src/parley/studio/requirements.lock

# Each stamp is an environment that holds what its lock file says.
$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit('Parley needs Python 3.11 or newer, not ' + sys.version.split()[0]) if sys.version_info < (3, 11) else None"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --no-build-isolation --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bench.lock
	@touch $@

$(VENV)/.browser: requirements-browser-test.lock $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --no-build-isolation --require-hashes -r requirements-browser-test.lock
	@touch $@

.venv-models/.made: requirements-models-test.lock pyproject.toml
	$(PYTHON) -m venv .venv-models
	.venv-models/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements-models-test.lock
	.venv-models/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

clean:
	rm -rf $(VENV) .venv-models dist .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
