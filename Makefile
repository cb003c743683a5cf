# The commands of daily work. Each does its own set-up: see deploy/setup.sh.

.DEFAULT_GOAL := help
.PHONY: help run test check bench setup assets lock

PORT ?= 8000
export PORT

BIN := .venv/bin

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run:  ## Build the demo city, if there is none, and serve it on http://127.0.0.1:8000 (PORT=9000 for another port)
	@deploy/setup.sh run
	@$(BIN)/dangvan start-dev

test:  ## Run the tests (ARGS="tests/vault -k flip" for some of them)
	@deploy/setup.sh dev
	@$(BIN)/python -m pytest $(ARGS)

check:  ## Lint, formatting, types, arrows between the rooms, rules files
	@deploy/setup.sh dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dangvan rules check

bench:  ## Measure speed and memory on this machine
	@deploy/setup.sh dev
	@$(BIN)/python -m bench

assets:  ## Remake static/site.css and the English catalogue (needs node and npm)
	@deploy/setup.sh dev
	@assets/build.sh
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext -k ngettext:1,2 --no-wrap \
		--no-location --omit-header -o translations/messages.pot .
	@$(BIN)/pybabel -q update -l en --no-wrap --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete \
		-i translations/messages.pot -d translations
	@sed -i -E '/^"(Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated)/d' \
		translations/en/LC_MESSAGES/messages.po
	@$(BIN)/pybabel -q compile -l en -d translations

setup:  ## Make .venv with everything for development, and nothing else
	@deploy/setup.sh dev

# What every lock has in common: any platform, any Python from 3.11 on, wheels only, each with its
# hashes, and nothing about where it was fetched. Pins stay as they are unless UPGRADE=1 is given.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--only-binary :all: --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	$(if $(UPGRADE),--upgrade)

# The build tools of pyproject.toml are locked too, because the project itself is installed from its
# folder, without fetching them unlocked. editables is what hatchling asks for when it does that.
BUILD_TOOLS := $(BIN)/python -c 'import tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], "editables", sep="\n")'

lock:  ## Remake requirements*.lock after pyproject.toml changed (UPGRADE=1: newest versions)
	@deploy/setup.sh venv
	@$(BIN)/python -m pip install --quiet --only-binary :all: uv==0.13.9
	$(BUILD_TOOLS) | $(COMPILE) --extra postgres --extra redis --extra s3 -o requirements.lock pyproject.toml -
	$(BUILD_TOOLS) | $(COMPILE) --all-extras -c requirements.lock -o requirements-dev.lock pyproject.toml -
