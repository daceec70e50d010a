# On a fresh machine: `make app` sets up and runs the app, `make test` sets up and runs all tests.
# `make serve` is the app for many people: web processes behind a balancer, one set of workers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Of `make serve`: where it listens (0.0.0.0 for everybody), Streamlit servers, where networks live (workers:4, say).
ADDRESS ?= 127.0.0.1
PORT ?= 8501
WEB ?= 2
COMPUTE ?=

.PHONY: app serve test bench lint format weights compiled browser clean

app: weights compiled ## Set up, fetch the weights that can be had, run the app
	$(BIN)/streamlit run explorer/app.py

serve: weights compiled $(VENV)/.serving ## Set up, run the app for many people; needs haproxy
	@$(BIN)/python -m explorer.serving --address $(ADDRESS) --port $(PORT) --web-processes $(WEB) $(if $(COMPUTE),--compute $(COMPUTE))

test: $(VENV)/.dev browser compiled ## Set up, fetch the weights that the tests use, run all tests
	$(BIN)/python -m explorer weights fetch xception/kitchenware
	# A browser wants the machine for itself; all other tests share the cores, a file at a time, the long ones early.
	$(BIN)/python -m pytest tests/browser
	$(BIN)/python -m pytest --ignore=tests/browser -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.dev browser compiled ## Measure; writes tests/benchmarks/RESULTS.md
	$(BIN)/python -m explorer weights fetch xception/kitchenware
	$(BIN)/python -m tests.benchmarks

lint: $(VENV)/.dev ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What cannot be had (no network, say) is said in a line, and the app runs all the same.
weights: $(VENV)/.app
	-@$(BIN)/python -m explorer weights fetch

# As pip does for what it installs: no start compiles files, even where Python may keep no bytecode.
compiled: $(VENV)/.app
	-@$(BIN)/python -m compileall -q explorer

# A browser of the system's if there is one, else Playwright's own.
browser: $(VENV)/.dev
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || $(BIN)/playwright install chromium

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: $(VENV)/bin/python requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.serving: $(VENV)/.app requirements-serving.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-serving.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.serving requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis *.egg-info
