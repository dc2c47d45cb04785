PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run-$(shell cksum requirements.lock 2>/dev/null | cut -d' ' -f1)
DEV_STAMP := $(VENV)/.dev-$(shell cat requirements.lock requirements-dev.lock 2>/dev/null | cksum | cut -d' ' -f1)
# One more than cores, since tests wait for servers a third of the time.
PYTEST_WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

CI ?= false
COVERAGE := --cov --cov-report=term-missing:skip-covered
PYTEST := $(BIN)/pytest -n $(PYTEST_WORKERS) --dist worksteal
DISTRIBUTION := $(BIN)/python scripts/test_distribution.py
# What each test has the servers do, by which CI chooses those that run on other servers as well. With "=" where it is
# given, since pytest takes an existing folder for the tests before it knows the option.
NOTES := .pytest_cache/noted

# Tests start hundreds of processes, each of which would compile every module anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test test-distribution test-engine check check-types check-rest format bench schema lock clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN_STAMP) ## Start Marquee on http://127.0.0.1:8000 (MEDIA=/path for your own folders)
	@exec $(BIN)/marquee up $(if $(MEDIA),--media "$(MEDIA)")

# Tracing each line takes half as long again: where tests run on other servers as well, it is done in that run.
test: $(DEV_STAMP) ## Run every test, with coverage; starts what it needs
	@if [ "$(CI)" = true ]; then $(BIN)/python scripts/packages.py chromium chromium; fi
	@if [ "$(CI)" = true ] && $(DISTRIBUTION) --prepare; \
	then $(PYTEST) --noting=$(NOTES) && $(MAKE) --no-print-directory test-distribution COVERING="--covering=$(NOTES)"; \
	else $(PYTEST) $(COVERAGE); fi
	@if [ "$(CI)" = true ]; then $(MAKE) --no-print-directory test-engine; fi

test-distribution: $(DEV_STAMP) ## Run the tests of servers, with coverage, against the system's PostgreSQL 15 and Redis 7
	$(DISTRIBUTION) -q -n $(PYTEST_WORKERS) --dist worksteal $(COVERING) $(COVERAGE)

test-engine: $(DEV_STAMP) ## Compare the engine with graphql-core by thousands of random operations
	$(BIN)/pytest -q --hypothesis-profile=many tests/engine/test_differential.py tests/api/test_executors.py

# Types take as long as all the rest, on one core. Older makes than 4.0 can't keep what the two say apart.
check: $(DEV_STAMP) ## Format, lint, types, imports, schema drift, migrations drift
	@$(MAKE) --no-print-directory -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) check-types check-rest

check-types: $(DEV_STAMP)
	$(BIN)/basedpyright

check-rest: $(DEV_STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/marquee schema --check
	$(BIN)/marquee migrate --check

format: $(DEV_STAMP) ## Format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(DEV_STAMP) ## Print schema.graphql anew
	$(BIN)/marquee schema > schema.graphql

bench: $(DEV_STAMP) ## Run the benchmarks and print their ratios
	$(BIN)/python -m bench

lock: ## Resolve the lock files anew (names no registry)
	$(PYTHON) scripts/lock.py

clean: ## Remove the virtual environment and caches, never the data
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage*

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps -e .
	@touch $@

$(DEV_STAMP): requirements.lock requirements-dev.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@
