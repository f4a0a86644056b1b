# Two commands: `make run` decides the example cases and reads the example reports, `make test` tests everything. Each makes its own environment first.
VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
READY_TEST := $(VENV)/.ready-test
LAWFULHOLD := $(VENV)/bin/lawfulhold
WORKERS ?= 2
# Real reports that may lie beside the repository; nothing depends on them.
SEEDS ?= ../shared/seeds

.PHONY: run desk test check lint types lock bench documents clean help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: $(READY)  ## decide the example cases, read the example reports, and start the desk with an example jail (where nobody watches, it ends once it answered)
	@$(LAWFULHOLD) decide examples/cases/*.yaml
	@printf '\nReports, read and set beside the law (lawfulhold read --decide)\n'
	@$(LAWFULHOLD) read --decide examples/reports/*
	@if [ -d $(SEEDS) ]; then printf '\nThe reports in $(SEEDS)\n'; $(LAWFULHOLD) read --decide $(SEEDS)/seed-*.txt; fi
	@if [ -t 1 ]; then $(MAKE) --no-print-directory desk; else $(LAWFULHOLD) desk start --demo --try --port 0; fi

desk: $(READY)  ## start the desk with an example jail; Ctrl-C ends it
	@$(LAWFULHOLD) desk start --demo

test: $(READY_TEST)  ## run all tests (installs what they need)
	@sh scripts/system-packages.sh
	@$(PYTHON) -m pytest -p no:cacheprovider -n $(WORKERS) --dist loadfile

check: lint types  ## lint and types
	@$(LAWFULHOLD) law check

lint: $(READY_TEST)
	@$(VENV)/bin/ruff check lawfulhold tests bench scripts

types: $(READY_TEST)
	@$(VENV)/bin/mypy

bench: $(READY_TEST)  ## measure one decision beside ZEN and OpenFisca
	@$(PYTHON) -m bench.decide

documents: $(READY)  ## write the parts of the documents that the program prints (after a change of law)
	@$(PYTHON) scripts/documents.py

COMPILE := $(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--quiet --custom-compile-command 'make lock'

lock:  ## write the requirements locks anew from pyproject.toml
	@$(VENV)/bin/pip install --quiet uv
	@$(COMPILE) --extra all --extra build --output-file requirements.lock
	@$(COMPILE) --extra dev --extra build --constraint requirements.lock --output-file requirements-test.lock

$(READY): requirements.lock pyproject.toml
	@sh scripts/environment.sh $(VENV) requirements.lock
	@touch $@

$(READY_TEST): requirements-test.lock $(READY)
	@sh scripts/environment.sh $(VENV) requirements-test.lock
	@touch $@

clean:  ## remove the environment and what was built
	rm -rf $(VENV) build dist
