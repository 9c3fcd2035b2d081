# Everything a newcomer or the build machine runs. `make` alone lists the commands.
SHELL := /bin/bash
.DEFAULT_GOAL := help
bin := .venv/bin

.PHONY: help setup daily test check lint types contracts docs bench

help:  ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1  \2/p' Makefile

setup:  ## make .venv with pinned packages; quick when nothing changed
	@.ci/setup

daily: setup  ## run the main job on the packaged sample: ingest, update, publish, report
	@$(bin)/forecaster daily --sample

test: setup  ## run every test; installs PostgreSQL and Chromium if they are missing
	@.ci/system-tools
	@$(bin)/python -m pytest -n 2 --dist worksteal -q

check: lint types contracts docs test  ## all that the build machine checks

lint: setup  ## style and form of the code
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .

types: setup  ## mypy, strict
	@$(bin)/mypy

contracts: setup  ## who may import whom
	@$(bin)/lint-imports --config importlinter.toml --no-logo

docs: setup  ## documents against the code
	@$(bin)/python -m pytest -q tests/architecture

bench: setup  ## speed, memory and scale: every bar with its verdict
	@.ci/setup .venv-bench requirements-bench.txt
	@.venv-bench/bin/python -m benchmarks
