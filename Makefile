# Needs make and Python 3.11.5 or newer, and for the tests Chromium. Packages come from wherever pip is configured to
# look. Everything is installed into .venv, in two steps: what the demonstration needs (about a third
# of the time of the whole), then what the tests need on top.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
DEMO := build/demo
RELEASE := $(DEMO)/harbor-gazette/1.0.0
TEST_WORKERS ?= 2
UV ?= uv
LOCK_FLAGS ?=
BENCH ?=

# The interpreter itself rather than what was found on PATH: that may be a shim, or .venv's own.
# Before 3.11.5 possessive quantifiers of regular expressions match what they should not, or nothing
# (https://github.com/python/cpython/issues/106052), and articles come out otherwise.
find_python := 'import sys; sys.version_info < (3, 11, 5) and sys.exit(1); print(sys._base_executable)'
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for name in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	"$$name" -c $(find_python) 2>/dev/null && break; done)
endif

# What .venv was made from. A different lock, interpreter or folder makes it anew; being content and
# no time, switching branches back and forth does not.
KEY := $(shell { pwd; echo '$(PYTHON)'; cat requirements/demo.txt requirements/dev.txt; } | cksum | tr ' ' -)
MADE := $(VENV)/.made-$(KEY)
DEMO_READY := $(VENV)/.demo-$(KEY)
TEST_READY := $(VENV)/.test-$(KEY)
INSTALLED := $(VENV)/.installed-$(KEY)

# The same for what is measured, and for what it is held against.
BENCH_KEY := $(shell { pwd; echo '$(PYTHON)'; cat pyproject.toml requirements/bench*.txt; } | cksum | tr ' ' -)
BENCH_VENV := build/bench-venv
PEERS_VENV := build/bench-peers
BENCH_READY := $(BENCH_VENV)/.made-$(BENCH_KEY)
PEERS_READY := $(PEERS_VENV)/.made-$(BENCH_KEY)

# Compiling every module costs more than compiling those that are imported. The build tools are in
# the lock, so that nothing is fetched behind its back. A lock is whole: nothing is resolved, which
# older pips do wrongly for packages with extras once a newer release of one of them is there.
PIP_INSTALL := -m pip --disable-pip-version-check --quiet install --no-compile --no-build-isolation --no-deps
PIP := $(BIN)/python $(PIP_INSTALL)

.PHONY: help
help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: $(INSTALLED)  ## Build the example corpus into build/demo, verify it and query it
	@rm -rf $(DEMO)
	$(BIN)/corpuskit build examples/harbor-gazette/articles --out $(DEMO)
	$(BIN)/corpuskit verify $(RELEASE)
	$(BIN)/python examples/query.py $(RELEASE)

.PHONY: test
test: lint browser  ## Lint, check types and run the tests
	$(BIN)/pytest -n $(TEST_WORKERS)

.PHONY: browser
browser:  ## Install Chromium, in which reports are tested, if it is not there
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || { \
			echo 'The tests need Chromium. Install it: sudo apt-get install chromium' >&2; exit 1; }; \
		echo 'Installing Chromium (once) …'; \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
			apt-get -qq install --yes --no-install-recommends chromium >/dev/null; }

.PHONY: lint
lint: setup  ## Check style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict

.PHONY: setup
setup: $(TEST_READY) $(INSTALLED)  ## Make .venv with everything in it

.PHONY: wheel
wheel: setup  ## Build the wheel and try it in an environment of its own
	@rm -rf dist build/wheel
	$(BIN)/hatchling build --target wheel
	"$(PYTHON)" -m venv build/wheel
	build/wheel/bin/python -m pip --quiet install --no-compile --no-deps --require-hashes -r requirements/runtime.txt
	build/wheel/bin/python -m pip --quiet install --no-deps dist/*.whl
	build/wheel/bin/corpuskit --version
	build/wheel/bin/corpuskit build examples/harbor-gazette/articles --out build/wheel/out
	build/wheel/bin/corpuskit verify build/wheel/out/harbor-gazette/1.0.0

.PHONY: bench
bench: $(BENCH_READY) $(PEERS_READY)  ## Measure, and write docs/performance.md (half an hour; BENCH=--help)
	$(BENCH_VENV)/bin/python -m benchmarks --peers $(PEERS_VENV)/bin/python $(BENCH)

.PHONY: fidelity
fidelity: setup  ## Hold texts against what was written, and write docs/quality.md (FIDELITY=--help)
	@ls build/commonmark/*.gz >/dev/null 2>&1 || $(BIN)/python -m pip download --quiet --no-deps \
		--no-binary markdown-it-py --dest build/commonmark "$$(grep -o '^markdown-it-py==[0-9.]*' requirements/dev.txt)"
	$(BIN)/python -m benchmarks.fidelity --write --examples "$$(ls -t build/commonmark/*.gz | head -n 1)" $(FIDELITY)

.PHONY: lock
lock: export UV_CUSTOM_COMPILE_COMMAND := make lock
lock:  ## Lock the dependencies again (needs uv; LOCK_FLAGS=--upgrade takes new versions)
	@command -v $(UV) >/dev/null || { echo 'make lock needs uv on PATH (only this target does)' >&2; exit 1; }
	$(lock_as) --extra test --extra lint --extra pandas --extra duckdb --extra hub --extra report --extra trafilatura $(LOCK_FLAGS) \
		pyproject.toml requirements/build.in -o requirements/dev.txt
	$(lock_as) --constraint requirements/dev.txt pyproject.toml -o requirements/runtime.txt
	$(lock_as) --constraint requirements/dev.txt --extra duckdb \
		pyproject.toml requirements/build.in -o requirements/demo.txt
	$(lock_as) --constraint requirements/dev.txt $(LOCK_FLAGS) \
		pyproject.toml requirements/build.in requirements/bench.in -o requirements/bench.txt
	$(lock_as) --constraint requirements/runtime.txt $(LOCK_FLAGS) \
		requirements/bench-peers.in -o requirements/bench-peers.txt
lock_as = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url

.PHONY: clean
clean:  ## Remove everything that make has made
	rm -rf $(VENV) build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find benchmarks corpuskit tests examples -name __pycache__ -type d -prune -exec rm -rf {} +

define check_python
@"$(PYTHON)" -c $(find_python) >/dev/null 2>&1 || { \
	echo 'corpuskit needs Python 3.11.5 or newer, and $(if $(PYTHON),$(PYTHON) is none,none is on PATH).' >&2; \
	echo 'Name one with: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)' >&2; exit 1; }
endef

$(MADE):
	$(check_python)
	@rm -rf $(VENV)
	@echo 'Making $(VENV) with $(PYTHON) …'
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(DEMO_READY): $(MADE)
	@echo 'Installing what corpuskit needs (once; some 140 MB to fetch) …'
	@$(PIP) --require-hashes -r requirements/demo.txt
	@touch $@

$(TEST_READY): $(DEMO_READY)
	@echo 'Installing what the tests need (once; some 105 MB more to fetch) …'
	@$(PIP) --require-hashes --use-pep517 -r requirements/dev.txt
	@$(BIN)/python -m pip --disable-pip-version-check check
	@touch $@

$(INSTALLED): pyproject.toml $(DEMO_READY)
	@$(PIP) --editable .
	@touch $@

$(BENCH_READY):
	$(check_python)
	@rm -rf $(BENCH_VENV)
	@"$(PYTHON)" -m venv $(BENCH_VENV)
	@echo 'Installing what is measured …'
	@$(BENCH_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/bench.txt
	@$(BENCH_VENV)/bin/python $(PIP_INSTALL) --editable .
	@touch $@

$(PEERS_READY):
	$(check_python)
	@rm -rf $(PEERS_VENV)
	@"$(PYTHON)" -m venv $(PEERS_VENV)
	@echo 'Installing what it is held against …'
	@$(PEERS_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/bench-peers.txt
	@touch $@
