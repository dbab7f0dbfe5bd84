# Two commands to everything: `make serve` and `make test`. README.md has the same
# steps for Windows, where there is no make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export NO_MKDOCS_2_WARNING := 1

.PHONY: serve build check links test bench preview lock clean

serve: $(READY)
	@$(BIN)/python scripts/serve.py

build: $(READY)
	@$(BIN)/python scripts/build.py

check: $(READY)
	@$(BIN)/python scripts/check.py
	@$(BIN)/python scripts/build.py
	@$(BIN)/python scripts/links.py

links: $(READY)
	@$(BIN)/python scripts/links.py

test: $(READY)
	@$(BIN)/python scripts/test.py

bench: $(READY)
	@$(BIN)/python scripts/bench.py

preview: $(READY)
	@$(BIN)/mkdocs serve

# Only a maintainer runs this, with uv on PATH; everyone else installs the lock.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml --group dev -o requirements.lock

clean:
	rm -rf $(VENV) site .cache

$(READY): requirements.lock pyproject.toml
	@echo "正在准备运行环境（只有第一次较慢，约一分钟）……"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)
	@echo "环境已就绪。"
