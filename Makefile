# Two targets matter: `make run` and `make test`. Both need Python 3.11 or later and make,
# nothing else: they build their own environment in .venv from the locked requirements.

PYTHON ?= python3
COV    ?= 95
PIP    := .venv/bin/python -m pip --disable-pip-version-check
UV     := uv==0.13.9

SOURCES := src tests benchmarks
READY   := .venv/.ready
SAMPLES := build/samples

.DEFAULT_GOAL := help
.PHONY: run test lint format bench clean lock help docs

run: $(READY)  ## write the samples, check the flawed one, show the report
	@mkdir -p $(SAMPLES)
	@.venv/bin/mingzhang samples $(SAMPLES)
	@.venv/bin/mingzhang check $(SAMPLES)/flawed/*.pdf --fail-on never
	@.venv/bin/mingzhang check $(SAMPLES)/flawed/*.pdf --fail-on never --format html --output build/报告.html
	@echo
	@echo "以上是示例文件的检查结果，网页报告在 build/报告.html。检查您自己的文件："
	@echo "    .venv/bin/mingzhang check 决算公开.pdf"
	@echo "    .venv/bin/mingzhang check 文件夹 --format json --output 结果.json"
	@echo "全部用法见 README.zh-CN.md，或运行 .venv/bin/mingzhang --help"

test: lint  ## everything that must hold: format, lint, types, layers, standards, tests
	.venv/bin/mingzhang standards validate
	.venv/bin/pytest --numprocesses=auto --dist=worksteal --cov --cov-report=term-missing:skip-covered --cov-fail-under=$(COV)

lint: $(READY)  ## format, lint, strict types and the layer contracts, changing nothing
	.venv/bin/ruff format --check $(SOURCES)
	.venv/bin/ruff check $(SOURCES)
	.venv/bin/mypy
	.venv/bin/lint-imports

format: $(READY)  ## format the code and apply the safe fixes
	.venv/bin/ruff format $(SOURCES)
	.venv/bin/ruff check --fix $(SOURCES)

docs: $(READY)  ## the rule catalogue, generated from the standards, into build/rules.md
	@mkdir -p build
	.venv/bin/mingzhang rules --catalogue > build/rules.md

bench: $(READY)  ## the side-by-side measurements of benchmarks/
	@set -e; for script in benchmarks/[a-z]*.py; do \
		echo "== $$script"; .venv/bin/python "$$script"; \
	done

clean:  ## remove what can be made again, the environment included
	rm -rf .venv build dist htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

lock: build/uv/bin/uv  ## resolve pyproject.toml into requirements/dev.txt (UPGRADE=--upgrade for newer versions)
	@mkdir -p requirements
	UV_CUSTOM_COMPILE_COMMAND="make lock" build/uv/bin/uv pip compile --universal --generate-hashes --no-emit-index-url \
		--no-emit-find-links --python-version 3.11 --all-extras pyproject.toml \
		-o requirements/dev.txt --quiet $(UPGRADE)

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# The environment: made once, brought up to date when the lock or the project changes.
$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "需要 Python 3.11 或更高版本；请安装后重试，或指定：make $(MAKECMDGOALS) PYTHON=python3.11" >&2; \
		echo "Python 3.11 or later is needed; install it, or name it with PYTHON=python3.11" >&2; \
		exit 1; }
	@echo "正在准备运行环境 .venv（只需一次）…"
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

build/uv/bin/uv:
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip --disable-pip-version-check install --quiet $(UV)
