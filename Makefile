# Two commands: `make run` decides the example cases, `make test` tests everything. Each makes its own environment first.
VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
LAWFULHOLD := $(VENV)/bin/lawfulhold

.PHONY: run test check lint types lock bench clean help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: $(READY)  ## decide the example cases and print the answers
	@$(LAWFULHOLD) decide examples/cases/*.yaml

test: $(READY)  ## run all tests (installs what they need)
	@sh scripts/system-packages.sh
	@$(PYTHON) -m pytest -p no:cacheprovider

check: lint types  ## lint and types
	@$(LAWFULHOLD) law check

lint: $(READY)
	@$(VENV)/bin/ruff check lawfulhold tests bench

types: $(READY)
	@$(VENV)/bin/mypy

bench: $(READY)  ## measure one decision beside ZEN and OpenFisca
	@$(PYTHON) -m bench.decide

lock: $(READY)  ## write requirements.lock anew from pyproject.toml
	@$(VENV)/bin/pip install --quiet uv
	@$(VENV)/bin/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--quiet --custom-compile-command 'make lock' --output-file requirements.lock

$(READY): requirements.lock pyproject.toml
	@sh scripts/environment.sh $(VENV)
	@touch $@

clean:  ## remove the environment and what was built
	rm -rf $(VENV) build dist
