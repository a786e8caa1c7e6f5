# Two commands matter: `make demo` and `make test`. Both need python3 (3.11 to 3.13) with venv, and make;
# they create .venv themselves, from the committed locks, with hashes checked.

PYTHON ?= python3
ARGS ?=
ROUNDS ?= 3
WORKERS ?= 2
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet $(if $(UPGRADE),--upgrade)

.NOTPARALLEL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check lint types contracts bench-capture bench-reading bench-replay bench-ledger bench-polling bench-due reading-page recall kill-table catalogue lock clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

demo: .venv/running  ## crawl the bundled newsroom into an archive, and read it again by replay
	@$(BIN)/warraq demo $(ARGS)

test: .venv/developing  ## the quick tests, a file to a process; ARGS=tests/storage for some, WORKERS=0 for one process
	@$(BIN)/python -m pytest -m "not slow" -rs -n $(WORKERS) --dist loadfile $(ARGS)

test-slow: .venv/developing  ## the tests that take minutes, a file to a process
	@$(BIN)/python -m pytest -m slow -rs -n $(WORKERS) --dist loadfile $(ARGS)

check: lint types contracts test  ## all that must hold before a commit

lint: .venv/developing  ## ruff, yamllint, and shellcheck where it is installed
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/yamllint --strict deploy $(wildcard crawlers/sources)
	@if command -v shellcheck >/dev/null; then shellcheck .ci/run; else echo "shellcheck is not installed: skipped"; fi

types: .venv/developing  ## mypy --strict
	@$(BIN)/mypy

contracts: .venv/developing  ## imports only go down
	@$(BIN)/lint-imports

bench-capture: .venv/developing  ## CPU of a crawl with capture beside bare Scrapy, wget, scrapy-webarchive; ROUNDS=3
	@$(BIN)/python -m tests.benches.capture --rounds $(ROUNDS) $(ARGS)

bench-reading: .venv/developing  ## quality and speed of the reading beside trafilatura, newspaper4k, goose3, readability; ROUNDS=3
	@$(BIN)/python -m tests.benches.reading --rounds $(ROUNDS) $(ARGS)

bench-replay: .venv/developing  ## pages a second of replays, and the reading of WARCs, beside datatrove, FastWARC, cdxj-indexer; ROUNDS=3
	@$(BIN)/python -m tests.benches.replay --rounds $(ROUNDS) $(ARGS)
reading-page: .venv/developing  ## what given pages, our own and bombs are read as; writes docs/reading.md
	@$(BIN)/python -m tests.benches.reading_page

bench-ledger: .venv/developing  ## ten million URLs in a ledger: speed, memory, resume; some minutes; ARGS="--urls 100000"
	@$(BIN)/python -m tests.benches.ledger $(ARGS)

bench-polling: .venv/developing  ## 300 simulated publishers, polled each quarter of an hour; writes docs/benchmarks/polling.md
	@$(BIN)/python -m tests.benches.polling $(ARGS)

bench-due: .venv/developing  ## from a click to the first page, and what Prefect adds to a crawl of 300 publishers; writes docs/benchmarks/running.md
	@$(BIN)/python -m tests.benches.running $(ARGS)

catalogue: .venv/running  ## write docs/catalogue.md from the source files
	@$(BIN)/python -m crawlers.catalogue_table >docs/catalogue.md

recall: .venv/developing  ## crawl the newsroom's twelve publishers; writes docs/recall.md
	@$(BIN)/python -m flows.recall docs/recall.md

kill-table: .venv/developing  ## crawls killed, starved, lied to, and made whole; writes docs/kills.md, --journal FILE goes on from there
	@$(BIN)/python -m tests.flows.kill_table $(ARGS)

lock: | $(BIN)/uv  ## make both locks again from pyproject.toml; UPGRADE=1 for newer versions
	$(COMPILE) -o requirements.txt
	$(COMPILE) --group dev -c requirements.txt -o requirements-dev.txt
	$(subst pyproject.toml,deploy/requirements-server.in,$(COMPILE)) --no-deps -c requirements-dev.txt -o deploy/requirements-server.txt

clean:  ## remove the environment and all caches; archives stay
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find crawlers flows storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp for each lock. Bytecode is compiled at install: a cold `import prefect` takes twice as long without.
# uv reads no pip.conf, so it is told of the mirror and the certificates that this machine names there.
define install
	@set -e; \
	set_for_pip() { $(BIN)/python -m pip config list | sed -nE "s/^(:env:|global|install)\.$$1='(.*)'/\2/p" | head -n 1; }; \
	index="$${UV_DEFAULT_INDEX:-$${UV_INDEX_URL:-$$(set_for_pip index-url)}}"; \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi; \
	certificates="$${SSL_CERT_FILE:-$$(set_for_pip cert)}"; \
	if [ -n "$$certificates" ]; then export SSL_CERT_FILE="$$certificates"; fi; \
	echo "installing $(1) into .venv …"; \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r $(1); \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --build-constraints requirements-dev.txt -e .
endef

.venv/running: requirements.txt pyproject.toml | $(BIN)/uv
	$(call install,requirements.txt)
	@touch $@

.venv/developing: requirements-dev.txt requirements.txt pyproject.toml | $(BIN)/uv
	$(call install,requirements-dev.txt)
	@touch .venv/running $@

$(BIN)/uv:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) not found; install it: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info[:2] <= (3, 13) or sys.exit( \
		"Warraq needs Python 3.11 to 3.13; $(PYTHON) is %d.%d; name another one: make PYTHON=python3.12" % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) has no venv; install it: apt-get install python3-venv" >&2; exit 1; }
	@echo "creating .venv …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
