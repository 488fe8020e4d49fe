# citylake: every task of a developer is a target here; `make` alone lists them.

PYTHON  ?= python3#        interpreter that the environment is made from, 3.11 or later
CITY    ?= sample#         city whose night `make run` and `make night` run
SOURCES ?= .sample#        folder that its deliveries lie in
WORKERS ?= 2#              processes that run the tests

VENV      := .venv
BIN       := $(VENV)/bin
CITYLAKE  := $(BIN)/citylake
INSTALLED := $(VENV)/.installed
DEV       := $(VENV)/.installed-dev
# Other sources are somebody's own: only the sample city's are made.
DELIVERIES := $(if $(filter .sample,$(SOURCES)),.sample/truth.json)
HAVE_UV   := $(shell uv --version >/dev/null 2>&1 && echo yes)
# dbt must be found on PATH; nothing that runs here may phone home.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run night ui test test-long lint docs clean

##@ Help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "; print "Usage: make TARGET [NAME=value]"} \
	  /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2} \
	  /^[A-Z]+ +\?=/ {split($$0, p, /[ ]*\?=[ ]*|#[ ]*/); v = v sprintf("  %-10s %s (default: %s)\n", p[1], p[3], p[2])} \
	  END {printf "\nNames that may be set\n%s", v}' $(MAKEFILE_LIST)

##@ Use
run: $(INSTALLED) $(DELIVERIES) ## Install, let the sample city deliver, run its night, show the scorecard
	@$(CITYLAKE) run --city $(CITY) --sources $(SOURCES)

night: $(INSTALLED) $(DELIVERIES) ## Let the sample city's next day arrive and run its night
	@$(CITYLAKE) sample --out $(SOURCES) --next-day
	@$(CITYLAKE) run --city $(CITY) --sources $(SOURCES)

ui: $(INSTALLED) ## Open the Dagster UI on the same lake (stop it with Ctrl-C)
	@$(CITYLAKE) ui

##@ Develop
install: $(DEV) ## Create .venv with the pinned stack and the tools for development

test: lint ## All checks and tests that take minutes at most
	@$(BIN)/pytest -m "not long" -n $(WORKERS) --dist loadfile --durations 5

test-long: $(DEV) ## The tests that take longer
	@$(BIN)/pytest -m long -n $(WORKERS) --dist loadfile --durations 5

lint: $(DEV) ## Style and types: ruff, mypy (strict), sqlfluff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint dbt_project/models --processes $(WORKERS) --disable-progress-bar

docs: $(INSTALLED) ## Write docs/reference anew from the descriptions
	@$(BIN)/python -m orchestration.reference

clean: ## Remove .venv, caches and the sample deliveries; the lake and its keys stay
	rm -rf $(VENV) .sample .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find lake expectations orchestration tests -name __pycache__ -prune -exec rm -rf {} +
	@echo "The lake is still there. To start over: rm -rf .citylake .citylake-keys"

# -- what the targets above rest on

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "citylake needs Python 3.11 or later; $(PYTHON) is older or absent. hint: make run PYTHON=python3.13" >&2; exit 1; }
ifeq ($(HAVE_UV),yes)
	@uv venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV)
else
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. hint: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
endif

# One recipe for both sets of packages: $(1) is what to install.
ifeq ($(HAVE_UV),yes)
install_packages = uv pip install --quiet --python $(BIN)/python --compile-bytecode -c constraints.txt -e '$(1)'
else
install_packages = $(BIN)/python -m pip install --quiet --disable-pip-version-check --compile -c constraints.txt -e '$(1)'
endif

$(INSTALLED): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing the pinned stack into $(VENV) (once; about a minute) ..."
	@$(call install_packages,.)
	@$(BIN)/python -m compileall -q lake expectations orchestration
	@touch $@

$(DEV): pyproject.toml constraints.txt $(INSTALLED)
	@echo "Installing the tools for development into $(VENV) (once) ..."
	@$(call install_packages,.[dev])
	@touch $@

# The truth is the last file that the sample writes: where it lies, the deliveries are whole.
.sample/truth.json: | $(INSTALLED)
	@$(CITYLAKE) sample --out .sample
